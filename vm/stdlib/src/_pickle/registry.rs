//! What other modules know about pickling: `copyreg`'s tables and the names of Python 2.
//!
//! The tables are looked up once an isolate, as CPython's module does when it is made.

use std::cell::RefCell;

use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::objects::Dict;
use taipan_vm::value::{Py, Value};

/// See the module.
#[derive(Clone)]
pub(super) struct Registry {
    pub(super) dispatch_table: Py<Dict>,
    pub(super) extension_registry: Py<Dict>,
    pub(super) inverted_registry: Py<Dict>,
    pub(super) extension_cache: Py<Dict>,
    pub(super) name_mapping: Py<Dict>,
    pub(super) import_mapping: Py<Dict>,
    pub(super) reverse_name_mapping: Py<Dict>,
    pub(super) reverse_import_mapping: Py<Dict>,
}

#[derive(Default)]
struct Known(RefCell<Option<Registry>>);

fn table(cx: &Ctx, module: &str, name: &str) -> PyResult<Py<Dict>> {
    let value = cx.import_from(module, name)?;
    value.downcast::<Dict>().map_err(|value| {
        let class = cx.type_name(&value);
        cx.runtime_error(format!("{module}.{name} should be a dict, not {class}"))
    })
}

/// The isolate's tables.
///
/// # Errors
/// What importing raises; `RuntimeError` if a table is none.
pub(super) fn registry(cx: &Ctx) -> PyResult<Registry> {
    let known = cx.state::<Known>();
    if let Some(registry) = known.0.borrow().as_ref() {
        return Ok(registry.clone());
    }
    let registry = Registry {
        dispatch_table: table(cx, "copyreg", "dispatch_table")?,
        extension_registry: table(cx, "copyreg", "_extension_registry")?,
        inverted_registry: table(cx, "copyreg", "_inverted_registry")?,
        extension_cache: table(cx, "copyreg", "_extension_cache")?,
        name_mapping: table(cx, "_compat_pickle", "NAME_MAPPING")?,
        import_mapping: table(cx, "_compat_pickle", "IMPORT_MAPPING")?,
        reverse_name_mapping: table(cx, "_compat_pickle", "REVERSE_NAME_MAPPING")?,
        reverse_import_mapping: table(cx, "_compat_pickle", "REVERSE_IMPORT_MAPPING")?,
    };
    *known.0.borrow_mut() = Some(registry.clone());
    Ok(registry)
}

/// `module.attribute.attribute...`.
///
/// # Errors
/// What reading an attribute raises.
pub(super) fn attribute_path(cx: &Ctx, module: &Value, path: &[&str]) -> PyResult<Value> {
    let mut value = module.clone();
    for name in path {
        value = cx.get_attr(&value, &cx.intern(*name))?;
    }
    Ok(value)
}
