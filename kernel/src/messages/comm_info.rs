//! `comm_info_request` and its reply (shell): which comms are open.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::OkStatus;

/// Asks for the open comms.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct CommInfoRequest {
    /// Only those of this target.
    #[serde(default)]
    pub target_name: Option<String>,
}

/// The open comms by id.
#[derive(Debug, Clone, Default, Serialize)]
pub struct CommInfoReply {
    /// Always ok.
    pub status: OkStatus,
    /// The comms.
    pub comms: BTreeMap<String, CommTarget>,
}

/// What an open comm belongs to.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub struct CommTarget {
    /// The target's name.
    pub target_name: String,
}
