//! The Jupyter kernel: protocol, sockets and the thread that runs cells.
//!
//! Specification: "Messaging in Jupyter" 5.5 and JEP 65 (`iopub_welcome`). The interpreter stands
//! behind the trait [`Engine`] and runs on a thread of its own, so that no cell, however busy, keeps
//! a socket from being read: the heartbeat, control requests and interrupts are answered meanwhile.
//!
//! A request's way: `sockets::shell` -> [`wire`] (signature, parsing) -> `queue` -> `worker` (busy,
//! the engine, reply, idle) -> `sockets`. What a cell shows takes the way [`Outlet`] -> `broadcast`
//! (which merges streams) -> `sockets::iopub`.
//!
//! Not here: executing Python, completion, inspection, history (crate `taipan-session`), and the
//! command line. Read first: `engine.rs`, then `worker.rs`.
//!
//! Invariants: the signing key appears in no log, error or `Debug` output; a request gets exactly one
//! busy and one idle, whatever happens to it; a request's header comes back byte for byte.
//!
//! Tests: `tests/*.transcript` (run by `tests/it/`), driven against the engine of `examples/echo`.

pub mod engine;
pub mod messages;
mod outlet;

pub mod connection;
mod key;
pub mod wire;

mod broadcast;
mod input;
mod interrupts;
mod lock;
mod queue;
mod sockets;
mod status;
mod worker;

pub mod install;
mod kernel;
pub mod lifetime;
mod session_engine;

pub use connection::ConnectionFile;
pub use engine::{Engine, Interrupt};
pub use input::InputError;
pub use kernel::{Exit, Kernel, KernelError, Options};
pub use key::Key;
pub use outlet::Outlet;
pub use session_engine::SessionEngine;
