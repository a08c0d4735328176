//! `timedelta`: a span of time, a whole number of microseconds.

use std::cell::Cell;

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{Signed, Zero};
use taipan_macros::{pyclass, pymethods};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::{PyErr, PyResult};
use taipan_vm::native::bind::{Signature, bind_keywords};
use taipan_vm::native::{Args, IntoValue};
use taipan_vm::objects::slots::CompareOp;
use taipan_vm::objects::{Tuple, Type};
use taipan_vm::protocol::BinaryOp;
use taipan_vm::value::{Py, Value};

/// Microseconds.
pub(crate) const SECOND: i128 = 1_000_000;
pub(super) const MINUTE: i128 = 60 * SECOND;
pub(super) const DAY: i128 = 86_400 * SECOND;
/// The most days that a span may have.
pub(super) const MAX_DAYS: i32 = 999_999_999;

/// Difference between two datetime values.
///
/// timedelta(days=0, seconds=0, microseconds=0, milliseconds=0, minutes=0, hours=0, weeks=0)
///
/// All arguments are optional and default to 0.
/// Arguments may be integers or floats, and may be positive or negative.
#[pyclass(name = "timedelta", module = "datetime", subclassable, text_signature = None)]
pub(crate) struct TimeDelta {
    days: i32,
    /// 0 to 86,399.
    seconds: i32,
    /// 0 to 999,999.
    microseconds: i32,
    /// 0 if not computed yet.
    hash: Cell<i64>,
}

const NEW: &Signature = &Signature {
    function: "__new__",
    parameters: &[
        "days",
        "seconds",
        "microseconds",
        "milliseconds",
        "minutes",
        "hours",
        "weeks",
    ],
    positional_only: 0,
    positional: 7,
    required: 0,
    keyword_required: &[],
    rest: false,
    extra: false,
};

/// The units of the constructor's parameters, in microseconds.
const UNITS: [i64; 7] = [
    86_400_000_000,
    1_000_000,
    1,
    1000,
    60_000_000,
    3_600_000_000,
    604_800_000_000,
];

/// The order in which the parameters are looked at.
const ORDER: [usize; 7] = [2, 3, 1, 4, 5, 0, 6];

fn too_large(cx: &Ctx) -> PyErr {
    cx.overflow_error("Python int too large to convert to C int")
}

fn divided_by_zero(cx: &Ctx) -> PyErr {
    cx.zero_division_error("division by zero")
}

/// The quotient rounded to the nearest integer, to the even one of two.
fn divide_nearest(cx: &Ctx, dividend: &BigInt, divisor: &BigInt) -> PyResult<BigInt> {
    if divisor.is_zero() {
        return Err(divided_by_zero(cx));
    }
    let (quotient, rest) = dividend.div_mod_floor(divisor);
    let ordering = (rest.abs() * 2_u8).cmp(&divisor.abs());
    let up = ordering.is_gt() || (ordering.is_eq() && quotient.is_odd());
    Ok(if up { quotient + 1_u8 } else { quotient })
}

/// A float's exact value as a fraction.
fn ratio(cx: &Ctx, number: &Value) -> PyResult<(BigInt, BigInt)> {
    let parts = cx.call_method(number, &cx.intern("as_integer_ratio"), &[])?;
    let Some(tuple) = parts.downcast_ref::<Tuple>() else {
        return Err(cx.type_error(format!(
            "unexpected return type from as_integer_ratio(): expected tuple, not '{}'",
            cx.type_name(&parts)
        )));
    };
    let [numerator, denominator] = tuple.as_slice() else {
        return Err(cx.value_error("as_integer_ratio() must return a 2-tuple"));
    };
    let whole = |part: &Value| match part.as_int() {
        Some(number) => Ok(number.to_bigint().into_owned()),
        None => Err(cx.type_error(format!(
            "unexpected return type from as_integer_ratio(): expected int, not '{}'",
            cx.type_name(part)
        ))),
    };
    Ok((whole(numerator)?, whole(denominator)?))
}

/// Adds `value` times `unit` microseconds; what is less than one goes into `rest`.
fn accumulate(
    cx: &Ctx,
    name: &str,
    sum: &mut BigInt,
    rest: &mut f64,
    value: &Value,
    unit: i64,
) -> PyResult<()> {
    if let Some(number) = value.as_int() {
        *sum += number.to_bigint().as_ref() * unit;
        return Ok(());
    }
    let Some(number) = value.as_float() else {
        return Err(cx.type_error(format!(
            "unsupported type for timedelta {name} component: {}",
            cx.class_of(value).full_name()
        )));
    };
    let whole = |number: f64| -> PyResult<BigInt> {
        let whole = cx.int_from_float(number)?;
        cx.to_bigint(&whole)
    };
    *sum += whole(number)? * unit;
    let fraction = number.fract();
    if fraction != 0.0 {
        let micros = unit as f64 * fraction;
        *sum += whole(micros)?;
        *rest += micros.fract();
    }
    Ok(())
}

/// `rest` rounded to a whole number so that `sum` plus it is even where `rest` is halfway.
fn rounded_rest(sum: &BigInt, rest: f64) -> f64 {
    let nearest = rest.round();
    if (nearest - rest).abs() != 0.5 {
        return nearest;
    }
    let odd = if sum.is_odd() { 1.0 } else { 0.0 };
    2.0 * ((rest + odd) * 0.5).round() - odd
}

impl TimeDelta {
    /// All of it in microseconds.
    pub(super) fn total(&self) -> i128 {
        i128::from(self.days) * DAY
            + i128::from(self.seconds) * SECOND
            + i128::from(self.microseconds)
    }

    /// The days of it, rounded down.
    pub(super) fn whole_days(&self) -> i32 {
        self.days
    }

    /// # Errors
    /// `OverflowError` if there are too many days.
    fn payload(cx: &Ctx, total: i128) -> PyResult<Self> {
        let (days, rest) = total.div_mod_floor(&DAY);
        let days = i32::try_from(days).map_err(|_| too_large(cx))?;
        if !(-MAX_DAYS..=MAX_DAYS).contains(&days) {
            return Err(
                cx.overflow_error(format!("days={days}; must have magnitude <= {MAX_DAYS}"))
            );
        }
        Ok(Self {
            days,
            seconds: (rest / SECOND) as i32,
            microseconds: (rest % SECOND) as i32,
            hash: Cell::new(0),
        })
    }

    /// A `timedelta` of so many microseconds.
    ///
    /// # Errors
    /// `OverflowError` if there are too many days.
    pub(super) fn make_exact(cx: &Ctx, total: i128) -> PyResult<Py<Self>> {
        let class = cx.native_class(Self::class());
        Ok(cx.heap().allocate(&class, Self::payload(cx, total)?))
    }

    /// See [`TimeDelta::make_exact`].
    ///
    /// # Errors
    /// `OverflowError` if there are too many days.
    pub(crate) fn make(cx: &Ctx, total: i128) -> PyResult<Value> {
        Self::make_exact(cx, total).map(Py::into_value)
    }

    fn make_big(cx: &Ctx, total: &BigInt) -> PyResult<Value> {
        Self::make(cx, i128::try_from(total).map_err(|_| too_large(cx))?)
    }

    /// # Errors
    /// `ValueError` if it is too long for an offset from UTC.
    pub(super) fn check_offset(&self, cx: &Ctx) -> PyResult<()> {
        if self.total().abs() < DAY {
            return Ok(());
        }
        Err(cx.value_error(format!(
            "offset must be a timedelta strictly between -timedelta(hours=24) and timedelta(hours=24), not datetime.timedelta({})",
            self.arguments()
        )))
    }

    /// The constructor's arguments.
    fn arguments(&self) -> String {
        let parts = [
            ("days", self.days),
            ("seconds", self.seconds),
            ("microseconds", self.microseconds),
        ];
        let shown: Vec<String> = parts
            .iter()
            .filter(|(_, number)| *number != 0)
            .map(|(name, number)| format!("{name}={number}"))
            .collect();
        if shown.is_empty() {
            "0".to_owned()
        } else {
            shown.join(", ")
        }
    }

    fn state(&self) -> (i32, i32, i32) {
        (self.days, self.seconds, self.microseconds)
    }
}

/// Both operands, if both are spans.
fn both<'a>(left: &'a Value, right: &'a Value) -> Option<(&'a Py<TimeDelta>, &'a Py<TimeDelta>)> {
    Some((left.downcast_ref()?, right.downcast_ref()?))
}

/// A span and an integer or float, in either order.
fn with_number<'a>(left: &'a Value, right: &'a Value) -> Option<(&'a Py<TimeDelta>, &'a Value)> {
    match (
        left.downcast_ref::<TimeDelta>(),
        right.downcast_ref::<TimeDelta>(),
    ) {
        (Some(span), None) => Some((span, right)),
        (None, Some(span)) => Some((span, left)),
        _ => None,
    }
}

#[pymethods]
impl TimeDelta {
    #[new]
    fn new(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> PyResult<Py<TimeDelta>> {
        let slots = bind_keywords::<7>(cx, NEW, args)?.slots;
        let mut sum = BigInt::ZERO;
        let mut rest = 0.0;
        for index in ORDER {
            if let Some(value) = slots[index] {
                let name = NEW.parameters[index];
                accumulate(cx, name, &mut sum, &mut rest, value, UNITS[index])?;
            }
        }
        if rest != 0.0 {
            sum += rounded_rest(&sum, rest) as i64;
        }
        let total = i128::try_from(&sum).map_err(|_| too_large(cx))?;
        Ok(cx.heap().allocate(cls, TimeDelta::payload(cx, total)?))
    }

    /// Number of days.
    #[member]
    fn days(&self) -> i32 {
        self.days
    }

    /// Number of seconds (>= 0 and less than 1 day).
    #[member]
    fn seconds(&self) -> i32 {
        self.seconds
    }

    /// Number of microseconds (>= 0 and less than 1 second).
    #[member]
    fn microseconds(&self) -> i32 {
        self.microseconds
    }

    /// Total seconds in the duration.
    fn total_seconds(&self, cx: &Ctx) -> PyResult<Value> {
        let total = self.total().into_value(cx)?;
        cx.binary_op(BinaryOp::TrueDivide, &total, &Value::int32(1_000_000))
    }

    /// __reduce__() -> (cls, state)
    fn __reduce__(this: &Py<TimeDelta>) -> (Value, (i32, i32, i32)) {
        (this.header().class().to_value(), this.state())
    }

    fn __repr__(this: &Py<TimeDelta>) -> String {
        let name = this.header().class().full_name();
        format!("{name}({})", this.arguments())
    }

    fn __str__(&self) -> String {
        let (hours, minutes) = (self.seconds / 3600, self.seconds / 60 % 60);
        let mut text = match self.days {
            0 => String::new(),
            1 | -1 => format!("{} day, ", self.days),
            days => format!("{days} days, "),
        };
        text += &format!("{hours}:{minutes:02}:{:02}", self.seconds % 60);
        if self.microseconds != 0 {
            text += &format!(".{:06}", self.microseconds);
        }
        text
    }

    fn __hash__(&self, cx: &Ctx) -> PyResult<i64> {
        if self.hash.get() == 0 {
            let state = self.state().into_value(cx)?;
            self.hash.set(cx.hash(&state)?);
        }
        Ok(self.hash.get())
    }

    fn __bool__(&self) -> bool {
        self.total() != 0
    }

    fn __richcompare__(&self, other: &Value, op: CompareOp) -> Value {
        match other.downcast_ref::<TimeDelta>() {
            Some(other) => Value::bool(op.holds(self.total().cmp(&other.total()))),
            None => Value::NOT_IMPLEMENTED,
        }
    }

    fn __neg__(&self, cx: &Ctx) -> PyResult<Value> {
        TimeDelta::make(cx, -self.total())
    }

    fn __pos__(&self, cx: &Ctx) -> PyResult<Value> {
        TimeDelta::make(cx, self.total())
    }

    fn __abs__(&self, cx: &Ctx) -> PyResult<Value> {
        TimeDelta::make(cx, self.total().abs())
    }

    fn __add__(this: &Value, cx: &Ctx, other: &Value) -> PyResult<Value> {
        match both(this, other) {
            Some((left, right)) => TimeDelta::make(cx, left.total() + right.total()),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    fn __sub__(this: &Value, cx: &Ctx, other: &Value) -> PyResult<Value> {
        match both(this, other) {
            Some((left, right)) => TimeDelta::make(cx, left.total() - right.total()),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    fn __mul__(this: &Value, cx: &Ctx, other: &Value) -> PyResult<Value> {
        let Some((span, number)) = with_number(this, other) else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        let total = BigInt::from(span.total());
        if let Some(number) = number.as_int() {
            return TimeDelta::make_big(cx, &(total * number.to_bigint().as_ref()));
        }
        if number.as_float().is_none() {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        let (numerator, denominator) = ratio(cx, number)?;
        let total = divide_nearest(cx, &(total * numerator), &denominator)?;
        TimeDelta::make_big(cx, &total)
    }

    fn __truediv__(this: &Value, cx: &Ctx, other: &Value) -> PyResult<Value> {
        if let Some((left, right)) = both(this, other) {
            let (left, right) = (left.total().into_value(cx)?, right.total().into_value(cx)?);
            return cx.binary_op(BinaryOp::TrueDivide, &left, &right);
        }
        let Some(span) = this.downcast_ref::<TimeDelta>() else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        let total = BigInt::from(span.total());
        let quotient = if let Some(number) = other.as_int() {
            divide_nearest(cx, &total, number.to_bigint().as_ref())?
        } else if other.as_float().is_some() {
            let (numerator, denominator) = ratio(cx, other)?;
            divide_nearest(cx, &(total * denominator), &numerator)?
        } else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        TimeDelta::make_big(cx, &quotient)
    }

    fn __floordiv__(this: &Value, cx: &Ctx, other: &Value) -> PyResult<Value> {
        if let Some((left, right)) = both(this, other) {
            if right.total() == 0 {
                return Err(divided_by_zero(cx));
            }
            return Integer::div_floor(&left.total(), &right.total()).into_value(cx);
        }
        let (Some(span), Some(number)) = (this.downcast_ref::<TimeDelta>(), other.as_int()) else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        let number = number.to_bigint();
        if number.is_zero() {
            return Err(divided_by_zero(cx));
        }
        TimeDelta::make_big(cx, &BigInt::from(span.total()).div_floor(&number))
    }

    fn __mod__(this: &Value, cx: &Ctx, other: &Value) -> PyResult<Value> {
        let Some((left, right)) = both(this, other) else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        if right.total() == 0 {
            return Err(divided_by_zero(cx));
        }
        TimeDelta::make(cx, left.total().mod_floor(&right.total()))
    }

    fn __divmod__(this: &Value, cx: &Ctx, other: &Value) -> PyResult<Value> {
        let Some((left, right)) = both(this, other) else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        if right.total() == 0 {
            return Err(divided_by_zero(cx));
        }
        let (quotient, rest) = left.total().div_mod_floor(&right.total());
        let parts = vec![quotient.into_value(cx)?, TimeDelta::make(cx, rest)?];
        Ok(cx.new_tuple(parts).into_value())
    }
}
