//! `try` with `except*` (PEP 654).
//!
//! CPython: `codegen_try_star_except`, whose comment draws the stack.

use super::Codegen;
use super::fblock::{Datum, FBlockKind};
use crate::ast::{ExceptHandler, ExprContext, Try};
use crate::error::Result;
use crate::location::{Location, NO_LOCATION};
use crate::opcode::{Intrinsic2, Opcode as Op};

impl<'a> Codegen<'a, '_> {
    pub(super) fn try_star_except(&mut self, loc: Location, node: &'a Try) -> Result<()> {
        let body = self.new_label();
        let except = self.new_label();
        let orelse = self.new_label();
        let end = self.new_label();
        let cleanup = self.new_label();
        let reraise_star = self.new_label();
        self.op_jump(Op::SETUP_FINALLY, except, loc);
        self.use_label(body);
        self.push_fblock(loc, FBlockKind::TryExcept, Some(body), None, Datum::None)?;
        self.stmts(&node.body)?;
        self.pop_fblock(FBlockKind::TryExcept);
        self.op(Op::POP_BLOCK, NO_LOCATION);
        self.op_jump(Op::JUMP_NO_INTERRUPT, orelse, NO_LOCATION);

        self.use_label(except);
        self.op_jump(Op::SETUP_CLEANUP, cleanup, NO_LOCATION);
        self.op(Op::PUSH_EXC_INFO, NO_LOCATION);
        self.push_fblock(
            loc,
            FBlockKind::ExceptionGroupHandler,
            None,
            None,
            Datum::None,
        )?;
        for (index, handler) in node.handlers.iter().enumerate() {
            if index == 0 {
                // The list of what the handlers raise, and a copy of the group to split.
                self.op_i(Op::BUILD_LIST, 0, handler.loc);
                self.op_i(Op::COPY, 2, handler.loc);
            }
            self.star_handler(handler)?;
            if index + 1 == node.handlers.len() {
                // What no handler took, or `None`.
                self.op_i(Op::LIST_APPEND, 1, NO_LOCATION);
                self.op_jump(Op::JUMP_NO_INTERRUPT, reraise_star, NO_LOCATION);
            }
        }
        self.pop_fblock(FBlockKind::ExceptionGroupHandler);
        let reraise = self.new_label();
        self.use_label(reraise_star);
        self.intrinsic_2(Intrinsic2::PrepReraiseStar, NO_LOCATION);
        self.op_i(Op::COPY, 1, NO_LOCATION);
        self.op_jump(Op::POP_JUMP_IF_NOT_NONE, reraise, NO_LOCATION);
        self.op(Op::POP_TOP, NO_LOCATION);
        self.op(Op::POP_BLOCK, NO_LOCATION);
        self.op(Op::POP_EXCEPT, NO_LOCATION);
        self.op_jump(Op::JUMP_NO_INTERRUPT, end, NO_LOCATION);
        self.use_label(reraise);
        self.op(Op::POP_BLOCK, NO_LOCATION);
        self.op_i(Op::SWAP, 2, NO_LOCATION);
        self.op(Op::POP_EXCEPT, NO_LOCATION);
        self.op_i(Op::RERAISE, 0, NO_LOCATION);
        self.use_label(cleanup);
        self.pop_except_and_reraise(NO_LOCATION);
        self.use_label(orelse);
        self.stmts(&node.orelse)?;
        self.use_label(end);
        Ok(())
    }

    fn star_handler(&mut self, handler: &'a ExceptHandler) -> Result<()> {
        let loc = handler.loc;
        let except = self.new_label();
        let except_with_error = self.new_label();
        let no_match = self.new_label();
        if let Some(type_) = &handler.type_ {
            self.expr(type_)?;
            self.op(Op::CHECK_EG_MATCH, loc);
            self.op_i(Op::COPY, 1, loc);
            self.op_jump(Op::POP_JUMP_IF_NONE, no_match, loc);
        }
        let cleanup_end = self.new_label();
        let cleanup_body = self.new_label();
        match handler.name {
            Some(name) => self.nameop(name, ExprContext::Store, loc)?,
            None => self.op(Op::POP_TOP, loc),
        }
        self.op_jump(Op::SETUP_CLEANUP, cleanup_end, loc);
        self.use_label(cleanup_body);
        let datum = handler.name.map_or(Datum::None, Datum::Name);
        self.push_fblock(
            loc,
            FBlockKind::HandlerCleanup,
            Some(cleanup_body),
            None,
            datum,
        )?;
        self.stmts(&handler.body)?;
        self.pop_fblock(FBlockKind::HandlerCleanup);
        self.op(Op::POP_BLOCK, NO_LOCATION);
        if let Some(name) = handler.name {
            self.unbind_exception(name, NO_LOCATION)?;
        }
        self.op_jump(Op::JUMP_NO_INTERRUPT, except, NO_LOCATION);

        self.use_label(cleanup_end);
        if let Some(name) = handler.name {
            self.unbind_exception(name, NO_LOCATION)?;
        }
        self.op_i(Op::LIST_APPEND, 3, NO_LOCATION);
        self.op(Op::POP_TOP, NO_LOCATION);
        self.op_jump(Op::JUMP_NO_INTERRUPT, except_with_error, NO_LOCATION);

        self.use_label(except);
        self.op(Op::NOP, NO_LOCATION);
        self.op_jump(Op::JUMP_NO_INTERRUPT, except_with_error, NO_LOCATION);
        self.use_label(no_match);
        self.op(Op::POP_TOP, loc);
        self.use_label(except_with_error);
        Ok(())
    }
}
