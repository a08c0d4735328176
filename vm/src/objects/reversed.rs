//! `reversed`: a sequence from its end.
//!
//! CPython 3.14: `reversed_new_impl` (`Objects/enumobject.c`). Tests: `tests/run/reversed/`.
//!
//! Invariant: an exhausted iterator lets go of its sequence.

use std::cell::{Cell, RefCell};

use taipan_macros::{pyclass, pymethods};

use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::heap::{Traverse, Visitor};
use crate::native::Args;
use crate::objects::Type;
use crate::objects::sequence_iterator::iterator_state;
use crate::value::{Py, Value};

/// Return a reverse iterator over the values of the given sequence.
#[pyclass(
    name = "reversed",
    subclassable,
    traverse,
    text_signature = "(sequence, /)"
)]
pub struct Reversed {
    sequence: RefCell<Option<Value>>,
    /// The index of the next item; -1 at the end.
    index: Cell<isize>,
}

impl Reversed {
    fn sequence(&self) -> Option<Value> {
        self.sequence.borrow().clone()
    }
}

fn not_reversible(cx: &Ctx, value: &Value) -> PyErr {
    cx.type_error(format!(
        "'{}' object is not reversible",
        cx.type_name(value)
    ))
}

#[pymethods]
impl Reversed {
    #[new]
    fn new(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> PyResult<Value> {
        let args = cx.constructor_args(cls, &cx.types().reversed, "reversed", args)?;
        let [sequence] = args else {
            return Err(cx.wrong_count("reversed", 1, args.len()));
        };
        match cx.find_special(sequence, &cx.names().__reversed__)? {
            Some(method) if method.is_none() => return Err(not_reversible(cx, sequence)),
            Some(method) => return cx.call(&method, &[]),
            None => {}
        }
        if !cx.is_sequence(sequence) {
            return Err(not_reversible(cx, sequence));
        }
        let length = cx.len(sequence)?;
        let payload = Reversed {
            sequence: RefCell::new(Some(sequence.clone())),
            index: Cell::new(length as isize - 1),
        };
        Ok(cx.heap().allocate(cls, payload).into_value())
    }

    fn __iter__(this: &Value) -> Value {
        this.clone()
    }

    fn __next__(&self, cx: &Ctx) -> PyResult<Option<Value>> {
        let index = self.index.get();
        if index >= 0
            && let Some(sequence) = self.sequence()
        {
            match cx.sequence_item(&sequence, index) {
                Ok(item) => {
                    self.index.set(index - 1);
                    return Ok(Some(item));
                }
                Err(error)
                    if cx.matches(&error, &cx.types().index_error)
                        || cx.matches(&error, &cx.types().stop_iteration) => {}
                Err(error) => return Err(error),
            }
        }
        self.index.set(-1);
        drop(self.sequence.take());
        Ok(None)
    }

    /// Private method returning an estimate of len(list(it)).
    fn __length_hint__(&self, cx: &Ctx) -> PyResult<usize> {
        let Some(sequence) = self.sequence() else {
            return Ok(0);
        };
        let left = (self.index.get() + 1) as usize;
        Ok(if cx.len(&sequence)? < left { 0 } else { left })
    }

    /// Return state information for pickling.
    fn __reduce__(this: &Py<Reversed>, cx: &Ctx) -> Value {
        let class = cx.class_of(this.as_value()).to_value();
        let parts = match this.sequence() {
            Some(sequence) => vec![
                class,
                cx.new_tuple(vec![sequence]).into_value(),
                cx.new_int(this.index.get() as i64),
            ],
            None => {
                let empty = cx.new_tuple(Vec::new()).into_value();
                vec![class, cx.new_tuple(vec![empty]).into_value()]
            }
        };
        cx.new_tuple(parts).into_value()
    }

    /// Set state information for unpickling.
    #[pymethod(text_signature = "($self, object, /)")]
    fn __setstate__(&self, cx: &Ctx, state: &Value) -> PyResult<()> {
        let index = iterator_state(cx, state)? as isize;
        if let Some(sequence) = self.sequence() {
            let length = cx.len(&sequence)? as isize;
            self.index.set(index.clamp(-1, length - 1));
        }
        Ok(())
    }
}

impl Traverse for Reversed {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.sequence.borrow().iter().for_each(visit);
    }

    fn clear(&self) {
        drop(self.sequence.take());
    }
}
