//! Patterns.

use super::{Validator, place, value_error};
use crate::ast::{Expr, ExprContext, ExprKind, Name, Operator, Pattern, PatternKind, UnaryOp};
use crate::constant::Constant;
use crate::error::Result;

impl Validator<'_> {
    fn patterns(&mut self, patterns: &[Pattern], is_star_ok: bool) -> Result<()> {
        patterns
            .iter()
            .try_for_each(|pattern| self.pattern(pattern, is_star_ok))
    }

    pub(super) fn pattern(&mut self, pattern: &Pattern, is_star_ok: bool) -> Result<()> {
        place(pattern.loc)?;
        self.depth.enter()?;
        match &pattern.kind {
            PatternKind::MatchValue(value) => self.pattern_value(value)?,
            PatternKind::MatchSingleton(value) => {
                if !matches!(value, Constant::None | Constant::Bool(_)) {
                    return Err(value_error(
                        "MatchSingleton can only contain True, False and None",
                    ));
                }
            }
            PatternKind::MatchSequence(patterns) => self.patterns(patterns, true)?,
            PatternKind::MatchMapping {
                keys,
                patterns,
                rest,
            } => {
                if keys.len() != patterns.len() {
                    return Err(value_error(
                        "MatchMapping doesn't have the same number of keys as patterns",
                    ));
                }
                self.capture(*rest)?;
                for key in keys {
                    // As keys, these three are expressions.
                    if !matches!(key.as_constant(), Some(Constant::None | Constant::Bool(_))) {
                        self.pattern_value(key)?;
                    }
                }
                self.patterns(patterns, false)?;
            }
            PatternKind::MatchClass {
                cls,
                patterns,
                kwd_attrs,
                kwd_patterns,
            } => {
                if kwd_attrs.len() != kwd_patterns.len() {
                    return Err(value_error(
                        "MatchClass doesn't have the same number of keyword attributes as patterns",
                    ));
                }
                self.expr(cls, ExprContext::Load)?;
                if !is_dotted_name(cls) {
                    return Err(value_error(
                        "MatchClass cls field can only contain Name or Attribute nodes.",
                    ));
                }
                kwd_attrs.iter().try_for_each(|name| self.variable(*name))?;
                self.patterns(patterns, false)?;
                self.patterns(kwd_patterns, false)?;
            }
            PatternKind::MatchStar(name) => {
                if !is_star_ok {
                    return Err(value_error("can't use MatchStar here"));
                }
                self.capture(*name)?;
            }
            PatternKind::MatchAs { pattern, name } => {
                self.capture(*name)?;
                if let Some(pattern) = pattern {
                    if name.is_none() {
                        return Err(value_error(
                            "MatchAs must specify a target name if a pattern is given",
                        ));
                    }
                    self.pattern(pattern, false)?;
                }
            }
            PatternKind::MatchOr(patterns) => {
                if patterns.len() < 2 {
                    return Err(value_error("MatchOr requires at least 2 patterns"));
                }
                self.patterns(patterns, false)?;
            }
        }
        self.depth.leave();
        Ok(())
    }

    /// A name that a pattern binds.
    fn capture(&self, name: Option<Name>) -> Result<()> {
        match name {
            None => Ok(()),
            Some(name) if self.names.text(name) == "_" => {
                Err(value_error("can't capture name '_' in patterns"))
            }
            Some(name) => self.variable(name),
        }
    }

    fn pattern_value(&mut self, value: &Expr) -> Result<()> {
        self.expr(value, ExprContext::Load)?;
        let is_allowed = match &value.kind {
            ExprKind::Constant { value, .. } => match value {
                Constant::Int(_)
                | Constant::BigInt(_)
                | Constant::Float(_)
                | Constant::Complex(..)
                | Constant::Bytes(_)
                | Constant::Str(_) => true,
                _ => {
                    return Err(value_error(
                        "unexpected constant inside of a literal pattern",
                    ));
                }
            },
            // Later stages report strings with fields.
            ExprKind::Attribute { .. }
            | ExprKind::JoinedStr { .. }
            | ExprKind::TemplateStr { .. } => true,
            ExprKind::UnaryOp { .. } => is_negative(value, is_number),
            ExprKind::BinOp { left, op, right } => {
                matches!(op, Operator::Add | Operator::Sub)
                    && (is_literal(left, is_real) || is_negative(left, is_real))
                    && is_literal(right, is_complex)
            }
            _ => false,
        };
        if is_allowed {
            Ok(())
        } else {
            Err(value_error(
                "patterns may only match literals and attribute lookups",
            ))
        }
    }
}

fn is_dotted_name(expression: &Expr) -> bool {
    let mut expression = expression;
    while let ExprKind::Attribute { value, .. } = &expression.kind {
        expression = value;
    }
    expression.as_name().is_some()
}

fn is_real(value: &Constant) -> bool {
    matches!(
        value,
        Constant::Int(_) | Constant::BigInt(_) | Constant::Float(_)
    )
}

fn is_complex(value: &Constant) -> bool {
    matches!(value, Constant::Complex(..))
}

fn is_number(value: &Constant) -> bool {
    is_real(value) || is_complex(value)
}

fn is_literal(expression: &Expr, is_wanted: fn(&Constant) -> bool) -> bool {
    expression.as_constant().is_some_and(is_wanted)
}

fn is_negative(expression: &Expr, is_wanted: fn(&Constant) -> bool) -> bool {
    match &expression.kind {
        ExprKind::UnaryOp {
            op: UnaryOp::USub,
            operand,
        } => is_literal(operand, is_wanted),
        _ => false,
    }
}
