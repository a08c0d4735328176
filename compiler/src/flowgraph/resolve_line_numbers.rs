//! Gives lines to instructions that have none but whose line can be told.
//!
//! CPython: `resolve_line_numbers`, `duplicate_exits_without_lineno` and `propagate_line_numbers` in
//! `Python/flowgraph.c`. PEP 626 asks that the instruction that leaves a frame has the right line: exits without a line
//! are copied until each has one predecessor, whose line they take.
//! Needs: jump targets, predecessor counts. Tests: `tests/passes/resolve_line_numbers`.

use super::cfg::{Block, Cfg};
use crate::location::NO_LOCATION;

pub(super) fn resolve_line_numbers(cfg: &mut Cfg) {
    duplicate_exits_without_lineno(cfg);
    propagate_line_numbers(cfg);
}

fn is_exit_or_eval_check_without_lineno(block: &Block) -> bool {
    block.has_no_lineno() && (block.exits_scope() || block.has_eval_break())
}

fn duplicate_exits_without_lineno(cfg: &mut Cfg) {
    let mut free_label = cfg.free_label();
    cfg.for_each_block(|cfg, id| {
        let Some(jump) = cfg[id]
            .last()
            .copied()
            .filter(|last| last.opcode.has_jump())
        else {
            return;
        };
        let Some(target) = cfg.next_nonempty(jump.target) else {
            return;
        };
        if !is_exit_or_eval_check_without_lineno(&cfg[target]) || cfg[target].predecessors <= 1 {
            return;
        }
        let copy = cfg.copy_block(target);
        cfg[copy].instructions[0].location = jump.location;
        if let Some(last) = cfg[id].instructions.last_mut() {
            last.target = Some(copy);
        }
        cfg[target].predecessors -= 1;
        cfg[copy].predecessors = 1;
        cfg[copy].next = cfg[target].next;
        cfg[copy].label = Some(free_label);
        free_label += 1;
        cfg[target].next = Some(copy);
    });
    // What remains without a line is reached by falling through, hence has one predecessor.
    cfg.for_each_block(|cfg, id| {
        let Some(last) = cfg[id]
            .last()
            .copied()
            .filter(|_| cfg[id].has_fallthrough())
        else {
            return;
        };
        let Some(next) = cfg[id].next else { return };
        if is_exit_or_eval_check_without_lineno(&cfg[next])
            && let Some(first) = cfg[next].instructions.first_mut()
        {
            first.location = last.location;
        }
    });
}

fn propagate_line_numbers(cfg: &mut Cfg) {
    cfg.for_each_block(|cfg, id| {
        let mut previous = NO_LOCATION;
        for instruction in &mut cfg[id].instructions {
            if instruction.lineno() == NO_LOCATION.lineno {
                instruction.location = previous;
            } else {
                previous = instruction.location;
            }
        }
        let Some(last) = cfg[id].last() else { return };
        let jump_target = last.target.filter(|_| last.opcode.has_jump());
        let fallthrough = cfg[id].next.filter(|_| cfg[id].has_fallthrough());
        for successor in [fallthrough, jump_target].into_iter().flatten() {
            if cfg[successor].predecessors == 1
                && let Some(first) = cfg[successor].instructions.first_mut()
                && first.lineno() == NO_LOCATION.lineno
            {
                first.location = previous;
            }
        }
    });
}
