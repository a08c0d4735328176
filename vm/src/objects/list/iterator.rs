//! `list_iterator` and `list_reverseiterator`.
//!
//! Invariant: an exhausted iterator lets go of its list and stays exhausted though the list may grow again.

use std::cell::{Cell, RefCell};

use taipan_macros::{pyclass, pymethods};

use super::List;
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::heap::{Traverse, Visitor};
use crate::objects::sequence_iterator::{iterator_state, reduce_exhausted, reduce_indexed};
use crate::value::{Py, Value};

#[pyclass(name = "list_iterator", no_new, traverse)]
pub struct ListIterator {
    list: RefCell<Option<Py<List>>>,
    index: Cell<usize>,
}

impl ListIterator {
    pub fn make(cx: &Ctx, list: &Py<List>) -> Py<Self> {
        let payload = Self {
            list: RefCell::new(Some(list.clone())),
            index: Cell::new(0),
        };
        cx.heap().allocate(&cx.types().list_iterator, payload)
    }

    /// The next item; `None` at the end.
    #[inline(always)]
    pub fn advance(&self) -> Option<Value> {
        let index = self.index.get();
        let item = match &*self.list.borrow() {
            Some(list) => list.get(index),
            None => return None,
        };
        if item.is_some() {
            self.index.set(index + 1);
        } else {
            drop(self.list.take());
        }
        item
    }

    fn list(&self) -> Option<Py<List>> {
        self.list.borrow().clone()
    }
}

#[pymethods]
impl ListIterator {
    fn __iter__(this: &Value) -> Value {
        this.clone()
    }

    fn __next__(&self) -> Option<Value> {
        self.advance()
    }

    /// Private method returning an estimate of len(list(it)).
    fn __length_hint__(&self) -> usize {
        self.list()
            .map_or(0, |list| list.length().saturating_sub(self.index.get()))
    }

    /// Return state information for pickling.
    fn __reduce__(&self, cx: &Ctx) -> PyResult<Value> {
        match self.list() {
            Some(list) => reduce_indexed(cx, Some(list.into_value()), self.index.get() as i64),
            None => reduce_exhausted(cx),
        }
    }

    /// Set state information for unpickling.
    #[pymethod(text_signature = "($self, object, /)")]
    fn __setstate__(&self, cx: &Ctx, state: &Value) -> PyResult<()> {
        let index = iterator_state(cx, state)?;
        if let Some(list) = self.list() {
            let index = usize::try_from(index).unwrap_or(0);
            self.index.set(index.min(list.length()));
        }
        Ok(())
    }
}

impl Traverse for ListIterator {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.list
            .borrow()
            .iter()
            .for_each(|list| visit(list.as_value()));
    }

    fn clear(&self) {
        drop(self.list.take());
    }
}

#[pyclass(name = "list_reverseiterator", no_new, traverse)]
pub struct ListReverseIterator {
    list: RefCell<Option<Py<List>>>,
    /// The index of the next item; -1 at the end.
    index: Cell<isize>,
}

impl ListReverseIterator {
    pub fn make(cx: &Ctx, list: &Py<List>) -> Py<Self> {
        let payload = Self {
            index: Cell::new(list.length() as isize - 1),
            list: RefCell::new(Some(list.clone())),
        };
        cx.heap()
            .allocate(&cx.types().list_reverseiterator, payload)
    }

    fn list(&self) -> Option<Py<List>> {
        self.list.borrow().clone()
    }
}

#[pymethods]
impl ListReverseIterator {
    fn __iter__(this: &Value) -> Value {
        this.clone()
    }

    fn __next__(&self) -> Option<Value> {
        let index = self.index.get();
        let item = usize::try_from(index)
            .ok()
            .and_then(|index| self.list.borrow().as_ref()?.get(index));
        if item.is_some() {
            self.index.set(index - 1);
        } else {
            self.index.set(-1);
            drop(self.list.take());
        }
        item
    }

    /// Private method returning an estimate of len(list(it)).
    fn __length_hint__(&self) -> usize {
        let left = (self.index.get() + 1) as usize;
        match self.list() {
            Some(list) if list.length() >= left => left,
            _ => 0,
        }
    }

    /// Return state information for pickling.
    fn __reduce__(&self, cx: &Ctx) -> PyResult<Value> {
        let Some(list) = self.list() else {
            return reduce_exhausted(cx);
        };
        let reversed = cx.builtin("reversed")?;
        let args = cx.new_tuple(vec![list.into_value()]).into_value();
        let index = cx.new_int(self.index.get() as i64);
        Ok(cx.new_tuple(vec![reversed, args, index]).into_value())
    }

    /// Set state information for unpickling.
    #[pymethod(text_signature = "($self, object, /)")]
    fn __setstate__(&self, cx: &Ctx, state: &Value) -> PyResult<()> {
        let index = iterator_state(cx, state)? as isize;
        if let Some(list) = self.list() {
            self.index.set(index.clamp(-1, list.length() as isize - 1));
        }
        Ok(())
    }
}

impl Traverse for ListReverseIterator {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.list
            .borrow()
            .iter()
            .for_each(|list| visit(list.as_value()));
    }

    fn clear(&self) {
        drop(self.list.take());
    }
}
