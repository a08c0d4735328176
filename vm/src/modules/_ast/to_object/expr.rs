//! Expressions and their operators.

use taipan_compiler::ast::{
    BoolOp, CmpOp, Conversion, Expr, ExprContext, ExprKind, Operator, UnaryOp,
};

use super::super::nodes::Node;
use super::Builder;
use crate::error::PyResult;
use crate::value::Value;

impl Builder<'_> {
    pub(super) fn expr(&self, expression: &Expr) -> PyResult<Value> {
        self.cx.check_native_stack(" during ast construction")?;
        let loc = Some(expression.loc);
        match &expression.kind {
            ExprKind::BoolOp { op, values } => {
                let op = match op {
                    BoolOp::And => Node::And,
                    BoolOp::Or => Node::Or,
                };
                let fields = [self.node(op, [], None)?, self.exprs(values)?];
                self.node(Node::BoolOp, fields, loc)
            }
            ExprKind::NamedExpr { target, value } => {
                let fields = [self.expr(target)?, self.expr(value)?];
                self.node(Node::NamedExpr, fields, loc)
            }
            ExprKind::BinOp { left, op, right } => {
                let fields = [self.expr(left)?, self.operator(*op)?, self.expr(right)?];
                self.node(Node::BinOp, fields, loc)
            }
            ExprKind::UnaryOp { op, operand } => {
                let op = match op {
                    UnaryOp::Invert => Node::Invert,
                    UnaryOp::Not => Node::Not,
                    UnaryOp::UAdd => Node::UAdd,
                    UnaryOp::USub => Node::USub,
                };
                let fields = [self.node(op, [], None)?, self.expr(operand)?];
                self.node(Node::UnaryOp, fields, loc)
            }
            ExprKind::Lambda { args, body } => {
                let fields = [self.arguments(args)?, self.expr(body)?];
                self.node(Node::Lambda, fields, loc)
            }
            ExprKind::IfExp { test, body, orelse } => {
                let fields = [self.expr(test)?, self.expr(body)?, self.expr(orelse)?];
                self.node(Node::IfExp, fields, loc)
            }
            ExprKind::Dict { keys, values } => {
                let fields = [self.opt_exprs(keys)?, self.exprs(values)?];
                self.node(Node::Dict, fields, loc)
            }
            ExprKind::Set { elts } => self.node(Node::Set, [self.exprs(elts)?], loc),
            ExprKind::ListComp { elt, generators } => {
                let fields = [self.expr(elt)?, self.generators(generators)?];
                self.node(Node::ListComp, fields, loc)
            }
            ExprKind::SetComp { elt, generators } => {
                let fields = [self.expr(elt)?, self.generators(generators)?];
                self.node(Node::SetComp, fields, loc)
            }
            ExprKind::DictComp {
                key,
                value,
                generators,
            } => {
                let fields = [
                    self.expr(key)?,
                    self.expr(value)?,
                    self.generators(generators)?,
                ];
                self.node(Node::DictComp, fields, loc)
            }
            ExprKind::GeneratorExp { elt, generators } => {
                let fields = [self.expr(elt)?, self.generators(generators)?];
                self.node(Node::GeneratorExp, fields, loc)
            }
            ExprKind::Await { value } => self.node(Node::Await, [self.expr(value)?], loc),
            ExprKind::Yield { value } => {
                self.node(Node::Yield, [self.opt_expr(value.as_deref())?], loc)
            }
            ExprKind::YieldFrom { value } => self.node(Node::YieldFrom, [self.expr(value)?], loc),
            ExprKind::Compare {
                left,
                ops,
                comparators,
            } => {
                let ops = self.all(ops, |op| self.node(comparison(*op), [], None))?;
                let fields = [self.expr(left)?, ops, self.exprs(comparators)?];
                self.node(Node::Compare, fields, loc)
            }
            ExprKind::Call {
                func,
                args,
                keywords,
            } => {
                let fields = [
                    self.expr(func)?,
                    self.exprs(args)?,
                    self.keywords(keywords)?,
                ];
                self.node(Node::Call, fields, loc)
            }
            ExprKind::FormattedValue {
                value,
                conversion,
                format_spec,
            } => {
                let fields = [
                    self.expr(value)?,
                    self.number(conversion_number(*conversion)),
                    self.opt_expr(format_spec.as_deref())?,
                ];
                self.node(Node::FormattedValue, fields, loc)
            }
            ExprKind::Interpolation {
                value,
                str,
                conversion,
                format_spec,
            } => {
                let fields = [
                    self.expr(value)?,
                    self.constant(str)?,
                    self.number(conversion_number(*conversion)),
                    self.opt_expr(format_spec.as_deref())?,
                ];
                self.node(Node::Interpolation, fields, loc)
            }
            ExprKind::JoinedStr { values } => {
                self.node(Node::JoinedStr, [self.exprs(values)?], loc)
            }
            ExprKind::TemplateStr { values } => {
                self.node(Node::TemplateStr, [self.exprs(values)?], loc)
            }
            ExprKind::Constant { value, is_u } => {
                let kind = if *is_u {
                    self.cx.intern("u").into_value()
                } else {
                    Value::NONE
                };
                self.node(Node::Constant, [self.constant(value)?, kind], loc)
            }
            ExprKind::Attribute { value, attr, ctx } => {
                let fields = [self.expr(value)?, self.name(*attr), self.context(*ctx)?];
                self.node(Node::Attribute, fields, loc)
            }
            ExprKind::Subscript { value, slice, ctx } => {
                let fields = [self.expr(value)?, self.expr(slice)?, self.context(*ctx)?];
                self.node(Node::Subscript, fields, loc)
            }
            ExprKind::Starred { value, ctx } => {
                let fields = [self.expr(value)?, self.context(*ctx)?];
                self.node(Node::Starred, fields, loc)
            }
            ExprKind::Name { id, ctx } => {
                let fields = [self.name(*id), self.context(*ctx)?];
                self.node(Node::Name, fields, loc)
            }
            ExprKind::List { elts, ctx } => {
                let fields = [self.exprs(elts)?, self.context(*ctx)?];
                self.node(Node::List, fields, loc)
            }
            ExprKind::Tuple { elts, ctx } => {
                let fields = [self.exprs(elts)?, self.context(*ctx)?];
                self.node(Node::Tuple, fields, loc)
            }
            ExprKind::Slice { lower, upper, step } => {
                let fields = [
                    self.opt_expr(lower.as_deref())?,
                    self.opt_expr(upper.as_deref())?,
                    self.opt_expr(step.as_deref())?,
                ];
                self.node(Node::Slice, fields, loc)
            }
        }
    }

    fn context(&self, context: ExprContext) -> PyResult<Value> {
        let node = match context {
            ExprContext::Load => Node::Load,
            ExprContext::Store => Node::Store,
            ExprContext::Del => Node::Del,
        };
        self.node(node, [], None)
    }

    pub(super) fn operator(&self, operator: Operator) -> PyResult<Value> {
        let node = match operator {
            Operator::Add => Node::Add,
            Operator::Sub => Node::Sub,
            Operator::Mult => Node::Mult,
            Operator::MatMult => Node::MatMult,
            Operator::Div => Node::Div,
            Operator::Mod => Node::Mod,
            Operator::Pow => Node::Pow,
            Operator::LShift => Node::LShift,
            Operator::RShift => Node::RShift,
            Operator::BitOr => Node::BitOr,
            Operator::BitXor => Node::BitXor,
            Operator::BitAnd => Node::BitAnd,
            Operator::FloorDiv => Node::FloorDiv,
        };
        self.node(node, [], None)
    }
}

fn comparison(op: CmpOp) -> Node {
    match op {
        CmpOp::Eq => Node::Eq,
        CmpOp::NotEq => Node::NotEq,
        CmpOp::Lt => Node::Lt,
        CmpOp::LtE => Node::LtE,
        CmpOp::Gt => Node::Gt,
        CmpOp::GtE => Node::GtE,
        CmpOp::Is => Node::Is,
        CmpOp::IsNot => Node::IsNot,
        CmpOp::In => Node::In,
        CmpOp::NotIn => Node::NotIn,
    }
}

/// The character behind the `!`; -1 if there is none.
fn conversion_number(conversion: Conversion) -> i32 {
    let letter = match conversion {
        Conversion::None => return -1,
        Conversion::Str => b's',
        Conversion::Repr => b'r',
        Conversion::Ascii => b'a',
    };
    i32::from(letter)
}
