//! Methods that look for text in text, and replace or cut it.
//!
//! CPython 3.14: `unicode_find_impl`, `unicode_startswith_impl`, `unicode_replace_impl` and their neighbours.

use taipan_macros::pymethods;
use taipan_text::Wtf8;
use taipan_text::str_ops::{self, TooLong};

use super::Str;
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::{ArgSite, FromArg};
use crate::objects::Tuple;
use crate::value::{Py, Value};

/// A `start` or `end` argument: an index, counted from the end if negative, or `None`.
#[derive(Debug, Clone, Copy)]
pub struct Bound(Option<isize>);

impl Bound {
    /// Left out.
    pub const NONE: Self = Self(None);

    /// The place of a start in a sequence of `length` items; it may lie behind the end.
    pub fn start(self, length: usize) -> usize {
        self.place(length).unwrap_or(0)
    }

    /// The place of an end in a sequence of `length` items, at most `length`.
    pub fn end(self, length: usize) -> usize {
        self.place(length).map_or(length, |end| end.min(length))
    }

    fn place(self, length: usize) -> Option<usize> {
        let index = self.0?;
        Some(if index < 0 {
            length.saturating_sub(index.unsigned_abs())
        } else {
            index as usize
        })
    }
}

impl FromArg<'_> for Bound {
    fn from_arg(cx: &Ctx, value: &Value, _: &ArgSite) -> PyResult<Self> {
        if value.is_none() {
            return Ok(Self(None));
        }
        if !cx.is_index(value) {
            return Err(
                cx.type_error("slice indices must be integers or None or have an __index__ method")
            );
        }
        Ok(Self(Some(cx.to_clamped_size(value)?)))
    }
}

/// The text between two bounds, and the byte where it begins; `None` if the start is behind the end.
fn region(this: &Py<Str>, start: Bound, end: Bound) -> Option<(&Wtf8, usize)> {
    let (start, end) = (start.start(this.length()), end.end(this.length()));
    if start > end {
        return None;
    }
    let at = this.byte_offset(start);
    Some((this.as_wtf8().slice(at, this.byte_offset(end)), at))
}

fn find(this: &Py<Str>, sub: &Py<Str>, start: Bound, end: Bound) -> Option<usize> {
    let (text, at) = region(this, start, end)?;
    Some(this.position_of(at + text.find(sub.as_wtf8())?))
}

fn rfind(this: &Py<Str>, sub: &Py<Str>, start: Bound, end: Bound) -> Option<usize> {
    let (text, at) = region(this, start, end)?;
    Some(this.position_of(at + text.rfind(sub.as_wtf8())?))
}

/// `startswith` and `endswith`.
fn matches_affix(
    this: &Py<Str>,
    cx: &Ctx,
    (affix, method): (&Value, &str),
    (start, end): (Bound, Bound),
    matches: impl Fn(&Wtf8, &Wtf8) -> bool,
) -> PyResult<bool> {
    let region = region(this, start, end);
    let test = |affix: &Py<Str>| match region {
        Some((text, _)) => matches(text, affix.as_wtf8()),
        None => false,
    };
    if let Some(affix) = affix.downcast_ref::<Str>() {
        return Ok(test(affix));
    }
    let Some(affixes) = affix.downcast_ref::<Tuple>() else {
        return Err(cx.type_error(format!(
            "{method} first arg must be str or a tuple of str, not {}",
            cx.type_name(affix)
        )));
    };
    for affix in affixes.as_slice() {
        let Some(affix) = affix.downcast_ref::<Str>() else {
            return Err(cx.type_error(format!(
                "tuple for {method} must only contain str, not {}",
                cx.type_name(affix)
            )));
        };
        if test(affix) {
            return Ok(true);
        }
    }
    Ok(false)
}

#[pymethods(part = 3)]
impl Str {
    /// How often sub occurs in self[start:end], without overlaps.
    #[pymethod(signature = (sub, start = Bound::NONE, end = Bound::NONE, /), text_signature = "($self, sub[, start[, end]], /)")]
    fn count(this: &Py<Str>, sub: &Py<Str>, start: Bound, end: Bound) -> usize {
        region(this, start, end).map_or(0, |(text, _)| text.count(sub.as_wtf8()))
    }

    /// The lowest index of sub in self[start:end]; -1 if it is not there.
    #[pymethod(signature = (sub, start = Bound::NONE, end = Bound::NONE, /), text_signature = "($self, sub[, start[, end]], /)")]
    fn find(this: &Py<Str>, sub: &Py<Str>, start: Bound, end: Bound) -> isize {
        find(this, sub, start, end).map_or(-1, |at| at as isize)
    }

    /// The highest index of sub in self[start:end]; -1 if it is not there.
    #[pymethod(signature = (sub, start = Bound::NONE, end = Bound::NONE, /), text_signature = "($self, sub[, start[, end]], /)")]
    fn rfind(this: &Py<Str>, sub: &Py<Str>, start: Bound, end: Bound) -> isize {
        rfind(this, sub, start, end).map_or(-1, |at| at as isize)
    }

    /// The lowest index of sub in self[start:end]; ValueError if it is not there.
    #[pymethod(signature = (sub, start = Bound::NONE, end = Bound::NONE, /), text_signature = "($self, sub[, start[, end]], /)")]
    fn index(this: &Py<Str>, cx: &Ctx, sub: &Py<Str>, start: Bound, end: Bound) -> PyResult<usize> {
        find(this, sub, start, end).ok_or_else(|| cx.value_error("substring not found"))
    }

    /// The highest index of sub in self[start:end]; ValueError if it is not there.
    #[pymethod(signature = (sub, start = Bound::NONE, end = Bound::NONE, /), text_signature = "($self, sub[, start[, end]], /)")]
    fn rindex(
        this: &Py<Str>,
        cx: &Ctx,
        sub: &Py<Str>,
        start: Bound,
        end: Bound,
    ) -> PyResult<usize> {
        rfind(this, sub, start, end).ok_or_else(|| cx.value_error("substring not found"))
    }

    /// Whether self[start:end] begins with the prefix, or with one of a tuple of prefixes.
    #[pymethod(signature = (prefix, start = Bound::NONE, end = Bound::NONE, /), text_signature = "($self, prefix[, start[, end]], /)")]
    fn startswith(
        this: &Py<Str>,
        cx: &Ctx,
        prefix: &Value,
        start: Bound,
        end: Bound,
    ) -> PyResult<bool> {
        let affix = (prefix, "startswith");
        matches_affix(this, cx, affix, (start, end), Wtf8::starts_with)
    }

    /// Whether self[start:end] ends with the suffix, or with one of a tuple of suffixes.
    #[pymethod(signature = (suffix, start = Bound::NONE, end = Bound::NONE, /), text_signature = "($self, suffix[, start[, end]], /)")]
    fn endswith(
        this: &Py<Str>,
        cx: &Ctx,
        suffix: &Value,
        start: Bound,
        end: Bound,
    ) -> PyResult<bool> {
        let affix = (suffix, "endswith");
        matches_affix(this, cx, affix, (start, end), Wtf8::ends_with)
    }

    /// The text without the prefix, if it begins with that.
    fn removeprefix(this: &Py<Str>, cx: &Ctx, prefix: &Py<Str>) -> PyResult<Value> {
        match this.as_wtf8().strip_prefix(prefix.as_wtf8()) {
            Some(rest) => cx.piece_of(this, rest),
            None => cx.exact_text(this),
        }
    }

    /// The text without the suffix, if it ends with that.
    fn removesuffix(this: &Py<Str>, cx: &Ctx, suffix: &Py<Str>) -> PyResult<Value> {
        match this.as_wtf8().strip_suffix(suffix.as_wtf8()) {
            Some(rest) => cx.piece_of(this, rest),
            None => cx.exact_text(this),
        }
    }

    /// A copy with new in place of old: everywhere, or at the first count places.
    #[pymethod(signature = (old, new, /, count = -1))]
    fn replace(
        this: &Py<Str>,
        cx: &Ctx,
        old: &Py<Str>,
        new: &Py<Str>,
        count: isize,
    ) -> PyResult<Value> {
        let count = usize::try_from(count).ok();
        match str_ops::replace(this.as_wtf8(), old.as_wtf8(), new.as_wtf8(), count) {
            Ok(Some(text)) => Ok(cx.new_str(&text)?.into_value()),
            Ok(None) => cx.exact_text(this),
            Err(TooLong) => Err(cx.overflow_error("replace string is too long")),
        }
    }
}
