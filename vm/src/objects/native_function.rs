//! `builtin_function_or_method`: a native function bound to its receiver.
//!
//! CPython 3.14: `Objects/methodobject.c`. Tests: `tests/run/native_function/`.

use taipan_macros::{pyclass, pymethods};

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::heap::{Traverse, Visitor};
use crate::native::{Args, FunctionDef};
use crate::objects::slots::CompareOp;
use crate::objects::{Module, Type};
use crate::value::{Py, Value};

#[pyclass(name = "builtin_function_or_method", weakref, traverse)]
pub struct NativeFunction {
    pub def: &'static FunctionDef,
    /// The module of a function; the instance or class of a method.
    pub receiver: Value,
    /// `__module__`.
    pub module: Option<Value>,
}

impl Traverse for NativeFunction {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(&self.receiver);
        self.module.iter().for_each(visit);
    }
}

#[pymethods]
impl NativeFunction {
    fn __call__(&self, cx: &Ctx, args: Args<'_>) -> PyResult<Value> {
        cx.call_native(self.def, &self.receiver, args)
    }

    fn __repr__(&self, cx: &Ctx) -> String {
        let name = self.def.name;
        if self.receiver.downcast_ref::<Module>().is_some() {
            return format!("<built-in function {name}>");
        }
        format!(
            "<built-in method {name} of {} object at {:#x}>",
            cx.type_name(&self.receiver),
            self.receiver.identity()
        )
    }

    fn __richcompare__(&self, other: &Value, op: CompareOp) -> Value {
        let (CompareOp::Eq | CompareOp::Ne, Some(other)) = (op, other.downcast_ref::<Self>())
        else {
            return Value::NOT_IMPLEMENTED;
        };
        let equal = self.receiver.is(&other.receiver) && std::ptr::eq(self.def, other.def);
        Value::bool(equal == (op == CompareOp::Eq))
    }

    fn __hash__(&self) -> i64 {
        let receiver = crate::hash::hash_i64((self.receiver.identity() >> 4) as i64);
        let def = crate::hash::hash_i64(std::ptr::from_ref(self.def).addr() as i64);
        crate::hash::avoid_minus_one(receiver ^ def)
    }

    #[getter]
    fn __name__(&self) -> &'static str {
        self.def.name
    }

    #[getter]
    fn __qualname__(&self, cx: &Ctx) -> PyResult<String> {
        let name = self.def.name;
        if self.receiver.is_none() || self.receiver.downcast_ref::<Module>().is_some() {
            return Ok(name.to_owned());
        }
        let class = match self.receiver.downcast_ref::<Type>() {
            Some(class) => class.to_value(),
            None => cx.class_of(&self.receiver).to_value(),
        };
        let class = cx.get_attr(&class, &cx.names().__qualname__)?;
        Ok(format!("{}.{name}", cx.str(&class)?.to_string_lossy()))
    }

    #[getter]
    fn __doc__(&self) -> Option<&'static str> {
        self.def.doc
    }

    #[getter]
    fn __text_signature__(&self) -> Option<&'static str> {
        self.def.text_signature
    }

    #[getter]
    fn __self__(&self) -> Value {
        self.receiver.clone()
    }

    #[member]
    fn __module__(&self) -> Option<Value> {
        self.module.clone()
    }

    fn __reduce__(&self, cx: &Ctx) -> PyResult<Value> {
        let name = cx.new_str(self.def.name)?.into_value();
        if self.receiver.is_none() || self.receiver.downcast_ref::<Module>().is_some() {
            return Ok(name);
        }
        let args = cx.new_tuple(vec![self.receiver.clone(), name]).into_value();
        Ok(cx
            .new_tuple(vec![cx.builtin("getattr")?, args])
            .into_value())
    }
}

impl Ctx {
    pub fn new_native_function(
        &self,
        def: &'static FunctionDef,
        receiver: Value,
        module: Option<Value>,
    ) -> Py<NativeFunction> {
        let function = NativeFunction {
            def,
            receiver,
            module,
        };
        self.heap()
            .allocate(&self.types().builtin_function_or_method, function)
    }
}
