//! The table under `dict`: entries in insertion order, and an index of positions by hash.
//!
//! Invariants
//! 1. `index.len()` is a power of two, more than 3/2 of `entries.len()`.
//! 2. Each entry with a key is found by probing the index from its hash; a removed entry stays in the index, without
//!    key and value, until the table is rebuilt.
//! 3. Nothing here runs Python code or drops a value: what goes out is returned.

use crate::value::Value;

/// Marks a place of the index that was never used.
const EMPTY: u32 = u32::MAX;

/// One key with its value; both are `None` after removal.
pub struct Entry {
    pub hash: i64,
    pub key: Option<Value>,
    pub value: Option<Value>,
}

/// See the module.
#[derive(Default)]
pub(super) struct Table {
    index: Vec<u32>,
    entries: Vec<Entry>,
    used: usize,
    /// Grows with each change of the set of keys or their places.
    pub(super) generation: u64,
}

/// Where a search stands in the index.
pub(super) struct Probe {
    place: usize,
    perturb: u64,
}

impl Table {
    #[inline(always)]
    pub(super) fn len(&self) -> usize {
        self.used
    }

    #[inline(always)]
    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    #[inline(always)]
    pub(super) fn entry_mut(&mut self, position: usize) -> Option<&mut Entry> {
        self.entries.get_mut(position)
    }

    #[inline(always)]
    pub(super) fn probe(&self, hash: i64) -> Probe {
        Probe {
            place: hash as usize,
            perturb: hash as u64,
        }
    }

    /// The next entry with this hash that may be the one; `None` when there is no further.
    #[inline(always)]
    pub(super) fn next_candidate(&self, probe: &mut Probe, hash: i64) -> Option<usize> {
        if self.index.is_empty() {
            return None;
        }
        let mask = self.index.len() - 1;
        loop {
            let position = self.index[probe.place & mask];
            if position == EMPTY {
                return None;
            }
            probe.perturb >>= 5;
            probe.place = (probe.place & mask)
                .wrapping_mul(5)
                .wrapping_add(probe.perturb as usize)
                .wrapping_add(1)
                & mask;
            let position = position as usize;
            if self.entries[position].hash == hash && self.entries[position].key.is_some() {
                return Some(position);
            }
        }
    }

    /// Adds a key that is not there; returns its position.
    pub(super) fn insert_new(&mut self, hash: i64, key: Value, value: Value) -> usize {
        if (self.entries.len() + 1) * 3 > self.index.len() * 2 {
            self.rebuild((self.used * 3).max(8));
        }
        let position = self.entries.len();
        self.link(hash, position);
        self.entries.push(Entry {
            hash,
            key: Some(key),
            value: Some(value),
        });
        self.used += 1;
        self.generation += 1;
        position
    }

    /// Takes the entry at `position` out.
    pub(super) fn remove(&mut self, position: usize) -> Option<(Value, Value)> {
        let entry = self.entries.get_mut(position)?;
        let removed = (entry.key.take()?, entry.value.take()?);
        self.used -= 1;
        self.generation += 1;
        if self.used == 0 {
            self.index.fill(EMPTY);
            self.entries.clear();
        }
        Some(removed)
    }

    /// Makes room for `additional` more keys.
    pub(super) fn reserve(&mut self, additional: usize) {
        if (self.entries.len() + additional) * 3 > self.index.len() * 2 {
            self.rebuild((self.used + additional) * 3 / 2 + 1);
        }
    }

    /// Empties the table and hands out what was in it.
    pub(super) fn take(&mut self) -> Vec<Entry> {
        self.index = Vec::new();
        self.used = 0;
        self.generation += 1;
        std::mem::take(&mut self.entries)
    }

    /// A copy that shares nothing but the values.
    pub(super) fn duplicate(&self) -> Self {
        let mut copy = Self::default();
        copy.rebuild(self.used * 3 / 2 + 1);
        for entry in &self.entries {
            if let (Some(key), Some(value)) = (&entry.key, &entry.value) {
                copy.insert_new(entry.hash, key.clone(), value.clone());
            }
        }
        copy
    }

    fn link(&mut self, hash: i64, position: usize) {
        let mask = self.index.len() - 1;
        let mut place = hash as usize & mask;
        let mut perturb = hash as u64;
        while self.index[place] != EMPTY {
            perturb >>= 5;
            place = place
                .wrapping_mul(5)
                .wrapping_add(perturb as usize)
                .wrapping_add(1)
                & mask;
        }
        self.index[place] = position as u32;
    }

    fn rebuild(&mut self, places: usize) {
        let places = places.next_power_of_two().max(8);
        if self.used != self.entries.len() {
            self.entries.retain(|entry| entry.key.is_some());
        }
        self.index.clear();
        self.index.resize(places, EMPTY);
        self.entries
            .reserve((places * 2 / 3).saturating_sub(self.entries.len()));
        for position in 0..self.entries.len() {
            self.link(self.entries[position].hash, position);
        }
        self.generation += 1;
    }
}
