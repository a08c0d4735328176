//! The writer thread: messages in the order in which they were sent.
//!
//! Counterpart: LSP 3.17, "Base Protocol". Invariant: a message is written whole. Tests: the server's own.

use std::io::{self, Write};
use std::thread::JoinHandle;

use crossbeam_channel::{Sender, unbounded};
use lsp_server::{Message, ResponseError};

/// What goes to the client.
pub(crate) enum Outgoing {
    Message(Message),
    /// An error about a message whose id could not be read.
    Unattributed(ResponseError),
}

/// The handle of the writer thread.
pub(crate) struct Writer {
    sender: Sender<Outgoing>,
    thread: JoinHandle<io::Result<()>>,
}

impl Writer {
    /// Starts the thread that owns `out`.
    pub(crate) fn start(mut out: impl Write + Send + 'static) -> io::Result<Writer> {
        let (sender, receiver) = unbounded::<Outgoing>();
        let thread = std::thread::Builder::new()
            .name("lsp-writer".into())
            .spawn(move || {
                for outgoing in receiver {
                    match outgoing {
                        Outgoing::Message(message) => message.write(&mut out)?,
                        Outgoing::Unattributed(error) => {
                            let body =
                                serde_json::json!({"jsonrpc": "2.0", "id": null, "error": error})
                                    .to_string();
                            write!(out, "Content-Length: {}\r\n\r\n{body}", body.len())?;
                            out.flush()?;
                        }
                    }
                }
                Ok(())
            })?;
        Ok(Writer { sender, thread })
    }

    pub(crate) fn sender(&self) -> Sender<Outgoing> {
        self.sender.clone()
    }

    /// Waits until everything sent is written. All other senders must be gone.
    pub(crate) fn finish(self) {
        drop(self.sender);
        // A client that is gone cannot be written to; there is nobody left to tell.
        let _: Result<io::Result<()>, _> = self.thread.join();
    }
}
