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
use crate::objects::{Str, Tuple, Type};
use crate::protocol::BinaryOp;
use crate::value::{Py, Value};

/// Represent a union type
///
/// E.g. for int | str
#[pyclass(name = "Union", module = "typing", weakref, traverse, text_signature = None)]
pub struct Union {
    pub args: Py<Tuple>,
    parameters: OnceCell<Py<Tuple>>,
}

impl Traverse for Union {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(self.args.as_value());
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
        let set = cx.call(cx.types().frozenset.as_value(), &[self.args.to_value()])?;
        cx.hash(&set)
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
        let (left, right) = (self.args.as_slice(), other.args.as_slice());
        let equal = left.len() == right.len() && all_among(cx, left, right)?;
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

    #[pymethod(signature = (bases, /), text_signature = None)]
    fn __mro_entries__(this: &Value, cx: &Ctx, bases: &Value) -> PyResult<Value> {
        let _ = bases;
        let text = cx.repr(this)?;
        Err(cx.type_error(format!("Cannot subclass {}", text.to_string_lossy())))
    }

    #[classmethod(text_signature = None)]
    fn __class_getitem__(cls: &Py<Type>, cx: &Ctx, item: &Value) -> PyResult<Value> {
        let _ = cls;
        let items = as_tuple(cx, item);
        if items.length() == 0 {
            return Err(cx.type_error("Cannot take a Union of no types."));
        }
        let mut parts = Vec::new();
        for item in items.as_slice() {
            let item = checked(cx, item)?;
            add(cx, &mut parts, &item)?;
        }
        Ok(cx.joined(parts))
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

/// Adds a type to a union's arguments: unions are flattened, equal types merged.
fn add(cx: &Ctx, parts: &mut Vec<Value>, value: &Value) -> PyResult<()> {
    if let Some(union) = value.downcast_ref::<Union>() {
        for arg in union.args.as_slice() {
            add(cx, parts, arg)?;
        }
        return Ok(());
    }
    let value = if value.is_none() {
        cx.types().none_type.to_value()
    } else {
        value.clone()
    };
    for known in parts.iter() {
        if cx.is_equal(known, &value)? {
            return Ok(());
        }
    }
    parts.push(value);
    Ok(())
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
        let mut parts = Vec::new();
        add(self, &mut parts, left)?;
        add(self, &mut parts, right)?;
        Ok(self.joined(parts))
    }

    /// `Union[left, right]`: the types are checked first.
    ///
    /// # Errors
    /// `TypeError` if one is no type.
    pub fn checked_union_of(&self, left: &Value, right: &Value) -> PyResult<Value> {
        let (left, right) = (checked(self, left)?, checked(self, right)?);
        self.union_of(&left, &right)
    }

    fn joined(&self, mut parts: Vec<Value>) -> Value {
        if parts.len() == 1
            && let Some(only) = parts.pop()
        {
            return only;
        }
        let union = Union {
            args: self.new_tuple(parts),
            parameters: OnceCell::new(),
        };
        self.heap()
            .allocate(&self.types().union, union)
            .into_value()
    }
}
