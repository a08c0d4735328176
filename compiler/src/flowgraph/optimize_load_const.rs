//! Decides at compile time what depends on a constant alone: jumps, truth, comparisons with `None`; and makes small
//! ints cheap.
//!
//! CPython: `optimize_load_const` in `Python/flowgraph.c`. Needs: jump targets. Keeps: locations.
//! Tests: `tests/passes/optimize_load_const`.

use super::cfg::{Cfg, CfgInstruction};
use super::fold_constants::{constant_of, small_int};
use crate::constant::{Constant, ConstantTable};
use crate::opcode::Opcode;

pub(super) fn optimize_load_const(cfg: &mut Cfg, consts: &mut ConstantTable) {
    cfg.for_each_block(|cfg, id| optimize_block(&mut cfg[id].instructions, consts));
}

fn optimize_block(instructions: &mut [CfgInstruction], consts: &mut ConstantTable) {
    // What was loaded last, also through copies of it.
    let mut loaded = CfgInstruction::new(Opcode::NOP, 0, crate::location::NO_LOCATION);
    for i in 0..instructions.len() {
        if instructions[i].opcode == Opcode::LOAD_CONST
            && let Some(value) = consts.get(instructions[i].oparg).and_then(small_int)
        {
            instructions[i].set(Opcode::LOAD_SMALL_INT, value);
        }
        let current = instructions[i];
        let is_copy_of_const = loaded.opcode == Opcode::LOAD_CONST
            && current.opcode == Opcode::COPY
            && current.oparg == 1;
        if !is_copy_of_const {
            loaded = current;
        }
        if !matches!(loaded.opcode, Opcode::LOAD_CONST | Opcode::LOAD_SMALL_INT) {
            continue;
        }
        let Some(constant) = constant_of(&loaded, consts) else {
            continue;
        };
        let Some((head, tail)) = instructions.split_at_mut_checked(i + 1) else {
            return;
        };
        let (Some(this), Some(next)) = (head.last_mut(), tail.first_mut()) else {
            return;
        };
        match next.opcode {
            Opcode::POP_JUMP_IF_FALSE | Opcode::POP_JUMP_IF_TRUE => {
                this.set_nop();
                resolve_jump(
                    next,
                    constant.is_true() == (next.opcode == Opcode::POP_JUMP_IF_TRUE),
                );
            }
            Opcode::JUMP_IF_FALSE | Opcode::JUMP_IF_TRUE => {
                resolve_jump(
                    next,
                    constant.is_true() == (next.opcode == Opcode::JUMP_IF_TRUE),
                );
            }
            Opcode::IS_OP if matches!(constant, Constant::None) => fold_is_none(this, tail),
            Opcode::TO_BOOL => {
                let index = consts.add(Constant::Bool(constant.is_true()));
                this.set_nop();
                next.set(Opcode::LOAD_CONST, index);
            }
            _ => {}
        }
    }
}

/// A jump whose condition is known is taken always or never.
fn resolve_jump(jump: &mut CfgInstruction, is_taken: bool) {
    if is_taken {
        jump.opcode = Opcode::JUMP;
    } else {
        jump.set_nop();
        jump.target = None;
    }
}

/// `LOAD_CONST None; IS_OP; [TO_BOOL;] POP_JUMP_IF_*` becomes `POP_JUMP_IF_[NOT_]NONE`.
fn fold_is_none(load: &mut CfgInstruction, from_is_op: &mut [CfgInstruction]) {
    let [is_op, rest @ ..] = from_is_op else {
        return;
    };
    let jump = match rest {
        [to_bool, after @ ..] if to_bool.opcode == Opcode::TO_BOOL => {
            // A comparison is a bool already, whatever follows.
            to_bool.set_nop();
            after.first_mut()
        }
        _ => rest.first_mut(),
    };
    let Some(jump) = jump else { return };
    let is_negated = is_op.oparg != 0;
    let jumps_if_not_none = match jump.opcode {
        Opcode::POP_JUMP_IF_FALSE => !is_negated,
        Opcode::POP_JUMP_IF_TRUE => is_negated,
        _ => return,
    };
    load.set_nop();
    is_op.set_nop();
    jump.opcode = if jumps_if_not_none {
        Opcode::POP_JUMP_IF_NOT_NONE
    } else {
        Opcode::POP_JUMP_IF_NONE
    };
}
