//! What happens when an object's last reference goes: finalizer, weak references, payload, memory.
//!
//! CPython 3.14: `subtype_dealloc` (`Objects/typeobject.c`), the trashcan (`Objects/object.c`), PEP 442.
//!
//! Deaths nest (a list dies, then its items). Past a depth they wait in a queue that the outermost death empties, so
//! that a long chain of objects cannot overflow the native stack.
#![allow(unsafe_code, reason = "drops payloads in place; see `release`")]

use super::alloc::Heap;
use super::header::{CONTAINER, FINALIZED, Header, LARGE, UNREACHABLE};
use super::slab::slabs_of;
use crate::ctx::Ctx;
use crate::objects::{attrs, weakref};
use crate::value::Value;

/// Deaths inside each other before they wait.
const MAX_DEPTH: u32 = 64;

#[cold]
#[inline(never)]
fn queue(heap: &Heap, object: *const Header) {
    heap.waiting.borrow_mut().push(object);
}

/// Ends the life of an object whose reference count is zero.
///
/// # Safety
/// `object` is live, its count just fell to zero, and nobody uses it afterwards.
#[inline(never)]
pub(crate) unsafe fn release(object: *const Header) {
    // SAFETY: the caller's promise; the slabs' heap outlives its objects.
    let (header, heap) = unsafe { (&*object, &*slabs_of(object.cast_mut()).heap.get()) };
    let layout = header.layout();
    if !header.has(CONTAINER) && !header.is_weakly_referenced() {
        // A leaf: its death cannot nest, and native types without containers have no finalizers.
        let object = object.cast_mut();
        let is_large = header.has(LARGE);
        if let Some(drop_payload) = layout.drop {
            // SAFETY: the payload follows the header, is whole and not used again.
            unsafe { drop_payload(object.add(1).cast()) };
        }
        // SAFETY: the payload is dropped; the cell is ours.
        unsafe { heap.slabs.give_back(object, is_large) };
        return;
    }
    let depth = heap.dying.get();
    if depth >= MAX_DEPTH {
        queue(heap, object);
        return;
    }
    heap.dying.set(depth + 1);
    // SAFETY: the caller's promise.
    unsafe { bury(heap, header) };
    if depth == 0 {
        loop {
            let next = heap.waiting.borrow_mut().pop();
            let Some(next) = next else { break };
            // SAFETY: only objects with a count of zero are queued, each once.
            unsafe { bury(heap, &*next) };
        }
    }
    heap.dying.set(depth);
}

/// # Safety
/// As for [`release`]; `header` must not be used after.
unsafe fn bury(heap: &Heap, header: &Header) {
    let class = header.class();
    if (class.has_finalizer() && !header.has(FINALIZED)) || header.is_weakly_referenced() {
        // SAFETY: the object is still whole; see `outlives_farewell`.
        if unsafe { outlives_farewell(header) } {
            return;
        }
    }
    let object = std::ptr::from_ref(header).cast_mut();
    let layout = class.layout;
    // The header's reference keeps the class alive to the end.
    let owned_class = class.is_heap_type().then(|| header.class_address());
    if class.extras_words() != 0 {
        // SAFETY: the object is whole and has extras; they are not used again.
        unsafe { attrs::drop_extras(header, class) };
    }
    if let Some(drop_payload) = layout.drop {
        // SAFETY: the payload follows the header, is whole and not used again.
        unsafe { drop_payload(object.add(1).cast()) };
    }
    if header.has(CONTAINER) {
        heap.collector.count_dead_container();
    }
    // SAFETY: payload and extras are dropped; nothing refers to the memory.
    unsafe { heap.slabs.give_back(object, header.has(LARGE)) };
    if let Some(class) = owned_class {
        // SAFETY: the header's reference to its class, now without an owner.
        drop(unsafe { Value::from_owned(class) });
    }
}

/// Runs the finalizer and the callbacks of weak references. Returns whether somebody revived the object.
///
/// # Safety
/// `header` is whole and its count is zero.
unsafe fn outlives_farewell(header: &Header) -> bool {
    header.add_reference();
    // SAFETY: the reference just added.
    let revived = unsafe { Value::from_borrowed(header) };
    Ctx::with_current(|cx| {
        if !header.has(FINALIZED)
            && let Some(finalize) = revived_finalizer(&revived)
        {
            header.set(FINALIZED);
            finalize(cx, &revived);
        }
    });
    // Two references are ours: more means that the finalizer stored the object somewhere.
    if header.reference_count() <= 2 && header.is_weakly_referenced() && !header.has(UNREACHABLE) {
        Ctx::with_current(|cx| weakref::on_death(cx, &revived));
    }
    let alive = header.reference_count() > 2;
    header.remove_reference();
    if alive {
        drop(revived);
        return true;
    }
    // Take the last reference away without starting a second death.
    std::mem::forget(revived);
    header.remove_reference();
    false
}

fn revived_finalizer(value: &Value) -> Option<crate::objects::slots::FinalizeFn> {
    value
        .header()
        .and_then(|header| header.class().slots.finalize.get())
}
