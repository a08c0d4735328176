//! `isinstance`, `issubclass`, `callable`.
//!
//! CPython 3.14: `PyObject_IsInstance`, `PyObject_IsSubclass` (`Objects/abstract.c`).

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::objects::slots::SlotId;
use crate::objects::union::Union;
use crate::objects::{Tuple, Type};
use crate::value::{Py, Value};

/// How deep tuples of classes nest: about what CPython's native stack allows.
const MAX_NESTING: u32 = 50_000;

impl Ctx {
    /// `callable(value)`.
    pub fn is_callable(&self, value: &Value) -> bool {
        self.class_of(value).slots.call.get().is_some()
    }

    /// `isinstance(value, class)`: `class` may be a tuple, a union, or anything with `__instancecheck__`.
    ///
    /// # Errors
    /// `TypeError` if `class` is no such thing; what `__instancecheck__` raises.
    pub fn is_instance(&self, value: &Value, class: &Value) -> PyResult<bool> {
        self.is_instance_at(value, class, MAX_NESTING)
    }

    fn is_instance_at(&self, value: &Value, class: &Value, levels: u32) -> PyResult<bool> {
        if self.class_of(value).as_value().is(class) {
            return Ok(true);
        }
        if self.class_of(class).is(&self.types().type_) {
            return self.is_real_instance(value, class);
        }
        if let Some(classes) = class.downcast_ref::<Tuple>() {
            for class in classes.as_slice() {
                let levels = self.one_level_less(levels, " in __instancecheck__")?;
                if self.is_instance_at(value, class, levels)? {
                    return Ok(true);
                }
            }
            return Ok(false);
        }
        if let Some(union) = class.downcast_ref::<Union>() {
            return self.is_instance_at(value, union.args.as_value(), levels);
        }
        match self.call_special(
            class,
            &self.names().__instancecheck__,
            std::slice::from_ref(value),
        )? {
            Some(answer) => self.is_true(&answer),
            None => self.is_real_instance(value, class),
        }
    }

    /// `issubclass(class, of)`: `of` may be a tuple, a union, or anything with `__subclasscheck__`.
    ///
    /// # Errors
    /// `TypeError` if one is no such thing; what `__subclasscheck__` raises.
    pub fn is_subclass(&self, class: &Value, of: &Value) -> PyResult<bool> {
        self.is_subclass_at(class, of, MAX_NESTING)
    }

    fn is_subclass_at(&self, class: &Value, of: &Value, levels: u32) -> PyResult<bool> {
        if self.class_of(of).is(&self.types().type_) {
            return Ok(class.is(of) || self.is_real_subclass(class, of)?);
        }
        if let Some(classes) = of.downcast_ref::<Tuple>() {
            for of in classes.as_slice() {
                let levels = self.one_level_less(levels, " in __subclasscheck__")?;
                if self.is_subclass_at(class, of, levels)? {
                    return Ok(true);
                }
            }
            return Ok(false);
        }
        if let Some(union) = of.downcast_ref::<Union>() {
            return self.is_subclass_at(class, union.args.as_value(), levels);
        }
        match self.call_special(
            of,
            &self.names().__subclasscheck__,
            std::slice::from_ref(class),
        )? {
            Some(answer) => self.is_true(&answer),
            None => self.is_real_subclass(class, of),
        }
    }

    #[inline]
    fn one_level_less(&self, levels: u32, place: &str) -> PyResult<u32> {
        self.check_native_stack(place)?;
        levels
            .checked_sub(1)
            .ok_or_else(|| self.recursion_error(format!("maximum recursion depth exceeded{place}")))
    }

    /// Whether `value` is an instance of `class` by its type or its `__class__`, hooks aside.
    ///
    /// # Errors
    /// `TypeError` if `class` is no class; what `__class__` raises.
    pub fn is_real_instance(&self, value: &Value, class: &Value) -> PyResult<bool> {
        if let Some(class) = class.downcast_ref::<Type>() {
            let own = self.class_of(value);
            if own.is_subtype(class) {
                return Ok(true);
            }
            if !self.may_claim_another_class(own) {
                return Ok(false);
            }
            return Ok(match self.find_attr(value, &self.names().__class__)? {
                Some(claimed) if !claimed.is(self.class_of(value).as_value()) => claimed
                    .downcast_ref::<Type>()
                    .is_some_and(|claimed| claimed.is_subtype(class)),
                _ => false,
            });
        }
        self.check_has_bases(
            class,
            "isinstance() arg 2 must be a type, a tuple of types, or a union",
        )?;
        match self.find_attr(value, &self.names().__class__)? {
            Some(claimed) => self.derives_from(&claimed, class),
            None => Ok(false),
        }
    }

    /// Whether `__class__` of instances may be another than their class: unless it is `object`'s and looked up as usual.
    fn may_claim_another_class(&self, class: &Py<Type>) -> bool {
        let (object, name) = (&self.types().object, &self.names().__class__);
        if !class.slots.same(&object.slots, SlotId::getattr) {
            return true;
        }
        match (class.lookup(self, name), object.lookup(self, name)) {
            (Some(own), Some(usual)) => !own.is(&usual),
            _ => true,
        }
    }

    /// Whether `class` is `of` or derives from it, hooks aside.
    ///
    /// # Errors
    /// `TypeError` if one is no class; what `__bases__` raises.
    pub fn is_real_subclass(&self, class: &Value, of: &Value) -> PyResult<bool> {
        if let (Some(class), Some(of)) = (class.downcast_ref::<Type>(), of.downcast_ref::<Type>()) {
            return Ok(class.is_subtype(of));
        }
        self.check_has_bases(class, "issubclass() arg 1 must be a class")?;
        self.check_has_bases(
            of,
            "issubclass() arg 2 must be a class, a tuple of classes, or a union",
        )?;
        self.derives_from(class, of)
    }

    /// `__bases__` of something that acts as a class.
    fn abstract_bases(&self, class: &Value) -> PyResult<Option<Py<Tuple>>> {
        let bases = self.find_attr(class, &self.names().__bases__)?;
        Ok(bases.and_then(|bases| bases.downcast::<Tuple>().ok()))
    }

    fn check_has_bases(&self, class: &Value, message: &str) -> PyResult<()> {
        match self.abstract_bases(class)? {
            Some(_) => Ok(()),
            None => Err(self.type_error(message)),
        }
    }

    fn derives_from(&self, class: &Value, of: &Value) -> PyResult<bool> {
        self.check_native_stack(" in __issubclass__")?;
        if class.is(of) {
            return Ok(true);
        }
        let Some(bases) = self.abstract_bases(class)? else {
            return Ok(false);
        };
        for base in bases.as_slice() {
            if self.derives_from(base, of)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
