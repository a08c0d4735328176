//! Writes instructions as code units: operands above a byte through `EXTENDED_ARG`, inline caches as zeros.
//!
//! CPython: `instr_size`, `write_instr` and `assemble_emit_instr` in `Python/assemble.c`. Tests: `tests/bytecode`.

use crate::instruction_sequence::Instruction;
use crate::opcode::Opcode;

/// How many code units the instruction takes, with `EXTENDED_ARG`s in front and caches behind.
#[inline]
pub(super) fn instruction_size(instruction: &Instruction) -> u32 {
    extended_args(instruction.oparg) + 1 + instruction.opcode.cache_entries() as u32
}

#[inline]
fn extended_args(oparg: u32) -> u32 {
    match oparg {
        0..=0xff => 0,
        0x100..=0xffff => 1,
        0x1_0000..=0xff_ffff => 2,
        _ => 3,
    }
}

/// `offsets` has the offset of each instruction in code units, and that of the end.
pub(super) fn write_instructions(instructions: &[Instruction], offsets: &[u32]) -> Box<[u8]> {
    let units = offsets.last().copied().unwrap_or(0);
    // The caches stay as they are.
    let mut code = vec![0; 2 * units as usize].into_boxed_slice();
    for (instruction, &offset) in instructions.iter().zip(offsets) {
        let mut at = 2 * offset as usize;
        let mut write = |opcode: Opcode, oparg: u32| {
            code[at..at + 2].copy_from_slice(&[unit_byte(opcode), oparg as u8]);
            at += 2;
        };
        let oparg = instruction.oparg;
        for extended in 0..extended_args(oparg) {
            let shift = 8 * (extended_args(oparg) - extended);
            write(Opcode::EXTENDED_ARG, oparg >> shift);
        }
        write(instruction.opcode, oparg);
    }
    code
}

fn unit_byte(opcode: Opcode) -> u8 {
    debug_assert!(!opcode.is_pseudo(), "{opcode} reached the assembler");
    opcode.number() as u8
}
