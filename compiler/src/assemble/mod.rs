//! From a list of instructions to a code object.
//!
//! CPython: `optimize_and_assemble_code_unit` in `Python/compile.c`, `Python/assemble.c`. This is the entry to the
//! compiler's back half: code generation hands over a [`UnitMetadata`] and an [`InstructionSequence`].
//! Tests: `tests/passes`, `tests/bytecode`.

mod exception_table;
mod instructions;
mod jumps;
mod localsplus;
mod location_table;

use std::sync::Arc;

use taipan_text::wtf8::Wtf8Buf;

use crate::code_object::{CodeFlags, CodeObject, Name};
use crate::constant::ConstantTable;
use crate::flowgraph::{
    Cfg, FlowgraphError, OptimizedUnit, from_instruction_sequence, optimize_code_unit,
    optimized_cfg_to_instruction_sequence,
};
use crate::instruction_sequence::{Instruction, InstructionSequence};

/// Distinct names in the order of their indices.
///
/// Look-ups are linear: only the few cells of a unit are looked for.
#[derive(Clone, Debug, Default)]
pub struct NameTable(Vec<Name>);

impl NameTable {
    /// How many names there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// True if there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The names, in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Name> {
        self.0.iter()
    }

    /// The index of `name`, if it is one of these.
    pub fn get_index_of(&self, name: &Name) -> Option<usize> {
        self.0
            .iter()
            .position(|other| Arc::ptr_eq(other, name) || other == name)
    }

    /// Whether `name` is one of these.
    pub fn contains(&self, name: &Name) -> bool {
        self.get_index_of(name).is_some()
    }
}

impl FromIterator<Name> for NameTable {
    fn from_iter<T: IntoIterator<Item = Name>>(names: T) -> NameTable {
        NameTable(names.into_iter().collect())
    }
}

impl IntoIterator for NameTable {
    type Item = Name;
    type IntoIter = std::vec::IntoIter<Name>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a NameTable {
    type Item = &'a Name;
    type IntoIter = std::slice::Iter<'a, Name>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

/// What is known of a code unit besides its instructions (CPython's `_PyCompile_CodeUnitMetadata`).
#[derive(Clone, Debug)]
pub struct UnitMetadata {
    /// `co_name`.
    pub name: Name,
    /// `co_qualname`.
    pub qualname: Name,
    /// Constants so far; passes add more and drop those no longer used.
    pub consts: ConstantTable,
    /// `co_names`.
    pub names: NameTable,
    /// Local variables, parameters first: positional, keyword-only, `*args`, `**kwargs`.
    pub varnames: NameTable,
    /// Variables that inner scopes share; the i-th has the operand i in `*_DEREF` instructions.
    pub cellvars: NameTable,
    /// Variables of outer scopes; the i-th has the operand `cellvars.len() + i`.
    pub freevars: NameTable,
    /// Local variables that `locals()` does not show.
    pub fast_hidden: NameTable,
    /// Number of positional-or-keyword parameters, positional-only ones not included.
    pub argcount: u32,
    /// Number of positional-only parameters.
    pub posonlyargcount: u32,
    /// Number of keyword-only parameters.
    pub kwonlyargcount: u32,
    /// Number of parameters of any kind: the locals that are set from the start (`ste_varnames`).
    pub param_count: u32,
    /// `co_firstlineno`.
    pub firstlineno: i32,
}

/// Memory that one code unit after the other uses.
#[derive(Debug)]
pub struct Workspace {
    cfg: Cfg,
    /// The instructions as they are assembled.
    instructions: Vec<Instruction>,
    spare_sequences: Vec<InstructionSequence>,
}

impl Default for Workspace {
    fn default() -> Workspace {
        Workspace {
            cfg: Cfg::new(),
            instructions: Vec::new(),
            spare_sequences: Vec::new(),
        }
    }
}

impl Workspace {
    /// An empty sequence of instructions.
    pub fn new_sequence(&mut self) -> InstructionSequence {
        self.spare_sequences.pop().unwrap_or_default()
    }
}

/// Optimises the instructions of a code unit and makes its code object.
///
/// # Errors
/// [`FlowgraphError`] if the instructions make no sense, which is a defect of the code generator.
pub fn optimize_and_assemble(
    mut unit: UnitMetadata,
    mut sequence: InstructionSequence,
    flags: CodeFlags,
    filename: Arc<Wtf8Buf>,
    workspace: &mut Workspace,
) -> Result<CodeObject, FlowgraphError> {
    let Workspace {
        cfg,
        instructions,
        spare_sequences,
    } = workspace;
    from_instruction_sequence(cfg, &mut sequence)?;
    sequence.clear();
    spare_sequences.push(sequence);
    optimize_code_unit(
        cfg,
        &mut unit.consts,
        unit.varnames.len(),
        unit.param_count as usize,
    )?;
    instructions.clear();
    let optimized = optimized_cfg_to_instruction_sequence(cfg, &unit, flags, instructions)?;
    Ok(make_code_object(
        unit,
        optimized,
        instructions,
        flags,
        filename,
    ))
}

/// CPython's `_PyAssemble_MakeCodeObject`.
fn make_code_object(
    unit: UnitMetadata,
    optimized: OptimizedUnit,
    instructions: &mut [Instruction],
    flags: CodeFlags,
    filename: Arc<Wtf8Buf>,
) -> CodeObject {
    let OptimizedUnit {
        stack_depth,
        localsplus_count,
    } = optimized;
    jumps::resolve_unconditional_jumps(instructions);
    let offsets = jumps::resolve_jump_offsets(instructions);
    let (localsplusnames, localspluskinds) =
        localsplus::compute_localsplus_info(&unit, localsplus_count, flags);
    CodeObject {
        argcount: unit.posonlyargcount + unit.argcount,
        posonlyargcount: unit.posonlyargcount,
        kwonlyargcount: unit.kwonlyargcount,
        // A frame has room for one value at least.
        stacksize: stack_depth.max(1),
        flags,
        linetable: location_table::assemble_location_info(instructions, unit.firstlineno),
        exceptiontable: exception_table::assemble_exception_table(instructions, &offsets),
        code: instructions::write_instructions(instructions, &offsets),
        consts: unit.consts.into_constants(),
        names: unit.names.into_iter().collect(),
        localsplusnames,
        localspluskinds,
        filename,
        name: unit.name,
        qualname: unit.qualname,
        firstlineno: unit.firstlineno,
    }
}
