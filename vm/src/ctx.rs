//! The context: one thread's way into its isolate.
//!
//! Every function that may touch Python gets `cx: &Ctx` first. CPython 3.14: `PyThreadState`.
//!
//! Invariants
//! 1. A thread that runs Python code has entered exactly one context, which `CURRENT` names; it holds the isolate's
//!    lock.
//! 2. `CURRENT` is null or points to a context that is alive: [`Entered`] restores it before its context can die.
#![allow(
    unsafe_code,
    reason = "the thread's current context; see the invariants above"
)]

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use taipan_host::Host;
use taipan_text::Wtf8;

use crate::heap::Heap;
use crate::interp::thread::Thread;
use crate::isolate::{Isolate, Settings};
use crate::names::Names;
use crate::objects::Str;
use crate::recursion::NativeStack;
use crate::types::Types;
use crate::value::Py;

thread_local! {
    /// The one thread-local of the VM: deaths of values happen anywhere and may run Python code.
    static CURRENT: Cell<*const Ctx> = const { Cell::new(std::ptr::null()) };
}

/// See the module.
pub struct Ctx {
    isolate: Arc<Isolate>,
    thread: Thread,
    native_stack: NativeStack,
    /// Containers whose `repr` is under way on this thread; see `protocol::repr`.
    pub(crate) running_reprs: RefCell<Vec<u64>>,
}

/// Restores the thread's previous context when dropped.
pub struct Entered<'cx> {
    cx: &'cx Ctx,
    previous: *const Ctx,
}

impl std::ops::Deref for Entered<'_> {
    type Target = Ctx;

    fn deref(&self) -> &Ctx {
        self.cx
    }
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        CURRENT.set(self.previous);
    }
}

impl Drop for Ctx {
    fn drop(&mut self) {
        if self.thread.tracing.holds_values() {
            self.enter().thread().tracing.clear();
        }
        if Arc::strong_count(&self.isolate) == 1 {
            let entered = self.enter();
            entered.isolate.tear_down(&entered);
        }
    }
}

impl Ctx {
    /// Makes an isolate and its first context.
    #[expect(
        clippy::arc_with_non_send_sync,
        reason = "threads share an isolate under its lock"
    )]
    pub fn new(settings: &Settings) -> Box<Self> {
        let cx = Box::new(Self {
            isolate: Arc::new(Isolate::bare(settings)),
            thread: Thread::default(),
            native_stack: NativeStack::default(),
            running_reprs: RefCell::default(),
        });
        {
            let entered = cx.enter();
            entered.isolate.populate(&entered);
            entered.start_core().expect("room for the first modules");
        }
        cx
    }

    /// Makes this the thread's current context until the guard is dropped.
    pub fn enter(&self) -> Entered<'_> {
        let previous = CURRENT.replace(self);
        Entered { cx: self, previous }
    }

    /// Calls `f` with the thread's current context. Values only die while there is one.
    pub fn with_current<R>(f: impl FnOnce(&Self) -> R) -> R {
        let current = CURRENT.get();
        assert!(
            !current.is_null(),
            "Python values are used inside Ctx::enter"
        );
        // SAFETY: invariant 2.
        f(unsafe { &*current })
    }

    #[inline(always)]
    pub fn isolate(&self) -> &Isolate {
        &self.isolate
    }

    /// What this thread runs.
    #[inline(always)]
    pub fn thread(&self) -> &Thread {
        &self.thread
    }

    #[inline(always)]
    pub(crate) fn native_stack(&self) -> &NativeStack {
        &self.native_stack
    }

    #[inline(always)]
    pub fn heap(&self) -> &Heap {
        self.isolate.heap()
    }

    #[inline(always)]
    pub fn types(&self) -> &Types {
        self.isolate.types()
    }

    #[inline(always)]
    pub fn names(&self) -> &Names {
        self.isolate.names()
    }

    pub fn host(&self) -> &dyn Host {
        &**self.isolate.host()
    }

    /// The one interned `str` of this text.
    pub fn intern(&self, text: &(impl AsRef<Wtf8> + ?Sized)) -> Py<Str> {
        self.isolate.intern(self, text.as_ref())
    }

    /// The interned string equal to `string`.
    pub fn intern_object(&self, string: &Py<Str>) -> Py<Str> {
        self.isolate.intern_object(self, string)
    }
}
