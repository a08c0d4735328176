//! Arguments of the constructors: numbers, zones, and the bytes that pickles hand over.
//!
//! CPython 3.14: the constructors are parsed by `PyArg_ParseTupleAndKeywords` without a function name, so messages say
//! "function".

use taipan_vm::ctx::Ctx;
use taipan_vm::error::{PyErr, PyResult};
use taipan_vm::native::Args;
use taipan_vm::objects::{Bytes, Str};
use taipan_vm::value::{Py, Value};

use super::tzinfo::TzInfo;

/// Sorts arguments to `N` parameters, of which the first `required` have no default and the first `positional` can be
/// given by position.
///
/// # Errors
/// `TypeError`.
pub(super) fn bind<'a, const N: usize>(
    cx: &Ctx,
    names: [&str; N],
    required: usize,
    positional: usize,
    args: Args<'a>,
) -> PyResult<[Option<&'a Value>; N]> {
    let given = args.positional();
    let total = given.len() + args.keyword_count();
    if total > N {
        return Err(cx.type_error(format!(
            "function takes at most {N} {}arguments ({total} given)",
            if given.is_empty() { "keyword " } else { "" },
        )));
    }
    if given.len() > positional {
        return Err(cx.type_error(format!(
            "function takes at most {positional} positional arguments ({} given)",
            given.len()
        )));
    }
    let mut slots: [Option<&Value>; N] = std::array::from_fn(|index| given.get(index));
    for (name, value) in args.keywords() {
        let place = names.iter().position(|known| name.as_wtf8() == *known);
        match place {
            Some(place) if place < given.len() => {
                return Err(cx.type_error(format!(
                    "argument for function given by name ('{}') and position ({})",
                    names[place],
                    place + 1
                )));
            }
            Some(place) => slots[place] = Some(value),
            None => {}
        }
    }
    for (index, name) in names.iter().enumerate().take(required) {
        // CPython converts one argument after the other: what was given is looked at before what is missing.
        if let Some(value) = slots[index] {
            int(cx, value)?;
        } else {
            return Err(cx.type_error(format!(
                "function missing required argument '{name}' (pos {})",
                index + 1
            )));
        }
    }
    for (name, _) in args.keywords() {
        if !names.iter().any(|known| name.as_wtf8() == *known) {
            return Err(cx.type_error(format!(
                "this function got an unexpected keyword argument '{}'",
                name.to_string_lossy()
            )));
        }
    }
    Ok(slots)
}

/// A C `int`.
///
/// # Errors
/// `TypeError` or `OverflowError`.
pub(super) fn int(cx: &Ctx, value: &Value) -> PyResult<i32> {
    let number = match value.as_small_int() {
        Some(number) => number,
        None => i64::try_from(&cx.to_bigint(value)?)
            .map_err(|_| cx.overflow_error("Python int too large to convert to C long"))?,
    };
    i32::try_from(number).map_err(|_| {
        cx.overflow_error(if number > 0 {
            "signed integer is greater than maximum"
        } else {
            "signed integer is less than minimum"
        })
    })
}

/// A C `int` that may be missing.
///
/// # Errors
/// `TypeError` or `OverflowError`.
pub(super) fn int_or(cx: &Ctx, value: Option<&Value>, default: i32) -> PyResult<i32> {
    value.map_or(Ok(default), |value| int(cx, value))
}

/// A time zone or `None`.
///
/// # Errors
/// `TypeError` if it is neither.
pub(super) fn zone(cx: &Ctx, value: Option<&Value>) -> PyResult<Option<Value>> {
    match value {
        None => Ok(None),
        Some(value) if value.is_none() => Ok(None),
        Some(value) if value.downcast_ref::<TzInfo>().is_some() => Ok(Some(value.clone())),
        Some(value) => Err(cx.type_error(format!(
            "tzinfo argument must be None or of a tzinfo subclass, not type '{}'",
            cx.type_name(value)
        ))),
    }
}

/// What a pickle hands to a constructor: `N` bytes, or the same as Latin-1 text from Python 2, and perhaps a zone.
///
/// # Errors
/// `ValueError` if text is no Latin-1, `TypeError` if there is a zone that is none.
pub(super) fn pickled<const N: usize>(
    cx: &Ctx,
    args: Args<'_>,
    what: &str,
    is_state: impl Fn(&[u8; N]) -> bool,
) -> PyResult<Option<([u8; N], Option<Value>)>> {
    let given = args.positional();
    if !(1..=2).contains(&given.len()) || args.has_keywords() {
        return Ok(None);
    }
    let bytes: [u8; N] = if let Some(bytes) = given[0].downcast_ref::<Bytes>() {
        match bytes.as_slice().try_into() {
            Ok(bytes) => bytes,
            Err(_) => return Ok(None),
        }
    } else if let Some(text) = given[0].downcast_ref::<Str>() {
        if text.length() != N {
            return Ok(None);
        }
        match latin1(text, &is_state) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return Ok(None),
            Err(()) => return Err(not_latin1(cx, what)),
        }
    } else {
        return Ok(None);
    };
    if !is_state(&bytes) {
        return Ok(None);
    }
    match given.get(1) {
        None => Ok(Some((bytes, None))),
        Some(zone) if zone.is_none() => Ok(Some((bytes, None))),
        Some(zone) if zone.downcast_ref::<TzInfo>().is_some() => {
            Ok(Some((bytes, Some(zone.clone()))))
        }
        Some(_) => Err(cx.type_error("bad tzinfo state arg")),
    }
}

/// `Ok(None)` if this is no state at all, `Err` if it looks like one with characters outside of Latin-1.
fn latin1<const N: usize>(
    text: &Py<Str>,
    is_state: impl Fn(&[u8; N]) -> bool,
) -> Result<Option<[u8; N]>, ()> {
    let mut bytes = [0; N];
    let mut fits = true;
    for (to, point) in bytes.iter_mut().zip(text.as_wtf8().code_points()) {
        match u8::try_from(point.to_u32()) {
            Ok(byte) => *to = byte,
            Err(_) => fits = false,
        }
    }
    match (is_state(&bytes), fits) {
        (false, _) => Ok(None),
        (true, true) => Ok(Some(bytes)),
        (true, false) => Err(()),
    }
}

fn not_latin1(cx: &Ctx, what: &str) -> PyErr {
    cx.value_error(format!(
        "Failed to encode latin1 string when unpickling a {what} object. pickle.load(data, encoding='latin1') is assumed."
    ))
}
