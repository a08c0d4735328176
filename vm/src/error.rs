//! Python exceptions as Rust errors.

use crate::objects::BaseException;
use crate::value::{Py, Value};

/// A raised exception: an instance of a subclass of `BaseException`.
#[derive(Clone)]
pub struct PyErr {
    exception: Py<BaseException>,
}

/// What Python code can make fail.
pub type PyResult<T> = Result<T, PyErr>;

const _: () = assert!(size_of::<PyResult<Value>>() == 16 && size_of::<PyErr>() == 8);

impl PyErr {
    pub fn new(exception: Py<BaseException>) -> Self {
        Self { exception }
    }

    pub fn exception(&self) -> &Py<BaseException> {
        &self.exception
    }

    pub fn into_exception(self) -> Py<BaseException> {
        self.exception
    }

    pub fn value(&self) -> &Value {
        self.exception.as_value()
    }
}

impl std::fmt::Debug for PyErr {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PyErr({:?})", self.exception)
    }
}
