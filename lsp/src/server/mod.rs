//! The server: one loop that owns the state, a reader and a writer beside it, a pool that computes answers.
//!
//! Counterpart: LSP 3.17, "Lifecycle Messages". Invariants: messages are taken in the client's order; only the loop
//! changes [`state::State`]; each request is answered exactly once (also when it is cancelled or panics). Read
//! [`state`] next, then [`pool`] and [`capabilities`]. Tests: `lsp/tests/it`.

mod capabilities;
mod options;
mod pool;
mod state;

use std::io::{self, BufRead, BufReader, Write};

use crossbeam_channel::unbounded;
use lsp_server::Response;

pub use options::Options;

use crate::analysis::guard::STACK;
use crate::transport::{Incoming, Reader, Writer};

/// What reaches the loop.
pub(crate) enum Event {
    Incoming(Incoming),
    /// The client is gone.
    End,
    /// A request's answer.
    Answer(Response),
    /// Computed problems of a document, to be published if they are still wanted.
    Diagnostics {
        key: String,
        revision: u64,
        params: lsp_types::PublishDiagnosticsParams,
    },
}

/// Serves one client on standard input and output; returns the exit status.
#[expect(
    clippy::disallowed_methods,
    reason = "the protocol's own streams, opened once, here"
)]
pub fn run_stdio(options: Options) -> u8 {
    run(BufReader::new(io::stdin()), io::stdout(), options).unwrap_or(1)
}

/// Serves one client; returns the exit status, or the error that kept the server from starting.
pub fn run(
    input: impl BufRead + Send + 'static,
    output: impl Write + Send + 'static,
    options: Options,
) -> io::Result<u8> {
    let writer = Writer::start(output)?;
    let (events, queue) = unbounded();
    let incoming = events.clone();
    // Not joined: it may wait for input that never comes.
    let _reader = std::thread::Builder::new()
        .name("lsp-reader".into())
        .spawn(move || {
            let mut reader = Reader::new(input);
            while let Ok(Some(message)) = reader.next() {
                if incoming.send(Event::Incoming(message)).is_err() {
                    return;
                }
            }
            // The loop may have ended first; then nobody needs to know.
            let _: Result<(), _> = incoming.send(Event::End);
        })?;
    let outgoing = writer.sender();
    // Trees are dropped where the last snapshot is, so the loop needs a deep stack too.
    let main = std::thread::Builder::new()
        .name("lsp-loop".into())
        .stack_size(STACK)
        .spawn(move || {
            let pool = pool::Pool::start(events)?;
            Ok(state::State::new(outgoing, pool, options).run(&queue))
        })?;
    let status = main.join().unwrap_or(Ok(1));
    writer.finish();
    status
}
