//! Formatting any value.
//!
//! CPython 3.14: `PyObject_Format` (`Objects/abstract.c`).

use taipan_text::format::{FormatError, FormatErrorKind};

use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::objects::Str;
use crate::value::{Kind, Py, Value};

impl Ctx {
    /// `format(value, spec)`; without a specification, that of an empty one.
    ///
    /// # Errors
    /// What `__format__` raises; `TypeError` if it returns no string.
    pub fn format(&self, value: &Value, spec: Option<&Py<Str>>) -> PyResult<Py<Str>> {
        if spec.is_none_or(|spec| spec.size() == 0) {
            match value.kind() {
                Kind::Small(_) | Kind::Float(_) => return self.str(value),
                _ => {}
            }
            if let Some(text) = value.downcast_ref::<Str>()
                && text.is_exact()
            {
                return Ok(text.clone());
            }
        }
        let spec = match spec {
            Some(spec) => spec.to_value(),
            None => self.empty_str().into_value(),
        };
        let Some(method) = self.find_special(value, &self.names().__format__)? else {
            return Err(self.type_error(format!(
                "Type {} doesn't define __format__",
                self.type_name(value)
            )));
        };
        let result = self.call(&method, &[spec])?;
        result.downcast::<Str>().map_err(|other| {
            self.type_error(format!(
                "__format__ must return a str, not {}",
                self.type_name(&other)
            ))
        })
    }

    /// The exception for a malformed or unsuitable format specification.
    pub fn format_error(&self, error: &FormatError) -> PyErr {
        match error.kind() {
            FormatErrorKind::Value => self.value_error(error.to_string()),
            FormatErrorKind::Overflow => self.overflow_error(error.to_string()),
            FormatErrorKind::Memory => self.memory_error(),
        }
    }
}
