//! `count`, `cycle`, `repeat`.

use std::cell::{Cell, RefCell};

use taipan_macros::{pyclass, pymethods};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::heap::{Traverse, Visitor};
use taipan_vm::native::Args;
use taipan_vm::native::bind::Optional;
use taipan_vm::objects::Type;
use taipan_vm::protocol::{BinaryOp, Iter};
use taipan_vm::value::{Py, Value};

/// Return a count object whose .__next__() method returns consecutive values.
///
/// Equivalent to:
///     def count(firstval=0, step=1):
///         x = firstval
///         while 1:
///             yield x
///             x += step
#[pyclass(name = "count", module = "itertools", subclassable, traverse)]
pub(crate) struct Count {
    next: RefCell<Value>,
    step: Value,
}

fn check_number(cx: &Ctx, value: &Value) -> PyResult<()> {
    let slots = &cx.class_of(value).slots;
    let is_number = slots.index.get().is_some()
        || slots.int.get().is_some()
        || slots.float.get().is_some()
        || cx.class_of(value).is_subtype(&cx.types().complex);
    if is_number {
        Ok(())
    } else {
        Err(cx.type_error("a number is required"))
    }
}

fn is_one(value: &Value) -> bool {
    value.as_int().and_then(|int| int.to_i64()) == Some(1)
}

#[pymethods]
impl Count {
    #[new(signature = (start = Optional::Missing, step = Optional::Missing), text_signature = "(start=0, step=1)")]
    fn new(
        cx: &Ctx,
        cls: &Py<Type>,
        start: Optional<&Value>,
        step: Optional<&Value>,
    ) -> PyResult<Py<Count>> {
        let start = start.given().cloned().unwrap_or(Value::int32(0));
        let step = step.given().cloned().unwrap_or(Value::int32(1));
        check_number(cx, &start)?;
        check_number(cx, &step)?;
        // A plain count shows `True` as 1.
        let start = match start.as_int().and_then(|int| int.to_i64()) {
            Some(number) if is_one(&step) => cx.new_int(number),
            _ => start,
        };
        let payload = Count {
            next: RefCell::new(start),
            step,
        };
        Ok(cx.heap().allocate(cls, payload))
    }

    fn __iter__(this: &Value) -> Value {
        this.clone()
    }

    fn __next__(&self, cx: &Ctx) -> PyResult<Option<Value>> {
        let current = self.next.borrow().clone();
        let following = match (current.as_small_int(), self.step.as_small_int()) {
            (Some(current), Some(step)) => cx.new_int(current + step),
            _ => cx.binary_op(BinaryOp::Add, &current, &self.step)?,
        };
        drop(self.next.replace(following));
        Ok(Some(current))
    }

    fn __repr__(this: &Py<Count>, cx: &Ctx) -> PyResult<String> {
        let name = this.header().class().name().to_string_lossy().into_owned();
        let next = this.next.borrow().clone();
        let next = cx.repr(&next)?;
        let next = next.to_string_lossy();
        if is_one(&this.step) {
            return Ok(format!("{name}({next})"));
        }
        let step = cx.repr(&this.step)?;
        Ok(format!("{name}({next}, {})", step.to_string_lossy()))
    }
}

impl Traverse for Count {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(&self.next.borrow());
        visit(&self.step);
    }
}

/// Return elements from the iterable until it is exhausted. Then repeat the sequence indefinitely.
#[pyclass(
    name = "cycle",
    module = "itertools",
    subclassable,
    traverse,
    text_signature = "(iterable, /)"
)]
pub(crate) struct Cycle {
    source: RefCell<Option<Iter>>,
    saved: RefCell<Vec<Value>>,
    index: Cell<usize>,
}

#[pymethods]
impl Cycle {
    #[new]
    fn new(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> PyResult<Py<Cycle>> {
        let base = cx.native_class(Cycle::class());
        let args = cx.constructor_args(cls, &base, "cycle", args)?;
        let [iterable] = args else {
            return Err(cx.wrong_count("cycle", 1, args.len()));
        };
        let payload = Cycle {
            source: RefCell::new(Some(cx.iterator(iterable)?)),
            saved: RefCell::default(),
            index: Cell::new(0),
        };
        Ok(cx.heap().allocate(cls, payload))
    }

    fn __iter__(this: &Value) -> Value {
        this.clone()
    }

    fn __next__(&self, cx: &Ctx) -> PyResult<Option<Value>> {
        let source = self.source.borrow().clone();
        if let Some(source) = source {
            if let Some(item) = source.next(cx)? {
                self.saved.borrow_mut().push(item.clone());
                return Ok(Some(item));
            }
            drop(self.source.take());
        }
        let saved = self.saved.borrow();
        let index = self.index.get();
        let Some(item) = saved.get(index) else {
            return Ok(None);
        };
        self.index.set((index + 1) % saved.len());
        Ok(Some(item.clone()))
    }
}

impl Traverse for Cycle {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        if let Some(source) = &*self.source.borrow() {
            visit(source.value());
        }
        self.saved.borrow().iter().for_each(visit);
    }

    fn clear(&self) {
        drop((self.source.take(), self.saved.take()));
    }
}

/// repeat(object [,times]) -> create an iterator which returns the object
/// for the specified number of times.  If not specified, returns the object
/// endlessly.
#[pyclass(
    name = "repeat",
    module = "itertools",
    subclassable,
    traverse,
    text_signature = None
)]
pub(crate) struct Repeat {
    object: Value,
    /// `None` if there is no end.
    left: Cell<Option<usize>>,
}

#[pymethods]
impl Repeat {
    #[new(signature = (object, times = Optional::Missing))]
    fn new(cx: &Ctx, cls: &Py<Type>, object: &Value, times: Optional<isize>) -> Py<Repeat> {
        let left = times
            .given()
            .map(|times| usize::try_from(times).unwrap_or(0));
        let payload = Repeat {
            object: object.clone(),
            left: Cell::new(left),
        };
        cx.heap().allocate(cls, payload)
    }

    fn __iter__(this: &Value) -> Value {
        this.clone()
    }

    fn __next__(&self) -> Option<Value> {
        match self.left.get() {
            Some(0) => return None,
            Some(left) => self.left.set(Some(left - 1)),
            None => {}
        }
        Some(self.object.clone())
    }

    fn __repr__(this: &Py<Repeat>, cx: &Ctx) -> PyResult<String> {
        let name = this.header().class().name().to_string_lossy().into_owned();
        let object = cx.repr(&this.object)?;
        let object = object.to_string_lossy();
        Ok(match this.left.get() {
            Some(left) => format!("{name}({object}, {left})"),
            None => format!("{name}({object})"),
        })
    }

    /// Private method returning an estimate of len(list(it)).
    fn __length_hint__(&self, cx: &Ctx) -> PyResult<usize> {
        self.left
            .get()
            .ok_or_else(|| cx.type_error("len() of unsized object"))
    }
}

impl Traverse for Repeat {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(&self.object);
    }
}
