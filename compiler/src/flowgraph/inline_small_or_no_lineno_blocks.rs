//! Replaces a jump to a short exit, or to a block without lines, by a copy of that block.
//!
//! CPython: `inline_small_or_no_lineno_blocks` in `Python/flowgraph.c`. Needs: jump targets. Each change removes a jump,
//! so it ends. Tests: `tests/passes/inline_small_or_no_lineno_blocks`.

use super::cfg::{BlockId, Cfg};
use crate::opcode::Opcode;

/// The longest exit block that is copied.
const MAX_COPY_SIZE: usize = 4;

pub(super) fn inline_small_or_no_lineno_blocks(cfg: &mut Cfg) {
    loop {
        let mut has_changed = false;
        cfg.for_each_block(|cfg, id| has_changed |= inline_target(cfg, id));
        if !has_changed {
            return;
        }
    }
}

fn inline_target(cfg: &mut Cfg, id: BlockId) -> bool {
    let Some(last) = cfg[id]
        .last()
        .copied()
        .filter(|last| last.opcode.is_unconditional_jump())
    else {
        return false;
    };
    let Some(target) = last.target.filter(|target| *target != id) else {
        return false;
    };
    let is_small_exit =
        cfg[target].exits_scope() && cfg[target].instructions.len() <= MAX_COPY_SIZE;
    let is_detour_without_line = cfg[target].has_no_lineno() && !cfg[target].has_fallthrough();
    if !is_small_exit && !is_detour_without_line {
        return false;
    }
    cfg.with_instructions(id, |cfg, instructions| {
        if let Some(jump) = instructions.last_mut() {
            jump.set_nop();
        }
        instructions.extend_from_slice(&cfg[target].instructions);
    });
    let block = &mut cfg[id];
    if is_detour_without_line
        && last.opcode == Opcode::JUMP
        && let Some(new_last) = block.instructions.last_mut()
        && new_last.opcode.is_unconditional_jump()
    {
        // The removed jump looked at the eval breaker: the one that replaces it must.
        new_last.opcode = Opcode::JUMP;
    }
    cfg[target].predecessors = cfg[target].predecessors.saturating_sub(1);
    true
}
