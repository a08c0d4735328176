//! `set_iterator`.
//!
//! Invariant: an exhausted iterator lets go of its set.

use std::cell::{Cell, RefCell};

use taipan_macros::{pyclass, pymethods};

use super::any_set;
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::heap::{Traverse, Visitor};
use crate::value::{Py, Value};

/// What the length becomes after an error: no set has it, so the error stays.
const BROKEN: usize = usize::MAX;

#[pyclass(name = "set_iterator", no_new, traverse)]
pub struct SetIterator {
    set: RefCell<Option<Value>>,
    length: Cell<usize>,
    place: Cell<usize>,
    left: Cell<usize>,
}

impl SetIterator {
    /// An iterator over a `set` or `frozenset`.
    pub fn make(cx: &Ctx, set: &Value) -> Py<Self> {
        let length = any_set(set).map_or(0, super::SetData::len);
        let payload = Self {
            set: RefCell::new(Some(set.clone())),
            length: Cell::new(length),
            place: Cell::new(0),
            left: Cell::new(length),
        };
        cx.heap().allocate(&cx.types().set_iterator, payload)
    }

    /// The next key; `None` at the end.
    ///
    /// # Errors
    /// `RuntimeError` if keys came or went meanwhile.
    pub fn advance(&self, cx: &Ctx) -> PyResult<Option<Value>> {
        let Some(set) = self.set.borrow().clone() else {
            return Ok(None);
        };
        let Some(data) = any_set(&set) else {
            return Ok(None);
        };
        if data.len() != self.length.get() {
            self.length.set(BROKEN);
            return Err(cx.runtime_error("Set changed size during iteration"));
        }
        let Some((next, _, key)) = data.next_key(self.place.get()) else {
            drop(self.set.take());
            return Ok(None);
        };
        self.place.set(next);
        self.left.set(self.left.get().saturating_sub(1));
        Ok(Some(key))
    }
}

#[pymethods]
impl SetIterator {
    fn __iter__(this: &Value) -> Value {
        this.clone()
    }

    fn __next__(&self, cx: &Ctx) -> PyResult<Option<Value>> {
        self.advance(cx)
    }

    /// Private method returning an estimate of len(list(it)).
    fn __length_hint__(&self) -> usize {
        match self.set.borrow().as_ref().and_then(any_set) {
            Some(data) if data.len() == self.length.get() => self.left.get(),
            _ => 0,
        }
    }

    /// Return state information for pickling.
    fn __reduce__(&self, cx: &Ctx) -> PyResult<Value> {
        let ahead = Self {
            set: RefCell::new(self.set.borrow().clone()),
            length: self.length.clone(),
            place: self.place.clone(),
            left: self.left.clone(),
        };
        let mut keys = Vec::new();
        while let Some(key) = ahead.advance(cx)? {
            keys.push(key);
        }
        let list = cx.new_list(keys).into_value();
        let args = cx.new_tuple(vec![list]).into_value();
        Ok(cx.new_tuple(vec![cx.builtin("iter")?, args]).into_value())
    }
}

impl Traverse for SetIterator {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.set.borrow().iter().for_each(visit);
    }

    fn clear(&self) {
        drop(self.set.take());
    }
}
