//! `sum`.
//!
//! CPython 3.14: `builtin_sum_impl` (`Python/bltinmodule.c`). Integers are added in a machine word while they fit,
//! floats and complex numbers with Neumaier's compensation; anything else by `+`. Tests: `tests/run/builtins/`.

use taipan_macros::pyfunction;

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::objects::int::IntRef;
use crate::protocol::BinaryOp;
use crate::value::{Kind, Value};

/// A sum of doubles with the rounding errors beside it.
#[derive(Clone, Copy)]
struct Compensated {
    high: f64,
    low: f64,
}

impl Compensated {
    fn new(start: f64) -> Self {
        Self {
            high: start,
            low: 0.0,
        }
    }

    fn add(&mut self, x: f64) {
        let total = self.high + x;
        self.low += if self.high.abs() >= x.abs() {
            (self.high - total) + x
        } else {
            (x - total) + self.high
        };
        self.high = total;
    }

    fn total(self) -> f64 {
        // An infinite or NaN compensation would spoil a sum that overflowed on the way.
        if self.low != 0.0 && self.low.is_finite() {
            self.high + self.low
        } else {
            self.high
        }
    }
}

/// Return the sum of a 'start' value (default: 0) plus an iterable of numbers
///
/// When the iterable is empty, return the start value.
/// This function is intended specifically for use with numeric values and may
/// reject non-numeric types.
#[pyfunction(signature = (iterable, /, start = None), text_signature = "($module, iterable, /, start=0)")]
pub(super) fn sum(cx: &Ctx, iterable: &Value, start: Option<&Value>) -> PyResult<Value> {
    let iterator = cx.iter(iterable)?;
    let mut result = match start {
        None => Value::int32(0),
        Some(start) => {
            refuse_text(cx, start)?;
            start.clone()
        }
    };
    if let Some(small) = result.as_small_int() {
        match sum_integers(cx, &iterator, small)? {
            Step::Done(total) => return Ok(total),
            Step::Other(total, item) => result = cx.binary_op(BinaryOp::Add, &total, &item)?,
        }
    }
    if cx.class_of(&result).is(&cx.types().float)
        && let Some(start) = result.as_float()
    {
        match sum_floats(cx, &iterator, start)? {
            Step::Done(total) => return Ok(total),
            Step::Other(total, item) => result = cx.binary_op(BinaryOp::Add, &total, &item)?,
        }
    }
    if let Some((real, imaginary)) = exact_complex(cx, &result) {
        match sum_complex(cx, &iterator, real, imaginary)? {
            Step::Done(total) => return Ok(total),
            Step::Other(total, item) => result = cx.binary_op(BinaryOp::Add, &total, &item)?,
        }
    }
    while let Some(item) = cx.next(&iterator)? {
        // Not in place: `sum([[1]], start)` must leave `start` alone.
        result = cx.binary_op(BinaryOp::Add, &result, &item)?;
    }
    Ok(result)
}

/// How a loop over numbers of one kind ended.
enum Step {
    Done(Value),
    /// The total so far, and an item of another kind.
    Other(Value, Value),
}

fn sum_integers(cx: &Ctx, iterator: &Value, start: i64) -> PyResult<Step> {
    let mut total = start;
    while let Some(item) = cx.next(iterator)? {
        let small = match item.kind() {
            Kind::Small(small) => Some(small),
            Kind::Bool(truth) => Some(i64::from(truth)),
            _ => None,
        };
        match small.and_then(|small| total.checked_add(small)) {
            Some(next) => total = next,
            None => return Ok(Step::Other(cx.new_int(total), item)),
        }
    }
    Ok(Step::Done(cx.new_int(total)))
}

fn sum_floats(cx: &Ctx, iterator: &Value, start: f64) -> PyResult<Step> {
    let mut total = Compensated::new(start);
    while let Some(item) = cx.next(iterator)? {
        match real_part(cx, &item)? {
            Some(x) => total.add(x),
            None => return Ok(Step::Other(cx.new_float(total.total()), item)),
        }
    }
    Ok(Step::Done(cx.new_float(total.total())))
}

fn sum_complex(cx: &Ctx, iterator: &Value, real: f64, imaginary: f64) -> PyResult<Step> {
    let (mut real, mut imaginary) = (Compensated::new(real), Compensated::new(imaginary));
    while let Some(item) = cx.next(iterator)? {
        if let Some((x, y)) = exact_complex(cx, &item) {
            real.add(x);
            imaginary.add(y);
        } else if let Some(x) = real_part(cx, &item)? {
            real.add(x);
        } else {
            return Ok(Step::Other(
                cx.new_complex(real.total(), imaginary.total()),
                item,
            ));
        }
    }
    Ok(Step::Done(cx.new_complex(real.total(), imaginary.total())))
}

/// The value of an exact float, or of any integer.
fn real_part(cx: &Ctx, item: &Value) -> PyResult<Option<f64>> {
    match item.as_int() {
        Some(IntRef::Small(small)) => return Ok(Some(small as f64)),
        Some(IntRef::Big(_)) => return cx.to_f64(item).map(Some),
        None => {}
    }
    Ok(item
        .as_float()
        .filter(|_| cx.class_of(item).is(&cx.types().float)))
}

fn exact_complex(cx: &Ctx, value: &Value) -> Option<(f64, f64)> {
    let complex = value.downcast_ref::<crate::objects::Complex>()?;
    cx.class_of(value)
        .is(&cx.types().complex)
        .then_some((complex.real, complex.imag))
}

fn refuse_text(cx: &Ctx, start: &Value) -> PyResult<()> {
    let types = cx.types();
    let class = cx.class_of(start);
    let hint = if class.is_subtype(&types.str) {
        "strings [use ''.join(seq) instead]"
    } else if class.is_subtype(&types.bytes) {
        "bytes [use b''.join(seq) instead]"
    } else if class
        .mro()
        .iter()
        .any(|class| class.name().as_wtf8() == "bytearray")
    {
        "bytearray [use b''.join(seq) instead]"
    } else {
        return Ok(());
    };
    Err(cx.type_error(format!("sum() can't sum {hint}")))
}
