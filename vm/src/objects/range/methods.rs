//! The methods and slots of `range`.

use num_bigint::BigInt;
use num_traits::{One, Zero};
use taipan_macros::pymethods;

use super::Range;
use super::iterator::{LongRangeIterator, RangeIterator};
use super::value::SmallRange;
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::Args;
use crate::native::bind::without_keywords;
use crate::objects::slice::Slice;
use crate::objects::slots::CompareOp;
use crate::objects::tuple::hash_items;
use crate::objects::{Int, Str, Type};
use crate::value::{Py, Value};

/// Whether a value is an `int` or `bool`, whose equality the arithmetic knows.
fn is_plain_int(value: &Value) -> bool {
    value.as_int().is_some()
        && value
            .downcast_ref::<Int>()
            .is_none_or(|int| !int.header().class().is_heap_type())
}

#[pymethods]
impl Range {
    #[new]
    fn new(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> PyResult<Py<Range>> {
        let _ = cls;
        match without_keywords(cx, "range", args)? {
            [stop] => cx.range_from(None, stop, None),
            [start, stop] => cx.range_from(Some(start), stop, None),
            [start, stop, step] => cx.range_from(Some(start), stop, Some(step)),
            [] => Err(cx.type_error("range expected at least 1 argument, got 0")),
            more => Err(cx.type_error(format!(
                "range expected at most 3 arguments, got {}",
                more.len()
            ))),
        }
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

    fn __repr__(&self, cx: &Ctx) -> PyResult<Py<Str>> {
        let parts = [&self.start, &self.stop, &self.step];
        let shown = if self.step.as_small_int() == Some(1) {
            2
        } else {
            3
        };
        cx.repr_items("range(", ")", |index| {
            parts[..shown].get(index).map(|part| (*part).clone())
        })
    }

    fn __len__(&self, cx: &Ctx) -> PyResult<usize> {
        match self.length.as_int().and_then(|length| length.to_i64()) {
            Some(length) => Ok(length as usize),
            None => Err(cx.overflow_error("Python int too large to convert to C ssize_t")),
        }
    }

    fn __bool__(&self) -> bool {
        self.length.as_small_int() != Some(0)
    }

    fn __getitem__(&self, cx: &Ctx, key: &Value) -> PyResult<Value> {
        if cx.is_index(key) {
            return self.item(cx, &cx.index(key)?);
        }
        match key.downcast_ref::<Slice>() {
            Some(slice) => Ok(self.slice(cx, slice)?.into_value()),
            None => Err(cx.type_error(format!(
                "range indices must be integers or slices, not {}",
                cx.type_name(key)
            ))),
        }
    }

    fn __item__(&self, cx: &Ctx, index: isize) -> PyResult<Value> {
        self.item(cx, &cx.new_int(index as i64))
    }

    fn __contains__(this: &Py<Range>, cx: &Ctx, item: &Value) -> PyResult<bool> {
        if is_plain_int(item) {
            return this.contains_int(cx, item);
        }
        cx.contains_by_iteration(this.as_value(), item)
    }

    fn __richcompare__(
        this: &Py<Range>,
        cx: &Ctx,
        other: &Value,
        op: CompareOp,
    ) -> PyResult<Value> {
        let Some(other) = other.downcast_ref::<Range>() else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        let equal = this.is(other) || this.same_items(cx, other)?;
        Ok(match op {
            CompareOp::Eq => Value::bool(equal),
            CompareOp::Ne => Value::bool(!equal),
            _ => Value::NOT_IMPLEMENTED,
        })
    }

    fn __hash__(&self, cx: &Ctx) -> PyResult<i64> {
        let (start, step) = match self.length.as_small_int() {
            Some(0) => (Value::NONE, Value::NONE),
            Some(1) => (self.start.clone(), Value::NONE),
            _ => (self.start.clone(), self.step.clone()),
        };
        hash_items(cx, &[self.length.clone(), start, step])
    }

    fn __iter__(&self, cx: &Ctx) -> Value {
        match self.small() {
            Some(small) => RangeIterator::make(cx, small).into_value(),
            None => {
                let (start, step) = (self.big_start(), self.big_step());
                LongRangeIterator::make(cx, start, step, self.big_length()).into_value()
            }
        }
    }

    /// Return a reverse iterator.
    fn __reversed__(&self, cx: &Ctx) -> Value {
        if let Some(small) = self.small()
            && let Some(step) = small.step.checked_neg()
            && small.start.checked_add(step).is_some()
        {
            let reversed = SmallRange {
                start: small.at(small.length - 1),
                step,
                length: small.length,
            };
            return RangeIterator::make(cx, reversed).into_value();
        }
        let (start, step, length) = (self.big_start(), self.big_step(), self.big_length());
        let last = start + (&length - 1) * &step;
        LongRangeIterator::make(cx, last, -step, length).into_value()
    }

    fn __reduce__(this: &Py<Range>, cx: &Ctx) -> (Value, (Value, Value, Value)) {
        (
            cx.types().range.to_value(),
            (this.start.clone(), this.stop.clone(), this.step.clone()),
        )
    }

    /// rangeobject.count(value) -> integer -- return number of occurrences of value
    #[pymethod(text_signature = "($self, object, /)")]
    fn count(this: &Py<Range>, cx: &Ctx, value: &Value) -> PyResult<usize> {
        if is_plain_int(value) {
            return Ok(usize::from(this.contains_int(cx, value)?));
        }
        cx.count_of(this.as_value(), value)
    }

    /// rangeobject.index(value) -> integer -- return index of value.
    /// Raise ValueError if the value is not present.
    #[pymethod(text_signature = "($self, object, /)")]
    fn index(this: &Py<Range>, cx: &Ctx, value: &Value) -> PyResult<BigInt> {
        if !is_plain_int(value) {
            return cx.index_of(this.as_value(), value).map(BigInt::from);
        }
        match this.place_of_int(cx, value)? {
            Some(place) => Ok(place),
            None => Err(cx.value_error("range.index(x): x not in range")),
        }
    }
}

impl Range {
    fn same_items(&self, cx: &Ctx, other: &Self) -> PyResult<bool> {
        if !cx.item_equal(&self.length, &other.length)? {
            return Ok(false);
        }
        let length = self.big_length();
        if length.is_zero() {
            return Ok(true);
        }
        if !cx.item_equal(&self.start, &other.start)? {
            return Ok(false);
        }
        Ok(length.is_one() || cx.item_equal(&self.step, &other.step)?)
    }
}
