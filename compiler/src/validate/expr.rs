//! Expressions.

use super::{Validator, place, type_error, value_error};
use crate::ast::{Arg, Arguments, Comprehension, Expr, ExprContext, ExprKind, Keyword};
use crate::error::Result;

use ExprContext::{Load, Store};

impl Validator<'_> {
    pub(super) fn exprs(&mut self, expressions: &[Expr], ctx: ExprContext) -> Result<()> {
        expressions
            .iter()
            .try_for_each(|expression| self.expr(expression, ctx))
    }

    pub(super) fn opt_expr(&mut self, expression: Option<&Expr>) -> Result<()> {
        expression.map_or(Ok(()), |expression| self.expr(expression, Load))
    }

    fn opt_exprs(&mut self, expressions: &[Option<Expr>]) -> Result<()> {
        expressions
            .iter()
            .flatten()
            .try_for_each(|expression| self.expr(expression, Load))
    }

    /// Checks an expression that stands where `ctx` is wanted.
    pub(super) fn expr(&mut self, expression: &Expr, ctx: ExprContext) -> Result<()> {
        place(expression.loc)?;
        self.depth.enter()?;
        self.context(expression, ctx)?;
        match &expression.kind {
            ExprKind::BoolOp { values, .. } => {
                if values.len() < 2 {
                    return Err(value_error("BoolOp with less than 2 values"));
                }
                self.exprs(values, Load)?;
            }
            ExprKind::NamedExpr { target, value } => {
                if target.as_name().is_none() {
                    return Err(type_error("NamedExpr target must be a Name"));
                }
                self.expr(value, Load)?;
            }
            ExprKind::BinOp { left, right, .. } => {
                self.expr(left, Load)?;
                self.expr(right, Load)?;
            }
            ExprKind::UnaryOp { operand, .. } => self.expr(operand, Load)?,
            ExprKind::Lambda { args, body } => {
                self.arguments(args)?;
                self.expr(body, Load)?;
            }
            ExprKind::IfExp { test, body, orelse } => {
                self.expr(test, Load)?;
                self.expr(body, Load)?;
                self.expr(orelse, Load)?;
            }
            ExprKind::Dict { keys, values } => {
                if keys.len() != values.len() {
                    return Err(value_error(
                        "Dict doesn't have the same number of keys as values",
                    ));
                }
                self.opt_exprs(keys)?;
                self.exprs(values, Load)?;
            }
            ExprKind::Set { elts } => self.exprs(elts, Load)?,
            ExprKind::ListComp { elt, generators }
            | ExprKind::SetComp { elt, generators }
            | ExprKind::GeneratorExp { elt, generators } => {
                self.generators(generators)?;
                self.expr(elt, Load)?;
            }
            ExprKind::DictComp {
                key,
                value,
                generators,
            } => {
                self.generators(generators)?;
                self.expr(key, Load)?;
                self.expr(value, Load)?;
            }
            ExprKind::Await { value } | ExprKind::YieldFrom { value } => self.expr(value, Load)?,
            ExprKind::Yield { value } => self.opt_expr(value.as_deref())?,
            ExprKind::Compare {
                left,
                ops,
                comparators,
            } => {
                if comparators.is_empty() {
                    return Err(value_error("Compare with no comparators"));
                }
                if comparators.len() != ops.len() {
                    return Err(value_error(
                        "Compare has a different number of comparators and operands",
                    ));
                }
                self.exprs(comparators, Load)?;
                self.expr(left, Load)?;
            }
            ExprKind::Call {
                func,
                args,
                keywords,
            } => {
                self.expr(func, Load)?;
                self.exprs(args, Load)?;
                self.keywords(keywords)?;
            }
            ExprKind::FormattedValue {
                value, format_spec, ..
            }
            | ExprKind::Interpolation {
                value, format_spec, ..
            } => {
                self.expr(value, Load)?;
                self.opt_expr(format_spec.as_deref())?;
            }
            ExprKind::JoinedStr { values } | ExprKind::TemplateStr { values } => {
                self.exprs(values, Load)?;
            }
            ExprKind::Attribute { value, .. } => self.expr(value, Load)?,
            ExprKind::Subscript { value, slice, .. } => {
                self.expr(slice, Load)?;
                self.expr(value, Load)?;
            }
            ExprKind::Starred { value, .. } => self.expr(value, ctx)?,
            ExprKind::List { elts, .. } | ExprKind::Tuple { elts, .. } => self.exprs(elts, ctx)?,
            ExprKind::Slice { lower, upper, step } => {
                self.opt_expr(lower.as_deref())?;
                self.opt_expr(upper.as_deref())?;
                self.opt_expr(step.as_deref())?;
            }
            ExprKind::Constant { .. } | ExprKind::Name { .. } => {}
        }
        self.depth.leave();
        Ok(())
    }

    fn context(&self, expression: &Expr, wanted: ExprContext) -> Result<()> {
        let actual = match expression.kind {
            ExprKind::Name { id, ctx } => {
                self.variable(id)?;
                ctx
            }
            ExprKind::Attribute { ctx, .. }
            | ExprKind::Subscript { ctx, .. }
            | ExprKind::Starred { ctx, .. }
            | ExprKind::List { ctx, .. }
            | ExprKind::Tuple { ctx, .. } => ctx,
            _ if wanted == Load => return Ok(()),
            _ => {
                return Err(value_error(format!(
                    "expression which can't be assigned to in {wanted:?} context"
                )));
            }
        };
        if actual != wanted {
            return Err(value_error(format!(
                "expression must have {wanted:?} context but has {actual:?} instead"
            )));
        }
        Ok(())
    }

    fn generators(&mut self, generators: &[Comprehension]) -> Result<()> {
        if generators.is_empty() {
            return Err(value_error("comprehension with no generators"));
        }
        for generator in generators {
            self.expr(&generator.target, Store)?;
            self.expr(&generator.iter, Load)?;
            self.exprs(&generator.ifs, Load)?;
        }
        Ok(())
    }

    pub(super) fn keywords(&mut self, keywords: &[Keyword]) -> Result<()> {
        keywords
            .iter()
            .try_for_each(|keyword| self.expr(&keyword.value, Load))
    }

    fn args(&mut self, args: &[Arg]) -> Result<()> {
        for arg in args {
            place(arg.loc)?;
            self.opt_expr(arg.annotation.as_deref())?;
        }
        Ok(())
    }

    pub(super) fn arguments(&mut self, args: &Arguments) -> Result<()> {
        self.args(&args.posonlyargs)?;
        self.args(&args.args)?;
        self.opt_expr(annotation(args.vararg.as_deref()))?;
        self.args(&args.kwonlyargs)?;
        self.opt_expr(annotation(args.kwarg.as_deref()))?;
        if args.defaults.len() > args.posonlyargs.len() + args.args.len() {
            return Err(value_error(
                "more positional defaults than args on arguments",
            ));
        }
        if args.kw_defaults.len() != args.kwonlyargs.len() {
            return Err(value_error(
                "length of kwonlyargs is not the same as kw_defaults on arguments",
            ));
        }
        self.exprs(&args.defaults, Load)?;
        self.opt_exprs(&args.kw_defaults)
    }
}

fn annotation(arg: Option<&Arg>) -> Option<&Expr> {
    arg?.annotation.as_deref()
}
