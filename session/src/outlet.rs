//! The way out of a notebook cell, as Python sees it: the object that `taipan.kernel` publishes through.

use taipan_macros::{pyclass, pymethods};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::objects::Str;
use taipan_vm::value::{Py, Value};

/// Where a cell's output goes; the kernel implements it.
pub trait Publisher {
    /// Text for `stdout` or `stderr`.
    fn stream(&self, name: &str, text: &str);
    /// Lets printed text leave at once.
    fn flush(&self);
    /// A message of this type with its content as JSON.
    fn publish(&self, kind: &str, content: &str);
    /// Asks the user for a line and waits for it.
    ///
    /// # Errors
    /// Why there is none.
    fn input(&self, prompt: &str, password: bool) -> Result<String, InputFailure>;
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
pub struct Outlet {
    publisher: Box<dyn Publisher>,
}

#[pymethods]
impl Outlet {
    /// Prints text on a stream.
    fn stream(&self, name: &Py<Str>, text: &Py<Str>) {
        self.publisher
            .stream(&name.to_string_lossy(), &text.to_string_lossy());
    }

    /// Lets printed text leave at once.
    fn flush(&self) {
        self.publisher.flush();
    }

    /// Sends a message of a type with its content as JSON.
    fn publish(&self, kind: &Py<Str>, content: &Py<Str>) {
        self.publisher
            .publish(&kind.to_string_lossy(), &content.to_string_lossy());
    }

    /// Asks for a line.
    fn input(&self, cx: &Ctx, prompt: &Py<Str>, password: bool) -> PyResult<Value> {
        match self.publisher.input(&prompt.to_string_lossy(), password) {
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
