//! Turns the targets of jumps into distances.
//!
//! CPython: `resolve_unconditional_jumps` and `resolve_jump_offsets` in `Python/assemble.c`. Distances count code units
//! from the end of the jump, caches included. Since a long distance makes the jump itself longer, this goes on until
//! nothing changes; operands start as indices of instructions, as CPython's do, because the first guess decides where
//! it ends. Tests: `tests/bytecode`.

use super::instructions::instruction_size;
use crate::instruction_sequence::Instruction;
use crate::opcode::Opcode;

/// `END_ASYNC_FOR` names the `SEND` of its loop: this far behind the loop's start.
const END_SEND_OFFSET: u32 = 5;

/// Gives each jump its direction.
pub(super) fn resolve_unconditional_jumps(instructions: &mut [Instruction]) {
    for (i, instruction) in instructions.iter_mut().enumerate() {
        let is_forward = instruction.oparg as usize > i;
        instruction.opcode = match instruction.opcode {
            Opcode::JUMP | Opcode::JUMP_NO_INTERRUPT if is_forward => Opcode::JUMP_FORWARD,
            Opcode::JUMP => Opcode::JUMP_BACKWARD,
            Opcode::JUMP_NO_INTERRUPT => Opcode::JUMP_BACKWARD_NO_INTERRUPT,
            other => other,
        };
    }
}

/// Replaces indices of instructions by distances. Returns the offset of each instruction in code units, and that of the
/// end.
pub(super) fn resolve_jump_offsets(instructions: &mut [Instruction]) -> Vec<u32> {
    let jumps = instructions
        .iter()
        .enumerate()
        .filter(|(_, instruction)| instruction.opcode.has_jump());
    let targets: Vec<(usize, usize)> = jumps
        .map(|(i, instruction)| (i, instruction.oparg as usize))
        .collect();
    let mut offsets = vec![0; instructions.len() + 1];
    loop {
        for (i, instruction) in instructions.iter().enumerate() {
            offsets[i + 1] = offsets[i] + instruction_size(instruction);
        }
        let mut has_grown = false;
        for &(i, target) in &targets {
            let instruction = &mut instructions[i];
            let size = instruction_size(instruction);
            let (from, to) = (offsets[i + 1], offsets[target]);
            instruction.oparg = if instruction.opcode == Opcode::END_ASYNC_FOR {
                from.saturating_sub(to + END_SEND_OFFSET)
            } else {
                from.abs_diff(to)
            };
            has_grown |= instruction_size(instruction) != size;
        }
        if !has_grown {
            return offsets;
        }
    }
}
