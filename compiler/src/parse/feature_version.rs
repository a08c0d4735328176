//! Refuses syntax that is newer than the version a program asks for: `ast.parse(..., feature_version=(3, 7))`.
//!
//! CPython: `CHECK_VERSION` in `Grammar/python.gram`. The error stands at the token behind the construct, the last one that
//! CPython's parser has read then.

use ruff_python_ast as py;
use ruff_python_ast::visitor::{self, Visitor};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::Converter;
use crate::error::{Result, SyntaxError};

/// The version of this compiler.
pub(crate) const NEWEST: u8 = 14;

impl Converter<'_> {
    /// Checks `module` against Python 3.`minor`.
    pub(super) fn check_feature_version(&self, module: &py::Mod, minor: u8) -> Result<()> {
        if minor >= NEWEST {
            return Ok(());
        }
        let mut check = Check {
            converter: self,
            minor,
            found: None,
        };
        match module {
            py::Mod::Module(module) => check.visit_body(&module.body),
            py::Mod::Expression(expression) => check.visit_expr(&expression.body),
        }
        check.found.map_or(Ok(()), Err)
    }
}

struct Check<'a> {
    converter: &'a Converter<'a>,
    minor: u8,
    /// The first construct that is too new.
    found: Option<SyntaxError>,
}

impl Check<'_> {
    fn needs(&mut self, minor: u8, what: &str, range: TextRange) {
        if self.minor < minor && self.found.is_none() {
            let msg = format!("{what} only supported in Python 3.{minor} and greater");
            let next = self.converter.next_token(range.end());
            let source_end = TextSize::of(self.converter.source);
            let range = if next < source_end && !self.is_line_end(range.end()) {
                TextRange::at(next, TextSize::new(1))
            } else {
                TextRange::at(range.end(), TextSize::new(0))
            };
            self.found = Some(self.converter.error(msg, range));
        }
    }

    fn is_line_end(&self, at: TextSize) -> bool {
        let rest = &self.converter.source[at.to_usize()..];
        rest.trim_start_matches([' ', '\t']).starts_with('\n')
    }
}

impl<'a> Visitor<'a> for Check<'_> {
    fn visit_stmt(&mut self, stmt: &'a py::Stmt) {
        visitor::walk_stmt(self, stmt);
        let range = stmt.range();
        match stmt {
            py::Stmt::FunctionDef(node) if node.is_async => {
                self.needs(5, "Async functions are", range);
            }
            py::Stmt::For(node) if node.is_async => self.needs(5, "Async for loops are", range),
            py::Stmt::With(node) if node.is_async => {
                self.needs(5, "Async with statements are", range);
            }
            py::Stmt::Match(_) => self.needs(10, "Pattern matching is", range),
            py::Stmt::TypeAlias(_) => self.needs(12, "Type statement is", range),
            py::Stmt::AnnAssign(_) => self.needs(6, "Variable annotation syntax is", range),
            py::Stmt::AugAssign(node) if node.op == py::Operator::MatMult => {
                self.needs(5, "The '@' operator is", node.target.range());
            }
            py::Stmt::Try(node) => {
                for handler in &node.handlers {
                    self.bare_exceptions(handler);
                }
                if node.is_star {
                    self.needs(11, "Exception groups are", range);
                }
            }
            _ => {}
        }
    }

    fn visit_expr(&mut self, expr: &'a py::Expr) {
        visitor::walk_expr(self, expr);
        let range = expr.range();
        match expr {
            py::Expr::Named(_) => self.needs(8, "Assignment expressions are", range),
            py::Expr::Await(_) => self.needs(5, "Await expressions are", range),
            py::Expr::BinOp(node) if node.op == py::Operator::MatMult => {
                self.needs(5, "The '@' operator is", range);
            }
            py::Expr::TString(_) => self.needs(14, "t-strings are", range),
            py::Expr::NumberLiteral(_) if self.converter.slice(range).contains('_') => {
                self.needs(6, "Underscores in numeric literals are", range);
            }
            _ => {}
        }
    }

    fn visit_comprehension(&mut self, comprehension: &'a py::Comprehension) {
        visitor::walk_comprehension(self, comprehension);
        if comprehension.is_async {
            self.needs(6, "Async comprehensions are", comprehension.range());
        }
    }

    fn visit_parameters(&mut self, parameters: &'a py::Parameters) {
        visitor::walk_parameters(self, parameters);
        if let Some(last) = parameters.posonlyargs.last() {
            self.needs(8, "Positional-only parameters are", last.range());
        }
    }

    fn visit_type_params(&mut self, type_params: &'a py::TypeParams) {
        visitor::walk_type_params(self, type_params);
        self.needs(12, "Type parameter lists are", type_params.range());
    }

    fn visit_type_param(&mut self, type_param: &'a py::TypeParam) {
        visitor::walk_type_param(self, type_param);
        let has_default = match type_param {
            py::TypeParam::TypeVar(node) => node.default.is_some(),
            py::TypeParam::TypeVarTuple(node) => node.default.is_some(),
            py::TypeParam::ParamSpec(node) => node.default.is_some(),
        };
        if has_default {
            self.needs(13, "Type parameter defaults are", type_param.range());
        }
    }
}

impl Check<'_> {
    fn bare_exceptions(&mut self, handler: &py::ExceptHandler) {
        let py::ExceptHandler::ExceptHandler(handler) = handler;
        if let Some(py::Expr::Tuple(tuple)) = handler.type_.as_deref()
            && !tuple.parenthesized
        {
            let what = "except expressions without parentheses are";
            self.needs(14, what, handler.range());
        }
    }
}
