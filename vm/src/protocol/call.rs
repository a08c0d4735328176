//! Calls.
//!
//! CPython 3.14: `Objects/call.c`.

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::{Args, Callee, FunctionDef};
use crate::value::Value;

impl Ctx {
    /// Calls with positional arguments.
    ///
    /// # Errors
    /// `TypeError` if the value is not callable, or what the call raises.
    pub fn call(&self, callable: &Value, args: &[Value]) -> PyResult<Value> {
        self.call_with(callable, Args::positional_only(args))
    }

    /// Calls with any arguments.
    ///
    /// # Errors
    /// `TypeError` if the value is not callable, or what the call raises.
    pub fn call_with(&self, callable: &Value, args: Args<'_>) -> PyResult<Value> {
        self.check_native_stack(" while calling a Python object")?;
        match self.class_of(callable).slots.call.get() {
            Some(call) => call(self, callable, args),
            None => Err(self.type_error(format!(
                "'{}' object is not callable",
                self.type_name(callable)
            ))),
        }
    }

    /// Calls a native function with its receiver.
    ///
    /// # Errors
    /// `TypeError` if the arguments do not fit, or what the function raises.
    #[inline]
    pub fn call_native(
        &self,
        def: &'static FunctionDef,
        receiver: &Value,
        args: Args<'_>,
    ) -> PyResult<Value> {
        match def.callee {
            Callee::Keywords(function) => function(self, receiver, args),
            _ if args.has_keywords() => Err(self.type_error(format!(
                "{} takes no keyword arguments",
                self.function_label(def, receiver)
            ))),
            Callee::Positional(function) => function(self, receiver, args.values()),
            Callee::NoArgs(function) => match args.values() {
                [] => function(self, receiver),
                given => Err(self.type_error(format!(
                    "{} takes no arguments ({} given)",
                    self.function_label(def, receiver),
                    given.len()
                ))),
            },
            Callee::One(function) => match args.values() {
                [argument] => function(self, receiver, argument),
                given => Err(self.type_error(format!(
                    "{} takes exactly one argument ({} given)",
                    self.function_label(def, receiver),
                    given.len()
                ))),
            },
        }
    }

    /// How messages name a native function: `list.append()`, `math.sin()`.
    fn function_label(&self, def: &'static FunctionDef, receiver: &Value) -> String {
        use crate::native::Binding;
        use crate::objects::{Module, Type};
        match def.binding {
            Binding::Function => match receiver
                .downcast_ref::<Module>()
                .map(|module| module.name(self))
            {
                Some(Ok(name)) => match self.str(&name) {
                    Ok(name) if name.as_wtf8() != "builtins" => {
                        format!("{}.{}()", name.to_string_lossy(), def.name)
                    }
                    _ => format!("{}()", def.name),
                },
                _ => format!("{}()", def.name),
            },
            Binding::Method => {
                // The class that has the method, not the one that inherits it.
                let name = self.intern(def.name);
                let mro = self.class_of(receiver).mro();
                match mro
                    .iter()
                    .find(|class| class.dict().get_str(&name).is_some())
                {
                    Some(class) => format!("{}.{}()", class.name(), def.name),
                    None => format!("{}()", def.name),
                }
            }
            Binding::ClassMethod | Binding::StaticMethod => match receiver.downcast_ref::<Type>() {
                Some(class) => format!("{}.{}()", class.name(), def.name),
                None => format!("{}()", def.name),
            },
        }
    }
}
