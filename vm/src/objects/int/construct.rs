//! What `int()` accepts.
//!
//! CPython 3.14: `long_new_impl`, `PyNumber_Long`, `long_subtype_new`.

use num_bigint::BigInt;
use taipan_text::number::{IntParseError, Integer, int_from_ascii, int_from_text};

use super::arith::exact;
use super::{Int, IntRef};
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::Args;
use crate::objects::{ByteArray, Bytes, Str, Type};
use crate::value::{Py, Value};

/// `int.__new__`.
pub(super) fn new(cx: &Ctx, class: &Py<Type>, args: Args<'_>) -> PyResult<Value> {
    let positional = args.positional();
    if positional.len() + args.keyword_count() > 2 {
        return Err(cx.type_error(format!(
            "int() takes at most 2 arguments ({} given)",
            positional.len() + args.keyword_count()
        )));
    }
    let mut base = positional.get(1);
    for (name, value) in args.keywords() {
        if name.as_wtf8() != "base" {
            return Err(cx.type_error(format!(
                "int() got an unexpected keyword argument '{name:?}'",
                name = Shown(name)
            )));
        }
        if base.is_some() {
            return Err(cx.type_error("argument for int() given by name ('base') and position (2)"));
        }
        base = Some(value);
    }
    let value = match (positional.first(), base) {
        (None, None) => cx.new_int(0),
        (None, Some(_)) => return Err(cx.type_error("int() missing string argument")),
        (Some(value), None) => cx.to_int(value)?,
        (Some(text), Some(base)) => with_base(cx, text, base)?,
    };
    if class.is(&cx.types().int) {
        return Ok(value);
    }
    let payload = match value.as_int() {
        Some(IntRef::Small(small)) => BigInt::from(small),
        Some(IntRef::Big(big)) => big.clone(),
        None => BigInt::default(),
    };
    Ok(cx.heap().allocate(class, Int(payload)).into_value())
}

/// A keyword's name inside quotes that are there already.
struct Shown<'a>(&'a Py<Str>);

impl std::fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.to_string_lossy())
    }
}

fn with_base(cx: &Ctx, text: &Value, base: &Value) -> PyResult<Value> {
    let base = cx.to_clamped_size(base)?;
    let Some(base) = u32::try_from(base)
        .ok()
        .filter(|base| *base == 0 || (2..=36).contains(base))
    else {
        return Err(cx.value_error("int() base must be >= 2 and <= 36, or 0"));
    };
    let is_text = text.downcast_ref::<Str>().is_some()
        || text.downcast_ref::<Bytes>().is_some()
        || text.downcast_ref::<ByteArray>().is_some();
    match parse(cx, text, base)? {
        Some(value) if is_text => Ok(value),
        _ => Err(cx.type_error("int() can't convert non-string with explicit base")),
    }
}

/// Reads digits out of a `str` or bytes-like object; `None` for anything else.
fn parse(cx: &Ctx, text: &Value, base: u32) -> PyResult<Option<Value>> {
    let limit = cx.isolate().int_max_str_digits.get();
    let parsed = if let Some(string) = text.downcast_ref::<Str>() {
        int_from_text(string.as_wtf8(), base, limit)
    } else if let Some(bytes) = cx.bytes_like(text) {
        int_from_ascii(&bytes, base, limit)
    } else {
        return Ok(None);
    };
    match parsed {
        Ok(Integer::Small(value)) => Ok(Some(cx.new_int(value))),
        Ok(Integer::Big(value)) => Ok(Some(cx.new_bigint(value))),
        Err(IntParseError::Invalid { base }) => {
            let shown = cx.repr(text)?;
            Err(cx.value_error(format!(
                "invalid literal for int() with base {base}: {}",
                shown.slice(0, 200).to_string_lossy()
            )))
        }
        Err(error @ IntParseError::TooManyDigits { .. }) => Err(cx.value_error(error.to_string())),
    }
}

impl Ctx {
    /// `int(value)`.
    ///
    /// # Errors
    /// `TypeError` or `ValueError` if the value is no number, or what `__int__` and `__index__` raise.
    pub fn to_int(&self, value: &Value) -> PyResult<Value> {
        if let Some(int) = value.as_int()
            && self.class_of(value).slots.int.get().map(|f| f as usize)
                == self.types().int.slots.int.get().map(|f| f as usize)
        {
            return Ok(exact(self, int));
        }
        let slots = &self.class_of(value).slots;
        let method = slots
            .int
            .get()
            .map(|f| (f, "__int__"))
            .or_else(|| slots.index.get().map(|f| (f, "__index__")));
        if let Some((function, name)) = method {
            let result = function(self, value)?;
            let Some(int) = result.as_int() else {
                let other = self.type_name(&result);
                return Err(self.type_error(format!("{name} returned non-int (type {other})")));
            };
            if !self.class_of(&result).is(&self.types().int) {
                let other = self.type_name(&result);
                self.warn(
                    &self.types().deprecation_warning,
                    &format!(
                        "{name} returned non-int (type {other}).  The ability to return an instance of a strict \
                         subclass of int is deprecated, and may be removed in a future version of Python."
                    ),
                )?;
            }
            return Ok(exact(self, int));
        }
        match parse(self, value, 10)? {
            Some(result) => Ok(result),
            None => Err(self.type_error(format!(
                "int() argument must be a string, a bytes-like object or a real number, not '{}'",
                self.type_name(value)
            ))),
        }
    }
}
