//! Expressions.

use taipan_compiler::ast::{BoolOp, CmpOp, Expr, ExprContext, ExprKind, Operator, UnaryOp};

use super::super::nodes::{Group, Node};
use super::{Reader, Source};
use crate::error::PyResult;
use crate::value::Value;

impl Reader<'_> {
    pub(super) fn expr(&mut self, object: &Value) -> PyResult<Expr> {
        let loc = self.location(object, Group::Expr)?;
        let source = self.source(object, Group::Expr)?;
        let kind = self.expr_kind(source)?;
        Ok(Expr { kind, loc })
    }

    fn expr_kind(&mut self, source: Source<'_>) -> PyResult<ExprKind> {
        Ok(match source.node {
            Node::BoolOp => ExprKind::BoolOp {
                op: match self.operator(source, 0, Group::BoolOp)? {
                    Node::And => BoolOp::And,
                    _ => BoolOp::Or,
                },
                values: self.exprs(source, 1)?,
            },
            Node::NamedExpr => ExprKind::NamedExpr {
                target: self.boxed(source, 0)?,
                value: self.boxed(source, 1)?,
            },
            Node::BinOp => ExprKind::BinOp {
                left: self.boxed(source, 0)?,
                op: self.binary_operator(source, 1)?,
                right: self.boxed(source, 2)?,
            },
            Node::UnaryOp => ExprKind::UnaryOp {
                op: match self.operator(source, 0, Group::UnaryOp)? {
                    Node::Invert => UnaryOp::Invert,
                    Node::Not => UnaryOp::Not,
                    Node::UAdd => UnaryOp::UAdd,
                    _ => UnaryOp::USub,
                },
                operand: self.boxed(source, 1)?,
            },
            Node::Lambda => ExprKind::Lambda {
                args: self.arguments(source, 0)?,
                body: self.boxed(source, 1)?,
            },
            Node::IfExp => ExprKind::IfExp {
                test: self.boxed(source, 0)?,
                body: self.boxed(source, 1)?,
                orelse: self.boxed(source, 2)?,
            },
            Node::Dict => ExprKind::Dict {
                keys: self.opt_exprs(source, 0)?,
                values: self.exprs(source, 1)?,
            },
            Node::Set => ExprKind::Set {
                elts: self.exprs(source, 0)?,
            },
            Node::ListComp => ExprKind::ListComp {
                elt: self.boxed(source, 0)?,
                generators: self.generators(source, 1)?,
            },
            Node::SetComp => ExprKind::SetComp {
                elt: self.boxed(source, 0)?,
                generators: self.generators(source, 1)?,
            },
            Node::DictComp => ExprKind::DictComp {
                key: self.boxed(source, 0)?,
                value: self.boxed(source, 1)?,
                generators: self.generators(source, 2)?,
            },
            Node::GeneratorExp => ExprKind::GeneratorExp {
                elt: self.boxed(source, 0)?,
                generators: self.generators(source, 1)?,
            },
            Node::Await => ExprKind::Await {
                value: self.boxed(source, 0)?,
            },
            Node::Yield => ExprKind::Yield {
                value: self.opt_expr(source, 0)?,
            },
            Node::YieldFrom => ExprKind::YieldFrom {
                value: self.boxed(source, 0)?,
            },
            Node::Compare => ExprKind::Compare {
                left: self.boxed(source, 0)?,
                ops: self.list(source, 1, |reader, item| reader.comparison(item))?,
                comparators: self.exprs(source, 2)?,
            },
            Node::Call => ExprKind::Call {
                func: self.boxed(source, 0)?,
                args: self.exprs(source, 1)?,
                keywords: self.keywords(source, 2)?,
            },
            Node::FormattedValue => ExprKind::FormattedValue {
                value: self.boxed(source, 0)?,
                conversion: self.conversion(source, 1)?,
                format_spec: self.opt_expr(source, 2)?,
            },
            Node::Interpolation => ExprKind::Interpolation {
                value: self.boxed(source, 0)?,
                str: Box::new(self.constant(&self.given(source, 1)?)?),
                conversion: self.conversion(source, 2)?,
                format_spec: self.opt_expr(source, 3)?,
            },
            Node::JoinedStr => ExprKind::JoinedStr {
                values: self.exprs(source, 0)?,
            },
            Node::TemplateStr => ExprKind::TemplateStr {
                values: self.exprs(source, 0)?,
            },
            Node::Constant => ExprKind::Constant {
                value: self.constant(&self.given(source, 0)?)?,
                is_u: self
                    .opt_string(source, 1)?
                    .is_some_and(|kind| kind.to_str() == Some("u")),
            },
            Node::Attribute => ExprKind::Attribute {
                value: self.boxed(source, 0)?,
                attr: self.name(source, 1)?,
                ctx: self.context(source, 2)?,
            },
            Node::Subscript => ExprKind::Subscript {
                value: self.boxed(source, 0)?,
                slice: self.boxed(source, 1)?,
                ctx: self.context(source, 2)?,
            },
            Node::Starred => ExprKind::Starred {
                value: self.boxed(source, 0)?,
                ctx: self.context(source, 1)?,
            },
            Node::Name => ExprKind::Name {
                id: self.name(source, 0)?,
                ctx: self.context(source, 1)?,
            },
            Node::List => ExprKind::List {
                elts: self.exprs(source, 0)?,
                ctx: self.context(source, 1)?,
            },
            Node::Tuple => ExprKind::Tuple {
                elts: self.exprs(source, 0)?,
                ctx: self.context(source, 1)?,
            },
            Node::Slice => ExprKind::Slice {
                lower: self.opt_expr(source, 0)?,
                upper: self.opt_expr(source, 1)?,
                step: self.opt_expr(source, 2)?,
            },
            other => return Err(self.unexpected(other)),
        })
    }

    fn context(&self, source: Source<'_>, index: usize) -> PyResult<ExprContext> {
        Ok(match self.operator(source, index, Group::ExprContext)? {
            Node::Load => ExprContext::Load,
            Node::Store => ExprContext::Store,
            _ => ExprContext::Del,
        })
    }

    pub(super) fn binary_operator(&self, source: Source<'_>, index: usize) -> PyResult<Operator> {
        Ok(match self.operator(source, index, Group::Operator)? {
            Node::Add => Operator::Add,
            Node::Sub => Operator::Sub,
            Node::Mult => Operator::Mult,
            Node::MatMult => Operator::MatMult,
            Node::Div => Operator::Div,
            Node::Mod => Operator::Mod,
            Node::Pow => Operator::Pow,
            Node::LShift => Operator::LShift,
            Node::RShift => Operator::RShift,
            Node::BitOr => Operator::BitOr,
            Node::BitXor => Operator::BitXor,
            Node::BitAnd => Operator::BitAnd,
            _ => Operator::FloorDiv,
        })
    }

    fn comparison(&self, object: &Value) -> PyResult<CmpOp> {
        Ok(match self.source(object, Group::CmpOp)?.node {
            Node::Eq => CmpOp::Eq,
            Node::NotEq => CmpOp::NotEq,
            Node::Lt => CmpOp::Lt,
            Node::LtE => CmpOp::LtE,
            Node::Gt => CmpOp::Gt,
            Node::GtE => CmpOp::GtE,
            Node::Is => CmpOp::Is,
            Node::IsNot => CmpOp::IsNot,
            Node::In => CmpOp::In,
            _ => CmpOp::NotIn,
        })
    }
}
