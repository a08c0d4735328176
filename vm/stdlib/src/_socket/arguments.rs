//! Positional arguments with the messages of `PyArg_ParseTuple`, which most functions of this module still use.

use taipan_vm::ctx::Ctx;
use taipan_vm::error::{PyErr, PyResult};
use taipan_vm::native::{ArgPlace, ArgSite, FromArg};
use taipan_vm::value::Value;

pub(super) struct Arguments<'a> {
    function: &'static str,
    values: &'a [Value],
}

impl<'a> Arguments<'a> {
    /// # Errors
    /// `TypeError` if there are too few or too many.
    pub(super) fn of(
        cx: &Ctx,
        function: &'static str,
        values: &'a [Value],
        least: usize,
        most: usize,
    ) -> PyResult<Self> {
        if (least..=most).contains(&values.len()) {
            return Ok(Self { function, values });
        }
        let (bound, count) = match values.len() {
            _ if least == most => ("exactly", least),
            given if given < least => ("at least", least),
            _ => ("at most", most),
        };
        Err(wrong_count(cx, function, bound, count, values.len()))
    }

    /// The argument of that index, which must be there.
    ///
    /// # Errors
    /// What its conversion raises.
    pub(super) fn required<T: FromArg<'a>>(&self, cx: &Ctx, index: usize) -> PyResult<T> {
        let value = self
            .values
            .get(index)
            .ok_or_else(|| cx.system_error("an argument is missing that was counted"))?;
        let place = ArgPlace::Position(index as u16 + 1);
        let function = self.function;
        T::from_arg(cx, value, &ArgSite { function, place })
    }

    /// The argument of that index, if it is there.
    ///
    /// # Errors
    /// What its conversion raises.
    pub(super) fn optional<T: FromArg<'a>>(&self, cx: &Ctx, index: usize) -> PyResult<Option<T>> {
        match self.values.get(index) {
            Some(_) => self.required(cx, index).map(Some),
            None => Ok(None),
        }
    }
}

#[cold]
pub(super) fn wrong_count(
    cx: &Ctx,
    function: &str,
    bound: &str,
    count: usize,
    given: usize,
) -> PyErr {
    let plural = if count == 1 { "" } else { "s" };
    cx.type_error(format!(
        "{function}() takes {bound} {count} argument{plural} ({given} given)"
    ))
}

/// A C `int`, with the messages of format unit `i`.
pub(super) struct CInt(pub(super) i32);

impl FromArg<'_> for CInt {
    fn from_arg(cx: &Ctx, value: &Value, _: &ArgSite) -> PyResult<Self> {
        c_int(cx, value).map(Self)
    }
}

/// # Errors
/// `TypeError`, `OverflowError`.
pub(super) fn c_int(cx: &Ctx, value: &Value) -> PyResult<i32> {
    let number = cx.to_bigint(value)?;
    let long = i64::try_from(&number)
        .map_err(|_| cx.overflow_error("Python int too large to convert to C long"))?;
    i32::try_from(long).map_err(|_| {
        cx.overflow_error(if long > 0 {
            "signed integer is greater than maximum"
        } else {
            "signed integer is less than minimum"
        })
    })
}

/// The low 32 bits of an integer: format unit `I`, which does not check.
///
/// # Errors
/// `TypeError`.
pub(super) fn unchecked_u32(cx: &Ctx, value: &Value) -> PyResult<u32> {
    let place = ArgPlace::Only;
    let site = ArgSite {
        function: "",
        place,
    };
    crate::mask32::Mask32::from_arg(cx, value, &site).map(|mask| mask.0)
}
