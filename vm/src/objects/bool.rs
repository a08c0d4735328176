//! `bool`: `True` and `False`, which are value words.
//!
//! CPython 3.14: `Objects/boolobject.c`. Tests: `tests/run/bool/`.

use taipan_macros::{pyclass, pymethods};

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::bind::Optional;
use crate::objects::Int;
use crate::objects::Type;
use crate::value::{Py, Value};

/// No object has this payload: it names the class, which derives from `int`.
#[pyclass(name = "bool", module = "builtins", base = Int, match_self)]
#[repr(C)]
pub struct Bool {
    base: Int,
}

/// The truth of an operand; `None` if it is no bool.
fn both(left: &Value, right: &Value) -> Option<(bool, bool)> {
    Some((left.as_bool()?, right.as_bool()?))
}

#[pymethods]
impl Bool {
    #[new(signature = (x = Optional::Missing, /), text_signature = "(object=False, /)")]
    fn new(cx: &Ctx, cls: &Py<Type>, x: Optional<&Value>) -> PyResult<bool> {
        let _ = cls;
        x.given().map_or(Ok(false), |value| cx.is_true(value))
    }

    fn __repr__(this: &Value) -> &'static str {
        if this.is_true_singleton() {
            "True"
        } else {
            "False"
        }
    }

    fn __and__(this: &Value, cx: &Ctx, other: &Value) -> PyResult<Value> {
        match both(this, other) {
            Some((left, right)) => Ok(Value::bool(left & right)),
            None => int_operator(cx, this, other, |slots| slots.and.get()),
        }
    }

    fn __or__(this: &Value, cx: &Ctx, other: &Value) -> PyResult<Value> {
        match both(this, other) {
            Some((left, right)) => Ok(Value::bool(left | right)),
            None => int_operator(cx, this, other, |slots| slots.or.get()),
        }
    }

    fn __xor__(this: &Value, cx: &Ctx, other: &Value) -> PyResult<Value> {
        match both(this, other) {
            Some((left, right)) => Ok(Value::bool(left ^ right)),
            None => int_operator(cx, this, other, |slots| slots.xor.get()),
        }
    }

    fn __invert__(this: &Value, cx: &Ctx) -> PyResult<Value> {
        cx.warn(
            &cx.types().deprecation_warning,
            "Bitwise inversion '~' on bool is deprecated and will be removed in Python 3.16. This returns the bitwise \
             inversion of the underlying int object and is usually not what you expect from the negation of a bool \
             object. Use the 'not' operator for boolean negation or ~int(x) for the bitwise inversion of the \
             underlying int.",
        )?;
        Ok(cx.new_int(if this.is_true_singleton() { -2 } else { -1 }))
    }
}

fn int_operator(
    cx: &Ctx,
    left: &Value,
    right: &Value,
    slot: impl Fn(&crate::objects::slots::Slots) -> Option<crate::objects::slots::BinaryFn>,
) -> PyResult<Value> {
    match slot(&cx.types().int.slots) {
        Some(function) => function(cx, left, right),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}
