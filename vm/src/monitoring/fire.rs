//! Telling the tools of an event.

use taipan_compiler::code_object::CodeFlags;
use taipan_compiler::opcode::Opcode;

use super::event::{Event, TOOLS};
use super::instrument::switch_off;
use super::state::Callback;
use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::interp::stack::FrameRef;
use crate::objects::code::Code;
use crate::value::{Py, Value};

/// Where an event happened.
#[derive(Clone, Copy)]
pub(crate) struct Site<'a> {
    pub(crate) code: &'a Py<Code>,
    /// The marked instruction, where the event can be switched off.
    pub(crate) offset: usize,
    /// What the callback is told: the instruction or, for `LINE`, the line.
    pub(crate) told: i64,
}

impl<'a> Site<'a> {
    /// An event of the instruction at `offset`.
    pub(crate) fn at(code: &'a Py<Code>, offset: usize) -> Self {
        Self {
            code,
            offset,
            told: offset as i64 * 2,
        }
    }
}

impl Ctx {
    /// Calls the callbacks of `tools`, the highest first.
    ///
    /// # Errors
    /// What a callback raises; the others are not called then.
    pub(crate) fn fire(
        &self,
        event: Event,
        site: Site<'_>,
        rest: &[Value],
        tools: u8,
    ) -> PyResult<()> {
        if self.thread().tracing.is_silent() {
            return Ok(());
        }
        let mut args = vec![site.code.to_value(), self.new_int(site.told)];
        args.extend_from_slice(rest);
        for tool in (0..TOOLS).rev().filter(|tool| tools & (1 << tool) != 0) {
            if !self.call_tool(tool, event, &args)? {
                continue;
            }
            if !event.is_local() {
                let callback = self.monitoring().set_callback(tool, event, Callback::None);
                drop(callback);
                return Err(self.value_error(format!(
                    "Cannot disable {} events. Callback removed.",
                    event.name()
                )));
            }
            switch_off(site.code, site.offset, event, tool);
        }
        Ok(())
    }

    /// Calls one callback; returns whether it wants no more of this event at this place.
    fn call_tool(&self, tool: usize, event: Event, args: &[Value]) -> PyResult<bool> {
        let callback = self.monitoring().callback(tool, event);
        if matches!(callback, Callback::None) {
            return Ok(false);
        }
        let _silence = self.thread().tracing.silence(Some(event));
        let result = match &callback {
            Callback::None => return Ok(false),
            Callback::Python(callable) | Callback::Branch(callable) => self.call(callable, args)?,
            Callback::Legacy(legacy) => return self.call_legacy(*legacy, args),
        };
        let is_off = result.is(&self.monitoring_disable()?);
        if is_off && matches!(callback, Callback::Branch(_)) {
            self.switch_other_branch_off(tool, event, args);
        }
        Ok(is_off)
    }

    /// A callback for both directions of a branch is switched off in both.
    fn switch_other_branch_off(&self, tool: usize, event: Event, args: &[Value]) {
        let (Some(code), Some(source)) = (
            args.first().and_then(|code| code.downcast_ref::<Code>()),
            args.get(1).and_then(Value::as_small_int),
        ) else {
            return;
        };
        let source = (source / 2) as usize;
        let other = match event {
            Event::BranchLeft => Event::BranchRight,
            _ => Event::BranchLeft,
        };
        let mut offset = 0;
        while let Some(place) = code.monitoring().place(offset) {
            let is_of_branch = place.source == source || offset == source;
            if place.opcode != Opcode::CACHE && is_of_branch && place.event == Some(other) {
                switch_off(code, offset, other, tool);
            }
            offset += 1;
        }
    }

    /// Tells of an exception in a frame. Returns the exception that goes on: this one, or what a callback raised.
    pub(crate) fn fire_exception(
        &self,
        event: Event,
        frame: FrameRef,
        place: i32,
        error: PyErr,
    ) -> PyErr {
        match self.fire_everywhere(event, frame, place, error.value()) {
            Ok(()) => error,
            Err(other) => other,
        }
    }

    /// Tells that an exception found its handler, whose first instruction is at `target`.
    ///
    /// # Errors
    /// What a callback raises.
    pub(crate) fn fire_handled(&self, frame: FrameRef, target: i32, error: &PyErr) -> PyResult<()> {
        self.fire_everywhere(Event::ExceptionHandled, frame, target, error.value())
    }

    /// Tells of a `StopIteration` that an instruction swallows.
    ///
    /// # Errors
    /// What a callback raises.
    pub(crate) fn fire_stop(&self, frame: FrameRef, stop: &Value) -> PyResult<()> {
        self.fire_everywhere(Event::Raise, frame, frame.last_instruction(), stop)
    }

    fn fire_everywhere(
        &self,
        event: Event,
        frame: FrameRef,
        place: i32,
        told: &Value,
    ) -> PyResult<()> {
        let tools = self.monitoring().everywhere().tools(event);
        if tools == 0 || frame.code.flags.contains(CodeFlags::NO_MONITORING_EVENTS) {
            return Ok(());
        }
        let code = frame.code.clone();
        let offset = usize::try_from(place).unwrap_or(0);
        let told = std::slice::from_ref(told);
        self.fire(event, Site::at(&code, offset), told, tools)
    }
}
