//! Checks a tree that a program made: what no parser would build must not reach the later stages.
//!
//! CPython: `_PyAST_Validate` in `Python/ast.c`. Ensures: bodies and target lists are not empty, parallel lists have equal
//! lengths, contexts fit, places are ranges. Not here: what the types of the tree rule out, which the conversion from
//! objects reports. Tests: `tests/run/ast/`.

mod expr;
mod pattern;
mod stmt;

use crate::ast::{ExprContext, Interner, Mod, Name};
use crate::error::{ErrorKind, Result, SyntaxError};
use crate::location::Location;
use crate::recursion::{Depth, MAX_DEPTH, with_stack};

/// Checks `module`.
///
/// # Errors
/// `ValueError` or `TypeError` with CPython's message; `RecursionError` for a tree that is too deep.
pub fn validate(module: &Mod, names: &Interner) -> Result<()> {
    let mut validator = Validator {
        names,
        depth: Depth::default(),
    };
    with_stack(MAX_DEPTH as usize, || match module {
        Mod::Module { body, .. } | Mod::Interactive { body } => validator.stmts(body),
        Mod::Expression { body } => validator.expr(body, ExprContext::Load),
        Mod::FunctionType { argtypes, returns } => {
            validator.exprs(argtypes, ExprContext::Load)?;
            validator.expr(returns, ExprContext::Load)
        }
    })
}

struct Validator<'a> {
    names: &'a Interner,
    depth: Depth,
}

impl Validator<'_> {
    /// An identifier that stands for a variable.
    fn variable(&self, name: Name) -> Result<()> {
        match self.names.text(name) {
            constant @ ("None" | "True" | "False") => Err(SyntaxError::constant_as_name(constant)),
            _ => Ok(()),
        }
    }

    fn opt_variable(&self, name: Option<Name>) -> Result<()> {
        name.map_or(Ok(()), |name| self.variable(name))
    }
}

fn value_error(msg: impl Into<String>) -> SyntaxError {
    SyntaxError::other(ErrorKind::ValueError, msg)
}

fn type_error(msg: impl Into<String>) -> SyntaxError {
    SyntaxError::other(ErrorKind::TypeError, msg)
}

fn not_empty<T>(items: &[T], what: &str, owner: &str) -> Result<()> {
    if items.is_empty() {
        return Err(value_error(format!("empty {what} on {owner}")));
    }
    Ok(())
}

fn place(loc: Location) -> Result<()> {
    let Location {
        lineno,
        end_lineno,
        col,
        end_col,
    } = loc;
    if lineno > end_lineno {
        return Err(value_error(format!(
            "AST node line range ({lineno}, {end_lineno}) is not valid"
        )));
    }
    if (lineno < 0 && end_lineno != lineno) || (col < 0 && col != end_col) {
        return Err(value_error(format!(
            "AST node column range ({col}, {end_col}) for line range ({lineno}, {end_lineno}) is not valid"
        )));
    }
    if lineno == end_lineno && col > end_col {
        return Err(value_error(format!(
            "line {lineno}, column {col}-{end_col} is not a valid range"
        )));
    }
    Ok(())
}
