//! Functions of integers.

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{One, Signed, ToPrimitive, Zero};
use taipan_macros::pyfunction;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::{Args, ModuleBuilder};
use taipan_vm::value::Value;

fn only_positional<'a>(cx: &Ctx, args: Args<'a>, function: &str) -> PyResult<&'a [Value]> {
    if args.has_keywords() {
        return Err(cx.type_error(format!("math.{function}() takes no keyword arguments")));
    }
    Ok(args.positional())
}

/// The greatest common divisor.
#[pyfunction(text_signature = "($module, /, *integers)")]
fn gcd(cx: &Ctx, args: Args<'_>) -> PyResult<BigInt> {
    let mut result = BigInt::zero();
    for value in only_positional(cx, args, "gcd")? {
        result = result.gcd(&cx.to_bigint(value)?);
    }
    Ok(result)
}

/// The least common multiple.
#[pyfunction(text_signature = "($module, /, *integers)")]
fn lcm(cx: &Ctx, args: Args<'_>) -> PyResult<BigInt> {
    let mut result = BigInt::one();
    for value in only_positional(cx, args, "lcm")? {
        result = result.lcm(&cx.to_bigint(value)?);
    }
    Ok(result.abs())
}

/// n!
#[pyfunction]
fn factorial(cx: &Ctx, n: &Value) -> PyResult<BigInt> {
    let n = cx.to_bigint(n)?;
    if n.is_negative() {
        return Err(cx.value_error("factorial() not defined for negative values"));
    }
    let Some(n) = n.to_u64().filter(|n| *n <= i64::MAX as u64) else {
        return Err(cx.overflow_error(format!(
            "factorial() argument should not exceed {}",
            i64::MAX
        )));
    };
    Ok(product(1, n))
}

/// low * (low + 1) * ... * high, halved again and again so that the factors stay balanced.
fn product(low: u64, high: u64) -> BigInt {
    if low > high {
        return BigInt::one();
    }
    if high - low < 16 {
        return (low..=high).fold(BigInt::one(), |result, factor| result * factor);
    }
    let middle = low + (high - low) / 2;
    product(low, middle) * product(middle + 1, high)
}

/// The integer part of the square root of n.
#[pyfunction]
fn isqrt(cx: &Ctx, n: &Value) -> PyResult<BigInt> {
    let n = cx.to_bigint(n)?;
    if n.is_negative() {
        return Err(cx.value_error("isqrt() argument must be nonnegative"));
    }
    Ok(Ctx::integer_sqrt(&n))
}

fn not_negative(cx: &Ctx, value: &Value, name: &str) -> PyResult<BigInt> {
    let value = cx.to_bigint(value)?;
    if value.is_negative() {
        return Err(cx.value_error(format!("{name} must be a non-negative integer")));
    }
    Ok(value)
}

/// The number of ways to choose k of n items, without order and repetition.
#[pyfunction]
fn comb(cx: &Ctx, n: &Value, k: &Value) -> PyResult<BigInt> {
    let n = not_negative(cx, n, "n")?;
    let k = not_negative(cx, k, "k")?;
    if k > n {
        return Ok(BigInt::zero());
    }
    let k = std::cmp::min(&n - &k, k);
    let Some(k) = k.to_u64() else {
        return Err(cx.overflow_error(format!("min(n - k, k) must not exceed {}", u64::MAX)));
    };
    let mut result = BigInt::one();
    for step in 0..k {
        result = result * (&n - step) / (step + 1);
    }
    Ok(result)
}

/// The number of ways to choose k of n items in order, without repetition; n! without k.
#[pyfunction(signature = (n, k = None, /))]
fn perm(cx: &Ctx, n: &Value, k: Option<&Value>) -> PyResult<BigInt> {
    let n = not_negative(cx, n, "n")?;
    let k = match k {
        None => n.clone(),
        Some(k) => not_negative(cx, k, "k")?,
    };
    if k > n {
        return Ok(BigInt::zero());
    }
    if let (Some(low), Some(high)) = ((&n - &k + 1_i32).to_u64(), n.to_u64()) {
        return Ok(product(low, high));
    }
    let Some(k) = k.to_u64() else {
        return Err(cx.overflow_error(format!("k must not exceed {}", u64::MAX)));
    };
    Ok((0..k).fold(BigInt::one(), |result, step| result * (&n - step)))
}

pub(super) fn register(m: &ModuleBuilder<'_>) -> PyResult<()> {
    for def in [
        &gcd::DEF,
        &lcm::DEF,
        &factorial::DEF,
        &isqrt::DEF,
        &comb::DEF,
        &perm::DEF,
    ] {
        m.function(def)?;
    }
    Ok(())
}
