//! `compress`, `dropwhile`, `takewhile`, `filterfalse`: some items of an iterable.

use std::cell::Cell;

use taipan_macros::{pyclass, pymethods};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::heap::{Traverse, Visitor};
use taipan_vm::native::Args;
use taipan_vm::objects::Type;
use taipan_vm::protocol::Iter;
use taipan_vm::value::{Py, Value};

/// Return data elements corresponding to true selector elements.
///
/// Forms a shorter iterator from selected data elements using the selectors
/// to choose the data elements.
#[pyclass(name = "compress", module = "itertools", subclassable, traverse)]
pub(crate) struct Compress {
    data: Iter,
    selectors: Iter,
}

#[pymethods]
impl Compress {
    #[new(signature = (data, selectors))]
    fn new(cx: &Ctx, cls: &Py<Type>, data: &Value, selectors: &Value) -> PyResult<Py<Compress>> {
        let payload = Compress {
            data: cx.iterator(data)?,
            selectors: cx.iterator(selectors)?,
        };
        Ok(cx.heap().allocate(cls, payload))
    }

    fn __iter__(this: &Value) -> Value {
        this.clone()
    }

    fn __next__(&self, cx: &Ctx) -> PyResult<Option<Value>> {
        loop {
            let Some(item) = self.data.next(cx)? else {
                return Ok(None);
            };
            let Some(selector) = self.selectors.next(cx)? else {
                return Ok(None);
            };
            if cx.is_true(&selector)? {
                return Ok(Some(item));
            }
        }
    }
}

impl Traverse for Compress {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(self.data.value());
        visit(self.selectors.value());
    }
}

/// A function and the items it judges.
struct Judged {
    predicate: Value,
    items: Iter,
}

impl Judged {
    fn from_args(cx: &Ctx, function: &str, args: &[Value]) -> PyResult<Self> {
        let [predicate, iterable] = args else {
            return Err(cx.wrong_count(function, 2, args.len()));
        };
        Ok(Self {
            items: cx.iterator(iterable)?,
            predicate: predicate.clone(),
        })
    }

    fn judge(&self, cx: &Ctx, item: &Value) -> PyResult<bool> {
        let verdict = cx.call(&self.predicate, std::slice::from_ref(item))?;
        cx.is_true(&verdict)
    }

    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(&self.predicate);
        visit(self.items.value());
    }
}

/// Drop items from the iterable while predicate(item) is true.
///
/// Afterwards, return every element until the iterable is exhausted.
#[pyclass(
    name = "dropwhile",
    module = "itertools",
    subclassable,
    traverse,
    text_signature = "(predicate, iterable, /)"
)]
pub(crate) struct DropWhile {
    judged: Judged,
    started: Cell<bool>,
}

#[pymethods]
impl DropWhile {
    #[new]
    fn new(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> PyResult<Py<DropWhile>> {
        let base = cx.native_class(DropWhile::class());
        let args = cx.constructor_args(cls, &base, "dropwhile", args)?;
        let payload = DropWhile {
            judged: Judged::from_args(cx, "dropwhile", args)?,
            started: Cell::new(false),
        };
        Ok(cx.heap().allocate(cls, payload))
    }

    fn __iter__(this: &Value) -> Value {
        this.clone()
    }

    fn __next__(&self, cx: &Ctx) -> PyResult<Option<Value>> {
        while let Some(item) = self.judged.items.next(cx)? {
            if self.started.get() {
                return Ok(Some(item));
            }
            if !self.judged.judge(cx, &item)? {
                self.started.set(true);
                return Ok(Some(item));
            }
        }
        Ok(None)
    }
}

impl Traverse for DropWhile {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.judged.traverse(visit);
    }
}

/// Return successive entries from an iterable as long as the predicate evaluates to true for each entry.
#[pyclass(
    name = "takewhile",
    module = "itertools",
    subclassable,
    traverse,
    text_signature = "(predicate, iterable, /)"
)]
pub(crate) struct TakeWhile {
    judged: Judged,
    stopped: Cell<bool>,
}

#[pymethods]
impl TakeWhile {
    #[new]
    fn new(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> PyResult<Py<TakeWhile>> {
        let base = cx.native_class(TakeWhile::class());
        let args = cx.constructor_args(cls, &base, "takewhile", args)?;
        let payload = TakeWhile {
            judged: Judged::from_args(cx, "takewhile", args)?,
            stopped: Cell::new(false),
        };
        Ok(cx.heap().allocate(cls, payload))
    }

    fn __iter__(this: &Value) -> Value {
        this.clone()
    }

    fn __next__(&self, cx: &Ctx) -> PyResult<Option<Value>> {
        if self.stopped.get() {
            return Ok(None);
        }
        let Some(item) = self.judged.items.next(cx)? else {
            return Ok(None);
        };
        if self.judged.judge(cx, &item)? {
            return Ok(Some(item));
        }
        self.stopped.set(true);
        Ok(None)
    }
}

impl Traverse for TakeWhile {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.judged.traverse(visit);
    }
}

/// Return those items of iterable for which function(item) is false.
///
/// If function is None, return the items that are false.
#[pyclass(
    name = "filterfalse",
    module = "itertools",
    subclassable,
    traverse,
    text_signature = "(function, iterable, /)"
)]
pub(crate) struct FilterFalse {
    judged: Judged,
}

#[pymethods]
impl FilterFalse {
    #[new]
    fn new(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> PyResult<Py<FilterFalse>> {
        let base = cx.native_class(FilterFalse::class());
        let args = cx.constructor_args(cls, &base, "filterfalse", args)?;
        let judged = Judged::from_args(cx, "filterfalse", args)?;
        Ok(cx.heap().allocate(cls, FilterFalse { judged }))
    }

    fn __iter__(this: &Value) -> Value {
        this.clone()
    }

    fn __next__(&self, cx: &Ctx) -> PyResult<Option<Value>> {
        let predicate = &self.judged.predicate;
        let by_truth = predicate.is_none() || predicate.is(cx.types().bool.as_value());
        while let Some(item) = self.judged.items.next(cx)? {
            let verdict = if by_truth {
                cx.is_true(&item)?
            } else {
                self.judged.judge(cx, &item)?
            };
            if !verdict {
                return Ok(Some(item));
            }
        }
        Ok(None)
    }
}

impl Traverse for FilterFalse {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.judged.traverse(visit);
    }
}
