//! The part that all exceptions have.

use std::cell::{Cell, RefCell};

use crate::ctx::Ctx;
use crate::error::PyErr;
use crate::heap::{Traverse, Visitor};
use crate::objects::{Tuple, Type};
use crate::value::{Py, Value};

/// The payload that each exception's payload starts with. Further attributes and notes are in the instance's dict.
#[repr(C)]
pub struct BaseException {
    pub args: RefCell<Py<Tuple>>,
    pub traceback: RefCell<Option<Value>>,
    pub context: RefCell<Option<Value>>,
    pub cause: RefCell<Option<Value>>,
    /// `raise ... from ...` was used: the context is not shown.
    pub suppress_context: Cell<bool>,
}

payload!(BaseException, traverse);

impl BaseException {
    pub fn new(args: Py<Tuple>) -> Self {
        Self {
            args: RefCell::new(args),
            traceback: RefCell::default(),
            context: RefCell::default(),
            cause: RefCell::default(),
            suppress_context: Cell::new(false),
        }
    }
}

impl Traverse for BaseException {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(self.args.borrow().as_value());
        for value in [&self.traceback, &self.context, &self.cause] {
            value.borrow().iter().for_each(&mut *visit);
        }
    }

    fn clear(&self) {
        let old = (
            self.traceback.take(),
            self.context.take(),
            self.cause.take(),
        );
        drop(old);
    }
}

impl Ctx {
    /// Makes an exception of a native class whose payload is `BaseException` alone, without calling the class.
    pub fn new_exception(&self, class: &Py<Type>, args: Vec<Value>) -> PyErr {
        let args = self.new_tuple(args);
        PyErr::new(self.heap().allocate(class, BaseException::new(args)))
    }
}
