//! `case [a, *b]`.

use super::super::Codegen;
use super::PatternContext;
use crate::ast::{CmpOp, Pattern, PatternKind};
use crate::error::Result;
use crate::location::Location;
use crate::opcode::{BinaryOp, Opcode as Op};

impl<'a> Codegen<'a, '_> {
    pub(super) fn pattern_sequence(
        &mut self,
        loc: Location,
        patterns: &'a [Pattern],
        pc: &mut PatternContext,
    ) -> Result<()> {
        let size = patterns.len();
        let mut star = None;
        for (index, pattern) in patterns.iter().enumerate() {
            if matches!(pattern.kind, PatternKind::MatchStar(_)) {
                if star.is_some() {
                    return self.error(loc, "multiple starred names in sequence pattern");
                }
                star = Some(index);
            }
        }
        let star_wildcard = star.is_some_and(|star| patterns[star].is_star_wildcard());
        let only_wildcard = patterns
            .iter()
            .all(|pattern| pattern.is_wildcard() || pattern.is_star_wildcard());
        // The subject stays for the length checks.
        pc.on_top += 1;
        self.op(Op::MATCH_SEQUENCE, loc);
        self.jump_to_fail_pop(loc, pc, Op::POP_JUMP_IF_FALSE);
        if star.is_none() {
            self.op(Op::GET_LEN, loc);
            self.load_int(size, loc);
            self.add_compare(CmpOp::Eq, loc);
            self.jump_to_fail_pop(loc, pc, Op::POP_JUMP_IF_FALSE);
        } else if size > 1 {
            self.op(Op::GET_LEN, loc);
            self.load_int(size - 1, loc);
            self.add_compare(CmpOp::GtE, loc);
            self.jump_to_fail_pop(loc, pc, Op::POP_JUMP_IF_FALSE);
        }
        pc.on_top -= 1;
        match star {
            _ if only_wildcard => {
                self.op(Op::POP_TOP, loc);
                Ok(())
            }
            Some(star) if star_wildcard => self.sequence_subscr(loc, patterns, star, pc),
            _ => self.sequence_unpack(loc, patterns, pc),
        }
    }

    fn sequence_unpack(
        &mut self,
        loc: Location,
        patterns: &'a [Pattern],
        pc: &mut PatternContext,
    ) -> Result<()> {
        let is_star = |pattern: &Pattern| matches!(pattern.kind, PatternKind::MatchStar(_));
        let stars = patterns
            .iter()
            .enumerate()
            .filter(|(_, pattern)| is_star(pattern))
            .map(|(index, _)| index);
        let messages = [
            "too many expressions in star-unpacking sequence pattern",
            "multiple starred expressions in sequence pattern",
        ];
        self.unpack(loc, patterns.len(), stars, messages)?;
        pc.on_top += patterns.len();
        for pattern in patterns {
            pc.on_top -= 1;
            self.subpattern(pattern, pc)?;
        }
        Ok(())
    }

    /// With `*_` only the elements that count are fetched, by index.
    fn sequence_subscr(
        &mut self,
        loc: Location,
        patterns: &'a [Pattern],
        star: usize,
        pc: &mut PatternContext,
    ) -> Result<()> {
        pc.on_top += 1;
        for (index, pattern) in patterns.iter().enumerate() {
            if pattern.is_wildcard() || index == star {
                continue;
            }
            self.op_i(Op::COPY, 1, loc);
            if index < star {
                self.load_int(index, loc);
            } else {
                // Negative indices need not work.
                self.op(Op::GET_LEN, loc);
                self.load_int(patterns.len() - index, loc);
                self.op_i(Op::BINARY_OP, BinaryOp::Subtract.oparg() as usize, loc);
            }
            self.op_i(Op::BINARY_OP, BinaryOp::Subscript.oparg() as usize, loc);
            self.subpattern(pattern, pc)?;
        }
        pc.on_top -= 1;
        self.op(Op::POP_TOP, loc);
        Ok(())
    }
}
