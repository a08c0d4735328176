//! Changes the tree before the symbol table sees it.
//!
//! CPython: `Python/ast_preprocess.c`. Folds `__debug__`, `'...' % (...)` and the numbers of patterns, drops docstrings at
//! optimisation level 2, and warns about `return`, `break` and `continue` in `finally` (PEP 765).
//! Ensures: the numbers of `match` patterns are constants; a string at the start of a body is a docstring only if the
//! source says so.

mod expr;
mod finally;
mod format;
mod pattern;

use crate::ast::{
    Arguments, ExceptHandler, Expr, ExprKind, Mod, Stmt, StmtKind, TypeParam, TypeParamKind,
    docstring,
};
use crate::error::{Result, Warning};
use crate::future::Features;
use crate::location::Location;
use crate::recursion::Depth;

use finally::{Context, FinallyCheck};

/// How [`preprocess`] works.
#[derive(Debug, Clone, Copy)]
pub struct PreprocessOptions {
    /// 0, 1 (no `assert`), 2 (no docstrings).
    pub optimize: u8,
    pub features: Features,
    /// Only warn; leave the tree as it is.
    pub syntax_check_only: bool,
}

/// Preprocesses `module` in place.
///
/// # Errors
/// Only too deep nesting.
pub fn preprocess(
    module: &mut Mod,
    options: PreprocessOptions,
    warnings: &mut Vec<Warning>,
) -> Result<()> {
    let mut pass = Preprocessor {
        options,
        finally: FinallyCheck::new(warnings),
        depth: Depth::default(),
    };
    match module {
        Mod::Module { body, .. } => pass.body(body),
        Mod::Interactive { body } => pass.stmts(body),
        Mod::Expression { body } => pass.expr(body),
        Mod::FunctionType { .. } => Ok(()),
    }
}

struct Preprocessor<'a> {
    options: PreprocessOptions,
    finally: FinallyCheck<'a>,
    depth: Depth,
}

impl Preprocessor<'_> {
    /// A body that may begin with a docstring.
    fn body(&mut self, body: &mut Vec<Stmt>) -> Result<()> {
        let mut has_docstring = docstring(body).is_some();
        if has_docstring && self.options.optimize >= 2 {
            remove_docstring(body);
            has_docstring = false;
        }
        self.stmts(body)?;
        if !has_docstring && docstring(body).is_some() {
            // What became a string at the start must not become the docstring.
            let first = &mut body[0];
            let loc = first.loc;
            if let StmtKind::Expr { value } = &mut first.kind {
                let string = std::mem::replace(
                    &mut **value,
                    Expr {
                        kind: ExprKind::JoinedStr { values: vec![] },
                        loc,
                    },
                );
                value.kind = ExprKind::JoinedStr {
                    values: vec![string],
                };
            }
        }
        Ok(())
    }

    fn stmts(&mut self, body: &mut [Stmt]) -> Result<()> {
        body.iter_mut()
            .try_for_each(|statement| self.stmt(statement))
    }

    fn stmts_in(&mut self, context: Context, body: &mut [Stmt]) -> Result<()> {
        self.finally.push(context);
        self.stmts(body)?;
        self.finally.pop();
        Ok(())
    }

    fn stmt(&mut self, statement: &mut Stmt) -> Result<()> {
        self.depth.enter()?;
        let loc = statement.loc;
        let evaluates_annotations = !self.options.features.annotations();
        match &mut statement.kind {
            StmtKind::FunctionDef(def) => {
                self.type_params(&mut def.type_params)?;
                self.arguments(&mut def.args)?;
                self.finally.push(Context::Function);
                self.body(&mut def.body)?;
                self.finally.pop();
                self.exprs(&mut def.decorator_list)?;
                if evaluates_annotations {
                    self.opt_expr(def.returns.as_deref_mut())?;
                }
            }
            StmtKind::ClassDef(def) => {
                self.type_params(&mut def.type_params)?;
                self.exprs(&mut def.bases)?;
                def.keywords
                    .iter_mut()
                    .try_for_each(|keyword| self.expr(&mut keyword.value))?;
                self.body(&mut def.body)?;
                self.exprs(&mut def.decorator_list)?;
            }
            StmtKind::Return { value } => {
                self.finally.check_return(loc);
                self.opt_expr(value.as_deref_mut())?;
            }
            StmtKind::Delete { targets } => self.exprs(targets)?,
            StmtKind::Assign { targets, value, .. } => {
                self.exprs(targets)?;
                self.expr(value)?;
            }
            StmtKind::AugAssign { target, value, .. } => {
                self.expr(target)?;
                self.expr(value)?;
            }
            StmtKind::AnnAssign(assign) => {
                self.expr(&mut assign.target)?;
                if evaluates_annotations {
                    self.expr(&mut assign.annotation)?;
                }
                self.opt_expr(assign.value.as_mut())?;
            }
            StmtKind::TypeAlias {
                name,
                type_params,
                value,
            } => {
                self.expr(name)?;
                self.type_params(type_params)?;
                self.expr(value)?;
            }
            StmtKind::For(node) => {
                self.expr(&mut node.target)?;
                self.expr(&mut node.iter)?;
                self.stmts_in(Context::Loop, &mut node.body)?;
                self.stmts(&mut node.orelse)?;
            }
            StmtKind::While { test, body, orelse } => {
                self.expr(test)?;
                self.stmts_in(Context::Loop, body)?;
                self.stmts(orelse)?;
            }
            StmtKind::If { test, body, orelse } => {
                self.expr(test)?;
                self.stmts(body)?;
                self.stmts(orelse)?;
            }
            StmtKind::With { items, body, .. } => {
                for item in items {
                    self.expr(&mut item.context_expr)?;
                    self.opt_expr(item.optional_vars.as_deref_mut())?;
                }
                self.stmts(body)?;
            }
            StmtKind::Raise { exc, cause } => {
                self.opt_expr(exc.as_deref_mut())?;
                self.opt_expr(cause.as_deref_mut())?;
            }
            StmtKind::Try(node) => {
                self.stmts(&mut node.body)?;
                node.handlers
                    .iter_mut()
                    .try_for_each(|handler| self.except_handler(handler))?;
                self.stmts(&mut node.orelse)?;
                self.stmts_in(Context::Finally, &mut node.finalbody)?;
            }
            StmtKind::Assert { test, msg } => {
                self.expr(test)?;
                self.opt_expr(msg.as_deref_mut())?;
            }
            StmtKind::Expr { value } => self.expr(value)?,
            StmtKind::Match { subject, cases } => {
                self.expr(subject)?;
                for case in cases {
                    self.pattern(&mut case.pattern)?;
                    self.opt_expr(case.guard.as_deref_mut())?;
                    self.stmts(&mut case.body)?;
                }
            }
            StmtKind::Break => self.finally.check_loop_exit(loc, "break"),
            StmtKind::Continue => self.finally.check_loop_exit(loc, "continue"),
            StmtKind::Import { .. }
            | StmtKind::ImportFrom { .. }
            | StmtKind::Global { .. }
            | StmtKind::Nonlocal { .. }
            | StmtKind::Pass => {}
        }
        self.depth.leave();
        Ok(())
    }

    fn except_handler(&mut self, handler: &mut ExceptHandler) -> Result<()> {
        self.opt_expr(handler.type_.as_deref_mut())?;
        self.stmts(&mut handler.body)
    }

    fn arguments(&mut self, args: &mut Arguments) -> Result<()> {
        if !self.options.features.annotations() {
            let plain = args
                .posonlyargs
                .iter_mut()
                .chain(&mut args.args)
                .chain(&mut args.kwonlyargs);
            let starred = args
                .vararg
                .iter_mut()
                .chain(&mut args.kwarg)
                .map(|arg| &mut **arg);
            for arg in plain.chain(starred) {
                self.opt_expr(arg.annotation.as_deref_mut())?;
            }
        }
        args.kw_defaults
            .iter_mut()
            .flatten()
            .try_for_each(|default| self.expr(default))?;
        self.exprs(&mut args.defaults)
    }

    fn type_params(&mut self, params: &mut [TypeParam]) -> Result<()> {
        for param in params {
            if let TypeParamKind::TypeVar { bound } = &mut param.kind {
                self.opt_expr(bound.as_deref_mut())?;
            }
            self.opt_expr(param.default_value.as_deref_mut())?;
        }
        Ok(())
    }
}

/// A body that was only a docstring becomes `pass`.
fn remove_docstring(body: &mut Vec<Stmt>) {
    if let [docstring] = body.as_mut_slice() {
        let loc = docstring.loc;
        docstring.kind = StmtKind::Pass;
        docstring.loc = Location::new(loc.lineno, loc.lineno, loc.col, loc.col + 4);
    } else {
        body.remove(0);
    }
}
