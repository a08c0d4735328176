//! `odict_keys`, `odict_values`, `odict_items` and `odict_iterator`.
//!
//! An iterator remembers the generation of the dict's keys: a change meanwhile is an error.

use std::cell::{Cell, RefCell};

use taipan_macros::{pyclass, pymethods};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::heap::{Traverse, Visitor};
use taipan_vm::objects::Dict;
use taipan_vm::objects::dict::{DictItems, DictKeys, DictValues};
use taipan_vm::value::{Py, Value};

/// What an iterator yields of an entry.
#[derive(Clone, Copy)]
pub(crate) enum Part {
    Key,
    Value,
    Item,
}

#[pyclass(name = "odict_iterator", no_new, traverse)]
pub(crate) struct OrderedIterator {
    dict: RefCell<Option<Py<Dict>>>,
    part: Part,
    forward: bool,
    generation: u64,
    position: Cell<usize>,
    left: Cell<usize>,
}

impl OrderedIterator {
    pub(super) fn forward(cx: &Ctx, dict: &Py<Dict>, part: Part) -> PyResult<Py<Self>> {
        Ok(Self::make(cx, dict, part, 0, true))
    }

    pub(super) fn backward(cx: &Ctx, dict: &Py<Dict>, part: Part) -> PyResult<Py<Self>> {
        Ok(Self::make(cx, dict, part, usize::MAX, false))
    }

    fn make(cx: &Ctx, dict: &Py<Dict>, part: Part, position: usize, forward: bool) -> Py<Self> {
        let class = cx.native_class(Self::class());
        let payload = Self {
            dict: RefCell::new(Some(dict.clone())),
            part,
            forward,
            generation: dict.generation(),
            position: Cell::new(position),
            left: Cell::new(dict.len()),
        };
        cx.heap().allocate(&class, payload)
    }

    fn advance(&self, cx: &Ctx) -> PyResult<Option<Value>> {
        let Some(dict) = self.dict.borrow().clone() else {
            return Ok(None);
        };
        if dict.generation() != self.generation {
            drop(self.dict.take());
            return Err(cx.runtime_error("OrderedDict mutated during iteration"));
        }
        let position = self.position.get();
        let entry = if self.forward {
            dict.next_entry(position)
                .map(|(next, _, key, value)| (next, key, value))
        } else {
            dict.previous_entry(position)
        };
        let Some((next, key, value)) = entry else {
            drop(self.dict.take());
            return Ok(None);
        };
        self.position.set(next);
        self.left.set(self.left.get().saturating_sub(1));
        Ok(Some(match self.part {
            Part::Key => key,
            Part::Value => value,
            Part::Item => cx.new_tuple(vec![key, value]).into_value(),
        }))
    }
}

#[pymethods]
impl OrderedIterator {
    fn __iter__(this: &Value) -> Value {
        this.clone()
    }

    fn __next__(&self, cx: &Ctx) -> PyResult<Option<Value>> {
        self.advance(cx)
    }

    /// Return state information for pickling
    fn __reduce__(&self, cx: &Ctx) -> PyResult<Value> {
        let ahead = Self {
            dict: RefCell::new(self.dict.borrow().clone()),
            part: self.part,
            forward: self.forward,
            generation: self.generation,
            position: self.position.clone(),
            left: self.left.clone(),
        };
        let mut items = Vec::new();
        while let Some(item) = ahead.advance(cx)? {
            items.push(item);
        }
        let list = cx.new_list(items).into_value();
        let args = cx.new_tuple(vec![list]).into_value();
        Ok(cx.new_tuple(vec![cx.builtin("iter")?, args]).into_value())
    }
}

impl Traverse for OrderedIterator {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.dict
            .borrow()
            .iter()
            .for_each(|dict| visit(dict.as_value()));
    }

    fn clear(&self) {
        drop(self.dict.take());
    }
}

macro_rules! views {
    ($($type:ident: $name:literal, $base:ident, $part:ident;)*) => {
        $(
            #[pyclass(name = $name, base = $base, no_new, traverse)]
            #[repr(C)]
            pub(crate) struct $type {
                view: $base,
            }

            impl $type {
                pub(super) fn make(cx: &Ctx, dict: &Py<Dict>) -> PyResult<Py<Self>> {
                    let class = cx.native_class(Self::class());
                    let payload = Self { view: $base::new(dict.clone()) };
                    Ok(cx.heap().allocate(&class, payload))
                }
            }

            #[pymethods]
            impl $type {
                fn __iter__(&self, cx: &Ctx) -> PyResult<Py<OrderedIterator>> {
                    OrderedIterator::forward(cx, self.view.dict(), Part::$part)
                }

                fn __reversed__(&self, cx: &Ctx) -> PyResult<Py<OrderedIterator>> {
                    OrderedIterator::backward(cx, self.view.dict(), Part::$part)
                }
            }

            impl Traverse for $type {
                fn traverse(&self, visit: &mut Visitor<'_>) {
                    self.view.traverse(visit);
                }
            }
        )*
    };
}

views! {
    OrderedKeys: "odict_keys", DictKeys, Key;
    OrderedValues: "odict_values", DictValues, Value;
    OrderedItems: "odict_items", DictItems, Item;
}
