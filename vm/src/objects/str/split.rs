//! Methods that cut text into pieces, strip its ends, or join pieces.
//!
//! CPython 3.14: `unicode_split_impl`, `do_strip`, `_PyUnicode_JoinArray` and their neighbours.

use std::ops::Range;

use taipan_macros::pymethods;
use taipan_text::Wtf8;
use taipan_text::str_ops::split::{self, LineEnds};
use taipan_text::str_ops::strip::{Side, strip};

use super::Str;
use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::objects::bytes::algorithms::{LOOK_AT_LIMITS, room_for_pieces};
use crate::objects::{List, Tuple};
use crate::value::{Py, Value};

/// The separator of `split`: `None` for white space.
fn separator<'a>(cx: &Ctx, sep: &'a Value) -> PyResult<Option<&'a Py<Str>>> {
    if sep.is_none() {
        return Ok(None);
    }
    let Some(text) = sep.downcast_ref::<Str>() else {
        let class = cx.type_name(sep);
        return Err(cx.type_error(format!("must be str or None, not {class}")));
    };
    required(cx, text).map(Some)
}

fn required<'a>(cx: &Ctx, sep: &'a Py<Str>) -> PyResult<&'a Py<Str>> {
    if sep.size() == 0 {
        return Err(cx.value_error("empty separator"));
    }
    Ok(sep)
}

fn pieces(cx: &Ctx, this: &Py<Str>, ranges: Vec<Range<usize>>) -> PyResult<Value> {
    if let [range] = &ranges[..]
        && range.len() == this.size()
    {
        return Ok(cx.new_list(vec![cx.exact_text(this)?]).into_value());
    }
    let mut made = Vec::with_capacity(ranges.len());
    for Range { start, end } in ranges {
        if made.len() % LOOK_AT_LIMITS == 0 {
            cx.check_limits()?;
        }
        let piece = this.as_wtf8().slice(start, end);
        made.push(if this.is_ascii() {
            cx.new_str_counted(piece, piece.len())?.into_value()
        } else {
            cx.new_str(piece)?.into_value()
        });
    }
    Ok(cx.new_list(made).into_value())
}

fn stripped(cx: &Ctx, this: &Py<Str>, chars: &Value, side: Side, name: &str) -> PyResult<Value> {
    let set = match chars.downcast_ref::<Str>() {
        Some(set) => Some(set.as_wtf8()),
        None if chars.is_none() => None,
        None => return Err(cx.type_error(format!("{name} arg must be None or str"))),
    };
    let Range { start, end } = strip(this.as_wtf8(), set, side);
    cx.piece_of(this, this.as_wtf8().slice(start, end))
}

fn separator_of_partition<'a>(cx: &Ctx, sep: &'a Value) -> PyResult<&'a Py<Str>> {
    match sep.downcast_ref::<Str>() {
        Some(sep) => required(cx, sep),
        None => Err(cx.type_error(format!("must be str, not {}", cx.type_name(sep)))),
    }
}

/// The parts around a separator.
fn three(cx: &Ctx, this: &Py<Str>, at: Range<usize>, sep: &Py<Str>) -> PyResult<Value> {
    let text = this.as_wtf8();
    let before = cx.new_str(text.slice_to(at.start))?.into_value();
    let after = cx.new_str(text.slice_from(at.end))?.into_value();
    let parts = vec![before, cx.exact_text(sep)?, after];
    Ok(cx.new_tuple(parts).into_value())
}

fn wrong_item(cx: &Ctx, index: usize, item: &Value) -> PyErr {
    cx.type_error(format!(
        "sequence item {index}: expected str instance, {} found",
        cx.type_name(item)
    ))
}

impl Ctx {
    /// `separator.join(items)`.
    ///
    /// # Errors
    /// `TypeError` for an item that is no string.
    pub fn join_str(&self, separator: &Py<Str>, items: &[Value]) -> PyResult<Value> {
        if let [only] = items
            && let Some(text) = only.downcast_ref::<Str>()
            && text.is_exact()
        {
            return Ok(text.to_value());
        }
        let mut parts: Vec<&Wtf8> = Vec::with_capacity(items.len() * 2);
        let mut length = separator.length() * items.len().saturating_sub(1);
        for (index, item) in items.iter().enumerate() {
            let Some(text) = item.downcast_ref::<Str>() else {
                return Err(wrong_item(self, index, item));
            };
            if index > 0 && separator.size() > 0 {
                parts.push(separator.as_wtf8());
            }
            length += text.length();
            parts.push(text.as_wtf8());
        }
        Ok(self.new_str_of_parts(&parts, length)?.into_value())
    }
}

#[pymethods(part = 4)]
impl Str {
    /// The strings of an iterable in a row, with this string between them.
    fn join(this: &Py<Str>, cx: &Ctx, iterable: &Value) -> PyResult<Value> {
        if let Some(tuple) = iterable.downcast_ref::<Tuple>() {
            return cx.join_str(this, tuple.as_slice());
        }
        if let Some(list) = iterable.downcast_ref::<List>() {
            // Joining runs no Python code but for the class name in an error, after the borrow.
            let items = list.to_vec();
            return cx.join_str(this, &items);
        }
        let items = match cx.iter(iterable) {
            Ok(iterator) => cx.collect(&iterator)?,
            Err(error) if cx.matches(&error, &cx.types().type_error) => {
                return Err(cx.type_error("can only join an iterable"));
            }
            Err(error) => return Err(error),
        };
        cx.join_str(this, &items)
    }

    /// The pieces between separators, from the left; without one, the words between white space.
    ///
    /// With a maxsplit, at most so many cuts are made, and the last piece is the rest.
    #[pymethod(signature = (sep = &Value::NONE, maxsplit = -1), text_signature = "($self, /, sep=None, maxsplit=-1)")]
    fn split(this: &Py<Str>, cx: &Ctx, sep: &Value, maxsplit: isize) -> PyResult<Value> {
        let (text, max) = (this.as_wtf8(), usize::try_from(maxsplit).ok());
        let ranges = match separator(cx, sep)? {
            Some(sep) => {
                let (text, sep) = (text.as_bytes(), sep.as_wtf8().as_bytes());
                room_for_pieces(cx, text, |byte| Some(&byte) == sep.first())?;
                split::split(text, sep, max)
            }
            None if this.is_ascii() => ascii_words(text, max),
            None => split::split_whitespace(text, max),
        };
        pieces(cx, this, ranges)
    }

    /// The pieces between separators, from the right; without one, the words between white space.
    ///
    /// With a maxsplit, at most so many cuts are made, and the first piece is the rest.
    #[pymethod(signature = (sep = &Value::NONE, maxsplit = -1), text_signature = "($self, /, sep=None, maxsplit=-1)")]
    fn rsplit(this: &Py<Str>, cx: &Ctx, sep: &Value, maxsplit: isize) -> PyResult<Value> {
        let (text, max) = (this.as_wtf8(), usize::try_from(maxsplit).ok());
        let ranges = match separator(cx, sep)? {
            Some(sep) => {
                let (text, sep) = (text.as_bytes(), sep.as_wtf8().as_bytes());
                room_for_pieces(cx, text, |byte| Some(&byte) == sep.first())?;
                split::rsplit(text, sep, max)
            }
            None => split::rsplit_whitespace(text, max),
        };
        pieces(cx, this, ranges)
    }

    /// The lines, with their ends if keepends is true.
    #[pymethod(signature = (keepends = false))]
    fn splitlines(this: &Py<Str>, cx: &Ctx, keepends: bool) -> PyResult<Value> {
        room_for_pieces(cx, this.as_wtf8().as_bytes(), |byte| byte < b' ')?;
        let ends = if keepends {
            LineEnds::Keep
        } else {
            LineEnds::Drop
        };
        pieces(cx, this, split::split_lines(this.as_wtf8(), ends))
    }

    /// The text before the first separator, the separator, and the text after it.
    ///
    /// Without a separator in it: the text and two empty strings.
    fn partition(this: &Py<Str>, cx: &Ctx, sep: &Value) -> PyResult<Value> {
        let sep = separator_of_partition(cx, sep)?;
        let bytes = this.as_wtf8().as_bytes();
        if let Some(at) = split::partition(bytes, sep.as_wtf8().as_bytes()) {
            return three(cx, this, at, sep);
        }
        let empty = || cx.empty_str().into_value();
        let parts = vec![cx.exact_text(this)?, empty(), empty()];
        Ok(cx.new_tuple(parts).into_value())
    }

    /// The text before the last separator, the separator, and the text after it.
    ///
    /// Without a separator in it: two empty strings and the text.
    fn rpartition(this: &Py<Str>, cx: &Ctx, sep: &Value) -> PyResult<Value> {
        let sep = separator_of_partition(cx, sep)?;
        let bytes = this.as_wtf8().as_bytes();
        if let Some(at) = split::rpartition(bytes, sep.as_wtf8().as_bytes()) {
            return three(cx, this, at, sep);
        }
        let empty = || cx.empty_str().into_value();
        let parts = vec![empty(), empty(), cx.exact_text(this)?];
        Ok(cx.new_tuple(parts).into_value())
    }

    /// The text without white space, or without the given characters, at both ends.
    #[pymethod(signature = (chars = &Value::NONE, /), text_signature = "($self, chars=None, /)")]
    fn strip(this: &Py<Str>, cx: &Ctx, chars: &Value) -> PyResult<Value> {
        stripped(cx, this, chars, Side::Both, "strip")
    }

    /// The text without white space, or without the given characters, at the left end.
    #[pymethod(signature = (chars = &Value::NONE, /), text_signature = "($self, chars=None, /)")]
    fn lstrip(this: &Py<Str>, cx: &Ctx, chars: &Value) -> PyResult<Value> {
        stripped(cx, this, chars, Side::Left, "lstrip")
    }

    /// The text without white space, or without the given characters, at the right end.
    #[pymethod(signature = (chars = &Value::NONE, /), text_signature = "($self, chars=None, /)")]
    fn rstrip(this: &Py<Str>, cx: &Ctx, chars: &Value) -> PyResult<Value> {
        stripped(cx, this, chars, Side::Right, "rstrip")
    }
}

/// The words of ASCII text. Unlike for bytes, the separators 0x1C to 0x1F are white space.
fn ascii_words(text: &Wtf8, max: Option<usize>) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    if max.is_some() {
        return split::split_whitespace(text, max);
    }
    let is_space = |byte: u8| matches!(byte, b'\t'..=b'\r' | 0x1C..=b' ');
    let mut words = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        while at < bytes.len() && is_space(bytes[at]) {
            at += 1;
        }
        let start = at;
        while at < bytes.len() && !is_space(bytes[at]) {
            at += 1;
        }
        if start < at {
            words.push(start..at);
        }
    }
    words
}
