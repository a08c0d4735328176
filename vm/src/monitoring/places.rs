//! What a code object keeps while it is watched: for each unit what the instruction was, its event and its tools.

use std::cell::{Cell, OnceCell};

use taipan_compiler::opcode::{Opcode, RESUME_AT_FUNC_START};

use super::event::{Event, Monitors, TOOLS};
use crate::objects::code::Code;

/// A unit of watched code.
pub(crate) struct Place {
    /// The instruction, neither specialised nor marked; `CACHE` for the units behind one.
    pub(crate) opcode: Opcode,
    /// What the instruction tells of itself.
    pub(crate) event: Option<Event>,
    /// The line that the instruction belongs to.
    pub(crate) line: Option<i32>,
    /// The place that is told as the start of a branch.
    pub(crate) source: usize,
    /// Executing it may be the start of a line.
    pub(crate) starts_line: bool,
    /// The instruction behind it may start a line, which has to know where it was come from.
    pub(crate) is_noted: bool,
    /// May be watched for `INSTRUCTION`.
    pub(crate) is_traceable: bool,
    pub(crate) tools: Cell<u8>,
    pub(crate) line_tools: Cell<u8>,
    pub(crate) instruction_tools: Cell<u8>,
}

/// See the module.
#[derive(Default)]
pub(crate) struct CodeMonitoring {
    pub(super) version: Cell<u64>,
    /// What tools watch in this code alone.
    pub(super) local: Cell<Monitors>,
    /// What the places were last marked for.
    pub(super) active: Cell<Monitors>,
    pub(super) tool_versions: Cell<[u64; TOOLS]>,
    pub(super) places: OnceCell<Box<[Place]>>,
    pub(super) is_marked: Cell<bool>,
}

impl CodeMonitoring {
    /// Whether an instruction is marked.
    pub(crate) fn is_marked(&self) -> bool {
        self.is_marked.get()
    }

    pub(crate) fn place(&self, offset: usize) -> Option<&Place> {
        self.places.get()?.get(offset)
    }

    /// The tools that watch an event in this code.
    pub(crate) fn active(&self, event: Event) -> u8 {
        self.active.get().tools(event)
    }
}

/// The event of an instruction.
fn event_of(opcode: Opcode, arg: u8) -> Option<Event> {
    Some(match opcode {
        Opcode::RESUME if u32::from(arg) == RESUME_AT_FUNC_START => Event::PyStart,
        Opcode::RESUME => Event::PyResume,
        Opcode::RETURN_VALUE => Event::PyReturn,
        Opcode::YIELD_VALUE => Event::PyYield,
        Opcode::CALL | Opcode::CALL_KW | Opcode::CALL_FUNCTION_EX | Opcode::LOAD_SUPER_ATTR => {
            Event::Call
        }
        Opcode::JUMP_FORWARD | Opcode::JUMP_BACKWARD => Event::Jump,
        Opcode::NOT_TAKEN | Opcode::FOR_ITER => Event::BranchLeft,
        Opcode::POP_JUMP_IF_FALSE
        | Opcode::POP_JUMP_IF_TRUE
        | Opcode::POP_JUMP_IF_NONE
        | Opcode::POP_JUMP_IF_NOT_NONE
        | Opcode::POP_ITER
        | Opcode::END_ASYNC_FOR => Event::BranchRight,
        Opcode::END_FOR | Opcode::END_SEND => Event::StopIteration,
        _ => return None,
    })
}

/// Instructions that never start a line: jumps go over the first ones, and the last one is told of by itself.
fn never_starts_line(opcode: Opcode) -> bool {
    matches!(
        opcode,
        Opcode::END_ASYNC_FOR
            | Opcode::END_FOR
            | Opcode::END_SEND
            | Opcode::POP_ITER
            | Opcode::RESUME
    )
}

fn opcode_at(code: &Code, offset: usize) -> (Opcode, u8) {
    let bytes = code.original_bytes();
    let number = bytes.get(offset * 2).copied().unwrap_or(0);
    let opcode = Opcode::from_number(u16::from(number)).unwrap_or(Opcode::NOP);
    (opcode, bytes.get(offset * 2 + 1).copied().unwrap_or(0))
}

/// Describes all units of a code object.
pub(super) fn describe(code: &Code) -> Box<[Place]> {
    let count = code.source.unit_count();
    let mut lines = code.source.positions().map(|position| position.line);
    let mut places: Vec<Place> = Vec::with_capacity(count);
    let mut caches = 0;
    for offset in 0..count {
        let (mut opcode, arg) = opcode_at(code, offset);
        let is_cache = caches > 0;
        if is_cache {
            opcode = Opcode::CACHE;
            caches -= 1;
        } else {
            caches = opcode.cache_entries();
        }
        places.push(Place {
            opcode,
            event: if is_cache {
                None
            } else {
                event_of(opcode, arg)
            },
            line: lines.next().flatten(),
            source: offset,
            starts_line: false,
            is_noted: false,
            is_traceable: false,
            tools: Cell::default(),
            line_tools: Cell::default(),
            instruction_tools: Cell::default(),
        });
    }
    let first = places
        .iter()
        .position(|place| place.opcode == Opcode::RESUME)
        .unwrap_or(count);
    mark_lines(code, &mut places, first);
    mark_branches(code, &mut places);
    places.into()
}

/// Finds what may start a line: other lines than before, targets of jumps, handlers.
fn mark_lines(code: &Code, places: &mut [Place], first: usize) {
    let mut current = None;
    for place in places.iter_mut().skip(first) {
        if place.opcode == Opcode::CACHE {
            continue;
        }
        place.is_traceable = !matches!(place.opcode, Opcode::RESUME | Opcode::END_FOR);
        if never_starts_line(place.opcode) {
            continue;
        }
        place.starts_line = place.line.is_some() && place.line != current;
        current = place.line;
    }
    for (_, target) in jumps(code, places) {
        start_line(places, target, first);
    }
    for entry in code.source.exception_entries() {
        start_line(places, entry.target as usize / 2, first);
    }
    let mut before = None;
    for offset in 0..places.len() {
        match places[offset].opcode {
            Opcode::CACHE => continue,
            Opcode::RESUME
            | Opcode::POP_JUMP_IF_FALSE
            | Opcode::POP_JUMP_IF_TRUE
            | Opcode::POP_JUMP_IF_NONE
            | Opcode::POP_JUMP_IF_NOT_NONE
            | Opcode::JUMP_FORWARD
            | Opcode::JUMP_BACKWARD
            | Opcode::JUMP_BACKWARD_NO_INTERRUPT
            | Opcode::FOR_ITER
            | Opcode::SEND => places[offset].is_noted = true,
            _ => {}
        }
        if places[offset].starts_line
            && let Some(before) = before
        {
            let before: usize = before;
            places[before].is_noted = true;
        }
        before = Some(offset);
    }
}

fn start_line(places: &mut [Place], target: usize, first: usize) {
    if let Some(place) = places.get_mut(target)
        && target >= first
        && place.line.is_some()
        && !never_starts_line(place.opcode)
    {
        place.starts_line = true;
    }
}

/// The jumps of a code object, with their targets as lines see them: behind what ends a loop or a delegation.
fn jumps(code: &Code, places: &[Place]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut arg = 0usize;
    for (offset, place) in places.iter().enumerate() {
        let opcode = place.opcode;
        if opcode == Opcode::CACHE {
            continue;
        }
        let (_, low) = opcode_at(code, offset);
        arg = (arg << 8) | usize::from(low);
        if opcode == Opcode::EXTENDED_ARG {
            continue;
        }
        let next = offset + 1 + opcode.cache_entries();
        let target = match opcode {
            Opcode::POP_JUMP_IF_FALSE
            | Opcode::POP_JUMP_IF_TRUE
            | Opcode::POP_JUMP_IF_NONE
            | Opcode::POP_JUMP_IF_NOT_NONE
            | Opcode::JUMP_FORWARD => Some(next + arg),
            Opcode::FOR_ITER | Opcode::SEND => Some(next + arg + 1),
            Opcode::JUMP_BACKWARD | Opcode::JUMP_BACKWARD_NO_INTERRUPT => next.checked_sub(arg),
            _ => None,
        };
        found.extend(target.map(|target| (offset, target)));
        arg = 0;
    }
    found
}

/// Names the places that branches start from: the test before a `NOT_TAKEN`, the loop of a `POP_ITER`.
fn mark_branches(code: &Code, places: &mut [Place]) {
    for (offset, target) in jumps(code, places) {
        if places[offset].opcode == Opcode::FOR_ITER
            && let Some(end) = places.get_mut(target)
        {
            end.source = offset;
        }
    }
    let mut before = 0;
    for (offset, place) in places.iter_mut().enumerate() {
        match place.opcode {
            Opcode::CACHE => continue,
            Opcode::NOT_TAKEN => place.source = before,
            _ => {}
        }
        before = offset;
    }
}
