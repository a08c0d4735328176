//! Attributes.
//!
//! CPython 3.14: `PyObject_GetAttr`, `PyObject_SetAttr`, `_PyObject_LookupSpecial` (`Objects/object.c`).

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::objects::Str;
use crate::value::{Py, Value};

impl Ctx {
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

    /// `value.name`.
    ///
    /// # Errors
    /// `AttributeError` if there is no such attribute, or what computing it raises.
    pub fn get_attr(&self, value: &Value, name: &Py<Str>) -> PyResult<Value> {
        let found = match self.class_of(value).slots.getattr.get() {
            Some(getattr) => getattr(self, value, name)?,
            None => None,
        };
        found.ok_or_else(|| {
            self.attribute_error(format!(
                "'{}' object has no attribute '{}'",
                self.type_name(value),
                name.to_string_lossy()
            ))
        })
    }

    /// `value.name(*args)`.
    ///
    /// # Errors
    /// As for [`Ctx::get_attr`], and what the call raises.
    pub fn call_method(&self, value: &Value, name: &Py<Str>, args: &[Value]) -> PyResult<Value> {
        let method = self.get_attr(value, name)?;
        self.call(&method, args)
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

    /// A special method, looked up on the type and bound to `value`; `None` if the type has none.
    ///
    /// # Errors
    /// What `__get__` raises.
    pub fn find_special(&self, value: &Value, name: &Py<Str>) -> PyResult<Option<Value>> {
        let class = self.class_of(value).clone();
        let Some(found) = class.lookup(self, name) else {
            return Ok(None);
        };
        match self.class_of(&found).slots.descr_get.get() {
            Some(get) => get(self, &found, Some(value), Some(class.as_value())).map(Some),
            None => Ok(Some(found)),
        }
    }
}
