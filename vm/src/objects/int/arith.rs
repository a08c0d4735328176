//! The operators of `int`. Each gets its operands in source order and knows `int`, `bool` and their subclasses.

use std::cmp::Ordering;

use num_bigint::{BigInt, Sign};
use num_integer::Integer;
use num_traits::{One, Signed, ToPrimitive, Zero};

use super::IntRef;
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::hash::{self, avoid_minus_one, hash_i64};
use crate::objects::slots::CompareOp;
use crate::value::Value;

/// Results of more bits than this are refused as `MemoryError` before the work.
const MAX_BITS: u64 = 1 << 36;

/// The value behind a slot's own operand.
pub(super) fn int(value: &Value) -> IntRef<'_> {
    value.as_int().unwrap_or(IntRef::Small(0))
}

/// An `int` of the same value, not of a subclass.
pub(super) fn exact(cx: &Ctx, value: IntRef<'_>) -> Value {
    match value {
        IntRef::Small(value) => cx.new_int(value),
        IntRef::Big(value) => cx.new_bigint(value.clone()),
    }
}

pub(super) fn is_negative(value: IntRef<'_>) -> bool {
    match value {
        IntRef::Small(value) => value < 0,
        IntRef::Big(value) => value.is_negative(),
    }
}

pub(super) fn negate(cx: &Ctx, value: IntRef<'_>) -> Value {
    match value {
        IntRef::Small(value) => match value.checked_neg() {
            Some(value) => cx.new_int(value),
            None => cx.new_bigint(-BigInt::from(value)),
        },
        IntRef::Big(value) => cx.new_bigint(-value),
    }
}

macro_rules! operands {
    ($left:expr, $right:expr) => {
        match ($left.as_int(), $right.as_int()) {
            (Some(left), Some(right)) => (left, right),
            _ => return Ok(Value::NOT_IMPLEMENTED),
        }
    };
}

macro_rules! ring_operator {
    ($name:ident, $checked:ident, $operator:tt) => {
        pub(super) fn $name(cx: &Ctx, left: &Value, right: &Value) -> PyResult<Value> {
            let (left, right) = operands!(left, right);
            Ok(match (left, right) {
                (IntRef::Small(a), IntRef::Small(b)) => match a.$checked(b) {
                    Some(result) => cx.new_int(result),
                    None => cx.new_bigint(BigInt::from(a) $operator b),
                },
                (IntRef::Big(a), IntRef::Small(b)) => cx.new_bigint(a $operator b),
                (IntRef::Small(a), IntRef::Big(b)) => cx.new_bigint(a $operator b),
                (IntRef::Big(a), IntRef::Big(b)) => cx.new_bigint(a $operator b),
            })
        }
    };
}

ring_operator!(add, checked_add, +);
ring_operator!(subtract, checked_sub, -);
ring_operator!(multiply_some, checked_mul, *);

/// `left * right`.
#[inline]
pub(super) fn multiply(cx: &Ctx, left: &Value, right: &Value) -> PyResult<Value> {
    if let (Some(IntRef::Big(a)), Some(IntRef::Big(b))) = (left.as_int(), right.as_int()) {
        return Ok(cx.new_bigint(super::large::multiply(cx, a, b)?));
    }
    multiply_some(cx, left, right)
}

macro_rules! bit_operator {
    ($name:ident, $operator:tt) => {
        pub(super) fn $name(cx: &Ctx, left: &Value, right: &Value) -> PyResult<Value> {
            let (left, right) = operands!(left, right);
            Ok(match (left, right) {
                (IntRef::Small(a), IntRef::Small(b)) => cx.new_int(a $operator b),
                (a, b) => cx.new_bigint(&*a.to_bigint() $operator &*b.to_bigint()),
            })
        }
    };
}

bit_operator!(and, &);
bit_operator!(or, |);
bit_operator!(xor, ^);

/// Quotient rounded down and remainder with the divisor's sign, for a divisor that is not zero.
pub(crate) fn div_mod_floor(cx: &Ctx, left: IntRef<'_>, right: IntRef<'_>) -> (Value, Value) {
    if let (IntRef::Small(a), IntRef::Small(b)) = (left, right)
        && !(a == i64::MIN && b == -1)
    {
        let (quotient, remainder) = a.div_mod_floor(&b);
        return (cx.new_int(quotient), cx.new_int(remainder));
    }
    let (quotient, remainder) = left.to_bigint().div_mod_floor(&right.to_bigint());
    (cx.new_bigint(quotient), cx.new_bigint(remainder))
}

pub(super) fn is_zero(value: IntRef<'_>) -> bool {
    match value {
        IntRef::Small(value) => value == 0,
        IntRef::Big(value) => value.is_zero(),
    }
}

pub(super) fn floor_divide(cx: &Ctx, left: &Value, right: &Value) -> PyResult<Value> {
    let (left, right) = operands!(left, right);
    if is_zero(right) {
        return Err(cx.zero_division_error("division by zero"));
    }
    Ok(div_mod_floor(cx, left, right).0)
}

pub(super) fn remainder(cx: &Ctx, left: &Value, right: &Value) -> PyResult<Value> {
    let (left, right) = operands!(left, right);
    if is_zero(right) {
        return Err(cx.zero_division_error("division by zero"));
    }
    if let (IntRef::Small(a), IntRef::Small(b)) = (left, right)
        && b != -1
    {
        return Ok(cx.new_int(a.mod_floor(&b)));
    }
    Ok(cx.new_bigint(left.to_bigint().mod_floor(&right.to_bigint())))
}

pub(super) fn divmod(cx: &Ctx, left: &Value, right: &Value) -> PyResult<Value> {
    let (left, right) = operands!(left, right);
    if is_zero(right) {
        return Err(cx.zero_division_error("division by zero"));
    }
    let (quotient, remainder) = div_mod_floor(cx, left, right);
    Ok(cx.new_tuple(vec![quotient, remainder]).into_value())
}

/// `left / right`, rounded once, half to even.
pub(super) fn true_divide(cx: &Ctx, left: &Value, right: &Value) -> PyResult<Value> {
    let (left, right) = operands!(left, right);
    if is_zero(right) {
        return Err(cx.zero_division_error("division by zero"));
    }
    const EXACT: i64 = 1 << 53;
    if let (IntRef::Small(a), IntRef::Small(b)) = (left, right)
        && a.unsigned_abs() <= EXACT as u64
        && b.unsigned_abs() <= EXACT as u64
    {
        return Ok(cx.new_float(a as f64 / b as f64));
    }
    match divide_rounded(&left.to_bigint(), &right.to_bigint()) {
        Some(result) => Ok(cx.new_float(result)),
        None => Err(cx.overflow_error("integer division result too large for a float")),
    }
}

/// The float nearest to a quotient, ties to even; `None` if it is too large.
///
/// The numerator is shifted so that the quotient has 55 bits or more (fewer where the result is subnormal); what the
/// division leaves over goes into the lowest bit, which then stands for "not exact".
fn divide_rounded(numerator: &BigInt, denominator: &BigInt) -> Option<f64> {
    let negative = numerator.is_negative() != denominator.is_negative();
    if numerator.is_zero() {
        return Some(if negative { -0.0 } else { 0.0 });
    }
    let (a, b) = (numerator.magnitude(), denominator.magnitude());
    let difference = a.bits() as i64 - b.bits() as i64;
    if difference > 1024 {
        return None;
    }
    if difference < -1076 {
        return Some(if negative { -0.0 } else { 0.0 });
    }
    // The lowest bit of the quotient stands for 2^exponent.
    let exponent = (difference - 55).max(-1076);
    let (quotient, rest) = if exponent <= 0 {
        (a << (-exponent) as u64).div_rem(b)
    } else {
        a.div_rem(&(b << exponent as u64))
    };
    let mut bits = quotient.to_u128()?;
    if !rest.is_zero() {
        bits |= 1;
    }
    // Round to 53 bits, or to the subnormal's lowest bit 2^-1074.
    let length = 128 - i64::from(bits.leading_zeros());
    let drop = (length - 53).max(-1074 - exponent).max(0);
    let half = if drop == 0 { 0 } else { 1_u128 << (drop - 1) };
    let kept = bits >> drop;
    let below = bits - (kept << drop);
    let rounded = kept + u128::from(drop > 0 && (below > half || (below == half && kept & 1 == 1)));
    let scaled = scale(rounded as f64, exponent + drop)?;
    Some(if negative { -scaled } else { scaled })
}

/// `value * 2^exponent` for a value that has few enough bits to be exact; `None` on overflow.
fn scale(value: f64, exponent: i64) -> Option<f64> {
    let mut value = value;
    let mut exponent = exponent;
    while exponent < -1000 {
        value *= f64::from_bits((1023 - 1000) << 52);
        exponent += 1000;
    }
    while exponent > 1000 {
        value *= f64::from_bits((1023 + 1000) << 52);
        exponent -= 1000;
    }
    value *= f64::from_bits(((1023 + exponent) as u64) << 52);
    value.is_finite().then_some(value)
}

/// `pow(base, exponent, modulus)`.
pub(super) fn power(cx: &Ctx, base: &Value, exponent: &Value, modulus: &Value) -> PyResult<Value> {
    let (base_int, exponent_int) = operands!(base, exponent);
    if !modulus.is_none() {
        let Some(modulus) = modulus.as_int() else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        return power_modulo(
            cx,
            &base_int.to_bigint(),
            &exponent_int.to_bigint(),
            &modulus.to_bigint(),
        );
    }
    if is_negative(exponent_int) {
        let (base, exponent) = (
            cx.new_float(cx.to_f64(base)?),
            cx.new_float(cx.to_f64(exponent)?),
        );
        return cx.power(&base, &exponent, &Value::NONE);
    }
    if let (IntRef::Small(base), IntRef::Small(exponent)) = (base_int, exponent_int)
        && let Ok(exponent) = u32::try_from(exponent)
        && let Some(result) = base.checked_pow(exponent)
    {
        return Ok(cx.new_int(result));
    }
    let base = base_int.to_bigint();
    if base.is_zero() || base.is_one() {
        return Ok(cx.new_bigint(if is_zero(exponent_int) {
            BigInt::one()
        } else {
            base.into_owned()
        }));
    }
    if *base == -BigInt::one() {
        let odd = exponent_int.to_bigint().is_odd();
        return Ok(cx.new_int(if odd { -1 } else { 1 }));
    }
    let Some(exponent) = exponent_int.to_i64() else {
        return Err(cx.memory_error());
    };
    let bits = (base.bits() - 1).max(1).saturating_mul(exponent as u64);
    cx.refuse_huge(bits)?;
    let Ok(exponent) = u32::try_from(exponent) else {
        return Err(cx.memory_error());
    };
    Ok(cx.new_bigint(super::large::power(cx, &base, exponent)?))
}

fn power_modulo(cx: &Ctx, base: &BigInt, exponent: &BigInt, modulus: &BigInt) -> PyResult<Value> {
    if modulus.is_zero() {
        return Err(cx.value_error("pow() 3rd argument cannot be 0"));
    }
    if exponent.is_negative() {
        let Some(inverse) = base.mod_floor(&modulus.abs()).modinv(&modulus.abs()) else {
            return Err(cx.value_error("base is not invertible for the given modulus"));
        };
        return power_modulo(cx, &inverse, &-exponent, modulus);
    }
    Ok(cx.new_bigint(base.modpow(exponent, modulus)))
}

pub(super) fn lshift(cx: &Ctx, left: &Value, right: &Value) -> PyResult<Value> {
    let (left, right) = operands!(left, right);
    if is_negative(right) {
        return Err(cx.value_error("negative shift count"));
    }
    if is_zero(left) {
        return Ok(cx.new_int(0));
    }
    let Some(count) = right.to_i64() else {
        return Err(cx.overflow_error("too many digits in integer"));
    };
    if let IntRef::Small(value) = left
        && count < 62
        && i64::from(value.unsigned_abs().leading_zeros()) > count + 1
    {
        return Ok(cx.new_int(value << count));
    }
    cx.refuse_huge(count as u64)?;
    Ok(cx.new_bigint(&*left.to_bigint() << count))
}

pub(super) fn rshift(cx: &Ctx, left: &Value, right: &Value) -> PyResult<Value> {
    let (left, right) = operands!(left, right);
    if is_negative(right) {
        return Err(cx.value_error("negative shift count"));
    }
    let count = right.to_i64().unwrap_or(i64::MAX);
    Ok(match left {
        IntRef::Small(value) => cx.new_int(value >> count.min(63)),
        IntRef::Big(value) if count as u64 > value.bits() => {
            cx.new_int(if value.is_negative() { -1 } else { 0 })
        }
        IntRef::Big(value) => cx.new_bigint(value >> count),
    })
}

pub(super) fn compare(_: &Ctx, left: &Value, right: &Value, op: CompareOp) -> PyResult<Value> {
    let (left, right) = operands!(left, right);
    Ok(Value::bool(op.holds(order(left, right))))
}

pub(crate) fn order(left: IntRef<'_>, right: IntRef<'_>) -> Ordering {
    match (left, right) {
        (IntRef::Small(a), IntRef::Small(b)) => a.cmp(&b),
        (a, b) => a.to_bigint().cmp(&b.to_bigint()),
    }
}

pub(crate) fn hash_of(value: IntRef<'_>) -> i64 {
    match value {
        IntRef::Small(value) => hash_i64(value),
        IntRef::Big(value) => {
            let rest = (value.magnitude() % hash::MODULUS).to_i64().unwrap_or(0);
            avoid_minus_one(if value.sign() == Sign::Minus {
                -rest
            } else {
                rest
            })
        }
    }
}

impl Ctx {
    /// Refuses to compute an integer of so many bits that memory would not hold it.
    ///
    /// # Errors
    /// `MemoryError`.
    pub(crate) fn refuse_huge(&self, bits: u64) -> PyResult<()> {
        if bits > MAX_BITS {
            return Err(self.memory_error());
        }
        self.check_room((bits / 8) as usize)
    }
}
