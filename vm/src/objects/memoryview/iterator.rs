//! `memory_iterator`: walks through the items of a `memoryview`.

use std::cell::Cell;

use taipan_macros::{pyclass, pymethods};

use super::MemoryView;
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::field::Field;
use crate::heap::{Traverse, Visitor};
use crate::value::{Py, Value};

// Lets go of the view when there is nothing left.
#[pyclass(name = "memory_iterator", no_new, traverse)]
pub(super) struct MemoryIterator {
    view: Field<Option<Py<MemoryView>>>,
    index: Cell<i64>,
}

impl Traverse for MemoryIterator {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.view
            .peek(|view| view.iter().for_each(|view| visit(view.as_value())));
    }

    fn clear(&self) {
        drop(self.view.take());
    }
}

impl MemoryIterator {
    pub(super) fn make(cx: &Ctx, view: &Py<MemoryView>) -> Value {
        let iterator = Self {
            view: Field::new(Some(view.clone())),
            index: Cell::new(0),
        };
        cx.heap()
            .allocate(&cx.native_class(Self::class()), iterator)
            .into_value()
    }
}

#[pymethods]
impl MemoryIterator {
    fn __iter__(this: &Value) -> Value {
        this.clone()
    }

    fn __next__(&self, cx: &Ctx) -> PyResult<Option<Value>> {
        let Some(view) = self.view.get() else {
            return Ok(None);
        };
        let index = self.index.get();
        if index as usize >= cx.len(view.as_value())? {
            drop(self.view.take());
            return Ok(None);
        }
        self.index.set(index + 1);
        cx.get_item(view.as_value(), &cx.new_int(index)).map(Some)
    }
}
