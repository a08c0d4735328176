//! Module `atexit`: functions to be called when the program ends.
//!
//! CPython 3.14: `Modules/atexitmodule.c`. The functions are the isolate's, whatever becomes of the module object.
//! Tests: `tests/run/atexit/`, `tests/programs/atexit/`.

use std::cell::RefCell;
use std::rc::Rc;

use taipan_macros::{pyfunction, pymodule};

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::{Args, ModuleBuilder};
use crate::value::Value;

/// allow programmer to define multiple exit functions to be executed
/// upon normal program termination.
///
/// Two public functions, register and unregister, are defined.
#[pymodule]
pub(crate) fn atexit(_cx: &Ctx, m: &ModuleBuilder<'_>) -> PyResult<()> {
    m.function(&register::DEF)?;
    m.function(&_clear::DEF)?;
    m.function(&unregister::DEF)?;
    m.function(&_run_exitfuncs::DEF)?;
    m.function(&_ncallbacks::DEF)
}

/// A call that waits for the end.
struct ExitCall {
    function: Value,
    values: Vec<Value>,
    keywords: Vec<Value>,
}

/// The last registered call comes first.
#[derive(Default)]
struct ExitCalls(RefCell<Vec<Rc<ExitCall>>>);

impl ExitCalls {
    fn all(&self) -> Vec<Rc<ExitCall>> {
        self.0.borrow().clone()
    }

    fn clear(&self) {
        let old = self.0.take();
        drop(old);
    }
}

/// Calls all functions, the last registered first, and forgets them. What one registers meanwhile is not called.
pub(crate) fn run_exit_functions(cx: &Ctx) {
    let calls = cx.state::<ExitCalls>();
    for call in calls.all() {
        let args = Args::new(&call.values, &call.keywords);
        if let Err(error) = cx.call_with(&call.function, args) {
            let message = "Exception ignored in atexit callback";
            cx.report_unraisable(&error, Some(message), &call.function);
        }
    }
    calls.clear();
}

/// Register a function to be executed upon normal program termination
///
///     func - function to be called at exit
///     args - optional arguments to pass to func
///     kwargs - optional keyword arguments to pass to func
///
///     func is returned to facilitate usage as a decorator.
#[pyfunction(text_signature = "($module, func, /, *args, **kwargs)")]
fn register(cx: &Ctx, args: Args<'_>) -> PyResult<Value> {
    let Some((function, rest)) = args.without_first() else {
        return Err(cx.type_error("register() takes at least 1 argument (0 given)"));
    };
    if !cx.is_callable(function) {
        return Err(cx.type_error("the first argument must be callable"));
    }
    let call = ExitCall {
        function: function.clone(),
        values: rest.values().to_vec(),
        keywords: rest.names().to_vec(),
    };
    let calls = cx.state::<ExitCalls>();
    calls.0.borrow_mut().insert(0, Rc::new(call));
    Ok(function.clone())
}

/// Clear the list of previously registered exit functions.
#[pyfunction]
fn _clear(cx: &Ctx) {
    cx.state::<ExitCalls>().clear();
}

/// Unregister an exit function which was previously registered using
/// atexit.register
///
///     func - function to be unregistered
#[pyfunction(signature = (func, /))]
fn unregister(cx: &Ctx, func: &Value) -> PyResult<()> {
    let calls = cx.state::<ExitCalls>();
    // Comparing may run Python code that changes the list: look at a copy, find each again by identity.
    for call in calls.all() {
        if !cx.is_equal(&call.function, func)? {
            continue;
        }
        let mut present = calls.0.borrow_mut();
        let place = present.iter().position(|known| Rc::ptr_eq(known, &call));
        let removed = place.map(|place| present.remove(place));
        drop(present);
        drop(removed);
    }
    Ok(())
}

/// Run all registered exit functions.
///
/// If a callback raises an exception, it is logged with sys.unraisablehook.
#[pyfunction]
fn _run_exitfuncs(cx: &Ctx) {
    run_exit_functions(cx);
}

/// Return the number of registered exit functions.
#[pyfunction]
fn _ncallbacks(cx: &Ctx) -> usize {
    cx.state::<ExitCalls>().0.borrow().len()
}
