//! `input_request` and `input_reply` (stdin): a line from the user.

use serde::{Deserialize, Serialize};

/// Asks the user for a line.
#[derive(Debug, Clone, Serialize)]
pub struct InputRequest<'a> {
    /// What to show before the input.
    pub prompt: &'a str,
    /// Whether the input is not to be shown.
    pub password: bool,
}

/// The user's line.
#[derive(Debug, Clone, Deserialize)]
pub struct InputReply {
    /// The line, without its end; absent if the frontend could not get one.
    #[serde(default)]
    pub value: Option<String>,
}
