//! Integers as bytes in two's complement.
//!
//! CPython 3.14: `_PyLong_AsByteArray`, `_PyLong_FromByteArray`.

use num_bigint::{BigInt, Sign};
use num_traits::Signed;

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::objects::Str;
use crate::value::Py;

/// Which byte comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ByteOrder {
    Big,
    Little,
}

impl ByteOrder {
    pub(super) fn from_argument(cx: &Ctx, order: Option<&Py<Str>>) -> PyResult<Self> {
        match order.and_then(|order| order.to_str()) {
            None if order.is_none() => Ok(Self::Big),
            Some("big") => Ok(Self::Big),
            Some("little") => Ok(Self::Little),
            _ => Err(cx.value_error("byteorder must be either 'little' or 'big'")),
        }
    }
}

/// # Errors
/// `OverflowError` if `length` bytes cannot hold the value.
pub(super) fn to_bytes(
    cx: &Ctx,
    value: &BigInt,
    length: usize,
    order: ByteOrder,
    signed: bool,
) -> PyResult<Vec<u8>> {
    if value.is_negative() && !signed {
        return Err(cx.overflow_error("can't convert negative int to unsigned"));
    }
    let mut bytes = if signed {
        value.to_signed_bytes_le()
    } else {
        value.magnitude().to_bytes_le()
    };
    if value.sign() == Sign::NoSign {
        bytes.clear();
    }
    if bytes.len() > length {
        return Err(cx.overflow_error("int too big to convert"));
    }
    bytes.resize(length, if value.is_negative() { 0xFF } else { 0 });
    if order == ByteOrder::Big {
        bytes.reverse();
    }
    Ok(bytes)
}

pub(super) fn from_bytes(bytes: &[u8], order: ByteOrder, signed: bool) -> BigInt {
    match (order, signed) {
        (ByteOrder::Big, true) => BigInt::from_signed_bytes_be(bytes),
        (ByteOrder::Little, true) => BigInt::from_signed_bytes_le(bytes),
        (ByteOrder::Big, false) => BigInt::from_bytes_be(Sign::Plus, bytes),
        (ByteOrder::Little, false) => BigInt::from_bytes_le(Sign::Plus, bytes),
    }
}
