//! The functions on numbers and characters.
//!
//! CPython 3.14: `Python/bltinmodule.c`, `PyNumber_ToBase`. Tests: `tests/run/builtins/`.

use num_bigint::{BigInt, Sign};
use taipan_macros::pyfunction;
use taipan_text::{CodePoint, Wtf8Buf};

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::objects::slots::BinaryFn;
use crate::objects::{Bytes, Str};
use crate::value::{Py, Value};

/// Return the absolute value of the argument.
#[pyfunction(signature = (x, /))]
pub(super) fn abs(cx: &Ctx, x: &Value) -> PyResult<Value> {
    cx.absolute(x)
}

/// Return the binary representation of an integer.
///
///    >>> bin(2796202)
///    '0b1010101010101010101010'
#[pyfunction(signature = (number, /))]
pub(super) fn bin(cx: &Ctx, number: &Value) -> PyResult<String> {
    Ok(in_base(&cx.to_bigint(number)?, 2, "0b"))
}

/// Return the hexadecimal representation of an integer.
///
///    >>> hex(12648430)
///    '0xc0ffee'
#[pyfunction(signature = (number, /))]
pub(super) fn hex(cx: &Ctx, number: &Value) -> PyResult<String> {
    Ok(in_base(&cx.to_bigint(number)?, 16, "0x"))
}

/// Return the octal representation of an integer.
///
///    >>> oct(342391)
///    '0o1234567'
#[pyfunction(signature = (number, /))]
pub(super) fn oct(cx: &Ctx, number: &Value) -> PyResult<String> {
    Ok(in_base(&cx.to_bigint(number)?, 8, "0o"))
}

fn in_base(number: &BigInt, radix: u32, prefix: &str) -> String {
    let sign = if number.sign() == Sign::Minus {
        "-"
    } else {
        ""
    };
    format!("{sign}{prefix}{}", number.magnitude().to_str_radix(radix))
}

/// Return a Unicode string of one character with ordinal i; 0 <= i <= 0x10ffff.
#[pyfunction(signature = (i, /))]
pub(super) fn chr(cx: &Ctx, i: &Value) -> PyResult<Py<Str>> {
    let number = cx.to_bigint(i)?;
    let code_point = u32::try_from(&number).ok().and_then(CodePoint::from_u32);
    let Some(code_point) = code_point else {
        return Err(cx.value_error("chr() arg not in range(0x110000)"));
    };
    let mut text = Wtf8Buf::new();
    text.push(code_point);
    cx.new_str(&text)
}

/// Return the ordinal value of a character.
///
/// If the argument is a one-character string, return the Unicode code
/// point of that character.
///
/// If the argument is a bytes or bytearray object of length 1, return its
/// single byte value.
#[pyfunction(signature = (character, /))]
pub(super) fn ord(cx: &Ctx, character: &Value) -> PyResult<u32> {
    let length = if let Some(text) = character.downcast_ref::<Str>() {
        if text.length() == 1
            && let Some(code_point) = text.code_point(0)
        {
            return Ok(code_point.to_u32());
        }
        text.length()
    } else if let Some(bytes) = character.downcast_ref::<Bytes>() {
        if let [byte] = bytes.as_slice() {
            return Ok(u32::from(*byte));
        }
        bytes.as_slice().len()
    } else if cx.class_of(character).name().as_wtf8() == "bytearray" {
        let bytes = cx.bytes_of(character)?;
        if let [byte] = *bytes {
            return Ok(u32::from(byte));
        }
        bytes.len()
    } else {
        let class = cx.type_name(character);
        return Err(cx.type_error(format!(
            "ord() expected string of length 1, but {class} found"
        )));
    };
    Err(cx.type_error(format!(
        "ord() expected a character, but string of length {length} found"
    )))
}

/// Return the tuple (x//y, x%y).  Invariant: div*y + mod == x.
#[pyfunction(signature = (x, y, /))]
pub(super) fn divmod(cx: &Ctx, x: &Value, y: &Value) -> PyResult<Value> {
    let slot = |value: &Value| -> Option<BinaryFn> { cx.class_of(value).slots.divmod.get() };
    let (left, mut right) = (slot(x), slot(y));
    if left.map(|function| function as usize) == right.map(|function| function as usize) {
        right = None;
    }
    if let (Some(_), Some(reflected)) = (left, right)
        && cx.class_of(y).is_subtype(cx.class_of(x))
    {
        let result = reflected(cx, x, y)?;
        if !result.is_not_implemented() {
            return Ok(result);
        }
        right = None;
    }
    for function in [left, right].into_iter().flatten() {
        let result = function(cx, x, y)?;
        if !result.is_not_implemented() {
            return Ok(result);
        }
    }
    let (x, y) = (cx.type_name(x), cx.type_name(y));
    Err(cx.type_error(format!(
        "unsupported operand type(s) for divmod(): '{x}' and '{y}'"
    )))
}

/// Equivalent to base**exp with 2 arguments or base**exp % mod with 3 arguments.
///
/// Some types, such as ints, are able to use a more efficient algorithm when
/// invoked using the three argument form.
#[pyfunction(signature = (base, exp, r#mod = None), text_signature = "($module, /, base, exp, mod=None)")]
pub(super) fn pow(cx: &Ctx, base: &Value, exp: &Value, r#mod: Option<&Value>) -> PyResult<Value> {
    cx.power(base, exp, r#mod.unwrap_or(&Value::NONE))
}

/// Round a number to a given precision in decimal digits.
///
/// The return value is an integer if ndigits is omitted or None.  Otherwise
/// the return value has the same type as the number.  ndigits may be negative.
#[pyfunction(signature = (number, ndigits = None))]
pub(super) fn round(cx: &Ctx, number: &Value, ndigits: Option<&Value>) -> PyResult<Value> {
    let Some(round) = cx.find_special(number, &cx.names().__round__)? else {
        let class = cx.type_name(number);
        return Err(cx.type_error(format!("type {class} doesn't define __round__ method")));
    };
    match ndigits {
        None => cx.call(&round, &[]),
        Some(ndigits) => cx.call(&round, std::slice::from_ref(ndigits)),
    }
}
