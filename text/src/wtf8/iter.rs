//! Iterators over the code points of a text, from both ends.
//!
//! Invariant: the rest of the bytes is valid WTF-8 at all times. Tests: below.

use std::iter::FusedIterator;

use super::code_point::CodePoint;
use super::count;

/// The code points of a text. Made by [`Wtf8::code_points`](super::Wtf8::code_points).
#[derive(Clone, Debug)]
pub struct CodePoints<'a> {
    rest: std::slice::Iter<'a, u8>,
}

impl<'a> CodePoints<'a> {
    #[inline]
    pub(super) fn new(bytes: &'a [u8]) -> CodePoints<'a> {
        CodePoints { rest: bytes.iter() }
    }

    /// Number of bytes not yet consumed.
    #[inline]
    #[must_use]
    pub fn bytes_left(&self) -> usize {
        self.rest.len()
    }

    /// The next six payload bits. In valid text the byte is there; the default is never used.
    #[inline]
    fn tail(&mut self) -> u32 {
        u32::from(self.rest.next().copied().unwrap_or_default() & 0x3F)
    }

    #[inline]
    fn tail_back(&mut self) -> u8 {
        self.rest.next_back().copied().unwrap_or_default()
    }
}

impl Iterator for CodePoints<'_> {
    type Item = CodePoint;

    #[inline]
    fn next(&mut self) -> Option<CodePoint> {
        let first = u32::from(*self.rest.next()?);
        let number = match first {
            0..0x80 => first,
            0x80..0xE0 => (first & 0x1F) << 6 | self.tail(),
            0xE0..0xF0 => (first & 0x0F) << 12 | self.tail() << 6 | self.tail(),
            _ => (first & 0x07) << 18 | self.tail() << 12 | self.tail() << 6 | self.tail(),
        };
        Some(CodePoint::from_decoded(number))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.rest.len().div_ceil(4), Some(self.rest.len()))
    }

    fn count(self) -> usize {
        count::code_points(self.rest.as_slice())
    }

    fn last(mut self) -> Option<CodePoint> {
        self.next_back()
    }
}

impl DoubleEndedIterator for CodePoints<'_> {
    #[inline]
    fn next_back(&mut self) -> Option<CodePoint> {
        let last = *self.rest.next_back()?;
        if last < 0x80 {
            return Some(CodePoint::from_latin1(last));
        }
        let mut number = u32::from(last & 0x3F);
        let mut shift = 6;
        loop {
            let byte = self.tail_back();
            if count::starts_code_point(byte) {
                let payload = u32::from(byte) & (0x7F >> (shift / 6 + 1));
                return Some(CodePoint::from_decoded(number | payload << shift));
            }
            number |= u32::from(byte & 0x3F) << shift;
            shift += 6;
        }
    }
}

impl FusedIterator for CodePoints<'_> {}

/// The code points of a text with their byte offsets. Made by
/// [`Wtf8::code_point_indices`](super::Wtf8::code_point_indices).
#[derive(Clone, Debug)]
pub struct CodePointIndices<'a> {
    points: CodePoints<'a>,
    front: usize,
}

impl<'a> CodePointIndices<'a> {
    #[inline]
    pub(super) fn new(bytes: &'a [u8]) -> CodePointIndices<'a> {
        CodePointIndices {
            points: CodePoints::new(bytes),
            front: 0,
        }
    }
}

impl Iterator for CodePointIndices<'_> {
    type Item = (usize, CodePoint);

    #[inline]
    fn next(&mut self) -> Option<(usize, CodePoint)> {
        let at = self.front;
        let before = self.points.bytes_left();
        let point = self.points.next()?;
        self.front += before - self.points.bytes_left();
        Some((at, point))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.points.size_hint()
    }
}

impl DoubleEndedIterator for CodePointIndices<'_> {
    #[inline]
    fn next_back(&mut self) -> Option<(usize, CodePoint)> {
        let point = self.points.next_back()?;
        Some((self.front + self.points.bytes_left(), point))
    }
}

impl FusedIterator for CodePointIndices<'_> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_directions_agree() {
        let numbers = [
            0x61, 0xE9, 0x7FF, 0x800, 0x20AC, 0xD83D, 0xDE00, 0xFFFF, 0x1_0000, 0x10_FFFF, 0,
        ];
        let mut bytes = Vec::new();
        for n in numbers {
            bytes.extend_from_slice(CodePoint::from_decoded(n).encode(&mut [0; 4]));
        }
        let forward: Vec<u32> = CodePoints::new(&bytes).map(CodePoint::to_u32).collect();
        let mut backward: Vec<u32> = CodePoints::new(&bytes)
            .rev()
            .map(CodePoint::to_u32)
            .collect();
        backward.reverse();
        assert_eq!(forward, numbers);
        assert_eq!(backward, numbers);
        let offsets: Vec<usize> = CodePointIndices::new(&bytes).map(|(at, _)| at).collect();
        let mut back: Vec<usize> = CodePointIndices::new(&bytes)
            .rev()
            .map(|(at, _)| at)
            .collect();
        back.reverse();
        assert_eq!(offsets, back);
    }
}
