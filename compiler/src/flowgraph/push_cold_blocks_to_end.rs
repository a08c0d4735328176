//! Moves the code that only exceptions reach behind all other code.
//!
//! CPython: `push_cold_blocks_to_end` in `Python/flowgraph.c`. Needs: jump targets, marked handlers.
//! Ensures: warm blocks stand before cold ones. Keeps: the order within both. Tests: `tests/passes/push_cold_blocks_to_end`.

use super::FlowgraphError;
use super::cfg::{BlockId, Cfg, CfgInstruction};
use super::redundant_nops::remove_redundant_nops_and_jumps;
use crate::location::NO_LOCATION;
use crate::opcode::Opcode;

pub(super) fn push_cold_blocks_to_end(cfg: &mut Cfg) -> Result<(), FlowgraphError> {
    if cfg[cfg.entry()].next.is_none() {
        return Ok(());
    }
    mark_cold(cfg);
    make_fallthrough_to_warm_explicit(cfg);
    let (cold, warm): (Vec<BlockId>, Vec<BlockId>) = cfg.chain().partition(|id| cfg[*id].is_cold);
    if cold.is_empty() {
        return Ok(());
    }
    let order: Vec<BlockId> = warm.into_iter().chain(cold).collect();
    for pair in order.windows(2) {
        cfg[pair[0]].next = Some(pair[1]);
    }
    if let Some(last) = order.last() {
        cfg[*last].next = None;
    }
    remove_redundant_nops_and_jumps(cfg)
}

/// Marks what normal control flow reaches.
fn mark_warm(cfg: &mut Cfg) {
    cfg.clear_visited();
    let mut stack = cfg.take_stack();
    cfg.visit_once(cfg.entry(), &mut stack);
    while let Some(id) = stack.pop() {
        cfg[id].is_warm = true;
        if let Some(next) = cfg[id].next.filter(|_| cfg[id].has_fallthrough()) {
            cfg.visit_once(next, &mut stack);
        }
        if let Some(target) = cfg[id].jump_target() {
            cfg.visit_once(target, &mut stack);
        }
    }
    cfg.return_stack(stack);
}

/// Marks what exception handlers reach and normal control flow does not.
fn mark_cold(cfg: &mut Cfg) {
    mark_warm(cfg);
    cfg.clear_visited();
    let mut stack = cfg.take_stack();
    cfg.for_each_block(|cfg, id| {
        if cfg[id].is_except_handler {
            debug_assert!(!cfg[id].is_warm);
            cfg.visit_once(id, &mut stack);
        }
    });
    while let Some(id) = stack.pop() {
        cfg[id].is_cold = true;
        let fallthrough = cfg[id].next.filter(|_| cfg[id].has_fallthrough());
        for successor in [fallthrough, cfg[id].jump_target()].into_iter().flatten() {
            if !cfg[successor].is_warm {
                cfg.visit_once(successor, &mut stack);
            }
        }
    }
    cfg.return_stack(stack);
}

fn make_fallthrough_to_warm_explicit(cfg: &mut Cfg) {
    let mut free_label = cfg.free_label();
    cfg.for_each_block(|cfg, id| {
        let Some(next) = cfg[id]
            .next
            .filter(|next| cfg[id].is_cold && cfg[id].has_fallthrough() && cfg[*next].is_warm)
        else {
            return;
        };
        let label = *cfg[next].label.get_or_insert_with(|| {
            free_label += 1;
            free_label - 1
        });
        let bridge = cfg.new_block();
        let mut jump = CfgInstruction::new(Opcode::JUMP_NO_INTERRUPT, label, NO_LOCATION);
        jump.target = Some(next);
        let block = &mut cfg[bridge];
        block.instructions.push(jump);
        block.is_cold = true;
        block.predecessors = 1;
        block.next = Some(next);
        cfg[id].next = Some(bridge);
    });
}
