//! Comparisons.
//!
//! CPython: `codegen_compare`, `codegen_addcompare`, the chain in `codegen_jump_if`.

use super::Codegen;
use super::control::pop_jump_if;
use crate::ast::{CmpOp, Expr};
use crate::error::{Result, SyntaxError};
use crate::instruction_sequence::Label;
use crate::location::{Location, NO_LOCATION};
use crate::opcode::{CompareOp, Opcode as Op};

impl<'a> Codegen<'a, '_> {
    pub(super) fn compare(
        &mut self,
        expression: &'a Expr,
        left: &'a Expr,
        ops: &[CmpOp],
        comparators: &'a [Expr],
    ) -> Result<()> {
        let loc = expression.loc;
        self.check_compare(loc, left, ops, comparators);
        self.expr(left)?;
        let (Some((last_op, ops)), Some((last, comparators))) =
            (ops.split_last(), comparators.split_last())
        else {
            return Err(SyntaxError::system("Compare has no comparators"));
        };
        if ops.is_empty() {
            self.expr(last)?;
            self.add_compare(*last_op, loc);
            return Ok(());
        }
        let cleanup = self.new_label();
        for (op, comparator) in ops.iter().zip(comparators) {
            self.expr(comparator)?;
            self.op_i(Op::SWAP, 2, loc);
            self.op_i(Op::COPY, 2, loc);
            self.add_compare(*op, loc);
            self.op_i(Op::COPY, 1, loc);
            self.op(Op::TO_BOOL, loc);
            self.op_jump(Op::POP_JUMP_IF_FALSE, cleanup, loc);
            self.op(Op::POP_TOP, loc);
        }
        self.expr(last)?;
        self.add_compare(*last_op, loc);
        let end = self.new_label();
        self.op_jump(Op::JUMP_NO_INTERRUPT, end, NO_LOCATION);
        self.use_label(cleanup);
        self.op_i(Op::SWAP, 2, loc);
        self.op(Op::POP_TOP, loc);
        self.use_label(end);
        Ok(())
    }

    /// `a < b < c` as a condition: jumps to `next` if its truth is `condition`.
    pub(super) fn jump_if_chain(
        &mut self,
        expression: &'a Expr,
        left: &'a Expr,
        ops: &[CmpOp],
        comparators: &'a [Expr],
        next: Label,
        condition: bool,
    ) -> Result<()> {
        let loc = expression.loc;
        self.check_compare(loc, left, ops, comparators);
        let cleanup = self.new_label();
        self.expr(left)?;
        let (Some((last_op, ops)), Some((last, comparators))) =
            (ops.split_last(), comparators.split_last())
        else {
            return Err(SyntaxError::system("Compare has no comparators"));
        };
        for (op, comparator) in ops.iter().zip(comparators) {
            self.expr(comparator)?;
            self.op_i(Op::SWAP, 2, loc);
            self.op_i(Op::COPY, 2, loc);
            self.add_compare(*op, loc);
            self.op(Op::TO_BOOL, loc);
            self.op_jump(Op::POP_JUMP_IF_FALSE, cleanup, loc);
        }
        self.expr(last)?;
        self.add_compare(*last_op, loc);
        self.op(Op::TO_BOOL, loc);
        self.op_jump(pop_jump_if(condition), next, loc);
        let end = self.new_label();
        self.op_jump(Op::JUMP_NO_INTERRUPT, end, NO_LOCATION);
        self.use_label(cleanup);
        self.op(Op::POP_TOP, loc);
        if !condition {
            self.op_jump(Op::JUMP_NO_INTERRUPT, next, NO_LOCATION);
        }
        self.use_label(end);
        Ok(())
    }

    pub(super) fn add_compare(&mut self, op: CmpOp, loc: Location) {
        match op {
            CmpOp::Eq => self.compare_op(CompareOp::Eq, loc),
            CmpOp::NotEq => self.compare_op(CompareOp::Ne, loc),
            CmpOp::Lt => self.compare_op(CompareOp::Lt, loc),
            CmpOp::LtE => self.compare_op(CompareOp::Le, loc),
            CmpOp::Gt => self.compare_op(CompareOp::Gt, loc),
            CmpOp::GtE => self.compare_op(CompareOp::Ge, loc),
            CmpOp::Is => self.op_i(Op::IS_OP, 0, loc),
            CmpOp::IsNot => self.op_i(Op::IS_OP, 1, loc),
            CmpOp::In => self.op_i(Op::CONTAINS_OP, 0, loc),
            CmpOp::NotIn => self.op_i(Op::CONTAINS_OP, 1, loc),
        }
    }

    /// The comparison goes into the top bits; the low ones say for which orderings it holds.
    pub(super) fn compare_op(&mut self, op: CompareOp, loc: Location) {
        const UNORDERED: usize = 1;
        const LESS: usize = 2;
        const GREATER: usize = 4;
        const EQUAL: usize = 8;
        let mask = match op {
            CompareOp::Lt => LESS,
            CompareOp::Le => LESS | EQUAL,
            CompareOp::Eq => EQUAL,
            CompareOp::Ne => UNORDERED | LESS | GREATER,
            CompareOp::Gt => GREATER,
            CompareOp::Ge => GREATER | EQUAL,
        };
        self.op_i(Op::COMPARE_OP, (op.oparg() as usize) << 5 | mask, loc);
    }
}
