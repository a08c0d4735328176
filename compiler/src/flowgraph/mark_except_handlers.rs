//! Marks the blocks in which exception handlers start. Without one, the passes that deal with handlers have nothing to do.
//!
//! CPython: `mark_except_handlers` in `Python/flowgraph.c`. Needs: jump targets. Tests: `tests/passes/push_cold_blocks_to_end`.

use super::cfg::Cfg;

pub(super) fn mark_except_handlers(cfg: &mut Cfg) {
    cfg.for_each_block(|cfg, id| {
        cfg.with_instructions(id, |cfg, instructions| {
            for instruction in instructions {
                if let Some(handler) = instruction
                    .target
                    .filter(|_| instruction.opcode.is_block_push())
                {
                    cfg[handler].is_except_handler = true;
                    cfg.has_handlers = true;
                }
            }
        });
    });
}
