//! What a codec could not convert.
//!
//! CPython counterpart: the attributes of `UnicodeDecodeError` and `UnicodeEncodeError`. Tests: `text/tests/it/codecs.rs`.

use std::borrow::Cow;

use crate::wtf8::{CodePoint, Wtf8};

/// Which exception describes the error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodecTask {
    /// `UnicodeDecodeError`
    Decode,
    /// `UnicodeEncodeError`
    Encode,
}

/// A range of the input that a codec could not convert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodecError {
    /// Decoding or encoding.
    pub task: CodecTask,
    /// The codec's name, as it stands in messages.
    pub encoding: Cow<'static, str>,
    /// First byte or code point.
    pub start: usize,
    /// Behind the last one.
    pub end: usize,
    /// Why.
    pub reason: Cow<'static, str>,
}

impl CodecError {
    /// `str` of the `UnicodeDecodeError`.
    #[must_use]
    pub fn decode_message(&self, input: &[u8]) -> String {
        let CodecError {
            encoding,
            start,
            end,
            reason,
            ..
        } = self;
        match input.get(*start) {
            Some(byte) if start + 1 == *end => {
                format!(
                    "'{encoding}' codec can't decode byte 0x{byte:02x} in position {start}: {reason}"
                )
            }
            _ => format!(
                "'{encoding}' codec can't decode bytes in position {start}-{}: {reason}",
                end.wrapping_sub(1) as isize
            ),
        }
    }

    /// `str` of the `UnicodeEncodeError`.
    #[must_use]
    pub fn encode_message(&self, input: &Wtf8) -> String {
        let CodecError {
            encoding,
            start,
            end,
            reason,
            ..
        } = self;
        match input.code_points().nth(*start) {
            Some(point) if start + 1 == *end => {
                let shown = escaped(point);
                format!(
                    "'{encoding}' codec can't encode character '{shown}' in position {start}: {reason}"
                )
            }
            _ => format!(
                "'{encoding}' codec can't encode characters in position {start}-{}: {reason}",
                end.wrapping_sub(1) as isize
            ),
        }
    }
}

/// `\x7f`, `\u20ac` or `\U0001f600`, as handlers and messages write a code point.
pub(super) fn escaped(point: CodePoint) -> String {
    match point.to_u32() {
        c @ 0..0x100 => format!("\\x{c:02x}"),
        c @ 0x100..0x1_0000 => format!("\\u{c:04x}"),
        c => format!("\\U{c:08x}"),
    }
}
