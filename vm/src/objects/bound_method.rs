//! `method`: a function bound to its first argument.
//!
//! CPython 3.14: `Objects/classobject.c`. Tests: `tests/run/method/`.

use taipan_macros::{pyclass, pymethods};

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::heap::{Traverse, Visitor};
use crate::native::Args;
use crate::objects::slots::CompareOp;
use crate::objects::{Str, Type};
use crate::value::{Py, Value};

/// The payload of a `method`.
#[pyclass(name = "method", module = "builtins", weakref, traverse)]
pub struct BoundMethod {
    pub function: Value,
    pub receiver: Value,
}

impl Traverse for BoundMethod {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(&self.function);
        visit(&self.receiver);
    }
}

impl Ctx {
    pub fn new_bound_method(&self, function: Value, receiver: Value) -> Py<BoundMethod> {
        self.heap()
            .allocate(&self.types().method, BoundMethod { function, receiver })
    }
}

#[pymethods]
impl BoundMethod {
    #[new(signature = (function, instance, /))]
    fn new(cx: &Ctx, cls: &Py<Type>, function: &Value, instance: &Value) -> PyResult<Value> {
        let _ = cls;
        if cx.class_of(function).slots.call.get().is_none() {
            return Err(cx.type_error("first argument must be callable"));
        }
        if instance.is_none() {
            return Err(cx.type_error("instance must not be None"));
        }
        Ok(cx
            .new_bound_method(function.clone(), instance.clone())
            .into_value())
    }

    fn __call__(&self, cx: &Ctx, args: Args<'_>) -> PyResult<Value> {
        if self.function.downcast_ref::<BoundMethod>().is_none() {
            return cx.call_prepended(&self.function, &self.receiver, args);
        }
        // Methods of methods, all at once: each receiver comes before that of the method around it.
        let mut receivers = vec![self.receiver.clone()];
        let mut function = &self.function;
        while let Some(inner) = function.downcast_ref::<BoundMethod>() {
            receivers.push(inner.receiver.clone());
            function = &inner.function;
        }
        receivers.reverse();
        receivers.extend_from_slice(args.values());
        cx.call_with(function, Args::new(&receivers, args.names()))
    }

    fn __get__(
        this: &Py<BoundMethod>,
        instance: Option<&Value>,
        owner: Option<&Value>,
    ) -> PyResult<Value> {
        let _ = (instance, owner);
        Ok(this.to_value())
    }

    fn __getattribute__(
        this: &Py<BoundMethod>,
        cx: &Ctx,
        name: &Py<Str>,
    ) -> PyResult<Option<Value>> {
        if this.header().class().lookup(cx, name).is_some() {
            return cx.generic_get_attr(this.as_value(), name);
        }
        cx.recurse(|| cx.get_attr(&this.function, name).map(Some))
    }

    fn __hash__(&self, cx: &Ctx) -> PyResult<i64> {
        let receiver = crate::hash::hash_i64((self.receiver.identity() >> 4) as i64);
        Ok(receiver ^ cx.recurse(|| cx.hash(&self.function))?)
    }

    fn __richcompare__(
        this: &Py<BoundMethod>,
        cx: &Ctx,
        other: &Value,
        op: CompareOp,
    ) -> PyResult<Value> {
        let Some(other) = other.downcast_ref::<BoundMethod>() else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        cx.check_native_stack(" in comparison")?;
        let is_equal =
            this.receiver.is(&other.receiver) && cx.is_equal(&this.function, &other.function)?;
        Ok(match op {
            CompareOp::Eq => Value::bool(is_equal),
            CompareOp::Ne => Value::bool(!is_equal),
            _ => Value::NOT_IMPLEMENTED,
        })
    }

    fn __repr__(&self, cx: &Ctx) -> PyResult<Value> {
        let names = cx.names();
        let mut name = cx.find_attr(&self.function, &names.__qualname__)?;
        if name.is_none() {
            name = cx.find_attr(&self.function, &names.__name__)?;
        }
        let name = match name.as_ref().and_then(|name| name.downcast_ref::<Str>()) {
            Some(name) => name.to_string_lossy().into_owned(),
            None => "?".to_owned(),
        };
        let receiver = cx.repr(&self.receiver)?;
        let text = format!("<bound method {name} of {}>", receiver.to_string_lossy());
        Ok(cx.new_str(&text)?.into_value())
    }

    fn __reduce__(&self, cx: &Ctx) -> PyResult<Value> {
        let name = cx.get_attr(&self.function, &cx.names().__name__)?;
        let args = cx.new_tuple(vec![self.receiver.clone(), name]).into_value();
        Ok(cx
            .new_tuple(vec![cx.builtin("getattr")?, args])
            .into_value())
    }

    /// the function (or other callable) implementing a method
    #[member]
    fn __func__(&self) -> Value {
        self.function.clone()
    }

    /// the instance to which a method is bound
    #[member]
    fn __self__(&self) -> Value {
        self.receiver.clone()
    }

    #[getter]
    fn __doc__(&self, cx: &Ctx) -> PyResult<Value> {
        cx.get_attr(&self.function, &cx.names().__doc__)
    }
}
