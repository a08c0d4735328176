//! Lines of uuencoded data.

use taipan_macros::pyfunction;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::protocol::BytesLike;
use taipan_vm::value::Value;

use super::{Ascii, error};

/// Bytes in a full line.
const LINE: usize = 45;

/// Decode a line of uuencoded data.
#[pyfunction]
pub(super) fn a2b_uu(cx: &Ctx, data: Ascii) -> PyResult<Value> {
    let Some((&first, text)) = data.0.split_first() else {
        return Err(error(cx, "Missing length byte"));
    };
    let length = usize::from(first.wrapping_sub(b' ') & 0o77);
    let mut decoded = Vec::with_capacity(length + 3);
    let mut letters = text.iter();
    // Bits that are no whole byte yet, and how many.
    let (mut left, mut bits) = (0_u32, 0);
    while decoded.len() < length {
        // A cut line goes on with zeros; so does one whose blanks at the end were lost.
        let sextet = match letters.next() {
            None | Some(b'\n' | b'\r') => 0,
            Some(letter @ b' '..=b'`') => u32::from(letter - b' ') & 0o77,
            Some(_) => return Err(error(cx, "Illegal char")),
        };
        left = left << 6 | sextet;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            decoded.push((left >> bits) as u8);
            left &= (1 << bits) - 1;
        }
    }
    // A group may be longer than the data: its other letters are padding.
    if letters.any(|letter| !matches!(letter, b' ' | b'`' | b'\n' | b'\r')) {
        return Err(error(cx, "Trailing garbage"));
    }
    cx.new_bytes(&decoded)
}

/// Uuencode line of data.
#[pyfunction(signature = (data, /, *, backtick = false))]
pub(super) fn b2a_uu(cx: &Ctx, data: BytesLike<'_>, backtick: bool) -> PyResult<Value> {
    if data.len() > LINE {
        return Err(error(cx, "At most 45 bytes at once"));
    }
    let letter = |sextet: u32| match sextet {
        0 if backtick => b'`',
        sextet => b' ' + sextet as u8,
    };
    let mut encoded = vec![letter(data.len() as u32)];
    for chunk in data.chunks(3) {
        let byte = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let word = byte(0) << 16 | byte(1) << 8 | byte(2);
        encoded.extend([18, 12, 6, 0].map(|shift| letter(word >> shift & 0o77)));
    }
    encoded.push(b'\n');
    cx.new_bytes(&encoded)
}
