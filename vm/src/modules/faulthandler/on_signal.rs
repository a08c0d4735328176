//! Signals that ask where the threads are.

use std::cell::RefCell;
use std::collections::HashMap;

use taipan_host::signals::Disposition;
use taipan_macros::pyfunction;

use super::dump::{Out, all_threads, this_thread};
use super::file::Target;
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::bind::Optional;
use crate::value::Value;

/// `SIGBUS`, `SIGILL`, `SIGFPE`, `SIGABRT`, `SIGSEGV`: they are `enable`'s.
#[cfg(target_os = "linux")]
const FATAL: [i32; 5] = [7, 4, 8, 6, 11];
#[cfg(not(target_os = "linux"))]
const FATAL: [i32; 5] = [10, 4, 8, 6, 11];
const SIGNALS: std::ops::Range<i32> = 1..65;

#[derive(Clone)]
struct Asked {
    target: Target,
    all_threads: bool,
    /// Whether what the signal did before is done as well.
    chains: bool,
    previous: Disposition,
}

#[derive(Default)]
struct Registered(RefCell<HashMap<i32, Asked>>);

fn check_number(cx: &Ctx, signal: i32) -> PyResult<()> {
    if FATAL.contains(&signal) {
        return Err(cx.runtime_error(format!(
            "signal {signal} cannot be registered, use enable() instead"
        )));
    }
    if !SIGNALS.contains(&signal) {
        return Err(cx.value_error("signal number out of range"));
    }
    Ok(())
}

/// Register a handler for the signal 'signum': dump the traceback of the current thread, or of all threads if all_threads is True, into file.
#[pyfunction(
    signature = (signum, file = Optional::Missing, all_threads = true, chain = false),
    text_signature = "($module, /, signum, file=sys.stderr, all_threads=True, chain=False)"
)]
pub(super) fn register(
    cx: &Ctx,
    signum: i32,
    file: Optional<&Value>,
    all_threads: bool,
    chain: bool,
) -> PyResult<()> {
    check_number(cx, signum)?;
    let target = Target::of(cx, file)?;
    let known = cx.state::<Registered>().0.borrow().get(&signum).cloned();
    let host = cx.host();
    let previous = match known {
        Some(known) => known.previous,
        None => host
            .disposition(signum)
            .map_err(|error| cx.os_error(error))?,
    };
    host.set_disposition(signum, Disposition::Record)
        .map_err(|error| cx.os_error(error))?;
    let asked = Asked {
        target,
        all_threads,
        chains: chain,
        previous,
    };
    let old = cx
        .state::<Registered>()
        .0
        .borrow_mut()
        .insert(signum, asked);
    drop(old);
    Ok(())
}

/// Unregister the handler of the signal 'signum' registered by register().
#[pyfunction(signature = (signum, /))]
pub(super) fn unregister(cx: &Ctx, signum: i32) -> PyResult<bool> {
    check_number(cx, signum)?;
    let old = cx.state::<Registered>().0.borrow_mut().remove(&signum);
    let Some(old) = old else {
        return Ok(false);
    };
    restore(cx, signum, old.previous)?;
    Ok(true)
}

fn restore(cx: &Ctx, signal: i32, previous: Disposition) -> PyResult<()> {
    if previous == Disposition::Foreign {
        return Ok(());
    }
    cx.host()
        .set_disposition(signal, previous)
        .map_err(|error| cx.os_error(error))
}

impl Ctx {
    /// Dumps where the threads are, if that signal asks for it; returns whether nobody else is to handle it.
    pub fn dump_for_signal(&self, signal: i32) -> bool {
        let asked = self.state::<Registered>().0.borrow().get(&signal).cloned();
        let Some(asked) = asked else {
            return false;
        };
        {
            let mut out = Out::new(self.host(), asked.target.fd);
            if asked.all_threads {
                all_threads(self, &mut out, Some(self));
            } else {
                this_thread(self, &mut out);
            }
        }
        if asked.chains && asked.previous == Disposition::Default {
            // The signal does what it did before, and is asked for again if the process is still there.
            let host = self.host();
            let again = host
                .set_disposition(signal, Disposition::Default)
                .and_then(|()| host.raise(signal))
                .and_then(|()| host.set_disposition(signal, Disposition::Record));
            // A host without signals has sent none.
            let _ = again;
        }
        !(asked.chains && asked.previous == Disposition::Record)
    }
}
