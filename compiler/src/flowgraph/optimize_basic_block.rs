//! The peephole optimiser: looks at each instruction and the ones around it.
//!
//! CPython: `optimize_basic_block` in `Python/flowgraph.c`. Folds operations on constants, threads jumps through jumps,
//! merges instructions, and replaces shuffles of the stack. Removed instructions become `NOP`s.
//! Needs: jump targets. Keeps: the order of blocks. Tests: `tests/passes/optimize_basic_block`.

use super::cfg::{BlockId, Cfg, CfgInstruction};
use super::fold_constants::{
    fold_binary_operation, fold_constant_sequence, fold_tuple, fold_unary_operation,
    optimize_lists_and_sets,
};
use super::swaps::{apply_static_swaps, swaptimize};
use crate::constant::ConstantTable;
use crate::opcode::{Intrinsic1, Opcode};

/// `COMPARE_OP`: the result is to be a real bool.
const COMPARE_TO_BOOL: u32 = 16;

pub(super) fn optimize_basic_block(cfg: &mut Cfg, id: BlockId, consts: &mut ConstantTable) {
    let mut i = 0;
    while i < cfg[id].instructions.len() {
        let opcode = cfg[id].instructions[i].opcode;
        if opcode.has_jump() {
            if !thread_jump(cfg, id, i) {
                i += 1;
            }
            continue;
        }
        optimize_instruction(&mut cfg[id].instructions, i, consts);
        i += 1;
    }
    let instructions = &mut cfg[id].instructions;
    let mut i = 0;
    while i < instructions.len() {
        if instructions[i].opcode == Opcode::SWAP {
            i = swaptimize(instructions, i);
            apply_static_swaps(instructions, i);
        }
        i += 1;
    }
}

/// Lets a jump to a jump go to where that one goes. True if the same position has to be looked at again.
fn thread_jump(cfg: &mut Cfg, id: BlockId, i: usize) -> bool {
    let jump = cfg[id].instructions[i];
    let Some(middle) = jump.target else {
        return false;
    };
    let Some(second) = cfg[middle].instructions.first().copied() else {
        return false;
    };
    let threaded = match (jump.opcode, second.opcode) {
        (
            Opcode::POP_JUMP_IF_FALSE
            | Opcode::POP_JUMP_IF_TRUE
            | Opcode::POP_JUMP_IF_NONE
            | Opcode::POP_JUMP_IF_NOT_NONE
            | Opcode::JUMP_IF_FALSE
            | Opcode::JUMP_IF_TRUE
            | Opcode::JUMP,
            Opcode::JUMP,
        )
        | (Opcode::JUMP_IF_FALSE, Opcode::JUMP_IF_FALSE)
        | (Opcode::JUMP_IF_TRUE, Opcode::JUMP_IF_TRUE)
        | (Opcode::JUMP | Opcode::JUMP_NO_INTERRUPT, Opcode::JUMP_NO_INTERRUPT) => jump.opcode,
        // One of the two looks at the eval breaker, so must what replaces them.
        (Opcode::JUMP_NO_INTERRUPT, Opcode::JUMP) => Opcode::JUMP,
        (Opcode::JUMP_IF_FALSE, Opcode::JUMP_IF_TRUE)
        | (Opcode::JUMP_IF_TRUE, Opcode::JUMP_IF_FALSE) => {
            // The second one is not taken: go behind it.
            cfg[id].instructions[i].target = cfg[middle].next;
            return cfg[middle].next.is_some();
        }
        _ => return false,
    };
    if jump.target == second.target {
        // Nothing would change, for ever.
        return false;
    }
    let instructions = &mut cfg[id].instructions;
    instructions[i].set_nop();
    instructions[i].target = None;
    let mut replacement = CfgInstruction::new(threaded, second.oparg, second.location);
    replacement.target = second.target;
    cfg[id].add(replacement);
    true
}

fn optimize_instruction(instructions: &mut [CfgInstruction], i: usize, consts: &mut ConstantTable) {
    let CfgInstruction { opcode, oparg, .. } = instructions[i];
    let next = instructions.get(i + 1).copied();
    let next_opcode = next.map(|next| next.opcode);
    match opcode {
        Opcode::BUILD_TUPLE => {
            if let Some(next) =
                next.filter(|next| next.opcode == Opcode::UNPACK_SEQUENCE && next.oparg == oparg)
            {
                match next.oparg {
                    1 => {
                        instructions[i].set_nop();
                        instructions[i + 1].set_nop();
                        return;
                    }
                    2 | 3 => {
                        instructions[i].set_nop();
                        instructions[i + 1].opcode = Opcode::SWAP;
                        return;
                    }
                    _ => {}
                }
            }
            fold_tuple(instructions, i, consts);
        }
        Opcode::BUILD_LIST | Opcode::BUILD_SET => optimize_lists_and_sets(instructions, i, consts),
        Opcode::STORE_FAST => {
            if let Some(next) = next
                && next.opcode == Opcode::STORE_FAST
                && next.oparg == oparg
                && next.lineno() == instructions[i].lineno()
            {
                instructions[i].set(Opcode::POP_TOP, 0);
            }
        }
        Opcode::SWAP if oparg == 1 => instructions[i].set_nop(),
        Opcode::LOAD_GLOBAL if oparg & 1 == 0 && next_opcode == Some(Opcode::PUSH_NULL) => {
            instructions[i].set(Opcode::LOAD_GLOBAL, oparg | 1);
            instructions[i + 1].set_nop();
        }
        Opcode::COMPARE_OP if next_opcode == Some(Opcode::TO_BOOL) => {
            instructions[i].set_nop();
            instructions[i + 1].set(Opcode::COMPARE_OP, oparg | COMPARE_TO_BOOL);
        }
        Opcode::CONTAINS_OP | Opcode::IS_OP => match next_opcode {
            Some(Opcode::TO_BOOL) => {
                instructions[i].set_nop();
                instructions[i + 1].set(opcode, oparg);
            }
            Some(Opcode::UNARY_NOT) => {
                instructions[i].set_nop();
                instructions[i + 1].set(opcode, oparg ^ 1);
            }
            _ => {}
        },
        Opcode::TO_BOOL if next_opcode == Some(Opcode::TO_BOOL) => instructions[i].set_nop(),
        Opcode::UNARY_NOT => match next_opcode {
            Some(Opcode::TO_BOOL) => {
                instructions[i].set_nop();
                instructions[i + 1].set(Opcode::UNARY_NOT, 0);
            }
            Some(Opcode::UNARY_NOT) => {
                instructions[i].set_nop();
                instructions[i + 1].set_nop();
            }
            _ => fold_unary_operation(instructions, i, consts),
        },
        Opcode::UNARY_INVERT | Opcode::UNARY_NEGATIVE => {
            fold_unary_operation(instructions, i, consts)
        }
        Opcode::CALL_INTRINSIC_1 => {
            if oparg == Intrinsic1::ListToTuple.oparg() {
                fold_constant_sequence(instructions, i, consts);
                // A loop can as well go over the list itself.
                if instructions[i].opcode == Opcode::CALL_INTRINSIC_1
                    && next_opcode == Some(Opcode::GET_ITER)
                {
                    instructions[i].set_nop();
                }
            } else if oparg == Intrinsic1::UnaryPositive.oparg() {
                fold_unary_operation(instructions, i, consts);
            }
        }
        Opcode::LIST_APPEND | Opcode::SET_ADD
            if oparg == 1
                && matches!(next_opcode, Some(Opcode::GET_ITER | Opcode::CONTAINS_OP)) =>
        {
            fold_constant_sequence(instructions, i, consts);
        }
        Opcode::BINARY_OP => fold_binary_operation(instructions, i, consts),
        _ => {}
    }
}
