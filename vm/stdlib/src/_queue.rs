//! `_queue`: the unbounded queue that threads share.
//!
//! CPython 3.14: `Modules/_queuemodule.c`. An item is put or taken while this thread holds the isolate's lock, so that a
//! finalizer or a signal's handler may put one at any time. Tests: `tests/programs/_queue/`.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::time::Duration;

use taipan_macros::{pyclass, pymethods, pymodule};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::{PyErr, PyResult};
use taipan_vm::heap::{Traverse, Visitor};
use taipan_vm::interp::waiters::{Deadline, Waiters, Woken};
use taipan_vm::native::{Args, ModuleBuilder};
use taipan_vm::objects::Type;
use taipan_vm::value::{Py, Value};

use crate::exception_class::exception_class;
use crate::seconds::{Round, nanoseconds};

/// C implementation of the Python queue module.
/// This module is an implementation detail, please do not use it directly.
#[pymodule]
pub(crate) fn _queue(cx: &Ctx, m: &ModuleBuilder<'_>) -> PyResult<()> {
    m.add("Empty", empty_class(cx)?)?;
    m.class(SimpleQueue::class())?;
    Ok(())
}

fn empty_class(cx: &Ctx) -> PyResult<Py<Type>> {
    let class = exception_class(cx, "_queue.Empty", &cx.types().exception)?;
    let doc = "Exception raised by Queue.get(block=0)/get_nowait().";
    let name = cx.intern("__doc__");
    if class.dict().get_str(&name).is_none_or(|doc| doc.is_none()) {
        class.dict().set_str(&name, cx.new_str(doc)?.into_value());
        class.modified();
    }
    Ok(class)
}

fn empty(cx: &Ctx) -> PyErr {
    match empty_class(cx) {
        Ok(class) => cx.exception_with(&class, Vec::new()),
        Err(error) => error,
    }
}

/// Simple, unbounded, reentrant FIFO queue.
#[pyclass(
    name = "SimpleQueue",
    module = "_queue",
    subclassable,
    weakref,
    traverse,
    text_signature = "()"
)]
#[derive(Default)]
struct SimpleQueue {
    items: RefCell<VecDeque<Value>>,
    /// Threads that wait for an item.
    waiters: Waiters,
}

impl Traverse for SimpleQueue {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.items.borrow().iter().for_each(visit);
    }

    fn clear(&self) {
        drop(self.items.take());
    }
}

#[pymethods]
impl SimpleQueue {
    #[new]
    fn new(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> PyResult<Value> {
        let class = cx.native_class(SimpleQueue::class());
        if cls.is(&class) || !cx.overrides_init(cls, &class) {
            let kind = if args.has_keywords() {
                "keyword"
            } else {
                "positional"
            };
            if !args.values().is_empty() {
                return Err(cx.type_error(format!("SimpleQueue() takes no {kind} arguments")));
            }
        }
        Ok(cx.heap().allocate(cls, SimpleQueue::default()).into_value())
    }

    /// Return True if the queue is empty, False otherwise (not reliable!).
    fn empty(&self) -> bool {
        self.items.borrow().is_empty()
    }

    /// Remove and return an item from the queue.
    ///
    /// If optional args 'block' is true and 'timeout' is None (the
    /// default), block if necessary until an item is available.  If
    /// 'timeout' is a non-negative number, it blocks at most 'timeout'
    /// seconds and raises the Empty exception if no item was available
    /// within that time.
    /// Otherwise ('block' is false), return an item if one is immediately
    /// available, else raise the Empty exception ('timeout' is ignored
    /// in that case).
    #[pymethod(signature = (block = true, timeout = None))]
    fn get(
        this: &Py<SimpleQueue>,
        cx: &Ctx,
        block: bool,
        timeout: Option<&Value>,
    ) -> PyResult<Value> {
        let deadline = match timeout {
            Some(timeout) if block => {
                let nanos = nanoseconds(cx, timeout, Round::Up)?;
                let Ok(nanos) = u64::try_from(nanos) else {
                    return Err(cx.value_error("'timeout' must be a non-negative number"));
                };
                Deadline::after(cx, Duration::from_nanos(nanos))?
            }
            _ => Deadline::NEVER,
        };
        loop {
            let item = this.items.borrow_mut().pop_front();
            if let Some(item) = item {
                return Ok(item);
            }
            if !block {
                return Err(empty(cx));
            }
            if this.waiters.wait(cx, deadline)? == Woken::TimeOver && this.items.borrow().is_empty()
            {
                return Err(empty(cx));
            }
        }
    }

    /// Remove and return an item from the queue without blocking.
    ///
    /// Only get an item if one is immediately available. Otherwise
    /// raise the Empty exception.
    fn get_nowait(&self, cx: &Ctx) -> PyResult<Value> {
        let item = self.items.borrow_mut().pop_front();
        item.ok_or_else(|| empty(cx))
    }

    /// Put the item on the queue.
    ///
    /// The optional 'block' and 'timeout' arguments are ignored, as this
    /// method never blocks.  They are provided for compatibility with the
    /// Queue class.
    #[pymethod(signature = (item, block = true, timeout = None))]
    fn put(this: &Py<SimpleQueue>, cx: &Ctx, item: &Value, block: bool, timeout: Option<&Value>) {
        let _ = (block, timeout);
        this.add(cx, item);
    }

    /// Put an item into the queue without blocking.
    ///
    /// This is exactly equivalent to `put(item)` and is only provided
    /// for compatibility with the Queue class.
    #[pymethod(signature = (item))]
    fn put_nowait(this: &Py<SimpleQueue>, cx: &Ctx, item: &Value) {
        this.add(cx, item);
    }

    #[native_only]
    fn add(&self, cx: &Ctx, item: &Value) {
        self.items.borrow_mut().push_back(item.clone());
        self.waiters.wake_one(cx);
    }

    /// Return the approximate size of the queue (not reliable!).
    fn qsize(&self) -> usize {
        self.items.borrow().len()
    }

    /// SimpleQueues are generic over the type of their contents
    #[classmethod]
    fn __class_getitem__(cls: &Py<Type>, cx: &Ctx, object: &Value) -> Value {
        cx.new_generic_alias(cls.as_value(), object)
    }
}
