//! Sums, products and lengths over several values.

use taipan_macros::pyfunction;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::{Args, ModuleBuilder};
use taipan_vm::protocol::BinaryOp;
use taipan_vm::value::Value;

use super::float_functions::small;

/// The exact sum of floats, rounded once (Shewchuk's partial sums).
#[pyfunction]
fn fsum(cx: &Ctx, seq: &Value) -> PyResult<f64> {
    let mut partials: Vec<f64> = Vec::new();
    let (mut special, mut infinities) = (0.0, 0.0);
    for item in cx.collect(seq)? {
        let original = cx.to_f64(&item)?;
        let mut x = original;
        let mut kept = 0;
        for index in 0..partials.len() {
            let mut y = partials[index];
            if x.abs() < y.abs() {
                std::mem::swap(&mut x, &mut y);
            }
            let high = x + y;
            let low = y - (high - x);
            if low != 0.0 {
                partials[kept] = low;
                kept += 1;
            }
            x = high;
        }
        partials.truncate(kept);
        if x == 0.0 {
            continue;
        }
        if x.is_finite() {
            partials.push(x);
            continue;
        }
        if original.is_finite() {
            return Err(cx.overflow_error("intermediate overflow in fsum"));
        }
        if original.is_infinite() {
            infinities += original;
        }
        special += original;
        partials.clear();
    }
    if special != 0.0 {
        if infinities.is_nan() {
            return Err(cx.value_error("-inf + inf in fsum"));
        }
        return Ok(special);
    }
    Ok(rounded_sum(&partials))
}

/// The sum of partial sums that do not overlap, ascending, rounded half to even.
fn rounded_sum(partials: &[f64]) -> f64 {
    let mut left = partials.len();
    let Some(mut high) = left.checked_sub(1).map(|last| partials[last]) else {
        return 0.0;
    };
    left -= 1;
    let mut low = 0.0;
    while left > 0 {
        let x = high;
        left -= 1;
        let y = partials[left];
        high = x + y;
        low = y - (high - x);
        if low != 0.0 {
            break;
        }
    }
    // A tie may hide a further partial sum that decides it.
    if left > 0
        && ((low < 0.0 && partials[left - 1] < 0.0) || (low > 0.0 && partials[left - 1] > 0.0))
    {
        let y = low * 2.0;
        let x = high + y;
        if y == x - high {
            high = x;
        }
    }
    high
}

/// The product of the items, and of start.
#[pyfunction(signature = (iterable, /, *, start = None), text_signature = "($module, iterable, /, *, start=1)")]
fn prod(cx: &Ctx, iterable: &Value, start: Option<&Value>) -> PyResult<Value> {
    let mut result = start.cloned().unwrap_or_else(|| cx.new_int(1));
    for item in cx.collect(iterable)? {
        result = cx.binary_op(BinaryOp::Multiply, &result, &item)?;
    }
    Ok(result)
}

/// The sum of the products of items in the same place.
#[pyfunction]
fn sumprod(cx: &Ctx, p: &Value, q: &Value) -> PyResult<Value> {
    let (p, q) = (cx.collect(p)?, cx.collect(q)?);
    if p.len() != q.len() {
        return Err(cx.value_error("Inputs are not the same length"));
    }
    let is_float =
        |value: &Value| value.as_float().is_some() && cx.class_of(value).is(&cx.types().float);
    let all_numbers = p
        .iter()
        .chain(&q)
        .all(|value| is_float(value) || small(value).is_some());
    if all_numbers && p.iter().chain(&q).any(is_float) {
        // In double-double arithmetic, as exact as fsum in practice.
        let (mut high, mut low) = (0.0_f64, 0.0_f64);
        for (a, b) in p.iter().zip(&q) {
            let (a, b) = (cx.to_f64(a)?, cx.to_f64(b)?);
            let product = a * b;
            let error = a.mul_add(b, -product);
            let sum = high + product;
            let part = sum - high;
            low += (high - (sum - part)) + (product - part) + error;
            high = sum;
        }
        let total = high + low;
        return Ok(cx.new_float(if total.is_nan() { high } else { total }));
    }
    let mut total = cx.new_int(0);
    for (a, b) in p.iter().zip(&q) {
        let product = cx.binary_op(BinaryOp::Multiply, a, b)?;
        total = cx.binary_op(BinaryOp::Add, &total, &product)?;
    }
    Ok(total)
}

/// The length of a vector: scaled so that no square overflows, corrected to the last digit.
fn norm(values: &mut [f64]) -> f64 {
    let mut largest = 0.0_f64;
    let mut found_nan = false;
    for value in values.iter_mut() {
        *value = value.abs();
        found_nan |= value.is_nan();
        largest = largest.max(*value);
    }
    if largest.is_infinite() {
        return largest;
    }
    if found_nan {
        return f64::NAN;
    }
    if largest == 0.0 || values.len() <= 1 {
        return largest;
    }
    let (_, exponent) = libm::frexp(largest);
    if exponent < -1023 {
        // Subnormals: scaled up exactly, by a power of two.
        for value in values.iter_mut() {
            *value /= f64::MIN_POSITIVE;
        }
        return f64::MIN_POSITIVE * norm(values);
    }
    let scale = libm::ldexp(1.0, -exponent);
    let (mut sum, mut fraction_1, mut fraction_2) = (1.0_f64, 0.0_f64, 0.0_f64);
    let mut add_square = |sum: &mut f64, x: f64| {
        let square = x * x;
        let error = x.mul_add(x, -square);
        let next = *sum + square;
        fraction_1 += (*sum - next) + square;
        fraction_2 += error;
        *sum = next;
    };
    for value in values.iter() {
        add_square(&mut sum, value * scale);
    }
    let mut root = (sum - 1.0 + (fraction_1 + fraction_2)).sqrt();
    // One step of Newton's method on the exact difference.
    let square = -root * root;
    let error = (-root).mul_add(root, -square);
    let next = sum + square;
    fraction_1 += (sum - next) + square;
    fraction_2 += error;
    let rest = next - 1.0 + (fraction_1 + fraction_2);
    root += rest / (2.0 * root);
    root / scale
}

/// The distance of the origin from the point with these coordinates.
#[pyfunction(text_signature = "($module, /, *coordinates)")]
fn hypot(cx: &Ctx, args: Args<'_>) -> PyResult<f64> {
    if args.has_keywords() {
        return Err(cx.type_error("math.hypot() takes no keyword arguments"));
    }
    let mut values = Vec::with_capacity(args.positional().len());
    for value in args.positional() {
        values.push(cx.to_f64(value)?);
    }
    Ok(norm(&mut values))
}

/// The distance of two points, each a sequence of coordinates.
#[pyfunction]
fn dist(cx: &Ctx, p: &Value, q: &Value) -> PyResult<f64> {
    let (p, q) = (cx.collect(p)?, cx.collect(q)?);
    if p.len() != q.len() {
        return Err(cx.value_error("both points must have the same number of dimensions"));
    }
    let mut differences = Vec::with_capacity(p.len());
    for (a, b) in p.iter().zip(&q) {
        differences.push(cx.to_f64(a)? - cx.to_f64(b)?);
    }
    Ok(norm(&mut differences))
}

pub(super) fn register(m: &ModuleBuilder<'_>) -> PyResult<()> {
    for def in [
        &fsum::DEF,
        &prod::DEF,
        &sumprod::DEF,
        &hypot::DEF,
        &dist::DEF,
    ] {
        m.function(def)?;
    }
    Ok(())
}
