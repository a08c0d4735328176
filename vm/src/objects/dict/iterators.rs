//! The iterators over a dict's keys, values and items, forwards and backwards.
//!
//! An iterator remembers the dict's length from its start: another length later is an error, as is meeting more keys
//! than there were. Invariant: an exhausted iterator lets go of its dict.

use std::cell::{Cell, RefCell};

use taipan_macros::{pyclass, pymethods};

use super::Dict;
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::heap::{Traverse, Visitor};
use crate::value::{Py, Value};

/// Where an iterator stands.
struct Cursor {
    dict: RefCell<Option<Py<Dict>>>,
    length: Cell<usize>,
    position: Cell<usize>,
    left: Cell<usize>,
}

/// What the length becomes after an error: no dict has it, so the error stays.
const BROKEN: usize = usize::MAX;

impl Cursor {
    fn new(dict: &Py<Dict>, position: usize) -> Self {
        Self {
            dict: RefCell::new(Some(dict.clone())),
            length: Cell::new(dict.len()),
            position: Cell::new(position),
            left: Cell::new(dict.len()),
        }
    }

    /// The dict, if its length is still what it was.
    #[inline]
    fn dict(&self, cx: &Ctx) -> PyResult<Option<Py<Dict>>> {
        let Some(dict) = self.dict.borrow().clone() else {
            return Ok(None);
        };
        if dict.len() != self.length.get() {
            self.length.set(BROKEN);
            return Err(cx.runtime_error("dictionary changed size during iteration"));
        }
        Ok(Some(dict))
    }

    #[inline]
    fn next(&self, cx: &Ctx) -> PyResult<Option<(Value, Value)>> {
        let Some(dict) = self.dict(cx)? else {
            return Ok(None);
        };
        let Some((position, _, key, value)) = dict.next_entry(self.position.get()) else {
            drop(self.dict.take());
            return Ok(None);
        };
        if self.left.get() == 0 {
            drop(self.dict.take());
            return Err(cx.runtime_error("dictionary keys changed during iteration"));
        }
        self.position.set(position);
        self.left.set(self.left.get() - 1);
        Ok(Some((key, value)))
    }

    fn previous(&self, cx: &Ctx) -> PyResult<Option<(Value, Value)>> {
        let Some(dict) = self.dict(cx)? else {
            return Ok(None);
        };
        // A dict that was emptied meanwhile has fewer places than this one counts.
        let before = self.position.get();
        let entry = (before <= dict.entry_count()).then(|| dict.previous_entry(before));
        let Some((position, key, value)) = entry.flatten() else {
            drop(self.dict.take());
            return Ok(None);
        };
        if self.left.get() == 0 {
            drop(self.dict.take());
            return Err(cx.runtime_error("dictionary keys changed during iteration"));
        }
        self.position.set(position);
        self.left.set(self.left.get() - 1);
        Ok(Some((key, value)))
    }

    fn hint(&self) -> usize {
        match &*self.dict.borrow() {
            Some(dict) if dict.len() == self.length.get() => self.left.get(),
            _ => 0,
        }
    }

    /// What is left, in a list.
    fn rest(
        &self,
        cx: &Ctx,
        advance: impl Fn(&Self) -> PyResult<Option<Value>>,
    ) -> PyResult<Value> {
        let ahead = Self {
            dict: RefCell::new(self.dict.borrow().clone()),
            length: self.length.clone(),
            position: self.position.clone(),
            left: self.left.clone(),
        };
        let mut items = Vec::new();
        while let Some(item) = advance(&ahead)? {
            items.push(item);
        }
        let list = cx.new_list(items).into_value();
        let args = cx.new_tuple(vec![list]).into_value();
        Ok(cx.new_tuple(vec![cx.builtin("iter")?, args]).into_value())
    }
}

/// Where an iterator over all of a dict starts.
fn front(_: &Dict) -> usize {
    0
}

/// Where a reverse iterator starts.
fn back(dict: &Dict) -> usize {
    dict.entry_count()
}

macro_rules! iterators {
    ($($type:ident: $name:literal, $field:ident, $start:expr, $step:ident,
        |$cx:ident, $key:ident, $value:ident| $item:expr;)*) => {
        $(
            #[pyclass(name = $name, no_new, traverse)]
            pub struct $type {
                cursor: Cursor,
            }

            impl $type {
                pub fn make(cx: &Ctx, dict: &Py<Dict>) -> Py<Self> {
                    let payload = Self { cursor: Cursor::new(dict, $start(dict)) };
                    cx.heap().allocate(&cx.types().$field, payload)
                }

                /// The next item; `None` at the end.
                ///
                /// # Errors
                /// `RuntimeError` if keys came or went meanwhile.
                #[inline]
                pub fn advance(&self, cx: &Ctx) -> PyResult<Option<Value>> {
                    Self::step(cx, &self.cursor)
                }

                #[inline]
                fn step($cx: &Ctx, cursor: &Cursor) -> PyResult<Option<Value>> {
                    Ok(cursor.$step($cx)?.map(|($key, $value)| $item))
                }
            }

            #[pymethods]
            impl $type {
                fn __iter__(this: &Value) -> Value {
                    this.clone()
                }

                fn __next__(&self, cx: &Ctx) -> PyResult<Option<Value>> {
                    self.advance(cx)
                }

                /// Private method returning an estimate of len(list(it)).
                fn __length_hint__(&self) -> usize {
                    self.cursor.hint()
                }

                /// Return state information for pickling.
                fn __reduce__(&self, cx: &Ctx) -> PyResult<Value> {
                    self.cursor.rest(cx, |cursor| Self::step(cx, cursor))
                }
            }

            impl Traverse for $type {
                fn traverse(&self, visit: &mut Visitor<'_>) {
                    self.cursor.dict.borrow().iter().for_each(|dict| visit(dict.as_value()));
                }

                fn clear(&self) {
                    drop(self.cursor.dict.take());
                }
            }
        )*
    };
}

iterators! {
    DictKeyIterator: "dict_keyiterator", dict_keyiterator, front, next, |cx, key, value| {
        let _ = value;
        key
    };
    DictValueIterator: "dict_valueiterator", dict_valueiterator, front, next, |cx, key, value| {
        let _ = key;
        value
    };
    DictItemIterator: "dict_itemiterator", dict_itemiterator, front, next, |cx, key, value| {
        cx.new_tuple(vec![key, value]).into_value()
    };
    DictReverseKeyIterator: "dict_reversekeyiterator", dict_reversekeyiterator, back, previous,
        |cx, key, value| {
            let _ = value;
            key
        };
    DictReverseValueIterator: "dict_reversevalueiterator", dict_reversevalueiterator, back, previous,
        |cx, key, value| {
            let _ = key;
            value
        };
    DictReverseItemIterator: "dict_reverseitemiterator", dict_reverseitemiterator, back, previous,
        |cx, key, value| cx.new_tuple(vec![key, value]).into_value();
}
