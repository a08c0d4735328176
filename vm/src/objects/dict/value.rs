//! The dict object and its Rust interface.
//!
//! Lookups may run `__hash__` and `__eq__` of keys, which may change the very dict: no borrow is held meanwhile, and a
//! search starts again when the entry that was compared is no longer there. Methods with `_str` in their name look for
//! exact `str` keys only and run no Python code at all; the VM's own namespaces use them.

use std::cell::{Cell, RefCell};

use taipan_macros::pyclass;

use super::table::{Entry, Found, Table};
use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::hash::avoid_minus_one;
use crate::heap::{Traverse, Visitor};
use crate::objects::Str;
use crate::protocol::{exact_str, quick_equal};
use crate::value::{Py, Value};

/// dict() -> new empty dictionary
/// dict(mapping) -> new dictionary initialized from a mapping object's
///     (key, value) pairs
/// dict(iterable) -> new dictionary initialized as if via:
///     d = {}
///     for k, v in iterable:
///         d[k] = v
/// dict(**kwargs) -> new dictionary initialized with the name=value pairs
///     in the keyword argument list.  For example:  dict(one=1, two=2)
#[pyclass(
    name = "dict",
    subclassable,
    mapping,
    match_self,
    unhashable,
    traverse,
    text_signature = None
)]
#[derive(Default)]
pub struct Dict {
    table: RefCell<Table>,
    /// Names the present set of keys and their places for inline caches; 0 if nobody asked since the last change.
    keys_version: Cell<u32>,
}

/// `hash(key)` for a lookup.
///
/// # Errors
/// What `__hash__` raises; a `TypeError` is explained.
#[inline(always)]
pub fn hash_key(cx: &Ctx, key: &Value) -> PyResult<i64> {
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
        .map_err(|error| explain_unhashable(cx, key, error, "a dict key"))
}

/// Says what an unhashable value was to be used as.
#[cold]
pub(crate) fn explain_unhashable(cx: &Ctx, key: &Value, error: PyErr, role: &str) -> PyErr {
    if !error
        .exception()
        .header()
        .class()
        .is(&cx.types().type_error)
    {
        return error;
    }
    let name = cx.type_name(key);
    match cx.str(error.value()) {
        Ok(reason) => cx.type_error(format!(
            "cannot use '{name}' as {role} ({})",
            reason.to_string_lossy()
        )),
        Err(error) => error,
    }
}

impl Dict {
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.table.borrow().len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A number that changes with the set of keys or their order.
    pub fn generation(&self) -> u64 {
        self.table.borrow().generation
    }

    fn keys_changed(&self) {
        self.keys_version.set(0);
    }

    /// Names the present keys and places for an inline cache. Versions are unique in the isolate; 0 when exhausted.
    pub fn keys_version(&self, cx: &Ctx) -> u32 {
        if self.keys_version.get() == 0 {
            self.keys_version.set(cx.isolate().next_keys_version());
        }
        self.keys_version.get()
    }

    /// The version if it was asked for since the last change of keys, else 0.
    #[inline(always)]
    pub fn known_keys_version(&self) -> u32 {
        self.keys_version.get()
    }

    /// The entry after `position` (start with 0), and where to go on. Survives changes of the dict between calls.
    #[inline]
    pub fn next_entry(&self, position: usize) -> Option<(usize, i64, Value, Value)> {
        let table = self.table.borrow();
        let mut position = position.max(table.start());
        while let Some(entry) = table.entries().get(position) {
            position += 1;
            if let (Some(key), Some(value)) = (&entry.key, &entry.value) {
                return Some((position, entry.hash, key.clone(), value.clone()));
            }
        }
        None
    }

    /// How many places for entries are taken, by live or deleted ones.
    pub fn entry_count(&self) -> usize {
        self.table.borrow().entries().len()
    }

    /// The last entry before `position` (start with `usize::MAX`), and where to go on.
    pub fn previous_entry(&self, position: usize) -> Option<(usize, Value, Value)> {
        let table = self.table.borrow();
        let mut position = position.min(table.entries().len());
        while position > 0 {
            position -= 1;
            let entry = &table.entries()[position];
            if let (Some(key), Some(value)) = (&entry.key, &entry.value) {
                return Some((position, key.clone(), value.clone()));
            }
        }
        None
    }

    /// The value at an entry's position, for inline caches that checked the keys' version.
    #[inline(always)]
    pub fn value_at(&self, position: usize) -> Option<Value> {
        self.table.borrow().entries().get(position)?.value.clone()
    }

    /// The value at an entry's position if its key is this very string, for inline caches.
    #[inline(always)]
    pub fn value_at_if(&self, position: usize, key: &Py<Str>) -> Option<Value> {
        let table = self.table.borrow();
        let entry = table.entries().get(position)?;
        entry.value.clone().filter(|_| {
            entry
                .key
                .as_ref()
                .is_some_and(|known| known.is(key.as_value()))
        })
    }

    pub fn items(&self) -> Vec<(Value, Value)> {
        let table = self.table.borrow();
        table
            .entries()
            .iter()
            .filter_map(|e| Some((e.key.clone()?, e.value.clone()?)))
            .collect()
    }

    pub fn keys(&self) -> Vec<Value> {
        self.table
            .borrow()
            .entries()
            .iter()
            .filter_map(|entry| entry.key.clone())
            .collect()
    }

    pub fn values(&self) -> Vec<Value> {
        self.table
            .borrow()
            .entries()
            .iter()
            .filter_map(|entry| entry.value.clone())
            .collect()
    }

    pub fn clear(&self) {
        let entries = self.table.borrow_mut().take();
        self.keys_changed();
        drop(entries);
    }

    pub fn reserve(&self, additional: usize) {
        self.table.borrow_mut().reserve(additional);
        self.keys_changed();
    }

    /// Takes over clones of all entries of `other`; only for an empty dict.
    pub(crate) fn copy_entries_of(&self, other: &Self) {
        let copy = other.table.borrow().duplicate();
        let mut table = self.table.borrow_mut();
        debug_assert!(table.len() == 0);
        let (generation, layout) = (table.generation + 1, table.layout + 1);
        *table = copy;
        (table.generation, table.layout) = (generation, layout);
        drop(table);
        self.keys_changed();
    }

    /// A dict with the same entries.
    pub fn duplicate(&self) -> Self {
        Self {
            table: RefCell::new(self.table.borrow().duplicate()),
            keys_version: Cell::new(0),
        }
    }

    /// The position of an exact `str` key.
    #[inline]
    pub fn position_str(&self, key: &Py<Str>) -> Option<usize> {
        let hash = hash_of(key);
        let table = self.table.borrow();
        let mut probe = table.probe(hash);
        while let Some(position) = table.next_candidate(&mut probe, hash) {
            let known = table.entries()[position].key.as_ref()?;
            if known.is(key.as_value()) || exact_str(known).is_some_and(|known| known.equals(key)) {
                return Some(position);
            }
        }
        None
    }

    #[inline]
    pub fn get_str(&self, key: &Py<Str>) -> Option<Value> {
        self.value_at(self.position_str(key)?)
    }

    pub fn contains_str(&self, key: &Py<Str>) -> bool {
        self.position_str(key).is_some()
    }

    /// Stores under an exact `str` key.
    pub fn set_str(&self, key: &Py<Str>, value: Value) {
        match self.position_str(key) {
            Some(position) => drop(self.replace_at(position, value)),
            None => {
                self.table
                    .borrow_mut()
                    .insert_new(hash_of(key), key.to_value(), value);
                self.keys_changed();
            }
        }
    }

    pub fn remove_str(&self, key: &Py<Str>) -> Option<Value> {
        let position = self.position_str(key)?;
        self.remove_at(position).map(|(_, value)| value)
    }

    /// Stores at an entry's position; returns the old value.
    #[inline]
    pub fn replace_at(&self, position: usize, value: Value) -> Option<Value> {
        self.table
            .borrow_mut()
            .entry_mut(position)?
            .value
            .replace(value)
    }

    /// Takes the last entry out.
    pub fn pop_last(&self) -> Option<(Value, Value)> {
        let removed = self.table.borrow_mut().pop();
        self.keys_changed();
        removed
    }

    /// Takes the first entry out.
    pub fn pop_first(&self) -> Option<(Value, Value)> {
        let removed = {
            let mut table = self.table.borrow_mut();
            let first = table.first()?;
            table.remove(first)
        };
        self.keys_changed();
        removed
    }

    /// Moves an entry behind all others.
    pub fn move_to_back(&self, position: usize) {
        self.move_entry(position, |table, hash, key, value| {
            table.insert_new(hash, key, value);
        });
    }

    /// Moves an entry in front of all others.
    pub fn move_to_front(&self, position: usize) {
        self.move_entry(position, Table::insert_front);
    }

    fn move_entry(&self, position: usize, insert: impl FnOnce(&mut Table, i64, Value, Value)) {
        let mut table = self.table.borrow_mut();
        let hash = table.entries().get(position).map_or(0, |entry| entry.hash);
        if let Some((key, value)) = table.remove(position) {
            insert(&mut table, hash, key, value);
        }
        drop(table);
        self.keys_changed();
    }

    /// The number of places of the hash index, which is what a dict's size in memory depends on.
    pub(super) fn places(&self) -> usize {
        self.table.borrow().places()
    }

    /// Takes an entry out.
    pub fn remove_at(&self, position: usize) -> Option<(Value, Value)> {
        let removed = self.table.borrow_mut().remove(position);
        self.keys_changed();
        removed
    }

    /// The position of any key with its hash at hand.
    ///
    /// # Errors
    /// Whatever `__eq__` of a key raises.
    #[inline]
    pub fn position(&self, cx: &Ctx, key: &Value, hash: i64) -> PyResult<Option<usize>> {
        let found = self.table.borrow().find(key, hash);
        match found {
            Found::At(position) => Ok(Some(position)),
            Found::Absent => Ok(None),
            Found::Unknown => self.position_by_asking(cx, key, hash),
        }
    }

    #[inline(never)]
    fn position_by_asking(&self, cx: &Ctx, key: &Value, hash: i64) -> PyResult<Option<usize>> {
        'restart: loop {
            let layout = self.table.borrow().layout;
            let mut probe = self.table.borrow().probe(hash);
            loop {
                let (position, known) = {
                    let table = self.table.borrow();
                    let Some(position) = table.next_candidate(&mut probe, hash) else {
                        return Ok(None);
                    };
                    let Some(known) = table.entries()[position].key.as_ref() else {
                        continue;
                    };
                    match quick_equal(known, key) {
                        Some(true) => return Ok(Some(position)),
                        Some(false) => continue,
                        None => (position, known.clone()),
                    }
                };
                let equal = cx.is_equal(&known, key)?;
                // As in CPython, other keys may come and go meanwhile.
                if !self.table.borrow().still_has(layout, position, &known) {
                    continue 'restart;
                }
                if equal {
                    return Ok(Some(position));
                }
            }
        }
    }

    /// # Errors
    /// Whatever `__hash__` and `__eq__` of keys raise.
    #[inline]
    pub fn get(&self, cx: &Ctx, key: &Value) -> PyResult<Option<Value>> {
        let hash = hash_key(cx, key)?;
        self.get_hashed(cx, key, hash)
    }

    /// # Errors
    /// Whatever `__eq__` of keys raises.
    #[inline]
    pub fn get_hashed(&self, cx: &Ctx, key: &Value, hash: i64) -> PyResult<Option<Value>> {
        let table = self.table.borrow();
        match table.find(key, hash) {
            Found::At(position) => Ok(table.entries()[position].value.clone()),
            Found::Absent => Ok(None),
            Found::Unknown => {
                drop(table);
                let position = self.position_by_asking(cx, key, hash)?;
                Ok(position.and_then(|position| self.value_at(position)))
            }
        }
    }

    /// # Errors
    /// Whatever `__hash__` and `__eq__` of keys raise.
    #[inline]
    pub fn set(&self, cx: &Ctx, key: &Value, value: Value) -> PyResult<()> {
        let hash = hash_key(cx, key)?;
        self.set_hashed(cx, key, hash, value)
    }

    /// # Errors
    /// Whatever `__eq__` of keys raises.
    #[inline]
    pub fn set_hashed(&self, cx: &Ctx, key: &Value, hash: i64, value: Value) -> PyResult<()> {
        match self.position(cx, key, hash)? {
            Some(position) => drop(self.replace_at(position, value)),
            None => {
                self.table.borrow_mut().insert_new(hash, key.clone(), value);
                self.keys_changed();
            }
        }
        Ok(())
    }

    /// Returns the value under `key`, storing `default` first if there is none; and whether it was there.
    ///
    /// # Errors
    /// Whatever `__hash__` and `__eq__` of keys raise.
    pub fn get_or_insert(&self, cx: &Ctx, key: &Value, default: Value) -> PyResult<(Value, bool)> {
        let hash = hash_key(cx, key)?;
        if let Some(position) = self.position(cx, key, hash)?
            && let Some(value) = self.value_at(position)
        {
            return Ok((value, true));
        }
        self.table
            .borrow_mut()
            .insert_new(hash, key.clone(), default.clone());
        self.keys_changed();
        Ok((default, false))
    }

    /// Removes `key` and returns its value.
    ///
    /// # Errors
    /// Whatever `__hash__` and `__eq__` of keys raise.
    pub fn pop(&self, cx: &Ctx, key: &Value) -> PyResult<Option<Value>> {
        let hash = hash_key(cx, key)?;
        let Some(position) = self.position(cx, key, hash)? else {
            return Ok(None);
        };
        Ok(self.remove_at(position).map(|(_, value)| value))
    }

    /// # Errors
    /// Whatever `__hash__` and `__eq__` of keys raise.
    pub fn contains(&self, cx: &Ctx, key: &Value) -> PyResult<bool> {
        let hash = hash_key(cx, key)?;
        Ok(self.position(cx, key, hash)?.is_some())
    }
}

/// The hash of a string key; interned strings have theirs cached.
#[inline(always)]
fn hash_of(key: &Py<Str>) -> i64 {
    match key.cached_hash() {
        0 => Ctx::with_current(|cx| cx.hash_str(key)),
        hash => hash,
    }
}

impl Traverse for Dict {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        if let Ok(table) = self.table.try_borrow() {
            for Entry { key, value, .. } in table.entries() {
                key.iter().chain(value).for_each(&mut *visit);
            }
        }
    }

    fn clear(&self) {
        Self::clear(self);
    }
}

impl Ctx {
    pub fn new_dict(&self) -> Py<Dict> {
        self.new_dict_from(Dict::default())
    }

    pub fn new_dict_from(&self, dict: Dict) -> Py<Dict> {
        self.heap().allocate(&self.types().dict, dict)
    }
}
