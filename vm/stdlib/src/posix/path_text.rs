//! Paths as text: what `posixpath` takes from here.
//!
//! CPython 3.14: `os__path_normpath_impl`, `os__path_splitroot_ex_impl` (`Modules/posixmodule.c`), `Python/fileutils.c`.

use taipan_macros::pyfunction;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::objects::{Bytes, Str};
use taipan_vm::value::Value;

use crate::posix::path_text::Text::{AsBytes, AsStr};

/// Return the file system path representation of the object.
///
/// If the object is str or bytes, then allow it to pass through as-is. If the
/// object defines __fspath__(), then return the result of that method. All other
/// types raise a TypeError.
#[pyfunction(signature = (path))]
pub(super) fn fspath(cx: &Ctx, path: &Value) -> PyResult<Value> {
    cx.fs_path(path)
}

/// The text of a path, `str` as WTF-8. Both may hold a NUL.
enum Text {
    AsStr(Vec<u8>),
    AsBytes(Vec<u8>),
}

impl Text {
    fn of(cx: &Ctx, value: &Value, function: &str) -> PyResult<Self> {
        let path = match cx.fs_path(value) {
            Err(error) if cx.matches(&error, &cx.types().type_error) => {
                return Err(cx.type_error(format!(
                    "{function}: path should be string, bytes or os.PathLike, not {}",
                    cx.type_name(value)
                )));
            }
            other => other?,
        };
        if let Some(bytes) = path.downcast_ref::<Bytes>() {
            return Ok(AsBytes(bytes.as_slice().to_vec()));
        }
        Ok(AsStr(match path.downcast_ref::<Str>() {
            Some(text) => text.as_wtf8().as_bytes().to_vec(),
            None => Vec::new(),
        }))
    }

    fn bytes(&self) -> &[u8] {
        match self {
            AsStr(bytes) | AsBytes(bytes) => bytes,
        }
    }

    /// A part of it, cut at slashes, in its own type.
    fn part(&self, cx: &Ctx, part: &[u8]) -> PyResult<Value> {
        match self {
            AsBytes(_) => cx.new_bytes(part),
            AsStr(_) => match taipan_text::Wtf8::from_bytes(part) {
                Ok(text) => Ok(cx.new_str(text)?.into_value()),
                // Cut at ASCII characters, WTF-8 stays WTF-8.
                Err(_) => Err(cx.system_error("a path was cut inside of a character")),
            },
        }
    }
}

/// Normalize path, eliminating double slashes, etc.
#[pyfunction(signature = (path))]
pub(super) fn _path_normpath(cx: &Ctx, path: &Value) -> PyResult<Value> {
    let text = Text::of(cx, path, "_path_normpath")?;
    text.part(cx, &normalized(text.bytes()))
}

fn normalized(path: &[u8]) -> Vec<u8> {
    let (root, rest) = split_root(path);
    let mut parts: Vec<&[u8]> = Vec::new();
    for part in rest.split(|byte| *byte == b'/') {
        match part {
            b"" | b"." => {}
            b".." if !root.is_empty() && parts.is_empty() => {}
            b".." if parts.last().is_some_and(|last| *last != b"..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let mut result = root.to_vec();
    result.extend_from_slice(&parts.join(&b'/'));
    if result.is_empty() {
        result.push(b'.');
    }
    result
}

/// Two slashes at the start are a root of their own, three are one.
fn split_root(path: &[u8]) -> (&[u8], &[u8]) {
    let root = match path {
        [b'/', b'/', b'/', ..] => 1,
        [b'/', b'/', ..] => 2,
        [b'/', ..] => 1,
        _ => 0,
    };
    path.split_at(root)
}

/// Split a pathname into drive, root and tail.
///
/// The tail contains anything after the root.
#[pyfunction(signature = (p, /), text_signature = "($module, /, p)")]
pub(super) fn _path_splitroot_ex(cx: &Ctx, p: &Value) -> PyResult<(Value, Value, Value)> {
    let text = Text::of(cx, p, "_path_splitroot_ex")?;
    let (root, rest) = split_root(text.bytes());
    Ok((
        text.part(cx, b"")?,
        text.part(cx, root)?,
        text.part(cx, rest)?,
    ))
}
