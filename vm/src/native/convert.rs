//! Conversions between Python values and the Rust types of native functions.
//!
//! The messages are those of CPython's Argument Clinic converters (`Python/getargs.c`).

use num_bigint::BigInt;
use taipan_text::{Wtf8, Wtf8Buf};

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::heap::Payload;
use crate::native::ArgSite;
use crate::value::{Py, Value};

/// A parameter's type: how a Python argument becomes it.
pub trait FromArg<'a>: Sized {
    /// # Errors
    /// `TypeError` (wrong type), `OverflowError` (does not fit), or whatever a conversion method raises.
    fn from_arg(cx: &Ctx, value: &'a Value, site: &ArgSite) -> PyResult<Self>;
}

impl<'a> FromArg<'a> for &'a Value {
    #[inline(always)]
    fn from_arg(_: &Ctx, value: &'a Value, _: &ArgSite) -> PyResult<Self> {
        Ok(value)
    }
}

impl FromArg<'_> for Value {
    fn from_arg(_: &Ctx, value: &Value, _: &ArgSite) -> PyResult<Self> {
        Ok(value.clone())
    }
}

/// Any payload type that is a parameter by handle: the message names its Python type.
impl<'a, T: Payload + NamedType> FromArg<'a> for &'a Py<T> {
    fn from_arg(cx: &Ctx, value: &'a Value, site: &ArgSite) -> PyResult<Self> {
        value.downcast_ref::<T>().ok_or_else(|| {
            cx.type_error(format!(
                "{site} must be {}, not {}",
                T::type_name(),
                cx.type_name_for_argument(value)
            ))
        })
    }
}

/// The Python name of a payload type, for messages. `#[pyclass]` implements it.
pub trait NamedType {
    fn type_name() -> &'static str;
}

/// `None` stands for "not given".
impl<'a, T: FromArg<'a>> FromArg<'a> for Option<T> {
    fn from_arg(cx: &Ctx, value: &'a Value, site: &ArgSite) -> PyResult<Self> {
        if value.is_none() {
            Ok(None)
        } else {
            T::from_arg(cx, value, site).map(Some)
        }
    }
}

/// Truth (format unit `p`).
impl FromArg<'_> for bool {
    fn from_arg(cx: &Ctx, value: &Value, _: &ArgSite) -> PyResult<Self> {
        cx.is_true(value)
    }
}

impl FromArg<'_> for f64 {
    fn from_arg(cx: &Ctx, value: &Value, _: &ArgSite) -> PyResult<Self> {
        cx.to_f64(value)
    }
}

impl FromArg<'_> for BigInt {
    fn from_arg(cx: &Ctx, value: &Value, _: &ArgSite) -> PyResult<Self> {
        cx.to_bigint(value)
    }
}

macro_rules! integers {
    ($($type:ty: $name:literal,)*) => {
        $(impl FromArg<'_> for $type {
            fn from_arg(cx: &Ctx, value: &Value, _: &ArgSite) -> PyResult<Self> {
                if let Some(small) = value.as_small_int()
                    && let Ok(number) = <$type>::try_from(small)
                {
                    return Ok(number);
                }
                let number = cx.to_bigint(value)?;
                <$type>::try_from(&number).map_err(|_| {
                    cx.overflow_error(concat!("Python int too large to convert to C ", $name).to_owned())
                })
            }
        }

        impl IntoValue for $type {
            fn into_value(self, cx: &Ctx) -> PyResult<Value> {
                Ok(match i64::try_from(self) {
                    Ok(number) => cx.new_int(number),
                    Err(_) => cx.new_bigint(BigInt::from(self)),
                })
            }
        })*
    };
}

integers! {
    i8: "signed char",
    u8: "unsigned char",
    i16: "short",
    u16: "unsigned short",
    i32: "int",
    u32: "unsigned int",
    i64: "long",
    u64: "unsigned long",
    isize: "ssize_t",
    usize: "size_t",
    i128: "__int128",
    u128: "unsigned __int128",
}

/// A result's type: how it becomes a Python value.
pub trait IntoValue {
    /// # Errors
    /// `MemoryError` if a block cannot be had.
    fn into_value(self, cx: &Ctx) -> PyResult<Value>;
}

impl IntoValue for Value {
    #[inline(always)]
    fn into_value(self, _: &Ctx) -> PyResult<Value> {
        Ok(self)
    }
}

impl<T: Payload> IntoValue for Py<T> {
    #[inline(always)]
    fn into_value(self, _: &Ctx) -> PyResult<Value> {
        Ok(Py::into_value(self))
    }
}

impl IntoValue for () {
    fn into_value(self, _: &Ctx) -> PyResult<Value> {
        Ok(Value::NONE)
    }
}

impl IntoValue for bool {
    fn into_value(self, _: &Ctx) -> PyResult<Value> {
        Ok(Value::bool(self))
    }
}

impl IntoValue for f64 {
    fn into_value(self, cx: &Ctx) -> PyResult<Value> {
        Ok(cx.new_float(self))
    }
}

impl IntoValue for BigInt {
    fn into_value(self, cx: &Ctx) -> PyResult<Value> {
        Ok(cx.new_bigint(self))
    }
}

impl IntoValue for &str {
    fn into_value(self, cx: &Ctx) -> PyResult<Value> {
        Ok(cx.new_str(self)?.into_value())
    }
}

impl IntoValue for String {
    fn into_value(self, cx: &Ctx) -> PyResult<Value> {
        self.as_str().into_value(cx)
    }
}

impl IntoValue for &Wtf8 {
    fn into_value(self, cx: &Ctx) -> PyResult<Value> {
        Ok(cx.new_str(self)?.into_value())
    }
}

impl IntoValue for Wtf8Buf {
    fn into_value(self, cx: &Ctx) -> PyResult<Value> {
        Ok(cx.new_str(&*self)?.into_value())
    }
}

impl<T: IntoValue> IntoValue for Option<T> {
    fn into_value(self, cx: &Ctx) -> PyResult<Value> {
        self.map_or(Ok(Value::NONE), |value| value.into_value(cx))
    }
}

macro_rules! tuples {
    ($($($type:ident)*;)*) => {
        $(impl<$($type: IntoValue),*> IntoValue for ($($type,)*) {
            fn into_value(self, cx: &Ctx) -> PyResult<Value> {
                #[expect(non_snake_case, reason = "type names name the parts")]
                let ($($type,)*) = self;
                let items = vec![$($type.into_value(cx)?),*];
                Ok(cx.new_tuple(items).into_value())
            }
        })*
    };
}

tuples! {
    A;
    A B;
    A B C;
    A B C D;
    A B C D E;
    A B C D E F;
}

/// What a native function may return.
pub trait IntoResult {
    /// # Errors
    /// The function's own, or that of the conversion.
    fn into_result(self, cx: &Ctx) -> PyResult<Value>;
}

impl<T: IntoValue> IntoResult for T {
    #[inline(always)]
    fn into_result(self, cx: &Ctx) -> PyResult<Value> {
        self.into_value(cx)
    }
}

impl<T: IntoValue> IntoResult for PyResult<T> {
    #[inline(always)]
    fn into_result(self, cx: &Ctx) -> PyResult<Value> {
        self?.into_value(cx)
    }
}
