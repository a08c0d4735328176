//! Removes `NOP`s that no line needs, pairs of instructions that undo each other, and jumps to the next instruction.
//!
//! CPython: `remove_redundant_nops`, `remove_redundant_nops_and_pairs`, `remove_redundant_jumps` and
//! `remove_redundant_nops_and_jumps` in `Python/flowgraph.c`. A `NOP` stays if it is the only instruction of its line,
//! because a tracer stops there. Needs: jump targets. Tests: `tests/passes/remove_redundant_nops`.

use super::FlowgraphError;
use super::cfg::{BlockId, Cfg};
use crate::location::NO_LOCATION;
use crate::opcode::Opcode;

/// Removes what it may and returns how many.
pub(super) fn remove_redundant_nops(cfg: &mut Cfg) -> usize {
    let mut removed = 0;
    cfg.for_each_block(|cfg, id| removed += remove_redundant_nops_in_block(cfg, id));
    removed
}

fn remove_redundant_nops_in_block(cfg: &mut Cfg, id: BlockId) -> usize {
    let count = cfg[id].instructions.len();
    if !cfg[id]
        .instructions
        .iter()
        .any(|instruction| instruction.opcode == Opcode::NOP)
    {
        return 0;
    }
    let next_line = next_line(cfg, id);
    let instructions = &mut cfg[id].instructions;
    let mut kept = 0;
    let mut previous_line = -1;
    for i in 0..count {
        let line = instructions[i].lineno();
        if instructions[i].opcode == Opcode::NOP {
            if line < 0 || line == previous_line {
                continue;
            }
            if i + 1 < count {
                let following = instructions[i + 1].lineno();
                if following == line {
                    continue;
                }
                if following < 0 {
                    instructions[i + 1].location = instructions[i].location;
                    continue;
                }
            } else if next_line == Some(line) {
                continue;
            }
        }
        instructions[kept] = instructions[i];
        kept += 1;
        previous_line = line;
    }
    cfg[id].truncate(kept);
    count - kept
}

/// The line with which the code behind the block starts, if there is code.
fn next_line(cfg: &Cfg, id: BlockId) -> Option<i32> {
    let next = cfg.next_nonempty(cfg[id].next)?;
    // Those without a line will be removed themselves.
    let mut visible = cfg[next]
        .instructions
        .iter()
        .filter(|i| !(i.opcode == Opcode::NOP && i.lineno() < 0));
    Some(
        visible
            .next()
            .map_or(NO_LOCATION.lineno, |instruction| instruction.lineno()),
    )
}

/// Removes constants and copies that are popped at once, with the `NOP`s that this makes redundant.
pub(super) fn remove_redundant_nops_and_pairs(cfg: &mut Cfg) {
    loop {
        let mut has_changed = false;
        // The instruction executed before the current one, if it is certain which one that is.
        let mut previous: Option<(BlockId, usize)> = None;
        cfg.for_each_block(|cfg, id| {
            remove_redundant_nops_in_block(cfg, id);
            if cfg[id].label.is_some() {
                previous = None;
            }
            let count = cfg[id].instructions.len();
            for i in 0..count {
                if cfg[id].instructions[i].opcode == Opcode::POP_TOP
                    && let Some((block, position)) = i
                        .checked_sub(1)
                        .map_or(previous, |before| Some((id, before)))
                {
                    let producer = &mut cfg[block].instructions[position];
                    let is_pair = match producer.opcode {
                        Opcode::LOAD_CONST | Opcode::LOAD_SMALL_INT => true,
                        Opcode::COPY => producer.oparg == 1,
                        _ => false,
                    };
                    if is_pair {
                        producer.set_nop();
                        cfg[id].instructions[i].set_nop();
                        has_changed = true;
                    }
                }
            }
            if let Some(last) = count.checked_sub(1) {
                previous = Some((id, last));
            }
            let ends_in_jump =
                previous.is_some_and(|(block, i)| cfg[block].instructions[i].opcode.has_jump());
            if ends_in_jump || !cfg[id].has_fallthrough() {
                previous = None;
            }
        });
        if !has_changed {
            return;
        }
    }
}

/// Removes jumps to what comes next anyway, and returns how many.
fn remove_redundant_jumps(cfg: &mut Cfg) -> Result<usize, FlowgraphError> {
    let mut removed = 0;
    let mut is_complete = true;
    cfg.for_each_block(|cfg, id| {
        let Some(last) = cfg[id]
            .last()
            .filter(|last| last.opcode.is_unconditional_jump())
        else {
            return;
        };
        let Some(target) = cfg.next_nonempty(last.target) else {
            is_complete = false;
            return;
        };
        if Some(target) == cfg.next_nonempty(cfg[id].next)
            && let Some(last) = cfg[id].instructions.last_mut()
        {
            last.set_nop();
            removed += 1;
        }
    });
    if is_complete {
        Ok(removed)
    } else {
        Err(FlowgraphError::MissingJumpTarget)
    }
}

/// Both, until nothing changes.
pub(super) fn remove_redundant_nops_and_jumps(cfg: &mut Cfg) -> Result<(), FlowgraphError> {
    loop {
        let removed = remove_redundant_nops(cfg);
        if removed + remove_redundant_jumps(cfg)? == 0 {
            return Ok(());
        }
    }
}
