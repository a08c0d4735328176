//! Exceptions that nobody can catch: raised in finalizers, callbacks of weak references, hooks.
//!
//! CPython 3.14: `PyErr_FormatUnraisable`, `PyErr_WriteUnraisable` (`Python/errors.c`). Tests: `tests/run/unraisable/`.

use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::struct_sequence;
use crate::value::Value;

struct_sequence! {
    /// UnraisableHookArgs
    ///
    /// Type used to pass arguments to sys.unraisablehook.
    UnraisableHookArgs("builtins", "UnraisableHookArgs", visible 5) {
        "exc_type": Some("Exception type"),
        "exc_value": Some("Exception value"),
        "exc_traceback": Some("Exception traceback"),
        "err_msg": Some("Error message"),
        "object": Some("Object causing the exception"),
    };
}

impl Ctx {
    /// Tells `sys.unraisablehook` of an exception. With a message, that is "MESSAGE REPR-OF-OBJECT" (without the object
    /// if it is `None`); without, the hook gets the object itself.
    pub fn report_unraisable(&self, error: &PyErr, message: Option<&str>, object: &Value) {
        if self.exceeded_limit().is_some() {
            // The program is stopped, and each of its finalizers would tell so.
            return;
        }
        if error.exception().traceback.borrow().is_none()
            && let Some(frame) = self.frame()
        {
            crate::interp::unwind::add_traceback(self, frame, error.exception());
        }
        let (message, object) = match message {
            None => (None, object),
            Some(message) if object.is_none() => (Some(message.to_owned()), &Value::NONE),
            Some(message) => {
                let message = format!("{message} {}", self.repr_of_culprit(object));
                (Some(message), &Value::NONE)
            }
        };
        let hook = self
            .isolate()
            .known_sys()
            .and_then(|sys| sys.get_str(&self.intern("unraisablehook")));
        let Some(hook) = hook.filter(|hook| !hook.is_none()) else {
            self.write_unraisable(error, message.as_deref(), object);
            return;
        };
        let shown = self
            .hook_args(error, message.as_deref(), object)
            .and_then(|args| {
                self.audit("sys.unraisablehook", &[hook.clone(), args.clone()])?;
                self.call(&hook, &[args])
            });
        if let Err(second) = shown {
            let message = "Exception ignored in sys.unraisablehook";
            let shown = self
                .hook_args(&second, Some(message), &Value::NONE)
                .and_then(|args| self.show_unraisable(&args));
            if shown.is_err() {
                self.write_unraisable(&second, Some(message), &Value::NONE);
            }
        }
    }

    fn hook_args(&self, error: &PyErr, message: Option<&str>, object: &Value) -> PyResult<Value> {
        let traceback = error.exception().traceback.borrow().clone();
        let message = match message {
            Some(message) => self.new_str(message)?.into_value(),
            None => Value::NONE,
        };
        self.new_struct_sequence::<UnraisableHookArgs>(vec![
            self.class_of(error.value()).to_value(),
            error.value().clone(),
            traceback.unwrap_or(Value::NONE),
            message,
            object.clone(),
        ])
    }

    pub(crate) fn repr_of_culprit(&self, object: &Value) -> String {
        match self.repr(object) {
            Ok(repr) => repr.to_string_lossy().into_owned(),
            Err(_) => "<object repr() failed>".to_owned(),
        }
    }

    /// The last resort: there is no `sys` any more, or what it shows with fails.
    fn write_unraisable(&self, error: &PyErr, message: Option<&str>, object: &Value) {
        let heading = match message {
            Some(message) => message.to_owned(),
            None => format!("Exception ignored in: {}", self.repr_of_culprit(object)),
        };
        let text = format!(
            "{heading}\n{}: {}\n",
            self.type_name(error.value()),
            self.repr_of_culprit(error.value())
        );
        // Nobody is left to tell if standard error is closed.
        let _ = self.host().write(2, text.as_bytes());
    }

    /// Whether `value` is what `sys.unraisablehook` gets.
    pub(crate) fn is_unraisable(&self, value: &Value) -> bool {
        self.struct_sequence_class::<UnraisableHookArgs>()
            .is_ok_and(|class| self.class_of(value).is(&class))
    }
}
