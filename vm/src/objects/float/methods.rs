//! What Python sees of `float`.

use num_bigint::BigInt;
use num_traits::FromPrimitive;
use taipan_macros::pymethods;
use taipan_text::format::{NumericLocale, format_float};
use taipan_text::number::{
    FloatKind, FloatLayout, HexFloatError, float_from_ascii, float_from_hex, float_from_text,
    float_repr, float_to_hex,
};

use super::{Float, arith};
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::Args;
use crate::native::bind::without_keywords;
use crate::objects::slots::CompareOp;
use crate::objects::{Str, Type};
use crate::value::{Py, Value};

fn float(value: &Value) -> f64 {
    value.as_float().unwrap_or(0.0)
}

macro_rules! operands {
    ($cx:expr, $left:expr, $right:expr) => {
        match (arith::operand($cx, $left)?, arith::operand($cx, $right)?) {
            (Some(left), Some(right)) => (left, right),
            _ => return Ok(Value::NOT_IMPLEMENTED),
        }
    };
}

#[pymethods]
impl Float {
    #[new(text_signature = "(x=0, /)")]
    fn new(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> PyResult<Value> {
        // A class whose `__init__` is its own may take what it likes by name.
        let has_init = |class: &Py<Type>| class.slots.init.get().map(|init| init as usize);
        if has_init(cls) == has_init(&cx.types().float) {
            without_keywords(cx, "float", args)?;
        }
        let value = match args.positional() {
            [] => 0.0,
            [text] => cx.float_from_any(text)?,
            more => {
                let given = more.len();
                return Err(
                    cx.type_error(format!("float expected at most 1 argument, got {given}"))
                );
            }
        };
        if cls.is(&cx.types().float) {
            return Ok(cx.new_float(value));
        }
        Ok(cx.heap().allocate(cls, Float(value)).into_value())
    }

    fn __repr__(this: &Value) -> String {
        float_repr(float(this))
    }

    fn __hash__(this: &Value) -> i64 {
        arith::hash_of(float(this)).unwrap_or((this.identity() >> 4) as i64)
    }

    fn __richcompare__(this: &Value, other: &Value, op: CompareOp) -> Value {
        arith::compare(float(this), other, op)
    }

    fn __add__(this: &Value, cx: &Ctx, other: &Value) -> PyResult<Value> {
        let (left, right) = operands!(cx, this, other);
        Ok(cx.new_float(left + right))
    }

    fn __sub__(this: &Value, cx: &Ctx, other: &Value) -> PyResult<Value> {
        let (left, right) = operands!(cx, this, other);
        Ok(cx.new_float(left - right))
    }

    fn __mul__(this: &Value, cx: &Ctx, other: &Value) -> PyResult<Value> {
        let (left, right) = operands!(cx, this, other);
        Ok(cx.new_float(left * right))
    }

    fn __truediv__(this: &Value, cx: &Ctx, other: &Value) -> PyResult<Value> {
        let (left, right) = operands!(cx, this, other);
        if right == 0.0 {
            return Err(cx.zero_division_error("division by zero"));
        }
        Ok(cx.new_float(left / right))
    }

    fn __floordiv__(this: &Value, cx: &Ctx, other: &Value) -> PyResult<Value> {
        let (left, right) = operands!(cx, this, other);
        if right == 0.0 {
            return Err(cx.zero_division_error("division by zero"));
        }
        Ok(cx.new_float(arith::div_mod(left, right).0))
    }

    fn __mod__(this: &Value, cx: &Ctx, other: &Value) -> PyResult<Value> {
        let (left, right) = operands!(cx, this, other);
        if right == 0.0 {
            return Err(cx.zero_division_error("division by zero"));
        }
        Ok(cx.new_float(arith::modulo(left, right)))
    }

    fn __divmod__(this: &Value, cx: &Ctx, other: &Value) -> PyResult<Value> {
        let (left, right) = operands!(cx, this, other);
        if right == 0.0 {
            return Err(cx.zero_division_error("division by zero"));
        }
        let (quotient, remainder) = arith::div_mod(left, right);
        Ok(cx
            .new_tuple(vec![cx.new_float(quotient), cx.new_float(remainder)])
            .into_value())
    }

    fn __pow__(this: &Value, cx: &Ctx, exponent: &Value, modulus: &Value) -> PyResult<Value> {
        if !modulus.is_none() {
            return Err(
                cx.type_error("pow() 3rd argument not allowed unless all arguments are integers")
            );
        }
        let (base, exponent) = operands!(cx, this, exponent);
        arith::power(cx, base, exponent)
    }

    fn __neg__(this: &Value, cx: &Ctx) -> Value {
        cx.new_float(-float(this))
    }

    fn __pos__(this: &Value, cx: &Ctx) -> Value {
        cx.new_float(float(this))
    }

    fn __abs__(this: &Value, cx: &Ctx) -> Value {
        cx.new_float(float(this).abs())
    }

    fn __bool__(this: &Value) -> bool {
        float(this) != 0.0
    }

    fn __int__(this: &Value, cx: &Ctx) -> PyResult<Value> {
        cx.int_from_float(float(this))
    }

    fn __float__(this: &Value, cx: &Ctx) -> Value {
        cx.new_float(float(this))
    }

    /// The integral part as an integer.
    fn __trunc__(this: &Value, cx: &Ctx) -> PyResult<Value> {
        cx.int_from_float(float(this))
    }

    /// The largest integer that is not greater.
    fn __floor__(this: &Value, cx: &Ctx) -> PyResult<Value> {
        cx.int_from_float(float(this).floor())
    }

    /// The smallest integer that is not less.
    fn __ceil__(this: &Value, cx: &Ctx) -> PyResult<Value> {
        cx.int_from_float(float(this).ceil())
    }

    /// The nearest integer, half to even; or the nearest float with ndigits digits behind the point.
    #[pymethod(signature = (ndigits = None, /))]
    fn __round__(this: &Value, cx: &Ctx, ndigits: Option<&Value>) -> PyResult<Value> {
        let value = float(this);
        let Some(digits) = ndigits else {
            return cx.int_from_float(value.round_ties_even());
        };
        let digits = cx.to_clamped_size(digits)?;
        if !value.is_finite() || digits > 323 {
            return Ok(cx.new_float(value));
        }
        if digits < -308 {
            return Ok(cx.new_float(0.0_f64.copysign(value)));
        }
        match round_to_digits(value, digits) {
            Some(rounded) => Ok(cx.new_float(rounded)),
            None => Err(cx.overflow_error("rounded value too large to represent")),
        }
    }

    /// The float as the format specification asks.
    fn __format__(this: &Value, cx: &Ctx, format_spec: &Py<Str>) -> PyResult<Value> {
        if format_spec.size() == 0 {
            return Ok(cx.str(this)?.into_value());
        }
        let class = cx.type_name(this);
        match format_float(
            float(this),
            format_spec.as_wtf8(),
            &class,
            &NumericLocale::default(),
        ) {
            Ok(text) => Ok(cx.new_str(&text)?.into_value()),
            Err(error) => Err(cx.format_error(&error)),
        }
    }

    fn __getnewargs__(this: &Value, cx: &Ctx) -> (Value,) {
        (cx.new_float(float(this)),)
    }

    /// The float itself, which is its own complex conjugate.
    fn conjugate(this: &Value, cx: &Ctx) -> Value {
        cx.new_float(float(this))
    }

    /// Whether the float is an integer.
    fn is_integer(this: &Value) -> bool {
        let value = float(this);
        value.is_finite() && value == value.floor()
    }

    /// Two integers, numerator and positive denominator, whose quotient is the float exactly.
    ///
    ///     >>> (10.0).as_integer_ratio()
    ///     (10, 1)
    ///     >>> (0.0).as_integer_ratio()
    ///     (0, 1)
    ///     >>> (-.25).as_integer_ratio()
    ///     (-1, 4)
    fn as_integer_ratio(this: &Value, cx: &Ctx) -> PyResult<(BigInt, BigInt)> {
        let value = float(this);
        if value.is_infinite() {
            return Err(cx.overflow_error("cannot convert Infinity to integer ratio"));
        }
        if value.is_nan() {
            return Err(cx.value_error("cannot convert NaN to integer ratio"));
        }
        Ok(arith::integer_ratio(value))
    }

    /// The float in hexadecimal, exactly.
    ///
    ///     >>> (-0.1).hex()
    ///     '-0x1.999999999999ap-4'
    ///     >>> 3.14159.hex()
    ///     '0x1.921f9f01b866ep+1'
    fn hex(this: &Value) -> String {
        float_to_hex(float(this))
    }

    /// The float that a hexadecimal text stands for.
    ///
    ///     >>> float.fromhex('0x1.ffffp10')
    ///     2047.984375
    ///     >>> float.fromhex('-0x1p-1074')
    ///     -5e-324
    #[classmethod]
    fn fromhex(cls: &Py<Type>, cx: &Ctx, string: &Py<Str>) -> PyResult<Value> {
        let value = match float_from_hex(string.as_wtf8().as_bytes()) {
            Ok(value) => cx.new_float(value),
            Err(error @ HexFloatError::Invalid) => return Err(cx.value_error(error.to_string())),
            Err(error @ HexFloatError::TooLarge) => {
                return Err(cx.overflow_error(error.to_string()));
            }
        };
        if cls.is(&cx.types().float) {
            Ok(value)
        } else {
            cx.call(cls.as_value(), &[value])
        }
    }

    /// Converts any real number to a float; refuses text.
    #[classmethod]
    fn from_number(cls: &Py<Type>, cx: &Ctx, number: &Value) -> PyResult<Value> {
        if number.as_float().is_some() && cls.is(&cx.types().float) && cx.class_of(number).is(cls) {
            return Ok(number.clone());
        }
        let value = cx.new_float(cx.to_f64(number)?);
        if cls.is(&cx.types().float) {
            Ok(value)
        } else {
            cx.call(cls.as_value(), &[value])
        }
    }

    /// How this machine stores 'double' or 'float'.
    #[classmethod]
    fn __getformat__(cls: &Py<Type>, cx: &Ctx, typestr: &Py<Str>) -> PyResult<&'static str> {
        let _ = cls;
        match typestr.to_str() {
            Some("double" | "float") if cfg!(target_endian = "little") => Ok("IEEE, little-endian"),
            Some("double" | "float") => Ok("IEEE, big-endian"),
            _ => Err(cx.value_error("__getformat__() argument 1 must be 'double' or 'float'")),
        }
    }

    /// the real part of a complex number
    #[getter]
    fn real(this: &Value, cx: &Ctx) -> Value {
        cx.new_float(float(this))
    }

    /// the imaginary part of a complex number
    #[getter]
    fn imag(this: &Value) -> f64 {
        let _ = this;
        0.0
    }
}

/// Rounds by way of the exact decimal digits, so that ties are those of the true value; `None` on overflow.
pub(crate) fn round_to_digits(value: f64, digits: isize) -> Option<f64> {
    if digits >= 0 {
        let layout = FloatLayout::new(FloatKind::Fixed, digits as usize);
        let text = taipan_text::number::format_float(value, &layout);
        return float_from_ascii(text.as_bytes())
            .ok()
            .filter(|rounded| rounded.is_finite());
    }
    // To a power of ten: exact in integers, half to even.
    let unit = BigInt::from(10).pow(digits.unsigned_abs() as u32);
    let (numerator, denominator) = arith::integer_ratio(value.abs());
    let whole_unit = unit.clone() * denominator;
    let doubled: BigInt = numerator * 2;
    let mut quotient: BigInt = (&doubled + &whole_unit) / (&whole_unit * 2);
    if (&doubled + &whole_unit) % (&whole_unit * 2) == BigInt::ZERO && quotient.bit(0) {
        quotient -= 1;
    }
    let rounded = num_traits::ToPrimitive::to_f64(&(quotient * unit))?;
    rounded.is_finite().then_some(rounded.copysign(value))
}

impl Ctx {
    /// `int(float)`.
    ///
    /// # Errors
    /// `OverflowError` for infinities, `ValueError` for NaN.
    pub fn int_from_float(&self, value: f64) -> PyResult<Value> {
        if value.abs() < 1e18 {
            return Ok(self.new_int(value as i64));
        }
        if value.is_nan() {
            return Err(self.value_error("cannot convert float NaN to integer"));
        }
        match BigInt::from_f64(value.trunc()) {
            Some(integer) => Ok(self.new_bigint(integer)),
            None => Err(self.overflow_error("cannot convert float infinity to integer")),
        }
    }

    /// `float(value)` as a Rust float: text is parsed.
    ///
    /// # Errors
    /// `ValueError` for malformed text, `TypeError` for what is neither text nor number.
    pub fn float_from_any(&self, value: &Value) -> PyResult<f64> {
        let is_number = |text: &Py<Str>| text.header().class().slots.float.get().is_some();
        let parsed = if let Some(text) = value.downcast_ref::<Str>().filter(|text| !is_number(text))
        {
            float_from_text(text.as_wtf8())
        } else if value.as_float().is_some() || value.as_int().is_some() {
            // A subclass may say otherwise.
            return match self.class_of(value).slots.float.get() {
                Some(float) if self.class_of(value).is_heap_type() => {
                    self.checked_float(value, float(self, value)?)
                }
                _ => self.to_f64(value),
            };
        } else if let Some(bytes) = self.bytes_like(value) {
            float_from_ascii(&bytes)
        } else {
            let slots = &self.class_of(value).slots;
            if slots.float.get().is_none() && slots.index.get().is_none() {
                return Err(self.type_error(format!(
                    "float() argument must be a string or a real number, not '{}'",
                    self.type_name(value)
                )));
            }
            return self.to_f64(value);
        };
        match parsed {
            Ok(number) => Ok(number),
            Err(_) => {
                let shown = self.repr(value)?;
                Err(self.value_error(format!(
                    "could not convert string to float: {}",
                    shown.to_string_lossy()
                )))
            }
        }
    }
}
