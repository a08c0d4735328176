//! Union, intersection, difference: operations of a set with any iterable.
//!
//! The order in which keys are looked at and added is CPython's, since the order of iteration follows from it.

use super::data::{SetData, hash_element};
use super::value::any_set;
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::objects::Dict;
use crate::value::{Py, Value};

/// What stands on the other side of an operation.
enum Other<'a> {
    Set(&'a SetData),
    Dict(&'a Py<Dict>),
    Iterable,
}

fn classify<'a>(cx: &Ctx, value: &'a Value) -> Other<'a> {
    if let Some(set) = any_set(value) {
        Other::Set(set)
    } else if let Some(dict) = cx.as_exact_dict(value) {
        Other::Dict(dict)
    } else {
        Other::Iterable
    }
}

impl SetData {
    /// Calls `f` with each key and its hash, until it says `false`. Returns whether it never did.
    pub fn each(&self, mut f: impl FnMut(&Value, i64) -> PyResult<bool>) -> PyResult<bool> {
        let mut place = 0;
        while let Some((next, hash, key)) = self.next_key(place) {
            place = next;
            if !f(&key, hash)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Adds all keys of a set, dict or other iterable.
    ///
    /// # Errors
    /// `TypeError` if it is not iterable or a key not hashable, or what Python code raises.
    pub fn update(&self, cx: &Ctx, other: &Value) -> PyResult<()> {
        match classify(cx, other) {
            Other::Set(set) => self.merge(cx, set),
            Other::Dict(dict) => {
                self.reserve(dict.len());
                let mut position = 0;
                while let Some((next, hash, key, _)) = dict.next_entry(position) {
                    position = next;
                    self.add_hashed(cx, &key, hash)?;
                }
                Ok(())
            }
            Other::Iterable => {
                let mut iteration = cx.iterate(other)?;
                while let Some(key) = iteration.next(cx)? {
                    self.add(cx, &key)?;
                }
                Ok(())
            }
        }
    }

    /// The keys of an iterable.
    ///
    /// # Errors
    /// As for [`SetData::update`].
    pub fn from_iterable(cx: &Ctx, iterable: &Value) -> PyResult<Self> {
        let data = Self::default();
        data.update(cx, iterable)?;
        Ok(data)
    }

    /// The keys that are also in `other`.
    ///
    /// # Errors
    /// As for [`SetData::update`].
    pub fn intersection(&self, cx: &Ctx, other: &Value) -> PyResult<Self> {
        let result = Self::default();
        match any_set(other) {
            Some(set) if std::ptr::eq(set, self) => return Ok(self.duplicate()),
            Some(set) => {
                let (large, small) = if set.len() > self.len() {
                    (set, self)
                } else {
                    (self, set)
                };
                small.each(|key, hash| {
                    if large.contains_hashed(cx, key, hash)? {
                        result.add_hashed(cx, key, hash)?;
                    }
                    Ok(true)
                })?;
            }
            None => {
                let mut iteration = cx.iterate(other)?;
                while let Some(key) = iteration.next(cx)? {
                    let hash = cx.hash(&key)?;
                    if self.contains_hashed(cx, &key, hash)? {
                        result.add_hashed(cx, &key, hash)?;
                    }
                }
            }
        }
        Ok(result)
    }

    /// The keys that are in none of `others`.
    ///
    /// # Errors
    /// As for [`SetData::update`].
    pub fn difference(&self, cx: &Ctx, other: &Value) -> PyResult<Self> {
        let copy_first = |size: usize| self.len() >> 2 > size;
        match classify(cx, other) {
            Other::Set(set) if !copy_first(set.len()) => {
                self.without(cx, |key, hash| set.contains_hashed(cx, key, hash))
            }
            Other::Dict(dict) if !copy_first(dict.len()) => {
                self.without(cx, |key, hash| Ok(dict.position(cx, key, hash)?.is_some()))
            }
            _ => {
                let result = self.duplicate();
                result.subtract(cx, other)?;
                Ok(result)
            }
        }
    }

    fn without(
        &self,
        cx: &Ctx,
        unwanted: impl Fn(&Value, i64) -> PyResult<bool>,
    ) -> PyResult<Self> {
        let result = Self::default();
        self.each(|key, hash| {
            if !unwanted(key, hash)? {
                result.add_hashed(cx, key, hash)?;
            }
            Ok(true)
        })?;
        Ok(result)
    }

    /// Removes the keys that are in `other`.
    ///
    /// # Errors
    /// As for [`SetData::update`].
    pub fn subtract(&self, cx: &Ctx, other: &Value) -> PyResult<()> {
        match any_set(other) {
            Some(set) if std::ptr::eq(set, self) => {
                self.clear();
                return Ok(());
            }
            Some(set) => {
                // Of a much larger set only the common keys matter.
                let common;
                let set = if set.len() >> 3 > self.len() {
                    common = self.intersection(cx, other)?;
                    &common
                } else {
                    set
                };
                set.each(|key, hash| {
                    self.discard_hashed(cx, key, hash)?;
                    Ok(true)
                })?;
            }
            None => {
                let mut iteration = cx.iterate(other)?;
                while let Some(key) = iteration.next(cx)? {
                    self.discard(cx, &key)?;
                }
            }
        }
        self.tidy();
        Ok(())
    }

    /// Keeps the keys that are here or in `other`, but not in both.
    ///
    /// # Errors
    /// As for [`SetData::update`].
    pub fn toggle(&self, cx: &Ctx, other: &Value) -> PyResult<()> {
        let toggle = |key: &Value, hash: i64| {
            if !self.discard_hashed(cx, key, hash)? {
                self.add_hashed(cx, key, hash)?;
            }
            Ok(true)
        };
        match classify(cx, other) {
            Other::Set(set) if std::ptr::eq(set, self) => self.clear(),
            Other::Set(set) => {
                set.each(toggle)?;
            }
            Other::Dict(dict) => {
                let mut position = 0;
                while let Some((next, hash, key, _)) = dict.next_entry(position) {
                    position = next;
                    toggle(&key, hash)?;
                }
            }
            Other::Iterable => {
                Self::from_iterable(cx, other)?.each(toggle)?;
            }
        }
        Ok(())
    }

    /// The keys that are here or in `other`, but not in both.
    ///
    /// # Errors
    /// As for [`SetData::update`].
    pub fn symmetric_difference(&self, cx: &Ctx, other: &Value) -> PyResult<Self> {
        let result = Self::from_iterable(cx, other)?;
        self.each(|key, hash| {
            if !result.discard_hashed(cx, key, hash)? {
                result.add_hashed(cx, key, hash)?;
            }
            Ok(true)
        })?;
        Ok(result)
    }

    /// Whether no key is in `other`.
    ///
    /// # Errors
    /// As for [`SetData::update`].
    pub fn is_disjoint(&self, cx: &Ctx, other: &Value) -> PyResult<bool> {
        match any_set(other) {
            Some(set) if std::ptr::eq(set, self) => Ok(self.is_empty()),
            Some(set) => {
                let (large, small) = if set.len() > self.len() {
                    (set, self)
                } else {
                    (self, set)
                };
                small.each(|key, hash| Ok(!large.contains_hashed(cx, key, hash)?))
            }
            None => {
                let mut iteration = cx.iterate(other)?;
                while let Some(key) = iteration.next(cx)? {
                    let hash = hash_element(cx, &key)?;
                    if self.contains_hashed(cx, &key, hash)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
        }
    }

    /// Whether all keys are in another set.
    ///
    /// # Errors
    /// Whatever `__eq__` of keys raises.
    pub fn is_within(&self, cx: &Ctx, other: &Self) -> PyResult<bool> {
        if self.len() > other.len() {
            return Ok(false);
        }
        self.each(|key, hash| other.contains_hashed(cx, key, hash))
    }

    /// Whether all keys are in `other`.
    ///
    /// # Errors
    /// As for [`SetData::update`].
    pub fn is_subset(&self, cx: &Ctx, other: &Value) -> PyResult<bool> {
        match any_set(other) {
            Some(set) => self.is_within(cx, set),
            None => Ok(self.intersection(cx, other)?.len() == self.len()),
        }
    }

    /// Whether all of `other` is here.
    ///
    /// # Errors
    /// As for [`SetData::update`].
    pub fn is_superset(&self, cx: &Ctx, other: &Value) -> PyResult<bool> {
        if let Some(set) = any_set(other) {
            return set.is_within(cx, self);
        }
        let mut iteration = cx.iterate(other)?;
        while let Some(key) = iteration.next(cx)? {
            if !self.contains(cx, &key)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether both have the same keys.
    ///
    /// # Errors
    /// Whatever `__eq__` of keys raises.
    pub fn same_keys(&self, cx: &Ctx, other: &Self) -> PyResult<bool> {
        Ok(self.len() == other.len() && self.is_within(cx, other)?)
    }
}
