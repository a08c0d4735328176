//! `binascii`: binary data as ASCII, and checksums.
//!
//! CPython 3.14: `Modules/binascii.c`. `uu` and `quoted_printable` hold those encodings. Tests: `tests/run/binascii/`.

mod quoted_printable;
mod uu;

use taipan_macros::{pyfunction, pymodule};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::{PyErr, PyResult};
use taipan_vm::native::bind::Optional;
use taipan_vm::native::{ArgSite, FromArg, ModuleBuilder};
use taipan_vm::objects::Str;
use taipan_vm::protocol::BytesLike;
use taipan_vm::value::Value;

use crate::exception_class::{exception_class, raise};
use crate::mask32::Mask32;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Conversion between binary data and ASCII
#[pymodule]
pub(crate) fn binascii(cx: &Ctx, m: &ModuleBuilder<'_>) -> PyResult<()> {
    let types = cx.types();
    m.add(
        "Error",
        exception_class(cx, "binascii.Error", &types.value_error)?,
    )?;
    m.add(
        "Incomplete",
        exception_class(cx, "binascii.Incomplete", &types.exception)?,
    )?;
    for def in [
        &uu::a2b_uu::DEF,
        &uu::b2a_uu::DEF,
        &quoted_printable::a2b_qp::DEF,
        &quoted_printable::b2a_qp::DEF,
        &a2b_base64::DEF,
        &b2a_base64::DEF,
        &a2b_hex::DEF,
        &unhexlify::DEF,
        &b2a_hex::DEF,
        &hexlify::DEF,
        &crc32::DEF,
        &crc_hqx::DEF,
    ] {
        m.function(def)?;
    }
    Ok(())
}

fn error(cx: &Ctx, message: impl AsRef<str>) -> PyErr {
    raise(cx, "binascii.Error", &cx.types().value_error, message)
}

/// Bytes-like, or text of ASCII characters only.
struct Ascii(Vec<u8>);

impl FromArg<'_> for Ascii {
    fn from_arg(cx: &Ctx, value: &Value, _: &ArgSite) -> PyResult<Self> {
        if let Some(text) = value.downcast_ref::<Str>() {
            if !text.is_ascii() {
                return Err(cx.value_error("string argument should contain only ASCII characters"));
            }
            return Ok(Self(text.as_wtf8().as_bytes().to_vec()));
        }
        if !cx.has_buffer(value) {
            return Err(cx.type_error(format!(
                "argument should be bytes, buffer or ASCII string, not '{}'",
                cx.type_name(value)
            )));
        }
        Ok(Self(cx.bytes_of(value)?.into_owned()))
    }
}

fn sextet(byte: u8) -> Option<u8> {
    Some(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    })
}

/// Decode a line of base64 data.
///
///   strict_mode
///     When set to True, bytes that are not part of the base64 standard are not allowed.
///     The same applies to excess data after padding (= / ==).
#[pyfunction(signature = (data, /, *, strict_mode = false))]
fn a2b_base64(cx: &Ctx, data: Ascii, strict_mode: bool) -> PyResult<Value> {
    let data = data.0;
    let mut decoded = Vec::with_capacity(data.len() / 4 * 3 + 3);
    // The place in the group of four, what is left of the character before, and the padding since.
    let (mut place, mut left, mut pads) = (0, 0_u8, 0);
    for (index, &byte) in data.iter().enumerate() {
        if byte == b'=' {
            pads += 1;
            let completes = place >= 2 && place + pads <= 4;
            if completes || !strict_mode {
                continue;
            }
            match place {
                0 if index == 0 => return Err(error(cx, "Leading padding not allowed")),
                1 => break,
                _ => return Err(error(cx, "Excess padding not allowed")),
            }
        }
        let Some(value) = sextet(byte) else {
            if strict_mode {
                return Err(error(cx, "Only base64 data is allowed"));
            }
            continue;
        };
        if strict_mode && pads > 0 {
            return Err(if place + pads == 4 {
                error(cx, "Excess data after padding")
            } else {
                error(cx, "Discontinuous padding not allowed")
            });
        }
        pads = 0;
        match place {
            0 => {
                place = 1;
                left = value;
            }
            1 => {
                place = 2;
                decoded.push(left << 2 | value >> 4);
                left = value & 0x0F;
            }
            2 => {
                place = 3;
                decoded.push(left << 4 | value >> 2);
                left = value & 0x03;
            }
            _ => {
                place = 0;
                decoded.push(left << 6 | value);
                left = 0;
            }
        }
    }
    match place {
        0 => cx.new_bytes(&decoded),
        _ if place > 1 && place + pads >= 4 => cx.new_bytes(&decoded),
        1 => Err(error(
            cx,
            format!(
                "Invalid base64-encoded string: number of data characters ({}) cannot be 1 more than a multiple of 4",
                decoded.len() / 3 * 4 + 1
            ),
        )),
        _ => Err(error(cx, "Incorrect padding")),
    }
}

/// Base64-code line of data.
#[pyfunction(signature = (data, /, *, newline = true))]
fn b2a_base64(cx: &Ctx, data: BytesLike<'_>, newline: bool) -> PyResult<Value> {
    let mut encoded = Vec::with_capacity(data.len().div_ceil(3) * 4 + 1);
    for chunk in data.chunks(3) {
        let byte = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let word = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            encoded.push(if place <= chunk.len() {
                ALPHABET[(word >> (18 - 6 * place) & 63) as usize]
            } else {
                b'='
            });
        }
    }
    if newline {
        encoded.push(b'\n');
    }
    cx.new_bytes(&encoded)
}

fn from_hex(cx: &Ctx, digits: &[u8]) -> PyResult<Value> {
    if !digits.len().is_multiple_of(2) {
        return Err(error(cx, "Odd-length string"));
    }
    let value = |digit: u8| char::from(digit).to_digit(16).map(|digit| digit as u8);
    let mut bytes = Vec::with_capacity(digits.len() / 2);
    for pair in digits.chunks_exact(2) {
        match (value(pair[0]), value(pair[1])) {
            (Some(high), Some(low)) => bytes.push(high << 4 | low),
            _ => return Err(error(cx, "Non-hexadecimal digit found")),
        }
    }
    cx.new_bytes(&bytes)
}

/// Binary data of hexadecimal representation.
///
/// hexstr must contain an even number of hex digits (upper or lower case).
/// This function is also available as "unhexlify()".
#[pyfunction]
fn a2b_hex(cx: &Ctx, hexstr: Ascii) -> PyResult<Value> {
    from_hex(cx, &hexstr.0)
}

/// Binary data of hexadecimal representation.
///
/// hexstr must contain an even number of hex digits (upper or lower case).
#[pyfunction]
fn unhexlify(cx: &Ctx, hexstr: Ascii) -> PyResult<Value> {
    from_hex(cx, &hexstr.0)
}

/// `bytes.hex` as bytes.
fn hex_of(cx: &Ctx, data: &Value, sep: Optional<&Value>, bytes_per_sep: i32) -> PyResult<Value> {
    let bytes = cx.new_bytes(&cx.bytes_of(data)?)?;
    let method = cx.get_attr(&bytes, &cx.intern("hex"))?;
    let digits = match sep.given() {
        Some(sep) => cx.call(
            &method,
            &[sep.clone(), cx.new_int(i64::from(bytes_per_sep))],
        )?,
        None => cx.call(&method, &[])?,
    };
    match digits.downcast_ref::<Str>() {
        Some(digits) => cx.new_bytes(digits.as_wtf8().as_bytes()),
        None => Err(cx.system_error("bytes.hex() returned no string")),
    }
}

/// Hexadecimal representation of binary data.
///
///   sep
///     An optional single character or byte to separate hex bytes.
///   bytes_per_sep
///     How many bytes between separators.  Positive values count from the
///     right, negative values count from the left.
///
/// The return value is a bytes object.  This function is also
/// available as "hexlify()".
///
/// Example:
/// >>> binascii.b2a_hex(b'\xb9\x01\xef')
/// b'b901ef'
/// >>> binascii.hexlify(b'\xb9\x01\xef', ':')
/// b'b9:01:ef'
/// >>> binascii.b2a_hex(b'\xb9\x01\xef', b'_', 2)
/// b'b9_01ef'
#[pyfunction(signature = (data, sep = Optional::Missing, bytes_per_sep = 1), text_signature = "($module, /, data, sep=<unrepresentable>, bytes_per_sep=1)")]
fn b2a_hex(cx: &Ctx, data: &Value, sep: Optional<&Value>, bytes_per_sep: i32) -> PyResult<Value> {
    hex_of(cx, data, sep, bytes_per_sep)
}

/// Hexadecimal representation of binary data.
///
///   sep
///     An optional single character or byte to separate hex bytes.
///   bytes_per_sep
///     How many bytes between separators.  Positive values count from the
///     right, negative values count from the left.
///
/// The return value is a bytes object.  This function is also
/// available as "b2a_hex()".
#[pyfunction(signature = (data, sep = Optional::Missing, bytes_per_sep = 1), text_signature = "($module, /, data, sep=<unrepresentable>, bytes_per_sep=1)")]
fn hexlify(cx: &Ctx, data: &Value, sep: Optional<&Value>, bytes_per_sep: i32) -> PyResult<Value> {
    hex_of(cx, data, sep, bytes_per_sep)
}

/// Compute CRC-32 incrementally.
#[pyfunction(signature = (data, crc = Mask32(0), /), text_signature = "($module, data, crc=0, /)")]
fn crc32(data: BytesLike<'_>, crc: Mask32) -> u32 {
    zlib_rs::crc32::crc32(crc.0, &data)
}

/// Compute CRC-CCITT incrementally.
#[pyfunction]
fn crc_hqx(data: BytesLike<'_>, crc: Mask32) -> u32 {
    data.iter().fold(crc.0 & 0xFFFF, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte) << 8, |crc, _| {
            let shifted = crc << 1;
            (if crc & 0x8000 == 0 {
                shifted
            } else {
                shifted ^ 0x1021
            }) & 0xFFFF
        })
    })
}
