//! Passing interrupts to the engine, only while there is something to interrupt.
//!
//! Invariant: an interrupt is delivered once, either to a waiting `input()` or to the engine, and
//! only between [`Gate::enter`] and [`Gate::leave`]. Tests: `tests/interrupt.transcript`.

use std::sync::Mutex;

use crate::engine::Interrupt;
use crate::input::InputDesk;
use crate::lock::lock;

/// Knows whether the engine is at work, and how to stop it.
#[derive(Default)]
pub(crate) struct Gate(Mutex<State>);

#[derive(Default)]
struct State {
    is_inside: bool,
    handle: Option<Box<dyn Interrupt>>,
}

impl Gate {
    /// The engine has been made.
    pub(crate) fn install(&self, handle: Box<dyn Interrupt>) {
        lock(&self.0).handle = Some(handle);
    }

    /// The engine begins to work.
    pub(crate) fn enter(&self) {
        lock(&self.0).is_inside = true;
    }

    /// The engine is done.
    pub(crate) fn leave(&self) {
        lock(&self.0).is_inside = false;
    }

    /// Interrupts what runs; nothing if nothing does.
    pub(crate) fn interrupt(&self, input: &InputDesk) {
        let state = lock(&self.0);
        if !state.is_inside || input.interrupt() {
            return;
        }
        if let Some(handle) = &state.handle {
            handle.interrupt();
        }
    }
}
