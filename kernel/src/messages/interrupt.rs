//! `interrupt_request` and its reply (control).

use serde::Serialize;

use super::OkStatus;

/// The interrupt has been passed on.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct InterruptReply {
    /// Always ok.
    pub status: OkStatus,
}
