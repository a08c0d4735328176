//! Operators on ints, and their conversion to float.
//!
//! CPython: `Objects/longobject.c`. Division and remainder round towards negative infinity; true division and
//! conversion round to the nearest float, ties to even. Tests: `tests.rs`.

use num_bigint::{BigInt, BigUint, Sign};
use num_integer::Integer;
use num_traits::{One, Signed, ToPrimitive, Zero};

use super::{MAX_INT_SIZE, bit_length, float};
use crate::constant::Constant;
use crate::opcode::BinaryOp;

pub(super) fn binary(operation: BinaryOp, a: &BigInt, b: &BigInt) -> Option<Constant> {
    let result = match operation {
        BinaryOp::Add => a + b,
        BinaryOp::Subtract => a - b,
        BinaryOp::Multiply => {
            if !a.is_zero() && !b.is_zero() && bit_length(a) + bit_length(b) > MAX_INT_SIZE {
                return None;
            }
            a * b
        }
        BinaryOp::TrueDivide => return true_divide(a, b).map(Constant::Float),
        BinaryOp::FloorDivide if b.is_zero() => return None,
        BinaryOp::FloorDivide => a.div_floor(b),
        BinaryOp::Remainder if b.is_zero() => return None,
        BinaryOp::Remainder => a.mod_floor(b),
        BinaryOp::Power => return power(a, b),
        BinaryOp::Lshift => return shift_left(a, b).map(Constant::from_bigint),
        BinaryOp::Rshift => return shift_right(a, b).map(Constant::from_bigint),
        BinaryOp::And => a & b,
        BinaryOp::Or => a | b,
        BinaryOp::Xor => a ^ b,
        _ => return None,
    };
    Some(Constant::from_bigint(result))
}

fn power(base: &BigInt, exponent: &BigInt) -> Option<Constant> {
    if exponent.is_negative() {
        return float::power(to_float(base)?, to_float(exponent)?);
    }
    if exponent.is_zero() {
        return Some(Constant::Int(1));
    }
    if base.is_zero() {
        return Some(Constant::Int(0));
    }
    let exponent = exponent.to_u64()?;
    if bit_length(base) > MAX_INT_SIZE / exponent {
        return None;
    }
    Some(Constant::from_bigint(
        base.pow(u32::try_from(exponent).ok()?),
    ))
}

fn shift_left(value: &BigInt, count: &BigInt) -> Option<BigInt> {
    if count.is_negative() {
        return None;
    }
    if value.is_zero() || count.is_zero() {
        return Some(value.clone());
    }
    let count = count.to_u64()?;
    if count > MAX_INT_SIZE || bit_length(value) > MAX_INT_SIZE - count {
        return None;
    }
    Some(value << count)
}

fn shift_right(value: &BigInt, count: &BigInt) -> Option<BigInt> {
    if count.is_negative() {
        return None;
    }
    match count.to_u64() {
        Some(count) if count <= bit_length(value) => Some(value >> count),
        _ => Some(if value.is_negative() {
            -BigInt::one()
        } else {
            BigInt::zero()
        }),
    }
}

/// The nearest float; `None` if it would be infinite.
pub(super) fn to_float(value: &BigInt) -> Option<f64> {
    match value.to_i64() {
        Some(small) => Some(small as f64),
        None => true_divide(value, &BigInt::one()),
    }
}

/// The float nearest to the quotient; `None` for a division by zero and for results that are too large.
fn true_divide(a: &BigInt, b: &BigInt) -> Option<f64> {
    if b.is_zero() {
        return None;
    }
    if a.is_zero() {
        return Some(if b.is_negative() { -0.0 } else { 0.0 });
    }
    let magnitude = divide_magnitudes(a.magnitude(), b.magnitude())?;
    let is_negative = (a.sign() == Sign::Minus) != (b.sign() == Sign::Minus);
    Some(if is_negative { -magnitude } else { magnitude })
}

/// Bits of a float's significand, and the exponents of its smallest normal number and of infinity.
const SIGNIFICAND_BITS: i64 = 53;
const MIN_EXPONENT: i64 = -1021;
const MAX_EXPONENT: i64 = 1024;

fn divide_magnitudes(a: &BigUint, b: &BigUint) -> Option<f64> {
    // quotient * 2^-scale is a / b; the quotient has some bits more than a float holds.
    let scale = 66 - (a.bits() as i64 - b.bits() as i64);
    let (quotient, remainder) = if scale >= 0 {
        (a << scale).div_rem(b)
    } else {
        a.div_rem(&(b << -scale))
    };
    // a / b lies in [2^(exponent - 1), 2^exponent).
    let exponent = quotient.bits() as i64 - scale;
    if exponent > MAX_EXPONENT {
        return None;
    }
    // Below the normal numbers, bits get lost one by one.
    let wanted_bits = (SIGNIFICAND_BITS - (MIN_EXPONENT - exponent).max(0)).max(0);
    let dropped_bits = quotient.bits() as i64 - wanted_bits;
    let mut significand: BigUint = &quotient >> dropped_bits;
    let dropped = &quotient - (&significand << dropped_bits);
    let half = BigUint::one() << (dropped_bits - 1);
    let is_above_half = dropped > half || (dropped == half && !remainder.is_zero());
    if is_above_half || (dropped == half && significand.is_odd()) {
        significand += 1u8;
    }
    let result = scale_by_power_of_two(significand.to_u64()? as f64, dropped_bits - scale);
    result.is_finite().then_some(result)
}

/// `value * 2^exponent`, exact since the callers' results are representable.
fn scale_by_power_of_two(mut value: f64, mut exponent: i64) -> f64 {
    while exponent != 0 {
        let step = exponent.clamp(-1000, 1000);
        value *= 2f64.powi(step as i32);
        exponent -= step;
    }
    value
}
