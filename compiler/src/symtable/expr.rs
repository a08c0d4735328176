//! Expressions: the names they use.
//!
//! CPython: `symtable_visit_expr`.

use super::ScopeKey;
use super::build::{Builder, check_name};
use super::entry::{BlockKind, SymbolFlags};
use crate::ast::{Expr, ExprContext, ExprKind, well_known};
use crate::error::{Result, SyntaxError};

impl Builder<'_> {
    pub(super) fn exprs(&mut self, expressions: &[Expr]) -> Result<()> {
        expressions
            .iter()
            .try_for_each(|expression| self.expr(expression))
    }

    pub(super) fn opt_expr(&mut self, expression: Option<&Expr>) -> Result<()> {
        expression.map_or(Ok(()), |expression| self.expr(expression))
    }

    pub(super) fn expr(&mut self, expression: &Expr) -> Result<()> {
        self.depth.enter()?;
        let loc = expression.loc;
        match &expression.kind {
            ExprKind::NamedExpr { target, value } => {
                self.raise_if_annotation_block("named expression", loc)?;
                self.named_expr(expression, target, value)?;
            }
            ExprKind::BoolOp { values, .. }
            | ExprKind::JoinedStr { values }
            | ExprKind::TemplateStr { values } => self.exprs(values)?,
            ExprKind::BinOp { left, right, .. } => {
                self.expr(left)?;
                self.expr(right)?;
            }
            ExprKind::UnaryOp { operand, .. } => self.expr(operand)?,
            ExprKind::Lambda { args, body } => {
                self.defaults(args)?;
                self.enter_block(
                    well_known::LAMBDA,
                    BlockKind::Function,
                    ScopeKey::node(expression),
                    loc,
                )?;
                self.arguments(args)?;
                self.expr(body)?;
                self.exit_block();
            }
            ExprKind::IfExp { test, body, orelse } => {
                self.expr(test)?;
                self.expr(body)?;
                self.expr(orelse)?;
            }
            ExprKind::Dict { keys, values } => {
                keys.iter().flatten().try_for_each(|key| self.expr(key))?;
                self.exprs(values)?;
            }
            ExprKind::GeneratorExp { .. }
            | ExprKind::ListComp { .. }
            | ExprKind::SetComp { .. }
            | ExprKind::DictComp { .. } => self.comprehension(expression)?,
            ExprKind::Yield { value } => {
                self.raise_if_annotation_block("yield expression", loc)?;
                self.opt_expr(value.as_deref())?;
                self.mark_generator(expression)?;
            }
            ExprKind::YieldFrom { value } => {
                self.raise_if_annotation_block("yield expression", loc)?;
                self.expr(value)?;
                self.mark_generator(expression)?;
            }
            ExprKind::Await { value } => {
                self.raise_if_annotation_block("await expression", loc)?;
                if !self.allows_top_level_await() {
                    if !self.cur_ref().is_function_like() {
                        return Err(SyntaxError::new("'await' outside function", loc));
                    }
                    if !self.is_async_def() && self.cur_ref().comprehension.is_none() {
                        return Err(SyntaxError::new("'await' outside async function", loc));
                    }
                }
                self.expr(value)?;
                self.cur().coroutine = true;
            }
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
                self.check_keywords(keywords)?;
                keywords
                    .iter()
                    .try_for_each(|keyword| self.expr(&keyword.value))?;
            }
            ExprKind::FormattedValue {
                value, format_spec, ..
            }
            | ExprKind::Interpolation {
                value, format_spec, ..
            } => {
                self.expr(value)?;
                self.opt_expr(format_spec.as_deref())?;
            }
            ExprKind::Constant { .. } => {}
            ExprKind::Attribute { value, attr, ctx } => {
                check_name(*attr, loc, *ctx)?;
                self.expr(value)?;
            }
            ExprKind::Subscript { value, slice, .. } => {
                self.expr(value)?;
                self.expr(slice)?;
            }
            ExprKind::Starred { value, .. } => self.expr(value)?,
            ExprKind::Slice { lower, upper, step } => {
                self.opt_expr(lower.as_deref())?;
                self.opt_expr(upper.as_deref())?;
                self.opt_expr(step.as_deref())?;
            }
            ExprKind::Name { id, ctx } => {
                if !self.cur_ref().in_unevaluated_annotation {
                    let flag = if *ctx == ExprContext::Load {
                        SymbolFlags::USE
                    } else {
                        SymbolFlags::LOCAL
                    };
                    self.add_def_ctx(*id, flag, loc, *ctx)?;
                    // `super` counts as a use of `__class__`.
                    if *id == well_known::SUPER
                        && *ctx == ExprContext::Load
                        && self.cur_ref().is_function_like()
                    {
                        self.add_def(well_known::CLASS, SymbolFlags::USE, loc)?;
                    }
                }
            }
            ExprKind::List { elts, .. } | ExprKind::Tuple { elts, .. } | ExprKind::Set { elts } => {
                self.exprs(elts)?
            }
        }
        self.depth.leave();
        Ok(())
    }
}
