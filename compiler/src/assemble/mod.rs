//! From a list of instructions to a code object.
//!
//! CPython: `optimize_and_assemble_code_unit` in `Python/compile.c`, `Python/assemble.c`. This is the entry to the
//! compiler's back half: code generation hands over a [`UnitMetadata`] and an [`InstructionSequence`].
//! Tests: `tests/passes`, `tests/bytecode`.

use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;

use crate::code_object::Name;
use crate::constant::ConstantTable;

/// Names in the order of their indices.
pub type NameTable = IndexSet<Name, FxBuildHasher>;

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
