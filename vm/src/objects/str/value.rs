//! The string object: WTF-8 bytes behind a fixed part.
//!
//! Invariants
//! 1. The tail holds `bytes` bytes of valid WTF-8 with `length` code points, and `spare` bytes that mean nothing.
//! 2. An interned string is the only one with its text in the isolate's table, and its hash is computed.
//!    Only [`Str::append_in_place`] changes a text, and only one that nobody but its caller can see.
//! 3. `index[k]` is the byte offset of code point `k * STRIDE`; built on the first access into a non-ASCII string.
#![allow(
    unsafe_code,
    reason = "the bytes live behind the payload; see the invariants above"
)]

use std::cell::{Cell, OnceCell};

use taipan_macros::pyclass;
use taipan_text::{CodePoint, Wtf8};

use crate::heap::{Heap, OutOfMemory};
use crate::objects::Type;
use crate::value::Py;

/// Code points between two entries of the index.
const STRIDE: usize = 64;

/// str(object='') -> str
/// str(bytes_or_buffer[, encoding[, errors]]) -> str
///
/// Make a string of any object: what its __str__() or else its __repr__() gives.
/// With an encoding or an error handler, the object must be bytes-like, and its
/// bytes are decoded. The encoding defaults to 'utf-8', the handler to 'strict'.
#[pyclass(
    name = "str",
    module = "builtins",
    subclassable,
    match_self,
    parts = 8,
    text_signature = None,
    tail = tail
)]
pub struct Str {
    hash: Cell<i64>,
    length: Cell<usize>,
    bytes: Cell<usize>,
    spare: Cell<u32>,
    interned: Cell<bool>,
    index: OnceCell<Box<[usize]>>,
}

unsafe fn tail(payload: *const u8) -> usize {
    // SAFETY: called by the heap with the address of a live `Str`.
    let text = unsafe { &*payload.cast::<Str>() };
    text.bytes.get() + text.spare.get() as usize
}

impl Str {
    /// Makes a string object of `class` (`str` or a subclass).
    ///
    /// # Errors
    /// [`OutOfMemory`] if the text is too large for this machine.
    pub fn allocate(heap: &Heap, class: &Py<Type>, text: &Wtf8) -> Result<Py<Self>, OutOfMemory> {
        Self::allocate_counted(heap, class, text, text.count_code_points())
    }

    /// Like [`Str::allocate`] for text whose number of code points is known.
    pub fn allocate_counted(
        heap: &Heap,
        class: &Py<Type>,
        text: &Wtf8,
        length: usize,
    ) -> Result<Py<Self>, OutOfMemory> {
        debug_assert_eq!(length, text.count_code_points());
        Self::build(heap, class, length, &[text], 0)
    }

    /// Makes a string of `parts` in a row, without a copy between.
    pub fn concatenate(
        heap: &Heap,
        class: &Py<Type>,
        length: usize,
        parts: &[&Wtf8],
    ) -> Result<Py<Self>, OutOfMemory> {
        Self::build(heap, class, length, parts, 0)
    }

    fn build(
        heap: &Heap,
        class: &Py<Type>,
        length: usize,
        parts: &[&Wtf8],
        spare: u32,
    ) -> Result<Py<Self>, OutOfMemory> {
        let bytes = parts
            .iter()
            .try_fold(0_usize, |sum, part| sum.checked_add(part.len()))
            .ok_or(OutOfMemory)?;
        let fixed = Self {
            hash: Cell::new(0),
            length: Cell::new(length),
            bytes: Cell::new(bytes),
            spare: Cell::new(spare),
            interned: Cell::new(false),
            index: OnceCell::new(),
        };
        let room = bytes.checked_add(spare as usize).ok_or(OutOfMemory)?;
        // SAFETY: the parts are valid WTF-8 and together `bytes` long; nobody reads the spare room.
        unsafe {
            heap.allocate_with_tail(class, fixed, room, |tail| {
                let mut to = tail;
                for part in parts {
                    to.copy_from_nonoverlapping(part.as_bytes().as_ptr(), part.len());
                    to = to.add(part.len());
                }
            })
        }
    }

    /// The number of code points: `len(s)`.
    #[inline(always)]
    pub fn length(&self) -> usize {
        self.length.get()
    }

    /// The size of the text in bytes.
    #[inline(always)]
    pub fn size(&self) -> usize {
        self.bytes.get()
    }

    #[inline(always)]
    pub fn is_ascii(&self) -> bool {
        self.length.get() == self.bytes.get()
    }

    #[inline(always)]
    pub fn is_interned(&self) -> bool {
        self.interned.get()
    }

    pub(crate) fn set_interned(&self) {
        self.interned.set(true);
    }

    /// The cached hash; 0 if not computed yet.
    #[inline(always)]
    pub(crate) fn cached_hash(&self) -> i64 {
        self.hash.get()
    }

    pub(crate) fn cache_hash(&self, hash: i64) {
        self.hash.set(hash);
    }
}

impl Str {
    /// `left += right` of a text that only the caller holds: in its spare room if that suffices, else in a new string
    /// with room for more.
    ///
    /// # Errors
    /// [`OutOfMemory`] if the text is too large for this machine.
    pub fn append_in_place(
        heap: &Heap,
        class: &Py<Type>,
        left: Py<Self>,
        right: &Py<Self>,
    ) -> Result<Py<Self>, OutOfMemory> {
        let header = left.header();
        let length = left.length() + right.length();
        let plain = header.class().is(class) && !left.is_interned() && !left.is(right);
        if !plain || header.reference_count() != 1 {
            return Self::build(heap, class, length, &[left.as_wtf8(), right.as_wtf8()], 0);
        }
        let added = right.bytes.get();
        if added <= left.spare.get() as usize && left.index.get().is_none() {
            // SAFETY: there is room for `added` bytes behind the text; no other handle of `left` exists, so nobody
            // borrows its text, and `right` is another object.
            unsafe {
                let end = left.payload_address().add(1).cast::<u8>().cast_mut();
                end.add(left.bytes.get())
                    .copy_from_nonoverlapping(right.as_wtf8().as_bytes().as_ptr(), added);
            }
            left.length.set(length);
            left.bytes.set(left.bytes.get() + added);
            left.spare.set(left.spare.get() - added as u32);
            left.hash.set(0);
            return Ok(left);
        }
        let total = left.bytes.get() + added;
        let spare = u32::try_from(total / 4 + 32).unwrap_or(u32::MAX);
        Self::build(
            heap,
            class,
            length,
            &[left.as_wtf8(), right.as_wtf8()],
            spare,
        )
    }
}

impl Py<Str> {
    /// Whether the type is `str` itself, no subclass.
    #[inline(always)]
    pub fn is_exact(&self) -> bool {
        !self.header().class().is_heap_type()
    }

    /// The text.
    #[inline(always)]
    pub fn as_wtf8(&self) -> &Wtf8 {
        // SAFETY: invariant 1.
        unsafe {
            let start = self.payload_address().add(1).cast::<u8>();
            Wtf8::from_bytes_unchecked(std::slice::from_raw_parts(start, self.bytes.get()))
        }
    }

    /// The text, if it has no surrogates.
    #[inline]
    pub fn to_str(&self) -> Option<&str> {
        self.as_wtf8().to_str()
    }

    /// The text for messages: surrogates become U+FFFD.
    pub fn to_string_lossy(&self) -> std::borrow::Cow<'_, str> {
        self.as_wtf8().to_string_lossy()
    }

    /// Whether both are the same text.
    #[inline]
    pub fn equals(&self, other: &Self) -> bool {
        self.is(other)
            || (self.bytes.get() == other.bytes.get() && self.as_wtf8() == other.as_wtf8())
    }

    /// The byte offset of code point `position`, which is at most the length.
    pub fn byte_offset(&self, position: usize) -> usize {
        if self.is_ascii() {
            return position.min(self.bytes.get());
        }
        if position >= self.length.get() {
            return self.bytes.get();
        }
        let text = self.as_wtf8();
        let index = self.index.get_or_init(|| build_index(text).into());
        let start = index[position / STRIDE];
        start
            + text
                .slice_from(start)
                .offset_of(position % STRIDE)
                .unwrap_or(0)
    }

    /// The position in code points of a byte offset at a boundary.
    pub fn position_of(&self, offset: usize) -> usize {
        if self.is_ascii() {
            offset
        } else {
            self.as_wtf8().slice_to(offset).count_code_points()
        }
    }

    /// The code point at `position`.
    #[inline]
    pub fn code_point(&self, position: usize) -> Option<CodePoint> {
        if position >= self.length.get() {
            return None;
        }
        if self.is_ascii() {
            return self
                .as_wtf8()
                .as_bytes()
                .get(position)
                .map(|byte| CodePoint::from_latin1(*byte));
        }
        self.as_wtf8().code_point_at(self.byte_offset(position))
    }

    /// The text between two positions in code points; both are clamped.
    pub fn slice(&self, start: usize, end: usize) -> &Wtf8 {
        let end = end.min(self.length.get());
        let start = start.min(end);
        self.as_wtf8()
            .slice(self.byte_offset(start), self.byte_offset(end))
    }
}

fn build_index(text: &Wtf8) -> Vec<usize> {
    text.code_point_indices()
        .step_by(STRIDE)
        .map(|(offset, _)| offset)
        .collect()
}
