//! The table under `dict`: entries in insertion order, and an index of positions by hash.
//!
//! Invariants
//! 1. `index.len()` is zero or a power of two, more than 3/2 of `filled`, the number of places that are not empty; so
//!    each search meets an empty place. It is zero while there are no more than `SMALL` entries: those are searched in
//!    a row.
//! 2. Else each entry with a key is found by probing the index from its hash. A removed entry stays in the index, without
//!    key and value, until the table is rebuilt or it is the last one.
//!    A place of the index may name an entry that took the room of a removed one; comparing hashes finds out.
//! 3. Nothing here runs Python code or drops a value: what goes out is returned.

use crate::protocol::quick_equal;
use crate::value::Value;

/// Marks a place of the index that was never used.
const EMPTY: u32 = u32::MAX;
/// Marks a place whose entry is gone for good.
const DELETED: u32 = u32::MAX - 1;

/// Tables with no more entries need no index.
const SMALL: usize = 8;
/// Places that a table without an index counts as, with so many entries; else twice as many.
const LEAST_PLACES: usize = 8;
const LEAST_ENTRIES: usize = 5;

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
    filled: usize,
    /// No entry before this position has a key.
    first: usize,
    /// Grows with each change of the set of keys or their places.
    pub(super) generation: u64,
    /// Grows when entries that stay get other places.
    pub(super) layout: u64,
}

/// Where a search stands in the index.
pub(super) struct Probe {
    place: usize,
    perturb: u64,
}

impl Probe {
    #[inline(always)]
    fn new(hash: i64) -> Self {
        Self {
            place: hash as usize,
            perturb: hash as u64,
        }
    }

    /// Moves on; `mask` is one less than the number of places.
    #[inline(always)]
    fn step(&mut self, mask: usize) {
        self.perturb >>= 5;
        self.place = (self.place & mask)
            .wrapping_mul(5)
            .wrapping_add(self.perturb as usize)
            .wrapping_add(1);
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

    #[inline(always)]
    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    #[inline(always)]
    pub(super) fn entry_mut(&mut self, position: usize) -> Option<&mut Entry> {
        self.entries.get_mut(position)
    }

    /// The number of places of the index.
    pub(super) fn places(&self) -> usize {
        match (self.index.len(), self.entries.len()) {
            (0, 0) if self.entries.capacity() == 0 => 0,
            (0, ..=LEAST_ENTRIES) => LEAST_PLACES,
            (0, _) => 2 * LEAST_PLACES,
            (places, _) => places,
        }
    }

    #[inline(always)]
    pub(super) fn probe(&self, hash: i64) -> Probe {
        // Without an index, the probe counts entries.
        Probe::new(if self.index.is_empty() { 0 } else { hash })
    }

    /// The next entry with this hash that may be the one; `None` when there is no further.
    #[inline(always)]
    pub(super) fn next_candidate(&self, probe: &mut Probe, hash: i64) -> Option<usize> {
        if self.index.is_empty() {
            return self.next_in_row(probe, hash);
        }
        let mask = self.index.len() - 1;
        loop {
            let position = self.index[probe.place & mask];
            if position == EMPTY {
                return None;
            }
            probe.step(mask);
            if let Some(entry) = self.entries.get(position as usize)
                && entry.hash == hash
                && entry.key.is_some()
            {
                return Some(position as usize);
            }
        }
    }

    #[inline(always)]
    fn next_in_row(&self, probe: &mut Probe, hash: i64) -> Option<usize> {
        while let Some(entry) = self.entries.get(probe.place) {
            probe.place += 1;
            if entry.hash == hash && entry.key.is_some() {
                return Some(probe.place - 1);
            }
        }
        None
    }

    /// Looks for a key without running Python code.
    #[inline]
    pub(super) fn find(&self, key: &Value, hash: i64) -> Found {
        let mut probe = self.probe(hash);
        while let Some(position) = self.next_candidate(&mut probe, hash) {
            let Some(known) = &self.entries[position].key else {
                continue;
            };
            match quick_equal(known, key) {
                Some(true) => return Found::At(position),
                Some(false) => {}
                None => return Found::Unknown,
            }
        }
        Found::Absent
    }

    /// Adds a key that is not there; returns its position.
    #[inline]
    pub(super) fn insert_new(&mut self, hash: i64, key: Value, value: Value) -> usize {
        if self.index.is_empty() {
            self.make_room_in_row();
        } else if (self.filled + 1) * 3 > self.index.len() * 2 {
            self.rebuild((self.used * 3).max(8));
        }
        let position = self.entries.len();
        if !self.index.is_empty() {
            self.link(hash, position);
        }
        self.entries.push(Entry {
            hash,
            key: Some(key),
            value: Some(value),
        });
        self.used += 1;
        self.generation += 1;
        position
    }

    /// Makes room for one entry more in a table without an index, which may get one.
    #[inline(always)]
    fn make_room_in_row(&mut self) {
        match self.entries.len() {
            0 => self.entries.reserve_exact(SMALL / 2),
            SMALL => self.rebuild((self.used * 3).max(LEAST_PLACES)),
            _ => {}
        }
    }

    /// Takes the entry at `position` out.
    pub(super) fn remove(&mut self, position: usize) -> Option<(Value, Value)> {
        let entry = self.entries.get_mut(position)?;
        let removed = (entry.key.take()?, entry.value.take()?);
        self.used -= 1;
        self.generation += 1;
        if position == self.first {
            self.first += 1;
        }
        Some(removed)
    }

    /// The position of the first entry with a key.
    pub(super) fn first(&mut self) -> Option<usize> {
        while let Some(entry) = self.entries.get(self.first) {
            if entry.key.is_some() {
                return Some(self.first);
            }
            self.first += 1;
        }
        None
    }

    /// Where a search for the first entry with a key may start.
    #[inline(always)]
    pub(super) fn start(&self) -> usize {
        self.first
    }

    /// Adds a key that is not there in front of all others.
    pub(super) fn insert_front(&mut self, hash: i64, key: Value, value: Value) {
        if self.first == 0 || (self.filled + 1) * 3 > self.index.len() * 2 {
            self.rebuild((self.used * 3).max(8));
            // Room for more that may come in front.
            let room = (self.index.len() * 2 / 3 - self.entries.len()) / 2 + 1;
            let vacant = std::iter::repeat_with(|| Entry {
                hash: 0,
                key: None,
                value: None,
            });
            self.entries.splice(0..0, vacant.take(room));
            self.index.fill(EMPTY);
            self.filled = 0;
            for position in room..self.entries.len() {
                self.link(self.entries[position].hash, position);
            }
            self.first = room;
        }
        self.first -= 1;
        self.entries[self.first] = Entry {
            hash,
            key: Some(key),
            value: Some(value),
        };
        self.link(hash, self.first);
        self.used += 1;
        self.generation += 1;
    }

    /// Takes the last entry out, and forgets the removed ones behind it.
    pub(super) fn pop(&mut self) -> Option<(Value, Value)> {
        while let Some(entry) = self.entries.pop() {
            if !self.index.is_empty() {
                self.unlink(entry.hash, self.entries.len());
            }
            self.first = self.first.min(self.entries.len());
            if let (Some(key), Some(value)) = (entry.key, entry.value) {
                self.used -= 1;
                self.generation += 1;
                return Some((key, value));
            }
        }
        None
    }

    /// Makes room for `additional` more keys.
    pub(super) fn reserve(&mut self, additional: usize) {
        if self.index.is_empty() && self.entries.len() + additional <= SMALL {
            self.entries.reserve_exact(additional);
        } else if self.index.is_empty() || (self.filled + additional) * 3 > self.index.len() * 2 {
            self.rebuild((self.used + additional) * 3 / 2 + 1);
        }
    }

    /// Empties the table and hands out what was in it.
    pub(super) fn take(&mut self) -> Vec<Entry> {
        self.index = Vec::new();
        self.used = 0;
        self.filled = 0;
        self.first = 0;
        self.generation += 1;
        self.layout += 1;
        std::mem::take(&mut self.entries)
    }

    /// A copy that shares nothing but the values.
    pub(super) fn duplicate(&self) -> Self {
        let mut copy = Self::default();
        if self.used == 0 {
            return copy;
        }
        let clone = |entry: &Entry| Entry {
            hash: entry.hash,
            key: entry.key.clone(),
            value: entry.value.clone(),
        };
        if self.used == self.entries.len() {
            copy.index = self.index.clone();
            copy.filled = self.filled;
            copy.entries = self.entries.iter().map(clone).collect();
        } else {
            let live = self.entries.iter().filter(|entry| entry.key.is_some());
            copy.entries = live.map(clone).collect();
            copy.used = self.used;
            copy.rebuild(self.used * 3 / 2 + 1);
        }
        copy.used = self.used;
        copy
    }

    fn link(&mut self, hash: i64, position: usize) {
        let mask = self.index.len() - 1;
        let mut probe = Probe::new(hash);
        while self.index[probe.place & mask] < DELETED {
            probe.step(mask);
        }
        let place = &mut self.index[probe.place & mask];
        if *place == EMPTY {
            self.filled += 1;
        }
        *place = position as u32;
    }

    fn unlink(&mut self, hash: i64, position: usize) {
        let mask = self.index.len() - 1;
        let mut probe = Probe::new(hash);
        loop {
            let place = &mut self.index[probe.place & mask];
            if *place == position as u32 {
                *place = DELETED;
                return;
            }
            // An entry that was never more than room in front of others.
            if *place == EMPTY {
                return;
            }
            probe.step(mask);
        }
    }

    fn rebuild(&mut self, places: usize) {
        let places = places.next_power_of_two().max(8);
        if self.used != self.entries.len() {
            self.entries.retain(|entry| entry.key.is_some());
        }
        self.index.clear();
        self.index.resize(places, EMPTY);
        self.filled = 0;
        self.first = 0;
        self.entries
            .reserve_exact((places * 2 / 3).saturating_sub(self.entries.len()));
        for position in 0..self.entries.len() {
            self.link(self.entries[position].hash, position);
        }
        self.generation += 1;
        self.layout += 1;
    }

    /// Whether the entry at `position` still has this very key, in a table that had this layout.
    pub(super) fn still_has(&self, layout: u64, position: usize, key: &Value) -> bool {
        self.layout == layout
            && self
                .entries
                .get(position)
                .and_then(|entry| entry.key.as_ref())
                .is_some_and(|known| known.is(key))
    }
}
