//! Functions that compute annotations (PEP 649).
//!
//! CPython: `codegen_setup_annotations_scope`, `codegen_process_deferred_annotations` and below.

use super::Codegen;
use super::unit::{ArgCounts, Deferred, ScopeType};
use crate::ast::{ExprContext, Name, well_known};
use crate::constant::Constant;
use crate::error::{Result, SyntaxError};
use crate::instruction_sequence::InstructionSequence;
use crate::location::Location;
use crate::opcode::{CommonConstant, CompareOp, Opcode as Op};
use crate::symtable::{BlockKind, ScopeKey};

/// `annotationlib.Format.VALUE_WITH_FAKE_GLOBALS`.
const VALUE_WITH_FAKE_GLOBALS: i64 = 2;

impl<'a> Codegen<'a, '_> {
    /// Opens a function with the parameter `format`, which raises `NotImplementedError` for formats it does not know.
    pub(super) fn setup_annotations_scope(
        &mut self,
        loc: Location,
        key: ScopeKey,
        name: Name,
    ) -> Result<()> {
        let counts = ArgCounts {
            posonly: 1,
            ..ArgCounts::default()
        };
        self.enter_scope(name, ScopeType::Annotations, key, loc.lineno, None, counts)?;
        self.op_i(Op::LOAD_FAST, 0, loc);
        self.load_const(Constant::Int(VALUE_WITH_FAKE_GLOBALS), loc);
        self.compare_op(CompareOp::Gt, loc);
        let body = self.new_label();
        self.op_jump(Op::POP_JUMP_IF_FALSE, body, loc);
        self.op_i(
            Op::LOAD_COMMON_CONSTANT,
            CommonConstant::NotImplementedError.oparg() as usize,
            loc,
        );
        self.op_i(Op::RAISE_VARARGS, 1, loc);
        self.use_label(body);
        Ok(())
    }

    pub(super) fn leave_annotations_scope(&mut self, loc: Location) -> Result<()> {
        self.op(Op::RETURN_VALUE, loc);
        self.u.renames_format = true;
        let finished = self.finish_scope(true)?;
        self.make_closure(loc, finished, 0)
    }

    /// Remembers an annotation; returns its number if whether it is reached must be recorded.
    pub(super) fn add_deferred_annotation(
        &mut self,
        assign: &'a crate::ast::AnnAssign,
        loc: Location,
    ) -> Option<usize> {
        let is_conditional = self.is_scope(ScopeType::Module) || self.u.in_conditional_block > 0;
        let index = is_conditional.then(|| {
            let index = self.u.next_conditional_annotation;
            self.u.next_conditional_annotation += 1;
            index
        });
        self.u
            .deferred_annotations
            .push(Deferred { assign, loc, index });
        index
    }

    /// Writes `__annotate__` at the end of a module or class body.
    pub(super) fn process_deferred_annotations(&mut self, loc: Location) -> Result<()> {
        let deferred = std::mem::take(&mut self.u.deferred_annotations);
        if deferred.is_empty() {
            return Ok(());
        }
        let scope_type = self.u.scope_type;
        let needs_separate_block = scope_type == ScopeType::Module;
        if needs_separate_block {
            let body = std::mem::replace(&mut self.u.seq, InstructionSequence::new());
            self.u.stashed_seq = Some(body);
        }
        let owner = self.u.scope;
        let is_class = self.ste().kind == BlockKind::Class;
        let Some(block) = self.ste().annotation_block else {
            return Err(SyntaxError::system("annotations without a scope"));
        };
        let name = self.table.entry(block).name;
        self.setup_annotations_scope(loc, ScopeKey::annotations(owner), name)?;
        self.deferred_annotations_body(loc, &deferred, scope_type)?;
        self.leave_annotations_scope(loc)?;
        let target = if is_class {
            well_known::ANNOTATE_FUNC
        } else {
            well_known::ANNOTATE
        };
        self.nameop(target, ExprContext::Store, loc)?;
        if needs_separate_block {
            let body = self.u.stashed_seq.take().unwrap_or_default();
            let annotations = std::mem::replace(&mut self.u.seq, body);
            self.u.seq.set_annotations_code(annotations);
        }
        Ok(())
    }

    fn deferred_annotations_body(
        &mut self,
        loc: Location,
        deferred: &[Deferred<'a>],
        scope_type: ScopeType,
    ) -> Result<()> {
        self.op_i(Op::BUILD_MAP, 0, loc);
        for Deferred {
            assign,
            loc: at,
            index,
        } in deferred
        {
            let Some(target) = assign.target.as_name() else {
                return Err(SyntaxError::system(
                    "annotation of something that is no name",
                ));
            };
            let mangled = match self.u.private {
                Some(private) => crate::symtable::mangle(self.names, private, target),
                None => target,
            };
            let not_set = self.new_label();
            if let Some(index) = index {
                self.load_int(*index, *at);
                if scope_type == ScopeType::Class {
                    self.op_freevar(Op::LOAD_DEREF, well_known::CONDITIONAL_ANNOTATIONS, *at);
                } else {
                    // CPython forgets the flag bit of the operand here.
                    self.op_name(Op::LOAD_GLOBAL, well_known::CONDITIONAL_ANNOTATIONS, *at);
                }
                self.op_i(Op::CONTAINS_OP, 0, *at);
                self.op_jump(Op::POP_JUMP_IF_FALSE, not_set, *at);
            }
            self.expr(&assign.annotation)?;
            self.op_i(Op::COPY, 2, *at);
            self.load_name_const(mangled, *at);
            self.op(Op::STORE_SUBSCR, loc);
            self.use_label(not_set);
        }
        Ok(())
    }
}
