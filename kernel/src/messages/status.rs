//! `status` (iopub): is the kernel busy?

use serde::Serialize;

/// What the kernel does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ExecutionState {
    /// It has just been started.
    Starting,
    /// It works on a request.
    Busy,
    /// It is done with a request.
    Idle,
}

/// Tells what the kernel does.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Status {
    /// What it does.
    pub execution_state: ExecutionState,
}
