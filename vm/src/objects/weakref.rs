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
use crate::heap::{Header, Traverse, Visitor};
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
    /// All references to `referent` (`weakref.getweakrefs`): the plain one and the plain proxy that all share, then the
    /// others, newest first.
    pub fn references(&self, cx: &Ctx, referent: &Value) -> Vec<Py<WeakRef>> {
        let entries = self.entries.borrow();
        let known = entries
            .get(&referent.identity())
            .map_or(&[][..], Vec::as_slice);
        let mut found: Vec<Py<WeakRef>> = known
            .iter()
            .rev()
            .filter(|known| known.header().reference_count() > 0)
            .map(|known| Py::clone(known))
            .collect();
        found.sort_by_key(|reference| {
            let class = reference.header().class();
            match reference.callback.borrow().is_some() || class.is_heap_type() {
                false if class.is(&cx.types().weak_reference) => 0,
                false => 1,
                true => 2,
            }
        });
        found
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

    /// Takes the references to `object` out of the table.
    fn take(&self, object: &Value) -> Vec<ManuallyDrop<Py<WeakRef>>> {
        let Some(header) = object
            .header()
            .filter(|header| header.is_weakly_referenced())
        else {
            return Vec::new();
        };
        header.set_weakly_referenced(false);
        let taken = self.entries.borrow_mut().remove(&object.identity());
        taken.unwrap_or_default()
    }

    /// Clears all references to `dying`, then calls the callbacks of those that do not die themselves.
    fn forget(&self, cx: &Ctx, dying: &[Value]) {
        let mut callbacks = Vec::new();
        for object in dying {
            for reference in self.take(object).iter().rev() {
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

/// Whether this is a weak reference that calls back.
pub(crate) fn has_callback(header: &Header) -> bool {
    // SAFETY: the header is that of a live object.
    let value = unsafe { Value::from_borrowed(header) };
    value
        .downcast_ref::<WeakRef>()
        .is_some_and(|reference| reference.callback.borrow().is_some())
}

/// Clears the weak references to a dying object and calls their callbacks, latest first.
pub(crate) fn on_death(cx: &Ctx, object: &Value) {
    cx.isolate()
        .weak_references()
        .forget(cx, std::slice::from_ref(object));
}

/// Before finalizers: clears the weak references to all of `garbage`; calls the callbacks of those that are not garbage
/// themselves.
pub(crate) fn before_finalizers(cx: &Ctx, garbage: &[Value]) {
    cx.isolate().weak_references().forget(cx, garbage);
}

/// After finalizers: clears the weak references that they made to what dies now, so that nobody sees it half cleared.
pub(crate) fn after_finalizers(cx: &Ctx, garbage: &[Value]) {
    for object in garbage {
        for reference in cx.isolate().weak_references().take(object) {
            let _ = reference.referent.take();
        }
    }
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
