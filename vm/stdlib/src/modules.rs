//! Reaching modules written in Python from native code.

use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::value::Value;

/// `import name`, for a name without dots.
///
/// # Errors
/// What the import raises.
pub(crate) fn import(cx: &Ctx, name: &str) -> PyResult<Value> {
    let import = cx.builtin("__import__")?;
    cx.call(&import, &[cx.intern(name).into_value()])
}

/// `from module import name`.
///
/// # Errors
/// What the import or the attribute raises.
pub(crate) fn import_from(cx: &Ctx, module: &str, name: &str) -> PyResult<Value> {
    cx.get_attr(&import(cx, module)?, &cx.intern(name))
}
