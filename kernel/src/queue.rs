//! The requests that wait for the engine's thread.
//!
//! Invariants: first in, first out; marking for abort touches only cells that had arrived before the
//! mark; after a shutdown nothing else comes out. Tests: below, `tests/abort.transcript`.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, PoisonError};

use crate::lock::lock;
use crate::wire::Incoming;

/// What the engine's thread does next.
pub(crate) enum Job {
    /// Answers a request.
    Request {
        /// The request.
        message: Box<Incoming>,
        /// A cell before this one failed: do not run it.
        is_aborted: bool,
    },
    /// Ends.
    Shutdown {
        /// Whether another kernel follows.
        restart: bool,
    },
}

/// The queue.
#[derive(Default)]
pub(crate) struct JobQueue {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<(Box<Incoming>, bool)>,
    shutdown: Option<bool>,
}

impl JobQueue {
    /// Adds a request.
    pub(crate) fn push(&self, message: Incoming) {
        lock(&self.state)
            .waiting
            .push_back((Box::new(message), false));
        self.changed.notify_one();
    }

    /// Marks the cells that wait now as not to be run.
    pub(crate) fn abort_waiting(&self) {
        for (message, is_aborted) in &mut lock(&self.state).waiting {
            *is_aborted |= message.header.msg_type == "execute_request";
        }
    }

    /// Drops what waits and ends the engine's thread as soon as it is free.
    pub(crate) fn shut_down(&self, restart: bool) {
        let mut state = lock(&self.state);
        state.waiting.clear();
        state.shutdown.get_or_insert(restart);
        self.changed.notify_one();
    }

    /// Waits for the next job.
    pub(crate) fn next(&self) -> Job {
        let mut state = lock(&self.state);
        loop {
            if let Some(restart) = state.shutdown {
                return Job::Shutdown { restart };
            }
            if let Some((message, is_aborted)) = state.waiting.pop_front() {
                return Job::Request {
                    message,
                    is_aborted,
                };
            }
            state = self
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Key;
    use crate::wire::{Replays, Session};

    fn message(msg_type: &str) -> Incoming {
        let key = Key::new("");
        let session = Session::new(key.clone());
        let frames = crate::wire::Outgoing::new(msg_type, None, &())
            .expect("valid")
            .into_frames(&session);
        Incoming::read(frames, &key, &mut Replays::new(1)).expect("valid")
    }

    #[test]
    fn only_cells_that_already_wait_are_aborted() {
        let queue = JobQueue::default();
        queue.push(message("execute_request"));
        queue.push(message("complete_request"));
        queue.abort_waiting();
        queue.push(message("execute_request"));
        for (msg_type, aborted) in [
            ("execute_request", true),
            ("complete_request", false),
            ("execute_request", false),
        ] {
            let Job::Request {
                message,
                is_aborted,
            } = queue.next()
            else {
                panic!("no shutdown yet");
            };
            assert_eq!(
                (message.header.msg_type.as_str(), is_aborted),
                (msg_type, aborted)
            );
        }
    }

    #[test]
    fn a_shutdown_goes_first() {
        let queue = JobQueue::default();
        queue.push(message("execute_request"));
        queue.shut_down(true);
        assert!(matches!(queue.next(), Job::Shutdown { restart: true }));
    }
}
