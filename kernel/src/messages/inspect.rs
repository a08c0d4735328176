//! `inspect_request` and its reply (shell): what is under the cursor.

use serde::{Deserialize, Serialize};

use super::{Object, OkStatus};

/// Asks what is known of the object at the cursor.
#[derive(Debug, Clone, Deserialize)]
pub struct InspectRequest {
    /// The cell's code.
    pub code: String,
    /// The cursor, in code points; at the end if absent.
    #[serde(default)]
    pub cursor_pos: Option<i64>,
    /// 0: a summary; 1: with the source code.
    #[serde(default)]
    pub detail_level: u8,
}

/// What is known, as a MIME bundle.
#[derive(Debug, Clone, Default, Serialize)]
pub struct InspectReply {
    /// Always ok.
    pub status: OkStatus,
    /// Whether there is something to tell.
    pub found: bool,
    /// Representations by MIME type.
    pub data: Object,
    /// Metadata by MIME type.
    pub metadata: Object,
}
