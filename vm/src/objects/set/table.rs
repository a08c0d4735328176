//! The table under `set`: open addressing with short linear runs, as CPython's, so that the order of iteration agrees.
//!
//! CPython 3.14: `set_lookkey`, `set_add_entry`, `set_insert_clean`, `set_table_resize` (`Objects/setobject.c`).
//!
//! Invariants
//! 1. `places.len()` is zero or a power of two of at least 8; `filled * 5 < mask * 3` after each insertion.
//! 2. A place is empty (no key, hash 0), deleted (no key, hash -1) or holds a key with its hash.
//! 3. Nothing here runs Python code or drops a value: what goes out is returned.

use crate::protocol::quick_equal;
use crate::value::Value;

/// Places looked at in a row before a jump.
const LINEAR_PROBES: usize = 9;
const LEAST_PLACES: usize = 8;
/// Sets larger than this grow by 2, smaller ones by 4.
const LARGE: usize = 50_000;
const DELETED: i64 = -1;

#[derive(Clone, Default)]
pub(super) struct Place {
    pub(super) hash: i64,
    pub(super) key: Option<Value>,
}

impl Place {
    fn is_empty(&self) -> bool {
        self.key.is_none() && self.hash == 0
    }
}

#[derive(Default)]
pub(super) struct Table {
    places: Vec<Place>,
    /// Places that are not empty.
    filled: usize,
    used: usize,
    /// Where `pop` looks next.
    finger: usize,
    /// Grows with each change.
    pub(super) generation: u64,
}

/// The places where a hash may be, in order.
pub(super) struct Probe {
    base: usize,
    offset: usize,
    run: usize,
    perturb: u64,
    mask: usize,
}

impl Probe {
    #[inline(always)]
    fn new(hash: i64, mask: usize) -> Self {
        let base = hash as usize & mask;
        Self {
            base,
            offset: 0,
            run: Self::run(base, mask),
            perturb: hash as u64,
            mask,
        }
    }

    #[inline(always)]
    fn run(base: usize, mask: usize) -> usize {
        if base + LINEAR_PROBES <= mask {
            LINEAR_PROBES
        } else {
            0
        }
    }

    #[inline(always)]
    pub(super) fn place(&self) -> usize {
        self.base + self.offset
    }

    #[inline(always)]
    pub(super) fn step(&mut self) {
        if self.offset < self.run {
            self.offset += 1;
            return;
        }
        self.perturb >>= 5;
        self.base = self
            .base
            .wrapping_mul(5)
            .wrapping_add(1)
            .wrapping_add(self.perturb as usize)
            & self.mask;
        self.offset = 0;
        self.run = Self::run(self.base, self.mask);
    }
}

/// What a search without Python code found.
pub(super) enum Found {
    At(usize),
    Absent,
    /// A key must be asked whether it is equal.
    Unknown,
}

impl Table {
    #[inline(always)]
    pub(super) fn len(&self) -> usize {
        self.used
    }

    pub(super) fn places(&self) -> &[Place] {
        &self.places
    }

    /// One less than the number of places; that of the smallest table if there is none yet.
    #[inline(always)]
    pub(super) fn mask(&self) -> usize {
        self.places.len().max(LEAST_PLACES) - 1
    }

    #[inline(always)]
    pub(super) fn probe(&self, hash: i64) -> Probe {
        Probe::new(hash, self.mask())
    }

    /// The next key with this hash that may be the one, with its place; `None` when there is no further.
    #[inline(always)]
    pub(super) fn next_candidate(&self, probe: &mut Probe, hash: i64) -> Option<(usize, &Value)> {
        loop {
            let index = probe.place();
            let place = self.places.get(index)?;
            if place.is_empty() {
                return None;
            }
            probe.step();
            if place.hash == hash
                && let Some(key) = &place.key
            {
                return Some((index, key));
            }
        }
    }

    /// Looks for a key without running Python code.
    #[inline]
    pub(super) fn find(&self, key: &Value, hash: i64) -> Found {
        let mut probe = self.probe(hash);
        while let Some((index, known)) = self.next_candidate(&mut probe, hash) {
            match quick_equal(known, key) {
                Some(true) => return Found::At(index),
                Some(false) => {}
                None => return Found::Unknown,
            }
        }
        Found::Absent
    }

    /// Adds a key that is not there.
    #[inline]
    pub(super) fn insert_new(&mut self, hash: i64, key: Value) {
        if self.places.is_empty() {
            self.places.resize(LEAST_PLACES, Place::default());
        }
        let mut probe = self.probe(hash);
        let mut deleted = None;
        while !self.places[probe.place()].is_empty() {
            if self.places[probe.place()].key.is_none() {
                deleted = Some(probe.place());
            }
            probe.step();
        }
        let place = Place {
            hash,
            key: Some(key),
        };
        // The last deleted place on the way is used again.
        if let Some(deleted) = deleted {
            self.places[deleted] = place;
            self.used += 1;
            self.generation += 1;
            return;
        }
        self.places[probe.place()] = place;
        self.filled += 1;
        self.used += 1;
        self.generation += 1;
        if self.filled * 5 >= self.mask() * 3 {
            self.grow();
        }
    }

    fn grow(&mut self) {
        self.resize(if self.used > LARGE {
            self.used * 2
        } else {
            self.used * 4
        });
    }

    /// Rebuilds with more than `least` places.
    fn resize(&mut self, least: usize) {
        let mut size = LEAST_PLACES;
        while size <= least {
            size *= 2;
        }
        let old = std::mem::replace(&mut self.places, vec![Place::default(); size]);
        self.filled = 0;
        for place in old {
            if let Some(key) = place.key {
                self.insert_clean(place.hash, key);
            }
        }
        self.generation += 1;
    }

    /// Puts a key that is not there into a table without deleted places and with room.
    fn insert_clean(&mut self, hash: i64, key: Value) {
        let mut probe = self.probe(hash);
        while self.places[probe.place()].key.is_some() {
            probe.step();
        }
        self.places[probe.place()] = Place {
            hash,
            key: Some(key),
        };
        self.filled += 1;
    }

    /// Makes room for `additional` more keys, as a merge does beforehand.
    pub(super) fn reserve(&mut self, additional: usize) {
        if (self.filled + additional) * 5 >= self.mask() * 3 {
            self.resize((self.used + additional) * 2);
        }
    }

    /// Takes the key at `index` out.
    pub(super) fn remove(&mut self, index: usize) -> Option<Value> {
        let place = self.places.get_mut(index)?;
        let key = place.key.take()?;
        place.hash = DELETED;
        self.used -= 1;
        self.generation += 1;
        Some(key)
    }

    /// Takes some key out.
    pub(super) fn pop(&mut self) -> Option<Value> {
        if self.used == 0 {
            return None;
        }
        let mask = self.mask();
        let mut index = self.finger & mask;
        while self.places[index].key.is_none() {
            index = if index >= mask { 0 } else { index + 1 };
        }
        self.finger = index + 1;
        self.remove(index)
    }

    /// Rebuilds if many places are of keys that are gone.
    pub(super) fn tidy(&mut self) {
        if self.filled - self.used > self.mask() / 5 {
            self.grow();
        }
    }

    /// Empties the table and hands out what was in it.
    pub(super) fn take(&mut self) -> Vec<Place> {
        self.filled = 0;
        self.used = 0;
        self.generation += 1;
        std::mem::take(&mut self.places)
    }

    /// Takes in the keys of `other` if that needs no comparisons, which is so for an empty table.
    pub(super) fn copy_from(&mut self, other: &Self) -> bool {
        if other.used == 0 {
            return true;
        }
        self.reserve(other.used);
        if self.filled != 0 {
            return false;
        }
        if self.mask() == other.mask() && other.filled == other.used {
            self.places.clone_from(&other.places);
            self.filled = other.filled;
        } else {
            if self.places.is_empty() {
                self.places.resize(LEAST_PLACES, Place::default());
            }
            for place in &other.places {
                if let Some(key) = &place.key {
                    self.insert_clean(place.hash, key.clone());
                }
            }
        }
        self.used = other.used;
        self.generation += 1;
        true
    }
}
