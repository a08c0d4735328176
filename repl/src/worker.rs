//! The interpreter's thread.
//!
//! Values belong to one thread's lock and need a deep stack, the terminal's side waits for keys: so the engine lives on
//! a thread of its own and answers requests.

use std::sync::mpsc::{Receiver, Sender, channel};

use crate::engine::{Completions, Engine, Executed};

/// The stack of the interpreter's thread. Reserved, not used: the system maps pages as they are touched.
const STACK_BYTES: usize = 512 << 20;

enum Request {
    Prompts(Sender<(String, String)>),
    Execute(String, Sender<Executed>),
    Complete(String, usize, Sender<Completions>),
    Interrupted(Sender<()>),
    Finish(i32, Sender<i32>),
}

/// A way to the engine's thread; clones lead to the same one.
#[derive(Clone)]
pub(crate) struct Worker {
    requests: Sender<Request>,
}

/// The engine's thread has ended: it panicked, or was finished.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("the interpreter's thread has ended")]
pub(crate) struct Gone;

impl Worker {
    /// Starts the thread; `make` runs on it.
    ///
    /// # Errors
    /// The system has no room for a thread.
    /// What `make` says when it cannot build the engine.
    pub(crate) fn start<E: Engine>(
        make: impl FnOnce() -> Result<E, String> + Send + 'static,
    ) -> std::io::Result<Self> {
        let (requests, inbox) = channel();
        let (made, is_made) = channel();
        std::thread::Builder::new()
            .name("taipan".to_owned())
            .stack_size(STACK_BYTES)
            .spawn(move || match make() {
                Ok(mut engine) => {
                    // Nobody waits any more if the prompt has ended meanwhile.
                    let _ = made.send(Ok(()));
                    serve(&mut engine, &inbox);
                }
                Err(message) => {
                    let _ = made.send(Err(message));
                }
            })?;
        match is_made.recv() {
            Ok(Ok(())) => Ok(Self { requests }),
            Ok(Err(message)) => Err(std::io::Error::other(message)),
            Err(_) => Err(std::io::Error::other(Gone)),
        }
    }

    fn ask<T>(&self, request: impl FnOnce(Sender<T>) -> Request) -> Result<T, Gone> {
        let (answer, receiver) = channel();
        self.requests.send(request(answer)).map_err(|_| Gone)?;
        receiver.recv().map_err(|_| Gone)
    }

    pub(crate) fn prompts(&self) -> Result<(String, String), Gone> {
        self.ask(Request::Prompts)
    }

    pub(crate) fn execute(&self, source: String) -> Result<Executed, Gone> {
        self.ask(|answer| Request::Execute(source, answer))
    }

    pub(crate) fn complete(&self, source: &str, cursor: usize) -> Result<Completions, Gone> {
        self.ask(|answer| Request::Complete(source.to_owned(), cursor, answer))
    }

    pub(crate) fn interrupted(&self) -> Result<(), Gone> {
        self.ask(Request::Interrupted)
    }

    pub(crate) fn finish(&self, code: i32) -> Result<i32, Gone> {
        self.ask(|answer| Request::Finish(code, answer))
    }
}

fn serve(engine: &mut impl Engine, inbox: &Receiver<Request>) {
    loop {
        let mut next = None;
        engine.while_idle(&mut || next = inbox.recv().ok());
        let Some(request) = next else {
            return;
        };
        // An answer that nobody waits for any more is no error.
        match request {
            Request::Prompts(answer) => {
                let _ = answer.send(engine.prompts());
            }
            Request::Execute(source, answer) => {
                let _ = answer.send(engine.execute(&source));
            }
            Request::Complete(source, cursor, answer) => {
                let _ = answer.send(engine.complete(&source, cursor));
            }
            Request::Interrupted(answer) => {
                engine.interrupted();
                let _ = answer.send(());
            }
            Request::Finish(code, answer) => {
                let _ = answer.send(engine.finish(code));
                return;
            }
        }
    }
}
