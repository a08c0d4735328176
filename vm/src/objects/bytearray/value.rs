//! The bytearray object.
//!
//! Rule: no borrow of the bytes is held while Python code may run. While exports live, the length stays.

use std::cell::{Cell, Ref, RefCell};
use std::rc::Rc;

use taipan_macros::pyclass;

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::heap::Visitor;
use crate::objects::buffer::{Buffer, Export};
use crate::objects::bytes::ByteString;
use crate::value::{Py, Value};

/// bytearray(iterable_of_ints) -> bytearray
/// bytearray(string, encoding[, errors]) -> bytearray
/// bytearray(bytes_or_buffer) -> a copy that can change
/// bytearray(int) -> so many zero bytes
/// bytearray() -> no bytes
///
/// Bytes that can change, out of an iterable of integers below 256, a string in an
/// encoding, an object with a buffer, or an integer.
#[pyclass(
    name = "bytearray",
    module = "builtins",
    subclassable,
    match_self,
    unhashable,
    parts = 3,
    text_signature = None
)]
#[derive(Default)]
pub struct ByteArray {
    bytes: RefCell<Vec<u8>>,
    exports: Cell<usize>,
}

impl ByteArray {
    pub(crate) fn new(bytes: Vec<u8>) -> Self {
        Self {
            bytes: RefCell::new(bytes),
            exports: Cell::new(0),
        }
    }

    /// A copy of the contents.
    pub fn to_vec(&self) -> Vec<u8> {
        self.bytes.borrow().clone()
    }

    pub fn length(&self) -> usize {
        self.bytes.borrow().len()
    }

    /// The contents, borrowed: nothing that may run Python code while the guard lives.
    pub fn borrow(&self) -> Ref<'_, Vec<u8>> {
        self.bytes.borrow()
    }

    /// Changes bytes in place, which exports do not hinder. `f` must not run Python code.
    pub fn with_mut<R>(&self, f: impl FnOnce(&mut [u8]) -> R) -> R {
        f(&mut self.bytes.borrow_mut())
    }

    /// Changes the contents, length included. `f` must not run Python code.
    ///
    /// # Errors
    /// `BufferError` while there are exports.
    pub fn resize_with<R>(&self, cx: &Ctx, f: impl FnOnce(&mut Vec<u8>) -> R) -> PyResult<R> {
        if self.exports.get() > 0 {
            return Err(cx.buffer_error("Existing exports of data: object cannot be re-sized"));
        }
        Ok(f(&mut self.bytes.borrow_mut()))
    }
}

impl ByteString for ByteArray {
    type Guard<'a> = Ref<'a, [u8]>;

    fn content(this: &Py<Self>) -> Ref<'_, [u8]> {
        Ref::map(this.bytes.borrow(), Vec::as_slice)
    }

    fn make(cx: &Ctx, bytes: &[u8]) -> PyResult<Value> {
        Ok(cx.new_bytearray(bytes.to_vec()).into_value())
    }

    fn unchanged(cx: &Ctx, this: &Py<Self>) -> PyResult<Value> {
        Ok(cx.new_bytearray(this.to_vec()).into_value())
    }
}

/// Shared memory of a bytearray, counted.
struct ByteArrayExport(Py<ByteArray>);

impl Export for ByteArrayExport {
    fn with_bytes(&self, f: &mut dyn FnMut(&[u8])) {
        f(&self.0.bytes.borrow());
    }

    fn with_bytes_mut(&self, f: &mut dyn FnMut(&mut [u8])) -> bool {
        f(&mut self.0.bytes.borrow_mut());
        true
    }

    fn visit(&self, visit: &mut Visitor<'_>) {
        visit(self.0.as_value());
    }
}

impl Drop for ByteArrayExport {
    fn drop(&mut self) {
        self.0.exports.set(self.0.exports.get().saturating_sub(1));
    }
}

impl Py<ByteArray> {
    /// Shares the memory.
    pub(crate) fn export(&self) -> Buffer {
        self.exports.set(self.exports.get() + 1);
        let export = Rc::new(ByteArrayExport(self.clone()));
        Buffer::of_bytes(self.to_value(), export, self.length(), false)
    }
}

impl Ctx {
    /// Makes a `bytearray`.
    pub fn new_bytearray(&self, bytes: Vec<u8>) -> Py<ByteArray> {
        self.heap()
            .allocate(&self.types().bytearray, ByteArray::new(bytes))
    }
}
