//! The `%` operator.
//!
//! CPython 3.14: `PyUnicode_Format` (`Objects/unicode_format.c`). The template's grammar and the writing of numbers are
//! in `taipan_text::format`; here arguments are taken and converted.

use num_traits::ToPrimitive;
use taipan_text::format::{
    Amount, IntRef as FormatInt, PercentFlags, PercentItem, PercentSpec, PercentTemplate,
    percent_float, percent_int, percent_pad,
};
use taipan_text::{CodePoint, Wtf8, Wtf8Buf};

use super::Str;
use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::objects::int::IntRef;
use crate::objects::{ByteArray, Bytes, Tuple};
use crate::value::{Py, Value};

/// Where the arguments of a template come from.
pub(crate) struct Arguments<'a> {
    given: &'a Value,
    /// The items of a tuple of arguments.
    items: Option<&'a [Value]>,
    mapping: bool,
    /// The value of the last key; it is the next argument.
    keyed: Option<Value>,
    taken: usize,
    total: usize,
}

impl<'a> Arguments<'a> {
    /// `is_bytes`: the template is not text.
    pub(crate) fn new(cx: &Ctx, given: &'a Value, is_bytes: bool) -> Self {
        let tuple = given.downcast_ref::<Tuple>();
        let is_text = given.downcast_ref::<Str>().is_some()
            || is_bytes
                && (given.downcast_ref::<Bytes>().is_some()
                    || given.downcast_ref::<ByteArray>().is_some());
        let mapping =
            tuple.is_none() && !is_text && cx.class_of(given).slots.subscript.get().is_some();
        Self {
            given,
            items: tuple.map(Py::<Tuple>::as_slice),
            mapping,
            keyed: None,
            taken: 0,
            total: tuple.map_or(1, |tuple| tuple.length()),
        }
    }

    /// Looks a key up; its value is the next argument.
    pub(crate) fn key(&mut self, cx: &Ctx, key: &Value) -> PyResult<()> {
        if !self.mapping {
            return Err(cx.type_error("format requires a mapping"));
        }
        self.keyed = Some(cx.get_item(self.given, key)?);
        self.taken = 0;
        self.total = 1;
        Ok(())
    }

    pub(crate) fn next(&mut self, cx: &Ctx) -> PyResult<Value> {
        if self.taken >= self.total {
            return Err(cx.type_error("not enough arguments for format string"));
        }
        self.taken += 1;
        if let Some(value) = &self.keyed {
            return Ok(value.clone());
        }
        Ok(match self.items {
            Some(items) => items[self.taken - 1].clone(),
            None => self.given.clone(),
        })
    }

    /// Complains about arguments that nothing took; `kind` is "string" or "bytes".
    pub(crate) fn finish(&self, cx: &Ctx, kind: &str) -> PyResult<()> {
        if self.taken < self.total && !self.mapping {
            return Err(cx.type_error(format!(
                "not all arguments converted during {kind} formatting"
            )));
        }
        Ok(())
    }
}

/// `%` for text.
pub(super) fn format(cx: &Ctx, template: &Py<Str>, given: &Value) -> PyResult<Value> {
    let text = template.as_wtf8();
    let mut arguments = Arguments::new(cx, given, false);
    let mut to = Wtf8Buf::with_capacity(text.len() + 32);
    for item in PercentTemplate::of_text(text) {
        match item.map_err(|error| cx.value_error(error.to_string()))? {
            PercentItem::Literal(range) => to.push_wtf8(text.slice(range.start, range.end)),
            PercentItem::Convert(spec) => convert(cx, template, &mut arguments, &spec, &mut to)?,
        }
    }
    arguments.finish(cx, "string")?;
    Ok(cx.new_str(&to)?.into_value())
}

/// A width or precision, taken from the arguments if it is a star.
pub(crate) fn next_amount(
    cx: &Ctx,
    arguments: &mut Arguments<'_>,
    amount: Amount,
    what: &str,
) -> PyResult<Option<i64>> {
    match amount {
        Amount::Absent => Ok(None),
        Amount::Given(number) => Ok(Some(number as i64)),
        Amount::Argument => {
            let value = arguments.next(cx)?;
            let Some(number) = value.as_int() else {
                return Err(cx.type_error("* wants int"));
            };
            let number = number.to_i64();
            let fits = match what {
                "int" => number.filter(|number| i32::try_from(*number).is_ok()),
                _ => number,
            };
            let error =
                || cx.overflow_error(format!("Python int too large to convert to C {what}"));
            Ok(Some(fits.ok_or_else(error)?))
        }
    }
}

fn convert(
    cx: &Ctx,
    template: &Py<Str>,
    arguments: &mut Arguments<'_>,
    spec: &PercentSpec,
    to: &mut Wtf8Buf,
) -> PyResult<()> {
    if let Some(key) = &spec.key {
        let key = cx.new_str(template.as_wtf8().slice(key.start, key.end))?;
        arguments.key(cx, key.as_value())?;
    }
    let mut flags = spec.flags;
    let width = next_amount(cx, arguments, spec.width, "ssize_t")?.unwrap_or(0);
    if width < 0 {
        flags |= PercentFlags::LEFT;
    }
    let width = width.unsigned_abs() as usize;
    let precision = next_amount(cx, arguments, spec.precision, "int")?;
    let precision = precision.map(|precision| usize::try_from(precision).unwrap_or(0));
    let letter = spec.conversion.to_ascii().unwrap_or(0);
    let value = arguments.next(cx)?;
    let text = match letter {
        b's' => cx.str(&value)?,
        b'r' => cx.repr(&value)?,
        b'a' => cx.ascii(&value)?,
        b'c' => {
            let point = character(cx, &value)?;
            let text = cx.character(point)?;
            return pad(cx, text.as_wtf8(), flags, width, None, to);
        }
        b'd' | b'i' | b'u' | b'o' | b'x' | b'X' => {
            to.push_str(&integer(cx, &value, letter, flags, width, precision)?);
            return Ok(());
        }
        b'e' | b'E' | b'f' | b'F' | b'g' | b'G' => {
            let number = cx.to_f64(&value)?;
            let text = percent_float(number, letter, flags, width, precision);
            to.push_str(&text.map_err(|error| cx.format_error(&error))?);
            return Ok(());
        }
        _ => return Err(unsupported(cx, template, spec)),
    };
    pad(cx, text.as_wtf8(), flags, width, precision, to)
}

fn pad(
    cx: &Ctx,
    text: &Wtf8,
    flags: PercentFlags,
    width: usize,
    precision: Option<usize>,
    to: &mut Wtf8Buf,
) -> PyResult<()> {
    if width == 0 && precision.is_none() {
        to.push_wtf8(text);
        return Ok(());
    }
    let padded = percent_pad(text, flags, width, precision);
    to.push_wtf8(&padded.map_err(|error| cx.format_error(&error))?);
    Ok(())
}

fn unsupported(cx: &Ctx, template: &Py<Str>, spec: &PercentSpec) -> PyErr {
    let code = spec.conversion.to_u32();
    let shown = match spec.conversion.to_ascii() {
        Some(byte @ 31..127) => char::from(byte),
        _ => '?',
    };
    let index = template.position_of(spec.conversion_at);
    cx.value_error(format!(
        "unsupported format character '{shown}' (0x{code:x}) at index {index}"
    ))
}

/// The argument of `%c`.
fn character(cx: &Ctx, value: &Value) -> PyResult<CodePoint> {
    if let Some(text) = value.downcast_ref::<Str>() {
        return match (text.length(), text.code_point(0)) {
            (1, Some(point)) => Ok(point),
            (length, _) => Err(cx.type_error(format!(
                "%c requires an int or a unicode character, not a string of length {length}"
            ))),
        };
    }
    let number = match cx.to_bigint(value) {
        Ok(number) => number,
        Err(error) if cx.matches(&error, &cx.types().type_error) => {
            return Err(cx.type_error(format!(
                "%c requires an int or a unicode character, not {}",
                cx.type_name_qualified(value)
            )));
        }
        Err(error) => return Err(error),
    };
    number
        .to_u32()
        .and_then(CodePoint::from_u32)
        .ok_or_else(|| cx.overflow_error("%c arg not in range(0x110000)"))
}

/// The conversions of integers, for text and bytes.
pub(crate) fn integer(
    cx: &Ctx,
    value: &Value,
    letter: u8,
    flags: PercentFlags,
    width: usize,
    precision: Option<usize>,
) -> PyResult<String> {
    let radix = matches!(letter, b'o' | b'x' | b'X');
    let converted;
    let number = match value.as_int() {
        Some(number) => number,
        None => {
            converted = number_of(cx, value, radix)?.ok_or_else(|| {
                let (letter, class) = (char::from(letter), cx.type_name(value));
                let wanted = if radix {
                    "an integer is required"
                } else {
                    "a real number is required"
                };
                cx.type_error(format!("%{letter} format: {wanted}, not {class}"))
            })?;
            match converted.as_int() {
                Some(number) => number,
                None => return Err(cx.system_error("an integer conversion gave no integer")),
            }
        }
    };
    let number = match number {
        IntRef::Small(small) => FormatInt::Small(small),
        IntRef::Big(big) => FormatInt::Big(big),
    };
    let limit = cx.isolate().int_max_str_digits.get();
    percent_int(number, letter, flags, width, precision, limit)
        .map_err(|error| cx.format_error(&error))
}

/// The integer of a number; `None` if the value is no number, or none that becomes an integer.
fn number_of(cx: &Ctx, value: &Value, radix: bool) -> PyResult<Option<Value>> {
    let slots = &cx.class_of(value).slots;
    let is_number =
        slots.index.get().is_some() || slots.int.get().is_some() || slots.float.get().is_some();
    if !is_number {
        return Ok(None);
    }
    let converted = if radix {
        cx.index(value)
    } else {
        cx.to_int(value)
    };
    match converted {
        Ok(number) => Ok(Some(number)),
        Err(error) if cx.matches(&error, &cx.types().type_error) => Ok(None),
        Err(error) => Err(error),
    }
}
