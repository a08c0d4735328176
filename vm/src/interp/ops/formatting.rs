//! Formatted strings and template strings.

use taipan_compiler::opcode::ConvertValue;

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::objects::Str;
use crate::value::Value;

/// `!s`, `!r`, `!a`.
pub(crate) fn convert(cx: &Ctx, value: &Value, arg: u32) -> PyResult<Value> {
    match ConvertValue::from_oparg(arg) {
        Some(ConvertValue::Str) => Ok(cx.str(value)?.into_value()),
        Some(ConvertValue::Repr) => Ok(cx.repr(value)?.into_value()),
        Some(ConvertValue::Ascii) => cx.call(&cx.builtin("ascii")?, std::slice::from_ref(value)),
        Some(ConvertValue::None) | None => Err(cx.system_error("unexpected conversion flag")),
    }
}

/// Formats without a specification; an exact `str` is its own text.
#[inline(always)]
pub(crate) fn format_simple(cx: &Ctx, value: Value) -> PyResult<Value> {
    if let Some(text) = value.downcast_ref::<Str>()
        && !text.header().class().is_heap_type()
    {
        return Ok(value);
    }
    let spec = cx.intern("").into_value();
    format_with_spec(cx, &value, &spec)
}

#[inline(never)]
pub(crate) fn format_with_spec(cx: &Ctx, value: &Value, spec: &Value) -> PyResult<Value> {
    let Some(method) = cx.find_special(value, &cx.names().__format__)? else {
        return Err(cx.type_error(format!(
            "Type {} doesn't define __format__",
            cx.type_name(value)
        )));
    };
    let text = cx.call(&method, std::slice::from_ref(spec))?;
    if text.downcast_ref::<Str>().is_none() {
        return Err(cx.type_error(format!(
            "__format__ must return a str, not {}",
            cx.type_name(&text)
        )));
    }
    Ok(text)
}
