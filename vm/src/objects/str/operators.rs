//! What operators, subscripts and slots do with text.

use taipan_macros::pymethods;
use taipan_text::Wtf8Buf;
use taipan_text::str_ops::str_repr;

use super::{Str, StrAsciiIterator, StrIterator, percent};
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::objects::slice::Slice;
use crate::objects::slots::CompareOp;
use crate::value::{Py, Value};

#[pymethods(part = 1)]
impl Str {
    fn __repr__(this: &Py<Str>, cx: &Ctx) -> PyResult<Value> {
        let text = this.as_wtf8();
        let plain = |byte: &u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'\'' | b'\\');
        if text.as_bytes().iter().all(plain) {
            let quote = "'".as_ref();
            let parts = [quote, text, quote];
            return Ok(cx.new_str_of_parts(&parts, text.len() + 2)?.into_value());
        }
        Ok(cx.new_str(&str_repr(text))?.into_value())
    }

    fn __str__(this: &Py<Str>, cx: &Ctx) -> PyResult<Value> {
        cx.exact_text(this)
    }

    fn __hash__(this: &Py<Str>, cx: &Ctx) -> i64 {
        cx.hash_str(this)
    }

    fn __richcompare__(this: &Py<Str>, other: &Value, op: CompareOp) -> Value {
        let Some(other) = other.downcast_ref::<Str>() else {
            return Value::NOT_IMPLEMENTED;
        };
        Value::bool(match op {
            CompareOp::Eq => this.equals(other),
            CompareOp::Ne => !this.equals(other),
            // The order of WTF-8's bytes is that of the code points.
            _ => op.holds(this.as_wtf8().as_bytes().cmp(other.as_wtf8().as_bytes())),
        })
    }

    fn __len__(&self) -> usize {
        self.length()
    }

    fn __iter__(this: &Py<Str>, cx: &Ctx) -> Value {
        if this.is_ascii() {
            StrAsciiIterator::make(cx, this)
        } else {
            StrIterator::make(cx, this)
        }
    }

    fn __contains__(this: &Py<Str>, cx: &Ctx, key: &Value) -> PyResult<bool> {
        match key.downcast_ref::<Str>() {
            Some(key) => Ok(this.as_wtf8().contains(key.as_wtf8())),
            None => Err(cx.type_error(format!(
                "'in <string>' requires string as left operand, not {}",
                cx.type_name(key)
            ))),
        }
    }

    fn __concat__(this: &Py<Str>, cx: &Ctx, other: &Value) -> PyResult<Value> {
        match other.downcast_ref::<Str>() {
            Some(other) => Ok(cx.concat_str(this, other)?.into_value()),
            None => Err(cx.type_error(format!(
                "can only concatenate str (not \"{}\") to str",
                cx.type_name(other)
            ))),
        }
    }

    fn __repeat__(this: &Py<Str>, cx: &Ctx, count: isize) -> PyResult<Value> {
        let count = usize::try_from(count).unwrap_or(0);
        if count == 0 || this.size() == 0 {
            return Ok(cx.empty_str().into_value());
        }
        if count == 1 {
            return cx.exact_text(this);
        }
        let fits = this
            .length()
            .checked_mul(count)
            .filter(|length| isize::try_from(*length).is_ok());
        if fits.is_none() {
            return Err(cx.overflow_error("repeated string is too long"));
        }
        let size = this.as_wtf8().len().saturating_mul(count);
        cx.check_room(size.saturating_mul(2))?;
        let Some(repeated) = this.as_wtf8().repeat(count) else {
            return Err(cx.memory_error());
        };
        Ok(cx
            .new_str_counted(&repeated, this.length() * count)?
            .into_value())
    }

    fn __mod__(this: &Value, cx: &Ctx, other: &Value) -> PyResult<Value> {
        match this.downcast_ref::<Str>() {
            Some(template) => percent::format(cx, template, other),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    fn __item__(this: &Py<Str>, cx: &Ctx, index: isize) -> PyResult<Value> {
        let point = usize::try_from(index)
            .ok()
            .and_then(|index| this.code_point(index));
        match point {
            Some(point) => Ok(cx.character(point)?.into_value()),
            None => Err(cx.index_error("string index out of range")),
        }
    }

    fn __getitem__(this: &Py<Str>, cx: &Ctx, key: &Value) -> PyResult<Value> {
        let index = match key.as_small_int() {
            Some(index) => index as isize,
            None => {
                if let Some(slice) = key.downcast_ref::<Slice>() {
                    return get_slice(cx, this, slice);
                }
                if !cx.is_index(key) {
                    return Err(cx.type_error(format!(
                        "string indices must be integers, not '{}'",
                        cx.type_name(key)
                    )));
                }
                cx.index_isize(key)?
            }
        };
        let index = if index < 0 {
            index.wrapping_add_unsigned(this.length())
        } else {
            index
        };
        Self::__item__(this, cx, index)
    }
}

/// `text[start:stop:step]`.
fn get_slice(cx: &Ctx, this: &Py<Str>, slice: &Slice) -> PyResult<Value> {
    let range = slice.range(cx, this.length())?;
    if range.count == 0 {
        return Ok(cx.empty_str().into_value());
    }
    if range.step == 1 {
        if range.count == this.length() {
            return cx.exact_text(this);
        }
        let start = range.start as usize;
        let piece = this.slice(start, start + range.count);
        return Ok(cx.new_str_counted(piece, range.count)?.into_value());
    }
    let mut picked = Wtf8Buf::with_capacity(range.count);
    if this.is_ascii() || range.count < 32 {
        picked.extend(range.indices().filter_map(|index| this.code_point(index)));
    } else {
        let points: Vec<_> = this.as_wtf8().code_points().collect();
        picked.extend(range.indices().map(|index| points[index]));
    }
    Ok(cx.new_str_counted(&picked, range.count)?.into_value())
}
