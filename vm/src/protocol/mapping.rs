//! Subscripts: `v[k]`, `v[k] = x`, `del v[k]`, and what mappings offer.
//!
//! CPython 3.14: `PyObject_GetItem`, `PyObject_SetItem`, `PyObject_DelItem`, `PyMapping_Keys` (`Objects/abstract.c`).
//! Tests: `tests/run/mapping/`.

use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::objects::{Dict, List, Type};
use crate::value::{Py, Value};

impl Ctx {
    /// `container[key]`.
    ///
    /// # Errors
    /// `TypeError` if the value has no subscripts, or what it raises.
    #[inline]
    pub fn get_item(&self, container: &Value, key: &Value) -> PyResult<Value> {
        match self.class_of(container).slots.subscript.get() {
            Some(subscript) => subscript(self, container, key),
            None => self.get_item_otherwise(container, key),
        }
    }

    #[cold]
    fn get_item_otherwise(&self, container: &Value, key: &Value) -> PyResult<Value> {
        if self.class_of(container).slots.item.get().is_some() {
            let index = self.sequence_index(key)?;
            return self.sequence_item(container, index);
        }
        if let Some(class) = container.downcast_ref::<Type>() {
            if class.is(&self.types().type_) {
                return Ok(self.new_generic_alias(container, key));
            }
            return match self.find_attr(container, &self.names().__class_getitem__)? {
                Some(method) if !method.is_none() => self.call(&method, std::slice::from_ref(key)),
                _ => Err(self.type_error(format!(
                    "type '{}' is not subscriptable",
                    class.name().to_string_lossy()
                ))),
            };
        }
        let name = self.type_name(container);
        Err(self.type_error(format!("'{name}' object is not subscriptable")))
    }

    /// A key for a type that only has the sequence slots.
    fn sequence_index(&self, key: &Value) -> PyResult<isize> {
        if !self.is_index(key) {
            let name = self.type_name(key);
            return Err(self.type_error(format!("sequence index must be integer, not '{name}'")));
        }
        self.index_isize(key)
    }

    /// `container[key] = value`.
    ///
    /// # Errors
    /// `TypeError` if the value has no subscripts that can be set, or what it raises.
    #[inline]
    pub fn set_item(&self, container: &Value, key: &Value, value: &Value) -> PyResult<()> {
        match self.class_of(container).slots.set_subscript.get() {
            Some(set_subscript) => set_subscript(self, container, key, Some(value)),
            None => self.change_item(container, key, Some(value)),
        }
    }

    /// `del container[key]`.
    ///
    /// # Errors
    /// `TypeError` if the value has no subscripts that can be deleted, or what it raises.
    #[inline]
    pub fn delete_item(&self, container: &Value, key: &Value) -> PyResult<()> {
        match self.class_of(container).slots.set_subscript.get() {
            Some(set_subscript) => set_subscript(self, container, key, None),
            None => self.change_item(container, key, None),
        }
    }

    #[cold]
    fn change_item(&self, container: &Value, key: &Value, value: Option<&Value>) -> PyResult<()> {
        if self.class_of(container).slots.set_item.get().is_some() {
            let index = self.sequence_index(key)?;
            return self.sequence_set_item(container, index, value);
        }
        Err(self.no_item_change(container, value))
    }

    #[cold]
    pub(crate) fn no_item_change(&self, container: &Value, value: Option<&Value>) -> PyErr {
        let name = self.type_name(container);
        let change = if value.is_some() {
            "assignment"
        } else {
            "deletion"
        };
        self.type_error(format!("'{name}' object does not support item {change}"))
    }

    /// `container[key]` where a missing key is no error: `None` for a `KeyError` (`PyMapping_GetOptionalItem`).
    ///
    /// # Errors
    /// What the container raises, but for `KeyError`.
    pub fn find_item(&self, container: &Value, key: &Value) -> PyResult<Option<Value>> {
        if let Some(dict) = self.as_exact_dict(container) {
            return dict.get(self, key);
        }
        match self.get_item(container, key) {
            Ok(value) => Ok(Some(value)),
            Err(error) if self.matches(&error, &self.types().key_error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The value as a `dict`, unless it is an instance of a subclass.
    #[inline(always)]
    pub fn as_exact_dict<'a>(&self, value: &'a Value) -> Option<&'a Py<Dict>> {
        let dict = value.downcast_ref::<Dict>()?;
        dict.header().class().is(&self.types().dict).then_some(dict)
    }

    /// `list(mapping.keys())`.
    ///
    /// # Errors
    /// `AttributeError` if there is no such method, or what it raises.
    pub fn mapping_keys(&self, mapping: &Value) -> PyResult<Py<List>> {
        match self.as_exact_dict(mapping) {
            Some(dict) => Ok(self.new_list(dict.keys())),
            None => self.list_of_method(mapping, "keys"),
        }
    }

    /// `list(mapping.values())`.
    ///
    /// # Errors
    /// `AttributeError` if there is no such method, or what it raises.
    pub fn mapping_values(&self, mapping: &Value) -> PyResult<Py<List>> {
        match self.as_exact_dict(mapping) {
            Some(dict) => Ok(self.new_list(dict.values())),
            None => self.list_of_method(mapping, "values"),
        }
    }

    /// `list(mapping.items())`.
    ///
    /// # Errors
    /// `AttributeError` if there is no such method, or what it raises.
    pub fn mapping_items(&self, mapping: &Value) -> PyResult<Py<List>> {
        match self.as_exact_dict(mapping) {
            Some(dict) => Ok(self.new_list(
                dict.items()
                    .into_iter()
                    .map(|(key, value)| self.new_tuple(vec![key, value]).into_value())
                    .collect(),
            )),
            None => self.list_of_method(mapping, "items"),
        }
    }

    fn list_of_method(&self, mapping: &Value, method: &str) -> PyResult<Py<List>> {
        let result = self.call_method(mapping, &self.intern(method), &[])?;
        let slots = &self.class_of(&result).slots;
        if slots.iter.get().is_none() && !self.is_sequence(&result) {
            let (name, other) = (self.type_name(mapping), self.type_name(&result));
            return Err(self.type_error(format!(
                "{name}.{method}() returned a non-iterable (type {other})"
            )));
        }
        self.list_from(&result)
    }
}
