//! Finds the greatest height of the stack, and its height at the start of each block.
//!
//! CPython: `calculate_stackdepth` in `Python/flowgraph.c`. Assumes that loops leave the height as it was, and checks
//! it. Needs: jump targets. Ensures: `start_depth` is set in reachable blocks. Tests: `tests/passes/calculate_stackdepth`.

use super::FlowgraphError;
use super::cfg::{BlockId, Cfg};
use crate::opcode::Opcode;

pub(super) fn calculate_stackdepth(cfg: &mut Cfg) -> Result<u32, FlowgraphError> {
    cfg.for_each_block(|cfg, id| cfg[id].start_depth = None);
    let mut stack = cfg.take_stack();
    push(cfg, &mut stack, cfg.entry(), 0)?;
    let mut max_depth = 0;
    while let Some(id) = stack.pop() {
        let mut depth = i64::from(cfg[id].start_depth.unwrap_or(0));
        let mut next = cfg[id].next;
        cfg.with_instructions(id, |cfg, instructions| {
            for instruction in instructions {
                let (opcode, oparg) = (instruction.opcode, instruction.oparg);
                let new_depth = depth + opcode.stack_effect(oparg, false);
                if new_depth < 0 {
                    return Err(FlowgraphError::StackUnderflow);
                }
                max_depth = max_depth.max(depth);
                if opcode.has_target() && opcode != Opcode::END_ASYNC_FOR {
                    let target = instruction
                        .target
                        .ok_or(FlowgraphError::MissingJumpTarget)?;
                    let depth_there = depth + opcode.stack_effect(oparg, true);
                    push(cfg, &mut stack, target, depth_there)?;
                }
                depth = new_depth;
                if opcode.is_unconditional_jump() || opcode.is_scope_exit() {
                    next = None;
                    break;
                }
            }
            Ok(())
        })?;
        if let Some(next) = next {
            push(cfg, &mut stack, next, depth)?;
        }
    }
    cfg.return_stack(stack);
    u32::try_from(max_depth).map_err(|_| FlowgraphError::StackUnderflow)
}

fn push(
    cfg: &mut Cfg,
    stack: &mut Vec<BlockId>,
    id: BlockId,
    depth: i64,
) -> Result<(), FlowgraphError> {
    let depth = u32::try_from(depth).map_err(|_| FlowgraphError::StackUnderflow)?;
    match cfg[id].start_depth {
        Some(known) if known == depth => Ok(()),
        Some(_) => Err(FlowgraphError::InconsistentStackDepth),
        None => {
            cfg[id].start_depth = Some(depth);
            stack.push(id);
            Ok(())
        }
    }
}
