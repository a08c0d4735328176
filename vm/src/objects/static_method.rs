//! `staticmethod`: a function that does not bind.
//!
//! CPython 3.14: the last part of `Objects/funcobject.c`. Tests: `tests/run/static_method/`.

use std::cell::RefCell;

use taipan_macros::{pyclass, pymethods};

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::heap::{Traverse, Visitor};
use crate::native::Args;
use crate::objects::class_method::{
    annotate, copy_function_attributes, is_abstract, set_annotation,
};
use crate::objects::{Type, attrs};
use crate::value::{Py, Value};

/// Convert a function to be a static method.
#[pyclass(
    name = "staticmethod",
    subclassable,
    weakref,
    dict,
    traverse,
    text_signature = "(function, /)"
)]
pub struct StaticMethod {
    function: RefCell<Value>,
}

impl Traverse for StaticMethod {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(&self.function.borrow());
    }

    fn clear(&self) {
        drop(self.function.replace(Value::NONE));
    }
}

#[pymethods]
impl StaticMethod {
    #[new]
    fn new(cx: &Ctx, cls: &Py<Type>, _args: Args<'_>) -> Py<StaticMethod> {
        let function = RefCell::new(Value::NONE);
        cx.heap().allocate(cls, StaticMethod { function })
    }

    #[init(signature = (function, /))]
    fn init(this: &Py<StaticMethod>, cx: &Ctx, function: &Value) -> PyResult<()> {
        drop(this.function.replace(function.clone()));
        copy_function_attributes(cx, this.as_value(), function)
    }

    fn __repr__(&self, cx: &Ctx) -> PyResult<String> {
        let function = self.function.borrow().clone();
        Ok(format!(
            "<staticmethod({})>",
            cx.repr(&function)?.to_string_lossy()
        ))
    }

    fn __get__(&self, _instance: Option<&Value>, _owner: Option<&Value>) -> Value {
        self.function.borrow().clone()
    }

    fn __call__(&self, cx: &Ctx, args: Args<'_>) -> PyResult<Value> {
        let function = self.function.borrow().clone();
        cx.call_with(&function, args)
    }

    #[member]
    fn __func__(&self) -> Value {
        self.function.borrow().clone()
    }

    #[member]
    fn __wrapped__(&self) -> Value {
        self.function.borrow().clone()
    }

    #[getter]
    fn __isabstractmethod__(&self, cx: &Ctx) -> PyResult<bool> {
        is_abstract(cx, &self.function.borrow().clone())
    }

    #[getter]
    fn __dict__(this: &Value, cx: &Ctx) -> PyResult<Value> {
        Ok(attrs::dict(cx, this).map_or(Value::NONE, Py::into_value))
    }

    #[getter]
    fn __annotations__(this: &Py<StaticMethod>, cx: &Ctx) -> PyResult<Value> {
        let function = this.function.borrow().clone();
        annotate(cx, this.as_value(), &function, &cx.names().__annotations__)
    }

    #[setter(name = "__annotations__")]
    fn assign_annotations(this: &Value, cx: &Ctx, value: Option<&Value>) -> PyResult<()> {
        set_annotation(cx, this, &cx.names().__annotations__, value)
    }

    #[getter]
    fn __annotate__(this: &Py<StaticMethod>, cx: &Ctx) -> PyResult<Value> {
        let function = this.function.borrow().clone();
        annotate(cx, this.as_value(), &function, &cx.names().__annotate__)
    }

    #[setter(name = "__annotate__")]
    fn assign_annotate(this: &Value, cx: &Ctx, value: Option<&Value>) -> PyResult<()> {
        set_annotation(cx, this, &cx.names().__annotate__, value)
    }

    #[classmethod(text_signature = "($type, object, /)")]
    fn __class_getitem__(cls: &Py<Type>, cx: &Ctx, item: &Value) -> Value {
        cx.new_generic_alias(cls.as_value(), item)
    }
}

impl Ctx {
    pub fn new_static_method(&self, function: Value) -> Py<StaticMethod> {
        let payload = StaticMethod {
            function: RefCell::new(function),
        };
        self.heap().allocate(&self.types().staticmethod, payload)
    }
}
