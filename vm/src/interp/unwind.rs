//! What happens when an instruction raises: traceback, handler, or the next frame.
//!
//! CPython 3.14: the labels `error`, `exception_unwind` and `exit_unwind` (`Python/ceval.c`), `PyTraceBack_Here`.
//! Tests: `tests/run/exception/`, `tests/run/traceback/`.

use super::stack::{FrameRef, Owner, Regs};
use crate::ctx::Ctx;
use crate::error::PyErr;
use crate::monitoring::Event;
use crate::objects::BaseException;
use crate::objects::generator;
use crate::objects::traceback::Traceback;
use crate::value::{Py, Value};

/// How an exception came to the frame.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Raise {
    /// Raised by the instruction, or came out of a call that it made.
    Here,
    /// Goes on as it was, with the traceback that it has.
    Again,
    /// As `Again`, and those who watch were told already.
    Untold,
}

/// Where to go on.
pub(super) enum Next {
    Handler(Regs),
    Leave(PyErr),
}

/// Finds the handler, ending the frames that have none, up to the one that `run` was entered with.
#[cold]
#[inline(never)]
pub(super) fn unwind(cx: &Ctx, mut r: Regs, mut error: PyErr, mut how: Raise) -> Next {
    let mut from_callee = false;
    loop {
        let frame = r.frame;
        // `RERAISE` lets the frame stand where the exception came from, but its own place decides on the handler.
        let last = frame.last_instruction();
        let place = match how {
            Raise::Here => last,
            Raise::Again | Raise::Untold => r.offset() as i32 - 1,
        };
        // As CPython counts: the last unit of the instruction, or the one before the call.
        let told = match how {
            Raise::Here if from_callee => place - 1,
            Raise::Here => frame.code.last_unit_of(place),
            Raise::Again | Raise::Untold => place,
        };
        match how {
            Raise::Here => {
                if error.exception().traceback.borrow().is_none()
                    && error.exception().context.borrow().is_none()
                {
                    super::ops::exceptions::chain(cx, error.exception());
                }
                add_traceback(cx, frame, error.exception());
                error = cx.fire_exception(Event::Raise, frame, told, error);
            }
            Raise::Again => error = cx.fire_exception(Event::Reraise, frame, place, error),
            Raise::Untold => {}
        }
        how = Raise::Here;
        // Who has exceeded a limit is not asked any more.
        let handler = usize::try_from(place)
            .ok()
            .filter(|_| !cx.isolate().meter().is_stopped())
            .and_then(|offset| frame.code.handler(offset));
        if let Some(handler) = handler {
            r.cut_to(handler.depth as usize);
            if handler.lasti {
                r.push(Value::int32(last));
            }
            r.push(error.value().clone());
            r.jump_to(handler.target as usize / 2);
            let target = r.offset() as i32;
            match cx.fire_handled(frame, target, &error) {
                Ok(()) => return Next::Handler(r),
                Err(other) => {
                    error = other;
                    how = Raise::Untold;
                    continue;
                }
            }
        }
        r.cut_to(0);
        r.save_height();
        error = cx.fire_exception(Event::PyUnwind, frame, told, error);
        let caller = frame.previous.get();
        let is_entry = frame.is_entry();
        leave(cx, frame);
        match caller {
            Some(caller) if !is_entry => {
                r = Regs::enter(caller, 0);
                from_callee = true;
            }
            _ => return Next::Leave(error),
        }
    }
}

/// Ends a frame that returned or that an exception left.
#[inline(always)]
pub(super) fn leave(cx: &Ctx, frame: FrameRef) {
    match frame.owner {
        Owner::Thread => cx.end_frame(frame),
        Owner::Generator => generator::finish(cx, frame),
    }
}

/// Notes that `exception` passed `frame`.
pub(crate) fn add_traceback(cx: &Ctx, frame: FrameRef, exception: &Py<BaseException>) {
    let next = exception
        .traceback
        .borrow()
        .as_ref()
        .and_then(|next| next.downcast_ref::<Traceback>().cloned());
    let object = cx.frame_object(frame);
    let traceback = cx.new_traceback(next, object, frame.last_instruction(), None);
    let old = exception.traceback.replace(Some(traceback.into_value()));
    drop(old);
}
