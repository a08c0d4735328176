//! Expressions: `__debug__` and `%` formatting.

use super::{Preprocessor, format};
use crate::ast::{Expr, ExprContext, ExprKind, Operator, well_known};
use crate::constant::Constant;
use crate::error::Result;

impl Preprocessor<'_> {
    pub(super) fn exprs(&mut self, expressions: &mut [Expr]) -> Result<()> {
        expressions
            .iter_mut()
            .try_for_each(|expression| self.expr(expression))
    }

    pub(super) fn opt_expr(&mut self, expression: Option<&mut Expr>) -> Result<()> {
        expression.map_or(Ok(()), |expression| self.expr(expression))
    }

    pub(super) fn expr(&mut self, expression: &mut Expr) -> Result<()> {
        self.depth.enter()?;
        match &mut expression.kind {
            ExprKind::BoolOp { values, .. }
            | ExprKind::JoinedStr { values }
            | ExprKind::TemplateStr { values } => self.exprs(values)?,
            ExprKind::BinOp { left, right, .. } => {
                self.expr(left)?;
                self.expr(right)?;
                if !self.options.syntax_check_only {
                    fold_format(expression);
                }
            }
            ExprKind::UnaryOp { operand, .. } => self.expr(operand)?,
            ExprKind::Lambda { args, body } => {
                self.arguments(args)?;
                self.expr(body)?;
            }
            ExprKind::IfExp { test, body, orelse } => {
                self.expr(test)?;
                self.expr(body)?;
                self.expr(orelse)?;
            }
            ExprKind::Dict { keys, values } => {
                keys.iter_mut()
                    .flatten()
                    .try_for_each(|key| self.expr(key))?;
                self.exprs(values)?;
            }
            ExprKind::Set { elts } | ExprKind::List { elts, .. } | ExprKind::Tuple { elts, .. } => {
                self.exprs(elts)?
            }
            ExprKind::ListComp { elt, generators }
            | ExprKind::SetComp { elt, generators }
            | ExprKind::GeneratorExp { elt, generators } => {
                self.expr(elt)?;
                self.generators(generators)?;
            }
            ExprKind::DictComp {
                key,
                value,
                generators,
            } => {
                self.expr(key)?;
                self.expr(value)?;
                self.generators(generators)?;
            }
            ExprKind::Await { value }
            | ExprKind::YieldFrom { value }
            | ExprKind::NamedExpr { value, .. }
            | ExprKind::Attribute { value, .. }
            | ExprKind::Starred { value, .. } => self.expr(value)?,
            ExprKind::Yield { value } => self.opt_expr(value.as_deref_mut())?,
            ExprKind::Compare {
                left, comparators, ..
            } => {
                self.expr(left)?;
                self.exprs(comparators)?;
            }
            ExprKind::Call {
                func,
                args,
                keywords,
            } => {
                self.expr(func)?;
                self.exprs(args)?;
                keywords
                    .iter_mut()
                    .try_for_each(|keyword| self.expr(&mut keyword.value))?;
            }
            ExprKind::FormattedValue {
                value, format_spec, ..
            }
            | ExprKind::Interpolation {
                value, format_spec, ..
            } => {
                self.expr(value)?;
                self.opt_expr(format_spec.as_deref_mut())?;
            }
            ExprKind::Subscript { value, slice, .. } => {
                self.expr(value)?;
                self.expr(slice)?;
            }
            ExprKind::Slice { lower, upper, step } => {
                self.opt_expr(lower.as_deref_mut())?;
                self.opt_expr(upper.as_deref_mut())?;
                self.opt_expr(step.as_deref_mut())?;
            }
            ExprKind::Name {
                id: well_known::DEBUG,
                ctx: ExprContext::Load,
            } if !self.options.syntax_check_only => {
                let value = Constant::Bool(self.options.optimize == 0);
                expression.kind = ExprKind::Constant { value, is_u: false };
            }
            ExprKind::Name { .. } | ExprKind::Constant { .. } => {}
        }
        self.depth.leave();
        Ok(())
    }

    fn generators(&mut self, generators: &mut [crate::ast::Comprehension]) -> Result<()> {
        for generator in generators {
            self.expr(&mut generator.target)?;
            self.expr(&mut generator.iter)?;
            self.exprs(&mut generator.ifs)?;
        }
        Ok(())
    }
}

/// `'...' % (a, b)` becomes an f-string, if its conversions allow.
fn fold_format(expression: &mut Expr) {
    let ExprKind::BinOp {
        left,
        op: Operator::Mod,
        right,
    } = &mut expression.kind
    else {
        return;
    };
    let ExprKind::Constant {
        value: Constant::Str(text),
        ..
    } = &left.kind
    else {
        return;
    };
    let ExprKind::Tuple { elts, .. } = &mut right.kind else {
        return;
    };
    if elts.iter().any(Expr::is_starred) {
        return;
    }
    if let Some(pieces) = format::parse(text, elts.len()) {
        let values = format::join(pieces, std::mem::take(elts));
        expression.kind = ExprKind::JoinedStr { values };
    }
}
