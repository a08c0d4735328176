//! Single items of `struct` formats: how Python values become bytes, and bytes values.
//!
//! CPython 3.14: the `nu_*`, `np_*`, `bu_*`, `bp_*`, `lu_*`, `lp_*` functions of `Modules/_struct.c`, and `unpack_single`,
//! `pack_single` of `Objects/memoryobject.c`, which agree. The messages are the caller's.

use num_bigint::BigInt;
use num_traits::ToPrimitive;

use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::objects::{Bytes, Complex};
use crate::value::Value;

/// One item: its letter, its size in bytes, and the order of those.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StructItem {
    pub code: u8,
    pub size: usize,
    pub big_endian: bool,
}

/// Why a value cannot be packed.
pub enum PackError {
    /// No integer where one is needed.
    NotInteger,
    /// An integer that needs more bytes; the smallest and largest that fit.
    OutOfRange(BigInt, BigInt),
    NotFloat,
    NotComplex,
    /// A float that is too large for the item.
    FloatTooLarge,
    /// No single byte where one is needed.
    NotByte,
    Raised(PyErr),
}

impl StructItem {
    /// The item of that letter in this machine's sizes and order.
    pub fn native(code: u8) -> Option<Self> {
        let size = match code {
            b'c' | b'b' | b'B' | b'?' => 1,
            b'h' | b'H' | b'e' => 2,
            b'i' | b'I' | b'f' => 4,
            b'l' | b'L' | b'q' | b'Q' | b'n' | b'N' | b'd' | b'P' | b'F' => 8,
            b'D' => 16,
            _ => return None,
        };
        Some(Self {
            code,
            size,
            big_endian: cfg!(target_endian = "big"),
        })
    }

    /// The item of that letter in standard sizes.
    pub fn standard(code: u8, big_endian: bool) -> Option<Self> {
        let size = match code {
            b'l' | b'L' => 4,
            b'n' | b'N' | b'P' => return None,
            _ => Self::native(code)?.size,
        };
        Some(Self {
            code,
            size,
            big_endian,
        })
    }

    /// Where the item may begin: at multiples of this, in native alignment.
    pub fn alignment(self) -> usize {
        match self.code {
            b'F' => 4,
            b'D' => 8,
            _ => self.size,
        }
    }

    fn is_signed(self) -> bool {
        matches!(self.code, b'b' | b'h' | b'i' | b'l' | b'q' | b'n')
    }

    /// The value of `bytes`, which are as many as the size.
    ///
    /// # Errors
    /// `MemoryError`.
    pub fn unpack(self, cx: &Ctx, bytes: &[u8]) -> PyResult<Value> {
        let mut word = [0_u8; 16];
        let size = self.size.min(bytes.len()).min(16);
        word[..size].copy_from_slice(&bytes[..size]);
        let halves = matches!(self.code, b'F' | b'D');
        if self.big_endian {
            if halves {
                word[..size / 2].reverse();
                word[size / 2..size].reverse();
            } else {
                word[..size].reverse();
            }
        }
        let float =
            |at: usize| f32::from_le_bytes([word[at], word[at + 1], word[at + 2], word[at + 3]]);
        let double = |at: usize| {
            let mut eight = [0; 8];
            eight.copy_from_slice(&word[at..at + 8]);
            f64::from_le_bytes(eight)
        };
        Ok(match self.code {
            b'c' => cx.new_bytes(&word[..1])?,
            b'?' => Value::bool(word[..size].iter().any(|byte| *byte != 0)),
            b'e' => cx.new_float(half_to_f64(u16::from_le_bytes([word[0], word[1]]))),
            b'f' => cx.new_float(f64::from(float(0))),
            b'd' => cx.new_float(double(0)),
            b'F' => cx.new_complex(f64::from(float(0)), f64::from(float(4))),
            b'D' => cx.new_complex(double(0), double(8)),
            _ => {
                let mut eight = [0; 8];
                eight.copy_from_slice(&word[..8]);
                let number = u64::from_le_bytes(eight);
                let unused = 64 - 8 * size as u32;
                if self.is_signed() {
                    cx.new_int((number << unused) as i64 >> unused)
                } else {
                    match i64::try_from(number) {
                        Ok(number) => cx.new_int(number),
                        Err(_) => cx.new_bigint(BigInt::from(number)),
                    }
                }
            }
        })
    }

    /// Writes a value into `to`, which is as long as the size.
    ///
    /// # Errors
    /// The value is of the wrong type or does not fit, or a conversion method raised.
    pub fn pack(self, cx: &Ctx, value: &Value, to: &mut [u8]) -> Result<(), PackError> {
        match self.code {
            b'c' => match value.downcast_ref::<Bytes>().map(|bytes| bytes.as_slice()) {
                Some([byte]) => to[0] = *byte,
                _ => return Err(PackError::NotByte),
            },
            b'?' => to[0] = u8::from(cx.is_true(value).map_err(PackError::Raised)?),
            b'e' => {
                let bits = f64_to_half(number(cx, value)?).ok_or(PackError::FloatTooLarge)?;
                self.write(to, &bits.to_le_bytes());
            }
            b'f' => self.write(to, &single(number(cx, value)?)?.to_le_bytes()),
            b'd' => self.write(to, &number(cx, value)?.to_le_bytes()),
            b'F' | b'D' => {
                let (real, imaginary) = match value.downcast_ref::<Complex>() {
                    Some(complex) => (complex.real, complex.imag),
                    None => match number(cx, value) {
                        Err(PackError::NotFloat) => return Err(PackError::NotComplex),
                        real => (real?, 0.0),
                    },
                };
                let (low, high) = to.split_at_mut(self.size / 2);
                for (half, part) in [(low, real), (high, imaginary)] {
                    if self.code == b'F' {
                        self.write(half, &single(part)?.to_le_bytes());
                    } else {
                        self.write(half, &part.to_le_bytes());
                    }
                }
            }
            _ => {
                let number = self.integer(cx, value)?;
                self.write(to, &number.to_le_bytes()[..self.size]);
            }
        }
        Ok(())
    }

    fn write(self, to: &mut [u8], little: &[u8]) {
        to.copy_from_slice(little);
        if self.big_endian {
            to.reverse();
        }
    }

    fn integer(self, cx: &Ctx, value: &Value) -> Result<u64, PackError> {
        let index = if value.as_int().is_some() {
            value.clone()
        } else if cx.is_index(value) {
            cx.index(value).map_err(PackError::Raised)?
        } else {
            return Err(PackError::NotInteger);
        };
        let Some(int) = index.as_int() else {
            return Err(PackError::NotInteger);
        };
        let number = int.to_bigint();
        let bits = 8 * self.size as u32;
        let (least, most) = if self.is_signed() {
            (
                -(BigInt::from(1) << (bits - 1)),
                (BigInt::from(1) << (bits - 1)) - 1,
            )
        } else {
            (BigInt::from(0), (BigInt::from(1) << bits) - 1)
        };
        // A pointer takes any number that fits, signed or not.
        let signed_pointer = self.code == b'P' && number.to_i64().is_some();
        if !signed_pointer && (*number < least || *number > most) {
            return Err(PackError::OutOfRange(least, most));
        }
        Ok(match number.to_i64() {
            Some(small) => small as u64,
            None => number.to_u64().unwrap_or_default(),
        })
    }
}

fn number(cx: &Ctx, value: &Value) -> Result<f64, PackError> {
    match cx.to_f64(value) {
        Ok(number) => Ok(number),
        Err(error) if cx.matches(&error, &cx.types().type_error) => Err(PackError::NotFloat),
        Err(error) => Err(PackError::Raised(error)),
    }
}

fn single(number: f64) -> Result<f32, PackError> {
    let narrow = number as f32;
    if narrow.is_infinite() && number.is_finite() {
        return Err(PackError::FloatTooLarge);
    }
    Ok(narrow)
}

/// The value of an IEEE 754 half.
pub fn half_to_f64(bits: u16) -> f64 {
    let sign = if bits & 0x8000 == 0 { 1.0 } else { -1.0 };
    let (exponent, fraction) = (i32::from(bits >> 10 & 0x1F), f64::from(bits & 0x3FF));
    match exponent {
        0 => sign * fraction * 2_f64.powi(-24),
        31 if bits & 0x3FF == 0 => sign * f64::INFINITY,
        31 => f64::from_bits(
            u64::from(bits & 0x8000) << 48 | 0x7FF0_0000_0000_0000 | u64::from(bits & 0x3FF) << 42,
        ),
        _ => sign * (1024.0 + fraction) * 2_f64.powi(exponent - 25),
    }
}

/// The nearest IEEE 754 half, ties to even; `None` if the number is too large.
pub fn f64_to_half(number: f64) -> Option<u16> {
    let sign = if number.is_sign_negative() { 0x8000 } else { 0 };
    if number.is_nan() {
        let fraction = (number.to_bits() >> 42 & 0x3FF) as u16;
        return Some(sign | 0x7C00 | if fraction == 0 { 0x200 } else { fraction });
    }
    if number.is_infinite() {
        return Some(sign | 0x7C00);
    }
    let magnitude = number.abs();
    if magnitude >= 65520.0 {
        return None;
    }
    // Below 2^-14 the steps are 2^-24; above, 2^10 steps between powers of two.
    let exponent = if magnitude < 2_f64.powi(-14) {
        -14
    } else {
        ((magnitude.to_bits() >> 52) as i32) - 1023
    };
    let steps = (magnitude * 2_f64.powi(10 - exponent)).round_ties_even() as u16;
    // A carry out of the fraction moves into the exponent by itself.
    let base = ((exponent + 14) as u16) << 10;
    Some(sign | (base + steps))
}
