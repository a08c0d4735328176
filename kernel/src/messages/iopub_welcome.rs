//! `iopub_welcome` (iopub): a subscription has arrived, nothing is lost from now on (JEP 65).

use serde::Serialize;

/// Greets a subscriber.
#[derive(Debug, Clone, Serialize)]
pub struct IopubWelcome<'a> {
    /// What was subscribed to.
    pub subscription: &'a str,
}
