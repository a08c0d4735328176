//! The float object, for floats that do not fit the value word and instances of subclasses.

use taipan_macros::pyclass;

use crate::ctx::Ctx;
use crate::value::{Kind, Value};

/// The payload of a float on the heap.
#[pyclass(name = "float", module = "builtins", subclassable, match_self)]
pub struct Float(pub f64);

impl Ctx {
    /// Makes a `float`.
    #[inline(always)]
    pub fn new_float(&self, value: f64) -> Value {
        match Value::tagged_float(value) {
            Some(word) => word,
            None => self
                .heap()
                .allocate(&self.types().float, Float(value))
                .into_value(),
        }
    }
}

impl Value {
    /// The value of a `float` or an instance of a subclass.
    #[inline]
    pub fn as_float(&self) -> Option<f64> {
        match self.kind() {
            Kind::Float(value) => Some(value),
            Kind::Heap(_) => self.downcast_ref::<Float>().map(|float| float.0),
            _ => None,
        }
    }
}
