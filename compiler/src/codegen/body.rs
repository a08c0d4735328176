//! Modules and the bodies of modules and classes.
//!
//! CPython: `compiler_codegen`, `_PyCodegen_Module`, `codegen_body`.

use super::Codegen;
use super::cleandoc::cleandoc;
use super::unit::{ArgCounts, ScopeType};
use crate::ast::{Expr, ExprContext, Mod, Stmt, docstring, well_known};
use crate::constant::Constant;
use crate::error::{Result, SyntaxError};
use crate::location::{Location, NO_LOCATION};
use crate::opcode::Opcode as Op;
use crate::symtable::ScopeKey;

impl<'a> Codegen<'a, '_> {
    /// Writes the instructions of `module`; returns whether it ends in `None`.
    pub(super) fn module(&mut self, module: &'a Mod) -> Result<bool> {
        let key = ScopeKey::node(module);
        self.enter_scope(
            well_known::ANON_MODULE,
            ScopeType::Module,
            key,
            1,
            None,
            ArgCounts::default(),
        )?;
        match module {
            Mod::Module { body, .. } => self.module_body(body, false)?,
            Mod::Interactive { body } => {
                self.interactive = true;
                self.module_body(body, true)?;
            }
            Mod::Expression { body } => {
                self.expr(body)?;
                return Ok(false);
            }
            Mod::FunctionType { .. } => {
                return Err(SyntaxError::system("module kind 4 should not be possible"));
            }
        }
        Ok(true)
    }

    fn module_body(&mut self, body: &'a [Stmt], is_interactive: bool) -> Result<()> {
        // The start of the module, so that set-up code counts as part of its first statement.
        let loc = body
            .first()
            .map_or(Location::new(1, 1, 0, 0), |first| first.loc);
        if self.ste().has_conditional_annotations {
            self.op_i(Op::BUILD_SET, 0, loc);
            self.op_plain_name(Op::STORE_NAME, well_known::CONDITIONAL_ANNOTATIONS, loc);
        }
        self.body(loc, body, is_interactive)
    }

    pub(super) fn body(
        &mut self,
        loc: Location,
        body: &'a [Stmt],
        is_interactive: bool,
    ) -> Result<()> {
        let future_annotations = self.options.features.annotations();
        if future_annotations && self.ste().annotations_used {
            self.op(Op::SETUP_ANNOTATIONS, loc);
        }
        if body.is_empty() {
            return Ok(());
        }
        let mut rest = body;
        if !is_interactive
            && self.ste().has_docstring
            && let Some(doc) = docstring(body)
        {
            rest = &body[1..];
            self.load_const(clean_docstring(doc), doc.loc);
            self.nameop(well_known::DOC, ExprContext::Store, NO_LOCATION)?;
        }
        self.stmts(rest)?;
        if !future_annotations {
            self.process_deferred_annotations(loc)?;
        }
        Ok(())
    }
}

/// The constant that a docstring becomes.
pub(super) fn clean_docstring(doc: &Expr) -> Constant {
    match doc.as_constant().and_then(Constant::as_text) {
        Some(text) => Constant::from_wtf8(cleandoc(text)),
        None => Constant::None,
    }
}
