//! Messages on a byte stream: a reader that survives broken input, and a writer thread.
//!
//! Counterpart: LSP 3.17, "Base Protocol"; JSON-RPC 2.0. Invariants: a broken message never ends the stream, it is
//! answered with -32700 or -32600 and the next one is read; only [`Writer`] writes. Tests: `reader.rs`.

mod reader;
mod writer;

pub(crate) use reader::{Incoming, Reader};
pub(crate) use writer::{Outgoing, Writer};
