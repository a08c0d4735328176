//! Counting code points, and finding the n-th one, at the speed of memory.
//!
//! A byte starts a code point unless it is 0x80..=0xBF. The loops are written so that the compiler vectorises them.
//! Tests: below.

/// Bytes summed in one byte-wide counter before it could overflow; also the stride of [`offset_of_nth`].
const BLOCK: usize = 192;

#[inline]
pub(super) const fn starts_code_point(byte: u8) -> bool {
    byte & 0xC0 != 0x80
}

#[inline]
fn starts_in_block(block: &[u8]) -> usize {
    debug_assert!(block.len() <= 255);
    // Wrapping, so that builds with overflow checks vectorise too.
    let add = |count: u8, &byte: &u8| count.wrapping_add(u8::from(starts_code_point(byte)));
    usize::from(block.iter().fold(0, add))
}

/// Number of code points in valid WTF-8.
pub(super) fn code_points(bytes: &[u8]) -> usize {
    bytes.chunks(BLOCK).map(starts_in_block).sum()
}

/// Byte offset of code point `n`; the length of `bytes` if there are exactly `n`; `None` if there are fewer.
pub(super) fn offset_of_nth(bytes: &[u8], n: usize) -> Option<usize> {
    let mut left = n;
    let mut base = 0;
    for block in bytes.chunks(BLOCK) {
        let here = starts_in_block(block);
        if here > left {
            for (at, &byte) in block.iter().enumerate() {
                if starts_code_point(byte) {
                    if left == 0 {
                        return Some(base + at);
                    }
                    left -= 1;
                }
            }
        }
        left -= here;
        base += block.len();
    }
    (left == 0).then_some(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_char_indices() {
        let text: String = "aé€😀z".repeat(200);
        assert_eq!(code_points(text.as_bytes()), text.chars().count());
        for (n, (at, _)) in text.char_indices().enumerate() {
            assert_eq!(offset_of_nth(text.as_bytes(), n), Some(at));
        }
        assert_eq!(offset_of_nth(text.as_bytes(), 1000), Some(text.len()));
        assert_eq!(offset_of_nth(text.as_bytes(), 1001), None);
        assert_eq!(offset_of_nth(b"", 0), Some(0));
    }
}
