//! Statements.

use taipan_compiler::ast::{FunctionDef, Stmt, StmtKind};

use super::super::nodes::Node;
use super::Builder;
use crate::error::PyResult;
use crate::value::Value;

impl Builder<'_> {
    pub(super) fn stmts(&self, body: &[Stmt]) -> PyResult<Value> {
        self.all(body, |statement| self.stmt(statement))
    }

    fn stmt(&self, statement: &Stmt) -> PyResult<Value> {
        self.cx.check_native_stack(" during ast construction")?;
        let loc = Some(statement.loc);
        match &statement.kind {
            StmtKind::FunctionDef(def) => {
                let node = if def.is_async {
                    Node::AsyncFunctionDef
                } else {
                    Node::FunctionDef
                };
                self.node(node, self.function_def(def)?, loc)
            }
            StmtKind::ClassDef(def) => {
                let fields = [
                    self.name(def.name),
                    self.exprs(&def.bases)?,
                    self.keywords(&def.keywords)?,
                    self.stmts(&def.body)?,
                    self.exprs(&def.decorator_list)?,
                    self.type_params(&def.type_params)?,
                ];
                self.node(Node::ClassDef, fields, loc)
            }
            StmtKind::Return { value } => {
                self.node(Node::Return, [self.opt_expr(value.as_deref())?], loc)
            }
            StmtKind::Delete { targets } => self.node(Node::Delete, [self.exprs(targets)?], loc),
            StmtKind::Assign {
                targets,
                value,
                type_comment,
            } => {
                let type_comment = self.opt_name(*type_comment);
                let fields = [self.exprs(targets)?, self.expr(value)?, type_comment];
                self.node(Node::Assign, fields, loc)
            }
            StmtKind::TypeAlias {
                name,
                type_params,
                value,
            } => {
                let fields = [
                    self.expr(name)?,
                    self.type_params(type_params)?,
                    self.expr(value)?,
                ];
                self.node(Node::TypeAlias, fields, loc)
            }
            StmtKind::AugAssign { target, op, value } => {
                let fields = [self.expr(target)?, self.operator(*op)?, self.expr(value)?];
                self.node(Node::AugAssign, fields, loc)
            }
            StmtKind::AnnAssign(assign) => {
                let fields = [
                    self.expr(&assign.target)?,
                    self.expr(&assign.annotation)?,
                    self.opt_expr(assign.value.as_ref())?,
                    self.number(assign.simple.into()),
                ];
                self.node(Node::AnnAssign, fields, loc)
            }
            StmtKind::For(node) => {
                let fields = [
                    self.expr(&node.target)?,
                    self.expr(&node.iter)?,
                    self.stmts(&node.body)?,
                    self.stmts(&node.orelse)?,
                    self.opt_name(node.type_comment),
                ];
                let node = if node.is_async {
                    Node::AsyncFor
                } else {
                    Node::For
                };
                self.node(node, fields, loc)
            }
            StmtKind::While { test, body, orelse } => {
                let fields = [self.expr(test)?, self.stmts(body)?, self.stmts(orelse)?];
                self.node(Node::While, fields, loc)
            }
            StmtKind::If { test, body, orelse } => {
                let fields = [self.expr(test)?, self.stmts(body)?, self.stmts(orelse)?];
                self.node(Node::If, fields, loc)
            }
            StmtKind::With {
                items,
                body,
                is_async,
                type_comment,
            } => {
                let type_comment = self.opt_name(*type_comment);
                let fields = [self.with_items(items)?, self.stmts(body)?, type_comment];
                let node = if *is_async {
                    Node::AsyncWith
                } else {
                    Node::With
                };
                self.node(node, fields, loc)
            }
            StmtKind::Match { subject, cases } => {
                let fields = [self.expr(subject)?, self.match_cases(cases)?];
                self.node(Node::Match, fields, loc)
            }
            StmtKind::Raise { exc, cause } => {
                let fields = [
                    self.opt_expr(exc.as_deref())?,
                    self.opt_expr(cause.as_deref())?,
                ];
                self.node(Node::Raise, fields, loc)
            }
            StmtKind::Try(node) => {
                let fields = [
                    self.stmts(&node.body)?,
                    self.handlers(&node.handlers)?,
                    self.stmts(&node.orelse)?,
                    self.stmts(&node.finalbody)?,
                ];
                let node = if node.is_star {
                    Node::TryStar
                } else {
                    Node::Try
                };
                self.node(node, fields, loc)
            }
            StmtKind::Assert { test, msg } => {
                let fields = [self.expr(test)?, self.opt_expr(msg.as_deref())?];
                self.node(Node::Assert, fields, loc)
            }
            StmtKind::Import { names } => self.node(Node::Import, [self.aliases(names)?], loc),
            StmtKind::ImportFrom {
                module,
                names,
                level,
            } => {
                let fields = [
                    self.opt_name(*module),
                    self.aliases(names)?,
                    self.cx.new_int(i64::from(*level)),
                ];
                self.node(Node::ImportFrom, fields, loc)
            }
            StmtKind::Global { names } => self.node(Node::Global, [self.identifiers(names)], loc),
            StmtKind::Nonlocal { names } => {
                self.node(Node::Nonlocal, [self.identifiers(names)], loc)
            }
            StmtKind::Expr { value } => self.node(Node::Expr, [self.expr(value)?], loc),
            StmtKind::Pass => self.node(Node::Pass, [], loc),
            StmtKind::Break => self.node(Node::Break, [], loc),
            StmtKind::Continue => self.node(Node::Continue, [], loc),
        }
    }

    fn function_def(&self, def: &FunctionDef) -> PyResult<[Value; 7]> {
        Ok([
            self.name(def.name),
            self.arguments(&def.args)?,
            self.stmts(&def.body)?,
            self.exprs(&def.decorator_list)?,
            self.opt_expr(def.returns.as_deref())?,
            self.opt_name(def.type_comment),
            self.type_params(&def.type_params)?,
        ])
    }
}
