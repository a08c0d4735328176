//! What the generated slot functions share: refusals, and `!=` from `==`.
//!
//! CPython's counterparts are spread over `Objects/abstract.c` and `Objects/descrobject.c`.
//! Tests: `vm/src/native/tests.rs`.

use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::native::ClassDef;
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
        _ => cx.attribute_error(method),
    }
}

/// The error of assigning to an attribute that can only be deleted or read.
#[cold]
pub fn not_writable(cx: &Ctx, class: &ClassDef, attribute: &str) -> PyErr {
    cx.attribute_error(format!(
        "attribute '{attribute}' of '{}' objects is not writable",
        full_name(class)
    ))
}

/// The error of deleting an attribute that can only be read and set.
#[cold]
pub fn not_deletable(cx: &Ctx, class: &ClassDef, attribute: &str) -> PyErr {
    cx.attribute_error(format!(
        "attribute '{attribute}' of '{}' objects cannot be deleted",
        full_name(class)
    ))
}

/// CPython's `tp_name`: with the module, unless that is `builtins`.
fn full_name(class: &ClassDef) -> String {
    match class.module {
        "builtins" => class.name.to_owned(),
        module => format!("{module}.{}", class.name),
    }
}
