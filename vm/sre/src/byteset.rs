//! A set of bytes in 256 bits: which bytes can start what comes next.
//!
//! No CPython counterpart. Tests: `mod tests` below.

/// A set of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct ByteSet([u64; 4]);

impl ByteSet {
    /// Every byte.
    pub(crate) const ALL: ByteSet = ByteSet([u64::MAX; 4]);

    /// Adds one byte.
    pub(crate) fn insert(&mut self, byte: u8) {
        self.0[usize::from(byte >> 6)] |= 1 << (byte & 63);
    }

    /// Adds all bytes of `other`.
    pub(crate) fn union(&mut self, other: &ByteSet) {
        for (mine, theirs) in self.0.iter_mut().zip(other.0) {
            *mine |= theirs;
        }
    }

    /// Removes the bytes that only continue a character of UTF-8.
    pub(crate) fn remove_continuation(&mut self) {
        self.0[2] = 0;
    }

    /// Is `byte` a member?
    #[inline]
    pub(crate) fn contains(&self, byte: u8) -> bool {
        self.0[usize::from(byte >> 6)] >> (byte & 63) & 1 != 0
    }

    /// True if no byte is in both.
    pub(crate) fn is_disjoint(&self, other: &ByteSet) -> bool {
        self.0
            .iter()
            .zip(other.0)
            .all(|(mine, theirs)| mine & theirs == 0)
    }

    /// The number of members.
    pub(crate) fn len(&self) -> u32 {
        self.0.iter().map(|word| word.count_ones()).sum()
    }

    /// The members, in ascending order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = u8> + '_ {
        (0..=u8::MAX).filter(|&byte| self.contains(byte))
    }
}

#[cfg(test)]
mod tests {
    use super::ByteSet;

    #[test]
    fn holds_what_was_inserted() {
        let mut set = ByteSet::default();
        for byte in [0, 63, 64, 255] {
            set.insert(byte);
        }
        assert_eq!(set.iter().collect::<Vec<_>>(), [0, 63, 64, 255]);
        assert_eq!(set.len(), 4);
        assert!(!set.contains(1));
        let mut other = ByteSet::default();
        other.insert(65);
        assert!(set.is_disjoint(&other));
        other.insert(64);
        assert!(!set.is_disjoint(&other));
    }
}
