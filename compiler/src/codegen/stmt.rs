//! Statements: which file compiles which.
//!
//! CPython: `codegen_visit_stmt`, `codegen_assert`, `codegen_stmt_expr`.

use super::Codegen;
use crate::ast::{Expr, ExprKind, Stmt, StmtKind};
use crate::constant::Constant;
use crate::error::Result;
use crate::location::{Location, NO_LOCATION};
use crate::opcode::{CommonConstant, Intrinsic1, Opcode as Op};

impl<'a> Codegen<'a, '_> {
    pub(super) fn stmts(&mut self, body: &'a [Stmt]) -> Result<()> {
        body.iter().try_for_each(|statement| self.stmt(statement))
    }

    /// What is compiled in here may run or not; annotations in it are counted.
    fn conditional(&mut self, visit: impl FnOnce(&mut Self) -> Result<()>) -> Result<()> {
        self.u.in_conditional_block += 1;
        visit(self)?;
        self.u.in_conditional_block -= 1;
        Ok(())
    }

    fn stmt(&mut self, statement: &'a Stmt) -> Result<()> {
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
            StmtKind::Return { value } => self.return_statement(loc, value.as_deref())?,
            StmtKind::Delete { targets } => self.exprs(targets)?,
            StmtKind::Assign { targets, value, .. } => {
                self.expr(value)?;
                for (index, target) in targets.iter().enumerate() {
                    if index + 1 < targets.len() {
                        self.op_i(Op::COPY, 1, loc);
                    }
                    self.expr(target)?;
                }
            }
            StmtKind::AugAssign { target, op, value } => {
                self.aug_assign(loc, target, *op, value)?
            }
            StmtKind::AnnAssign(assign) => self.ann_assign(loc, assign)?,
            StmtKind::For(node) if node.is_async => self.conditional(|c| c.async_for(loc, node))?,
            StmtKind::For(node) => self.conditional(|c| c.for_statement(loc, node))?,
            StmtKind::While { test, body, orelse } => {
                self.conditional(|c| c.while_statement(loc, test, body, orelse))?;
            }
            StmtKind::If { test, body, orelse } => {
                self.conditional(|c| c.if_statement(loc, test, body, orelse))?
            }
            StmtKind::Match { subject, cases } => {
                self.conditional(|c| c.match_statement(subject, cases))?
            }
            StmtKind::Raise { exc, cause } => {
                let mut count = 0;
                if let Some(exc) = exc {
                    self.expr(exc)?;
                    count += 1;
                    if let Some(cause) = cause {
                        self.expr(cause)?;
                        count += 1;
                    }
                }
                self.op_i(Op::RAISE_VARARGS, count, loc);
            }
            StmtKind::Try(node) => self.conditional(|c| c.try_statement(loc, node))?,
            StmtKind::Assert { test, msg } => self.assert_statement(loc, test, msg.as_deref())?,
            StmtKind::Import { names } => self.import(loc, names)?,
            StmtKind::ImportFrom {
                module,
                names,
                level,
            } => self.from_import(loc, *module, names, *level)?,
            StmtKind::Global { .. } | StmtKind::Nonlocal { .. } => {}
            StmtKind::Expr { value } => self.stmt_expr(loc, value)?,
            StmtKind::Pass => self.op(Op::NOP, loc),
            StmtKind::Break => self.break_statement(loc)?,
            StmtKind::Continue => self.continue_statement(loc)?,
            StmtKind::With {
                items,
                body,
                is_async,
                ..
            } => {
                self.conditional(|c| c.with_statement(items, body, *is_async))?;
            }
        }
        self.depth.leave();
        Ok(())
    }

    fn assert_statement(
        &mut self,
        loc: Location,
        test: &'a Expr,
        msg: Option<&'a Expr>,
    ) -> Result<()> {
        let is_tuple = match &test.kind {
            ExprKind::Tuple { elts, .. } => !elts.is_empty(),
            ExprKind::Constant {
                value: Constant::Tuple(elements),
                ..
            } => !elements.is_empty(),
            _ => false,
        };
        if is_tuple {
            self.warn(
                loc,
                "assertion is always true, perhaps remove parentheses?".to_string(),
            );
        }
        if self.options.optimize > 0 {
            return Ok(());
        }
        let end = self.new_label();
        self.jump_if(loc, test, end, true)?;
        self.op_i(
            Op::LOAD_COMMON_CONSTANT,
            CommonConstant::AssertionError.oparg() as usize,
            loc,
        );
        if let Some(msg) = msg {
            self.expr(msg)?;
            self.op_i(Op::CALL, 0, loc);
        }
        self.op_i(Op::RAISE_VARARGS, 1, test.loc);
        self.use_label(end);
        Ok(())
    }

    fn stmt_expr(&mut self, loc: Location, value: &'a Expr) -> Result<()> {
        if self.is_interactive_top_level() {
            self.expr(value)?;
            self.intrinsic_1(Intrinsic1::Print, loc);
            self.op(Op::POP_TOP, NO_LOCATION);
            return Ok(());
        }
        if value.is_constant() {
            self.op(Op::NOP, loc);
            return Ok(());
        }
        self.expr(value)?;
        self.op(Op::POP_TOP, NO_LOCATION);
        Ok(())
    }
}
