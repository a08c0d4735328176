//! One element of Python text: an integer U+0000..=U+10FFFF, surrogates included.
//!
//! CPython counterpart: `Py_UCS4`. Invariant: the value never exceeds U+10FFFF. Tests: below.

use std::fmt;

/// A Unicode code point, surrogates included (so wider than [`char`]).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct CodePoint(u32);

impl CodePoint {
    /// The largest code point, `sys.maxunicode`.
    pub const MAX: CodePoint = CodePoint(0x10_FFFF);
    /// U+FFFD, what lossy decoders write.
    pub const REPLACEMENT: CodePoint = CodePoint(0xFFFD);

    /// The code point of that number, if there is one.
    #[inline]
    #[must_use]
    pub const fn from_u32(number: u32) -> Option<CodePoint> {
        if number <= 0x10_FFFF {
            Some(CodePoint(number))
        } else {
            None
        }
    }

    /// The code point of a Unicode scalar value.
    #[inline]
    #[must_use]
    pub const fn from_char(c: char) -> CodePoint {
        CodePoint(c as u32)
    }

    /// The code point U+0000..=U+00FF of that byte (Latin-1).
    #[inline]
    #[must_use]
    pub const fn from_latin1(byte: u8) -> CodePoint {
        CodePoint(byte as u32)
    }

    /// For callers in this folder that decoded valid WTF-8, whose values cannot exceed the maximum.
    #[inline]
    pub(super) const fn from_decoded(number: u32) -> CodePoint {
        debug_assert!(number <= 0x10_FFFF);
        CodePoint(number)
    }

    /// The number of this code point, Python's `ord`.
    #[inline]
    #[must_use]
    pub const fn to_u32(self) -> u32 {
        self.0
    }

    /// This code point as a `char`, unless it is a surrogate.
    #[inline]
    #[must_use]
    pub const fn to_char(self) -> Option<char> {
        char::from_u32(self.0)
    }

    /// This code point as a `char`; U+FFFD for a surrogate.
    #[inline]
    #[must_use]
    pub const fn to_char_lossy(self) -> char {
        match char::from_u32(self.0) {
            Some(c) => c,
            None => '\u{FFFD}',
        }
    }

    /// The ASCII byte of this code point, if it is below U+0080.
    #[inline]
    #[must_use]
    pub const fn to_ascii(self) -> Option<u8> {
        if self.0 < 0x80 {
            Some(self.0 as u8)
        } else {
            None
        }
    }

    /// True below U+0080.
    #[inline]
    #[must_use]
    pub const fn is_ascii(self) -> bool {
        self.0 < 0x80
    }

    /// True for U+D800..=U+DFFF.
    #[inline]
    #[must_use]
    pub const fn is_surrogate(self) -> bool {
        self.0 & 0xFFFF_F800 == 0xD800
    }

    /// Number of bytes of the encoding, 1 to 4.
    #[inline]
    #[must_use]
    pub const fn len_wtf8(self) -> usize {
        match self.0 {
            0..0x80 => 1,
            0x80..0x800 => 2,
            0x800..0x1_0000 => 3,
            _ => 4,
        }
    }

    /// Writes the encoding to the front of `to` and returns the part written.
    #[inline]
    pub fn encode(self, to: &mut [u8; 4]) -> &[u8] {
        let n = self.0;
        let tail = |shift: u32| 0x80 | ((n >> shift) & 0x3F) as u8;
        let len = self.len_wtf8();
        match len {
            1 => to[0] = n as u8,
            2 => {
                to[0] = 0xC0 | (n >> 6) as u8;
                to[1] = tail(0);
            }
            3 => {
                to[0] = 0xE0 | (n >> 12) as u8;
                to[1] = tail(6);
                to[2] = tail(0);
            }
            _ => {
                to[0] = 0xF0 | (n >> 18) as u8;
                to[1] = tail(12);
                to[2] = tail(6);
                to[3] = tail(0);
            }
        }
        &to[..len]
    }
}

impl From<char> for CodePoint {
    fn from(c: char) -> CodePoint {
        CodePoint::from_char(c)
    }
}

impl From<u8> for CodePoint {
    fn from(byte: u8) -> CodePoint {
        CodePoint::from_latin1(byte)
    }
}

impl PartialEq<char> for CodePoint {
    fn eq(&self, other: &char) -> bool {
        self.0 == *other as u32
    }
}

impl fmt::Debug for CodePoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "U+{:04X}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalar_values_encode_as_utf8() {
        for c in [
            '\0',
            'a',
            '\x7f',
            '\u{80}',
            'é',
            '\u{7ff}',
            '\u{800}',
            '€',
            '\u{ffff}',
            '\u{10000}',
            '\u{10ffff}',
        ] {
            let (mut a, mut b) = ([0; 4], [0; 4]);
            assert_eq!(
                CodePoint::from(c).encode(&mut a),
                c.encode_utf8(&mut b).as_bytes()
            );
        }
    }

    #[test]
    fn surrogates_take_three_bytes() {
        let mut to = [0; 4];
        assert_eq!(CodePoint(0xD800).encode(&mut to), b"\xed\xa0\x80");
        assert_eq!(CodePoint(0xDFFF).encode(&mut to), b"\xed\xbf\xbf");
        assert!(CodePoint(0xDFFF).is_surrogate() && !CodePoint(0xE000).is_surrogate());
    }
}
