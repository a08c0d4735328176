//! Frame blocks: what must be undone on the way out of nested statements.
//!
//! CPython: `_PyCompile_PushFBlock`, `codegen_unwind_fblock`, `codegen_unwind_fblock_stack`.

use super::Codegen;
use crate::ast::{ExprContext, Name, Stmt};
use crate::error::Result;
use crate::instruction_sequence::Label;
use crate::location::{Location, NO_LOCATION};
use crate::opcode::Opcode as Op;

/// How deep statements can nest (`CO_MAXBLOCKS`).
const MAX_BLOCKS: usize = 21;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FBlockKind {
    WhileLoop,
    ForLoop,
    AsyncForLoop,
    TryExcept,
    FinallyTry,
    FinallyEnd,
    With,
    AsyncWith,
    HandlerCleanup,
    PopValue,
    ExceptionHandler,
    ExceptionGroupHandler,
    AsyncComprehensionGenerator,
    /// A comprehension within this scope, which restores the variables that it shadows.
    InlinedComprehension,
    StopIteration,
}

/// What unwinding a block needs besides.
#[derive(Clone, Copy)]
pub(super) enum Datum<'a> {
    None,
    /// The body of a `finally`.
    Body(&'a [Stmt]),
    /// The name of an `except ... as name`.
    Name(Name),
}

#[derive(Clone, Copy)]
pub(super) struct FBlock<'a> {
    pub(super) kind: FBlockKind,
    pub(super) block: Option<Label>,
    pub(super) loc: Location,
    pub(super) exit: Option<Label>,
    pub(super) datum: Datum<'a>,
}

impl<'a> Codegen<'a, '_> {
    pub(super) fn push_fblock(
        &mut self,
        loc: Location,
        kind: FBlockKind,
        block: Option<Label>,
        exit: Option<Label>,
        datum: Datum<'a>,
    ) -> Result<()> {
        if self.u.fblocks.len() >= MAX_BLOCKS {
            return self.error(loc, "too many statically nested blocks");
        }
        self.u.fblocks.push(FBlock {
            kind,
            block,
            loc,
            exit,
            datum,
        });
        if kind == FBlockKind::FinallyEnd {
            self.disable_warning += 1;
        }
        Ok(())
    }

    pub(super) fn pop_fblock(&mut self, kind: FBlockKind) {
        let popped = self.u.fblocks.pop();
        debug_assert!(
            popped.is_some_and(|block| block.kind == kind),
            "blocks nest"
        );
        if kind == FBlockKind::FinallyEnd {
            self.disable_warning -= 1;
        }
    }

    /// Leaves one block. With `preserve_tos` the value on top of the stack survives. `loc` becomes that of what follows.
    pub(super) fn unwind_fblock(
        &mut self,
        loc: &mut Location,
        info: &FBlock<'a>,
        preserve_tos: bool,
    ) -> Result<()> {
        match info.kind {
            FBlockKind::WhileLoop
            | FBlockKind::ExceptionHandler
            | FBlockKind::ExceptionGroupHandler
            | FBlockKind::AsyncComprehensionGenerator
            | FBlockKind::InlinedComprehension
            | FBlockKind::StopIteration => {}
            FBlockKind::ForLoop | FBlockKind::AsyncForLoop | FBlockKind::PopValue => {
                if preserve_tos {
                    self.op_i(Op::SWAP, 2, *loc);
                }
                self.op(Op::POP_TOP, *loc);
            }
            FBlockKind::TryExcept => self.op(Op::POP_BLOCK, *loc),
            FBlockKind::FinallyTry => {
                self.op(Op::POP_BLOCK, *loc);
                if preserve_tos {
                    self.push_fblock(*loc, FBlockKind::PopValue, None, None, Datum::None)?;
                }
                if let Datum::Body(body) = info.datum {
                    self.stmts(body)?;
                }
                if preserve_tos {
                    self.pop_fblock(FBlockKind::PopValue);
                }
                // The `finally` seems to run after the statement that leaves.
                *loc = NO_LOCATION;
            }
            FBlockKind::FinallyEnd => {
                if preserve_tos {
                    self.op_i(Op::SWAP, 2, *loc);
                }
                self.op(Op::POP_TOP, *loc);
                if preserve_tos {
                    self.op_i(Op::SWAP, 2, *loc);
                }
                self.op(Op::POP_BLOCK, *loc);
                self.op(Op::POP_EXCEPT, *loc);
            }
            FBlockKind::With | FBlockKind::AsyncWith => {
                *loc = info.loc;
                self.op(Op::POP_BLOCK, *loc);
                if preserve_tos {
                    self.op_i(Op::SWAP, 3, *loc);
                    self.op_i(Op::SWAP, 2, *loc);
                }
                self.call_exit_with_nones(*loc);
                if info.kind == FBlockKind::AsyncWith {
                    self.op_i(Op::GET_AWAITABLE, 2, *loc);
                    self.load_none(*loc);
                    self.add_yield_from(*loc, true);
                }
                self.op(Op::POP_TOP, *loc);
                *loc = NO_LOCATION;
            }
            FBlockKind::HandlerCleanup => {
                let name = if let Datum::Name(name) = info.datum {
                    Some(name)
                } else {
                    None
                };
                if name.is_some() {
                    self.op(Op::POP_BLOCK, *loc);
                }
                if preserve_tos {
                    self.op_i(Op::SWAP, 2, *loc);
                }
                self.op(Op::POP_BLOCK, *loc);
                self.op(Op::POP_EXCEPT, *loc);
                if let Some(name) = name {
                    self.unbind_exception(name, *loc)?;
                }
            }
        }
        Ok(())
    }

    /// `name = None; del name`, at the end of `except ... as name`.
    pub(super) fn unbind_exception(&mut self, name: Name, loc: Location) -> Result<()> {
        self.load_none(loc);
        self.nameop(name, ExprContext::Store, loc)?;
        self.nameop(name, ExprContext::Del, loc)
    }

    /// Leaves all blocks, or with `to_loop` those within the innermost loop, which is returned.
    pub(super) fn unwind_fblock_stack(
        &mut self,
        loc: &mut Location,
        preserve_tos: bool,
        to_loop: bool,
    ) -> Result<Option<FBlock<'a>>> {
        let Some(&top) = self.u.fblocks.last() else {
            return Ok(None);
        };
        if top.kind == FBlockKind::ExceptionGroupHandler {
            return self.error(
                *loc,
                "'break', 'continue' and 'return' cannot appear in an except* block",
            );
        }
        let is_loop = matches!(
            top.kind,
            FBlockKind::WhileLoop | FBlockKind::ForLoop | FBlockKind::AsyncForLoop
        );
        if to_loop && is_loop {
            return Ok(Some(top));
        }
        self.pop_fblock(top.kind);
        self.unwind_fblock(loc, &top, preserve_tos)?;
        let found = self.unwind_fblock_stack(loc, preserve_tos, to_loop)?;
        self.push_fblock(top.loc, top.kind, top.block, top.exit, top.datum)?;
        Ok(found)
    }
}
