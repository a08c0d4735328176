//! `typing.Union`: what `int | str` is.
//!
//! CPython 3.14: `Objects/unionobject.c`. Tests: `tests/run/union/`.

use std::cell::OnceCell;

use taipan_macros::{pyclass, pymethods};

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::heap::{Traverse, Visitor};
use crate::objects::generic_alias::GenericAlias;
use crate::objects::object::generic_get_attribute;
use crate::objects::slots::CompareOp;
use crate::objects::type_parameters::{argument_text, as_tuple, find_parameters, substitute};
use crate::objects::typing::TypeAliasType;
use crate::objects::{Dict, Str, Tuple, Type};
use crate::protocol::BinaryOp;
use crate::value::{Py, Value};

/// Represent a union type
///
/// E.g. for int | str
#[pyclass(name = "Union", module = "typing", weakref, traverse, text_signature = None)]
pub struct Union {
    pub args: Py<Tuple>,
    /// The arguments that can be hashed, as keys; the others are compared one by one.
    hashable: Py<Dict>,
    unhashable: Vec<Value>,
    parameters: OnceCell<Py<Tuple>>,
}

impl Traverse for Union {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(self.args.as_value());
        visit(self.hashable.as_value());
        self.unhashable.iter().for_each(&mut *visit);
        self.parameters
            .get()
            .into_iter()
            .for_each(|known| visit(known.as_value()));
    }
}

impl Py<Union> {
    fn parameters(&self, cx: &Ctx) -> PyResult<Py<Tuple>> {
        if let Some(known) = self.parameters.get() {
            return Ok(known.clone());
        }
        let found = cx.new_tuple(find_parameters(cx, self.args.as_slice())?);
        Ok(self.parameters.get_or_init(|| found).clone())
    }
}

fn all_keys_among(cx: &Ctx, left: &Py<Dict>, right: &Py<Dict>) -> PyResult<bool> {
    for key in left.keys() {
        if right.get(cx, &key)?.is_none() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether all of `left` are among `right`.
fn all_among(cx: &Ctx, left: &[Value], right: &[Value]) -> PyResult<bool> {
    for item in left {
        let mut found = false;
        for other in right {
            if cx.is_equal(item, other)? {
                found = true;
                break;
            }
        }
        if !found {
            return Ok(false);
        }
    }
    Ok(true)
}

#[pymethods]
impl Union {
    fn __repr__(&self, cx: &Ctx) -> PyResult<String> {
        let mut parts = Vec::with_capacity(self.args.length());
        for arg in self.args.as_slice() {
            parts.push(argument_text(cx, arg)?);
        }
        Ok(parts.join(" | "))
    }

    fn __hash__(&self, cx: &Ctx) -> PyResult<i64> {
        let set = cx.call(cx.types().frozenset.as_value(), &[self.hashable.to_value()])?;
        let hash = cx.hash(&set)?;
        let count = self.unhashable.len();
        if count == 0 {
            return Ok(hash);
        }
        for arg in &self.unhashable {
            cx.hash(arg)?;
        }
        // They can be hashed now, but were not merged as such.
        let plural = if count == 1 { "" } else { "s" };
        Err(cx.type_error(format!("union contains {count} unhashable element{plural}")))
    }

    fn __getattribute__(this: &Value, cx: &Ctx, name: &Py<Str>) -> PyResult<Option<Value>> {
        if name.as_wtf8() == "__module__" {
            return cx.get_attr(cx.types().union.as_value(), name).map(Some);
        }
        generic_get_attribute(cx, this, name)
    }

    fn __richcompare__(&self, cx: &Ctx, other: &Value, op: CompareOp) -> PyResult<Value> {
        let (CompareOp::Eq | CompareOp::Ne, Some(other)) = (op, other.downcast_ref::<Self>())
        else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        let equal = self.hashable.len() == other.hashable.len()
            && self.unhashable.len() == other.unhashable.len()
            && all_keys_among(cx, &self.hashable, &other.hashable)?
            && all_among(cx, &self.unhashable, &other.unhashable)?;
        Ok(Value::bool(equal == (op == CompareOp::Eq)))
    }

    fn __or__(left: &Value, cx: &Ctx, right: &Value) -> PyResult<Value> {
        cx.union_of_operands(left, right)
    }

    fn __getitem__(this: &Py<Union>, cx: &Ctx, item: &Value) -> PyResult<Value> {
        let parameters = this.parameters(cx)?;
        let args = substitute(
            cx,
            this.as_value(),
            this.args.as_slice(),
            parameters.as_slice(),
            item,
        )?;
        let mut result: Option<Value> = None;
        for arg in args {
            result = Some(match result {
                None => arg,
                Some(left) => cx.binary_op(BinaryOp::Or, &left, &arg)?,
            });
        }
        Ok(result.unwrap_or(Value::NONE))
    }

    #[pymethod(text_signature = "($self, object, /)")]
    fn __mro_entries__(this: &Value, cx: &Ctx, bases: &Value) -> PyResult<Value> {
        let _ = bases;
        let text = cx.repr(this)?;
        Err(cx.type_error(format!("Cannot subclass {}", text.to_string_lossy())))
    }

    #[classmethod(text_signature = "($type, object, /)")]
    fn __class_getitem__(cls: &Py<Type>, cx: &Ctx, item: &Value) -> PyResult<Value> {
        let _ = cls;
        let items = as_tuple(cx, item);
        if items.length() == 0 {
            return Err(cx.type_error("Cannot take a Union of no types."));
        }
        let mut parts = Parts::new(cx);
        for item in items.as_slice() {
            let item = checked(cx, item)?;
            parts.add(cx, &item)?;
        }
        Ok(parts.join(cx))
    }

    #[member]
    fn __args__(&self) -> Py<Tuple> {
        self.args.clone()
    }

    #[getter]
    fn __name__(this: &Value) -> &'static str {
        let _ = this;
        "Union"
    }

    #[getter]
    fn __qualname__(this: &Value) -> &'static str {
        let _ = this;
        "Union"
    }

    #[getter]
    fn __origin__(this: &Value, cx: &Ctx) -> Py<Type> {
        let _ = this;
        cx.types().union.clone()
    }

    /// Type variables in the types.UnionType.
    #[getter]
    fn __parameters__(this: &Py<Union>, cx: &Ctx) -> PyResult<Py<Tuple>> {
        this.parameters(cx)
    }
}

/// Whether `value | other` of these makes a union.
fn is_unionable(value: &Value) -> bool {
    value.is_none()
        || value.downcast_ref::<Type>().is_some()
        || value.downcast_ref::<GenericAlias>().is_some()
        || value.downcast_ref::<Union>().is_some()
        || value.downcast_ref::<TypeAliasType>().is_some()
}

/// An argument of `Union[...]`: `typing` knows what is allowed there.
fn checked(cx: &Ctx, value: &Value) -> PyResult<Value> {
    if value.is_none() {
        return Ok(cx.types().none_type.to_value());
    }
    if is_unionable(value) {
        return Ok(value.clone());
    }
    let name = cx.intern("typing").into_value();
    let typing = cx.call(&cx.builtin("__import__")?, &[name])?;
    let message = cx
        .new_str("Union[arg, ...]: each arg must be a type.")?
        .into_value();
    cx.call_method(
        &typing,
        &cx.intern("_type_check"),
        &[value.clone(), message],
    )
}

/// The arguments of a union that is being made.
struct Parts {
    args: Vec<Value>,
    hashable: Py<Dict>,
    unhashable: Vec<Value>,
}

impl Parts {
    fn new(cx: &Ctx) -> Self {
        Self {
            args: Vec::new(),
            hashable: cx.new_dict(),
            unhashable: Vec::new(),
        }
    }

    /// Adds a type: unions are flattened, equal types merged.
    fn add(&mut self, cx: &Ctx, value: &Value) -> PyResult<()> {
        if let Some(union) = value.downcast_ref::<Union>() {
            for arg in union.args.as_slice() {
                self.add(cx, arg)?;
            }
            return Ok(());
        }
        let value = if value.is_none() {
            cx.types().none_type.to_value()
        } else {
            value.clone()
        };
        if cx.hash(&value).is_ok() {
            if self.hashable.get(cx, &value)?.is_some() {
                return Ok(());
            }
            self.hashable.set(cx, &value, Value::NONE)?;
        } else {
            for known in &self.unhashable {
                if cx.item_equal(known, &value)? {
                    return Ok(());
                }
            }
            self.unhashable.push(value.clone());
        }
        self.args.push(value);
        Ok(())
    }

    /// The union, or the only type.
    fn join(mut self, cx: &Ctx) -> Value {
        if self.args.len() == 1
            && let Some(only) = self.args.pop()
        {
            return only;
        }
        let union = Union {
            args: cx.new_tuple(self.args),
            hashable: self.hashable,
            unhashable: self.unhashable,
            parameters: OnceCell::new(),
        };
        cx.heap().allocate(&cx.types().union, union).into_value()
    }
}

impl Ctx {
    /// `left | right` of types; `NotImplemented` if one is none.
    ///
    /// # Errors
    /// What comparing the types raises.
    pub fn union_of_operands(&self, left: &Value, right: &Value) -> PyResult<Value> {
        let is_union = |value: &Value| value.downcast_ref::<Union>().is_some();
        if is_union(left) || is_union(right) {
            return self.checked_union_of(left, right);
        }
        if !is_unionable(left) || !is_unionable(right) {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        self.union_of(left, right)
    }

    /// The union of two types, whatever they are (type variables, forward references).
    ///
    /// # Errors
    /// What comparing the types raises.
    pub fn union_of(&self, left: &Value, right: &Value) -> PyResult<Value> {
        let mut parts = Parts::new(self);
        parts.add(self, left)?;
        parts.add(self, right)?;
        Ok(parts.join(self))
    }

    /// `Union[left, right]`: the types are checked first.
    ///
    /// # Errors
    /// `TypeError` if one is no type.
    pub fn checked_union_of(&self, left: &Value, right: &Value) -> PyResult<Value> {
        let (left, right) = (checked(self, left)?, checked(self, right)?);
        self.union_of(&left, &right)
    }
}
