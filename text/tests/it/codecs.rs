//! Codecs and error handlers against CPython's answers (`golden/make_codecs.py`).

use taipan_text::codecs::{
    BuiltinError, BuiltinHandler, ByteOrder, Decoded, Input, decode_ascii, decode_charmap,
    decode_raw_unicode_escape, decode_unicode_escape, decode_utf7, decode_utf8, decode_utf16,
    decode_utf32, encode_ascii, encode_charmap, encode_latin1, encode_raw_unicode_escape,
    encode_unicode_escape, encode_utf7, encode_utf8, encode_utf16, encode_utf32,
};
use taipan_text::{CodePoint, Wtf8, Wtf8Buf};

use crate::golden::{report, rows, unescape};

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hexadecimal"))
        .collect()
}

fn table(byte: u8) -> Option<CodePoint> {
    match byte {
        0..200 => Some(CodePoint::from_latin1(byte)),
        200..220 => None,
        220.. => CodePoint::from_u32(0x400 + u32::from(byte)),
    }
}

fn message(
    error: BuiltinError,
    shown: impl Fn(&taipan_text::codecs::CodecError) -> String,
) -> String {
    match error {
        BuiltinError::WrongTask(_) => format!("!{error}"),
        BuiltinError::Codec(error) => {
            format!(
                "!{} {} {} {} | {}",
                error.encoding,
                error.start,
                error.end,
                error.reason,
                shown(&error)
            )
        }
    }
}

fn decode(
    codec: &str,
    data: &[u8],
    mut handler: BuiltinHandler,
    input: Input,
) -> Result<Decoded, BuiltinError> {
    let whole = |text: Wtf8Buf| Decoded {
        text,
        consumed: data.len(),
    };
    let (little, big) = (Some(ByteOrder::Little), Some(ByteOrder::Big));
    let handler = &mut handler;
    match codec {
        "utf_8" => decode_utf8(data, handler, input),
        "utf_16" => decode_utf16(data, None, handler, input).map(|done| done.0),
        "utf_16_le" => decode_utf16(data, little, handler, input).map(|done| done.0),
        "utf_16_be" => decode_utf16(data, big, handler, input).map(|done| done.0),
        "utf_32" => decode_utf32(data, None, handler, input).map(|done| done.0),
        "utf_32_le" => decode_utf32(data, little, handler, input).map(|done| done.0),
        "utf_32_be" => decode_utf32(data, big, handler, input).map(|done| done.0),
        "utf_7" => decode_utf7(data, handler, input),
        "unicode_escape" => decode_unicode_escape(data, handler, input).map(|done| done.0),
        "raw_unicode_escape" => decode_raw_unicode_escape(data, handler, input),
        "ascii" => decode_ascii(data, handler).map(whole),
        "charmap" => decode_charmap(data, handler, |byte, to| {
            Ok(table(byte).map(|point| to.push(point)))
        })
        .map(whole),
        other => panic!("unknown codec {other}"),
    }
}

fn encode(codec: &str, text: &Wtf8, mut handler: BuiltinHandler) -> Result<Vec<u8>, BuiltinError> {
    let (little, big) = (Some(ByteOrder::Little), Some(ByteOrder::Big));
    let handler = &mut handler;
    match codec {
        "utf_8" => encode_utf8(text, handler),
        "utf_16" => encode_utf16(text, None, handler),
        "utf_16_le" => encode_utf16(text, little, handler),
        "utf_16_be" => encode_utf16(text, big, handler),
        "utf_32" => encode_utf32(text, None, handler),
        "utf_32_le" => encode_utf32(text, little, handler),
        "utf_32_be" => encode_utf32(text, big, handler),
        "utf_7" => Ok(encode_utf7(text)),
        "unicode_escape" => Ok(encode_unicode_escape(text)),
        "raw_unicode_escape" => Ok(encode_raw_unicode_escape(text)),
        "ascii" => encode_ascii(text, handler),
        "latin_1" => encode_latin1(text, handler),
        "charmap" => encode_charmap(text, handler, |point, to| {
            let byte = (0..=255).find(|&byte| table(byte) == Some(point));
            to.extend(byte);
            Ok(byte.is_some())
        }),
        other => panic!("unknown codec {other}"),
    }
}

fn ours(operation: &str, handler: &str, argument: &str) -> Wtf8Buf {
    let handler = BuiltinHandler::from_name(handler).expect("a standard handler");
    let (codec, task) = operation.rsplit_once('_').expect("codec and task");
    if task == "encode" {
        let text = unescape(argument);
        return match encode(codec, &text, handler) {
            Ok(bytes) => bytes
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect::<String>()
                .into(),
            Err(error) => message(error, |error| error.encode_message(&text)).into(),
        };
    }
    let data = bytes(argument);
    let input = if task == "partial" {
        Input::Partial
    } else {
        Input::Final
    };
    match decode(codec, &data, handler, input) {
        Ok(mut decoded) => {
            if task == "partial" {
                decoded.text.push_str(&format!(" {}", decoded.consumed));
            }
            decoded.text
        }
        Err(error) => message(error, |error| error.decode_message(&data)).into(),
    }
}

#[test]
fn codecs_equal_cpythons() {
    let mut differences = Vec::new();
    for row in rows(include_str!("../golden/codecs.tsv")) {
        let (ours, expected) = (ours(row[0], row[1], row[2]), unescape(row[3]));
        if ours != *expected {
            differences.push(format!(
                "{} {} {}: {ours:?} != {expected:?}",
                row[0], row[1], row[2]
            ));
        }
    }
    report(&differences);
}
