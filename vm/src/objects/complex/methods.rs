//! What Python sees of `complex`.

use taipan_macros::pymethods;
use taipan_text::format::{NumericLocale, format_complex};
use taipan_text::number::{complex_from_text, complex_repr};

use super::{Complex, arith};
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::bind::Optional;
use crate::objects::slots::CompareOp;
use crate::objects::{Str, Type};
use crate::value::{Py, Value};

macro_rules! operands {
    ($cx:expr, $left:expr, $right:expr) => {
        match (arith::operand($cx, $left)?, arith::operand($cx, $right)?) {
            (Some(left), Some(right)) => (left, right),
            _ => return Ok(Value::NOT_IMPLEMENTED),
        }
    };
}

fn made(cx: &Ctx, parts: (f64, f64)) -> Value {
    cx.new_complex(parts.0, parts.1)
}

#[pymethods]
impl Complex {
    #[new(signature = (real = Optional::Missing, imag = Optional::Missing), text_signature = "(real=0, imag=0)")]
    fn new(
        cx: &Ctx,
        cls: &Py<Type>,
        real: Optional<&Value>,
        imag: Optional<&Value>,
    ) -> PyResult<Value> {
        let (real, imag) = (real.given(), imag.given());
        let exact = cls.is(&cx.types().complex);
        if let (Some(value), None) = (real, imag)
            && exact
            && cx.class_of(value).is(cls)
        {
            return Ok(value.clone());
        }
        let (real, imag) = construct(cx, real, imag)?;
        if exact {
            return Ok(cx.new_complex(real, imag));
        }
        Ok(cx.heap().allocate(cls, Complex { real, imag }).into_value())
    }

    fn __repr__(&self) -> String {
        complex_repr(self.real, self.imag)
    }

    fn __hash__(this: &Py<Complex>) -> i64 {
        arith::hash_of(this.real, this.imag, this.as_value().identity())
    }

    fn __richcompare__(&self, cx: &Ctx, other: &Value, op: CompareOp) -> PyResult<Value> {
        if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        let equal = if let Some((real, imag)) = other.as_complex() {
            self.real == real && self.imag == imag
        } else if other.as_int().is_some() || other.as_float().is_some() {
            self.imag == 0.0 && cx.is_equal(&cx.new_float(self.real), other)?
        } else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        Ok(Value::bool(equal == (op == CompareOp::Eq)))
    }

    fn __add__(this: &Value, cx: &Ctx, other: &Value) -> PyResult<Value> {
        let (left, right) = operands!(cx, this, other);
        Ok(made(cx, arith::add(left, right)))
    }

    fn __sub__(this: &Value, cx: &Ctx, other: &Value) -> PyResult<Value> {
        let (left, right) = operands!(cx, this, other);
        Ok(made(cx, arith::subtract(left, right)))
    }

    fn __mul__(this: &Value, cx: &Ctx, other: &Value) -> PyResult<Value> {
        let (left, right) = operands!(cx, this, other);
        Ok(made(cx, arith::multiply(left, right)))
    }

    fn __truediv__(this: &Value, cx: &Ctx, other: &Value) -> PyResult<Value> {
        let (left, right) = operands!(cx, this, other);
        match arith::divide(left, right) {
            Some(parts) => Ok(made(cx, parts)),
            None => Err(cx.zero_division_error("division by zero")),
        }
    }

    fn __pow__(this: &Value, cx: &Ctx, exponent: &Value, modulus: &Value) -> PyResult<Value> {
        let (base, exponent) = operands!(cx, this, exponent);
        if !modulus.is_none() {
            return Err(cx.value_error("complex modulo"));
        }
        cx.complex_power(base.parts(), exponent.parts())
    }

    fn __neg__(&self, cx: &Ctx) -> Value {
        cx.new_complex(-self.real, -self.imag)
    }

    fn __pos__(&self, cx: &Ctx) -> Value {
        cx.new_complex(self.real, self.imag)
    }

    fn __abs__(&self, cx: &Ctx) -> PyResult<f64> {
        let length = self.real.hypot(self.imag);
        if length.is_infinite() && self.real.is_finite() && self.imag.is_finite() {
            return Err(cx.overflow_error("absolute value too large"));
        }
        Ok(length)
    }

    fn __bool__(&self) -> bool {
        self.real != 0.0 || self.imag != 0.0
    }

    /// The number itself as an exact complex.
    fn __complex__(this: &Py<Complex>, cx: &Ctx) -> Value {
        if this.header().class().is(&cx.types().complex) {
            return this.to_value();
        }
        cx.new_complex(this.real, this.imag)
    }

    /// The number as the format specification asks.
    fn __format__(this: &Py<Complex>, cx: &Ctx, format_spec: &Py<Str>) -> PyResult<Value> {
        if format_spec.size() == 0 {
            return Ok(cx.str(this.as_value())?.into_value());
        }
        let class = cx.type_name(this.as_value());
        let locale = NumericLocale::default();
        match format_complex(this.real, this.imag, format_spec.as_wtf8(), &class, &locale) {
            Ok(text) => Ok(cx.new_str(&text)?.into_value()),
            Err(error) => Err(cx.format_error(&error)),
        }
    }

    fn __getnewargs__(&self) -> (f64, f64) {
        (self.real, self.imag)
    }

    /// The number with the sign of its imaginary part turned.
    fn conjugate(&self, cx: &Ctx) -> Value {
        cx.new_complex(self.real, -self.imag)
    }

    /// Converts any number to a complex; refuses text.
    #[classmethod]
    fn from_number(cls: &Py<Type>, cx: &Ctx, number: &Value) -> PyResult<Value> {
        if cls.is(&cx.types().complex) && cx.class_of(number).is(cls) {
            return Ok(number.clone());
        }
        let (real, imag) = match special(cx, number)? {
            Some(parts) => parts,
            None => (cx.to_f64(number)?, 0.0),
        };
        let value = cx.new_complex(real, imag);
        if cls.is(&cx.types().complex) {
            Ok(value)
        } else {
            cx.call(cls.as_value(), &[value])
        }
    }

    /// the real part of a complex number
    #[member]
    fn real(&self) -> f64 {
        self.real
    }

    /// the imaginary part of a complex number
    #[member]
    fn imag(&self) -> f64 {
        self.imag
    }
}

/// The parts of a complex, or of what `__complex__` gives.
fn special(cx: &Ctx, value: &Value) -> PyResult<Option<(f64, f64)>> {
    if let Some(parts) = value.as_complex() {
        return Ok(Some(parts));
    }
    if value.as_float().is_some() || value.as_int().is_some() {
        return Ok(None);
    }
    let Some(method) = cx.find_special(value, &cx.names().__complex__)? else {
        return Ok(None);
    };
    let result = cx.call(&method, &[])?;
    let Some(parts) = result.as_complex() else {
        return Err(cx.type_error(format!(
            "__complex__ returned non-complex (type {})",
            cx.type_name(&result)
        )));
    };
    if !cx.class_of(&result).is(&cx.types().complex) {
        cx.warn_of_subclass("__complex__", "complex", &result)?;
    }
    Ok(Some(parts))
}

fn construct(cx: &Ctx, real: Option<&Value>, imag: Option<&Value>) -> PyResult<(f64, f64)> {
    if let Some(text) = real.and_then(|real| real.downcast_ref::<Str>()) {
        if imag.is_some() {
            return Err(cx.type_error("complex() argument 'real' must be a real number, not str"));
        }
        return complex_from_text(text.as_wtf8())
            .map_err(|error| cx.value_error(error.to_string()));
    }
    let is_number = |value: &Value| {
        let slots = &cx.class_of(value).slots;
        slots.float.get().is_some() || slots.index.get().is_some()
    };
    let (mut re, mut im) = (0.0, 0.0);
    if let Some(real) = real {
        match special(cx, real)? {
            Some((a, b)) => {
                if imag.is_some() {
                    cx.warn(
                        &cx.types().deprecation_warning,
                        &format!(
                            "complex() argument 'real' must be a real number, not {}",
                            cx.type_name(real)
                        ),
                    )?;
                }
                (re, im) = (a, b);
            }
            None if is_number(real) => re = cx.to_f64(real)?,
            None if imag.is_some() => {
                return Err(cx.type_error(format!(
                    "complex() argument 'real' must be a real number, not {}",
                    cx.type_name(real)
                )));
            }
            None => {
                return Err(cx.type_error(format!(
                    "complex() argument must be a string or a number, not {}",
                    cx.type_name(real)
                )));
            }
        }
    }
    if let Some(imag) = imag {
        if let Some((a, b)) = imag.as_complex() {
            cx.warn(
                &cx.types().deprecation_warning,
                &format!(
                    "complex() argument 'imag' must be a real number, not {}",
                    cx.type_name(imag)
                ),
            )?;
            re -= b;
            im += a;
        } else if is_number(imag) {
            // Not `0.0 + x`, which would lose the sign of a zero.
            let part = cx.to_f64(imag)?;
            im = if im == 0.0 { part } else { im + part };
        } else {
            return Err(cx.type_error(format!(
                "complex() argument 'imag' must be a real number, not {}",
                cx.type_name(imag)
            )));
        }
    }
    Ok((re, im))
}
