//! Tuples, lists, dicts and sets.
//!
//! Items go in batches: an unpickler keeps no more than a batch on its stack.

use taipan_vm::error::PyResult;
use taipan_vm::objects::{Dict, FrozenSet, List, Set, Tuple};
use taipan_vm::value::{Py, Value};

use super::opcodes::{
    ADDITEMS, APPEND, APPENDS, DICT, EMPTY_DICT, EMPTY_LIST, EMPTY_SET, EMPTY_TUPLE, FROZENSET,
    LIST, MARK, POP, POP_MARK, SETITEM, SETITEMS, TUPLE, TUPLE1, TUPLE2, TUPLE3,
};
use super::save::{Saver, pair};

/// How many items a batch has.
const BATCH: usize = 1000;
/// The depth from which fast mode looks for circles.
const FAST_NESTING: usize = 50;

impl Saver<'_> {
    /// In fast mode, nothing but this finds out that a container contains itself.
    fn fast_enter(&mut self, object: &Value) -> PyResult<()> {
        if !self.is_fast {
            return Ok(());
        }
        self.fast_nesting += 1;
        if self.fast_nesting < FAST_NESTING {
            return Ok(());
        }
        if self.fast_running.insert(object.identity(), ()).is_some() {
            let name = self.cx.type_name(object);
            return Err(self.cx.value_error(format!(
                "fast mode: can't pickle cyclic objects including object type {name} at {:#x}",
                object.identity()
            )));
        }
        Ok(())
    }

    fn fast_leave(&mut self, object: &Value) {
        if self.is_fast {
            if self.fast_nesting >= FAST_NESTING {
                self.fast_running.remove(&object.identity());
            }
            self.fast_nesting -= 1;
        }
    }

    pub(super) fn save_tuple(&mut self, tuple: &Py<Tuple>) -> PyResult<()> {
        let items = tuple.as_slice();
        let object = tuple.as_value();
        if items.is_empty() {
            if self.is_binary() {
                self.out.op(EMPTY_TUPLE);
            } else {
                self.out.put(&[MARK, TUPLE]);
            }
            return Ok(());
        }
        let short = match items.len() {
            1 => Some(TUPLE1),
            2 => Some(TUPLE2),
            3 => Some(TUPLE3),
            _ => None,
        };
        let short = short.filter(|_| self.protocol >= 2);
        if short.is_none() {
            self.out.op(MARK);
        }
        for (index, item) in items.iter().enumerate() {
            self.save_item(item, object, index)?;
        }
        match (self.is_saved_meanwhile(object), short) {
            (None, Some(op)) => self.out.op(op),
            (None, None) => self.out.op(TUPLE),
            (Some(number), short) => {
                // A part of it contains it: it was made while that was saved.
                if short.is_none() && self.is_binary() {
                    self.out.op(POP_MARK);
                } else {
                    let marks = usize::from(short.is_none());
                    (0..items.len() + marks).for_each(|_| self.out.op(POP));
                }
                self.get_memoized(number);
                return Ok(());
            }
        }
        self.memoize(object);
        Ok(())
    }

    fn save_item(&mut self, item: &Value, object: &Value, index: usize) -> PyResult<()> {
        self.save(item)
            .map_err(|error| self.noted(error, object, &format!("item {index}")))
    }

    pub(super) fn save_list(&mut self, list: &Py<List>) -> PyResult<()> {
        let object = list.as_value();
        self.fast_enter(object)?;
        if self.is_binary() {
            self.out.op(EMPTY_LIST);
        } else {
            self.out.put(&[MARK, LIST]);
        }
        self.memoize(object);
        if list.length() > 0 {
            if self.is_binary() {
                self.append_exact(list)?;
            } else {
                let iterator = self.cx.iter(object)?;
                self.append_all(&iterator, object)?;
            }
        }
        self.fast_leave(object);
        Ok(())
    }

    /// The items of a list, which may change meanwhile.
    fn append_exact(&mut self, list: &Py<List>) -> PyResult<()> {
        let object = list.as_value();
        if list.length() == 1 {
            if let Some(item) = list.get(0) {
                self.save_item(&item, object, 0)?;
            }
            self.out.op(APPEND);
            return Ok(());
        }
        let mut index = 0;
        loop {
            self.out.op(MARK);
            let end = index + BATCH;
            while index < end
                && let Some(item) = list.get(index)
            {
                self.save_item(&item, object, index)?;
                index += 1;
            }
            self.out.op(APPENDS);
            if index >= list.length() {
                return Ok(());
            }
        }
    }

    /// The items of an iterator, for `object`.
    ///
    /// # Errors
    /// What saving raises.
    pub(super) fn append_all(&mut self, iterator: &Value, object: &Value) -> PyResult<()> {
        let cx = self.cx;
        let mut index = 0;
        if !self.is_binary() {
            while let Some(item) = cx.next(iterator)? {
                self.save_item(&item, object, index)?;
                self.out.op(APPEND);
                index += 1;
            }
            return Ok(());
        }
        while let Some(first) = cx.next(iterator)? {
            let Some(second) = cx.next(iterator)? else {
                self.save_item(&first, object, index)?;
                self.out.op(APPEND);
                return Ok(());
            };
            let end = index + BATCH;
            self.out.op(MARK);
            self.save_item(&first, object, index)?;
            index += 1;
            let mut next = Some(second);
            while let Some(item) = next {
                self.save_item(&item, object, index)?;
                index += 1;
                if index == end {
                    break;
                }
                next = cx.next(iterator)?;
            }
            self.out.op(APPENDS);
            if index < end {
                break;
            }
        }
        Ok(())
    }

    pub(super) fn save_dict(&mut self, dict: &Py<Dict>) -> PyResult<()> {
        let object = dict.as_value();
        self.fast_enter(object)?;
        if self.is_binary() {
            self.out.op(EMPTY_DICT);
        } else {
            self.out.put(&[MARK, DICT]);
        }
        self.memoize(object);
        if !dict.is_empty() {
            if self.is_binary() {
                self.set_exact(dict)?;
            } else {
                let items = self.cx.call_method(object, &self.cx.names().items, &[])?;
                let iterator = self.cx.iter(&items)?;
                self.set_all(&iterator, object)?;
            }
        }
        self.fast_leave(object);
        Ok(())
    }

    fn save_entry(&mut self, key: &Value, value: &Value, object: &Value) -> PyResult<()> {
        self.save(key)?;
        self.save(value).map_err(|error| match self.cx.repr(key) {
            Ok(shown) => {
                let part = format!("item {}", shown.to_string_lossy());
                self.noted(error, object, &part)
            }
            Err(other) => other,
        })
    }

    fn set_exact(&mut self, dict: &Py<Dict>) -> PyResult<()> {
        let object = dict.as_value();
        let size = dict.len();
        let mut position = 0;
        if size == 1 {
            if let Some((_, _, key, value)) = dict.next_entry(0) {
                self.save_entry(&key, &value, object)?;
            }
            self.out.op(SETITEM);
            return Ok(());
        }
        loop {
            let mut count = 0;
            self.out.op(MARK);
            while count < BATCH
                && let Some((next, _, key, value)) = dict.next_entry(position)
            {
                position = next;
                self.save_entry(&key, &value, object)?;
                count += 1;
            }
            self.out.op(SETITEMS);
            if dict.len() != size {
                return Err(self
                    .cx
                    .runtime_error("dictionary changed size during iteration"));
            }
            if count < BATCH {
                return Ok(());
            }
        }
    }

    /// The pairs of an iterator, for `object`.
    ///
    /// # Errors
    /// `TypeError` if they are no pairs; what saving raises.
    pub(super) fn set_all(&mut self, iterator: &Value, object: &Value) -> PyResult<()> {
        let cx = self.cx;
        if !self.is_binary() {
            while let Some(item) = cx.next(iterator)? {
                let [key, value] = pair(cx, &item)?;
                self.save_entry(key, value, object)?;
                self.out.op(SETITEM);
            }
            return Ok(());
        }
        while let Some(first) = cx.next(iterator)? {
            let [key, value] = pair(cx, &first)?;
            let Some(second) = cx.next(iterator)? else {
                self.save_entry(key, value, object)?;
                self.out.op(SETITEM);
                return Ok(());
            };
            let mut count = 1;
            self.out.op(MARK);
            self.save_entry(key, value, object)?;
            let mut next = Some(second);
            while let Some(item) = next {
                let [key, value] = pair(cx, &item)?;
                self.save_entry(key, value, object)?;
                count += 1;
                if count == BATCH {
                    break;
                }
                next = cx.next(iterator)?;
            }
            self.out.op(SETITEMS);
            if count < BATCH {
                break;
            }
        }
        Ok(())
    }

    pub(super) fn save_set(&mut self, set: &Py<Set>) -> PyResult<()> {
        let cx = self.cx;
        let object = set.as_value();
        if self.protocol < 4 {
            let items = cx.list_from(object)?.into_value();
            let args = cx.new_tuple(vec![items]).into_value();
            return self.save_reduce(&[cx.types().set.to_value(), args], Some(object));
        }
        self.out.op(EMPTY_SET);
        self.memoize(object);
        let size = set.data.len();
        if size == 0 {
            return Ok(());
        }
        let mut place = 0;
        loop {
            let mut count = 0;
            self.out.op(MARK);
            while count < BATCH
                && let Some((next, _, item)) = set.data.next_key(place)
            {
                place = next;
                self.save_part(&item, object, "element")?;
                count += 1;
            }
            self.out.op(ADDITEMS);
            if set.data.len() != size {
                return Err(cx.runtime_error("set changed size during iteration"));
            }
            if count < BATCH {
                return Ok(());
            }
        }
    }

    pub(super) fn save_frozenset(&mut self, set: &Py<FrozenSet>) -> PyResult<()> {
        let cx = self.cx;
        let object = set.as_value();
        if self.protocol < 4 {
            let items = cx.list_from(object)?.into_value();
            let args = cx.new_tuple(vec![items]).into_value();
            return self.save_reduce(&[cx.types().frozenset.to_value(), args], Some(object));
        }
        self.fast_enter(object)?;
        self.out.op(MARK);
        let mut place = 0;
        while let Some((next, _, item)) = set.data.next_key(place) {
            place = next;
            self.save_part(&item, object, "element")?;
        }
        match self.is_saved_meanwhile(object) {
            Some(number) => {
                self.out.op(POP_MARK);
                self.get_memoized(number);
            }
            None => {
                self.out.op(FROZENSET);
                self.memoize(object);
            }
        }
        self.fast_leave(object);
        Ok(())
    }
}
