//! Products and powers of very large integers: in pieces, between which the eval breaker is looked at.
//!
//! The pieces are Karatsuba's (1962); below `PIECE` digits the library multiplies. CPython 3.14 looks for signals in
//! `x_mul` (`Objects/longobject.c`) in the same way. Tests: `tests/programs/signals/native_loops.py`.

use num_bigint::{BigInt, BigUint, Sign};
use num_traits::One;

use crate::ctx::Ctx;
use crate::error::PyResult;

/// Digits of 32 bits that are multiplied without a look at the breaker: a fraction of a second.
const PIECE: usize = 1 << 17;

/// `a * b`.
///
/// # Errors
/// What the handler of a signal raises.
pub(super) fn multiply(cx: &Ctx, a: &BigInt, b: &BigInt) -> PyResult<BigInt> {
    let least = a.bits().min(b.bits());
    if least < 32 * PIECE as u64 {
        return Ok(a * b);
    }
    let sign = if a.sign() == b.sign() {
        Sign::Plus
    } else {
        Sign::Minus
    };
    let product = multiply_pieces(cx, a.magnitude(), b.magnitude())?;
    Ok(BigInt::from_biguint(sign, product))
}

fn multiply_pieces(cx: &Ctx, a: &BigUint, b: &BigUint) -> PyResult<BigUint> {
    cx.check_breaker()?;
    let (a_digits, b_digits) = (a.to_u32_digits(), b.to_u32_digits());
    let least = a_digits.len().min(b_digits.len());
    if least < PIECE {
        return Ok(a * b);
    }
    let half = a_digits.len().max(b_digits.len()).div_ceil(2);
    let (a0, a1) = split(&a_digits, half);
    let (b0, b1) = split(&b_digits, half);
    drop((a_digits, b_digits));
    let low = multiply_pieces(cx, &a0, &b0)?;
    let high = multiply_pieces(cx, &a1, &b1)?;
    let both = multiply_pieces(cx, &(a0 + a1), &(b0 + b1))?;
    // (a0 + a1)(b0 + b1) = a0 b0 + a1 b1 + what stands in the middle.
    let middle = both - &low - &high;
    let shift = 32 * half as u64;
    Ok((high << (2 * shift)) + (middle << shift) + low)
}

fn split(digits: &[u32], half: usize) -> (BigUint, BigUint) {
    let (low, high) = digits.split_at(half.min(digits.len()));
    (BigUint::from_slice(low), BigUint::from_slice(high))
}

/// `base ** exponent`.
///
/// # Errors
/// What the handler of a signal raises.
pub(super) fn power(cx: &Ctx, base: &BigInt, exponent: u32) -> PyResult<BigInt> {
    if base.bits().saturating_mul(u64::from(exponent)) < 32 * PIECE as u64 {
        return Ok(base.pow(exponent));
    }
    let mut result = BigInt::one();
    for bit in (0..u32::BITS - exponent.leading_zeros()).rev() {
        result = multiply(cx, &result, &result)?;
        if exponent >> bit & 1 == 1 {
            result = multiply(cx, &result, base)?;
        }
    }
    Ok(result)
}
