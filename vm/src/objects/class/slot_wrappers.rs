//! What the wrapper descriptors of native types share: they turn Python's arguments into those of a slot.
//!
//! CPython 3.14: the `wrap_*` functions (`Objects/typeobject.c`). Tests: `tests/run/class/`.

use num_traits::ToPrimitive;

use super::slot_table::SlotDef;
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::Args;
use crate::objects::Str;
use crate::objects::slots::{SlotId, Slots};
use crate::value::Value;

/// The arguments, if there are exactly so many.
pub(super) fn exactly<'a, const N: usize>(cx: &Ctx, args: Args<'a>) -> PyResult<&'a [Value; N]> {
    args.values().try_into().map_err(|_| {
        let plural = if N == 1 { "" } else { "s" };
        let given = args.values().len();
        cx.type_error(format!("expected {N} argument{plural}, got {given}"))
    })
}

/// One required argument and an optional one.
pub(super) fn one_or_two<'a>(cx: &Ctx, args: Args<'a>) -> PyResult<(&'a Value, Option<&'a Value>)> {
    match args.values() {
        [first] => Ok((first, None)),
        [first, second] => Ok((first, Some(second))),
        other => Err(cx.type_error(format!("expected 1 or 2 arguments, got {}", other.len()))),
    }
}

/// A length as Python's `int`.
pub(super) fn length(cx: &Ctx, length: usize) -> PyResult<Value> {
    Ok(cx.new_int(length as i64))
}

/// An index argument.
pub(super) fn index(cx: &Ctx, value: &Value) -> PyResult<isize> {
    cx.to_bigint(value)?.to_isize().ok_or_else(|| {
        let class = cx.type_name(value);
        cx.overflow_error(format!("cannot fit '{class}' into an index-sized integer"))
    })
}

/// An index argument of a sequence slot: a negative one counts from the end.
pub(super) fn position(cx: &Ctx, slots: &Slots, this: &Value, key: &Value) -> PyResult<isize> {
    let index = index(cx, key)?;
    match slots.sequence_length.get() {
        Some(length) if index < 0 => Ok(index + length(cx, this)? as isize),
        _ => Ok(index),
    }
}

pub(super) fn repeat(
    cx: &Ctx,
    _: &'static SlotDef,
    slots: &Slots,
    this: &Value,
    args: Args<'_>,
) -> PyResult<Value> {
    let [count] = exactly(cx, args)?;
    let count = index(cx, count)?;
    match slots.repeat.get() {
        Some(repeat) => repeat(cx, this, count),
        None => Err(cx.system_error("slot repeat is empty")),
    }
}

pub(super) fn getattribute(
    cx: &Ctx,
    _: &'static SlotDef,
    slots: &Slots,
    this: &Value,
    args: Args<'_>,
) -> PyResult<Value> {
    let [name] = exactly(cx, args)?;
    let name = cx.attribute_name(name)?;
    let found = match slots.getattr.get() {
        Some(getattr) => getattr(cx, this, name)?,
        None => None,
    };
    found.ok_or_else(|| cx.absent_attribute(this, name))
}

pub(super) fn setattr(
    cx: &Ctx,
    def: &'static SlotDef,
    slots: &Slots,
    this: &Value,
    args: Args<'_>,
) -> PyResult<Value> {
    let [name, value] = exactly(cx, args)?;
    change_attribute(cx, def, slots, this, name, Some(value))
}

pub(super) fn delattr(
    cx: &Ctx,
    def: &'static SlotDef,
    slots: &Slots,
    this: &Value,
    args: Args<'_>,
) -> PyResult<Value> {
    let [name] = exactly(cx, args)?;
    change_attribute(cx, def, slots, this, name, None)
}

fn change_attribute(
    cx: &Ctx,
    def: &'static SlotDef,
    slots: &Slots,
    this: &Value,
    name: &Value,
    value: Option<&Value>,
) -> PyResult<Value> {
    // `object.__setattr__(int, ...)` must not get around `type.__setattr__`: no native class between the one that the
    // slot comes from and the receiver's may have another (CPython's `hackcheck`).
    let class = cx.class_of(this).clone();
    let mro = class.mro();
    let from = mro.iter().rev().find(|base| {
        !base.looks_up(SlotId::setattr) && base.slots.same(&class.slots, SlotId::setattr)
    });
    let mut next = Some(from.unwrap_or(&class).clone());
    while let Some(base) = next.take() {
        if base.looks_up(SlotId::setattr) {
            next = base.base();
            continue;
        }
        if base.slots.same(slots, SlotId::setattr) {
            break;
        }
        let class = class.name().to_string_lossy().into_owned();
        return Err(cx.type_error(format!("can't apply this {} to {class} object", def.name)));
    }
    let name: &crate::value::Py<Str> = cx.attribute_name(name)?;
    match slots.setattr.get() {
        Some(setattr) => setattr(cx, this, name, value).map(|()| Value::NONE),
        None => Err(cx.system_error("slot setattr is empty")),
    }
}

pub(super) fn descr_get(
    cx: &Ctx,
    _: &'static SlotDef,
    slots: &Slots,
    this: &Value,
    args: Args<'_>,
) -> PyResult<Value> {
    let (instance, owner) = one_or_two(cx, args)?;
    let instance = Some(instance).filter(|value| !value.is_none());
    let owner = owner.filter(|value| !value.is_none());
    if instance.is_none() && owner.is_none() {
        return Err(cx.type_error("__get__(None, None) is invalid"));
    }
    match slots.descr_get.get() {
        Some(get) => get(cx, this, instance, owner),
        None => Err(cx.system_error("slot descr_get is empty")),
    }
}
