//! Guards native recursion: the depth of Rust calls is bounded by the native stack, measured by address.
//!
//! CPython 3.14: `_Py_CheckRecursiveCall`, `_Py_EnterRecursiveCall` (`Python/ceval.c`): the same idea.

use std::cell::Cell;

use crate::ctx::Ctx;
use crate::error::PyResult;

/// What must be left for native code that checks nothing itself.
const MARGIN: usize = 256 * 1024;
/// The stack of a thread that nobody measured, in bytes: that of Rust's threads.
const ASSUMED: usize = 2 * 1024 * 1024;
/// The stack of the thread that [`on_big_stack`] makes.
const STACK_SIZE: usize = 256 * 1024 * 1024;
/// What native recursion may take of it: several times what CPython has, as Rust's frames are larger. The rest is for what
/// checks nothing.
const BIG_BUDGET: usize = 64 * 1024 * 1024;

thread_local! {
    /// What native recursion may take on this thread, if nobody says otherwise.
    static BUDGET: Cell<usize> = const { Cell::new(ASSUMED * 3 / 4) };
}

/// One thread's native stack.
#[derive(Default)]
pub struct NativeStack {
    /// The lowest address that native recursion may reach; 0 if not measured yet.
    limit: Cell<usize>,
}

#[inline(always)]
fn address_here() -> usize {
    let marker = 0u8;
    std::ptr::from_ref(&marker).addr()
}

impl NativeStack {
    /// Says that `size` bytes of stack lie below the caller.
    pub fn measure(&self, size: usize) {
        self.limit
            .set(address_here().saturating_sub(size.saturating_sub(MARGIN)));
    }

    #[inline(always)]
    fn is_exhausted(&self) -> bool {
        if self.limit.get() == 0 {
            self.measure(BUDGET.get());
        }
        address_here() < self.limit.get()
    }
}

impl Ctx {
    /// Says that the thread's native stack has `size` bytes left below the caller.
    pub fn native_stack_size(&self, size: usize) {
        self.native_stack().measure(size);
    }

    /// Calls `f` unless the native stack is nearly used up.
    ///
    /// # Errors
    /// `RecursionError` if the stack is too deep, or what `f` raises.
    #[inline(always)]
    pub fn recurse<R>(&self, f: impl FnOnce() -> PyResult<R>) -> PyResult<R> {
        self.check_native_stack("")?;
        f()
    }

    /// Fails if the native stack is nearly used up; `place` (" while calling a Python object") goes into the message.
    ///
    /// # Errors
    /// `RecursionError`.
    #[inline(always)]
    pub fn check_native_stack(&self, place: &str) -> PyResult<()> {
        if self.native_stack().is_exhausted() {
            return Err(self.native_stack_exhausted(place));
        }
        Ok(())
    }

    #[cold]
    #[inline(never)]
    fn native_stack_exhausted(&self, place: &str) -> crate::error::PyErr {
        self.recursion_error(format!("maximum recursion depth exceeded{place}"))
    }
}

/// Runs `f` on a new thread with a stack that is deep enough for Python's habits, and returns its result. The caller does
/// `meanwhile`, then waits.
///
/// # Errors
/// That of the operating system if the thread cannot be made; a panic of `f` goes on in the caller.
pub fn on_big_stack<R: Send>(
    name: &str,
    f: impl FnOnce() -> R + Send,
    meanwhile: impl FnOnce(),
) -> std::io::Result<R> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new()
            .name(name.to_owned())
            .stack_size(STACK_SIZE)
            .spawn_scoped(scope, || {
                BUDGET.set(BIG_BUDGET);
                f()
            })?;
        meanwhile();
        match thread.join() {
            Ok(result) => Ok(result),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}
