//! The keys of a `set` or `frozenset`, with lookups that may call `__hash__` and `__eq__`.
//!
//! No borrow is held while Python code may run; a search starts again when the table changed meanwhile.

use std::cell::{Cell, RefCell};

use super::table::{Found, Table};
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::hash::avoid_minus_one;
use crate::heap::Visitor;
use crate::objects::dict::explain_unhashable;
use crate::protocol::{exact_str, quick_equal};
use crate::value::Value;

/// See the module.
#[derive(Default)]
pub struct SetData {
    table: RefCell<Table>,
    /// The hash of a `frozenset`; -1 if not computed yet.
    hash: Cell<Option<i64>>,
}

/// `hash(key)` for an element.
///
/// # Errors
/// What `__hash__` raises; a `TypeError` is explained.
#[inline(always)]
pub(super) fn hash_element(cx: &Ctx, key: &Value) -> PyResult<i64> {
    if let Some(text) = exact_str(key) {
        return Ok(match text.cached_hash() {
            0 => cx.hash_str(text),
            hash => hash,
        });
    }
    if let Some(small) = key.as_small_int() {
        return Ok(avoid_minus_one(small));
    }
    cx.hash(key)
        .map_err(|error| explain_unhashable(cx, key, error, "a set element"))
}

impl SetData {
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.table.borrow().len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of places of the table.
    pub(super) fn mask(&self) -> usize {
        self.table.borrow().mask()
    }

    fn generation(&self) -> u64 {
        self.table.borrow().generation
    }

    /// The key at or after `place` (start with 0), its hash, and where to go on. Survives changes between calls.
    #[inline]
    pub fn next_key(&self, place: usize) -> Option<(usize, i64, Value)> {
        let table = self.table.borrow();
        let rest = table.places().get(place..)?;
        rest.iter().enumerate().find_map(|(offset, found)| {
            let key = found.key.as_ref()?;
            Some((place + offset + 1, found.hash, key.clone()))
        })
    }

    /// Clones of all keys.
    pub fn keys(&self) -> Vec<Value> {
        self.table
            .borrow()
            .places()
            .iter()
            .filter_map(|place| place.key.clone())
            .collect()
    }

    #[inline]
    fn place(&self, cx: &Ctx, key: &Value, hash: i64) -> PyResult<Option<usize>> {
        let found = self.table.borrow().find(key, hash);
        match found {
            Found::At(place) => Ok(Some(place)),
            Found::Absent => Ok(None),
            Found::Unknown => self.place_by_asking(cx, key, hash),
        }
    }

    #[inline(never)]
    fn place_by_asking(&self, cx: &Ctx, key: &Value, hash: i64) -> PyResult<Option<usize>> {
        'restart: loop {
            let generation = self.generation();
            let mut probe = self.table.borrow().probe(hash);
            loop {
                let (place, known) = {
                    let table = self.table.borrow();
                    let Some((place, known)) = table.next_candidate(&mut probe, hash) else {
                        return Ok(None);
                    };
                    match quick_equal(known, key) {
                        Some(true) => return Ok(Some(place)),
                        Some(false) => continue,
                        None => (place, known.clone()),
                    }
                };
                let equal = cx.is_equal(&known, key)?;
                if self.generation() != generation {
                    continue 'restart;
                }
                if equal {
                    return Ok(Some(place));
                }
            }
        }
    }

    /// Whether a key is there, with its hash at hand.
    ///
    /// # Errors
    /// Whatever `__eq__` of keys raises.
    #[inline]
    pub fn contains_hashed(&self, cx: &Ctx, key: &Value, hash: i64) -> PyResult<bool> {
        Ok(self.place(cx, key, hash)?.is_some())
    }

    /// # Errors
    /// Whatever `__hash__` and `__eq__` of keys raise.
    #[inline]
    pub fn contains(&self, cx: &Ctx, key: &Value) -> PyResult<bool> {
        let hash = hash_element(cx, key)?;
        self.contains_hashed(cx, key, hash)
    }

    /// Adds a key; says whether it is new.
    ///
    /// # Errors
    /// Whatever `__eq__` of keys raises.
    #[inline]
    pub fn add_hashed(&self, cx: &Ctx, key: &Value, hash: i64) -> PyResult<bool> {
        if self.place(cx, key, hash)?.is_some() {
            return Ok(false);
        }
        self.table.borrow_mut().insert_new(hash, key.clone());
        Ok(true)
    }

    /// Adds a key; says whether it is new.
    ///
    /// # Errors
    /// Whatever `__hash__` and `__eq__` of keys raise.
    #[inline]
    pub fn add(&self, cx: &Ctx, key: &Value) -> PyResult<bool> {
        let hash = hash_element(cx, key)?;
        self.add_hashed(cx, key, hash)
    }

    /// Removes a key; says whether it was there.
    ///
    /// # Errors
    /// Whatever `__eq__` of keys raises.
    pub fn discard_hashed(&self, cx: &Ctx, key: &Value, hash: i64) -> PyResult<bool> {
        let Some(place) = self.place(cx, key, hash)? else {
            return Ok(false);
        };
        let removed = self.table.borrow_mut().remove(place);
        Ok(removed.is_some())
    }

    /// Removes a key; says whether it was there.
    ///
    /// # Errors
    /// Whatever `__hash__` and `__eq__` of keys raise.
    pub fn discard(&self, cx: &Ctx, key: &Value) -> PyResult<bool> {
        let hash = hash_element(cx, key)?;
        self.discard_hashed(cx, key, hash)
    }

    /// Takes some key out.
    pub fn pop(&self) -> Option<Value> {
        self.table.borrow_mut().pop()
    }

    pub fn clear(&self) {
        let keys = self.table.borrow_mut().take();
        drop(keys);
    }

    /// Puts the keys of `other` in the place of the own ones.
    pub fn replace(&self, other: Self) {
        let mut new = other.table.into_inner();
        new.generation = self.generation() + 1;
        let old = self.table.replace(new);
        drop(old);
    }

    /// A copy that shares nothing but the keys.
    pub fn duplicate(&self) -> Self {
        let copy = Self::default();
        copy.table.borrow_mut().copy_from(&self.table.borrow());
        copy
    }

    /// Takes in all keys of another set.
    ///
    /// # Errors
    /// Whatever `__eq__` of keys raises.
    pub fn merge(&self, cx: &Ctx, other: &Self) -> PyResult<()> {
        if std::ptr::eq(self, other) || self.table.borrow_mut().copy_from(&other.table.borrow()) {
            return Ok(());
        }
        let mut place = 0;
        while let Some((next, hash, key)) = other.next_key(place) {
            place = next;
            self.add_hashed(cx, &key, hash)?;
        }
        Ok(())
    }

    pub(super) fn reserve(&self, additional: usize) {
        self.table.borrow_mut().reserve(additional);
    }

    pub(super) fn tidy(&self) {
        self.table.borrow_mut().tidy();
    }

    /// The hash of a `frozenset` with these keys, which does not depend on their order.
    pub fn frozen_hash(&self) -> i64 {
        if let Some(hash) = self.hash.get() {
            return hash;
        }
        let table = self.table.borrow();
        let mixed = table
            .places()
            .iter()
            .filter(|place| place.key.is_some())
            .fold(0, |mixed, place| mixed ^ shuffled(place.hash as u64));
        let mut hash = mixed ^ (table.len() as u64 + 1).wrapping_mul(1_927_868_237);
        hash ^= (hash >> 11) ^ (hash >> 25);
        hash = hash.wrapping_mul(69_069).wrapping_add(907_133_923);
        let hash = if hash == u64::MAX {
            590_923_713
        } else {
            hash as i64
        };
        self.hash.set(Some(hash));
        hash
    }

    pub(crate) fn traverse(&self, visit: &mut Visitor<'_>) {
        if let Ok(table) = self.table.try_borrow() {
            table
                .places()
                .iter()
                .filter_map(|place| place.key.as_ref())
                .for_each(visit);
        }
    }
}

/// Spreads the bits of a hash, so that similar hashes do not cancel each other.
fn shuffled(hash: u64) -> u64 {
    ((hash ^ 89_869_747) ^ (hash << 16)).wrapping_mul(3_644_798_167)
}
