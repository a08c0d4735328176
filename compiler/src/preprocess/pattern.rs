//! Patterns: negative and complex numbers become constants.

use num_traits::ToPrimitive;

use super::Preprocessor;
use crate::ast::{Expr, ExprKind, Operator, Pattern, PatternKind, UnaryOp};
use crate::constant::Constant;
use crate::error::Result;

impl Preprocessor<'_> {
    pub(super) fn pattern(&mut self, pattern: &mut Pattern) -> Result<()> {
        self.depth.enter()?;
        match &mut pattern.kind {
            PatternKind::MatchValue(value) => self.number(value),
            PatternKind::MatchSingleton(_) | PatternKind::MatchStar(_) => {}
            PatternKind::MatchSequence(patterns) | PatternKind::MatchOr(patterns) => {
                self.patterns(patterns)?
            }
            PatternKind::MatchMapping { keys, patterns, .. } => {
                keys.iter_mut().for_each(|key| self.number(key));
                self.patterns(patterns)?;
            }
            PatternKind::MatchClass {
                cls,
                patterns,
                kwd_patterns,
                ..
            } => {
                self.expr(cls)?;
                self.patterns(patterns)?;
                self.patterns(kwd_patterns)?;
            }
            PatternKind::MatchAs { pattern, .. } => {
                if let Some(pattern) = pattern {
                    self.pattern(pattern)?;
                }
            }
        }
        self.depth.leave();
        Ok(())
    }

    fn patterns(&mut self, patterns: &mut [Pattern]) -> Result<()> {
        patterns
            .iter_mut()
            .try_for_each(|pattern| self.pattern(pattern))
    }

    fn number(&self, expression: &mut Expr) {
        if !self.options.syntax_check_only {
            fold(expression);
        }
    }
}

/// CPython: `fold_const_match_patterns`.
fn fold(expression: &mut Expr) {
    let folded = match &mut expression.kind {
        ExprKind::UnaryOp {
            op: UnaryOp::USub,
            operand,
        } => operand.as_constant().and_then(negative),
        ExprKind::BinOp {
            left,
            op: op @ (Operator::Add | Operator::Sub),
            right,
        } => {
            let Some(right) = right.as_constant() else {
                return;
            };
            if !left.is_constant() {
                fold(left);
            }
            left.as_constant()
                .and_then(|left| complex(left, right, *op == Operator::Sub))
        }
        _ => return,
    };
    if let Some(value) = folded {
        expression.kind = ExprKind::Constant { value, is_u: false };
    }
}

fn negative(value: &Constant) -> Option<Constant> {
    match value {
        Constant::Int(value) => Some(match value.checked_neg() {
            Some(value) => Constant::Int(value),
            None => Constant::from_bigint(-num_bigint::BigInt::from(*value)),
        }),
        Constant::BigInt(value) => Some(Constant::from_bigint(-value.as_ref())),
        Constant::Float(value) => Some(Constant::Float(-value)),
        Constant::Complex(real, imag) => Some(Constant::Complex(-real, -imag)),
        _ => None,
    }
}

/// A real number plus or minus an imaginary one.
fn complex(left: &Constant, right: &Constant, is_sub: bool) -> Option<Constant> {
    let real = match left {
        Constant::Int(value) => value.to_f64()?,
        Constant::BigInt(value) => value.to_f64().filter(|value| value.is_finite())?,
        Constant::Float(value) => *value,
        _ => return None,
    };
    let Constant::Complex(right_real, imag) = right else {
        return None;
    };
    Some(if is_sub {
        Constant::Complex(real - right_real, -imag)
    } else {
        Constant::Complex(real + right_real, *imag)
    })
}
