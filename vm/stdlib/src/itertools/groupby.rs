//! `groupby`: runs of items with equal keys.
//!
//! The object and its current group share one iterator; a group that is no longer the current one is empty.

use std::cell::{Cell, RefCell};

use taipan_macros::{pyclass, pymethods};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::heap::{Traverse, Visitor};
use taipan_vm::objects::Type;
use taipan_vm::protocol::Iter;
use taipan_vm::value::{Py, Value};

/// make an iterator that returns consecutive keys and groups from the iterable
///
///   iterable
///     Elements to divide into groups according to the key function.
///   key
///     A function for computing the group category for each element.
///     If the key function is not specified or is None, the element itself
///     is used for grouping.
#[pyclass(name = "groupby", module = "itertools", subclassable, traverse)]
pub(crate) struct GroupBy {
    items: Iter,
    key: Option<Value>,
    /// The key of the group handed out last.
    target_key: RefCell<Option<Value>>,
    current_key: RefCell<Option<Value>>,
    current_value: RefCell<Option<Value>>,
    /// Numbers the groups; only the one made last is live.
    group: Cell<u64>,
}

impl GroupBy {
    /// Fetches the next item; says whether there is one.
    fn step(&self, cx: &Ctx) -> PyResult<bool> {
        let Some(item) = self.items.next(cx)? else {
            return Ok(false);
        };
        let key = match &self.key {
            Some(key) => cx.call(key, std::slice::from_ref(&item))?,
            None => item.clone(),
        };
        drop(self.current_value.replace(Some(item)));
        drop(self.current_key.replace(Some(key)));
        Ok(true)
    }
}

#[pymethods]
impl GroupBy {
    #[new(signature = (iterable, key = None))]
    fn new(
        cx: &Ctx,
        cls: &Py<Type>,
        iterable: &Value,
        key: Option<&Value>,
    ) -> PyResult<Py<GroupBy>> {
        let payload = GroupBy {
            items: cx.iterator(iterable)?,
            key: key.cloned(),
            target_key: RefCell::default(),
            current_key: RefCell::default(),
            current_value: RefCell::default(),
            group: Cell::new(0),
        };
        Ok(cx.heap().allocate(cls, payload))
    }

    fn __iter__(this: &Value) -> Value {
        this.clone()
    }

    fn __next__(this: &Py<GroupBy>, cx: &Ctx) -> PyResult<Option<Value>> {
        this.group.set(this.group.get() + 1);
        // Skip what is left of the last group.
        let key = loop {
            let (target, current) = (
                this.target_key.borrow().clone(),
                this.current_key.borrow().clone(),
            );
            match (target, current) {
                (None, Some(current)) => break current,
                (Some(target), Some(current)) if !cx.is_equal(&target, &current)? => {
                    break current;
                }
                _ => {}
            }
            if !this.step(cx)? {
                return Ok(None);
            }
        };
        drop(this.target_key.replace(Some(key.clone())));
        let group = Grouper::make(cx, this, key.clone());
        Ok(Some(
            cx.new_tuple(vec![key, group.into_value()]).into_value(),
        ))
    }
}

impl Traverse for GroupBy {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(self.items.value());
        self.key.iter().for_each(&mut *visit);
        for value in [&self.target_key, &self.current_key, &self.current_value] {
            value.borrow().iter().for_each(&mut *visit);
        }
    }

    fn clear(&self) {
        let old = (
            self.target_key.take(),
            self.current_key.take(),
            self.current_value.take(),
        );
        drop(old);
    }
}

#[pyclass(
    name = "_grouper",
    module = "itertools",
    traverse,
    text_signature = None
)]
pub(crate) struct Grouper {
    parent: Py<GroupBy>,
    key: Value,
    group: u64,
}

impl Grouper {
    fn make(cx: &Ctx, parent: &Py<GroupBy>, key: Value) -> Py<Self> {
        let class = cx.native_class(Self::class());
        let payload = Self {
            parent: parent.clone(),
            key,
            group: parent.group.get(),
        };
        cx.heap().allocate(&class, payload)
    }
}

#[pymethods]
impl Grouper {
    #[new(signature = (parent, tgtkey, /))]
    fn new(cx: &Ctx, cls: &Py<Type>, parent: &Value, tgtkey: &Value) -> PyResult<Py<Grouper>> {
        let _ = cls;
        let Some(parent) = parent.downcast_ref::<GroupBy>() else {
            return Err(cx.type_error(format!(
                "_grouper() argument 1 must be itertools.groupby, not {}",
                cx.type_name_for_argument(parent)
            )));
        };
        parent.group.set(parent.group.get() + 1);
        Ok(Self::make(cx, parent, tgtkey.clone()))
    }

    fn __iter__(this: &Value) -> Value {
        this.clone()
    }

    fn __next__(&self, cx: &Ctx) -> PyResult<Option<Value>> {
        let parent = &self.parent;
        if parent.group.get() != self.group {
            return Ok(None);
        }
        if parent.current_value.borrow().is_none() && !parent.step(cx)? {
            return Ok(None);
        }
        let current = parent.current_key.borrow().clone();
        let Some(current) = current else {
            return Ok(None);
        };
        if !cx.is_equal(&self.key, &current)? {
            return Ok(None);
        }
        drop(parent.current_key.take());
        Ok(parent.current_value.take())
    }
}

impl Traverse for Grouper {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(self.parent.as_value());
        visit(&self.key);
    }
}
