//! `CALL_INTRINSIC_1` and `CALL_INTRINSIC_2`: rare operations that need no instruction of their own.

use taipan_compiler::code_object::CodeFlags;
use taipan_compiler::opcode::{Intrinsic1, Intrinsic2};

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::interp::stack::FrameRef;
use crate::objects::async_generator;
use crate::objects::function::Function;
use crate::objects::{BaseException, List, Tuple, typing};
use crate::value::Value;

pub(crate) fn intrinsic_1(cx: &Ctx, frame: FrameRef, arg: u32, value: Value) -> PyResult<Value> {
    match Intrinsic1::from_oparg(arg) {
        Some(Intrinsic1::Print) => print(cx, &value),
        Some(Intrinsic1::ImportStar) => {
            super::imports::import_star(cx, frame, &value)?;
            Ok(Value::NONE)
        }
        Some(Intrinsic1::StopIterationError) => stop_iteration_error(cx, frame, value),
        Some(Intrinsic1::AsyncGenWrap) => Ok(async_generator::wrap(cx, value)),
        Some(Intrinsic1::UnaryPositive) => cx.positive(&value),
        Some(Intrinsic1::ListToTuple) => match value.downcast_ref::<List>() {
            Some(list) => Ok(cx.new_tuple(list.to_vec()).into_value()),
            None => Err(cx.system_error("INTRINSIC_LIST_TO_TUPLE without a list")),
        },
        Some(Intrinsic1::TypeVar) => typing::make_type_var(cx, &value),
        Some(Intrinsic1::ParamSpec) => typing::make_param_spec(cx, &value),
        Some(Intrinsic1::TypeVarTuple) => typing::make_type_var_tuple(cx, &value),
        Some(Intrinsic1::SubscriptGeneric) => typing::subscript_generic(cx, &value),
        Some(Intrinsic1::TypeAlias) => typing::make_type_alias(cx, &value),
        Some(Intrinsic1::Invalid) | None => Err(cx.system_error("unknown intrinsic")),
    }
}

pub(crate) fn intrinsic_2(cx: &Ctx, arg: u32, first: Value, second: Value) -> PyResult<Value> {
    match Intrinsic2::from_oparg(arg) {
        Some(Intrinsic2::PrepReraiseStar) => prepare_reraise_star(cx, &first, &second),
        Some(Intrinsic2::TypeVarWithBound) => typing::make_type_var_with_bound(cx, &first, second),
        Some(Intrinsic2::TypeVarWithConstraints) => {
            typing::make_type_var_with_constraints(cx, &first, second)
        }
        Some(Intrinsic2::SetFunctionTypeParams) => {
            match (
                first.downcast_ref::<Function>(),
                second.downcast_ref::<Tuple>(),
            ) {
                (Some(function), Some(params)) => {
                    function.type_params.set(Some(params.clone()));
                    Ok(first)
                }
                _ => Err(cx.system_error("type parameters of no function")),
            }
        }
        Some(Intrinsic2::SetTypeParamDefault) => typing::set_default(cx, first, second),
        Some(Intrinsic2::Invalid) | None => Err(cx.system_error("unknown intrinsic")),
    }
}

/// Shows an expression statement's value at the prompt.
fn print(cx: &Ctx, value: &Value) -> PyResult<Value> {
    let hook = cx
        .isolate()
        .known_sys()
        .and_then(|sys| sys.get_str(&cx.intern("displayhook")));
    match hook {
        Some(hook) => cx.call(&hook, std::slice::from_ref(value)),
        None => Err(cx.runtime_error("lost sys.displayhook")),
    }
}

/// PEP 479: a `StopIteration` that leaves a generator becomes a `RuntimeError`.
fn stop_iteration_error(cx: &Ctx, frame: FrameRef, value: Value) -> PyResult<Value> {
    let types = cx.types();
    let flags = frame.code.flags;
    let class = cx.class_of(&value);
    let message = if class.is_subtype(&types.stop_iteration) {
        if flags.contains(CodeFlags::ASYNC_GENERATOR) {
            "async generator raised StopIteration"
        } else if flags.contains(CodeFlags::COROUTINE) {
            "coroutine raised StopIteration"
        } else {
            "generator raised StopIteration"
        }
    } else if flags.contains(CodeFlags::ASYNC_GENERATOR)
        && class.is_subtype(&types.stop_async_iteration)
    {
        "async generator raised StopAsyncIteration"
    } else {
        return Ok(value);
    };
    let error = cx.runtime_error(message);
    let exception = error.exception();
    exception.cause.replace(Some(value.clone()));
    exception.context.replace(Some(value));
    exception.suppress_context.set(true);
    Ok(error.into_exception().into_value())
}

/// Ends a `try` with `except*`: what goes on is the exceptions that handlers raised and those that nobody handled.
fn prepare_reraise_star(cx: &Ctx, original: &Value, raised: &Value) -> PyResult<Value> {
    let Some(raised) = raised.downcast_ref::<List>() else {
        return Err(cx.system_error("exceptions of except* are no list"));
    };
    let raised: Vec<_> = raised
        .to_vec()
        .into_iter()
        .filter(|value| !value.is_none())
        .collect();
    if raised.is_empty() {
        return Ok(Value::NONE);
    }
    let is_group = cx
        .class_of(original)
        .is_subtype(&cx.types().base_exception_group);
    if !is_group {
        // A naked exception was matched, and the handler raised: at most one exception is here.
        return Ok(raised.into_iter().next().unwrap_or(Value::NONE));
    }
    let mut new = Vec::new();
    let mut reraised = Vec::new();
    for exception in raised {
        let is_part = same_metadata(original, &exception);
        if is_part {
            reraised.push(exception);
        } else {
            new.push(exception);
        }
    }
    let rest = cx.exception_group_projection(original, &reraised)?;
    if new.is_empty() {
        return Ok(rest);
    }
    if !rest.is_none() {
        new.push(rest);
    }
    if new.len() == 1 {
        return Ok(new.swap_remove(0));
    }
    let message = cx.new_str("")?.into_value();
    let items = cx.new_list(new).into_value();
    cx.call(
        cx.types().base_exception_group.as_value(),
        &[message, items],
    )
}

/// Whether an exception is a part of the group that was caught: parts share the group's traceback, context and cause.
fn same_metadata(left: &Value, right: &Value) -> bool {
    let (Some(left), Some(right)) = (
        left.downcast_ref::<BaseException>(),
        right.downcast_ref::<BaseException>(),
    ) else {
        return false;
    };
    let same = |left: &std::cell::RefCell<Option<Value>>,
                right: &std::cell::RefCell<Option<Value>>| {
        match (&*left.borrow(), &*right.borrow()) {
            (Some(left), Some(right)) => left.is(right),
            (None, None) => true,
            _ => false,
        }
    };
    same(&left.traceback, &right.traceback)
        && same(&left.context, &right.context)
        && same(&left.cause, &right.cause)
}

impl Ctx {
    /// The part of group `original` whose leaves are those of `keep`; `None` if that is nothing.
    fn exception_group_projection(&self, original: &Value, keep: &[Value]) -> PyResult<Value> {
        let mut leaves = Vec::new();
        for group in keep {
            self.collect_leaves(group, &mut leaves)?;
        }
        self.project(original, &leaves)
    }

    fn collect_leaves(&self, exception: &Value, leaves: &mut Vec<u64>) -> PyResult<()> {
        if !self
            .class_of(exception)
            .is_subtype(&self.types().base_exception_group)
        {
            leaves.push(exception.identity());
            return Ok(());
        }
        let items = self.get_attr(exception, &self.intern("exceptions"))?;
        for item in self.collect(&items)? {
            self.recurse(|| self.collect_leaves(&item, leaves))?;
        }
        Ok(())
    }

    fn project(&self, exception: &Value, leaves: &[u64]) -> PyResult<Value> {
        if !self
            .class_of(exception)
            .is_subtype(&self.types().base_exception_group)
        {
            return Ok(if leaves.contains(&exception.identity()) {
                exception.clone()
            } else {
                Value::NONE
            });
        }
        let items = self.get_attr(exception, &self.intern("exceptions"))?;
        let items = self.collect(&items)?;
        let mut kept = Vec::new();
        for item in &items {
            let part = self.recurse(|| self.project(item, leaves))?;
            if !part.is_none() {
                kept.push(part);
            }
        }
        if kept.is_empty() {
            return Ok(Value::NONE);
        }
        if kept.len() == items.len() && kept.iter().zip(&items).all(|(a, b)| a.is(b)) {
            return Ok(exception.clone());
        }
        let derive = self.get_attr(exception, &self.intern("derive"))?;
        let part = self.call(&derive, &[self.new_list(kept).into_value()])?;
        if let (Some(from), Some(to)) = (
            exception.downcast_ref::<BaseException>(),
            part.downcast_ref::<BaseException>(),
        ) {
            let old = (
                to.traceback.replace(from.traceback.borrow().clone()),
                to.context.replace(from.context.borrow().clone()),
                to.cause.replace(from.cause.borrow().clone()),
            );
            drop(old);
        }
        Ok(part)
    }
}
