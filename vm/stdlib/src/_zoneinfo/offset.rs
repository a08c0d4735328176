//! What holds in a zone for a while: the offset from UTC, how much of it is summer time, and its name.

use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::heap::Visitor;
use taipan_vm::value::Value;

use crate::_datetime::delta::{SECOND, TimeDelta};

#[derive(Clone)]
pub(super) struct Offset {
    /// East of UTC.
    pub(super) seconds: i64,
    /// How much of it is summer time, in seconds.
    pub(super) dst_seconds: i64,
    /// `seconds` as a `timedelta`.
    pub(super) utc: Value,
    /// The summer time as a `timedelta`.
    pub(super) dst: Value,
    pub(super) name: Value,
}

/// A `timedelta`.
///
/// # Errors
/// `OverflowError`.
pub(super) fn delta(cx: &Ctx, seconds: i64) -> PyResult<Value> {
    TimeDelta::make(cx, i128::from(seconds) * SECOND)
}

impl Offset {
    /// # Errors
    /// `OverflowError` for an offset that is no `timedelta`.
    pub(super) fn new(cx: &Ctx, seconds: i64, dst_seconds: i64, name: String) -> PyResult<Self> {
        let name = cx.new_str(&name)?.into_value();
        Self::named(cx, seconds, dst_seconds, name)
    }

    /// # Errors
    /// `OverflowError` for an offset that is no `timedelta`.
    pub(super) fn named(cx: &Ctx, seconds: i64, dst_seconds: i64, name: Value) -> PyResult<Self> {
        Ok(Self {
            seconds,
            dst_seconds,
            utc: delta(cx, seconds)?,
            dst: delta(cx, dst_seconds)?,
            name,
        })
    }

    pub(super) fn visit(&self, visit: &mut Visitor<'_>) {
        visit(&self.utc);
        visit(&self.dst);
        visit(&self.name);
    }

    /// # Errors
    /// What comparing the names raises.
    pub(super) fn is_same(&self, cx: &Ctx, other: &Self) -> PyResult<bool> {
        Ok(self.seconds == other.seconds
            && self.dst_seconds == other.dst_seconds
            && cx.is_equal(&self.name, &other.name)?)
    }
}
