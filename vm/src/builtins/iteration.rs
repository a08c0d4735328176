//! The functions that go over iterables.
//!
//! CPython 3.14: `Python/bltinmodule.c`. Tests: `tests/run/builtins/`.

use taipan_macros::pyfunction;

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::Args;
use crate::native::bind::Optional;
use crate::objects::List;
use crate::objects::sequence_iterator::CallableIterator;
use crate::objects::slots::CompareOp;
use crate::value::{Py, Value};

/// Return True if bool(x) is True for all values x in the iterable.
///
/// If the iterable is empty, return True.
#[pyfunction(signature = (iterable, /))]
pub(super) fn all(cx: &Ctx, iterable: &Value) -> PyResult<bool> {
    let iterator = cx.iter(iterable)?;
    while let Some(item) = cx.next(&iterator)? {
        if !cx.is_true(&item)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Return True if bool(x) is True for any x in the iterable.
///
/// If the iterable is empty, return False.
#[pyfunction(signature = (iterable, /))]
pub(super) fn any(cx: &Ctx, iterable: &Value) -> PyResult<bool> {
    let iterator = cx.iter(iterable)?;
    while let Some(item) = cx.next(&iterator)? {
        if cx.is_true(&item)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Return the number of items in a container.
#[pyfunction(signature = (obj, /))]
pub(super) fn len(cx: &Ctx, obj: &Value) -> PyResult<usize> {
    cx.len(obj)
}

/// iter(iterable) -> iterator
/// iter(callable, sentinel) -> iterator
///
/// Get an iterator from an object.
/// In the first form, the argument must supply its own iterator, or be a sequence.
/// In the second form, the callable is called until it returns the sentinel.
#[pyfunction(signature = (object, sentinel = Optional::Missing, /), text_signature = None)]
pub(super) fn iter(cx: &Ctx, object: &Value, sentinel: Optional<&Value>) -> PyResult<Value> {
    match sentinel.given() {
        None => cx.iter(object),
        Some(_) if !cx.is_callable(object) => Err(cx.type_error("iter(v, w): v must be callable")),
        Some(sentinel) => {
            Ok(CallableIterator::make(cx, object.clone(), sentinel.clone()).into_value())
        }
    }
}

/// Return an AsyncIterator for an AsyncIterable object.
#[pyfunction(signature = (async_iterable, /))]
pub(super) fn aiter(cx: &Ctx, async_iterable: &Value) -> PyResult<Value> {
    let Some(aiter) = cx.class_of(async_iterable).slots.aiter.get() else {
        let class = cx.type_name(async_iterable);
        return Err(cx.type_error(format!("'{class}' object is not an async iterable")));
    };
    let iterator = aiter(cx, async_iterable)?;
    if cx.class_of(&iterator).slots.anext.get().is_none() {
        let class = cx.type_name(&iterator);
        return Err(cx.type_error(format!(
            "aiter() returned not an async iterator of type '{class}'"
        )));
    }
    Ok(iterator)
}

/// Return the next item from the async iterator.
///
/// If default is given and the async iterator is exhausted,
/// it is returned instead of raising StopAsyncIteration.
#[pyfunction(signature = (aiterator, default = Optional::Missing, /))]
pub(super) fn anext(cx: &Ctx, aiterator: &Value, default: Optional<&Value>) -> PyResult<Value> {
    let Some(anext) = cx.class_of(aiterator).slots.anext.get() else {
        let class = cx.type_name(aiterator);
        return Err(cx.type_error(format!("'{class}' object is not an async iterator")));
    };
    let awaitable = anext(cx, aiterator)?;
    match default.given() {
        None => Ok(awaitable),
        Some(default) => Ok(super::anext_awaitable::make(cx, awaitable, default.clone())),
    }
}

/// next(iterator[, default])
///
/// Return the next item from the iterator. If default is given and the iterator
/// is exhausted, it is returned instead of raising StopIteration.
#[pyfunction(signature = (iterator, default = Optional::Missing, /), text_signature = None)]
pub(super) fn next(cx: &Ctx, iterator: &Value, default: Optional<&Value>) -> PyResult<Value> {
    let Some(next) = cx.class_of(iterator).slots.next.get() else {
        let class = cx.type_name(iterator);
        return Err(cx.type_error(format!("'{class}' object is not an iterator")));
    };
    match (next(cx, iterator), default.given()) {
        (Ok(Some(item)), _) => Ok(item),
        (Ok(None), Some(default)) => Ok(default.clone()),
        (Ok(None), None) => Err(cx.stop_iteration(Value::NONE)),
        (Err(error), Some(default)) if cx.matches(&error, &cx.types().stop_iteration) => {
            Ok(default.clone())
        }
        (Err(error), _) => Err(error),
    }
}

/// Return a new list containing all items from the iterable in ascending order.
///
/// A custom key function can be supplied to customize the sort order, and the
/// reverse flag can be set to request the result in descending order.
#[pyfunction(
    name = "sorted",
    text_signature = "($module, iterable, /, *, key=None, reverse=False)"
)]
pub(super) fn sorted(cx: &Ctx, args: Args<'_>) -> PyResult<Py<List>> {
    let [iterable] = args.positional() else {
        let given = args.positional().len();
        return Err(cx.type_error(format!("sorted expected 1 argument, got {given}")));
    };
    let list = cx.list_from(iterable)?;
    let sort = cx.get_attr(list.as_value(), &cx.intern("sort"))?;
    match args.without_first() {
        Some((_, rest)) => cx.call_with(&sort, rest)?,
        None => cx.call(&sort, &[])?,
    };
    Ok(list)
}

/// max(iterable, *[, default=obj, key=func]) -> value
/// max(arg1, arg2, *args, *[, key=func]) -> value
///
/// With a single iterable argument, return its biggest item. The
/// default keyword-only argument specifies an object to return if
/// the provided iterable is empty.
/// With two or more positional arguments, return the largest argument.
#[pyfunction(text_signature = None)]
pub(super) fn max(cx: &Ctx, args: Args<'_>) -> PyResult<Value> {
    extreme(cx, "max", CompareOp::Gt, args)
}

/// min(iterable, *[, default=obj, key=func]) -> value
/// min(arg1, arg2, *args, *[, key=func]) -> value
///
/// With a single iterable argument, return its smallest item. The
/// default keyword-only argument specifies an object to return if
/// the provided iterable is empty.
/// With two or more positional arguments, return the smallest argument.
#[pyfunction(text_signature = None)]
pub(super) fn min(cx: &Ctx, args: Args<'_>) -> PyResult<Value> {
    extreme(cx, "min", CompareOp::Lt, args)
}

fn extreme(cx: &Ctx, function: &'static str, op: CompareOp, args: Args<'_>) -> PyResult<Value> {
    let positional = args.positional();
    if positional.is_empty() {
        return Err(cx.type_error(format!("{function} expected at least 1 argument, got 0")));
    }
    let (mut key, mut default) = (None, None);
    for (name, value) in args.keywords() {
        match name.to_str() {
            Some("key") => key = Some(value).filter(|key| !key.is_none()),
            Some("default") => default = Some(value),
            _ => {
                let name = name.to_string_lossy();
                return Err(cx.type_error(format!(
                    "{function}() got an unexpected keyword argument '{name}'"
                )));
            }
        }
    }
    if positional.len() > 1 && default.is_some() {
        return Err(cx.type_error(format!(
            "Cannot specify a default for {function}() with multiple positional arguments"
        )));
    }
    let mut best: Option<(Value, Value)> = None;
    let mut offer = |item: Value| -> PyResult<()> {
        let rank = match key {
            Some(key) => cx.call(key, std::slice::from_ref(&item))?,
            None => item.clone(),
        };
        let better = match &best {
            None => true,
            Some((_, best)) => {
                let result = cx.compare(&rank, best, op)?;
                cx.is_true(&result)?
            }
        };
        if better {
            best = Some((item, rank));
        }
        Ok(())
    };
    if let [iterable] = positional {
        let iterator = cx.iter(iterable)?;
        while let Some(item) = cx.next(&iterator)? {
            offer(item)?;
        }
    } else {
        for item in positional {
            offer(item.clone())?;
        }
    }
    match (best, default) {
        (Some((item, _)), _) => Ok(item),
        (None, Some(default)) => Ok(default.clone()),
        (None, None) => Err(cx.value_error(format!("{function}() iterable argument is empty"))),
    }
}
