//! The engine's thread: takes requests, calls the engine, answers.
//!
//! Invariants: each request gets busy, at most one reply, idle, in this order, also if its content is
//! malformed or the engine panics; what was printed leaves before the reply does.
//! Tests: `tests/*.transcript`.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::engine::CommMessage;
use crate::kernel::Shared;
use crate::messages::{
    CommInfoRequest, CompleteRequest, ErrorContent, ExecuteInput, ExecuteReply, ExecuteRequest,
    HistoryRequest, InspectRequest, IsCompleteRequest, Object,
};
use crate::queue::Job;
use crate::sockets::reply_error;
use crate::status::BusyGuard;
use crate::wire::{Incoming, Outgoing};
use crate::{Engine, Outlet};

/// Serves requests until the kernel ends.
pub(crate) fn work(shared: &Arc<Shared>, engine: &mut dyn Engine) {
    shared.gate.install(engine.interrupt_handle());
    loop {
        let mut next = None;
        engine.while_idle(&mut || next = Some(shared.queue.next()));
        let Some(job) = next else {
            continue;
        };
        match job {
            Job::Request {
                message,
                is_aborted,
            } => {
                Request::new(shared, *message).serve(engine, is_aborted);
            }
            Job::Shutdown { restart } => {
                if catch_unwind(AssertUnwindSafe(|| engine.shutdown(restart))).is_err() {
                    log::error!("the engine panicked while it was shut down");
                }
                return;
            }
        }
    }
}

/// A request that the engine works on.
struct Request<'a> {
    shared: &'a Arc<Shared>,
    message: Incoming,
    parent: Arc<RawValue>,
}

/// Why the engine has not produced a reply.
struct Failure(ErrorContent);

impl<'a> Request<'a> {
    fn new(shared: &'a Arc<Shared>, mut message: Incoming) -> Self {
        let header = std::mem::replace(&mut message.header.raw, RawValue::NULL.to_owned());
        Request {
            shared,
            message,
            parent: header.into(),
        }
    }

    fn serve(mut self, engine: &mut dyn Engine, is_aborted: bool) {
        let _busy = BusyGuard::new(&self.shared.broadcast, &self.parent);
        self.shared.gate.enter();
        let outcome = catch_unwind(AssertUnwindSafe(|| self.dispatch(engine, is_aborted)));
        self.shared.gate.leave();
        self.shared.broadcast.flush();
        let failure = match outcome {
            Ok(Ok(())) => return,
            Ok(Err(Failure(error))) => error,
            Err(panic) => panic_content(panic.as_ref()),
        };
        if self.message.header.msg_type == "execute_request" {
            Outlet::of(self.shared, &self.parent).error(&failure);
        }
        reply_error(&self.shared.shell, &self.message, &self.parent, &failure);
    }

    fn dispatch(&mut self, engine: &mut dyn Engine, is_aborted: bool) -> Result<(), Failure> {
        let outlet = Outlet::of(self.shared, &self.parent);
        match self.message.header.msg_type.as_str() {
            "execute_request" if is_aborted => self.reply("execute_reply", &ExecuteReply::Aborted),
            "execute_request" => self.execute(engine, outlet),
            "kernel_info_request" => self.reply("kernel_info_reply", &self.shared.info),
            "complete_request" => {
                let reply = engine.complete(&self.content::<CompleteRequest>()?, &outlet);
                self.reply("complete_reply", &reply)
            }
            "inspect_request" => {
                let reply = engine.inspect(&self.content::<InspectRequest>()?, &outlet);
                self.reply("inspect_reply", &reply)
            }
            "is_complete_request" => {
                let reply = engine.is_complete(&self.content::<IsCompleteRequest>()?);
                self.reply("is_complete_reply", &reply)
            }
            "history_request" => {
                let reply = engine.history(&self.content::<HistoryRequest>()?);
                self.reply("history_reply", &reply)
            }
            "comm_info_request" => {
                let reply = engine.comm_info(&self.content::<CommInfoRequest>()?);
                self.reply("comm_info_reply", &reply)
            }
            "comm_open" => {
                engine.comm_open(self.comm()?, &outlet);
                Ok(())
            }
            "comm_msg" => {
                engine.comm_msg(self.comm()?, &outlet);
                Ok(())
            }
            "comm_close" => {
                engine.comm_close(self.comm()?, &outlet);
                Ok(())
            }
            other => Err(Failure(unknown_message(other))),
        }
    }

    fn execute(&self, engine: &mut dyn Engine, mut outlet: Outlet) -> Result<(), Failure> {
        let request: ExecuteRequest = self.content()?;
        if request.allow_stdin {
            outlet = outlet.with_input(&self.message);
        }
        if !request.silent {
            let execution_count = engine.execution_count(&request);
            outlet.execute_input(&ExecuteInput {
                code: &request.code,
                execution_count,
            });
        }
        let reply = engine.execute(&request, &outlet);
        // Before the reply: a cell that arrives in answer to it is to run.
        if request.stop_on_error && matches!(reply, ExecuteReply::Error { .. }) {
            self.shared.queue.abort_waiting();
        }
        self.reply("execute_reply", &reply)
    }

    fn content<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        serde_json::from_slice(&self.message.content)
            .map_err(|error| Failure(malformed(&self.message.header.msg_type, &error)))
    }

    fn comm<T: DeserializeOwned>(&mut self) -> Result<CommMessage<T>, Failure> {
        let metadata: Object = serde_json::from_slice(&self.message.metadata)
            .map_err(|error| Failure(malformed(&self.message.header.msg_type, &error)))?;
        let buffers = std::mem::take(&mut self.message.buffers);
        Ok(CommMessage {
            content: self.content()?,
            metadata,
            buffers,
        })
    }

    fn reply(&self, msg_type: &str, content: &impl Serialize) -> Result<(), Failure> {
        self.shared.broadcast.flush();
        let message = Outgoing::new(msg_type, Some(&self.parent), content)
            .map_err(|error| Failure(malformed(msg_type, &error)))?;
        self.shared
            .shell
            .send(message.to(self.message.identities.clone()));
        Ok(())
    }
}

/// The error that answers a request of an unknown type.
pub(crate) fn unknown_message(msg_type: &str) -> ErrorContent {
    ErrorContent {
        ename: "NotImplementedError".to_owned(),
        evalue: format!("this kernel does not know the message {msg_type:?}"),
        traceback: Vec::new(),
    }
}

/// The error that answers a request whose content cannot be read.
pub(crate) fn malformed(msg_type: &str, error: &serde_json::Error) -> ErrorContent {
    ErrorContent {
        ename: "ValueError".to_owned(),
        evalue: format!("malformed {msg_type}: {error}"),
        traceback: Vec::new(),
    }
}

fn panic_content(panic: &(dyn std::any::Any + Send)) -> ErrorContent {
    let what = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("unknown");
    log::error!("the engine panicked: {what}");
    ErrorContent {
        ename: "SystemError".to_owned(),
        evalue: format!("internal error of the interpreter: {what}"),
        traceback: Vec::new(),
    }
}
