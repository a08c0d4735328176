//! What Python sees of `int`.

use num_bigint::BigInt;
use num_integer::Integer as _;
use num_traits::{Signed, ToPrimitive, Zero};
use taipan_macros::pymethods;
use taipan_text::format::{IntRef as FormatInt, NumericLocale, format_int};
use taipan_text::number::{Radix, int_to_decimal, int_to_radix};

use super::arith::{self, exact, int};
use super::bytes::{ByteOrder, from_bytes, to_bytes};
use super::{Int, IntRef, construct};
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::Args;
use crate::objects::slots::CompareOp;
use crate::objects::{Str, Type};
use crate::value::{Py, Value};

#[pymethods]
impl Int {
    #[new]
    fn new(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> PyResult<Value> {
        construct::new(cx, cls, args)
    }

    fn __repr__(this: &Value, cx: &Ctx) -> PyResult<Value> {
        if let Some(small) = this.as_small_int() {
            return small_decimal(cx, small);
        }
        Ok(cx.new_str(&decimal(cx, int(this))?)?.into_value())
    }

    fn __hash__(this: &Value) -> i64 {
        arith::hash_of(int(this))
    }

    fn __richcompare__(this: &Value, cx: &Ctx, other: &Value, op: CompareOp) -> PyResult<Value> {
        arith::compare(cx, this, other, op)
    }

    fn __add__(this: &Value, cx: &Ctx, other: &Value) -> PyResult<Value> {
        arith::add(cx, this, other)
    }

    fn __sub__(this: &Value, cx: &Ctx, other: &Value) -> PyResult<Value> {
        arith::subtract(cx, this, other)
    }

    fn __mul__(this: &Value, cx: &Ctx, other: &Value) -> PyResult<Value> {
        arith::multiply(cx, this, other)
    }

    fn __floordiv__(this: &Value, cx: &Ctx, other: &Value) -> PyResult<Value> {
        arith::floor_divide(cx, this, other)
    }

    fn __truediv__(this: &Value, cx: &Ctx, other: &Value) -> PyResult<Value> {
        arith::true_divide(cx, this, other)
    }

    fn __mod__(this: &Value, cx: &Ctx, other: &Value) -> PyResult<Value> {
        arith::remainder(cx, this, other)
    }

    fn __divmod__(this: &Value, cx: &Ctx, other: &Value) -> PyResult<Value> {
        arith::divmod(cx, this, other)
    }

    fn __pow__(this: &Value, cx: &Ctx, exponent: &Value, modulus: &Value) -> PyResult<Value> {
        arith::power(cx, this, exponent, modulus)
    }

    fn __lshift__(this: &Value, cx: &Ctx, count: &Value) -> PyResult<Value> {
        arith::lshift(cx, this, count)
    }

    fn __rshift__(this: &Value, cx: &Ctx, count: &Value) -> PyResult<Value> {
        arith::rshift(cx, this, count)
    }

    fn __and__(this: &Value, cx: &Ctx, other: &Value) -> PyResult<Value> {
        arith::and(cx, this, other)
    }

    fn __or__(this: &Value, cx: &Ctx, other: &Value) -> PyResult<Value> {
        arith::or(cx, this, other)
    }

    fn __xor__(this: &Value, cx: &Ctx, other: &Value) -> PyResult<Value> {
        arith::xor(cx, this, other)
    }

    fn __neg__(this: &Value, cx: &Ctx) -> Value {
        arith::negate(cx, int(this))
    }

    fn __pos__(this: &Value, cx: &Ctx) -> Value {
        exact(cx, int(this))
    }

    fn __abs__(this: &Value, cx: &Ctx) -> Value {
        let value = int(this);
        if arith::is_negative(value) {
            arith::negate(cx, value)
        } else {
            exact(cx, value)
        }
    }

    fn __invert__(this: &Value, cx: &Ctx) -> Value {
        match int(this) {
            IntRef::Small(value) => cx.new_int(!value),
            IntRef::Big(value) => cx.new_bigint(-(value + 1_i32)),
        }
    }

    fn __bool__(this: &Value) -> bool {
        !arith::is_zero(int(this))
    }

    fn __int__(this: &Value, cx: &Ctx) -> Value {
        exact(cx, int(this))
    }

    fn __index__(this: &Value, cx: &Ctx) -> Value {
        exact(cx, int(this))
    }

    fn __float__(this: &Value, cx: &Ctx) -> PyResult<f64> {
        cx.to_f64(this)
    }

    /// The integer itself.
    fn __trunc__(this: &Value, cx: &Ctx) -> Value {
        exact(cx, int(this))
    }

    /// The integer itself.
    fn __floor__(this: &Value, cx: &Ctx) -> Value {
        exact(cx, int(this))
    }

    /// The integer itself.
    fn __ceil__(this: &Value, cx: &Ctx) -> Value {
        exact(cx, int(this))
    }

    /// Rounds to a power of ten for negative ndigits, half to even; otherwise the integer itself.
    #[pymethod(signature = (ndigits = None, /), text_signature = "($self, ndigits=None, /)")]
    fn __round__(this: &Value, cx: &Ctx, ndigits: Option<&Value>) -> PyResult<Value> {
        let value = int(this);
        let Some(digits) = ndigits else {
            return Ok(exact(cx, value));
        };
        let digits = cx.to_bigint(digits)?;
        if !digits.is_negative() {
            return Ok(exact(cx, value));
        }
        let value = value.to_bigint();
        // Beyond the number's own digits everything rounds to zero.
        let Some(count) = (-digits)
            .to_u32()
            .filter(|count| u64::from(*count) <= value.bits())
        else {
            return Ok(cx.new_int(0));
        };
        let unit = BigInt::from(10).pow(count);
        let (quotient, rest) = value.div_mod_floor(&unit);
        let twice = &rest * 2;
        let up = twice > unit || (twice == unit && quotient.is_odd());
        Ok(cx.new_bigint((quotient + i32::from(up)) * unit))
    }

    /// The integer as the format specification asks.
    fn __format__(this: &Value, cx: &Ctx, format_spec: &Py<Str>) -> PyResult<Value> {
        if format_spec.size() == 0 {
            return Ok(cx.str(this)?.into_value());
        }
        let value = match int(this) {
            IntRef::Small(value) => FormatInt::Small(value),
            IntRef::Big(value) => FormatInt::Big(value),
        };
        let class = cx.type_name(this);
        let limit = cx.isolate().int_max_str_digits.get();
        let text = format_int(
            value,
            format_spec.as_wtf8(),
            &class,
            limit,
            &NumericLocale::default(),
        );
        match text {
            Ok(text) => Ok(cx.new_str(&text)?.into_value()),
            Err(error) => Err(cx.format_error(&error)),
        }
    }

    /// The size in memory in bytes.
    fn __sizeof__(this: &Value) -> usize {
        let bits = match int(this) {
            IntRef::Small(value) => u64::from(64 - value.unsigned_abs().leading_zeros()),
            IntRef::Big(value) => value.bits(),
        };
        24 + (bits.div_ceil(30).max(1) as usize) * 4
    }

    fn __getnewargs__(this: &Value, cx: &Ctx) -> (Value,) {
        (exact(cx, int(this)),)
    }

    /// The integer itself, which is its own complex conjugate.
    fn conjugate(this: &Value, cx: &Ctx) -> Value {
        exact(cx, int(this))
    }

    /// How many bits the magnitude needs; 0 needs none.
    ///
    ///     >>> bin(37)
    ///     '0b100101'
    ///     >>> (37).bit_length()
    ///     6
    fn bit_length(this: &Value) -> u64 {
        match int(this) {
            IntRef::Small(value) => u64::from(64 - value.unsigned_abs().leading_zeros()),
            IntRef::Big(value) => value.bits(),
        }
    }

    /// How many bits of the magnitude are set.
    ///
    ///     >>> bin(13)
    ///     '0b1101'
    ///     >>> (13).bit_count()
    ///     3
    fn bit_count(this: &Value) -> u64 {
        match int(this) {
            IntRef::Small(value) => u64::from(value.unsigned_abs().count_ones()),
            IntRef::Big(value) => value.magnitude().count_ones(),
        }
    }

    /// The integer itself and 1, as numerator and denominator.
    ///
    ///     >>> (10).as_integer_ratio()
    ///     (10, 1)
    ///     >>> (-10).as_integer_ratio()
    ///     (-10, 1)
    ///     >>> (0).as_integer_ratio()
    ///     (0, 1)
    fn as_integer_ratio(this: &Value, cx: &Ctx) -> (Value, i64) {
        (exact(cx, int(this)), 1)
    }

    /// Always true; floats have the same method.
    fn is_integer(this: &Value) -> bool {
        let _ = this;
        true
    }

    /// The integer as bytes of the given length and order, in two's complement if signed.
    #[pymethod(signature = (length = 1, byteorder = None, *, signed = false),
               text_signature = "($self, /, length=1, byteorder='big', *, signed=False)")]
    fn to_bytes(
        this: &Value,
        cx: &Ctx,
        length: isize,
        byteorder: Option<&Py<Str>>,
        signed: bool,
    ) -> PyResult<Value> {
        let order = ByteOrder::from_argument(cx, byteorder)?;
        let Ok(length) = usize::try_from(length) else {
            return Err(cx.value_error("length argument must be non-negative"));
        };
        let bytes = to_bytes(cx, &int(this).to_bigint(), length, order, signed)?;
        cx.new_bytes(&bytes)
    }

    /// The integer that bytes stand for, in the given order, as two's complement if signed.
    #[classmethod(signature = (bytes, byteorder = None, *, signed = false),
                  text_signature = "($type, /, bytes, byteorder='big', *, signed=False)")]
    fn from_bytes(
        cls: &Py<Type>,
        cx: &Ctx,
        bytes: &Value,
        byteorder: Option<&Py<Str>>,
        signed: bool,
    ) -> PyResult<Value> {
        let order = ByteOrder::from_argument(cx, byteorder)?;
        let bytes = cx.bytes_from_any(bytes)?;
        let value = cx.new_bigint(from_bytes(&bytes, order, signed));
        if cls.is(&cx.types().int) {
            Ok(value)
        } else {
            cx.call(cls.as_value(), &[value])
        }
    }

    /// the real part of a complex number
    #[getter]
    fn real(this: &Value, cx: &Ctx) -> Value {
        exact(cx, int(this))
    }

    /// the imaginary part of a complex number
    #[getter]
    fn imag(this: &Value) -> i64 {
        let _ = this;
        0
    }

    /// the numerator of a rational number in lowest terms
    #[getter]
    fn numerator(this: &Value, cx: &Ctx) -> Value {
        exact(cx, int(this))
    }

    /// the denominator of a rational number in lowest terms
    #[getter]
    fn denominator(this: &Value) -> i64 {
        let _ = this;
        1
    }
}

/// `str(int)`.
/// The digits of a small integer, without a copy between.
fn small_decimal(cx: &Ctx, value: i64) -> PyResult<Value> {
    let mut room = [0; 20];
    let (mut start, mut rest) = (room.len(), value.unsigned_abs());
    loop {
        start -= 1;
        room[start] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if value < 0 {
        start -= 1;
        room[start] = b'-';
    }
    match std::str::from_utf8(&room[start..]) {
        Ok(digits) => Ok(cx
            .new_str_counted(digits.as_ref(), digits.len())?
            .into_value()),
        Err(_) => Err(cx.system_error("digits are text")),
    }
}

pub(crate) fn decimal(cx: &Ctx, value: IntRef<'_>) -> PyResult<String> {
    match value {
        IntRef::Small(value) => Ok(value.to_string()),
        IntRef::Big(value) => int_to_decimal(value, cx.isolate().int_max_str_digits.get())
            .map_err(|error| cx.value_error(error.to_string())),
    }
}

impl Ctx {
    /// `bin`, `oct` and `hex` of an integer: with prefix and sign.
    ///
    /// # Errors
    /// `TypeError` for a non-integer.
    pub fn int_with_prefix(&self, value: &Value, radix: Radix) -> PyResult<Value> {
        let number = self.to_bigint(value)?;
        let sign = if number.is_negative() { "-" } else { "" };
        let digits = int_to_radix(&number.abs(), radix);
        let digits = digits.strip_prefix(radix.prefix()).unwrap_or(&digits);
        Ok(self
            .new_str(&format!("{sign}{}{digits}", radix.prefix()))?
            .into_value())
    }

    /// The integer square root (`math.isqrt`) of a number that is not negative.
    #[must_use]
    pub fn integer_sqrt(value: &BigInt) -> BigInt {
        if value.is_zero() {
            BigInt::ZERO
        } else {
            value.sqrt()
        }
    }
}
