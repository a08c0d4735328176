//! What the kernel asks of an interpreter.
//!
//! The engine lives on one thread (it need not be `Send`): it is made there, and all its methods are
//! called there, one after the other. Only its [`Interrupt`] is used from other threads. What it shows
//! goes through the [`Outlet`] of the request; an outlet may be kept and used from any thread, so that
//! a background thread's output still belongs to the cell that started it.
//!
//! The kernel's part, not the engine's: busy and idle, `execute_input`, the reply, aborting the queue
//! after an error, parsing and routing. The engine's part: `execute_result`, `error`, streams, displays.

use bytes::Bytes;

use crate::Outlet;
use crate::messages::{
    CommClose, CommInfoReply, CommInfoRequest, CommMsg, CommOpen, CompleteReply, CompleteRequest,
    ExecuteReply, ExecuteRequest, HistoryReply, HistoryRequest, InspectReply, InspectRequest,
    IsCompleteReply, IsCompleteRequest, Object,
};

/// An interpreter behind the kernel.
pub trait Engine {
    /// The number of the cell that `request` asks for, as `execute_input` shows it.
    fn execution_count(&self, request: &ExecuteRequest) -> u32;

    /// Runs a cell. An uncaught exception is published with [`Outlet::error`] (unless the request is
    /// silent) and returned. An interrupt that came before this call is to be forgotten.
    fn execute(&mut self, request: &ExecuteRequest, outlet: &Outlet) -> ExecuteReply;

    /// Completes code.
    fn complete(&mut self, request: &CompleteRequest, outlet: &Outlet) -> CompleteReply;

    /// Tells what is under the cursor.
    fn inspect(&mut self, request: &InspectRequest, outlet: &Outlet) -> InspectReply;

    /// Tells whether code can run.
    fn is_complete(&mut self, request: &IsCompleteRequest) -> IsCompleteReply;

    /// Finds earlier cells.
    fn history(&mut self, request: &HistoryRequest) -> HistoryReply;

    /// Lists the open comms.
    fn comm_info(&mut self, request: &CommInfoRequest) -> CommInfoReply;

    /// A frontend opens a comm. Without such a target, answer with [`Outlet::comm_close`].
    fn comm_open(&mut self, message: CommMessage<CommOpen>, outlet: &Outlet);

    /// A frontend sends a message on a comm.
    fn comm_msg(&mut self, message: CommMessage<CommMsg>, outlet: &Outlet);

    /// A frontend closes a comm.
    fn comm_close(&mut self, message: CommMessage<CommClose>, outlet: &Outlet);

    /// Calls `wait`, which returns when there is a request, and lets the program's other threads run meanwhile.
    fn while_idle(&mut self, wait: &mut dyn FnMut()) {
        wait();
    }

    /// The handle that stops what this engine runs.
    fn interrupt_handle(&self) -> Box<dyn Interrupt>;

    /// The kernel ends: run what has to run (`atexit`), flush. Nothing is called after it.
    fn shutdown(&mut self, restart: bool);
}

/// Stops what an engine runs; called from another thread.
pub trait Interrupt: Send + Sync {
    /// Makes the running code raise `KeyboardInterrupt` soon. Called only while a cell or another
    /// request is with the engine, and not while it waits in [`Outlet::input`], which returns
    /// [`InputError::Interrupted`](crate::InputError) instead.
    fn interrupt(&self);
}

/// A comm message from a frontend, with all that Python code may ask of it.
#[derive(Debug)]
pub struct CommMessage<T> {
    /// The content.
    pub content: T,
    /// The message's metadata.
    pub metadata: Object,
    /// Binary buffers.
    pub buffers: Vec<Bytes>,
}
