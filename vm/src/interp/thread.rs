//! What a thread that runs Python code has: its frames, the exceptions it is handling, its depth.
//!
//! CPython 3.14: `PyThreadState`. Tests: `tests/run/recursion/`, `tests/run/exception/`.

use std::any::{Any, TypeId};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::stack::{FrameRef, FrameStack};
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::field::Field;
use crate::monitoring::ThreadTracing;
use crate::objects::code::Code;
use crate::objects::frame::FrameObject;
use crate::objects::function::Function;
use crate::value::{Py, Value};

/// See the module.
pub struct Thread {
    pub(crate) stack: FrameStack,
    pub(super) frame: Cell<Option<FrameRef>>,
    /// Python frames that run or wait.
    depth: Cell<usize>,
    /// The exception that is being handled, for the thread and for each generator that runs in it; the last is that of
    /// the innermost.
    handled: RefCell<Vec<Option<Value>>>,
    async_generator_hooks: AsyncGeneratorHooks,
    /// `sys.set_coroutine_origin_tracking_depth`.
    pub(crate) coroutine_origins: Cell<usize>,
    /// Trace and profile functions.
    pub(crate) tracing: ThreadTracing,
    /// What native modules keep, by type; see [`Ctx::thread_state`].
    states: RefCell<FxHashMap<TypeId, Rc<dyn Any>>>,
}

/// `sys.set_asyncgen_hooks`.
#[derive(Default)]
pub struct AsyncGeneratorHooks {
    pub first_iteration: Field<Option<Value>>,
    pub finalizer: Field<Option<Value>>,
}

impl Default for Thread {
    fn default() -> Self {
        Self {
            stack: FrameStack::default(),
            frame: Cell::new(None),
            depth: Cell::new(0),
            handled: RefCell::new(vec![None]),
            async_generator_hooks: AsyncGeneratorHooks::default(),
            coroutine_origins: Cell::new(0),
            tracing: ThreadTracing::default(),
            states: RefCell::default(),
        }
    }
}

impl Thread {
    /// Number of Python frames that run or wait.
    pub fn depth(&self) -> usize {
        self.depth.get()
    }

    /// What asynchronous generators call when they are first iterated and when they die.
    pub fn async_generator_hooks(&self) -> &AsyncGeneratorHooks {
        &self.async_generator_hooks
    }

    /// Makes `frame` the running one.
    #[inline(always)]
    pub(crate) fn enter(&self, frame: FrameRef) {
        frame.previous.set(self.frame.get());
        self.frame.set(Some(frame));
        self.depth.set(self.depth.get() + 1);
    }

    /// Makes the frame that waits for `frame` the running one.
    #[inline(always)]
    pub(crate) fn leave(&self, frame: FrameRef) {
        self.frame.set(frame.previous.get());
        self.depth.set(self.depth.get() - 1);
    }

    /// Replaces the exception that the innermost generator or the thread handles.
    pub(crate) fn replace_handled(&self, exception: Option<Value>) -> Option<Value> {
        match self.handled.borrow_mut().last_mut() {
            Some(last) => std::mem::replace(last, exception),
            None => exception,
        }
    }

    /// A generator goes on that was handling `exception`.
    pub(crate) fn push_handled(&self, exception: Option<Value>) {
        self.handled.borrow_mut().push(exception);
    }

    /// A generator stops; returns what it was handling.
    pub(crate) fn pop_handled(&self) -> Option<Value> {
        self.handled.borrow_mut().pop().flatten()
    }

    /// The exception that is being handled (`sys.exception()`).
    pub fn handled(&self) -> Option<Value> {
        self.handled.borrow().iter().rev().flatten().next().cloned()
    }
}

impl Thread {
    /// The thread ends: what it holds dies.
    pub(crate) fn forget_values(&self) {
        drop(self.handled.replace(vec![None]));
        self.tracing.clear();
        let states = self.states.take();
        drop(states);
        self.async_generator_hooks.first_iteration.set(None);
        self.async_generator_hooks.finalizer.set(None);
    }

    /// The newest Python frame.
    pub(crate) fn newest_frame(&self) -> Option<FrameRef> {
        self.frame.get()
    }
}

impl Ctx {
    /// The thread's one `T`: what a native module keeps for each thread. Made at the first call, dies with the thread.
    pub fn thread_state<T: Default + 'static>(&self) -> Rc<T> {
        let states = &self.thread().states;
        let known = states.borrow().get(&TypeId::of::<T>()).cloned();
        let state = known.unwrap_or_else(|| {
            let new: Rc<dyn Any> = Rc::new(T::default());
            states.borrow_mut().insert(TypeId::of::<T>(), new.clone());
            new
        });
        state
            .downcast()
            .unwrap_or_else(|_| unreachable!("states are kept under their own type"))
    }

    /// The frame that runs now.
    #[inline(always)]
    pub(crate) fn frame(&self) -> Option<FrameRef> {
        self.thread().frame.get()
    }

    /// The frame object of the Python code that runs now; `None` outside of all Python code.
    pub fn current_frame(&self) -> Option<Py<FrameObject>> {
        self.frame().map(|frame| self.frame_object(frame))
    }

    /// The globals of the Python code that runs now.
    pub fn current_globals(&self) -> Option<Py<crate::objects::Dict>> {
        self.frame().map(|frame| frame.globals().clone())
    }

    /// The builtins that the running code sees; outside of all Python code those of the isolate.
    pub(crate) fn current_builtins(&self) -> Value {
        match self.frame() {
            Some(frame) => frame.function.builtins.clone(),
            None => self.isolate().builtins_dict(self).into_value(),
        }
    }

    /// The exception that is being handled (`sys.exception()`).
    pub fn handled_exception(&self) -> Option<Value> {
        self.thread().handled()
    }

    /// Makes a frame that does not run yet.
    ///
    /// # Errors
    /// `RecursionError` if there are as many frames as the limit allows.
    #[inline(always)]
    pub(crate) fn push_frame(&self, code: Py<Code>, function: Py<Function>) -> PyResult<FrameRef> {
        let thread = self.thread();
        if thread.depth.get() >= self.isolate().recursion_limit() {
            return Err(self.recursion_limit_reached());
        }
        if code.is_unread() {
            code.make_ready(self)?;
        }
        Ok(thread.stack.push(code, function))
    }

    #[cold]
    #[inline(never)]
    fn recursion_limit_reached(&self) -> crate::error::PyErr {
        self.recursion_error("maximum recursion depth exceeded")
    }

    /// Ends a frame of the thread's stack: its values die, its frame object keeps what it shows.
    #[inline(always)]
    pub(crate) fn end_frame(&self, frame: FrameRef) {
        let thread = self.thread();
        if frame.object.is_some() {
            self.detach_frame_object(frame);
        }
        thread.leave(frame);
        thread.stack.pop(frame);
    }
}
