//! `execute_input` (iopub): tells every frontend which code runs.

use serde::Serialize;

/// The code that begins to run.
#[derive(Debug, Clone, Serialize)]
pub struct ExecuteInput<'a> {
    /// The cell's code.
    pub code: &'a str,
    /// The cell's number.
    pub execution_count: u32,
}
