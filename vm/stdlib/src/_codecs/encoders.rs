//! The encoders: each returns bytes and how many characters it has read.

use taipan_macros::pyfunction;
use taipan_text::codecs::{
    ByteOrder, encode_ascii, encode_bytes_escape, encode_latin1, encode_raw_unicode_escape,
    encode_unicode_escape, encode_utf7, encode_utf8, encode_utf16, encode_utf32,
};
use taipan_vm::codecs::Handler;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::ModuleBuilder;
use taipan_vm::objects::{Bytes, Str};
use taipan_vm::value::{Py, Value};

fn handler<'cx>(cx: &'cx Ctx, errors: Option<&Py<Str>>, text: &Py<Str>) -> Handler<'cx> {
    Handler::new(cx, errors.map(Py::as_wtf8), Some(text.as_value()))
}

fn pair(cx: &Ctx, bytes: &[u8], read: usize) -> PyResult<Value> {
    let items = vec![cx.new_bytes(bytes)?, cx.new_int(read as i64)];
    Ok(cx.new_tuple(items).into_value())
}

macro_rules! narrow {
    ($($name:ident($encode:ident);)*) => {
        $(#[pyfunction(signature = (str, errors = None, /))]
        fn $name(cx: &Ctx, str: &Py<Str>, errors: Option<&Py<Str>>) -> PyResult<Value> {
            let bytes = $encode(str.as_wtf8(), &mut handler(cx, errors, str))?;
            pair(cx, &bytes, str.length())
        })*
    };
}

narrow! {
    utf_8_encode(encode_utf8);
    ascii_encode(encode_ascii);
    latin_1_encode(encode_latin1);
}

macro_rules! safe {
    ($($name:ident($encode:ident);)*) => {
        $(#[pyfunction(signature = (str, errors = None, /))]
        fn $name(cx: &Ctx, str: &Py<Str>, errors: Option<&Py<Str>>) -> PyResult<Value> {
            let _ = errors;
            pair(cx, &$encode(str.as_wtf8()), str.length())
        })*
    };
}

safe! {
    utf_7_encode(encode_utf7);
    unicode_escape_encode(encode_unicode_escape);
    raw_unicode_escape_encode(encode_raw_unicode_escape);
}

macro_rules! wide {
    ($($name:ident($encode:ident, $order:expr);)*) => {
        $(#[pyfunction(signature = (str, errors = None, /))]
        fn $name(cx: &Ctx, str: &Py<Str>, errors: Option<&Py<Str>>) -> PyResult<Value> {
            let bytes = $encode(str.as_wtf8(), Some($order), &mut handler(cx, errors, str))?;
            pair(cx, &bytes, str.length())
        })*
    };
}

wide! {
    utf_16_le_encode(encode_utf16, ByteOrder::Little);
    utf_16_be_encode(encode_utf16, ByteOrder::Big);
    utf_32_le_encode(encode_utf32, ByteOrder::Little);
    utf_32_be_encode(encode_utf32, ByteOrder::Big);
}

macro_rules! ordered {
    ($($name:ident($encode:ident);)*) => {
        $(#[pyfunction(signature = (str, errors = None, byteorder = 0, /))]
        fn $name(cx: &Ctx, str: &Py<Str>, errors: Option<&Py<Str>>, byteorder: i32) -> PyResult<Value> {
            let order = match byteorder {
                0 => None,
                ..0 => Some(ByteOrder::Little),
                1.. => Some(ByteOrder::Big),
            };
            let bytes = $encode(str.as_wtf8(), order, &mut handler(cx, errors, str))?;
            pair(cx, &bytes, str.length())
        })*
    };
}

ordered! {
    utf_16_encode(encode_utf16);
    utf_32_encode(encode_utf32);
}

#[pyfunction(signature = (data, errors = None, /))]
fn escape_encode(cx: &Ctx, data: &Py<Bytes>, errors: Option<&Py<Str>>) -> PyResult<Value> {
    let _ = errors;
    let bytes = data.as_slice();
    pair(cx, &encode_bytes_escape(bytes), bytes.len())
}

pub(super) fn add(m: &ModuleBuilder<'_>) -> PyResult<()> {
    for def in [
        &utf_8_encode::DEF,
        &ascii_encode::DEF,
        &latin_1_encode::DEF,
        &utf_7_encode::DEF,
        &unicode_escape_encode::DEF,
        &raw_unicode_escape_encode::DEF,
        &utf_16_le_encode::DEF,
        &utf_16_be_encode::DEF,
        &utf_32_le_encode::DEF,
        &utf_32_be_encode::DEF,
        &utf_16_encode::DEF,
        &utf_32_encode::DEF,
        &escape_encode::DEF,
    ] {
        m.function(def)?;
    }
    Ok(())
}
