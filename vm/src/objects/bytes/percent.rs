//! The `%` operator of `bytes` and `bytearray`.
//!
//! CPython 3.14: `_PyBytes_FormatEx`.

use taipan_text::format::{PercentFlags, PercentItem, PercentSpec, PercentTemplate, percent_float};

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::objects::str::{Arguments, next_amount, percent_integer};
use crate::objects::{ByteArray, Bytes};
use crate::value::Value;

/// Writes a template with its arguments.
pub(crate) fn format(cx: &Ctx, template: &[u8], given: &Value) -> PyResult<Vec<u8>> {
    let mut arguments = Arguments::new(cx, given, true);
    let mut to = Vec::with_capacity(template.len() + 32);
    for item in PercentTemplate::of_bytes(template) {
        match item.map_err(|error| cx.value_error(error.to_string()))? {
            PercentItem::Literal(range) => to.extend_from_slice(&template[range]),
            PercentItem::Convert(spec) => convert(cx, template, &mut arguments, &spec, &mut to)?,
        }
    }
    arguments.finish(cx, "bytes")?;
    Ok(to)
}

fn convert(
    cx: &Ctx,
    template: &[u8],
    arguments: &mut Arguments<'_>,
    spec: &PercentSpec,
    to: &mut Vec<u8>,
) -> PyResult<()> {
    if let Some(key) = &spec.key {
        let key = cx.new_bytes(&template[key.clone()])?;
        arguments.key(cx, &key)?;
    }
    let mut flags = spec.flags;
    let width = next_amount(cx, arguments, spec.width, "ssize_t")?.unwrap_or(0);
    if width < 0 {
        flags |= PercentFlags::LEFT;
    }
    let width = width.unsigned_abs() as usize;
    let precision = next_amount(cx, arguments, spec.precision, "int")?;
    let precision = precision.map(|precision| usize::try_from(precision).unwrap_or(0));
    let letter = spec.conversion.to_u32();
    let letter = u8::try_from(letter).unwrap_or(0);
    let value = arguments.next(cx)?;
    let bytes = match letter {
        b'b' | b's' => bytes_of_argument(cx, &value)?,
        b'a' | b'r' => cx.ascii(&value)?.as_wtf8().as_bytes().to_vec(),
        b'c' => {
            pad(cx, &[character(cx, &value)?], flags, width, to)?;
            return Ok(());
        }
        b'd' | b'i' | b'u' | b'o' | b'x' | b'X' => {
            let text = percent_integer(cx, &value, letter, flags, width, precision)?;
            to.extend_from_slice(text.as_bytes());
            return Ok(());
        }
        b'e' | b'E' | b'f' | b'F' | b'g' | b'G' => {
            let number = match cx.to_f64(&value) {
                Err(error) if cx.matches(&error, &cx.types().type_error) => {
                    return Err(cx.type_error(format!(
                        "float argument required, not {}",
                        cx.type_name(&value)
                    )));
                }
                number => number?,
            };
            let text = percent_float(number, letter, flags, width, precision);
            let text = text.map_err(|error| cx.format_error(&error))?;
            to.extend_from_slice(text.as_bytes());
            return Ok(());
        }
        _ => {
            return Err(cx.value_error(format!(
                "unsupported format character '{}' (0x{letter:x}) at index {}",
                char::from(letter),
                spec.conversion_at
            )));
        }
    };
    let cut = precision.unwrap_or(bytes.len()).min(bytes.len());
    pad(cx, &bytes[..cut], flags, width, to)
}

fn pad(
    cx: &Ctx,
    bytes: &[u8],
    flags: PercentFlags,
    width: usize,
    to: &mut Vec<u8>,
) -> PyResult<()> {
    let padding = width.saturating_sub(bytes.len());
    if to.try_reserve(padding + bytes.len()).is_err() {
        return Err(cx.memory_error());
    }
    if !flags.contains(PercentFlags::LEFT) {
        to.resize(to.len() + padding, b' ');
    }
    to.extend_from_slice(bytes);
    if flags.contains(PercentFlags::LEFT) {
        to.resize(to.len() + padding, b' ');
    }
    Ok(())
}

/// The argument of `%b`.
fn bytes_of_argument(cx: &Ctx, value: &Value) -> PyResult<Vec<u8>> {
    let exact = cx.class_of(value).is(&cx.types().bytes);
    if !exact && let Some(made) = cx.bytes_by_method(value)? {
        return Ok(cx.bytes_of(&made)?.into_owned());
    }
    if cx.has_buffer(value) {
        return Ok(cx.bytes_of(value)?.into_owned());
    }
    Err(cx.type_error(format!(
        "%b requires a bytes-like object, or an object that implements __bytes__, not '{}'",
        cx.type_name(value)
    )))
}

/// The argument of `%c`.
fn character(cx: &Ctx, value: &Value) -> PyResult<u8> {
    let bytes = match value.downcast_ref::<Bytes>() {
        Some(bytes) => Some(("bytes", bytes.as_slice().to_vec())),
        None => value
            .downcast_ref::<ByteArray>()
            .map(|array| ("bytearray", array.to_vec())),
    };
    if let Some((kind, bytes)) = bytes {
        return match bytes[..] {
            [byte] => Ok(byte),
            _ => Err(cx.type_error(format!(
                "%c requires an integer in range(256) or a single byte, not a {kind} object of length {}",
                bytes.len()
            ))),
        };
    }
    if !cx.is_index(value) {
        return Err(cx.type_error(format!(
            "%c requires an integer in range(256) or a single byte, not {}",
            cx.class_of(value).full_name()
        )));
    }
    let number = cx.to_bigint(value)?;
    u8::try_from(&number).map_err(|_| cx.overflow_error("%c arg not in range(256)"))
}
