//! Limits and switches that a program may read and set, and facts about single objects.
//!
//! CPython 3.14: `Python/sysmodule.c`. Tests: `tests/run/sys/`.

use std::time::Duration;

use taipan_macros::pyfunction;

use super::info::STR_DIGITS_THRESHOLD;
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::Args;
use crate::objects::{Str, Type, TypeFlags};
use crate::value::{Py, Value};

/// Return the maximum string digits limit for non-binary int<->str conversions.
#[pyfunction]
pub(super) fn get_int_max_str_digits(cx: &Ctx) -> usize {
    cx.isolate().int_max_str_digits.get()
}

/// Set the maximum string digits limit for non-binary int<->str conversions.
#[pyfunction(signature = (maxdigits))]
pub(super) fn set_int_max_str_digits(cx: &Ctx, maxdigits: i32) -> PyResult<()> {
    if maxdigits != 0 && i64::from(maxdigits) < STR_DIGITS_THRESHOLD {
        return Err(cx.value_error(format!(
            "maxdigits must be 0 or larger than {STR_DIGITS_THRESHOLD}"
        )));
    }
    cx.isolate().int_max_str_digits.set(maxdigits as usize);
    Ok(())
}

/// Return the current value of the recursion limit.
///
/// The recursion limit is the maximum depth of the Python interpreter stack.
/// This limit prevents infinite recursion from causing an overflow of the C
/// stack and crashing Python.
#[pyfunction]
pub(super) fn getrecursionlimit(cx: &Ctx) -> usize {
    cx.isolate().recursion_limit()
}

/// Set the maximum depth of the Python interpreter stack to n.
///
/// This limit prevents infinite recursion from causing an overflow of the C
/// stack and crashing Python.  The highest possible limit is platform-
/// dependent.
#[pyfunction(signature = (limit, /))]
pub(super) fn setrecursionlimit(cx: &Ctx, limit: i32) -> PyResult<()> {
    if limit < 1 {
        return Err(cx.value_error("recursion limit must be greater or equal than 1"));
    }
    let (limit, depth) = (limit as usize, cx.thread().depth());
    if depth >= limit {
        return Err(cx.recursion_error(format!(
            "cannot set the recursion limit to {limit} at the recursion depth {depth}: the limit is too low"
        )));
    }
    if let Some(most) = cx.isolate().meter().recursion()
        && limit > most
    {
        return Err(cx.value_error(format!("the recursion limit can be {most} at most here")));
    }
    cx.isolate().set_recursion_limit(limit);
    Ok(())
}

/// Return the current thread switch interval; see sys.setswitchinterval().
#[pyfunction]
pub(super) fn getswitchinterval(cx: &Ctx) -> f64 {
    cx.isolate().lock().interval().as_secs_f64()
}

/// Set the ideal thread switching delay inside the Python interpreter.
///
/// The actual frequency of switching threads can be lower if the
/// interpreter executes long sequences of uninterruptible code
/// (this is implementation-specific and workload-dependent).
///
/// The parameter must represent the desired switching delay in seconds
/// A typical value is 0.005 (5 milliseconds).
#[pyfunction(signature = (interval, /))]
pub(super) fn setswitchinterval(cx: &Ctx, interval: f64) -> PyResult<()> {
    if interval <= 0.0 {
        return Err(cx.value_error("switch interval must be strictly positive"));
    }
    // What is too long to be told from "never" is as long as possible.
    let interval = Duration::try_from_secs_f64(interval).unwrap_or(Duration::MAX);
    cx.isolate().lock().set_interval(interval);
    Ok(())
}

/// Return the current default encoding used by the Unicode implementation.
#[pyfunction]
pub(super) fn getdefaultencoding() -> &'static str {
    "utf-8"
}

/// Return the encoding used to convert Unicode filenames to OS filenames.
#[pyfunction]
pub(super) fn getfilesystemencoding() -> &'static str {
    "utf-8"
}

/// Return the error mode used for Unicode to OS filename conversion.
#[pyfunction]
pub(super) fn getfilesystemencodeerrors() -> &'static str {
    "surrogateescape"
}

/// ``Intern'' the given string.
///
/// This enters the string in the (global) table of interned strings whose
/// purpose is to speed up dictionary lookups. Return the string itself or
/// the previously interned string object with the same value.
#[pyfunction(signature = (string, /))]
pub(super) fn intern(cx: &Ctx, string: &Value) -> PyResult<Py<Str>> {
    let Some(text) = string.downcast_ref::<Str>() else {
        let class = cx.type_name_for_argument(string);
        return Err(cx.type_error(format!("intern() argument must be str, not {class}")));
    };
    if !cx.class_of(string).is(&cx.types().str) {
        let class = cx.type_name(string);
        return Err(cx.type_error(format!("can't intern {class}")));
    }
    Ok(cx.intern_object(text))
}

/// Return True if the given string is "interned".
#[pyfunction(signature = (string, /))]
pub(super) fn _is_interned(string: &Py<Str>) -> bool {
    string.is_interned()
}

/// Return True if the given object is "immortal" per PEP 683.
///
/// This function should be used for specialized purposes only.
#[pyfunction(signature = (op, /))]
pub(super) fn _is_immortal(op: &Value) -> bool {
    op.header().is_none_or(crate::heap::Header::is_immortal)
}

/// Return the reference count of object.
///
/// The count returned is generally one higher than you might expect,
/// because it includes the (temporary) reference as an argument to
/// getrefcount().
#[pyfunction(signature = (object, /))]
pub(super) fn getrefcount(object: &Value) -> u64 {
    match object.header() {
        // What immortal objects show on 64-bit builds of CPython.
        Some(header) if header.is_immortal() => 3 << 30,
        Some(header) => header.reference_count(),
        None => 3 << 30,
    }
}

/// getsizeof(object [, default]) -> int
///
/// Return the size of object in bytes.
#[pyfunction(signature = (object, default = None), text_signature = None)]
pub(super) fn getsizeof(cx: &Ctx, object: &Value, default: Option<&Value>) -> PyResult<Value> {
    match size_of(cx, object) {
        Err(error) if cx.matches(&error, &cx.types().type_error) => match default {
            Some(default) => Ok(default.clone()),
            None => Err(error),
        },
        result => result,
    }
}

fn size_of(cx: &Ctx, object: &Value) -> PyResult<Value> {
    let class = cx.type_name(object);
    let Some(method) = cx.find_special(object, &cx.names().__sizeof__)? else {
        return Err(cx.type_error(format!("Type {class} doesn't define __sizeof__")));
    };
    let size = cx.call(&method, &[])?;
    let Some(number) = size.as_int().map(crate::objects::int::IntRef::to_i64) else {
        return Err(cx.type_error("an integer is required"));
    };
    match number {
        Some(number) if number >= 0 => {
            let collected = object
                .header()
                .is_some_and(|header| header.layout().traverse.is_some());
            Ok(cx.new_int(number + if collected { 16 } else { 0 }))
        }
        _ => Err(cx.value_error("__sizeof__() should return >= 0")),
    }
}

/// Return the number of memory blocks currently allocated.
#[pyfunction]
pub(super) fn getallocatedblocks(cx: &Ctx) -> usize {
    cx.heap().containers(None).len()
}

/// Return the number of elements of the unicode interned dictionary
#[pyfunction(text_signature = "($module, /, *, _only_immortal=False)")]
pub(super) fn getunicodeinternedsize(cx: &Ctx, args: Args<'_>) -> usize {
    let _ = args;
    cx.isolate().interned_count()
}

/// Return True if Python is exiting.
#[pyfunction]
pub(super) fn is_finalizing(cx: &Ctx) -> bool {
    cx.isolate().import_state.finalizing.get()
}

/// Return True if the GIL is currently enabled and False if it's disabled.
#[pyfunction]
pub(super) fn _is_gil_enabled() -> bool {
    true
}

/// Clear all internal performance-related caches.
#[pyfunction]
pub(super) fn _clear_internal_caches() {}

/// Private function for clearing certain descriptors from a type's dictionary.
///
/// See gh-135228 for context.
#[pyfunction(signature = (type_, /), text_signature = "($module, type, /)")]
pub(super) fn _clear_type_descriptors(cx: &Ctx, type_: &Py<Type>) -> PyResult<()> {
    if type_.flags().contains(TypeFlags::IMMUTABLE) {
        return Err(cx.type_error("argument is immutable"));
    }
    for name in [&cx.names().__dict__, &cx.names().__weakref__] {
        if type_.dict().contains_str(name) {
            type_.store(cx, name, None);
        }
    }
    Ok(())
}

/// Private function for getting PyConfig.cpu_count
#[pyfunction]
pub(super) fn _get_cpu_count_config(cx: &Ctx) -> i64 {
    cx.isolate()
        .config()
        .cpu_count
        .map_or(-1, |count| count as i64)
}

/// Return True if a stack profiler trampoline is active.
#[pyfunction]
pub(super) fn is_stack_trampoline_active() -> bool {
    false
}

/// Return True if remote debugging is enabled, False otherwise.
#[pyfunction]
pub(super) fn is_remote_debug_enabled() -> bool {
    false
}
