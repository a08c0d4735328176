//! The iterators over a deque, forwards and backwards.

use std::cell::Cell;

use taipan_macros::{pyclass, pymethods};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::heap::{Traverse, Visitor};
use taipan_vm::objects::Type;
use taipan_vm::value::{Py, Value};

use super::deque::Deque;

macro_rules! iterators {
    ($($type:ident: $name:literal, |$deque:ident, $passed:ident| $place:expr;)*) => {
        $(
            #[pyclass(name = $name, module = "collections", traverse, text_signature = None)]
            pub(crate) struct $type {
                deque: Py<Deque>,
                passed: Cell<usize>,
                left: Cell<usize>,
                state: u64,
            }

            impl $type {
                pub(super) fn make(cx: &Ctx, deque: &Py<Deque>) -> Py<Self> {
                    let class = cx.native_class(Self::class());
                    let payload = Self {
                        deque: deque.clone(),
                        passed: Cell::new(0),
                        left: Cell::new(deque.len()),
                        state: deque.state(),
                    };
                    cx.heap().allocate(&class, payload)
                }
            }

            #[pymethods]
            impl $type {
                #[new(signature = (deque, index = 0, /))]
                fn new(cx: &Ctx, cls: &Py<Type>, deque: &Value, index: isize) -> PyResult<Py<$type>> {
                    let _ = cls;
                    let Some(deque) = deque.downcast_ref::<Deque>() else {
                        let name = cx.type_name_for_argument(deque);
                        return Err(cx.type_error(format!("argument 1 must be collections.deque, not {name}")));
                    };
                    let iterator = Self::make(cx, deque);
                    let passed = usize::try_from(index).unwrap_or(0).min(deque.len());
                    iterator.passed.set(passed);
                    iterator.left.set(deque.len() - passed);
                    Ok(iterator)
                }

                fn __iter__(this: &Value) -> Value {
                    this.clone()
                }

                fn __next__(&self, cx: &Ctx) -> PyResult<Option<Value>> {
                    let ($deque, $passed) = (&self.deque, self.passed.get());
                    if self.state != $deque.state() {
                        self.left.set(0);
                        return Err(cx.runtime_error("deque mutated during iteration"));
                    }
                    if self.left.get() == 0 {
                        return Ok(None);
                    }
                    self.left.set(self.left.get() - 1);
                    self.passed.set($passed + 1);
                    Ok($deque.get($place))
                }

                /// Private method returning an estimate of len(list(it)).
                fn __length_hint__(&self) -> usize {
                    self.left.get()
                }

                /// Return state information for pickling.
                fn __reduce__(this: &Py<$type>) -> (Value, (Value, usize)) {
                    let passed = this.deque.len().saturating_sub(this.left.get());
                    (this.header().class().to_value(), (this.deque.to_value(), passed))
                }
            }

            impl Traverse for $type {
                fn traverse(&self, visit: &mut Visitor<'_>) {
                    visit(self.deque.as_value());
                }
            }
        )*
    };
}

iterators! {
    DequeIterator: "_deque_iterator", |deque, passed| passed;
    DequeReverseIterator: "_deque_reverse_iterator", |deque, passed| deque.len() - 1 - passed;
}
