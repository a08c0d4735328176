//! Module `marshal`: objects as bytes, in the format of `.pyc` files (version 5).
//!
//! CPython 3.14: `Python/marshal.c`. `input` and `write` know the format, `from_bytes` and `to_bytes` the objects, with code
//! objects in files of their own. The compiler has a form of this for code that is no object yet
//! (`taipan_compiler::marshal`). Tests: `tests/programs/marshal/`.

mod code_from_bytes;
mod code_to_bytes;
mod from_bytes;
mod held;
mod input;
mod tags;
mod to_bytes;
mod write;

use taipan_macros::{pyfunction, pymodule};

use self::input::Input;
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::ModuleBuilder;
use crate::objects::Bytes;
use crate::value::Value;

/// The newest version of the format.
const VERSION: i32 = 5;

/// This module contains functions that can read and write Python values in
/// a binary format. The format is specific to Python, but independent of
/// machine architecture issues.
///
/// Not all Python object types are supported; in general, only objects
/// whose value is independent from a particular invocation of Python can be
/// written and read. The following types are supported: None, integers,
/// floating-point numbers, strings, bytes, bytearrays, tuples, lists, sets,
/// dictionaries, and code objects, where it should be understood that
/// tuples, lists and dictionaries are only supported as long as the values
/// contained therein are themselves supported; and recursive lists and
/// dictionaries should not be written (they will cause infinite loops).
#[pymodule]
pub(crate) fn marshal(m: &ModuleBuilder) -> PyResult<()> {
    m.function(&dump::DEF)?;
    m.function(&load::DEF)?;
    m.function(&dumps::DEF)?;
    m.function(&loads::DEF)?;
    m.add("version", VERSION)
}

/// Return the bytes object that would be written to a file by dump(value, file).
///
///   value
///     Must be a supported type.
///   version
///     Indicates the data format that dumps should use.
///   allow_code
///     Allow to write code objects.
///
/// Raise a ValueError exception if value has (or contains an object that has) an
/// unsupported type.
#[pyfunction(
    signature = (value, version = VERSION, /, *, allow_code = true),
    text_signature = "($module, value, version=version, /, *, allow_code=True)"
)]
fn dumps(cx: &Ctx, value: &Value, version: i32, allow_code: bool) -> PyResult<Value> {
    let bytes = to_bytes::dump_value(cx, value, version, allow_code)?;
    cx.new_bytes(&bytes)
}

/// Convert the bytes-like object to a value.
///
///   allow_code
///     Allow to load code objects.
///
/// If no valid value is found, raise EOFError, ValueError or TypeError.  Extra
/// bytes in the input are ignored.
#[pyfunction(signature = (bytes, /, *, allow_code = true))]
fn loads(cx: &Ctx, bytes: &Value, allow_code: bool) -> PyResult<Value> {
    let input = cx.bytes_of(bytes)?.into_owned();
    cx.audit("marshal.loads", std::slice::from_ref(bytes))?;
    from_bytes::load_value(cx, Input::Memory(&input), allow_code)
}

/// Reads an object that is not Python's to see as bytes.
pub(crate) fn load_from_memory(cx: &Ctx, bytes: &[u8]) -> PyResult<Value> {
    from_bytes::load_value(cx, Input::Memory(bytes), true)
}

/// Write the value on the open file.
///
///   value
///     Must be a supported type.
///   file
///     Must be a writeable binary file.
///   version
///     Indicates the data format that dump should use.
///   allow_code
///     Allow to write code objects.
///
/// If the value has (or contains an object that has) an unsupported type, a
/// ValueError exception is raised - but garbage data will also be written
/// to the file. The object will not be properly read back by load().
#[pyfunction(
    name = "dump",
    signature = (value, file, version = VERSION, /, *, allow_code = true),
    text_signature = "($module, value, file, version=version, /, *, allow_code=True)"
)]
fn dump(cx: &Ctx, value: &Value, file: &Value, version: i32, allow_code: bool) -> PyResult<Value> {
    let bytes = to_bytes::dump_value(cx, value, version, allow_code)?;
    let bytes = cx.new_bytes(&bytes)?;
    cx.call_method(file, &cx.names().write, &[bytes])
}

/// Read one value from the open file and return it.
///
///   file
///     Must be readable binary file.
///   allow_code
///     Allow to load code objects.
///
/// If no valid value is read (e.g. because the data has a different Python
/// version's incompatible marshal format), raise EOFError, ValueError or
/// TypeError.
#[pyfunction(name = "load", signature = (file, /, *, allow_code = true))]
fn load(cx: &Ctx, file: &Value, allow_code: bool) -> PyResult<Value> {
    // This tells early that the file is a text file or no file.
    let nothing = cx.call_method(file, &cx.names().read, &[cx.new_int(0)])?;
    if nothing.downcast_ref::<Bytes>().is_none() {
        let class = cx.type_name_for_argument(&nothing);
        return Err(cx.type_error(format!("file.read() returned not bytes but {class}")));
    }
    cx.audit("marshal.load", &[])?;
    from_bytes::load_value(cx, Input::File(file), allow_code)
}
