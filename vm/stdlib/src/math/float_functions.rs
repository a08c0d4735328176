//! Functions from floats to floats, and those that look into a float.

use num_bigint::BigInt;
use num_traits::{Signed, ToPrimitive};
use taipan_macros::pyfunction;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::{PyErr, PyResult};
use taipan_vm::native::ModuleBuilder;
use taipan_vm::native::bind::Optional;
use taipan_vm::objects::int::IntRef;
use taipan_vm::value::Value;

use super::gamma as lanczos;

fn domain_error(cx: &Ctx) -> PyErr {
    cx.value_error("math domain error")
}

fn range_error(cx: &Ctx) -> PyErr {
    cx.overflow_error("math range error")
}

/// Judges a result as C99's special cases do: a new NaN is a domain error, a new infinity a range error, or a domain
/// error where the function has a pole.
fn judged(cx: &Ctx, argument: f64, result: f64, may_overflow: bool) -> PyResult<f64> {
    if result.is_nan() && !argument.is_nan() {
        return Err(domain_error(cx));
    }
    if result.is_infinite() && argument.is_finite() {
        return Err(if may_overflow {
            range_error(cx)
        } else {
            domain_error(cx)
        });
    }
    Ok(result)
}

/// Like [`judged`], with a message of its own for an argument outside the domain.
fn judged_with(cx: &Ctx, argument: f64, result: f64, expected: &str) -> PyResult<f64> {
    if (result.is_nan() && !argument.is_nan()) || (result.is_infinite() && argument.is_finite()) {
        let shown = taipan_text::number::float_repr(argument);
        return Err(cx.value_error(format!("{expected}, got {shown}")));
    }
    Ok(result)
}

macro_rules! real_functions {
    ($($(#[$doc:meta])* $name:ident = $function:expr, $overflow:literal;)*) => {
        $($(#[$doc])* #[pyfunction] fn $name(cx: &Ctx, x: f64) -> PyResult<f64> {
            let function: fn(f64) -> f64 = $function;
            judged(cx, x, function(x), $overflow)
        })*

        fn register_real(m: &ModuleBuilder<'_>) -> PyResult<()> {
            $(m.function(&$name::DEF)?;)*
            Ok(())
        }
    };
}

macro_rules! guarded_functions {
    ($($(#[$doc:meta])* $name:ident = $function:expr, $expected:literal;)*) => {
        $($(#[$doc])* #[pyfunction] fn $name(cx: &Ctx, x: f64) -> PyResult<f64> {
            let function: fn(f64) -> f64 = $function;
            judged_with(cx, x, function(x), $expected)
        })*

        fn register_guarded(m: &ModuleBuilder<'_>) -> PyResult<()> {
            $(m.function(&$name::DEF)?;)*
            Ok(())
        }
    };
}

guarded_functions! {
    /// The arc cosine of x, in radians between 0 and pi.
    acos = f64::acos, "expected a number in range from -1 up to 1";
    /// The arc sine of x, in radians between -pi/2 and pi/2.
    asin = f64::asin, "expected a number in range from -1 up to 1";
    /// The inverse hyperbolic cosine of x.
    acosh = libm::acosh, "expected argument value not less than 1";
    /// The inverse hyperbolic tangent of x.
    atanh = libm::atanh, "expected a number between -1 and 1";
    /// The cosine of x, measured in radians.
    cos = f64::cos, "expected a finite input";
    /// The sine of x, measured in radians.
    sin = f64::sin, "expected a finite input";
    /// The tangent of x, measured in radians.
    tan = f64::tan, "expected a finite input";
    /// The square root of x.
    sqrt = f64::sqrt, "expected a nonnegative input";
    /// The natural logarithm of 1 + x, exact near zero.
    log1p = libm::log1p, "expected argument value > -1";
}

real_functions! {
    /// The inverse hyperbolic sine of x.
    asinh = libm::asinh, false;
    /// The arc tangent of x, in radians between -pi/2 and pi/2.
    atan = f64::atan, false;
    /// The cube root of x.
    cbrt = f64::cbrt, false;
    /// The hyperbolic cosine of x.
    cosh = f64::cosh, true;
    /// The error function at x.
    erf = libm::erf, false;
    /// The complementary error function at x.
    erfc = libm::erfc, false;
    /// e to the power x.
    exp = f64::exp, true;
    /// 2 to the power x.
    exp2 = f64::exp2, true;
    /// e to the power x, minus 1, exact near zero.
    expm1 = f64::exp_m1, true;
    /// The magnitude of x.
    fabs = f64::abs, false;
    /// The hyperbolic sine of x.
    sinh = f64::sinh, true;
    /// The hyperbolic tangent of x.
    tanh = f64::tanh, false;
}

/// The gamma function at x.
#[pyfunction]
fn gamma(cx: &Ctx, x: f64) -> PyResult<f64> {
    let result = lanczos::gamma(x);
    if x == 0.0 || result.is_nan() {
        return judged_with(cx, x, result, "expected a noninteger or positive integer");
    }
    judged(cx, x, result, true)
}

/// The natural logarithm of the magnitude of the gamma function at x.
#[pyfunction]
fn lgamma(cx: &Ctx, x: f64) -> PyResult<f64> {
    if x.is_finite() && x == x.floor() && x <= 0.0 {
        let shown = taipan_text::number::float_repr(x);
        return Err(cx.value_error(format!(
            "expected a noninteger or positive integer, got {shown}"
        )));
    }
    judged(cx, x, lanczos::log_gamma(x), true)
}

/// The angle of the point (x, y), in radians between -pi and pi.
#[pyfunction]
fn atan2(y: f64, x: f64) -> f64 {
    y.atan2(x)
}

/// The magnitude of x with the sign of y.
#[pyfunction]
fn copysign(x: f64, y: f64) -> f64 {
    x.copysign(y)
}

/// Converts x from radians to degrees.
#[pyfunction]
fn degrees(x: f64) -> f64 {
    x * (180.0 / std::f64::consts::PI)
}

/// Converts x from degrees to radians.
#[pyfunction]
fn radians(x: f64) -> f64 {
    x * (std::f64::consts::PI / 180.0)
}

/// x * y + z, rounded once.
#[pyfunction]
fn fma(cx: &Ctx, x: f64, y: f64, z: f64) -> PyResult<f64> {
    let result = x.mul_add(y, z);
    if result.is_finite() || x.is_nan() || y.is_nan() || z.is_nan() {
        return Ok(result);
    }
    if result.is_nan() {
        return Err(cx.value_error("invalid operation in fma"));
    }
    if x.is_finite() && y.is_finite() && z.is_finite() {
        return Err(cx.overflow_error("overflow in fma"));
    }
    Ok(result)
}

/// The remainder of x / y with the sign of x, as C's fmod.
#[pyfunction]
fn fmod(cx: &Ctx, x: f64, y: f64) -> PyResult<f64> {
    if y.is_infinite() && x.is_finite() {
        return Ok(x);
    }
    let result = x % y;
    if result.is_nan() && !x.is_nan() && !y.is_nan() {
        return Err(domain_error(cx));
    }
    Ok(result)
}

/// The difference of x and the closest integer multiple of y.
#[pyfunction]
fn remainder(cx: &Ctx, x: f64, y: f64) -> PyResult<f64> {
    if x.is_nan() || y.is_nan() {
        return Ok(if x.is_nan() { x } else { y });
    }
    if x.is_infinite() || y == 0.0 {
        return Err(domain_error(cx));
    }
    Ok(if y.is_infinite() {
        x
    } else {
        libm::remainder(x, y)
    })
}

/// Mantissa and exponent of x: a float m and an int e with x == m * 2.**e.
#[pyfunction]
fn frexp(x: f64) -> (f64, i32) {
    if x.is_finite() {
        libm::frexp(x)
    } else {
        (x, 0)
    }
}

/// x * 2**i.
#[pyfunction]
fn ldexp(cx: &Ctx, x: f64, i: &Value) -> PyResult<f64> {
    let Some(exponent) = i.as_int() else {
        return Err(cx.type_error("Expected an int as second argument to ldexp."));
    };
    if x == 0.0 || !x.is_finite() {
        return Ok(x);
    }
    let exponent = match exponent.to_i64() {
        Some(exponent) => exponent.clamp(-10_000, 10_000) as i32,
        None if exponent.to_bigint().is_negative() => -10_000,
        None => 10_000,
    };
    let result = libm::ldexp(x, exponent);
    if result.is_infinite() {
        Err(range_error(cx))
    } else {
        Ok(result)
    }
}

/// The fractional and the integral part of x, both floats with its sign.
#[pyfunction]
fn modf(x: f64) -> (f64, f64) {
    if x.is_infinite() {
        return (0.0_f64.copysign(x), x);
    }
    let whole = x.trunc();
    ((x - whole).copysign(x), whole)
}

/// The float after x towards y, or steps of them on.
#[pyfunction(signature = (x, y, /, *, steps = None))]
fn nextafter(cx: &Ctx, x: f64, y: f64, steps: Option<&Value>) -> PyResult<f64> {
    let Some(steps) = steps else {
        return Ok(libm::nextafter(x, y));
    };
    let steps = cx.to_bigint(steps)?;
    if steps.is_negative() {
        return Err(cx.value_error("steps must be a non-negative integer"));
    }
    let steps = steps.to_u64().unwrap_or(u64::MAX);
    if steps == 0 || x.is_nan() {
        return Ok(x);
    }
    if y.is_nan() || x == y {
        return Ok(y);
    }
    // Floats in order, as integers around zero.
    let place = |value: f64| {
        let magnitude = i128::from(value.to_bits() & !(1 << 63));
        if value.is_sign_negative() {
            -magnitude
        } else {
            magnitude
        }
    };
    let (from, to) = (place(x), place(y));
    let distance = (to - from).unsigned_abs();
    if u128::from(steps) >= distance {
        return Ok(y);
    }
    let at = if to > from {
        from + i128::from(steps)
    } else {
        from - i128::from(steps)
    };
    let magnitude = f64::from_bits(at.unsigned_abs() as u64);
    Ok(if at < 0 || (at == 0 && x.is_sign_negative()) {
        -magnitude
    } else {
        magnitude
    })
}

/// The value of the lowest bit of x.
#[pyfunction]
fn ulp(x: f64) -> f64 {
    if !x.is_finite() {
        return x.abs();
    }
    let magnitude = x.abs();
    let next = libm::nextafter(magnitude, f64::INFINITY);
    if next.is_infinite() {
        magnitude - libm::nextafter(magnitude, 0.0)
    } else {
        next - magnitude
    }
}

/// x to the power y.
#[pyfunction]
fn pow(cx: &Ctx, x: f64, y: f64) -> PyResult<f64> {
    let result = x.powf(y);
    if x.is_finite() && y.is_finite() {
        if result.is_nan() {
            return Err(domain_error(cx));
        }
        if result.is_infinite() {
            return Err(if x == 0.0 {
                domain_error(cx)
            } else {
                range_error(cx)
            });
        }
    }
    Ok(result)
}

/// Whether x is neither an infinity nor a NaN.
#[pyfunction]
fn isfinite(x: f64) -> bool {
    x.is_finite()
}

/// Whether x is an infinity of either sign.
#[pyfunction]
fn isinf(x: f64) -> bool {
    x.is_infinite()
}

/// Whether x is a NaN.
#[pyfunction]
fn isnan(x: f64) -> bool {
    x.is_nan()
}

/// Whether two floats are close: their difference is at most rel_tol of the larger, or abs_tol.
#[pyfunction(signature = (a, b, *, rel_tol = 1e-9, abs_tol = 0.0),
              text_signature = "($module, /, a, b, *, rel_tol=1e-09, abs_tol=0.0)")]
fn isclose(cx: &Ctx, a: f64, b: f64, rel_tol: f64, abs_tol: f64) -> PyResult<bool> {
    if rel_tol < 0.0 || abs_tol < 0.0 {
        return Err(cx.value_error("tolerances must be non-negative"));
    }
    if a == b {
        return Ok(true);
    }
    if a.is_infinite() || b.is_infinite() {
        return Ok(false);
    }
    let difference = (b - a).abs();
    Ok(difference <= (rel_tol * b).abs()
        || difference <= (rel_tol * a).abs()
        || difference <= abs_tol)
}

/// A logarithm that also takes integers beyond the floats.
fn logarithm(cx: &Ctx, value: &Value, of_float: fn(f64) -> f64) -> PyResult<f64> {
    let integer = match value.as_int() {
        Some(integer) => Some(integer.to_bigint().into_owned()),
        None if value.as_float().is_none() && cx.class_of(value).slots.float.get().is_none() => {
            Some(cx.to_bigint(value).map_err(|_| {
                cx.type_error(format!("must be real number, not {}", cx.type_name(value)))
            })?)
        }
        None => None,
    };
    if let Some(integer) = integer {
        if !integer.is_positive() {
            return Err(cx.value_error("expected a positive input"));
        }
        return Ok(log_of_int(&integer, of_float));
    }
    let x = cx.to_f64(value)?;
    let result = of_float(x);
    if (x <= 0.0 && !x.is_nan()) || (result.is_nan() && !x.is_nan()) {
        return Err(cx.value_error(format!(
            "expected a positive input, got {}",
            taipan_text::number::float_repr(x)
        )));
    }
    Ok(result)
}

fn log_of_int(value: &BigInt, of_float: fn(f64) -> f64) -> f64 {
    match value.to_f64() {
        Some(float) if float.is_finite() => of_float(float),
        _ => {
            let shift = value.bits() - 60;
            let top = (value >> shift).to_f64().unwrap_or(f64::INFINITY);
            of_float(top) + shift as f64 * of_float(2.0)
        }
    }
}

/// The logarithm of x to a base, the natural one if there is none.
#[pyfunction(signature = (x, base = Optional::Missing, /), text_signature = None)]
fn log(cx: &Ctx, x: &Value, base: Optional<&Value>) -> PyResult<f64> {
    let numerator = logarithm(cx, x, f64::ln)?;
    let Some(base) = base.given() else {
        return Ok(numerator);
    };
    let denominator = logarithm(cx, base, f64::ln)?;
    if denominator == 0.0 {
        return Err(cx.zero_division_error("division by zero"));
    }
    Ok(numerator / denominator)
}

/// The logarithm of x to base 2.
#[pyfunction]
fn log2(cx: &Ctx, x: &Value) -> PyResult<f64> {
    logarithm(cx, x, f64::log2)
}

/// The logarithm of x to base 10.
#[pyfunction]
fn log10(cx: &Ctx, x: &Value) -> PyResult<f64> {
    logarithm(cx, x, f64::log10)
}

/// Calls a rounding method, or rounds the float.
fn rounded(cx: &Ctx, x: &Value, method: &str, of_float: fn(f64) -> f64) -> PyResult<Value> {
    let is_float = cx.class_of(x).is(&cx.types().float);
    if !is_float && let Some(method) = cx.find_special(x, &cx.intern(method))? {
        return cx.call(&method, &[]);
    }
    cx.int_from_float(of_float(cx.to_f64(x)?))
}

/// The smallest integer that is not less than x.
#[pyfunction]
fn ceil(cx: &Ctx, x: &Value) -> PyResult<Value> {
    rounded(cx, x, "__ceil__", f64::ceil)
}

/// The largest integer that is not greater than x.
#[pyfunction]
fn floor(cx: &Ctx, x: &Value) -> PyResult<Value> {
    rounded(cx, x, "__floor__", f64::floor)
}

/// The integral part of x.
#[pyfunction]
fn trunc(cx: &Ctx, x: &Value) -> PyResult<Value> {
    if let Some(float) = x.as_float()
        && cx.class_of(x).is(&cx.types().float)
    {
        return cx.int_from_float(float);
    }
    match cx.find_special(x, &cx.names().__trunc__)? {
        Some(method) => cx.call(&method, &[]),
        None => {
            let name = cx.type_name(x);
            Err(cx.type_error(format!("type {name} doesn't define __trunc__ method")))
        }
    }
}

/// Whether the argument is exactly an integer in the word; used by the sums too.
pub(super) fn small(value: &Value) -> Option<i64> {
    match value.as_int()? {
        IntRef::Small(small) => Some(small),
        IntRef::Big(_) => None,
    }
}

pub(super) fn register(m: &ModuleBuilder<'_>) -> PyResult<()> {
    register_real(m)?;
    register_guarded(m)?;
    for def in [
        &gamma::DEF,
        &lgamma::DEF,
        &atan2::DEF,
        &copysign::DEF,
        &degrees::DEF,
        &radians::DEF,
        &fma::DEF,
        &fmod::DEF,
        &remainder::DEF,
        &frexp::DEF,
        &ldexp::DEF,
        &modf::DEF,
        &nextafter::DEF,
        &ulp::DEF,
        &pow::DEF,
        &isfinite::DEF,
        &isinf::DEF,
        &isnan::DEF,
        &isclose::DEF,
        &log::DEF,
        &log2::DEF,
        &log10::DEF,
        &ceil::DEF,
        &floor::DEF,
        &trunc::DEF,
    ] {
        m.function(def)?;
    }
    Ok(())
}
