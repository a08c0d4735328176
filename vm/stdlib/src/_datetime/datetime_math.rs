//! Comparison, hash and arithmetic of `datetime`.

use std::cmp::Ordering;

use taipan_macros::pymethods;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::objects::slots::CompareOp;
use taipan_vm::value::{Py, Value};

use super::clock::Clock;
use super::datetime::{DateTime, make};
use super::delta::{DAY, TimeDelta};

/// The point so many microseconds later, of the same class and in the same zone.
///
/// # Errors
/// `OverflowError` if there is no such year; what a subclass raises.
pub(crate) fn shifted(cx: &Ctx, point: &Py<DateTime>, micros: i128) -> PyResult<Value> {
    let total = i128::from(point.clock.micros()) + micros;
    // Spans have less than 2^31 days.
    let day = point.day().plus(cx, total.div_euclid(DAY) as i64)?;
    let clock = Clock::from_micros(total.rem_euclid(DAY) as i64);
    make(cx, point.header().class(), day, clock, 0, point.tzinfo())
}

fn micros(point: &DateTime) -> i128 {
    i128::from(point.day().ordinal()) * DAY + i128::from(point.clock.micros())
}

fn same_zone(left: &DateTime, right: &DateTime) -> bool {
    match (left.tzinfo(), right.tzinfo()) {
        (None, None) => true,
        (Some(left), Some(right)) => left.is(&right),
        _ => false,
    }
}

/// A point's offset if its fold were the other.
fn other_offset(cx: &Ctx, point: &Py<DateTime>) -> PyResult<Option<Py<TimeDelta>>> {
    let fold = 1 - point.fold.get();
    let class = cx.native_class(DateTime::class());
    let flipped = make(cx, &class, point.day(), point.clock, fold, point.tzinfo())?;
    match flipped.downcast_ref::<DateTime>() {
        Some(point) => point.utcoffset(cx, &flipped),
        None => Ok(None),
    }
}

/// Whether the offset depends on the fold: then the point equals none of another zone (PEP 495).
fn is_ambiguous(cx: &Ctx, point: &Py<DateTime>, offset: Option<&Py<TimeDelta>>) -> PyResult<bool> {
    let other = other_offset(cx, point)?;
    Ok(match (offset, other) {
        (Some(offset), Some(other)) => offset.total() != other.total(),
        (None, None) => false,
        _ => true,
    })
}

impl DateTime {
    fn fields_cmp(&self, other: &Self) -> Ordering {
        (self.day(), self.clock).cmp(&(other.day(), other.clock))
    }
}

#[pymethods(part = 1)]
impl DateTime {
    fn __hash__(this: &Py<DateTime>, cx: &Ctx) -> PyResult<i64> {
        let cached = this.cached_hash();
        if cached.get() != 0 {
            return Ok(cached.get());
        }
        let zone = this.tzinfo();
        let offset = if this.fold.get() != 0 && zone.is_some() {
            let class = cx.native_class(DateTime::class());
            let first = make(cx, &class, this.day(), this.clock, 0, zone)?;
            match first.downcast_ref::<DateTime>() {
                Some(point) => point.utcoffset(cx, &first)?,
                None => None,
            }
        } else {
            this.utcoffset(cx, this.as_value())?
        };
        let hash = match offset {
            None => cx.hash_bytes(&this.state(false)),
            Some(offset) => cx.hash(&TimeDelta::make(cx, micros(this) - offset.total())?)?,
        };
        cached.set(hash);
        Ok(hash)
    }

    fn __richcompare__(
        this: &Py<DateTime>,
        cx: &Ctx,
        other: &Value,
        op: CompareOp,
    ) -> PyResult<Value> {
        let Some(other) = other.downcast_ref::<DateTime>() else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        if same_zone(this, other) {
            return Ok(Value::bool(op.holds(this.fields_cmp(other))));
        }
        let left = this.utcoffset(cx, this.as_value())?;
        let right = other.utcoffset(cx, other.as_value())?;
        let is_equality = matches!(op, CompareOp::Eq | CompareOp::Ne);
        let mut ordering = match (&left, &right) {
            (None, None) => this.fields_cmp(other),
            (Some(left), Some(right)) => {
                (micros(this) - left.total()).cmp(&(micros(other) - right.total()))
            }
            _ if is_equality => return Ok(Value::bool(op == CompareOp::Ne)),
            _ => {
                return Err(cx.type_error("can't compare offset-naive and offset-aware datetimes"));
            }
        };
        if is_equality
            && ordering.is_eq()
            && (is_ambiguous(cx, this, left.as_ref())? || is_ambiguous(cx, other, right.as_ref())?)
        {
            ordering = Ordering::Greater;
        }
        Ok(Value::bool(op.holds(ordering)))
    }

    fn __add__(this: &Value, cx: &Ctx, other: &Value) -> PyResult<Value> {
        let point = this.downcast_ref::<DateTime>().or(other.downcast_ref());
        let span = this.downcast_ref::<TimeDelta>().or(other.downcast_ref());
        match (point, span) {
            (Some(point), Some(span)) => shifted(cx, point, span.total()),
            _ => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    fn __sub__(this: &Value, cx: &Ctx, other: &Value) -> PyResult<Value> {
        let Some(point) = this.downcast_ref::<DateTime>() else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        if let Some(span) = other.downcast_ref::<TimeDelta>() {
            return shifted(cx, point, -span.total());
        }
        match other.downcast_ref::<DateTime>() {
            Some(other) => TimeDelta::make(cx, difference(cx, point, other)?),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }
}

/// The microseconds from `right` to `left`.
///
/// # Errors
/// `TypeError` if only one of them has an offset; what a zone raises.
pub(super) fn difference(cx: &Ctx, left: &Py<DateTime>, right: &Py<DateTime>) -> PyResult<i128> {
    let difference = micros(left) - micros(right);
    if same_zone(left, right) {
        return Ok(difference);
    }
    let left = left.utcoffset(cx, left.as_value())?;
    let right = right.utcoffset(cx, right.as_value())?;
    match (left, right) {
        (None, None) => Ok(difference),
        (Some(left), Some(right)) => Ok(difference - (left.total() - right.total())),
        _ => Err(cx.type_error("can't subtract offset-naive and offset-aware datetimes")),
    }
}
