//! The set object, and the methods that only it has.

use taipan_macros::{pyclass, pymethods};

use super::SetData;
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::heap::{Traverse, Visitor};
use crate::native::Args;
use crate::native::bind::without_keywords;
use crate::objects::{FrozenSet, Type};
use crate::value::{Py, Value};

/// Build an unordered collection of unique elements.
#[pyclass(
    name = "set",
    subclassable,
    weakref,
    match_self,
    unhashable,
    traverse,
    parts = 2,
    text_signature = "(iterable=(), /)"
)]
#[derive(Default)]
pub struct Set {
    pub data: SetData,
}

/// The keys of a `set` or `frozenset`.
#[inline(always)]
pub fn any_set(value: &Value) -> Option<&SetData> {
    if let Some(set) = value.downcast_ref::<Set>() {
        return Some(&set.data);
    }
    value.downcast_ref::<FrozenSet>().map(|frozen| &frozen.data)
}

/// An element as lookups take it: an unhashable set stands for the frozen set of its keys.
fn frozen_if_set(cx: &Ctx, element: &Value) -> Option<Value> {
    let set = element.downcast_ref::<Set>()?;
    Some(cx.new_frozenset(set.data.duplicate()).into_value())
}

/// Calls `look` with an element; if that is an unhashable set, again with a frozen copy.
pub(super) fn look_up(
    cx: &Ctx,
    element: &Value,
    look: impl Fn(&Value) -> PyResult<bool>,
) -> PyResult<bool> {
    match look(element) {
        Err(error) if cx.matches(&error, &cx.types().type_error) => {
            match frozen_if_set(cx, element) {
                Some(frozen) => look(&frozen),
                None => Err(error),
            }
        }
        result => result,
    }
}

#[pymethods]
impl Set {
    #[new]
    fn new_empty(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> Py<Set> {
        let _ = args;
        cx.heap().allocate(cls, Set::default())
    }

    #[init]
    fn init(this: &Py<Set>, cx: &Ctx, args: Args<'_>) -> PyResult<()> {
        let args = without_keywords(cx, "set", args)?;
        if args.len() > 1 {
            let given = args.len();
            return Err(cx.type_error(format!("set expected at most 1 argument, got {given}")));
        }
        this.data.clear();
        match args.first() {
            Some(iterable) => this.data.update(cx, iterable),
            None => Ok(()),
        }
    }

    fn __ior__(this: &Py<Set>, cx: &Ctx, other: &Value) -> PyResult<Value> {
        if any_set(other).is_none() {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        this.data.update(cx, other)?;
        Ok(this.to_value())
    }

    fn __iand__(this: &Py<Set>, cx: &Ctx, other: &Value) -> PyResult<Value> {
        if any_set(other).is_none() {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        let kept = this.data.intersection(cx, other)?;
        this.data.replace(kept);
        Ok(this.to_value())
    }

    fn __isub__(this: &Py<Set>, cx: &Ctx, other: &Value) -> PyResult<Value> {
        if any_set(other).is_none() {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        this.data.subtract(cx, other)?;
        Ok(this.to_value())
    }

    fn __ixor__(this: &Py<Set>, cx: &Ctx, other: &Value) -> PyResult<Value> {
        if any_set(other).is_none() {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        this.data.toggle(cx, other)?;
        Ok(this.to_value())
    }

    /// sets are generic over the type of their elements
    #[classmethod(text_signature = "($type, object, /)")]
    fn __class_getitem__(cls: &Py<Type>, cx: &Ctx, item: &Value) -> Value {
        cx.new_generic_alias(cls.as_value(), item)
    }

    /// Add an element to a set.
    ///
    /// This has no effect if the element is already present.
    #[pymethod(text_signature = "($self, object, /)")]
    fn add(&self, cx: &Ctx, element: &Value) -> PyResult<()> {
        self.data.add(cx, element).map(drop)
    }

    /// Remove all elements from this set.
    fn clear(&self) {
        self.data.clear();
    }

    /// Return a shallow copy of a set.
    fn copy(&self, cx: &Ctx) -> Py<Set> {
        cx.new_set(self.data.duplicate())
    }

    /// Remove an element from a set if it is a member.
    ///
    /// Unlike set.remove(), the discard() method does not raise
    /// an exception when an element is missing from the set.
    #[pymethod(text_signature = "($self, object, /)")]
    fn discard(&self, cx: &Ctx, element: &Value) -> PyResult<()> {
        look_up(cx, element, |element| self.data.discard(cx, element)).map(drop)
    }

    /// Remove an element from a set; it must be a member.
    ///
    /// If the element is not a member, raise a KeyError.
    #[pymethod(text_signature = "($self, object, /)")]
    fn remove(&self, cx: &Ctx, element: &Value) -> PyResult<()> {
        if look_up(cx, element, |element| self.data.discard(cx, element))? {
            Ok(())
        } else {
            Err(cx.key_error(element))
        }
    }

    /// Remove and return an arbitrary set element.
    ///
    /// Raises KeyError if the set is empty.
    fn pop(&self, cx: &Ctx) -> PyResult<Value> {
        self.data
            .pop()
            .ok_or_else(|| cx.error(&cx.types().key_error, "pop from an empty set"))
    }

    /// Update the set, adding elements from all others.
    #[pymethod(text_signature = "($self, /, *others)")]
    fn update(&self, cx: &Ctx, others: &[Value]) -> PyResult<()> {
        others
            .iter()
            .try_for_each(|other| self.data.update(cx, other))
    }

    /// Update the set, keeping only elements found in it and all others.
    #[pymethod(text_signature = "($self, /, *others)")]
    fn intersection_update(&self, cx: &Ctx, others: &[Value]) -> PyResult<()> {
        let kept = self.data.intersection_of(cx, others)?;
        self.data.replace(kept);
        Ok(())
    }

    /// Update the set, removing elements found in others.
    #[pymethod(text_signature = "($self, /, *others)")]
    fn difference_update(&self, cx: &Ctx, others: &[Value]) -> PyResult<()> {
        others
            .iter()
            .try_for_each(|other| self.data.subtract(cx, other))
    }

    /// Update the set, keeping only elements found in either set, but not in both.
    fn symmetric_difference_update(&self, cx: &Ctx, other: &Value) -> PyResult<()> {
        self.data.toggle(cx, other)
    }
}

super::set_methods!(Set);

impl Set {
    fn wrap(cx: &Ctx, data: SetData) -> Value {
        cx.new_set(data).into_value()
    }
}

impl Traverse for Set {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.data.traverse(visit);
    }

    fn clear(&self) {
        self.data.clear();
    }
}

impl Ctx {
    /// Makes a `set` of keys.
    pub fn new_set(&self, data: SetData) -> Py<Set> {
        self.heap().allocate(&self.types().set, Set { data })
    }

    /// Makes a `frozenset` of keys.
    pub fn new_frozenset(&self, data: SetData) -> Py<FrozenSet> {
        self.heap()
            .allocate(&self.types().frozenset, FrozenSet { data })
    }

    /// `set(iterable)`.
    ///
    /// # Errors
    /// `TypeError` if it is not iterable or a key not hashable, or what Python code raises.
    pub fn set_from(&self, iterable: &Value) -> PyResult<Py<Set>> {
        Ok(self.new_set(SetData::from_iterable(self, iterable)?))
    }
}
