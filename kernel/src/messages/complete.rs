//! `complete_request` and its reply (shell). Positions count code points.

use serde::{Deserialize, Serialize};

use super::{Object, OkStatus};

/// Asks how the code can go on at the cursor.
#[derive(Debug, Clone, Deserialize)]
pub struct CompleteRequest {
    /// The cell's code.
    pub code: String,
    /// The cursor, in code points; at the end if absent.
    #[serde(default)]
    pub cursor_pos: Option<i64>,
}

/// The candidates for the range from `cursor_start` to `cursor_end`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct CompleteReply {
    /// Always ok.
    pub status: OkStatus,
    /// What may stand in the range.
    pub matches: Vec<String>,
    /// Where the text to replace begins, in code points.
    pub cursor_start: usize,
    /// Where it ends.
    pub cursor_end: usize,
    /// More about the matches: `_jupyter_types_experimental`.
    pub metadata: Object,
}
