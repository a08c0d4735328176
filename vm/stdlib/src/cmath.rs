//! `cmath`: mathematical functions of complex numbers.
//!
//! Reference: CPython 3.14 `Modules/cmathmodule.c`; Kahan: "Branch cuts for complex elementary functions", 1987. Tests:
//! `tests/run/cmath/`.

use std::f64::consts::{FRAC_PI_2, FRAC_PI_4, LN_10, PI};

use taipan_macros::{pyfunction, pymodule};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::ModuleBuilder;
use taipan_vm::native::bind::Optional;
use taipan_vm::value::Value;

/// A complex number: real and imaginary part.
type Parts = (f64, f64);

/// Mathematical functions of complex numbers.
#[pymodule]
pub(crate) fn cmath(cx: &Ctx, m: &ModuleBuilder<'_>) -> PyResult<()> {
    m.add("pi", PI)?;
    m.add("e", std::f64::consts::E)?;
    m.add("tau", std::f64::consts::TAU)?;
    m.add("inf", f64::INFINITY)?;
    m.add("nan", f64::NAN)?;
    m.add("infj", cx.new_complex(0.0, f64::INFINITY))?;
    m.add("nanj", cx.new_complex(0.0, f64::NAN))?;
    for def in [
        &acos::DEF,
        &acosh::DEF,
        &asin::DEF,
        &asinh::DEF,
        &atan::DEF,
        &atanh::DEF,
        &cos::DEF,
        &cosh::DEF,
        &exp::DEF,
        &sin::DEF,
        &sinh::DEF,
        &sqrt::DEF,
        &tan::DEF,
        &tanh::DEF,
        &log::DEF,
        &log10::DEF,
        &phase::DEF,
        &polar::DEF,
        &rect::DEF,
        &isfinite::DEF,
        &isinf::DEF,
        &isnan::DEF,
        &isclose::DEF,
    ] {
        m.function(def)?;
    }
    Ok(())
}

/// The complex value of an argument: a complex, what `__complex__` gives, or a real number.
fn argument(cx: &Ctx, value: &Value) -> PyResult<Parts> {
    if let Some(parts) = value.as_complex() {
        return Ok(parts);
    }
    if value.as_float().is_none()
        && value.as_int().is_none()
        && let Some(method) = cx.find_special(value, &cx.names().__complex__)?
    {
        let result = cx.call(&method, &[])?;
        return result.as_complex().ok_or_else(|| {
            let (class, other) = (cx.type_name(value), cx.type_name(&result));
            cx.type_error(format!(
                "{class}.__complex__() must return a complex, not {other}"
            ))
        });
    }
    Ok((cx.to_f64(value)?, 0.0))
}

/// What went wrong in a function, as C's errno tells.
enum Failure {
    Domain,
    Range,
}

fn finish(cx: &Ctx, result: Result<Parts, Failure>) -> PyResult<Value> {
    match result {
        Ok((real, imag)) => Ok(cx.new_complex(real, imag)),
        Err(Failure::Domain) => Err(cx.value_error("math domain error")),
        Err(Failure::Range) => Err(cx.overflow_error("math range error")),
    }
}

macro_rules! functions {
    ($($(#[$doc:meta])* $name:ident = $function:ident;)*) => {
        $($(#[$doc])* #[pyfunction] fn $name(cx: &Ctx, z: &Value) -> PyResult<Value> {
            let z = argument(cx, z)?;
            finish(cx, $function(z))
        })*
    };
}

functions! {
    /// The arc cosine of z.
    acos = complex_acos;
    /// The inverse hyperbolic cosine of z.
    acosh = complex_acosh;
    /// The arc sine of z.
    asin = complex_asin;
    /// The inverse hyperbolic sine of z.
    asinh = complex_asinh;
    /// The arc tangent of z.
    atan = complex_atan;
    /// The inverse hyperbolic tangent of z.
    atanh = complex_atanh;
    /// The cosine of z.
    cos = complex_cos;
    /// The hyperbolic cosine of z.
    cosh = complex_cosh;
    /// The exponential value e**z.
    exp = complex_exp;
    /// The sine of z.
    sin = complex_sin;
    /// The hyperbolic sine of z.
    sinh = complex_sinh;
    /// The square root of z.
    sqrt = complex_sqrt;
    /// The tangent of z.
    tan = complex_tan;
    /// The hyperbolic tangent of z.
    tanh = complex_tanh;
    /// The logarithm of z to base 10.
    log10 = complex_log10;
}

/// Larger than this, squares overflow.
const LARGE: f64 = f64::MAX / 4.0;

fn is_special((x, y): Parts) -> bool {
    !x.is_finite() || !y.is_finite()
}

fn complex_sqrt((x, y): Parts) -> Result<Parts, Failure> {
    if y.is_infinite() {
        return Ok((f64::INFINITY, y));
    }
    if x.is_infinite() {
        return Ok(if y.is_nan() {
            if x > 0.0 {
                (x, y)
            } else {
                (f64::NAN, f64::INFINITY)
            }
        } else if x > 0.0 {
            (x, 0.0_f64.copysign(y))
        } else {
            (0.0, f64::INFINITY.copysign(y))
        });
    }
    if x.is_nan() || y.is_nan() {
        return Ok((f64::NAN, f64::NAN));
    }
    if x == 0.0 && y == 0.0 {
        return Ok((0.0, y));
    }
    let (ax, ay) = (x.abs(), y.abs());
    let s = if ax < f64::MIN_POSITIVE && ay < f64::MIN_POSITIVE && (ax > 0.0 || ay > 0.0) {
        // Subnormals: scaled so that no bit is lost.
        let ax = libm::ldexp(ax, 54);
        libm::ldexp((ax + ax.hypot(libm::ldexp(ay, 54))).sqrt(), -27 - 1) * std::f64::consts::SQRT_2
    } else {
        let ax = ax / 8.0;
        2.0 * (ax + ax.hypot(ay / 8.0)).sqrt()
    };
    let d = ay / (2.0 * s);
    Ok(if x >= 0.0 {
        (s, d.copysign(y))
    } else {
        (d, s.copysign(y))
    })
}

fn complex_exp((x, y): Parts) -> Result<Parts, Failure> {
    if is_special((x, y)) {
        if x.is_infinite() && y.is_finite() && y != 0.0 {
            let length = if x > 0.0 { f64::INFINITY } else { 0.0 };
            return Ok((length.copysign(y.cos()), length.copysign(y.sin())));
        }
        if y.is_infinite() && (x.is_finite() || x == f64::INFINITY) {
            return Err(Failure::Domain);
        }
        return Ok(match (x, y) {
            (f64::NEG_INFINITY, y) if y == 0.0 => (0.0, y),
            (f64::NEG_INFINITY, _) => (0.0, 0.0),
            (f64::INFINITY, y) if y == 0.0 => (f64::INFINITY, y),
            (f64::INFINITY, _) => (f64::INFINITY, f64::NAN),
            (x, y) if x.is_nan() && y == 0.0 => (x, y),
            _ => (f64::NAN, f64::NAN),
        });
    }
    let result = if x > 709.0 {
        let length = (x - 1.0).exp();
        let e = std::f64::consts::E;
        (length * y.cos() * e, length * y.sin() * e)
    } else {
        let length = x.exp();
        (length * y.cos(), length * y.sin())
    };
    checked(result)
}

fn checked(result: Parts) -> Result<Parts, Failure> {
    if result.0.is_infinite() || result.1.is_infinite() {
        Err(Failure::Range)
    } else {
        Ok(result)
    }
}

fn complex_cosh((x, y): Parts) -> Result<Parts, Failure> {
    if is_special((x, y)) {
        if y.is_infinite() && !x.is_nan() {
            return Err(Failure::Domain);
        }
        if x.is_infinite() && y.is_finite() && y != 0.0 {
            let real = f64::INFINITY.copysign(y.cos());
            let imag = f64::INFINITY.copysign(y.sin());
            return Ok((real, if x > 0.0 { imag } else { -imag }));
        }
        return Ok(if x.is_infinite() {
            if y.is_nan() {
                (f64::INFINITY, f64::NAN)
            } else {
                (f64::INFINITY, if x > 0.0 { y } else { -y })
            }
        } else if x == 0.0 || y == 0.0 {
            (f64::NAN, 0.0)
        } else {
            (f64::NAN, f64::NAN)
        });
    }
    if x.abs() > 708.0 {
        let e = std::f64::consts::E;
        let less = x - 1.0_f64.copysign(x);
        return checked((y.cos() * less.cosh() * e, y.sin() * less.sinh() * e));
    }
    checked((y.cos() * x.cosh(), y.sin() * x.sinh()))
}

fn complex_sinh((x, y): Parts) -> Result<Parts, Failure> {
    if is_special((x, y)) {
        if y.is_infinite() && !x.is_nan() {
            return Err(Failure::Domain);
        }
        if x.is_infinite() && y.is_finite() && y != 0.0 {
            let real = f64::INFINITY.copysign(y.cos());
            return Ok((
                if x > 0.0 { real } else { -real },
                f64::INFINITY.copysign(y.sin()),
            ));
        }
        return Ok(if x.is_infinite() {
            (x, y)
        } else if y == 0.0 {
            (f64::NAN, y)
        } else if x == 0.0 {
            (x, f64::NAN)
        } else {
            (f64::NAN, f64::NAN)
        });
    }
    if x.abs() > 708.0 {
        let e = std::f64::consts::E;
        let less = x - 1.0_f64.copysign(x);
        return checked((y.cos() * less.sinh() * e, y.sin() * less.cosh() * e));
    }
    checked((y.cos() * x.sinh(), y.sin() * x.cosh()))
}

fn complex_tanh((x, y): Parts) -> Result<Parts, Failure> {
    if is_special((x, y)) {
        if y.is_infinite() && x.is_finite() {
            return Err(Failure::Domain);
        }
        return Ok(if x.is_infinite() {
            let imag = if y.is_finite() {
                0.0_f64.copysign(2.0 * y.sin() * y.cos())
            } else {
                0.0
            };
            (1.0_f64.copysign(x), imag)
        } else if y == 0.0 {
            (f64::NAN, y)
        } else if x == 0.0 {
            (x, f64::NAN)
        } else {
            (f64::NAN, f64::NAN)
        });
    }
    if x.abs() > 354.0 {
        return Ok((
            1.0_f64.copysign(x),
            4.0 * y.sin() * y.cos() * (-2.0 * x.abs()).exp(),
        ));
    }
    let (tx, ty) = (x.tanh(), y.tan());
    let cx = 1.0 / x.cosh();
    let product = tx * ty;
    let denominator = 1.0 + product * product;
    Ok((
        tx * (1.0 + ty * ty) / denominator,
        ty / denominator * cx * cx,
    ))
}

// The circular functions are the hyperbolic ones at i*z.

fn complex_cos((x, y): Parts) -> Result<Parts, Failure> {
    complex_cosh((-y, x))
}

fn complex_sin((x, y): Parts) -> Result<Parts, Failure> {
    complex_sinh((-y, x)).map(|(a, b)| (b, -a))
}

fn complex_tan((x, y): Parts) -> Result<Parts, Failure> {
    complex_tanh((-y, x)).map(|(a, b)| (b, -a))
}

fn complex_asin((x, y): Parts) -> Result<Parts, Failure> {
    complex_asinh((-y, x)).map(|(a, b)| (b, -a))
}

fn complex_atan((x, y): Parts) -> Result<Parts, Failure> {
    complex_atanh((-y, x)).map(|(a, b)| (b, -a))
}

fn complex_acos((x, y): Parts) -> Result<Parts, Failure> {
    if is_special((x, y)) {
        return Ok(special_acos(x, y));
    }
    if x.abs() > LARGE || y.abs() > LARGE {
        let imag = (x / 2.0).hypot(y / 2.0).ln() + std::f64::consts::LN_2 * 2.0;
        return Ok((
            y.abs().atan2(x),
            if y.is_sign_negative() { imag } else { -imag },
        ));
    }
    let s1 = complex_sqrt((1.0 - x, -y))?;
    let s2 = complex_sqrt((1.0 + x, y))?;
    Ok((
        2.0 * s1.0.atan2(s2.0),
        (s2.0 * s1.1 - s2.1 * s1.0).asinh_exact(),
    ))
}

fn special_acos(x: f64, y: f64) -> Parts {
    let imag = f64::INFINITY.copysign(-y);
    if y.is_infinite() {
        let real = match x {
            f64::INFINITY => FRAC_PI_4,
            f64::NEG_INFINITY => 3.0 * FRAC_PI_4,
            x if x.is_nan() => x,
            _ => FRAC_PI_2,
        };
        return (real, imag);
    }
    if x.is_infinite() {
        if y.is_nan() {
            return (f64::NAN, f64::INFINITY);
        }
        return (if x > 0.0 { 0.0 } else { PI }, imag);
    }
    if x == 0.0 {
        (FRAC_PI_2, f64::NAN)
    } else {
        (f64::NAN, f64::NAN)
    }
}

fn complex_acosh((x, y): Parts) -> Result<Parts, Failure> {
    if is_special((x, y)) {
        let (a, b) = special_acos(x, y);
        // acosh is acos turned by a quarter, with a real part that is not negative.
        if b.is_infinite() {
            return Ok((f64::INFINITY, a.copysign(y)));
        }
        return Ok((f64::NAN, if x == 0.0 { FRAC_PI_2 } else { f64::NAN }));
    }
    if x.abs() > LARGE || y.abs() > LARGE {
        return Ok((
            (x / 2.0).hypot(y / 2.0).ln() + std::f64::consts::LN_2 * 2.0,
            y.atan2(x),
        ));
    }
    let s1 = complex_sqrt((x - 1.0, y))?;
    let s2 = complex_sqrt((x + 1.0, y))?;
    Ok((
        (s1.0 * s2.0 + s1.1 * s2.1).asinh_exact(),
        2.0 * s1.1.atan2(s2.0),
    ))
}

fn complex_asinh((x, y): Parts) -> Result<Parts, Failure> {
    if is_special((x, y)) {
        if x.is_infinite() {
            let imag = if y.is_infinite() {
                FRAC_PI_4.copysign(y)
            } else if y.is_nan() {
                y
            } else {
                0.0_f64.copysign(y)
            };
            return Ok((x, imag));
        }
        if y.is_infinite() {
            let real = f64::INFINITY.copysign(x);
            return Ok(if x.is_nan() {
                (f64::INFINITY, x)
            } else {
                (real, FRAC_PI_2.copysign(y))
            });
        }
        return Ok(if x.is_nan() && y == 0.0 {
            (x, y)
        } else {
            (f64::NAN, f64::NAN)
        });
    }
    if x.abs() > LARGE || y.abs() > LARGE {
        let length = (x / 2.0).hypot(y / 2.0).ln() + std::f64::consts::LN_2 * 2.0;
        return Ok((
            if y.is_sign_negative() {
                length
            } else {
                -length
            }
            .copysign(x),
            y.atan2(x.abs()),
        ));
    }
    let s1 = complex_sqrt((1.0 + y, -x))?;
    let s2 = complex_sqrt((1.0 - y, x))?;
    Ok((
        (s1.0 * s2.1 - s2.0 * s1.1).asinh_exact(),
        y.atan2(s1.0 * s2.0 - s1.1 * s2.1),
    ))
}

fn complex_atanh((x, y): Parts) -> Result<Parts, Failure> {
    if is_special((x, y)) {
        if y.is_infinite() || (x.is_infinite() && !y.is_nan()) {
            let real = if x.is_nan() { 0.0 } else { 0.0_f64.copysign(x) };
            return Ok((real, FRAC_PI_2.copysign(y)));
        }
        return Ok(if x.is_infinite() {
            (0.0_f64.copysign(x), f64::NAN)
        } else if x == 0.0 {
            (x, f64::NAN)
        } else {
            (f64::NAN, f64::NAN)
        });
    }
    if x < 0.0 || (x == 0.0 && x.is_sign_negative()) {
        return complex_atanh((-x, -y)).map(|(a, b)| (-a, -b));
    }
    let ay = y.abs();
    let small = f64::MIN_POSITIVE.sqrt();
    if x > LARGE.sqrt() || ay > LARGE.sqrt() {
        let half = (x / 2.0).hypot(y / 2.0);
        return Ok((x / 4.0 / half / half, -FRAC_PI_2.copysign(-y)));
    }
    if x == 1.0 && ay < small {
        if ay == 0.0 {
            return Err(Failure::Domain);
        }
        let real = -(ay.sqrt() / ay.hypot(2.0).sqrt()).ln();
        return Ok((real, (2.0_f64.atan2(-ay) / 2.0).copysign(y)));
    }
    let real = libm::log1p(4.0 * x / ((1.0 - x) * (1.0 - x) + ay * ay)) / 4.0;
    let imag = -(-2.0 * y).atan2((1.0 - x) * (1.0 + x) - ay * ay) / 2.0;
    Ok((real, imag))
}

/// The inverse hyperbolic sine, as the C library computes it.
trait AsinhExact {
    fn asinh_exact(self) -> f64;
}

impl AsinhExact for f64 {
    fn asinh_exact(self) -> f64 {
        libm::asinh(self)
    }
}

fn complex_log((x, y): Parts) -> Result<Parts, Failure> {
    let imag = y.atan2(x);
    if is_special((x, y)) {
        let real = if x.is_infinite() || y.is_infinite() {
            f64::INFINITY
        } else {
            f64::NAN
        };
        return Ok((
            real,
            if x.is_nan() || y.is_nan() {
                f64::NAN
            } else {
                imag
            },
        ));
    }
    let (ax, ay) = (x.abs(), y.abs());
    let real = if ax > LARGE || ay > LARGE {
        (ax / 2.0).hypot(ay / 2.0).ln() + std::f64::consts::LN_2
    } else if ax < f64::MIN_POSITIVE && ay < f64::MIN_POSITIVE {
        if ax == 0.0 && ay == 0.0 {
            return Err(Failure::Domain);
        }
        libm::ldexp(ax, 53).hypot(libm::ldexp(ay, 53)).ln() - 53.0 * std::f64::consts::LN_2
    } else {
        let length = ax.hypot(ay);
        if (0.71..=1.73).contains(&length) {
            let (large, low) = if ax > ay { (ax, ay) } else { (ay, ax) };
            libm::log1p((large - 1.0) * (large + 1.0) + low * low) / 2.0
        } else {
            length.ln()
        }
    };
    Ok((real, imag))
}

fn complex_log10(z: Parts) -> Result<Parts, Failure> {
    complex_log(z).map(|(real, imag)| (real / LN_10, imag / LN_10))
}

/// The logarithm of z to the given base; the natural one if there is none.
#[pyfunction(signature = (z, base = Optional::Missing, /), text_signature = "($module, z, base=<unrepresentable>, /)")]
fn log(cx: &Ctx, z: &Value, base: Optional<&Value>) -> PyResult<Value> {
    let numerator = finish(cx, complex_log(argument(cx, z)?))?;
    let Some(base) = base.given() else {
        return Ok(numerator);
    };
    let denominator = finish(cx, complex_log(argument(cx, base)?))?;
    cx.binary_op(
        taipan_vm::protocol::BinaryOp::TrueDivide,
        &numerator,
        &denominator,
    )
}

/// The angle of z, between -pi and pi.
#[pyfunction]
fn phase(cx: &Ctx, z: &Value) -> PyResult<f64> {
    let (x, y) = argument(cx, z)?;
    Ok(y.atan2(x))
}

/// Length and angle of z.
#[pyfunction]
fn polar(cx: &Ctx, z: &Value) -> PyResult<(f64, f64)> {
    let (x, y) = argument(cx, z)?;
    let length = x.hypot(y);
    if length.is_infinite() && x.is_finite() && y.is_finite() {
        return Err(cx.overflow_error("math range error"));
    }
    Ok((length, y.atan2(x)))
}

/// The number with length r and angle phi.
#[pyfunction]
fn rect(cx: &Ctx, r: f64, phi: f64) -> PyResult<Value> {
    if !r.is_finite() || !phi.is_finite() {
        if r.is_infinite() && phi.is_finite() && phi != 0.0 {
            let (cos, sin) = (
                f64::INFINITY.copysign(phi.cos()),
                f64::INFINITY.copysign(phi.sin()),
            );
            return Ok(if r > 0.0 {
                cx.new_complex(cos, sin)
            } else {
                cx.new_complex(-cos, -sin)
            });
        }
        if phi.is_infinite() && r != 0.0 && !r.is_nan() {
            return Err(cx.value_error("math domain error"));
        }
        let parts = if r == 0.0 {
            (0.0, 0.0)
        } else if r.is_infinite() && phi == 0.0 {
            (r, if r > 0.0 { phi } else { -phi })
        } else if r.is_nan() && phi == 0.0 {
            (r, 0.0)
        } else if r.is_infinite() {
            (f64::INFINITY, f64::NAN)
        } else {
            (f64::NAN, f64::NAN)
        };
        return Ok(cx.new_complex(parts.0, parts.1));
    }
    if phi == 0.0 {
        return Ok(cx.new_complex(r, r * phi));
    }
    Ok(cx.new_complex(r * phi.cos(), r * phi.sin()))
}

/// Whether both parts of z are finite.
#[pyfunction]
fn isfinite(cx: &Ctx, z: &Value) -> PyResult<bool> {
    Ok(!is_special(argument(cx, z)?))
}

/// Whether a part of z is an infinity.
#[pyfunction]
fn isinf(cx: &Ctx, z: &Value) -> PyResult<bool> {
    let (x, y) = argument(cx, z)?;
    Ok(x.is_infinite() || y.is_infinite())
}

/// Whether a part of z is a NaN.
#[pyfunction]
fn isnan(cx: &Ctx, z: &Value) -> PyResult<bool> {
    let (x, y) = argument(cx, z)?;
    Ok(x.is_nan() || y.is_nan())
}

/// Whether two numbers are close: their distance is at most rel_tol of the larger, or abs_tol.
#[pyfunction(signature = (a, b, *, rel_tol = 1e-9, abs_tol = 0.0),
              text_signature = "($module, /, a, b, *, rel_tol=1e-09, abs_tol=0.0)")]
fn isclose(cx: &Ctx, a: &Value, b: &Value, rel_tol: f64, abs_tol: f64) -> PyResult<bool> {
    let (a, b) = (argument(cx, a)?, argument(cx, b)?);
    if rel_tol < 0.0 || abs_tol < 0.0 {
        return Err(cx.value_error("tolerances must be non-negative"));
    }
    if a == b {
        return Ok(true);
    }
    if [a.0, a.1, b.0, b.1].iter().any(|part| part.is_infinite()) {
        return Ok(false);
    }
    let difference = (a.0 - b.0).hypot(a.1 - b.1);
    let (length_a, length_b) = (a.0.hypot(a.1), b.0.hypot(b.1));
    Ok(difference <= rel_tol * length_b
        || difference <= rel_tol * length_a
        || difference <= abs_tol)
}
