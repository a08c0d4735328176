//! Operators on floats.
//!
//! CPython: `Objects/floatobject.c`. Tests: `tests.rs`.

use super::complex::{self, Complex};
use crate::constant::Constant;
use crate::opcode::BinaryOp;

pub(super) fn binary(operation: BinaryOp, a: f64, b: f64) -> Option<Constant> {
    let result = match operation {
        BinaryOp::Add => a + b,
        BinaryOp::Subtract => a - b,
        BinaryOp::Multiply => a * b,
        BinaryOp::TrueDivide | BinaryOp::FloorDivide | BinaryOp::Remainder if b == 0.0 => {
            return None;
        }
        BinaryOp::TrueDivide => a / b,
        BinaryOp::FloorDivide => floor_divide(a, b),
        BinaryOp::Remainder => remainder(a, b),
        BinaryOp::Power => return power(a, b),
        _ => return None,
    };
    Some(Constant::Float(result))
}

/// The remainder, with the sign of the divisor.
fn remainder(a: f64, b: f64) -> f64 {
    let remainder = a % b;
    if remainder == 0.0 {
        0f64.copysign(b)
    } else if (b < 0.0) != (remainder < 0.0) {
        remainder + b
    } else {
        remainder
    }
}

fn floor_divide(a: f64, b: f64) -> f64 {
    let remainder = a % b;
    let mut quotient = (a - remainder) / b;
    if remainder != 0.0 && (b < 0.0) != (remainder < 0.0) {
        quotient -= 1.0;
    }
    if quotient == 0.0 {
        return 0f64.copysign(a / b);
    }
    let floor = quotient.floor();
    if quotient - floor > 0.5 {
        floor + 1.0
    } else {
        floor
    }
}

fn is_odd_integer(value: f64) -> bool {
    (value.abs() % 2.0) == 1.0
}

/// `base ** exponent`, which may be complex; `None` if it raises.
pub(super) fn power(base: f64, exponent: f64) -> Option<Constant> {
    let is_odd = is_odd_integer(exponent);
    let result = if exponent == 0.0 {
        1.0
    } else if base.is_nan() {
        base
    } else if exponent.is_nan() {
        if base == 1.0 { 1.0 } else { exponent }
    } else if exponent.is_infinite() {
        if base.abs() == 1.0 {
            1.0
        } else if (exponent > 0.0) == (base.abs() > 1.0) {
            f64::INFINITY
        } else {
            0.0
        }
    } else if base.is_infinite() {
        match (exponent > 0.0, is_odd) {
            (true, true) => base,
            (true, false) => base.abs(),
            (false, true) => 0f64.copysign(base),
            (false, false) => 0.0,
        }
    } else if base == 0.0 {
        if exponent < 0.0 {
            return None;
        }
        if is_odd { base } else { 0.0 }
    } else if base < 0.0 && exponent != exponent.floor() {
        return complex::power(Complex::real(base), Complex::real(exponent)).map(Constant::from);
    } else {
        let magnitude = base.abs().powf(exponent);
        if magnitude.is_infinite() {
            return None;
        }
        if base < 0.0 && is_odd {
            -magnitude
        } else {
            magnitude
        }
    };
    Some(Constant::Float(result))
}
