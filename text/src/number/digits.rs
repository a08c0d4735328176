//! The decimal digits of a float: the shortest that read back, or correctly rounded to a place.
//!
//! CPython counterpart: `_Py_dg_dtoa` modes 0, 2 and 3. A value is `0.d1d2d3... * 10^point`; trailing zeros are
//! dropped, zero has the digit 0 and point 1. The standard library's formatting is correctly rounded, half to even.

use std::fmt::Write;

/// More significant digits than any double has (767), so longer requests are padded with zeros.
const MAX_SIGNIFICANT: usize = 800;
/// More decimal places than any double has (1074).
const MAX_PLACES: usize = 1100;

/// Digits and the place of the point among them.
pub(super) struct Digits<B> {
    bytes: B,
    len: usize,
    /// Number of digits before the point; may be negative.
    pub(super) point: i32,
}

impl<B: AsRef<[u8]>> Digits<B> {
    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.bytes.as_ref()[..self.len]
    }
}

/// Text on the stack, long enough for the shortest form of any double.
struct ShortText {
    bytes: [u8; 32],
    len: usize,
}

impl Write for ShortText {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        let end = self.len + text.len();
        self.bytes
            .get_mut(self.len..end)
            .ok_or(std::fmt::Error)?
            .copy_from_slice(text.as_bytes());
        self.len = end;
        Ok(())
    }
}

/// The shortest digits that read back as `value`, which is finite; its sign is ignored.
///
/// Where two such texts are equally near, the last digit is even, as `dtoa.c` has it. Rust's shortest form takes the
/// upper one there; its form with a given number of digits rounds to even. Only values with many digits lie so.
pub(super) fn shortest(value: f64) -> Digits<[u8; 32]> {
    let value = value.abs();
    let mut text = ShortText {
        bytes: [0; 32],
        len: 0,
    };
    write!(text, "{value:e}").expect("a shortest form has at most 24 characters");
    let (mut len, mut point) = read_exponent_form(&mut text.bytes[..text.len]);
    if len >= 16 && text.bytes[len - 1] % 2 == 1 {
        let mut even = ShortText {
            bytes: [0; 32],
            len: 0,
        };
        write!(even, "{value:.*e}", len - 1).expect("so many digits have at most 24 characters");
        let reads_back = std::str::from_utf8(&even.bytes[..even.len])
            .is_ok_and(|text| text.parse() == Ok(value));
        if reads_back {
            (len, point) = read_exponent_form(&mut even.bytes[..even.len]);
            text = even;
        }
    }
    Digits {
        bytes: text.bytes,
        len,
        point,
    }
}

/// `count` significant digits (at least one) of a finite value.
pub(super) fn significant(value: f64, count: usize) -> Digits<Vec<u8>> {
    let places = count.clamp(1, MAX_SIGNIFICANT) - 1;
    let mut bytes = format!("{:.*e}", places, value.abs()).into_bytes();
    let (len, point) = read_exponent_form(&mut bytes);
    Digits { bytes, len, point }
}

/// `value * 10^places`, rounded half to even, if the value is not negative and all that fits into machine integers.
fn scaled(value: f64, places: usize) -> Option<u64> {
    /// `10^17 * 2^53` has less than 110 bits.
    const MOST_PLACES: usize = 17;
    const MOST_SHIFT: i32 = 120;
    if places > MOST_PLACES {
        return None;
    }
    let bits = value.to_bits();
    let (fraction, exponent) = (bits & ((1 << 52) - 1), (bits >> 52) as i32);
    // The value is `mantissa * 2^exponent`.
    let (mantissa, exponent) = match exponent {
        0 => (fraction, -1074),
        _ => (fraction | 1 << 52, exponent - 1075),
    };
    let product = u128::from(mantissa) * 10_u128.pow(places as u32);
    let shift = -exponent;
    let rounded = match shift {
        0 => product,
        1..=MOST_SHIFT => {
            let (whole, rest, half) = (
                product >> shift,
                product & ((1 << shift) - 1),
                1 << (shift - 1),
            );
            whole + u128::from(rest > half || (rest == half && whole % 2 == 1))
        }
        _ => return None,
    };
    rounded.try_into().ok()
}

/// The digits of a finite value down to `places` behind the point. May be none, if the value rounds to zero.
pub(super) fn places(value: f64, places: usize) -> Digits<Vec<u8>> {
    if let Some(scaled @ 1..) = scaled(value.abs(), places) {
        let bytes = scaled.to_string().into_bytes();
        return Digits {
            len: without_trailing_zeros(&bytes),
            point: bytes.len() as i32 - places as i32,
            bytes,
        };
    }
    all_places(value, places)
}

/// [`places`] of any value.
fn all_places(value: f64, places: usize) -> Digits<Vec<u8>> {
    let text = format!("{:.*}", places.min(MAX_PLACES), value.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let mut bytes = Vec::with_capacity(text.len());
    let whole = whole.trim_start_matches('0');
    let mut point = whole.len() as i32;
    bytes.extend_from_slice(whole.as_bytes());
    if whole.is_empty() {
        let significant = fraction.trim_start_matches('0');
        point = -((fraction.len() - significant.len()) as i32);
        bytes.extend_from_slice(significant.as_bytes());
    } else {
        bytes.extend_from_slice(fraction.as_bytes());
    }
    if bytes.is_empty() && value == 0.0 {
        return Digits {
            bytes: vec![b'0'],
            len: 1,
            point: 1,
        };
    }
    let len = without_trailing_zeros(&bytes);
    Digits {
        bytes,
        len,
        point: if len == 0 {
            -(places.min(MAX_PLACES) as i32)
        } else {
            point
        },
    }
}

/// Turns `d.ddde-7` into its digits, at the front of `bytes`; returns their number and the point.
fn read_exponent_form(bytes: &mut [u8]) -> (usize, i32) {
    let e = memchr::memchr(b'e', bytes).unwrap_or(bytes.len());
    let exponent = std::str::from_utf8(bytes.get(e + 1..).unwrap_or_default())
        .ok()
        .and_then(|text| text.parse().ok());
    let exponent: i32 = exponent.unwrap_or(0);
    let len = if e > 1 {
        bytes.copy_within(2..e, 1);
        e - 1
    } else {
        e
    };
    (without_trailing_zeros(&bytes[..len]).max(1), exponent + 1)
}

fn without_trailing_zeros(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .rposition(|&byte| byte != b'0')
        .map_or(0, |last| last + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scaling_agrees_with_exact_formatting() {
        let mut values = vec![
            0.5,
            1.5,
            2.5,
            0.125,
            0.375,
            1e15,
            123456789.125,
            0.1,
            1e-7,
            5e-324,
            9.5,
            0.05,
        ];
        // Bit patterns all over, most of them with everyday exponents.
        let mut state: u64 = 1;
        for round in 0..20_000 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let exponent = 1023 + (state >> 58) as i64 - 40;
            let bits = (state >> 12 & !0 << (round % 52)) | (exponent as u64) << 52;
            values.push(f64::from_bits(bits));
        }
        let mut scaled_values = 0;
        for value in values {
            for digits in [0, 1, 2, 3, 6, 12, 17] {
                let (quick, exact) = (places(value, digits), all_places(value, digits));
                assert_eq!(quick.as_bytes(), exact.as_bytes(), "{value:e} {digits}");
                assert_eq!(quick.point, exact.point, "{value:e} {digits}");
                scaled_values += usize::from(scaled(value, digits).is_some());
            }
        }
        assert!(
            scaled_values > 50_000,
            "the quick way was taken {scaled_values} times"
        );
    }
}
