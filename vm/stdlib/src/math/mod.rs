//! `math`: mathematical functions of real numbers.
//!
//! Reference: CPython 3.14 `Modules/mathmodule.c`. Tests: `tests/run/math/`.
//! Deviations: `erf` and `erfc` are those of the crate libm; the last digit can differ from the C library's.

mod float_functions;
mod gamma;
mod integer_functions;
mod sums;

use taipan_macros::pymodule;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::ModuleBuilder;

/// This module provides access to the mathematical functions of real numbers.
#[pymodule]
pub(crate) fn math(_cx: &Ctx, m: &ModuleBuilder<'_>) -> PyResult<()> {
    m.add("pi", std::f64::consts::PI)?;
    m.add("e", std::f64::consts::E)?;
    m.add("tau", std::f64::consts::TAU)?;
    m.add("inf", f64::INFINITY)?;
    m.add("nan", f64::NAN)?;
    float_functions::register(m)?;
    integer_functions::register(m)?;
    sums::register(m)
}
