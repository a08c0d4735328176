//! A code unit in the making.
//!
//! CPython: `struct compiler_unit`, `_PyCompile_EnterScope`, `_PyCompile_ExitScope`, `compiler_set_qualname`.

use std::collections::BTreeSet;
use std::sync::Arc;

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use super::Codegen;
use super::fblock::FBlock;
use crate::assemble::{NameTable, UnitMetadata, optimize_and_assemble};
use crate::ast::{AnnAssign, Name, well_known};
use crate::code_object::{CodeFlags, CodeObject};
use crate::constant::ConstantTable;
use crate::error::{Result, SyntaxError};
use crate::future::CompilerFlags;
use crate::index_set::{IndexSet, Key};
use crate::instruction_sequence::InstructionSequence;
use crate::location::Location;
use crate::opcode::{Opcode as Op, RESUME_AT_FUNC_START};
use crate::symtable::{NameScope, ScopeId, ScopeKey, SymbolFlags, SymbolTable};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ScopeType {
    Module,
    Class,
    Function,
    AsyncFunction,
    Lambda,
    Comprehension,
    Annotations,
}

/// Names in the order of their indices.
pub(super) type Names = IndexSet<Name>;

impl Key for Name {
    #[inline]
    fn hash32(&self) -> u32 {
        self.index() as u32
    }

    #[inline]
    fn is_same(&self, other: &Name) -> bool {
        self == other
    }
}

/// An annotation whose code stands at the end of the body (PEP 649).
pub(super) struct Deferred<'a> {
    pub(super) assign: &'a AnnAssign,
    pub(super) loc: Location,
    /// The number that tells whether the annotation was reached; `None` if it always is.
    pub(super) index: Option<usize>,
}

/// How many parameters of which kind a unit has.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ArgCounts {
    pub(super) args: usize,
    pub(super) posonly: usize,
    pub(super) kwonly: usize,
}

pub(super) struct Unit<'a> {
    pub(super) scope: ScopeId,
    pub(super) scope_type: ScopeType,
    /// The class whose private names are mangled.
    pub(super) private: Option<Name>,
    /// Of a class: the attributes that its methods set on `self`.
    pub(super) static_attributes: BTreeSet<Arc<str>>,
    pub(super) deferred_annotations: Vec<Deferred<'a>>,
    pub(super) next_conditional_annotation: usize,
    pub(super) seq: InstructionSequence,
    /// The body's instructions while those of the annotations are written.
    pub(super) stashed_seq: Option<InstructionSequence>,
    pub(super) fblocks: Vec<FBlock<'a>>,
    pub(super) in_inlined_comp: u32,
    pub(super) in_conditional_block: u32,
    pub(super) name: Name,
    pub(super) qualname: Arc<str>,
    pub(super) consts: ConstantTable,
    pub(super) co_names: Names,
    pub(super) varnames: Names,
    pub(super) cellvars: Names,
    pub(super) freevars: Names,
    /// Locals of inlined comprehensions outside of functions; true while inside.
    pub(super) fast_hidden: IndexMap<Name, bool, FxBuildHasher>,
    pub(super) counts: ArgCounts,
    pub(super) firstlineno: i32,
    /// The first local, `.format`, becomes `format` in the code object.
    pub(super) renames_format: bool,
}

/// A code unit that is complete.
pub(super) struct Finished {
    pub(super) code: Arc<CodeObject>,
    /// The names whose cells it needs.
    pub(super) freevars: Vec<Name>,
}

impl Unit<'_> {
    /// An empty unit, before a scope is entered.
    pub(super) fn module() -> Self {
        Unit {
            scope: SymbolTable::TOP,
            scope_type: ScopeType::Module,
            private: None,
            static_attributes: BTreeSet::new(),
            deferred_annotations: Vec::new(),
            next_conditional_annotation: 0,
            seq: InstructionSequence::new(),
            stashed_seq: None,
            fblocks: Vec::new(),
            in_inlined_comp: 0,
            in_conditional_block: 0,
            name: well_known::ANON_MODULE,
            qualname: Arc::from("<module>"),
            consts: ConstantTable::new(),
            co_names: Names::default(),
            varnames: Names::default(),
            cellvars: Names::default(),
            freevars: Names::default(),
            fast_hidden: IndexMap::default(),
            counts: ArgCounts::default(),
            firstlineno: 1,
            renames_format: false,
        }
    }

    /// The operand of a free variable.
    pub(super) fn freevar(&self, name: Name) -> Option<usize> {
        self.freevars
            .get_index_of(&name)
            .map(|index| self.cellvars.len() + index)
    }
}

impl<'a> Codegen<'a, '_> {
    /// CPython: `codegen_enter_scope`: opens the unit of the scope under `key`.
    pub(super) fn enter_scope(
        &mut self,
        name: Name,
        scope_type: ScopeType,
        key: ScopeKey,
        lineno: i32,
        private: Option<Name>,
        counts: ArgCounts,
    ) -> Result<()> {
        let Some(scope) = self.table.lookup(key) else {
            return Err(SyntaxError::system("unknown symbol table entry"));
        };
        let entry = self.table.entry(scope);
        let mut unit = Unit::module();
        unit.seq = self.workspace.new_sequence();
        unit.scope = scope;
        unit.scope_type = scope_type;
        unit.name = name;
        unit.counts = counts;
        unit.firstlineno = lineno;
        unit.varnames = entry.varnames.iter().copied().collect();
        // Sorted, since the sets that the analysis keeps have no order.
        let mut cells: Vec<Name> = Vec::new();
        let mut frees: Vec<Name> = Vec::new();
        for (name, symbol) in entry.symbols() {
            if symbol.scope == NameScope::Cell || symbol.flags.contains(SymbolFlags::COMP_CELL) {
                cells.push(name);
            }
            if symbol.scope == NameScope::Free || symbol.flags.contains(SymbolFlags::FREE_CLASS) {
                frees.push(name);
            }
        }
        cells.sort_unstable_by(|a, b| self.names.text(*a).cmp(self.names.text(*b)));
        frees.sort_unstable_by(|a, b| self.names.text(*a).cmp(self.names.text(*b)));
        unit.cellvars = cells.into_iter().collect();
        if entry.needs_class_closure {
            unit.cellvars.insert(well_known::CLASS);
        }
        if entry.needs_classdict {
            unit.cellvars.insert(well_known::CLASSDICT);
        }
        if entry.has_conditional_annotations {
            unit.cellvars.insert(well_known::CONDITIONAL_ANNOTATIONS);
        }
        unit.freevars = frees.into_iter().collect();
        unit.private = private.or(self.u.private);

        let is_module = scope_type == ScopeType::Module;
        let outer = std::mem::replace(&mut self.u, unit);
        if !is_module {
            self.stack.push(outer);
            self.set_qualname();
        }

        let loc = Location::new(if is_module { 0 } else { lineno }, lineno, 0, 0);
        self.op_i(Op::RESUME, RESUME_AT_FUNC_START as usize, loc);
        if is_module {
            self.op(Op::ANNOTATIONS_PLACEHOLDER, loc);
        }
        Ok(())
    }

    /// CPython: `compiler_set_qualname`.
    fn set_qualname(&mut self) {
        let mut parents = self.stack.iter().rev();
        let name = self.names.shared(self.u.name);
        let Some(mut parent) = parents.next() else {
            return;
        };
        if self.stack.len() == 1 {
            self.u.qualname = name;
            return;
        }
        if parent.scope_type == ScopeType::Annotations {
            if self.stack.len() == 2 {
                self.u.qualname = name;
                return;
            }
            if let Some(grandparent) = parents.next() {
                parent = grandparent;
            }
        }
        if matches!(
            self.u.scope_type,
            ScopeType::Function | ScopeType::AsyncFunction | ScopeType::Class
        ) {
            let mangled = match parent.private {
                Some(private) => crate::symtable::mangle(self.names, private, self.u.name),
                None => self.u.name,
            };
            if self.table.entry(parent.scope).scope(mangled) == NameScope::GlobalExplicit {
                self.u.qualname = name;
                return;
            }
        }
        let is_function = matches!(
            parent.scope_type,
            ScopeType::Function | ScopeType::AsyncFunction | ScopeType::Lambda
        );
        let infix = if is_function { ".<locals>." } else { "." };
        self.u.qualname = Arc::from(format!("{}{infix}{name}", parent.qualname));
    }

    /// Assembles the current unit and goes back to the one around it.
    pub(super) fn finish_scope(&mut self, add_none: bool) -> Result<Finished> {
        self.add_return_at_end(add_none);
        let flags = self.code_flags();
        let param_count = self.ste().varnames.len() as u32;
        let outer = self.stack.pop().unwrap_or_else(Unit::module);
        let mut unit = std::mem::replace(&mut self.u, outer);
        if self.save_nested_seqs {
            self.u.seq.add_nested(unit.seq.clone());
        }
        let freevars: Vec<Name> = unit.freevars.as_slice().to_vec();
        let table = |names: &Names| -> NameTable {
            let names = names.as_slice().iter();
            names.map(|name| self.names.shared(*name)).collect()
        };
        let metadata = UnitMetadata {
            name: self.names.shared(unit.name),
            qualname: unit.qualname,
            consts: unit.consts,
            names: table(&unit.co_names),
            varnames: table(&unit.varnames),
            cellvars: table(&unit.cellvars),
            freevars: table(&unit.freevars),
            fast_hidden: unit
                .fast_hidden
                .keys()
                .map(|name| self.names.shared(*name))
                .collect(),
            argcount: unit.counts.args as u32,
            posonlyargcount: unit.counts.posonly as u32,
            kwonlyargcount: unit.counts.kwonly as u32,
            param_count,
            firstlineno: unit.firstlineno,
        };
        let seq = std::mem::take(&mut unit.seq);
        let mut code = optimize_and_assemble(
            metadata,
            seq,
            flags,
            Arc::clone(&self.options.filename),
            &mut self.workspace,
        )
        .map_err(|error| SyntaxError::system(error.to_string()))?;
        // The parameter of an annotation function is `format` for callers; inside, the name of another thing.
        if unit.renames_format
            && let Some(first) = code.localsplusnames.first_mut()
        {
            *first = self.names.shared(well_known::FORMAT);
        }
        Ok(Finished {
            code: Arc::new(code),
            freevars,
        })
    }

    /// CPython: `compute_code_flags`.
    fn code_flags(&self) -> CodeFlags {
        let entry = self.ste();
        let mut flags = CodeFlags::empty();
        if entry.is_function_like() {
            flags |= CodeFlags::NEWLOCALS | CodeFlags::OPTIMIZED;
            flags.set(CodeFlags::NESTED, entry.nested);
            flags.set(CodeFlags::GENERATOR, entry.generator && !entry.coroutine);
            flags.set(
                CodeFlags::ASYNC_GENERATOR,
                entry.generator && entry.coroutine,
            );
            flags.set(CodeFlags::VARARGS, entry.varargs);
            flags.set(CodeFlags::VARKEYWORDS, entry.varkeywords);
            flags.set(CodeFlags::HAS_DOCSTRING, entry.has_docstring);
            flags.set(CodeFlags::METHOD, entry.method);
        }
        flags.set(CodeFlags::COROUTINE, entry.coroutine && !entry.generator);
        let inherited = self.options.features.flags & CompilerFlags::INHERITED;
        flags | CodeFlags::from_bits_truncate(inherited.bits())
    }
}
