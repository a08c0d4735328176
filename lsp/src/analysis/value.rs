//! A summary of an expression, enough to infer its type, owned and free of the syntax tree.
//!
//! Invariant: bounded in size (depth and width), whatever the expression. Tests: `crate::infer`.

use ruff_python_ast::{self as ast, Expr, Number};

const DEPTH: usize = 16;
const WIDTH: usize = 6;

/// What an expression is made of.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Unknown,
    /// A name, to be looked up in the scope where the expression stands.
    Name(Box<str>),
    Attribute(Box<Value>, Box<str>),
    Call(Box<Value>, Vec<Value>),
    Subscript(Box<Value>, Box<Value>),
    /// An instance of a built-in class.
    Literal(&'static str),
    /// A string literal, whose text may be an annotation or a key.
    Text(Box<str>),
    List(Vec<Value>),
    Set(Vec<Value>),
    Tuple(Vec<Value>),
    Dict(Vec<(Value, Value)>),
    /// What iterating over the value gives.
    Element(Box<Value>),
    /// The n-th item of what the value unpacks to.
    Item(Box<Value>, usize),
    /// What `with value as x` binds.
    Entered(Box<Value>),
    Awaited(Box<Value>),
    Operation(Box<Value>, Box<Value>),
    Either(Vec<Value>),
    /// `X | Y` of an annotation is an [`Value::Operation`]; a lambda is opaque.
    Lambda,
}

impl Value {
    pub(crate) fn of(expr: &Expr) -> Value {
        summary(expr, DEPTH)
    }

    pub(crate) fn name(name: &str) -> Value {
        Value::Name(name.into())
    }

    pub(crate) fn call(self) -> Value {
        Value::Call(Box::new(self), Vec::new())
    }

    pub(crate) fn attribute(self, name: &str) -> Value {
        Value::Attribute(Box::new(self), name.into())
    }

    /// Returns the last name of `a.b.c` or of a call of it.
    pub(crate) fn last_name(&self) -> Option<&str> {
        match self {
            Value::Name(name) | Value::Attribute(_, name) => Some(name),
            Value::Call(callee, _) => callee.last_name(),
            _ => None,
        }
    }
}

fn many(items: &[Expr], depth: usize) -> Vec<Value> {
    items
        .iter()
        .take(WIDTH)
        .map(|item| summary(item, depth))
        .collect()
}

fn summary(expr: &Expr, depth: usize) -> Value {
    let Some(depth) = depth.checked_sub(1) else {
        return Value::Unknown;
    };
    let sub = |expr: &Expr| Box::new(summary(expr, depth));
    match expr {
        Expr::Name(name) => Value::name(&name.id),
        Expr::Attribute(attribute) => {
            Value::Attribute(sub(&attribute.value), attribute.attr.id.as_str().into())
        }
        Expr::Call(call) => Value::Call(sub(&call.func), many(&call.arguments.args, depth)),
        Expr::Subscript(subscript) => {
            Value::Subscript(sub(&subscript.value), sub(&subscript.slice))
        }
        Expr::StringLiteral(literal) => {
            Value::Text(literal.value.to_str().chars().take(200).collect())
        }
        Expr::FString(_) => Value::Literal("str"),
        Expr::BytesLiteral(_) => Value::Literal("bytes"),
        Expr::NumberLiteral(number) => Value::Literal(match number.value {
            Number::Int(_) => "int",
            Number::Float(_) => "float",
            Number::Complex { .. } => "complex",
        }),
        Expr::BooleanLiteral(_) | Expr::Compare(_) => Value::Literal("bool"),
        Expr::NoneLiteral(_) => Value::Literal("None"),
        Expr::EllipsisLiteral(_) => Value::Literal("ellipsis"),
        Expr::List(list) => Value::List(many(&list.elts, depth)),
        Expr::Set(set) => Value::Set(many(&set.elts, depth)),
        Expr::Tuple(tuple) => Value::Tuple(many(&tuple.elts, depth)),
        Expr::Dict(dict) => Value::Dict(
            dict.items
                .iter()
                .filter_map(|item| {
                    Some((
                        summary(item.key.as_ref()?, depth),
                        summary(&item.value, depth),
                    ))
                })
                .take(40)
                .collect(),
        ),
        Expr::ListComp(_) => Value::Literal("list"),
        Expr::SetComp(_) => Value::Literal("set"),
        Expr::DictComp(_) => Value::Literal("dict"),
        Expr::Generator(_) => Value::Literal("generator"),
        Expr::Await(awaited) => Value::Awaited(sub(&awaited.value)),
        Expr::BinOp(operation) => Value::Operation(sub(&operation.left), sub(&operation.right)),
        Expr::UnaryOp(operation) if operation.op == ast::UnaryOp::Not => Value::Literal("bool"),
        Expr::UnaryOp(operation) => summary(&operation.operand, depth),
        Expr::BoolOp(operation) => Value::Either(many(&operation.values, depth)),
        Expr::If(branch) => Value::Either(vec![
            summary(&branch.body, depth),
            summary(&branch.orelse, depth),
        ]),
        Expr::Named(named) => summary(&named.value, depth),
        Expr::Slice(_) => Value::Literal("slice"),
        Expr::Lambda(_) => Value::Lambda,
        Expr::Starred(_)
        | Expr::Yield(_)
        | Expr::YieldFrom(_)
        | Expr::TString(_)
        | Expr::IpyEscapeCommand(_) => Value::Unknown,
    }
}
