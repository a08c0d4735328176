//! `with` and `async with`.
//!
//! CPython: `codegen_with_inner`, `codegen_async_with_inner`.

use super::Codegen;
use super::fblock::{Datum, FBlockKind};
use crate::ast::{Stmt, WithItem};
use crate::error::Result;
use crate::instruction_sequence::Label;
use crate::location::{Location, NO_LOCATION};
use crate::opcode::{Opcode as Op, RESUME_AFTER_AWAIT, RESUME_AFTER_YIELD_FROM, SpecialMethod};

impl<'a> Codegen<'a, '_> {
    pub(super) fn with_statement(
        &mut self,
        items: &'a [WithItem],
        body: &'a [Stmt],
        is_async: bool,
    ) -> Result<()> {
        let Some((item, rest)) = items.split_first() else {
            return self.stmts(body);
        };
        let block = self.new_label();
        let final_ = self.new_label();
        let exit = self.new_label();
        let cleanup = self.new_label();
        self.expr(&item.context_expr)?;
        let loc = item.context_expr.loc;
        let (enter_method, exit_method, kind) = if is_async {
            (
                SpecialMethod::Aenter,
                SpecialMethod::Aexit,
                FBlockKind::AsyncWith,
            )
        } else {
            (SpecialMethod::Enter, SpecialMethod::Exit, FBlockKind::With)
        };
        self.op_i(Op::COPY, 1, loc);
        self.op_i(Op::LOAD_SPECIAL, exit_method.oparg() as usize, loc);
        self.op_i(Op::SWAP, 2, loc);
        self.op_i(Op::SWAP, 3, loc);
        self.op_i(Op::LOAD_SPECIAL, enter_method.oparg() as usize, loc);
        self.op_i(Op::CALL, 0, loc);
        if is_async {
            self.await_on_stack(1, loc);
        }
        self.op_jump(Op::SETUP_WITH, final_, loc);
        self.use_label(block);
        self.push_fblock(loc, kind, Some(block), Some(final_), Datum::None)?;
        match &item.optional_vars {
            Some(target) => self.expr(target)?,
            None => self.op(Op::POP_TOP, loc),
        }
        if rest.is_empty() {
            self.stmts(body)?;
        } else {
            self.depth.enter()?;
            self.with_statement(rest, body, is_async)?;
            self.depth.leave();
        }
        if is_async {
            self.pop_fblock(kind);
            self.op(Op::POP_BLOCK, loc);
        } else {
            self.op(Op::POP_BLOCK, NO_LOCATION);
            self.pop_fblock(kind);
        }
        // Without an exception: `__exit__(None, None, None)`.
        self.call_exit_with_nones(loc);
        if is_async {
            self.await_on_stack(2, loc);
        }
        self.op(Op::POP_TOP, loc);
        self.op_jump(Op::JUMP, exit, loc);
        // With one.
        self.use_label(final_);
        self.op_jump(Op::SETUP_CLEANUP, cleanup, loc);
        self.op(Op::PUSH_EXC_INFO, loc);
        self.op(Op::WITH_EXCEPT_START, loc);
        if is_async {
            self.await_on_stack(2, loc);
        }
        self.with_except_finish(cleanup);
        self.use_label(exit);
        Ok(())
    }

    fn await_on_stack(&mut self, kind: usize, loc: Location) {
        self.op_i(Op::GET_AWAITABLE, kind, loc);
        self.load_none(loc);
        self.add_yield_from(loc, true);
    }

    fn with_except_finish(&mut self, cleanup: Label) {
        let suppress = self.new_label();
        self.op(Op::TO_BOOL, NO_LOCATION);
        self.op_jump(Op::POP_JUMP_IF_TRUE, suppress, NO_LOCATION);
        self.op_i(Op::RERAISE, 2, NO_LOCATION);
        self.use_label(suppress);
        self.op(Op::POP_TOP, NO_LOCATION);
        self.op(Op::POP_BLOCK, NO_LOCATION);
        self.op(Op::POP_EXCEPT, NO_LOCATION);
        self.op(Op::POP_TOP, NO_LOCATION);
        self.op(Op::POP_TOP, NO_LOCATION);
        self.op(Op::POP_TOP, NO_LOCATION);
        let exit = self.new_label();
        self.op_jump(Op::JUMP_NO_INTERRUPT, exit, NO_LOCATION);
        self.use_label(cleanup);
        self.pop_except_and_reraise(NO_LOCATION);
        self.use_label(exit);
    }

    pub(super) fn call_exit_with_nones(&mut self, loc: Location) {
        self.load_none(loc);
        self.load_none(loc);
        self.load_none(loc);
        self.op_i(Op::CALL, 3, loc);
    }

    /// Hands control to the awaitable or generator on the stack until it is done.
    pub(super) fn add_yield_from(&mut self, loc: Location, is_await: bool) {
        let send = self.new_label();
        let fail = self.new_label();
        let exit = self.new_label();
        self.use_label(send);
        self.op_jump(Op::SEND, exit, loc);
        // For a `StopIteration` out of `close` or `throw`: only they make `YIELD_VALUE` raise.
        self.op_jump(Op::SETUP_FINALLY, fail, loc);
        self.op_i(Op::YIELD_VALUE, 1, loc);
        self.op(Op::POP_BLOCK, NO_LOCATION);
        let resume = if is_await {
            RESUME_AFTER_AWAIT
        } else {
            RESUME_AFTER_YIELD_FROM
        };
        self.op_i(Op::RESUME, resume as usize, loc);
        self.op_jump(Op::JUMP_NO_INTERRUPT, send, loc);
        self.use_label(fail);
        self.op(Op::CLEANUP_THROW, loc);
        self.use_label(exit);
        self.op(Op::END_SEND, loc);
    }
}
