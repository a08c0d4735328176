//! The format specification: `[[fill]align][sign][z][#][0][width][grouping][.precision[grouping]][type]`.
//!
//! CPython counterpart: `parse_internal_render_format_spec`. Tests: `text/tests/it/format.rs`.

use super::error::FormatError;
use crate::wtf8::{CodePoint, CodePoints, Wtf8};

/// Where the value stands in its field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// `<`
    Left,
    /// `>`
    Right,
    /// `^`
    Center,
    /// `=`: padding behind the sign.
    AfterSign,
}

impl Align {
    fn from_code_point(point: CodePoint) -> Option<Align> {
        match point.to_ascii()? {
            b'<' => Some(Align::Left),
            b'>' => Some(Align::Right),
            b'^' => Some(Align::Center),
            b'=' => Some(Align::AfterSign),
            _ => None,
        }
    }
}

/// How digits are grouped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grouping {
    /// Not at all.
    None,
    /// `,` in threes.
    Comma,
    /// `_` in threes.
    Underscore,
    /// `_` in fours, for binary, octal and hexadecimal.
    UnderscoreFours,
}

/// A parsed format specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FormatSpec {
    /// What pads.
    pub fill: CodePoint,
    /// Where the value stands.
    pub align: Align,
    /// `+`, `-` or a blank.
    pub sign: Option<u8>,
    /// `z`: no negative zero.
    pub no_negative_zero: bool,
    /// `#`
    pub alternate: bool,
    /// Smallest width in code points.
    pub width: Option<usize>,
    /// Groups before the point.
    pub grouping: Grouping,
    /// Digits behind the point, or in all; for text, the largest width.
    pub precision: Option<usize>,
    /// Groups behind the point.
    pub fraction_grouping: Grouping,
    /// The letter; `None` where it is left out and the value has no default letter.
    pub code: Option<CodePoint>,
}

/// What is left of the specification.
struct Reader<'a> {
    points: CodePoints<'a>,
}

impl Reader<'_> {
    fn peek(&self) -> Option<CodePoint> {
        self.points.clone().next()
    }

    fn take(&mut self, wanted: char) -> bool {
        let found = self.peek().is_some_and(|point| point == wanted);
        if found {
            self.points.next();
        }
        found
    }

    /// Decimal digits of any script.
    fn integer(&mut self) -> Result<Option<usize>, FormatError> {
        let mut value = None;
        while let Some(digit) = self.peek().and_then(CodePoint::decimal_value) {
            let next = value
                .unwrap_or(0usize)
                .checked_mul(10)
                .and_then(|value| value.checked_add(usize::from(digit)));
            value = Some(
                next.filter(|&value| value <= isize::MAX as usize)
                    .ok_or(FormatError::TooManyDecimalDigits)?,
            );
            self.points.next();
        }
        Ok(value)
    }

    /// At most one of `,` and `_`.
    fn grouping(&mut self) -> Result<Grouping, FormatError> {
        let comma = self.take(',');
        if self.take('_') {
            if comma || self.peek().is_some_and(|point| point == ',') {
                return Err(FormatError::CommaAndUnderscore);
            }
            return Ok(Grouping::Underscore);
        }
        Ok(if comma {
            Grouping::Comma
        } else {
            Grouping::None
        })
    }
}

impl FormatSpec {
    /// Parses a specification for a value whose letter and alignment are these when left out.
    ///
    /// # Errors
    /// The specification is malformed.
    pub fn parse(
        spec: &Wtf8,
        type_name: &str,
        default_code: Option<u8>,
        default_align: Align,
    ) -> Result<FormatSpec, FormatError> {
        let mut rest = Reader {
            points: spec.code_points(),
        };
        let mut fill = None;
        let first = rest.peek();
        let second = rest.points.clone().nth(1);
        let mut align = second.and_then(Align::from_code_point);
        if align.is_some() {
            fill = first;
            rest.points.nth(1);
        } else {
            align = first.and_then(Align::from_code_point);
            if align.is_some() {
                rest.points.next();
            }
        }
        let sign = rest
            .peek()
            .and_then(CodePoint::to_ascii)
            .filter(|byte| b"+- ".contains(byte));
        if sign.is_some() {
            rest.points.next();
        }
        let no_negative_zero = rest.take('z');
        let alternate = rest.take('#');
        if fill.is_none() && rest.take('0') {
            fill = Some(CodePoint::from('0'));
            if align.is_none() && default_align == Align::Right {
                align = Some(Align::AfterSign);
            }
        }
        let width = rest.integer()?;
        let mut grouping = rest.grouping()?;
        let mut precision = None;
        let mut fraction_grouping = Grouping::None;
        if rest.take('.') {
            precision = rest.integer()?;
            fraction_grouping = rest.grouping()?;
            if precision.is_none() && fraction_grouping == Grouping::None {
                return Err(FormatError::MissingPrecision);
            }
        }
        if rest.points.clone().nth(1).is_some() {
            return Err(FormatError::Invalid {
                spec: spec.to_owned(),
                type_name: type_name.to_owned(),
            });
        }
        let code = rest.peek().or(default_code.map(CodePoint::from_latin1));
        if grouping != Grouping::None {
            grouping = suitable(grouping, code)?;
        }
        if fraction_grouping != Grouping::None && code.is_some_and(|code| code == 'n') {
            return Err(unsuitable(fraction_grouping, code));
        }
        Ok(FormatSpec {
            fill: fill.unwrap_or(CodePoint::from(' ')),
            align: align.unwrap_or(default_align),
            sign,
            no_negative_zero,
            alternate,
            width,
            grouping,
            precision,
            fraction_grouping,
            code,
        })
    }

    /// The letter as ASCII; 0 where there is none, and for letters beyond ASCII, which no value knows, 0x7F.
    pub(super) fn letter(&self) -> u8 {
        self.code.map_or(0, |code| code.to_ascii().unwrap_or(0x7F))
    }

    /// The error for a letter that the value does not know.
    pub(super) fn unknown_code(&self, type_name: &str) -> FormatError {
        FormatError::UnknownCode {
            code: self.code.unwrap_or_default(),
            type_name: type_name.to_owned(),
        }
    }
}

fn suitable(grouping: Grouping, code: Option<CodePoint>) -> Result<Grouping, FormatError> {
    let Some(code) = code else {
        return Ok(grouping);
    };
    match code.to_ascii() {
        Some(b'd' | b'e' | b'f' | b'g' | b'E' | b'G' | b'%' | b'F') => Ok(grouping),
        Some(b'b' | b'o' | b'x' | b'X') if grouping == Grouping::Underscore => {
            Ok(Grouping::UnderscoreFours)
        }
        _ => Err(unsuitable(grouping, Some(code))),
    }
}

fn unsuitable(grouping: Grouping, code: Option<CodePoint>) -> FormatError {
    let separator = if grouping == Grouping::Comma {
        ','
    } else {
        '_'
    };
    FormatError::GroupingWithType {
        separator,
        code: code.unwrap_or_default(),
    }
}
