//! Module `_taipan_library`: the library inside the binary, for the importer `_taipan_importer`.
//!
//! Paths are relative to the library's root. Tests: `tests/run/import/`.

use std::sync::Arc;

use taipan_macros::{pyfunction, pymodule};

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::ModuleBuilder;
use crate::objects::Str;
use crate::value::{Py, Value};

/// The standard library inside the binary.
#[pymodule]
pub(super) fn _taipan_library(cx: &Ctx, m: &ModuleBuilder) -> PyResult<()> {
    m.function(&code::DEF)?;
    m.function(&content::DEF)?;
    m.function(&is_file::DEF)?;
    m.function(&listdir::DEF)?;
    let config = cx.isolate().config();
    let root = config.stdlib_dir.clone().filter(|_| config.use_library);
    m.add("root", root)
}

/// The code of a file of the library, under the given file name; None if there is none.
#[pyfunction(signature = (path, filename, /))]
fn code(cx: &Ctx, path: &Py<Str>, filename: &Py<Str>) -> PyResult<Option<Value>> {
    let Some(library) = cx.isolate().library() else {
        return Ok(None);
    };
    let filename = Arc::new(filename.as_wtf8().to_owned());
    let Some(code) = path.to_str().and_then(|path| library.code(path, &filename)) else {
        return Ok(None);
    };
    cx.new_code(code).map(|code| Some(code.into_value()))
}

/// The bytes of a file of the library; None if there is no such file.
#[pyfunction(signature = (path, /))]
fn content(cx: &Ctx, path: &Py<Str>) -> PyResult<Option<Value>> {
    let Some(library) = cx.isolate().library() else {
        return Ok(None);
    };
    match path.to_str().and_then(|path| library.content(path)) {
        Some(content) => cx.new_bytes(&content).map(Some),
        None => Ok(None),
    }
}

/// Whether the library has such a file.
#[pyfunction(signature = (path, /))]
fn is_file(cx: &Ctx, path: &Py<Str>) -> bool {
    let library = cx.isolate().library();
    library.is_some_and(|library| path.to_str().is_some_and(|path| library.is_file(path)))
}

/// The names in a folder of the library, those of folders with a slash behind; None if there is no such folder.
#[pyfunction(signature = (path, /))]
fn listdir(cx: &Ctx, path: &Py<Str>) -> PyResult<Option<Value>> {
    let Some(library) = cx.isolate().library() else {
        return Ok(None);
    };
    let Some(names) = path.to_str().and_then(|path| library.list(path)) else {
        return Ok(None);
    };
    let names: PyResult<Vec<Value>> = names
        .iter()
        .map(|name| cx.new_str(name.as_str()).map(Py::into_value))
        .collect();
    Ok(Some(cx.new_list(names?).into_value()))
}
