//! `tuple_iterator`.

use std::cell::{Cell, RefCell};

use taipan_macros::{pyclass, pymethods};

use super::Tuple;
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::heap::{Traverse, Visitor};
use crate::objects::sequence_iterator::{iterator_state, reduce_indexed};
use crate::value::{Py, Value};

#[pyclass(name = "tuple_iterator", no_new, traverse)]
pub struct TupleIterator {
    tuple: RefCell<Option<Py<Tuple>>>,
    index: Cell<usize>,
}

impl TupleIterator {
    pub fn make(cx: &Ctx, tuple: &Py<Tuple>) -> Py<Self> {
        let payload = Self {
            tuple: RefCell::new(Some(tuple.clone())),
            index: Cell::new(0),
        };
        cx.heap().allocate(&cx.types().tuple_iterator, payload)
    }

    /// The next item; `None` at the end.
    #[inline(always)]
    pub fn advance(&self) -> Option<Value> {
        let index = self.index.get();
        let item = match &*self.tuple.borrow() {
            Some(tuple) => tuple.as_slice().get(index).cloned(),
            None => return None,
        };
        if item.is_some() {
            self.index.set(index + 1);
        } else {
            drop(self.tuple.take());
        }
        item
    }

    fn tuple(&self) -> Option<Py<Tuple>> {
        self.tuple.borrow().clone()
    }
}

#[pymethods]
impl TupleIterator {
    fn __iter__(this: &Value) -> Value {
        this.clone()
    }

    fn __next__(&self) -> Option<Value> {
        self.advance()
    }

    /// Private method returning an estimate of len(list(it)).
    fn __length_hint__(&self) -> usize {
        self.tuple()
            .map_or(0, |tuple| tuple.length().saturating_sub(self.index.get()))
    }

    /// Return state information for pickling.
    fn __reduce__(&self, cx: &Ctx) -> PyResult<Value> {
        let tuple = self.tuple().map(Py::into_value);
        reduce_indexed(cx, tuple, self.index.get() as i64)
    }

    /// Set state information for unpickling.
    #[pymethod(text_signature = "($self, object, /)")]
    fn __setstate__(&self, cx: &Ctx, state: &Value) -> PyResult<()> {
        let index = iterator_state(cx, state)?;
        if let Some(tuple) = self.tuple() {
            let index = usize::try_from(index).unwrap_or(0);
            self.index.set(index.min(tuple.length()));
        }
        Ok(())
    }
}

impl Traverse for TupleIterator {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.tuple
            .borrow()
            .iter()
            .for_each(|tuple| visit(tuple.as_value()));
    }

    fn clear(&self) {
        drop(self.tuple.take());
    }
}
