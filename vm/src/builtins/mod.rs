//! Module `builtins`: what each program sees without an import.
//!
//! CPython 3.14: `Python/bltinmodule.c`. The functions stand in files by what they are about; the types come from
//! [`Types`](crate::types::Types). Tests: `tests/run/builtins/`.

mod anext_awaitable;
mod attributes;
mod build_class;
pub(crate) mod evaluate;
mod input;
mod iteration;
mod numbers;
mod print;
mod source;
mod sum;

use taipan_macros::pymodule;

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::ModuleBuilder;
use crate::value::Value;

/// The types that `builtins` shows besides the exceptions.
const TYPES: &[&str] = &[
    "bool",
    "bytearray",
    "bytes",
    "classmethod",
    "complex",
    "dict",
    "enumerate",
    "filter",
    "float",
    "frozenset",
    "int",
    "list",
    "map",
    "memoryview",
    "object",
    "property",
    "range",
    "reversed",
    "set",
    "slice",
    "staticmethod",
    "str",
    "super",
    "tuple",
    "type",
    "zip",
];

/// Built-in functions, types, exceptions, and other objects.
///
/// This module provides direct access to all 'built-in'
/// identifiers of Python; for example, builtins.len is
/// the full name for the built-in function len().
///
/// This module is not normally accessed explicitly by most
/// applications, but can be useful in modules that provide
/// objects with the same name as a builtin, but in which
/// the built-in of that name is also needed.
#[pymodule]
pub(crate) fn builtins(cx: &Ctx, m: &ModuleBuilder) -> PyResult<()> {
    m.function(&build_class::__build_class__::DEF)?;
    m.function(&evaluate::__import__::DEF)?;
    m.function(&numbers::abs::DEF)?;
    m.function(&iteration::all::DEF)?;
    m.function(&iteration::any::DEF)?;
    m.function(&attributes::ascii::DEF)?;
    m.function(&numbers::bin::DEF)?;
    m.function(&evaluate::breakpoint::DEF)?;
    m.function(&attributes::callable::DEF)?;
    m.function(&numbers::chr::DEF)?;
    m.function(&evaluate::compile::DEF)?;
    m.function(&attributes::delattr::DEF)?;
    m.function(&attributes::dir::DEF)?;
    m.function(&numbers::divmod::DEF)?;
    m.function(&evaluate::eval::DEF)?;
    m.function(&evaluate::exec::DEF)?;
    m.function(&attributes::format::DEF)?;
    m.function(&attributes::getattr::DEF)?;
    m.function(&evaluate::globals::DEF)?;
    m.function(&attributes::hasattr::DEF)?;
    m.function(&attributes::hash::DEF)?;
    m.function(&numbers::hex::DEF)?;
    m.function(&attributes::id::DEF)?;
    m.function(&input::input::DEF)?;
    m.function(&attributes::isinstance::DEF)?;
    m.function(&attributes::issubclass::DEF)?;
    m.function(&iteration::iter::DEF)?;
    m.function(&iteration::aiter::DEF)?;
    m.function(&iteration::len::DEF)?;
    m.function(&evaluate::locals::DEF)?;
    m.function(&iteration::max::DEF)?;
    m.function(&iteration::min::DEF)?;
    m.function(&iteration::next::DEF)?;
    m.function(&iteration::anext::DEF)?;
    m.function(&numbers::oct::DEF)?;
    m.function(&numbers::ord::DEF)?;
    m.function(&numbers::pow::DEF)?;
    m.function(&print::print::DEF)?;
    m.function(&attributes::repr::DEF)?;
    m.function(&numbers::round::DEF)?;
    m.function(&attributes::setattr::DEF)?;
    m.function(&iteration::sorted::DEF)?;
    m.function(&sum::sum::DEF)?;
    m.function(&attributes::vars::DEF)?;
    m.add("None", Value::NONE)?;
    m.add("Ellipsis", Value::ELLIPSIS)?;
    m.add("NotImplemented", Value::NOT_IMPLEMENTED)?;
    m.add("False", Value::FALSE)?;
    m.add("True", Value::TRUE)?;
    let types = cx.types();
    for class in types.all() {
        let is_exception = class.is_subtype(&types.base_exception)
            && class.def.is_some_and(|def| def.module == "builtins");
        let name = class.name().to_string();
        if is_exception || TYPES.contains(&name.as_str()) {
            m.add(&name, class.clone())?;
        }
    }
    m.add("EnvironmentError", types.os_error.clone())?;
    m.add("IOError", types.os_error.clone())?;
    m.add("__debug__", cx.isolate().config().optimize == 0)
}
