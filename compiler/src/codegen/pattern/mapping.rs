//! `case {"a": a, **rest}`.

use super::super::Codegen;
use super::PatternContext;
use crate::ast::{CmpOp, Expr, ExprKind, Name, Pattern};
use crate::constant::Constant;
use crate::error::Result;
use crate::location::Location;
use crate::opcode::Opcode as Op;
use crate::unparse;

impl<'a> Codegen<'a, '_> {
    pub(super) fn pattern_mapping(
        &mut self,
        loc: Location,
        keys: &'a [Expr],
        patterns: &'a [Pattern],
        rest: Option<Name>,
        pc: &mut PatternContext,
    ) -> Result<()> {
        let size = keys.len();
        if size != patterns.len() {
            let count = patterns.len();
            return self.error(
                loc,
                format!("keys ({size}) / patterns ({count}) length mismatch in mapping pattern"),
            );
        }
        pc.on_top += 1;
        self.op(Op::MATCH_MAPPING, loc);
        self.jump_to_fail_pop(loc, pc, Op::POP_JUMP_IF_FALSE);
        if size == 0 && rest.is_none() {
            pc.on_top -= 1;
            self.op(Op::POP_TOP, loc);
            return Ok(());
        }
        if size > 0 {
            self.op(Op::GET_LEN, loc);
            self.load_int(size, loc);
            self.add_compare(CmpOp::GtE, loc);
            self.jump_to_fail_pop(loc, pc, Op::POP_JUMP_IF_FALSE);
        }
        let mut seen: Vec<&Constant> = Vec::new();
        for key in keys {
            match &key.kind {
                ExprKind::Constant { value, .. } => {
                    if seen.iter().any(|other| is_equal(other, value)) {
                        let repr = unparse::constant_repr(value);
                        return self.error(
                            loc,
                            format!("mapping pattern checks duplicate key ({repr})"),
                        );
                    }
                    seen.push(value);
                }
                ExprKind::Attribute { .. } => {}
                _ => {
                    let msg = "mapping pattern keys may only match literals and attribute lookups";
                    return self.error(loc, msg);
                }
            }
            self.expr(key)?;
        }
        self.op_i(Op::BUILD_TUPLE, size, loc);
        self.op(Op::MATCH_KEYS, loc);
        // The keys and the values, or `None`.
        pc.on_top += 2;
        self.op_i(Op::COPY, 1, loc);
        self.load_none(loc);
        self.op_i(Op::IS_OP, 1, loc);
        self.jump_to_fail_pop(loc, pc, Op::POP_JUMP_IF_FALSE);
        self.op_i(Op::UNPACK_SEQUENCE, size, loc);
        pc.on_top = pc.on_top + size - 1;
        for pattern in patterns {
            pc.on_top -= 1;
            self.subpattern(pattern, pc)?;
        }
        // What follows consumes the tuple of keys and the subject.
        pc.on_top -= 2;
        if rest.is_some() {
            // rest = dict(subject); for key in keys: del rest[key]
            self.op_i(Op::BUILD_MAP, 0, loc);
            self.op_i(Op::SWAP, 3, loc);
            self.op_i(Op::DICT_UPDATE, 2, loc);
            self.op_i(Op::UNPACK_SEQUENCE, size, loc);
            for remaining in (1..=size).rev() {
                self.op_i(Op::COPY, 1 + remaining, loc);
                self.op_i(Op::SWAP, 2, loc);
                self.op(Op::DELETE_SUBSCR, loc);
            }
            return self.store_capture(loc, rest, pc);
        }
        self.op(Op::POP_TOP, loc);
        self.op(Op::POP_TOP, loc);
        Ok(())
    }
}

/// Python's `==` between literals: numbers compare by value.
fn is_equal(a: &Constant, b: &Constant) -> bool {
    match (complex_value(a), complex_value(b)) {
        (Some(a), Some(b)) => a == b,
        (None, None) => a.is_same(b),
        _ => false,
    }
}

fn complex_value(value: &Constant) -> Option<(f64, f64)> {
    match value {
        Constant::Bool(value) => Some((f64::from(u8::from(*value)), 0.0)),
        // Beyond 2^53 an integer is compared as such, by `is_same`.
        Constant::Int(value) if value.unsigned_abs() <= 1 << 53 => Some((*value as f64, 0.0)),
        Constant::Float(value) => Some((*value, 0.0)),
        Constant::Complex(real, imag) => Some((*real, *imag)),
        _ => None,
    }
}
