//! `slice`: start, stop and step of a subscript.
//!
//! CPython 3.14: `Objects/sliceobject.c`. Tests: `tests/run/slice/`.

use num_bigint::{BigInt, Sign};
use num_traits::{One, Signed, Zero};
use taipan_macros::{pyclass, pymethods};

use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::heap::{Traverse, Visitor};
use crate::native::bind::without_keywords;
use crate::native::{ArgSite, Args, FromArg};
use crate::objects::slots::CompareOp;
use crate::objects::tuple::{finished, hash_lanes};
use crate::objects::{Str, Type};
use crate::value::{Py, Value};

/// slice(stop)
/// slice(start, stop[, step])
///
/// Create a slice object.
///
/// This is used for extended slicing (e.g. a[0:10:2]).
#[pyclass(name = "slice", traverse, text_signature = None)]
pub struct Slice {
    pub start: Value,
    pub stop: Value,
    pub step: Value,
}

/// A slice applied to a length: where to start, how far a step goes, how many items are met.
#[derive(Debug, Clone, Copy)]
pub struct SliceRange {
    pub start: isize,
    pub stop: isize,
    pub step: isize,
    pub count: usize,
}

impl SliceRange {
    /// The indices of the items, in the slice's order.
    pub fn indices(self) -> impl Iterator<Item = usize> {
        (0..self.count).map(move |n| (self.start + n as isize * self.step) as usize)
    }

    /// The same items from the lowest index up.
    pub fn ascending(self) -> Self {
        if self.step > 0 || self.count == 0 {
            return self;
        }
        let last = self.start + (self.count as isize - 1) * self.step;
        Self {
            start: last,
            stop: self.start + 1,
            step: -self.step,
            count: self.count,
        }
    }
}

/// Start, stop and step as numbers, not yet fitted to a length.
#[derive(Debug, Clone, Copy)]
pub struct SliceBounds {
    start: isize,
    stop: isize,
    step: isize,
}

impl SliceBounds {
    /// Fits the bounds to a length (`PySlice_AdjustIndices`).
    #[inline]
    pub fn fit(self, length: usize) -> SliceRange {
        let length = length as isize;
        let step = self.step;
        let (lowest, highest) = if step < 0 {
            (-1, length - 1)
        } else {
            (0, length)
        };
        let clamp = |index: isize| {
            if index < 0 {
                index.saturating_add(length).max(lowest)
            } else {
                index.min(highest)
            }
        };
        let (start, stop) = (clamp(self.start), clamp(self.stop));
        let count = if step < 0 {
            if stop < start {
                (start - stop - 1) / -step + 1
            } else {
                0
            }
        } else if start < stop {
            (stop - start - 1) / step + 1
        } else {
            0
        };
        SliceRange {
            start,
            stop,
            step,
            count: count as usize,
        }
    }
}

impl Slice {
    /// The bounds as machine integers, clamped (`PySlice_Unpack`).
    ///
    /// # Errors
    /// `ValueError` for a step of zero, `TypeError` for what is no integer.
    #[inline]
    pub fn bounds(&self, cx: &Ctx) -> PyResult<SliceBounds> {
        let step = if self.step.is_none() {
            1
        } else {
            match slice_index(cx, &self.step)? {
                0 => return Err(cx.value_error("slice step cannot be zero")),
                // So that `-step` exists.
                step => step.max(-isize::MAX),
            }
        };
        let bound = |value: &Value, absent: isize| {
            if value.is_none() {
                Ok(absent)
            } else {
                slice_index(cx, value)
            }
        };
        let backward = step < 0;
        let start = bound(&self.start, if backward { isize::MAX } else { 0 })?;
        let stop = bound(&self.stop, if backward { isize::MIN } else { isize::MAX })?;
        Ok(SliceBounds { start, stop, step })
    }

    /// The slice applied to a length that is known beforehand and cannot change.
    ///
    /// # Errors
    /// As for [`Slice::bounds`].
    #[inline]
    pub fn range(&self, cx: &Ctx, length: usize) -> PyResult<SliceRange> {
        Ok(self.bounds(cx)?.fit(length))
    }

    /// Start, stop and step for a length, all of any size (`_PySlice_GetLongIndices`).
    ///
    /// # Errors
    /// As for [`Slice::bounds`].
    pub fn long_indices(&self, cx: &Ctx, length: &BigInt) -> PyResult<(BigInt, BigInt, BigInt)> {
        let step = if self.step.is_none() {
            BigInt::one()
        } else {
            long_index(cx, &self.step)?
        };
        if step.is_zero() {
            return Err(cx.value_error("slice step cannot be zero"));
        }
        let backward = step.is_negative();
        let (lowest, highest) = if backward {
            (BigInt::from(-1), length - 1)
        } else {
            (BigInt::zero(), length.clone())
        };
        let bound = |value: &Value, absent: &BigInt| -> PyResult<BigInt> {
            if value.is_none() {
                return Ok(absent.clone());
            }
            let index = long_index(cx, value)?;
            Ok(if index.sign() == Sign::Minus {
                (index + length).max(lowest.clone())
            } else {
                index.min(highest.clone())
            })
        };
        let (first, last) = if backward {
            (&highest, &lowest)
        } else {
            (&lowest, &highest)
        };
        let start = bound(&self.start, first)?;
        let stop = bound(&self.stop, last)?;
        Ok((start, stop, step))
    }
}

fn not_an_index(cx: &Ctx) -> PyErr {
    cx.type_error("slice indices must be integers or None or have an __index__ method")
}

#[inline]
fn slice_index(cx: &Ctx, value: &Value) -> PyResult<isize> {
    if let Some(small) = value.as_small_int() {
        return Ok(small as isize);
    }
    if !cx.is_index(value) {
        return Err(not_an_index(cx));
    }
    cx.to_clamped_size(value)
}

/// A bound of a slice as `list.index` and `str.find` take it: anything with `__index__`, clamped.
///
/// # Errors
/// `TypeError` for what is no integer.
pub fn search_bound(cx: &Ctx, value: &Value) -> PyResult<isize> {
    if !cx.is_index(value) {
        return Err(cx.type_error("slice indices must be integers or have an __index__ method"));
    }
    cx.to_clamped_size(value)
}

fn long_index(cx: &Ctx, value: &Value) -> PyResult<BigInt> {
    if !cx.is_index(value) {
        return Err(not_an_index(cx));
    }
    cx.to_bigint(value)
}

#[pymethods]
impl Slice {
    #[new]
    fn new(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> PyResult<Value> {
        let _ = cls;
        let args = without_keywords(cx, "slice", args)?;
        let (start, stop, step) = match args {
            [stop] => (Value::NONE, stop.clone(), Value::NONE),
            [start, stop] => (start.clone(), stop.clone(), Value::NONE),
            [start, stop, step] => (start.clone(), stop.clone(), step.clone()),
            [] => return Err(cx.type_error("slice expected at least 1 argument, got 0")),
            more => {
                return Err(cx.type_error(format!(
                    "slice expected at most 3 arguments, got {}",
                    more.len()
                )));
            }
        };
        Ok(cx.new_slice(start, stop, step).into_value())
    }

    #[member]
    fn start(&self) -> Value {
        self.start.clone()
    }

    #[member]
    fn stop(&self) -> Value {
        self.stop.clone()
    }

    #[member]
    fn step(&self) -> Value {
        self.step.clone()
    }

    /// S.indices(len) -> (start, stop, stride)
    ///
    /// Assuming a sequence of length len, calculate the start and stop
    /// indices, and the stride length of the extended slice described by
    /// S. Out of bounds indices are clipped in a manner consistent with the
    /// handling of normal slices.
    #[pymethod(text_signature = "($self, object, /)")]
    fn indices(&self, cx: &Ctx, length: &Value) -> PyResult<(BigInt, BigInt, BigInt)> {
        let length = cx.to_bigint(length)?;
        if length.is_negative() {
            return Err(cx.value_error("length should not be negative"));
        }
        self.long_indices(cx, &length)
    }

    /// Return state information for pickling.
    fn __reduce__(this: &Py<Slice>, cx: &Ctx) -> PyResult<(Value, (Value, Value, Value))> {
        Ok((
            cx.class_of(this.as_value()).to_value(),
            (this.start.clone(), this.stop.clone(), this.step.clone()),
        ))
    }

    fn __repr__(&self, cx: &Ctx) -> PyResult<Py<Str>> {
        let parts = [&self.start, &self.stop, &self.step];
        cx.repr_items("slice(", ")", |index| {
            parts.get(index).map(|part| (*part).clone())
        })
    }

    fn __richcompare__(
        this: &Py<Slice>,
        cx: &Ctx,
        other: &Value,
        op: CompareOp,
    ) -> PyResult<Value> {
        let Some(other) = other.downcast_ref::<Slice>() else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        if this.is(other) {
            return Ok(Value::bool(op.holds(std::cmp::Ordering::Equal)));
        }
        let tuple = |slice: &Slice| {
            cx.new_tuple(vec![
                slice.start.clone(),
                slice.stop.clone(),
                slice.step.clone(),
            ])
        };
        cx.compare(tuple(this).as_value(), tuple(other).as_value(), op)
    }

    fn __hash__(&self, cx: &Ctx) -> PyResult<i64> {
        let lanes = [
            cx.hash(&self.start)?,
            cx.hash(&self.stop)?,
            cx.hash(&self.step)?,
        ];
        Ok(finished(hash_lanes(lanes)))
    }
}

impl Traverse for Slice {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        [&self.start, &self.stop, &self.step]
            .into_iter()
            .for_each(visit);
    }
}

impl Ctx {
    pub fn new_slice(&self, start: Value, stop: Value, step: Value) -> Py<Slice> {
        self.heap()
            .allocate(&self.types().slice, Slice { start, stop, step })
    }
}

/// A `start` or `stop` argument of `list.index` and its relatives.
#[derive(Debug, Clone, Copy)]
pub struct SearchBound(isize);

impl SearchBound {
    pub const ZERO: Self = Self(0);
    pub const MAX: Self = Self(isize::MAX);

    /// The place it names in a sequence of `length` items.
    pub fn clamped(self, length: usize) -> usize {
        if self.0 < 0 {
            length.saturating_sub(self.0.unsigned_abs())
        } else {
            self.0 as usize
        }
    }
}

impl FromArg<'_> for SearchBound {
    fn from_arg(cx: &Ctx, value: &Value, _: &ArgSite) -> PyResult<Self> {
        search_bound(cx, value).map(Self)
    }
}
