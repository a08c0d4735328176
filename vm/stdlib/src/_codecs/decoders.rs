//! The decoders: each returns text and how many bytes it has read.

use std::borrow::Cow;
use std::ops::Deref;

use taipan_macros::pyfunction;
use taipan_text::codecs::{
    ByteOrder, Decoded, Input, InvalidEscape, decode_ascii, decode_bytes_escape, decode_latin1,
    decode_raw_unicode_escape, decode_unicode_escape, decode_utf7, decode_utf8, decode_utf16,
    decode_utf32,
};
use taipan_vm::codecs::Handler;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::{ArgSite, FromArg, ModuleBuilder};
use taipan_vm::objects::Str;
use taipan_vm::protocol::BytesLike;
use taipan_vm::value::{Py, Value};

/// Bytes-like, or text that stands for its UTF-8 (format unit `s*`).
struct BytesOrText<'a>(Cow<'a, [u8]>);

impl Deref for BytesOrText<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl<'a> FromArg<'a> for BytesOrText<'a> {
    fn from_arg(cx: &Ctx, value: &'a Value, _: &ArgSite) -> PyResult<Self> {
        if let Some(text) = value.downcast_ref::<Str>() {
            let bytes = cx.encode_text(text, None, None)?;
            return Ok(Self(Cow::Owned(cx.bytes_of(&bytes)?.into_owned())));
        }
        cx.bytes_of(value).map(Self)
    }
}

fn handler<'cx>(cx: &'cx Ctx, errors: Option<&Py<Str>>) -> Handler<'cx> {
    Handler::new(cx, errors.map(Py::as_wtf8), None)
}

fn input(is_final: bool) -> Input {
    if is_final {
        Input::Final
    } else {
        Input::Partial
    }
}

fn pair(cx: &Ctx, decoded: &Decoded) -> PyResult<Value> {
    let items = vec![
        cx.new_str(&decoded.text)?.into_value(),
        cx.new_int(decoded.consumed as i64),
    ];
    Ok(cx.new_tuple(items).into_value())
}

fn order_of(number: i32) -> Option<ByteOrder> {
    match number {
        0 => None,
        ..0 => Some(ByteOrder::Little),
        1.. => Some(ByteOrder::Big),
    }
}

fn triple(cx: &Ctx, decoded: &Decoded, order: Option<ByteOrder>) -> PyResult<Value> {
    let order = match order {
        None => 0,
        Some(ByteOrder::Little) => -1,
        Some(ByteOrder::Big) => 1,
    };
    let items = vec![
        cx.new_str(&decoded.text)?.into_value(),
        cx.new_int(decoded.consumed as i64),
        cx.new_int(order),
    ];
    Ok(cx.new_tuple(items).into_value())
}

/// Warns of an escape that means nothing.
fn warn_of(cx: &Ctx, invalid: Option<InvalidEscape>, prefix: &str) -> PyResult<()> {
    let message = match invalid {
        None => return Ok(()),
        Some(InvalidEscape::Letter(letter)) => {
            let letter = char::from(letter);
            format!(
                "{prefix}\"\\{letter}\" is an invalid escape sequence. Such sequences will not work in the future. "
            )
        }
        Some(InvalidEscape::Octal(value)) => format!(
            "{prefix}\"\\{value:o}\" is an invalid octal escape sequence. Such sequences will not work in the future. "
        ),
    };
    cx.warn(&cx.types().deprecation_warning, &message)
}

#[pyfunction(signature = (data, errors = None, r#final = false, /))]
fn utf_8_decode(
    cx: &Ctx,
    data: BytesLike<'_>,
    errors: Option<&Py<Str>>,
    r#final: bool,
) -> PyResult<Value> {
    if let Ok(text) = std::str::from_utf8(&data) {
        let items = vec![
            cx.new_str(text)?.into_value(),
            cx.new_int(data.len() as i64),
        ];
        return Ok(cx.new_tuple(items).into_value());
    }
    pair(
        cx,
        &decode_utf8(&data, &mut handler(cx, errors), input(r#final))?,
    )
}

#[pyfunction(signature = (data, errors = None, r#final = false, /))]
fn utf_7_decode(
    cx: &Ctx,
    data: BytesLike<'_>,
    errors: Option<&Py<Str>>,
    r#final: bool,
) -> PyResult<Value> {
    pair(
        cx,
        &decode_utf7(&data, &mut handler(cx, errors), input(r#final))?,
    )
}

macro_rules! wide {
    ($($name:ident($decode:ident, $order:expr);)*) => {
        $(#[pyfunction(signature = (data, errors = None, r#final = false, /))]
        fn $name(cx: &Ctx, data: BytesLike<'_>, errors: Option<&Py<Str>>, r#final: bool) -> PyResult<Value> {
            let mut handler = handler(cx, errors);
            let (decoded, _) = $decode(&data, $order, &mut handler, input(r#final))?;
            pair(cx, &decoded)
        })*
    };
}

wide! {
    utf_16_decode(decode_utf16, None);
    utf_16_le_decode(decode_utf16, Some(ByteOrder::Little));
    utf_16_be_decode(decode_utf16, Some(ByteOrder::Big));
    utf_32_decode(decode_utf32, None);
    utf_32_le_decode(decode_utf32, Some(ByteOrder::Little));
    utf_32_be_decode(decode_utf32, Some(ByteOrder::Big));
}

#[pyfunction(
    signature = (data, errors = None, byteorder = 0, r#final = false, /),
    text_signature = "($module, data, errors=None, byteorder=0, final=False,\n                 /)"
)]
fn utf_16_ex_decode(
    cx: &Ctx,
    data: BytesLike<'_>,
    errors: Option<&Py<Str>>,
    byteorder: i32,
    r#final: bool,
) -> PyResult<Value> {
    let mut handler = handler(cx, errors);
    let order = order_of(byteorder);
    let (decoded, order) = decode_utf16(&data, order, &mut handler, input(r#final))?;
    triple(cx, &decoded, order)
}

#[pyfunction(
    signature = (data, errors = None, byteorder = 0, r#final = false, /),
    text_signature = "($module, data, errors=None, byteorder=0, final=False,\n                 /)"
)]
fn utf_32_ex_decode(
    cx: &Ctx,
    data: BytesLike<'_>,
    errors: Option<&Py<Str>>,
    byteorder: i32,
    r#final: bool,
) -> PyResult<Value> {
    let mut handler = handler(cx, errors);
    let order = order_of(byteorder);
    let (decoded, order) = decode_utf32(&data, order, &mut handler, input(r#final))?;
    triple(cx, &decoded, order)
}

#[pyfunction(signature = (data, errors = None, /))]
fn ascii_decode(cx: &Ctx, data: BytesLike<'_>, errors: Option<&Py<Str>>) -> PyResult<Value> {
    let text = decode_ascii(&data, &mut handler(cx, errors))?;
    let consumed = data.len();
    pair(cx, &Decoded { text, consumed })
}

#[pyfunction(signature = (data, errors = None, /))]
fn latin_1_decode(cx: &Ctx, data: BytesLike<'_>, errors: Option<&Py<Str>>) -> PyResult<Value> {
    let _ = errors;
    let (text, consumed) = (decode_latin1(&data), data.len());
    pair(cx, &Decoded { text, consumed })
}

#[pyfunction(signature = (data, errors = None, r#final = true, /))]
fn unicode_escape_decode(
    cx: &Ctx,
    data: BytesOrText<'_>,
    errors: Option<&Py<Str>>,
    r#final: bool,
) -> PyResult<Value> {
    let mut handler = handler(cx, errors);
    let (decoded, invalid) = decode_unicode_escape(&data, &mut handler, input(r#final))?;
    warn_of(cx, invalid, "")?;
    pair(cx, &decoded)
}

#[pyfunction(signature = (data, errors = None, r#final = true, /))]
fn raw_unicode_escape_decode(
    cx: &Ctx,
    data: BytesOrText<'_>,
    errors: Option<&Py<Str>>,
    r#final: bool,
) -> PyResult<Value> {
    let mut handler = handler(cx, errors);
    pair(
        cx,
        &decode_raw_unicode_escape(&data, &mut handler, input(r#final))?,
    )
}

#[pyfunction(signature = (data, errors = None, /))]
fn escape_decode(cx: &Ctx, data: BytesOrText<'_>, errors: Option<&Py<Str>>) -> PyResult<Value> {
    let errors = errors.map_or("strict".into(), |name| name.to_string_lossy());
    let (bytes, invalid) =
        decode_bytes_escape(&data, &errors).map_err(|error| cx.value_error(error.to_string()))?;
    warn_of(cx, invalid, "b")?;
    let items = vec![cx.new_bytes(&bytes)?, cx.new_int(data.len() as i64)];
    Ok(cx.new_tuple(items).into_value())
}

#[pyfunction(signature = (data, errors = None, /))]
fn readbuffer_encode(cx: &Ctx, data: BytesOrText<'_>, errors: Option<&Py<Str>>) -> PyResult<Value> {
    let _ = errors;
    let items = vec![cx.new_bytes(&data)?, cx.new_int(data.len() as i64)];
    Ok(cx.new_tuple(items).into_value())
}

pub(super) fn add(m: &ModuleBuilder<'_>) -> PyResult<()> {
    for def in [
        &utf_8_decode::DEF,
        &utf_7_decode::DEF,
        &utf_16_decode::DEF,
        &utf_16_le_decode::DEF,
        &utf_16_be_decode::DEF,
        &utf_16_ex_decode::DEF,
        &utf_32_decode::DEF,
        &utf_32_le_decode::DEF,
        &utf_32_be_decode::DEF,
        &utf_32_ex_decode::DEF,
        &ascii_decode::DEF,
        &latin_1_decode::DEF,
        &unicode_escape_decode::DEF,
        &raw_unicode_escape_decode::DEF,
        &escape_decode::DEF,
        &readbuffer_encode::DEF,
    ] {
        m.function(def)?;
    }
    Ok(())
}
