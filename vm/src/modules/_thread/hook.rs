//! `threading.excepthook`: shows what a thread did not catch.

use taipan_macros::pyfunction;

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::struct_sequence;
use crate::value::Value;

struct_sequence! {
    /// ExceptHookArgs
    ///
    /// Type used to pass arguments to threading.excepthook.
    pub(crate) ExceptHookArgs("_thread", "_ExceptHookArgs", visible 4) {
        "exc_type": Some("Exception type"),
        "exc_value": Some("Exception value"),
        "exc_traceback": Some("Exception traceback"),
        "thread": Some("Thread"),
    };
}

/// Handle uncaught Thread.run() exception.
#[pyfunction(signature = (args, /))]
pub(super) fn _excepthook(cx: &Ctx, args: &Value) -> PyResult<()> {
    let class = cx.struct_sequence_class::<ExceptHookArgs>()?;
    if !cx.class_of(args).is(&class) {
        return Err(cx.type_error("_thread._excepthook argument type must be ExceptHookArgs"));
    }
    let get = |name: &str| cx.get_attr(args, &cx.intern(name));
    let kind = get("exc_type")?;
    if kind.is(cx.types().system_exit.as_value()) {
        return Ok(());
    }
    let (exception, traceback, thread) = (get("exc_value")?, get("exc_traceback")?, get("thread")?);
    let mut file = cx.sys_get("stderr").unwrap_or(Value::NONE);
    if file.is_none() {
        if thread.is_none() {
            return Ok(());
        }
        // The thread remembers the one that there was when it began.
        file = cx.get_attr(&thread, &cx.intern("_stderr"))?;
        if file.is_none() {
            return Ok(());
        }
    }
    let name = if thread.is_none() {
        None
    } else {
        cx.find_attr(&thread, &cx.intern("_name"))?
    };
    let name = match name {
        Some(name) => cx.str(&name)?.to_string_lossy().into_owned(),
        None => cx.thread_ident().to_string(),
    };
    let heading = cx.new_str(&*format!("Exception in thread {name}:\n"))?;
    cx.call_method(&file, &cx.names().write, &[heading.into_value()])?;
    let is_stderr = cx.sys_get("stderr").is_some_and(|stderr| stderr.is(&file));
    if is_stderr {
        cx.display_exception(&exception, Some(&traceback));
    } else {
        cx.display_exception_on(&exception, &file)?;
    }
    cx.call_method(&file, &cx.names().flush, &[])?;
    Ok(())
}
