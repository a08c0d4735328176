//! `type.__text_signature__`: how a class is called, as it says itself.
//!
//! CPython 3.14: `_PyType_GetTextSignatureFromInternalDoc` (`Objects/typeobject.c`). A class written in Python tells it in the
//! first lines of its documentation, where classes written in C have it. Tests: `tests/run/class/`.

use taipan_text::Wtf8;

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::objects::{Str, Type};
use crate::value::{Py, Value};

/// What ends the signature in a documentation.
const END: &[u8] = b")\n--\n\n";

pub(super) fn text_signature(cx: &Ctx, class: &Py<Type>) -> PyResult<Value> {
    if let Some(def) = class.def {
        return match def.text_signature {
            Some(text) => Ok(cx.new_str(text)?.into_value()),
            None => Ok(Value::NONE),
        };
    }
    let doc = class.lookup_own(&cx.names().__doc__);
    let doc = doc.as_ref().and_then(Value::downcast_ref::<Str>);
    match doc.and_then(|doc| signature_in(doc.as_wtf8(), &class.name())) {
        Some(text) => Ok(cx.new_str(text)?.into_value()),
        None => Ok(Value::NONE),
    }
}

/// The parentheses behind the name that a documentation starts with.
fn signature_in<'d>(doc: &'d Wtf8, name: &Wtf8) -> Option<&'d Wtf8> {
    let name = name.as_bytes();
    let name = name.rsplit(|&byte| byte == b'.').next().unwrap_or(name);
    let rest = doc.as_bytes().strip_prefix(name)?;
    if rest.first() != Some(&b'(') {
        return None;
    }
    let length = rest.windows(END.len()).position(|window| window == END)? + 1;
    Some(doc.slice_from(name.len()).slice_to(length))
}
