//! The string object: WTF-8 bytes behind a fixed part.
//!
//! Invariants
//! 1. The tail holds `bytes` bytes of valid WTF-8 with `length` code points.
//! 2. An interned string is the only one with its text in the isolate's table, and its hash is computed.
//! 3. `index[k]` is the byte offset of code point `k * STRIDE`; built on the first access into a non-ASCII string.
#![allow(
    unsafe_code,
    reason = "the bytes live behind the payload; see the invariants above"
)]

use std::cell::{Cell, OnceCell};

use taipan_text::{CodePoint, Wtf8};

use crate::heap::{Heap, OutOfMemory};
use crate::objects::Type;
use crate::value::Py;

/// Code points between two entries of the index.
const STRIDE: usize = 64;

/// The fixed part of a `str`. Its text is reached through `Py<Str>`.
pub struct Str {
    hash: Cell<i64>,
    length: usize,
    bytes: usize,
    interned: Cell<bool>,
    index: OnceCell<Box<Vec<usize>>>,
}

unsafe fn tail(payload: *const u8) -> usize {
    // SAFETY: called by the heap with the address of a live `Str`.
    unsafe { (*payload.cast::<Str>()).bytes }
}

payload!(Str, tail = tail);
crate::native::bare_class!(Str, "str", None, crate::objects::TypeFlags::SUBCLASSABLE);

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
        Self::build(heap, class, length, &[text])
    }

    /// Makes a string of `parts` in a row, without a copy between.
    pub fn concatenate(
        heap: &Heap,
        class: &Py<Type>,
        length: usize,
        parts: &[&Wtf8],
    ) -> Result<Py<Self>, OutOfMemory> {
        Self::build(heap, class, length, parts)
    }

    fn build(
        heap: &Heap,
        class: &Py<Type>,
        length: usize,
        parts: &[&Wtf8],
    ) -> Result<Py<Self>, OutOfMemory> {
        let bytes = parts.iter().map(|part| part.len()).sum();
        let fixed = Self {
            hash: Cell::new(0),
            length,
            bytes,
            interned: Cell::new(false),
            index: OnceCell::new(),
        };
        // SAFETY: the parts are valid WTF-8 and together as long as the tail.
        unsafe {
            heap.allocate_with_tail(class, fixed, bytes, |tail| {
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
        self.length
    }

    #[inline(always)]
    pub fn is_ascii(&self) -> bool {
        self.length == self.bytes
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

impl Py<Str> {
    /// The text.
    #[inline(always)]
    pub fn as_wtf8(&self) -> &Wtf8 {
        // SAFETY: invariant 1.
        unsafe {
            let start = self.payload_address().add(1).cast::<u8>();
            Wtf8::from_bytes_unchecked(std::slice::from_raw_parts(start, self.bytes))
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
        self.is(other) || (self.bytes == other.bytes && self.as_wtf8() == other.as_wtf8())
    }

    /// The byte offset of code point `position`, which is at most the length.
    pub fn byte_offset(&self, position: usize) -> usize {
        if self.is_ascii() {
            return position.min(self.bytes);
        }
        if position >= self.length {
            return self.bytes;
        }
        let text = self.as_wtf8();
        let index = self.index.get_or_init(|| Box::new(build_index(text)));
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
        if position >= self.length {
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
        let end = end.min(self.length);
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
