//! Raising, catching and re-raising.

use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::objects::{BaseException, Tuple, Type};
use crate::value::{Py, Value};

/// An exception instance of what stands behind `raise` or `from`.
fn instance(cx: &Ctx, value: &Value) -> PyResult<Option<Py<BaseException>>> {
    if let Some(class) = value.downcast_ref::<Type>() {
        if !class.is_subtype(&cx.types().base_exception) {
            return Ok(None);
        }
        let made = cx.call(value, &[])?;
        return match made.downcast::<BaseException>() {
            Ok(exception) => Ok(Some(exception)),
            Err(other) => Err(cx.type_error(format!(
                "calling {} should have returned an instance of BaseException, not {}",
                cx.repr(value)?.to_string_lossy(),
                cx.repr(cx.class_of(&other).as_value())?.to_string_lossy()
            ))),
        };
    }
    Ok(value.downcast_ref::<BaseException>().cloned())
}

/// `raise`, `raise exception`, `raise exception from cause`: the exception to raise. The second is whether an
/// exception goes on as it is (`raise` alone).
pub(crate) fn raise(cx: &Ctx, args: &[Value]) -> (PyErr, bool) {
    match raise_checked(cx, args) {
        Ok(raised) => raised,
        Err(error) => (error, false),
    }
}

fn raise_checked(cx: &Ctx, args: &[Value]) -> PyResult<(PyErr, bool)> {
    let Some(exception) = args.first() else {
        let Some(handled) = cx.handled_exception() else {
            return Err(cx.runtime_error("No active exception to reraise"));
        };
        return match handled.downcast::<BaseException>() {
            Ok(exception) => Ok((PyErr::new(exception), true)),
            Err(_) => Err(cx.system_error("the handled exception is none")),
        };
    };
    let Some(exception) = instance(cx, exception)? else {
        return Err(cx.type_error("exceptions must derive from BaseException"));
    };
    if let Some(cause) = args.get(1) {
        let cause = if cause.is_none() {
            None
        } else {
            match instance(cx, cause)? {
                Some(cause) => Some(cause.into_value()),
                None => {
                    return Err(cx.type_error("exception causes must derive from BaseException"));
                }
            }
        };
        let old = exception.cause.replace(cause);
        exception.suppress_context.set(true);
        drop(old);
    }
    chain(cx, &exception);
    Ok((PyErr::new(exception), false))
}

/// Makes the exception being handled the context of a new one, without closing a circle.
pub(crate) fn chain(cx: &Ctx, exception: &Py<BaseException>) {
    let Some(handled) = cx.handled_exception() else {
        return;
    };
    if handled.is(exception.as_value()) {
        return;
    }
    let mut cursor = handled.downcast_ref::<BaseException>().cloned();
    // Brent's way to notice a circle that was there before.
    let (mut slow, mut steps) = (cursor.clone(), 0u32);
    while let Some(current) = cursor {
        let context = current.context.borrow().clone();
        let Some(context) = context else { break };
        if context.is(exception.as_value()) {
            let old = current.context.replace(None);
            drop(old);
            break;
        }
        cursor = context.downcast_ref::<BaseException>().cloned();
        steps += 1;
        if steps.is_multiple_of(2) {
            slow = slow.and_then(|slow| {
                slow.context
                    .borrow()
                    .as_ref()
                    .and_then(|next| next.downcast_ref::<BaseException>().cloned())
            });
            if let (Some(slow), Some(fast)) = (&slow, &cursor)
                && slow.is(fast)
            {
                break;
            }
        }
    }
    let old = exception.context.replace(Some(handled));
    drop(old);
}

const CATCH_MESSAGE: &str =
    "catching classes that do not inherit from BaseException is not allowed";

fn check_exception_type(cx: &Ctx, matcher: &Value) -> PyResult<()> {
    let is_class = |value: &Value| {
        value
            .downcast_ref::<Type>()
            .is_some_and(|class| class.is_subtype(&cx.types().base_exception))
    };
    let fits = match matcher.downcast_ref::<Tuple>() {
        Some(tuple) => tuple.as_slice().iter().all(is_class),
        None => is_class(matcher),
    };
    if fits {
        Ok(())
    } else {
        Err(cx.type_error(CATCH_MESSAGE))
    }
}

/// Whether an exception matches the class or classes behind `except`.
pub(crate) fn exception_matches(cx: &Ctx, exception: &Value, matcher: &Value) -> PyResult<bool> {
    check_exception_type(cx, matcher)?;
    Ok(is_instance_of(cx, exception, matcher))
}

fn is_instance_of(cx: &Ctx, exception: &Value, matcher: &Value) -> bool {
    let class = cx.class_of(exception);
    match matcher.downcast_ref::<Tuple>() {
        Some(tuple) => tuple
            .as_slice()
            .iter()
            .any(|matcher| is_instance_of(cx, exception, matcher)),
        None => matcher
            .downcast_ref::<Type>()
            .is_some_and(|matcher| class.is_subtype(matcher)),
    }
}

/// `except*`: splits an exception into (rest, match); both may be `None`.
pub(crate) fn group_match(
    cx: &Ctx,
    exception: &Value,
    matcher: &Value,
) -> PyResult<(Value, Value)> {
    check_exception_type(cx, matcher)?;
    let types = cx.types();
    let is_group_class = |value: &Value| {
        value
            .downcast_ref::<Type>()
            .is_some_and(|class| class.is_subtype(&types.base_exception_group))
    };
    let has_group_class = match matcher.downcast_ref::<Tuple>() {
        Some(tuple) => tuple.as_slice().iter().any(is_group_class),
        None => is_group_class(matcher),
    };
    if has_group_class {
        return Err(cx.type_error(
            "catching ExceptionGroup with except* is not allowed. Use except instead.",
        ));
    }
    if exception.is_none() {
        return Ok((Value::NONE, Value::NONE));
    }
    let is_group = cx
        .class_of(exception)
        .is_subtype(&types.base_exception_group);
    if is_instance_of(cx, exception, matcher) {
        if is_group {
            return Ok((Value::NONE, exception.clone()));
        }
        // A naked exception is wrapped, so that the handler always gets a group.
        let message = cx.new_str("")?.into_value();
        let items = cx.new_tuple(vec![exception.clone()]).into_value();
        let wrapped = cx.call(types.exception_group.as_value(), &[message, items])?;
        if let Some(wrapped) = wrapped.downcast_ref::<BaseException>()
            && let Some(frame) = cx.frame()
        {
            crate::interp::unwind::add_traceback(cx, frame, wrapped);
        }
        return Ok((Value::NONE, wrapped));
    }
    if is_group {
        let split = cx.get_attr(exception, &cx.names().split)?;
        let pair = cx.call(&split, std::slice::from_ref(matcher))?;
        let Some(pair) = pair.downcast_ref::<Tuple>() else {
            return Err(cx.type_error(format!(
                "{}.split must return a tuple, not {}",
                cx.type_name(exception),
                cx.type_name(&pair)
            )));
        };
        let [matched, rest, ..] = pair.as_slice() else {
            return Err(cx.type_error(format!(
                "{}.split must return a 2-tuple, got tuple of size {}",
                cx.type_name(exception),
                pair.length()
            )));
        };
        return Ok((rest.clone(), matched.clone()));
    }
    Ok((exception.clone(), Value::NONE))
}
