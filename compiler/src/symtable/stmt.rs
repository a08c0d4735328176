//! Statements: what they bind, use and declare.
//!
//! CPython: `symtable_visit_stmt` and its helpers.

use super::ScopeKey;
use super::build::Builder;
use super::build::check_name;
use super::entry::{BlockKind, ScopeId, SymbolFlags};
use crate::ast::{
    Alias, AnnAssign, Arguments, ClassDef, ExceptHandler, Expr, ExprContext, ExprKind, FunctionDef,
    MatchCase, Name, Pattern, PatternKind, Stmt, StmtKind, Try, TypeParam, docstring, well_known,
};
use crate::error::{Result, SyntaxError};
use crate::location::Location;

impl Builder<'_> {
    pub(super) fn stmts(&mut self, body: &[Stmt]) -> Result<()> {
        body.iter().try_for_each(|statement| self.stmt(statement))
    }

    fn conditional(&mut self, visit: impl FnOnce(&mut Self) -> Result<()>) -> Result<()> {
        let outer = std::mem::replace(&mut self.cur().in_conditional_block, true);
        visit(self)?;
        self.cur().in_conditional_block = outer;
        Ok(())
    }

    fn stmt(&mut self, statement: &Stmt) -> Result<()> {
        self.depth.enter()?;
        let loc = statement.loc;
        match &statement.kind {
            StmtKind::FunctionDef(def) => self.function_def(statement, def)?,
            StmtKind::ClassDef(def) => self.class_def(statement, def)?,
            StmtKind::TypeAlias {
                name,
                type_params,
                value,
            } => {
                self.type_alias(statement, name, type_params, value)?;
            }
            StmtKind::Return { value } => {
                if let Some(value) = value {
                    self.expr(value)?;
                }
            }
            StmtKind::Delete { targets } => self.exprs(targets)?,
            StmtKind::Assign { targets, value, .. } => {
                self.exprs(targets)?;
                self.expr(value)?;
            }
            StmtKind::AnnAssign(assign) => self.ann_assign(assign, loc)?,
            StmtKind::AugAssign { target, value, .. } => {
                self.expr(target)?;
                self.expr(value)?;
            }
            StmtKind::For(node) => {
                if node.is_async {
                    self.async_outside(loc, "'async for' outside async function")?;
                }
                self.expr(&node.target)?;
                self.expr(&node.iter)?;
                self.conditional(|b| {
                    b.stmts(&node.body)?;
                    b.stmts(&node.orelse)
                })?;
            }
            StmtKind::While { test, body, orelse } | StmtKind::If { test, body, orelse } => {
                self.expr(test)?;
                self.conditional(|b| {
                    b.stmts(body)?;
                    b.stmts(orelse)
                })?;
            }
            StmtKind::With {
                items,
                body,
                is_async,
                ..
            } => {
                if *is_async {
                    self.async_outside(loc, "'async with' outside async function")?;
                }
                self.conditional(|b| {
                    for item in items {
                        b.expr(&item.context_expr)?;
                        b.opt_expr(item.optional_vars.as_deref())?;
                    }
                    b.stmts(body)
                })?;
            }
            StmtKind::Match { subject, cases } => {
                self.expr(subject)?;
                self.conditional(|b| cases.iter().try_for_each(|case| b.match_case(case)))?;
            }
            StmtKind::Raise { exc, cause } => {
                self.opt_expr(exc.as_deref())?;
                self.opt_expr(cause.as_deref())?;
            }
            StmtKind::Try(node) => self.conditional(|b| b.try_statement(node))?,
            StmtKind::Assert { test, msg } => {
                self.expr(test)?;
                self.opt_expr(msg.as_deref())?;
            }
            StmtKind::Import { names } => names.iter().try_for_each(|alias| self.alias(alias))?,
            StmtKind::ImportFrom {
                module,
                names,
                level,
            } => {
                names.iter().try_for_each(|alias| self.alias(alias))?;
                if *level == 0 && *module == Some(well_known::FUTURE) && self.features.is_late(loc)
                {
                    return Err(SyntaxError::new(
                        "from __future__ imports must occur at the beginning of the file",
                        loc,
                    ));
                }
            }
            StmtKind::Global { names } => {
                self.declaration(names, loc, SymbolFlags::GLOBAL, "global")?
            }
            StmtKind::Nonlocal { names } => {
                self.declaration(names, loc, SymbolFlags::NONLOCAL, "nonlocal")?
            }
            StmtKind::Expr { value } => self.expr(value)?,
            StmtKind::Pass | StmtKind::Break | StmtKind::Continue => {}
        }
        self.depth.leave();
        Ok(())
    }

    fn function_def(&mut self, statement: &Stmt, def: &FunctionDef) -> Result<()> {
        let loc = statement.loc;
        self.add_def(def.name, SymbolFlags::LOCAL, loc)?;
        self.defaults(&def.args)?;
        self.exprs(&def.decorator_list)?;
        let is_generic = !def.type_params.is_empty();
        if is_generic {
            self.enter_type_param_block(def.name, ScopeKey::type_params(statement), false, loc)?;
            // Defaults are handed in as parameters. CPython makes the first one also where there are none.
            self.add_def(well_known::DOT_DEFAULTS, SymbolFlags::PARAM, loc)?;
            if def.args.has_kw_defaults() {
                self.add_def(well_known::DOT_KWDEFAULTS, SymbolFlags::PARAM, loc)?;
            }
            self.type_params(&def.type_params)?;
        }
        let function = self.new_entry(
            def.name,
            BlockKind::Function,
            ScopeKey::node(statement),
            loc,
        );
        self.table.entry_mut(function).has_docstring = docstring(&def.body).is_some();
        self.function_annotations(&def.args, def.returns.as_deref(), loc)?;
        self.enter_existing_block(function);
        if def.is_async {
            self.cur().coroutine = true;
        }
        self.arguments(&def.args)?;
        self.stmts(&def.body)?;
        self.exit_block();
        if is_generic {
            self.exit_block();
        }
        Ok(())
    }

    fn class_def(&mut self, statement: &Stmt, def: &ClassDef) -> Result<()> {
        let loc = statement.loc;
        self.add_def(def.name, SymbolFlags::LOCAL, loc)?;
        self.exprs(&def.decorator_list)?;
        let outer_private = self.private;
        let is_generic = !def.type_params.is_empty();
        if is_generic {
            self.enter_type_param_block(def.name, ScopeKey::type_params(statement), true, loc)?;
            self.private = Some(def.name);
            let set = self.table.mangled_names.len();
            self.table.mangled_names.push(Vec::new());
            self.cur().mangled_names = Some(set);
            self.type_params(&def.type_params)?;
        }
        self.exprs(&def.bases)?;
        self.check_keywords(&def.keywords)?;
        def.keywords
            .iter()
            .try_for_each(|keyword| self.expr(&keyword.value))?;
        self.enter_block(def.name, BlockKind::Class, ScopeKey::node(statement), loc)?;
        self.private = Some(def.name);
        if is_generic {
            self.add_def(well_known::TYPE_PARAMS, SymbolFlags::LOCAL, loc)?;
            self.add_def(well_known::DOT_TYPE_PARAMS, SymbolFlags::USE, loc)?;
        }
        self.cur().has_docstring = docstring(&def.body).is_some();
        self.stmts(&def.body)?;
        self.exit_block();
        if is_generic {
            self.exit_block();
        }
        self.private = outer_private;
        Ok(())
    }

    fn type_alias(
        &mut self,
        statement: &Stmt,
        name: &Expr,
        params: &[TypeParam],
        value: &Expr,
    ) -> Result<()> {
        self.expr(name)?;
        let Some(id) = name.as_name() else {
            return Err(SyntaxError::system("type alias without a name"));
        };
        let is_in_class = self.cur_ref().kind == BlockKind::Class;
        let is_generic = !params.is_empty();
        if is_generic {
            self.enter_type_param_block(
                id,
                ScopeKey::type_params(statement),
                false,
                statement.loc,
            )?;
            self.type_params(params)?;
        }
        self.enter_block(
            id,
            BlockKind::TypeAlias,
            ScopeKey::node(statement),
            statement.loc,
        )?;
        self.cur().can_see_class_scope = is_in_class;
        if is_in_class {
            self.add_def(well_known::CLASSDICT, SymbolFlags::USE, value.loc)?;
        }
        self.expr(value)?;
        self.exit_block();
        if is_generic {
            self.exit_block();
        }
        Ok(())
    }

    fn ann_assign(&mut self, assign: &AnnAssign, loc: Location) -> Result<()> {
        self.cur().annotations_used = true;
        if let ExprKind::Name { id, .. } = assign.target.kind {
            let flags = self.lookup(id);
            if flags.intersects(SymbolFlags::GLOBAL | SymbolFlags::NONLOCAL)
                && self.cur_id() != ScopeId::TOP
                && assign.simple
            {
                let what = if flags.contains(SymbolFlags::GLOBAL) {
                    "global"
                } else {
                    "nonlocal"
                };
                let msg = format!("annotated name '{}' can't be {what}", self.names.text(id));
                return Err(SyntaxError::new(msg, loc));
            }
            if assign.simple {
                self.add_def(
                    id,
                    SymbolFlags::ANNOT | SymbolFlags::LOCAL,
                    assign.target.loc,
                )?;
            } else if assign.value.is_some() {
                self.add_def(id, SymbolFlags::LOCAL, assign.target.loc)?;
            }
        } else {
            self.expr(&assign.target)?;
        }
        self.variable_annotation(&assign.annotation)?;
        self.opt_expr(assign.value.as_ref())
    }

    fn try_statement(&mut self, node: &Try) -> Result<()> {
        self.stmts(&node.body)?;
        for handler in &node.handlers {
            self.except_handler(handler)?;
        }
        self.stmts(&node.orelse)?;
        self.stmts(&node.finalbody)
    }

    fn except_handler(&mut self, handler: &ExceptHandler) -> Result<()> {
        self.opt_expr(handler.type_.as_deref())?;
        if let Some(name) = handler.name {
            self.add_def(name, SymbolFlags::LOCAL, handler.loc)?;
        }
        self.stmts(&handler.body)
    }

    fn async_outside(&mut self, loc: Location, msg: &str) -> Result<()> {
        if self.allows_top_level_await() {
            self.cur().coroutine = true;
        }
        if self.cur_ref().coroutine {
            Ok(())
        } else {
            Err(SyntaxError::new(msg, loc))
        }
    }

    /// `global` and `nonlocal`.
    fn declaration(
        &mut self,
        names: &[Name],
        loc: Location,
        flag: SymbolFlags,
        what: &str,
    ) -> Result<()> {
        for &name in names {
            let flags = self.lookup(name);
            let taken =
                SymbolFlags::PARAM | SymbolFlags::LOCAL | SymbolFlags::USE | SymbolFlags::ANNOT;
            if flags.intersects(taken) {
                let text = self.names.text(name);
                let msg = if flags.contains(SymbolFlags::PARAM) {
                    format!("name '{text}' is parameter and {what}")
                } else if flags.contains(SymbolFlags::USE) {
                    format!("name '{text}' is used prior to {what} declaration")
                } else if flags.contains(SymbolFlags::ANNOT) {
                    format!("annotated name '{text}' can't be {what}")
                } else {
                    format!("name '{text}' is assigned to before {what} declaration")
                };
                return Err(SyntaxError::new(msg, loc));
            }
            self.add_def(name, flag, loc)?;
            self.record_directive(name, loc);
        }
        Ok(())
    }

    fn alias(&mut self, alias: &Alias) -> Result<()> {
        let name = alias.asname.unwrap_or(alias.name);
        if name == well_known::STAR {
            if self.cur_ref().kind != BlockKind::Module {
                return Err(SyntaxError::new(
                    "import * only allowed at module level",
                    alias.loc,
                ));
            }
            return Ok(());
        }
        let text = self.names.text(name);
        let stored = match text.find('.') {
            Some(dot) => {
                let first = text[..dot].to_owned();
                self.names.intern(&first)
            }
            None => name,
        };
        self.add_def(stored, SymbolFlags::IMPORT, alias.loc)
    }

    fn match_case(&mut self, case: &MatchCase) -> Result<()> {
        self.pattern(&case.pattern)?;
        self.opt_expr(case.guard.as_deref())?;
        self.stmts(&case.body)
    }

    fn pattern(&mut self, pattern: &Pattern) -> Result<()> {
        self.depth.enter()?;
        let patterns = |b: &mut Self, patterns: &[Pattern]| {
            patterns.iter().try_for_each(|pattern| b.pattern(pattern))
        };
        match &pattern.kind {
            PatternKind::MatchValue(value) => self.expr(value)?,
            PatternKind::MatchSingleton(_) => {}
            PatternKind::MatchSequence(inner) | PatternKind::MatchOr(inner) => {
                patterns(self, inner)?
            }
            PatternKind::MatchStar(name) => self.capture(*name, pattern.loc)?,
            PatternKind::MatchMapping {
                keys,
                patterns: inner,
                rest,
            } => {
                self.exprs(keys)?;
                patterns(self, inner)?;
                self.capture(*rest, pattern.loc)?;
            }
            PatternKind::MatchClass {
                cls,
                patterns: inner,
                kwd_attrs,
                kwd_patterns,
            } => {
                self.expr(cls)?;
                patterns(self, inner)?;
                for (&attr, pattern) in kwd_attrs.iter().zip(kwd_patterns) {
                    check_name(attr, pattern.loc, ExprContext::Store)?;
                }
                patterns(self, kwd_patterns)?;
            }
            PatternKind::MatchAs {
                pattern: inner,
                name,
            } => {
                if let Some(inner) = inner {
                    self.pattern(inner)?;
                }
                self.capture(*name, pattern.loc)?;
            }
        }
        self.depth.leave();
        Ok(())
    }

    fn capture(&mut self, name: Option<Name>, loc: Location) -> Result<()> {
        name.map_or(Ok(()), |name| self.add_def(name, SymbolFlags::LOCAL, loc))
    }

    pub(super) fn defaults(&mut self, args: &Arguments) -> Result<()> {
        self.exprs(&args.defaults)?;
        args.kw_defaults
            .iter()
            .flatten()
            .try_for_each(|default| self.expr(default))
    }

    /// CPython: `symtable_visit_arguments`.
    pub(super) fn arguments(&mut self, args: &Arguments) -> Result<()> {
        for arg in args
            .posonlyargs
            .iter()
            .chain(&args.args)
            .chain(&args.kwonlyargs)
        {
            self.add_def(arg.arg, SymbolFlags::PARAM, arg.loc)?;
        }
        if let Some(vararg) = &args.vararg {
            self.add_def(vararg.arg, SymbolFlags::PARAM, vararg.loc)?;
            self.cur().varargs = true;
        }
        if let Some(kwarg) = &args.kwarg {
            self.add_def(kwarg.arg, SymbolFlags::PARAM, kwarg.loc)?;
            self.cur().varkeywords = true;
        }
        Ok(())
    }
}
