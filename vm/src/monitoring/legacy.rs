//! `sys.settrace` and `sys.setprofile`: functions of a thread that are told of events in the manner of before PEP 669.

use std::cell::Cell;

use super::event::{Event, PROFILE_TOOL, TRACE_TOOL};
use super::state::Callback;
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::field::Field;
use crate::objects::BaseException;
use crate::objects::code::Code;
use crate::objects::frame::FrameObject;
use crate::objects::native_function::NativeFunction;
use crate::value::{Py, Value};

/// What a thread has to do with being watched.
#[derive(Default)]
pub(crate) struct ThreadTracing {
    /// Callbacks that run now: they are not watched themselves.
    depth: Cell<u32>,
    /// The event that is being told.
    event: Cell<Option<Event>>,
    trace: Field<Option<Value>>,
    profile: Field<Option<Value>>,
    /// The last `StopIteration` that ended an iterator written in Python, while somebody watches `RAISE`.
    stop: Field<Option<Value>>,
}

impl ThreadTracing {
    /// Whether nothing is told now.
    pub(crate) fn is_silent(&self) -> bool {
        self.depth.get() > 0
    }

    /// The event that is being told.
    pub(crate) fn event(&self) -> Option<Event> {
        self.event.get()
    }

    /// Lets go of all values, when the thread ends.
    pub(crate) fn clear(&self) {
        let values = (self.trace.take(), self.profile.take(), self.stop.take());
        drop(values);
    }

    pub(crate) fn take_stop(&self) -> Option<Value> {
        self.stop.take()
    }

    pub(crate) fn set_stop(&self, stop: &Value) {
        self.stop.set(Some(stop.clone()));
    }

    pub(crate) fn trace_function(&self) -> Option<Value> {
        self.trace.get()
    }

    pub(crate) fn profile_function(&self) -> Option<Value> {
        self.profile.get()
    }

    /// Tells nothing until the guard is dropped.
    pub(super) fn silence(&self, event: Option<Event>) -> Silence<'_> {
        let depth = self.depth.get();
        self.depth.set(depth + 1);
        Silence {
            tracing: self,
            depth,
            event: self.event.replace(event),
        }
    }

    /// Tells again until the guard is dropped, though a callback runs.
    pub(crate) fn speak(&self) -> Silence<'_> {
        Silence {
            tracing: self,
            depth: self.depth.replace(0),
            event: self.event.get(),
        }
    }
}

/// Restores what was told before.
pub(crate) struct Silence<'a> {
    tracing: &'a ThreadTracing,
    depth: u32,
    event: Option<Event>,
}

impl Drop for Silence<'_> {
    fn drop(&mut self) {
        self.tracing.depth.set(self.depth);
        self.tracing.event.set(self.event);
    }
}

/// What a trace or profile function is told.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Legacy {
    TraceCall,
    TraceReturn,
    TraceUnwind,
    TraceException,
    TraceLine,
    TraceJump,
    TraceInstruction,
    ProfileCall,
    ProfileReturn,
    ProfileUnwind,
    ProfileNative(&'static str),
}

const TRACED: [(Event, Legacy); 11] = [
    (Event::PyStart, Legacy::TraceCall),
    (Event::PyResume, Legacy::TraceCall),
    (Event::PyThrow, Legacy::TraceCall),
    (Event::PyReturn, Legacy::TraceReturn),
    (Event::PyYield, Legacy::TraceReturn),
    (Event::PyUnwind, Legacy::TraceUnwind),
    (Event::Raise, Legacy::TraceException),
    (Event::StopIteration, Legacy::TraceException),
    (Event::Line, Legacy::TraceLine),
    (Event::Jump, Legacy::TraceJump),
    (Event::Instruction, Legacy::TraceInstruction),
];

const PROFILED: [(Event, Legacy); 9] = [
    (Event::PyStart, Legacy::ProfileCall),
    (Event::PyResume, Legacy::ProfileCall),
    (Event::PyThrow, Legacy::ProfileCall),
    (Event::PyReturn, Legacy::ProfileReturn),
    (Event::PyYield, Legacy::ProfileReturn),
    (Event::PyUnwind, Legacy::ProfileUnwind),
    (Event::Call, Legacy::ProfileNative("c_call")),
    (Event::CReturn, Legacy::ProfileNative("c_return")),
    (Event::CRaise, Legacy::ProfileNative("c_exception")),
];

/// The events that functions watch everywhere; the rest comes with them or when a frame asks.
fn events(told: &[(Event, Legacy)]) -> u32 {
    told.iter()
        .map(|(event, _)| *event)
        .filter(|event| !matches!(event, Event::Instruction | Event::CReturn | Event::CRaise))
        .map(Event::bit)
        .sum()
}

impl Ctx {
    /// Makes `function` this thread's trace function.
    ///
    /// # Errors
    /// What an audit hook raises.
    pub(crate) fn set_trace(&self, function: Option<Value>) -> PyResult<()> {
        self.audit("sys.settrace", &[])?;
        let (watched, old) = self.set_trace_of(self, function);
        drop(old);
        watched
    }

    /// Makes `function` the trace function of `thread`; returns the old one with the result.
    fn set_trace_of(
        &self,
        thread: &Self,
        function: Option<Value>,
    ) -> (PyResult<()>, Option<Value>) {
        let tracing = &thread.thread().tracing;
        let threads = &self.monitoring().tracing_threads;
        let old = tracing.trace.replace(function);
        threads
            .set(threads.get() + usize::from(tracing.trace.is_some()) - usize::from(old.is_some()));
        (self.watch_traced(thread), old)
    }

    fn watch_traced(&self, thread: &Self) -> PyResult<()> {
        let state = self.monitoring();
        for (event, legacy) in TRACED {
            drop(state.set_callback(TRACE_TOOL, event, Callback::Legacy(legacy)));
        }
        let is_traced = state.tracing_threads.get() > 0;
        if is_traced
            && let Some(frame) = thread.current_frame()
            && frame.trace_opcodes.get()
        {
            self.trace_opcodes(&frame, true)?;
        }
        self.watch_everywhere(TRACE_TOOL, if is_traced { events(&TRACED) } else { 0 })
    }

    /// Makes `function` this thread's profile function.
    ///
    /// # Errors
    /// What an audit hook raises.
    pub(crate) fn set_profile(&self, function: Option<Value>) -> PyResult<()> {
        self.audit("sys.setprofile", &[])?;
        let (watched, old) = self.set_profile_of(self, function);
        drop(old);
        watched
    }

    /// Makes `function` the trace function of all threads (`sys._settraceallthreads`).
    pub(crate) fn set_trace_of_all(&self, function: Option<&Value>) {
        self.for_all_threads("sys.settrace", "PyEval_SetTraceAllThreads", |thread| {
            self.set_trace_of(thread, function.cloned())
        });
    }

    /// Makes `function` the profile function of all threads (`sys._setprofileallthreads`).
    pub(crate) fn set_profile_of_all(&self, function: Option<&Value>) {
        self.for_all_threads("sys.setprofile", "PyEval_SetProfileAllThreads", |thread| {
            self.set_profile_of(thread, function.cloned())
        });
    }

    /// Does `set` for each thread, after the audit event that belongs to it; what is raised has nowhere to go.
    fn for_all_threads(
        &self,
        event: &str,
        name: &str,
        set: impl Fn(&Self) -> (PyResult<()>, Option<Value>),
    ) {
        let mut count = 0;
        self.each_context(|_| count += 1);
        let allowed: Vec<PyResult<()>> = (0..count).map(|_| self.audit(event, &[])).collect();
        let (mut allowed, mut failures, mut old) = (allowed.into_iter(), Vec::new(), Vec::new());
        // No Python code runs in here: the threads are still there.
        self.each_context(|thread| match allowed.next() {
            Some(Err(error)) => failures.push(error),
            _ => {
                let (watched, value) = set(thread);
                old.push(value);
                failures.extend(watched.err());
            }
        });
        for error in failures {
            let message = format!("Exception ignored in {name}");
            self.report_unraisable(&error, Some(&message), &Value::NONE);
        }
        drop(old);
    }

    /// Makes `function` the profile function of `thread`; returns the old one with the result.
    fn set_profile_of(
        &self,
        thread: &Self,
        function: Option<Value>,
    ) -> (PyResult<()>, Option<Value>) {
        let state = self.monitoring();
        let tracing = &thread.thread().tracing;
        let threads = &state.profiling_threads;
        let old = tracing.profile.replace(function);
        threads.set(
            threads.get() + usize::from(tracing.profile.is_some()) - usize::from(old.is_some()),
        );
        for (event, legacy) in PROFILED {
            drop(state.set_callback(PROFILE_TOOL, event, Callback::Legacy(legacy)));
        }
        let is_profiled = threads.get() > 0;
        let wanted = if is_profiled { events(&PROFILED) } else { 0 };
        (self.watch_everywhere(PROFILE_TOOL, wanted), old)
    }

    /// Watches the instructions of a frame's code, or does not any more.
    pub(crate) fn trace_opcodes(&self, frame: &Py<FrameObject>, is_on: bool) -> PyResult<()> {
        let code = frame.code();
        let events = self.local_events(&code, TRACE_TOOL);
        let bit = Event::Instruction.bit();
        let wanted = if is_on { events | bit } else { events & !bit };
        self.watch_locally(&code, TRACE_TOOL, wanted)
    }

    /// Tells this thread's trace or profile function; returns whether this place is of no interest any more.
    pub(super) fn call_legacy(&self, legacy: Legacy, args: &[Value]) -> PyResult<bool> {
        let told = args.get(2).cloned().unwrap_or(Value::NONE);
        match legacy {
            Legacy::TraceCall => self.trace("call", Value::NONE)?,
            Legacy::TraceReturn => self.trace("return", told)?,
            Legacy::TraceUnwind => self.trace("return", Value::NONE)?,
            Legacy::TraceException => {
                let traceback = told
                    .downcast_ref::<BaseException>()
                    .and_then(|exception| exception.traceback.borrow().clone())
                    .unwrap_or(Value::NONE);
                let class = self.class_of(&told).to_value();
                self.trace(
                    "exception",
                    self.new_tuple(vec![class, told, traceback]).into_value(),
                )?;
            }
            Legacy::TraceLine => self.trace_line("line")?,
            Legacy::TraceJump => return self.trace_jump(args),
            Legacy::TraceInstruction => self.trace_instruction()?,
            Legacy::ProfileCall => self.profile("call", Value::NONE)?,
            Legacy::ProfileReturn => self.profile("return", told)?,
            Legacy::ProfileUnwind => self.profile("return", Value::NONE)?,
            Legacy::ProfileNative(what) => self.profile_native(what, told, args.get(3))?,
        }
        Ok(false)
    }

    fn trace_line(&self, what: &str) -> PyResult<()> {
        match self.current_frame() {
            Some(frame) if frame.trace_lines.get() => self.tell_tracer(&frame, what, Value::NONE),
            _ => Ok(()),
        }
    }

    /// A jump backwards within a line is a line of its own.
    fn trace_jump(&self, args: &[Value]) -> PyResult<bool> {
        let place = |index: usize| {
            let offset = args.get(index).and_then(Value::as_small_int)? / 2;
            args.first()?
                .downcast_ref::<Code>()?
                .monitoring()
                .place(offset as usize)
        };
        let (Some(from), Some(to)) = (place(1), place(2)) else {
            return Ok(false);
        };
        if self.thread().tracing.trace_function().is_none() {
            return Ok(false);
        }
        let is_forward = args[2].as_small_int() > args[1].as_small_int();
        if is_forward || from.line != to.line {
            return Ok(true);
        }
        if to.line.is_some() {
            self.trace_line("line")?;
        }
        Ok(false)
    }

    fn trace_instruction(&self) -> PyResult<()> {
        let Some(frame) = self.current_frame() else {
            return Ok(());
        };
        if self.thread().tracing.trace_function().is_none() || !frame.trace_opcodes.get() {
            return self.trace_opcodes(&frame, false);
        }
        self.tell_tracer(&frame, "opcode", Value::NONE)
    }

    fn trace(&self, what: &str, argument: Value) -> PyResult<()> {
        let Some(frame) = self.current_frame() else {
            return Ok(());
        };
        if self.thread().tracing.trace_function().is_none() {
            return Ok(());
        }
        if frame.trace_opcodes.get() {
            self.trace_opcodes(&frame, true)?;
        }
        self.tell_tracer(&frame, what, argument)
    }

    /// Calls the trace function: the thread's for calls, the frame's for the rest. What it returns traces the frame.
    fn tell_tracer(&self, frame: &Py<FrameObject>, what: &str, argument: Value) -> PyResult<()> {
        let Some(function) = self.thread().tracing.trace_function() else {
            return Ok(());
        };
        let callback = if what == "call" {
            function
        } else {
            match frame.trace.get() {
                Some(trace) => trace,
                None => return Ok(()),
            }
        };
        match self.call_tracer(&callback, frame, what, argument) {
            Ok(result) => {
                if !result.is_none() {
                    frame.trace.set(Some(result));
                }
                Ok(())
            }
            Err(error) => {
                self.set_trace(None)?;
                frame.trace.set(None);
                Err(error)
            }
        }
    }

    fn profile(&self, what: &str, argument: Value) -> PyResult<()> {
        let (Some(function), Some(frame)) = (
            self.thread().tracing.profile_function(),
            self.current_frame(),
        ) else {
            return Ok(());
        };
        match self.call_tracer(&function, &frame, what, argument) {
            Ok(_) => Ok(()),
            Err(error) => {
                self.set_profile(None)?;
                Err(error)
            }
        }
    }

    /// Tells of calls of native functions and methods; other calls tell of themselves.
    fn profile_native(&self, what: &str, callable: Value, first: Option<&Value>) -> PyResult<()> {
        if callable.downcast_ref::<NativeFunction>().is_some() {
            return self.profile(what, callable);
        }
        if self.class_of(&callable).is(&self.types().method_descriptor) {
            let Some(first) = first.filter(|first| {
                self.monitoring_missing()
                    .is_ok_and(|missing| !first.is(&missing))
            }) else {
                return Ok(());
            };
            let Some(bind) = self.class_of(&callable).slots.descr_get.get() else {
                return Ok(());
            };
            let class = self.class_of(first).to_value();
            let method = bind(self, &callable, Some(first), Some(&class))?;
            return self.profile(what, method);
        }
        Ok(())
    }

    fn call_tracer(
        &self,
        callback: &Value,
        frame: &Py<FrameObject>,
        what: &str,
        argument: Value,
    ) -> PyResult<Value> {
        let what = self.intern(what).into_value();
        self.call(callback, &[frame.to_value(), what, argument])
    }
}
