//! Merges neighbouring loads and stores of locals into one instruction.
//!
//! CPython: `insert_superinstructions` in `Python/flowgraph.c`. Both locals must be below 16 (they share the operand)
//! and both instructions on one line. Tests: `tests/passes/insert_superinstructions`.

use super::cfg::{Cfg, CfgInstruction};
use super::redundant_nops::remove_redundant_nops;
use crate::opcode::Opcode;

pub(super) fn insert_superinstructions(cfg: &mut Cfg) {
    cfg.for_each_block(|cfg, id| {
        let instructions = &mut cfg[id].instructions;
        for i in 1..instructions.len() {
            let merged = match (instructions[i - 1].opcode, instructions[i].opcode) {
                (Opcode::LOAD_FAST, Opcode::LOAD_FAST) => Opcode::LOAD_FAST_LOAD_FAST,
                (Opcode::STORE_FAST, Opcode::LOAD_FAST) => Opcode::STORE_FAST_LOAD_FAST,
                (Opcode::STORE_FAST, Opcode::STORE_FAST) => Opcode::STORE_FAST_STORE_FAST,
                _ => continue,
            };
            merge(instructions, i, merged);
        }
    });
    remove_redundant_nops(cfg);
}

fn merge(instructions: &mut [CfgInstruction], second: usize, merged: Opcode) {
    let [a, b] = [instructions[second - 1], instructions[second]];
    let are_on_different_lines = a.lineno() >= 0 && b.lineno() >= 0 && a.lineno() != b.lineno();
    if are_on_different_lines || a.oparg >= 16 || b.oparg >= 16 {
        return;
    }
    instructions[second - 1].set(merged, (a.oparg << 4) | b.oparg);
    instructions[second].set_nop();
}
