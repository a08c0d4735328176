//! The thread that looks at clock and memory.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::{Limit, Limits, Shared};

/// Between two looks.
const LOOK: Duration = Duration::from_millis(4);

/// Starts the watch if there is something to look at. Without a thread for it the isolate is stopped at once: it must not
/// run without the limits that it was given.
pub(super) fn start(limits: Limits, shared: &Arc<Shared>) {
    if limits.time.is_none() && limits.memory.is_none() {
        return;
    }
    let before = shared.host.resident_memory().unwrap_or(0);
    let watched = shared.clone();
    let started = std::thread::Builder::new()
        .name("limits".to_owned())
        .spawn(move || watch(limits, before, &watched));
    if started.is_err() {
        shared.stop(Limit::Memory);
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a limit of real time, whatever the host's clock shows"
)]
fn now() -> Instant {
    Instant::now()
}

#[expect(
    clippy::disallowed_methods,
    reason = "a pause of real time, whatever the host's clock shows"
)]
fn watch(limits: Limits, before: u64, shared: &Shared) {
    let start = now();
    while !shared.ended.load(Ordering::Relaxed) {
        let mut pause = LOOK;
        if let Some(time) = limits.time {
            let left = time.saturating_sub(start.elapsed());
            if left.is_zero() {
                return shared.stop(Limit::Time);
            }
            pause = pause.min(left);
        }
        if let Some(memory) = limits.memory {
            let used = shared.host.resident_memory().unwrap_or(0);
            if used.saturating_sub(before) > memory {
                return shared.stop(Limit::Memory);
            }
        }
        std::thread::sleep(pause);
    }
}
