//! Something is missing or wrong between two operands: a comma, or `=` for `==`.
//!
//! CPython: rules `invalid_expression` and `invalid_named_expression`.

use super::Cx;
use crate::error::SyntaxError;
use crate::parse::Mode;
use crate::parse::tokenizer::{Token, TokenKind};

impl Cx<'_> {
    /// CPython's guess about what stands wrong at `token`.
    pub(super) fn missing_operator(&self, token: Token) -> Option<SyntaxError> {
        let before = self.before(token)?;
        if self.text(token) == "="
            && (token.level > 0 || self.mode != Mode::Eval)
            && before.kind == TokenKind::Name
            && !super::is_keyword(self.text(before))
        {
            return self.equal_for_comparison(before, token);
        }
        if let name @ ("print" | "exec") = self.text(before)
            && self.starts_statement(before)
            && self.starts_operand(token)
        {
            let end = self.operand_end(token, false)?;
            let msg = format!("Missing parentheses in call to '{name}'. Did you mean {name}(...)?");
            return Some(self.between(&msg, before, end));
        }
        // Two operands side by side, in brackets.
        if before.level == 0 || !self.ends_operand(before) || !self.starts_operand(token) {
            return None;
        }
        let start = self.operand_start(before);
        if matches!(self.text(start), "print" | "exec") || self.is_prefixed_string(start) {
            return None;
        }
        let end = self.operand_end(token, false)?;
        Some(self.between("invalid syntax. Perhaps you forgot a comma?", start, end))
    }

    /// `name = value` where only an expression may stand.
    pub(super) fn equal_for_comparison(&self, name: Token, equal: Token) -> Option<SyntaxError> {
        let value = self.after(equal)?;
        if !self.starts_operand(value) && !matches!(self.text(value), "-" | "+") {
            return None;
        }
        let end = self.operand_end(value, true)?;
        if self
            .after(end)
            .is_some_and(|next| matches!(self.text(next), "=" | ":="))
        {
            return None;
        }
        let msg = "invalid syntax. Maybe you meant '==' or ':=' instead of '='?";
        Some(self.between(msg, name, end))
    }

    fn starts_statement(&self, token: Token) -> bool {
        self.before(token).is_none_or(|before| {
            matches!(
                before.kind,
                TokenKind::Newline | TokenKind::Indent | TokenKind::Dedent
            ) || matches!(self.text(before), ";" | ":")
        })
    }

    /// A name right before a string: a wrong prefix.
    fn is_prefixed_string(&self, start: Token) -> bool {
        start.kind == TokenKind::Name
            && self
                .after(start)
                .is_some_and(|next| next.kind == TokenKind::String)
    }

    /// The first token of the disjunction that ends with `last`.
    fn operand_start(&self, last: Token) -> Token {
        let tokens = &self.tokens.tokens[..=self.index_of(last)];
        let level = last.level;
        let is_edge = |token: &Token| {
            token.level == level
                && matches!(
                    self.text(*token),
                    "," | ":"
                        | "="
                        | ":="
                        | "("
                        | "["
                        | "{"
                        | "if"
                        | "else"
                        | "for"
                        | "lambda"
                        | "yield"
                )
                || token.level < level
        };
        let from = tokens.iter().rposition(is_edge).map_or(0, |edge| edge + 1);
        tokens.get(from).copied().unwrap_or(last)
    }

    /// The last token of the expression that starts with `first`; with `is_tight`, without comparisons and the like.
    pub(super) fn operand_end(&self, first: Token, is_tight: bool) -> Option<Token> {
        let tokens = &self.tokens.tokens[self.index_of(first)..];
        let outside = match self.text(first) {
            "(" | "[" | "{" => first.level - 1,
            _ => first.level,
        };
        let mut end = None;
        for token in tokens {
            if token.level < outside {
                break;
            }
            if token.level == outside {
                let text = self.text(*token);
                let is_loose = matches!(
                    text,
                    "and"
                        | "or"
                        | "not"
                        | "in"
                        | "is"
                        | "<"
                        | ">"
                        | "=="
                        | "!="
                        | "<="
                        | ">="
                        | "if"
                        | "else"
                );
                if token.kind == TokenKind::Newline
                    || matches!(text, "," | ":" | "=" | ":=" | ";" | "for" | "async" | "as")
                    || is_tight && is_loose
                {
                    break;
                }
                // The next operand belongs to something else.
                if end.is_some_and(|end| {
                    self.ends_operand(end)
                        && self.starts_operand(*token)
                        && !matches!(text, "(" | "[")
                }) {
                    break;
                }
            }
            end = Some(*token);
        }
        end
    }
}
