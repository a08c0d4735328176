//! Structural pattern matching (PEP 634).
//!
//! CPython: `codegen_match` and the `codegen_pattern_*` functions. Each of them consumes the subject on top of the stack and
//! jumps to the right `fail_pop` block if it does not match. Captures wait on the stack, below what
//! [`PatternContext::on_top`] counts, until the whole pattern has matched.

mod class;
mod mapping;
mod or;
mod sequence;

use super::Codegen;
use crate::ast::{CmpOp, Expr, ExprContext, ExprKind, MatchCase, Name, Pattern, PatternKind};
use crate::error::Result;
use crate::instruction_sequence::Label;
use crate::location::{Location, NEXT_LOCATION, NO_LOCATION};
use crate::opcode::Opcode as Op;

/// The state of one `case`.
#[derive(Clone, Default)]
struct PatternContext {
    /// The names captured so far, in the order of their values on the stack.
    stores: Vec<Name>,
    /// Whether a pattern that always matches may stand here.
    allow_irrefutable: bool,
    /// Where to jump on failure: the n-th label pops n values.
    fail_pop: Vec<Label>,
    /// Values on top of the stack that must stay there.
    on_top: usize,
}

impl<'a> Codegen<'a, '_> {
    pub(super) fn match_statement(
        &mut self,
        subject: &'a Expr,
        cases: &'a [MatchCase],
    ) -> Result<()> {
        self.expr(subject)?;
        let end = self.new_label();
        let has_default =
            cases.len() > 1 && cases.last().is_some_and(|case| case.pattern.is_wildcard());
        let tested = cases.len() - usize::from(has_default);
        for (index, case) in cases[..tested].iter().enumerate() {
            let loc = case.pattern.loc;
            // The last case takes the subject itself.
            let is_last = index + 1 == tested;
            if !is_last {
                self.op_i(Op::COPY, 1, loc);
            }
            let mut pc = PatternContext {
                allow_irrefutable: case.guard.is_some() || index + 1 == cases.len(),
                ..PatternContext::default()
            };
            self.pattern(&case.pattern, &mut pc)?;
            for &name in &std::mem::take(&mut pc.stores) {
                self.nameop(name, ExprContext::Store, loc)?;
            }
            if let Some(guard) = &case.guard {
                let target = self.fail_label(&mut pc, 0);
                self.jump_if(loc, guard, target, false)?;
            }
            if !is_last {
                // With the location of what follows, for better branch events.
                self.op(Op::POP_TOP, NEXT_LOCATION);
            }
            self.stmts(&case.body)?;
            self.op_jump(Op::JUMP, end, NO_LOCATION);
            self.emit_and_reset_fail_pop(loc, &mut pc);
        }
        if has_default && let Some(case) = cases.last() {
            // A trailing `case _` has nothing to test.
            let loc = case.pattern.loc;
            if cases.len() == 1 {
                self.op(Op::POP_TOP, loc);
            } else {
                self.op(Op::NOP, loc);
            }
            if let Some(guard) = &case.guard {
                self.jump_if(loc, guard, end, false)?;
            }
            self.stmts(&case.body)?;
        }
        self.use_label(end);
        Ok(())
    }

    fn pattern(&mut self, pattern: &'a Pattern, pc: &mut PatternContext) -> Result<()> {
        self.depth.enter()?;
        let loc = pattern.loc;
        match &pattern.kind {
            PatternKind::MatchValue(value) => {
                if !matches!(
                    value.kind,
                    ExprKind::Constant { .. } | ExprKind::Attribute { .. }
                ) {
                    return self.error(
                        loc,
                        "patterns may only match literals and attribute lookups",
                    );
                }
                self.expr(value)?;
                self.add_compare(CmpOp::Eq, loc);
                self.op(Op::TO_BOOL, loc);
                self.jump_to_fail_pop(loc, pc, Op::POP_JUMP_IF_FALSE);
            }
            PatternKind::MatchSingleton(value) => {
                self.load_const(value.clone(), loc);
                self.add_compare(CmpOp::Is, loc);
                self.jump_to_fail_pop(loc, pc, Op::POP_JUMP_IF_FALSE);
            }
            PatternKind::MatchSequence(patterns) => self.pattern_sequence(loc, patterns, pc)?,
            PatternKind::MatchMapping {
                keys,
                patterns,
                rest,
            } => {
                self.pattern_mapping(loc, keys, patterns, *rest, pc)?;
            }
            PatternKind::MatchClass {
                cls,
                patterns,
                kwd_attrs,
                kwd_patterns,
            } => {
                self.pattern_class(loc, cls, patterns, kwd_attrs, kwd_patterns, pc)?;
            }
            PatternKind::MatchStar(name) => self.store_capture(loc, *name, pc)?,
            PatternKind::MatchAs {
                pattern: inner,
                name,
            } => {
                self.pattern_as(loc, inner.as_deref(), *name, pc)?;
            }
            PatternKind::MatchOr(patterns) => self.pattern_or(loc, patterns, pc)?,
        }
        self.depth.leave();
        Ok(())
    }

    /// A pattern inside another may always match.
    fn subpattern(&mut self, pattern: &'a Pattern, pc: &mut PatternContext) -> Result<()> {
        let outer = std::mem::replace(&mut pc.allow_irrefutable, true);
        self.pattern(pattern, pc)?;
        pc.allow_irrefutable = outer;
        Ok(())
    }

    fn pattern_as(
        &mut self,
        loc: Location,
        pattern: Option<&'a Pattern>,
        name: Option<Name>,
        pc: &mut PatternContext,
    ) -> Result<()> {
        let Some(pattern) = pattern else {
            if !pc.allow_irrefutable {
                return match name {
                    Some(name) => {
                        let name = self.names.text(name);
                        self.error(
                            loc,
                            format!("name capture '{name}' makes remaining patterns unreachable"),
                        )
                    }
                    None => self.error(loc, "wildcard makes remaining patterns unreachable"),
                };
            }
            return self.store_capture(loc, name, pc);
        };
        // A copy for the name.
        pc.on_top += 1;
        self.op_i(Op::COPY, 1, loc);
        self.pattern(pattern, pc)?;
        pc.on_top -= 1;
        self.store_capture(loc, name, pc)
    }

    fn fail_label(&mut self, pc: &mut PatternContext, pops: usize) -> Label {
        while pc.fail_pop.len() <= pops {
            let label = self.new_label();
            pc.fail_pop.push(label);
        }
        pc.fail_pop[pops]
    }

    fn jump_to_fail_pop(&mut self, loc: Location, pc: &mut PatternContext, op: Op) {
        // What lies on top goes, and so do the captures.
        let pops = pc.on_top + pc.stores.len();
        let label = self.fail_label(pc, pops);
        self.op_jump(op, label, loc);
    }

    fn emit_and_reset_fail_pop(&mut self, loc: Location, pc: &mut PatternContext) {
        while let Some(label) = pc.fail_pop.pop() {
            self.use_label(label);
            if !pc.fail_pop.is_empty() {
                self.op(Op::POP_TOP, loc);
            }
        }
    }

    /// Moves the top of the stack below `count - 1` others.
    fn rotate(&mut self, loc: Location, count: usize) {
        for swap in (2..=count).rev() {
            self.op_i(Op::SWAP, swap, loc);
        }
    }

    fn store_capture(
        &mut self,
        loc: Location,
        name: Option<Name>,
        pc: &mut PatternContext,
    ) -> Result<()> {
        let Some(name) = name else {
            self.op(Op::POP_TOP, loc);
            return Ok(());
        };
        self.check_duplicate_store(loc, name, pc)?;
        self.rotate(loc, pc.on_top + pc.stores.len() + 1);
        pc.stores.push(name);
        Ok(())
    }

    fn check_duplicate_store(&self, loc: Location, name: Name, pc: &PatternContext) -> Result<()> {
        if pc.stores.contains(&name) {
            let name = self.names.text(name);
            return self.error(
                loc,
                format!("multiple assignments to name '{name}' in pattern"),
            );
        }
        Ok(())
    }
}
