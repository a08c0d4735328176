//! Writes instructions as code units: operands above a byte through `EXTENDED_ARG`, inline caches as zeros.
//!
//! CPython: `instr_size`, `write_instr` and `assemble_emit_instr` in `Python/assemble.c`. Tests: `tests/bytecode`.

use crate::instruction_sequence::Instruction;
use crate::opcode::Opcode;

/// How many code units the instruction takes, with `EXTENDED_ARG`s in front and caches behind.
pub(super) fn instruction_size(instruction: &Instruction) -> u32 {
    let extended_args = match instruction.oparg {
        0..=0xff => 0,
        0x100..=0xffff => 1,
        0x1_0000..=0xff_ffff => 2,
        _ => 3,
    };
    extended_args + 1 + instruction.opcode.cache_entries() as u32
}

pub(super) fn write_instructions(instructions: &[Instruction]) -> Box<[u8]> {
    let units: u32 = instructions.iter().map(instruction_size).sum();
    let mut code = Vec::with_capacity(2 * units as usize);
    for instruction in instructions {
        let [b3, b2, b1, b0] = instruction.oparg.to_be_bytes();
        let high = [b3, b2, b1];
        let first = high
            .iter()
            .position(|byte| *byte != 0)
            .unwrap_or(high.len());
        for byte in &high[first..] {
            code.extend([unit_byte(Opcode::EXTENDED_ARG), *byte]);
        }
        code.extend([unit_byte(instruction.opcode), b0]);
        code.resize(code.len() + 2 * instruction.opcode.cache_entries(), 0);
    }
    code.into_boxed_slice()
}

fn unit_byte(opcode: Opcode) -> u8 {
    debug_assert!(!opcode.is_pseudo(), "{opcode} reached the assembler");
    opcode.number() as u8
}
