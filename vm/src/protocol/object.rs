//! Type, text and hash of any value.

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::hash::{avoid_minus_one, hash_i64};
use crate::objects::{Str, Type};
use crate::value::{Kind, Py, Value};

impl Ctx {
    /// `type(value)`.
    #[inline]
    pub fn class_of<'a>(&'a self, value: &'a Value) -> &'a Py<Type> {
        let types = self.types();
        match value.kind() {
            Kind::Heap(header) => header.class(),
            Kind::Small(_) => &types.int,
            Kind::Float(_) => &types.float,
            Kind::Bool(_) => &types.bool,
            Kind::None => &types.none_type,
            Kind::Ellipsis => &types.ellipsis,
            Kind::NotImplemented => &types.not_implemented_type,
        }
    }

    /// The name of a value's type.
    pub fn type_name(&self, value: &Value) -> String {
        self.class_of(value).full_name()
    }

    /// How messages on wrong arguments name a value's type: `None` by itself.
    pub fn type_name_for_argument(&self, value: &Value) -> String {
        if value.is_none() {
            "None".to_owned()
        } else {
            self.type_name(value)
        }
    }

    /// `repr(value)`.
    ///
    /// # Errors
    /// What `__repr__` raises; `TypeError` if it returns no string.
    pub fn repr(&self, value: &Value) -> PyResult<Py<Str>> {
        let Some(repr) = self.class_of(value).slots.repr.get() else {
            let name = self.type_name(value);
            return self.new_str(&format!("<{name} object at {:#x}>", value.identity()));
        };
        self.text_result(repr(self, value)?, "__repr__")
    }

    /// `str(value)`.
    ///
    /// # Errors
    /// What `__str__` raises; `TypeError` if it returns no string.
    pub fn str(&self, value: &Value) -> PyResult<Py<Str>> {
        if let Some(text) = value.downcast_ref::<Str>()
            && !text.header().class().is_heap_type()
        {
            return Ok(text.clone());
        }
        match self.class_of(value).slots.str.get() {
            Some(str) => self.text_result(str(self, value)?, "__str__"),
            None => self.repr(value),
        }
    }

    fn text_result(&self, result: Value, method: &str) -> PyResult<Py<Str>> {
        result.downcast::<Str>().map_err(|other| {
            self.type_error(format!(
                "{method} returned non-string (type {})",
                self.type_name(&other)
            ))
        })
    }

    /// `hash(value)`.
    ///
    /// # Errors
    /// `TypeError` for an unhashable type, or what `__hash__` raises.
    #[inline]
    pub fn hash(&self, value: &Value) -> PyResult<i64> {
        if let Some(small) = value.as_small_int() {
            return Ok(hash_i64(small));
        }
        if let Some(text) = value.downcast_ref::<Str>()
            && !text.header().class().is_heap_type()
        {
            return Ok(self.hash_str(text));
        }
        match self.class_of(value).slots.hash.get() {
            Some(hash) => hash(self, value).map(avoid_minus_one),
            None => Err(self.type_error(format!("unhashable type: '{}'", self.type_name(value)))),
        }
    }

    /// `bool(value)`.
    ///
    /// # Errors
    /// What `__bool__` or `__len__` raises.
    #[inline]
    pub fn is_true(&self, value: &Value) -> PyResult<bool> {
        match value.kind() {
            Kind::Bool(truth) => Ok(truth),
            Kind::None => Ok(false),
            Kind::Small(number) => Ok(number != 0),
            Kind::Float(number) => Ok(number != 0.0),
            Kind::Ellipsis => Ok(true),
            Kind::NotImplemented => {
                Err(self.type_error("NotImplemented should not be used in a boolean context"))
            }
            Kind::Heap(header) => {
                let slots = &header.class().slots;
                if let Some(bool) = slots.bool.get() {
                    bool(self, value)
                } else if let Some(length) =
                    slots.length.get().or_else(|| slots.sequence_length.get())
                {
                    Ok(length(self, value)? != 0)
                } else {
                    Ok(true)
                }
            }
        }
    }
}
