//! Makes each conditional jump a forward one, and marks where it is not taken.
//!
//! CPython: `normalize_jumps` in `Python/flowgraph.c`. There are no conditional jumps backwards: such a one becomes the
//! opposite jump over a `JUMP`. Needs: the final order of blocks, `start_depth`. Tests: `tests/passes/normalize_jumps`.

use super::cfg::{BlockId, Cfg, CfgInstruction};
use crate::opcode::Opcode;

pub(super) fn normalize_jumps(cfg: &mut Cfg) {
    cfg.clear_visited();
    cfg.for_each_block(|cfg, id| {
        cfg[id].is_visited = true;
        normalize_jump_of_block(cfg, id);
    });
}

fn normalize_jump_of_block(cfg: &mut Cfg, id: BlockId) {
    let Some(jump) = cfg[id]
        .last()
        .copied()
        .filter(|last| last.opcode.is_conditional_jump())
    else {
        return;
    };
    let Some(target) = jump.target else { return };
    let not_taken = CfgInstruction::new(Opcode::NOT_TAKEN, 0, jump.location);
    let is_forward = !cfg[target].is_visited;
    if is_forward {
        cfg[id].add(not_taken);
        return;
    }
    let opposite = match jump.opcode {
        Opcode::POP_JUMP_IF_NOT_NONE => Opcode::POP_JUMP_IF_NONE,
        Opcode::POP_JUMP_IF_NONE => Opcode::POP_JUMP_IF_NOT_NONE,
        Opcode::POP_JUMP_IF_FALSE => Opcode::POP_JUMP_IF_TRUE,
        _ => Opcode::POP_JUMP_IF_FALSE,
    };
    let mut backwards = CfgInstruction::new(Opcode::JUMP, 0, jump.location);
    backwards.target = Some(target);
    let next = cfg[id].next;
    let (is_cold, start_depth) = (cfg[id].is_cold, cfg[target].start_depth);
    let bridge = cfg.new_block();
    let block = &mut cfg[bridge];
    block.instructions.extend([not_taken, backwards]);
    block.start_depth = start_depth;
    block.is_cold = is_cold;
    // The chain visits the bridge next; like any block seen, it counts as passed.
    block.next = next;
    if let Some(last) = cfg[id].instructions.last_mut() {
        last.opcode = opposite;
        last.target = next;
    }
    cfg[id].next = Some(bridge);
}
