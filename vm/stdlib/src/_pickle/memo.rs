//! The memos: which objects a pickler wrote, and what an unpickler may get back; and what Python sees of them.

use std::collections::HashMap;

use taipan_macros::{pyclass, pymethods};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::heap::{Traverse, Visitor};
use taipan_vm::objects::{Dict, Tuple};
use taipan_vm::value::{Py, Value};

use super::pickler::Pickler;
use super::unpickler::Unpickler;

/// The objects that a pickler wrote, by identity, each with its number. It keeps them alive, so identities stay true.
#[derive(Default, Clone)]
pub(super) struct Written(HashMap<u64, (usize, Value), foldhash::fast::RandomState>);

impl Written {
    #[inline]
    pub(super) fn get(&self, object: &Value) -> Option<usize> {
        self.0.get(&object.identity()).map(|(number, _)| *number)
    }

    /// Gives an object the next number.
    pub(super) fn add(&mut self, object: &Value) -> usize {
        let number = self.0.len();
        self.0.insert(object.identity(), (number, object.clone()));
        number
    }

    pub(super) fn visit(&self, visit: &mut Visitor<'_>) {
        self.0.values().for_each(|(_, object)| visit(object));
    }

    fn to_dict(&self, cx: &Ctx) -> PyResult<Py<Dict>> {
        let dict = cx.new_dict();
        let mut entries: Vec<_> = self.0.iter().collect();
        entries.sort_by_key(|(_, (number, _))| *number);
        for (identity, (number, object)) in entries {
            let entry = vec![cx.new_int(*number as i64), object.clone()];
            let key = cx.new_int(*identity as i64);
            dict.set(cx, &key, cx.new_tuple(entry).into_value())?;
        }
        Ok(dict)
    }

    /// The memo that a program assigned.
    ///
    /// # Errors
    /// `TypeError` if it is no memo.
    pub(super) fn from_value(cx: &Ctx, value: &Value) -> PyResult<Self> {
        if let Some(proxy) = value.downcast_ref::<PicklerMemoProxy>() {
            return proxy.pickler.memo_copy(cx);
        }
        let Some(dict) = value.downcast_ref::<Dict>() else {
            return Err(cx.type_error(format!(
                "'memo' attribute must be a PicklerMemoProxy object or dict, not {}",
                cx.type_name(value)
            )));
        };
        let mut memo = Self::default();
        for (_, entry) in dict.items() {
            let Some([number, object]) = entry.downcast_ref::<Tuple>().map(|pair| pair.as_slice())
            else {
                return Err(cx.type_error("'memo' values must be 2-item tuples"));
            };
            let number = cx.to_index_size(number)?;
            let number = usize::try_from(number).unwrap_or(0);
            memo.0.insert(object.identity(), (number, object.clone()));
        }
        Ok(memo)
    }
}

/// The objects that an unpickler can be told to push again, by number.
#[derive(Default, Clone)]
pub(super) struct Kept {
    dense: Vec<Option<Value>>,
    /// Numbers that are far too large for a table: only a hostile pickle has them.
    sparse: HashMap<usize, Value>,
    count: usize,
}

impl Kept {
    pub(super) fn get(&self, number: usize) -> Option<&Value> {
        match self.dense.get(number) {
            Some(kept) => kept.as_ref(),
            None => self.sparse.get(&number),
        }
    }

    pub(super) fn put(&mut self, number: usize, value: Value) {
        if number < self.dense.len() {
            let old = self.dense[number].replace(value);
            self.count += usize::from(old.is_none());
        } else if number <= self.dense.len() * 2 + 1024 {
            self.dense.resize(number, None);
            self.dense.push(Some(value));
            self.count += 1;
        } else if self.sparse.insert(number, value).is_none() {
            self.count += 1;
        }
    }

    /// How many objects there are.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    fn entries(&self) -> impl Iterator<Item = (usize, &Value)> {
        let dense = self.dense.iter().enumerate();
        let dense = dense.filter_map(|(number, value)| Some((number, value.as_ref()?)));
        dense.chain(self.sparse.iter().map(|(number, value)| (*number, value)))
    }

    pub(super) fn visit(&self, visit: &mut Visitor<'_>) {
        self.entries().for_each(|(_, value)| visit(value));
    }

    fn to_dict(&self, cx: &Ctx) -> PyResult<Py<Dict>> {
        let dict = cx.new_dict();
        for (number, value) in self.entries() {
            dict.set(cx, &cx.new_int(number as i64), value.clone())?;
        }
        Ok(dict)
    }

    /// The memo that a program assigned.
    ///
    /// # Errors
    /// `TypeError` or `ValueError` if it is no memo.
    pub(super) fn from_value(cx: &Ctx, value: &Value) -> PyResult<Self> {
        if let Some(proxy) = value.downcast_ref::<UnpicklerMemoProxy>() {
            return proxy.unpickler.memo_copy(cx);
        }
        let Some(dict) = value.downcast_ref::<Dict>() else {
            return Err(cx.type_error(format!(
                "'memo' attribute must be an UnpicklerMemoProxy object or dict, not {}",
                cx.type_name(value)
            )));
        };
        let mut memo = Self::default();
        for (key, value) in dict.items() {
            if key.as_int().is_none() {
                return Err(cx.type_error("memo key must be integers"));
            }
            match usize::try_from(cx.to_index_size(&key)?) {
                Ok(number) => memo.put(number, value),
                Err(_) => return Err(cx.value_error("memo key must be positive integers.")),
            }
        }
        Ok(memo)
    }
}

#[pyclass(
    name = "PicklerMemoProxy",
    module = "_pickle",
    traverse,
    unhashable,
    no_new
)]
pub(super) struct PicklerMemoProxy {
    pub(super) pickler: Py<Pickler>,
}

impl Traverse for PicklerMemoProxy {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(self.pickler.as_value());
    }
}

#[pymethods]
impl PicklerMemoProxy {
    /// Remove all items from memo.
    fn clear(&self, cx: &Ctx) -> PyResult<()> {
        self.pickler.set_memo_to(cx, Written::default())
    }

    /// Copy the memo to a new object.
    fn copy(&self, cx: &Ctx) -> PyResult<Py<Dict>> {
        self.pickler.memo_copy(cx)?.to_dict(cx)
    }

    /// Implement pickle support.
    fn __reduce__(&self, cx: &Ctx) -> PyResult<(Value, (Py<Dict>,))> {
        let contents = self.pickler.memo_copy(cx)?.to_dict(cx)?;
        Ok((cx.types().dict.to_value(), (contents,)))
    }
}

#[pyclass(
    name = "UnpicklerMemoProxy",
    module = "_pickle",
    traverse,
    unhashable,
    no_new
)]
pub(super) struct UnpicklerMemoProxy {
    pub(super) unpickler: Py<Unpickler>,
}

impl Traverse for UnpicklerMemoProxy {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(self.unpickler.as_value());
    }
}

#[pymethods]
impl UnpicklerMemoProxy {
    /// Remove all items from memo.
    fn clear(&self, cx: &Ctx) -> PyResult<()> {
        self.unpickler.set_memo_to(cx, Kept::default())
    }

    /// Copy the memo to a new object.
    fn copy(&self, cx: &Ctx) -> PyResult<Py<Dict>> {
        self.unpickler.memo_copy(cx)?.to_dict(cx)
    }

    /// Implement pickling support.
    fn __reduce__(&self, cx: &Ctx) -> PyResult<(Value, (Py<Dict>,))> {
        let contents = self.unpickler.memo_copy(cx)?.to_dict(cx)?;
        Ok((cx.types().dict.to_value(), (contents,)))
    }
}
