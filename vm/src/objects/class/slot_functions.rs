//! The slot functions of classes written in Python: each looks its special method up on the type and calls it.
//!
//! CPython 3.14: the `slot_*` functions (`Objects/typeobject.c`). Tests: `tests/run/class/`.

use num_traits::ToPrimitive;

use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::hash::avoid_minus_one;
use crate::monitoring::Event;
use crate::native::Args;
use crate::objects::descriptor::WrapperDescriptor;
use crate::objects::int::IntRef;
use crate::objects::object::generic_get_attribute;
use crate::objects::slots::{CompareOp, SlotId};
use crate::objects::{Str, Type};
use crate::value::{Py, Value};

/// Calls a method that must be there, for it was when the slot was filled.
pub(super) fn method(cx: &Ctx, this: &Value, name: &Py<Str>, args: &[Value]) -> PyResult<Value> {
    match cx.call_special(this, name, args)? {
        Some(result) => Ok(result),
        None => Err(vanished(cx, name)),
    }
}

/// Calls a method if it is there.
fn method_or_not_implemented(
    cx: &Ctx,
    this: &Value,
    name: &Py<Str>,
    args: &[Value],
) -> PyResult<Value> {
    Ok(cx
        .call_special(this, name, args)?
        .unwrap_or(Value::NOT_IMPLEMENTED))
}

#[cold]
fn vanished(cx: &Ctx, name: &Py<Str>) -> PyErr {
    cx.attribute_error(name.as_wtf8())
}

/// A binary operator with a reflected form, where one of the operands is of a class that looks this slot up.
/// `extra` is the modulus of `pow`.
pub(super) fn operator(
    cx: &Ctx,
    slot: SlotId,
    name: &Py<Str>,
    reflected: &Py<Str>,
    left: &Value,
    right: &Value,
    extra: &[Value],
) -> PyResult<Value> {
    let (left_class, right_class) = (cx.class_of(left).clone(), cx.class_of(right).clone());
    let call = |this: &Value, name: &Py<Str>, other: &Value| match extra {
        [] => method_or_not_implemented(cx, this, name, std::slice::from_ref(other)),
        extra => {
            let mut args = vec![other.clone()];
            args.extend_from_slice(extra);
            method_or_not_implemented(cx, this, name, &args)
        }
    };
    let mut try_right = !left_class.is(&right_class) && right_class.looks_up(slot);
    if left_class.looks_up(slot) {
        if try_right
            && right_class.is_subtype(&left_class)
            && is_overridden(cx, &left_class, &right_class, reflected)?
        {
            let result = call(right, reflected, left)?;
            if !result.is_not_implemented() {
                return Ok(result);
            }
            try_right = false;
        }
        let result = call(left, name, right)?;
        if !result.is_not_implemented() || left_class.is(&right_class) {
            return Ok(result);
        }
    }
    if try_right {
        return call(right, reflected, left);
    }
    Ok(Value::NOT_IMPLEMENTED)
}

/// Whether `class` has another `name` than `base`.
fn is_overridden(cx: &Ctx, base: &Py<Type>, class: &Py<Type>, name: &Py<Str>) -> PyResult<bool> {
    let Some(theirs) = cx.find_attr(class.as_value(), name)? else {
        return Ok(false);
    };
    match cx.find_attr(base.as_value(), name)? {
        None => Ok(true),
        Some(ours) => Ok(!cx.is_equal(&theirs, &ours)?),
    }
}

pub(super) fn power(cx: &Ctx, left: &Value, right: &Value, modulus: &Value) -> PyResult<Value> {
    let (name, reflected) = (&cx.names().__pow__, &cx.names().__rpow__);
    let extra = std::slice::from_ref(modulus);
    let extra = if modulus.is_none() { &[] } else { extra };
    operator(cx, SlotId::power, name, reflected, left, right, extra)
}

pub(super) fn compare(cx: &Ctx, this: &Value, other: &Value, op: CompareOp) -> PyResult<Value> {
    let names = cx.names();
    let name = match op {
        CompareOp::Lt => &names.__lt__,
        CompareOp::Le => &names.__le__,
        CompareOp::Eq => &names.__eq__,
        CompareOp::Ne => &names.__ne__,
        CompareOp::Gt => &names.__gt__,
        CompareOp::Ge => &names.__ge__,
    };
    method_or_not_implemented(cx, this, name, std::slice::from_ref(other))
}

/// The `hash` of unhashable types.
pub(crate) fn hash_not_implemented(cx: &Ctx, this: &Value) -> PyResult<i64> {
    Err(cx.type_error(format!("unhashable type: '{}'", cx.type_name(this))))
}

pub(super) fn hash(cx: &Ctx, this: &Value) -> PyResult<i64> {
    let name = &cx.names().__hash__;
    let found = cx.class_of(this).lookup(cx, name);
    if found.is_none_or(|found| found.is_none()) {
        return hash_not_implemented(cx, this);
    }
    let result = method(cx, this, name, &[])?;
    match result.as_int() {
        Some(IntRef::Small(hash)) => Ok(avoid_minus_one(hash)),
        // A large result is hashed itself, so that equal results stay equal hashes.
        Some(IntRef::Big(big)) => match big.to_i64() {
            Some(hash) => Ok(avoid_minus_one(hash)),
            None => cx.hash(&cx.new_bigint(big.clone())),
        },
        None => Err(cx.type_error("__hash__ method should return an integer")),
    }
}

pub(super) fn call(cx: &Ctx, this: &Value, args: Args<'_>) -> PyResult<Value> {
    match cx.call_special_with(this, &cx.names().__call__, args)? {
        Some(result) => Ok(result),
        None => Err(vanished(cx, &cx.names().__call__)),
    }
}

/// `None` for `__iter__` says that there are no items, whatever `__getitem__` would do.
pub(super) fn iter(cx: &Ctx, this: &Value) -> PyResult<Value> {
    let name = &cx.names().__iter__;
    let found = cx.class_of(this).lookup(cx, name);
    if found.is_some_and(|found| found.is_none()) {
        return Err(cx.not_iterable(this));
    }
    method(cx, this, name, &[])
}

pub(super) fn next(cx: &Ctx, this: &Value) -> PyResult<Option<Value>> {
    match method(cx, this, &cx.names().__next__, &[]) {
        Ok(value) => Ok(Some(value)),
        // A value goes on with its exception: `yield from` wants it.
        Err(error)
            if cx.matches(&error, &cx.types().stop_iteration)
                && error.exception().args.borrow().as_slice().is_empty() =>
        {
            if cx.monitoring().watches(Event::Raise) {
                cx.thread().tracing.set_stop(error.value());
            }
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

pub(super) fn descr_get(
    cx: &Ctx,
    this: &Value,
    instance: Option<&Value>,
    owner: Option<&Value>,
) -> PyResult<Value> {
    let Some(get) = cx.class_of(this).lookup(cx, &cx.names().__get__) else {
        return Ok(this.clone());
    };
    let or_none = |value: Option<&Value>| value.cloned().unwrap_or(Value::NONE);
    cx.call(&get, &[this.clone(), or_none(instance), or_none(owner)])
}

pub(super) fn descr_set(
    cx: &Ctx,
    this: &Value,
    instance: &Value,
    value: Option<&Value>,
) -> PyResult<()> {
    let names = cx.names();
    match value {
        Some(value) => method(cx, this, &names.__set__, &[instance.clone(), value.clone()]),
        None => method(cx, this, &names.__delete__, std::slice::from_ref(instance)),
    }
    .map(drop)
}

pub(super) fn init(cx: &Ctx, this: &Value, args: Args<'_>) -> PyResult<()> {
    let name = &cx.names().__init__;
    let result = match cx.call_special_with(this, name, args)? {
        Some(result) => result,
        None => return Err(vanished(cx, name)),
    };
    if result.is_none() {
        return Ok(());
    }
    let class = cx.type_name(&result);
    Err(cx.type_error(format!("__init__() should return None, not '{class}'")))
}

pub(super) fn new(cx: &Ctx, class: &Py<Type>, args: Args<'_>) -> PyResult<Value> {
    let new = cx.get_attr(class.as_value(), &cx.names().__new__)?;
    cx.call_prepended(&new, class.as_value(), args)
}

/// `__del__`; what it raises has nowhere to go.
pub(super) fn finalize(cx: &Ctx, this: &Value) {
    match cx.call_special(this, &cx.names().__del__, &[]) {
        Ok(_) => {}
        Err(error) => {
            let method = cx
                .class_of(this)
                .lookup(cx, &cx.names().__del__)
                .unwrap_or_else(|| this.clone());
            cx.report_unraisable(
                &error,
                Some("Exception ignored while calling deallocator"),
                &method,
            );
        }
    }
}

pub(super) fn bool(cx: &Ctx, this: &Value) -> PyResult<bool> {
    let result = method(cx, this, &cx.names().__bool__, &[])?;
    result.as_bool().ok_or_else(|| {
        let class = cx.type_name(&result);
        cx.type_error(format!("__bool__ should return bool, returned {class}"))
    })
}

pub(super) fn length(cx: &Ctx, this: &Value) -> PyResult<usize> {
    let result = method(cx, this, &cx.names().__len__, &[])?;
    let length = cx.index(&result)?;
    let length = match length.as_int() {
        Some(IntRef::Small(small)) => Some(small),
        Some(IntRef::Big(big)) if big.sign() == num_bigint::Sign::Minus => Some(-1),
        Some(IntRef::Big(big)) => big.to_i64(),
        None => None,
    };
    match length {
        Some(length) if length < 0 => Err(cx.value_error("__len__() should return >= 0")),
        Some(length) => Ok(length as usize),
        None => {
            let class = cx.type_name(&result);
            Err(cx.overflow_error(format!("cannot fit '{class}' into an index-sized integer")))
        }
    }
}

pub(super) fn contains(cx: &Ctx, this: &Value, item: &Value) -> PyResult<bool> {
    let name = &cx.names().__contains__;
    if cx
        .class_of(this)
        .lookup(cx, name)
        .is_some_and(|found| found.is_none())
    {
        let class = cx.type_name(this);
        return Err(cx.type_error(format!("'{class}' object is not a container")));
    }
    let result = method(cx, this, name, std::slice::from_ref(item))?;
    cx.is_true(&result)
}

pub(super) fn set_subscript(
    cx: &Ctx,
    this: &Value,
    key: &Value,
    value: Option<&Value>,
) -> PyResult<()> {
    let names = cx.names();
    match value {
        Some(value) => method(cx, this, &names.__setitem__, &[key.clone(), value.clone()]),
        None => method(cx, this, &names.__delitem__, std::slice::from_ref(key)),
    }
    .map(drop)
}

pub(super) fn set_item(
    cx: &Ctx,
    this: &Value,
    index: isize,
    value: Option<&Value>,
) -> PyResult<()> {
    set_subscript(cx, this, &cx.new_int(index as i64), value)
}

pub(super) fn setattr(
    cx: &Ctx,
    this: &Value,
    name: &Py<Str>,
    value: Option<&Value>,
) -> PyResult<()> {
    let names = cx.names();
    match value {
        Some(value) => method(
            cx,
            this,
            &names.__setattr__,
            &[name.to_value(), value.clone()],
        ),
        None => method(cx, this, &names.__delattr__, &[name.to_value()]),
    }
    .map(drop)
}

/// `__getattribute__`, and `__getattr__` where that finds nothing.
pub(super) fn getattr(cx: &Ctx, this: &Value, name: &Py<Str>) -> PyResult<Option<Value>> {
    let class = cx.class_of(this).clone();
    let names = cx.names();
    let getattribute = class.lookup(cx, &names.__getattribute__);
    let native = match &getattribute {
        None => None,
        Some(found) => found
            .downcast_ref::<WrapperDescriptor>()
            .map(|wrapper| wrapper.class.slots.getattr.get()),
    };
    let found = match native {
        Some(Some(getattr)) => getattr(cx, this, name),
        _ => match cx.call_special(this, &names.__getattribute__, &[name.to_value()]) {
            Ok(None) => generic_get_attribute(cx, this, name),
            result => result,
        },
    };
    let missing = match found {
        Ok(Some(value)) => return Ok(Some(value)),
        Ok(None) => None,
        Err(error) if cx.matches(&error, &cx.types().attribute_error) => Some(error),
        Err(error) => return Err(error),
    };
    if class.lookup(cx, &names.__getattr__).is_some() {
        drop(missing);
        return cx.call_special(this, &names.__getattr__, &[name.to_value()]);
    }
    missing.map_or(Ok(None), Err)
}
