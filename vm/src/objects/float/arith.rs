//! The arithmetic of `float`, and of floats with integers.

use std::cmp::Ordering;

use num_bigint::BigInt;
use num_traits::{FromPrimitive, Signed};

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::hash::{self, MODULUS, avoid_minus_one};
use crate::objects::int::IntRef;
use crate::objects::slots::CompareOp;
use crate::value::Value;

/// The float value of an operand: a float or an integer. `None` for anything else.
///
/// # Errors
/// `OverflowError` for an integer beyond the floats.
pub(super) fn operand(cx: &Ctx, value: &Value) -> PyResult<Option<f64>> {
    if let Some(float) = value.as_float() {
        return Ok(Some(float));
    }
    match value.as_int() {
        Some(IntRef::Small(value)) => Ok(Some(value as f64)),
        Some(IntRef::Big(_)) => cx.to_f64(value).map(Some),
        None => Ok(None),
    }
}

/// Floor quotient and remainder with the divisor's sign, for a divisor that is not zero.
pub(crate) fn div_mod(left: f64, right: f64) -> (f64, f64) {
    let mut remainder = left % right;
    let mut quotient = (left - remainder) / right;
    if remainder != 0.0 {
        if (right < 0.0) != (remainder < 0.0) {
            remainder += right;
            quotient -= 1.0;
        }
    } else {
        remainder = 0.0_f64.copysign(right);
    }
    let floor = if quotient != 0.0 {
        let floor = quotient.floor();
        if quotient - floor > 0.5 {
            floor + 1.0
        } else {
            floor
        }
    } else {
        0.0_f64.copysign(left / right)
    };
    (floor, remainder)
}

/// `left % right` for a divisor that is not zero.
pub(crate) fn modulo(left: f64, right: f64) -> f64 {
    let remainder = left % right;
    if remainder == 0.0 {
        return 0.0_f64.copysign(right);
    }
    if (right < 0.0) != (remainder < 0.0) {
        remainder + right
    } else {
        remainder
    }
}

/// `base ** exponent` of floats; a negative base with a fractional exponent goes to `complex`.
///
/// # Errors
/// `ZeroDivisionError` for zero to a negative power, `OverflowError` if the result is too large.
pub(crate) fn power(cx: &Ctx, base: f64, exponent: f64) -> PyResult<Value> {
    if exponent == 0.0 {
        return Ok(cx.new_float(1.0));
    }
    if base.is_nan() {
        return Ok(cx.new_float(base));
    }
    if exponent.is_nan() {
        return Ok(cx.new_float(if base == 1.0 { 1.0 } else { exponent }));
    }
    if exponent.is_infinite() {
        let magnitude = base.abs();
        return Ok(cx.new_float(if magnitude == 1.0 {
            1.0
        } else if (exponent > 0.0) == (magnitude > 1.0) {
            f64::INFINITY
        } else {
            0.0
        }));
    }
    let odd = (exponent.abs() % 2.0) == 1.0;
    if base.is_infinite() {
        let result = if exponent > 0.0 { f64::INFINITY } else { 0.0 };
        return Ok(cx.new_float(if odd { result.copysign(base) } else { result }));
    }
    if base == 0.0 {
        if exponent < 0.0 {
            return Err(cx.zero_division_error("zero to a negative power"));
        }
        return Ok(cx.new_float(if odd { base } else { 0.0 }));
    }
    if base < 0.0 && exponent != exponent.floor() {
        return cx.complex_power((base, 0.0), (exponent, 0.0));
    }
    let result = base.powf(exponent);
    if result.is_infinite() {
        return Err(cx.os_style_overflow());
    }
    Ok(cx.new_float(result))
}

/// Compares a float with a float or an integer, exactly.
pub(super) fn compare(left: f64, right: &Value, op: CompareOp) -> Value {
    let ordering = if let Some(right) = right.as_float() {
        left.partial_cmp(&right)
    } else {
        match right.as_int() {
            Some(right) => compare_with_int(left, right),
            None => return Value::NOT_IMPLEMENTED,
        }
    };
    match ordering {
        Some(ordering) => Value::bool(op.holds(ordering)),
        None => Value::bool(op == CompareOp::Ne),
    }
}

fn compare_with_int(left: f64, right: IntRef<'_>) -> Option<Ordering> {
    if left.is_nan() {
        return None;
    }
    if left.is_infinite() {
        return Some(if left > 0.0 {
            Ordering::Greater
        } else {
            Ordering::Less
        });
    }
    if let IntRef::Small(right) = right
        && right.unsigned_abs() <= 1 << 53
    {
        return left.partial_cmp(&(right as f64));
    }
    let whole = left.floor();
    let integer = BigInt::from_f64(whole)?;
    Some(match integer.cmp(&right.to_bigint()) {
        Ordering::Equal if left > whole => Ordering::Greater,
        ordering => ordering,
    })
}

/// `hash(float)`; `nan` gives `None`, its hash is that of its identity.
pub(crate) fn hash_of(value: f64) -> Option<i64> {
    if value.is_nan() {
        return None;
    }
    if value.is_infinite() {
        return Some(if value > 0.0 {
            hash::INFINITY
        } else {
            -hash::INFINITY
        });
    }
    let (mut mantissa, exponent) = frexp(value.abs());
    let mut result: u64 = 0;
    let mut exponent = i64::from(exponent);
    // 28 bits at a time, as a remainder modulo 2^61 - 1.
    while mantissa != 0.0 {
        result = ((result << 28) & MODULUS) | (result >> (61 - 28));
        mantissa *= 268_435_456.0;
        exponent -= 28;
        let part = mantissa as u64;
        mantissa -= part as f64;
        result += part;
        if result >= MODULUS {
            result -= MODULUS;
        }
    }
    let shift = exponent.rem_euclid(61) as u32;
    result = if shift == 0 {
        result
    } else {
        ((result << shift) & MODULUS) | (result >> (61 - shift))
    };
    let signed = result as i64;
    Some(avoid_minus_one(if value < 0.0 { -signed } else { signed }))
}

/// `math.frexp` of a finite number: a mantissa in 0.5..1 and an exponent.
pub(crate) fn frexp(value: f64) -> (f64, i32) {
    if value == 0.0 || !value.is_finite() {
        return (value, 0);
    }
    let bits = value.to_bits();
    let biased = ((bits >> 52) & 0x7FF) as i32;
    if biased == 0 {
        // A subnormal: scaled by 2^54 it is normal.
        let (mantissa, exponent) = frexp(value * 18_014_398_509_481_984.0);
        return (mantissa, exponent - 54);
    }
    (
        f64::from_bits((bits & !(0x7FF << 52)) | (1022 << 52)),
        biased - 1022,
    )
}

/// `float.as_integer_ratio` of a finite number.
pub(crate) fn integer_ratio(value: f64) -> (BigInt, BigInt) {
    let (mut mantissa, mut exponent) = frexp(value);
    for _ in 0..300 {
        if mantissa == mantissa.floor() {
            break;
        }
        mantissa *= 2.0;
        exponent -= 1;
    }
    let numerator = BigInt::from_f64(mantissa).unwrap_or_default();
    let (numerator, denominator) = if exponent > 0 {
        (numerator << exponent as u32, BigInt::from(1))
    } else {
        (numerator, BigInt::from(1) << exponent.unsigned_abs())
    };
    debug_assert!(denominator.is_positive());
    (numerator, denominator)
}

impl Ctx {
    /// The `OverflowError` of float operations: `(34, 'Numerical result out of range')`.
    pub(crate) fn os_style_overflow(&self) -> crate::error::PyErr {
        let message = match self.new_str("Numerical result out of range") {
            Ok(message) => message.into_value(),
            Err(error) => return error,
        };
        self.exception_with(
            &self.types().overflow_error,
            vec![self.new_int(34), message],
        )
    }
}
