//! Warnings about leaving a `finally` block (PEP 765).

use crate::error::Warning;
use crate::location::Location;

/// What a body belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Context {
    Finally,
    Function,
    Loop,
}

/// The bodies around the current statement.
pub(super) struct FinallyCheck<'a> {
    stack: Vec<Context>,
    warnings: &'a mut Vec<Warning>,
}

impl<'a> FinallyCheck<'a> {
    pub(super) fn new(warnings: &'a mut Vec<Warning>) -> FinallyCheck<'a> {
        FinallyCheck {
            stack: Vec::new(),
            warnings,
        }
    }

    pub(super) fn push(&mut self, context: Context) {
        self.stack.push(context);
    }

    pub(super) fn pop(&mut self) {
        self.stack.pop();
    }

    pub(super) fn check_return(&mut self, loc: Location) {
        self.check(loc, "return");
    }

    pub(super) fn check_loop_exit(&mut self, loc: Location, keyword: &str) {
        self.check(loc, keyword);
    }

    /// Only the innermost body counts, as in CPython: a `return` in a loop in `finally` goes unnoticed.
    fn check(&mut self, loc: Location, keyword: &str) {
        if self.stack.last() == Some(&Context::Finally) {
            self.warnings.push(Warning::syntax(
                format!("'{keyword}' in a 'finally' block"),
                loc,
            ));
        }
    }
}
