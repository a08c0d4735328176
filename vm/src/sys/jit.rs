//! `sys._jit`: what a program may ask about compilation to machine code. There is none, and that is what it says.
//!
//! CPython 3.14: `Python/sysmodule.c`. Tests: `tests/run/sys/`.

use taipan_macros::{pyfunction, pymodule};

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::ModuleBuilder;

/// Utilities for observing just-in-time compilation.
#[pymodule(name = "sys._jit")]
pub(super) fn _jit(m: &ModuleBuilder) -> PyResult<()> {
    m.function(&is_available::DEF)?;
    m.function(&is_enabled::DEF)?;
    m.function(&is_active::DEF)
}

/// Return True if this Python can compile to machine code.
#[pyfunction]
fn is_available() -> bool {
    false
}

/// Return True if this process compiles to machine code.
#[pyfunction]
fn is_enabled() -> bool {
    false
}

/// Return True if the topmost Python frame runs machine code.
#[pyfunction]
fn is_active() -> bool {
    false
}

/// Adds a module that is an attribute of `sys` and nothing else.
pub(super) fn add_part(
    cx: &Ctx,
    m: &ModuleBuilder,
    name: &str,
    def: &'static crate::native::ModuleDef,
) -> PyResult<()> {
    let module = cx.new_module(def.name, def.doc, Some(def))?;
    (def.exec)(cx, &ModuleBuilder::new(cx, module.clone()))?;
    m.add(name, module)
}
