//! Targets that cannot be assigned to or deleted.
//!
//! CPython: `_PyPegen_get_invalid_target`, `_PyPegen_get_expr_name`, rules `invalid_assignment`, `invalid_named_expression`,
//! `invalid_del_stmt`.

use ruff_python_ast as py;
use ruff_python_parser::{ParseError, ParseErrorType, parse_expression_range};
use ruff_text_size::{Ranged, TextRange};

use super::Cx;
use crate::error::SyntaxError;
use crate::parse::tokenizer::TokenKind;

impl Cx<'_> {
    pub(super) fn invalid_target(&self, error: &ParseError) -> Option<SyntaxError> {
        let parsed = parse_expression_range(self.source, error.location).ok()?;
        let target = parsed.expr();
        let name = expr_name(target);
        let range = target.range();
        match error.error {
            ParseErrorType::InvalidDeleteTarget => {
                Some(self.at(format!("cannot delete {name}"), range))
            }
            ParseErrorType::InvalidAugmentedAssignmentTarget => Some(self.at(
                format!("'{name}' is an illegal expression for augmented assignment"),
                range,
            )),
            ParseErrorType::InvalidAnnotatedAssignmentTarget => match target {
                py::Expr::List(_) => {
                    Some(self.at("only single target (not list) can be annotated", range))
                }
                py::Expr::Tuple(_) => {
                    Some(self.at("only single target (not tuple) can be annotated", range))
                }
                _ => Some(self.at("illegal target for annotation", range)),
            },
            ParseErrorType::InvalidNamedAssignmentTarget => Some(self.at(
                format!("cannot use assignment expressions with {name}"),
                range,
            )),
            ParseErrorType::InvalidAssignmentTarget => Some(
                self.name_before_equal(range)
                    .unwrap_or_else(|| self.invalid_assignment(target, &name, range)),
            ),
            _ => None,
        }
    }

    /// `1, name = value`: the mistake is seen in the last element first.
    fn name_before_equal(&self, range: TextRange) -> Option<SyntaxError> {
        let from = self.token_at(range.end().to_usize())?;
        let rest = &self.tokens.tokens[self.index_of(from)..];
        let equal = rest
            .iter()
            .find(|token| self.text(**token) == "=" && token.level == from.level)?;
        let name = self.before(*equal)?;
        let is_element = self
            .before(name)
            .is_some_and(|comma| self.text(comma) == ",");
        if !is_element || name.kind != TokenKind::Name || super::is_keyword(self.text(name)) {
            return None;
        }
        self.equal_for_comparison(name, *equal)
    }

    fn invalid_assignment(&self, target: &py::Expr, name: &str, range: TextRange) -> SyntaxError {
        // Only what binds at least as tightly as `|` could be one side of a comparison.
        let could_compare = !matches!(
            target,
            py::Expr::List(_)
                | py::Expr::Tuple(_)
                | py::Expr::Generator(_)
                | py::Expr::BooleanLiteral(_)
                | py::Expr::NoneLiteral(_)
                | py::Expr::Compare(_)
                | py::Expr::BoolOp(_)
                | py::Expr::Lambda(_)
                | py::Expr::If(_)
                | py::Expr::Yield(_)
                | py::Expr::YieldFrom(_)
                | py::Expr::Named(_)
                | py::Expr::Starred(_)
        ) && !matches!(target, py::Expr::UnaryOp(node) if node.op == py::UnaryOp::Not);
        let next = self
            .token_at(range.end().to_usize())
            .filter(|next| self.text(*next) == "=");
        let is_last = next.is_some_and(|equal| {
            // Not one of several targets.
            let line = self
                .tokens
                .tokens
                .iter()
                .filter(|token| token.start > equal.start && token.lineno == equal.lineno);
            !line
                .clone()
                .any(|token| self.text(*token) == "=" && token.level == equal.level)
        });
        if could_compare && is_last {
            let msg = format!("cannot assign to {name} here. Maybe you meant '==' instead of '='?");
            return self.at(msg, range);
        }
        self.at(format!("cannot assign to {name}"), range)
    }
}

/// How CPython calls an expression in messages.
fn expr_name(expression: &py::Expr) -> String {
    let name = match expression {
        py::Expr::Attribute(_) => "attribute",
        py::Expr::Subscript(_) => "subscript",
        py::Expr::Starred(_) => "starred",
        py::Expr::Name(_) => "name",
        py::Expr::List(_) => "list",
        py::Expr::Tuple(_) => "tuple",
        py::Expr::Lambda(_) => "lambda",
        py::Expr::Call(_) => "function call",
        py::Expr::BoolOp(_) | py::Expr::BinOp(_) | py::Expr::UnaryOp(_) => "expression",
        py::Expr::Generator(_) => "generator expression",
        py::Expr::Yield(_) | py::Expr::YieldFrom(_) => "yield expression",
        py::Expr::Await(_) => "await expression",
        py::Expr::ListComp(_) => "list comprehension",
        py::Expr::SetComp(_) => "set comprehension",
        py::Expr::DictComp(_) => "dict comprehension",
        py::Expr::Dict(_) => "dict literal",
        py::Expr::Set(_) => "set display",
        py::Expr::FString(_) => "f-string expression",
        py::Expr::TString(_) => "t-string expression",
        py::Expr::NoneLiteral(_) => "None",
        py::Expr::BooleanLiteral(node) => {
            return if node.value {
                "True".into()
            } else {
                "False".into()
            };
        }
        py::Expr::EllipsisLiteral(_) => "ellipsis",
        py::Expr::StringLiteral(_) | py::Expr::BytesLiteral(_) | py::Expr::NumberLiteral(_) => {
            "literal"
        }
        py::Expr::Compare(_) => "comparison",
        py::Expr::If(_) => "conditional expression",
        py::Expr::Named(_) => "named expression",
        py::Expr::Slice(_) => "slice",
        py::Expr::IpyEscapeCommand(_) => "expression",
    };
    name.to_owned()
}
