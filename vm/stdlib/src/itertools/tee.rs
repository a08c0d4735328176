//! `tee`: several independent iterators over one.
//!
//! The items that one of them has seen and another has not are kept in a chain of blocks; each iterator holds the block
//! it stands in, so that a block dies when the last one has left it.

use std::cell::{Cell, RefCell};

use taipan_macros::{pyclass, pyfunction, pymethods};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::heap::{Traverse, Visitor};
use taipan_vm::objects::{List, Type};
use taipan_vm::protocol::Iter;
use taipan_vm::value::{Py, Value};

/// Items in a block.
const BLOCK: usize = 57;

/// Data container common to multiple tee objects.
#[pyclass(
    name = "_tee_dataobject",
    module = "itertools",
    traverse,
    text_signature = None
)]
pub(crate) struct TeeData {
    source: Iter,
    values: RefCell<Vec<Value>>,
    next: RefCell<Option<Py<TeeData>>>,
    running: Cell<bool>,
}

impl TeeData {
    fn make(cx: &Ctx, source: Iter) -> Py<Self> {
        let class = cx.native_class(Self::class());
        let payload = Self {
            source,
            values: RefCell::default(),
            next: RefCell::default(),
            running: Cell::new(false),
        };
        cx.heap().allocate(&class, payload)
    }

    /// Item `index` of the block, fetched if nobody asked for it yet.
    fn item(&self, cx: &Ctx, index: usize) -> PyResult<Option<Value>> {
        if let Some(known) = self.values.borrow().get(index) {
            return Ok(Some(known.clone()));
        }
        if self.running.replace(true) {
            return Err(cx.runtime_error("cannot re-enter the tee iterator"));
        }
        let item = self.source.next(cx);
        self.running.set(false);
        let item = item?;
        if let Some(item) = &item {
            self.values.borrow_mut().push(item.clone());
        }
        Ok(item)
    }

    /// The block behind this one.
    fn following(&self, cx: &Ctx) -> Py<Self> {
        if let Some(next) = &*self.next.borrow() {
            return next.clone();
        }
        let next = Self::make(cx, self.source.clone());
        self.next.replace(Some(next.clone()));
        next
    }
}

#[pymethods]
impl TeeData {
    #[new(signature = (iterable, values, next, /))]
    fn new(
        cx: &Ctx,
        cls: &Py<Type>,
        iterable: &Value,
        values: &Value,
        next: &Value,
    ) -> PyResult<Py<TeeData>> {
        let _ = cls;
        let Some(values) = values.downcast_ref::<List>() else {
            return Err(cx.type_error(format!(
                "teedataobject() argument 2 must be list, not {}",
                cx.type_name_for_argument(values)
            )));
        };
        let values = values.to_vec();
        if values.len() > BLOCK {
            return Err(cx.value_error("Invalid arguments"));
        }
        let data = Self::make(cx, cx.iterator(iterable)?);
        match next.downcast_ref::<TeeData>() {
            Some(next) if values.len() == BLOCK => {
                data.next.replace(Some(next.clone()));
            }
            None if next.is_none() => {}
            _ => return Err(cx.value_error("Invalid arguments")),
        }
        data.values.replace(values);
        Ok(data)
    }
}

impl Traverse for TeeData {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(self.source.value());
        self.values.borrow().iter().for_each(&mut *visit);
        if let Some(next) = &*self.next.borrow() {
            visit(next.as_value());
        }
    }

    fn clear(&self) {
        drop((self.values.take(), self.next.take()));
    }
}

/// Iterator wrapped to make it copyable.
#[pyclass(
    name = "_tee",
    module = "itertools",
    weakref,
    traverse,
    text_signature = "(iterable, /)"
)]
pub(crate) struct Tee {
    data: RefCell<Py<TeeData>>,
    index: Cell<usize>,
}

impl Tee {
    fn from_iterable(cx: &Ctx, iterable: &Value) -> PyResult<Py<Self>> {
        let source = cx.iterator(iterable)?;
        if let Some(known) = source.value().downcast_ref::<Self>() {
            return Ok(known.duplicate(cx));
        }
        Ok(Self::make(cx, TeeData::make(cx, source), 0))
    }

    fn make(cx: &Ctx, data: Py<TeeData>, index: usize) -> Py<Self> {
        let class = cx.native_class(Self::class());
        let payload = Self {
            data: RefCell::new(data),
            index: Cell::new(index),
        };
        cx.heap().allocate(&class, payload)
    }

    fn duplicate(&self, cx: &Ctx) -> Py<Self> {
        Self::make(cx, self.data.borrow().clone(), self.index.get())
    }
}

#[pymethods]
impl Tee {
    #[new(signature = (iterable, /))]
    fn new(cx: &Ctx, cls: &Py<Type>, iterable: &Value) -> PyResult<Py<Tee>> {
        let _ = cls;
        Self::from_iterable(cx, iterable)
    }

    fn __iter__(this: &Value) -> Value {
        this.clone()
    }

    fn __next__(&self, cx: &Ctx) -> PyResult<Option<Value>> {
        if self.index.get() >= BLOCK {
            let data = self.data.borrow().clone();
            let next = data.following(cx);
            drop(self.data.replace(next));
            self.index.set(0);
        }
        let data = self.data.borrow().clone();
        let item = data.item(cx, self.index.get())?;
        if item.is_some() {
            self.index.set(self.index.get() + 1);
        }
        Ok(item)
    }

    /// Returns an independent iterator.
    fn __copy__(&self, cx: &Ctx) -> Py<Tee> {
        self.duplicate(cx)
    }
}

impl Traverse for Tee {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(self.data.borrow().as_value());
    }
}

/// Returns a tuple of n independent iterators.
#[pyfunction(signature = (iterable, n = 2, /))]
pub(crate) fn tee(cx: &Ctx, iterable: &Value, n: isize) -> PyResult<Value> {
    let count = usize::try_from(n).map_err(|_| cx.value_error("n must be >= 0"))?;
    if count == 0 {
        return Ok(cx.new_tuple(Vec::new()).into_value());
    }
    let first = Tee::from_iterable(cx, iterable)?;
    let mut tees = Vec::new();
    if tees.try_reserve_exact(count).is_err() {
        return Err(cx.memory_error());
    }
    for _ in 1..count {
        tees.push(first.duplicate(cx).into_value());
    }
    tees.insert(0, first.into_value());
    Ok(cx.new_tuple(tees).into_value())
}
