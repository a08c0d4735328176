//! [`Wtf8`]: borrowed Python text, the `str` of this crate.
//!
//! Invariants
//! 1. The bytes are valid by [`validate`](super::validate::validate); only the constructors of this file and of
//!    `buf.rs` make a `Wtf8`, from checked bytes or at code point boundaries of other valid text.
//! 2. `Wtf8` is `repr(transparent)` over `[u8]`, so a reference to one is a reference to the other.
//!
//! Checked by: the debug assertion in each unchecked constructor, and Miri. Tests: below.
#![allow(
    unsafe_code,
    reason = "casts between [u8], str and Wtf8, which share their layout; see the invariants above"
)]

use std::borrow::{Borrow, Cow};
use std::fmt;
use std::ops::Range;

use super::buf::Wtf8Buf;
use super::code_point::CodePoint;
use super::count;
use super::iter::{CodePointIndices, CodePoints};
use super::validate::{InvalidWtf8, validate};

/// Borrowed text: generalised UTF-8 with surrogates. Offsets and [`len`](Wtf8::len) are in bytes.
#[derive(PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct Wtf8 {
    bytes: [u8],
}

impl Wtf8 {
    /// The empty text.
    pub const EMPTY: &'static Wtf8 = Wtf8::from_str("");

    /// Text from a Rust string, free of cost.
    #[inline]
    #[must_use]
    pub const fn from_str(text: &str) -> &Wtf8 {
        // SAFETY: invariant 1, UTF-8 is valid WTF-8; invariant 2 for the cast.
        unsafe { &*(text.as_bytes() as *const [u8] as *const Wtf8) }
    }

    /// Text from bytes that hold generalised UTF-8.
    ///
    /// # Errors
    /// The offset of the first invalid byte.
    pub fn from_bytes(bytes: &[u8]) -> Result<&Wtf8, InvalidWtf8> {
        validate(bytes)?;
        // SAFETY: just validated.
        Ok(unsafe { Wtf8::from_bytes_unchecked(bytes) })
    }

    /// Text from bytes that are known to be generalised UTF-8.
    ///
    /// # Safety
    /// [`validate`] accepts `bytes`.
    #[inline]
    #[must_use]
    pub const unsafe fn from_bytes_unchecked(bytes: &[u8]) -> &Wtf8 {
        // SAFETY: the caller promised invariant 1; invariant 2 for the cast.
        unsafe { &*(bytes as *const [u8] as *const Wtf8) }
    }

    /// The encoded bytes.
    #[inline]
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Length in bytes.
    #[inline]
    #[must_use]
    pub const fn len(&self) -> usize {
        self.bytes.len()
    }

    /// True for the empty text.
    #[inline]
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Length in code points, Python's `len`. Linear, at memory speed.
    #[must_use]
    pub fn count_code_points(&self) -> usize {
        count::code_points(&self.bytes)
    }

    /// True if every code point is below U+0080.
    #[inline]
    #[must_use]
    pub fn is_ascii(&self) -> bool {
        self.bytes.is_ascii()
    }

    /// The largest code point; `None` for empty text.
    #[must_use]
    pub fn max_code_point(&self) -> Option<CodePoint> {
        self.code_points().max()
    }

    /// The code points, in order.
    #[inline]
    #[must_use]
    pub fn code_points(&self) -> CodePoints<'_> {
        CodePoints::new(&self.bytes)
    }

    /// The code points with their byte offsets.
    #[inline]
    #[must_use]
    pub fn code_point_indices(&self) -> CodePointIndices<'_> {
        CodePointIndices::new(&self.bytes)
    }

    /// The code points as numbers (UCS-4).
    #[must_use]
    pub fn to_u32s(&self) -> Vec<u32> {
        self.code_points().map(CodePoint::to_u32).collect()
    }

    /// The code point that starts at byte `at`, if one does.
    #[inline]
    #[must_use]
    pub fn code_point_at(&self, at: usize) -> Option<CodePoint> {
        if self.is_boundary(at) {
            CodePoints::new(&self.bytes[at..]).next()
        } else {
            None
        }
    }

    /// The code point that ends before byte `at`, if one does.
    #[inline]
    #[must_use]
    pub fn code_point_before(&self, at: usize) -> Option<CodePoint> {
        if self.is_boundary(at) {
            CodePoints::new(&self.bytes[..at]).next_back()
        } else {
            None
        }
    }

    /// Byte offset of code point `n`, or the length in bytes if `n` is the number of code points; else `None`.
    #[must_use]
    pub fn offset_of(&self, n: usize) -> Option<usize> {
        count::offset_of_nth(&self.bytes, n)
    }

    /// True where a code point starts, and at the end.
    #[inline]
    #[must_use]
    pub fn is_boundary(&self, at: usize) -> bool {
        match self.bytes.get(at) {
            Some(&byte) => count::starts_code_point(byte),
            None => at == self.bytes.len(),
        }
    }

    /// The part between two byte offsets, if both are boundaries in order.
    #[inline]
    #[must_use]
    pub fn get(&self, range: Range<usize>) -> Option<&Wtf8> {
        if range.start <= range.end && self.is_boundary(range.start) && self.is_boundary(range.end)
        {
            // SAFETY: invariant 1, cut at boundaries of valid text.
            Some(unsafe { Wtf8::from_bytes_unchecked(&self.bytes[range]) })
        } else {
            None
        }
    }

    /// The part between two byte offsets.
    ///
    /// # Panics
    /// If an offset is no boundary of this text or they are out of order: a bug of the caller.
    #[inline]
    #[must_use]
    #[track_caller]
    pub fn slice(&self, start: usize, end: usize) -> &Wtf8 {
        match self.get(start..end) {
            Some(part) => part,
            None => panic!(
                "bytes {start}..{end} are not a slice of a text of {} bytes",
                self.len()
            ),
        }
    }

    /// The part from a byte offset to the end; panics as [`slice`](Wtf8::slice).
    #[inline]
    #[must_use]
    #[track_caller]
    pub fn slice_from(&self, start: usize) -> &Wtf8 {
        self.slice(start, self.len())
    }

    /// The part before a byte offset; panics as [`slice`](Wtf8::slice).
    #[inline]
    #[must_use]
    #[track_caller]
    pub fn slice_to(&self, end: usize) -> &Wtf8 {
        self.slice(0, end)
    }

    /// Both sides of a byte offset; panics as [`slice`](Wtf8::slice).
    #[inline]
    #[must_use]
    #[track_caller]
    pub fn split_at(&self, at: usize) -> (&Wtf8, &Wtf8) {
        (self.slice_to(at), self.slice_from(at))
    }

    /// Byte offset of the first surrogate.
    #[must_use]
    pub fn first_surrogate(&self) -> Option<usize> {
        // Only surrogates and U+D000..=U+D7FF start with 0xED; their second bytes tell them apart.
        memchr::memchr_iter(0xED, &self.bytes)
            .find(|&at| self.bytes.get(at + 1).is_some_and(|&second| second >= 0xA0))
    }

    /// This text as a Rust string, unless it holds surrogates. Costs one scan for a byte.
    #[must_use]
    pub fn to_str(&self) -> Option<&str> {
        if self.first_surrogate().is_some() {
            return None;
        }
        // SAFETY: invariant 1; generalised UTF-8 without surrogates is UTF-8.
        Some(unsafe { std::str::from_utf8_unchecked(&self.bytes) })
    }

    /// This text as a Rust string, each surrogate replaced by U+FFFD.
    #[must_use]
    pub fn to_string_lossy(&self) -> Cow<'_, str> {
        match self.to_str() {
            Some(text) => Cow::Borrowed(text),
            None => Cow::Owned(self.code_points().map(CodePoint::to_char_lossy).collect()),
        }
    }

    /// `count` copies, one after the other; `None` if the length overflows.
    #[must_use]
    pub fn repeat(&self, count: usize) -> Option<Wtf8Buf> {
        let len = self.len().checked_mul(count)?;
        if len > isize::MAX as usize {
            return None;
        }
        // SAFETY: invariant 1, whole code points one after the other.
        Some(unsafe { Wtf8Buf::from_bytes_unchecked(self.bytes.repeat(count)) })
    }

    /// With ASCII letters in lower case.
    #[must_use]
    pub fn to_ascii_lowercase(&self) -> Wtf8Buf {
        // SAFETY: invariant 1, only ASCII bytes become other ASCII bytes.
        unsafe { Wtf8Buf::from_bytes_unchecked(self.bytes.to_ascii_lowercase()) }
    }

    /// With ASCII letters in upper case.
    #[must_use]
    pub fn to_ascii_uppercase(&self) -> Wtf8Buf {
        // SAFETY: invariant 1, only ASCII bytes become other ASCII bytes.
        unsafe { Wtf8Buf::from_bytes_unchecked(self.bytes.to_ascii_uppercase()) }
    }

    /// A boxed copy of the same bytes.
    #[must_use]
    pub fn to_boxed(&self) -> Box<Wtf8> {
        self.to_owned().into_boxed()
    }

    /// Changes the type of a box of valid bytes.
    ///
    /// # Safety
    /// [`validate`] accepts `bytes`.
    pub(super) unsafe fn box_from_bytes_unchecked(bytes: Box<[u8]>) -> Box<Wtf8> {
        // SAFETY: invariant 2, same layout and allocation; the caller promised invariant 1.
        unsafe { Box::from_raw(Box::into_raw(bytes) as *mut Wtf8) }
    }

    /// The bytes of a boxed text.
    #[must_use]
    pub fn into_boxed_bytes(self: Box<Wtf8>) -> Box<[u8]> {
        // SAFETY: invariant 2, same layout and allocation.
        unsafe { Box::from_raw(Box::into_raw(self) as *mut [u8]) }
    }
}

impl ToOwned for Wtf8 {
    type Owned = Wtf8Buf;

    fn to_owned(&self) -> Wtf8Buf {
        // SAFETY: invariant 1, a copy of valid bytes.
        unsafe { Wtf8Buf::from_bytes_unchecked(self.bytes.to_vec()) }
    }
}

impl Borrow<Wtf8> for Wtf8Buf {
    fn borrow(&self) -> &Wtf8 {
        self
    }
}

impl AsRef<Wtf8> for Wtf8 {
    fn as_ref(&self) -> &Wtf8 {
        self
    }
}

impl AsRef<Wtf8> for String {
    #[inline]
    fn as_ref(&self) -> &Wtf8 {
        Wtf8::from_str(self)
    }
}

impl AsRef<Wtf8> for str {
    fn as_ref(&self) -> &Wtf8 {
        Wtf8::from_str(self)
    }
}

impl<'a> From<&'a str> for &'a Wtf8 {
    fn from(text: &'a str) -> &'a Wtf8 {
        Wtf8::from_str(text)
    }
}

impl PartialEq<str> for Wtf8 {
    fn eq(&self, other: &str) -> bool {
        self.bytes == *other.as_bytes()
    }
}

impl PartialEq<&str> for Wtf8 {
    fn eq(&self, other: &&str) -> bool {
        self.bytes == *other.as_bytes()
    }
}

impl PartialEq<str> for &Wtf8 {
    fn eq(&self, other: &str) -> bool {
        self.bytes == *other.as_bytes()
    }
}

impl Default for &Wtf8 {
    fn default() -> Self {
        Wtf8::EMPTY
    }
}

/// Writes surrogates as U+FFFD.
impl fmt::Display for Wtf8 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.to_string_lossy())
    }
}

/// Writes surrogates as `\u{d800}`, like a Rust string literal otherwise.
impl fmt::Debug for Wtf8 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"")?;
        for point in self.code_points() {
            match point.to_char() {
                Some(c) => write!(f, "{}", c.escape_debug())?,
                None => write!(f, "\\u{{{:x}}}", point.to_u32())?,
            }
        }
        f.write_str("\"")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surrogate_pairs_stay_two_code_points() {
        let text = Wtf8::from_bytes(b"\xed\xa0\xbd\xed\xb8\x80").expect("valid");
        assert_eq!(text.to_u32s(), [0xD83D, 0xDE00]);
        assert_eq!(text.count_code_points(), 2);
        assert_eq!(text.to_str(), None);
        assert_eq!(text.to_string(), "\u{FFFD}\u{FFFD}");
        assert_eq!(format!("{text:?}"), r#""\u{d83d}\u{de00}""#);
    }

    #[test]
    fn slices_only_at_boundaries() {
        let text = Wtf8::from_str("a€😀");
        assert_eq!(text.get(1..4).map(Wtf8::to_string), Some("€".into()));
        assert_eq!(text.get(2..4), None);
        let (start, end) = (4, 1);
        assert_eq!(text.get(start..end), None);
        assert_eq!(text.get(4..9), None);
        assert_eq!(text.code_point_before(8), Some('😀'.into()));
        assert_eq!(text.code_point_at(8), None);
    }

    #[test]
    fn hangul_near_surrogates_is_text() {
        assert_eq!(
            Wtf8::from_str("\u{d7ff}\u{e000}").to_str(),
            Some("\u{d7ff}\u{e000}")
        );
    }
}
