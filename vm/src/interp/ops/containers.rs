//! Building, filling, slicing and unpacking containers.

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::interp::stack::Regs;
use crate::objects::set::{SetData, any_set};
use crate::objects::{Dict, List, Set, Str, Tuple};
use crate::protocol::exact_str;
use crate::value::{Py, Value};

#[inline(always)]
pub(crate) fn build_tuple(cx: &Ctx, r: &mut Regs, arg: u32) {
    let count = arg as usize;
    let tuple = cx.new_tuple_from(r.top(count));
    r.drop_top(count);
    r.push(tuple.into_value());
}

#[inline(always)]
pub(crate) fn build_list(cx: &Ctx, r: &mut Regs, arg: u32) {
    let items = r.take_top(arg as usize);
    r.push(cx.new_list(items).into_value());
}

pub(crate) fn build_map(cx: &Ctx, pairs: &[Value]) -> PyResult<Value> {
    let dict = cx.new_dict();
    for pair in pairs.chunks_exact(2) {
        dict.set(cx, &pair[0], pair[1].clone())?;
    }
    Ok(dict.into_value())
}

pub(crate) fn build_string(cx: &Ctx, pieces: &[Value]) -> PyResult<Value> {
    let mut text = taipan_text::Wtf8Buf::new();
    for piece in pieces {
        if let Some(piece) = piece.downcast_ref::<Str>() {
            text.push_wtf8(piece.as_wtf8());
        }
    }
    Ok(cx.new_str(&*text)?.into_value())
}

/// A slice object of two or three values.
pub(crate) fn build_slice(cx: &Ctx, parts: &[Value]) -> Value {
    let part = |index: usize| parts.get(index).cloned().unwrap_or(Value::NONE);
    cx.new_slice(part(0), part(1), part(2)).into_value()
}

#[inline(always)]
pub(crate) fn list_append(cx: &Ctx, r: &mut Regs, arg: u32) -> PyResult<()> {
    let value = r.pop();
    match r.peek(arg as usize - 1).downcast_ref::<List>() {
        Some(list) => list.push(value),
        None => return Err(cx.system_error("LIST_APPEND without a list")),
    }
    Ok(())
}

pub(crate) fn list_extend(cx: &Ctx, list: &Value, iterable: &Value) -> PyResult<()> {
    let Some(list) = list.downcast_ref::<List>() else {
        return Err(cx.system_error("LIST_EXTEND without a list"));
    };
    if cx.class_of(iterable).slots.iter.get().is_none() && !cx.is_sequence(iterable) {
        return Err(cx.type_error(format!(
            "Value after * must be an iterable, not {}",
            cx.type_name(iterable)
        )));
    }
    let items = cx.collect(iterable)?;
    list.borrow_mut().extend(items);
    Ok(())
}

pub(crate) fn build_set(cx: &Ctx, items: &[Value]) -> PyResult<Value> {
    let set = SetData::default();
    for item in items {
        set.add(cx, item)?;
    }
    Ok(cx.new_set(set).into_value())
}

pub(crate) fn set_add(cx: &Ctx, set: &Value, item: &Value) -> PyResult<()> {
    // A program may have put something else where the compiler keeps the set of annotations that were reached.
    match set.downcast_ref::<Set>() {
        Some(set) => set.data.add(cx, item).map(drop),
        None => Err(cx.type_error(format!("'{}' object is not a set", cx.type_name(set)))),
    }
}

pub(crate) fn set_update(cx: &Ctx, set: &Value, iterable: &Value) -> PyResult<()> {
    match any_set(set) {
        Some(set) => set.update(cx, iterable),
        None => Err(cx.system_error("SET_UPDATE without a set")),
    }
}

pub(crate) fn dict_update(cx: &Ctx, dict: &Value, update: &Value) -> PyResult<()> {
    let Some(dict) = dict.downcast_ref::<Dict>() else {
        return Err(cx.system_error("DICT_UPDATE without a dict"));
    };
    if let Some(other) = update.downcast_ref::<Dict>()
        && !other.header().class().is_heap_type()
    {
        for (key, value) in other.items() {
            dict.set(cx, &key, value)?;
        }
        return Ok(());
    }
    let Some(keys) = cx.find_attr(update, &cx.names().keys)? else {
        return Err(cx.type_error(format!(
            "'{}' object is not a mapping",
            cx.type_name(update)
        )));
    };
    for key in cx.collect(&cx.call(&keys, &[])?)? {
        let value = cx.get_item(update, &key)?;
        dict.set(cx, &key, value)?;
    }
    Ok(())
}

pub(crate) fn map_add(cx: &Ctx, dict: &Value, key: &Value, value: Value) -> PyResult<()> {
    match dict.downcast_ref::<Dict>() {
        Some(dict) => dict.set(cx, key, value),
        None => Err(cx.system_error("MAP_ADD without a dict")),
    }
}

/// `container[start:stop]`, without a slice object where the container is a list, tuple or ASCII text.
pub(crate) fn binary_slice(
    cx: &Ctx,
    container: &Value,
    start: &Value,
    stop: &Value,
) -> PyResult<Value> {
    if let Some(list) = cx.as_exact_list(container) {
        if let Some(range) = plain_range(start, stop, list.length()) {
            let items = list.borrow()[range].to_vec();
            return Ok(cx.new_list(items).into_value());
        }
    } else if let Some(text) = exact_str(container) {
        if text.is_ascii()
            && let Some(range) = plain_range(start, stop, text.length())
        {
            return cx.piece_of(text, text.slice(range.start, range.end));
        }
    } else if let Some(tuple) = exact_tuple(container)
        && let Some(range) = plain_range(start, stop, tuple.length())
        && range.len() < tuple.length()
    {
        return Ok(cx.new_tuple_from(&tuple.as_slice()[range]).into_value());
    }
    let slice = build_slice(cx, &[start.clone(), stop.clone()]);
    cx.get_item(container, &slice)
}

/// The range that bounds name which are small integers or `None`.
fn plain_range(start: &Value, stop: &Value, length: usize) -> Option<std::ops::Range<usize>> {
    let bound = |value: &Value, absent: usize| {
        if value.is_none() {
            return Some(absent);
        }
        let index = value.as_small_int()?;
        let index = if index < 0 {
            index.saturating_add_unsigned(length as u64).max(0)
        } else {
            index
        };
        Some((index as usize).min(length))
    };
    let (start, stop) = (bound(start, 0)?, bound(stop, length)?);
    Some(start..stop.max(start))
}

/// `[value, container, key]`
#[inline(always)]
pub(crate) fn store_subscript(cx: &Ctx, r: &mut Regs) -> PyResult<()> {
    let class = cx.class_of(r.peek(1));
    if let Some(list) = r.peek(1).downcast_ref::<List>()
        && let Some(index) = r.peek(0).as_small_int()
        && let Ok(index) = usize::try_from(index)
        && class.is(&cx.types().list)
        && index < list.length()
    {
        let old = list.replace(index, r.peek(2).clone());
        r.drop_top(3);
        drop(old);
    } else {
        store_subscript_otherwise(cx, r.peek(1), r.peek(0), r.peek(2))?;
        r.drop_top(3);
    }
    r.skip(1);
    Ok(())
}

#[inline(never)]
fn store_subscript_otherwise(
    cx: &Ctx,
    container: &Value,
    key: &Value,
    value: &Value,
) -> PyResult<()> {
    match container.downcast_ref::<Dict>() {
        Some(dict) if dict.header().class().is(&cx.types().dict) => {
            dict.set(cx, key, value.clone())
        }
        _ => cx.set_item(container, key, value),
    }
}

/// Pushes the items of the top so that the first comes out on top.
#[inline(always)]
pub(crate) fn unpack_sequence(cx: &Ctx, r: &mut Regs, arg: u32) -> PyResult<()> {
    let count = arg as usize;
    let value = r.pop();
    if let Some(tuple) = exact_tuple(&value)
        && tuple.length() == count
    {
        for item in tuple.as_slice().iter().rev() {
            r.push(item.clone());
        }
    } else {
        unpack_otherwise(cx, r, &value, count)?;
    }
    r.skip(1);
    Ok(())
}

#[inline(always)]
fn unpack_otherwise(cx: &Ctx, r: &mut Regs, value: &Value, count: usize) -> PyResult<()> {
    let items = cx.unpack(value, count)?;
    for item in items.into_iter().rev() {
        r.push(item);
    }
    Ok(())
}

#[inline(always)]
fn exact_tuple(value: &Value) -> Option<&Py<Tuple>> {
    value
        .downcast_ref::<Tuple>()
        .filter(|tuple| !tuple.header().class().is_heap_type())
}

/// `a, *b, c = value`: the low byte counts the names before the star, the next byte those behind.
pub(crate) fn unpack_ex(cx: &Ctx, r: &mut Regs, arg: u32) -> PyResult<()> {
    let value = r.pop();
    let (before, after) = ((arg & 0xff) as usize, (arg >> 8) as usize);
    let items = cx.unpack_with_rest(&value, before, after)?;
    for item in items.into_iter().rev() {
        r.push(item);
    }
    Ok(())
}
