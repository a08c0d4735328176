//! Signature comments: `(int, *str) -> bool`, for `compile(..., "func_type")`.
//!
//! CPython: rule `func_type` in `Grammar/python.gram`.

use ruff_python_parser::{Mode as ParserMode, ParseOptions, parse_unchecked};
use ruff_text_size::{TextRange, TextSize};

use super::Converter;
use crate::ast::{ExprKind, Mod};
use crate::error::{Result, SyntaxError};

impl Converter<'_> {
    pub(super) fn func_type(&mut self) -> Result<Mod> {
        let Some(arrow) = self.arrow() else {
            return Err(self.invalid());
        };
        let (head, tail) = (&self.source[..arrow], &self.source[arrow + 2..]);
        // A call has the grammar of the arguments, stars included; blanks keep the offsets.
        let call = format!("_{}", head.trim_start());
        let padding = " ".repeat((head.len() + 1).saturating_sub(call.len()));
        let _ = padding;
        let mut types = Converter::new(&call);
        std::mem::swap(&mut types.names, &mut self.names);
        let argtypes = types.call_arguments();
        std::mem::swap(&mut types.names, &mut self.names);
        let Some(argtypes) = argtypes? else {
            return Err(self.invalid());
        };
        let padded = format!(
            "{}{tail}",
            self.source[..arrow + 2].replace(|c: char| c != '\n', " ")
        );
        let options = ParseOptions::from(ParserMode::ParenthesizedExpression);
        let parsed = parse_unchecked(&padded, options);
        let Some(returns) = parsed
            .syntax()
            .as_expression()
            .filter(|_| parsed.errors().is_empty())
        else {
            return Err(self.invalid());
        };
        let mut converter = Converter::new(&padded);
        std::mem::swap(&mut converter.names, &mut self.names);
        let returns = converter.boxed(&returns.body);
        std::mem::swap(&mut converter.names, &mut self.names);
        Ok(Mod::FunctionType {
            argtypes,
            returns: returns?,
        })
    }

    /// The arguments of the call that the source is, stars dropped as CPython drops them.
    fn call_arguments(&mut self) -> Result<Option<Vec<crate::ast::Expr>>> {
        let options = ParseOptions::from(ParserMode::Expression);
        let parsed = parse_unchecked(self.source, options);
        let Some(expression) = parsed
            .syntax()
            .as_expression()
            .filter(|_| parsed.errors().is_empty())
        else {
            return Ok(None);
        };
        let ExprKind::Call { args, keywords, .. } = self.expr(&expression.body)?.kind else {
            return Ok(None);
        };
        if keywords.iter().any(|keyword| keyword.arg.is_some()) {
            return Ok(None);
        }
        let args = args.into_iter().map(|arg| match arg.kind {
            ExprKind::Starred { value, .. } => *value,
            _ => arg,
        });
        Ok(Some(
            args.chain(keywords.into_iter().map(|keyword| keyword.value))
                .collect(),
        ))
    }

    /// The offset of the `->` outside of brackets.
    fn arrow(&self) -> Option<usize> {
        let mut depth = 0_i32;
        let bytes = self.source.as_bytes();
        for (at, byte) in bytes.iter().enumerate() {
            match byte {
                b'(' | b'[' | b'{' => depth += 1,
                b')' | b']' | b'}' => depth -= 1,
                b'-' if depth == 0 && bytes.get(at + 1) == Some(&b'>') => return Some(at),
                _ => {}
            }
        }
        None
    }

    fn invalid(&self) -> SyntaxError {
        self.error("invalid syntax", TextRange::empty(TextSize::new(0)))
    }
}
