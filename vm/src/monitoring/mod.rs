//! Watching a program run: `sys.monitoring` (PEP 669) and, on top of it, trace and profile functions.
//!
//! CPython 3.14: `Python/instrumentation.c`, `Python/legacy_tracing.c`. `event` are the kinds of events, `state` is what
//! an isolate keeps (tools, callbacks, what is watched everywhere), `places` what a code object keeps, `instrument` marks
//! instructions, `fire` calls the callbacks, `legacy` serves `sys.settrace` and `sys.setprofile`. The interpreter's side is
//! `interp::instrumented`.
//!
//! Code that nobody watches pays nothing: an instruction with an event carries the number `INSTRUMENTED_LINE`, and what
//! it was stands in the code object's places. Code is brought up to date when it starts, when a generator goes on, or at
//! once if it runs. While a tool watches everything, the eval breaker is set, so that each `RESUME` looks.
//! Invariant: while a code object has a marked instruction, none of its instructions is specialised.
//! Tests: `tests/run/monitoring/`, `tests/run/trace/`.

mod event;
pub(crate) mod fire;
mod instrument;
mod legacy;
mod places;
mod state;

pub(crate) use event::{Event, EventSet, TOOLS, TRACE_TOOL};
pub(crate) use legacy::ThreadTracing;
pub(crate) use places::{CodeMonitoring, Place};
pub(crate) use state::{Callback, Monitoring};
