//! Instructions that tell of events before they run, or run here and tell of what came of it.
//!
//! CPython 3.14: the `INSTRUMENTED_*` instructions (`Python/bytecodes.c`). A marked unit has the number
//! `INSTRUMENTED_LINE`; [`step`] tells the events of the place and says what the loop does next. Callbacks may move the
//! frame to another line (`f_lineno`): the frame's own record of instruction and height is what counts then.
//! Tests: `tests/run/monitoring/`, `tests/run/trace/`.

use taipan_compiler::opcode::Opcode;

use super::ops::{attributes, calls};
use super::stack::{FrameRef, Regs, Saved};
use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::monitoring::fire::Site;
use crate::monitoring::{Event, Place, TRACE_TOOL};
use crate::objects::bound_method::BoundMethod;
use crate::objects::code::Code;
use crate::objects::coroutine::Coroutine;
use crate::objects::function::Function;
use crate::objects::generator::Generator;
use crate::objects::{List, Tuple};
use crate::value::{Py, Value};

/// What the loop does after the events of a place.
pub(super) enum Step {
    /// Runs the instruction that the mark stands for.
    Run(u8),
    /// Goes on there: the instruction is done, or a callback moved the frame.
    Go(Regs),
    Raised(Regs, PyErr),
}

/// Leaves a function that returns a `Step` when a callback raises.
macro_rules! told {
    ($r:expr, $result:expr) => {
        match $result {
            Ok(value) => value,
            Err(error) => return Step::Raised($r, error),
        }
    };
}

/// `RESUME` while the eval breaker is set: does what it asks for. Returns whether the instruction is marked now.
#[cold]
#[inline(never)]
pub(super) fn resume(cx: &Ctx, frame: FrameRef, arg: u32) -> PyResult<bool> {
    if arg & 3 < 2 {
        cx.handle_breaker()?;
    }
    Ok(!cx.monitoring().everywhere().is_empty() && cx.instrument_frame(frame))
}

/// Tells that an exception is thrown into a generator.
#[cold]
pub(super) fn thrown(cx: &Ctx, frame: FrameRef, error: PyErr) -> PyErr {
    if !cx.monitoring().watches(Event::PyThrow) {
        return error;
    }
    cx.instrument_frame(frame);
    cx.fire_exception(Event::PyThrow, frame, frame.last_instruction() + 1, error)
}

/// The place of a marked instruction, with what every event needs.
struct At<'a> {
    cx: &'a Ctx,
    code: &'a Py<Code>,
    place: &'a Place,
    offset: usize,
    frame: FrameRef,
}

/// A marked instruction, which was just fetched; the frame stood at `came_from` before.
#[cold]
#[inline(never)]
pub(super) fn step(cx: &Ctx, came_from: i32, at: Saved, arg: u32) -> Step {
    let r = at.load();
    let frame = r.frame;
    let code = frame.code.clone();
    let offset = r.offset() - 1;
    if !cx.thread().tracing.is_silent() {
        cx.instrument(&code);
    }
    let Some(place) = code.monitoring().place(offset) else {
        return Step::Raised(r, cx.system_error("a marked instruction without a place"));
    };
    if cx.thread().tracing.is_silent() {
        return Step::Run(place.opcode as u8);
    }
    let at = At {
        cx,
        code: &code,
        place,
        offset,
        frame,
    };
    if place.line_tools.get() != 0 && at.is_new_line(came_from) {
        let line = i64::from(place.line.unwrap_or(0));
        let site = Site {
            told: line,
            ..Site::at(&code, offset)
        };
        told!(r, cx.fire(Event::Line, site, &[], place.line_tools.get()));
        if at.was_moved(offset) {
            return Step::Go(Regs::enter(frame, 0));
        }
    }
    if place.instruction_tools.get() != 0 {
        let tools = place.instruction_tools.get();
        told!(
            r,
            cx.fire(Event::Instruction, Site::at(&code, offset), &[], tools)
        );
    }
    match place.event {
        Some(event) if place.tools.get() != 0 => at.tell(r, arg, event),
        // `RESUME` by itself would ask again whether it is marked.
        Some(event @ (Event::PyStart | Event::PyResume)) => at.start(r, arg, event),
        Some(Event::BranchLeft) if at.is_loop_over_python(&r) => at.iterate(r, arg),
        _ => Step::Run(place.opcode as u8),
    }
}

impl At<'_> {
    /// Whether an instruction starts its line when it was come to from there.
    fn is_new_line(&self, from: i32) -> bool {
        let from = usize::try_from(from)
            .ok()
            .and_then(|from| self.code.monitoring().place(from));
        match from {
            // A watched start of a frame never hides a line.
            Some(from) => {
                // Behind a `yield` without its `RESUME` stands what an exception was thrown at.
                let is_start = from.opcode == Opcode::YIELD_VALUE
                    || from.opcode == Opcode::RESUME && from.tools.get() != 0;
                from.line != self.place.line || is_start
            }
            None => true,
        }
    }

    /// Whether a callback moved the frame, which stood at `offset`.
    fn was_moved(&self, offset: usize) -> bool {
        self.frame.last_instruction() != offset as i32
    }

    fn fire(&self, event: Event, rest: &[Value]) -> PyResult<()> {
        let site = Site::at(self.code, self.offset);
        self.cx.fire(event, site, rest, self.place.tools.get())
    }

    fn run(&self) -> Step {
        Step::Run(self.place.opcode as u8)
    }

    fn tell(&self, r: Regs, arg: u32, event: Event) -> Step {
        match event {
            Event::PyStart | Event::PyResume => self.start(r, arg, event),
            Event::PyReturn => {
                told!(r, self.fire(event, &[r.peek(0).clone().into_owned()]));
                self.run()
            }
            Event::PyYield => {
                told!(r, self.fire(event, &[r.peek(0).clone().into_owned()]));
                if self.was_moved(self.offset) {
                    return Step::Go(Regs::enter(self.frame, 0));
                }
                self.run()
            }
            Event::Call => self.call(r, arg),
            Event::Jump => self.jump(r, arg),
            Event::BranchLeft | Event::BranchRight => self.branch(r, arg, event),
            Event::StopIteration => self.stop_iteration(r),
            _ => self.run(),
        }
    }

    fn start(&self, r: Regs, arg: u32, event: Event) -> Step {
        let cx = self.cx;
        if arg & 3 < 2 && cx.is_interrupted() {
            told!(r, cx.handle_breaker());
        }
        told!(r, self.fire(event, &[]));
        if self.was_moved(self.offset) {
            return Step::Go(Regs::enter(self.frame, 0));
        }
        Step::Go(r)
    }

    /// Tells of a jump: a trace function while the frame stands at the target, others at the jump. Says whether a callback
    /// moved the frame.
    fn fire_jump(&self, event: Event, source: usize, target: usize) -> PyResult<bool> {
        let tools = self.place.tools.get();
        let tracer = tools & (1 << TRACE_TOOL);
        for (tools, stands_at) in [(tracer, target), (tools & !tracer, self.offset)] {
            if tools == 0 {
                continue;
            }
            self.frame.set_last_instruction(stands_at as i32);
            let site = Site {
                told: source as i64 * 2,
                ..Site::at(self.code, self.offset)
            };
            let told = self.cx.new_int(target as i64 * 2);
            self.cx.fire(event, site, &[told], tools)?;
            if self.was_moved(stands_at) {
                return Ok(true);
            }
        }
        self.frame.set_last_instruction(source as i32);
        Ok(false)
    }

    fn jump(&self, mut r: Regs, arg: u32) -> Step {
        let is_backward = self.place.opcode == Opcode::JUMP_BACKWARD;
        let target = if is_backward {
            r.offset() + 1 - arg as usize
        } else {
            r.offset() + arg as usize
        };
        if told!(r, self.fire_jump(Event::Jump, self.offset, target)) {
            return Step::Go(Regs::enter(self.frame, 0));
        }
        r.jump_to(target);
        if is_backward && self.cx.is_interrupted() {
            told!(r, self.cx.handle_breaker());
        }
        Step::Go(r)
    }

    fn branch(&self, mut r: Regs, arg: u32, event: Event) -> Step {
        let next = r.offset();
        match self.place.opcode {
            Opcode::NOT_TAKEN => {
                if told!(r, self.fire_jump(event, self.place.source, next)) {
                    return Step::Go(Regs::enter(self.frame, 0));
                }
                Step::Go(r)
            }
            Opcode::POP_ITER => {
                if told!(r, self.fire_jump(event, self.place.source, next)) {
                    return Step::Go(Regs::enter(self.frame, 0));
                }
                drop(r.pop_slot());
                Step::Go(r)
            }
            Opcode::END_ASYNC_FOR => {
                let source = next.saturating_sub(arg as usize);
                if told!(r, self.fire_jump(event, source, next)) {
                    return Step::Go(Regs::enter(self.frame, 0));
                }
                self.frame.set_last_instruction(self.offset as i32);
                self.run()
            }
            Opcode::FOR_ITER => self.iterate(r, arg),
            _ => self.test(r, arg),
        }
    }

    /// Whether this is a loop over something that is no generator, whose `StopIteration` somebody may watch.
    fn is_loop_over_python(&self, r: &Regs) -> bool {
        self.place.opcode == Opcode::FOR_ITER
            && self.cx.monitoring().watches(Event::Raise)
            && r.peek(0).downcast_ref::<Generator>().is_none()
    }

    /// `FOR_ITER`. A `StopIteration` that Python code raised is told of, though nobody sees it.
    fn iterate(&self, mut r: Regs, arg: u32) -> Step {
        let cx = self.cx;
        drop(cx.thread().tracing.take_stop());
        match told!(r, cx.next(r.peek(0))) {
            Some(value) => {
                r.push(value);
                r.skip(1);
                r.save_height();
                if self.place.tools.get() != 0
                    && told!(
                        r,
                        self.fire_jump(Event::BranchLeft, self.offset, r.offset())
                    )
                {
                    return Step::Go(Regs::enter(self.frame, 0));
                }
            }
            None => {
                if let Some(stop) = cx.thread().tracing.take_stop() {
                    told!(r, cx.fire_stop(self.frame, &stop));
                }
                r.skip(2 + arg as usize);
            }
        }
        Step::Go(r)
    }

    /// The four `POP_JUMP_IF_*`; they tell if they jump.
    fn test(&self, mut r: Regs, arg: u32) -> Step {
        let test = r.pop_word();
        let is_taken = match self.place.opcode {
            Opcode::POP_JUMP_IF_FALSE => test.is_false_singleton(),
            Opcode::POP_JUMP_IF_TRUE => test.is_true_singleton(),
            Opcode::POP_JUMP_IF_NONE => test.is_none(),
            _ => !test.is_none(),
        };
        drop(test);
        r.skip(1);
        r.save_height();
        if is_taken {
            let target = r.offset() + arg as usize;
            if told!(r, self.fire_jump(Event::BranchRight, self.offset, target)) {
                return Step::Go(Regs::enter(self.frame, 0));
            }
            r.jump_to(target);
        }
        Step::Go(r)
    }

    /// The end of a generator in a loop or delegation, which saved itself the exception.
    fn stop_iteration(&self, r: Regs) -> Step {
        let (receiver, value) = (r.peek(1), r.peek(0));
        let is_generator = receiver.downcast_ref::<Generator>().is_some()
            || receiver.downcast_ref::<Coroutine>().is_some();
        // A loop over a generator that returns nothing never makes the exception in CPython, either.
        let is_told = self.place.opcode == Opcode::END_SEND || !value.is_none();
        if is_generator && is_told {
            let error = self.cx.stop_iteration(value.clone().into_owned());
            told!(r, self.fire(Event::StopIteration, &[error.value().clone()]));
        }
        self.run()
    }

    fn call(&self, mut r: Regs, arg: u32) -> Step {
        let cx = self.cx;
        let missing = told!(r, cx.monitoring_missing());
        let count = arg as usize;
        let (callable, first) = match self.place.opcode {
            Opcode::CALL => {
                expand_method(&mut r, count, 0);
                (r.peek(count + 1), first_argument(&r, count, 0))
            }
            Opcode::CALL_KW => {
                expand_method(&mut r, count, 1);
                (r.peek(count + 2), first_argument(&r, count, 1))
            }
            Opcode::CALL_FUNCTION_EX => {
                if let Some(list) = r.peek(1).downcast_ref::<List>() {
                    let items = cx.new_tuple(list.to_vec());
                    drop(r.replace(1, Some(items.into_value())));
                }
                let arguments = r.peek(1).downcast_ref::<Tuple>();
                let first = arguments.and_then(|arguments| arguments.as_slice().first());
                (r.peek(3), first.cloned())
            }
            _ => {
                let has_arguments = arg & 2 != 0;
                (r.peek(2), has_arguments.then(|| r.peek(1).clone()))
            }
        };
        let told = [
            callable.clone().into_owned(),
            first.map_or(missing, Value::into_owned),
        ];
        told!(r, self.fire(Event::Call, &told));
        let tells_itself = told[0].downcast_ref::<Function>().is_some()
            || self.place.opcode == Opcode::CALL_FUNCTION_EX
                && told[0].downcast_ref::<BoundMethod>().is_some();
        let result = match self.place.opcode {
            Opcode::CALL => calls::call_general(cx, r.saved(), count),
            Opcode::CALL_KW => calls::call_kw(cx, r.saved(), arg),
            Opcode::CALL_FUNCTION_EX => calls::call_function_ex(cx, r.saved()),
            _ => attributes::load_super_attr(cx, r.saved(), arg),
        };
        match result.map(Saved::load) {
            Ok(next) if tells_itself || next.frame != self.frame => Step::Go(next),
            Ok(next) => {
                told!(next, self.fire(Event::CReturn, &told));
                Step::Go(next)
            }
            Err(error) if tells_itself => Step::Raised(r, error),
            Err(error) => match self.fire(Event::CRaise, &told) {
                Ok(()) => Step::Raised(r, error),
                Err(other) => Step::Raised(r, other),
            },
        }
    }
}

/// Puts the function and the receiver of a bound method where the method stands, `above` words above the arguments.
fn expand_method(r: &mut Regs, count: usize, above: usize) {
    if r.peek_slot(count + above).is_none()
        && let Some(method) = r.peek(count + above + 1).downcast_ref::<BoundMethod>()
    {
        let method = method.clone();
        drop(r.replace(count + above, Some(method.receiver.clone())));
        drop(r.replace(count + above + 1, Some(method.function.clone())));
    }
}

fn first_argument(r: &Regs, count: usize, above: usize) -> Option<Value> {
    match r.peek_slot(count + above) {
        Some(receiver) => Some(receiver.clone()),
        None => (count > 0).then(|| r.peek(count + above - 1).clone()),
    }
}
