//! `wrapper_descriptor` and `method-wrapper`: a native type's slot as a special method.
//!
//! CPython 3.14: `PyWrapperDescr_Type`, `_PyMethodWrapper_Type` (`Objects/descrobject.c`). Tests:
//! `tests/run/descriptor/`.

use taipan_macros::{pyclass, pymethods};

use super::{qualified, reduce};
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::heap::{Traverse, Visitor};
use crate::native::Args;
use crate::objects::Type;
use crate::objects::class::SlotDef;
use crate::objects::slots::CompareOp;
use crate::value::{Py, Value};

#[pyclass(name = "wrapper_descriptor", method_descriptor, immutable, traverse)]
pub struct WrapperDescriptor {
    pub class: Py<Type>,
    pub def: &'static SlotDef,
}

impl Traverse for WrapperDescriptor {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(self.class.as_value());
    }
}

impl WrapperDescriptor {
    /// Calls the slot. The receiver is an instance of the class.
    fn call(&self, cx: &Ctx, receiver: &Value, args: Args<'_>) -> PyResult<Value> {
        let takes_keywords = matches!(self.def.name, "__call__" | "__init__");
        if args.has_keywords() && !takes_keywords {
            let name = self.def.name;
            return Err(cx.type_error(format!("wrapper {name}() takes no keyword arguments")));
        }
        match self.def.wrapper {
            Some(wrapper) => wrapper(cx, self.def, &self.class.slots, receiver, args),
            None => Err(cx.system_error("a slot without a wrapper")),
        }
    }
}

#[pymethods]
impl WrapperDescriptor {
    fn __repr__(&self) -> String {
        format!(
            "<slot wrapper '{}' of '{}' objects>",
            self.def.name,
            self.class.full_name()
        )
    }

    fn __call__(&self, cx: &Ctx, args: Args<'_>) -> PyResult<Value> {
        let (name, class) = (self.def.name, self.class.full_name());
        let Some((receiver, rest)) = args.without_first() else {
            return Err(cx.type_error(format!(
                "descriptor '{name}' of '{class}' object needs an argument"
            )));
        };
        if !cx.class_of(receiver).is_subtype(&self.class) {
            let given = cx.type_name(receiver);
            return Err(cx.type_error(format!(
                "descriptor '{name}' requires a '{class}' object but received a '{given}'"
            )));
        }
        self.call(cx, receiver, rest)
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
        super::check_receiver(cx, &this.class, this.def.name, instance)?;
        let payload = MethodWrapper {
            descriptor: this.clone(),
            receiver: instance.clone(),
        };
        Ok(cx
            .heap()
            .allocate(&cx.types().method_wrapper, payload)
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
    fn __doc__(&self) -> &'static str {
        self.def.doc
    }

    #[getter]
    fn __text_signature__(&self) -> &'static str {
        self.def.text_signature
    }

    fn __reduce__(&self, cx: &Ctx) -> PyResult<Value> {
        reduce(cx, &self.class, self.def.name)
    }
}

#[pyclass(name = "method-wrapper", immutable, traverse)]
pub struct MethodWrapper {
    pub descriptor: Py<WrapperDescriptor>,
    pub receiver: Value,
}

impl Traverse for MethodWrapper {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(self.descriptor.as_value());
        visit(&self.receiver);
    }
}

#[pymethods]
impl MethodWrapper {
    fn __repr__(&self, cx: &Ctx) -> String {
        format!(
            "<method-wrapper '{}' of {} object at {:#x}>",
            self.descriptor.def.name,
            cx.type_name(&self.receiver),
            self.receiver.identity()
        )
    }

    fn __call__(&self, cx: &Ctx, args: Args<'_>) -> PyResult<Value> {
        self.descriptor.call(cx, &self.receiver, args)
    }

    fn __richcompare__(&self, other: &Value, op: CompareOp) -> Value {
        let (CompareOp::Eq | CompareOp::Ne, Some(other)) = (op, other.downcast_ref::<Self>())
        else {
            return Value::NOT_IMPLEMENTED;
        };
        let equal = self.descriptor.is(&other.descriptor) && self.receiver.is(&other.receiver);
        Value::bool(equal == (op == CompareOp::Eq))
    }

    fn __hash__(&self) -> i64 {
        let parts = [
            self.receiver.identity(),
            self.descriptor.as_value().identity(),
        ];
        crate::hash::avoid_minus_one(parts.iter().fold(0, |hash, part| {
            hash ^ crate::hash::hash_i64((part >> 4) as i64)
        }))
    }

    #[member]
    fn __self__(&self) -> Value {
        self.receiver.clone()
    }

    #[getter]
    fn __objclass__(&self) -> Py<Type> {
        self.descriptor.class.clone()
    }

    #[getter]
    fn __name__(&self) -> &'static str {
        self.descriptor.def.name
    }

    #[getter]
    fn __qualname__(&self, cx: &Ctx) -> PyResult<String> {
        qualified(cx, &self.descriptor.class, self.descriptor.def.name)
    }

    #[getter]
    fn __doc__(&self) -> &'static str {
        self.descriptor.def.doc
    }

    #[getter]
    fn __text_signature__(&self) -> &'static str {
        self.descriptor.def.text_signature
    }

    fn __reduce__(&self, cx: &Ctx) -> PyResult<Value> {
        let getattr = cx.builtin("getattr")?;
        let name = cx.new_str(self.descriptor.def.name)?.into_value();
        let args = cx.new_tuple(vec![self.receiver.clone(), name]).into_value();
        Ok(cx.new_tuple(vec![getattr, args]).into_value())
    }
}

impl Ctx {
    /// The wrapper of one of `class`'s slots.
    pub(crate) fn new_wrapper_descriptor(
        &self,
        class: &Py<Type>,
        def: &'static SlotDef,
    ) -> Py<WrapperDescriptor> {
        let class = class.clone();
        self.heap().allocate(
            &self.types().wrapper_descriptor,
            WrapperDescriptor { class, def },
        )
    }
}
