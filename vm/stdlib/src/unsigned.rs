//! Unsigned integer arguments with the messages of CPython's converters.
//!
//! CPython 3.14: `_PyLong_UnsignedLong_Converter` and its siblings (`Objects/longobject.c`).

use num_bigint::{BigInt, Sign};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::{ArgSite, FromArg};
use taipan_vm::value::Value;

fn convert<T: for<'a> TryFrom<&'a BigInt>>(cx: &Ctx, value: &Value, name: &str) -> PyResult<T> {
    let number = cx.to_bigint(value)?;
    if number.sign() == Sign::Minus {
        return Err(cx.value_error("Cannot convert negative int"));
    }
    T::try_from(&number)
        .map_err(|_| cx.overflow_error(format!("Python int too large for C {name}")))
}

/// `unsigned long`
pub(crate) struct ULong(pub(crate) u64);

impl FromArg<'_> for ULong {
    fn from_arg(cx: &Ctx, value: &Value, _: &ArgSite) -> PyResult<Self> {
        convert(cx, value, "unsigned long").map(Self)
    }
}

/// `unsigned long long`
pub(crate) struct ULongLong(pub(crate) u64);

impl FromArg<'_> for ULongLong {
    fn from_arg(cx: &Ctx, value: &Value, _: &ArgSite) -> PyResult<Self> {
        convert(cx, value, "unsigned long long").map(Self)
    }
}
