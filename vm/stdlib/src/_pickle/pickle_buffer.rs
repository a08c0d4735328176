//! `PickleBuffer`: a wrapper that lets a pickler hand memory over without a copy.
//!
//! CPython 3.14: `Objects/picklebufobject.c`, PEP 574.

use std::cell::RefCell;

use taipan_macros::{pyclass, pymethods};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::heap::{Traverse, Visitor};
use taipan_vm::objects::Type;
use taipan_vm::objects::buffer::{Buffer, flags};
use taipan_vm::value::{Py, Value};

/// Wrapper for potentially out-of-band buffers
#[pyclass(name = "PickleBuffer", module = "pickle", weakref, traverse, text_signature = None)]
pub(super) struct PickleBuffer {
    /// `None` once it was released.
    buffer: RefCell<Option<Buffer>>,
}

impl Traverse for PickleBuffer {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        if let Some(buffer) = self.buffer.borrow().as_ref() {
            buffer.visit(visit);
        }
    }
}

impl PickleBuffer {
    /// # Errors
    /// `ValueError` if it was released.
    pub(super) fn get(&self, cx: &Ctx) -> PyResult<Buffer> {
        match self.buffer.borrow().as_ref() {
            Some(buffer) => Ok(buffer.clone()),
            None => Err(cx.value_error("operation forbidden on released PickleBuffer object")),
        }
    }
}

#[pymethods]
impl PickleBuffer {
    #[new(signature = (object, /))]
    fn new(cx: &Ctx, cls: &Py<Type>, object: &Value) -> PyResult<Py<PickleBuffer>> {
        let buffer = cx.get_buffer(object, flags::FULL_RO)?;
        let payload = PickleBuffer {
            buffer: RefCell::new(Some(buffer)),
        };
        Ok(cx.heap().allocate(cls, payload))
    }

    /// Return a memoryview of the raw memory underlying this buffer.
    ///
    /// Will raise BufferError is the buffer isn't contiguous.
    fn raw(&self, cx: &Ctx) -> PyResult<Value> {
        let buffer = self.get(cx)?;
        if !buffer.is_c_contiguous() && !buffer.is_f_contiguous() {
            return Err(cx.buffer_error("cannot extract raw buffer from non-contiguous buffer"));
        }
        let raw = Buffer {
            format: "B".into(),
            item_size: 1,
            shape: vec![buffer.byte_count()],
            strides: vec![1],
            ..buffer
        };
        Ok(cx.memoryview_of(raw).into_value())
    }

    /// Release the underlying buffer controlled by the PickleBuffer object.
    fn release(&self) {
        drop(self.buffer.take());
    }

    fn __release_buffer__(this: &Py<PickleBuffer>, cx: &Ctx, view: &Value) -> PyResult<()> {
        cx.release_view(this.as_value(), view)
    }

    fn __buffer__(&self, cx: &Ctx, wanted: i32) -> PyResult<Buffer> {
        let buffer = self.get(cx)?;
        if wanted & flags::WRITABLE != 0 && buffer.readonly {
            return Err(cx.buffer_error("Object is not writable."));
        }
        Ok(buffer)
    }
}
