//! Weak references: the reference objects, and the isolate's table of who refers weakly to whom.
//!
//! CPython 3.14: `Objects/weakrefobject.c`. Tests: `tests/run/weakref/`.
//!
//! Invariants
//! 1. A referent's header is marked as weakly referenced as long as the table has an entry for it, and a death looks
//!    at that mark; so a weak word never outlives its referent.
//! 2. The table's words for reference objects own nothing: a reference object that dies takes itself out.
#![allow(
    unsafe_code,
    reason = "words that own nothing; see the invariants above"
)]

use std::cell::{Cell, RefCell};
use std::mem::ManuallyDrop;

use rustc_hash::FxHashMap;

use crate::ctx::Ctx;
use crate::heap::{Traverse, Visitor};
use crate::objects::Type;
use crate::value::{Py, Value};

/// The payload of a weak reference or proxy.
pub struct WeakRef {
    referent: RefCell<Option<ManuallyDrop<Value>>>,
    callback: RefCell<Option<Value>>,
    /// The referent's hash once it was asked for; -1 before.
    pub(crate) hash: Cell<i64>,
}

payload!(WeakRef, traverse);

impl WeakRef {
    /// The referent, while it is alive.
    pub fn upgrade(&self) -> Option<Value> {
        let referent = self.referent.borrow();
        let value: &Value = referent.as_ref()?;
        // A referent whose death has begun is gone already.
        (value.header()?.reference_count() > 0).then(|| value.clone())
    }

    pub fn callback(&self) -> Option<Value> {
        self.callback.borrow().clone()
    }
}

impl Traverse for WeakRef {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.callback.borrow().iter().for_each(visit);
    }

    fn clear(&self) {
        drop(self.callback.take());
    }
}

impl Drop for WeakRef {
    fn drop(&mut self) {
        if let Some(referent) = self.referent.get_mut().take() {
            let address = std::ptr::from_ref(self).addr();
            Ctx::with_current(|cx| cx.isolate().weak_references().remove(&referent, address));
        }
    }
}

/// One isolate's weak references, by referent.
#[derive(Default)]
pub struct WeakTable {
    entries: RefCell<FxHashMap<u64, Vec<ManuallyDrop<Py<WeakRef>>>>>,
}

impl WeakTable {
    /// All references to `referent`, oldest first (`weakref.getweakrefs`).
    pub fn references(&self, referent: &Value) -> Vec<Py<WeakRef>> {
        let entries = self.entries.borrow();
        let known = entries
            .get(&referent.identity())
            .map_or(&[][..], Vec::as_slice);
        known
            .iter()
            .filter(|known| known.header().reference_count() > 0)
            .map(|known| Py::clone(known))
            .collect()
    }

    fn remove(&self, referent: &Value, address: usize) {
        let mut entries = self.entries.borrow_mut();
        if let Some(known) = entries.get_mut(&referent.identity()) {
            known.retain(|reference| std::ptr::from_ref::<WeakRef>(reference).addr() != address);
            if known.is_empty() {
                entries.remove(&referent.identity());
                if let Some(header) = referent.header() {
                    header.set_weakly_referenced(false);
                }
            }
        }
    }

    /// Clears all references to `dying`, then calls the callbacks of those that do not die themselves.
    fn forget(&self, cx: &Ctx, dying: &[Value]) {
        let mut callbacks = Vec::new();
        for object in dying {
            let Some(header) = object.header() else {
                continue;
            };
            if !header.is_weakly_referenced() {
                continue;
            }
            header.set_weakly_referenced(false);
            let references = self
                .entries
                .borrow_mut()
                .remove(&object.identity())
                .unwrap_or_default();
            for reference in references.iter().rev() {
                let _ = reference.referent.take();
                let callback = reference.callback.take();
                let dies_too = reference.header().reference_count() == 0
                    || reference.header().is_unreachable();
                if let Some(callback) = callback
                    && !dies_too
                {
                    callbacks.push((Py::clone(reference), callback));
                }
            }
        }
        for (reference, callback) in callbacks {
            if let Err(error) = cx.call(&callback, &[reference.into_value()]) {
                cx.report_unraisable(
                    &error,
                    Some("Exception ignored while calling weakref callback"),
                    &callback,
                );
            }
        }
    }
}

/// Clears the weak references to a dying object and calls their callbacks, latest first.
pub(crate) fn on_death(cx: &Ctx, object: &Value) {
    cx.isolate()
        .weak_references()
        .forget(cx, std::slice::from_ref(object));
}

/// Clears the weak references to all of `garbage`; calls the callbacks of those that are not garbage themselves.
pub(crate) fn on_collection(cx: &Ctx, garbage: &[Value]) {
    cx.isolate().weak_references().forget(cx, garbage);
}

impl Ctx {
    /// Makes a weak reference of `class` (`weakref.ref`, a proxy type or a subclass). The caller checked that the
    /// referent's type allows it.
    pub fn new_weak_reference(
        &self,
        class: &Py<Type>,
        referent: &Value,
        callback: Option<Value>,
    ) -> Py<WeakRef> {
        // SAFETY: invariant 1.
        let word = unsafe { referent.borrowed_word() };
        let payload = WeakRef {
            referent: RefCell::new(Some(word)),
            callback: RefCell::new(callback),
            hash: Cell::new(-1),
        };
        let reference = self.heap().allocate(class, payload);
        if let Some(header) = referent.header() {
            header.set_weakly_referenced(true);
        }
        // SAFETY: invariant 2.
        let word = unsafe { reference.borrowed_word() };
        self.isolate()
            .weak_references()
            .entries
            .borrow_mut()
            .entry(referent.identity())
            .or_default()
            .push(word);
        reference
    }
}
