//! Python's operators on constants, for folding at compile time.
//!
//! CPython: `eval_const_binop`, `eval_const_unaryop` and the `const_folding_safe_*` functions in `Python/flowgraph.c`,
//! over the number and sequence types. `None` as a result means: leave it to run time, because the operation raises,
//! warns, or would make the constant too large. Results agree with CPython's to the last bit.
//! Tests: `tests.rs`, with values made by CPython.

mod complex;
mod float;
mod int;
mod sequence;
#[cfg(test)]
mod tests;

use num_bigint::BigInt;
use num_traits::{FromPrimitive, ToPrimitive, Zero};

use crate::constant::Constant;
use crate::opcode::BinaryOp;
use complex::Complex;

/// The largest int that folding makes, in bits.
const MAX_INT_SIZE: u64 = 128;
/// The longest tuple that repetition makes.
const MAX_COLLECTION_SIZE: i64 = 256;
/// The longest text that repetition makes.
const MAX_STR_SIZE: i64 = 4096;
/// The most items, at any depth, that repetition makes.
const MAX_TOTAL_ITEMS: i64 = 1024;

/// An operator with one operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOp {
    /// `-x`.
    Negative,
    /// `~x`.
    Invert,
    /// `not x`.
    Not,
    /// `+x`.
    Positive,
}

/// A number, in the type to which arithmetic first converts it: a bool is an int.
enum Number {
    Int(BigInt),
    Float(f64),
    Complex(Complex),
}

fn int_of(constant: &Constant) -> Option<BigInt> {
    match constant {
        Constant::Bool(value) => Some(BigInt::from(u8::from(*value))),
        Constant::Int(value) => Some(BigInt::from(*value)),
        Constant::BigInt(value) => Some(BigInt::clone(value)),
        _ => None,
    }
}

fn number_of(constant: &Constant) -> Option<Number> {
    match constant {
        Constant::Float(value) => Some(Number::Float(*value)),
        Constant::Complex(real, imaginary) => Some(Number::Complex(Complex {
            re: *real,
            im: *imaginary,
        })),
        _ => int_of(constant).map(Number::Int),
    }
}

impl From<Complex> for Constant {
    fn from(value: Complex) -> Constant {
        Constant::Complex(value.re, value.im)
    }
}

/// The value of `<operation> operand`.
pub fn unary(operation: UnaryOp, operand: &Constant) -> Option<Constant> {
    match operation {
        UnaryOp::Not => Some(Constant::Bool(!operand.is_true())),
        // Inverting a bool warns, at run time.
        UnaryOp::Invert if matches!(operand, Constant::Bool(_)) => None,
        UnaryOp::Invert => int_of(operand).map(|value| Constant::from_bigint(!value)),
        UnaryOp::Positive => Some(match number_of(operand)? {
            Number::Int(value) => Constant::from_bigint(value),
            Number::Float(value) => Constant::Float(value),
            Number::Complex(value) => value.into(),
        }),
        UnaryOp::Negative => Some(match number_of(operand)? {
            Number::Int(value) => Constant::from_bigint(-value),
            Number::Float(value) => Constant::Float(-value),
            Number::Complex(value) => Constant::Complex(-value.re, -value.im),
        }),
    }
}

/// The value of `left <operation> right`.
pub fn binary(operation: BinaryOp, left: &Constant, right: &Constant) -> Option<Constant> {
    match operation {
        BinaryOp::Subscript => return sequence::subscript(left, right),
        BinaryOp::Add => {
            if let Some(result) = sequence::concatenate(left, right) {
                return Some(result);
            }
        }
        BinaryOp::Multiply => {
            if let Some(count) = int_of(left).filter(|_| sequence::is_sequence(right)) {
                return sequence::repeat(right, &count);
            }
            if let Some(count) = int_of(right).filter(|_| sequence::is_sequence(left)) {
                return sequence::repeat(left, &count);
            }
        }
        BinaryOp::And | BinaryOp::Or | BinaryOp::Xor => {
            if let (Constant::Bool(a), Constant::Bool(b)) = (left, right) {
                return Some(Constant::Bool(match operation {
                    BinaryOp::And => a & b,
                    BinaryOp::Or => a | b,
                    _ => a ^ b,
                }));
            }
        }
        _ => {}
    }
    match (number_of(left)?, number_of(right)?) {
        (Number::Int(a), Number::Int(b)) => int::binary(operation, &a, &b),
        (Number::Complex(a), Number::Complex(b)) => complex::binary(operation, a, b),
        (Number::Complex(a), b) => complex::binary_with_real(operation, a, real_of(&b)?),
        (a, Number::Complex(b)) => complex::binary_real_with(operation, real_of(&a)?, b),
        (a, b) => float::binary(operation, real_of(&a)?, real_of(&b)?),
    }
}

/// A real number as a float; `None` if it is too large.
fn real_of(number: &Number) -> Option<f64> {
    match number {
        Number::Int(value) => int::to_float(value),
        Number::Float(value) => Some(*value),
        Number::Complex(_) => None,
    }
}

/// The elements without those that Python's `==` finds equal to an earlier one, as a set keeps them.
pub(crate) fn distinct(elements: Vec<Constant>) -> Vec<Constant> {
    let mut kept: Vec<Constant> = Vec::with_capacity(elements.len());
    for element in elements {
        if !kept.iter().any(|earlier| is_equal(earlier, &element)) {
            kept.push(element);
        }
    }
    kept
}

/// Python's `==`.
fn is_equal(a: &Constant, b: &Constant) -> bool {
    if let (Some(x), Some(y)) = (number_of(a), number_of(b)) {
        return match (x, y) {
            (Number::Int(x), Number::Int(y)) => x == y,
            (Number::Float(x), Number::Float(y)) => x == y,
            (Number::Complex(x), Number::Complex(y)) => x == y,
            (Number::Int(x), Number::Float(y)) | (Number::Float(y), Number::Int(x)) => {
                is_equal_to_float(&x, y)
            }
            (Number::Complex(x), Number::Float(y)) | (Number::Float(y), Number::Complex(x)) => {
                x.im == 0.0 && x.re == y
            }
            (Number::Complex(x), Number::Int(y)) | (Number::Int(y), Number::Complex(x)) => {
                x.im == 0.0 && is_equal_to_float(&y, x.re)
            }
        };
    }
    match (a, b) {
        (Constant::Tuple(x), Constant::Tuple(y)) => {
            x.len() == y.len() && x.iter().zip(&**y).all(|(x, y)| is_equal(x, y))
        }
        (Constant::FrozenSet(x), Constant::FrozenSet(y)) => {
            x.len() == y.len() && x.iter().all(|x| y.iter().any(|y| is_equal(x, y)))
        }
        (Constant::Slice(x), Constant::Slice(y)) => x.iter().zip(&**y).all(|(x, y)| is_equal(x, y)),
        _ => a.is_same(b),
    }
}

fn is_equal_to_float(int: &BigInt, float: f64) -> bool {
    float.fract() == 0.0 && BigInt::from_f64(float).is_some_and(|value| value == *int)
}

/// A count for repetition, or an index: what fits `isize`.
fn to_index(value: &BigInt) -> Option<isize> {
    value.to_isize()
}

/// Bits of the absolute value.
fn bit_length(value: &BigInt) -> u64 {
    if value.is_zero() { 0 } else { value.bits() }
}
