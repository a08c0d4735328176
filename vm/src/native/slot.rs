//! What the generated slot functions share: refusals, and `!=` from `==`.
//!
//! CPython's counterparts are spread over `Objects/abstract.c` and `Objects/descrobject.c`.
//! Tests: `vm/src/native/tests.rs`.

use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::value::Value;

/// Makes `!=` of the result of `==`.
///
/// # Errors
/// That of the comparison, or of the truth test of its result.
pub fn negated(cx: &Ctx, equal: PyResult<Value>) -> PyResult<Value> {
    let equal = equal?;
    if equal.is_not_implemented() {
        return Ok(equal);
    }
    Ok(Value::bool(!cx.is_true(&equal)?))
}

/// The error of the half of a set-or-delete slot that the class does not have; `method` names that half.
#[cold]
pub fn unsupported(cx: &Ctx, receiver: &Value, method: &str) -> PyErr {
    let class = cx.type_name(receiver);
    match method {
        "__delitem__" | "__delete_item__" => {
            cx.type_error(format!("'{class}' object doesn't support item deletion"))
        }
        "__setitem__" | "__set_item__" => {
            cx.type_error(format!("'{class}' object does not support item assignment"))
        }
        _ => cx.attribute_error(method.to_owned()),
    }
}

/// The error of assigning to an attribute that can only be deleted or read.
#[cold]
pub fn not_writable(cx: &Ctx, receiver: &Value, attribute: &str) -> PyErr {
    let class = cx.type_name(receiver);
    cx.attribute_error(format!(
        "attribute '{attribute}' of '{class}' objects is not writable"
    ))
}

/// The error of deleting an attribute that can only be read and set.
#[cold]
pub fn not_deletable(cx: &Ctx, receiver: &Value, attribute: &str) -> PyErr {
    let class = cx.type_name(receiver);
    cx.attribute_error(format!(
        "attribute '{attribute}' of '{class}' objects cannot be deleted"
    ))
}
