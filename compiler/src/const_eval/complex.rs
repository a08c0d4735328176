//! Operators on complex numbers.
//!
//! CPython 3.14: `Objects/complexobject.c`; mixed operations with a real operand and the recovery of infinities follow
//! the C standard's Annex G. Tests: `tests.rs`.

use crate::constant::Constant;
use crate::opcode::BinaryOp;

/// A complex number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Complex {
    pub(super) re: f64,
    pub(super) im: f64,
}

const ONE: Complex = Complex { re: 1.0, im: 0.0 };

impl Complex {
    pub(super) fn real(re: f64) -> Complex {
        Complex { re, im: 0.0 }
    }

    fn is_nan(self) -> bool {
        self.re.is_nan() && self.im.is_nan()
    }

    fn is_infinite(self) -> bool {
        self.re.is_infinite() || self.im.is_infinite()
    }

    fn is_finite(self) -> bool {
        self.re.is_finite() && self.im.is_finite()
    }

    /// Infinite parts become 1, others 0, with their signs.
    fn boxed(self) -> Complex {
        let boxed = |part: f64| if part.is_infinite() { 1f64 } else { 0.0 }.copysign(part);
        Complex {
            re: boxed(self.re),
            im: boxed(self.im),
        }
    }

    /// NaN parts become 0, with their signs.
    fn without_nan(self) -> Complex {
        let cleared = |part: f64| {
            if part.is_nan() {
                0f64.copysign(part)
            } else {
                part
            }
        };
        Complex {
            re: cleared(self.re),
            im: cleared(self.im),
        }
    }

    fn scaled(self, factor: f64) -> Complex {
        Complex {
            re: factor * self.re,
            im: factor * self.im,
        }
    }
}

pub(super) fn binary(operation: BinaryOp, a: Complex, b: Complex) -> Option<Constant> {
    let result = match operation {
        BinaryOp::Add => Complex {
            re: a.re + b.re,
            im: a.im + b.im,
        },
        BinaryOp::Subtract => Complex {
            re: a.re - b.re,
            im: a.im - b.im,
        },
        BinaryOp::Multiply => multiply(a, b),
        BinaryOp::TrueDivide => divide(a, b)?,
        BinaryOp::Power => power(a, b)?,
        _ => return None,
    };
    Some(result.into())
}

/// A complex number on the left, a real one on the right.
pub(super) fn binary_with_real(operation: BinaryOp, a: Complex, b: f64) -> Option<Constant> {
    let result = match operation {
        BinaryOp::Add => Complex {
            re: a.re + b,
            im: a.im,
        },
        BinaryOp::Subtract => Complex {
            re: a.re - b,
            im: a.im,
        },
        BinaryOp::Multiply => Complex {
            re: a.re * b,
            im: a.im * b,
        },
        BinaryOp::TrueDivide if b == 0.0 => return None,
        BinaryOp::TrueDivide => Complex {
            re: a.re / b,
            im: a.im / b,
        },
        _ => return binary(operation, a, Complex::real(b)),
    };
    Some(result.into())
}

/// A real number on the left, a complex one on the right.
pub(super) fn binary_real_with(operation: BinaryOp, a: f64, b: Complex) -> Option<Constant> {
    let result = match operation {
        BinaryOp::Add => Complex {
            re: b.re + a,
            im: b.im,
        },
        BinaryOp::Subtract => Complex {
            re: a - b.re,
            im: -b.im,
        },
        BinaryOp::Multiply => Complex {
            re: b.re * a,
            im: b.im * a,
        },
        BinaryOp::TrueDivide => divide_real(a, b)?,
        _ => return binary(operation, Complex::real(a), b),
    };
    Some(result.into())
}

fn multiply_parts(z: Complex, w: Complex) -> Complex {
    Complex {
        re: z.re * w.re - z.im * w.im,
        im: z.re * w.im + z.im * w.re,
    }
}

fn multiply(mut z: Complex, mut w: Complex) -> Complex {
    let result = multiply_parts(z, w);
    if !result.is_nan() {
        return result;
    }
    let has_overflowed = [z.re * w.re, z.im * w.im, z.re * w.im, z.im * w.re]
        .iter()
        .any(|part| part.is_infinite());
    let mut is_infinite = false;
    if z.is_infinite() {
        z = z.boxed();
        w = w.without_nan();
        is_infinite = true;
    }
    if w.is_infinite() {
        w = w.boxed();
        z = z.without_nan();
        is_infinite = true;
    }
    if !is_infinite && has_overflowed {
        z = z.without_nan();
        w = w.without_nan();
        is_infinite = true;
    }
    if is_infinite {
        multiply_parts(z, w).scaled(f64::INFINITY)
    } else {
        result
    }
}

/// Smith's algorithm.
fn divide(a: Complex, b: Complex) -> Option<Complex> {
    let result = if b.re.abs() >= b.im.abs() {
        if b.re == 0.0 {
            return None;
        }
        let ratio = b.im / b.re;
        let denominator = b.re + b.im * ratio;
        Complex {
            re: (a.re + a.im * ratio) / denominator,
            im: (a.im - a.re * ratio) / denominator,
        }
    } else if b.im.abs() >= b.re.abs() {
        let ratio = b.re / b.im;
        let denominator = b.re * ratio + b.im;
        Complex {
            re: (a.re * ratio + a.im) / denominator,
            im: (a.im * ratio - a.re) / denominator,
        }
    } else {
        Complex {
            re: f64::NAN,
            im: f64::NAN,
        }
    };
    if !result.is_nan() {
        return Some(result);
    }
    if a.is_infinite() && b.is_finite() {
        let a = a.boxed();
        return Some(
            Complex {
                re: a.re * b.re + a.im * b.im,
                im: a.im * b.re - a.re * b.im,
            }
            .scaled(f64::INFINITY),
        );
    }
    if b.is_infinite() && a.is_finite() {
        let b = b.boxed();
        return Some(
            Complex {
                re: a.re * b.re + a.im * b.im,
                im: a.im * b.re - a.re * b.im,
            }
            .scaled(0.0),
        );
    }
    Some(result)
}

/// Smith's algorithm for a real numerator.
fn divide_real(a: f64, b: Complex) -> Option<Complex> {
    let result = if b.re.abs() >= b.im.abs() {
        if b.re == 0.0 {
            return None;
        }
        let ratio = b.im / b.re;
        let denominator = b.re + b.im * ratio;
        Complex {
            re: a / denominator,
            im: (-a * ratio) / denominator,
        }
    } else if b.im.abs() >= b.re.abs() {
        let ratio = b.re / b.im;
        let denominator = b.re * ratio + b.im;
        Complex {
            re: (a * ratio) / denominator,
            im: (-a) / denominator,
        }
    } else {
        Complex {
            re: f64::NAN,
            im: f64::NAN,
        }
    };
    if result.is_nan() && a.is_finite() && b.is_infinite() {
        let b = b.boxed();
        return Some(
            Complex {
                re: a * b.re,
                im: -a * b.im,
            }
            .scaled(0.0),
        );
    }
    Some(result)
}

/// The largest exponent for which multiplications are used.
const MAX_INT_EXPONENT: f64 = 100.0;

/// `base ** exponent`; `None` if it raises.
pub(super) fn power(base: Complex, exponent: Complex) -> Option<Complex> {
    let is_small_int = exponent.im == 0.0
        && exponent.re == exponent.re.floor()
        && exponent.re.abs() <= MAX_INT_EXPONENT;
    let result = if is_small_int {
        power_int(base, exponent.re as i32)?
    } else {
        power_general(base, exponent)?
    };
    // An infinite result counts as an overflow.
    if result.is_infinite() {
        None
    } else {
        Some(result)
    }
}

fn power_int(base: Complex, exponent: i32) -> Option<Complex> {
    if exponent > 0 {
        return Some(power_unsigned(base, exponent.unsigned_abs()));
    }
    divide(ONE, power_unsigned(base, exponent.unsigned_abs()))
}

fn power_unsigned(base: Complex, exponent: u32) -> Complex {
    let mut result = ONE;
    let mut square = base;
    let mut mask = 1;
    while exponent >= mask {
        if exponent & mask != 0 {
            result = multiply(result, square);
        }
        mask <<= 1;
        square = multiply(square, square);
    }
    result
}

fn power_general(a: Complex, b: Complex) -> Option<Complex> {
    if b.re == 0.0 && b.im == 0.0 {
        return Some(ONE);
    }
    if a.re == 0.0 && a.im == 0.0 {
        return if b.im != 0.0 || b.re < 0.0 {
            None
        } else {
            Some(Complex::real(0.0))
        };
    }
    let magnitude = a.re.hypot(a.im);
    let mut length = magnitude.powf(b.re);
    let angle = a.im.atan2(a.re);
    let mut phase = angle * b.re;
    if b.im != 0.0 {
        length *= (-angle * b.im).exp();
        phase += b.im * magnitude.ln();
    }
    // Sine and cosine of an infinity are domain errors.
    (!phase.is_infinite()).then(|| Complex {
        re: length * phase.cos(),
        im: length * phase.sin(),
    })
}
