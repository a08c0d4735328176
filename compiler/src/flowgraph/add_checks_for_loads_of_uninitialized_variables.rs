//! Makes loads of locals that may be unset check for that: `LOAD_FAST` becomes `LOAD_FAST_CHECK`.
//!
//! CPython: `add_checks_for_loads_of_uninitialized_variables` in `Python/flowgraph.c`. A data-flow analysis of the first
//! 64 locals over the whole graph; the others are looked at block by block, so that the cost stays linear.
//! Needs: jump targets, handlers. Tests: `tests/passes/add_checks_for_loads_of_uninitialized_variables`.

use super::cfg::{BlockId, Cfg};
use crate::opcode::Opcode;

/// How many locals are followed from block to block.
const TRACKED_LOCALS: usize = 64;

pub(super) fn add_checks_for_loads_of_uninitialized_variables(
    cfg: &mut Cfg,
    nlocals: usize,
    nparams: usize,
) {
    if nlocals == 0 {
        return;
    }
    if nlocals > TRACKED_LOCALS {
        scan_many_locals(cfg, nlocals);
    }
    let tracked = nlocals.min(TRACKED_LOCALS);
    cfg.for_each_block(|cfg, id| {
        cfg[id].unsafe_locals_mask = 0;
        cfg[id].is_visited = false;
    });
    let mut stack = cfg.take_stack();
    let unset_at_start = (nparams.min(tracked)..tracked).fold(0, |mask, local| mask | (1 << local));
    let entry = cfg.entry();
    maybe_push(cfg, entry, unset_at_start, &mut stack);
    // There may be a DELETE_FAST anywhere: look at each block at least once.
    cfg.for_each_block(|cfg, id| scan_block(cfg, id, &mut stack));
    while let Some(id) = stack.pop() {
        cfg[id].is_visited = false;
        scan_block(cfg, id, &mut stack);
    }
    cfg.return_stack(stack);
}

/// Puts a block on the stack if the mask says something new about it (`is_visited` says that it is there already).
fn maybe_push(cfg: &mut Cfg, id: BlockId, unsafe_mask: u64, stack: &mut Vec<BlockId>) {
    let block = &mut cfg[id];
    let both = block.unsafe_locals_mask | unsafe_mask;
    if block.unsafe_locals_mask != both {
        block.unsafe_locals_mask = both;
        cfg.visit_once(id, stack);
    }
}

fn scan_block(cfg: &mut Cfg, id: BlockId, stack: &mut Vec<BlockId>) {
    let mut unsafe_mask = cfg[id].unsafe_locals_mask;
    cfg.with_instructions(id, |cfg, instructions| {
        for instruction in instructions {
            if let Some(handler) = instruction.except {
                maybe_push(cfg, handler, unsafe_mask, stack);
            }
            if instruction.oparg as usize >= TRACKED_LOCALS {
                continue;
            }
            let bit = 1u64 << instruction.oparg;
            match instruction.opcode {
                Opcode::DELETE_FAST
                | Opcode::LOAD_FAST_AND_CLEAR
                | Opcode::STORE_FAST_MAYBE_NULL => unsafe_mask |= bit,
                Opcode::STORE_FAST | Opcode::LOAD_FAST_CHECK => unsafe_mask &= !bit,
                Opcode::LOAD_FAST => {
                    if unsafe_mask & bit != 0 {
                        instruction.opcode = Opcode::LOAD_FAST_CHECK;
                    }
                    unsafe_mask &= !bit;
                }
                _ => {}
            }
        }
    });
    let fallthrough = cfg[id].next.filter(|_| cfg[id].has_fallthrough());
    let jump_target = cfg[id].jump_target();
    for successor in [fallthrough, jump_target].into_iter().flatten() {
        maybe_push(cfg, successor, unsafe_mask, stack);
    }
}

/// Locals from the 65th on are known to be set only if their block says so.
fn scan_many_locals(cfg: &mut Cfg, nlocals: usize) {
    // The number of the block in which the local was set last.
    let mut set_in_block = vec![0; nlocals - TRACKED_LOCALS];
    let mut block_number = 0u32;
    cfg.for_each_block(|cfg, id| {
        block_number += 1;
        for instruction in &mut cfg[id].instructions {
            let Some(index) = (instruction.oparg as usize).checked_sub(TRACKED_LOCALS) else {
                continue;
            };
            let Some(state) = set_in_block.get_mut(index) else {
                continue;
            };
            match instruction.opcode {
                Opcode::DELETE_FAST
                | Opcode::LOAD_FAST_AND_CLEAR
                | Opcode::STORE_FAST_MAYBE_NULL => {
                    *state = block_number - 1;
                }
                Opcode::STORE_FAST => *state = block_number,
                Opcode::LOAD_FAST => {
                    if *state != block_number {
                        instruction.opcode = Opcode::LOAD_FAST_CHECK;
                    }
                    *state = block_number;
                }
                _ => {}
            }
        }
    });
}
