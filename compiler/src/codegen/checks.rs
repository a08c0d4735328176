//! Warnings about code that cannot mean what it says.
//!
//! CPython: `codegen_check_compare`, `check_caller`, `check_subscripter`, `check_index`, `infer_type`.

use super::Codegen;
use crate::ast::{CmpOp, Expr, ExprKind};
use crate::constant::Constant;
use crate::location::Location;

impl Codegen<'_, '_> {
    /// `is` with a literal.
    pub(super) fn check_compare(
        &mut self,
        loc: Location,
        left: &Expr,
        ops: &[CmpOp],
        comparators: &[Expr],
    ) {
        let mut left = left;
        for (op, right) in ops.iter().zip(comparators) {
            if matches!(op, CmpOp::Is | CmpOp::IsNot) && (is_literal(left) || is_literal(right)) {
                let literal = if is_literal(left) { left } else { right };
                let name = infer_type(literal).unwrap_or("object");
                let (what, instead) = if *op == CmpOp::Is {
                    ("is", "==")
                } else {
                    ("is not", "!=")
                };
                self.warn(
                    loc,
                    format!("\"{what}\" with '{name}' literal. Did you mean \"{instead}\"?"),
                );
                return;
            }
            left = right;
        }
    }

    /// A call of a literal.
    pub(super) fn check_caller(&mut self, func: &Expr) {
        if matches!(func.kind, ExprKind::Lambda { .. }) {
            return;
        }
        if let Some(name) = infer_type(func) {
            self.warn(
                func.loc,
                format!("'{name}' object is not callable; perhaps you missed a comma?"),
            );
        }
    }

    /// A subscript of something that has none.
    pub(super) fn check_subscripter(&mut self, value: &Expr) {
        let is_wrong = match &value.kind {
            ExprKind::Constant { value, .. } => matches!(
                value,
                Constant::None
                    | Constant::Ellipsis
                    | Constant::Bool(_)
                    | Constant::Int(_)
                    | Constant::BigInt(_)
                    | Constant::Float(_)
                    | Constant::Complex(..)
                    | Constant::FrozenSet(_)
            ),
            ExprKind::Set { .. }
            | ExprKind::SetComp { .. }
            | ExprKind::GeneratorExp { .. }
            | ExprKind::TemplateStr { .. }
            | ExprKind::Interpolation { .. }
            | ExprKind::Lambda { .. } => true,
            _ => false,
        };
        if is_wrong && let Some(name) = infer_type(value) {
            self.warn(
                value.loc,
                format!("'{name}' object is not subscriptable; perhaps you missed a comma?"),
            );
        }
    }

    /// An index that is no integer.
    pub(super) fn check_index(&mut self, value: &Expr, index: &Expr) {
        let Some(index_type) = infer_type(index) else {
            return;
        };
        if matches!(index_type, "int" | "bool" | "slice") {
            return;
        }
        let is_sequence = match &value.kind {
            ExprKind::Constant { value, .. } => {
                matches!(
                    value,
                    Constant::Str(_) | Constant::Bytes(_) | Constant::Tuple(_)
                )
            }
            ExprKind::Tuple { .. }
            | ExprKind::List { .. }
            | ExprKind::ListComp { .. }
            | ExprKind::JoinedStr { .. }
            | ExprKind::FormattedValue { .. } => true,
            _ => false,
        };
        if is_sequence && let Some(name) = infer_type(value) {
            self.warn(
                value.loc,
                format!(
                    "{name} indices must be integers or slices, not {index_type}; perhaps you missed a comma?"
                ),
            );
        }
    }
}

/// A constant with an identity of its own: `None`, `True`, `False` and `...` are none.
fn is_literal(expression: &Expr) -> bool {
    match &expression.kind {
        ExprKind::Tuple { elts, .. } => elts.iter().all(Expr::is_constant),
        ExprKind::Constant { value, .. } => !matches!(
            value,
            Constant::None | Constant::Bool(_) | Constant::Ellipsis
        ),
        _ => false,
    }
}

/// The name of the type of a display or literal.
fn infer_type(expression: &Expr) -> Option<&'static str> {
    Some(match &expression.kind {
        ExprKind::Tuple { .. } => "tuple",
        ExprKind::List { .. } | ExprKind::ListComp { .. } => "list",
        ExprKind::Dict { .. } | ExprKind::DictComp { .. } => "dict",
        ExprKind::Set { .. } | ExprKind::SetComp { .. } => "set",
        ExprKind::GeneratorExp { .. } => "generator",
        ExprKind::Lambda { .. } => "function",
        ExprKind::TemplateStr { .. } | ExprKind::Interpolation { .. } => {
            "string.templatelib.Template"
        }
        ExprKind::JoinedStr { .. } | ExprKind::FormattedValue { .. } => "str",
        ExprKind::Constant { value, .. } => constant_type(value),
        _ => return None,
    })
}

fn constant_type(value: &Constant) -> &'static str {
    match value {
        Constant::None => "NoneType",
        Constant::Ellipsis => "ellipsis",
        Constant::Bool(_) => "bool",
        Constant::Int(_) | Constant::BigInt(_) => "int",
        Constant::Float(_) => "float",
        Constant::Complex(..) => "complex",
        Constant::Str(_) => "str",
        Constant::Bytes(_) => "bytes",
        Constant::Tuple(_) => "tuple",
        Constant::FrozenSet(_) => "frozenset",
        Constant::Slice(_) => "slice",
        Constant::Code(_) => "code",
    }
}
