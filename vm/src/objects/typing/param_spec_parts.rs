//! `P.args` and `P.kwargs` of a `ParamSpec`.

use taipan_macros::{pyclass, pymethods};

use super::{ParamSpec, cannot_subclass};
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::heap::{Traverse, Visitor};
use crate::objects::Type;
use crate::objects::slots::CompareOp;
use crate::value::{Py, Value};

/// One of the two classes.
macro_rules! part {
    ($(#[$doc:meta])* $type:ident, $name:literal, $constructor:literal, $ending:literal) => {
        $(#[$doc])*
        #[pyclass(
            name = $name,
            module = "typing",
            weakref,
            immutable,
            unhashable,
            traverse,
            text_signature = None
        )]
        pub struct $type {
            origin: Value,
        }

        impl Traverse for $type {
            fn traverse(&self, visit: &mut Visitor<'_>) {
                visit(&self.origin);
            }
        }

        impl $type {
            pub(super) fn of(cx: &Ctx, origin: Value) -> Value {
                let class = cx.native_class($type::class());
                cx.heap().allocate(&class, Self { origin }).into_value()
            }
        }

        #[pymethods]
        impl $type {
            #[new(name = $constructor, signature = (origin), text_signature = None)]
            fn new(cx: &Ctx, cls: &Py<Type>, origin: &Value) -> Value {
                let origin = origin.clone();
                cx.heap().allocate(cls, Self { origin }).into_value()
            }

            fn __repr__(&self, cx: &Ctx) -> PyResult<String> {
                let origin = match self.origin.downcast_ref::<ParamSpec>() {
                    Some(origin) => origin.name.clone(),
                    None => cx.repr(&self.origin)?,
                };
                Ok(format!("{}{}", origin.to_string_lossy(), $ending))
            }

            fn __richcompare__(&self, cx: &Ctx, other: &Value, op: CompareOp) -> PyResult<Value> {
                match (op, other.downcast_ref::<Self>()) {
                    (CompareOp::Eq | CompareOp::Ne, Some(other)) => {
                        cx.compare(&self.origin, &other.origin, op)
                    }
                    _ => Ok(Value::NOT_IMPLEMENTED),
                }
            }

            #[pymethod(signature = (object, /))]
            fn __mro_entries__(&self, cx: &Ctx, object: &Value) -> PyResult<Value> {
                let _ = object;
                Err(cannot_subclass(cx, $name))
            }

            #[member]
            fn __origin__(&self) -> Value {
                self.origin.clone()
            }
        }
    };
}

part! {
    /// The args for a ParamSpec object.
    ///
    /// Given a ParamSpec object P, P.args is an instance of ParamSpecArgs.
    ///
    /// ParamSpecArgs objects have a reference back to their ParamSpec::
    ///
    ///     >>> P = ParamSpec("P")
    ///     >>> P.args.__origin__ is P
    ///     True
    ///
    /// This type is meant for runtime introspection and has no special meaning
    /// to static type checkers.
    ParamSpecArgs, "ParamSpecArgs", "paramspecargs", ".args"
}

part! {
    /// The kwargs for a ParamSpec object.
    ///
    /// Given a ParamSpec object P, P.kwargs is an instance of ParamSpecKwargs.
    ///
    /// ParamSpecKwargs objects have a reference back to their ParamSpec::
    ///
    ///     >>> P = ParamSpec("P")
    ///     >>> P.kwargs.__origin__ is P
    ///     True
    ///
    /// This type is meant for runtime introspection and has no special meaning
    /// to static type checkers.
    ParamSpecKwargs, "ParamSpecKwargs", "paramspeckwargs", ".kwargs"
}
