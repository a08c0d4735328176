//! `iterator` (over anything with `__getitem__`) and `callable_iterator` (`iter(f, sentinel)`).
//!
//! CPython 3.14: `Objects/iterobject.c`. Tests: `tests/run/iter/`.
//!
//! Invariant: an exhausted iterator lets go of what it walked through.

use std::cell::{Cell, RefCell};

use taipan_macros::{pyclass, pymethods};

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::heap::{Traverse, Visitor};
use crate::value::{Py, Value};

// Asks a sequence for item 0, 1, 2, ... until `IndexError` or `StopIteration`.
#[pyclass(name = "iterator", no_new, traverse)]
pub struct SequenceIterator {
    sequence: RefCell<Option<Value>>,
    index: Cell<isize>,
}

impl SequenceIterator {
    pub fn make(cx: &Ctx, sequence: Value) -> Py<Self> {
        let payload = Self {
            sequence: RefCell::new(Some(sequence)),
            index: Cell::new(0),
        };
        cx.heap().allocate(&cx.types().iterator, payload)
    }

    fn sequence(&self) -> Option<Value> {
        self.sequence.borrow().clone()
    }
}

#[pymethods]
impl SequenceIterator {
    fn __iter__(this: &Value) -> Value {
        this.clone()
    }

    fn __next__(&self, cx: &Ctx) -> PyResult<Option<Value>> {
        let Some(sequence) = self.sequence() else {
            return Ok(None);
        };
        let index = self.index.get();
        if index == isize::MAX {
            return Err(cx.overflow_error("iter index too large"));
        }
        match cx.sequence_item(&sequence, index) {
            Ok(item) => {
                self.index.set(index + 1);
                Ok(Some(item))
            }
            Err(error)
                if cx.matches(&error, &cx.types().index_error)
                    || cx.matches(&error, &cx.types().stop_iteration) =>
            {
                drop(self.sequence.take());
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Private method returning an estimate of len(list(it)).
    fn __length_hint__(&self, cx: &Ctx) -> PyResult<Value> {
        let Some(sequence) = self.sequence() else {
            return Ok(cx.new_int(0));
        };
        let slots = &cx.class_of(&sequence).slots;
        if slots.sequence_length.get().is_none() && slots.length.get().is_none() {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        let left = cx.len(&sequence)? as i64 - self.index.get() as i64;
        Ok(cx.new_int(left.max(0)))
    }

    /// Return state information for pickling.
    fn __reduce__(&self, cx: &Ctx) -> PyResult<Value> {
        reduce_indexed(cx, self.sequence(), self.index.get() as i64)
    }

    /// Set state information for unpickling.
    #[pymethod(text_signature = "($self, object, /)")]
    fn __setstate__(&self, cx: &Ctx, state: &Value) -> PyResult<()> {
        let index = iterator_state(cx, state)?;
        if self.sequence.borrow().is_some() {
            self.index.set(index.max(0) as isize);
        }
        Ok(())
    }
}

impl Traverse for SequenceIterator {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.sequence.borrow().iter().for_each(visit);
    }

    fn clear(&self) {
        drop(self.sequence.take());
    }
}

/// The index that `__setstate__` of an iterator is given.
///
/// # Errors
/// `TypeError` if it is no integer, `OverflowError` if it does not fit.
pub fn iterator_state(cx: &Ctx, state: &Value) -> PyResult<i64> {
    let Some(number) = state.as_int() else {
        return Err(cx.type_error("an integer is required"));
    };
    number
        .to_i64()
        .ok_or_else(|| cx.overflow_error("Python int too large to convert to C ssize_t"))
}

/// `__reduce__` of an iterator that counts: `iter(sequence)` with an index, or of the empty tuple when exhausted.
///
/// # Errors
/// `AttributeError` if `builtins.iter` is gone.
pub fn reduce_indexed(cx: &Ctx, sequence: Option<Value>, index: i64) -> PyResult<Value> {
    let iter = cx.builtin("iter")?;
    let parts = match sequence {
        Some(sequence) => vec![
            iter,
            cx.new_tuple(vec![sequence]).into_value(),
            cx.new_int(index),
        ],
        None => {
            let empty = cx.isolate().empty_tuple().into_value();
            vec![iter, cx.new_tuple(vec![empty]).into_value()]
        }
    };
    Ok(cx.new_tuple(parts).into_value())
}

/// Like [`reduce_indexed`] for iterators that are an empty list when exhausted.
///
/// # Errors
/// `AttributeError` if `builtins.iter` is gone.
pub fn reduce_exhausted(cx: &Ctx) -> PyResult<Value> {
    let iter = cx.builtin("iter")?;
    let empty = cx.new_list(Vec::new()).into_value();
    let args = cx.new_tuple(vec![empty]).into_value();
    Ok(cx.new_tuple(vec![iter, args]).into_value())
}

// Calls a function until it returns the sentinel.
#[pyclass(name = "callable_iterator", no_new, traverse)]
pub struct CallableIterator {
    state: RefCell<Option<(Value, Value)>>,
}

impl CallableIterator {
    pub fn make(cx: &Ctx, callable: Value, sentinel: Value) -> Py<Self> {
        let payload = Self {
            state: RefCell::new(Some((callable, sentinel))),
        };
        cx.heap().allocate(&cx.types().callable_iterator, payload)
    }

    fn state(&self) -> Option<(Value, Value)> {
        self.state.borrow().clone()
    }
}

#[pymethods]
impl CallableIterator {
    fn __iter__(this: &Value) -> Value {
        this.clone()
    }

    fn __next__(&self, cx: &Ctx) -> PyResult<Option<Value>> {
        let Some((callable, sentinel)) = self.state() else {
            return Ok(None);
        };
        match cx.call(&callable, &[]) {
            Ok(result) => {
                if self.state.borrow().is_none() {
                    return Ok(None);
                }
                if cx.is_equal(&sentinel, &result)? {
                    drop(self.state.take());
                    return Ok(None);
                }
                Ok(Some(result))
            }
            Err(error) if cx.matches(&error, &cx.types().stop_iteration) => {
                drop(self.state.take());
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Return state information for pickling.
    fn __reduce__(&self, cx: &Ctx) -> PyResult<Value> {
        let iter = cx.builtin("iter")?;
        let args = match self.state() {
            Some((callable, sentinel)) => vec![callable, sentinel],
            None => vec![cx.isolate().empty_tuple().into_value()],
        };
        let args = cx.new_tuple(args).into_value();
        Ok(cx.new_tuple(vec![iter, args]).into_value())
    }
}

impl Traverse for CallableIterator {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        if let Some((callable, sentinel)) = &*self.state.borrow() {
            visit(callable);
            visit(sentinel);
        }
    }

    fn clear(&self) {
        drop(self.state.take());
    }
}
