//! The arithmetic of complex numbers; with floats and integers mixed in as C23 says (3.14).

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::objects::float;
use crate::value::Value;

/// An operand: complex, or real (an imaginary part is absent, not zero).
#[derive(Clone, Copy)]
pub(super) enum Operand {
    Real(f64),
    Complex(f64, f64),
}

impl Operand {
    pub(super) fn parts(self) -> (f64, f64) {
        match self {
            Self::Real(real) => (real, 0.0),
            Self::Complex(real, imag) => (real, imag),
        }
    }
}

/// # Errors
/// `OverflowError` for an integer beyond the floats.
pub(super) fn operand(cx: &Ctx, value: &Value) -> PyResult<Option<Operand>> {
    if let Some((real, imag)) = value.as_complex() {
        return Ok(Some(Operand::Complex(real, imag)));
    }
    if value.as_float().is_some() || value.as_int().is_some() {
        return Ok(Some(Operand::Real(cx.to_f64(value)?)));
    }
    Ok(None)
}

pub(super) fn add(left: Operand, right: Operand) -> (f64, f64) {
    match (left, right) {
        (Operand::Complex(a, b), Operand::Real(c)) | (Operand::Real(c), Operand::Complex(a, b)) => {
            (a + c, b)
        }
        (left, right) => {
            let ((a, b), (c, d)) = (left.parts(), right.parts());
            (a + c, b + d)
        }
    }
}

pub(super) fn subtract(left: Operand, right: Operand) -> (f64, f64) {
    match (left, right) {
        (Operand::Complex(a, b), Operand::Real(c)) => (a - c, b),
        (Operand::Real(a), Operand::Complex(c, d)) => (a - c, -d),
        (left, right) => {
            let ((a, b), (c, d)) = (left.parts(), right.parts());
            (a - c, b - d)
        }
    }
}

pub(super) fn multiply(left: Operand, right: Operand) -> (f64, f64) {
    match (left, right) {
        (Operand::Complex(a, b), Operand::Real(c)) | (Operand::Real(c), Operand::Complex(a, b)) => {
            (a * c, b * c)
        }
        (left, right) => {
            let ((a, b), (c, d)) = (left.parts(), right.parts());
            let (ac, bd, ad, bc) = (a * c, b * d, a * d, b * c);
            let (real, imag) = (ac - bd, ad + bc);
            if real.is_nan() && imag.is_nan() {
                recover_product(a, b, c, d).unwrap_or((real, imag))
            } else {
                (real, imag)
            }
        }
    }
}

/// C's Annex G: a product with an infinite factor is infinite though the plain formula gives NaN.
fn recover_product(mut a: f64, mut b: f64, mut c: f64, mut d: f64) -> Option<(f64, f64)> {
    let unit = |x: f64| if x.is_infinite() { 1.0_f64 } else { 0.0 }.copysign(x);
    let finite = |x: f64| if x.is_nan() { 0.0_f64.copysign(x) } else { x };
    let mut recalculate = false;
    let (ac, bd, ad, bc) = (a * c, b * d, a * d, b * c);
    if a.is_infinite() || b.is_infinite() {
        (a, b, c, d) = (unit(a), unit(b), finite(c), finite(d));
        recalculate = true;
    }
    if c.is_infinite() || d.is_infinite() {
        (c, d, a, b) = (unit(c), unit(d), finite(a), finite(b));
        recalculate = true;
    }
    if !recalculate && [ac, bd, ad, bc].iter().any(|part| part.is_infinite()) {
        (a, b, c, d) = (finite(a), finite(b), finite(c), finite(d));
        recalculate = true;
    }
    recalculate.then_some({
        (
            f64::INFINITY * (a * c - b * d),
            f64::INFINITY * (a * d + b * c),
        )
    })
}

/// `None` for a zero divisor.
pub(super) fn divide(left: Operand, right: Operand) -> Option<(f64, f64)> {
    match (left, right) {
        (Operand::Complex(a, b), Operand::Real(c)) => (c != 0.0).then(|| (a / c, b / c)),
        (Operand::Real(a), Operand::Complex(c, d)) => real_quotient(a, c, d),
        (left, right) => {
            let ((a, b), (c, d)) = (left.parts(), right.parts());
            quotient(a, b, c, d)
        }
    }
}

/// Smith's method for a dividend without an imaginary part, whose zero would change signs.
fn real_quotient(a: f64, c: f64, d: f64) -> Option<(f64, f64)> {
    let (real, imag) = if c.abs() >= d.abs() {
        if c == 0.0 {
            return None;
        }
        let ratio = d / c;
        let denominator = c + d * ratio;
        (a / denominator, (-a * ratio) / denominator)
    } else if d.abs() >= c.abs() {
        let ratio = c / d;
        let denominator = c * ratio + d;
        ((a * ratio) / denominator, -a / denominator)
    } else {
        (f64::NAN, f64::NAN)
    };
    if real.is_nan() && imag.is_nan() && a.is_finite() && (c.is_infinite() || d.is_infinite()) {
        let unit = |x: f64| if x.is_infinite() { 1.0_f64 } else { 0.0 }.copysign(x);
        return Some((0.0 * (a * unit(c)), 0.0 * (-a * unit(d))));
    }
    Some((real, imag))
}

/// Smith's method: scaled by the larger part of the divisor.
fn quotient(a: f64, b: f64, c: f64, d: f64) -> Option<(f64, f64)> {
    let (real, imag) = if c.abs() >= d.abs() {
        if c == 0.0 {
            return None;
        }
        let ratio = d / c;
        let denominator = c + d * ratio;
        ((a + b * ratio) / denominator, (b - a * ratio) / denominator)
    } else if d.abs() >= c.abs() {
        let ratio = c / d;
        let denominator = c * ratio + d;
        ((a * ratio + b) / denominator, (b * ratio - a) / denominator)
    } else {
        (f64::NAN, f64::NAN)
    };
    if real.is_nan() && imag.is_nan() {
        let unit = |x: f64| if x.is_infinite() { 1.0_f64 } else { 0.0 }.copysign(x);
        if (a.is_infinite() || b.is_infinite()) && c.is_finite() && d.is_finite() {
            let (x, y) = (unit(a), unit(b));
            return Some((
                f64::INFINITY * (x * c + y * d),
                f64::INFINITY * (y * c - x * d),
            ));
        }
        if (c.is_infinite() || d.is_infinite()) && a.is_finite() && b.is_finite() {
            let (x, y) = (unit(c), unit(d));
            return Some((0.0 * (a * x + b * y), 0.0 * (b * x - a * y)));
        }
    }
    Some((real, imag))
}

impl Ctx {
    /// `base ** exponent`.
    ///
    /// # Errors
    /// `ZeroDivisionError` for zero to a negative or complex power, `OverflowError` if the result is too large.
    pub(crate) fn complex_power(&self, base: (f64, f64), exponent: (f64, f64)) -> PyResult<Value> {
        let (a, b) = base;
        let (c, d) = exponent;
        if c == 0.0 && d == 0.0 {
            return Ok(self.new_complex(1.0, 0.0));
        }
        if a == 0.0 && b == 0.0 {
            if d != 0.0 || c < 0.0 {
                return Err(self.zero_division_error("zero to a negative or complex power"));
            }
            return Ok(self.new_complex(0.0, 0.0));
        }
        let (real, imag) = if d == 0.0 && c == c.floor() && c.abs() <= 100.0 {
            integer_power((a, b), c as i32)
                .ok_or_else(|| self.zero_division_error("zero to a negative or complex power"))?
        } else {
            let modulus = a.hypot(b);
            let mut length = modulus.powf(c);
            let angle = b.atan2(a);
            let mut phase = angle * c;
            if d != 0.0 {
                length *= (-angle * d).exp();
                phase += d * modulus.ln();
            }
            if phase.is_infinite() {
                // C's sine and cosine call that a domain error.
                return Err(self.zero_division_error("zero to a negative or complex power"));
            }
            (length * phase.cos(), length * phase.sin())
        };
        if real.is_infinite() || imag.is_infinite() {
            return Err(self.overflow_error("complex exponentiation"));
        }
        Ok(self.new_complex(real, imag))
    }
}

fn product((a, b): (f64, f64), (c, d): (f64, f64)) -> (f64, f64) {
    multiply(Operand::Complex(a, b), Operand::Complex(c, d))
}

fn integer_power(base: (f64, f64), exponent: i32) -> Option<(f64, f64)> {
    let mut result = (1.0, 0.0);
    let mut factor = base;
    let mut left = exponent.unsigned_abs();
    while left > 0 {
        if left & 1 == 1 {
            result = product(result, factor);
        }
        factor = product(factor, factor);
        left >>= 1;
    }
    if exponent < 0 {
        quotient(1.0, 0.0, result.0, result.1)
    } else {
        Some(result)
    }
}

/// `hash(complex)`.
pub(super) fn hash_of(real: f64, imag: f64, identity: u64) -> i64 {
    let part = |value| float::arith::hash_of(value).unwrap_or((identity >> 4) as i64) as u64;
    let combined = part(real).wrapping_add(part(imag).wrapping_mul(crate::hash::IMAGINARY));
    crate::hash::avoid_minus_one(combined as i64)
}
