//! Exceptions that nobody can catch: raised in finalizers, callbacks of weak references, hooks.
//!
//! CPython 3.14: `PyErr_FormatUnraisable` (`Python/errors.c`).

use crate::ctx::Ctx;
use crate::error::PyErr;
use crate::value::Value;

impl Ctx {
    /// Writes "MESSAGE OBJECT" and the exception to the host's standard error.
    pub fn report_unraisable(&self, error: &PyErr, message: Option<&str>, object: &Value) {
        let text = |value: &Value| match self.repr(value) {
            Ok(repr) => repr.to_string_lossy().into_owned(),
            Err(_) => "<object repr() failed>".to_owned(),
        };
        let message = message.unwrap_or("Exception ignored in");
        let line = format!(
            "{message}: {}\n{}: {}\n",
            text(object),
            self.type_name(error.value()),
            text(error.value())
        );
        // Nobody is left to tell if standard error is closed.
        let _ = self.host().write(2, line.as_bytes());
    }
}
