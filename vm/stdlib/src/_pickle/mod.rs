//! `_pickle`: objects as bytes, and back.
//!
//! Writing: `pickler` (the class), `save` (which way an object goes), `save_atoms`, `save_containers`, `save_global`,
//! `save_reduce`, onto `output` (frames). Reading: `unpickler` (the class), `load` (the loop over instructions),
//! `load_atoms`, `load_containers`, `load_objects`, out of `input`. Shared: `opcodes`, `registry` (what `copyreg` and
//! `_compat_pickle` know), `memo` (what `Pickler.memo` and `Unpickler.memo` show), `pickle_buffer`.
//! Reference: CPython 3.14 `Modules/_pickle.c`. Tests: `tests/run/pickle/`. Deviations: none known.

mod input;
mod load;
mod load_atoms;
mod load_containers;
mod load_objects;
mod memo;
mod opcodes;
mod output;
mod pickle_buffer;
mod pickler;
mod registry;
mod save;
mod save_atoms;
mod save_containers;
mod save_global;
mod save_reduce;
mod unpickler;

use taipan_macros::{pyfunction, pymodule};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::{PyErr, PyResult};
use taipan_vm::native::ModuleBuilder;
use taipan_vm::native::bind::Optional;
use taipan_vm::objects::{Str, Type};
use taipan_vm::value::{Py, Value};

use crate::exception_class::exception_class;

/// Optimized C implementation for the Python pickle module.
#[pymodule]
pub(crate) fn _pickle(cx: &Ctx, m: &ModuleBuilder<'_>) -> PyResult<()> {
    m.class(pickler::Pickler::class())?;
    m.class(unpickler::Unpickler::class())?;
    m.class(pickle_buffer::PickleBuffer::class())?;
    m.add("PickleError", pickle_error(cx)?)?;
    m.add("PicklingError", subclass(cx, "_pickle.PicklingError")?)?;
    m.add("UnpicklingError", subclass(cx, "_pickle.UnpicklingError")?)?;
    m.function(&dump::DEF)?;
    m.function(&dumps::DEF)?;
    m.function(&load_file::DEF)?;
    m.function(&loads::DEF)
}

fn pickle_error(cx: &Ctx) -> PyResult<Py<Type>> {
    exception_class(cx, "_pickle.PickleError", &cx.types().exception)
}

fn subclass(cx: &Ctx, name: &'static str) -> PyResult<Py<Type>> {
    exception_class(cx, name, &pickle_error(cx)?)
}

/// `PicklingError`.
#[cold]
fn pickling_error(cx: &Ctx, message: impl AsRef<str>) -> PyErr {
    match subclass(cx, "_pickle.PicklingError") {
        Ok(class) => cx.error(&class, message.as_ref()),
        Err(error) => error,
    }
}

/// `UnpicklingError`.
#[cold]
fn unpickling_error(cx: &Ctx, message: impl AsRef<str>) -> PyErr {
    match subclass(cx, "_pickle.UnpicklingError") {
        Ok(class) => cx.error(&class, message.as_ref()),
        Err(error) => error,
    }
}

/// Write a pickled representation of obj to the open file object file.
///
/// This is equivalent to ``Pickler(file, protocol).dump(obj)``, but may
/// be more efficient. The arguments are those of Pickler.
#[pyfunction(
    signature = (obj, file, protocol = None, *, fix_imports = true, buffer_callback = None),
    text_signature = "($module, /, obj, file, protocol=None, *, fix_imports=True,\n     buffer_callback=None)"
)]
fn dump(
    cx: &Ctx,
    obj: &Value,
    file: &Value,
    protocol: Option<&Value>,
    fix_imports: bool,
    buffer_callback: Option<&Value>,
) -> PyResult<()> {
    let settings = pickler::Settings::new(cx, protocol, fix_imports, buffer_callback)?;
    let write = pickler::write_method(cx, file)?;
    let mut saver = save::Saver::new(cx, &settings, Some(write))?;
    saver.dump(obj)?;
    saver.out.flush(cx)
}

/// Return the pickled representation of the object as a bytes object.
///
/// The arguments are those of Pickler.
#[pyfunction(
    signature = (obj, protocol = None, *, fix_imports = true, buffer_callback = None),
    text_signature = "($module, /, obj, protocol=None, *, fix_imports=True,\n      buffer_callback=None)"
)]
fn dumps(
    cx: &Ctx,
    obj: &Value,
    protocol: Option<&Value>,
    fix_imports: bool,
    buffer_callback: Option<&Value>,
) -> PyResult<Value> {
    let settings = pickler::Settings::new(cx, protocol, fix_imports, buffer_callback)?;
    let mut saver = save::Saver::new(cx, &settings, None)?;
    saver.dump(obj)?;
    cx.new_bytes(saver.out.bytes())
}

/// Read and return an object from the pickle data stored in a file.
///
/// This is equivalent to ``Unpickler(file).load()``, but may be more
/// efficient. The arguments are those of Unpickler.
#[pyfunction(
    name = "load",
    signature = (file, *, fix_imports = true, encoding = Optional::Missing, errors = Optional::Missing, buffers = Optional::Missing),
    text_signature = "($module, /, file, *, fix_imports=True, encoding='ASCII',\n     errors='strict', buffers=())"
)]
fn load_file(
    cx: &Ctx,
    file: &Value,
    fix_imports: bool,
    encoding: Optional<&Py<Str>>,
    errors: Optional<&Py<Str>>,
    buffers: Optional<&Value>,
) -> PyResult<Value> {
    let settings = unpickler::Settings::new(cx, fix_imports, encoding, errors, buffers)?;
    let input = input::Input::of_file(cx, file)?;
    load::Loader::new(cx, &settings, input).load()
}

/// Read and return an object from the given pickle data.
///
/// The arguments are those of Unpickler.
#[pyfunction(
    signature = (data, /, *, fix_imports = true, encoding = Optional::Missing, errors = Optional::Missing, buffers = Optional::Missing),
    text_signature = "($module, data, /, *, fix_imports=True, encoding='ASCII',\n      errors='strict', buffers=())"
)]
fn loads(
    cx: &Ctx,
    data: &Value,
    fix_imports: bool,
    encoding: Optional<&Py<Str>>,
    errors: Optional<&Py<Str>>,
    buffers: Optional<&Value>,
) -> PyResult<Value> {
    let settings = unpickler::Settings::new(cx, fix_imports, encoding, errors, buffers)?;
    let input = input::Input::of_bytes(cx, data)?;
    load::Loader::new(cx, &settings, input).load()
}
