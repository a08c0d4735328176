//! What `str`'s methods ask of one code point: its classes (`isalpha`, ...) and its full case mappings.
//!
//! CPython counterpart: `Objects/unicodectype.c`. Invariant: answers equal CPython 3.14's for each of the 1,114,112
//! code points. Tests: `text/tests/it/unicode.rs`.

use super::tables::StrRecord;
use super::tables::str_records as table;
use crate::wtf8::CodePoint;

#[inline]
fn record(point: CodePoint) -> &'static StrRecord {
    let c = point.to_u32() as usize;
    let block = usize::from(table::STAGE1[c >> table::SHIFT]) << table::SHIFT;
    let row = table::STAGE2[block + (c & ((1 << table::SHIFT) - 1))];
    &table::RECORDS[usize::from(row)]
}

#[inline]
fn has(point: CodePoint, flags: u16) -> bool {
    record(point).flags & flags != 0
}

fn mapping(point: CodePoint, value: i32) -> CaseMapping {
    if value < table::SPECIAL {
        let mapped = point.to_u32().wrapping_add_signed(value);
        return CaseMapping {
            points: [mapped, 0, 0],
            at: 0,
            len: 1,
        };
    }
    let place = (value - table::SPECIAL) as usize;
    let (start, len) = (place >> 2, place & 3);
    let mut points = [0; 3];
    points[..len].copy_from_slice(&table::SPECIALS[start..start + len]);
    CaseMapping {
        points,
        at: 0,
        len: len as u8,
    }
}

/// The one to three code points that a code point maps to.
#[derive(Clone, Debug)]
pub struct CaseMapping {
    points: [u32; 3],
    at: u8,
    len: u8,
}

impl Iterator for CaseMapping {
    type Item = CodePoint;

    #[inline]
    fn next(&mut self) -> Option<CodePoint> {
        if self.at == self.len {
            return None;
        }
        let point = self.points[usize::from(self.at)];
        self.at += 1;
        CodePoint::from_u32(point)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = usize::from(self.len - self.at);
        (left, Some(left))
    }
}

impl ExactSizeIterator for CaseMapping {}

impl CodePoint {
    /// `str.isalpha` of one code point.
    #[must_use]
    pub fn is_alpha(self) -> bool {
        has(self, table::ALPHABETIC)
    }

    /// `str.isdecimal` of one code point.
    #[must_use]
    pub fn is_decimal(self) -> bool {
        has(self, table::DECIMAL)
    }

    /// `str.isdigit` of one code point.
    #[must_use]
    pub fn is_digit(self) -> bool {
        has(self, table::DIGIT)
    }

    /// `str.isnumeric` of one code point.
    #[must_use]
    pub fn is_numeric(self) -> bool {
        has(self, table::NUMERIC)
    }

    /// `str.isalnum` of one code point.
    #[must_use]
    pub fn is_alnum(self) -> bool {
        has(
            self,
            table::ALPHABETIC | table::DECIMAL | table::DIGIT | table::NUMERIC,
        )
    }

    /// `str.islower` of one code point.
    #[must_use]
    pub fn is_lower(self) -> bool {
        has(self, table::LOWERCASE)
    }

    /// `str.isupper` of one code point.
    #[must_use]
    pub fn is_upper(self) -> bool {
        has(self, table::UPPERCASE)
    }

    /// True for titlecase letters such as U+01C5.
    #[must_use]
    pub fn is_title(self) -> bool {
        has(self, table::TITLECASE)
    }

    /// `str.isspace` of one code point.
    #[inline]
    #[must_use]
    pub fn is_space(self) -> bool {
        match self.to_ascii() {
            Some(byte) => matches!(byte, b'\t'..=b'\r' | 0x1C..=0x1F | b' '),
            None => has(self, table::SPACE),
        }
    }

    /// `str.isprintable` of one code point: `repr` shows it as it is.
    #[inline]
    #[must_use]
    pub fn is_printable(self) -> bool {
        match self.to_ascii() {
            Some(byte) => matches!(byte, b' '..=b'~'),
            None => has(self, table::PRINTABLE),
        }
    }

    /// May begin an identifier (but `_` does not count here).
    #[must_use]
    pub fn is_xid_start(self) -> bool {
        has(self, table::XID_START)
    }

    /// May continue an identifier.
    #[must_use]
    pub fn is_xid_continue(self) -> bool {
        has(self, table::XID_CONTINUE)
    }

    /// Has case; decides where words begin in `str.title`, and the final sigma.
    #[must_use]
    pub fn is_cased(self) -> bool {
        has(self, table::CASED)
    }

    /// Is looked through when deciding about the final sigma.
    #[must_use]
    pub fn is_case_ignorable(self) -> bool {
        has(self, table::CASE_IGNORABLE)
    }

    /// Ends a line for `str.splitlines`.
    #[inline]
    #[must_use]
    pub fn is_line_break(self) -> bool {
        match self.to_ascii() {
            Some(byte) => matches!(byte, b'\n'..=b'\r' | 0x1C..=0x1E),
            None => has(self, table::LINE_BREAK),
        }
    }

    /// Value as a decimal digit, for `int` and `float`.
    #[inline]
    #[must_use]
    pub fn decimal_value(self) -> Option<u8> {
        match self.to_ascii() {
            Some(byte @ b'0'..=b'9') => Some(byte - b'0'),
            Some(_) => None,
            None => {
                let record = record(self);
                (record.flags & table::DECIMAL != 0).then_some(record.digit)
            }
        }
    }

    /// Value as a digit, including superscripts and the like.
    #[must_use]
    pub fn digit_value(self) -> Option<u8> {
        let digit = record(self).digit;
        (digit != 255).then_some(digit)
    }

    /// Full uppercase mapping.
    #[must_use]
    pub fn to_upper(self) -> CaseMapping {
        mapping(self, record(self).upper)
    }

    /// Full lowercase mapping, without the final sigma rule, which needs the surroundings.
    #[must_use]
    pub fn to_lower(self) -> CaseMapping {
        mapping(self, record(self).lower)
    }

    /// Full titlecase mapping.
    #[must_use]
    pub fn to_title(self) -> CaseMapping {
        mapping(self, record(self).title)
    }

    /// Full case folding.
    #[must_use]
    pub fn to_fold(self) -> CaseMapping {
        mapping(self, record(self).fold)
    }

    /// The lowercase mapping that is one code point long, which regular expressions use.
    #[must_use]
    pub fn simple_lower(self) -> CodePoint {
        let mapped = self.to_u32().wrapping_add_signed(record(self).simple_lower);
        CodePoint::from_u32(mapped).unwrap_or(self)
    }
}
