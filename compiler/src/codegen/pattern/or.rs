//! `case a | b`.

use super::super::Codegen;
use super::PatternContext;
use crate::ast::{Name, Pattern};
use crate::error::Result;
use crate::location::Location;
use crate::opcode::Opcode as Op;

impl<'a> Codegen<'a, '_> {
    pub(super) fn pattern_or(
        &mut self,
        loc: Location,
        patterns: &'a [Pattern],
        pc: &mut PatternContext,
    ) -> Result<()> {
        let end = self.new_label();
        let different = "alternative patterns bind different names";
        // The names of the first alternative: the others bind the same, and are brought into its order.
        let mut control: Vec<Name> = Vec::new();
        for (index, alternative) in patterns.iter().enumerate() {
            let at = alternative.loc;
            let mut inner = PatternContext {
                // Only the last one may always match.
                allow_irrefutable: index + 1 == patterns.len() && pc.allow_irrefutable,
                ..PatternContext::default()
            };
            self.op_i(Op::COPY, 1, at);
            self.pattern(alternative, &mut inner)?;
            if index == 0 {
                control = inner.stores.clone();
            } else if inner.stores.len() != control.len() {
                return self.error(loc, different);
            } else {
                for wanted in (0..control.len()).rev() {
                    let Some(found) = inner
                        .stores
                        .iter()
                        .position(|name| *name == control[wanted])
                    else {
                        return self.error(loc, different);
                    };
                    if wanted == found {
                        continue;
                    }
                    // The first `found + 1` names go behind the others, here and on the stack.
                    inner.stores[..=wanted].rotate_left(found + 1);
                    for _ in 0..=found {
                        self.rotate(at, wanted + 1);
                    }
                }
            }
            self.op_jump(Op::JUMP, end, at);
            self.emit_and_reset_fail_pop(at, &mut inner);
        }
        // No alternative matched: the subject goes.
        self.op(Op::POP_TOP, loc);
        self.jump_to_fail_pop(loc, pc, Op::JUMP);
        self.use_label(end);
        // Above the place of the captures lie the other captures, the subject, and what stays on top.
        let rotations = control.len() + 1 + pc.on_top + pc.stores.len();
        for name in control {
            self.rotate(loc, rotations);
            self.check_duplicate_store(loc, name, pc)?;
            pc.stores.push(name);
        }
        self.op(Op::POP_TOP, loc);
        Ok(())
    }
}
