//! `_json`: strings of JSON, read and written.
//!
//! Reference: CPython 3.14 `Modules/_json.c`. Tests: `tests/run/json/`. Deviations: `make_scanner` and `make_encoder` are
//! absent, so `json` takes its own Python versions of them.

use taipan_macros::{pyfunction, pymodule};
use taipan_text::{CodePoint, Wtf8, Wtf8Buf};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::{PyErr, PyResult};
use taipan_vm::native::ModuleBuilder;
use taipan_vm::objects::{BaseException, Str};
use taipan_vm::value::{Py, Value};

/// json speedups
#[pymodule]
pub fn _json(_cx: &Ctx, m: &ModuleBuilder<'_>) -> PyResult<()> {
    m.function(&encode_basestring::DEF)?;
    m.function(&encode_basestring_ascii::DEF)?;
    m.function(&scanstring::DEF)
}

fn text_argument<'a>(cx: &Ctx, value: &'a Value) -> PyResult<&'a Py<Str>> {
    value.downcast_ref::<Str>().ok_or_else(|| {
        cx.type_error(format!(
            "first argument must be a string, not {}",
            cx.type_name(value)
        ))
    })
}

/// Writes the text in quotes; `plain` says which characters need no escape.
fn encode(text: &Wtf8, plain: impl Fn(CodePoint) -> bool) -> Wtf8Buf {
    let mut to = Wtf8Buf::with_capacity(text.len() + 2);
    to.push_char('"');
    for point in text.code_points() {
        match point.to_u32() {
            0x22 => to.push_str("\\\""),
            0x5C => to.push_str("\\\\"),
            0x0A => to.push_str("\\n"),
            0x0D => to.push_str("\\r"),
            0x09 => to.push_str("\\t"),
            0x0C => to.push_str("\\f"),
            0x08 => to.push_str("\\b"),
            _ if plain(point) => to.push(point),
            number @ 0x1_0000.. => {
                let rest = number - 0x1_0000;
                let (high, low) = (0xD800 | rest >> 10, 0xDC00 | rest & 0x3FF);
                to.push_str(&format!("\\u{high:04x}\\u{low:04x}"));
            }
            number => to.push_str(&format!("\\u{number:04x}")),
        }
    }
    to.push_char('"');
    to
}

/// encode_basestring(string) -> string
///
/// Return a JSON representation of a Python string
#[pyfunction(text_signature = "($self, object, /)")]
fn encode_basestring(cx: &Ctx, object: &Value) -> PyResult<Wtf8Buf> {
    let text = text_argument(cx, object)?;
    Ok(encode(text.as_wtf8(), |point| point.to_u32() >= 0x20))
}

/// encode_basestring_ascii(string) -> string
///
/// Return an ASCII-only JSON representation of a Python string
#[pyfunction(text_signature = "($self, object, /)")]
fn encode_basestring_ascii(cx: &Ctx, object: &Value) -> PyResult<Wtf8Buf> {
    let text = text_argument(cx, object)?;
    Ok(encode(text.as_wtf8(), |point| {
        (0x20..0x7F).contains(&point.to_u32())
    }))
}

/// `json.JSONDecodeError` about a position in code points.
fn decode_error(cx: &Ctx, message: &str, document: &Py<Str>, position: usize) -> PyErr {
    let raise = || -> PyResult<Py<BaseException>> {
        let import = cx.builtin("__import__")?;
        let from = cx.new_list(vec![cx.intern("JSONDecodeError").into_value()]);
        let name = cx.intern("json.decoder").into_value();
        let module = cx.call(
            &import,
            &[name, Value::NONE, Value::NONE, from.into_value()],
        )?;
        let class = cx.get_attr(&module, &cx.intern("JSONDecodeError"))?;
        let message = cx.new_str(message)?.into_value();
        let args = [message, document.to_value(), cx.new_int(position as i64)];
        cx.call(&class, &args)?
            .downcast::<BaseException>()
            .map_err(|_| cx.type_error("exceptions must derive from BaseException"))
    };
    match raise() {
        Ok(exception) => PyErr::new(exception),
        Err(error) => error,
    }
}

/// The four digits behind `\u` at a byte.
fn hex4(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4)?.iter().try_fold(0, |number, digit| {
        Some(number << 4 | char::from(*digit).to_digit(16)?)
    })
}

/// scanstring(string, end, strict=True) -> (string, end)
///
/// Scan the string s for a JSON string. End is the index of the
/// character in s after the quote that started the JSON string.
/// Unescapes all valid JSON string escape sequences and raises ValueError
/// on attempt to decode an invalid string. If strict is False then literal
/// control characters are allowed in the string.
///
/// Returns a tuple of the decoded string and the index of the character in s
/// after the end quote.
#[pyfunction(signature = (pystr, end, strict = true, /), text_signature = None)]
fn scanstring(cx: &Ctx, pystr: &Value, end: isize, strict: bool) -> PyResult<(Value, usize)> {
    let text = text_argument(cx, pystr)?;
    let start = match usize::try_from(end) {
        Ok(start) if start <= text.length() => start,
        _ => return Err(cx.value_error("end is out of bounds")),
    };
    let bytes = text.as_wtf8().as_bytes();
    let unterminated = || {
        decode_error(
            cx,
            "Unterminated string starting at",
            text,
            start.saturating_sub(1),
        )
    };
    let error = |message: &str, at: usize| decode_error(cx, message, text, text.position_of(at));
    let mut to: Option<Wtf8Buf> = None;
    let mut at = text.byte_offset(start);
    loop {
        let chunk = at;
        while let Some(byte) = bytes.get(at) {
            match byte {
                b'"' | b'\\' => break,
                0..0x20 if strict => return Err(error("Invalid control character at", at)),
                _ => at += 1,
            }
        }
        let literal = text.as_wtf8().slice(chunk, at);
        match bytes.get(at) {
            None => return Err(unterminated()),
            Some(b'"') => {
                let next = text.position_of(at + 1);
                let value = match to {
                    None => cx.new_str(literal)?,
                    Some(mut to) => {
                        to.push_wtf8(literal);
                        cx.new_str(&to)?
                    }
                };
                return Ok((value.into_value(), next));
            }
            Some(_) => {}
        }
        let to = to.get_or_insert_default();
        to.push_wtf8(literal);
        let Some(letter) = bytes.get(at + 1) else {
            return Err(unterminated());
        };
        let simple = match letter {
            b'"' | b'\\' | b'/' => *letter,
            b'b' => 8,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'u' => 0,
            _ => return Err(error("Invalid \\escape", at)),
        };
        at += 2;
        if simple != 0 {
            to.push(CodePoint::from_latin1(simple));
            continue;
        }
        let invalid = |at: usize| error("Invalid \\uXXXX escape", at);
        let mut number = hex4(bytes, at).ok_or_else(|| invalid(at - 1))?;
        at += 4;
        if (0xD800..0xDC00).contains(&number)
            && bytes.get(at..at + 2) == Some(b"\\u")
            && let Some(low @ 0xDC00..0xE000) = hex4(bytes, at + 2)
        {
            number = 0x1_0000 + ((number - 0xD800) << 10 | (low - 0xDC00));
            at += 6;
        }
        to.extend(CodePoint::from_u32(number));
    }
}
