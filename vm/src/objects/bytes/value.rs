//! The bytes object: its bytes stand behind a fixed part.
//!
//! Invariant: the tail holds `length` initialised bytes.
#![allow(
    unsafe_code,
    reason = "the bytes live behind the payload; see the invariant above"
)]

use std::cell::{Cell, OnceCell};

use taipan_macros::pyclass;

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::heap::{Heap, OutOfMemory};
use crate::objects::Type;
use crate::value::{Py, Value};

/// bytes(iterable_of_ints) -> bytes
/// bytes(string, encoding[, errors]) -> bytes
/// bytes(bytes_or_buffer) -> a copy that cannot change
/// bytes(int) -> so many zero bytes
/// bytes() -> no bytes
///
/// Immutable bytes out of an iterable of integers below 256, a string in an encoding,
/// an object with a buffer, or an integer.
#[pyclass(
    name = "bytes",
    module = "builtins",
    subclassable,
    match_self,
    parts = 2,
    text_signature = None,
    tail = tail
)]
pub struct Bytes {
    length: usize,
    /// 0 if not computed yet.
    pub(crate) hash: Cell<i64>,
}

unsafe fn tail(payload: *const u8) -> usize {
    // SAFETY: called by the heap with the address of a live `Bytes`.
    unsafe { (*payload.cast::<Bytes>()).length }
}

impl Bytes {
    /// Makes a bytes object of `class` (`bytes` or a subclass).
    ///
    /// # Errors
    /// [`OutOfMemory`] if the block is too large for this machine.
    pub fn allocate(heap: &Heap, class: &Py<Type>, bytes: &[u8]) -> Result<Py<Self>, OutOfMemory> {
        let fixed = Self {
            length: bytes.len(),
            hash: Cell::new(0),
        };
        // SAFETY: the closure fills all of the tail.
        unsafe {
            heap.allocate_with_tail(class, fixed, bytes.len(), |tail| {
                tail.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
            })
        }
    }
}

impl Py<Bytes> {
    #[inline(always)]
    pub fn as_slice(&self) -> &[u8] {
        // SAFETY: the invariant.
        unsafe {
            std::slice::from_raw_parts(self.payload_address().add(1).cast::<u8>(), self.length)
        }
    }
}

impl Ctx {
    /// Makes a `bytes`.
    ///
    /// # Errors
    /// `MemoryError`.
    pub fn new_bytes(&self, bytes: &[u8]) -> PyResult<Value> {
        let place = self.isolate().short_bytes.place(bytes);
        if let Some(known) = place.and_then(OnceCell::get) {
            return Ok(known.to_value());
        }
        let made = Bytes::allocate(self.heap(), &self.types().bytes, bytes)
            .map_err(|OutOfMemory| self.memory_error())?;
        if let Some(place) = place {
            // Nobody came before: the allocation runs no code of others.
            let _ = place.set(made.clone());
        }
        Ok(made.into_value())
    }
}
