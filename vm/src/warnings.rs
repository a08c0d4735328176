//! Warnings that native code issues.
//!
//! CPython 3.14: `PyErr_WarnEx`. The filters live in the module `_warnings`, which hangs its function in here.

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::objects::Type;
use crate::value::Py;

/// Issues a warning of a category; an error if a filter makes it one.
pub type Warner = fn(&Ctx, &Py<Type>, &str) -> PyResult<()>;

impl Ctx {
    /// Warns, seen from the running Python function. Before `_warnings` exists nobody could have set a filter, and the
    /// warning is dropped, as in CPython.
    ///
    /// # Errors
    /// The warning itself, if a filter turns it into an exception.
    pub fn warn(&self, category: &Py<Type>, message: &str) -> PyResult<()> {
        match self.isolate().warner.get() {
            Some(warner) => warner(self, category, message),
            None => Ok(()),
        }
    }
}
