//! Module `_typing`: the types of `typing` that the VM itself makes.
//!
//! CPython 3.14: `Modules/_typingmodule.c`. Tests: `tests/run/type_params/`.

use taipan_macros::{pyfunction, pymodule};

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::ModuleBuilder;
use crate::objects::typing::{
    ParamSpec, ParamSpecArgs, ParamSpecKwargs, TypeAliasType, TypeVar, TypeVarTuple, generic,
    no_default,
};
use crate::value::Value;

/// Primitives and accelerators for the typing module.
#[pymodule]
pub(crate) fn _typing(cx: &Ctx, m: &ModuleBuilder<'_>) -> PyResult<()> {
    m.function(&_idfunc::DEF)?;
    m.class(TypeVar::class())?;
    m.class(TypeVarTuple::class())?;
    m.class(ParamSpec::class())?;
    m.class(ParamSpecArgs::class())?;
    m.class(ParamSpecKwargs::class())?;
    m.class(generic::generic())?;
    m.class(TypeAliasType::class())?;
    m.add("Union", cx.types().union.to_value())?;
    m.add("NoDefault", no_default::no_default(cx))
}

#[pyfunction(signature = (x, /))]
fn _idfunc(x: &Value) -> Value {
    x.clone()
}
