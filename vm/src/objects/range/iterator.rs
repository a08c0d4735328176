//! `range_iterator` over machine integers, `longrange_iterator` over the rest.

use std::cell::{Cell, RefCell};

use num_bigint::BigInt;
use num_traits::{Signed, ToPrimitive, Zero};
use taipan_macros::{pyclass, pymethods};

use super::value::SmallRange;
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::objects::sequence_iterator::iterator_state;
use crate::value::{Py, Value};

// Invariant: all numbers still to come, and the one after, are machine integers.
#[pyclass(name = "range_iterator", no_new)]
pub struct RangeIterator {
    next: Cell<i64>,
    step: i64,
    left: Cell<i64>,
}

impl RangeIterator {
    pub fn make(cx: &Ctx, range: SmallRange) -> Py<Self> {
        let payload = Self {
            next: Cell::new(range.start),
            step: range.step,
            left: Cell::new(range.length),
        };
        cx.heap().allocate(&cx.types().range_iterator, payload)
    }

    /// The next number; `None` at the end.
    #[inline(always)]
    pub fn advance(&self) -> Option<i64> {
        let left = self.left.get();
        if left <= 0 {
            return None;
        }
        let number = self.next.get();
        self.left.set(left - 1);
        // The last addition of a reversed range may leave the machine integers; nobody looks at it.
        self.next.set(number.wrapping_add(self.step));
        Some(number)
    }
}

fn reduce(cx: &Ctx, start: BigInt, step: BigInt, left: BigInt) -> PyResult<Value> {
    let stop = &start + left * &step;
    let range = cx.new_range(start, stop, step).into_value();
    let args = cx.new_tuple(vec![range]).into_value();
    Ok(cx
        .new_tuple(vec![cx.builtin("iter")?, args, Value::NONE])
        .into_value())
}

#[pymethods]
impl RangeIterator {
    fn __iter__(this: &Value) -> Value {
        this.clone()
    }

    fn __next__(&self) -> Option<i64> {
        self.advance()
    }

    /// Private method returning an estimate of len(list(it)).
    fn __length_hint__(&self) -> i64 {
        self.left.get()
    }

    /// Return state information for pickling.
    fn __reduce__(&self, cx: &Ctx) -> PyResult<Value> {
        reduce(
            cx,
            self.next.get().into(),
            self.step.into(),
            self.left.get().into(),
        )
    }

    /// Set state information for unpickling.
    #[pymethod(text_signature = "($self, object, /)")]
    fn __setstate__(&self, cx: &Ctx, state: &Value) -> PyResult<()> {
        let passed = iterator_state(cx, state)?.clamp(0, self.left.get());
        self.next
            .set(self.next.get().wrapping_add(passed.wrapping_mul(self.step)));
        self.left.set(self.left.get() - passed);
        Ok(())
    }
}

#[pyclass(name = "longrange_iterator", no_new)]
pub struct LongRangeIterator {
    next: RefCell<BigInt>,
    step: BigInt,
    left: RefCell<BigInt>,
}

impl LongRangeIterator {
    pub fn make(cx: &Ctx, start: BigInt, step: BigInt, length: BigInt) -> Py<Self> {
        let payload = Self {
            next: RefCell::new(start),
            step,
            left: RefCell::new(length),
        };
        cx.heap().allocate(&cx.types().longrange_iterator, payload)
    }
}

#[pymethods]
impl LongRangeIterator {
    fn __iter__(this: &Value) -> Value {
        this.clone()
    }

    fn __next__(&self) -> Option<BigInt> {
        let mut left = self.left.borrow_mut();
        if !left.is_positive() {
            return None;
        }
        *left -= 1;
        let mut next = self.next.borrow_mut();
        let following = &*next + &self.step;
        Some(std::mem::replace(&mut *next, following))
    }

    /// Private method returning an estimate of len(list(it)).
    fn __length_hint__(&self) -> BigInt {
        self.left.borrow().clone()
    }

    /// Return state information for pickling.
    fn __reduce__(&self, cx: &Ctx) -> PyResult<Value> {
        let (next, left) = (self.next.borrow().clone(), self.left.borrow().clone());
        reduce(cx, next, self.step.clone(), left)
    }

    /// Set state information for unpickling.
    #[pymethod(text_signature = "($self, object, /)")]
    fn __setstate__(&self, cx: &Ctx, state: &Value) -> PyResult<()> {
        let Some(passed) = state.as_int() else {
            return Err(cx.type_error(format!("state must be an int, not {}", cx.type_name(state))));
        };
        let left = self.left.borrow().clone();
        let passed = passed
            .to_bigint()
            .into_owned()
            .clamp(BigInt::zero(), left.clone());
        let next = &*self.next.borrow() + &passed * &self.step;
        self.next.replace(next);
        self.left.replace(left - passed);
        Ok(())
    }
}

impl LongRangeIterator {
    /// How many numbers are left, if that is a machine integer.
    pub fn left(&self) -> Option<i64> {
        self.left.borrow().to_i64()
    }
}
