//! `case Point(x, y=0)`.

use super::super::Codegen;
use super::PatternContext;
use crate::ast::{Expr, Name, Pattern};
use crate::error::Result;
use crate::location::Location;
use crate::opcode::Opcode as Op;

impl<'a> Codegen<'a, '_> {
    pub(super) fn pattern_class(
        &mut self,
        loc: Location,
        cls: &'a Expr,
        patterns: &'a [Pattern],
        kwd_attrs: &[Name],
        kwd_patterns: &'a [Pattern],
        pc: &mut PatternContext,
    ) -> Result<()> {
        if kwd_attrs.len() != kwd_patterns.len() {
            let msg = format!(
                "kwd_attrs ({}) / kwd_patterns ({}) length mismatch in class pattern",
                kwd_attrs.len(),
                kwd_patterns.len()
            );
            return self.error(loc, msg);
        }
        for (index, attr) in kwd_attrs.iter().enumerate() {
            if let Some(offset) = kwd_attrs[index + 1..]
                .iter()
                .position(|other| other == attr)
            {
                let msg = format!(
                    "attribute name repeated in class pattern: {}",
                    self.names.text(*attr)
                );
                return self.error(kwd_patterns[index + 1 + offset].loc, msg);
            }
        }
        self.expr(cls)?;
        let names = self.names_const(kwd_attrs.iter().copied());
        self.load_const(names, loc);
        self.op_i(Op::MATCH_CLASS, patterns.len(), loc);
        self.op_i(Op::COPY, 1, loc);
        self.load_none(loc);
        self.op_i(Op::IS_OP, 1, loc);
        // The tuple of attributes, or `None`.
        pc.on_top += 1;
        self.jump_to_fail_pop(loc, pc, Op::POP_JUMP_IF_FALSE);
        let count = patterns.len() + kwd_patterns.len();
        self.op_i(Op::UNPACK_SEQUENCE, count, loc);
        pc.on_top = pc.on_top + count - 1;
        for pattern in patterns.iter().chain(kwd_patterns) {
            pc.on_top -= 1;
            if pattern.is_wildcard() {
                self.op(Op::POP_TOP, loc);
            } else {
                self.subpattern(pattern, pc)?;
            }
        }
        Ok(())
    }
}
