//! `input`.
//!
//! CPython 3.14: `builtin_input_impl` (`Python/bltinmodule.c`). A terminal on both sides is asked for a line the same
//! way as any stream: the prompt goes to `sys.stdout`, the line comes from `sys.stdin`. Tests: `tests/cli/`.

use taipan_macros::pyfunction;

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::objects::Str;
use crate::value::{Py, Value};

/// Read a string from standard input.  The trailing newline is stripped.
///
/// The prompt string, if given, is printed to standard output without a
/// trailing newline before reading input.
///
/// If the user hits EOF (*nix: Ctrl-D, Windows: Ctrl-Z+Return), raise EOFError.
/// On *nix systems, readline is used if available.
#[pyfunction(signature = (prompt = None, /), text_signature = "($module, prompt='', /)")]
pub(super) fn input(cx: &Ctx, prompt: Option<&Value>) -> PyResult<Value> {
    let stdin = stream(cx, "stdin")?;
    let stdout = stream(cx, "stdout")?;
    let stderr = stream(cx, "stderr")?;
    cx.audit("builtins.input", &[prompt.cloned().unwrap_or(Value::NONE)])?;
    // What was written before must stand above the prompt; a stream that cannot flush does not matter here.
    let _ = cx.call_method(&stderr, &cx.names().flush, &[]);
    if let Some(prompt) = prompt {
        let text = cx.str(prompt)?.into_value();
        cx.call_method(&stdout, &cx.names().write, &[text])?;
    }
    let _ = cx.call_method(&stdout, &cx.names().flush, &[]);
    let line = cx.call_method(&stdin, &cx.names().readline, &[])?;
    let Some(line) = line.downcast_ref::<Str>() else {
        return Err(cx.type_error("object.readline() returned non-string"));
    };
    let text = line.as_wtf8();
    if text.as_bytes().is_empty() {
        return Err(cx.eof_error("EOF when reading a line"));
    }
    cx.audit("builtins.input/result", &[line.to_value()])?;
    if text.as_bytes().last() == Some(&b'\n') {
        return Ok(stripped(cx, line)?.into_value());
    }
    Ok(line.to_value())
}

fn stripped(cx: &Ctx, line: &Py<Str>) -> PyResult<Py<Str>> {
    cx.new_str(line.slice(0, line.length() - 1))
}

fn stream(cx: &Ctx, name: &str) -> PyResult<Value> {
    match cx.sys_get(name) {
        Some(stream) if !stream.is_none() => Ok(stream),
        _ => Err(cx.runtime_error(format!("input(): lost sys.{name}"))),
    }
}
