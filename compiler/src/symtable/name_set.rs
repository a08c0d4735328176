//! Sets of names, a bit a name: the analysis copies and joins them for every scope.
//! Tests: at the end of this file.

use crate::ast::Name;

/// A set of names of one interner.
#[derive(Clone, Debug, Default)]
pub(super) struct NameSet {
    words: Vec<u64>,
}

fn place(name: Name) -> (usize, u64) {
    (name.index() / 64, 1 << (name.index() % 64))
}

impl NameSet {
    pub(super) fn contains(&self, name: Name) -> bool {
        let (word, bit) = place(name);
        self.words.get(word).is_some_and(|bits| bits & bit != 0)
    }

    pub(super) fn insert(&mut self, name: Name) {
        let (word, bit) = place(name);
        if self.words.len() <= word {
            self.words.resize(word + 1, 0);
        }
        self.words[word] |= bit;
    }

    /// Returns whether the name was there.
    pub(super) fn remove(&mut self, name: Name) -> bool {
        let (word, bit) = place(name);
        let was_there = self.contains(name);
        if was_there {
            self.words[word] &= !bit;
        }
        was_there
    }

    pub(super) fn is_empty(&self) -> bool {
        self.words.iter().all(|bits| *bits == 0)
    }

    /// Adds all names of `other`.
    pub(super) fn extend(&mut self, other: &NameSet) {
        if self.words.len() < other.words.len() {
            self.words.resize(other.words.len(), 0);
        }
        for (bits, more) in self.words.iter_mut().zip(&other.words) {
            *bits |= more;
        }
    }

    /// The names in the order of their numbers.
    pub(super) fn iter(&self) -> impl Iterator<Item = Name> + '_ {
        self.words.iter().enumerate().flat_map(|(word, &bits)| {
            std::iter::successors(Some(bits), |left| Some(left & left.wrapping_sub(1)))
                .take_while(|left| *left != 0)
                .map(move |left| Name::from_index(word * 64 + left.trailing_zeros() as usize))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_and_go() {
        let names = [3, 63, 64, 200].map(Name::from_index);
        let mut set = NameSet::default();
        names.into_iter().for_each(|name| set.insert(name));
        assert!(set.iter().eq(names));
        assert!(set.remove(names[1]) && !set.remove(names[1]));
        assert!(!set.contains(Name::from_index(1000)));
        let mut other = NameSet::default();
        other.insert(names[0]);
        other.extend(&set);
        assert!(other.iter().eq([names[0], names[2], names[3]]));
        for name in names {
            set.remove(name);
        }
        assert!(set.is_empty());
    }
}
