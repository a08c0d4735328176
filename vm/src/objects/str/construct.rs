//! `str()` and pickling.
//!
//! CPython 3.14: `unicode_new_impl`, `PyUnicode_FromEncodedObject`, `unicode_subtype_new`.

use taipan_macros::pymethods;

use super::Str;
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::bind::Optional;
use crate::objects::Type;
use crate::value::{Py, Value};

#[pymethods]
impl Str {
    #[new(signature = (object = Optional::Missing, encoding = Optional::Missing, errors = Optional::Missing), text_signature = None)]
    fn new(
        cx: &Ctx,
        cls: &Py<Type>,
        object: Optional<&Value>,
        encoding: Optional<&Py<Str>>,
        errors: Optional<&Py<Str>>,
    ) -> PyResult<Value> {
        let text = match (object.given(), encoding.given(), errors.given()) {
            (None, ..) => cx.empty_str(),
            (Some(object), None, None) => cx.str(object)?,
            (Some(object), encoding, errors) => cx.decode_object(object, encoding, errors)?,
        };
        if cls.is(&cx.types().str) {
            return Ok(text.into_value());
        }
        let made = Str::allocate_counted(cx.heap(), cls, text.as_wtf8(), text.length());
        match made {
            Ok(text) => Ok(text.into_value()),
            Err(_) => Err(cx.memory_error()),
        }
    }

    fn __getnewargs__(this: &Py<Str>, cx: &Ctx) -> PyResult<(Value,)> {
        Ok((cx
            .new_str_counted(this.as_wtf8(), this.length())?
            .into_value(),))
    }

    /// The size in memory in bytes, as CPython stores the text.
    fn __sizeof__(this: &Py<Str>) -> usize {
        let length = this.length();
        if this.is_ascii() {
            return 40 + length + 1;
        }
        let largest = this.as_wtf8().max_code_point();
        let width = match largest.map_or(0, |point| point.to_u32()) {
            0..=0xFF => 1,
            0x100..=0xFFFF => 2,
            _ => 4,
        };
        56 + (length + 1) * width
    }
}
