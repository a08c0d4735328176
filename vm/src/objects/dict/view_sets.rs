//! The set operations of `dict_keys` and `dict_items`.
//!
//! CPython 3.14: `dictviews_as_number`, `dictview_richcompare` (`Objects/dictobject.c`).

use super::{Dict, DictItems, DictKeys};
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::objects::set::{SetData, any_set};
use crate::objects::slots::CompareOp;
use crate::value::{Py, Value};

fn is_view(value: &Value) -> bool {
    value.downcast_ref::<DictKeys>().is_some() || value.downcast_ref::<DictItems>().is_some()
}

/// `set(view)`, or of any other iterable.
fn to_set(cx: &Ctx, operand: &Value) -> PyResult<SetData> {
    match operand.downcast_ref::<DictKeys>() {
        Some(keys) if cx.as_exact_dict(keys.dict().as_value()).is_some() => {
            SetData::from_iterable(cx, keys.dict().as_value())
        }
        _ => SetData::from_iterable(cx, operand),
    }
}

pub(super) fn union(cx: &Ctx, left: &Value, right: &Value) -> PyResult<Value> {
    let result = to_set(cx, left)?;
    result.update(cx, right)?;
    Ok(cx.new_set(result).into_value())
}

pub(super) fn difference(cx: &Ctx, left: &Value, right: &Value) -> PyResult<Value> {
    let result = to_set(cx, left)?;
    result.subtract(cx, right)?;
    Ok(cx.new_set(result).into_value())
}

pub(super) fn intersection(cx: &Ctx, left: &Value, right: &Value) -> PyResult<Value> {
    let (mut view, mut other) = if is_view(left) {
        (left, right)
    } else {
        (right, left)
    };
    let length = cx.len(view)?;
    if let Some(set) = any_set(other)
        && length <= set.len()
        && !cx.class_of(other).is_heap_type()
    {
        let result = set.intersection(cx, view)?;
        return Ok(if other.downcast_ref::<crate::objects::Set>().is_some() {
            cx.new_set(result).into_value()
        } else {
            cx.new_frozenset(result).into_value()
        });
    }
    if is_view(other) && cx.len(other)? > length {
        std::mem::swap(&mut view, &mut other);
    }
    let result = SetData::default();
    let mut iteration = cx.iterate(other)?;
    while let Some(key) = iteration.next(cx)? {
        if cx.contains(view, &key)? {
            result.add(cx, &key)?;
        }
    }
    Ok(cx.new_set(result).into_value())
}

pub(super) fn symmetric_difference(cx: &Ctx, left: &Value, right: &Value) -> PyResult<Value> {
    if let (Some(left), Some(right)) = (
        left.downcast_ref::<DictItems>(),
        right.downcast_ref::<DictItems>(),
    ) {
        return differing_items(cx, left.dict(), right.dict());
    }
    let result = to_set(cx, left)?;
    result.toggle(cx, right)?;
    Ok(cx.new_set(result).into_value())
}

/// The items that only one of two dicts has; values that are not hashable do no harm where both have them.
fn differing_items(cx: &Ctx, left: &Py<Dict>, right: &Py<Dict>) -> PyResult<Value> {
    let rest = left.copied(cx);
    let result = SetData::default();
    let mut position = 0;
    while let Some((next, hash, key, value)) = right.next_entry(position) {
        position = next;
        let same = match rest.get_hashed(cx, &key, hash)? {
            Some(known) => cx.is_equal(&known, &value)?,
            None => false,
        };
        if same {
            drop(rest.pop(cx, &key)?);
        } else {
            result.add(cx, cx.new_tuple(vec![key, value]).as_value())?;
        }
    }
    for (key, value) in rest.items() {
        result.add(cx, cx.new_tuple(vec![key, value]).as_value())?;
    }
    Ok(cx.new_set(result).into_value())
}

fn all_within(cx: &Ctx, part: &Value, whole: &Value) -> PyResult<bool> {
    let mut iteration = cx.iterate(part)?;
    while let Some(item) = iteration.next(cx)? {
        if !cx.contains(whole, &item)? {
            return Ok(false);
        }
    }
    Ok(true)
}

pub(super) fn compare(cx: &Ctx, view: &Value, other: &Value, op: CompareOp) -> PyResult<Value> {
    if any_set(other).is_none() && !is_view(other) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let (own, others) = (cx.len(view)?, cx.len(other)?);
    Ok(Value::bool(match op {
        CompareOp::Eq => own == others && all_within(cx, view, other)?,
        CompareOp::Ne => own != others || !all_within(cx, view, other)?,
        CompareOp::Lt => own < others && all_within(cx, view, other)?,
        CompareOp::Le => own <= others && all_within(cx, view, other)?,
        CompareOp::Gt => own > others && all_within(cx, other, view)?,
        CompareOp::Ge => own >= others && all_within(cx, other, view)?,
    }))
}

pub(super) fn is_disjoint(cx: &Ctx, view: &Value, other: &Value) -> PyResult<bool> {
    if view.is(other) {
        return Ok(cx.len(view)? == 0);
    }
    let sized = any_set(other).is_some() || is_view(other);
    let (whole, part) = if sized && cx.len(other)? > cx.len(view)? {
        (other, view)
    } else {
        (view, other)
    };
    let mut iteration = cx.iterate(part)?;
    while let Some(item) = iteration.next(cx)? {
        if cx.contains(whole, &item)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Declares the set operations as part 1 of a view's class.
macro_rules! view_set_methods {
    ($type:ident) => {
        #[pymethods(part = 1)]
        impl $type {
            fn __richcompare__(
                this: &Value,
                cx: &Ctx,
                other: &Value,
                op: $crate::objects::slots::CompareOp,
            ) -> PyResult<Value> {
                super::view_sets::compare(cx, this, other, op)
            }

            fn __and__(left: &Value, cx: &Ctx, right: &Value) -> PyResult<Value> {
                super::view_sets::intersection(cx, left, right)
            }

            fn __or__(left: &Value, cx: &Ctx, right: &Value) -> PyResult<Value> {
                super::view_sets::union(cx, left, right)
            }

            fn __sub__(left: &Value, cx: &Ctx, right: &Value) -> PyResult<Value> {
                super::view_sets::difference(cx, left, right)
            }

            fn __xor__(left: &Value, cx: &Ctx, right: &Value) -> PyResult<Value> {
                super::view_sets::symmetric_difference(cx, left, right)
            }

            /// Return True if the view and the given iterable have a null intersection.
            #[pymethod(text_signature = "($self, object, /)")]
            fn isdisjoint(this: &Value, cx: &Ctx, other: &Value) -> PyResult<bool> {
                super::view_sets::is_disjoint(cx, this, other)
            }
        }
    };
}
pub(super) use view_set_methods;
