//! Marks the blocks in which exception handlers start.
//!
//! CPython: `mark_except_handlers` in `Python/flowgraph.c`. Needs: jump targets. Tests: `tests/passes/push_cold_blocks_to_end`.

use super::cfg::Cfg;

pub(super) fn mark_except_handlers(cfg: &mut Cfg) {
    cfg.for_each_block(|cfg, id| {
        for i in 0..cfg[id].instructions.len() {
            let instruction = cfg[id].instructions[i];
            if let Some(handler) = instruction
                .target
                .filter(|_| instruction.opcode.is_block_push())
            {
                cfg[handler].is_except_handler = true;
            }
        }
    });
}
