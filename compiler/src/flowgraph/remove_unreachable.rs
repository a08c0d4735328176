//! Empties the blocks that no path from the entry reaches, and counts the predecessors of the others.
//!
//! CPython: `remove_unreachable` in `Python/flowgraph.c`. Needs: jump targets. Ensures: an unreachable block has no
//! instructions and no predecessors. Keeps: order of blocks, locations. Cost: linear in instructions.
//! Tests: `tests/passes/remove_unreachable`.

use super::cfg::Cfg;

pub(super) fn remove_unreachable(cfg: &mut Cfg) {
    cfg.for_each_block(|cfg, id| {
        cfg[id].predecessors = 0;
        cfg[id].is_visited = false;
    });
    let entry = cfg.entry();
    let mut stack = cfg.take_stack();
    cfg.visit_once(entry, &mut stack);
    cfg[entry].predecessors = 1;
    while let Some(id) = stack.pop() {
        if let Some(next) = cfg[id].next.filter(|_| cfg[id].has_fallthrough()) {
            cfg.visit_once(next, &mut stack);
            cfg[next].predecessors += 1;
        }
        cfg.with_instructions(id, |cfg, instructions| {
            for instruction in instructions {
                if let Some(target) = instruction
                    .target
                    .filter(|_| instruction.opcode.has_target())
                {
                    cfg.visit_once(target, &mut stack);
                    cfg[target].predecessors += 1;
                }
            }
        });
    }
    cfg.return_stack(stack);
    cfg.for_each_block(|cfg, id| {
        let block = &mut cfg[id];
        if block.predecessors == 0 {
            block.instructions.clear();
            block.is_except_handler = false;
        }
    });
}
