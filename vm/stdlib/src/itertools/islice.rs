//! `islice`: a slice of an iterable.

use std::cell::{Cell, RefCell};

use taipan_macros::{pyclass, pymethods};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::{PyErr, PyResult};
use taipan_vm::heap::{Traverse, Visitor};
use taipan_vm::native::Args;
use taipan_vm::objects::Type;
use taipan_vm::protocol::Iter;
use taipan_vm::value::{Py, Value};

/// islice(iterable, stop) --> islice object
/// islice(iterable, start, stop[, step]) --> islice object
///
/// Return an iterator whose next() method returns selected values from an
/// iterable.  If start is specified, will skip all preceding elements;
/// otherwise, start defaults to zero.  Step defaults to one.  If
/// specified as another value, step determines how many values are
/// skipped between successive calls.  Works like a slice() on a list
/// but returns an iterator.
#[pyclass(
    name = "islice",
    module = "itertools",
    subclassable,
    traverse,
    text_signature = None
)]
pub(crate) struct Islice {
    source: RefCell<Option<Iter>>,
    /// The index of the next item wanted.
    next: Cell<usize>,
    stop: Option<usize>,
    step: usize,
    /// How many items were taken from the source.
    taken: Cell<usize>,
}

/// `None` for `None`; -1 for what is no index at all.
fn index(cx: &Ctx, value: &Value) -> Option<isize> {
    if value.is_none() {
        None
    } else {
        Some(cx.to_index_size(value).unwrap_or(-1))
    }
}

fn bad_stop(cx: &Ctx) -> PyErr {
    cx.value_error("Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.")
}

fn bad_index(cx: &Ctx) -> PyErr {
    cx.value_error("Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.")
}

impl Islice {
    fn end(&self) -> Option<Value> {
        drop(self.source.take());
        None
    }

    /// The next item of the source, counted; ends the slice on errors too.
    fn take(&self, cx: &Ctx, source: &Iter) -> PyResult<Option<Value>> {
        match source.next(cx) {
            Ok(Some(item)) => {
                self.taken.set(self.taken.get() + 1);
                Ok(Some(item))
            }
            other => {
                self.end();
                other
            }
        }
    }
}

#[pymethods]
impl Islice {
    #[new]
    fn new(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> PyResult<Py<Islice>> {
        let base = cx.native_class(Islice::class());
        let args = cx.constructor_args(cls, &base, "islice", args)?;
        let (iterable, start, stop, step) = match args {
            [iterable, stop] => (iterable, &Value::NONE, stop, &Value::NONE),
            [iterable, start, stop] => (iterable, start, stop, &Value::NONE),
            [iterable, start, stop, step] => (iterable, start, stop, step),
            _ => {
                let (bound, count) = if args.len() < 2 {
                    ("least", 2)
                } else {
                    ("most", 4)
                };
                let given = args.len();
                return Err(cx.type_error(format!(
                    "islice expected at {bound} {count} arguments, got {given}"
                )));
            }
        };
        let stop = index(cx, stop);
        if stop == Some(-1) {
            return Err(bad_stop(cx));
        }
        let start = index(cx, start).unwrap_or(0);
        let (Ok(start), Ok(stop)) = (
            usize::try_from(start),
            stop.map(usize::try_from).transpose(),
        ) else {
            return Err(bad_index(cx));
        };
        let step = match usize::try_from(index(cx, step).unwrap_or(1)) {
            Ok(step) if step > 0 => step,
            _ => {
                return Err(cx.value_error("Step for islice() must be a positive integer or None."));
            }
        };
        let payload = Islice {
            source: RefCell::new(Some(cx.iterator(iterable)?)),
            next: Cell::new(start),
            stop,
            step,
            taken: Cell::new(0),
        };
        Ok(cx.heap().allocate(cls, payload))
    }

    fn __iter__(this: &Value) -> Value {
        this.clone()
    }

    fn __next__(&self, cx: &Ctx) -> PyResult<Option<Value>> {
        let Some(source) = self.source.borrow().clone() else {
            return Ok(None);
        };
        while self.taken.get() < self.next.get() {
            if self.take(cx, &source)?.is_none() {
                return Ok(None);
            }
        }
        if self.stop.is_some_and(|stop| self.taken.get() >= stop) {
            return Ok(self.end());
        }
        let Some(item) = self.take(cx, &source)? else {
            return Ok(None);
        };
        let next = self.next.get().saturating_add(self.step);
        self.next.set(self.stop.map_or(next, |stop| next.min(stop)));
        Ok(Some(item))
    }
}

impl Traverse for Islice {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        if let Some(source) = &*self.source.borrow() {
            visit(source.value());
        }
    }

    fn clear(&self) {
        drop(self.source.take());
    }
}
