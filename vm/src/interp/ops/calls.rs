//! Calls. A call of a Python function makes a frame and goes on in the same loop; anything else is called natively.

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::interp::stack::Regs;
use crate::native::Args;
use crate::objects::bound_method::BoundMethod;
use crate::objects::function::Function;
use crate::objects::{Dict, Str, Tuple};
use crate::value::{Py, Value};

/// Units of `CALL` and `CALL_KW` with their caches: where the caller goes on.
const CALL_UNITS: u16 = 4;

/// `[callable, self or nothing, arguments...]`.
#[inline(always)]
pub(crate) fn call(cx: &Ctx, r: &mut Regs, arg: u32) -> PyResult<()> {
    let count = arg as usize;
    if let Some(function) = r.peek(count + 1).downcast_ref::<Function>() {
        let total = count + usize::from(r.peek_slot(count).is_some());
        if function
            .code
            .peek(|code| code.is_simple && code.argcount as usize == total)
        {
            return enter_exact(cx, r, count, total);
        }
    }
    *r = call_general(cx, *r, count)?;
    Ok(())
}

/// Enters a function whose parameters are all given by position.
#[inline(always)]
fn enter_exact(cx: &Ctx, r: &mut Regs, count: usize, total: usize) -> PyResult<()> {
    let function = r.peek(count + 1).downcast_ref::<Function>();
    let Some(function) = function.cloned() else {
        return Err(cx.system_error("the callable is a function"));
    };
    let code = function.code.get();
    let frame = cx.push_frame(code, function)?;
    r.move_arguments(total, frame);
    r.drop_top(count + 2 - total);
    r.save();
    r.frame.return_offset.set(CALL_UNITS);
    cx.thread().enter(frame);
    *r = Regs::enter(frame, 0);
    Ok(())
}

#[inline(never)]
pub(crate) fn call_general(cx: &Ctx, mut r: Regs, count: usize) -> PyResult<Regs> {
    let mut total = count + usize::from(r.peek_slot(count).is_some());
    if total == count
        && let Some(method) = r.peek(count + 1).downcast_ref::<BoundMethod>()
    {
        let method = method.clone();
        drop(r.replace(count, Some(method.receiver.clone())));
        drop(r.replace(count + 1, Some(method.function.clone())));
        total += 1;
    }
    if let Some(function) = r.peek(count + 1).downcast_ref::<Function>() {
        let frame = cx.frame_for_call(function.clone(), Args::positional_only(r.top(total)))?;
        r.drop_top(count + 2);
        r.save();
        r.frame.return_offset.set(CALL_UNITS);
        cx.thread().enter(frame);
        return Ok(Regs::enter(frame, 0));
    }
    r.save_height();
    let args = Args::positional_only(r.top(total));
    let result = cx.call_with(r.peek(count + 1), args)?;
    r.drop_top(count + 2);
    r.push(result);
    r.skip(3);
    Ok(r)
}

/// `[callable, self or nothing, arguments..., names of the last arguments]`.
#[inline(never)]
pub(crate) fn call_kw(cx: &Ctx, mut r: Regs, arg: u32) -> PyResult<Regs> {
    let count = arg as usize;
    // The caller keeps its registers if this fails: nothing is popped before it cannot fail any more.
    let Some(names) = r.peek(0).downcast_ref::<Tuple>().cloned() else {
        return Err(cx.system_error("keyword names are no tuple"));
    };
    let mut total = count + usize::from(r.peek_slot(count + 1).is_some());
    if total == count
        && let Some(method) = r.peek(count + 2).downcast_ref::<BoundMethod>()
    {
        let method = method.clone();
        drop(r.replace(count + 1, Some(method.receiver.clone())));
        drop(r.replace(count + 2, Some(method.function.clone())));
        total += 1;
    }
    let args = Args::new(&r.top(total + 1)[..total], names.as_slice());
    if let Some(function) = r.peek(count + 2).downcast_ref::<Function>() {
        let frame = cx.frame_for_call(function.clone(), args)?;
        r.drop_top(count + 3);
        r.save();
        r.frame.return_offset.set(CALL_UNITS);
        cx.thread().enter(frame);
        return Ok(Regs::enter(frame, 0));
    }
    let result = cx.call_with(r.peek(count + 2), args)?;
    r.drop_top(count + 3);
    r.push(result);
    r.skip(3);
    Ok(r)
}

/// `[callable, nothing, positional arguments, keyword arguments or nothing]`.
#[inline(never)]
pub(crate) fn call_function_ex(cx: &Ctx, mut r: Regs) -> PyResult<Regs> {
    // As in `call_kw`: nothing is popped before it cannot fail any more.
    let keywords = r.peek_slot(0).clone();
    let positional = r.peek(1).clone();
    let positional = match positional.downcast_ref::<Tuple>() {
        Some(tuple) if !tuple.header().class().is_heap_type() => tuple.clone(),
        _ => {
            check_star_args(cx, r.peek(3), &positional)?;
            cx.tuple_from(&positional)?
        }
    };
    let (values, names) = match keywords
        .as_ref()
        .and_then(|dict| dict.downcast_ref::<Dict>())
    {
        Some(dict) if !dict.is_empty() => {
            let mut values = positional.as_slice().to_vec();
            let mut names = Vec::with_capacity(dict.len());
            for (name, value) in dict.items() {
                if name.downcast_ref::<Str>().is_none() {
                    return Err(cx.type_error("keywords must be strings"));
                }
                names.push(name);
                values.push(value);
            }
            (values, names)
        }
        _ => (Vec::new(), Vec::new()),
    };
    let args = if names.is_empty() {
        Args::positional_only(positional.as_slice())
    } else {
        Args::new(&values, &names)
    };
    if let Some(function) = r.peek(3).downcast_ref::<Function>() {
        let frame = cx.frame_for_call(function.clone(), args)?;
        r.drop_top(4);
        r.save();
        r.frame.return_offset.set(1);
        cx.thread().enter(frame);
        return Ok(Regs::enter(frame, 0));
    }
    let result = cx.call_with(r.peek(3), args)?;
    r.drop_top(4);
    r.push(result);
    Ok(r)
}

fn check_star_args(cx: &Ctx, callable: &Value, args: &Value) -> PyResult<()> {
    if cx.class_of(args).slots.iter.get().is_some() || cx.is_sequence(args) {
        return Ok(());
    }
    Err(cx.type_error(format!(
        "{} argument after * must be an iterable, not {}",
        callable_label(cx, callable),
        cx.type_name(args)
    )))
}

/// How messages name what is called: `module.function()` or the value's text.
pub(crate) fn callable_label(cx: &Ctx, callable: &Value) -> String {
    let names = cx.names();
    let attribute = |name: &Py<Str>| match cx.find_attr(callable, name) {
        Ok(Some(value)) => value
            .downcast_ref::<Str>()
            .map(|text| text.to_string_lossy().into_owned()),
        _ => None,
    };
    match attribute(&names.__qualname__) {
        Some(name) => match attribute(&names.__module__) {
            Some(module) if module != "builtins" => format!("{module}.{name}()"),
            _ => format!("{name}()"),
        },
        None => match cx.str(callable) {
            Ok(text) => text.to_string_lossy().into_owned(),
            Err(_) => cx.type_name(callable),
        },
    }
}

/// Calls with what `LOAD_SPECIAL` found: the callable, and the receiver if it still wants one.
pub(crate) fn call_with_self(
    cx: &Ctx,
    callable: &Value,
    receiver: Option<&Value>,
    args: &[Value],
) -> PyResult<Value> {
    match receiver {
        Some(receiver) => {
            let mut values = vec![receiver.clone()];
            values.extend_from_slice(args);
            cx.call(callable, &values)
        }
        None => cx.call(callable, args),
    }
}

/// Adds keyword arguments to those collected so far.
pub(crate) fn dict_merge(cx: &Ctx, into: &Value, update: &Value, callable: &Value) -> PyResult<()> {
    let Some(into) = into.downcast_ref::<Dict>() else {
        return Err(cx.system_error("DICT_MERGE without a dict"));
    };
    let pairs = match update.downcast_ref::<Dict>() {
        Some(dict) if !dict.header().class().is_heap_type() => dict.items(),
        _ => {
            let Some(keys) = cx.find_attr(update, &cx.names().keys)? else {
                return Err(cx.type_error(format!(
                    "{} argument after ** must be a mapping, not {}",
                    callable_label(cx, callable),
                    cx.type_name(update)
                )));
            };
            let mut pairs = Vec::new();
            for key in cx.collect(&cx.call(&keys, &[])?)? {
                let value = cx.get_item(update, &key)?;
                pairs.push((key, value));
            }
            pairs
        }
    };
    for (key, value) in pairs {
        if into.contains(cx, &key)? {
            let Some(name) = key.downcast_ref::<Str>() else {
                return Err(cx.type_error("keywords must be strings"));
            };
            return Err(cx.type_error(format!(
                "{} got multiple values for keyword argument '{}'",
                callable_label(cx, callable),
                name.to_string_lossy()
            )));
        }
        into.set(cx, &key, value)?;
    }
    Ok(())
}
