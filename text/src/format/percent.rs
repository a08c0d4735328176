//! The templates of `%`, for `str` and for `bytes`: `%(key)-+ #0width.precision l conversion`.
//!
//! CPython counterpart: `unicode_format_arg_parse` and `_PyBytes_FormatEx`. Widths and precisions given as `*` are
//! the caller's to fetch. Tests: `text/tests/it/format.rs`.

use std::ops::Range;

use bitflags::bitflags;
use thiserror::Error;

use crate::wtf8::{CodePoint, Wtf8};

bitflags! {
    /// The flags of a conversion.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
    pub struct PercentFlags: u8 {
        /// `-`
        const LEFT = 1;
        /// `+`
        const SIGN = 2;
        /// A blank.
        const BLANK = 4;
        /// `#`
        const ALTERNATE = 8;
        /// `0`
        const ZERO = 16;
    }
}

/// A width or precision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Amount {
    /// Left out.
    Absent,
    /// Written in the template.
    Given(usize),
    /// `*`: the next argument.
    Argument,
}

/// Why a template is malformed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[allow(missing_docs, reason = "the message says it")]
pub enum PercentError {
    #[error("incomplete format key")]
    IncompleteKey,
    #[error("incomplete format")]
    Incomplete,
    #[error("width too big")]
    WidthTooBig,
    #[error("precision too big")]
    PrecisionTooBig,
}

/// One conversion. Ranges and places are bytes of the template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PercentSpec {
    /// The key between the parentheses.
    pub key: Option<Range<usize>>,
    /// The flags.
    pub flags: PercentFlags,
    /// Smallest width.
    pub width: Amount,
    /// Digits, or the largest width. A point without number means 0.
    pub precision: Amount,
    /// The letter. The caller refuses those that it does not know.
    pub conversion: CodePoint,
    /// Where the letter stands, for "unsupported format character 'z' (0x7a) at index 4" (there in code points).
    pub conversion_at: usize,
}

/// A piece of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PercentItem {
    /// Copy these bytes; of `%%`, the second sign.
    Literal(Range<usize>),
    /// Convert the next argument.
    Convert(PercentSpec),
}

/// The pieces of a template. After an error there are no more.
#[derive(Debug, Clone)]
pub struct PercentTemplate<'a> {
    bytes: &'a [u8],
    /// Where to decode a letter beyond ASCII; `None` for the templates of `bytes`.
    text: Option<&'a Wtf8>,
    at: usize,
}

impl<'a> PercentTemplate<'a> {
    /// The template of a `str`.
    #[must_use]
    pub fn of_text(text: &'a Wtf8) -> PercentTemplate<'a> {
        PercentTemplate {
            bytes: text.as_bytes(),
            text: Some(text),
            at: 0,
        }
    }

    /// The template of a `bytes`.
    #[must_use]
    pub fn of_bytes(bytes: &'a [u8]) -> PercentTemplate<'a> {
        PercentTemplate {
            bytes,
            text: None,
            at: 0,
        }
    }

    fn byte(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// Reads a conversion behind its `%`.
    fn convert(&mut self) -> Result<PercentSpec, PercentError> {
        let key = if self.byte() == Some(b'(') {
            Some(self.key()?)
        } else {
            None
        };
        let mut flags = PercentFlags::empty();
        loop {
            flags |= match self.byte() {
                Some(b'-') => PercentFlags::LEFT,
                Some(b'+') => PercentFlags::SIGN,
                Some(b' ') => PercentFlags::BLANK,
                Some(b'#') => PercentFlags::ALTERNATE,
                Some(b'0') => PercentFlags::ZERO,
                _ => break,
            };
            self.at += 1;
        }
        let width = self.amount(isize::MAX as usize, PercentError::WidthTooBig)?;
        let mut precision = Amount::Absent;
        if self.byte() == Some(b'.') {
            self.at += 1;
            precision = match self.amount(i32::MAX as usize, PercentError::PrecisionTooBig)? {
                Amount::Absent => Amount::Given(0),
                amount => amount,
            };
        }
        // C's length modifier; one is allowed and means nothing.
        if matches!(self.byte(), Some(b'h' | b'l' | b'L')) {
            self.at += 1;
        }
        let conversion_at = self.at;
        let first = self.byte().ok_or(PercentError::Incomplete)?;
        let conversion = match self.text {
            Some(text) => text
                .code_point_at(self.at)
                .unwrap_or(CodePoint::REPLACEMENT),
            None => CodePoint::from_latin1(first),
        };
        self.at += if self.text.is_some() {
            conversion.len_wtf8()
        } else {
            1
        };
        Ok(PercentSpec {
            key,
            flags,
            width,
            precision,
            conversion,
            conversion_at,
        })
    }

    /// `(key)`, in which parentheses nest.
    fn key(&mut self) -> Result<Range<usize>, PercentError> {
        let start = self.at + 1;
        let mut depth = 0;
        for at in memchr::memchr2_iter(b'(', b')', &self.bytes[self.at..]) {
            let at = self.at + at;
            depth += if self.bytes[at] == b'(' { 1 } else { -1 };
            if depth == 0 {
                self.at = at + 1;
                return Ok(start..at);
            }
        }
        Err(PercentError::IncompleteKey)
    }

    fn amount(&mut self, max: usize, too_big: PercentError) -> Result<Amount, PercentError> {
        if self.byte() == Some(b'*') {
            self.at += 1;
            return Ok(Amount::Argument);
        }
        let mut amount = Amount::Absent;
        while let Some(digit @ b'0'..=b'9') = self.byte() {
            let before = if let Amount::Given(before) = amount {
                before
            } else {
                0
            };
            let value = before
                .checked_mul(10)
                .and_then(|value| value.checked_add(usize::from(digit - b'0')));
            amount = Amount::Given(value.filter(|&value| value <= max).ok_or(too_big)?);
            self.at += 1;
        }
        Ok(amount)
    }
}

impl Iterator for PercentTemplate<'_> {
    type Item = Result<PercentItem, PercentError>;

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.bytes.get(self.at..).filter(|rest| !rest.is_empty())?;
        if rest.starts_with(b"%%") {
            // Only so: with anything in between, `%` is an unknown conversion.
            self.at += 2;
            return Some(Ok(PercentItem::Literal(self.at - 1..self.at)));
        }
        if rest[0] == b'%' {
            self.at += 1;
            let spec = self.convert();
            if spec.is_err() {
                self.at = self.bytes.len();
            }
            return Some(spec.map(PercentItem::Convert));
        }
        let start = self.at;
        self.at = memchr::memchr(b'%', rest).map_or(self.bytes.len(), |len| start + len);
        Some(Ok(PercentItem::Literal(start..self.at)))
    }
}
