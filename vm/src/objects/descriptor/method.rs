//! `method_descriptor` and `classmethod_descriptor`: native functions in a class.
//!
//! CPython 3.14: `PyMethodDescr_Type`, `PyClassMethodDescr_Type` (`Objects/descrobject.c`). Tests:
//! `tests/run/descriptor/`.

use taipan_macros::{pyclass, pymethods};

use super::{check_receiver, qualified, reduce};
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::heap::{Traverse, Visitor};
use crate::native::{Args, FunctionDef};
use crate::objects::{NativeFunction, Type};
use crate::value::{Py, Value};

#[pyclass(name = "method_descriptor", method_descriptor, immutable, traverse)]
pub struct MethodDescriptor {
    pub class: Py<Type>,
    pub def: &'static FunctionDef,
}

impl Traverse for MethodDescriptor {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(self.class.as_value());
    }
}

#[pymethods]
impl MethodDescriptor {
    fn __repr__(&self) -> String {
        format!(
            "<method '{}' of '{}' objects>",
            self.def.name,
            self.class.full_name()
        )
    }

    fn __call__(&self, cx: &Ctx, args: Args<'_>) -> PyResult<Value> {
        let Some((receiver, rest)) = args.without_first() else {
            let name = qualified(cx, &self.class, self.def.name)?;
            return Err(cx.type_error(format!("unbound method {name}() needs an argument")));
        };
        check_receiver(cx, &self.class, self.def.name, receiver)?;
        cx.call_native(self.def, receiver, rest)
    }

    fn __get__(
        this: &Py<Self>,
        cx: &Ctx,
        instance: Option<&Value>,
        _owner: Option<&Value>,
    ) -> PyResult<Value> {
        let Some(instance) = instance else {
            return Ok(this.to_value());
        };
        check_receiver(cx, &this.class, this.def.name, instance)?;
        Ok(cx
            .new_native_function(this.def, instance.clone(), None)
            .into_value())
    }

    #[member]
    fn __objclass__(&self) -> Py<Type> {
        self.class.clone()
    }

    #[member]
    fn __name__(&self) -> &'static str {
        self.def.name
    }

    #[getter]
    fn __qualname__(&self, cx: &Ctx) -> PyResult<String> {
        qualified(cx, &self.class, self.def.name)
    }

    #[getter]
    fn __doc__(&self) -> Option<&'static str> {
        self.def.doc
    }

    #[getter]
    fn __text_signature__(&self) -> Option<&'static str> {
        self.def.text_signature
    }

    fn __reduce__(&self, cx: &Ctx) -> PyResult<Value> {
        reduce(cx, &self.class, self.def.name)
    }
}

#[pyclass(name = "classmethod_descriptor", immutable, traverse)]
pub struct ClassMethodDescriptor {
    pub class: Py<Type>,
    pub def: &'static FunctionDef,
}

impl Traverse for ClassMethodDescriptor {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(self.class.as_value());
    }
}

impl ClassMethodDescriptor {
    fn bind(&self, cx: &Ctx, class: &Value) -> PyResult<Py<NativeFunction>> {
        let (name, own) = (self.def.name, self.class.full_name());
        let Some(class) = class.downcast_ref::<Type>() else {
            let given = cx.type_name(class);
            return Err(cx.type_error(format!(
                "descriptor '{name}' for type '{own}' needs a type, not a '{given}' as arg 2"
            )));
        };
        if !class.is_subtype(&self.class) {
            let given = class.full_name();
            return Err(cx.type_error(format!(
                "descriptor '{name}' requires a subtype of '{own}' but received '{given}'"
            )));
        }
        Ok(cx.new_native_function(self.def, class.to_value(), None))
    }
}

#[pymethods]
impl ClassMethodDescriptor {
    fn __repr__(&self) -> String {
        format!(
            "<method '{}' of '{}' objects>",
            self.def.name,
            self.class.full_name()
        )
    }

    fn __call__(&self, cx: &Ctx, args: Args<'_>) -> PyResult<Value> {
        let Some((class, rest)) = args.without_first() else {
            return Err(cx.type_error(format!(
                "descriptor '{}' of '{}' object needs an argument",
                self.def.name,
                self.class.full_name()
            )));
        };
        let bound = self.bind(cx, class)?;
        cx.call_native(self.def, &bound.receiver, rest)
    }

    fn __get__(
        &self,
        cx: &Ctx,
        instance: Option<&Value>,
        owner: Option<&Value>,
    ) -> PyResult<Value> {
        let class = match (owner, instance) {
            (Some(owner), _) => owner,
            (None, Some(instance)) => cx.class_of(instance).as_value(),
            (None, None) => {
                return Err(cx.type_error(format!(
                    "descriptor '{}' for type '{}' needs either an object or a type",
                    self.def.name,
                    self.class.full_name()
                )));
            }
        };
        Ok(self.bind(cx, class)?.into_value())
    }

    #[member]
    fn __objclass__(&self) -> Py<Type> {
        self.class.clone()
    }

    #[member]
    fn __name__(&self) -> &'static str {
        self.def.name
    }

    #[getter]
    fn __qualname__(&self, cx: &Ctx) -> PyResult<String> {
        qualified(cx, &self.class, self.def.name)
    }

    #[getter]
    fn __doc__(&self) -> Option<&'static str> {
        self.def.doc
    }

    #[getter]
    fn __text_signature__(&self) -> Option<&'static str> {
        self.def.text_signature
    }

    fn __reduce__(&self, cx: &Ctx) -> PyResult<Value> {
        reduce(cx, &self.class, self.def.name)
    }
}
