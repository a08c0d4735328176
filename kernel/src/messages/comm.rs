//! `comm_open`, `comm_msg`, `comm_close` (shell and iopub): widgets talk to their models.
//!
//! The same shapes are read from frontends and written to them.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Opens a comm.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub struct CommOpen {
    /// The comm's id, chosen by the side that opens it.
    pub comm_id: String,
    /// Which registered target is to take it.
    pub target_name: String,
    /// The module that defines the target, if the sender names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_module: Option<String>,
    /// What the sender has to say.
    #[serde(default)]
    pub data: Value,
}

/// A message on an open comm.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub struct CommMsg {
    /// The comm's id.
    pub comm_id: String,
    /// What the sender has to say.
    #[serde(default)]
    pub data: Value,
}

/// Closes a comm.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub struct CommClose {
    /// The comm's id.
    pub comm_id: String,
    /// What the sender has to say.
    #[serde(default)]
    pub data: Value,
}
