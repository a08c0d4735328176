//! `_sysconfig`: facts of the build that `sysconfig` shows.
//!
//! CPython 3.14: `Modules/_sysconfig.c`. Tests: `tests/run/sysconfig/`.

use taipan_macros::{pyfunction, pymodule};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::ModuleBuilder;
use taipan_vm::objects::Dict;
use taipan_vm::value::Py;

/// A helper for the sysconfig module.
#[pymodule]
pub(crate) fn _sysconfig(_cx: &Ctx, m: &ModuleBuilder<'_>) -> PyResult<()> {
    m.function(&config_vars::DEF)
}

/// Returns a dictionary containing build variables intended to be exposed by sysconfig.
#[pyfunction]
fn config_vars(cx: &Ctx) -> Py<Dict> {
    let vars = cx.new_dict();
    for name in ["Py_GIL_DISABLED", "Py_DEBUG"] {
        vars.set_str(&cx.intern(name), cx.new_int(0));
    }
    vars
}
