//! `execute_result` (iopub): the value of a cell's last expression.

use serde::Serialize;

use super::Object;

/// The value as a MIME bundle.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ExecuteResult {
    /// The cell's number.
    pub execution_count: u32,
    /// Representations by MIME type.
    pub data: Object,
    /// Metadata by MIME type, or for all.
    pub metadata: Object,
}
