//! Signature comments: `(int, *str) -> bool`, for `compile(..., "func_type")`.
//!
//! CPython: rule `func_type` in `Grammar/python.gram`. The parser has no such rule: the tokens are split at the commas and
//! the arrow, and each type is parsed as an expression of its own, behind so many blanks that its place stays right.

use ruff_python_ast::token::TokenKind;
use ruff_python_parser::{Mode as ParserMode, ParseOptions, parse_unchecked};
use ruff_text_size::{Ranged, TextRange};

use super::Converter;
use super::disguised::first_constant;
use crate::ast::{Expr, Mod};
use crate::error::{Result, SyntaxError};

type Token = (TokenKind, TextRange);

/// What precedes a type; later ones may not go back.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stars {
    None,
    One,
    Two,
}

impl Converter<'_> {
    pub(super) fn func_type(&mut self) -> Result<Mod> {
        let options = ParseOptions::from(ParserMode::Expression);
        let parsed = parse_unchecked(self.source, options);
        if let Some(constant) = first_constant(self.source, parsed.tokens()) {
            return Err(SyntaxError::constant_as_name(constant));
        }
        let is_layout = |kind| {
            matches!(
                kind,
                TokenKind::Newline
                    | TokenKind::NonLogicalNewline
                    | TokenKind::Comment
                    | TokenKind::EndOfFile
            )
        };
        let tokens: Vec<Token> = parsed
            .tokens()
            .iter()
            .map(|token| (token.kind(), token.range()))
            .filter(|(kind, _)| !is_layout(*kind))
            .collect();
        let Some((TokenKind::Lpar, _)) = tokens.first() else {
            return Err(self.invalid(tokens.first()));
        };
        let Some(close) = closing(&tokens) else {
            return Err(self.invalid(tokens.last()));
        };
        let argtypes = self.argtypes(&tokens[1..close], &tokens[close])?;
        let arrow = tokens.get(close + 1);
        if !matches!(arrow, Some((TokenKind::Rarrow, _))) {
            return Err(self.invalid(arrow));
        }
        let returns = self.type_of(&tokens[close + 2..], tokens.last())?;
        Ok(Mod::FunctionType {
            argtypes,
            returns: Box::new(returns),
        })
    }

    fn argtypes(&mut self, tokens: &[Token], close: &Token) -> Result<Vec<Expr>> {
        let mut argtypes = Vec::new();
        if tokens.is_empty() {
            return Ok(argtypes);
        }
        let mut last = Stars::None;
        for part in split_at_commas(tokens) {
            let (stars, part) = match part.split_first() {
                Some(((TokenKind::Star, _), rest)) => (Stars::One, rest),
                Some(((TokenKind::DoubleStar, _), rest)) => (Stars::Two, rest),
                _ => (Stars::None, part),
            };
            if stars < last || (stars == last && stars != Stars::None) {
                return Err(self.invalid(part.first()));
            }
            last = stars;
            argtypes.push(self.type_of(part, Some(close))?);
        }
        Ok(argtypes)
    }

    /// The expression that `tokens` are; `next` is what follows them.
    fn type_of(&mut self, tokens: &[Token], next: Option<&Token>) -> Result<Expr> {
        let (Some((_, first)), Some((_, last))) = (tokens.first(), tokens.last()) else {
            return Err(self.invalid(next));
        };
        let (start, end) = (first.start().to_usize(), last.end().to_usize());
        let blank: String = self.source[..start]
            .bytes()
            .map(|byte| if byte == b'\n' { '\n' } else { ' ' })
            .collect();
        let padded = blank + &self.source[start..end];
        let options = ParseOptions::from(ParserMode::ParenthesizedExpression);
        let parsed = parse_unchecked(&padded, options);
        let body = parsed
            .syntax()
            .as_expression()
            .filter(|_| parsed.errors().is_empty())
            .map(|expression| &*expression.body);
        // A tuple without brackets is no type.
        let is_bare_tuple = split_at_commas(tokens).len() > 1;
        let Some(body) = body.filter(|_| !is_bare_tuple) else {
            return Err(self.invalid(tokens.first()));
        };
        let mut converter = Converter::new(&padded, self.max_str_digits);
        std::mem::swap(&mut converter.names, &mut self.names);
        let converted = converter.expr(body);
        std::mem::swap(&mut converter.names, &mut self.names);
        converted
    }

    fn invalid(&self, at: Option<&Token>) -> SyntaxError {
        let range = at.map_or(TextRange::default(), |(_, range)| *range);
        self.error("invalid syntax", range)
    }
}

fn depth_change(kind: TokenKind) -> i32 {
    match kind {
        TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => 1,
        TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => -1,
        _ => 0,
    }
}

/// The bracket that closes the first one.
fn closing(tokens: &[Token]) -> Option<usize> {
    let mut depth = 0;
    tokens.iter().position(|(kind, _)| {
        depth += depth_change(*kind);
        depth == 0
    })
}

fn split_at_commas(tokens: &[Token]) -> Vec<&[Token]> {
    let mut depth = 0;
    tokens
        .split(|(kind, _)| {
            depth += depth_change(*kind);
            depth == 0 && *kind == TokenKind::Comma
        })
        .collect()
}
