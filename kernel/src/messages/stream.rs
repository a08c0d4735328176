//! `stream` (iopub): text that was printed.

use serde::Serialize;

/// Where text was printed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum StreamName {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// Printed text.
#[derive(Debug, Clone, Serialize)]
pub struct Stream<'a> {
    /// Where it was printed to.
    pub name: StreamName,
    /// The text.
    pub text: &'a str,
}
