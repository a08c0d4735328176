//! `classmethod`: a function that binds to the class.
//!
//! CPython 3.14: `PyClassMethod_Type` (`Objects/funcobject.c`). Tests: `tests/run/class_method/`.

use std::cell::RefCell;

use taipan_macros::{pyclass, pymethods};

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::heap::{Traverse, Visitor};
use crate::native::Args;
use crate::objects::{Str, Type, attrs};
use crate::value::{Py, Value};

/// Convert a function to be a class method.
///
/// A class method receives the class as implicit first argument, as an instance method receives the instance.
#[pyclass(
    name = "classmethod",
    subclassable,
    weakref,
    dict,
    traverse,
    text_signature = "(function, /)"
)]
pub struct ClassMethod {
    function: RefCell<Value>,
}

impl Traverse for ClassMethod {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(&self.function.borrow());
    }

    fn clear(&self) {
        drop(self.function.replace(Value::NONE));
    }
}

#[pymethods]
impl ClassMethod {
    #[new]
    fn new(cx: &Ctx, cls: &Py<Type>, _args: Args<'_>) -> Py<ClassMethod> {
        let function = RefCell::new(Value::NONE);
        cx.heap().allocate(cls, ClassMethod { function })
    }

    #[init(signature = (function, /))]
    fn init(this: &Py<ClassMethod>, cx: &Ctx, function: &Value) -> PyResult<()> {
        drop(this.function.replace(function.clone()));
        copy_function_attributes(cx, this.as_value(), function)
    }

    fn __repr__(&self, cx: &Ctx) -> PyResult<String> {
        let function = self.function.borrow().clone();
        Ok(format!(
            "<classmethod({})>",
            cx.repr(&function)?.to_string_lossy()
        ))
    }

    fn __get__(
        &self,
        cx: &Ctx,
        instance: Option<&Value>,
        owner: Option<&Value>,
    ) -> PyResult<Value> {
        let function = self.function.borrow().clone();
        let class = match (owner, instance) {
            (Some(owner), _) => owner.clone(),
            (None, Some(instance)) => cx.class_of(instance).to_value(),
            (None, None) => Value::NONE,
        };
        Ok(cx.new_bound_method(function, class).into_value())
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
    fn __annotations__(this: &Py<ClassMethod>, cx: &Ctx) -> PyResult<Value> {
        let function = this.function.borrow().clone();
        annotate(cx, this.as_value(), &function, &cx.names().__annotations__)
    }

    #[setter(name = "__annotations__")]
    fn assign_annotations(this: &Value, cx: &Ctx, value: Option<&Value>) -> PyResult<()> {
        set_annotation(cx, this, &cx.names().__annotations__, value)
    }

    #[getter]
    fn __annotate__(this: &Py<ClassMethod>, cx: &Ctx) -> PyResult<Value> {
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

/// Gives a wrapper its function's `__module__`, `__name__`, `__qualname__` and `__doc__`.
pub(super) fn copy_function_attributes(
    cx: &Ctx,
    wrapper: &Value,
    function: &Value,
) -> PyResult<()> {
    let names = cx.names();
    for name in [
        &names.__module__,
        &names.__name__,
        &names.__qualname__,
        &names.__doc__,
    ] {
        if let Some(value) = cx.find_attr(function, name)? {
            attrs::set(cx, wrapper, name, value)?;
        }
    }
    Ok(())
}

/// `__isabstractmethod__` of a wrapped function.
pub(crate) fn is_abstract(cx: &Ctx, function: &Value) -> PyResult<bool> {
    match cx.find_attr(function, &cx.names().__isabstractmethod__)? {
        Some(flag) => cx.is_true(&flag),
        None => Ok(false),
    }
}

/// `__annotations__` or `__annotate__` of a wrapper: its own, or the function's, kept from then on.
pub(super) fn annotate(
    cx: &Ctx,
    wrapper: &Value,
    function: &Value,
    name: &Py<Str>,
) -> PyResult<Value> {
    if let Some(known) = attrs::get(cx, wrapper, name)? {
        return Ok(known);
    }
    let value = cx.get_attr(function, name)?;
    attrs::set(cx, wrapper, name, value.clone())?;
    Ok(value)
}

pub(super) fn set_annotation(
    cx: &Ctx,
    wrapper: &Value,
    name: &Py<Str>,
    value: Option<&Value>,
) -> PyResult<()> {
    match value {
        Some(value) => attrs::set(cx, wrapper, name, value.clone()).map(drop),
        None if attrs::delete(cx, wrapper, name)? => Ok(()),
        None => Err(cx.attribute_error(name.as_wtf8())),
    }
}

impl Ctx {
    pub fn new_class_method(&self, function: Value) -> Py<ClassMethod> {
        let payload = ClassMethod {
            function: RefCell::new(function),
        };
        self.heap().allocate(&self.types().classmethod, payload)
    }
}
