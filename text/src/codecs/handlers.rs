//! Error handlers: the trait that codecs call, and the standard handlers.
//!
//! CPython counterpart: `PyCodec_*Errors` in `Python/codecs.c`. Tests: `text/tests/it/codecs.rs`.

use thiserror::Error;

use super::ByteOrder;
use super::error::{CodecError, escaped};
use crate::unicode;
use crate::wtf8::{CodePoint, Wtf8, Wtf8Buf};

/// What an encoder writes instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Replacement {
    /// Text, which is encoded in turn.
    Text(Wtf8Buf),
    /// Bytes as they are.
    Bytes(Vec<u8>),
}

/// Decides what becomes of an error.
pub trait ErrorHandler {
    /// What ends the conversion: for the VM, a Python exception.
    type Error;

    /// Text instead of the bytes, and the offset of the byte to go on from, at most the length of the input, or of the
    /// other one.
    ///
    /// # Errors
    /// The conversion ends.
    fn recover_decode(
        &mut self,
        input: &[u8],
        error: &CodecError,
    ) -> Result<(Wtf8Buf, usize), Self::Error>;

    /// What the last call of [`recover_decode`](Self::recover_decode) wants to be decoded from there on instead.
    fn other_input(&mut self) -> Option<Vec<u8>> {
        None
    }

    /// A replacement for the text, and the index of the code point to go on from, at most the input's length.
    ///
    /// # Errors
    /// The conversion ends.
    fn recover_encode(
        &mut self,
        input: &Wtf8,
        error: &CodecError,
    ) -> Result<(Replacement, usize), Self::Error>;

    /// True if this is `surrogateescape`, which the codecs to single bytes and UTF-8 apply themselves: their errors
    /// begin behind the surrogates that could be escaped.
    fn is_surrogate_escape(&self) -> bool {
        false
    }

    /// The error that ends an encoding whose replacement cannot be encoded either.
    fn give_up(&mut self, input: &Wtf8, error: &CodecError) -> Self::Error;
}

/// The handlers that every Python has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of Python's handlers")]
pub enum BuiltinHandler {
    Strict,
    Ignore,
    Replace,
    BackslashReplace,
    XmlCharRefReplace,
    NameReplace,
    SurrogateEscape,
    SurrogatePass,
}

/// Why a standard handler ended the conversion.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum BuiltinError {
    /// Raise the error itself.
    #[error("{0:?}")]
    Codec(CodecError),
    /// The handler is for the other direction; a `TypeError`.
    #[error("don't know how to handle {0} in error callback")]
    WrongTask(&'static str),
}

impl BuiltinHandler {
    /// The handler of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<BuiltinHandler> {
        Some(match name {
            "strict" => BuiltinHandler::Strict,
            "ignore" => BuiltinHandler::Ignore,
            "replace" => BuiltinHandler::Replace,
            "backslashreplace" => BuiltinHandler::BackslashReplace,
            "xmlcharrefreplace" => BuiltinHandler::XmlCharRefReplace,
            "namereplace" => BuiltinHandler::NameReplace,
            "surrogateescape" => BuiltinHandler::SurrogateEscape,
            "surrogatepass" => BuiltinHandler::SurrogatePass,
            _ => return None,
        })
    }

    /// The answer to a `UnicodeTranslateError` about the code points `start..end`; `None` to raise it.
    ///
    /// # Errors
    /// The handler is for bytes.
    pub fn recover_translate(
        self,
        input: &Wtf8,
        start: usize,
        end: usize,
    ) -> Result<Option<Wtf8Buf>, BuiltinError> {
        let points = input
            .code_points()
            .skip(start)
            .take(end.saturating_sub(start));
        match self {
            BuiltinHandler::Strict => Ok(None),
            BuiltinHandler::Ignore => Ok(Some(Wtf8Buf::new())),
            BuiltinHandler::Replace => Ok(Some(points.map(|_| CodePoint::REPLACEMENT).collect())),
            BuiltinHandler::BackslashReplace => {
                Ok(Some(points.map(escaped).collect::<String>().into()))
            }
            _ => Err(BuiltinError::WrongTask("UnicodeTranslateError")),
        }
    }
}

impl ErrorHandler for BuiltinHandler {
    type Error = BuiltinError;

    fn recover_decode(
        &mut self,
        input: &[u8],
        error: &CodecError,
    ) -> Result<(Wtf8Buf, usize), BuiltinError> {
        let end = error.end.min(input.len());
        let start = error.start.min(end);
        let failed = || BuiltinError::Codec(error.clone());
        match self {
            BuiltinHandler::Strict => Err(failed()),
            BuiltinHandler::Ignore => Ok((Wtf8Buf::new(), end)),
            BuiltinHandler::Replace => Ok((CodePoint::REPLACEMENT.into(), end)),
            BuiltinHandler::BackslashReplace => {
                let text: String = input[start..end]
                    .iter()
                    .map(|byte| format!("\\x{byte:02x}"))
                    .collect();
                Ok((text.into(), end))
            }
            BuiltinHandler::XmlCharRefReplace | BuiltinHandler::NameReplace => {
                Err(BuiltinError::WrongTask("UnicodeDecodeError"))
            }
            BuiltinHandler::SurrogateEscape => {
                let escaped = input[start..end]
                    .iter()
                    .take(4)
                    .take_while(|byte| !byte.is_ascii());
                let text: Wtf8Buf = escaped
                    .filter_map(|&byte| CodePoint::from_u32(0xDC00 + u32::from(byte)))
                    .collect();
                let count = text.count_code_points();
                if count == 0 {
                    Err(failed())
                } else {
                    Ok((text, start + count))
                }
            }
            BuiltinHandler::SurrogatePass => {
                let unit = Unit::of(&error.encoding).ok_or_else(failed)?;
                let (point, len) = unit.read(&input[start..]).ok_or_else(failed)?;
                if point.is_surrogate() {
                    Ok((point.into(), start + len))
                } else {
                    Err(failed())
                }
            }
        }
    }

    fn recover_encode(
        &mut self,
        input: &Wtf8,
        error: &CodecError,
    ) -> Result<(Replacement, usize), BuiltinError> {
        let failed = || BuiltinError::Codec(error.clone());
        let points = input
            .code_points()
            .skip(error.start)
            .take(error.end.saturating_sub(error.start));
        let text = |text: String| Ok((Replacement::Text(text.into()), error.end));
        match self {
            BuiltinHandler::Strict => Err(failed()),
            BuiltinHandler::Ignore => text(String::new()),
            BuiltinHandler::Replace => text("?".repeat(points.count())),
            BuiltinHandler::BackslashReplace => text(points.map(escaped).collect()),
            BuiltinHandler::XmlCharRefReplace => text(
                points
                    .map(|point| format!("&#{};", point.to_u32()))
                    .collect(),
            ),
            BuiltinHandler::NameReplace => text(points.map(named).collect()),
            BuiltinHandler::SurrogateEscape => {
                let bytes: Option<Vec<u8>> = points
                    .map(|point| {
                        matches!(point.to_u32(), 0xDC80..=0xDCFF)
                            .then_some((point.to_u32() & 0xFF) as u8)
                    })
                    .collect();
                Ok((Replacement::Bytes(bytes.ok_or_else(failed)?), error.end))
            }
            BuiltinHandler::SurrogatePass => {
                let unit = Unit::of(&error.encoding).ok_or_else(failed)?;
                let mut bytes = Vec::new();
                for point in points {
                    if !point.is_surrogate() {
                        return Err(failed());
                    }
                    unit.write(point, &mut bytes);
                }
                Ok((Replacement::Bytes(bytes), error.end))
            }
        }
    }

    fn is_surrogate_escape(&self) -> bool {
        *self == BuiltinHandler::SurrogateEscape
    }

    fn give_up(&mut self, _input: &Wtf8, error: &CodecError) -> BuiltinError {
        BuiltinError::Codec(error.clone())
    }
}

/// The byte that `surrogateescape` hid in this surrogate.
pub(super) fn escaped_byte(point: CodePoint) -> Option<u8> {
    matches!(point.to_u32(), 0xDC80..=0xDCFF).then_some((point.to_u32() & 0xFF) as u8)
}

fn named(point: CodePoint) -> String {
    unicode::name(point).map_or_else(|| escaped(point), |name| format!("\\N{{{name}}}"))
}

/// How an encoding would write a surrogate.
enum Unit {
    Utf8,
    Utf16(ByteOrder),
    Utf32(ByteOrder),
}

impl Unit {
    /// Reads names such as `utf-8`, `UTF_16-LE`, `utf32be`; without an order it is this machine's.
    fn of(encoding: &str) -> Option<Unit> {
        let name: String = encoding
            .chars()
            .filter(|c| !matches!(c, '-' | '_'))
            .collect::<String>()
            .to_ascii_lowercase();
        let (width, order) = match name.strip_prefix("utf")? {
            "8" => return Some(Unit::Utf8),
            rest if rest.ends_with("le") => (rest.strip_suffix("le")?, ByteOrder::Little),
            rest if rest.ends_with("be") => (rest.strip_suffix("be")?, ByteOrder::Big),
            rest => (rest, ByteOrder::NATIVE),
        };
        match width {
            "16" => Some(Unit::Utf16(order)),
            "32" => Some(Unit::Utf32(order)),
            _ => None,
        }
    }

    fn read(&self, bytes: &[u8]) -> Option<(CodePoint, usize)> {
        let (number, len) = match self {
            Unit::Utf8 => match bytes {
                [a @ 0xE0..=0xEF, b @ 0x80..=0xBF, c @ 0x80..=0xBF, ..] => (
                    u32::from(a & 0x0F) << 12 | u32::from(b & 0x3F) << 6 | u32::from(c & 0x3F),
                    3,
                ),
                _ => return None,
            },
            Unit::Utf16(order) => {
                let unit = *bytes.first_chunk::<2>()?;
                let unit = if *order == ByteOrder::Big {
                    u16::from_be_bytes(unit)
                } else {
                    u16::from_le_bytes(unit)
                };
                (u32::from(unit), 2)
            }
            Unit::Utf32(order) => {
                let unit = *bytes.first_chunk::<4>()?;
                (
                    if *order == ByteOrder::Big {
                        u32::from_be_bytes(unit)
                    } else {
                        u32::from_le_bytes(unit)
                    },
                    4,
                )
            }
        };
        Some((CodePoint::from_u32(number)?, len))
    }

    fn write(&self, point: CodePoint, to: &mut Vec<u8>) {
        let (narrow, wide) = (point.to_u32() as u16, point.to_u32());
        match self {
            Unit::Utf8 => to.extend_from_slice(point.encode(&mut [0; 4])),
            Unit::Utf16(ByteOrder::Big) => to.extend_from_slice(&narrow.to_be_bytes()),
            Unit::Utf16(ByteOrder::Little) => to.extend_from_slice(&narrow.to_le_bytes()),
            Unit::Utf32(ByteOrder::Big) => to.extend_from_slice(&wide.to_be_bytes()),
            Unit::Utf32(ByteOrder::Little) => to.extend_from_slice(&wide.to_le_bytes()),
        }
    }
}
