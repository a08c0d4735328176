//! Mistakes in the replacement fields of f-strings and t-strings.
//!
//! CPython: `invalid_fstring_replacement_field` and its kin in `Grammar/python.gram`, `_PyPegen_check_fstring_conversion`.

use super::Cx;
use crate::error::{ErrorKind, SyntaxError};
use crate::parse::tokenizer::{Token, TokenKind};

/// A replacement field, as far as the tokens before the failing one tell; all are indices of tokens.
#[derive(Debug, Clone, Copy)]
struct Field {
    /// Its `{`.
    open: usize,
    equal: Option<usize>,
    bang: Option<usize>,
    colon: Option<usize>,
    /// The last `lambda` outside of brackets.
    lambda: Option<usize>,
}

/// What is open at a token.
enum Open {
    String,
    Bracket,
    Field(Field),
}

impl Cx<'_> {
    /// What is wrong with the field around `token`, at which the input stops to make sense.
    pub(super) fn field_error(&self, token: Token) -> Option<SyntaxError> {
        let index = self.index_of(token);
        let Some(Open::Field(field)) = self.open_at(index).pop() else {
            return None;
        };
        let before = index.checked_sub(1)?;
        if let Some(error) = self.conversion_error(field, index) {
            return Some(error);
        }
        if before == field.open {
            return Some(match self.text(token) {
                found @ ("!" | ":" | "}" | "=") => self.in_field(
                    &format!("valid expression required before '{found}'"),
                    token,
                ),
                _ => self.in_field("expecting a valid expression after '{'", token),
            });
        }
        if let (Some(colon), Some(lambda)) = (field.colon, field.lambda) {
            let (lambda, colon) = (self.tokens.tokens[lambda], self.tokens.tokens[colon]);
            let msg = self.told(
                "lambda expressions are not allowed without parentheses",
                colon,
            );
            return Some(self.between(&msg, lambda, colon));
        }
        let expected = match field {
            Field { colon: Some(_), .. } => "expecting '}', or format specs",
            Field { bang: Some(_), .. } => "expecting ':' or '}'",
            Field { equal: Some(_), .. } => "expecting '!', or ':', or '}'",
            // An expression that breaks off after an operator counts as none.
            _ if before == field.open + 1 && !self.ends_operand(self.tokens.tokens[before]) => {
                let first = self.tokens.tokens[before];
                return Some(self.in_field("expecting a valid expression after '{'", first));
            }
            _ if self.ends_operand(self.tokens.tokens[before]) => {
                "expecting '=', or '!', or ':', or '}'"
            }
            _ => return None,
        };
        Some(self.in_field(expected, token))
    }

    /// Whether `token` stands behind the `!` of a field.
    pub(super) fn is_conversion(&self, token: Token) -> bool {
        match self.open_at(self.index_of(token)).pop() {
            Some(Open::Field(field)) => field.bang.is_some(),
            _ => false,
        }
    }

    /// `!` with something else behind it than `s`, `r` or `a`.
    fn conversion_error(&self, field: Field, index: usize) -> Option<SyntaxError> {
        let bang = field.bang?;
        let letter = *self.tokens.tokens.get(bang + 1)?;
        if field.colon.is_some() || (index != bang + 1 && index != bang + 2) {
            return None;
        }
        if matches!(self.text(letter), ":" | "}") {
            return (index == bang + 1)
                .then(|| self.in_field("missing conversion character", letter));
        }
        if letter.kind != TokenKind::Name {
            return Some(self.in_field("invalid conversion character", letter));
        }
        let mark = self.tokens.tokens[bang];
        if mark.end != letter.start {
            let msg = self.told(
                "conversion type must come right after the exclamation mark",
                mark,
            );
            return Some(self.between(&msg, mark, letter));
        }
        let text = self.text(letter);
        if matches!(text, "s" | "r" | "a") {
            return None;
        }
        let msg = format!("invalid conversion character '{text}': expected 's', 'r', or 'a'");
        Some(self.in_field(&msg, letter))
    }

    /// The strings, fields and brackets that are open before the token at `index`.
    fn open_at(&self, index: usize) -> Vec<Open> {
        let mut open = Vec::new();
        for (at, token) in self.tokens.tokens[..index].iter().enumerate() {
            match token.kind {
                TokenKind::InterpolatedStart => open.push(Open::String),
                TokenKind::InterpolatedEnd => {
                    while !matches!(open.pop(), Some(Open::String) | None) {}
                }
                TokenKind::Op => self.note_operator(&mut open, at, *token),
                TokenKind::Name if self.text(*token) == "lambda" => {
                    if let Some(Open::Field(field)) = open.last_mut()
                        && field.colon.is_none()
                    {
                        field.lambda = Some(at);
                    }
                }
                _ => {}
            }
        }
        open
    }

    fn note_operator(&self, open: &mut Vec<Open>, at: usize, token: Token) {
        let text = self.text(token);
        match (text, open.last_mut()) {
            ("{", Some(Open::String)) | ("{", Some(Open::Field(Field { colon: Some(_), .. }))) => {
                open.push(Open::Field(Field {
                    open: at,
                    equal: None,
                    bang: None,
                    colon: None,
                    lambda: None,
                }));
            }
            ("(" | "[" | "{", _) => open.push(Open::Bracket),
            (")" | "]" | "}", _) => drop(open.pop()),
            ("=", Some(Open::Field(field))) if field.colon.is_none() => field.equal = Some(at),
            ("!", Some(Open::Field(field))) if field.colon.is_none() => field.bang = Some(at),
            (":", Some(Open::Field(field))) if field.colon.is_none() => field.colon = Some(at),
            _ => {}
        }
    }

    fn in_field(&self, what: &str, token: Token) -> SyntaxError {
        self.at_token(ErrorKind::SyntaxError, self.told(what, token), token)
    }

    /// The message with the kind of the string around `token`.
    fn told(&self, what: &str, token: Token) -> String {
        let mut depth = 0;
        let tokens = &self.tokens.tokens[..self.index_of(token)];
        let start = tokens.iter().rev().find(|other| {
            match other.kind {
                TokenKind::InterpolatedEnd => depth += 1,
                TokenKind::InterpolatedStart => depth -= 1,
                _ => {}
            }
            depth < 0
        });
        let prefix = start.map_or("f", |start| self.text(*start));
        let letter = if prefix.contains(['t', 'T']) {
            't'
        } else {
            'f'
        };
        format!("{letter}-string: {what}")
    }
}
