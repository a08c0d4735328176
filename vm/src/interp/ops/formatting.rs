//! Formatted strings and template strings.

use taipan_compiler::opcode::ConvertValue;

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::objects::{Str, Tuple};
use crate::value::Value;

/// `!s`, `!r`, `!a`.
pub(crate) fn convert(cx: &Ctx, value: &Value, arg: u32) -> PyResult<Value> {
    match ConvertValue::from_oparg(arg) {
        Some(ConvertValue::Str) => Ok(cx.str(value)?.into_value()),
        Some(ConvertValue::Repr) => Ok(cx.repr(value)?.into_value()),
        Some(ConvertValue::Ascii) => Ok(cx.ascii(value)?.into_value()),
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
    Ok(cx.format(&value, None)?.into_value())
}

#[inline(never)]
pub(crate) fn format_with_spec(cx: &Ctx, value: &Value, spec: &Value) -> PyResult<Value> {
    match spec.downcast_ref::<Str>() {
        Some(spec) => Ok(cx.format(value, Some(spec))?.into_value()),
        None => Err(cx.system_error("a format specification is a string")),
    }
}

/// `BUILD_INTERPOLATION`: a value in a t-string.
pub(crate) fn build_interpolation(
    cx: &Ctx,
    value: Value,
    expression: Value,
    conversion: u32,
    spec: Option<Value>,
) -> PyResult<Value> {
    let conversion = match ConvertValue::from_oparg(conversion) {
        Some(ConvertValue::Str) => cx.intern("s").into_value(),
        Some(ConvertValue::Repr) => cx.intern("r").into_value(),
        Some(ConvertValue::Ascii) => cx.intern("a").into_value(),
        Some(ConvertValue::None) | None => Value::NONE,
    };
    let spec = spec.unwrap_or_else(|| cx.empty_str().into_value());
    match (expression.downcast::<Str>(), spec.downcast::<Str>()) {
        (Ok(expression), Ok(spec)) => Ok(cx.new_interpolation(value, expression, conversion, spec)),
        _ => Err(cx.system_error("the parts of an interpolation are strings")),
    }
}

/// `BUILD_TEMPLATE`: a t-string.
pub(crate) fn build_template(cx: &Ctx, strings: Value, interpolations: Value) -> PyResult<Value> {
    match (
        strings.downcast::<Tuple>(),
        interpolations.downcast::<Tuple>(),
    ) {
        (Ok(strings), Ok(interpolations)) => Ok(cx.new_template(strings, interpolations)),
        _ => Err(cx.system_error("the parts of a template are tuples")),
    }
}
