//! `bytearray_iterator`: follows a bytearray that grows meanwhile.

use std::cell::{Cell, RefCell};

use taipan_macros::{pyclass, pymethods};

use super::ByteArray;
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::heap::{Traverse, Visitor};
use crate::objects::sequence_iterator::{iterator_state, reduce_indexed};
use crate::value::{Py, Value};

#[pyclass(name = "bytearray_iterator", module = "builtins", no_new, traverse)]
pub(crate) struct ByteArrayIterator {
    bytes: RefCell<Option<Py<ByteArray>>>,
    index: Cell<usize>,
}

impl ByteArrayIterator {
    pub(crate) fn make(cx: &Ctx, bytes: &Py<ByteArray>) -> Value {
        let payload = Self {
            bytes: RefCell::new(Some(bytes.clone())),
            index: Cell::new(0),
        };
        cx.heap()
            .allocate(&cx.types().bytearray_iterator, payload)
            .into_value()
    }

    fn bytes(&self) -> Option<Py<ByteArray>> {
        self.bytes.borrow().clone()
    }
}

#[pymethods]
impl ByteArrayIterator {
    fn __iter__(this: &Value) -> Value {
        this.clone()
    }

    fn __next__(&self) -> Option<Value> {
        let index = self.index.get();
        let byte = self.bytes()?.borrow().get(index).copied();
        if let Some(byte) = byte {
            self.index.set(index + 1);
            return Some(Value::int32(i32::from(byte)));
        }
        drop(self.bytes.take());
        None
    }

    /// How many bytes are left.
    fn __length_hint__(&self) -> usize {
        let length = self.bytes().map_or(0, |bytes| bytes.length());
        length.saturating_sub(self.index.get())
    }

    /// The state for pickling.
    fn __reduce__(&self, cx: &Ctx) -> PyResult<Value> {
        match self.bytes() {
            Some(bytes) => reduce_indexed(cx, Some(bytes.into_value()), self.index.get() as i64),
            None => {
                let empty = cx.new_bytearray(Vec::new()).into_value();
                let args = cx.new_tuple(vec![empty]).into_value();
                let parts = vec![cx.builtin("iter")?, args];
                Ok(cx.new_tuple(parts).into_value())
            }
        }
    }

    /// Takes over a pickled state.
    #[pymethod(text_signature = "($self, object, /)")]
    fn __setstate__(&self, cx: &Ctx, state: &Value) -> PyResult<()> {
        let index = iterator_state(cx, state)?;
        if let Some(bytes) = self.bytes() {
            let index = usize::try_from(index).unwrap_or(0);
            self.index.set(index.min(bytes.length()));
        }
        Ok(())
    }
}

impl Traverse for ByteArrayIterator {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        let bytes = self.bytes.borrow();
        bytes.iter().for_each(|bytes| visit(bytes.as_value()));
    }

    fn clear(&self) {
        drop(self.bytes.take());
    }
}
