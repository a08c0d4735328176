//! Attributes and special methods.
//!
//! CPython 3.14: `PyObject_GetAttr`, `PyObject_SetAttr`, `_PyObject_LookupSpecial` (`Objects/object.c`),
//! `vectorcall_method` (`Objects/typeobject.c`).

use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::native::Args;
use crate::objects::exception::AttributeError;
use crate::objects::{Module, Str, Type, TypeFlags};
use crate::value::{Py, Value};

impl Ctx {
    /// `value.name`.
    ///
    /// # Errors
    /// `AttributeError` if there is no such attribute; what computing it raises.
    #[inline]
    pub fn get_attr(&self, value: &Value, name: &Py<Str>) -> PyResult<Value> {
        if let Some(getattr) = self.class_of(value).slots.getattr.get() {
            match getattr(self, value, name) {
                Ok(Some(found)) => return Ok(found),
                Ok(None) => {}
                Err(error) => return Err(with_attribute(error, value, name)),
            }
        }
        Err(self.absent_attribute(value, name))
    }

    /// `value.name` for a name that is only known as text.
    ///
    /// # Errors
    /// As for [`Ctx::get_attr`].
    pub fn get_attr_str(&self, value: &Value, name: &str) -> PyResult<Value> {
        self.get_attr(value, &self.intern(name))
    }

    /// `value.name`; `None` if there is no such attribute.
    ///
    /// # Errors
    /// What computing the attribute raises, but for `AttributeError`.
    pub fn find_attr(&self, value: &Value, name: &Py<Str>) -> PyResult<Option<Value>> {
        let Some(getattr) = self.class_of(value).slots.getattr.get() else {
            return Ok(None);
        };
        match getattr(self, value, name) {
            Err(error) if self.matches(&error, &self.types().attribute_error) => Ok(None),
            result => result,
        }
    }

    /// The `AttributeError` for an attribute that `value` does not have.
    #[cold]
    pub fn absent_attribute(&self, value: &Value, name: &Py<Str>) -> PyErr {
        if let Some(module) = value.downcast_ref::<Module>() {
            return module.absent_attribute(self, name);
        }
        let text = name.to_string_lossy();
        let message = match value.downcast_ref::<Type>() {
            Some(class) => format!(
                "type object '{}' has no attribute '{text}'",
                class.full_name()
            ),
            None => format!(
                "'{}' object has no attribute '{text}'",
                self.type_name(value)
            ),
        };
        self.attribute_error_of(message, value, name)
    }

    /// An attribute's name as an argument.
    ///
    /// # Errors
    /// `TypeError` if it is no string.
    pub fn attribute_name<'a>(&self, name: &'a Value) -> PyResult<&'a Py<Str>> {
        name.downcast_ref::<Str>().ok_or_else(|| {
            let class = self.type_name(name);
            self.type_error(format!("attribute name must be string, not '{class}'"))
        })
    }

    /// `value.name = new`; `None` deletes.
    ///
    /// # Errors
    /// `AttributeError`, `TypeError`, or what a descriptor raises.
    pub fn set_attr(&self, value: &Value, name: &Py<Str>, new: Option<&Value>) -> PyResult<()> {
        match self.class_of(value).slots.setattr.get() {
            Some(setattr) => setattr(self, value, name, new),
            None => Err(self.type_error(format!(
                "'{}' object has no attributes ({} .{})",
                self.type_name(value),
                if new.is_some() { "assign to" } else { "del" },
                name.to_string_lossy()
            ))),
        }
    }

    /// `del value.name`.
    ///
    /// # Errors
    /// As for [`Ctx::set_attr`].
    pub fn del_attr(&self, value: &Value, name: &Py<Str>) -> PyResult<()> {
        self.set_attr(value, name, None)
    }

    /// Binds what was found on `class` to an instance of it.
    fn bind_to(&self, found: Value, value: &Value, class: &Py<Type>) -> PyResult<Value> {
        match self.class_of(&found).slots.descr_get.get() {
            Some(get) => get(self, &found, Some(value), Some(class.as_value())),
            None => Ok(found),
        }
    }

    /// A special method, looked up on the type and bound to `value`; `None` if the type has none.
    ///
    /// # Errors
    /// What `__get__` raises.
    pub fn find_special(&self, value: &Value, name: &Py<Str>) -> PyResult<Option<Value>> {
        let class = self.class_of(value).clone();
        match class.lookup(self, name) {
            Some(found) => self.bind_to(found, value, &class).map(Some),
            None => Ok(None),
        }
    }

    /// Calls a special method with positional arguments; `None` if the type has none.
    ///
    /// # Errors
    /// What binding or calling it raises.
    pub fn call_special(
        &self,
        value: &Value,
        name: &Py<Str>,
        args: &[Value],
    ) -> PyResult<Option<Value>> {
        let class = self.class_of(value).clone();
        let Some(found) = class.lookup(self, name) else {
            return Ok(None);
        };
        if !is_method_descriptor(self, &found) {
            let bound = self.bind_to(found, value, &class)?;
            return self.call(&bound, args).map(Some);
        }
        match args {
            [] => self.call(&found, std::slice::from_ref(value)),
            [only] => self.call(&found, &[value.clone(), only.clone()]),
            [first, second] => self.call(&found, &[value.clone(), first.clone(), second.clone()]),
            args => self.call_prepended(&found, value, Args::positional_only(args)),
        }
        .map(Some)
    }

    /// Calls a special method with any arguments; `None` if the type has none.
    ///
    /// # Errors
    /// What binding or calling it raises.
    pub fn call_special_with(
        &self,
        value: &Value,
        name: &Py<Str>,
        args: Args<'_>,
    ) -> PyResult<Option<Value>> {
        let class = self.class_of(value).clone();
        let Some(found) = class.lookup(self, name) else {
            return Ok(None);
        };
        if is_method_descriptor(self, &found) {
            return self.call_prepended(&found, value, args).map(Some);
        }
        let bound = self.bind_to(found, value, &class)?;
        self.call_with(&bound, args).map(Some)
    }

    /// `value.name(*args)`, without making a bound method where the class has a function of that name.
    ///
    /// # Errors
    /// `AttributeError`, or what the call raises.
    pub fn call_method(&self, value: &Value, name: &Py<Str>, args: &[Value]) -> PyResult<Value> {
        let method = self.get_attr(value, name)?;
        self.call(&method, args)
    }

    /// Calls with `first` in front of the arguments.
    ///
    /// # Errors
    /// What the call raises.
    pub fn call_prepended(
        &self,
        callable: &Value,
        first: &Value,
        args: Args<'_>,
    ) -> PyResult<Value> {
        let call = |values: &[Value]| self.call_with(callable, Args::new(values, args.names()));
        // The commonest counts need no memory.
        match args.values() {
            [] => call(std::slice::from_ref(first)),
            [a] => call(&[first.clone(), a.clone()]),
            [a, b] => call(&[first.clone(), a.clone(), b.clone()]),
            [a, b, c] => call(&[first.clone(), a.clone(), b.clone(), c.clone()]),
            more => {
                let mut values = Vec::with_capacity(more.len() + 1);
                values.push(first.clone());
                values.extend_from_slice(more);
                call(&values)
            }
        }
    }
}

fn is_method_descriptor(cx: &Ctx, value: &Value) -> bool {
    cx.class_of(value)
        .flags()
        .contains(TypeFlags::METHOD_DESCRIPTOR)
}

/// Tells an `AttributeError` that code has raised what was looked for, unless it knows (`set_attribute_error_context`).
#[cold]
fn with_attribute(error: PyErr, value: &Value, name: &Py<Str>) -> PyErr {
    if let Some(error) = error.value().downcast_ref::<AttributeError>()
        && error.name.borrow().is_none()
        && error.obj.borrow().is_none()
    {
        drop(error.name.replace(Some(name.to_value())));
        drop(error.obj.replace(Some(value.clone())));
    }
    error
}
