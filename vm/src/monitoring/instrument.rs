//! Marking the instructions of a code object, so that they tell of their events.

use taipan_compiler::code_object::CodeFlags;

use super::event::{Event, Monitors, TOOLS};
use super::places::{self, CodeMonitoring, Place};
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::interp::stack::FrameRef;
use crate::objects::code::Code;
use crate::value::Py;

impl Ctx {
    /// Brings all code that runs on this thread up to date.
    pub(super) fn instrument_running_code(&self) {
        let mut frame = self.frame();
        while let Some(current) = frame {
            self.instrument(&current.code);
            frame = current.previous.get();
        }
    }

    /// Brings the code of a frame that starts or goes on up to date. Returns whether the instruction that it stands at
    /// is marked.
    #[cold]
    pub(crate) fn instrument_frame(&self, frame: FrameRef) -> bool {
        if self.thread().tracing.is_silent() {
            return false;
        }
        self.instrument(&frame.code);
        usize::try_from(frame.last_instruction())
            .is_ok_and(|offset| frame.code.is_marked_at(offset))
    }

    /// Marks the instructions that somebody watches and takes the other marks back.
    pub(crate) fn instrument(&self, code: &Py<Code>) {
        let state = self.monitoring();
        let version = state.version();
        if version == 0 || code.flags.contains(CodeFlags::NO_MONITORING_EVENTS) {
            return;
        }
        let data = code.monitoring();
        if data.version.get() == version {
            return;
        }
        forget_tools(data, state.tool_versions());
        let wanted = state.everywhere().union(data.local.get());
        let active = data.active.get();
        let (removed, added) = if state.restarted() > data.version.get() {
            (active, wanted)
        } else {
            (active.without(wanted), wanted.without(active))
        };
        data.active.set(wanted);
        data.version.set(version);
        if removed.is_empty() && added.is_empty() {
            return;
        }
        let places = data.places.get_or_init(|| places::describe(code));
        for place in places {
            change(place, removed, added);
        }
        mark_all(code, data, places);
    }

    /// What a tool watches in this code alone.
    pub(crate) fn local_events(&self, code: &Py<Code>, tool: usize) -> u32 {
        let data = code.monitoring();
        forget_tools(data, self.monitoring().tool_versions());
        data.local.get().of_tool(tool)
    }

    /// Lets a tool watch these events in this code, besides what it watches everywhere.
    ///
    /// # Errors
    /// `ValueError` if nobody took the tool.
    pub(crate) fn watch_locally(&self, code: &Py<Code>, tool: usize, events: u32) -> PyResult<()> {
        self.check_tool_in_use(tool)?;
        if self.local_events(code, tool) == events {
            return Ok(());
        }
        code.make_ready(self)?;
        let data = code.monitoring();
        let mut local = data.local.get();
        local.set_tool(tool, events);
        data.local.set(local);
        self.monitoring().ensure_version();
        if data.version.get() == self.monitoring().version() {
            // Not up to date any more, but not older than the last restart.
            data.version.set(u64::MAX);
        }
        self.instrument(code);
        Ok(())
    }
}

/// Drops what tools watched locally that were given back since.
fn forget_tools(data: &CodeMonitoring, versions: [u64; TOOLS]) {
    let known = data.tool_versions.get();
    if known == versions {
        return;
    }
    let mut local = data.local.get();
    for tool in 0..TOOLS {
        if known[tool] != versions[tool] {
            local.set_tool(tool, 0);
        }
    }
    data.local.set(local);
    data.tool_versions.set(versions);
}

fn change(place: &Place, removed: Monitors, added: Monitors) {
    let renew = |tools: &std::cell::Cell<u8>, event: Event| {
        tools.set(tools.get() & !removed.tools(event) | added.tools(event));
    };
    if let Some(event) = place.event {
        renew(&place.tools, event);
    }
    if place.starts_line {
        renew(&place.line_tools, Event::Line);
    }
    if place.is_traceable {
        renew(&place.instruction_tools, Event::Instruction);
    }
}

fn is_watched(data: &CodeMonitoring, place: &Place) -> bool {
    place.tools.get() | place.line_tools.get() | place.instruction_tools.get() != 0
        || place.is_noted && data.active(Event::Line) != 0
}

/// Writes the instructions anew: marked, or as the compiler made them.
fn mark_all(code: &Py<Code>, data: &CodeMonitoring, places: &[Place]) {
    let marks: Vec<bool> = places.iter().map(|place| is_watched(data, place)).collect();
    code.write_marks(&marks);
    data.is_marked.set(marks.contains(&true));
}

/// A tool switched an event off at a place.
pub(super) fn switch_off(code: &Py<Code>, offset: usize, event: Event, tool: usize) {
    let data = code.monitoring();
    let Some(place) = data.place(offset) else {
        return;
    };
    let tools = match event {
        Event::Line => &place.line_tools,
        Event::Instruction => &place.instruction_tools,
        _ => &place.tools,
    };
    tools.set(tools.get() & !(1 << tool));
    code.write_mark(offset, is_watched(data, place));
}
