//! Writes the exception table.
//!
//! CPython: `assemble_exception_table` in `Python/assemble.c`; the format is in `InternalDocs/exception_handling.md`.
//! Each run of instructions with one handler makes one entry. Read by: `code_object/exception_table.rs`.
//! Tests: `tests/bytecode`.

use crate::instruction_sequence::{ExceptHandlerInfo, Instruction};

/// `offsets` has the offset of each instruction, and that of the end.
pub(super) fn assemble_exception_table(instructions: &[Instruction], offsets: &[u32]) -> Box<[u8]> {
    let mut table = Vec::new();
    let mut current: Option<ExceptHandlerInfo> = None;
    let mut start = 0;
    for (i, instruction) in instructions.iter().enumerate() {
        let handler = instruction.except_handler;
        if handler.map(|handler| handler.label) != current.map(|handler| handler.label) {
            write_entry(&mut table, offsets, start, i, current);
            start = i;
            current = handler;
        }
    }
    write_entry(&mut table, offsets, start, instructions.len(), current);
    table.into_boxed_slice()
}

fn write_entry(
    table: &mut Vec<u8>,
    offsets: &[u32],
    start: usize,
    end: usize,
    handler: Option<ExceptHandlerInfo>,
) {
    let Some(handler) = handler else { return };
    // The exception itself, and the offset if wanted, are pushed on top of what stays.
    let pushed = 1 + u32::from(handler.preserve_lasti);
    let depth = handler.start_depth.saturating_sub(pushed);
    let first = table.len();
    varint(table, offsets[start]);
    table[first] |= 0x80;
    varint(table, offsets[end] - offsets[start]);
    varint(table, offsets[handler.label as usize]);
    varint(table, (depth << 1) | u32::from(handler.preserve_lasti));
}

/// Groups of six bits, the most significant first.
fn varint(table: &mut Vec<u8>, value: u32) {
    let groups = (1..=4).rev().filter(|group| value >> (6 * group) != 0);
    for group in groups {
        table.push(0x40 | ((value >> (6 * group)) & 0x3f) as u8);
    }
    table.push((value & 0x3f) as u8);
}
