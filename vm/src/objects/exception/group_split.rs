//! Splitting exception groups, also for `except*`.
//!
//! CPython 3.14: `exceptiongroup_split_recursive`, `_PyExc_PrepReraiseStar` (`Objects/exceptions.c`). Tests:
//! `tests/run/exception_group/`.

use super::{BaseException, BaseExceptionGroup};
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::objects::{List, Tuple, Type};
use crate::value::{Py, Value};

/// What exceptions are chosen by.
pub enum Matcher {
    /// A class or a tuple of classes.
    Classes(Value),
    Predicate(Value),
    /// These exceptions and no others.
    Identities(Vec<Value>),
}

/// Both halves of a group; `None` where nothing is left.
#[derive(Default)]
pub struct Parts {
    pub matching: Option<Value>,
    pub rest: Option<Value>,
}

fn is_exception_class(value: &Value, cx: &Ctx) -> bool {
    value
        .downcast_ref::<Type>()
        .is_some_and(|class| class.is_subtype(&cx.types().base_exception))
}

impl Matcher {
    /// # Errors
    /// `TypeError` if the value can choose nothing.
    pub fn of(cx: &Ctx, value: &Value) -> PyResult<Self> {
        let is_class = is_exception_class(value, cx);
        let is_tuple = value.downcast_ref::<Tuple>().is_some_and(|classes| {
            classes
                .as_slice()
                .iter()
                .all(|class| is_exception_class(class, cx))
        });
        if is_class || is_tuple {
            return Ok(Self::Classes(value.clone()));
        }
        if cx.is_callable(value) && value.downcast_ref::<Type>().is_none() {
            return Ok(Self::Predicate(value.clone()));
        }
        Err(cx.type_error(
            "expected an exception type, a tuple of exception types, or a callable (other than a class)",
        ))
    }

    fn matches(&self, cx: &Ctx, exception: &Value) -> PyResult<bool> {
        match self {
            Self::Classes(classes) => {
                let class = cx.class_of(exception);
                Ok(match classes.downcast_ref::<Tuple>() {
                    None => classes
                        .downcast_ref::<Type>()
                        .is_some_and(|known| class.is_subtype(known)),
                    Some(classes) => classes
                        .as_slice()
                        .iter()
                        .filter_map(|known| known.downcast_ref::<Type>())
                        .any(|known| class.is_subtype(known)),
                })
            }
            Self::Predicate(predicate) => {
                let result = cx.call(predicate, std::slice::from_ref(exception))?;
                cx.is_true(&result)
            }
            Self::Identities(known) => Ok(known.iter().any(|known| known.is(exception))),
        }
    }
}

/// Both the matching exceptions and the rest, each as a group of the same shape.
///
/// # Errors
/// What the matcher or `derive()` raises.
pub fn split(cx: &Ctx, exception: &Value, matcher: &Matcher) -> PyResult<Parts> {
    divide(cx, exception, matcher, true)
}

/// The matching exceptions as a group of the same shape.
///
/// # Errors
/// What the matcher or `derive()` raises.
pub fn subgroup(cx: &Ctx, exception: &Value, matcher: &Matcher) -> PyResult<Option<Value>> {
    Ok(divide(cx, exception, matcher, false)?.matching)
}

fn divide(cx: &Ctx, exception: &Value, matcher: &Matcher, wants_rest: bool) -> PyResult<Parts> {
    let is_group = exception.downcast_ref::<BaseExceptionGroup>();
    let by_identity = matches!(matcher, Matcher::Identities(_));
    if (is_group.is_none() || !by_identity) && matcher.matches(cx, exception)? {
        return Ok(Parts {
            matching: Some(exception.clone()),
            rest: None,
        });
    }
    let Some(group) = is_group else {
        return Ok(Parts {
            matching: None,
            rest: wants_rest.then(|| exception.clone()),
        });
    };
    let (mut matching, mut rest) = (Vec::new(), Vec::new());
    let exceptions = group.exceptions.borrow().clone();
    for nested in exceptions.as_slice() {
        cx.check_native_stack(" in exceptiongroup_split_recursive")?;
        let parts = divide(cx, nested, matcher, wants_rest)?;
        matching.extend(parts.matching);
        rest.extend(parts.rest);
    }
    Ok(Parts {
        matching: derived(cx, group, matching)?,
        rest: if wants_rest {
            derived(cx, group, rest)?
        } else {
            None
        },
    })
}

/// A group like `original` of other exceptions, with its traceback, context, cause and notes; `None` if there are no
/// exceptions.
fn derived(
    cx: &Ctx,
    original: &Py<BaseExceptionGroup>,
    exceptions: Vec<Value>,
) -> PyResult<Option<Value>> {
    if exceptions.is_empty() {
        return Ok(None);
    }
    let exceptions = cx.new_list(exceptions).into_value();
    let group = cx.call_method(original.as_value(), &cx.intern("derive"), &[exceptions])?;
    let Some(new) = group.downcast_ref::<BaseExceptionGroup>() else {
        return Err(cx.type_error("derive must return an instance of BaseExceptionGroup"));
    };
    let base = &original.base;
    let old = (
        new.base.traceback.replace(base.traceback.borrow().clone()),
        new.base.context.replace(base.context.borrow().clone()),
        new.base.cause.replace(base.cause.borrow().clone()),
    );
    new.base.suppress_context.set(base.suppress_context.get());
    drop(old);
    let name = &cx.names().__notes__;
    if let Some(notes) = cx.find_attr(original.as_value(), name)? {
        // Only a list is copied; anything else is somebody's own business.
        if let Some(notes) = notes.downcast_ref::<List>() {
            let copy = cx.new_list(notes.to_vec());
            cx.set_attr(&group, name, Some(copy.as_value()))?;
        }
    }
    Ok(Some(group))
}

/// Adds the leaves of `exception` to `leaves`.
fn collect_leaves(cx: &Ctx, exception: &Value, leaves: &mut Vec<Value>) -> PyResult<()> {
    cx.check_native_stack(" in collect_exception_group_leaf_ids")?;
    match exception.downcast_ref::<BaseExceptionGroup>() {
        Some(group) => {
            let exceptions = group.exceptions.borrow().clone();
            for nested in exceptions.as_slice() {
                collect_leaves(cx, nested, leaves)?;
            }
        }
        None => leaves.push(exception.clone()),
    }
    Ok(())
}

/// Whether `exception` was raised where `original` was: both have the same traceback, context, cause and notes.
fn is_same_raise(cx: &Ctx, exception: &Value, original: &Value) -> PyResult<bool> {
    let (Some(left), Some(right)) = (
        exception.downcast_ref::<BaseException>(),
        original.downcast_ref::<BaseException>(),
    ) else {
        return Ok(false);
    };
    let same = |left: Option<Value>, right: Option<Value>| match (left, right) {
        (None, None) => true,
        (Some(left), Some(right)) => left.is(&right),
        _ => false,
    };
    let name = &cx.names().__notes__;
    let notes = |value: &Value| crate::objects::attrs::get(cx, value, name);
    let notes_equal = match (notes(exception)?, notes(original)?) {
        (None, None) => true,
        (Some(left), Some(right)) => cx.is_equal(&left, &right)?,
        _ => false,
    };
    Ok(notes_equal
        && same(
            left.traceback.borrow().clone(),
            right.traceback.borrow().clone(),
        )
        && same(
            left.context.borrow().clone(),
            right.context.borrow().clone(),
        )
        && same(left.cause.borrow().clone(), right.cause.borrow().clone()))
}

/// What remains to be raised at the end of a `try` with `except*`: `raised` are the exceptions of the handlers and,
/// last, what no handler took; those that are only parts of `original` are joined in its shape. `None` if nothing.
///
/// # Errors
/// What `derive()` raises.
pub fn reraise_star(cx: &Ctx, original: &Value, raised: &[Value]) -> PyResult<Option<Value>> {
    if raised.is_empty() {
        return Ok(None);
    }
    let is_group = original.downcast_ref::<BaseExceptionGroup>().is_some();
    let (mut new, mut parts) = (Vec::new(), Vec::new());
    for exception in raised.iter().filter(|exception| !exception.is_none()) {
        let is_part = if is_group {
            is_same_raise(cx, exception, original)?
        } else {
            exception.is(original)
        };
        if is_part { &mut parts } else { &mut new }.push(exception.clone());
    }
    if !is_group {
        // A naked exception was wrapped: it comes back as it was.
        return match (new.is_empty(), parts.pop()) {
            (true, part) => Ok(part),
            (false, part) => {
                new.extend(part);
                join(cx, new)
            }
        };
    }
    let mut leaves = Vec::new();
    for part in &parts {
        collect_leaves(cx, part, &mut leaves)?;
    }
    let rest = if leaves.is_empty() {
        None
    } else {
        subgroup(cx, original, &Matcher::Identities(leaves))?
    };
    if new.is_empty() {
        return Ok(rest);
    }
    new.extend(rest);
    join(cx, new)
}

/// One exception, or an unnamed group of several.
fn join(cx: &Ctx, mut exceptions: Vec<Value>) -> PyResult<Option<Value>> {
    if exceptions.len() == 1 {
        return Ok(exceptions.pop());
    }
    let message = cx.new_str("")?.into_value();
    let exceptions = cx.new_list(exceptions).into_value();
    cx.call(
        cx.types().base_exception_group.as_value(),
        &[message, exceptions],
    )
    .map(Some)
}
