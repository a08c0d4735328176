//! Augmented and annotated assignments.
//!
//! CPython: `codegen_augassign`, `codegen_annassign`.

use super::Codegen;
use super::name::AttrOp;
use super::unit::ScopeType;
use crate::ast::{AnnAssign, Expr, ExprContext, ExprKind, Operator, well_known};
use crate::error::{Result, SyntaxError};
use crate::location::Location;
use crate::opcode::{BinaryOp, Opcode as Op};

impl<'a> Codegen<'a, '_> {
    pub(super) fn aug_assign(
        &mut self,
        statement: Location,
        target: &'a Expr,
        op: Operator,
        value: &'a Expr,
    ) -> Result<()> {
        let loc = target.loc;
        match &target.kind {
            ExprKind::Attribute {
                value: object,
                attr,
                ..
            } => {
                self.expr(object)?;
                self.op_i(Op::COPY, 1, loc);
                let loc = self.attr_location(loc, target, *attr);
                self.op_attr(AttrOp::Attr, *attr, loc);
            }
            ExprKind::Subscript {
                value: object,
                slice,
                ..
            } => {
                self.expr(object)?;
                if let Some((lower, upper)) = two_part_slice(slice) {
                    self.slice_two_parts(slice.loc, lower, upper)?;
                    self.op_i(Op::COPY, 3, loc);
                    self.op_i(Op::COPY, 3, loc);
                    self.op_i(Op::COPY, 3, loc);
                    self.op(Op::BINARY_SLICE, loc);
                } else {
                    self.expr(slice)?;
                    self.op_i(Op::COPY, 2, loc);
                    self.op_i(Op::COPY, 2, loc);
                    self.op_i(Op::BINARY_OP, BinaryOp::Subscript.oparg() as usize, loc);
                }
            }
            ExprKind::Name { id, .. } => self.nameop(*id, ExprContext::Load, loc)?,
            _ => {
                return Err(SyntaxError::system(
                    "invalid node type for augmented assignment",
                ));
            }
        }
        self.expr(value)?;
        self.op_i(
            Op::BINARY_OP,
            binary_op(op, true).oparg() as usize,
            statement,
        );
        match &target.kind {
            ExprKind::Attribute { attr, .. } => {
                let loc = self.attr_location(loc, target, *attr);
                self.op_i(Op::SWAP, 2, loc);
                self.op_name(Op::STORE_ATTR, *attr, loc);
            }
            ExprKind::Subscript { slice, .. } => {
                if two_part_slice(slice).is_some() {
                    self.op_i(Op::SWAP, 4, loc);
                    self.op_i(Op::SWAP, 3, loc);
                    self.op_i(Op::SWAP, 2, loc);
                    self.op(Op::STORE_SLICE, loc);
                } else {
                    self.op_i(Op::SWAP, 3, loc);
                    self.op_i(Op::SWAP, 2, loc);
                    self.op(Op::STORE_SUBSCR, loc);
                }
            }
            ExprKind::Name { id, .. } => self.nameop(*id, ExprContext::Store, loc)?,
            _ => {}
        }
        Ok(())
    }

    pub(super) fn ann_assign(&mut self, loc: Location, assign: &'a AnnAssign) -> Result<()> {
        if let Some(value) = &assign.value {
            self.expr(value)?;
            self.expr(&assign.target)?;
        }
        match &assign.target.kind {
            ExprKind::Name { id, .. } => {
                let is_stored = matches!(self.u.scope_type, ScopeType::Module | ScopeType::Class);
                if !assign.simple || !is_stored {
                    return Ok(());
                }
                if self.options.features.annotations() {
                    self.annexpr(&assign.annotation)?;
                    self.op_name(Op::LOAD_NAME, well_known::ANNOTATIONS, loc);
                    let name = self.mangle(*id);
                    self.load_name_const(name, loc);
                    self.op(Op::STORE_SUBSCR, loc);
                } else if let Some(index) = self.add_deferred_annotation(assign, loc) {
                    if self.is_scope(ScopeType::Class) {
                        self.op_cellvar(Op::LOAD_DEREF, well_known::CONDITIONAL_ANNOTATIONS, loc);
                    } else {
                        self.op_name(Op::LOAD_NAME, well_known::CONDITIONAL_ANNOTATIONS, loc);
                    }
                    self.load_int(index, loc);
                    self.op_i(Op::SET_ADD, 1, loc);
                    self.op(Op::POP_TOP, loc);
                }
            }
            ExprKind::Attribute { value, .. } => {
                if assign.value.is_none() {
                    self.check_ann_expr(value)?;
                }
            }
            ExprKind::Subscript { value, slice, .. } => {
                if assign.value.is_none() {
                    self.check_ann_expr(value)?;
                    self.check_ann_subscr(slice)?;
                }
            }
            _ => {
                return Err(SyntaxError::system(
                    "invalid node type for annotated assignment",
                ));
            }
        }
        Ok(())
    }

    fn check_ann_expr(&mut self, expression: &'a Expr) -> Result<()> {
        self.expr(expression)?;
        self.op(Op::POP_TOP, expression.loc);
        Ok(())
    }

    /// Everything in a subscript must be defined at run time.
    fn check_ann_subscr(&mut self, slice: &'a Expr) -> Result<()> {
        match &slice.kind {
            ExprKind::Slice { lower, upper, step } => {
                for part in [lower, upper, step].into_iter().flatten() {
                    self.check_ann_expr(part)?;
                }
                Ok(())
            }
            ExprKind::Tuple { elts, .. } => elts
                .iter()
                .try_for_each(|element| self.check_ann_subscr(element)),
            _ => self.check_ann_expr(slice),
        }
    }
}

/// Lower and upper bound, if `slice` is `a:b` without a step and not constant: those need no slice object.
pub(super) fn two_part_slice(slice: &Expr) -> Option<(Option<&Expr>, Option<&Expr>)> {
    let ExprKind::Slice {
        lower,
        upper,
        step: None,
    } = &slice.kind
    else {
        return None;
    };
    let is_constant =
        |part: &Option<Box<Expr>>| part.as_ref().is_none_or(|part| part.is_constant());
    if is_constant(lower) && is_constant(upper) {
        return None;
    }
    Some((lower.as_deref(), upper.as_deref()))
}

pub(super) fn binary_op(op: Operator, is_inplace: bool) -> BinaryOp {
    let (plain, inplace) = match op {
        Operator::Add => (BinaryOp::Add, BinaryOp::InplaceAdd),
        Operator::Sub => (BinaryOp::Subtract, BinaryOp::InplaceSubtract),
        Operator::Mult => (BinaryOp::Multiply, BinaryOp::InplaceMultiply),
        Operator::MatMult => (BinaryOp::MatrixMultiply, BinaryOp::InplaceMatrixMultiply),
        Operator::Div => (BinaryOp::TrueDivide, BinaryOp::InplaceTrueDivide),
        Operator::Mod => (BinaryOp::Remainder, BinaryOp::InplaceRemainder),
        Operator::Pow => (BinaryOp::Power, BinaryOp::InplacePower),
        Operator::LShift => (BinaryOp::Lshift, BinaryOp::InplaceLshift),
        Operator::RShift => (BinaryOp::Rshift, BinaryOp::InplaceRshift),
        Operator::BitOr => (BinaryOp::Or, BinaryOp::InplaceOr),
        Operator::BitXor => (BinaryOp::Xor, BinaryOp::InplaceXor),
        Operator::BitAnd => (BinaryOp::And, BinaryOp::InplaceAnd),
        Operator::FloorDiv => (BinaryOp::FloorDivide, BinaryOp::InplaceFloorDivide),
    };
    if is_inplace { inplace } else { plain }
}
