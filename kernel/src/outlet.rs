//! Where the engine puts what a cell shows, and asks for input.
//!
//! An outlet belongs to one request and may be cloned into any thread; what goes through it names that
//! request as its parent. Its methods may wait while the frontends are slow to read: call them without
//! holding a lock that other threads need (the GIL). Tests: every transcript.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::kernel::Shared;
use crate::messages::{
    ClearOutput, CommClose, CommMsg, CommOpen, DisplayData, ErrorContent, ExecuteInput,
    ExecuteResult, InputRequest, Object, StreamName,
};
use crate::wire::Outgoing;
use crate::{InputError, wire::Incoming};

/// The way out of a request.
#[derive(Clone)]
pub struct Outlet {
    shared: Arc<Shared>,
    parent: Option<Arc<RawValue>>,
    asker: Option<Arc<Asker>>,
}

/// Who can be asked for input.
struct Asker {
    identities: Vec<Bytes>,
    msg_id: String,
}

impl Outlet {
    /// An outlet for output that belongs to no request.
    pub(crate) fn without_parent(shared: Arc<Shared>) -> Self {
        Outlet {
            shared,
            parent: None,
            asker: None,
        }
    }

    /// The outlet of a request from which no input can be asked.
    pub(crate) fn of(shared: &Arc<Shared>, parent: &Arc<RawValue>) -> Self {
        Outlet {
            shared: shared.clone(),
            parent: Some(parent.clone()),
            asker: None,
        }
    }

    /// Lets [`Self::input`] ask the frontend that sent `message`.
    pub(crate) fn with_input(mut self, message: &Incoming) -> Self {
        self.asker = Some(Arc::new(Asker {
            identities: message.identities.clone(),
            msg_id: message.header.msg_id.clone(),
        }));
        self
    }

    /// The request's header, as raw JSON.
    pub fn parent_header(&self) -> Option<&RawValue> {
        self.parent.as_deref()
    }

    /// Prints text. It is merged with what was printed just before.
    pub fn stream(&self, name: StreamName, text: &str) {
        self.shared.broadcast.wait_for_room();
        self.shared
            .broadcast
            .print(self.parent.as_ref(), name, text);
    }

    /// Lets printed text leave at once.
    pub fn flush(&self) {
        self.shared.broadcast.flush();
    }

    /// Shows something.
    pub fn display_data(&self, display: &DisplayData) {
        self.publish("display_data", display);
    }

    /// Replaces what was shown with the same `display_id`.
    pub fn update_display_data(&self, display: &DisplayData) {
        self.publish("update_display_data", display);
    }

    /// Clears what the cell has shown.
    pub fn clear_output(&self, clear: ClearOutput) {
        self.publish("clear_output", &clear);
    }

    /// Shows the value of the cell's last expression.
    pub fn execute_result(&self, result: &ExecuteResult) {
        self.publish("execute_result", result);
    }

    /// Shows an exception.
    pub fn error(&self, error: &ErrorContent) {
        self.publish("error", error);
    }

    /// Opens a comm to the frontends.
    pub fn comm_open(&self, comm: &CommOpen, metadata: &Object, buffers: Vec<Bytes>) {
        self.publish_with("comm_open", comm, metadata, buffers);
    }

    /// Sends a message on a comm.
    pub fn comm_msg(&self, comm: &CommMsg, metadata: &Object, buffers: Vec<Bytes>) {
        self.publish_with("comm_msg", comm, metadata, buffers);
    }

    /// Closes a comm.
    pub fn comm_close(&self, comm: &CommClose, metadata: &Object, buffers: Vec<Bytes>) {
        self.publish_with("comm_close", comm, metadata, buffers);
    }

    /// Asks the frontend of the request for a line and waits for it.
    ///
    /// # Errors
    /// [`InputError`] says why there is none.
    pub fn input(&self, prompt: &str, password: bool) -> Result<String, InputError> {
        self.ask(prompt, password)?;
        loop {
            if let Some(answer) = self.answer(Duration::MAX) {
                return answer;
            }
        }
    }

    /// Waits so long for the line that was asked for.
    pub fn answer(&self, patience: Duration) -> Option<Result<String, InputError>> {
        self.shared.input.answer(patience)
    }

    /// Waits no more for the line that was asked for.
    pub fn give_up(&self) {
        self.shared.input.give_up();
    }

    /// Asks the frontend of the request for a line.
    ///
    /// # Errors
    /// [`InputError`] says why it cannot be asked.
    pub fn ask(&self, prompt: &str, password: bool) -> Result<(), InputError> {
        let asker = self.asker.as_ref().ok_or(InputError::NotAllowed)?;
        self.flush();
        let request = InputRequest { prompt, password };
        let message = Outgoing::new("input_request", self.parent.as_deref(), &request)
            .expect("text and a flag are always valid JSON")
            .to(asker.identities.clone());
        let parents = [message.msg_id().to_owned(), asker.msg_id.clone()];
        self.shared
            .input
            .ask(parents, || self.shared.stdin.send(message))
    }

    pub(crate) fn execute_input(&self, input: &ExecuteInput<'_>) {
        self.publish("execute_input", input);
    }

    fn publish(&self, msg_type: &str, content: &impl Serialize) {
        self.publish_with(msg_type, content, &Object::new(), Vec::new());
    }

    fn publish_with(
        &self,
        msg_type: &str,
        content: &impl Serialize,
        metadata: &Object,
        buffers: Vec<Bytes>,
    ) {
        self.shared.broadcast.wait_for_room();
        let message = Outgoing::new(msg_type, self.parent.as_deref(), content)
            .and_then(|message| message.with_metadata(metadata))
            .expect("contents of strings, numbers and JSON values are valid JSON");
        self.shared.broadcast.publish(message.with_buffers(buffers));
    }
}
