//! Statements.

use taipan_compiler::ast::{AnnAssign, ClassDef, For, FunctionDef, Stmt, StmtKind, Try};

use super::super::nodes::{Group, Node};
use super::{Reader, Source};
use crate::error::PyResult;
use crate::value::Value;

impl Reader<'_> {
    pub(super) fn stmts(&mut self, source: Source<'_>, index: usize) -> PyResult<Vec<Stmt>> {
        self.list(source, index, |reader, item| {
            if item.is_none() {
                return Err(reader.cx.value_error("None disallowed in statement list"));
            }
            reader.stmt(item)
        })
    }

    fn stmt(&mut self, object: &Value) -> PyResult<Stmt> {
        let loc = self.location(object, Group::Stmt)?;
        let source = self.source(object, Group::Stmt)?;
        let kind = self.stmt_kind(source)?;
        Ok(Stmt { kind, loc })
    }

    fn stmt_kind(&mut self, source: Source<'_>) -> PyResult<StmtKind> {
        Ok(match source.node {
            Node::FunctionDef | Node::AsyncFunctionDef => self.function_def(source)?,
            Node::ClassDef => StmtKind::ClassDef(Box::new(ClassDef {
                name: self.name(source, 0)?,
                bases: self.exprs(source, 1)?,
                keywords: self.keywords(source, 2)?,
                body: self.stmts(source, 3)?,
                decorator_list: self.exprs(source, 4)?,
                type_params: self.type_params(source, 5)?,
            })),
            Node::Return => StmtKind::Return {
                value: self.opt_expr(source, 0)?,
            },
            Node::Delete => StmtKind::Delete {
                targets: self.exprs(source, 0)?,
            },
            Node::Assign => {
                let (targets, value) = (self.exprs(source, 0)?, self.boxed(source, 1)?);
                StmtKind::Assign {
                    targets,
                    value,
                    type_comment: self.type_comment(source, 2)?,
                }
            }
            Node::TypeAlias => StmtKind::TypeAlias {
                name: self.boxed(source, 0)?,
                type_params: self.type_params(source, 1)?,
                value: self.boxed(source, 2)?,
            },
            Node::AugAssign => StmtKind::AugAssign {
                target: self.boxed(source, 0)?,
                op: self.binary_operator(source, 1)?,
                value: self.boxed(source, 2)?,
            },
            Node::AnnAssign => StmtKind::AnnAssign(Box::new(AnnAssign {
                target: self.required_expr(source, 0)?,
                annotation: self.required_expr(source, 1)?,
                value: self.opt_expr(source, 2)?.map(|value| *value),
                simple: self.int_field(source, 3)? != 0,
            })),
            Node::For | Node::AsyncFor => self.for_loop(source)?,
            Node::While => StmtKind::While {
                test: self.boxed(source, 0)?,
                body: self.stmts(source, 1)?,
                orelse: self.stmts(source, 2)?,
            },
            Node::If => StmtKind::If {
                test: self.boxed(source, 0)?,
                body: self.stmts(source, 1)?,
                orelse: self.stmts(source, 2)?,
            },
            Node::With | Node::AsyncWith => {
                let (items, body) = (self.with_items(source, 0)?, self.stmts(source, 1)?);
                StmtKind::With {
                    items,
                    body,
                    type_comment: self.type_comment(source, 2)?,
                    is_async: source.node == Node::AsyncWith,
                }
            }
            Node::Match => StmtKind::Match {
                subject: self.boxed(source, 0)?,
                cases: self.match_cases(source, 1)?,
            },
            Node::Raise => StmtKind::Raise {
                exc: self.opt_expr(source, 0)?,
                cause: self.opt_expr(source, 1)?,
            },
            Node::Try | Node::TryStar => StmtKind::Try(Box::new(Try {
                body: self.stmts(source, 0)?,
                handlers: self.handlers(source, 1)?,
                orelse: self.stmts(source, 2)?,
                finalbody: self.stmts(source, 3)?,
                is_star: source.node == Node::TryStar,
            })),
            Node::Assert => StmtKind::Assert {
                test: self.boxed(source, 0)?,
                msg: self.opt_expr(source, 1)?,
            },
            Node::Import => StmtKind::Import {
                names: self.aliases(source, 0)?,
            },
            Node::ImportFrom => StmtKind::ImportFrom {
                module: self.opt_name(source, 0)?,
                names: self.aliases(source, 1)?,
                level: self.level(source, 2)?,
            },
            Node::Global => StmtKind::Global {
                names: self.identifiers(source, 0)?,
            },
            Node::Nonlocal => StmtKind::Nonlocal {
                names: self.identifiers(source, 0)?,
            },
            Node::Expr => StmtKind::Expr {
                value: self.boxed(source, 0)?,
            },
            Node::Pass => StmtKind::Pass,
            Node::Break => StmtKind::Break,
            Node::Continue => StmtKind::Continue,
            other => return Err(self.unexpected(other)),
        })
    }

    fn function_def(&mut self, source: Source<'_>) -> PyResult<StmtKind> {
        let (name, args) = (self.name(source, 0)?, self.arguments(source, 1)?);
        let (body, decorator_list) = (self.stmts(source, 2)?, self.exprs(source, 3)?);
        let returns = self.opt_expr(source, 4)?;
        let type_comment = self.type_comment(source, 5)?;
        Ok(StmtKind::FunctionDef(Box::new(FunctionDef {
            name,
            args,
            body,
            decorator_list,
            returns,
            type_params: self.type_params(source, 6)?,
            type_comment,
            is_async: source.node == Node::AsyncFunctionDef,
        })))
    }

    fn for_loop(&mut self, source: Source<'_>) -> PyResult<StmtKind> {
        let (target, iter) = (
            self.required_expr(source, 0)?,
            self.required_expr(source, 1)?,
        );
        let (body, orelse) = (self.stmts(source, 2)?, self.stmts(source, 3)?);
        let type_comment = self.type_comment(source, 4)?;
        Ok(StmtKind::For(Box::new(For {
            target,
            iter,
            body,
            orelse,
            type_comment,
            is_async: source.node == Node::AsyncFor,
        })))
    }

    /// The dots of an import.
    fn level(&self, source: Source<'_>, index: usize) -> PyResult<u32> {
        let Some(value) = self.opt_field(source, index)? else {
            return Ok(0);
        };
        u32::try_from(self.int(&value)?)
            .map_err(|_| self.cx.value_error("Negative ImportFrom level"))
    }
}
