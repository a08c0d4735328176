//! The range object and its arithmetic.
//!
//! Invariants
//! 1. `start`, `stop`, `step` and `length` are exact `int`s; `step` is not zero.
//! 2. `small` is there if all numbers, and every number up to one step past the end, are machine integers.

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{One, Signed, ToPrimitive, Zero};
use taipan_macros::pyclass;

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::objects::slice::Slice;
use crate::value::{Py, Value};

/// range(stop) -> range object
/// range(start, stop[, step]) -> range object
///
/// Return an object that produces a sequence of integers from start (inclusive)
/// to stop (exclusive) by step.  range(i, j) produces i, i+1, i+2, ..., j-1.
/// start defaults to 0, and stop is omitted!  range(4) produces 0, 1, 2, 3.
/// These are exactly the valid indices for a list of 4 elements.
/// When step is given, it specifies the increment (or decrement).
#[pyclass(name = "range", sequence, text_signature = None)]
pub struct Range {
    pub(super) start: Value,
    pub(super) stop: Value,
    pub(super) step: Value,
    pub(super) length: Value,
    small: Option<SmallRange>,
}

/// A range of machine integers.
#[derive(Debug, Clone, Copy)]
pub struct SmallRange {
    pub start: i64,
    pub step: i64,
    pub length: i64,
}

impl SmallRange {
    #[inline]
    pub fn at(self, index: i64) -> i64 {
        self.start + index * self.step
    }
}

impl Range {
    /// Set if all numbers are machine integers.
    #[inline(always)]
    pub fn small(&self) -> Option<SmallRange> {
        self.small
    }

    pub(super) fn big_start(&self) -> BigInt {
        big(&self.start)
    }

    pub(super) fn big_step(&self) -> BigInt {
        big(&self.step)
    }

    pub(super) fn big_length(&self) -> BigInt {
        big(&self.length)
    }

    /// Item `index`, counted from the end if negative.
    pub(super) fn item(&self, cx: &Ctx, index: &Value) -> PyResult<Value> {
        if let (Some(small), Some(index)) = (self.small, index.as_small_int()) {
            let index = if index < 0 {
                index + small.length
            } else {
                index
            };
            if (0..small.length).contains(&index) {
                return Ok(cx.new_int(small.at(index)));
            }
            return Err(cx.index_error("range object index out of range"));
        }
        let length = self.big_length();
        let mut index = cx.to_bigint(index)?;
        if index.is_negative() {
            index += &length;
        }
        if index.is_negative() || index >= length {
            return Err(cx.index_error("range object index out of range"));
        }
        Ok(cx.new_bigint(self.big_start() + index * self.big_step()))
    }

    pub(super) fn slice(&self, cx: &Ctx, slice: &Slice) -> PyResult<Py<Range>> {
        let (start, stop, step) = slice.long_indices(cx, &self.big_length())?;
        let (first, own_step) = (self.big_start(), self.big_step());
        Ok(cx.new_range(
            &first + start * &own_step,
            first + stop * &own_step,
            step * own_step,
        ))
    }

    /// Whether an integer is met.
    pub(super) fn contains_int(&self, cx: &Ctx, number: &Value) -> PyResult<bool> {
        Ok(self.place_of_int(cx, number)?.is_some())
    }

    /// The index of an integer.
    pub(super) fn place_of_int(&self, cx: &Ctx, number: &Value) -> PyResult<Option<BigInt>> {
        if let (Some(small), Some(number)) = (self.small, number.as_small_int()) {
            let Some(distance) = number.checked_sub(small.start) else {
                return Ok(None);
            };
            // The one division that overflows is by -1 and further than any range of machine integers goes.
            let place = distance
                .checked_div(small.step)
                .filter(|index| index * small.step == distance)
                .filter(|index| (0..small.length).contains(index));
            return Ok(place.map(BigInt::from));
        }
        let distance = cx.to_bigint(number)? - self.big_start();
        let (index, rest) = distance.div_rem(&self.big_step());
        let met = rest.is_zero() && !index.is_negative() && index < self.big_length();
        Ok(met.then_some(index))
    }
}

/// The value of an exact `int`.
pub(super) fn big(value: &Value) -> BigInt {
    value
        .as_int()
        .map_or_else(BigInt::default, |int| int.to_bigint().into_owned())
}

fn length(start: &BigInt, stop: &BigInt, step: &BigInt) -> BigInt {
    let (distance, step) = if step.is_negative() {
        (start - stop, -step)
    } else {
        (stop - start, step.clone())
    };
    if distance.is_positive() {
        (distance - 1) / step + 1
    } else {
        BigInt::zero()
    }
}

fn small_length(start: i64, stop: i64, step: i64) -> Option<i64> {
    let (distance, step) = if step < 0 {
        (start.checked_sub(stop)?, step.checked_neg()?)
    } else {
        (stop.checked_sub(start)?, step)
    };
    Some(if distance > 0 {
        (distance - 1) / step + 1
    } else {
        0
    })
}

impl Ctx {
    /// `range(start, stop, step)` of machine integers; `step` is not zero.
    pub fn new_small_range(&self, start: i64, stop: i64, step: i64) -> Py<Range> {
        debug_assert!(step != 0);
        let Some(length) = small_length(start, stop, step) else {
            return self.new_range(BigInt::from(start), BigInt::from(stop), BigInt::from(step));
        };
        let past_the_end = length
            .checked_mul(step)
            .and_then(|distance| distance.checked_add(start));
        let range = Range {
            start: self.new_int(start),
            stop: self.new_int(stop),
            step: self.new_int(step),
            length: self.new_int(length),
            small: past_the_end.map(|_| SmallRange {
                start,
                step,
                length,
            }),
        };
        self.heap().allocate(&self.types().range, range)
    }

    /// `range(start, stop, step)`; `step` is not zero.
    pub fn new_range(&self, start: BigInt, stop: BigInt, step: BigInt) -> Py<Range> {
        debug_assert!(!step.is_zero());
        if let (Some(start), Some(stop), Some(step)) =
            (start.to_i64(), stop.to_i64(), step.to_i64())
            && small_length(start, stop, step).is_some()
        {
            return self.new_small_range(start, stop, step);
        }
        let length = length(&start, &stop, &step);
        let range = Range {
            start: self.new_bigint(start),
            stop: self.new_bigint(stop),
            step: self.new_bigint(step),
            length: self.new_bigint(length),
            small: None,
        };
        self.heap().allocate(&self.types().range, range)
    }

    /// `range(...)` of anything with `__index__`.
    ///
    /// # Errors
    /// `TypeError` for what is no integer, `ValueError` for a step of zero.
    pub fn range_from(
        &self,
        start: Option<&Value>,
        stop: &Value,
        step: Option<&Value>,
    ) -> PyResult<Py<Range>> {
        let small = |value: Option<&Value>, absent: i64| match value {
            Some(value) => value.as_small_int(),
            None => Some(absent),
        };
        if let (Some(start), Some(stop), Some(step)) =
            (small(start, 0), small(Some(stop), 0), small(step, 1))
            && step != 0
        {
            return Ok(self.new_small_range(start, stop, step));
        }
        let start = match start {
            Some(start) => self.to_bigint(start)?,
            None => BigInt::zero(),
        };
        let stop = self.to_bigint(stop)?;
        let step = match step {
            Some(step) => self.to_bigint(step)?,
            None => BigInt::one(),
        };
        if step.is_zero() {
            return Err(self.value_error("range() arg 3 must not be zero"));
        }
        Ok(self.new_range(start, stop, step))
    }
}
