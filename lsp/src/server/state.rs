//! The loop's state, and what each message does to it.
//!
//! Counterpart: LSP 3.17, "Server lifecycle", "Text Document Synchronization". Invariants: notifications are applied at
//! once and in order, so a request's snapshot holds all edits sent before it; diagnostics of a document are pushed for
//! its newest revision only. Tests: `lsp/tests/it`.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};
use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response};
use lsp_types::{
    DidChangeTextDocumentParams, DidChangeWorkspaceFoldersParams, DidCloseTextDocumentParams,
    DidOpenTextDocumentParams, InitializeParams, NumberOrString, PublishDiagnosticsParams,
    WorkspaceFolder,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::pool::{Pool, Task};
use super::{Event, Options, capabilities};
use crate::project::resolve::SearchPath;
use crate::project::{Document, Snapshot};
use crate::text::SourceText;
use crate::transport::{Incoming, Outgoing};

/// How long edits must pause before diagnostics are pushed.
const PAUSE: Duration = Duration::from_millis(25);

#[derive(PartialEq)]
enum Phase {
    New,
    Running,
    ShutDown,
}

pub(crate) struct State {
    outgoing: Sender<Outgoing>,
    pool: Pool,
    options: Options,
    phase: Phase,
    snapshot: Snapshot,
    pending: HashMap<RequestId, Arc<AtomicBool>>,
    /// Documents whose diagnostics are to be pushed, since the last edit.
    dirty: HashSet<String>,
    edited: Option<Instant>,
    next_id: i32,
}

impl State {
    pub(crate) fn new(outgoing: Sender<Outgoing>, pool: Pool, options: Options) -> State {
        State {
            outgoing,
            pool,
            options,
            phase: Phase::New,
            snapshot: Snapshot::default(),
            pending: HashMap::new(),
            dirty: HashSet::new(),
            edited: None,
            next_id: 0,
        }
    }

    /// Takes events until the client leaves; returns the exit status.
    pub(crate) fn run(mut self, queue: &Receiver<Event>) -> u8 {
        loop {
            let event = match self.edited {
                None => queue.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(edited) => queue.recv_timeout(PAUSE.saturating_sub(edited.elapsed())),
            };
            match event {
                Err(RecvTimeoutError::Timeout) => self.push_diagnostics(),
                Err(RecvTimeoutError::Disconnected) | Ok(Event::End) => return 1,
                Ok(Event::Answer(response)) => {
                    // A cancelled request was answered already.
                    if self.pending.remove(&response.id).is_some() {
                        self.send(response);
                    }
                }
                Ok(Event::Diagnostics {
                    key,
                    revision,
                    params,
                }) => self.publish(&key, revision, params),
                Ok(Event::Incoming(Incoming::Broken {
                    id: Some(id),
                    error,
                })) => {
                    self.send(Response {
                        id,
                        response_result: Err(error),
                    });
                }
                Ok(Event::Incoming(Incoming::Broken { id: None, error })) => {
                    self.write(Outgoing::Unattributed(error))
                }
                Ok(Event::Incoming(Incoming::Message(message))) => match message {
                    Message::Request(request) => self.request(request),
                    Message::Notification(note) if note.method == "exit" => {
                        return u8::from(self.phase != Phase::ShutDown);
                    }
                    Message::Notification(note) => self.notification(note),
                    // Answers to registrations and refreshes: nothing depends on them.
                    Message::Response(_) => {}
                },
            }
        }
    }

    fn write(&self, outgoing: Outgoing) {
        // The writer ends only when the client is gone; the reader will tell.
        let _: Result<(), _> = self.outgoing.send(outgoing);
    }

    fn send(&self, message: impl Into<Message>) {
        self.write(Outgoing::Message(message.into()));
    }

    fn notify(&self, method: &str, params: impl Serialize) {
        self.send(Notification::new(method.to_owned(), params));
    }

    fn ask(&mut self, method: &str, params: impl Serialize) {
        self.next_id += 1;
        let id = RequestId::from(format!("taipan-{}", self.next_id));
        self.send(Request::new(id, method.to_owned(), params));
    }

    fn refuse(&self, id: RequestId, code: ErrorCode, message: &str) {
        self.send(Response::new_err(id, code as i32, message.to_owned()));
    }

    fn request(&mut self, request: Request) {
        let Request { id, method, params } = request;
        match (&self.phase, method.as_str()) {
            (Phase::New, "initialize") => {
                match serde_json::from_value::<InitializeParams>(params) {
                    Ok(params) => {
                        let answer = self.initialize(&params);
                        self.send(Response::new_ok(id, answer));
                    }
                    Err(error) => self.refuse(id, ErrorCode::InvalidParams, &error.to_string()),
                }
            }
            (Phase::New, _) => self.refuse(
                id,
                ErrorCode::ServerNotInitialized,
                "initialize comes first",
            ),
            (Phase::ShutDown, _) => {
                self.refuse(id, ErrorCode::InvalidRequest, "the server was shut down")
            }
            (Phase::Running, "initialize") => {
                self.refuse(id, ErrorCode::InvalidRequest, "initialized before")
            }
            (Phase::Running, "shutdown") => {
                self.phase = Phase::ShutDown;
                self.send(Response::new_ok(id, Value::Null));
            }
            (Phase::Running, _) => {
                let cancelled = Arc::new(AtomicBool::new(false));
                self.pending.insert(id.clone(), Arc::clone(&cancelled));
                let snapshot = Snapshot {
                    cancelled,
                    ..self.snapshot.clone()
                };
                self.pool.submit(Task::Request {
                    id,
                    method,
                    params,
                    snapshot,
                });
            }
        }
    }

    fn initialize(&mut self, params: &InitializeParams) -> Value {
        self.phase = Phase::Running;
        let client = capabilities::client(params);
        let answer = capabilities::answer(&client);
        self.snapshot.client = Arc::new(client);
        if let Some(library) = params
            .initialization_options
            .as_ref()
            .and_then(|options| options.get("stdlib")?.as_str())
        {
            self.options.library = Some(PathBuf::from(library));
        }
        let folders = params
            .workspace_folders
            .iter()
            .flatten()
            .map(|folder| folder.uri.as_str());
        let mut roots: Vec<PathBuf> = folders.filter_map(crate::uri::to_path).collect();
        if roots.is_empty() {
            #[expect(deprecated, reason = "older clients send only this")]
            let root = params
                .root_uri
                .as_ref()
                .and_then(|uri| crate::uri::to_path(uri.as_str()));
            roots.extend(root);
        }
        self.set_roots(roots);
        answer
    }

    fn set_roots(&mut self, roots: Vec<PathBuf>) {
        self.snapshot.search_path = Arc::new(SearchPath::new(&roots, self.options.library.clone()));
        self.snapshot.roots = Arc::new(roots);
        self.changed();
    }

    /// Counts a change: every open document may be affected by it.
    #[expect(
        clippy::disallowed_methods,
        reason = "only measures the pause between edits"
    )]
    fn changed(&mut self) {
        self.snapshot.revision += 1;
        self.dirty.extend(self.snapshot.open.keys().cloned());
        self.edited = Some(Instant::now());
    }

    fn notification(&mut self, note: Notification) {
        if self.phase != Phase::Running {
            return;
        }
        let Notification { method, params } = note;
        // A notification has no answer: one that cannot be read is dropped.
        fn read<P: DeserializeOwned>(params: Value) -> Option<P> {
            serde_json::from_value(params).ok()
        }
        match method.as_str() {
            "initialized" => self.register(),
            "textDocument/didOpen" => {
                if let Some(params) = read::<DidOpenTextDocumentParams>(params) {
                    let item = params.text_document;
                    self.open(item.uri, Some(item.version), SourceText::new(item.text));
                }
            }
            "textDocument/didChange" => {
                if let Some(params) = read::<DidChangeTextDocumentParams>(params) {
                    self.change(params);
                }
            }
            "textDocument/didClose" => {
                if let Some(params) = read::<DidCloseTextDocumentParams>(params) {
                    let key = crate::uri::key(params.text_document.uri.as_str());
                    Arc::make_mut(&mut self.snapshot.open).remove(&key);
                    self.dirty.remove(&key);
                    if !self.snapshot.client.pulls_diagnostics {
                        self.notify(
                            "textDocument/publishDiagnostics",
                            PublishDiagnosticsParams::new(
                                params.text_document.uri,
                                Vec::new(),
                                None,
                            ),
                        );
                    }
                    self.changed();
                }
            }
            "workspace/didChangeWatchedFiles" => {
                // Whatever is said to have changed: all entries are checked again when they are used.
                self.snapshot.files.forget_lists();
                self.changed();
            }
            "workspace/didChangeWorkspaceFolders" => {
                if let Some(params) = read::<DidChangeWorkspaceFoldersParams>(params) {
                    self.change_folders(&params.event.added, &params.event.removed);
                }
            }
            "$/cancelRequest" => {
                let id = params.get("id").cloned().and_then(read::<NumberOrString>);
                let id = id.map(|id| match id {
                    NumberOrString::Number(number) => RequestId::from(number),
                    NumberOrString::String(text) => RequestId::from(text),
                });
                if let Some(id) = id
                    && let Some(flag) = self.pending.remove(&id)
                {
                    flag.store(true, Ordering::Relaxed);
                    self.refuse(id, ErrorCode::RequestCanceled, "cancelled by the client");
                }
            }
            _ => {}
        }
    }

    fn register(&mut self) {
        if self.snapshot.client.registers_watchers {
            let watchers = json!([{"globPattern": "**/*.{py,pyi}"}]);
            self.ask(
                "client/registerCapability",
                json!({"registrations": [{
                    "id": "watched-files",
                    "method": "workspace/didChangeWatchedFiles",
                    "registerOptions": {"watchers": watchers},
                }]}),
            );
        }
    }

    fn open(&mut self, uri: lsp_types::Uri, version: Option<i32>, text: SourceText) {
        let is_own = crate::uri::to_path(uri.as_str()).is_none_or(|path| self.snapshot.owns(&path));
        let document = Arc::new(Document::new(uri, version, is_own, text));
        Arc::make_mut(&mut self.snapshot.open).insert(document.key.clone(), document);
        self.changed();
    }

    fn change(&mut self, params: DidChangeTextDocumentParams) {
        let key = crate::uri::key(params.text_document.uri.as_str());
        let Some(document) = self.snapshot.open.get(&key) else {
            return;
        };
        let mut text = document.text.clone();
        for change in params.content_changes {
            text = text.edited(change.range, &change.text, self.snapshot.client.encoding);
        }
        let uri = document.uri.clone();
        self.open(uri, Some(params.text_document.version), text);
    }

    fn change_folders(&mut self, added: &[WorkspaceFolder], removed: &[WorkspaceFolder]) {
        let path = |folder: &WorkspaceFolder| crate::uri::to_path(folder.uri.as_str());
        let removed: Vec<PathBuf> = removed.iter().filter_map(path).collect();
        let mut roots: Vec<PathBuf> = self
            .snapshot
            .roots
            .iter()
            .filter(|root| !removed.contains(root))
            .cloned()
            .collect();
        roots.extend(added.iter().filter_map(path));
        self.set_roots(roots);
    }

    fn push_diagnostics(&mut self) {
        self.edited = None;
        let dirty = std::mem::take(&mut self.dirty);
        if self.snapshot.client.pulls_diagnostics {
            if self.snapshot.client.refreshes_diagnostics && dirty.len() > 1 {
                self.ask("workspace/diagnostic/refresh", Value::Null);
            }
            return;
        }
        for key in dirty {
            if let Some(document) = self.snapshot.open.get(&key) {
                let task = Task::Diagnostics {
                    document: Arc::clone(document),
                    snapshot: self.snapshot.clone(),
                };
                self.pool.submit(task);
            }
        }
    }

    fn publish(&mut self, key: &str, revision: u64, params: PublishDiagnosticsParams) {
        let current = self
            .snapshot
            .open
            .get(key)
            .is_some_and(|document| document.version == params.version);
        // Newer ones are on their way when something changed meanwhile.
        if current && (revision == self.snapshot.revision || !self.dirty.contains(key)) {
            self.notify("textDocument/publishDiagnostics", params);
        }
    }
}
