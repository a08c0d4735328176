//! A set that numbers its elements in the order of arrival, made for few of them.
//!
//! The names and constants of a code unit are such sets. Most units have less than a dozen of each: a look along their
//! hashes is then faster than a hash table, and needs no memory of its own. Only larger sets get a table.
//! Tests: at the end of this file.

/// An element of an [`IndexSet`].
pub(crate) trait Key {
    /// The same for elements that are the same.
    fn hash32(&self) -> u32;
    fn is_same(&self, other: &Self) -> bool;
}

/// Up to this size a set has no table.
const SMALL: usize = 24;

/// See the module.
#[derive(Clone, Debug)]
pub(crate) struct IndexSet<T> {
    items: Vec<T>,
    hashes: Vec<u32>,
    /// Open addressing: 0 is free, else index + 1. Empty, or a power of two that is at most half full.
    slots: Vec<u32>,
}

impl<T> Default for IndexSet<T> {
    fn default() -> Self {
        IndexSet {
            items: Vec::new(),
            hashes: Vec::new(),
            slots: Vec::new(),
        }
    }
}

impl<T: Key> IndexSet<T> {
    /// The index of `item`, which is added if it is new.
    pub(crate) fn insert(&mut self, item: T) -> usize {
        let hash = item.hash32();
        self.find(hash, &item).unwrap_or_else(|| {
            self.push(item, hash);
            self.items.len() - 1
        })
    }

    /// The index of `item`, if it is in the set.
    pub(crate) fn get_index_of(&self, item: &T) -> Option<usize> {
        self.find(item.hash32(), item)
    }

    pub(crate) fn len(&self) -> usize {
        self.items.len()
    }

    /// The elements in order.
    pub(crate) fn as_slice(&self) -> &[T] {
        &self.items
    }

    /// Keeps the elements whose index is wanted and moves them together, in order.
    pub(crate) fn retain_indices(&mut self, is_wanted: impl Fn(usize) -> bool) {
        let mut indices = 0..;
        self.items.retain(|_| indices.next().is_none_or(&is_wanted));
        let mut indices = 0..;
        self.hashes
            .retain(|_| indices.next().is_none_or(&is_wanted));
        self.slots.clear();
        if self.items.len() > SMALL {
            self.fill_slots();
        }
    }

    pub(crate) fn into_items(self) -> Vec<T> {
        self.items
    }

    #[inline]
    fn find(&self, hash: u32, item: &T) -> Option<usize> {
        if self.slots.is_empty() {
            return (0..)
                .zip(&self.hashes)
                .find(|(index, other)| **other == hash && self.items[*index].is_same(item))
                .map(|(index, _)| index);
        }
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            let index = (self.slots[at] as usize).checked_sub(1)?;
            if self.hashes[index] == hash && self.items[index].is_same(item) {
                return Some(index);
            }
            at = (at + 1) & mask;
        }
    }

    fn push(&mut self, item: T, hash: u32) {
        self.items.push(item);
        self.hashes.push(hash);
        let len = self.items.len();
        if len <= SMALL {
            return;
        }
        if len * 2 > self.slots.len() {
            self.fill_slots();
        } else {
            self.fill_slot(len - 1);
        }
    }

    fn fill_slots(&mut self) {
        let len = self.items.len();
        self.slots.clear();
        self.slots.resize(len.next_power_of_two() * 4, 0);
        (0..len).for_each(|index| self.fill_slot(index));
    }

    fn fill_slot(&mut self, index: usize) {
        let mask = self.slots.len() - 1;
        let mut at = self.hashes[index] as usize & mask;
        while self.slots[at] != 0 {
            at = (at + 1) & mask;
        }
        self.slots[at] = u32::try_from(index + 1).expect("a code unit has fewer than 2^32 of them");
    }
}

impl<T: Key> FromIterator<T> for IndexSet<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        let mut set = IndexSet::default();
        for item in items {
            set.insert(item);
        }
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Key for u32 {
        fn hash32(&self) -> u32 {
            // Many elements with one hash.
            self / 4
        }

        fn is_same(&self, other: &u32) -> bool {
            self == other
        }
    }

    #[test]
    fn indices_stay_when_the_set_grows() {
        let mut set = IndexSet::default();
        for number in 0..200u32 {
            assert_eq!(set.insert(number * 3), number as usize);
            assert_eq!(set.insert(number * 3), number as usize);
        }
        for number in 0..200u32 {
            assert_eq!(set.get_index_of(&(number * 3)), Some(number as usize));
            assert_eq!(set.get_index_of(&(number * 3 + 1)), None);
        }
        assert_eq!(set.len(), 200);
        for step in [2, 40] {
            set.retain_indices(|index| index % step == 1);
            let kept = set.as_slice().to_vec();
            for (index, number) in kept.iter().enumerate() {
                assert_eq!(set.get_index_of(number), Some(index));
            }
        }
        assert_eq!(set.as_slice(), [9, 249, 489]);
    }
}
