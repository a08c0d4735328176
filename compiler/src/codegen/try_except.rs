//! `try`.
//!
//! CPython: `codegen_try_finally`, `codegen_try_except`.

use super::Codegen;
use super::fblock::{Datum, FBlockKind};
use crate::ast::{ExceptHandler, ExprContext, Try};
use crate::error::Result;
use crate::instruction_sequence::Label;
use crate::location::{Location, NO_LOCATION};
use crate::opcode::Opcode as Op;

impl<'a> Codegen<'a, '_> {
    pub(super) fn try_statement(&mut self, loc: Location, node: &'a Try) -> Result<()> {
        if node.finalbody.is_empty() {
            self.try_handlers(loc, node)
        } else {
            self.try_finally(loc, node)
        }
    }

    fn try_handlers(&mut self, loc: Location, node: &'a Try) -> Result<()> {
        if node.is_star {
            self.try_star_except(loc, node)
        } else {
            self.try_except(loc, node)
        }
    }

    fn try_finally(&mut self, loc: Location, node: &'a Try) -> Result<()> {
        let body = self.new_label();
        let end = self.new_label();
        let exit = self.new_label();
        let cleanup = self.new_label();
        self.op_jump(Op::SETUP_FINALLY, end, loc);
        self.use_label(body);
        self.push_fblock(
            loc,
            FBlockKind::FinallyTry,
            Some(body),
            Some(end),
            Datum::Body(&node.finalbody),
        )?;
        if node.handlers.is_empty() {
            self.stmts(&node.body)?;
        } else {
            self.try_handlers(loc, node)?;
        }
        self.op(Op::POP_BLOCK, NO_LOCATION);
        self.pop_fblock(FBlockKind::FinallyTry);
        self.stmts(&node.finalbody)?;
        self.op_jump(Op::JUMP_NO_INTERRUPT, exit, NO_LOCATION);

        self.use_label(end);
        self.op_jump(Op::SETUP_CLEANUP, cleanup, NO_LOCATION);
        self.op(Op::PUSH_EXC_INFO, NO_LOCATION);
        self.push_fblock(
            NO_LOCATION,
            FBlockKind::FinallyEnd,
            Some(end),
            None,
            Datum::None,
        )?;
        self.stmts(&node.finalbody)?;
        self.pop_fblock(FBlockKind::FinallyEnd);
        self.op_i(Op::RERAISE, 0, NO_LOCATION);
        self.use_label(cleanup);
        self.pop_except_and_reraise(NO_LOCATION);
        self.use_label(exit);
        Ok(())
    }

    fn try_except(&mut self, loc: Location, node: &'a Try) -> Result<()> {
        let body = self.new_label();
        let except = self.new_label();
        let end = self.new_label();
        let cleanup = self.new_label();
        self.op_jump(Op::SETUP_FINALLY, except, loc);
        self.use_label(body);
        self.push_fblock(loc, FBlockKind::TryExcept, Some(body), None, Datum::None)?;
        self.stmts(&node.body)?;
        self.pop_fblock(FBlockKind::TryExcept);
        self.op(Op::POP_BLOCK, NO_LOCATION);
        self.stmts(&node.orelse)?;
        self.op_jump(Op::JUMP_NO_INTERRUPT, end, NO_LOCATION);

        self.use_label(except);
        self.op_jump(Op::SETUP_CLEANUP, cleanup, NO_LOCATION);
        self.op(Op::PUSH_EXC_INFO, NO_LOCATION);
        self.push_fblock(loc, FBlockKind::ExceptionHandler, None, None, Datum::None)?;
        for (index, handler) in node.handlers.iter().enumerate() {
            if handler.type_.is_none() && index + 1 < node.handlers.len() {
                return self.error(handler.loc, "default 'except:' must be last");
            }
            self.except_handler(handler, end)?;
        }
        self.pop_fblock(FBlockKind::ExceptionHandler);
        self.op_i(Op::RERAISE, 0, NO_LOCATION);
        self.use_label(cleanup);
        self.pop_except_and_reraise(NO_LOCATION);
        self.use_label(end);
        Ok(())
    }

    fn except_handler(&mut self, handler: &'a ExceptHandler, end: Label) -> Result<()> {
        let loc = handler.loc;
        let next_except = self.new_label();
        if let Some(type_) = &handler.type_ {
            self.expr(type_)?;
            self.op(Op::CHECK_EXC_MATCH, loc);
            self.op_jump(Op::POP_JUMP_IF_FALSE, next_except, loc);
        }
        if let Some(name) = handler.name {
            let cleanup_end = self.new_label();
            let cleanup_body = self.new_label();
            self.nameop(name, ExprContext::Store, loc)?;
            // The body stands in a second `try`, whose `finally` unbinds the name.
            self.op_jump(Op::SETUP_CLEANUP, cleanup_end, loc);
            self.use_label(cleanup_body);
            self.push_fblock(
                loc,
                FBlockKind::HandlerCleanup,
                Some(cleanup_body),
                None,
                Datum::Name(name),
            )?;
            self.stmts(&handler.body)?;
            self.pop_fblock(FBlockKind::HandlerCleanup);
            self.op(Op::POP_BLOCK, NO_LOCATION);
            self.op(Op::POP_BLOCK, NO_LOCATION);
            self.op(Op::POP_EXCEPT, NO_LOCATION);
            self.unbind_exception(name, NO_LOCATION)?;
            self.op_jump(Op::JUMP_NO_INTERRUPT, end, NO_LOCATION);
            self.use_label(cleanup_end);
            self.unbind_exception(name, NO_LOCATION)?;
            self.op_i(Op::RERAISE, 1, NO_LOCATION);
        } else {
            let cleanup_body = self.new_label();
            self.op(Op::POP_TOP, loc);
            self.use_label(cleanup_body);
            self.push_fblock(
                loc,
                FBlockKind::HandlerCleanup,
                Some(cleanup_body),
                None,
                Datum::None,
            )?;
            self.stmts(&handler.body)?;
            self.pop_fblock(FBlockKind::HandlerCleanup);
            self.op(Op::POP_BLOCK, NO_LOCATION);
            self.op(Op::POP_EXCEPT, NO_LOCATION);
            self.op_jump(Op::JUMP_NO_INTERRUPT, end, NO_LOCATION);
        }
        self.use_label(next_except);
        Ok(())
    }

    pub(super) fn pop_except_and_reraise(&mut self, loc: Location) {
        self.op_i(Op::COPY, 3, loc);
        self.op(Op::POP_EXCEPT, loc);
        self.op_i(Op::RERAISE, 1, loc);
    }
}
