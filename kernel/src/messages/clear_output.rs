//! `clear_output` (iopub): the cell's output so far goes away.

use serde::Serialize;

/// Clears the output of the cell.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct ClearOutput {
    /// Clear only when the next output comes, so that nothing flickers.
    pub wait: bool,
}
