//! Module `_weakref`: weak references to objects.
//!
//! CPython 3.14: `Modules/_weakref.c`. Tests: `tests/run/weakref/`.

use taipan_macros::{pyfunction, pymodule};

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::ModuleBuilder;
use crate::objects::weakref::WeakRef;
use crate::objects::{Dict, List};
use crate::value::{Py, Value};

/// Return the number of weak references to 'object'.
#[pyfunction(signature = (object, /))]
fn getweakrefcount(cx: &Ctx, object: &Value) -> usize {
    cx.isolate().weak_references().references(cx, object).len()
}

/// Return a list of all weak reference objects pointing to 'object'.
#[pyfunction(signature = (object, /))]
fn getweakrefs(cx: &Ctx, object: &Value) -> Py<List> {
    let known = cx.isolate().weak_references().references(cx, object);
    cx.new_list(known.into_iter().map(Py::into_value).collect())
}

/// Create a proxy object that weakly references 'object'.
///
/// 'callback', if given, is called with a reference to the proxy when 'object' is about to be finalized.
#[pyfunction(signature = (object, callback = None, /))]
fn proxy(cx: &Ctx, object: &Value, callback: Option<&Value>) -> PyResult<Value> {
    let callback = callback.cloned().unwrap_or(Value::NONE);
    cx.new_weak_proxy(&[object.clone(), callback])
}

/// Atomically remove key from dict if it points to a dead weakref.
#[pyfunction(signature = (dct, key, /))]
fn _remove_dead_weakref(cx: &Ctx, dct: &Py<Dict>, key: &Value) -> PyResult<()> {
    let Some(known) = dct.get(cx, key)? else {
        return Ok(());
    };
    let Some(reference) = known.downcast_ref::<WeakRef>() else {
        return Err(cx.type_error("not a weakref"));
    };
    if reference.upgrade().is_none() {
        drop(dct.pop(cx, key)?);
    }
    Ok(())
}

/// Weak-reference support module.
#[pymodule]
pub(crate) fn _weakref(cx: &Ctx, m: &ModuleBuilder<'_>) -> PyResult<()> {
    m.function(&getweakrefcount::DEF)?;
    m.function(&getweakrefs::DEF)?;
    m.function(&proxy::DEF)?;
    m.function(&_remove_dead_weakref::DEF)?;
    let types = cx.types();
    m.add("ref", types.weak_reference.to_value())?;
    m.add("ReferenceType", types.weak_reference.to_value())?;
    m.add("ProxyType", types.weak_proxy.to_value())?;
    m.add("CallableProxyType", types.weak_callable_proxy.to_value())?;
    Ok(())
}
