//! `Field<T>`: a cell for handles that can be read without moving them out.
//!
//! `Cell<Option<Py<T>>>` can only be read by taking the handle out; `RefCell` counts borrows on each access. Cloning a
//! handle runs no code but the counting, so reading by clone needs neither.
//!
//! Invariants
//! 1. `T` is a handle (see [`Handle`]): cloning or inspecting it runs no code that could reach this field.
//! 2. A store moves the old value out first; its death happens when nothing refers into the field.
#![allow(
    unsafe_code,
    reason = "reads a cell in place; see the invariants above"
)]

use std::cell::UnsafeCell;

use crate::heap::Payload;
use crate::value::{Py, Value};

/// Types whose `clone` only counts.
///
/// # Safety
/// `clone` runs no code of others.
pub unsafe trait Handle: Clone {}

// SAFETY: counts only.
unsafe impl Handle for Value {}
// SAFETY: counts only.
unsafe impl<T: Payload> Handle for Py<T> {}
// SAFETY: counts only.
unsafe impl<T: Handle> Handle for Option<T> {}

/// See the module.
#[derive(Default)]
pub struct Field<T: Handle>(UnsafeCell<T>);

impl<T: Handle> Field<T> {
    pub const fn new(value: T) -> Self {
        Self(UnsafeCell::new(value))
    }

    #[inline(always)]
    pub fn get(&self) -> T {
        // SAFETY: invariant 1.
        unsafe { (*self.0.get()).clone() }
    }

    /// Stores `value` and returns what was there.
    #[inline(always)]
    #[must_use = "the old value dies where it is dropped"]
    pub fn replace(&self, value: T) -> T {
        // SAFETY: nobody holds a reference into the field (invariants 1 and 2).
        unsafe { std::mem::replace(&mut *self.0.get(), value) }
    }

    /// Stores `value`; the old one dies.
    #[inline(always)]
    pub fn set(&self, value: T) {
        drop(self.replace(value));
    }

    /// Shows the handle to `look`, which must not store into this field nor run Python code.
    #[inline(always)]
    pub(crate) fn peek<R>(&self, look: impl FnOnce(&T) -> R) -> R {
        // SAFETY: invariant 1, which `look` promises too.
        look(unsafe { &*self.0.get() })
    }
}

impl<T: Handle> Field<Option<T>> {
    #[inline(always)]
    pub fn take(&self) -> Option<T> {
        self.replace(None)
    }

    #[inline(always)]
    pub fn is_some(&self) -> bool {
        self.peek(Option::is_some)
    }
}
