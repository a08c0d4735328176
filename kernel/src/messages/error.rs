//! `error` (iopub) and the error form of every reply.

use serde::{Deserialize, Serialize};

/// An exception as a frontend sees it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorContent {
    /// The exception's class name.
    pub ename: String,
    /// Its text.
    pub evalue: String,
    /// The traceback, line by line, with ANSI colours.
    pub traceback: Vec<String>,
}
