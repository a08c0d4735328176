//! Making objects.
//!
//! CPython 3.14: `PyType_GenericAlloc`, `_PyObject_GC_New` (`Objects/typeobject.c`, `Python/gc.c`).
#![allow(
    unsafe_code,
    reason = "writes headers and payloads into fresh cells; see `slab`"
)]

use std::cell::{Cell, RefCell};

use super::collect::Collector;
use super::header::Header;
use super::layout::{Layout, Payload};
use super::slab::Slabs;
use crate::objects::{Type, attrs};
use crate::value::{Py, Value};

/// One isolate's objects. Lives at a fixed address from the first allocation on.
pub struct Heap {
    pub(super) slabs: Slabs,
    pub(super) collector: Collector,
    /// How many deaths are running inside each other, and those that wait for a shallower stack.
    pub(super) dying: Cell<u32>,
    pub(super) waiting: RefCell<Vec<*const Header>>,
}

/// A block of memory could not be had.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("out of memory")]
pub struct OutOfMemory;

impl Heap {
    /// Returns an empty heap, in a box because objects keep its address.
    pub fn new() -> Box<Self> {
        let heap = Box::new(Self {
            slabs: Slabs::new(),
            collector: Collector::new(),
            dying: Cell::new(0),
            waiting: RefCell::default(),
        });
        heap.slabs.heap.set(&raw const *heap);
        heap
    }

    /// Bytes held in pages and large objects, used or not.
    pub fn bytes(&self) -> usize {
        self.slabs.bytes.get()
    }

    /// How many objects were made so far, for tests.
    #[cfg(debug_assertions)]
    pub fn allocations(&self) -> u64 {
        self.slabs.taken.get()
    }

    /// Lets large objects fail when the heap would have more bytes than this.
    pub(crate) fn set_limit(&self, bytes: usize) {
        self.slabs.most.set(bytes);
    }

    /// Makes an object of `class` with its native payload and empty attributes.
    #[inline(always)]
    pub fn allocate<T: Payload>(&self, class: &Py<Type>, payload: T) -> Py<T> {
        debug_assert!(class.layout.is(T::layout()) && class.layout.tail.is_none());
        let extras = class.extras_words();
        let offset = size_of::<Header>() + size_of::<T>().next_multiple_of(8);
        let object = match self.block(T::layout(), class, offset + extras * 8) {
            Some(object) => object,
            None => std::alloc::handle_alloc_error(std::alloc::Layout::new::<T>()),
        };
        // SAFETY: the block is fresh and has room for header, payload and extras.
        unsafe {
            object.add(1).cast::<T>().write(payload);
            if extras != 0 {
                attrs::initialise_extras(object.cast::<u8>().add(offset).cast(), class);
            }
            Value::from_owned(object).downcast_unchecked()
        }
    }

    /// Makes `type`, whose type is itself.
    pub(crate) fn allocate_first_type(&self, payload: Type) -> Py<Type> {
        let size = size_of::<Header>() + size_of::<Type>().next_multiple_of(8);
        let (memory, flags) = self.slabs.take(size, true);
        assert!(!memory.is_null(), "room for the first object");
        let object = memory.cast::<Header>();
        // SAFETY: the block is fresh and has room for header and payload; the type it names is itself, made immortal
        // with all native types.
        unsafe {
            object.expose_provenance();
            object.write(Header::new(object, flags));
            object.add(1).cast::<Type>().write(payload);
            Value::from_owned(object).downcast_unchecked()
        }
    }

    /// Makes an object with `tail` bytes behind its payload, which `fill` must initialise.
    ///
    /// # Errors
    /// [`OutOfMemory`] if the block is too large for this machine.
    ///
    /// # Safety
    /// `fill` initialises all of the tail as the layout of `T` expects, without allocating objects.
    #[inline]
    pub(crate) unsafe fn allocate_with_tail<T: Payload>(
        &self,
        class: &Py<Type>,
        payload: T,
        tail: usize,
        fill: impl FnOnce(*mut u8),
    ) -> Result<Py<T>, OutOfMemory> {
        debug_assert!(class.layout.is(T::layout()) && class.layout.tail.is_some());
        let extras = class.extras_words();
        let tail_offset = size_of::<Header>() + size_of::<T>();
        let offset = tail_offset
            .checked_add(tail)
            .ok_or(OutOfMemory)?
            .checked_next_multiple_of(8)
            .ok_or(OutOfMemory)?;
        let size = offset.checked_add(extras * 8).ok_or(OutOfMemory)?;
        let object = self.block(T::layout(), class, size).ok_or(OutOfMemory)?;
        // SAFETY: the block is fresh and has room for header, payload, tail and extras.
        unsafe {
            object.add(1).cast::<T>().write(payload);
            fill(object.cast::<u8>().add(tail_offset));
            if extras != 0 {
                attrs::initialise_extras(object.cast::<u8>().add(offset).cast(), class);
            }
            Ok(Value::from_owned(object).downcast_unchecked())
        }
    }

    /// Returns a block with its header written.
    #[inline(always)]
    fn block(&self, layout: &'static Layout, class: &Py<Type>, size: usize) -> Option<*mut Header> {
        let container =
            layout.traverse.is_some() || class.is_heap_type() || class.extras_words() != 0;
        let (memory, flags) = self.slabs.take(size, container);
        if memory.is_null() {
            return None;
        }
        if container {
            self.collector.count_new_container();
        }
        if class.is_heap_type() {
            class.header().add_reference();
        }
        let header = memory.cast::<Header>();
        header.expose_provenance();
        // SAFETY: the block is fresh and large enough; a heap type is kept alive by the reference just added, and a
        // native type is immortal.
        unsafe { header.write(Header::new(class.header(), flags)) };
        Some(header)
    }
}
