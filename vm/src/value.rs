//! The 64-bit word that holds any Python value.
//!
//! ```text
//! low bits   meaning
//! 000        pointer to a live object; this word owns one reference
//! 001        pointer to a live object; borrowed: somebody else's reference keeps it alive
//! 010        a singleton (None, False, True, Ellipsis, NotImplemented) or a float zero; number in bits 3..
//! 011        an integer of 61 bits in bits 3..63, sign included
//! 1xx        a float: its bits rotated left by 4, plus 2
//! ```
//!
//! Floats carry their own tag (Melançon, Serrano, Feeley: "Float Self-Tagging", 2024): the rotation brings the top
//! three exponent bits to the bottom; adding 2 lets exponents 2^-511..2^512, nearly all floats that programs use, end
//! with bit 2 set. Both zeros are singletons; the rest (subnormals, infinities, NaNs) live on the heap.
//!
//! Invariants
//! 1. Low bits 000 or 001: the other bits are a non-null, 16-aligned pointer to a live [`Header`].
//! 2. A word tagged 000 owns one reference to it. A word tagged 001 owns nothing; it exists only behind a reference
//!    (`&Value`) that the frame stack hands out while the owner is alive. `clone` makes an owning word of either.
//! 3. Any other tag: no pointer; copying the word is free.
//! 4. Only this file reads or writes tag bits.
//!
//! Checked by: the asserts below, the unit tests of this file.
#![allow(unsafe_code, reason = "tagged pointers; see the invariants above")]

use std::marker::PhantomData;
use std::num::NonZeroU64;

use crate::heap::{Header, Layout, Payload, release};

const TAG_MASK: u64 = 7;
const TAG_SINGLETON: u64 = 2;
const TAG_INT: u64 = 3;
const FLOAT_BIT: u64 = 4;
const BORROWED_BIT: u64 = 1;
/// Set in no pointer, owned or borrowed.
const NOT_POINTER: u64 = 6;

/// Any Python value, owning one reference if it lives on the heap.
#[repr(transparent)]
pub struct Value {
    bits: NonZeroU64,
    /// Values belong to one isolate and its lock: they never cross threads by themselves.
    not_send: PhantomData<*const ()>,
}

const _: () = assert!(size_of::<Value>() == 8 && size_of::<Option<Value>>() == 8);

const NUMBER_NONE: u64 = 0;
const NUMBER_FALSE: u64 = 1;
const NUMBER_TRUE: u64 = 2;
const NUMBER_ELLIPSIS: u64 = 3;
const NUMBER_NOT_IMPLEMENTED: u64 = 4;
const NUMBER_ZERO: u64 = 5;
const NUMBER_NEGATIVE_ZERO: u64 = 6;

const fn singleton_bits(number: u64) -> u64 {
    (number << 3) | TAG_SINGLETON
}

const fn singleton(number: u64) -> Value {
    match NonZeroU64::new(singleton_bits(number)) {
        Some(bits) => Value {
            bits,
            not_send: PhantomData,
        },
        None => panic!("a tag is not zero"),
    }
}

/// What a value is, for a `match`.
pub enum Kind<'a> {
    None,
    Bool(bool),
    Ellipsis,
    NotImplemented,
    /// An integer of at most 61 bits; larger ones are `Int` objects.
    Small(i64),
    /// A float that needs no object.
    Float(f64),
    Heap(&'a Header),
}

impl Value {
    pub const NONE: Self = singleton(NUMBER_NONE);
    pub const FALSE: Self = singleton(NUMBER_FALSE);
    pub const TRUE: Self = singleton(NUMBER_TRUE);
    pub const ELLIPSIS: Self = singleton(NUMBER_ELLIPSIS);
    pub const NOT_IMPLEMENTED: Self = singleton(NUMBER_NOT_IMPLEMENTED);
    const ZERO: Self = singleton(NUMBER_ZERO);
    const NEGATIVE_ZERO: Self = singleton(NUMBER_NEGATIVE_ZERO);

    /// The largest and smallest integers that need no object.
    pub const MAX_SMALL: i64 = (1 << 60) - 1;
    pub const MIN_SMALL: i64 = -(1 << 60);

    #[inline(always)]
    const fn from_bits(bits: u64) -> Self {
        match NonZeroU64::new(bits) {
            Some(bits) => Self {
                bits,
                not_send: PhantomData,
            },
            None => panic!("a value's word is never zero"),
        }
    }

    #[inline(always)]
    const fn bits(&self) -> u64 {
        self.bits.get()
    }

    #[inline(always)]
    pub const fn bool(value: bool) -> Self {
        if value { Self::TRUE } else { Self::FALSE }
    }

    /// Returns the tagged integer, or `None` if `value` needs more than 61 bits.
    #[inline(always)]
    pub const fn small_int(value: i64) -> Option<Self> {
        if value >= Self::MIN_SMALL && value <= Self::MAX_SMALL {
            Some(Self::from_bits(((value as u64) << 3) | TAG_INT))
        } else {
            None
        }
    }

    /// Returns the tagged integer for a value that always fits (lengths, flags, characters).
    #[inline(always)]
    pub const fn int32(value: i32) -> Self {
        Self::from_bits(((value as i64 as u64) << 3) | TAG_INT)
    }

    /// Returns the tagged float, or `None` for a float that needs an object (subnormal, huge, infinite, NaN).
    #[inline(always)]
    pub fn tagged_float(value: f64) -> Option<Self> {
        let word = value.to_bits().rotate_left(4).wrapping_add(2);
        if word & FLOAT_BIT != 0 {
            return Some(Self::from_bits(word));
        }
        match value.to_bits() {
            0 => Some(Self::ZERO),
            0x8000_0000_0000_0000 => Some(Self::NEGATIVE_ZERO),
            _ => None,
        }
    }

    #[inline(always)]
    pub const fn is_none(&self) -> bool {
        self.bits() == singleton_bits(NUMBER_NONE)
    }

    #[inline(always)]
    pub const fn is_true_singleton(&self) -> bool {
        self.bits() == singleton_bits(NUMBER_TRUE)
    }

    #[inline(always)]
    pub const fn is_false_singleton(&self) -> bool {
        self.bits() == singleton_bits(NUMBER_FALSE)
    }

    #[inline(always)]
    pub const fn is_not_implemented(&self) -> bool {
        self.bits() == singleton_bits(NUMBER_NOT_IMPLEMENTED)
    }

    /// Returns `True` or `False` as a Rust bool; `None` for anything else.
    #[inline(always)]
    pub const fn as_bool(&self) -> Option<bool> {
        if self.is_true_singleton() {
            Some(true)
        } else if self.is_false_singleton() {
            Some(false)
        } else {
            None
        }
    }

    /// Python's `is`.
    #[inline(always)]
    pub const fn is(&self, other: &Self) -> bool {
        let difference = self.bits() ^ other.bits();
        difference == 0 || (difference == BORROWED_BIT && self.is_heap())
    }

    #[inline(always)]
    pub const fn is_heap(&self) -> bool {
        self.bits() & NOT_POINTER == 0
    }

    #[inline(always)]
    pub const fn is_small_int(&self) -> bool {
        self.bits() & TAG_MASK == TAG_INT
    }

    #[inline(always)]
    pub const fn as_small_int(&self) -> Option<i64> {
        if self.is_small_int() {
            Some((self.bits() as i64) >> 3)
        } else {
            None
        }
    }

    /// Returns both integers if both words hold tagged ones.
    #[inline(always)]
    pub const fn both_small_ints(left: &Self, right: &Self) -> Option<(i64, i64)> {
        if ((left.bits() ^ TAG_INT) | (right.bits() ^ TAG_INT)) & TAG_MASK == 0 {
            Some(((left.bits() as i64) >> 3, (right.bits() as i64) >> 3))
        } else {
            None
        }
    }

    /// The sum of two tagged integers; `None` if one is none or the sum needs more than 61 bits.
    #[inline(always)]
    pub const fn add_small_ints(left: &Self, right: &Self) -> Option<Self> {
        if Self::both_small_ints(left, right).is_none() {
            return None;
        }
        // The words are eight times the integers, plus the tag; overflow of the word is overflow of the 61 bits.
        match (left.bits() as i64).checked_add((right.bits() - TAG_INT) as i64) {
            Some(word) => Some(Self::from_bits(word as u64)),
            None => None,
        }
    }

    /// The difference of two tagged integers; see [`Value::add_small_ints`].
    #[inline(always)]
    pub const fn subtract_small_ints(left: &Self, right: &Self) -> Option<Self> {
        if Self::both_small_ints(left, right).is_none() {
            return None;
        }
        match (left.bits() as i64).checked_sub((right.bits() - TAG_INT) as i64) {
            Some(word) => Some(Self::from_bits(word as u64)),
            None => None,
        }
    }

    /// The product of two tagged integers; see [`Value::add_small_ints`].
    #[inline(always)]
    pub const fn multiply_small_ints(left: &Self, right: &Self) -> Option<Self> {
        if Self::both_small_ints(left, right).is_none() {
            return None;
        }
        match ((left.bits() as i64) >> 3).checked_mul((right.bits() - TAG_INT) as i64) {
            Some(word) => Some(Self::from_bits(word as u64 + TAG_INT)),
            None => None,
        }
    }

    /// Returns the float if the word carries it; a float object gives `None`.
    #[inline(always)]
    pub const fn as_tagged_float(&self) -> Option<f64> {
        if self.bits() & FLOAT_BIT != 0 {
            return Some(f64::from_bits(self.bits().wrapping_sub(2).rotate_right(4)));
        }
        if self.bits() == singleton_bits(NUMBER_ZERO) {
            Some(0.0)
        } else if self.bits() == singleton_bits(NUMBER_NEGATIVE_ZERO) {
            Some(-0.0)
        } else {
            None
        }
    }

    /// Returns what the word says, for a `match`.
    #[inline]
    pub fn kind(&self) -> Kind<'_> {
        match self.bits() & TAG_MASK {
            0 | 1 => Kind::Heap(self.header_unchecked()),
            TAG_INT => Kind::Small((self.bits() as i64) >> 3),
            TAG_SINGLETON => match self.bits() >> 3 {
                0 => Kind::None,
                1 => Kind::Bool(false),
                2 => Kind::Bool(true),
                3 => Kind::Ellipsis,
                4 => Kind::NotImplemented,
                5 => Kind::Float(0.0),
                _ => Kind::Float(-0.0),
            },
            _ => Kind::Float(f64::from_bits(self.bits().wrapping_sub(2).rotate_right(4))),
        }
    }

    #[inline(always)]
    pub fn header(&self) -> Option<&Header> {
        if self.is_heap() {
            Some(self.header_unchecked())
        } else {
            None
        }
    }

    #[inline(always)]
    fn header_unchecked(&self) -> &Header {
        debug_assert!(self.is_heap());
        // SAFETY: invariant 1; the reference lives no longer than this word or its owner (invariant 2).
        unsafe { &*self.address_of_header() }
    }

    #[inline(always)]
    fn address_of_header(&self) -> *const Header {
        std::ptr::with_exposed_provenance((self.bits() & !BORROWED_BIT) as usize)
    }

    /// A number that no other live value of the isolate has: Python's `id()`.
    #[inline]
    pub const fn identity(&self) -> u64 {
        if self.is_heap() {
            self.bits() & !BORROWED_BIT
        } else {
            self.bits()
        }
    }

    /// Takes over the reference that the caller holds on `object`.
    ///
    /// # Safety
    /// `object` points to a live, fully built object, and the caller gives one reference away.
    #[inline(always)]
    pub(crate) unsafe fn from_owned(object: *const Header) -> Self {
        debug_assert!(!object.is_null() && object.addr() & 15 == 0);
        Self::from_bits(object.expose_provenance() as u64)
    }

    /// Makes a new reference to `object`.
    ///
    /// # Safety
    /// `object` points to a live, fully built object.
    #[inline(always)]
    pub(crate) unsafe fn from_borrowed(object: *const Header) -> Self {
        // SAFETY: the caller's promise.
        unsafe { (*object).add_reference() };
        // SAFETY: the reference just made.
        unsafe { Self::from_owned(object) }
    }

    /// Gives the reference away as a pointer; [`Value::from_owned`] takes it back. `None` if not on the heap.
    #[inline]
    pub(crate) fn into_header(self) -> Option<*const Header> {
        if !self.is_heap() {
            return None;
        }
        let address = self.address_of_header();
        std::mem::forget(self);
        Some(address)
    }

    /// Returns the typed handle if the object's layout is that of `T` or derives from it.
    ///
    /// This says how the memory looks, which covers subclasses; it says nothing about the exact type.
    #[inline(always)]
    pub fn downcast_ref<T: Payload>(&self) -> Option<&Py<T>> {
        if self.is_heap() && self.header_unchecked().layout().is(T::layout()) {
            // SAFETY: `Py<T>` is a transparent `Value`, and the layout was just checked.
            Some(unsafe { &*std::ptr::from_ref(self).cast::<Py<T>>() })
        } else {
            None
        }
    }

    /// Like [`Value::downcast_ref`], keeping the reference.
    ///
    /// # Errors
    /// The value itself, if its layout is another.
    pub fn downcast<T: Payload>(self) -> Result<Py<T>, Self> {
        if self.downcast_ref::<T>().is_some() {
            Ok(Py {
                value: self,
                payload: PhantomData,
            })
        } else {
            Err(self)
        }
    }

    /// # Safety
    /// The value lives on the heap with a layout that is or derives from that of `T`.
    #[inline(always)]
    pub(crate) unsafe fn downcast_unchecked<T: Payload>(self) -> Py<T> {
        debug_assert!(self.downcast_ref::<T>().is_some());
        Py {
            value: self,
            payload: PhantomData,
        }
    }

    /// A second word for the same value that owns nothing.
    ///
    /// # Safety
    /// The owner outlives the word; the word never leaves the frame stack but as `&Value` (invariant 2).
    #[inline(always)]
    pub(crate) unsafe fn borrowed_word(&self) -> std::mem::ManuallyDrop<Self> {
        let bit = self.is_heap() as u64 * BORROWED_BIT;
        std::mem::ManuallyDrop::new(Self::from_bits(self.bits() | bit))
    }

    /// Makes an owning value of a word that may be borrowed, consuming the word.
    #[inline(always)]
    pub(crate) fn into_owned(self) -> Self {
        if self.is_borrowed() {
            self.clone()
        } else {
            self
        }
    }

    /// Whether dropping this word leaves the reference count alone though it is a pointer.
    #[inline(always)]
    pub(crate) const fn is_borrowed(&self) -> bool {
        self.bits() & TAG_MASK == BORROWED_BIT
    }
}

impl Clone for Value {
    #[inline(always)]
    fn clone(&self) -> Self {
        if self.is_heap() {
            self.header_unchecked().add_reference();
            Self::from_bits(self.bits() & !BORROWED_BIT)
        } else {
            Self {
                bits: self.bits,
                not_send: PhantomData,
            }
        }
    }
}

impl Drop for Value {
    #[inline(always)]
    fn drop(&mut self) {
        if self.bits() & TAG_MASK == 0 && self.header_unchecked().remove_reference() {
            // SAFETY: invariant 2: this word owned the last reference.
            unsafe { release(self.address_of_header()) };
        }
    }
}

impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.kind() {
            Kind::None => f.write_str("None"),
            Kind::Bool(value) => write!(f, "{value}"),
            Kind::Ellipsis => f.write_str("Ellipsis"),
            Kind::NotImplemented => f.write_str("NotImplemented"),
            Kind::Small(value) => write!(f, "{value}"),
            Kind::Float(value) => write!(f, "{value:?}"),
            Kind::Heap(header) => write!(f, "<{} at {:#x}>", header.layout().name, self.identity()),
        }
    }
}

/// A value whose memory is known to hold a `T`: an owning, typed handle.
#[repr(transparent)]
pub struct Py<T: Payload> {
    value: Value,
    payload: PhantomData<T>,
}

impl<T: Payload> Py<T> {
    #[inline(always)]
    pub const fn as_value(&self) -> &Value {
        &self.value
    }

    #[inline(always)]
    pub fn into_value(self) -> Value {
        self.value
    }

    #[inline(always)]
    pub fn to_value(&self) -> Value {
        self.value.clone()
    }

    #[inline(always)]
    pub fn header(&self) -> &Header {
        self.value.header_unchecked()
    }

    /// The address of the payload, with the right to reach the object's tail behind it.
    #[inline(always)]
    pub(crate) fn payload_address(&self) -> *const T {
        // SAFETY: the payload follows the header in the same allocation.
        unsafe { self.value.address_of_header().add(1).cast::<T>() }
    }

    /// A second handle that owns nothing; see [`Value::borrowed_word`].
    ///
    /// # Safety
    /// The owner outlives the handle.
    pub(crate) unsafe fn borrowed_word(&self) -> std::mem::ManuallyDrop<Self> {
        // SAFETY: the caller's promise; the payload is the same.
        let value = std::mem::ManuallyDrop::into_inner(unsafe { self.value.borrowed_word() });
        std::mem::ManuallyDrop::new(Self {
            value,
            payload: PhantomData,
        })
    }

    /// Whether both handles name the same object.
    #[inline(always)]
    pub const fn is<U: Payload>(&self, other: &Py<U>) -> bool {
        self.value.is(&other.value)
    }
}

impl<T: Payload> std::ops::Deref for Py<T> {
    type Target = T;

    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: a `Py<T>` is only made where the layout was checked; the handle keeps the object alive.
        unsafe { &*self.payload_address() }
    }
}

impl<T: Payload> Clone for Py<T> {
    #[inline(always)]
    fn clone(&self) -> Self {
        Self {
            value: self.value.clone(),
            payload: PhantomData,
        }
    }
}

impl<T: Payload> From<Py<T>> for Value {
    #[inline(always)]
    fn from(handle: Py<T>) -> Self {
        handle.value
    }
}

impl<T: Payload> AsRef<Value> for Py<T> {
    fn as_ref(&self) -> &Value {
        &self.value
    }
}

impl<T: Payload> std::fmt::Debug for Py<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.value.fmt(f)
    }
}

/// Whether `layout` describes the object behind `value`; for code that has no static payload type.
pub fn has_layout(value: &Value, layout: &'static Layout) -> bool {
    value
        .header()
        .is_some_and(|header| header.layout().is(layout))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_integers_round_trip_up_to_61_bits() {
        for value in [0, 1, -1, 255, Value::MAX_SMALL, Value::MIN_SMALL] {
            assert_eq!(
                Value::small_int(value).and_then(|v| v.as_small_int()),
                Some(value)
            );
        }
        assert!(Value::small_int(Value::MAX_SMALL + 1).is_none());
        assert!(Value::small_int(Value::MIN_SMALL - 1).is_none());
    }

    #[test]
    fn common_floats_carry_their_own_tag() {
        for value in [
            0.0,
            -0.0,
            1.0,
            -1.0,
            0.1,
            1e100,
            -1e-100,
            3.5e150,
            f64::from_bits(0x3FF0_0000_0000_0001),
        ] {
            let word = Value::tagged_float(value).expect("a common float");
            assert_eq!(
                word.as_tagged_float().map(f64::to_bits),
                Some(value.to_bits())
            );
            assert!(word.as_small_int().is_none() && !word.is_heap());
        }
        for value in [f64::NAN, f64::INFINITY, 5e-324, f64::MAX, f64::MIN] {
            assert!(Value::tagged_float(value).is_none());
        }
    }

    #[test]
    fn singletons_differ_from_each_other_and_from_numbers() {
        let all = [
            Value::NONE,
            Value::FALSE,
            Value::TRUE,
            Value::ELLIPSIS,
            Value::NOT_IMPLEMENTED,
            Value::int32(0),
        ];
        for (i, left) in all.iter().enumerate() {
            for (j, right) in all.iter().enumerate() {
                assert_eq!(left.is(right), i == j);
            }
        }
    }
}
