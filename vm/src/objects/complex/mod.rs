//! `complex`: a real and an imaginary float.
//!
//! CPython 3.14: `Objects/complexobject.c`. Tests: `tests/run/complex/`.

mod arith;
mod methods;

use taipan_macros::pyclass;

use crate::ctx::Ctx;
use crate::value::Value;

/// The payload of a `complex`.
#[pyclass(name = "complex", module = "builtins", subclassable)]
pub struct Complex {
    pub real: f64,
    pub imag: f64,
}

impl Ctx {
    pub fn new_complex(&self, real: f64, imag: f64) -> Value {
        self.heap()
            .allocate(&self.types().complex, Complex { real, imag })
            .into_value()
    }
}

impl Value {
    /// Real and imaginary part of a `complex` or an instance of a subclass.
    pub fn as_complex(&self) -> Option<(f64, f64)> {
        self.downcast_ref::<Complex>()
            .map(|complex| (complex.real, complex.imag))
    }
}
