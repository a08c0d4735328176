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

/// Code points that start in eight bytes.
#[inline]
const fn starts_in_word(word: u64) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let others = (word >> 7) & !(word >> 6) & ONES;
    8 - (others.wrapping_mul(ONES) >> 56) as usize
}

/// Byte offset of code point `n`; the length of `bytes` if there are exactly `n`; `None` if there are fewer.
pub(super) fn offset_of_nth(bytes: &[u8], n: usize) -> Option<usize> {
    let (mut left, mut base) = (n, 0);
    // Far away whole blocks are passed over, then words, then bytes.
    while left > BLOCK
        && let Some(block) = bytes.get(base..base + BLOCK)
    {
        left -= starts_in_block(block);
        base += BLOCK;
    }
    while let Some(word) = bytes[base..].first_chunk() {
        let here = starts_in_word(u64::from_le_bytes(*word));
        if here > left {
            break;
        }
        left -= here;
        base += 8;
    }
    for (at, &byte) in bytes[base..].iter().enumerate() {
        if starts_code_point(byte) {
            if left == 0 {
                return Some(base + at);
            }
            left -= 1;
        }
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
