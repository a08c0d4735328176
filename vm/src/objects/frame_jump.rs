//! Setting `f_lineno`: a trace function lets its frame go on at another line.
//!
//! CPython 3.14: `frame_lineno_set_impl`, `mark_stacks` (`Objects/frameobject.c`). What lies on the value stack at each
//! instruction is worked out from the code; a jump is possible where the target's stack is the lower part of the present
//! one. Tests: `tests/run/trace/`.

use taipan_compiler::opcode::Opcode;

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::interp::stack::FrameRef;
use crate::monitoring::Event;
use crate::objects::code::Code;
use crate::objects::frame::FrameObject;
use crate::objects::generator::core_of;
use crate::value::{Py, Value};

/// What a word of the value stack is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Iterator,
    Except,
    Object,
    Null,
    LastInstruction,
}

/// The value stack at an instruction, top last; `None` where no way leads.
type Stack = Option<Vec<Kind>>;

/// CPython packs a stack into a word; what does not fit is too deep.
const DEEPEST: usize = 21;

/// Sets `f_lineno`.
///
/// # Errors
/// `ValueError` where the frame cannot go on at that line.
pub(super) fn set_line(cx: &Ctx, frame: &Py<FrameObject>, value: Option<&Value>) -> PyResult<()> {
    let Some(value) = value else {
        return Err(cx.attribute_error("cannot delete attribute"));
    };
    let is_int = cx.class_of(value).is(&cx.types().int);
    let Some(number) = value.as_int().filter(|_| is_int) else {
        return Err(cx.value_error("lineno must be an integer"));
    };
    check_event(cx)?;
    let Some(wanted) = number.to_i64().and_then(|line| i32::try_from(line).ok()) else {
        return Err(cx.value_error("lineno out of range"));
    };
    let Some(live) = frame.live() else {
        return Err(cx.value_error("f_lineno can only be set in a trace function"));
    };
    let code = frame.code();
    if wanted < code.source.firstlineno {
        return Err(cx.value_error(format!("line {wanted} comes before the current code block")));
    }
    let lines = line_starts(&code);
    let Some(line) = lines
        .iter()
        .flatten()
        .copied()
        .filter(|&line| line >= wanted)
        .min()
    else {
        return Err(cx.value_error(format!("line {wanted} comes after the current code block")));
    };
    let stacks = stacks(&code);
    let is_suspended = live
        .generator()
        .and_then(|generator| core_of(generator).map(|core| !core.is_running()))
        .unwrap_or(false);
    let here = usize::try_from(live.last_instruction()).unwrap_or(0);
    // A generator that stopped stands behind its `yield`.
    let here = if is_suspended {
        here.saturating_sub(1)
    } else {
        here
    };
    let mut start = stacks.get(here).cloned().flatten();
    if let Some(start) = &mut start
        && is_at_branch(cx, &code, here)
    {
        start.resize(live.suspended_depth(), Kind::Object);
    }
    let (target, depth) = match find_target(&lines, line, &stacks, start.as_ref()) {
        Ok(found) => found,
        Err(message) => return Err(cx.value_error(message)),
    };
    bind_locals(cx, live)?;
    let mut start = start.unwrap_or_default();
    if is_suspended {
        start.pop();
    }
    while start.len() > depth {
        let word = live.pop_suspended();
        if start.pop() == Some(Kind::Except) {
            let handled = word.filter(|word| !word.is_none());
            drop(cx.thread().replace_handled(handled));
        }
    }
    live.set_last_instruction(target as i32);
    Ok(())
}

/// Whether a branch is being told of, which has taken its operand already, or has the next item of a loop.
fn is_at_branch(cx: &Ctx, code: &Py<Code>, here: usize) -> bool {
    let is_branch = |event| matches!(event, Some(Event::BranchLeft | Event::BranchRight));
    let place = code.monitoring().place(here);
    is_branch(cx.thread().tracing.event()) && place.is_some_and(|place| is_branch(place.event))
}

/// Jumps are for trace functions, and only when the frame is between two instructions.
fn check_event(cx: &Ctx) -> PyResult<()> {
    let message = match cx.thread().tracing.event() {
        None => "f_lineno can only be set in a trace function",
        Some(
            Event::PyResume
            | Event::Jump
            | Event::Branch
            | Event::BranchLeft
            | Event::BranchRight
            | Event::Line
            | Event::PyYield,
        ) => return Ok(()),
        Some(Event::PyStart) => "can't jump from the 'call' trace event of a new frame",
        Some(Event::Call | Event::CReturn) => "can't jump during a call",
        Some(_) => "can only jump from a 'line' trace event",
    };
    Err(cx.value_error(message))
}

/// For each unit the line that starts there.
fn line_starts(code: &Py<Code>) -> Vec<Option<i32>> {
    let mut last = None;
    code.source
        .positions()
        .map(|position| {
            let is_start = position.line.is_some() && position.line != last;
            if is_start {
                last = position.line;
            }
            position.line.filter(|_| is_start)
        })
        .collect()
}

/// The best instruction of the line, and the height of its stack.
fn find_target(
    lines: &[Option<i32>],
    line: i32,
    stacks: &[Stack],
    start: Option<&Vec<Kind>>,
) -> Result<(usize, usize), &'static str> {
    let mut best: Option<(usize, usize)> = None;
    let mut message = None;
    for (offset, _) in lines
        .iter()
        .enumerate()
        .filter(|(_, at)| **at == Some(line))
    {
        let target = stacks.get(offset).and_then(Option::as_ref);
        match (start, target) {
            (Some(start), Some(target)) if is_compatible(start, target) => {
                if best.is_none_or(|(_, depth)| target.len() > depth) {
                    best = Some((offset, target.len()));
                }
            }
            (Some(start), _) if start.len() > DEEPEST => message = Some("stack to deep to analyze"),
            (None, _) => message = Some("can't jump from unreachable code"),
            (Some(_), target) => {
                message.get_or_insert(explain(target));
            }
        }
    }
    best.ok_or(message.unwrap_or("cannot find bytecode for specified line"))
}

fn is_compatible(start: &[Kind], target: &[Kind]) -> bool {
    if start.len() > DEEPEST || target.len() > DEEPEST || target.len() > start.len() {
        return false;
    }
    start.iter().zip(target).all(|(&from, &to)| match to {
        Kind::Object => from != Kind::Null,
        Kind::Null => true,
        _ => from == to,
    })
}

/// Why no jump leads to a stack.
fn explain(target: Option<&Vec<Kind>>) -> &'static str {
    let Some(target) = target else {
        return "can't jump into an exception handler, or code may be unreachable";
    };
    if target.len() > DEEPEST {
        return "stack is too deep to analyze";
    }
    match target.last() {
        Some(Kind::Except) => "can't jump into an 'except' block as there's no exception",
        Some(Kind::LastInstruction) => "can't jump into a re-raising block as there's no location",
        Some(Kind::Iterator) => "can't jump into the body of a for loop",
        _ => "incompatible stacks",
    }
}

/// The compiler may have proved that locals are bound at the target: they become `None`.
fn bind_locals(cx: &Ctx, frame: FrameRef) -> PyResult<()> {
    let unbound: Vec<usize> = (0..frame.code.nlocalsplus())
        .filter(|&index| frame.local(index).is_none())
        .collect();
    if unbound.is_empty() {
        return Ok(());
    }
    let category = cx.types().runtime_warning.clone();
    let ending = if unbound.len() == 1 { "" } else { "s" };
    cx.warn(
        &category,
        &format!("assigning None to {} unbound local{ending}", unbound.len()),
    )?;
    for index in unbound {
        drop(frame.replace_local(index, Some(Value::NONE)));
    }
    Ok(())
}

/// Works out the value stack at each instruction.
fn stacks(code: &Py<Code>) -> Vec<Stack> {
    let bytes = code.original_bytes();
    let count = bytes.len() / 2;
    let mut stacks: Vec<Stack> = vec![None; count + 1];
    stacks[0] = Some(Vec::new());
    let mut is_changed = true;
    while is_changed {
        is_changed = false;
        let mut offset = 0;
        while offset < count {
            offset = flow(bytes, &mut stacks, offset, &mut is_changed);
        }
        for entry in code.source.exception_entries() {
            let (start, target) = (entry.start as usize / 2, entry.target as usize / 2);
            let Some(Some(stack)) = stacks.get(start) else {
                continue;
            };
            if target >= count || stacks[target].is_some() {
                continue;
            }
            let mut stack = stack.clone();
            stack.truncate(entry.depth as usize);
            if entry.lasti {
                stack.push(Kind::LastInstruction);
            }
            stack.push(Kind::Except);
            stacks[target] = Some(stack);
            is_changed = true;
        }
    }
    stacks
}

/// Passes the stack at `offset` on to where the instruction leads; returns the next instruction.
fn flow(bytes: &[u8], stacks: &mut [Stack], mut offset: usize, is_changed: &mut bool) -> usize {
    let unit = |offset: usize| {
        let number = bytes.get(offset * 2).copied().unwrap_or(0);
        let opcode = Opcode::from_number(u16::from(number)).unwrap_or(Opcode::NOP);
        (
            opcode,
            u32::from(bytes.get(offset * 2 + 1).copied().unwrap_or(0)),
        )
    };
    let before = stacks[offset].clone();
    let (mut opcode, mut arg) = unit(offset);
    while opcode == Opcode::EXTENDED_ARG && offset + 1 < stacks.len() - 1 {
        offset += 1;
        let (next, low) = unit(offset);
        opcode = next;
        arg = (arg << 8) | low;
        stacks[offset].clone_from(&before);
    }
    let next = offset + 1 + opcode.cache_entries();
    let Some(mut stack) = before else { return next };
    let mut lead = |stacks: &mut [Stack], target: usize, stack: Vec<Kind>| {
        if let Some(place) = stacks.get_mut(target) {
            *is_changed |= place.is_none() && target < offset;
            *place = Some(stack);
        }
    };
    let distance = arg as usize;
    match opcode {
        Opcode::POP_JUMP_IF_FALSE
        | Opcode::POP_JUMP_IF_TRUE
        | Opcode::POP_JUMP_IF_NONE
        | Opcode::POP_JUMP_IF_NOT_NONE => {
            stack.pop();
            lead(stacks, next + distance, stack.clone());
        }
        Opcode::SEND => lead(stacks, next + distance, stack.clone()),
        Opcode::JUMP_FORWARD => {
            lead(stacks, next + distance, stack);
            return next;
        }
        Opcode::JUMP_BACKWARD | Opcode::JUMP_BACKWARD_NO_INTERRUPT => {
            lead(stacks, next.saturating_sub(distance), stack);
            return next;
        }
        Opcode::FOR_ITER => {
            stack.push(Kind::Object);
            lead(stacks, next + distance, stack.clone());
        }
        Opcode::RETURN_VALUE | Opcode::RAISE_VARARGS | Opcode::RERAISE => return next,
        _ => apply(&mut stack, opcode, arg),
    }
    lead(stacks, next, stack);
    next
}

/// What an instruction that only goes on does to the stack.
fn apply(stack: &mut Vec<Kind>, opcode: Opcode, arg: u32) {
    match opcode {
        Opcode::GET_ITER | Opcode::GET_AITER => {
            stack.pop();
            stack.push(Kind::Iterator);
        }
        Opcode::END_ASYNC_FOR => {
            stack.pop();
            stack.pop();
        }
        Opcode::PUSH_EXC_INFO => stack.push(Kind::Except),
        Opcode::POP_EXCEPT => {
            stack.pop();
        }
        Opcode::PUSH_NULL => stack.push(Kind::Null),
        Opcode::LOAD_GLOBAL => {
            stack.push(Kind::Object);
            if arg & 1 != 0 {
                stack.push(Kind::Null);
            }
        }
        Opcode::LOAD_ATTR => {
            if arg & 1 != 0 {
                stack.pop();
                stack.extend([Kind::Object, Kind::Null]);
            }
        }
        Opcode::SWAP => {
            let top = stack.len().saturating_sub(1);
            if let Some(other) = stack.len().checked_sub(arg as usize)
                && top < stack.len()
            {
                stack.swap(top, other);
            }
        }
        Opcode::COPY => {
            let copied = stack
                .len()
                .checked_sub(arg as usize)
                .map(|index| stack[index]);
            stack.extend(copied);
        }
        _ => {
            let effect = opcode.stack_effect(arg, false);
            for _ in effect..0 {
                stack.pop();
            }
            for _ in 0..effect {
                stack.push(Kind::Object);
            }
        }
    }
}
