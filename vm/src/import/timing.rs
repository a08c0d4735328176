//! `-X importtime`: how long each import took, on standard error.
//!
//! CPython 3.14: `import_find_and_load` (`Python/import.c`). Tests: `tests/cli/options.txt`.

use std::cell::Cell;
use std::time::Duration;

use crate::ctx::Ctx;
use crate::objects::Str;
use crate::value::Py;

/// The clock's number on every system that there is a host for.
const MONOTONIC: i32 = libc::CLOCK_MONOTONIC;

/// What an isolate knows of the imports that are going on.
#[derive(Default)]
pub(super) struct ImportTimes {
    has_header: Cell<bool>,
    level: Cell<usize>,
    /// Of the imports that the one going on has made.
    nested: Cell<Duration>,
}

/// An import that goes on.
pub(super) struct Started {
    at: Duration,
    nested_of_caller: Duration,
}

impl Ctx {
    /// Before a module is looked for.
    pub(super) fn start_timing(&self) -> Option<Started> {
        if self.isolate().config().import_time == 0 {
            return None;
        }
        let times = &self.isolate().import_state.times;
        self.write_header_of_times();
        times.level.set(times.level.get() + 1);
        Some(Started {
            at: self.now_for_imports()?,
            nested_of_caller: times.nested.replace(Duration::ZERO),
        })
    }

    /// After that; `started` is what [`Ctx::start_timing`] returned.
    pub(super) fn finish_timing(&self, name: &Py<Str>, started: Option<Started>) {
        let Some(started) = started else { return };
        let now = self.now_for_imports().unwrap_or(started.at);
        let all = now.saturating_sub(started.at);
        let times = &self.isolate().import_state.times;
        let own = all.saturating_sub(times.nested.get());
        times.level.set(times.level.get().saturating_sub(1));
        times.nested.set(started.nested_of_caller + all);
        self.write_time(&format!(
            "import time: {:9} | {:10} | {:indent$}{}\n",
            own.as_micros(),
            all.as_micros(),
            "",
            shown(name),
            indent = 2 * times.level.get(),
        ));
    }

    /// A module was there already.
    pub(super) fn show_cached_import(&self, name: &Py<Str>) {
        if self.isolate().config().import_time < 2 {
            return;
        }
        self.write_header_of_times();
        self.write_time(&format!(
            "import time: cached    | cached     | {:>width$}\n",
            shown(name),
            width = 2 * self.isolate().import_state.times.level.get(),
        ));
    }

    fn now_for_imports(&self) -> Option<Duration> {
        let now = self.host().clock_gettime(MONOTONIC).ok()?;
        Some(Duration::new(u64::try_from(now.secs).ok()?, now.nanos))
    }

    fn write_header_of_times(&self) {
        if !self.isolate().import_state.times.has_header.replace(true) {
            self.write_time("import time: self [us] | cumulative | imported package\n");
        }
    }

    fn write_time(&self, line: &str) {
        // Nobody is left to tell if standard error is closed.
        let _ = self.host().write(2, line.as_bytes());
    }
}

/// The name; surrogates as escapes.
fn shown(name: &Py<Str>) -> String {
    name.as_wtf8()
        .code_points()
        .map(|point| match point.to_char() {
            Some(character) => character.to_string(),
            None => format!("\\u{:04x}", point.to_u32()),
        })
        .collect()
}
