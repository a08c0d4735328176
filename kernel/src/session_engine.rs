//! The engine that serves requests with Taipan's own session.
//!
//! Contents cross to Python as JSON texts (`taipan_session::Notebook`); what a cell shows comes back through the
//! request's [`Outlet`].

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use taipan_host::Host;
use taipan_session::{Completeness as Cell, InputFailure, Notebook, Publisher, completeness};
use taipan_vm::ctx::{Ctx, Entered};

use crate::engine::CommMessage;
use crate::messages::{
    ClearOutput, CommClose, CommInfoReply, CommInfoRequest, CommMsg, CommOpen, CompleteReply,
    CompleteRequest, Completeness, DisplayData, ErrorContent, ExecuteReply, ExecuteRequest,
    ExecuteResult, HistoryEntry, HistoryKind, HistoryReply, HistoryRequest, InspectReply,
    InspectRequest, IsCompleteReply, IsCompleteRequest, StreamName,
};
use crate::{Engine, InputError, Interrupt, Outlet};

/// SIGINT, as the host numbers it.
const INTERRUPT: i32 = 2;

/// See the module.
pub struct SessionEngine {
    notebook: Notebook<'static>,
    host: Arc<dyn Host>,
    cx: &'static Ctx,
    /// Keeps the context current on this thread.
    _entered: Entered<'static>,
}

impl SessionEngine {
    /// Starts a session on an isolate that is up; on the thread that will run the cells.
    ///
    /// # Errors
    /// Why the session cannot start.
    pub fn new(cx: &'static Ctx, startup: Outlet) -> Result<Self, String> {
        let entered = cx.enter();
        let notebook = Notebook::new(cx, Box::new(Sink(startup)))
            .map_err(|error| format!("the session cannot start: {error:?}"))?;
        Ok(Self {
            notebook,
            host: cx.isolate().host().clone(),
            cx,
            _entered: entered,
        })
    }

    fn comm<T: Serialize>(&self, kind: &str, message: &CommMessage<T>, outlet: &Outlet) {
        let header = outlet.parent_header();
        let request = json!({
            "msg_type": kind,
            "content": message.content,
            "metadata": message.metadata,
            "header": header,
        });
        let buffers: Vec<&[u8]> = message.buffers.iter().map(|buffer| &**buffer).collect();
        let publisher = Box::new(Sink(outlet.clone()));
        if let Err(error) = self
            .notebook
            .comm(&request.to_string(), &buffers, publisher)
        {
            log::error!("a {kind} failed: {}", self.notebook.describe(&error));
        }
    }

    fn failed(&self, error: &taipan_vm::error::PyErr) -> ErrorContent {
        let evalue = self.notebook.describe(error);
        ErrorContent {
            ename: "SessionError".to_owned(),
            traceback: vec![evalue.clone()],
            evalue,
        }
    }
}

/// A request's way out, for Python.
struct Sink(Outlet);

/// A part of a content that was made by our own Python half.
fn part<T: DeserializeOwned + Default>(content: &Value, name: &str) -> T {
    content
        .get(name)
        .cloned()
        .and_then(|part| serde_json::from_value(part).ok())
        .unwrap_or_default()
}

impl Publisher for Sink {
    fn stream(&self, name: &str, text: &str) {
        let name = if name == "stderr" {
            StreamName::Stderr
        } else {
            StreamName::Stdout
        };
        self.0.stream(name, text);
    }

    fn flush(&self) {
        self.0.flush();
    }

    fn publish(&self, kind: &str, content: &str) {
        let Ok(content) = serde_json::from_str::<Value>(content) else {
            log::error!("a {kind} whose content is no JSON");
            return;
        };
        let display = || DisplayData {
            data: part(&content, "data"),
            metadata: part(&content, "metadata"),
            transient: part(&content, "transient"),
        };
        match kind {
            "execute_result" => self.0.execute_result(&ExecuteResult {
                execution_count: part(&content, "execution_count"),
                data: part(&content, "data"),
                metadata: part(&content, "metadata"),
            }),
            "display_data" => self.0.display_data(&display()),
            "update_display_data" => self.0.update_display_data(&display()),
            "clear_output" => self.0.clear_output(ClearOutput {
                wait: part(&content, "wait"),
            }),
            "error" => self.0.error(&error_content(&content)),
            _ => log::error!("no message is called {kind}"),
        }
    }

    fn comm(&self, kind: &str, content: &str, metadata: &str, buffers: Vec<Vec<u8>>) {
        let buffers = buffers.into_iter().map(Bytes::from).collect();
        let metadata = serde_json::from_str(metadata).unwrap_or_default();
        let sent = match kind {
            "comm_open" => serde_json::from_str(content)
                .map(|open: CommOpen| self.0.comm_open(&open, &metadata, buffers)),
            "comm_close" => serde_json::from_str(content)
                .map(|close: CommClose| self.0.comm_close(&close, &metadata, buffers)),
            _ => serde_json::from_str(content)
                .map(|message: CommMsg| self.0.comm_msg(&message, &metadata, buffers)),
        };
        if let Err(error) = sent {
            log::error!("a {kind} with a content of another shape: {error}");
        }
    }

    fn ask(&self, prompt: &str, password: bool) -> Result<(), InputFailure> {
        self.0.ask(prompt, password).map_err(failure)
    }

    fn answer(&self, patience: Duration) -> Option<Result<String, InputFailure>> {
        self.0
            .answer(patience)
            .map(|answer| answer.map_err(failure))
    }

    fn give_up(&self) {
        self.0.give_up();
    }
}

fn failure(error: InputError) -> InputFailure {
    match error {
        InputError::Interrupted => InputFailure::Interrupted,
        InputError::NotAllowed => InputFailure::NotAllowed(error.to_string()),
        InputError::NoValue | InputError::Closed => InputFailure::NoValue(error.to_string()),
    }
}

fn error_content(content: &Value) -> ErrorContent {
    ErrorContent {
        ename: part(content, "ename"),
        evalue: part(content, "evalue"),
        traceback: part(content, "traceback"),
    }
}

struct Handle(Arc<dyn Host>);

impl Interrupt for Handle {
    fn interrupt(&self) {
        if let Err(error) = self.0.record_signal(INTERRUPT) {
            log::error!("the interrupt is lost: {error}");
        }
    }
}

impl Engine for SessionEngine {
    fn execution_count(&self, _request: &ExecuteRequest) -> u32 {
        self.notebook.count().unwrap_or(0)
    }

    fn execute(&mut self, request: &ExecuteRequest, outlet: &Outlet) -> ExecuteReply {
        while matches!(self.host.take_pending_signal(), Ok(Some(INTERRUPT))) {}
        let execution_count = self.execution_count(request);
        let content = json!({
            "code": request.code,
            "silent": request.silent,
            "store_history": request.store_history,
            "user_expressions": request.user_expressions,
        });
        let reply = self
            .notebook
            .execute(&content.to_string(), Box::new(Sink(outlet.clone())));
        let reply = match reply.map(|reply| serde_json::from_str::<Value>(&reply)) {
            Ok(Ok(reply)) => reply,
            Ok(Err(_)) => Value::Null,
            Err(error) => {
                let error = self.failed(&error);
                outlet.error(&error);
                return ExecuteReply::Error {
                    execution_count,
                    error,
                    payload: Vec::new(),
                };
            }
        };
        if part::<String>(&reply, "status") == "ok" {
            return ExecuteReply::Ok {
                execution_count,
                payload: part(&reply, "payload"),
                user_expressions: part(&reply, "user_expressions"),
            };
        }
        ExecuteReply::Error {
            execution_count,
            error: error_content(&reply),
            payload: part(&reply, "payload"),
        }
    }

    fn complete(&mut self, request: &CompleteRequest, _outlet: &Outlet) -> CompleteReply {
        let content = json!({"code": request.code, "cursor_pos": request.cursor_pos});
        let Ok(reply) = self.notebook.complete(&content.to_string()) else {
            return CompleteReply::default();
        };
        let reply = serde_json::from_str(&reply).unwrap_or(Value::Null);
        CompleteReply {
            matches: part(&reply, "matches"),
            cursor_start: part(&reply, "cursor_start"),
            cursor_end: part(&reply, "cursor_end"),
            metadata: part(&reply, "metadata"),
            ..CompleteReply::default()
        }
    }

    fn inspect(&mut self, request: &InspectRequest, _outlet: &Outlet) -> InspectReply {
        let content = json!({
            "code": request.code,
            "cursor_pos": request.cursor_pos,
            "detail_level": request.detail_level,
        });
        let Ok(reply) = self.notebook.inspect(&content.to_string()) else {
            return InspectReply::default();
        };
        let reply = serde_json::from_str(&reply).unwrap_or(Value::Null);
        InspectReply {
            found: part(&reply, "found"),
            data: part(&reply, "data"),
            metadata: part(&reply, "metadata"),
            ..InspectReply::default()
        }
    }

    fn is_complete(&mut self, request: &IsCompleteRequest) -> IsCompleteReply {
        match completeness(&request.code) {
            Cell::Complete => IsCompleteReply {
                status: Completeness::Complete,
                indent: None,
            },
            Cell::Incomplete(indent) => IsCompleteReply {
                status: Completeness::Incomplete,
                indent: Some(" ".repeat(indent)),
            },
            Cell::Invalid => IsCompleteReply {
                status: Completeness::Invalid,
                indent: None,
            },
        }
    }

    fn history(&mut self, request: &HistoryRequest) -> HistoryReply {
        let mut content = match &request.kind {
            HistoryKind::Range {
                session,
                start,
                stop,
            } => {
                json!({"hist_access_type": "range", "session": session, "start": start.unwrap_or(1), "stop": stop})
            }
            HistoryKind::Tail { n } => json!({"hist_access_type": "tail", "n": n}),
            HistoryKind::Search { pattern, n, unique } => {
                json!({"hist_access_type": "search", "pattern": pattern.as_deref().unwrap_or("*"), "n": n, "unique": unique})
            }
        };
        if let Some(content) = content.as_object_mut() {
            content.insert("output".to_owned(), Value::Bool(request.output));
        }
        let Ok(reply) = self.notebook.history(&content.to_string()) else {
            return HistoryReply::default();
        };
        let reply = serde_json::from_str(&reply).unwrap_or(Value::Null);
        let rows: Vec<(i64, i64, Value)> = part(&reply, "history");
        let history = rows
            .into_iter()
            .map(|(session, line, cell)| match cell {
                Value::Array(pair) => HistoryEntry {
                    session,
                    line,
                    input: pair
                        .first()
                        .and_then(Value::as_str)
                        .unwrap_or_default()
                        .to_owned(),
                    output: Some(pair.get(1).and_then(Value::as_str).map(str::to_owned)),
                },
                cell => HistoryEntry {
                    session,
                    line,
                    input: cell.as_str().unwrap_or_default().to_owned(),
                    output: None,
                },
            })
            .collect();
        HistoryReply {
            history,
            ..HistoryReply::default()
        }
    }

    fn comm_info(&mut self, request: &CommInfoRequest) -> CommInfoReply {
        let Ok(reply) = self.notebook.comm_info(request.target_name.as_deref()) else {
            return CommInfoReply::default();
        };
        let reply = serde_json::from_str(&reply).unwrap_or(Value::Null);
        CommInfoReply {
            comms: part(&reply, "comms"),
            ..CommInfoReply::default()
        }
    }

    fn comm_open(&mut self, message: CommMessage<CommOpen>, outlet: &Outlet) {
        self.comm("comm_open", &message, outlet);
    }

    fn comm_msg(&mut self, message: CommMessage<CommMsg>, outlet: &Outlet) {
        self.comm("comm_msg", &message, outlet);
    }

    fn comm_close(&mut self, message: CommMessage<CommClose>, outlet: &Outlet) {
        self.comm("comm_close", &message, outlet);
    }

    fn while_idle(&mut self, wait: &mut dyn FnMut()) {
        self.cx.blocking(|_| wait());
    }

    fn interrupt_handle(&self) -> Box<dyn Interrupt> {
        Box::new(Handle(self.host.clone()))
    }

    fn shutdown(&mut self, _restart: bool) {
        self.cx.finish_program();
    }
}
