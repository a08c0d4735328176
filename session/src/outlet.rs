//! The way out of a notebook cell, as Python sees it: the object that `taipan.kernel` publishes through.

use std::time::Duration;

use taipan_macros::{pyclass, pymethods};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::objects::{Bytes, List, Str};
use taipan_vm::value::{Py, Value};

/// How long a question waits before it looks for signals.
const GLANCE: Duration = Duration::from_millis(50);

/// Where a cell's output goes; the kernel implements it.
pub trait Publisher {
    /// Text for `stdout` or `stderr`.
    fn stream(&self, name: &str, text: &str);
    /// Lets printed text leave at once.
    fn flush(&self);
    /// A message of this type with its content as JSON.
    fn publish(&self, kind: &str, content: &str);
    /// A comm's message: content and metadata as JSON, and what is not JSON.
    fn comm(&self, kind: &str, content: &str, metadata: &str, buffers: Vec<Vec<u8>>);
    /// Asks the user for a line.
    ///
    /// # Errors
    /// Why nobody can be asked.
    fn ask(&self, prompt: &str, password: bool) -> Result<(), InputFailure>;
    /// Waits so long for the line that was asked for.
    fn answer(&self, patience: Duration) -> Option<Result<String, InputFailure>>;
    /// Waits no more for the line that was asked for.
    fn give_up(&self);
}

/// Why the user was not, or could not be, asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InputFailure {
    Interrupted,
    /// The frontend does not allow questions.
    NotAllowed(String),
    /// The frontend is gone or gave nothing.
    NoValue(String),
}

/// What a cell shows goes through here.
#[pyclass(name = "Outlet", module = "taipan.kernel", no_new)]
pub(crate) struct Outlet {
    publisher: Box<dyn Publisher>,
}

#[pymethods]
impl Outlet {
    /// Prints text on a stream.
    fn stream(&self, cx: &Ctx, name: &Py<Str>, text: &Py<Str>) {
        let (name, text) = (name.to_string_lossy(), text.to_string_lossy());
        cx.blocking(|_| self.publisher.stream(&name, &text));
    }

    /// Lets printed text leave at once.
    fn flush(&self) {
        self.publisher.flush();
    }

    /// Sends a message of a type with its content as JSON.
    fn publish(&self, cx: &Ctx, kind: &Py<Str>, content: &Py<Str>) {
        let (kind, content) = (kind.to_string_lossy(), content.to_string_lossy());
        cx.blocking(|_| self.publisher.publish(&kind, &content));
    }

    /// Sends a comm's message with its content and metadata as JSON.
    fn comm(
        &self,
        cx: &Ctx,
        kind: &Py<Str>,
        content: &Py<Str>,
        metadata: &Py<Str>,
        buffers: &Py<List>,
    ) -> PyResult<()> {
        let buffers: Option<Vec<Vec<u8>>> = buffers
            .to_vec()
            .iter()
            .map(|buffer| {
                buffer
                    .downcast_ref::<Bytes>()
                    .map(|bytes| bytes.as_slice().to_vec())
            })
            .collect();
        let Some(buffers) = buffers else {
            return Err(cx.type_error("a comm's buffers are bytes"));
        };
        self.publisher.comm(
            &kind.to_string_lossy(),
            &content.to_string_lossy(),
            &metadata.to_string_lossy(),
            buffers,
        );
        Ok(())
    }

    /// Asks for a line.
    fn input(&self, cx: &Ctx, prompt: &Py<Str>, password: bool) -> PyResult<Value> {
        let prompt = prompt.to_string_lossy().into_owned();
        let mut answer = cx
            .blocking(|_| self.publisher.ask(&prompt, password))
            .err()
            .map(Err);
        let answer = loop {
            if let Some(answer) = answer {
                break answer;
            }
            answer = cx.blocking(|_| self.publisher.answer(GLANCE));
            if answer.is_none()
                && let Err(raised) = cx.check_signals()
            {
                self.publisher.give_up();
                return Err(raised);
            }
        };
        match answer {
            Ok(line) => Ok(cx.new_str(&line)?.into_value()),
            Err(InputFailure::Interrupted) => {
                Err(cx.exception_with(&cx.types().keyboard_interrupt, Vec::new()))
            }
            Err(InputFailure::NotAllowed(reason)) => Err(cx.runtime_error(reason)),
            Err(InputFailure::NoValue(reason)) => Err(cx.eof_error(reason)),
        }
    }
}

/// Makes the Python object for a publisher.
pub(crate) fn new(cx: &Ctx, publisher: Box<dyn Publisher>) -> Value {
    cx.heap()
        .allocate(&cx.native_class(Outlet::class()), Outlet { publisher })
        .into_value()
}
