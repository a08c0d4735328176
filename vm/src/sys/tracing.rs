//! Trace and profile functions.
//!
//! CPython 3.14: `Python/sysmodule.c`, `Python/legacy_tracing.c`. What they do is in `crate::monitoring`. Tests:
//! `tests/run/trace/`.

use taipan_macros::pyfunction;

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::ModuleBuilder;
use crate::objects::Tuple;
use crate::value::{Py, Value};

pub(super) fn add(m: &ModuleBuilder) -> PyResult<()> {
    for function in [
        &_setprofileallthreads::DEF,
        &_settraceallthreads::DEF,
        &call_tracing::DEF,
        &getprofile::DEF,
        &gettrace::DEF,
        &setprofile::DEF,
        &settrace::DEF,
    ] {
        m.function(function)?;
    }
    Ok(())
}

fn given(function: &Value) -> Option<Value> {
    (!function.is_none()).then(|| function.clone())
}

/// Return the global debug tracing function set with sys.settrace.
///
/// See the debugger chapter in the library manual.
#[pyfunction]
fn gettrace(cx: &Ctx) -> Value {
    cx.thread().tracing.trace_function().unwrap_or(Value::NONE)
}

/// Return the profiling function set with sys.setprofile.
///
/// See the profiler chapter in the library manual.
#[pyfunction]
fn getprofile(cx: &Ctx) -> Value {
    cx.thread()
        .tracing
        .profile_function()
        .unwrap_or(Value::NONE)
}

/// Set the global debug tracing function.
///
/// It will be called on each function call.  See the debugger chapter
/// in the library manual.
#[pyfunction(signature = (function, /))]
fn settrace(cx: &Ctx, function: &Value) -> PyResult<()> {
    cx.set_trace(given(function))
}

/// Set the profiling function.
///
/// It will be called on each function call and return.  See the profiler
/// chapter in the library manual.
#[pyfunction(signature = (function, /))]
fn setprofile(cx: &Ctx, function: &Value) -> PyResult<()> {
    cx.set_profile(given(function))
}

/// Set the global debug tracing function in all running threads belonging to the current interpreter.
///
/// It will be called on each function call. See the debugger chapter
/// in the library manual.
#[pyfunction(signature = (function, /))]
fn _settraceallthreads(cx: &Ctx, function: &Value) {
    cx.set_trace_of_all(given(function).as_ref());
}

/// Set the profiling function in all running threads belonging to the current interpreter.
///
/// It will be called on each function call and return.  See the profiler
/// chapter in the library manual.
#[pyfunction(signature = (function, /))]
fn _setprofileallthreads(cx: &Ctx, function: &Value) {
    cx.set_profile_of_all(given(function).as_ref());
}

/// Call func(*args), while tracing is enabled.
///
/// The tracing state is saved, and restored afterwards.  This is intended
/// to be called from a debugger from a checkpoint, to recursively debug
/// some other code.
#[pyfunction(signature = (func, args, /))]
fn call_tracing(cx: &Ctx, func: &Value, args: &Py<Tuple>) -> PyResult<Value> {
    let _spoken = cx.thread().tracing.speak();
    cx.call(func, args.as_slice())
}
