//! [`Wtf8Buf`]: owned, growable Python text, the `String` of this crate.
//!
//! Invariant: the bytes are valid by [`validate`](super::validate::validate); each mutation appends whole code
//! points or cuts at a boundary. Tests: below.
#![allow(
    unsafe_code,
    reason = "hands its valid bytes out as Wtf8 without a second check; see the invariant above"
)]

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

use super::code_point::CodePoint;
use super::slice::Wtf8;
use super::validate::{InvalidWtf8, validate};

/// Owned text: generalised UTF-8 with surrogates.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Wtf8Buf {
    bytes: Vec<u8>,
}

impl Wtf8Buf {
    /// Empty text; allocates nothing.
    #[inline]
    #[must_use]
    pub const fn new() -> Wtf8Buf {
        Wtf8Buf { bytes: Vec::new() }
    }

    /// Empty text with room for that many bytes.
    #[inline]
    #[must_use]
    pub fn with_capacity(bytes: usize) -> Wtf8Buf {
        Wtf8Buf {
            bytes: Vec::with_capacity(bytes),
        }
    }

    /// Text from a Rust string, free of cost.
    #[inline]
    #[must_use]
    pub fn from_string(text: String) -> Wtf8Buf {
        Wtf8Buf {
            bytes: text.into_bytes(),
        }
    }

    /// Text from bytes that hold generalised UTF-8.
    ///
    /// # Errors
    /// The offset of the first invalid byte.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Wtf8Buf, InvalidWtf8> {
        validate(&bytes)?;
        Ok(Wtf8Buf { bytes })
    }

    /// Text from bytes that are known to be generalised UTF-8.
    ///
    /// # Safety
    /// [`validate`] accepts `bytes`.
    #[inline]
    #[must_use]
    pub unsafe fn from_bytes_unchecked(bytes: Vec<u8>) -> Wtf8Buf {
        debug_assert_eq!(validate(&bytes), Ok(()));
        Wtf8Buf { bytes }
    }

    /// Text of the Latin-1 characters of these bytes.
    #[must_use]
    pub fn from_latin1(bytes: &[u8]) -> Wtf8Buf {
        if bytes.is_ascii() {
            return Wtf8Buf {
                bytes: bytes.to_vec(),
            };
        }
        let mut text = Wtf8Buf::with_capacity(bytes.len() + bytes.len() / 2);
        for &byte in bytes {
            text.push(CodePoint::from_latin1(byte));
        }
        text
    }

    /// Text of these code point numbers; `None` if one exceeds U+10FFFF.
    #[must_use]
    pub fn from_u32s(numbers: &[u32]) -> Option<Wtf8Buf> {
        let mut text = Wtf8Buf::with_capacity(numbers.len());
        for &number in numbers {
            text.push(CodePoint::from_u32(number)?);
        }
        Some(text)
    }

    /// This text, borrowed.
    #[inline]
    #[must_use]
    pub fn as_wtf8(&self) -> &Wtf8 {
        // SAFETY: the invariant of this type.
        unsafe { Wtf8::from_bytes_unchecked(&self.bytes) }
    }

    /// Appends one code point. Surrogates next to each other stay two code points.
    #[inline]
    pub fn push(&mut self, point: CodePoint) {
        match point.to_ascii() {
            Some(byte) => self.bytes.push(byte),
            None => self.bytes.extend_from_slice(point.encode(&mut [0; 4])),
        }
    }

    /// Same as [`push`](Wtf8Buf::push).
    #[inline]
    pub fn push_code_point(&mut self, point: CodePoint) {
        self.push(point);
    }

    /// Appends one character.
    #[inline]
    pub fn push_char(&mut self, c: char) {
        self.push(CodePoint::from_char(c));
    }

    /// Appends text.
    #[inline]
    pub fn push_wtf8(&mut self, text: &Wtf8) {
        self.bytes.extend_from_slice(text.as_bytes());
    }

    /// Appends a Rust string.
    #[inline]
    pub fn push_str(&mut self, text: &str) {
        self.bytes.extend_from_slice(text.as_bytes());
    }

    /// Appends the same code point `count` times.
    pub fn push_repeated(&mut self, point: CodePoint, count: usize) {
        match point.to_ascii() {
            Some(byte) => self.bytes.resize(self.bytes.len() + count, byte),
            None => {
                let mut encoded = [0; 4];
                let encoded = point.encode(&mut encoded);
                self.bytes.reserve(encoded.len() * count);
                for _ in 0..count {
                    self.bytes.extend_from_slice(encoded);
                }
            }
        }
    }

    /// Removes and returns the last code point.
    pub fn pop(&mut self) -> Option<CodePoint> {
        let last = self.code_points().next_back()?;
        self.bytes.truncate(self.bytes.len() - last.len_wtf8());
        Some(last)
    }

    /// Removes everything.
    pub fn clear(&mut self) {
        self.bytes.clear();
    }

    /// Cuts at a byte offset; does nothing beyond the end.
    ///
    /// # Panics
    /// If the offset is inside a code point: a bug of the caller.
    #[track_caller]
    pub fn truncate(&mut self, at: usize) {
        if at < self.bytes.len() {
            assert!(self.is_boundary(at), "byte {at} is inside a code point");
            self.bytes.truncate(at);
        }
    }

    /// Makes room for that many more bytes.
    pub fn reserve(&mut self, bytes: usize) {
        self.bytes.reserve(bytes);
    }

    /// Makes room for that many more bytes, or says that there is no memory for them.
    ///
    /// # Errors
    /// As [`Vec::try_reserve`].
    pub fn try_reserve(&mut self, bytes: usize) -> Result<(), std::collections::TryReserveError> {
        self.bytes.try_reserve(bytes)
    }

    /// Bytes that fit without a new allocation.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.bytes.capacity()
    }

    /// The encoded bytes.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// A Rust string, unless the text holds surrogates.
    ///
    /// # Errors
    /// The unchanged text.
    pub fn into_string(self) -> Result<String, Wtf8Buf> {
        if self.first_surrogate().is_some() {
            return Err(self);
        }
        // SAFETY: the invariant of this type; generalised UTF-8 without surrogates is UTF-8.
        Ok(unsafe { String::from_utf8_unchecked(self.bytes) })
    }

    /// The text in an allocation of its exact size.
    #[must_use]
    pub fn into_boxed(self) -> Box<Wtf8> {
        // SAFETY: the invariant of this type.
        unsafe { Wtf8::box_from_bytes_unchecked(self.bytes.into_boxed_slice()) }
    }
}

impl Deref for Wtf8Buf {
    type Target = Wtf8;

    #[inline]
    fn deref(&self) -> &Wtf8 {
        self.as_wtf8()
    }
}

impl AsRef<Wtf8> for Wtf8Buf {
    fn as_ref(&self) -> &Wtf8 {
        self
    }
}

impl From<&str> for Wtf8Buf {
    fn from(text: &str) -> Wtf8Buf {
        Wtf8Buf::from_string(text.to_owned())
    }
}

impl From<String> for Wtf8Buf {
    fn from(text: String) -> Wtf8Buf {
        Wtf8Buf::from_string(text)
    }
}

impl From<&Wtf8> for Wtf8Buf {
    fn from(text: &Wtf8) -> Wtf8Buf {
        text.to_owned()
    }
}

impl From<Cow<'_, Wtf8>> for Wtf8Buf {
    fn from(text: Cow<'_, Wtf8>) -> Wtf8Buf {
        text.into_owned()
    }
}

impl From<Wtf8Buf> for Box<Wtf8> {
    fn from(text: Wtf8Buf) -> Box<Wtf8> {
        text.into_boxed()
    }
}

impl From<CodePoint> for Wtf8Buf {
    fn from(point: CodePoint) -> Wtf8Buf {
        let mut text = Wtf8Buf::new();
        text.push(point);
        text
    }
}

impl<P: Into<CodePoint>> FromIterator<P> for Wtf8Buf {
    fn from_iter<I: IntoIterator<Item = P>>(points: I) -> Wtf8Buf {
        let mut text = Wtf8Buf::new();
        text.extend(points);
        text
    }
}

impl<P: Into<CodePoint>> Extend<P> for Wtf8Buf {
    fn extend<I: IntoIterator<Item = P>>(&mut self, points: I) {
        let points = points.into_iter();
        self.bytes.reserve(points.size_hint().0);
        for point in points {
            self.push(point.into());
        }
    }
}

impl PartialEq<str> for Wtf8Buf {
    fn eq(&self, other: &str) -> bool {
        self.bytes == other.as_bytes()
    }
}

impl PartialEq<&str> for Wtf8Buf {
    fn eq(&self, other: &&str) -> bool {
        self.bytes == other.as_bytes()
    }
}

impl PartialEq<Wtf8> for Wtf8Buf {
    fn eq(&self, other: &Wtf8) -> bool {
        self.bytes == *other.as_bytes()
    }
}

impl PartialEq<&Wtf8> for Wtf8Buf {
    fn eq(&self, other: &&Wtf8) -> bool {
        self.bytes == *other.as_bytes()
    }
}

impl fmt::Write for Wtf8Buf {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push_str(text);
        Ok(())
    }
}

impl fmt::Display for Wtf8Buf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.as_wtf8(), f)
    }
}

impl fmt::Debug for Wtf8Buf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_wtf8(), f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joining_surrogates_does_not_merge_them() {
        let high = CodePoint::from_u32(0xD83D).expect("in range");
        let low = CodePoint::from_u32(0xDE00).expect("in range");
        let mut text = Wtf8Buf::from(high);
        text.push_wtf8(&Wtf8Buf::from(low));
        assert_eq!(text.to_u32s(), [0xD83D, 0xDE00]);
        assert_ne!(text, "😀");
        assert_eq!(text.pop(), Some(low));
        assert_eq!(text.into_string().map_err(|text| text.len()), Err(3));
    }

    #[test]
    fn latin1_and_repetition() {
        assert_eq!(Wtf8Buf::from_latin1(b"caf\xe9"), "café");
        let mut text = Wtf8Buf::new();
        text.push_repeated('-'.into(), 2);
        text.push_repeated('é'.into(), 2);
        assert_eq!(text, "--éé");
        assert_eq!(text.repeat(2).expect("small"), "--éé--éé");
        assert_eq!(text.repeat(usize::MAX / 2), None);
    }
}
