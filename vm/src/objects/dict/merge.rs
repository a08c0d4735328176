//! `dict.update` and what else copies many entries into a dict.
//!
//! CPython 3.14: `dict_merge`, `PyDict_MergeFromSeq2`, `dict_update_common` (`Objects/dictobject.c`).

use super::Dict;
use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::native::Args;
use crate::objects::Str;
use crate::value::{Py, Value};

/// What happens to keys that are there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    Replace,
    Keep,
    /// `KeyError` with the key.
    Refuse,
}

impl Py<Dict> {
    /// Takes in the entries of a mapping (anything with `keys()`).
    ///
    /// # Errors
    /// What the mapping raises; `KeyError` for [`Existing::Refuse`].
    pub fn merge(&self, cx: &Ctx, mapping: &Value, existing: Existing) -> PyResult<()> {
        if let Some(other) = mapping.downcast_ref::<Dict>()
            && cx.iterates_as_dict(mapping)
        {
            return self.merge_dict(cx, other, existing);
        }
        let keys = cx.call_method(mapping, &cx.names().keys, &[])?;
        let mut iteration = cx.iterate(&keys)?;
        while let Some(key) = iteration.next(cx)? {
            if existing != Existing::Replace && self.contains(cx, &key)? {
                match existing {
                    Existing::Refuse => return Err(cx.key_error(&key)),
                    _ => continue,
                }
            }
            let value = cx.get_item(mapping, &key)?;
            self.set(cx, &key, value)?;
        }
        Ok(())
    }

    fn merge_dict(&self, cx: &Ctx, other: &Py<Dict>, existing: Existing) -> PyResult<()> {
        if self.is(other) || other.is_empty() {
            return Ok(());
        }
        if self.is_empty() {
            self.copy_entries_of(other);
            return Ok(());
        }
        self.reserve(other.len());
        let length = other.len();
        let mut position = 0;
        while let Some((next, hash, key, value)) = other.next_entry(position) {
            position = next;
            if existing == Existing::Replace || self.position(cx, &key, hash)?.is_none() {
                self.set_hashed(cx, &key, hash, value)?;
            } else if existing == Existing::Refuse {
                return Err(cx.key_error(&key));
            }
            if other.len() != length {
                return Err(cx.runtime_error("dict mutated during update"));
            }
        }
        Ok(())
    }

    /// Takes in the pairs of an iterable.
    ///
    /// # Errors
    /// `TypeError` and `ValueError` for items that are no pairs, or what the iterator raises.
    pub fn merge_pairs(&self, cx: &Ctx, pairs: &Value, existing: Existing) -> PyResult<()> {
        let mut iteration = cx.iterate(pairs)?;
        let mut number = 0_usize;
        while let Some(item) = iteration.next(cx)? {
            let pair = match cx.collect(&item) {
                Ok(pair) => pair,
                Err(error) => return Err(no_pair(cx, &item, error, number)),
            };
            let [key, value] = &pair[..] else {
                return Err(cx.value_error(format!(
                    "dictionary update sequence element #{number} has length {}; 2 is required",
                    pair.len()
                )));
            };
            if existing == Existing::Replace || !self.contains(cx, key)? {
                self.set(cx, key, value.clone())?;
            }
            number += 1;
        }
        Ok(())
    }

    /// Takes in a mapping or an iterable of pairs, whichever the value is.
    ///
    /// # Errors
    /// As for [`Py::merge`] and [`Py::merge_pairs`].
    pub fn update_from(&self, cx: &Ctx, value: &Value) -> PyResult<()> {
        if cx.as_exact_dict(value).is_some() || cx.find_attr(value, &cx.names().keys)?.is_some() {
            self.merge(cx, value, Existing::Replace)
        } else {
            self.merge_pairs(cx, value, Existing::Replace)
        }
    }

    /// What `dict(...)` and `dict.update(...)` do with their arguments.
    ///
    /// # Errors
    /// `TypeError` for too many arguments, or as for [`Py::update_from`].
    pub fn update_with(&self, cx: &Ctx, function: &str, args: Args<'_>) -> PyResult<()> {
        match args.positional() {
            [] => {}
            [value] => self.update_from(cx, value)?,
            more => {
                let given = more.len();
                return Err(cx.type_error(format!(
                    "{function} expected at most 1 argument, got {given}"
                )));
            }
        }
        for (name, value) in args.keywords() {
            self.set(cx, name.as_value(), value.clone())?;
        }
        Ok(())
    }
}

#[cold]
fn no_pair(cx: &Ctx, item: &Value, error: PyErr, number: usize) -> PyErr {
    let slots = &cx.class_of(item).slots;
    if !cx.matches(&error, &cx.types().type_error) {
        return error;
    }
    let error = if slots.iter.get().is_some() || cx.is_sequence(item) {
        error
    } else {
        cx.type_error("object is not iterable")
    };
    let note = format!("Cannot convert dictionary update sequence element #{number} to a sequence");
    match cx.add_exception_note(&error, &note) {
        Ok(()) => error,
        Err(other) => other,
    }
}

impl Ctx {
    /// Whether a `dict` or an instance of a subclass walks through its keys as `dict` does, so that its table may be
    /// read directly.
    pub(crate) fn iterates_as_dict(&self, value: &Value) -> bool {
        let class = self.class_of(value);
        if class.is(&self.types().dict) {
            return true;
        }
        match (class.slots.iter.get(), self.types().dict.slots.iter.get()) {
            (Some(own), Some(native)) => std::ptr::fn_addr_eq(own, native),
            _ => false,
        }
    }

    /// `exception.add_note(text)`.
    ///
    /// # Errors
    /// What the exception's attributes raise.
    fn add_exception_note(&self, error: &PyErr, text: &str) -> PyResult<()> {
        let name: &Py<Str> = &self.names().__notes__;
        let note = self.new_str(text)?.into_value();
        let notes = self.new_list(vec![note]).into_value();
        self.set_attr(error.value(), name, Some(&notes))
    }
}
