//! `str.encode`.
//!
//! CPython 3.14: `unicode_encode_impl`. The codecs are in `crate::codecs`.

use taipan_macros::pymethods;

use super::Str;
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::bind::Optional;
use crate::value::{Py, Value};

#[pymethods(part = 7)]
impl Str {
    /// The text as bytes in an encoding.
    ///
    /// The error handler decides what becomes of characters that the encoding does not
    /// have: 'strict' raises UnicodeEncodeError; 'ignore', 'replace', 'xmlcharrefreplace'
    /// and any name registered with codecs.register_error go on.
    #[pymethod(signature = (encoding = Optional::Missing, errors = Optional::Missing),
               text_signature = "($self, /, encoding='utf-8', errors='strict')")]
    fn encode(
        this: &Py<Str>,
        cx: &Ctx,
        encoding: Optional<&Py<Str>>,
        errors: Optional<&Py<Str>>,
    ) -> PyResult<Value> {
        cx.encode_text(this, encoding.given(), errors.given())
    }
}
