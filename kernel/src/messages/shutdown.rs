//! `shutdown_request` and its reply (control; shell too, for old frontends).

use serde::{Deserialize, Serialize};

use super::OkStatus;

/// Asks the kernel to end.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
pub struct ShutdownRequest {
    /// Whether another kernel takes its place.
    #[serde(default)]
    pub restart: bool,
}

/// The kernel is about to end.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct ShutdownReply {
    /// Always ok.
    pub status: OkStatus,
    /// As in the request.
    pub restart: bool,
}
