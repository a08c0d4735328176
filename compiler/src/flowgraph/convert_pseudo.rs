//! Replaces pseudo instructions by real ones.
//!
//! CPython: `convert_pseudo_conditional_jumps` and `convert_pseudo_ops` in `Python/flowgraph.c`.
//! Ensures: the only pseudo instructions left are `JUMP` and `JUMP_NO_INTERRUPT`. Tests: `tests/passes/convert_pseudo`.

use super::FlowgraphError;
use super::cfg::{Cfg, CfgInstruction};
use super::redundant_nops::remove_redundant_nops_and_jumps;
use crate::opcode::Opcode;

/// `JUMP_IF_*`, which leaves its operand on the stack, becomes `COPY 1; TO_BOOL; POP_JUMP_IF_*`.
pub(super) fn convert_pseudo_conditional_jumps(cfg: &mut Cfg) {
    cfg.for_each_block(|cfg, id| {
        let instructions = &mut cfg[id].instructions;
        let Some(jump) = instructions.last_mut() else {
            return;
        };
        jump.opcode = match jump.opcode {
            Opcode::JUMP_IF_FALSE => Opcode::POP_JUMP_IF_FALSE,
            Opcode::JUMP_IF_TRUE => Opcode::POP_JUMP_IF_TRUE,
            _ => return,
        };
        let test = CfgInstruction {
            target: None,
            ..*jump
        };
        let at = instructions.len() - 1;
        let copy = CfgInstruction {
            opcode: Opcode::COPY,
            oparg: 1,
            ..test
        };
        let to_bool = CfgInstruction {
            opcode: Opcode::TO_BOOL,
            oparg: 0,
            ..test
        };
        cfg[id].insert(at, [copy, to_bool]);
    });
}

pub(super) fn convert_pseudo_ops(cfg: &mut Cfg) -> Result<(), FlowgraphError> {
    cfg.for_each_instruction(|instruction| match instruction.opcode {
        opcode if opcode.is_block_push() => {
            instruction.set_nop();
            instruction.target = None;
        }
        Opcode::LOAD_CLOSURE => instruction.opcode = Opcode::LOAD_FAST,
        Opcode::STORE_FAST_MAYBE_NULL => instruction.opcode = Opcode::STORE_FAST,
        _ => {}
    });
    remove_redundant_nops_and_jumps(cfg)
}
