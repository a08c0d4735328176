//! The context: one thread's way into its isolate.
//!
//! Every function that may touch Python gets `cx: &Ctx` first. CPython 3.14: `PyThreadState`.
//!
//! Invariants
//! 1. A thread that runs Python code has entered exactly one context, which `CURRENT` names; it holds the isolate's
//!    lock.
//! 2. `CURRENT` is null or points to a context that is alive: [`Entered`] restores it before its context can die.
//! 3. `Isolate::contexts` holds the contexts that are alive, which never move (they are boxed); they are put in and taken
//!    out under the isolate's lock.
//! 4. A [`Ticket`] carries values to a new thread of the same isolate, which looks at them only after it has taken the lock.
//!
//! Who touches what, and when:
//!
//! | what | the thread of the context | other threads of the isolate |
//! | --- | --- | --- |
//! | `Isolate`, `Heap`, all values | while it holds the lock | while they hold the lock |
//! | `Ctx` but for the next three | any time that it runs Python or native code | frames and handled exceptions, to show them, while they hold the lock: the owner then waits for it |
//! | `Ctx::breaker`, an atomic | any time | any time, signal handlers too |
//! | `Isolate::lock`, which locks itself | any time | any time |
//! | `Isolate::host`, `Isolate::config`, never changed | any time | any time |
#![allow(
    unsafe_code,
    reason = "the thread's current context; see the invariants above"
)]

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use taipan_host::Host;
use taipan_text::Wtf8;

use crate::heap::Heap;
use crate::interp::breaker::{Breaker, Requests};
use crate::interp::thread::Thread;
use crate::isolate::{Isolate, Settings};
use crate::names::Names;
use crate::objects::Str;
use crate::recursion::NativeStack;
use crate::types::Types;
use crate::value::{Py, Value};

thread_local! {
    /// The one thread-local of the VM: deaths of values happen anywhere and may run Python code.
    static CURRENT: Cell<*const Ctx> = const { Cell::new(std::ptr::null()) };
}

/// See the module.
pub struct Ctx {
    isolate: Arc<Isolate>,
    breaker: Breaker,
    /// How often the context is entered; its thread holds the lock while it is not 0.
    entries: Cell<usize>,
    identity: Identity,
    thread: Thread,
    native_stack: NativeStack,
    /// Containers whose `repr` is under way on this thread; see `protocol::repr`.
    pub(crate) running_reprs: RefCell<Vec<u64>>,
}

/// Which thread this is.
struct Identity {
    /// Counts the threads of an isolate; never used twice.
    number: u64,
    /// `threading.get_ident()`.
    handle: Cell<u64>,
    /// `threading.get_native_id()`.
    native: Cell<u64>,
}

impl Identity {
    fn of_this_thread(isolate: &Isolate) -> Self {
        let number = isolate.next_thread_number();
        let host = isolate.host();
        Self {
            number,
            // A host without threads has one, and its number is as good.
            handle: Cell::new(host.thread_handle().unwrap_or(number)),
            native: Cell::new(host.thread_id().unwrap_or(number)),
        }
    }
}

/// What a new thread begins with; see invariant 4.
struct Ticket {
    isolate: Arc<Isolate>,
    values: Vec<Value>,
    main: fn(&Ctx, Vec<Value>),
}

// SAFETY: invariant 4 and the table above.
unsafe impl Send for Ticket {}

/// Gives the isolate's lock away until dropped; see [`Ctx::blocking`].
pub(crate) struct Released<'cx>(&'cx Ctx);

impl Drop for Released<'_> {
    fn drop(&mut self) {
        self.0.isolate.lock().acquire(&self.0.breaker);
    }
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
        let left = self.cx.entries.get() - 1;
        self.cx.entries.set(left);
        if left == 0 {
            self.cx.isolate.lock().release();
        }
        CURRENT.set(self.previous);
    }
}

impl Drop for Ctx {
    fn drop(&mut self) {
        let entered = self.enter();
        entered.thread.forget_values();
        if entered.is_first_thread() {
            entered.stop_other_threads();
            entered.isolate.tear_down(&entered);
        }
        entered.isolate.meter().remove_thread(&entered.breaker);
        let me = std::ptr::from_ref::<Self>(&entered);
        let contexts = &entered.isolate.contexts;
        contexts
            .borrow_mut()
            .retain(|other| !std::ptr::eq(*other, me));
    }
}

impl Ctx {
    /// Makes an isolate and its first context.
    #[expect(
        clippy::arc_with_non_send_sync,
        reason = "threads share an isolate under its lock"
    )]
    pub fn new(settings: &Settings) -> Box<Self> {
        let cx = Self::of_this_thread(Arc::new(Isolate::bare(settings)));
        cx.isolate.set_first_thread(cx.identity.number);
        cx.attach_to_signals();
        if let Some(bytes) = cx.isolate.meter().memory() {
            cx.heap().set_limit(bytes);
        }
        {
            let entered = cx.enter();
            entered.heap().pause_collector(true);
            entered.isolate.populate(&entered);
            entered.start_core().expect("room for the first modules");
            entered.heap().pause_collector(false);
        }
        cx
    }

    fn of_this_thread(isolate: Arc<Isolate>) -> Box<Self> {
        let identity = Identity::of_this_thread(&isolate);
        let cx = Box::new(Self {
            isolate,
            breaker: Breaker::default(),
            entries: Cell::new(0),
            identity,
            thread: Thread::default(),
            native_stack: NativeStack::default(),
            running_reprs: RefCell::default(),
        });
        {
            let entered = cx.enter();
            entered.isolate.contexts.borrow_mut().push(&raw const *cx);
            entered.isolate.meter().add_thread(&entered.breaker);
            if !entered.isolate.monitoring.everywhere().is_empty() {
                entered.breaker.request(Requests::MONITORING);
            }
        }
        cx
    }

    /// Lets the host's signals reach this thread, if the isolate takes them.
    fn attach_to_signals(&self) {
        if self.isolate.config().handles_signals {
            // A host without signals records none either.
            let _ = self
                .host()
                .attach_breaker(self.breaker.word(), Requests::SIGNALS.bits());
        }
    }

    /// Makes this the thread's current context until the guard is dropped; waits for the isolate's lock.
    pub fn enter(&self) -> Entered<'_> {
        let previous = CURRENT.replace(self);
        let entries = self.entries.get();
        self.entries.set(entries + 1);
        if entries == 0 {
            self.isolate.lock().acquire(&self.breaker);
        }
        Entered { cx: self, previous }
    }

    /// Gives the isolate's lock away until the guard is dropped.
    pub(crate) fn release_lock(&self) -> Released<'_> {
        debug_assert!(self.entries.get() > 0, "the lock is held");
        self.isolate.lock().release();
        Released(self)
    }

    /// Starts a thread of this isolate that runs `main` with `values`; returns its `get_ident()`.
    ///
    /// # Errors
    /// That of the operating system if there can be no more threads.
    pub(crate) fn spawn_thread(
        &self,
        stack_size: usize,
        values: Vec<Value>,
        main: fn(&Ctx, Vec<Value>),
    ) -> std::io::Result<u64> {
        let ticket = Ticket {
            isolate: self.isolate.clone(),
            values,
            main,
        };
        let thread = std::thread::Builder::new()
            .stack_size(stack_size)
            .spawn(move || {
                let Ticket {
                    isolate,
                    values,
                    main,
                } = { ticket };
                let cx = Self::of_this_thread(isolate);
                cx.native_stack_size(stack_size);
                let entered = cx.enter();
                main(&entered, values);
            })?;
        Ok(handle_of(&thread))
    }

    /// Shows `look` the contexts of all threads that have started and not ended, in the order of their start.
    pub(crate) fn each_context(&self, mut look: impl FnMut(&Self)) {
        let contexts = self.isolate.contexts.borrow().clone();
        for context in contexts {
            // SAFETY: invariant 3, and this thread holds the lock meanwhile.
            look(unsafe { &*context });
        }
    }

    /// Threads that nobody waited for never run again: the isolate ends.
    pub(crate) fn stop_other_threads(&self) {
        self.isolate.lock().close(&self.breaker);
    }

    /// `get_ident()` of this context's thread.
    pub fn thread_ident(&self) -> u64 {
        self.identity.handle.get()
    }

    /// The kernel's number of this context's thread.
    pub fn native_thread_id(&self) -> u64 {
        self.identity.native.get()
    }

    /// How many threads the isolate has.
    pub fn thread_count(&self) -> usize {
        self.isolate.contexts.borrow().len()
    }

    /// A number that no other thread of the isolate has or had.
    pub(crate) fn thread_number(&self) -> u64 {
        self.identity.number
    }

    /// Whether this thread made the isolate, or is all that a fork left of it: it runs the handlers of signals.
    pub fn is_first_thread(&self) -> bool {
        self.isolate.first_thread() == self.identity.number
    }

    /// Forks the process by `fork`, while no other thread is inside the lock's bookkeeping. A child that runs Python code
    /// before `fork` returns calls the function that it is given first: it has no other threads.
    pub fn forking<R>(&self, fork: impl FnOnce(&dyn Host, &dyn Fn()) -> R) -> R {
        self.isolate
            .lock()
            .while_quiet(|is_alone| fork(self.host(), is_alone))
    }

    /// In the child of a fork: this is the only thread, and the first.
    pub fn become_only_thread(&self) {
        let me: *const Self = self;
        let contexts = &self.isolate.contexts;
        contexts
            .borrow_mut()
            .retain(|other| std::ptr::eq(*other, me));
        self.isolate.lock().forget_others();
        self.isolate.count_fork();
        self.isolate.set_first_thread(self.identity.number);
        let now = Identity::of_this_thread(&self.isolate);
        self.identity.handle.set(now.handle.get());
        self.identity.native.set(now.native.get());
        self.attach_to_signals();
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

    /// The same where there may be none: in a signal handler.
    pub(crate) fn with_current_if_any<R>(f: impl FnOnce(Option<&Self>) -> R) -> R {
        let current = CURRENT.get();
        // SAFETY: invariant 2.
        f(unsafe { current.as_ref() })
    }

    #[inline(always)]
    pub fn isolate(&self) -> &Isolate {
        &self.isolate
    }

    /// What makes this thread's interpreter loop look up.
    #[inline(always)]
    pub fn breaker(&self) -> &Breaker {
        &self.breaker
    }

    /// Whether this thread runs the handlers of signals: the first of an isolate that takes the process's signals.
    pub fn handles_signals(&self) -> bool {
        self.isolate.config().handles_signals && self.is_first_thread()
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

/// `pthread_self()` of a thread that was just started.
#[cfg(unix)]
fn handle_of(thread: &std::thread::JoinHandle<()>) -> u64 {
    use std::os::unix::thread::JoinHandleExt;
    thread.as_pthread_t()
}
