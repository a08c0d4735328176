//! Formatting any value.
//!
//! CPython 3.14: `PyObject_Format` (`Objects/abstract.c`).

use taipan_text::format::{FormatError, FormatErrorKind};

use crate::ctx::Ctx;
use crate::error::PyErr;

impl Ctx {
    /// The exception for a malformed or unsuitable format specification.
    pub fn format_error(&self, error: &FormatError) -> PyErr {
        match error.kind() {
            FormatErrorKind::Value => self.value_error(error.to_string()),
            FormatErrorKind::Overflow => self.overflow_error(error.to_string()),
            FormatErrorKind::Memory => self.memory_error(),
        }
    }
}
