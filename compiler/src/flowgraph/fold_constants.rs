//! Replaces operations on constants, and displays made of constants, by their value.
//!
//! CPython: `fold_tuple_of_constants`, `fold_constant_seq_into_load_const`, `optimize_lists_and_sets`,
//! `fold_const_binop` and `fold_const_unaryop` in `Python/flowgraph.c`. What the values are is the business of
//! [`crate::const_eval`]. The loads that are no longer needed become `NOP`s without a line.
//! Tests: `tests/passes/fold_*`, `tests/passes/optimize_lists_and_sets`.

use super::cfg::CfgInstruction;
use crate::const_eval::{self, UnaryOp, distinct};
use crate::constant::{Constant, ConstantTable};
use crate::location::NO_LOCATION;
use crate::opcode::{BinaryOp, Intrinsic1, Opcode};

/// The most constants that are folded into one (CPython's guideline for use of the C stack).
const MAX_FOLDED_LOADS: usize = 30;
/// From this length on, a list or set of constants is built from a tuple or frozen set.
const MIN_CONST_SEQUENCE_SIZE: usize = 3;

/// The constant as an operand of `LOAD_SMALL_INT`, if it can be one.
pub(super) fn small_int(constant: &Constant) -> Option<u32> {
    match constant {
        Constant::Int(value @ 0..=255) => u32::try_from(*value).ok(),
        _ => None,
    }
}

fn loads_const(opcode: Opcode) -> bool {
    opcode.has_const() || opcode == Opcode::LOAD_SMALL_INT
}

/// The value that a `LOAD_CONST` or `LOAD_SMALL_INT` loads.
pub(super) fn constant_of(load: &CfgInstruction, consts: &ConstantTable) -> Option<Constant> {
    match load.opcode {
        Opcode::LOAD_SMALL_INT => Some(Constant::Int(i64::from(load.oparg))),
        _ => consts.get(load.oparg).cloned(),
    }
}

fn make_load_const(
    instruction: &mut CfgInstruction,
    constant: Constant,
    consts: &mut ConstantTable,
) {
    match small_int(&constant) {
        Some(value) => instruction.set(Opcode::LOAD_SMALL_INT, value),
        None => instruction.set(Opcode::LOAD_CONST, consts.add(constant)),
    }
}

fn nop_out(instruction: &mut CfgInstruction) {
    instruction.set_nop();
    instruction.location = NO_LOCATION;
}

/// Positions of the `count` loads of constants directly before position `end`, `NOP`s aside.
fn const_loads_before(
    instructions: &[CfgInstruction],
    end: usize,
    count: usize,
) -> Option<Vec<usize>> {
    let mut positions = Vec::with_capacity(count);
    let mut at = end;
    while positions.len() < count {
        at = at.checked_sub(1)?;
        match instructions[at].opcode {
            Opcode::NOP => {}
            opcode if loads_const(opcode) => positions.push(at),
            _ => return None,
        }
    }
    positions.reverse();
    Some(positions)
}

fn values_at(
    instructions: &[CfgInstruction],
    positions: &[usize],
    consts: &ConstantTable,
) -> Option<Vec<Constant>> {
    positions
        .iter()
        .map(|&at| constant_of(&instructions[at], consts))
        .collect()
}

/// `LOAD_CONST a; LOAD_CONST b; BUILD_TUPLE 2` becomes `LOAD_CONST (a, b)`.
pub(super) fn fold_tuple(
    instructions: &mut [CfgInstruction],
    i: usize,
    consts: &mut ConstantTable,
) {
    let size = instructions[i].oparg as usize;
    if size > MAX_FOLDED_LOADS {
        return;
    }
    let Some(loads) = const_loads_before(instructions, i, size) else {
        return;
    };
    let Some(elements) = values_at(instructions, &loads, consts) else {
        return;
    };
    loads.iter().for_each(|&at| nop_out(&mut instructions[at]));
    make_load_const(&mut instructions[i], Constant::tuple(elements), consts);
}

/// `BUILD_LIST 0; LOAD_CONST a; LIST_APPEND 1; ...` becomes `LOAD_CONST (a, ...)`, and the same with `BUILD_SET` and
/// `SET_ADD` a frozen set. At position `i` stands the last `LIST_APPEND` or `SET_ADD` (of a display that is only read), or
/// `CALL_INTRINSIC_1 INTRINSIC_LIST_TO_TUPLE` behind it.
pub(super) fn fold_constant_sequence(
    instructions: &mut [CfgInstruction],
    i: usize,
    consts: &mut ConstantTable,
) {
    let (build, append) = match instructions[i].opcode {
        Opcode::SET_ADD => (Opcode::BUILD_SET, Opcode::SET_ADD),
        _ => (Opcode::BUILD_LIST, Opcode::LIST_APPEND),
    };
    let mut elements = Vec::new();
    let mut expects_append = instructions[i].opcode == Opcode::CALL_INTRINSIC_1;
    for at in (0..i).rev() {
        let instruction = instructions[at];
        match instruction.opcode {
            Opcode::NOP => continue,
            opcode if opcode == build && instruction.oparg == 0 => {
                if !expects_append {
                    return;
                }
                elements.reverse();
                let constant = match build {
                    Opcode::BUILD_SET => Constant::FrozenSet(distinct(elements).into()),
                    _ => Constant::tuple(elements),
                };
                let replaced = instructions[at..i].iter_mut();
                replaced
                    .filter(|replaced| replaced.opcode != Opcode::NOP)
                    .for_each(nop_out);
                if instructions[i].opcode != Opcode::CALL_INTRINSIC_1 {
                    instructions[i].location = NO_LOCATION;
                }
                make_load_const(&mut instructions[i], constant, consts);
                return;
            }
            opcode if expects_append && opcode == append && instruction.oparg == 1 => {}
            opcode if !expects_append && loads_const(opcode) => {
                match constant_of(&instruction, consts) {
                    Some(element) => elements.push(element),
                    None => return,
                }
            }
            _ => return,
        }
        expects_append = !expects_append;
    }
}

/// A list or set of constants that is only iterated or searched becomes a constant tuple or frozen set; a longer one
/// that is kept is built from such a constant.
pub(super) fn optimize_lists_and_sets(
    instructions: &mut [CfgInstruction],
    i: usize,
    consts: &mut ConstantTable,
) {
    let CfgInstruction {
        opcode,
        oparg,
        location,
        ..
    } = instructions[i];
    let next = instructions.get(i + 1).map(|next| next.opcode);
    let is_only_read = matches!(next, Some(Opcode::GET_ITER | Opcode::CONTAINS_OP));
    let size = oparg as usize;
    if size > MAX_FOLDED_LOADS || (size < MIN_CONST_SEQUENCE_SIZE && !is_only_read) {
        return;
    }
    let Some(loads) = const_loads_before(instructions, i, size) else {
        if is_only_read && opcode == Opcode::BUILD_LIST {
            instructions[i].set(Opcode::BUILD_TUPLE, oparg);
        }
        return;
    };
    let Some(elements) = values_at(instructions, &loads, consts) else {
        return;
    };
    let constant = match opcode {
        Opcode::BUILD_SET => Constant::FrozenSet(distinct(elements).into()),
        _ => Constant::tuple(elements),
    };
    let index = consts.add(constant);
    loads.iter().for_each(|&at| nop_out(&mut instructions[at]));
    if is_only_read {
        instructions[i].set(Opcode::LOAD_CONST, index);
        return;
    }
    let extend = if opcode == Opcode::BUILD_LIST {
        Opcode::LIST_EXTEND
    } else {
        Opcode::SET_UPDATE
    };
    // At least three loads stood before: there is room for three instructions.
    instructions[i - 2].location = location;
    instructions[i - 2].set(opcode, 0);
    instructions[i - 1].set(Opcode::LOAD_CONST, index);
    instructions[i].set(extend, 1);
}

/// `LOAD_CONST a; LOAD_CONST b; BINARY_OP` becomes `LOAD_CONST a <op> b`.
pub(super) fn fold_binary_operation(
    instructions: &mut [CfgInstruction],
    i: usize,
    consts: &mut ConstantTable,
) {
    let Some(loads) = const_loads_before(instructions, i, 2) else {
        return;
    };
    let Some(values) = values_at(instructions, &loads, consts) else {
        return;
    };
    let Some(operation) = BinaryOp::from_oparg(instructions[i].oparg) else {
        return;
    };
    let Some(result) = const_eval::binary(operation, &values[0], &values[1]) else {
        return;
    };
    loads.iter().for_each(|&at| nop_out(&mut instructions[at]));
    make_load_const(&mut instructions[i], result, consts);
}

/// `LOAD_CONST a; UNARY_*` becomes `LOAD_CONST <op> a`.
pub(super) fn fold_unary_operation(
    instructions: &mut [CfgInstruction],
    i: usize,
    consts: &mut ConstantTable,
) {
    let operation = match instructions[i].opcode {
        Opcode::UNARY_NEGATIVE => UnaryOp::Negative,
        Opcode::UNARY_INVERT => UnaryOp::Invert,
        Opcode::UNARY_NOT => UnaryOp::Not,
        Opcode::CALL_INTRINSIC_1 if instructions[i].oparg == Intrinsic1::UnaryPositive.oparg() => {
            UnaryOp::Positive
        }
        _ => return,
    };
    let Some(loads) = const_loads_before(instructions, i, 1) else {
        return;
    };
    let Some(value) = constant_of(&instructions[loads[0]], consts) else {
        return;
    };
    let Some(result) = const_eval::unary(operation, &value) else {
        return;
    };
    nop_out(&mut instructions[loads[0]]);
    make_load_const(&mut instructions[i], result, consts);
}
