//! Why a value cannot be formatted as asked; the messages are CPython's.
//!
//! Tests: `text/tests/it/format.rs` compares each message.

use thiserror::Error;

use crate::number::TooManyDigits;
use crate::str_ops::TooLong;
use crate::wtf8::{CodePoint, Wtf8Buf};

/// The exception class to raise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormatErrorKind {
    /// `ValueError`.
    Value,
    /// `OverflowError`.
    Overflow,
    /// `MemoryError`.
    Memory,
}

/// A format specification that is malformed, or does not suit the value.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FormatError {
    /// Both grouping signs.
    #[error("Cannot specify both ',' and '_'.")]
    CommaAndUnderscore,
    /// A grouping sign with a type that is not grouped.
    #[error("Cannot specify '{separator}' with '{}'.", shown(*.code))]
    GroupingWithType {
        /// The grouping sign.
        separator: char,
        /// The type.
        code: CodePoint,
    },
    /// A number beyond the machine's.
    #[error("Too many decimal digits in format string")]
    TooManyDecimalDigits,
    /// A point without digits.
    #[error("Format specifier missing precision")]
    MissingPrecision,
    /// More than a type is left.
    #[error("Invalid format specifier '{spec}' for object of type '{type_name}'")]
    Invalid {
        /// The whole specification.
        spec: Wtf8Buf,
        /// The Python type of the value.
        type_name: String,
    },
    /// A type that the value does not know.
    #[error("Unknown format code '{}' for object of type '{type_name}'", shown(*.code))]
    UnknownCode {
        /// The type.
        code: CodePoint,
        /// The Python type of the value.
        type_name: String,
    },
    /// An option that this kind of value refuses.
    #[error("{0}")]
    Refused(&'static str),
    /// More digits than C's `int` counts.
    #[error("precision too big")]
    PrecisionTooBig,
    /// `c` with an integer that is no code point.
    #[error("%c arg not in range(0x110000)")]
    NoCodePoint,
    /// `c` with an integer beyond C's `long`.
    #[error("Python int too large to convert to C long")]
    TooLargeForLong,
    /// An integer beyond the floats.
    #[error("int too large to convert to float")]
    TooLargeForFloat,
    /// The result does not fit memory.
    #[error(transparent)]
    TooLong(#[from] TooLong),
    /// An integer beyond `sys.set_int_max_str_digits`.
    #[error(transparent)]
    TooManyDigits(#[from] TooManyDigits),
}

impl FormatError {
    /// The class of the exception.
    #[must_use]
    pub const fn kind(&self) -> FormatErrorKind {
        match self {
            FormatError::NoCodePoint
            | FormatError::TooLargeForLong
            | FormatError::TooLargeForFloat => FormatErrorKind::Overflow,
            FormatError::TooLong(_) => FormatErrorKind::Memory,
            _ => FormatErrorKind::Value,
        }
    }
}

/// The type as CPython's messages show it: as it is, or in hexadecimal.
fn shown(code: CodePoint) -> String {
    match code.to_ascii() {
        Some(byte) if byte > 32 => char::from(byte).to_string(),
        _ => format!("\\x{:x}", code.to_u32()),
    }
}
