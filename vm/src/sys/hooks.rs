//! The hooks that a program may replace: showing values and exceptions, breakpoints; and `exit`.
//!
//! CPython 3.14: `Python/sysmodule.c`. Tests: `tests/run/sys/`, `tests/cli/`.

use taipan_macros::pyfunction;

use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::native::Args;
use crate::objects::Str;
use crate::value::{Py, Value};

/// Print an object to sys.stdout and also save it in builtins._
#[pyfunction(signature = (object, /))]
pub(super) fn displayhook(cx: &Ctx, object: &Value) -> PyResult<()> {
    let Some(builtins) = cx.isolate().builtins.get().cloned() else {
        return Err(cx.runtime_error("lost builtins module"));
    };
    if object.is_none() {
        return Ok(());
    }
    // Not `object` itself first: its `__repr__` may look at `_`.
    let underscore = cx.intern("_");
    builtins.set_str(&underscore, Value::NONE);
    let Some(stdout) = cx.sys_get("stdout").filter(|stdout| !stdout.is_none()) else {
        return Err(cx.runtime_error("lost sys.stdout"));
    };
    let text = cx.repr(object)?;
    match cx.call_method(&stdout, &cx.names().write, &[text.to_value()]) {
        Err(error) if cx.matches(&error, &cx.types().unicode_encode_error) => {
            write_escaped(cx, &stdout, &text)?;
        }
        result => {
            result?;
        }
    }
    cx.call_method(&stdout, &cx.names().write, &[cx.intern("\n").into_value()])?;
    builtins.set_str(&underscore, object.clone());
    Ok(())
}

/// Writes text whose characters the stream cannot encode, with escapes for those.
fn write_escaped(cx: &Ctx, stdout: &Value, text: &Py<Str>) -> PyResult<()> {
    let encoding = cx.get_attr(stdout, &cx.names().encoding)?;
    let errors = cx.new_str("backslashreplace")?.into_value();
    let args = [encoding.clone(), errors];
    let encoded = cx.call_method(text.as_value(), &cx.intern("encode"), &args)?;
    if let Some(buffer) = cx.find_attr(stdout, &cx.intern("buffer"))? {
        cx.call_method(&buffer, &cx.names().write, &[encoded])?;
        return Ok(());
    }
    let strict = cx.new_str("strict")?.into_value();
    let text = cx.call_method(&encoded, &cx.intern("decode"), &[encoding, strict])?;
    cx.call_method(stdout, &cx.names().write, &[text])?;
    Ok(())
}

/// Handle an exception by displaying it with a traceback on sys.stderr.
#[pyfunction(signature = (exctype, value, traceback, /))]
pub(super) fn excepthook(cx: &Ctx, exctype: &Value, value: &Value, traceback: &Value) {
    let _ = exctype;
    cx.display_exception(value, Some(traceback));
}

/// Handle an unraisable exception.
///
/// The unraisable argument has the following attributes:
///
/// * exc_type: Exception type.
/// * exc_value: Exception value, can be None.
/// * exc_traceback: Exception traceback, can be None.
/// * err_msg: Error message, can be None.
/// * object: Object causing the exception, can be None.
#[pyfunction(signature = (unraisable, /))]
pub(super) fn unraisablehook(cx: &Ctx, unraisable: &Value) -> PyResult<()> {
    cx.show_unraisable(unraisable)
}

/// This hook function is called by built-in breakpoint().
#[pyfunction(text_signature = "($module, /, *args, **kwargs)")]
pub(super) fn breakpointhook(cx: &Ctx, args: Args<'_>) -> PyResult<Value> {
    let config = cx.isolate().config();
    let name = if config.ignore_environment {
        None
    } else {
        cx.host().getenv(b"PYTHONBREAKPOINT").ok().flatten()
    };
    let name = match name {
        Some(name) if !name.is_empty() => String::from_utf8_lossy(&name).into_owned(),
        _ => "pdb.set_trace".to_owned(),
    };
    if name == "0" {
        return Ok(Value::NONE);
    }
    let (module, function) = match name.rsplit_once('.') {
        None => ("builtins", name.as_str()),
        Some(("", _)) => return unimportable(cx, &name),
        Some(parts) => parts,
    };
    let found = cx
        .import_name(module)
        .and_then(|module| cx.get_attr(&module, &cx.intern(function)));
    match found {
        Ok(hook) => cx.call_with(&hook, args),
        Err(error)
            if cx.matches(&error, &cx.types().import_error)
                || cx.matches(&error, &cx.types().attribute_error) =>
        {
            unimportable(cx, &name)
        }
        Err(error) => Err(error),
    }
}

fn unimportable(cx: &Ctx, name: &str) -> PyResult<Value> {
    let category = cx.types().runtime_warning.clone();
    cx.warn(
        &category,
        &format!("Ignoring unimportable $PYTHONBREAKPOINT: \"{name}\""),
    )?;
    Ok(Value::NONE)
}

/// Exit the interpreter by raising SystemExit(status).
///
/// If the status is omitted or None, it defaults to zero (i.e., success).
/// If the status is an integer, it will be used as the system exit status.
/// If it is another kind of object, it will be printed and the system
/// exit status will be one (i.e., failure).
#[pyfunction(signature = (status = None, /))]
pub(super) fn exit(cx: &Ctx, status: Option<&Value>) -> PyResult<()> {
    let args = match status {
        None => Vec::new(),
        // A tuple is taken as the arguments of the exception, as for `raise SystemExit(*status)`.
        Some(status) => match status.downcast_ref::<crate::objects::Tuple>() {
            Some(args) => args.as_slice().to_vec(),
            None => vec![status.clone()],
        },
    };
    Err(system_exit(cx, args))
}

fn system_exit(cx: &Ctx, args: Vec<Value>) -> PyErr {
    cx.exception_with(&cx.types().system_exit, args)
}
