//! What every object starts with: 16 bytes, reference count and flags first, then the type.
//!
//! ```text
//! word 0   bits 0..48  reference count (an immortal object starts so high that it never gets to zero)
//!          bits 48..64 flags
//! word 1   pointer to the type object; a heap type is owned, a native type is immortal
//! ```
//!
//! A cell of a slab that holds no object has word 0 equal to zero; a live object's is never zero.
#![allow(unsafe_code, reason = "the type pointer; see `Header::new`")]

use std::cell::Cell;

use super::layout::Layout;
use crate::objects::Type;
use crate::value::{Py, Value};

const COUNT_BITS: u32 = 48;
const IMMORTAL: u64 = 1 << 46;

/// `__del__` ran already; it runs once in an object's life (PEP 442).
pub(super) const FINALIZED: u64 = 1 << 48;
/// The isolate's weak reference table has an entry for this object.
pub(super) const WEAKLY_REFERENCED: u64 = 1 << 49;
/// Allocated by itself, with a `LargePrefix` in front, not in a slab.
pub(super) const LARGE: u64 = 1 << 50;
/// The collector looks at this object.
pub(super) const CONTAINER: u64 = 1 << 51;
/// Found unreachable by the running collection.
pub(super) const UNREACHABLE: u64 = 1 << 52;
/// In the oldest generation.
pub(super) const OLD: u64 = 1 << 53;
/// Left out by the collector until `gc.unfreeze`.
pub(super) const FROZEN: u64 = 1 << 54;
/// The running collection does not know yet whether the object can be reached. Meanwhile bits 24..46 of the count hold
/// its references from outside, as far as they are known.
const CANDIDATE: u64 = 1 << 55;
const OUTSIDE: u32 = 24;
/// In the middle generation.
pub(super) const MIDDLE: u64 = 1 << 56;
/// Objects with more references are taken for reachable.
const MOST_COUNTED: u64 = 1 << (46 - OUTSIDE);

/// The first 16 bytes of each object.
#[repr(C, align(16))]
pub struct Header {
    word: Cell<u64>,
    class: Cell<*const Header>,
}

const _: () = assert!(size_of::<Header>() == 16);

impl Header {
    /// # Safety
    /// `class` points to a live type object that stays alive as long as this header.
    pub(super) const unsafe fn new(class: *const Header, flags: u64) -> Self {
        Self {
            word: Cell::new(1 | flags),
            class: Cell::new(class),
        }
    }

    #[inline(always)]
    pub(crate) fn add_reference(&self) {
        self.word.set(self.word.get() + 1);
    }

    /// Returns whether that was the last reference.
    #[inline(always)]
    pub(crate) fn remove_reference(&self) -> bool {
        let word = self.word.get() - 1;
        self.word.set(word);
        word << (64 - COUNT_BITS) == 0
    }

    /// `sys.getrefcount` without its own argument.
    pub fn reference_count(&self) -> u64 {
        self.word.get() & ((1 << COUNT_BITS) - 1)
    }

    /// Keeps the object for as long as the isolate lives.
    pub fn make_immortal(&self) {
        self.word.set(self.word.get() | IMMORTAL);
    }

    pub fn is_immortal(&self) -> bool {
        self.word.get() & IMMORTAL != 0
    }

    #[inline(always)]
    pub(super) fn has(&self, flag: u64) -> bool {
        self.word.get() & flag != 0
    }

    pub(super) fn set(&self, flag: u64) {
        self.word.set(self.word.get() | flag);
    }

    pub(super) fn clear(&self, flag: u64) {
        self.word.set(self.word.get() & !flag);
    }

    pub(super) fn is_free(&self) -> bool {
        self.word.get() == 0
    }

    /// Whether `__del__` ran already (`gc.is_finalized`).
    pub fn is_finalized(&self) -> bool {
        self.has(FINALIZED)
    }

    pub(crate) fn is_weakly_referenced(&self) -> bool {
        self.has(WEAKLY_REFERENCED)
    }

    pub(crate) fn set_weakly_referenced(&self, referenced: bool) {
        if referenced {
            self.set(WEAKLY_REFERENCED);
        } else {
            self.clear(WEAKLY_REFERENCED);
        }
    }

    /// Found unreachable by the collection that is running.
    pub(crate) fn is_unreachable(&self) -> bool {
        self.has(UNREACHABLE)
    }

    /// Makes the object a candidate of the running collection, all of whose references may come from outside. Returns
    /// `false` for immortal objects and those with too many references, which stay reachable.
    #[inline(always)]
    pub(super) fn become_candidate(&self) -> bool {
        let count = self.reference_count();
        let is_candidate = count > 0 && count < MOST_COUNTED;
        if is_candidate {
            self.set(CANDIDATE | count << OUTSIDE);
        }
        is_candidate
    }

    #[inline(always)]
    pub(super) fn is_candidate(&self) -> bool {
        self.has(CANDIDATE)
    }

    /// A candidate has one reference less from outside: that of another container.
    #[inline(always)]
    pub(super) fn found_inside(&self) {
        if self.is_candidate() && self.is_held_outside() {
            self.word.set(self.word.get() - (1 << OUTSIDE));
        }
    }

    /// Whether a candidate is referred to from outside.
    #[inline(always)]
    pub(super) fn is_held_outside(&self) -> bool {
        self.word.get() & ((MOST_COUNTED - 1) << OUTSIDE) != 0
    }

    /// Ends the candidacy; returns whether there was one.
    #[inline(always)]
    pub(super) fn end_candidacy(&self) -> bool {
        let was_candidate = self.is_candidate();
        if was_candidate {
            self.clear(CANDIDATE | (MOST_COUNTED - 1) << OUTSIDE);
        }
        was_candidate
    }

    pub(super) fn class_address(&self) -> *const Header {
        self.class.get()
    }

    /// The object's type.
    #[inline(always)]
    pub fn class(&self) -> &Py<Type> {
        // SAFETY: a `Py<Type>` is a transparent word holding the address of a type object; `class` holds just that,
        // and is kept alive by `Header::new`'s contract.
        unsafe { &*std::ptr::from_ref(&self.class).cast::<Py<Type>>() }
    }

    /// Gives the object another type (`obj.__class__ = C`). The caller checked that the layouts agree.
    pub(crate) fn set_class(&self, class: &Py<Type>) {
        let old = self.class.get();
        let Some(new) = class.to_value().into_header() else {
            return;
        };
        self.class.set(new);
        // SAFETY: the header owned a reference to its old type, unless that type is immortal, when it does not matter.
        drop(unsafe { Value::from_owned(old) });
    }

    /// How the object's memory is laid out.
    #[inline(always)]
    pub fn layout(&self) -> &'static Layout {
        self.class().layout
    }
}
