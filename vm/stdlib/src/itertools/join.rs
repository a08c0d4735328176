//! `chain`, `starmap`, `accumulate`, `batched`, `pairwise`: other things made of the items of iterables.

use std::cell::RefCell;

use taipan_macros::{pyclass, pymethods};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::heap::{Traverse, Visitor};
use taipan_vm::native::Args;
use taipan_vm::objects::Type;
use taipan_vm::protocol::{BinaryOp, Iter};
use taipan_vm::value::{Py, Value};

/// Return a chain object whose .__next__() method returns elements from the
/// first iterable until it is exhausted, then elements from the next
/// iterable, until all of the iterables are exhausted.
#[pyclass(
    name = "chain",
    module = "itertools",
    subclassable,
    traverse,
    text_signature = "(*iterables)"
)]
pub(crate) struct Chain {
    /// The iterables still to come; `None` at the end.
    sources: RefCell<Option<Iter>>,
    active: RefCell<Option<Iter>>,
}

impl Chain {
    fn make(cx: &Ctx, cls: &Py<Type>, iterables: &Value) -> PyResult<Py<Chain>> {
        let payload = Chain {
            sources: RefCell::new(Some(cx.iterator(iterables)?)),
            active: RefCell::default(),
        };
        Ok(cx.heap().allocate(cls, payload))
    }
}

#[pymethods]
impl Chain {
    #[new]
    fn new(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> PyResult<Py<Chain>> {
        let base = cx.native_class(Chain::class());
        let args = cx.constructor_args(cls, &base, "chain", args)?;
        Self::make(cx, cls, cx.new_tuple_from(args).as_value())
    }

    /// chain is generic over the type of its contents.
    /// This is the union of the types of the input iterable contents.
    #[classmethod(text_signature = "($type, object, /)")]
    fn __class_getitem__(cls: &Py<Type>, cx: &Ctx, item: &Value) -> Value {
        cx.new_generic_alias(cls.as_value(), item)
    }

    /// Alternative chain() constructor taking a single iterable argument that evaluates lazily.
    #[classmethod]
    fn from_iterable(cls: &Py<Type>, cx: &Ctx, iterable: &Value) -> PyResult<Py<Chain>> {
        Self::make(cx, cls, iterable)
    }

    fn __iter__(this: &Value) -> Value {
        this.clone()
    }

    fn __next__(&self, cx: &Ctx) -> PyResult<Option<Value>> {
        loop {
            let active = self.active.borrow().clone();
            if let Some(active) = active {
                if let Some(item) = active.next(cx)? {
                    return Ok(Some(item));
                }
                drop(self.active.take());
            }
            let Some(sources) = self.sources.borrow().clone() else {
                return Ok(None);
            };
            let next = match sources.next(cx) {
                Ok(Some(iterable)) => cx.iterator(&iterable),
                Ok(None) => {
                    drop(self.sources.take());
                    return Ok(None);
                }
                Err(error) => Err(error),
            };
            match next {
                Ok(next) => drop(self.active.replace(Some(next))),
                Err(error) => {
                    drop(self.sources.take());
                    return Err(error);
                }
            }
        }
    }
}

impl Traverse for Chain {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        for source in [&self.sources, &self.active] {
            if let Some(source) = &*source.borrow() {
                visit(source.value());
            }
        }
    }

    fn clear(&self) {
        drop((self.sources.take(), self.active.take()));
    }
}

/// Return an iterator whose values are returned from the function evaluated with an argument tuple taken from the given sequence.
#[pyclass(
    name = "starmap",
    module = "itertools",
    subclassable,
    traverse,
    text_signature = "(function, iterable, /)"
)]
pub(crate) struct StarMap {
    function: Value,
    items: Iter,
}

#[pymethods]
impl StarMap {
    #[new]
    fn new(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> PyResult<Py<StarMap>> {
        let base = cx.native_class(StarMap::class());
        let args = cx.constructor_args(cls, &base, "starmap", args)?;
        let [function, iterable] = args else {
            return Err(cx.wrong_count("starmap", 2, args.len()));
        };
        let payload = StarMap {
            items: cx.iterator(iterable)?,
            function: function.clone(),
        };
        Ok(cx.heap().allocate(cls, payload))
    }

    fn __iter__(this: &Value) -> Value {
        this.clone()
    }

    fn __next__(&self, cx: &Ctx) -> PyResult<Option<Value>> {
        match self.items.next(cx)? {
            Some(args) => {
                let args = cx.tuple_from(&args)?;
                cx.call(&self.function, args.as_slice()).map(Some)
            }
            None => Ok(None),
        }
    }
}

impl Traverse for StarMap {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(&self.function);
        visit(self.items.value());
    }
}

/// Return series of accumulated sums (or other binary function results).
#[pyclass(name = "accumulate", module = "itertools", subclassable, traverse)]
pub(crate) struct Accumulate {
    items: Iter,
    function: Option<Value>,
    initial: RefCell<Option<Value>>,
    total: RefCell<Option<Value>>,
}

#[pymethods]
impl Accumulate {
    #[new(signature = (iterable, func = None, *, initial = None))]
    fn new(
        cx: &Ctx,
        cls: &Py<Type>,
        iterable: &Value,
        func: Option<&Value>,
        initial: Option<&Value>,
    ) -> PyResult<Py<Accumulate>> {
        let payload = Accumulate {
            items: cx.iterator(iterable)?,
            function: func.cloned(),
            initial: RefCell::new(initial.cloned()),
            total: RefCell::default(),
        };
        Ok(cx.heap().allocate(cls, payload))
    }

    fn __iter__(this: &Value) -> Value {
        this.clone()
    }

    fn __next__(&self, cx: &Ctx) -> PyResult<Option<Value>> {
        if let Some(initial) = self.initial.take() {
            drop(self.total.replace(Some(initial.clone())));
            return Ok(Some(initial));
        }
        let Some(item) = self.items.next(cx)? else {
            return Ok(None);
        };
        let total = self.total.borrow().clone();
        let total = match (total, &self.function) {
            (None, _) => item,
            (Some(total), Some(function)) => cx.call(function, &[total, item])?,
            (Some(total), None) => cx.binary_op(BinaryOp::Add, &total, &item)?,
        };
        drop(self.total.replace(Some(total.clone())));
        Ok(Some(total))
    }
}

impl Traverse for Accumulate {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(self.items.value());
        self.function.iter().for_each(&mut *visit);
        self.initial.borrow().iter().for_each(&mut *visit);
        self.total.borrow().iter().for_each(visit);
    }

    fn clear(&self) {
        drop((self.initial.take(), self.total.take()));
    }
}

/// Batch data into tuples of length n. The last batch may be shorter than n.
///
/// Loops over the input iterable and accumulates data into tuples
/// up to size n.  The input is consumed lazily, just enough to
/// fill a batch.  The result is yielded as soon as a batch is full
/// or when the input iterable is exhausted.
///
///     >>> for batch in batched('ABCDEFG', 3):
///     ...     print(batch)
///     ...
///     ('A', 'B', 'C')
///     ('D', 'E', 'F')
///     ('G',)
///
/// If "strict" is True, raises a ValueError if the final batch is shorter
/// than n.
#[pyclass(name = "batched", module = "itertools", subclassable, traverse)]
pub(crate) struct Batched {
    items: RefCell<Option<Iter>>,
    size: usize,
    strict: bool,
}

#[pymethods]
impl Batched {
    #[new(signature = (iterable, n, *, strict = false))]
    fn new(
        cx: &Ctx,
        cls: &Py<Type>,
        iterable: &Value,
        n: isize,
        strict: bool,
    ) -> PyResult<Py<Batched>> {
        if n < 1 {
            return Err(cx.value_error("n must be at least one"));
        }
        let payload = Batched {
            items: RefCell::new(Some(cx.iterator(iterable)?)),
            size: n as usize,
            strict,
        };
        Ok(cx.heap().allocate(cls, payload))
    }

    fn __iter__(this: &Value) -> Value {
        this.clone()
    }

    fn __next__(&self, cx: &Ctx) -> PyResult<Option<Value>> {
        let Some(items) = self.items.borrow().clone() else {
            return Ok(None);
        };
        let mut batch = Vec::new();
        while batch.len() < self.size {
            match items.next(cx) {
                Ok(Some(item)) => batch.push(item),
                Ok(None) => {
                    drop(self.items.take());
                    break;
                }
                Err(error) => {
                    drop(self.items.take());
                    return Err(error);
                }
            }
        }
        if batch.is_empty() {
            return Ok(None);
        }
        if self.strict && batch.len() < self.size {
            return Err(cx.value_error("batched(): incomplete batch"));
        }
        Ok(Some(cx.new_tuple(batch).into_value()))
    }
}

impl Traverse for Batched {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        if let Some(items) = &*self.items.borrow() {
            visit(items.value());
        }
    }

    fn clear(&self) {
        drop(self.items.take());
    }
}

/// Return an iterator of overlapping pairs taken from the input iterator.
///
///     s -> (s0,s1), (s1,s2), (s2, s3), ...
#[pyclass(
    name = "pairwise",
    module = "itertools",
    subclassable,
    traverse,
    text_signature = "(iterable, /)"
)]
pub(crate) struct Pairwise {
    items: RefCell<Option<Iter>>,
    previous: RefCell<Option<Value>>,
}

impl Pairwise {
    fn end(&self) {
        drop((self.items.take(), self.previous.take()));
    }
}

#[pymethods]
impl Pairwise {
    #[new]
    fn new(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> PyResult<Py<Pairwise>> {
        let base = cx.native_class(Pairwise::class());
        let args = cx.constructor_args(cls, &base, "pairwise", args)?;
        let [iterable] = args else {
            return Err(cx.wrong_count("pairwise", 1, args.len()));
        };
        let payload = Pairwise {
            items: RefCell::new(Some(cx.iterator(iterable)?)),
            previous: RefCell::default(),
        };
        Ok(cx.heap().allocate(cls, payload))
    }

    fn __iter__(this: &Value) -> Value {
        this.clone()
    }

    fn __next__(&self, cx: &Ctx) -> PyResult<Option<Value>> {
        let Some(items) = self.items.borrow().clone() else {
            return Ok(None);
        };
        let known = self.previous.borrow().clone();
        let previous = match known {
            Some(previous) => previous,
            None => match items.next(cx) {
                Ok(Some(first)) => {
                    drop(self.previous.replace(Some(first.clone())));
                    if self.items.borrow().is_none() {
                        self.end();
                        return Ok(None);
                    }
                    first
                }
                other => {
                    self.end();
                    return other;
                }
            },
        };
        match items.next(cx) {
            Ok(Some(item)) => {
                drop(self.previous.replace(Some(item.clone())));
                Ok(Some(cx.new_tuple(vec![previous, item]).into_value()))
            }
            other => {
                self.end();
                other
            }
        }
    }
}

impl Traverse for Pairwise {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        if let Some(items) = &*self.items.borrow() {
            visit(items.value());
        }
        self.previous.borrow().iter().for_each(visit);
    }

    fn clear(&self) {
        self.end();
    }
}
