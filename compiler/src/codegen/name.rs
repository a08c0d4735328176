//! Names: loads, stores and deletions, by where the name lives.
//!
//! CPython: `codegen_nameop`, `_PyCompile_ResolveNameop`, `codegen_addop_name`.

use super::Codegen;
use crate::ast::{ExprContext, Name, well_known};
use crate::error::{Result, SyntaxError};
use crate::location::Location;
use crate::opcode::Opcode as Op;
use crate::symtable::{BlockKind, NameScope};

/// How an attribute or method is looked up; the operand says it beside the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AttrOp {
    Attr,
    Method,
    SuperAttr,
    SuperMethod,
    ZeroSuperAttr,
    ZeroSuperMethod,
}

impl Codegen<'_, '_> {
    /// `name` with the private names of the class around mangled.
    pub(super) fn mangle(&mut self, name: Name) -> Name {
        match self.u.private {
            None => name,
            private => self
                .table
                .maybe_mangle(self.names, private, self.u.scope, name),
        }
    }

    fn co_name(&mut self, name: Name) -> usize {
        self.u.co_names.insert(name)
    }

    /// An instruction whose operand is an index into `co_names`.
    pub(super) fn op_name(&mut self, op: Op, name: Name, loc: Location) {
        let name = self.mangle(name);
        let index = self.co_name(name);
        self.op_i(op, index, loc);
    }

    /// The same without mangling.
    pub(super) fn op_plain_name(&mut self, op: Op, name: Name, loc: Location) {
        let index = self.co_name(name);
        self.op_i(op, index, loc);
    }

    /// An instruction whose operand is a slot of a local variable.
    pub(super) fn op_varname(&mut self, op: Op, name: Name, loc: Location) {
        let index = self.u.varnames.insert(name);
        self.op_i(op, index, loc);
    }

    /// An instruction whose operand is a cell of this unit.
    pub(super) fn op_cellvar(&mut self, op: Op, name: Name, loc: Location) {
        let index = self.u.cellvars.insert(name);
        self.op_i(op, index, loc);
    }

    /// An instruction whose operand is a free variable of this unit.
    pub(super) fn op_freevar(&mut self, op: Op, name: Name, loc: Location) {
        // A name that the analysis did not find free becomes so: `__classdict__`, in a class that binds it. Its
        // operand is CPython's.
        let index = self
            .u
            .freevar(name)
            .unwrap_or_else(|| self.u.freevars.insert(name));
        self.op_i(op, index, loc);
    }

    pub(super) fn op_attr(&mut self, kind: AttrOp, name: Name, loc: Location) {
        let name = self.mangle(name);
        let index = self.co_name(name);
        let (op, oparg) = match kind {
            AttrOp::Attr => (Op::LOAD_ATTR, index << 1),
            AttrOp::Method => (Op::LOAD_ATTR, index << 1 | 1),
            AttrOp::SuperAttr => (Op::LOAD_SUPER_ATTR, index << 2 | 2),
            AttrOp::SuperMethod => (Op::LOAD_SUPER_ATTR, index << 2 | 3),
            AttrOp::ZeroSuperAttr => (Op::LOAD_SUPER_ATTR, index << 2),
            AttrOp::ZeroSuperMethod => (Op::LOAD_SUPER_ATTR, index << 2 | 1),
        };
        self.op_i(op, oparg, loc);
    }

    pub(super) fn nameop(&mut self, name: Name, ctx: ExprContext, loc: Location) -> Result<()> {
        let name = self.mangle(name);
        let entry = self.ste();
        let scope = entry.scope(name);
        let is_function_like = entry.is_function_like();
        let sees_class = entry.can_see_class_scope;
        let is_class = entry.kind == BlockKind::Class;
        let is_inlined = self.u.in_inlined_comp > 0;
        let pick = |load, store, del| match ctx {
            ExprContext::Load => load,
            ExprContext::Store => store,
            ExprContext::Del => del,
        };
        match scope {
            NameScope::Local
                if is_function_like || self.u.fast_hidden.get(&name).copied().unwrap_or(false) =>
            {
                self.op_varname(
                    pick(Op::LOAD_FAST, Op::STORE_FAST, Op::DELETE_FAST),
                    name,
                    loc,
                );
            }
            NameScope::Free | NameScope::Cell => {
                let mut op = pick(Op::LOAD_DEREF, Op::STORE_DEREF, Op::DELETE_DEREF);
                if ctx == ExprContext::Load {
                    if is_class && !is_inlined {
                        self.op(Op::LOAD_LOCALS, loc);
                        op = Op::LOAD_FROM_DICT_OR_DEREF;
                    } else if sees_class {
                        self.op_freevar(Op::LOAD_DEREF, well_known::CLASSDICT, loc);
                        op = Op::LOAD_FROM_DICT_OR_DEREF;
                    }
                }
                if scope == NameScope::Free {
                    self.op_freevar(op, name, loc);
                } else {
                    self.op_cellvar(op, name, loc);
                }
            }
            NameScope::GlobalExplicit | NameScope::GlobalImplicit
                if is_function_like || scope == NameScope::GlobalExplicit =>
            {
                let index = self.co_name(name);
                if ctx != ExprContext::Load {
                    self.op_i(
                        pick(Op::LOAD_GLOBAL, Op::STORE_GLOBAL, Op::DELETE_GLOBAL),
                        index,
                        loc,
                    );
                } else if sees_class && scope == NameScope::GlobalImplicit {
                    self.op_freevar(Op::LOAD_DEREF, well_known::CLASSDICT, loc);
                    self.op_i(Op::LOAD_FROM_DICT_OR_GLOBALS, index, loc);
                } else {
                    self.op_i(Op::LOAD_GLOBAL, index << 1, loc);
                }
            }
            _ => {
                let index = self.co_name(name);
                if ctx == ExprContext::Load && is_class && is_inlined {
                    self.op_i(Op::LOAD_GLOBAL, index << 1, loc);
                } else {
                    self.op_i(
                        pick(Op::LOAD_NAME, Op::STORE_NAME, Op::DELETE_NAME),
                        index,
                        loc,
                    );
                }
            }
        }
        Ok(())
    }

    /// Where `name` lives, seen from the current unit (CPython: `_PyCompile_GetRefType`).
    pub(super) fn ref_type(&self, name: Name) -> NameScope {
        let is_implicit_cell = matches!(
            name,
            well_known::CLASS | well_known::CLASSDICT | well_known::CONDITIONAL_ANNOTATIONS
        );
        if is_implicit_cell && self.is_scope(super::ScopeType::Class) {
            return NameScope::Cell;
        }
        self.ste().scope(name)
    }

    /// The operand under which the cell of `name` goes into a closure (CPython: `_PyCompile_LookupArg`).
    pub(super) fn closure_arg(&self, name: Name) -> Result<usize> {
        // A class can have a name both local and free; the closure wants the free one.
        let arg = match self.ref_type(name) {
            NameScope::Cell => self.u.cellvars.get_index_of(&name),
            _ => self.u.freevar(name),
        };
        arg.ok_or_else(|| SyntaxError::system(format!("no cell for '{}'", self.names.text(name))))
    }
}
