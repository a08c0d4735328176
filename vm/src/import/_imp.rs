//! Module `_imp`: what `importlib` needs from the VM.
//!
//! CPython 3.14: `Python/import.c`. Tests: `tests/run/import/`.
//! Deviations: there are no extension modules, so `create_dynamic` and `exec_dynamic` are absent and no suffix is one.

use std::hash::Hasher;

use taipan_compiler::constant::Constant;
use taipan_compiler::marshal;
use taipan_macros::{pyfunction, pymodule};

use super::{frozen, native};
use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::native::ModuleBuilder;
use crate::objects::code::Code;
use crate::objects::{List, Module, Str};
use crate::value::{Py, Value};

/// (Extremely) low-level import machinery bits as used by importlib.
#[pymodule]
pub(super) fn _imp(cx: &Ctx, m: &ModuleBuilder) -> PyResult<()> {
    for function in [
        &_fix_co_filename::DEF,
        &_frozen_module_names::DEF,
        &_override_frozen_modules_for_tests::DEF,
        &_override_multi_interp_extensions_check::DEF,
        &acquire_lock::DEF,
        &create_builtin::DEF,
        &exec_builtin::DEF,
        &extension_suffixes::DEF,
        &find_frozen::DEF,
        &get_frozen_object::DEF,
        &init_frozen::DEF,
        &is_builtin::DEF,
        &is_frozen::DEF,
        &is_frozen_package::DEF,
        &lock_held::DEF,
        &release_lock::DEF,
        &source_hash::DEF,
    ] {
        m.function(function)?;
    }
    m.add(
        "check_hash_based_pycs",
        cx.isolate().config().check_hash_based_pycs.as_str(),
    )?;
    m.add("pyc_magic_number_token", magic_token())?;
    let _ = cx;
    Ok(())
}

/// The four bytes at the start of a `.pyc` file, as a number.
fn magic_token() -> u32 {
    u32::from_le_bytes(marshal::MAGIC_NUMBER)
}

fn module_name(cx: &Ctx, spec: &Value) -> PyResult<Py<Str>> {
    let name = cx.get_attr(spec, &cx.names().name)?;
    name.downcast::<Str>().map_err(|other| {
        let class = cx.type_name(&other);
        cx.type_error(format!("name must be string, not {class}"))
    })
}

/// Create an extension module.
#[pyfunction(signature = (spec, /))]
fn create_builtin(cx: &Ctx, spec: &Value) -> PyResult<Value> {
    let name = module_name(cx, spec)?;
    // The two that are there from the start are not made twice.
    if matches!(name.to_str(), Some("sys" | "builtins"))
        && let Some(module) = cx
            .isolate()
            .import_state
            .first_module(&name.to_string_lossy())
    {
        return Ok(module);
    }
    match native::find(cx, &name.to_string_lossy()) {
        Some(def) => native::create(cx, def).map(Py::into_value),
        None => Ok(Value::NONE),
    }
}

/// Initialize a built-in module.
#[pyfunction(signature = (r#mod, /), text_signature = "($module, mod, /)")]
fn exec_builtin(cx: &Ctx, r#mod: &Value) -> PyResult<i32> {
    if let Some(module) = r#mod.downcast_ref::<Module>() {
        let is_first = matches!(module.def.map(|def| def.name), Some("sys" | "builtins"));
        if !is_first {
            native::execute(cx, module)?;
        }
    }
    Ok(0)
}

/// Returns True if the module name corresponds to a built-in module.
#[pyfunction(signature = (name, /))]
fn is_builtin(cx: &Ctx, name: &Py<Str>) -> i32 {
    match name.to_str() {
        // These cannot be made again.
        Some("sys" | "builtins") => -1,
        Some(name) if native::find(cx, name).is_some() => 1,
        _ => 0,
    }
}

/// Returns True if the module name corresponds to a frozen module.
#[pyfunction(signature = (name, /))]
fn is_frozen(cx: &Ctx, name: &Py<Str>) -> bool {
    frozen::find(cx, &name.to_string_lossy()).is_some()
}

/// Returns True if the module name is of a frozen package.
#[pyfunction(signature = (name, /))]
fn is_frozen_package(cx: &Ctx, name: &Py<Str>) -> PyResult<bool> {
    match frozen::find(cx, &name.to_string_lossy()) {
        Some(frozen) => Ok(frozen.is_package),
        None => Err(no_frozen(cx, name)),
    }
}

#[cold]
fn no_frozen(cx: &Ctx, name: &Py<Str>) -> PyErr {
    let repr = match cx.repr(name.as_value()) {
        Ok(repr) => repr,
        Err(error) => return error,
    };
    let message = format!("No such frozen object named {}", repr.to_string_lossy());
    cx.error(&cx.types().import_error, message)
}

/// Return info about the corresponding frozen module (if there is one) or None.
///
/// The returned info (a 2-tuple):
///
///  * data         the raw marshalled bytes
///  * is_package   whether or not it is a package
///  * origname     the originally frozen module's name, or None if not
///                 a stdlib module (this will usually be the same as
///                 the module's current name)
#[pyfunction(signature = (name, /, *, withdata = false))]
fn find_frozen(cx: &Ctx, name: &Py<Str>, withdata: bool) -> PyResult<Value> {
    let Some(found) = frozen::find(cx, &name.to_string_lossy()) else {
        return Ok(Value::NONE);
    };
    let data = match (withdata, frozen::code(cx, found)) {
        (true, Some(code)) => {
            let bytes = marshal::dump(&Constant::Code(code.into()));
            cx.new_bytes(&bytes)?
        }
        _ => Value::NONE,
    };
    let original = cx.new_str(found.original)?.into_value();
    let items = vec![data, Value::bool(found.is_package), original];
    Ok(cx.new_tuple(items).into_value())
}

/// Create a code object for a frozen module.
#[pyfunction(signature = (name, data = None, /))]
fn get_frozen_object(cx: &Ctx, name: &Py<Str>, data: Option<&Value>) -> PyResult<Value> {
    if let Some(data) = data {
        let loads = cx.import_from("marshal", "loads")?;
        let object = cx.call(&loads, std::slice::from_ref(data))?;
        if object.downcast_ref::<Code>().is_none() {
            let repr = cx.repr(name.as_value())?;
            let repr = repr.to_string_lossy();
            return Err(cx.type_error(format!("frozen object {repr} is not a code object")));
        }
        return Ok(object);
    }
    let code = frozen::find(cx, &name.to_string_lossy()).and_then(|found| frozen::code(cx, found));
    match code {
        Some(code) => cx.new_code(code).map(Py::into_value),
        None => Err(no_frozen(cx, name)),
    }
}

/// Initializes a frozen module.
#[pyfunction(signature = (name, /))]
fn init_frozen(cx: &Ctx, name: &Py<Str>) -> PyResult<Value> {
    match cx.import_frozen(&name.to_string_lossy())? {
        Some(module) => Ok(module.into_value()),
        None => Ok(Value::NONE),
    }
}

/// Returns the list of available frozen modules.
#[pyfunction]
fn _frozen_module_names(cx: &Ctx) -> Py<List> {
    cx.new_list(
        frozen::names()
            .map(|name| cx.intern(name).into_value())
            .collect(),
    )
}

/// (internal-only) Override PyConfig.use_frozen_modules.
///
/// (-1: "off", 1: "on", 0: no override)
/// See frozen_modules() in Lib/test/support/import_helper.py.
#[pyfunction(signature = (r#override, /), text_signature = "($module, override, /)")]
fn _override_frozen_modules_for_tests(r#override: i32) {
    // The library's modules are not frozen ones; nothing changes either way.
    let _ = r#override;
}

/// (internal-only) Override PyInterpreterConfig.check_multi_interp_extensions.
///
/// (-1: "never", 1: "always", 0: no override)
#[pyfunction(signature = (r#override, /), text_signature = "($module, override, /)")]
fn _override_multi_interp_extensions_check(cx: &Ctx, r#override: i32) -> PyResult<i32> {
    let _ = r#override;
    Err(cx.runtime_error(
        "_imp._override_multi_interp_extensions_check() cannot be used in the main interpreter",
    ))
}

/// Returns the list of file suffixes used to identify extension modules.
#[pyfunction]
fn extension_suffixes(cx: &Ctx) -> Py<List> {
    cx.new_list(Vec::new())
}

/// Return True if the import lock is currently held, else False.
///
/// On platforms without threads, return False.
#[pyfunction]
fn lock_held(cx: &Ctx) -> bool {
    cx.isolate().import_state.lock.is_held()
}

/// Acquires the interpreter's import lock for the current thread.
///
/// This lock should be used by import hooks to ensure thread-safety when importing
/// modules. On platforms without threads, this function does nothing.
#[pyfunction]
fn acquire_lock(cx: &Ctx) -> PyResult<()> {
    cx.isolate().import_state.lock.acquire(cx)
}

/// Release the interpreter's import lock.
///
/// On platforms without threads, this function does nothing.
#[pyfunction]
fn release_lock(cx: &Ctx) -> PyResult<()> {
    cx.isolate().import_state.lock.release(cx)
}

/// Changes code.co_filename to specify the passed-in file path.
#[pyfunction(signature = (code, path, /))]
fn _fix_co_filename(code: &Value, path: &Py<Str>) {
    if let Some(code) = code.downcast_ref::<Code>()
        && !code.filename().equals(path)
    {
        code.move_to(path);
    }
}

/// The hash of a source for the header of its .pyc file.
#[pyfunction(signature = (key, source))]
fn source_hash(cx: &Ctx, key: i64, source: &Value) -> PyResult<Value> {
    let source = cx.bytes_of(source)?;
    let mut hasher = siphasher::sip::SipHasher13::new_with_keys(key as u64, 0);
    hasher.write(&source);
    cx.new_bytes(&hasher.finish().to_le_bytes())
}
