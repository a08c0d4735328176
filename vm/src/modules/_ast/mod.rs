//! `_ast`: the classes of syntax trees, and trees of the compiler as their objects and back.
//!
//! CPython 3.14: `Python/Python-ast.c`, which is generated from the grammar, as everything here derives from
//! [`nodes`]. Tests: `tests/run/ast/`. Deviations: none known.

mod base;
mod classes;
mod from_object;
mod nodes;
mod to_object;

use taipan_compiler::future::CompilerFlags;
use taipan_macros::pymodule;

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::ModuleBuilder;

pub(crate) use from_object::{is_tree, tree_of_object};
pub(crate) use to_object::tree_object;

#[pymodule]
pub(crate) fn _ast(cx: &Ctx, m: &ModuleBuilder<'_>) -> PyResult<()> {
    let classes = classes::Classes::of(cx)?;
    for (name, class) in classes.all() {
        m.add(name, class.to_value())?;
    }
    let flags = [
        (
            "PyCF_ALLOW_TOP_LEVEL_AWAIT",
            CompilerFlags::ALLOW_TOP_LEVEL_AWAIT,
        ),
        ("PyCF_ONLY_AST", CompilerFlags::ONLY_AST),
        ("PyCF_TYPE_COMMENTS", CompilerFlags::TYPE_COMMENTS),
        ("PyCF_OPTIMIZED_AST", CompilerFlags::OPTIMIZED_AST),
    ];
    for (name, flag) in flags {
        m.add(name, i64::from(flag.bits()))?;
    }
    Ok(())
}
