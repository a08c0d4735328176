//! Where the bytes come from: memory, or a file's `readinto`; and the numbers in them.
//!
//! CPython: `r_string`, `r_byte`, `r_long`, ... The order of checks and the messages are its own.

use std::borrow::Cow;

use num_bigint::{BigInt, Sign};

use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::value::Value;

pub(super) enum Input<'a> {
    Memory(&'a [u8]),
    File(&'a Value),
}

impl<'a> Input<'a> {
    /// The tag of an object.
    pub(super) fn tag(&mut self, cx: &Ctx) -> PyResult<u8> {
        const MESSAGE: &str = "EOF read where object expected";
        match self {
            Input::Memory(rest) => {
                let (tag, tail) = rest.split_first().ok_or_else(|| cx.eof_error(MESSAGE))?;
                *rest = tail;
                Ok(*tag)
            }
            Input::File(file) => match read_into(cx, file, 1) {
                Ok(bytes) => Ok(bytes[0]),
                Err(error) if cx.class_of(error.value()).is_subtype(&cx.types().eof_error) => {
                    Err(cx.eof_error(MESSAGE))
                }
                Err(error) => Err(error),
            },
        }
    }

    pub(super) fn take(&mut self, cx: &Ctx, count: usize) -> PyResult<Cow<'a, [u8]>> {
        match self {
            Input::Memory(rest) => {
                let split = rest.split_at_checked(count);
                let (taken, tail) = split.ok_or_else(|| too_short(cx))?;
                *rest = tail;
                Ok(Cow::Borrowed(taken))
            }
            Input::File(file) => read_into(cx, file, count).map(Cow::Owned),
        }
    }

    fn array<const N: usize>(&mut self, cx: &Ctx) -> PyResult<[u8; N]> {
        let bytes = self.take(cx, N)?;
        bytes[..].try_into().map_err(|_| too_short(cx))
    }

    pub(super) fn byte(&mut self, cx: &Ctx) -> PyResult<u8> {
        Ok(self.array::<1>(cx)?[0])
    }

    pub(super) fn long(&mut self, cx: &Ctx) -> PyResult<i32> {
        self.array(cx).map(i32::from_le_bytes)
    }

    pub(super) fn long64(&mut self, cx: &Ctx) -> PyResult<i64> {
        self.array(cx).map(i64::from_le_bytes)
    }

    pub(super) fn double(&mut self, cx: &Ctx) -> PyResult<f64> {
        self.array(cx).map(f64::from_le_bytes)
    }

    /// How many parts `what` has.
    pub(super) fn size(&mut self, cx: &Ctx, what: &str) -> PyResult<usize> {
        usize::try_from(self.long(cx)?).map_err(|_| out_of_range(cx, what))
    }

    /// How many of `count` objects room is made for beforehand. Each needs a byte of input; how long a file is, is not known.
    pub(super) fn capacity(&self, count: usize) -> usize {
        match self {
            Input::Memory(rest) => count.min(rest.len()),
            Input::File(_) => count.min(1 << 16),
        }
    }

    /// A float as text, of old versions.
    pub(super) fn text_float(&mut self, cx: &Ctx) -> PyResult<f64> {
        let length = usize::from(self.byte(cx)?);
        let bytes = self.take(cx, length)?;
        let text = String::from_utf8_lossy(&bytes);
        text.parse()
            .map_err(|_| cx.value_error(format!("could not convert string to float: '{text}'")))
    }

    /// An int of digits in base 2^15.
    pub(super) fn big_int(&mut self, cx: &Ctx) -> PyResult<BigInt> {
        let count = self.long(cx)?;
        if count == i32::MIN {
            return Err(out_of_range(cx, "long"));
        }
        let length = count.unsigned_abs() as usize;
        let mut digits = Vec::with_capacity(self.capacity(length));
        for _ in 0..length {
            let digit = u16::from_le_bytes(self.array(cx)?);
            if digit > 0x7fff {
                return Err(cx.value_error("bad marshal data (digit out of range in long)"));
            }
            digits.push(digit);
        }
        if digits.last() == Some(&0) {
            return Err(cx.value_error("bad marshal data (unnormalized long data)"));
        }
        Ok(from_digits(&digits, count < 0))
    }
}

fn too_short(cx: &Ctx) -> PyErr {
    cx.eof_error("marshal data too short")
}

fn out_of_range(cx: &Ctx, what: &str) -> PyErr {
    cx.value_error(format!("bad marshal data ({what} size out of range)"))
}

/// Exactly `count` bytes of a file.
fn read_into(cx: &Ctx, file: &Value, count: usize) -> PyResult<Vec<u8>> {
    let room = cx.new_bytearray(vec![0; count]);
    let view = cx.new_memoryview(room.as_value())?.into_value();
    let read = cx.call_method(file, &cx.intern("readinto"), &[view])?;
    let read = cx.index(&read)?.as_small_int().unwrap_or(i64::MAX);
    match usize::try_from(read) {
        Ok(read) if read == count => Ok(cx.bytes_of(room.as_value())?.into_owned()),
        Ok(read) if read > count => Err(cx.value_error(format!(
            "read() returned too much data: {count} bytes requested, {read} returned"
        ))),
        _ => Err(cx.eof_error("EOF read where not expected")),
    }
}

/// The number of these digits in base 2^15, least significant first.
fn from_digits(digits: &[u16], is_negative: bool) -> BigInt {
    let mut bytes = Vec::with_capacity(digits.len() * 2);
    let (mut pending, mut bits) = (0_u32, 0);
    for &digit in digits {
        pending |= u32::from(digit) << bits;
        bits += 15;
        while bits >= 8 {
            bytes.push(pending as u8);
            pending >>= 8;
            bits -= 8;
        }
    }
    bytes.push(pending as u8);
    let sign = if is_negative { Sign::Minus } else { Sign::Plus };
    BigInt::from_bytes_le(sign, &bytes)
}
