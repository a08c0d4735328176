//! `is_complete_request` and its reply (shell): may this code run, or does a line follow?

use serde::{Deserialize, Serialize};

/// Asks whether code can be run as it is.
#[derive(Debug, Clone, Deserialize)]
pub struct IsCompleteRequest {
    /// The code so far.
    pub code: String,
}

/// Whether it can.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Completeness {
    /// It can run.
    Complete,
    /// More must follow.
    Incomplete,
    /// It will never run.
    Invalid,
    /// Nobody can tell.
    Unknown,
}

/// Whether the code can run, and how a next line begins.
#[derive(Debug, Clone, Serialize)]
pub struct IsCompleteReply {
    /// Whether it can.
    pub status: Completeness,
    /// The indentation of the next line; only if incomplete.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub indent: Option<String>,
}
