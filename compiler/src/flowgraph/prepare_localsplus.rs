//! Prepares the frame at the function's start, and gives cells and free variables their slots.
//!
//! CPython: `prepare_localsplus`, `insert_prefix_instructions` and `fix_cell_offsets` in `Python/flowgraph.c`. A frame
//! has the locals first, then the cells, then the free variables; a parameter that is a cell keeps the parameter's
//! slot. Ensures: operands of `*_DEREF`, `MAKE_CELL` and `LOAD_CLOSURE` are slots. Tests: `tests/passes/prepare_localsplus`.

use super::cfg::{Cfg, CfgInstruction};
use crate::assemble::UnitMetadata;
use crate::code_object::CodeFlags;
use crate::location::{Location, NO_LOCATION};
use crate::opcode::Opcode;

/// Returns how many slots the frame has.
pub(super) fn prepare_localsplus(cfg: &mut Cfg, unit: &UnitMetadata, flags: CodeFlags) -> usize {
    let cells_and_frees = unit.cellvars.len() + unit.freevars.len();
    let nlocals = unit.varnames.len();
    // The slot of each cell and free variable, as if no parameter were a cell.
    let mut slots: Vec<usize> = (nlocals..nlocals + cells_and_frees).collect();
    for (i, name) in unit.cellvars.iter().enumerate() {
        if let Some(parameter) = unit.varnames.get_index_of(name) {
            slots[i] = parameter;
        }
    }
    insert_prefix_instructions(cfg, unit, &slots, flags);
    let dropped = fix_cell_offsets(cfg, nlocals, &mut slots);
    nlocals + cells_and_frees - dropped
}

fn insert_prefix_instructions(
    cfg: &mut Cfg,
    unit: &UnitMetadata,
    slots: &[usize],
    flags: CodeFlags,
) {
    let mut prefix = Vec::new();
    let nfrees = unit.freevars.len();
    if nfrees > 0 {
        prefix.push(CfgInstruction::new(
            Opcode::COPY_FREE_VARS,
            nfrees as u32,
            NO_LOCATION,
        ));
    }
    // In the order of their slots; the operand is still the cell's own index.
    let mut cells: Vec<usize> = (0..unit.cellvars.len()).collect();
    cells.sort_by_key(|&cell| slots[cell]);
    prefix.extend(
        cells
            .iter()
            .map(|&cell| CfgInstruction::new(Opcode::MAKE_CELL, cell as u32, NO_LOCATION)),
    );
    if flags.intersects(CodeFlags::GENERATOR | CodeFlags::COROUTINE | CodeFlags::ASYNC_GENERATOR) {
        let location = Location::line(unit.firstlineno);
        prefix.push(CfgInstruction::new(Opcode::RETURN_GENERATOR, 0, location));
        prefix.push(CfgInstruction::new(Opcode::POP_TOP, 0, location));
    }
    let entry = cfg.entry();
    cfg[entry].insert(0, prefix);
}

/// Closes the gaps that parameters which are cells leave, and returns how many there are.
fn fix_cell_offsets(cfg: &mut Cfg, nlocals: usize, slots: &mut [usize]) -> usize {
    let mut dropped = 0;
    for (i, slot) in slots.iter_mut().enumerate() {
        if *slot == nlocals + i {
            *slot -= dropped;
        } else {
            dropped += 1;
        }
    }
    cfg.for_each_instruction(|instruction| {
        let names_a_cell = matches!(
            instruction.opcode,
            Opcode::MAKE_CELL
                | Opcode::LOAD_CLOSURE
                | Opcode::LOAD_DEREF
                | Opcode::STORE_DEREF
                | Opcode::DELETE_DEREF
                | Opcode::LOAD_FROM_DICT_OR_DEREF
        );
        if names_a_cell && let Some(slot) = slots.get(instruction.oparg as usize) {
            instruction.oparg = *slot as u32;
        }
    });
    dropped
}
