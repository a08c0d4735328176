//! Inline caches of attributes: what they remember, and reading and storing attributes by it.
//!
//! A cache lies in the units behind its instruction (`docs/frames.md`). `remember` functions write one together with the
//! instruction's specialised number; the functions named after the specialised instructions trust it, as far as its
//! guards hold, and return `None` where they do not.
//!
//! Invariants
//! 1. A class's version names one state of it in its isolate for ever: while the class has the version that a cache
//!    names, its layout, its MRO and the dicts along it are as they were when the cache was written. So a value that was
//!    found in them then is alive, though the cache owns no reference.
//! 2. A shape's number is unique among the shapes of its class; its address too, while the class has its version.
//! 3. Only the `remember` functions give an instruction one of the numbers whose caches are read here.
//!
//! Tests: `tests/run/inline_cache/`.
#![allow(
    unsafe_code,
    reason = "reads attributes at remembered places; see the invariants above"
)]

use std::mem::ManuallyDrop;

use super::numbers::*;
use super::stack::Regs;
use crate::heap::Header;
use crate::objects::code::Code;
use crate::objects::shape::Shape;
use crate::objects::{Dict, Str, Type, attrs};
use crate::value::{Py, Value};

/// `LOAD_ATTR` of an instance's own attribute.
#[derive(Clone, Copy)]
#[repr(C, packed(2))]
struct InstanceValue {
    counter: u16,
    version: u32,
    shape: u64,
    /// Bytes from the header to the shape pointer, and to the attribute.
    head: u16,
    place: u16,
}

/// `LOAD_ATTR` of what the class has.
#[derive(Clone, Copy)]
#[repr(C, packed(2))]
struct ClassValue {
    counter: u16,
    version: u32,
    /// The shape's number (24 bits), which has no attribute of that name, and words from the header to its pointer.
    /// Or the metaclass's version.
    shape: u32,
    /// The value, unowned.
    value: u64,
}

/// `LOAD_ATTR` of an entry of the instance's dict, or of a `__slots__` member.
#[derive(Clone, Copy)]
#[repr(C, packed(2))]
struct Entry {
    counter: u16,
    version: u32,
    position: u32,
    /// Bytes from the header to the dict pointer or the member.
    place: u64,
}

const _: () = assert!(size_of::<InstanceValue>() == 18);
const _: () = assert!(size_of::<ClassValue>() == 18);
const _: () = assert!(size_of::<Entry>() == 18);

/// Units of `LOAD_ATTR`'s cache.
pub(crate) const LOAD_ATTR_CACHE: usize = 9;
/// Units of `STORE_ATTR`'s cache.
pub(crate) const STORE_ATTR_CACHE: usize = 4;

/// The owner's header, if its class has this version.
#[inline(always)]
fn guarded(owner: &Value, version: u32) -> Option<&Header> {
    owner
        .header()
        .filter(|header| header.class().known_version() == version)
}

/// The word at a byte offset from the header.
#[inline(always)]
fn word_at(header: &Header, offset: usize) -> *const u64 {
    std::ptr::from_ref(header)
        .cast::<u8>()
        .wrapping_add(offset)
        .cast()
}

/// A value that lies at an offset from the header, cloned.
///
/// # Safety
/// There is a slot at this offset of the object.
#[inline(always)]
unsafe fn slot_at(header: &Header, offset: usize) -> Option<Value> {
    // SAFETY: the caller's promise; cloning runs no code that could store into the slot.
    unsafe { (*word_at(header, offset).cast::<Option<Value>>()).clone() }
}

impl Regs {
    /// The cache of the instruction that was just fetched.
    ///
    /// # Safety
    /// The instruction has a cache of the size of `T`, which is made of integers.
    #[inline(always)]
    unsafe fn cache<T: Copy>(&self) -> T {
        // SAFETY: the caller's promise.
        unsafe { self.next_unit().cast::<T>().read_unaligned() }
    }
}

/// `LOAD_ATTR_INSTANCE_VALUE`
#[inline(always)]
pub(crate) fn instance_value(r: &Regs, owner: &Value) -> Option<Value> {
    // SAFETY: invariant 3.
    let cache: InstanceValue = unsafe { r.cache() };
    let header = guarded(owner, cache.version)?;
    // SAFETY: invariant 1: instances of this class have their shape pointer there.
    let shape = unsafe { *word_at(header, usize::from(cache.head)) };
    if shape != cache.shape {
        return None;
    }
    // SAFETY: invariant 2: instances of this shape have the attribute there.
    unsafe { slot_at(header, usize::from(cache.place)) }
}

/// What the class has, whatever the instance: `LOAD_ATTR_METHOD_NO_DICT`, `LOAD_ATTR_NONDESCRIPTOR_NO_DICT`,
/// `LOAD_ATTR_PROPERTY` (the getter).
#[inline(always)]
pub(crate) fn class_value(r: &Regs, owner: &Value) -> Option<Value> {
    // SAFETY: invariant 3.
    let cache: ClassValue = unsafe { r.cache() };
    guarded(owner, cache.version)?;
    // SAFETY: invariant 1.
    Some(unsafe { unowned(cache.value) })
}

/// What the class has, if the instance has no attribute of that name: `LOAD_ATTR_METHOD_WITH_VALUES`,
/// `LOAD_ATTR_NONDESCRIPTOR_WITH_VALUES`.
#[inline(always)]
pub(crate) fn class_value_behind_shape(r: &Regs, owner: &Value) -> Option<Value> {
    // SAFETY: invariant 3.
    let cache: ClassValue = unsafe { r.cache() };
    let header = guarded(owner, cache.version)?;
    let head = (cache.shape >> 24) as usize * 8;
    // SAFETY: invariant 1: instances of this class have their shape pointer there; it is null or names a live shape.
    let shape = unsafe { (*word_at(header, head).cast::<*const Shape>()).as_ref() };
    if shape?.number() != cache.shape & 0xff_ffff {
        return None;
    }
    // SAFETY: invariant 1.
    Some(unsafe { unowned(cache.value) })
}

/// An attribute of a class itself: `LOAD_ATTR_CLASS` and, where the metaclass is not `type`,
/// `LOAD_ATTR_CLASS_WITH_METACLASS_CHECK`.
#[inline(always)]
pub(crate) fn attribute_of_class(r: &Regs, owner: &Value, checks_meta: bool) -> Option<Value> {
    // SAFETY: invariant 3.
    let cache: ClassValue = unsafe { r.cache() };
    let class = owner.downcast_ref::<Type>()?;
    if class.known_version() != cache.version {
        return None;
    }
    if checks_meta && class.header().class().known_version() != cache.shape {
        return None;
    }
    // SAFETY: invariant 1.
    Some(unsafe { unowned(cache.value) })
}

/// An entry of the instance's dict: `LOAD_ATTR_WITH_HINT`, `LOAD_ATTR_MODULE`.
#[inline(always)]
pub(crate) fn dict_entry(r: &Regs, owner: &Value, name: &Py<Str>) -> Option<Value> {
    // SAFETY: invariant 3.
    let cache: Entry = unsafe { r.cache() };
    let header = guarded(owner, cache.version)?;
    // SAFETY: invariant 1: instances of this class have their dict pointer there; nobody stores into it meanwhile.
    let dict = unsafe { &*word_at(header, cache.place as usize).cast::<Option<Py<Dict>>>() };
    dict.as_ref()?.value_at_if(cache.position as usize, name)
}

/// `LOAD_ATTR_SLOT`
#[inline(always)]
pub(crate) fn member(r: &Regs, owner: &Value) -> Option<Value> {
    // SAFETY: invariant 3.
    let cache: Entry = unsafe { r.cache() };
    let header = guarded(owner, cache.version)?;
    // SAFETY: invariant 1: instances of this class have the member there.
    unsafe { slot_at(header, cache.place as usize) }
}

/// A new reference to a value that a cache names.
///
/// # Safety
/// The value is alive.
#[inline(always)]
unsafe fn unowned(word: u64) -> Value {
    // SAFETY: the caller's promise; the word was a value's, and the copy is not dropped.
    let value = unsafe { std::mem::transmute::<u64, ManuallyDrop<Value>>(word) };
    Value::clone(&value)
}

/// The word of a value, for a cache that does not own it.
fn word_of(value: &Value) -> u64 {
    // SAFETY: a value is a word that is not zero.
    unsafe { std::mem::transmute_copy::<Value, u64>(value) }
}

/// Gives the instruction at `offset` another number and the cache, whose counter stays.
fn remember<T: Copy, const UNITS: usize>(code: &Code, offset: usize, op: u8, cache: T) {
    debug_assert!(size_of::<T>() == UNITS * 2);
    // SAFETY: the caches are packed integers of this size.
    let mut units = unsafe { std::mem::transmute_copy::<T, [u16; UNITS]>(&cache) };
    units[0] = code.cache_unit(offset + 1);
    code.rewrite(offset, op, &units);
}

/// Remembers where instances of the shape that `owner` has keep an attribute. Returns whether that can be remembered.
pub(crate) fn remember_instance_value(
    code: &Code,
    offset: usize,
    class: &Py<Type>,
    version: u32,
    shape: &Shape,
    slot: usize,
) -> bool {
    let Some(head) = attrs::head_offset(class) else {
        return false;
    };
    let place = head + (attrs::HEAD_WORDS + slot) * 8;
    let (Ok(head), Ok(place)) = (u16::try_from(head), u16::try_from(place)) else {
        return false;
    };
    let cache = InstanceValue {
        counter: 0,
        version,
        shape: std::ptr::from_ref(shape).addr() as u64,
        head,
        place,
    };
    remember::<_, LOAD_ATTR_CACHE>(code, offset, LOAD_ATTR_INSTANCE_VALUE, cache);
    true
}

/// Remembers what the class has under a name.
pub(crate) fn remember_class_value(
    code: &Code,
    offset: usize,
    op: u8,
    version: u32,
    shape: u32,
    value: &Value,
) {
    let cache = ClassValue {
        counter: 0,
        version,
        shape,
        value: word_of(value),
    };
    remember::<_, LOAD_ATTR_CACHE>(code, offset, op, cache);
}

/// A shape with the place of its pointer, as caches of class attributes name it; `None` if it does not fit.
pub(crate) fn shape_guard(class: &Py<Type>, shape: &Shape) -> Option<u32> {
    let words = u32::try_from(attrs::head_offset(class)? / 8).ok()?;
    (words < 256 && shape.number() < 1 << 24).then(|| shape.number() | words << 24)
}

/// Remembers the place of an entry in the instance's dict.
pub(crate) fn remember_dict_entry(
    code: &Code,
    offset: usize,
    op: u8,
    class: &Py<Type>,
    version: u32,
    position: u32,
) -> bool {
    let Some(head) = attrs::head_offset(class) else {
        return false;
    };
    let cache = Entry {
        counter: 0,
        version,
        position,
        place: head as u64 + 8,
    };
    remember::<_, LOAD_ATTR_CACHE>(code, offset, op, cache);
    true
}

/// Remembers the place of a `__slots__` member.
pub(crate) fn remember_member(
    code: &Code,
    offset: usize,
    class: &Py<Type>,
    version: u32,
    index: usize,
) -> bool {
    let Some(start) = attrs::extras_offset(class) else {
        return false;
    };
    let cache = Entry {
        counter: 0,
        version,
        position: 0,
        place: (start + index * 8) as u64,
    };
    remember::<_, LOAD_ATTR_CACHE>(code, offset, LOAD_ATTR_SLOT, cache);
    true
}

/// `STORE_ATTR`'s cache behind the counter, as a number of 48 bits:
/// class version (24) | shape number (11) | adds (1) | words to the shape pointer (4) | slot or transition (8).
///
/// For a member: class version (24) | words to the member (24).
struct StoreCache(u64);

impl StoreCache {
    #[inline(always)]
    fn of(r: &Regs) -> Self {
        Self(r.cache_word() >> 16)
    }

    #[inline(always)]
    fn version(&self) -> u32 {
        (self.0 & 0xff_ffff) as u32
    }

    #[inline(always)]
    fn shape(&self) -> u32 {
        (self.0 >> 24) as u32 & 0x7ff
    }

    #[inline(always)]
    fn adds(&self) -> bool {
        self.0 & (1 << 35) != 0
    }

    #[inline(always)]
    fn head(&self) -> usize {
        ((self.0 >> 36) as usize & 0xf) * 8
    }

    #[inline(always)]
    fn slot(&self) -> usize {
        (self.0 >> 40) as usize & 0xff
    }

    #[inline(always)]
    fn member(&self) -> usize {
        (self.0 >> 24) as usize & 0xff_ffff
    }

    fn write(&self, code: &Code, offset: usize, op: u8) {
        let units = [
            code.cache_unit(offset + 1),
            self.0 as u16,
            (self.0 >> 16) as u16,
            (self.0 >> 32) as u16,
        ];
        code.rewrite(offset, op, &units);
    }
}

/// `STORE_ATTR_INSTANCE_VALUE`: stores or adds an attribute and returns the old value; gives `new` back if the guards
/// do not hold.
#[inline(always)]
pub(crate) fn store_instance_value(
    r: &Regs,
    owner: &Value,
    new: Value,
) -> Result<Option<Value>, Value> {
    let cache = StoreCache::of(r);
    let Some(header) = guarded(owner, cache.version()) else {
        return Err(new);
    };
    let head = word_at(header, cache.head());
    // SAFETY: invariant 1: instances of this class have their shape pointer there; it is null or names a live shape.
    let shape = unsafe { (*head.cast::<*const Shape>()).as_ref() };
    let Some(shape) = shape.filter(|shape| shape.number() == cache.shape()) else {
        return Err(new);
    };
    let slot = if cache.adds() {
        let Some(next) = shape.follower(cache.slot()) else {
            return Err(new);
        };
        // SAFETY: the word is the object's `Cell` of its shape pointer; nobody holds a reference into it.
        unsafe { head.cast::<*const Shape>().cast_mut().write(next) };
        shape.len()
    } else {
        cache.slot()
    };
    let place = word_at(header, cache.head() + (attrs::HEAD_WORDS + slot) * 8);
    // SAFETY: invariant 2: instances of this shape have the slot; values are moved out before they die.
    Ok(unsafe { place.cast::<Option<Value>>().cast_mut().replace(Some(new)) })
}

/// `STORE_ATTR_SLOT`
#[inline(always)]
pub(crate) fn store_member(r: &Regs, owner: &Value, new: Value) -> Result<Option<Value>, Value> {
    let cache = StoreCache::of(r);
    let Some(header) = guarded(owner, cache.version()) else {
        return Err(new);
    };
    let place = word_at(header, cache.member() * 8);
    // SAFETY: invariant 1: instances of this class have the member there; values are moved out before they die.
    Ok(unsafe { place.cast::<Option<Value>>().cast_mut().replace(Some(new)) })
}

/// Remembers where instances of a shape keep an attribute, or by which transition they get it.
pub(crate) fn remember_store(
    code: &Code,
    offset: usize,
    class: &Py<Type>,
    version: u32,
    shape: &Shape,
    slot: Result<usize, usize>,
) -> bool {
    let Some(head) = attrs::head_offset(class) else {
        return false;
    };
    let (adds, slot) = match slot {
        Ok(slot) => (0, slot),
        Err(transition) => (1, transition),
    };
    if version >= 1 << 24 || shape.number() >= 1 << 11 || head >= 16 * 8 || slot >= 256 {
        return false;
    }
    let word = u64::from(version)
        | u64::from(shape.number()) << 24
        | adds << 35
        | (head as u64 / 8) << 36
        | (slot as u64) << 40;
    StoreCache(word).write(code, offset, STORE_ATTR_INSTANCE_VALUE);
    true
}

/// Remembers the place of a `__slots__` member.
pub(crate) fn remember_store_member(
    code: &Code,
    offset: usize,
    class: &Py<Type>,
    version: u32,
    index: usize,
) -> bool {
    let Some(start) = attrs::extras_offset(class) else {
        return false;
    };
    let words = (start / 8 + index) as u64;
    if version >= 1 << 24 || words >= 1 << 24 {
        return false;
    }
    StoreCache(u64::from(version) | words << 24).write(code, offset, STORE_ATTR_SLOT);
    true
}
