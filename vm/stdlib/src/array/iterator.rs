//! `array.arrayiterator`: the items of an array one by one.

use std::cell::{Cell, RefCell};

use taipan_macros::{pyclass, pymethods};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::heap::{Traverse, Visitor};
use taipan_vm::objects::Int;
use taipan_vm::value::{Py, Value};

use super::value::Array;

#[pyclass(
    name = "arrayiterator",
    module = "array",
    immutable,
    no_new,
    traverse,
    text_signature = None
)]
pub(crate) struct ArrayIterator {
    /// `None` at the end.
    array: RefCell<Option<Py<Array>>>,
    index: Cell<usize>,
}

impl Traverse for ArrayIterator {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        if let Some(array) = &*self.array.borrow() {
            visit(array.as_value());
        }
    }
}

pub(super) fn make(cx: &Ctx, array: &Py<Array>) -> Value {
    let payload = ArrayIterator {
        array: RefCell::new(Some(array.clone())),
        index: Cell::new(0),
    };
    let class = cx.native_class(ArrayIterator::class());
    cx.heap().allocate(&class, payload).into_value()
}

#[pymethods]
impl ArrayIterator {
    fn __iter__(this: &Py<Self>) -> Py<Self> {
        this.clone()
    }

    fn __next__(&self, cx: &Ctx) -> PyResult<Option<Value>> {
        let Some(array) = self.array.borrow().clone() else {
            return Ok(None);
        };
        let index = self.index.get();
        match array.get(cx, index)? {
            Some(item) => {
                self.index.set(index + 1);
                Ok(Some(item))
            }
            None => {
                let ended = self.array.take();
                drop(ended);
                Ok(None)
            }
        }
    }

    /// Return state information for pickling.
    fn __reduce__(&self, cx: &Ctx) -> PyResult<Value> {
        let iter = cx.builtin("iter")?;
        let parts = match self.array.borrow().clone() {
            Some(array) => {
                let args = cx.new_tuple(vec![array.into_value()]).into_value();
                vec![iter, args, cx.new_int(self.index.get() as i64)]
            }
            None => {
                let empty = cx.new_tuple(Vec::new()).into_value();
                vec![iter, cx.new_tuple(vec![empty]).into_value()]
            }
        };
        Ok(cx.new_tuple(parts).into_value())
    }

    /// Set state information for unpickling.
    #[pymethod(signature = (state, /))]
    fn __setstate__(&self, cx: &Ctx, state: &Value) -> PyResult<()> {
        if state.as_small_int().is_none() && state.downcast_ref::<Int>().is_none() {
            return Err(cx.type_error("an integer is required"));
        }
        let index = cx.to_index_size(state)?;
        if let Some(array) = &*self.array.borrow() {
            let index = usize::try_from(index).unwrap_or(0);
            self.index.set(index.min(array.length()));
        }
        Ok(())
    }
}
