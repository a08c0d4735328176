//! What an isolate keeps: who watches what, and whom to call.

use std::cell::{Cell, OnceCell, RefCell};

use super::event::{Event, Monitors, PROFILE_TOOL, TOOLS};
use super::legacy::Legacy;
use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::interp::breaker::Requests;
use crate::value::Value;

/// Whom an event is told.
#[derive(Clone, Default)]
pub(crate) enum Callback {
    #[default]
    None,
    Python(Value),
    /// A callback for `BRANCH`, which stands for both directions.
    Branch(Value),
    /// `sys.settrace` or `sys.setprofile`.
    Legacy(Legacy),
}

/// See the module.
#[derive(Default)]
pub(crate) struct Monitoring {
    names: RefCell<[Option<Value>; PROFILE_TOOL]>,
    callbacks: RefCell<[[Callback; Event::ALL.len()]; TOOLS]>,
    /// What is watched in all code.
    everywhere: Cell<Monitors>,
    /// Grows with each change; code that has another is not up to date.
    version: Cell<u64>,
    /// The version since which switched-off places count again.
    restarted: Cell<u64>,
    /// Grows when a tool is given back: what it watched in single code objects is void.
    tool_versions: Cell<[u64; TOOLS]>,
    /// `sys.monitoring.DISABLE` and `MISSING`.
    disable: OnceCell<Value>,
    missing: OnceCell<Value>,
    /// Threads that have a trace function, and that have a profile function.
    pub(super) tracing_threads: Cell<usize>,
    pub(super) profiling_threads: Cell<usize>,
}

impl Monitoring {
    /// What is watched in all code.
    pub(crate) fn everywhere(&self) -> Monitors {
        self.everywhere.get()
    }

    /// Whether somebody watches an event in all code.
    pub(crate) fn watches(&self, event: Event) -> bool {
        self.everywhere.get().tools(event) != 0
    }

    pub(crate) fn version(&self) -> u64 {
        self.version.get()
    }

    pub(super) fn restarted(&self) -> u64 {
        self.restarted.get()
    }

    pub(super) fn tool_versions(&self) -> [u64; TOOLS] {
        self.tool_versions.get()
    }

    pub(crate) fn tool_name(&self, tool: usize) -> Option<Value> {
        self.names.borrow().get(tool).cloned().flatten()
    }

    pub(crate) fn set_tool_name(&self, tool: usize, name: Option<Value>) {
        let old = match self.names.borrow_mut().get_mut(tool) {
            Some(place) => std::mem::replace(place, name),
            None => None,
        };
        drop(old);
    }

    pub(crate) fn callback(&self, tool: usize, event: Event) -> Callback {
        self.callbacks.borrow()[tool][event as usize].clone()
    }

    /// Registers a callback and returns the old one.
    pub(crate) fn set_callback(&self, tool: usize, event: Event, callback: Callback) -> Callback {
        std::mem::replace(
            &mut self.callbacks.borrow_mut()[tool][event as usize],
            callback,
        )
    }

    /// Lets go of all values, when the isolate ends.
    pub(crate) fn clear(&self) {
        let names = self.names.take();
        let callbacks = std::mem::take(&mut *self.callbacks.borrow_mut());
        drop((names, callbacks));
    }

    /// Version 0 means that nobody ever watched anything.
    pub(super) fn ensure_version(&self) {
        if self.version.get() == 0 {
            self.next_version();
        }
    }

    fn next_version(&self) {
        self.version.set(self.version.get() + 1);
    }
}

impl Ctx {
    pub(crate) fn monitoring(&self) -> &Monitoring {
        &self.isolate().monitoring
    }

    fn marker(&self, place: &OnceCell<Value>) -> PyResult<Value> {
        if let Some(marker) = place.get() {
            return Ok(marker.clone());
        }
        let marker = self.call(self.types().object.as_value(), &[])?;
        Ok(place.get_or_init(|| marker).clone())
    }

    /// `sys.monitoring.DISABLE`.
    ///
    /// # Errors
    /// `MemoryError`.
    pub(crate) fn monitoring_disable(&self) -> PyResult<Value> {
        self.marker(&self.monitoring().disable)
    }

    /// `sys.monitoring.MISSING`.
    ///
    /// # Errors
    /// `MemoryError`.
    pub(crate) fn monitoring_missing(&self) -> PyResult<Value> {
        self.marker(&self.monitoring().missing)
    }

    /// The error for a tool that nobody took.
    ///
    /// # Errors
    /// `ValueError`.
    pub(crate) fn check_tool_in_use(&self, tool: usize) -> PyResult<()> {
        if tool < PROFILE_TOOL && self.monitoring().tool_name(tool).is_none() {
            return Err(self.tool_error(tool));
        }
        Ok(())
    }

    fn tool_error(&self, tool: usize) -> PyErr {
        self.value_error(format!("tool {tool} is not in use"))
    }

    /// Lets a tool watch these events, and no others, in all code.
    ///
    /// # Errors
    /// `ValueError` if nobody took the tool.
    pub(crate) fn watch_everywhere(&self, tool: usize, events: u32) -> PyResult<()> {
        self.check_tool_in_use(tool)?;
        let state = self.monitoring();
        let mut monitors = state.everywhere.get();
        if monitors.of_tool(tool) == events {
            return Ok(());
        }
        monitors.set_tool(tool, events);
        state.everywhere.set(monitors);
        state.next_version();
        self.each_context(|thread| {
            if monitors.is_empty() {
                thread.breaker().withdraw(Requests::MONITORING);
            } else {
                thread.breaker().request(Requests::MONITORING);
            }
        });
        self.instrument_running_code();
        Ok(())
    }

    /// Lets switched-off places count again (`sys.monitoring.restart_events`).
    pub(crate) fn restart_events(&self) {
        let state = self.monitoring();
        state.next_version();
        state.restarted.set(state.version.get());
        state.next_version();
        self.instrument_running_code();
    }

    /// Forgets what a tool watches and whom it told.
    ///
    /// # Errors
    /// `ValueError` if nobody took the tool.
    pub(crate) fn clear_tool(&self, tool: usize) -> PyResult<()> {
        self.watch_everywhere(tool, 0)?;
        let state = self.monitoring();
        let mut versions = state.tool_versions.get();
        versions[tool] += 1;
        state.tool_versions.set(versions);
        for &event in Event::ALL {
            drop(state.set_callback(tool, event, Callback::None));
        }
        state.next_version();
        self.instrument_running_code();
        Ok(())
    }
}
