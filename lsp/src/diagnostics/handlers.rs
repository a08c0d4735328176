//! The rules of `except` clauses: a bare one comes last, and `except*` is never left by a jump.
//!
//! CPython counterpart: `codegen_try_except` and `codegen_try_star_except` in `Python/codegen.c`, `unwind_fblock`.
//! Tests: `syntax.rs`.

use ruff_python_ast::{ExceptHandler, Stmt, StmtTry};
use ruff_text_size::{Ranged, TextRange};

/// Adds the errors of one `try` statement.
pub(super) fn check(node: &StmtTry, errors: &mut Vec<(TextRange, String)>) {
    for (i, handler) in node.handlers.iter().enumerate() {
        let ExceptHandler::ExceptHandler(handler) = handler;
        if handler.type_.is_none() && i + 1 < node.handlers.len() {
            errors.push((handler.range, "default 'except:' must be last".to_owned()));
        }
        if node.is_star {
            jumps(&handler.body, 0, errors);
        }
    }
}

/// Finds `return`s, and `break`s and `continue`s that belong to a loop outside.
fn jumps(body: &[Stmt], loops: usize, errors: &mut Vec<(TextRange, String)>) {
    for stmt in body {
        match stmt {
            Stmt::Return(_) => errors.push(refusal(stmt)),
            Stmt::Break(_) | Stmt::Continue(_) if loops == 0 => errors.push(refusal(stmt)),
            Stmt::If(node) => {
                jumps(&node.body, loops, errors);
                node.elif_else_clauses
                    .iter()
                    .for_each(|clause| jumps(&clause.body, loops, errors));
            }
            Stmt::For(node) => {
                jumps(&node.body, loops + 1, errors);
                jumps(&node.orelse, loops, errors);
            }
            Stmt::While(node) => {
                jumps(&node.body, loops + 1, errors);
                jumps(&node.orelse, loops, errors);
            }
            Stmt::With(node) => jumps(&node.body, loops, errors),
            Stmt::Match(node) => node
                .cases
                .iter()
                .for_each(|case| jumps(&case.body, loops, errors)),
            Stmt::Try(node) => {
                jumps(&node.body, loops, errors);
                for ExceptHandler::ExceptHandler(handler) in &node.handlers {
                    // An inner `except*` is checked when it is met itself.
                    if !node.is_star {
                        jumps(&handler.body, loops, errors);
                    }
                }
                jumps(&node.orelse, loops, errors);
                jumps(&node.finalbody, loops, errors);
            }
            _ => {}
        }
    }
}

fn refusal(stmt: &Stmt) -> (TextRange, String) {
    (
        stmt.range(),
        "'break', 'continue' and 'return' cannot appear in an except* block".to_owned(),
    )
}
