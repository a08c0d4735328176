//! Waiting for a line from the user (`input_request`, `input_reply`).
//!
//! Invariants: one request is open at a time; a reply to an earlier request (interrupted meanwhile) is
//! dropped if it names its parent. Tests: `tests/stdin.transcript`, `tests/interrupt.transcript`.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use serde::Deserialize;

use crate::lock::lock;
use crate::messages::InputReply;
use crate::wire::Incoming;

/// Why there is no line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InputError {
    /// The request came with `allow_stdin: false`, or from no frontend at all.
    #[error("raw_input was called, but this frontend does not support input requests.")]
    NotAllowed,
    /// The user interrupted the kernel: raise `KeyboardInterrupt`.
    #[error("interrupted")]
    Interrupted,
    /// The frontend answered without a value: raise `EOFError`.
    #[error("the frontend gave no input")]
    NoValue,
    /// The kernel is about to end.
    #[error("the kernel ends")]
    Closed,
}

/// Where the engine's threads wait, and where replies arrive.
#[derive(Default)]
pub(crate) struct InputDesk {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
enum State {
    #[default]
    Free,
    Waiting {
        /// Ids that a reply may name as its parent: the input request, and the cell's.
        parents: [String; 2],
    },
    Done(Result<String, InputError>),
    Closed,
}

#[derive(Deserialize)]
struct Parent {
    #[serde(default)]
    msg_id: Option<String>,
}

impl InputDesk {
    /// Calls `send` with the desk reserved.
    pub(crate) fn ask(&self, parents: [String; 2], send: impl FnOnce()) -> Result<(), InputError> {
        let mut state = lock(&self.state);
        while !matches!(*state, State::Free) {
            if matches!(*state, State::Closed) {
                return Err(InputError::Closed);
            }
            state = self
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
        *state = State::Waiting { parents };
        send();
        Ok(())
    }

    /// Waits so long for the reply to what was asked.
    pub(crate) fn answer(&self, patience: Duration) -> Option<Result<String, InputError>> {
        let is_open = |state: &mut State| matches!(state, State::Waiting { .. });
        let (mut state, _) = self
            .changed
            .wait_timeout_while(lock(&self.state), patience, is_open)
            .unwrap_or_else(PoisonError::into_inner);
        match &*state {
            State::Waiting { .. } => None,
            State::Closed | State::Free => Some(Err(InputError::Closed)),
            State::Done(_) => {
                let done = std::mem::take(&mut *state);
                self.changed.notify_all();
                match done {
                    State::Done(result) => Some(result),
                    State::Free | State::Waiting { .. } | State::Closed => None,
                }
            }
        }
    }

    /// Nobody waits any more for what was asked.
    pub(crate) fn give_up(&self) {
        let mut state = lock(&self.state);
        if !matches!(*state, State::Closed) {
            *state = State::Free;
            self.changed.notify_all();
        }
    }

    /// Ends the wait, if somebody waits; says whether.
    pub(crate) fn interrupt(&self) -> bool {
        let mut state = lock(&self.state);
        if !matches!(*state, State::Waiting { .. }) {
            return false;
        }
        *state = State::Done(Err(InputError::Interrupted));
        self.changed.notify_all();
        true
    }

    /// A message has come on the stdin socket.
    pub(crate) fn receive(&self, message: &Incoming) {
        if message.header.msg_type != "input_reply" {
            log::warn!("stdin: unexpected message {:?}", message.header.msg_type);
            return;
        }
        let mut state = lock(&self.state);
        let State::Waiting { parents } = &*state else {
            log::debug!("stdin: nobody waits for this input");
            return;
        };
        // Clients on jupyter_client's `input()` name no parent at all.
        let parent = serde_json::from_slice::<Parent>(&message.parent).ok();
        if let Some(Parent { msg_id: Some(id) }) = parent
            && !id.is_empty()
            && !parents.contains(&id)
        {
            log::debug!("stdin: a late reply to an earlier request");
            return;
        }
        let reply = serde_json::from_slice::<InputReply>(&message.content).ok();
        *state = State::Done(
            reply
                .and_then(|reply| reply.value)
                .ok_or(InputError::NoValue),
        );
        self.changed.notify_all();
    }

    /// Nobody will answer any more.
    pub(crate) fn close(&self) {
        *lock(&self.state) = State::Closed;
        self.changed.notify_all();
    }
}
