//! Methods that change case, ask for classes of characters, or pad.
//!
//! CPython 3.14: `unicode_upper_impl`, `unicode_isalpha_impl`, `unicode_center_impl` and their neighbours.

use taipan_macros::pymethods;
use taipan_text::str_ops::{self, TooLong};
use taipan_text::{CodePoint, Wtf8Buf, unicode};

use super::Str;
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::{ArgSite, FromArg};
use crate::value::{Py, Value};

/// The one character that pads.
struct Fill(CodePoint);

impl FromArg<'_> for Fill {
    fn from_arg(cx: &Ctx, value: &Value, _: &ArgSite) -> PyResult<Self> {
        let Some(text) = value.downcast_ref::<Str>() else {
            return Err(cx.type_error(format!(
                "The fill character must be a unicode character, not {}",
                cx.type_name(value)
            )));
        };
        match (text.length(), text.code_point(0)) {
            (1, Some(point)) => Ok(Self(point)),
            _ => Err(cx.type_error("The fill character must be exactly one character long")),
        }
    }
}

const BLANK: Fill = Fill(CodePoint::from_latin1(b' '));

fn padded(
    this: &Py<Str>,
    cx: &Ctx,
    width: isize,
    pad: impl FnOnce(usize) -> Result<Wtf8Buf, TooLong>,
) -> PyResult<Value> {
    match usize::try_from(width) {
        Ok(width) if width > this.length() => match pad(width) {
            Ok(text) => Ok(cx.new_str_counted(&text, width)?.into_value()),
            Err(TooLong) => Err(cx.memory_error()),
        },
        _ => cx.exact_text(this),
    }
}

#[pymethods(part = 2)]
impl Str {
    /// A copy with the first character in title case and the rest in lower case.
    fn capitalize(this: &Py<Str>) -> Wtf8Buf {
        str_ops::capitalize(this.as_wtf8())
    }

    /// A copy for comparisons that do not tell cases apart.
    fn casefold(this: &Py<Str>) -> Wtf8Buf {
        str_ops::casefold(this.as_wtf8())
    }

    /// A copy in lower case.
    fn lower(this: &Py<Str>) -> Wtf8Buf {
        str_ops::lower(this.as_wtf8())
    }

    /// A copy in which all letters are uppercase.
    fn upper(this: &Py<Str>) -> Wtf8Buf {
        str_ops::upper(this.as_wtf8())
    }

    /// A copy with upper case in place of lower case, and the other way round.
    fn swapcase(this: &Py<Str>) -> Wtf8Buf {
        str_ops::swapcase(this.as_wtf8())
    }

    /// A copy in which each word begins in title case and goes on in lower case.
    fn title(this: &Py<Str>) -> Wtf8Buf {
        str_ops::title(this.as_wtf8())
    }

    /// Whether there are characters, and all are letters or numbers.
    fn isalnum(this: &Py<Str>) -> bool {
        str_ops::is_alnum(this.as_wtf8())
    }

    /// Whether there are characters, and all are letters.
    fn isalpha(this: &Py<Str>) -> bool {
        str_ops::is_alpha(this.as_wtf8())
    }

    /// Whether all characters, if any, are ASCII.
    fn isascii(this: &Py<Str>) -> bool {
        this.is_ascii()
    }

    /// Whether there are characters, and all are decimal digits.
    fn isdecimal(this: &Py<Str>) -> bool {
        str_ops::is_decimal(this.as_wtf8())
    }

    /// Whether there are characters, and all are digits.
    fn isdigit(this: &Py<Str>) -> bool {
        str_ops::is_digit(this.as_wtf8())
    }

    /// Whether the text is an identifier or a keyword.
    fn isidentifier(this: &Py<Str>) -> bool {
        unicode::is_identifier(this.as_wtf8())
    }

    /// Whether there are cased characters, and all of them are lower case.
    fn islower(this: &Py<Str>) -> bool {
        str_ops::is_lower(this.as_wtf8())
    }

    /// Whether there are characters, and all have a numeric value.
    fn isnumeric(this: &Py<Str>) -> bool {
        str_ops::is_numeric(this.as_wtf8())
    }

    /// Whether repr() shows all characters, if any, as they are.
    fn isprintable(this: &Py<Str>) -> bool {
        str_ops::is_printable(this.as_wtf8())
    }

    /// Whether there are characters, and all are white space.
    fn isspace(this: &Py<Str>) -> bool {
        str_ops::is_space(this.as_wtf8())
    }

    /// Whether there are words, and each is as title() writes it.
    fn istitle(this: &Py<Str>) -> bool {
        str_ops::is_title(this.as_wtf8())
    }

    /// Whether there are cased characters, and all of them are upper case.
    fn isupper(this: &Py<Str>) -> bool {
        str_ops::is_upper(this.as_wtf8())
    }

    /// The text in the middle of a field of that width, padded with the fill character.
    #[pymethod(signature = (width, fillchar = BLANK, /), text_signature = "($self, width, fillchar=' ', /)")]
    fn center(this: &Py<Str>, cx: &Ctx, width: isize, fillchar: Fill) -> PyResult<Value> {
        padded(this, cx, width, |width| {
            str_ops::center(this.as_wtf8(), width, fillchar.0)
        })
    }

    /// The text at the left of a field of that width, padded with the fill character.
    #[pymethod(signature = (width, fillchar = BLANK, /), text_signature = "($self, width, fillchar=' ', /)")]
    fn ljust(this: &Py<Str>, cx: &Ctx, width: isize, fillchar: Fill) -> PyResult<Value> {
        padded(this, cx, width, |width| {
            str_ops::ljust(this.as_wtf8(), width, fillchar.0)
        })
    }

    /// The text at the right of a field of that width, padded with the fill character.
    #[pymethod(signature = (width, fillchar = BLANK, /), text_signature = "($self, width, fillchar=' ', /)")]
    fn rjust(this: &Py<Str>, cx: &Ctx, width: isize, fillchar: Fill) -> PyResult<Value> {
        padded(this, cx, width, |width| {
            str_ops::rjust(this.as_wtf8(), width, fillchar.0)
        })
    }

    /// The text padded with zeros at the left, behind a sign if there is one. It is never cut.
    fn zfill(this: &Py<Str>, cx: &Ctx, width: isize) -> PyResult<Value> {
        padded(this, cx, width, |width| {
            str_ops::zfill(this.as_wtf8(), width)
        })
    }

    /// A copy in which blanks up to the next column that is a multiple of tabsize replace tabs.
    #[pymethod(signature = (tabsize = 8))]
    fn expandtabs(this: &Py<Str>, cx: &Ctx, tabsize: i32) -> PyResult<Value> {
        if !this.as_wtf8().as_bytes().contains(&b'\t') {
            return cx.exact_text(this);
        }
        match str_ops::expand_tabs(this.as_wtf8(), usize::try_from(tabsize).unwrap_or(0)) {
            Ok(text) => Ok(cx.new_str(&text)?.into_value()),
            Err(TooLong) => Err(cx.overflow_error("new string is too long")),
        }
    }
}
