//! What a Python class adds behind the native payload of its instances: `__slots__` members and attributes.
//!
//! ```text
//! header | payload | tail | member 0 .. member m-1 | shape | dict | attribute 0 .. attribute capacity-1
//!                         ^ extras
//! ```
//!
//! Attributes live in the slots that the shape names. When somebody asks for `__dict__`, when there are more attributes
//! than slots, or when attributes are deleted out of order, the instance *materialises*: its attributes move into a
//! dict, for good, and the shape pointer becomes null.
//!
//! Invariants
//! 1. Extras start at [`extras`]; members first, then shape and dict pointer if the class `has_attributes`.
//! 2. A non-null shape pointer names a shape that the class keeps alive, whose capacity is the number of slots; the
//!    first `len` slots hold values, the others `None`.
//! 3. A null shape means: the dict is there and holds all attributes.
#![allow(
    unsafe_code,
    reason = "reads words behind the payload; see the invariants above"
)]

use std::cell::Cell;

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::heap::{Header, Visitor};
use crate::objects::shape::Shape;
use crate::objects::{Dict, Str, Type};
use crate::value::{Py, Value};

/// Shape and dict pointer, in words.
pub const HEAD_WORDS: usize = 2;

type Slot = Cell<Option<Value>>;

#[repr(C)]
struct Head {
    shape: Cell<*const Shape>,
    dict: Cell<Option<Py<Dict>>>,
}

const _: () = assert!(size_of::<Head>() == HEAD_WORDS * 8 && size_of::<Slot>() == 8);

/// Writes empty members and attributes.
///
/// # Safety
/// `extras` points to uninitialised room for the extras of an instance of `class`.
#[inline]
pub(crate) unsafe fn initialise_extras(extras: *mut u64, class: &Py<Type>) {
    let words = class.extras_words();
    for index in 0..words {
        // Volatile, so that these few words do not become a call of `memset`.
        // SAFETY: the room is there; a zero word is `None` for members, dict and slots.
        unsafe { extras.add(index).write_volatile(0) };
    }
    if class.has_attributes() {
        // SAFETY: the head follows the members.
        unsafe {
            extras
                .add(class.member_count())
                .cast::<*const Shape>()
                .write(class.root_shape())
        };
    }
}

/// Where the extras start.
fn extras(header: &Header, class: &Py<Type>) -> *const u64 {
    let layout = class.layout;
    let payload = std::ptr::from_ref(header).wrapping_add(1).cast::<u8>();
    // SAFETY: the payload is whole.
    let tail = layout.tail.map_or(0, |tail| unsafe { tail(payload) });
    let offset = (layout.size + tail).next_multiple_of(8);
    std::ptr::with_exposed_provenance(payload.addr() + offset)
}

fn head<'a>(header: &'a Header, class: &Py<Type>) -> Option<&'a Head> {
    if !class.has_attributes() {
        return None;
    }
    // SAFETY: invariant 1.
    Some(unsafe {
        &*extras(header, class)
            .add(class.member_count())
            .cast::<Head>()
    })
}

fn slots<'a>(head: &'a Head, shape: &Shape) -> &'a [Slot] {
    // SAFETY: invariant 2: the slots follow the head, as many as the shape has capacity.
    unsafe {
        std::slice::from_raw_parts(
            std::ptr::from_ref(head).add(1).cast::<Slot>(),
            shape.capacity(),
        )
    }
}

fn shape_of(head: &Head) -> Option<&Shape> {
    // SAFETY: invariant 2.
    unsafe { head.shape.get().as_ref() }
}

fn peek(slot: &Slot) -> Option<&Value> {
    // SAFETY: a value in a slot stays while nobody stores into it; callers clone before anything else runs.
    unsafe { (*slot.as_ptr()).as_ref() }
}

/// Drops members and attributes.
///
/// # Safety
/// `header` is a whole object of `class`, and its extras are not used afterwards.
pub(crate) unsafe fn drop_extras(header: &Header, class: &Py<Type>) {
    let start = extras(header, class);
    for index in 0..class.member_count() {
        // SAFETY: invariant 1.
        drop(unsafe { (*start.add(index).cast::<Slot>()).take() });
    }
    if let Some(head) = head(header, class) {
        if let Some(shape) = shape_of(head) {
            for slot in &slots(head, shape)[..shape.len()] {
                drop(slot.take());
            }
        }
        drop(head.dict.take());
    }
}

/// Shows the collector what the extras own.
///
/// # Safety
/// `header` is a whole object of `class`.
pub(crate) unsafe fn trace_extras(header: &Header, class: &Py<Type>, visit: &mut Visitor<'_>) {
    if class.extras_words() == 0 {
        return;
    }
    let start = extras(header, class);
    for index in 0..class.member_count() {
        // SAFETY: invariant 1.
        if let Some(value) = peek(unsafe { &*start.add(index).cast::<Slot>() }) {
            visit(value);
        }
    }
    let Some(head) = head(header, class) else {
        return;
    };
    if let Some(shape) = shape_of(head) {
        slots(head, shape)[..shape.len()]
            .iter()
            .filter_map(peek)
            .for_each(&mut *visit);
    }
    // SAFETY: the word is a dict handle or nothing; nobody stores into it meanwhile.
    if let Some(dict) = unsafe { &*head.dict.as_ptr() } {
        visit(dict.as_value());
    }
}

/// Lets go of all members and attributes, to break a cycle.
pub(crate) fn clear_extras(value: &Value) {
    let Some(header) = value.header() else { return };
    let class = header.class();
    if class.extras_words() == 0 {
        return;
    }
    let start = extras(header, class);
    for index in 0..class.member_count() {
        // SAFETY: invariant 1.
        drop(unsafe { (*start.add(index).cast::<Slot>()).take() });
    }
    let Some(head) = head(header, class) else {
        return;
    };
    if let Some(shape) = shape_of(head) {
        let values: Vec<_> = slots(head, shape)[..shape.len()]
            .iter()
            .map(Cell::take)
            .collect();
        head.shape.set(class.root_shape_for(shape.capacity()));
        drop(values);
    } else if materialised(head).is_some() {
        // The dict may be somebody's besides: functions keep that of their module.
        Ctx::with_current(|cx| head.dict.replace(Some(cx.new_dict())));
    }
}

fn materialised(head: &Head) -> Option<Py<Dict>> {
    // SAFETY: cloned at once; nobody stores into the word meanwhile.
    unsafe { (*head.dict.as_ptr()).clone() }
}

/// Returns the value of `__slots__` member `index`.
pub fn member(value: &Value, index: usize) -> Option<Value> {
    let header = value.header()?;
    let class = header.class();
    debug_assert!(index < class.member_count());
    // SAFETY: invariant 1; the class has that many members.
    peek(unsafe { &*extras(header, class).add(index).cast::<Slot>() }).cloned()
}

/// Stores `__slots__` member `index` and returns what was there.
pub fn set_member(value: &Value, index: usize, new: Option<Value>) -> Option<Value> {
    let header = value.header()?;
    let class = header.class();
    debug_assert!(index < class.member_count());
    // SAFETY: invariant 1; the class has that many members.
    unsafe { (*extras(header, class).add(index).cast::<Slot>()).replace(new) }
}

/// Bytes from the header to the extras, if that is the same for all instances.
pub(crate) fn extras_offset(class: &Py<Type>) -> Option<usize> {
    let layout = class.layout;
    layout
        .tail
        .is_none()
        .then(|| size_of::<Header>() + layout.size.next_multiple_of(8))
}

/// Bytes from the header to the shape pointer, if instances have one and that is the same for all of them.
pub(crate) fn head_offset(class: &Py<Type>) -> Option<usize> {
    let start = extras_offset(class).filter(|_| class.has_attributes())?;
    Some(start + class.member_count() * 8)
}

/// The instance's shape, if it has one (still).
pub(crate) fn shape<'a>(header: &'a Header, class: &Py<Type>) -> Option<&'a Shape> {
    shape_of(head(header, class)?)
}

/// The instance's dict, if it has one already.
pub(crate) fn known_dict(header: &Header, class: &Py<Type>) -> Option<Py<Dict>> {
    materialised(head(header, class)?)
}

/// Looks `name` (interned) up among the instance's own attributes.
pub fn get(cx: &Ctx, value: &Value, name: &Py<Str>) -> PyResult<Option<Value>> {
    let Some(header) = value.header() else {
        return Ok(None);
    };
    let class = header.class();
    let Some(head) = head(header, class) else {
        return Ok(None);
    };
    if let Some(shape) = shape_of(head) {
        return Ok(shape
            .slot(name)
            .and_then(|slot| peek(&slots(head, shape)[slot]).cloned()));
    }
    match materialised(head) {
        Some(dict) => dict.get(cx, name.as_value()),
        None => Ok(None),
    }
}

/// Stores an attribute. Returns `false` if instances of this class have no attributes of their own.
pub fn set(cx: &Ctx, value: &Value, name: &Py<Str>, new: Value) -> PyResult<bool> {
    let Some(header) = value.header() else {
        return Ok(false);
    };
    let class = header.class();
    let Some(head) = head(header, class) else {
        return Ok(false);
    };
    if let Some(shape) = shape_of(head) {
        if let Some(slot) = shape.slot(name) {
            let old = slots(head, shape)[slot].replace(Some(new));
            drop(old);
            return Ok(true);
        }
        if name.is_interned()
            && let Some(next) = shape.with(name, || class.next_shape_number())
        {
            slots(head, shape)[shape.len()].set(Some(new));
            head.shape.set(std::rc::Rc::as_ptr(&next));
            return Ok(true);
        }
        class.note_attribute_count(shape.len() + 1);
        materialise(cx, head, shape);
    }
    match materialised(head) {
        Some(dict) => dict.set(cx, name.as_value(), new)?,
        None => return Ok(false),
    }
    Ok(true)
}

/// Deletes an attribute. Returns whether it was there.
pub fn delete(cx: &Ctx, value: &Value, name: &Py<Str>) -> PyResult<bool> {
    let Some(header) = value.header() else {
        return Ok(false);
    };
    let Some(head) = head(header, header.class()) else {
        return Ok(false);
    };
    if let Some(shape) = shape_of(head) {
        if shape.slot(name).is_none() {
            return Ok(false);
        }
        materialise(cx, head, shape);
    }
    match materialised(head) {
        Some(dict) => Ok(dict.pop(cx, name.as_value())?.is_some()),
        None => Ok(false),
    }
}

/// Returns the instance's `__dict__`, materialising it; `None` if the class gives its instances none.
pub fn dict(cx: &Ctx, value: &Value) -> Option<Py<Dict>> {
    let header = value.header()?;
    let head = head(header, header.class())?;
    if let Some(shape) = shape_of(head) {
        materialise(cx, head, shape);
    }
    materialised(head)
}

/// Replaces the instance's `__dict__`. Returns `false` if the class gives its instances none.
pub fn set_dict(value: &Value, new: Py<Dict>) -> bool {
    let Some(header) = value.header() else {
        return false;
    };
    let Some(head) = head(header, header.class()) else {
        return false;
    };
    let old_values: Vec<_> = match shape_of(head) {
        Some(shape) => slots(head, shape)[..shape.len()]
            .iter()
            .map(Cell::take)
            .collect(),
        None => Vec::new(),
    };
    head.shape.set(std::ptr::null());
    let old_dict = head.dict.replace(Some(new));
    drop((old_values, old_dict));
    true
}

/// The instance's attributes in order, without materialising them.
pub fn items(cx: &Ctx, value: &Value) -> Vec<(Value, Value)> {
    let Some(header) = value.header() else {
        return Vec::new();
    };
    let Some(head) = head(header, header.class()) else {
        return Vec::new();
    };
    let _ = cx;
    match shape_of(head) {
        Some(shape) => shape
            .names()
            .iter()
            .zip(slots(head, shape))
            .filter_map(|(name, slot)| Some((name.to_value(), peek(slot)?.clone())))
            .collect(),
        None => materialised(head).map_or_else(Vec::new, |dict| dict.items()),
    }
}

/// Moves the attributes into a dict.
fn materialise(cx: &Ctx, head: &Head, shape: &Shape) {
    let dict = cx.new_dict();
    for (name, slot) in shape.names().iter().zip(slots(head, shape)) {
        if let Some(value) = slot.take() {
            dict.set_str(name, value);
        }
    }
    head.dict.set(Some(dict));
    head.shape.set(std::ptr::null());
}

/// Moves the attributes over to the slots of another class of the same native layout (`obj.__class__ = C`).
pub(crate) fn prepare_class_change(cx: &Ctx, value: &Value) {
    // A materialised instance fits any class that has attributes; its slots stay unused.
    if let Some(header) = value.header()
        && let Some(head) = head(header, header.class())
        && let Some(shape) = shape_of(head)
    {
        materialise(cx, head, shape);
    }
}
