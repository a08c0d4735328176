//! Generators, coroutines and `await`.

use taipan_compiler::code_object::CodeFlags;

use super::iteration::FOR_ITER_UNITS;
use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::field::Field;
use crate::interp::stack::{FrameRef, OwnFrame, Regs};
use crate::objects::async_generator::AsyncGenerator;
use crate::objects::coroutine::Coroutine;
use crate::objects::generator::{self, Core, Generator, GeneratorState};
use crate::objects::slots::Sent;
use crate::value::Value;

/// Makes the generator of a call out of its frame, which has not run yet.
pub(crate) fn make_generator(cx: &Ctx, frame: FrameRef) -> Value {
    let flags = frame.code.flags;
    // It goes on behind this instruction.
    frame.set_last_instruction(frame.last_instruction() + 1);
    cx.thread().leave(frame);
    let own = OwnFrame::take(&cx.thread().stack, frame);
    let frame = own.frame();
    let core = Core::new(own);
    let (heap, types) = (cx.heap(), cx.types());
    let value = if flags.contains(CodeFlags::ASYNC_GENERATOR) {
        let generator = AsyncGenerator {
            core,
            finalizer: Field::default(),
            are_hooks_set: false.into(),
            is_closed: false.into(),
            is_running: false.into(),
        };
        heap.allocate(&types.async_generator, generator)
            .into_value()
    } else if flags.contains(CodeFlags::COROUTINE) {
        let coroutine = Coroutine {
            core,
            origin: Field::new(origin(cx)),
        };
        heap.allocate(&types.coroutine, coroutine).into_value()
    } else {
        heap.allocate(&types.generator, Generator { core })
            .into_value()
    };
    frame.set_generator(&value);
    value
}

/// The calls that lead to a new coroutine, the innermost first: `(filename, line, name)` each.
fn origin(cx: &Ctx) -> Option<Value> {
    let depth = cx.thread().coroutine_origins.get();
    if depth == 0 {
        return None;
    }
    let callers = std::iter::successors(cx.frame(), |frame| frame.previous.get())
        .take(depth)
        .map(|frame| {
            let line = frame.code.line_at(frame.last_instruction());
            let row = vec![
                frame.code.filename().into_value(),
                line.map_or(Value::NONE, Value::int32),
                frame.code.name.to_value(),
            ];
            cx.new_tuple(row).into_value()
        })
        .collect();
    Some(cx.new_tuple(callers).into_value())
}

/// `[receiver, value]`: sends the value on; a generator or coroutine goes on in this loop.
#[inline(always)]
pub(crate) fn send(cx: &Ctx, r: &mut Regs, arg: u32) -> PyResult<()> {
    let value = r.pop();
    if let Some(core) = inline_core(r.peek(0))
        && !core.is_running()
        && !core.is_finished()
        && (core.state() != GeneratorState::Created || value.is_none())
        && let Some(frame) = core.enter_inline(cx, value.clone())
    {
        r.save();
        r.frame
            .return_offset
            .set((FOR_ITER_UNITS + arg as usize) as u16);
        *r = Regs::enter(frame, 0);
        return Ok(());
    }
    match send_natively(cx, r.peek(0), &value)? {
        Sent::Yielded(value) => {
            r.push(value);
            r.skip(1);
        }
        Sent::Returned(value) => {
            r.push(value);
            r.skip(1 + arg as usize);
        }
    }
    Ok(())
}

#[inline(always)]
fn inline_core(receiver: &Value) -> Option<&Core> {
    if let Some(generator) = receiver.downcast_ref::<Generator>() {
        return Some(&generator.core);
    }
    match receiver.downcast_ref::<Coroutine>() {
        Some(coroutine) => Some(&coroutine.core),
        None => None,
    }
}

#[inline(never)]
fn send_natively(cx: &Ctx, receiver: &Value, value: &Value) -> PyResult<Sent> {
    if let Some(send) = cx.class_of(receiver).slots.send.get() {
        return send(cx, receiver, value);
    }
    let result = if value.is_none()
        && let Some(next) = cx.class_of(receiver).slots.next.get()
    {
        match next(cx, receiver) {
            Ok(Some(value)) => return Ok(Sent::Yielded(value)),
            Ok(None) => return Ok(Sent::Returned(Value::NONE)),
            Err(error) => Err(error),
        }
    } else {
        let send = cx.get_attr(receiver, &cx.names().send)?;
        cx.call(&send, std::slice::from_ref(value))
    };
    match result {
        Ok(value) => Ok(Sent::Yielded(value)),
        Err(error) if cx.matches(&error, &cx.types().stop_iteration) => {
            if let Some(frame) = cx.frame() {
                cx.fire_stop(frame, error.value())?;
            }
            stop_value(cx, &error).map(Sent::Returned)
        }
        Err(error) => Err(error),
    }
}

/// The value that a `StopIteration` carries.
pub(crate) fn stop_value(cx: &Ctx, error: &PyErr) -> PyResult<Value> {
    if let Some(value) = cx.find_attr(error.value(), &cx.names().value)? {
        return Ok(value);
    }
    let args = error.exception().args.borrow().clone();
    Ok(args.as_slice().first().cloned().unwrap_or(Value::NONE))
}

/// Stops the frame. Returns the yielded value; the registers become those of the frame that waits for it, with the
/// value pushed, unless the frame was entered from native code.
#[inline(always)]
pub(crate) fn yield_value(cx: &Ctx, r: &mut Regs, arg: u32) -> PyResult<Option<Value>> {
    let value = r.pop();
    let frame = r.frame;
    r.save_height();
    // It goes on behind this instruction.
    frame.set_last_instruction(r.offset() as i32);
    let caller = frame.previous.get();
    let Some(generator) = frame.generator() else {
        return Err(cx.system_error("yield outside of a generator"));
    };
    if let Some(core) = generator::core_of(generator) {
        let state = if arg == 1 {
            GeneratorState::Delegating
        } else {
            GeneratorState::Suspended
        };
        core.suspend(cx, frame, state);
    }
    match caller {
        Some(caller) if !frame.is_entry() => {
            *r = Regs::enter(caller, FOR_ITER_UNITS);
            r.push(value);
            Ok(None)
        }
        _ => Ok(Some(value)),
    }
}

/// The iterator of `yield from`.
pub(crate) fn yield_from_iter(cx: &Ctx, frame: FrameRef, value: Value) -> PyResult<Value> {
    if value.downcast_ref::<Coroutine>().is_some() {
        if frame
            .code
            .flags
            .intersects(CodeFlags::COROUTINE.union(CodeFlags::ITERABLE_COROUTINE))
        {
            return Ok(value);
        }
        return Err(
            cx.type_error("cannot 'yield from' a coroutine object in a non-coroutine generator")
        );
    }
    if value.downcast_ref::<Generator>().is_some() {
        return Ok(value);
    }
    cx.iter(&value)
}

/// Whether a value is a generator made awaitable by `types.coroutine`.
fn is_iterable_coroutine(value: &Value) -> bool {
    value.downcast_ref::<Generator>().is_some_and(|generator| {
        generator
            .core
            .code
            .flags
            .contains(CodeFlags::ITERABLE_COROUTINE)
    })
}

/// The iterator of an awaitable. `place` is the operand of `GET_AWAITABLE`.
pub(crate) fn awaitable(cx: &Ctx, value: &Value, place: u32) -> PyResult<Value> {
    if let Some(coroutine) = value.downcast_ref::<Coroutine>() {
        if coroutine.core.delegate().is_some() {
            return Err(cx.runtime_error("coroutine is being awaited already"));
        }
        return Ok(value.clone());
    }
    if is_iterable_coroutine(value) {
        return Ok(value.clone());
    }
    let Some(await_) = cx.class_of(value).slots.await_.get() else {
        let class = cx.type_name(value);
        return Err(match place {
            1 => cx.type_error(format!(
                "'async with' received an object from __aenter__ that does not implement __await__: {class}"
            )),
            2 => cx.type_error(format!(
                "'async with' received an object from __aexit__ that does not implement __await__: {class}"
            )),
            _ => cx.type_error(format!("'{class}' object can't be awaited")),
        });
    };
    let iterator = await_(cx, value)?;
    if iterator.downcast_ref::<Coroutine>().is_some() || is_iterable_coroutine(&iterator) {
        return Err(cx.type_error("__await__() returned a coroutine"));
    }
    if !cx.is_iterator(&iterator) {
        return Err(cx.type_error(format!(
            "__await__() returned non-iterator of type '{}'",
            cx.type_name(&iterator)
        )));
    }
    Ok(iterator)
}

/// `async for`: the asynchronous iterator of a value.
pub(crate) fn async_iterator(cx: &Ctx, value: &Value) -> PyResult<Value> {
    let Some(aiter) = cx.class_of(value).slots.aiter.get() else {
        return Err(cx.type_error(format!(
            "'async for' requires an object with __aiter__ method, got {}",
            cx.type_name(value)
        )));
    };
    let iterator = aiter(cx, value)?;
    if cx.class_of(&iterator).slots.anext.get().is_none() {
        return Err(cx.type_error(format!(
            "'async for' received an object from __aiter__ that does not implement __anext__: {}",
            cx.type_name(&iterator)
        )));
    }
    Ok(iterator)
}

/// `async for`: the awaitable of the next item.
pub(crate) fn async_next(cx: &Ctx, iterator: &Value) -> PyResult<Value> {
    let Some(anext) = cx.class_of(iterator).slots.anext.get() else {
        return Err(cx.type_error(format!(
            "'async for' requires an iterator with __anext__ method, got {}",
            cx.type_name(iterator)
        )));
    };
    let step = anext(cx, iterator)?;
    if iterator.downcast_ref::<AsyncGenerator>().is_some() {
        return Ok(step);
    }
    match awaitable(cx, &step, 0) {
        Ok(awaitable) => Ok(awaitable),
        Err(cause) => {
            let error = cx.type_error(format!(
                "'async for' received an invalid object from __anext__: {}",
                cx.type_name(&step)
            ));
            let exception = error.exception();
            let old = (
                exception.cause.replace(Some(cause.value().clone())),
                exception.context.replace(Some(cause.value().clone())),
            );
            exception.suppress_context.set(true);
            drop(old);
            Err(error)
        }
    }
}

/// An exception came out of `throw()` on what a generator delegates to: a `StopIteration` is the delegate's result.
pub(crate) fn cleanup_throw(cx: &Ctx, exception: &Value) -> PyResult<Option<Value>> {
    if !cx
        .class_of(exception)
        .is_subtype(&cx.types().stop_iteration)
    {
        return Ok(None);
    }
    cx.get_attr(exception, &cx.names().value).map(Some)
}
