//! Statements.

use super::{Validator, not_empty, place, type_error, value_error};
use crate::ast::{
    Alias, ExprContext, FunctionDef, Stmt, StmtKind, Try, TypeParam, TypeParamKind, WithItem,
};
use crate::error::Result;

use ExprContext::{Del, Load, Store};

impl Validator<'_> {
    pub(super) fn stmts(&mut self, body: &[Stmt]) -> Result<()> {
        body.iter().try_for_each(|statement| self.stmt(statement))
    }

    fn body(&mut self, body: &[Stmt], owner: &str) -> Result<()> {
        not_empty(body, "body", owner)?;
        self.stmts(body)
    }

    fn stmt(&mut self, statement: &Stmt) -> Result<()> {
        place(statement.loc)?;
        self.depth.enter()?;
        match &statement.kind {
            StmtKind::FunctionDef(def) => self.function_def(def)?,
            StmtKind::ClassDef(def) => {
                self.variable(def.name)?;
                self.body(&def.body, "ClassDef")?;
                self.type_params(&def.type_params)?;
                self.exprs(&def.bases, Load)?;
                self.keywords(&def.keywords)?;
                self.exprs(&def.decorator_list, Load)?;
            }
            StmtKind::Return { value } => self.opt_expr(value.as_deref())?,
            StmtKind::Delete { targets } => {
                not_empty(targets, "targets", "Delete")?;
                self.exprs(targets, Del)?;
            }
            StmtKind::Assign { targets, value, .. } => {
                not_empty(targets, "targets", "Assign")?;
                self.exprs(targets, Store)?;
                self.expr(value, Load)?;
            }
            StmtKind::TypeAlias {
                name,
                type_params,
                value,
            } => {
                if name.as_name().is_none() {
                    return Err(type_error("TypeAlias with non-Name name"));
                }
                self.expr(name, Store)?;
                self.type_params(type_params)?;
                self.expr(value, Load)?;
            }
            StmtKind::AugAssign { target, value, .. } => {
                self.expr(target, Store)?;
                self.expr(value, Load)?;
            }
            StmtKind::AnnAssign(assign) => {
                if assign.simple && assign.target.as_name().is_none() {
                    return Err(type_error("AnnAssign with simple non-Name target"));
                }
                self.expr(&assign.target, Store)?;
                self.opt_expr(assign.value.as_ref())?;
                self.expr(&assign.annotation, Load)?;
            }
            StmtKind::For(node) => {
                self.expr(&node.target, Store)?;
                self.expr(&node.iter, Load)?;
                self.body(&node.body, if node.is_async { "AsyncFor" } else { "For" })?;
                self.stmts(&node.orelse)?;
            }
            StmtKind::While { test, body, orelse } => {
                self.expr(test, Load)?;
                self.body(body, "While")?;
                self.stmts(orelse)?;
            }
            StmtKind::If { test, body, orelse } => {
                self.expr(test, Load)?;
                self.body(body, "If")?;
                self.stmts(orelse)?;
            }
            StmtKind::With {
                items,
                body,
                is_async,
                ..
            } => {
                let owner = if *is_async { "AsyncWith" } else { "With" };
                not_empty(items, "items", owner)?;
                items.iter().try_for_each(|item| self.with_item(item))?;
                self.body(body, owner)?;
            }
            StmtKind::Match { subject, cases } => {
                self.expr(subject, Load)?;
                not_empty(cases, "cases", "Match")?;
                for case in cases {
                    self.pattern(&case.pattern, false)?;
                    self.opt_expr(case.guard.as_deref())?;
                    self.body(&case.body, "match_case")?;
                }
            }
            StmtKind::Raise { exc, cause } => {
                if exc.is_none() && cause.is_some() {
                    return Err(value_error("Raise with cause but no exception"));
                }
                self.opt_expr(exc.as_deref())?;
                self.opt_expr(cause.as_deref())?;
            }
            StmtKind::Try(node) => self.try_statement(node)?,
            StmtKind::Assert { test, msg } => {
                self.expr(test, Load)?;
                self.opt_expr(msg.as_deref())?;
            }
            StmtKind::Import { names } => self.aliases(names, "Import")?,
            StmtKind::ImportFrom { names, .. } => self.aliases(names, "ImportFrom")?,
            StmtKind::Global { names } => not_empty(names, "names", "Global")?,
            StmtKind::Nonlocal { names } => not_empty(names, "names", "Nonlocal")?,
            StmtKind::Expr { value } => self.expr(value, Load)?,
            StmtKind::Pass | StmtKind::Break | StmtKind::Continue => {}
        }
        self.depth.leave();
        Ok(())
    }

    fn function_def(&mut self, def: &FunctionDef) -> Result<()> {
        let owner = if def.is_async {
            "AsyncFunctionDef"
        } else {
            "FunctionDef"
        };
        self.variable(def.name)?;
        self.body(&def.body, owner)?;
        self.type_params(&def.type_params)?;
        self.arguments(&def.args)?;
        self.exprs(&def.decorator_list, Load)?;
        self.opt_expr(def.returns.as_deref())
    }

    fn aliases(&self, names: &[Alias], owner: &str) -> Result<()> {
        not_empty(names, "names", owner)?;
        for alias in names {
            self.variable(alias.name)?;
            self.opt_variable(alias.asname)?;
        }
        Ok(())
    }

    fn with_item(&mut self, item: &WithItem) -> Result<()> {
        self.expr(&item.context_expr, Load)?;
        match &item.optional_vars {
            Some(target) => self.expr(target, Store),
            None => Ok(()),
        }
    }

    fn try_statement(&mut self, node: &Try) -> Result<()> {
        let owner = if node.is_star { "TryStar" } else { "Try" };
        self.body(&node.body, owner)?;
        if node.handlers.is_empty() {
            if node.finalbody.is_empty() {
                return Err(value_error(format!(
                    "{owner} has neither except handlers nor finalbody"
                )));
            }
            if !node.orelse.is_empty() {
                return Err(value_error(format!(
                    "{owner} has orelse but no except handlers"
                )));
            }
        }
        for handler in &node.handlers {
            if !node.is_star {
                place(handler.loc)?;
                self.opt_variable(handler.name)?;
            }
            self.opt_expr(handler.type_.as_deref())?;
            self.body(&handler.body, "ExceptHandler")?;
        }
        self.stmts(&node.finalbody)?;
        self.stmts(&node.orelse)
    }

    fn type_params(&mut self, params: &[TypeParam]) -> Result<()> {
        for param in params {
            place(param.loc)?;
            self.variable(param.name)?;
            if let TypeParamKind::TypeVar { bound } = &param.kind {
                self.opt_expr(bound.as_deref())?;
            }
            self.opt_expr(param.default_value.as_deref())?;
        }
        Ok(())
    }
}
