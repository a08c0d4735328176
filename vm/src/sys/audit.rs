//! Audit hooks (PEP 578).
//!
//! CPython 3.14: `sys_audit_tstate` (`Python/sysmodule.c`). Tests: `tests/run/sys/`.

use taipan_macros::pyfunction;

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::objects::Str;
use crate::value::{Py, Value};

impl Ctx {
    /// Tells the audit hooks of an event. Costs nothing while there is no hook.
    ///
    /// # Errors
    /// What a hook raises: the operation must not happen then.
    #[inline]
    pub fn audit(&self, event: &str, args: &[Value]) -> PyResult<()> {
        if !self.isolate().import_state.has_audit_hooks() {
            return Ok(());
        }
        let event = self.new_str(event)?;
        let args = self.new_tuple_from(args);
        self.call_audit_hooks(event.into_value(), args.into_value())
    }

    fn call_audit_hooks(&self, event: Value, args: Value) -> PyResult<()> {
        let arguments = [event, args];
        for hook in self.isolate().import_state.audit_hooks() {
            self.call(&hook, &arguments)?;
        }
        Ok(())
    }
}

/// Adds a new audit hook callback.
#[pyfunction(signature = (hook))]
pub(super) fn addaudithook(cx: &Ctx, hook: &Value) -> PyResult<()> {
    match cx.audit("sys.addaudithook", &[]) {
        // A hook may refuse another one without the program noticing.
        Err(error) if cx.matches(&error, &cx.types().exception) => Ok(()),
        Err(error) => Err(error),
        Ok(()) => {
            cx.isolate().import_state.add_audit_hook(hook.clone());
            Ok(())
        }
    }
}

/// Passes the event to any hooks that are attached.
#[pyfunction(signature = (event, /, *args))]
pub(super) fn audit(cx: &Ctx, event: &Value, args: &[Value]) -> PyResult<()> {
    let Some(event) = event.downcast_ref::<Str>() else {
        let class = cx.type_name(event);
        return Err(cx.type_error(format!("expected str for argument 'event', not {class}")));
    };
    if !cx.isolate().import_state.has_audit_hooks() {
        return Ok(());
    }
    let args = cx.new_tuple_from(args);
    cx.call_audit_hooks(event.to_value(), Py::into_value(args))
}
