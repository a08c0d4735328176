//! Busy and idle around a request.
//!
//! Invariant: whoever makes a [`BusyGuard`] publishes busy at once, and idle when it is dropped, also by
//! a panic. Tests: every transcript.

use std::sync::Arc;

use serde_json::value::RawValue;

use crate::broadcast::Broadcast;
use crate::messages::{ExecutionState, Status};

/// A request is being worked on while this lives.
pub(crate) struct BusyGuard {
    broadcast: Arc<Broadcast>,
    parent: Arc<RawValue>,
}

impl BusyGuard {
    /// Publishes busy.
    pub(crate) fn new(broadcast: &Arc<Broadcast>, parent: &Arc<RawValue>) -> Self {
        publish(broadcast, parent, ExecutionState::Busy);
        BusyGuard {
            broadcast: broadcast.clone(),
            parent: parent.clone(),
        }
    }
}

impl Drop for BusyGuard {
    fn drop(&mut self) {
        publish(&self.broadcast, &self.parent, ExecutionState::Idle);
    }
}

fn publish(broadcast: &Broadcast, parent: &RawValue, execution_state: ExecutionState) {
    let sent = broadcast.publish_content("status", Some(parent), &Status { execution_state });
    debug_assert!(sent.is_ok(), "a status is valid JSON");
}
