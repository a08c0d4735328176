//! The threads that compute answers from snapshots.
//!
//! Invariants: a task never changes state, it sends an [`Event`]; a task that panics is answered for by the pool, and
//! the thread lives on. Requests come before diagnostics. Tests: `lsp/tests/it`.

use std::any::Any;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crossbeam_channel::{Receiver, Sender, unbounded};
use lsp_server::{ErrorCode, RequestId, Response};
use serde_json::Value;

use super::Event;
use crate::analysis::guard::STACK;
use crate::project::{Document, Snapshot};

const THREADS: usize = 2;

pub(crate) enum Task {
    Request {
        id: RequestId,
        method: String,
        params: Value,
        snapshot: Snapshot,
    },
    Diagnostics {
        document: Arc<Document>,
        snapshot: Snapshot,
    },
}

pub(crate) struct Pool {
    requests: Sender<Task>,
    background: Sender<Task>,
}

impl Pool {
    pub(crate) fn start(events: Sender<Event>) -> io::Result<Pool> {
        let (requests, request_queue) = unbounded();
        let (background, background_queue) = unbounded();
        for i in 0..THREADS {
            let (events, request_queue, background_queue) = (
                events.clone(),
                request_queue.clone(),
                background_queue.clone(),
            );
            // Detached: they end when the pool's senders are gone.
            let _worker = std::thread::Builder::new()
                .name(format!("lsp-worker-{i}"))
                .stack_size(STACK)
                .spawn(move || work(&request_queue, &background_queue, &events))?;
        }
        Ok(Pool {
            requests,
            background,
        })
    }

    pub(crate) fn submit(&self, task: Task) {
        let queue = match task {
            Task::Request { .. } => &self.requests,
            Task::Diagnostics { .. } => &self.background,
        };
        // The workers live as long as the pool.
        let _: Result<(), _> = queue.send(task);
    }
}

fn work(requests: &Receiver<Task>, background: &Receiver<Task>, events: &Sender<Event>) {
    loop {
        let task = match requests.try_recv() {
            Ok(task) => task,
            Err(_) => crossbeam_channel::select! {
                recv(requests) -> task => match task { Ok(task) => task, Err(_) => return },
                recv(background) -> task => match task { Ok(task) => task, Err(_) => return },
            },
        };
        let event = match task {
            Task::Request {
                id,
                method,
                params,
                snapshot,
            } => Some(Event::Answer(answer(id, &method, params, &snapshot))),
            Task::Diagnostics { document, snapshot } => diagnostics(&document, &snapshot),
        };
        if let Some(event) = event
            && events.send(event).is_err()
        {
            return;
        }
    }
}

fn answer(id: RequestId, method: &str, params: Value, snapshot: &Snapshot) -> Response {
    if snapshot.is_cancelled() {
        return Response::new_err(
            id,
            ErrorCode::RequestCanceled as i32,
            "cancelled".to_owned(),
        );
    }
    let result = catch_unwind(AssertUnwindSafe(|| {
        crate::features::handle(snapshot, method, params)
    }));
    match result {
        Ok(Some(Ok(value))) => Response::new_ok(id, value),
        Ok(Some(Err(error))) => Response {
            id,
            response_result: Err(error),
        },
        Ok(None) => Response::new_err(
            id,
            ErrorCode::MethodNotFound as i32,
            format!("unknown method {method}"),
        ),
        Err(panic) => Response::new_err(
            id,
            ErrorCode::InternalError as i32,
            format!("{method} failed: {}", reason(&*panic)),
        ),
    }
}

fn diagnostics(document: &Arc<Document>, snapshot: &Snapshot) -> Option<Event> {
    let computed = catch_unwind(AssertUnwindSafe(|| {
        crate::diagnostics::to_lsp(snapshot, document)
    }));
    let diagnostics = computed.ok()?;
    let params = lsp_types::PublishDiagnosticsParams {
        uri: document.uri.clone(),
        diagnostics,
        version: document.version,
    };
    Some(Event::Diagnostics {
        key: document.key.clone(),
        revision: snapshot.revision,
        params,
    })
}

fn reason(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("a panic")
}
