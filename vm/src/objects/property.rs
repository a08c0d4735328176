//! `property`: an attribute that functions compute.
//!
//! CPython 3.14: `PyProperty_Type` (`Objects/descrobject.c`). Tests: `tests/run/property/`.

use std::cell::{Cell, RefCell};

use taipan_macros::{pyclass, pymethods};

use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::heap::{Traverse, Visitor};
use crate::native::Args;
use crate::objects::Type;
use crate::value::{Py, Value};

type Part = RefCell<Option<Value>>;

/// Property attribute.
///
///   fget
///     function to be used for getting an attribute value
///   fset
///     function to be used for setting an attribute value
///   fdel
///     function to be used for deleting an attribute
///   doc
///     docstring
#[pyclass(
    name = "property",
    subclassable,
    traverse,
    text_signature = "(fget=None, fset=None, fdel=None, doc=None)"
)]
#[derive(Default)]
pub struct Property {
    get: Part,
    set: Part,
    delete: Part,
    doc: Part,
    name: Part,
    /// The documentation is the getter's.
    getter_doc: Cell<bool>,
}

impl Traverse for Property {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        for part in [&self.get, &self.set, &self.delete, &self.doc, &self.name] {
            part.borrow().iter().for_each(&mut *visit);
        }
    }

    fn clear(&self) {
        let old = (self.get.take(), self.set.take(), self.delete.take());
        drop((old, self.doc.take(), self.name.take()));
    }
}

fn part(part: &Part) -> Option<Value> {
    part.borrow().clone()
}

impl Property {
    /// The function that gets the attribute.
    pub(crate) fn getting(&self) -> Option<Value> {
        part(&self.get)
    }

    fn fill(&self, get: Option<Value>, set: Option<Value>, delete: Option<Value>) {
        let given = |value: Option<Value>| value.filter(|value| !value.is_none());
        let old = (
            self.get.replace(given(get)),
            self.set.replace(given(set)),
            self.delete.replace(given(delete)),
        );
        drop(old);
    }

    /// The name under which the property stands in its class, or that of its getter.
    fn known_name(&self, cx: &Ctx) -> PyResult<Option<Value>> {
        if let Some(name) = part(&self.name) {
            return Ok(Some(name));
        }
        match part(&self.get) {
            Some(get) => cx.find_attr(&get, &cx.names().__name__),
            None => Ok(None),
        }
    }

    #[cold]
    fn lacks(&self, cx: &Ctx, instance: &Value, what: &str) -> PyErr {
        let class = cx.class_of(instance).qualified_name(cx);
        let class = class.to_string_lossy();
        let name = match self.known_name(cx) {
            Ok(name) => name,
            Err(error) => return error,
        };
        let message = match name {
            Some(name) => match cx.repr(&name) {
                Ok(name) => format!(
                    "property {} of '{class}' object has no {what}",
                    name.to_string_lossy()
                ),
                Err(error) => return error,
            },
            None => format!("property of '{class}' object has no {what}"),
        };
        cx.attribute_error(message)
    }
}

/// Stores the documentation; subclasses keep it in the instance's dict.
fn set_doc(cx: &Ctx, this: &Py<Property>, doc: Option<Value>) -> PyResult<()> {
    let class = this.header().class();
    if class.is(&cx.types().property) {
        drop(this.doc.replace(doc));
        return Ok(());
    }
    let doc = doc.unwrap_or(Value::NONE);
    match cx.set_attr(this.as_value(), &cx.names().__doc__, Some(&doc)) {
        Err(error) if !this.getter_doc.get() && cx.matches(&error, &cx.types().attribute_error) => {
            // A class without room for it loses the text that was given, as ever; not that of its getter.
            Ok(())
        }
        result => result,
    }
}

/// A copy with one part replaced.
fn copy(cx: &Ctx, this: &Py<Property>, replaced: &str, function: &Value) -> PyResult<Value> {
    let or_none = |name: &str, known: &Part| {
        if replaced == name && !function.is_none() {
            function.clone()
        } else {
            part(known).unwrap_or(Value::NONE)
        }
    };
    let get = or_none("get", &this.get);
    let (set, delete) = (or_none("set", &this.set), or_none("delete", &this.delete));
    let doc = if this.getter_doc.get() && !get.is_none() {
        Value::NONE
    } else {
        part(&this.doc).unwrap_or(Value::NONE)
    };
    let class = cx.class_of(this.as_value()).to_value();
    let new = cx.call(&class, &[get, set, delete, doc])?;
    if let Some(new) = new.downcast_ref::<Property>() {
        drop(new.name.replace(part(&this.name)));
    }
    Ok(new)
}

#[pymethods]
impl Property {
    #[new]
    fn make(cx: &Ctx, cls: &Py<Type>, _args: Args<'_>) -> Py<Property> {
        cx.heap().allocate(cls, Property::default())
    }

    #[init(signature = (fget = None, fset = None, fdel = None, doc = None))]
    fn init(
        this: &Py<Property>,
        cx: &Ctx,
        fget: Option<&Value>,
        fset: Option<&Value>,
        fdel: Option<&Value>,
        doc: Option<&Value>,
    ) -> PyResult<()> {
        this.fill(fget.cloned(), fset.cloned(), fdel.cloned());
        drop((this.doc.take(), this.name.take()));
        this.getter_doc.set(false);
        let mut text = doc.filter(|doc| !doc.is_none()).cloned();
        if text.is_none()
            && let Some(get) = part(&this.get)
        {
            text = cx
                .find_attr(&get, &cx.names().__doc__)?
                .filter(|doc| !doc.is_none());
            this.getter_doc.set(text.is_some());
        }
        set_doc(cx, this, text)
    }

    fn __get__(
        this: &Py<Property>,
        cx: &Ctx,
        instance: Option<&Value>,
        _owner: Option<&Value>,
    ) -> PyResult<Value> {
        let Some(instance) = instance.filter(|instance| !instance.is_none()) else {
            return Ok(this.to_value());
        };
        match part(&this.get) {
            Some(get) => cx.call(&get, std::slice::from_ref(instance)),
            None => Err(this.lacks(cx, instance, "getter")),
        }
    }

    fn __set__(&self, cx: &Ctx, instance: &Value, value: Option<&Value>) -> PyResult<()> {
        let Some(value) = value else {
            return match part(&self.delete) {
                Some(delete) => cx.call(&delete, std::slice::from_ref(instance)).map(drop),
                None => Err(self.lacks(cx, instance, "deleter")),
            };
        };
        match part(&self.set) {
            Some(set) => cx.call(&set, &[instance.clone(), value.clone()]).map(drop),
            None => Err(self.lacks(cx, instance, "setter")),
        }
    }

    /// Descriptor to obtain a copy of the property with a different getter.
    #[pymethod(text_signature = "($self, object, /)")]
    fn getter(this: &Py<Property>, cx: &Ctx, function: &Value) -> PyResult<Value> {
        copy(cx, this, "get", function)
    }

    /// Descriptor to obtain a copy of the property with a different setter.
    #[pymethod(text_signature = "($self, object, /)")]
    fn setter(this: &Py<Property>, cx: &Ctx, function: &Value) -> PyResult<Value> {
        copy(cx, this, "set", function)
    }

    /// Descriptor to obtain a copy of the property with a different deleter.
    #[pymethod(text_signature = "($self, object, /)")]
    fn deleter(this: &Py<Property>, cx: &Ctx, function: &Value) -> PyResult<Value> {
        copy(cx, this, "delete", function)
    }

    /// Method to set name of a property.
    #[pymethod(signature = (*args), text_signature = "($self, owner, name, /)")]
    fn __set_name__(&self, cx: &Ctx, args: &[Value]) -> PyResult<()> {
        let [_, name] = args else {
            let given = args.len();
            return Err(cx.type_error(format!(
                "__set_name__() takes 2 positional arguments but {given} were given"
            )));
        };
        drop(self.name.replace(Some(name.clone())));
        Ok(())
    }

    #[member]
    fn fget(&self) -> Option<Value> {
        part(&self.get)
    }

    #[member]
    fn fset(&self) -> Option<Value> {
        part(&self.set)
    }

    #[member]
    fn fdel(&self) -> Option<Value> {
        part(&self.delete)
    }

    #[member]
    fn __doc__(&self) -> Option<Value> {
        part(&self.doc)
    }

    #[setter(name = "__doc__")]
    fn assign_doc(&self, value: Option<&Value>) {
        drop(self.doc.replace(value.cloned()));
    }

    #[getter]
    fn __name__(this: &Py<Property>, cx: &Ctx) -> PyResult<Value> {
        let name = this.known_name(cx)?;
        name.ok_or_else(|| {
            cx.attribute_error_of(
                "'property' object has no attribute '__name__'",
                this.as_value(),
                &cx.names().__name__,
            )
        })
    }

    #[setter(name = "__name__")]
    fn assign_name(&self, value: Option<&Value>) {
        drop(self.name.replace(value.cloned()));
    }

    #[getter]
    fn __isabstractmethod__(&self, cx: &Ctx) -> PyResult<bool> {
        for known in [&self.get, &self.set, &self.delete] {
            if let Some(function) = part(known)
                && super::class_method::is_abstract(cx, &function)?
            {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

impl Py<Property> {
    /// `fget`, for inline caches of attribute loads.
    pub fn fget_function(&self) -> Option<Value> {
        part(&self.get)
    }
}
