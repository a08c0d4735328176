//! Frames, exceptions being handled, asynchronous generators' hooks.
//!
//! CPython 3.14: `Python/sysmodule.c`. Tests: `tests/run/sys/`.

use taipan_macros::pyfunction;

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::ModuleBuilder;
use crate::objects::BaseException;
use crate::objects::frame::FrameObject;
use crate::struct_sequence;
use crate::value::{Py, Value};

pub(super) fn add(m: &ModuleBuilder) -> PyResult<()> {
    for function in [
        &_current_exceptions::DEF,
        &_current_frames::DEF,
        &_getframe::DEF,
        &_getframemodulename::DEF,
        &exc_info::DEF,
        &exception::DEF,
        &get_asyncgen_hooks::DEF,
        &get_coroutine_origin_tracking_depth::DEF,
        &set_asyncgen_hooks::DEF,
        &set_coroutine_origin_tracking_depth::DEF,
    ] {
        m.function(function)?;
    }
    Ok(())
}

/// Return the current exception.
///
/// Return the most recent exception caught by an except clause
/// in the current stack frame or in an older stack frame, or None
/// if no such clause exists.
#[pyfunction]
fn exception(cx: &Ctx) -> Value {
    cx.handled_exception().unwrap_or(Value::NONE)
}

/// Return current exception information: (type, value, traceback).
///
/// Return information about the most recent exception caught by an except
/// clause in the current stack frame or in an older stack frame.
#[pyfunction]
fn exc_info(cx: &Ctx) -> (Value, Value, Value) {
    let Some(exception) = cx.handled_exception().filter(|value| !value.is_none()) else {
        return (Value::NONE, Value::NONE, Value::NONE);
    };
    let traceback = exception
        .downcast_ref::<BaseException>()
        .and_then(|exception| exception.traceback.borrow().clone());
    (
        cx.class_of(&exception).to_value(),
        exception,
        traceback.unwrap_or(Value::NONE),
    )
}

fn frame_at(cx: &Ctx, depth: i32) -> Option<Py<FrameObject>> {
    let mut frame = cx.current_frame()?;
    for _ in 0..depth {
        frame = frame.back(cx)?;
    }
    Some(frame)
}

/// Return a frame object from the call stack.
///
/// If optional integer depth is given, return the frame object that many
/// calls below the top of the stack.  If that is deeper than the call
/// stack, ValueError is raised.  The default for depth is zero, returning
/// the frame at the top of the call stack.
///
/// This function should be used for internal and specialized purposes
/// only.
#[pyfunction(signature = (depth = 0, /))]
fn _getframe(cx: &Ctx, depth: i32) -> PyResult<Py<FrameObject>> {
    let frame =
        frame_at(cx, depth).ok_or_else(|| cx.value_error("call stack is not deep enough"))?;
    cx.audit("sys._getframe", &[frame.to_value()])?;
    Ok(frame)
}

/// Return the name of the module for a calling frame.
///
/// The default depth returns the module containing the call to this API.
/// A more typical use in a library will pass a depth of 1 to get the user's
/// module rather than the library module.
///
/// If no frame, module, or name can be found, returns None.
#[pyfunction(signature = (depth = 0))]
fn _getframemodulename(cx: &Ctx, depth: i32) -> PyResult<Option<Value>> {
    cx.audit("sys._getframemodulename", &[cx.new_int(i64::from(depth))])?;
    let Some(frame) = frame_at(cx, depth) else {
        return Ok(None);
    };
    Ok(frame.globals().get_str(&cx.names().__name__))
}

/// Return a dict mapping each thread's thread id to its current stack frame.
///
/// This function should be used for specialized purposes only.
#[pyfunction]
fn _current_frames(cx: &Ctx) -> PyResult<Value> {
    let mut newest = Vec::new();
    cx.each_context(|thread| {
        if let Some(frame) = thread.thread().newest_frame() {
            newest.push((thread.thread_ident(), cx.frame_object(frame)));
        }
    });
    let frames = cx.new_dict();
    for (ident, frame) in newest {
        frames.set(cx, &cx.new_int(ident as i64), frame.into_value())?;
    }
    Ok(frames.into_value())
}

/// Return a dict mapping each thread's identifier to its current raised exception.
///
/// This function should be used for specialized purposes only.
#[pyfunction]
fn _current_exceptions(cx: &Ctx) -> PyResult<Value> {
    let mut handled = Vec::new();
    cx.each_context(|thread| {
        if thread.thread().newest_frame().is_some() {
            handled.push((thread.thread_ident(), thread.thread().handled()));
        }
    });
    let exceptions = cx.new_dict();
    for (ident, exception) in handled {
        let exception = exception.unwrap_or(Value::NONE);
        exceptions.set(cx, &cx.new_int(ident as i64), exception)?;
    }
    Ok(exceptions.into_value())
}

/// Check status of origin tracking for coroutine objects in this thread.
#[pyfunction]
fn get_coroutine_origin_tracking_depth(cx: &Ctx) -> usize {
    cx.thread().coroutine_origins.get()
}

/// Enable or disable origin tracking for coroutine objects in this thread.
///
/// Coroutine objects will track 'depth' frames of traceback information
/// about where they came from, available in their cr_origin attribute.
///
/// Set a depth of 0 to disable.
#[pyfunction(signature = (depth))]
fn set_coroutine_origin_tracking_depth(cx: &Ctx, depth: i32) -> PyResult<()> {
    let Ok(depth) = usize::try_from(depth) else {
        return Err(cx.value_error("depth must be >= 0"));
    };
    cx.thread().coroutine_origins.set(depth);
    Ok(())
}

struct_sequence! {
    /// asyncgen_hooks
    ///
    /// A named tuple providing information about asynchronous
    /// generators hooks.  The attributes are read only.
    AsyncgenHooks("builtins", "asyncgen_hooks", visible 2) {
        "firstiter": Some("Hook to intercept first iteration"),
        "finalizer": Some("Hook to intercept finalization"),
    };
}

/// Return the installed asynchronous generators hooks.
///
/// This returns a namedtuple of the form (firstiter, finalizer).
#[pyfunction]
fn get_asyncgen_hooks(cx: &Ctx) -> PyResult<Value> {
    let hooks = cx.thread().async_generator_hooks();
    let or_none = |hook: Option<Value>| hook.unwrap_or(Value::NONE);
    cx.new_struct_sequence::<AsyncgenHooks>(vec![
        or_none(hooks.first_iteration.get()),
        or_none(hooks.finalizer.get()),
    ])
}

/// set_asyncgen_hooks([firstiter] [, finalizer])
///
/// Set a finalizer for async generators objects.
#[pyfunction(
    signature = (firstiter = crate::native::bind::Optional::Missing, finalizer = crate::native::bind::Optional::Missing),
    text_signature = None
)]
fn set_asyncgen_hooks(
    cx: &Ctx,
    firstiter: crate::native::bind::Optional<&Value>,
    finalizer: crate::native::bind::Optional<&Value>,
) -> PyResult<()> {
    for (name, hook) in [("firstiter", firstiter), ("finalizer", finalizer)] {
        if let Some(hook) = hook.given()
            && !hook.is_none()
            && !cx.is_callable(hook)
        {
            let class = cx.type_name(hook);
            return Err(cx.type_error(format!("callable {name} expected, got {class}")));
        }
    }
    let hooks = cx.thread().async_generator_hooks();
    let chosen = |hook: &Value| Some(hook.clone()).filter(|hook| !hook.is_none());
    if let Some(hook) = firstiter.given() {
        hooks.first_iteration.set(chosen(hook));
    }
    if let Some(hook) = finalizer.given() {
        hooks.finalizer.set(chosen(hook));
    }
    Ok(())
}
