//! Subscripts and slices.
//!
//! CPython: `codegen_subscript`, `codegen_slice`.

use std::sync::Arc;

use super::Codegen;
use super::assign::two_part_slice;
use crate::ast::{Expr, ExprContext, ExprKind};
use crate::constant::Constant;
use crate::error::{Result, SyntaxError};
use crate::location::Location;
use crate::opcode::{BinaryOp, Opcode as Op};

impl<'a> Codegen<'a, '_> {
    pub(super) fn subscript(
        &mut self,
        loc: Location,
        value: &'a Expr,
        slice: &'a Expr,
        ctx: ExprContext,
    ) -> Result<()> {
        if ctx == ExprContext::Load {
            self.check_subscripter(value);
            self.check_index(value, slice);
        }
        self.expr(value)?;
        if ctx != ExprContext::Del
            && let Some((lower, upper)) = two_part_slice(slice)
        {
            self.slice_two_parts(slice.loc, lower, upper)?;
            self.op(
                if ctx == ExprContext::Load {
                    Op::BINARY_SLICE
                } else {
                    Op::STORE_SLICE
                },
                loc,
            );
            return Ok(());
        }
        self.expr(slice)?;
        match ctx {
            ExprContext::Load => {
                self.op_i(Op::BINARY_OP, BinaryOp::Subscript.oparg() as usize, loc)
            }
            ExprContext::Store => self.op(Op::STORE_SUBSCR, loc),
            ExprContext::Del => self.op(Op::DELETE_SUBSCR, loc),
        }
        Ok(())
    }

    pub(super) fn slice_two_parts(
        &mut self,
        loc: Location,
        lower: Option<&'a Expr>,
        upper: Option<&'a Expr>,
    ) -> Result<()> {
        for part in [lower, upper] {
            match part {
                Some(part) => self.expr(part)?,
                None => self.load_none(loc),
            }
        }
        Ok(())
    }

    pub(super) fn slice(&mut self, expression: &'a Expr) -> Result<()> {
        let loc = expression.loc;
        let ExprKind::Slice { lower, upper, step } = &expression.kind else {
            return Err(SyntaxError::system("not a slice"));
        };
        let constant = |part: &Option<Box<Expr>>| match part {
            None => Some(Constant::None),
            Some(part) => part.as_constant().cloned(),
        };
        if let (Some(start), Some(stop), Some(step)) =
            (constant(lower), constant(upper), constant(step))
        {
            self.load_const(Constant::Slice(Arc::new([start, stop, step])), loc);
            return Ok(());
        }
        self.slice_two_parts(loc, lower.as_deref(), upper.as_deref())?;
        let mut count = 2;
        if let Some(step) = step {
            self.expr(step)?;
            count += 1;
        }
        self.op_i(Op::BUILD_SLICE, count, loc);
        Ok(())
    }
}
