//! A time limit: a thread waits, and then dumps where all others are.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use taipan_macros::pyfunction;

use super::dump::{Out, all_threads};
use super::file::Target;
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::interp::waiters::Deadline;
use crate::native::bind::Optional;
use crate::value::Value;

const WAITING: u32 = 0;
const CANCELLED: u32 = 1;

/// The watching thread's stack: it calls little.
const STACK: usize = 1 << 20;

/// What the thread that watches needs.
#[derive(Clone)]
struct Watch {
    target: Target,
    span: Duration,
    repeats: bool,
    exits: bool,
    word: Arc<AtomicU32>,
}

/// The watch that runs.
#[derive(Default)]
struct Running(RefCell<Option<Watch>>);

/// Dump the traceback of all threads in timeout seconds,
/// or each timeout seconds if repeat is True. If exit is True, call _exit(1) which is not safe.
#[pyfunction(
    signature = (timeout, repeat = false, file = Optional::Missing, exit = false),
    text_signature = "($module, /, timeout, repeat=False, file=sys.stderr, exit=False)"
)]
pub(super) fn dump_traceback_later(
    cx: &Ctx,
    timeout: &Value,
    repeat: bool,
    file: Optional<&Value>,
    exit: bool,
) -> PyResult<()> {
    let span = span_of(cx, timeout)?;
    let target = Target::of(cx, file)?;
    cancel(cx);
    let watch = Watch {
        target,
        span,
        repeats: repeat,
        exits: exit,
        word: Arc::new(AtomicU32::new(WAITING)),
    };
    cx.state::<Running>().0.replace(Some(watch));
    match cx.spawn_thread(STACK, Vec::new(), keep_watch) {
        Ok(_) => Ok(()),
        Err(_) => {
            cancel(cx);
            Err(cx.runtime_error("unable to start watchdog thread"))
        }
    }
}

fn span_of(cx: &Ctx, timeout: &Value) -> PyResult<Duration> {
    let seconds = match timeout.as_float() {
        Some(seconds) => seconds,
        None if timeout.as_int().is_some() => cx.to_f64(timeout)?,
        None => {
            let name = cx.type_name(timeout);
            return Err(cx.type_error(format!(
                "'{name}' object cannot be interpreted as an integer or float"
            )));
        }
    };
    if seconds.is_nan() {
        return Err(cx.value_error("Invalid value NaN (not a number)"));
    }
    if seconds.abs() >= 9_223_372_036.854_776 {
        return Err(cx.overflow_error("timestamp out of range for C PyTime_t"));
    }
    if seconds <= 0.0 {
        return Err(cx.value_error("timeout must be greater than 0"));
    }
    // At least a microsecond, rounded up.
    Ok(Duration::from_micros((seconds * 1e6).ceil() as u64))
}

/// Cancel the previous call to dump_traceback_later().
#[pyfunction]
pub(super) fn cancel_dump_traceback_later(cx: &Ctx) {
    cancel(cx);
}

fn cancel(cx: &Ctx) {
    let old = cx.state::<Running>().0.take();
    if let Some(watch) = &old {
        watch.word.store(CANCELLED, Ordering::SeqCst);
        // A host that cannot wake has no waiters either.
        let _ = cx.host().wake_waiters(&watch.word);
    }
    drop(old);
}

fn title(span: Duration) -> String {
    let (seconds, micros) = (span.as_secs(), span.subsec_micros());
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let fraction = match micros {
        0 => String::new(),
        micros => format!(".{micros:06}"),
    };
    format!("Timeout ({hours}:{minutes:02}:{seconds:02}{fraction})!\n")
}

/// What the watching thread does.
fn keep_watch(cx: &Ctx, _: Vec<Value>) {
    let Some(watch) = cx.state::<Running>().0.borrow().clone() else {
        return;
    };
    loop {
        if let Err(error) = wait(cx, &watch) {
            let message = "Exception ignored in the watch of faulthandler";
            return cx.report_unraisable(&error, Some(message), &Value::NONE);
        }
        if watch.word.load(Ordering::SeqCst) != WAITING {
            return;
        }
        {
            let mut out = Out::new(cx.host(), watch.target.fd);
            out.text(&title(watch.span));
            all_threads(cx, &mut out, None);
        }
        if watch.exits {
            // A host that cannot end the process goes on with it.
            let _ = cx.host().exit_now(1);
        }
        if !watch.repeats {
            return;
        }
    }
}

/// Waits until the time is over or the watch is cancelled.
fn wait(cx: &Ctx, watch: &Watch) -> PyResult<()> {
    let end = Deadline::after(cx, watch.span)?;
    loop {
        let left = end.left(cx)?.unwrap_or_default();
        if left.is_zero() || watch.word.load(Ordering::SeqCst) != WAITING {
            return Ok(());
        }
        // Early returns look at the clock again.
        let _ = cx.blocking(|host| host.wait_while(&watch.word, WAITING, Some(left)));
    }
}
