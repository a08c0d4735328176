//! `faulthandler`: where threads are when something goes wrong.
//!
//! `dump` (the text), `file` (where it goes), `fatal` (crashes), `later` (a time limit), `on_signal` (signals that ask).
//! CPython 3.14: `Modules/faulthandler.c`, `Python/traceback.c`. Tests: `tests/programs/faulthandler/`, `tests/cli/`.
//! Deviations: a crash shows the thread that crashed; a time limit and a signal wait until threads give the isolate's lock
//! away, so a native call that never does is not interrupted; there is no C stack.

mod dump;
mod fatal;
mod file;
mod later;
mod on_signal;

use taipan_macros::{pyfunction, pymodule};

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::ModuleBuilder;
use crate::native::bind::Optional;
use crate::value::Value;

pub(crate) use fatal::enable_at_start;

/// faulthandler module.
#[pymodule]
pub(crate) fn faulthandler(_cx: &Ctx, m: &ModuleBuilder) -> PyResult<()> {
    for function in [
        &fatal::enable::DEF,
        &fatal::disable::DEF,
        &fatal::is_enabled::DEF,
        &dump_traceback::DEF,
        &dump_c_stack::DEF,
        &later::dump_traceback_later::DEF,
        &later::cancel_dump_traceback_later::DEF,
        &on_signal::register::DEF,
        &on_signal::unregister::DEF,
        &fatal::_sigsegv::DEF,
        &fatal::_sigabrt::DEF,
        &fatal::_sigfpe::DEF,
    ] {
        m.function(function)?;
    }
    Ok(())
}

/// Dump the traceback of the current thread, or of all threads if all_threads is True, into file.
#[pyfunction(
    signature = (file = Optional::Missing, all_threads = true),
    text_signature = "($module, /, file=sys.stderr, all_threads=True)"
)]
fn dump_traceback(cx: &Ctx, file: Optional<&Value>, all_threads: bool) -> PyResult<()> {
    let file = file::Target::of(cx, file)?;
    let mut out = dump::Out::new(cx.host(), file.fd);
    if all_threads {
        dump::all_threads(cx, &mut out, Some(cx));
    } else {
        dump::this_thread(cx, &mut out);
    }
    Ok(())
}

/// Dump the C stack of the current thread.
#[pyfunction(
    signature = (file = Optional::Missing),
    text_signature = "($module, /, file=sys.stderr)"
)]
fn dump_c_stack(cx: &Ctx, file: Optional<&Value>) -> PyResult<()> {
    let file = file::Target::of(cx, file)?;
    dump::c_stack(&mut dump::Out::new(cx.host(), file.fd));
    Ok(())
}
