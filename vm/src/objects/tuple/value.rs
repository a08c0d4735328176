//! The tuple object: items behind a fixed part.
//!
//! Invariants
//! 1. The tail holds `length` owned values, none of them borrowed.
//! 2. A tuple that is not filled yet ([`Ctx::new_unfilled_tuple`]) holds `None`s, which die without a trace; nobody keeps a
//!    slice of it while somebody else fills it.
#![allow(
    unsafe_code,
    reason = "the items live behind the payload; see the invariants above"
)]

use std::cell::Cell;

use taipan_macros::pyclass;

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::heap::{Heap, OutOfMemory, Traverse, Visitor};
use crate::objects::Type;
use crate::value::{Py, Value};

/// Built-in immutable sequence.
///
/// If no argument is given, the constructor returns an empty tuple.
/// If iterable is specified the tuple is initialized from iterable's items.
///
/// If the argument is a tuple, the return value is the same object.
#[pyclass(
    name = "tuple",
    subclassable,
    sequence,
    match_self,
    tail = tail,
    traverse,
    text_signature = "(iterable=(), /)"
)]
#[repr(C)]
pub struct Tuple {
    length: usize,
    /// 0 if not computed yet.
    pub(crate) hash: Cell<i64>,
}

unsafe fn tail(payload: *const u8) -> usize {
    // SAFETY: called by the heap with the address of a live `Tuple`.
    unsafe { (*payload.cast::<Tuple>()).length * size_of::<Value>() }
}

impl Tuple {
    /// Makes a tuple of `class` (`tuple` or a subclass) that takes over `items`.
    pub fn allocate(
        heap: &Heap,
        class: &Py<Type>,
        items: Vec<Value>,
    ) -> Result<Py<Self>, OutOfMemory> {
        let length = items.len();
        Self::build(heap, class, length, |to| {
            // SAFETY: the tail has room for `length` values; the vector gives its values away.
            unsafe {
                let mut items = std::mem::ManuallyDrop::new(items);
                to.copy_from_nonoverlapping(items.as_ptr(), length);
                drop(Vec::from_raw_parts(items.as_mut_ptr(), 0, items.capacity()));
            }
        })
    }

    /// Makes a tuple of clones of `items`.
    pub fn from_slice(
        heap: &Heap,
        class: &Py<Type>,
        items: &[Value],
    ) -> Result<Py<Self>, OutOfMemory> {
        Self::build(heap, class, items.len(), |to| {
            for (index, item) in items.iter().enumerate() {
                // SAFETY: the tail has room for as many values.
                unsafe { to.add(index).write(item.clone()) };
            }
        })
    }

    fn build(
        heap: &Heap,
        class: &Py<Type>,
        length: usize,
        fill: impl FnOnce(*mut Value),
    ) -> Result<Py<Self>, OutOfMemory> {
        let bytes = length.checked_mul(size_of::<Value>()).ok_or(OutOfMemory)?;
        let fixed = Self {
            length,
            hash: Cell::new(0),
        };
        // SAFETY: `fill` initialises `length` values, which is all of the tail.
        unsafe { heap.allocate_with_tail(class, fixed, bytes, |tail| fill(tail.cast())) }
    }

    #[inline(always)]
    pub fn length(&self) -> usize {
        self.length
    }

    fn items(&self) -> &[Value] {
        let start = std::ptr::with_exposed_provenance::<Value>(
            std::ptr::from_ref(self).addr() + size_of::<Self>(),
        );
        // SAFETY: invariant 1; a `Tuple` only exists in front of its tail.
        unsafe { std::slice::from_raw_parts(start, self.length) }
    }
}

impl Py<Tuple> {
    #[inline(always)]
    pub fn as_slice(&self) -> &[Value] {
        // SAFETY: invariant 1.
        unsafe {
            std::slice::from_raw_parts(self.payload_address().add(1).cast::<Value>(), self.length)
        }
    }

    /// Puts an item into a tuple of [`Ctx::new_unfilled_tuple`] that has only been handed to its own items.
    pub(crate) fn fill(&self, index: usize, item: Value) {
        debug_assert!(self.as_slice().get(index).is_some_and(Value::is_none));
        if index < self.length {
            // SAFETY: invariant 2; the index is within the tail, and the `None` there needs no drop.
            unsafe {
                let items = self.payload_address().add(1).cast::<Value>().cast_mut();
                items.add(index).write(item);
            }
        }
    }
}

impl Traverse for Tuple {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.items().iter().for_each(visit);
    }
}

impl Drop for Tuple {
    fn drop(&mut self) {
        let start = std::ptr::with_exposed_provenance_mut::<Value>(
            std::ptr::from_ref(self).addr() + size_of::<Self>(),
        );
        for index in 0..self.length {
            // SAFETY: invariant 1; the tail dies with the fixed part, and each item is dropped once.
            unsafe { start.add(index).drop_in_place() };
        }
    }
}

impl Ctx {
    /// Makes a `tuple` that takes over `items`.
    pub fn new_tuple(&self, items: Vec<Value>) -> Py<Tuple> {
        if items.is_empty() {
            return self.isolate().empty_tuple();
        }
        match Tuple::allocate(self.heap(), &self.types().tuple, items) {
            Ok(tuple) => tuple,
            // The items were in memory already, so a block of their size was to be had a moment ago.
            Err(OutOfMemory) => std::alloc::handle_alloc_error(std::alloc::Layout::new::<Tuple>()),
        }
    }

    /// Makes a `tuple` of `length` items that [`Py::fill`] puts in: for who must refer to a tuple before it has its items.
    ///
    /// # Errors
    /// `MemoryError`.
    pub(crate) fn new_unfilled_tuple(&self, length: usize) -> PyResult<Py<Tuple>> {
        let items = vec![Value::NONE; length];
        Tuple::allocate(self.heap(), &self.types().tuple, items)
            .map_err(|OutOfMemory| self.memory_error())
    }

    /// Makes a `tuple` of clones of `items`.
    pub fn new_tuple_from(&self, items: &[Value]) -> Py<Tuple> {
        if items.is_empty() {
            return self.isolate().empty_tuple();
        }
        match Tuple::from_slice(self.heap(), &self.types().tuple, items) {
            Ok(tuple) => tuple,
            Err(OutOfMemory) => std::alloc::handle_alloc_error(std::alloc::Layout::new::<Tuple>()),
        }
    }
}
