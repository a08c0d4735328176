//! Expressions: which file compiles which, and the simple ones.
//!
//! CPython: `codegen_visit_expr`.

use super::Codegen;
use super::assign::binary_op;
use super::comprehension::ComprehensionType;
use super::name::AttrOp;
use super::unit::ScopeType;
use crate::ast::{BoolOp, Expr, ExprContext, ExprKind, Name, UnaryOp, well_known};
use crate::error::{Result, SyntaxError};
use crate::location::Location;
use crate::opcode::{Intrinsic1, Opcode as Op, RESUME_AFTER_YIELD};

impl<'a> Codegen<'a, '_> {
    pub(super) fn exprs(&mut self, expressions: &'a [Expr]) -> Result<()> {
        expressions
            .iter()
            .try_for_each(|expression| self.expr(expression))
    }

    pub(super) fn expr(&mut self, expression: &'a Expr) -> Result<()> {
        self.depth.enter()?;
        let loc = expression.loc;
        match &expression.kind {
            ExprKind::NamedExpr { target, value } => {
                self.expr(value)?;
                self.op_i(Op::COPY, 1, loc);
                self.expr(target)?;
            }
            ExprKind::BoolOp { op, values } => self.bool_op(loc, *op, values)?,
            ExprKind::BinOp { left, op, right } => {
                self.expr(left)?;
                self.expr(right)?;
                self.op_i(Op::BINARY_OP, binary_op(*op, false).oparg() as usize, loc);
            }
            ExprKind::UnaryOp { op, operand } => {
                self.expr(operand)?;
                match op {
                    UnaryOp::UAdd => self.intrinsic_1(Intrinsic1::UnaryPositive, loc),
                    UnaryOp::Not => {
                        self.op(Op::TO_BOOL, loc);
                        self.op(Op::UNARY_NOT, loc);
                    }
                    UnaryOp::Invert => self.op(Op::UNARY_INVERT, loc),
                    UnaryOp::USub => self.op(Op::UNARY_NEGATIVE, loc),
                }
            }
            ExprKind::Lambda { args, body } => self.lambda(expression, args, body)?,
            ExprKind::IfExp { test, body, orelse } => {
                self.if_expression(loc, test, body, orelse)?
            }
            ExprKind::Dict { keys, values } => self.dict(loc, keys, values)?,
            ExprKind::Set { elts } => self.set(loc, elts)?,
            ExprKind::GeneratorExp { elt, generators } => {
                self.comprehension(
                    expression,
                    ComprehensionType::Generator,
                    generators,
                    elt,
                    None,
                )?;
            }
            ExprKind::ListComp { elt, generators } => {
                self.comprehension(expression, ComprehensionType::List, generators, elt, None)?;
            }
            ExprKind::SetComp { elt, generators } => {
                self.comprehension(expression, ComprehensionType::Set, generators, elt, None)?;
            }
            ExprKind::DictComp {
                key,
                value,
                generators,
            } => {
                self.comprehension(
                    expression,
                    ComprehensionType::Dict,
                    generators,
                    key,
                    Some(value),
                )?;
            }
            ExprKind::Yield { value } => {
                if !self.ste().is_function_like() {
                    return self.error(loc, "'yield' outside function");
                }
                match value {
                    Some(value) => self.expr(value)?,
                    None => self.load_none(loc),
                }
                self.add_yield(loc);
            }
            ExprKind::YieldFrom { value } => {
                if !self.ste().is_function_like() {
                    return self.error(loc, "'yield from' outside function");
                }
                if self.is_scope(ScopeType::AsyncFunction) {
                    return self.error(loc, "'yield from' inside async function");
                }
                self.expr(value)?;
                self.op(Op::GET_YIELD_FROM_ITER, loc);
                self.load_none(loc);
                self.add_yield_from(loc, false);
            }
            ExprKind::Await { value } => {
                self.expr(value)?;
                self.op_i(Op::GET_AWAITABLE, 0, loc);
                self.load_none(loc);
                self.add_yield_from(loc, true);
            }
            ExprKind::Compare {
                left,
                ops,
                comparators,
            } => self.compare(expression, left, ops, comparators)?,
            ExprKind::Call {
                func,
                args,
                keywords,
            } => self.call(expression, func, args, keywords)?,
            ExprKind::Constant { value, .. } => self.load_const(value.clone(), loc),
            ExprKind::JoinedStr { values } => self.joined_str(loc, values)?,
            ExprKind::TemplateStr { values } => self.template_str(loc, values)?,
            ExprKind::FormattedValue {
                value,
                conversion,
                format_spec,
            } => {
                self.formatted_value(loc, value, *conversion, format_spec.as_deref())?;
            }
            ExprKind::Interpolation {
                value,
                str,
                conversion,
                format_spec,
            } => {
                self.interpolation(loc, value, str, *conversion, format_spec.as_deref())?;
            }
            ExprKind::Attribute { value, attr, ctx } => {
                self.attribute(expression, value, *attr, *ctx)?
            }
            ExprKind::Subscript { value, slice, ctx } => self.subscript(loc, value, slice, *ctx)?,
            ExprKind::Starred { ctx, .. } => {
                let msg = match ctx {
                    ExprContext::Store => "starred assignment target must be in a list or tuple",
                    ExprContext::Load | ExprContext::Del => "can't use starred expression here",
                };
                return self.error(loc, msg);
            }
            ExprKind::Slice { .. } => self.slice(expression)?,
            ExprKind::Name { id, ctx } => self.nameop(*id, *ctx, loc)?,
            ExprKind::List { elts, ctx } => self.list(loc, elts, *ctx)?,
            ExprKind::Tuple { elts, ctx } => self.tuple(loc, elts, *ctx)?,
        }
        self.depth.leave();
        Ok(())
    }

    fn bool_op(&mut self, loc: Location, op: BoolOp, values: &'a [Expr]) -> Result<()> {
        let jump = match op {
            BoolOp::And => Op::JUMP_IF_FALSE,
            BoolOp::Or => Op::JUMP_IF_TRUE,
        };
        let end = self.new_label();
        let Some((last, init)) = values.split_last() else {
            return Err(SyntaxError::system("BoolOp without values"));
        };
        for value in init {
            self.expr(value)?;
            self.op_jump(jump, end, loc);
            self.op(Op::POP_TOP, loc);
        }
        self.expr(last)?;
        self.use_label(end);
        Ok(())
    }

    pub(super) fn add_yield(&mut self, loc: Location) {
        let entry = self.ste();
        if entry.generator && entry.coroutine {
            self.intrinsic_1(Intrinsic1::AsyncGenWrap, loc);
        }
        self.op_i(Op::YIELD_VALUE, 0, loc);
        self.op_i(Op::RESUME, RESUME_AFTER_YIELD as usize, loc);
    }

    fn attribute(
        &mut self,
        expression: &'a Expr,
        value: &'a Expr,
        attr: Name,
        ctx: ExprContext,
    ) -> Result<()> {
        let loc = expression.loc;
        if ctx == ExprContext::Load
            && let Some(call) = self.optimizable_super_call(value, attr)
        {
            self.load_args_for_super(value.loc, &call)?;
            let kind = if call.args.is_empty() {
                AttrOp::ZeroSuperAttr
            } else {
                AttrOp::SuperAttr
            };
            self.op_attr(kind, attr, loc);
            let loc = self.attr_location(loc, expression, attr);
            self.op(Op::NOP, loc);
            return Ok(());
        }
        if ctx == ExprContext::Store {
            self.maybe_add_static_attribute(value, attr);
        }
        self.expr(value)?;
        let loc = self.attr_location(loc, expression, attr);
        match ctx {
            ExprContext::Load => self.op_attr(AttrOp::Attr, attr, loc),
            ExprContext::Store => self.op_name(Op::STORE_ATTR, attr, loc),
            ExprContext::Del => self.op_name(Op::DELETE_ATTR, attr, loc),
        }
        Ok(())
    }

    /// `self.attr = ...` in a method makes `attr` a static attribute of the class.
    fn maybe_add_static_attribute(&mut self, value: &Expr, attr: Name) {
        if value.as_name() != Some(well_known::SELF) {
            return;
        }
        let attr = self.names.shared(attr);
        if let Some(class) = self
            .stack
            .iter_mut()
            .rev()
            .find(|unit| unit.scope_type == ScopeType::Class)
        {
            class.static_attributes.insert(attr);
        }
    }

    /// The location of an attribute's name, if the access spreads over lines
    /// (CPython: `update_start_location_to_match_attr`).
    pub(super) fn attr_location(
        &self,
        mut loc: Location,
        attribute: &Expr,
        attr: Name,
    ) -> Location {
        let end = attribute.loc;
        if loc.lineno != end.end_lineno {
            loc.lineno = end.end_lineno;
            let len = self.names.text(attr).chars().count() as i32;
            if len <= end.end_col {
                loc.col = end.end_col - len;
            } else {
                loc.col = -1;
                loc.end_col = -1;
            }
            loc.end_lineno = loc.lineno.max(loc.end_lineno);
            if loc.lineno == loc.end_lineno {
                loc.end_col = loc.col.max(loc.end_col);
            }
        }
        loc
    }
}
