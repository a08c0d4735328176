//! Conditions, loops and the statements that leave them.
//!
//! CPython: `codegen_jump_if`, `codegen_if`, `codegen_for`, `codegen_async_for`, `codegen_while`, `codegen_return`,
//! `codegen_break`, `codegen_continue`.

use super::Codegen;
use super::fblock::{Datum, FBlockKind};
use crate::ast::{BoolOp, Expr, ExprKind, For, Stmt, UnaryOp};
use crate::error::Result;
use crate::instruction_sequence::Label;
use crate::location::{Location, NO_LOCATION};
use crate::opcode::Opcode as Op;

impl<'a> Codegen<'a, '_> {
    /// Jumps to `next` if the truth of `test` is `condition`.
    pub(super) fn jump_if(
        &mut self,
        loc: Location,
        test: &'a Expr,
        next: Label,
        condition: bool,
    ) -> Result<()> {
        self.depth.enter()?;
        self.jump_if_inner(loc, test, next, condition)?;
        self.depth.leave();
        Ok(())
    }

    fn jump_if_inner(
        &mut self,
        loc: Location,
        test: &'a Expr,
        next: Label,
        condition: bool,
    ) -> Result<()> {
        match &test.kind {
            ExprKind::UnaryOp {
                op: UnaryOp::Not,
                operand,
            } => {
                return self.jump_if(loc, operand, next, !condition);
            }
            ExprKind::BoolOp { op, values } => {
                let short_circuit = *op == BoolOp::Or;
                let next2 = if short_circuit == condition {
                    next
                } else {
                    self.new_label()
                };
                let Some((last, init)) = values.split_last() else {
                    return Ok(());
                };
                for value in init {
                    self.jump_if(loc, value, next2, short_circuit)?;
                }
                self.jump_if(loc, last, next, condition)?;
                if next2 != next {
                    self.use_label(next2);
                }
                return Ok(());
            }
            ExprKind::IfExp { test, body, orelse } => {
                let end = self.new_label();
                let next2 = self.new_label();
                self.jump_if(loc, test, next2, false)?;
                self.jump_if(loc, body, next, condition)?;
                self.op_jump(Op::JUMP_NO_INTERRUPT, end, NO_LOCATION);
                self.use_label(next2);
                self.jump_if(loc, orelse, next, condition)?;
                self.use_label(end);
                return Ok(());
            }
            ExprKind::Compare {
                left,
                ops,
                comparators,
            } if ops.len() > 1 => {
                return self.jump_if_chain(test, left, ops, comparators, next, condition);
            }
            _ => {}
        }
        self.expr(test)?;
        self.op(Op::TO_BOOL, test.loc);
        self.op_jump(pop_jump_if(condition), next, test.loc);
        Ok(())
    }

    pub(super) fn if_expression(
        &mut self,
        loc: Location,
        test: &'a Expr,
        body: &'a Expr,
        orelse: &'a Expr,
    ) -> Result<()> {
        let end = self.new_label();
        let next = self.new_label();
        self.jump_if(loc, test, next, false)?;
        self.expr(body)?;
        self.op_jump(Op::JUMP_NO_INTERRUPT, end, NO_LOCATION);
        self.use_label(next);
        self.expr(orelse)?;
        self.use_label(end);
        Ok(())
    }

    pub(super) fn if_statement(
        &mut self,
        loc: Location,
        test: &'a Expr,
        body: &'a [Stmt],
        orelse: &'a [Stmt],
    ) -> Result<()> {
        let end = self.new_label();
        let next = if orelse.is_empty() {
            end
        } else {
            self.new_label()
        };
        self.jump_if(loc, test, next, false)?;
        self.stmts(body)?;
        if !orelse.is_empty() {
            self.op_jump(Op::JUMP_NO_INTERRUPT, end, NO_LOCATION);
            self.use_label(next);
            self.stmts(orelse)?;
        }
        self.use_label(end);
        Ok(())
    }

    pub(super) fn for_statement(&mut self, loc: Location, node: &'a For) -> Result<()> {
        let start = self.new_label();
        let body = self.new_label();
        let cleanup = self.new_label();
        let end = self.new_label();
        self.push_fblock(
            loc,
            FBlockKind::ForLoop,
            Some(start),
            Some(end),
            Datum::None,
        )?;
        self.expr(&node.iter)?;
        let loc = node.iter.loc;
        self.op(Op::GET_ITER, loc);
        self.use_label(start);
        self.op_jump(Op::FOR_ITER, cleanup, loc);
        // For the line of a loop that spreads over several; removed if redundant.
        self.op(Op::NOP, node.target.loc);
        self.use_label(body);
        self.expr(&node.target)?;
        self.stmts(&node.body)?;
        self.op_jump(Op::JUMP, start, NO_LOCATION);
        self.use_label(cleanup);
        // `END_FOR` comes first: an exhausted generator jumps to it, everything else behind it.
        self.op(Op::END_FOR, NO_LOCATION);
        self.op(Op::POP_ITER, NO_LOCATION);
        self.pop_fblock(FBlockKind::ForLoop);
        self.stmts(&node.orelse)?;
        self.use_label(end);
        Ok(())
    }

    pub(super) fn async_for(&mut self, loc: Location, node: &'a For) -> Result<()> {
        let start = self.new_label();
        let send = self.new_label();
        let except = self.new_label();
        let end = self.new_label();
        self.expr(&node.iter)?;
        self.op(Op::GET_AITER, node.iter.loc);
        self.use_label(start);
        self.push_fblock(
            loc,
            FBlockKind::AsyncForLoop,
            Some(start),
            Some(end),
            Datum::None,
        )?;
        self.op_jump(Op::SETUP_FINALLY, except, loc);
        self.op(Op::GET_ANEXT, loc);
        self.load_none(loc);
        self.use_label(send);
        self.add_yield_from(loc, true);
        self.op(Op::POP_BLOCK, loc);
        self.op(Op::NOT_TAKEN, loc);
        self.expr(&node.target)?;
        self.stmts(&node.body)?;
        self.op_jump(Op::JUMP, start, NO_LOCATION);
        self.pop_fblock(FBlockKind::AsyncForLoop);
        self.use_label(except);
        // The iterator's line: the end of the loop succeeds the `for`, not the body.
        self.op_jump(Op::END_ASYNC_FOR, send, node.iter.loc);
        self.stmts(&node.orelse)?;
        self.use_label(end);
        Ok(())
    }

    pub(super) fn while_statement(
        &mut self,
        loc: Location,
        test: &'a Expr,
        body: &'a [Stmt],
        orelse: &'a [Stmt],
    ) -> Result<()> {
        let start = self.new_label();
        let end = self.new_label();
        let anchor = self.new_label();
        self.use_label(start);
        self.push_fblock(
            loc,
            FBlockKind::WhileLoop,
            Some(start),
            Some(end),
            Datum::None,
        )?;
        self.jump_if(loc, test, anchor, false)?;
        self.stmts(body)?;
        self.op_jump(Op::JUMP, start, NO_LOCATION);
        self.pop_fblock(FBlockKind::WhileLoop);
        self.use_label(anchor);
        self.stmts(orelse)?;
        self.use_label(end);
        Ok(())
    }

    pub(super) fn return_statement(
        &mut self,
        loc: Location,
        value: Option<&'a Expr>,
    ) -> Result<()> {
        let statement = loc;
        let mut loc = loc;
        let entry = self.ste();
        if !entry.is_function_like() {
            return self.error(loc, "'return' outside function");
        }
        if value.is_some() && entry.coroutine && entry.generator {
            return self.error(loc, "'return' with value in async generator");
        }
        let constant = value.and_then(Expr::as_constant);
        let preserve_tos = value.is_some() && constant.is_none();
        match value {
            Some(value) if preserve_tos => self.expr(value)?,
            Some(value) => {
                loc = value.loc;
                self.op(Op::NOP, loc);
            }
            None => {}
        }
        if value.is_none_or(|value| value.loc.lineno != statement.lineno) {
            loc = statement;
            self.op(Op::NOP, loc);
        }
        self.unwind_fblock_stack(&mut loc, preserve_tos, false)?;
        match constant {
            _ if value.is_none() => self.load_none(loc),
            Some(constant) => self.load_const(constant.clone(), loc),
            None => {}
        }
        self.op(Op::RETURN_VALUE, loc);
        Ok(())
    }

    pub(super) fn break_statement(&mut self, origin: Location) -> Result<()> {
        let mut loc = origin;
        self.op(Op::NOP, loc);
        let Some(found) = self.unwind_fblock_stack(&mut loc, false, true)? else {
            return self.error(origin, "'break' outside loop");
        };
        self.unwind_fblock(&mut loc, &found, false)?;
        if let Some(exit) = found.exit {
            self.op_jump(Op::JUMP, exit, loc);
        }
        Ok(())
    }

    pub(super) fn continue_statement(&mut self, origin: Location) -> Result<()> {
        let mut loc = origin;
        self.op(Op::NOP, loc);
        let Some(found) = self.unwind_fblock_stack(&mut loc, false, true)? else {
            return self.error(origin, "'continue' not properly in loop");
        };
        if let Some(start) = found.block {
            self.op_jump(Op::JUMP, start, loc);
        }
        Ok(())
    }
}

pub(super) fn pop_jump_if(condition: bool) -> Op {
    if condition {
        Op::POP_JUMP_IF_TRUE
    } else {
        Op::POP_JUMP_IF_FALSE
    }
}
