//! Code generation: the tree to a sequence of pseudo instructions, a code unit at a time.
//!
//! CPython: `Python/codegen.c` and the bookkeeping half of `Python/compile.c`; functions have CPython's names without their
//! prefix. A [`unit::Unit`] is the state of one code object in the making; [`Codegen`] holds the current unit and those
//! around it. Each family of statements and expressions is a file of its own.
//! Invariants: the order in which constants and names are first mentioned is CPython's, since it decides their indices; every
//! instruction carries CPython's location.
//! Tests: `tests/bytecode`.

mod annotations;
mod assign;
mod body;
mod call;
mod checks;
mod class;
mod cleandoc;
mod collections;
mod compare;
mod comprehension;
mod control;
mod expr;
mod fblock;
mod function;
mod import;
mod name;
mod pattern;
mod stmt;
mod strings;
mod subscript;
mod super_call;
mod try_except;
mod try_star;
mod type_params;
mod unit;
mod with;

use std::sync::Arc;

use taipan_text::Wtf8Buf;

use crate::assemble::Workspace;
use crate::ast::{Interner, Mod, Name};
use crate::code_object::CodeObject;
use crate::constant::Constant;
use crate::error::{Result, SyntaxError, Warning};
use crate::future::Features;
use crate::instruction_sequence::{InstructionSequence, Label};
use crate::location::{Location, NO_LOCATION};
use crate::opcode::Opcode as Op;
use crate::recursion::Depth;
use crate::symtable::{Entry, SymbolTable};

use unit::{ScopeType, Unit};

/// Longer displays and calls are built piece by piece, to bound the stack (`_PY_STACK_USE_GUIDELINE`).
const STACK_USE_GUIDELINE: usize = 30;

/// What code generation needs to know besides the tree.
#[derive(Debug, Clone)]
pub struct CodegenOptions {
    pub filename: Arc<Wtf8Buf>,
    pub optimize: u8,
    pub features: Features,
}

/// The code object of `module`.
///
/// # Errors
/// What CPython's code generator rejects.
pub fn codegen(
    module: &Mod,
    table: &mut SymbolTable,
    names: &mut Interner,
    options: CodegenOptions,
    warnings: &mut Vec<Warning>,
) -> Result<Arc<CodeObject>> {
    let mut generator = Codegen::new(table, names, options, warnings);
    let add_none = generator.module(module)?;
    generator
        .finish_scope(add_none)
        .map(|finished| finished.code)
}

/// The instructions of `module` before any optimisation, with those of nested code units
/// (CPython: `_testinternalcapi.compiler_codegen`).
///
/// # Errors
/// As [`codegen`].
pub fn codegen_only(
    module: &Mod,
    table: &mut SymbolTable,
    names: &mut Interner,
    options: CodegenOptions,
    warnings: &mut Vec<Warning>,
) -> Result<InstructionSequence> {
    let mut generator = Codegen::new(table, names, options, warnings);
    generator.save_nested_seqs = true;
    let add_none = generator.module(module)?;
    generator.add_return_at_end(add_none);
    Ok(std::mem::take(&mut generator.u.seq))
}

/// The state of code generation.
struct Codegen<'a, 'c> {
    table: &'c mut SymbolTable,
    names: &'c mut Interner,
    options: CodegenOptions,
    warnings: &'c mut Vec<Warning>,
    /// The unit in the making.
    u: Unit<'a>,
    /// The units around it, outermost first.
    stack: Vec<Unit<'a>>,
    /// The module is an interactive statement.
    interactive: bool,
    /// Above zero while a `finally` body is compiled for the second time.
    disable_warning: u32,
    depth: Depth,
    save_nested_seqs: bool,
    workspace: Workspace,
}

impl<'a, 'c> Codegen<'a, 'c> {
    fn new(
        table: &'c mut SymbolTable,
        names: &'c mut Interner,
        options: CodegenOptions,
        warnings: &'c mut Vec<Warning>,
    ) -> Codegen<'a, 'c> {
        Codegen {
            u: Unit::module(),
            table,
            names,
            options,
            warnings,
            stack: Vec::new(),
            interactive: false,
            disable_warning: 0,
            depth: Depth::default(),
            save_nested_seqs: false,
            workspace: Workspace::default(),
        }
    }

    /// The symbol table entry of the current unit.
    #[inline]
    fn ste(&self) -> &Entry {
        self.table.entry(self.u.scope)
    }

    #[inline]
    fn op(&mut self, op: Op, loc: Location) {
        self.u.seq.add(op, 0, loc);
    }

    #[inline]
    fn op_i(&mut self, op: Op, oparg: usize, loc: Location) {
        self.u.seq.add(op, oparg as u32, loc);
    }

    #[inline]
    fn op_jump(&mut self, op: Op, target: Label, loc: Location) {
        self.u.seq.add_jump(op, target, loc);
    }

    #[inline]
    fn load_const(&mut self, value: Constant, loc: Location) {
        let index = self.u.consts.add(value);
        self.u.seq.add(Op::LOAD_CONST, index, loc);
    }

    fn load_none(&mut self, loc: Location) {
        self.load_const(Constant::None, loc);
    }

    fn load_int(&mut self, value: usize, loc: Location) {
        self.load_const(Constant::Int(value as i64), loc);
    }

    /// Loads the text of `name` as a constant.
    fn load_name_const(&mut self, name: Name, loc: Location) {
        let value = self.name_const(name);
        self.load_const(value, loc);
    }

    fn name_const(&self, name: Name) -> Constant {
        Constant::from_text(self.names.text(name))
    }

    /// A tuple of the texts of `names`.
    fn names_const(&self, names: impl IntoIterator<Item = Name>) -> Constant {
        Constant::tuple(
            names
                .into_iter()
                .map(|name| self.name_const(name))
                .collect(),
        )
    }

    #[inline]
    fn new_label(&mut self) -> Label {
        self.u.seq.new_label()
    }

    #[inline]
    fn use_label(&mut self, label: Label) {
        self.u.seq.use_label(label);
    }

    fn error<T>(&self, loc: Location, msg: impl Into<String>) -> Result<T> {
        Err(SyntaxError::new(msg, loc))
    }

    fn warn(&mut self, loc: Location, msg: String) {
        if self.disable_warning == 0 {
            self.warnings.push(Warning::syntax(msg, loc));
        }
    }

    fn add_return_at_end(&mut self, add_none: bool) {
        if add_none {
            self.load_none(NO_LOCATION);
        }
        self.op(Op::RETURN_VALUE, NO_LOCATION);
    }

    fn is_interactive_top_level(&self) -> bool {
        self.interactive && self.stack.is_empty()
    }

    fn is_scope(&self, scope_type: ScopeType) -> bool {
        self.u.scope_type == scope_type
    }
}
