//! Comprehensions, `yield` in them, and assignment expressions.
//!
//! CPython: `symtable_handle_comprehension`, `symtable_handle_namedexpr`, `symtable_extend_namedexpr_scope`.

use super::ScopeKey;
use super::build::Builder;
use super::entry::{BlockKind, ComprehensionKind, SymbolFlags};
use crate::ast::{Comprehension, Expr, ExprKind, Name, well_known};
use crate::error::{Result, SyntaxError};
use crate::location::Location;

impl Builder<'_> {
    pub(super) fn comprehension(&mut self, expression: &Expr) -> Result<()> {
        let (kind, name, generators, elt, value): (
            _,
            Name,
            &[Comprehension],
            &Expr,
            Option<&Expr>,
        ) = match &expression.kind {
            ExprKind::ListComp { elt, generators } => (
                ComprehensionKind::List,
                well_known::LISTCOMP,
                generators,
                elt,
                None,
            ),
            ExprKind::SetComp { elt, generators } => (
                ComprehensionKind::Set,
                well_known::SETCOMP,
                generators,
                elt,
                None,
            ),
            ExprKind::DictComp {
                key,
                value,
                generators,
            } => (
                ComprehensionKind::Dict,
                well_known::DICTCOMP,
                generators,
                key,
                Some(value),
            ),
            ExprKind::GeneratorExp { elt, generators } => (
                ComprehensionKind::Generator,
                well_known::GENEXPR,
                generators,
                elt,
                None,
            ),
            _ => return Err(SyntaxError::system("not a comprehension")),
        };
        let Some((outermost, inner)) = generators.split_first() else {
            return Err(SyntaxError::system("comprehension with no generators"));
        };
        // The outermost iterable is evaluated in the scope around.
        self.cur().comp_iter_expr += 1;
        self.expr(&outermost.iter)?;
        self.cur().comp_iter_expr -= 1;
        self.enter_block(
            name,
            BlockKind::Function,
            ScopeKey::node(expression),
            expression.loc,
        )?;
        self.cur().comprehension = Some(kind);
        if outermost.is_async {
            self.cur().coroutine = true;
        }
        self.add_def(well_known::DOT_0, SymbolFlags::PARAM, expression.loc)?;
        self.iteration_target(&outermost.target)?;
        self.exprs(&outermost.ifs)?;
        for generator in inner {
            self.iteration_target(&generator.target)?;
            self.cur().comp_iter_expr += 1;
            self.expr(&generator.iter)?;
            self.cur().comp_iter_expr -= 1;
            self.exprs(&generator.ifs)?;
            if generator.is_async {
                self.cur().coroutine = true;
            }
        }
        if let Some(value) = value {
            self.expr(value)?;
        }
        self.expr(elt)?;
        let is_generator = kind == ComprehensionKind::Generator;
        self.cur().generator = is_generator;
        let is_async = self.cur_ref().coroutine && !is_generator;
        self.exit_block();
        if is_async {
            if !self.is_async_def()
                && self.cur_ref().comprehension.is_none()
                && !self.allows_top_level_await()
            {
                return Err(SyntaxError::new(
                    "asynchronous comprehension outside of an asynchronous function",
                    expression.loc,
                ));
            }
            self.cur().coroutine = true;
        }
        Ok(())
    }

    fn iteration_target(&mut self, target: &Expr) -> Result<()> {
        self.cur().comp_iter_target = true;
        self.expr(target)?;
        self.cur().comp_iter_target = false;
        Ok(())
    }

    pub(super) fn mark_generator(&mut self, expression: &Expr) -> Result<()> {
        self.cur().generator = true;
        let msg = match self.cur_ref().comprehension {
            None => return Ok(()),
            Some(ComprehensionKind::List) => "'yield' inside list comprehension",
            Some(ComprehensionKind::Set) => "'yield' inside set comprehension",
            Some(ComprehensionKind::Dict) => "'yield' inside dict comprehension",
            Some(ComprehensionKind::Generator) => "'yield' inside generator expression",
        };
        Err(SyntaxError::new(msg, expression.loc))
    }

    pub(super) fn named_expr(
        &mut self,
        expression: &Expr,
        target: &Expr,
        value: &Expr,
    ) -> Result<()> {
        if self.cur_ref().comp_iter_expr > 0 {
            return Err(SyntaxError::new(
                "assignment expression cannot be used in a comprehension iterable expression",
                expression.loc,
            ));
        }
        if self.cur_ref().comprehension.is_some()
            && let Some(name) = target.as_name()
        {
            self.extend_namedexpr_scope(name, target.loc)?;
        }
        self.expr(value)?;
        self.expr(target)
    }

    /// The target of `:=` in a comprehension belongs to the nearest scope that is none.
    fn extend_namedexpr_scope(&mut self, name: Name, loc: Location) -> Result<()> {
        for at in (0..self.stack.len()).rev() {
            let id = self.stack[at];
            if self.table.entry(id).comprehension.is_some() {
                let flags = self.lookup_in(id, name);
                if flags.contains(SymbolFlags::COMP_ITER | SymbolFlags::LOCAL) {
                    let msg = format!(
                        "assignment expression cannot rebind comprehension iteration variable '{}'",
                        self.names.text(name)
                    );
                    return Err(SyntaxError::new(msg, loc));
                }
                continue;
            }
            let msg = match self.table.entry(id).kind {
                BlockKind::Function => {
                    let is_global = self.lookup_in(id, name).contains(SymbolFlags::GLOBAL);
                    let flag = if is_global {
                        SymbolFlags::GLOBAL
                    } else {
                        SymbolFlags::NONLOCAL
                    };
                    self.add_def(name, flag, loc)?;
                    self.record_directive(name, loc);
                    return self.add_def_in(id, name, SymbolFlags::LOCAL, loc);
                }
                BlockKind::Module => {
                    self.add_def(name, SymbolFlags::GLOBAL, loc)?;
                    self.record_directive(name, loc);
                    return self.add_def_in(id, name, SymbolFlags::GLOBAL, loc);
                }
                BlockKind::Class => {
                    "assignment expression within a comprehension cannot be used in a class body"
                }
                BlockKind::TypeParameters => {
                    "assignment expression within a comprehension cannot be used within the definition of a generic"
                }
                BlockKind::TypeAlias => {
                    "assignment expression within a comprehension cannot be used in a type alias"
                }
                BlockKind::TypeVariable => {
                    "assignment expression within a comprehension cannot be used in a TypeVar bound"
                }
                BlockKind::Annotation => continue,
            };
            return Err(SyntaxError::new(msg, loc));
        }
        Err(SyntaxError::system(
            "assignment expression outside of all scopes",
        ))
    }
}
