//! Expressions.

use ruff_python_ast as py;
use ruff_text_size::{Ranged, TextSize};

use super::Converter;
use super::warnings::touching_keyword;
use crate::ast::{BoolOp, CmpOp, Comprehension, Expr, ExprContext, ExprKind, Operator, UnaryOp};
use crate::constant::Constant;
use crate::error::{Result, SyntaxError};
use crate::literals::parse_int;

impl Converter<'_> {
    pub(super) fn boxed(&mut self, expression: &py::Expr) -> Result<Box<Expr>> {
        Ok(Box::new(self.expr(expression)?))
    }

    /// An operand at the start of its expression.
    fn left(&mut self, expression: &py::Expr) -> Result<Box<Expr>> {
        self.nesting.leftwards();
        let converted = self.boxed(expression)?;
        self.nesting.rightwards();
        Ok(converted)
    }

    pub(super) fn opt_expr(&mut self, expression: Option<&py::Expr>) -> Result<Option<Box<Expr>>> {
        expression
            .map(|expression| self.boxed(expression))
            .transpose()
    }

    pub(super) fn exprs(&mut self, expressions: &[py::Expr]) -> Result<Vec<Expr>> {
        let mut converted = Vec::with_capacity(expressions.len());
        for expression in expressions {
            converted.push(self.expr(expression)?);
        }
        Ok(converted)
    }

    pub(super) fn expr(&mut self, expression: &py::Expr) -> Result<Expr> {
        self.nesting.enter()?;
        let loc = self.loc(expression);
        let kind = match expression {
            py::Expr::BoolOp(node) => ExprKind::BoolOp {
                op: match node.op {
                    py::BoolOp::And => BoolOp::And,
                    py::BoolOp::Or => BoolOp::Or,
                },
                values: self.exprs(&node.values)?,
            },
            py::Expr::Named(node) => ExprKind::NamedExpr {
                target: self.boxed(&node.target)?,
                value: self.boxed(&node.value)?,
            },
            py::Expr::BinOp(node) => ExprKind::BinOp {
                left: self.left(&node.left)?,
                op: operator(node.op),
                right: self.boxed(&node.right)?,
            },
            py::Expr::UnaryOp(node) => ExprKind::UnaryOp {
                op: match node.op {
                    py::UnaryOp::Invert => UnaryOp::Invert,
                    py::UnaryOp::Not => UnaryOp::Not,
                    py::UnaryOp::UAdd => UnaryOp::UAdd,
                    py::UnaryOp::USub => UnaryOp::USub,
                },
                operand: self.boxed(&node.operand)?,
            },
            py::Expr::Lambda(node) => ExprKind::Lambda {
                args: Box::new(match node.parameters.as_deref() {
                    Some(parameters) => self.arguments(parameters)?,
                    None => Default::default(),
                }),
                body: self.boxed(&node.body)?,
            },
            py::Expr::If(node) => ExprKind::IfExp {
                // In the order of the source, which is that of warnings.
                body: self.boxed(&node.body)?,
                test: self.boxed(&node.test)?,
                orelse: self.boxed(&node.orelse)?,
            },
            py::Expr::Dict(node) => {
                let mut keys = Vec::with_capacity(node.items.len());
                let mut values = Vec::with_capacity(node.items.len());
                for item in &node.items {
                    keys.push(item.key.as_ref().map(|key| self.expr(key)).transpose()?);
                    values.push(self.expr(&item.value)?);
                }
                ExprKind::Dict { keys, values }
            }
            py::Expr::Set(node) => ExprKind::Set {
                elts: self.exprs(&node.elts)?,
            },
            py::Expr::ListComp(node) if node.elt.is_starred_expr() => {
                return Err(self.refused(node));
            }
            py::Expr::SetComp(node) if node.elt.is_starred_expr() => {
                return Err(self.refused(node));
            }
            py::Expr::ListComp(node) => ExprKind::ListComp {
                elt: self.boxed(&node.elt)?,
                generators: self.generators(&node.generators)?,
            },
            py::Expr::SetComp(node) => ExprKind::SetComp {
                elt: self.boxed(&node.elt)?,
                generators: self.generators(&node.generators)?,
            },
            py::Expr::DictComp(node) => {
                let Some(key) = node.key.as_deref() else {
                    return Err(self.refused(node));
                };
                ExprKind::DictComp {
                    key: self.boxed(key)?,
                    value: self.boxed(&node.value)?,
                    generators: self.generators(&node.generators)?,
                }
            }
            py::Expr::Generator(node) if node.elt.is_starred_expr() => {
                return Err(self.refused(node));
            }
            py::Expr::Generator(node) => ExprKind::GeneratorExp {
                elt: self.boxed(&node.elt)?,
                generators: self.generators(&node.generators)?,
            },
            py::Expr::Await(node) => ExprKind::Await {
                value: self.boxed(&node.value)?,
            },
            py::Expr::Yield(node) if node.value.is_none() && self.is_operand(node.end()) => {
                return Err(self.refused(node));
            }
            py::Expr::Yield(node) => ExprKind::Yield {
                value: self.opt_expr(node.value.as_deref())?,
            },
            py::Expr::YieldFrom(node) => ExprKind::YieldFrom {
                value: self.boxed(&node.value)?,
            },
            py::Expr::Compare(node) => ExprKind::Compare {
                left: self.boxed(&node.left)?,
                ops: node.ops.iter().map(|op| cmp_op(*op)).collect(),
                comparators: self.exprs(&node.comparators)?,
            },
            py::Expr::Call(node) => self.call(node)?,
            py::Expr::FString(node) => self.f_string(node)?,
            py::Expr::TString(node) => self.t_string(node)?,
            py::Expr::StringLiteral(node) => self.string_literal(node)?,
            py::Expr::BytesLiteral(node) => self.bytes_literal(node)?,
            py::Expr::NumberLiteral(node) => constant(self.number(node)?),
            py::Expr::BooleanLiteral(node) => constant(Constant::Bool(node.value)),
            py::Expr::NoneLiteral(_) => constant(Constant::None),
            py::Expr::EllipsisLiteral(_) => constant(Constant::Ellipsis),
            py::Expr::Attribute(node) => ExprKind::Attribute {
                value: self.left(&node.value)?,
                attr: self.name(&node.attr),
                ctx: context(node.ctx),
            },
            py::Expr::Subscript(node) => ExprKind::Subscript {
                value: self.left(&node.value)?,
                slice: self.boxed(&node.slice)?,
                ctx: context(node.ctx),
            },
            py::Expr::Starred(node) => ExprKind::Starred {
                value: self.boxed(&node.value)?,
                ctx: context(node.ctx),
            },
            py::Expr::Name(node) => ExprKind::Name {
                id: self.names.intern(node.id.as_str()),
                ctx: context(node.ctx),
            },
            py::Expr::List(node) => ExprKind::List {
                elts: self.exprs(&node.elts)?,
                ctx: context(node.ctx),
            },
            py::Expr::Tuple(node) => ExprKind::Tuple {
                elts: self.exprs(&node.elts)?,
                ctx: context(node.ctx),
            },
            py::Expr::Slice(node) => ExprKind::Slice {
                lower: self.opt_expr(node.lower.as_deref())?,
                upper: self.opt_expr(node.upper.as_deref())?,
                step: self.opt_expr(node.step.as_deref())?,
            },
            py::Expr::IpyEscapeCommand(_) => {
                return Err(SyntaxError::system("shell escape in Python source"));
            }
        };
        self.nesting.leave();
        Ok(Expr { kind, loc })
    }

    /// Whether an operator or a comma follows, as none may a `yield` alone.
    fn is_operand(&self, end: TextSize) -> bool {
        let rest = self.source[end.to_usize()..].trim_start_matches([' ', '\t']);
        let is_operator = |operator: &&str| rest.starts_with(*operator);
        rest.starts_with(|c: char| c.is_ascii_alphabetic())
            || ["==", "!=", "<", ">", ","].iter().any(is_operator)
    }

    fn call(&mut self, node: &py::ExprCall) -> Result<ExprKind> {
        let func = self.left(&node.func)?;
        let mut args = self.exprs(&node.arguments.args)?;
        // The parentheses of `f(x for x in y)` belong to the generator expression.
        if let [py::Expr::Generator(generator)] = &*node.arguments.args
            && !generator.parenthesized
        {
            args[0].loc = self.loc(&node.arguments);
        }
        let keywords = self.keywords(&node.arguments.keywords)?;
        Ok(ExprKind::Call {
            func,
            args,
            keywords,
        })
    }

    fn generators(&mut self, generators: &[py::Comprehension]) -> Result<Vec<Comprehension>> {
        self.nesting.note(generators.len());
        let mut converted = Vec::with_capacity(generators.len());
        for generator in generators {
            converted.push(Comprehension {
                target: self.expr(&generator.target)?,
                iter: self.expr(&generator.iter)?,
                ifs: self.exprs(&generator.ifs)?,
                is_async: generator.is_async,
            });
        }
        Ok(converted)
    }

    fn number(&mut self, node: &py::ExprNumberLiteral) -> Result<Constant> {
        let range = node.range();
        let range = (range.start().to_usize(), range.end().to_usize());
        let warning = touching_keyword(self.source, &self.lines, range);
        if warning.is_none() && self.source[range.1..].starts_with(|c: char| c.is_ascii_lowercase())
        {
            // `1from x`, `1as y`
            return Err(self.refused(node));
        }
        self.warnings.extend(warning);
        match node.value {
            py::Number::Int(_) => parse_int(self.slice(node.range()), self.max_str_digits)
                .map_err(|error| self.error(super::errors::beyond_limit(error), node.range())),
            py::Number::Float(value) => Ok(Constant::Float(value)),
            py::Number::Complex { real, imag } => Ok(Constant::Complex(real, imag)),
        }
    }
}

pub(super) fn constant(value: Constant) -> ExprKind {
    ExprKind::Constant { value, is_u: false }
}

fn context(ctx: py::ExprContext) -> ExprContext {
    match ctx {
        // `Invalid` only stands in trees that come with an error.
        py::ExprContext::Load | py::ExprContext::Invalid => ExprContext::Load,
        py::ExprContext::Store => ExprContext::Store,
        py::ExprContext::Del => ExprContext::Del,
    }
}

pub(super) fn operator(op: py::Operator) -> Operator {
    match op {
        py::Operator::Add => Operator::Add,
        py::Operator::Sub => Operator::Sub,
        py::Operator::Mult => Operator::Mult,
        py::Operator::MatMult => Operator::MatMult,
        py::Operator::Div => Operator::Div,
        py::Operator::Mod => Operator::Mod,
        py::Operator::Pow => Operator::Pow,
        py::Operator::LShift => Operator::LShift,
        py::Operator::RShift => Operator::RShift,
        py::Operator::BitOr => Operator::BitOr,
        py::Operator::BitXor => Operator::BitXor,
        py::Operator::BitAnd => Operator::BitAnd,
        py::Operator::FloorDiv => Operator::FloorDiv,
    }
}

fn cmp_op(op: py::CmpOp) -> CmpOp {
    match op {
        py::CmpOp::Eq => CmpOp::Eq,
        py::CmpOp::NotEq => CmpOp::NotEq,
        py::CmpOp::Lt => CmpOp::Lt,
        py::CmpOp::LtE => CmpOp::LtE,
        py::CmpOp::Gt => CmpOp::Gt,
        py::CmpOp::GtE => CmpOp::GtE,
        py::CmpOp::Is => CmpOp::Is,
        py::CmpOp::IsNot => CmpOp::IsNot,
        py::CmpOp::In => CmpOp::In,
        py::CmpOp::NotIn => CmpOp::NotIn,
    }
}
