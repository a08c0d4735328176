//! What a block wants: its colon and its indentation.

use super::Cx;
use crate::error::{ErrorKind, SyntaxError};
use crate::parse::tokenizer::{Token, TokenKind};

impl Cx<'_> {
    /// `what` is the parser's name of the statement.
    pub(super) fn expected_block(&self, what: &str, token: Token) -> SyntaxError {
        let keyword = match what.split('`').nth(1) {
            Some(keyword) => keyword,
            None if what.starts_with("function") => "def",
            None => what.split(' ').next().unwrap_or(""),
        };
        let header = self.last_keyword(keyword, token);
        let lineno = header.map_or(token.lineno, |header| header.lineno);
        let is_star =
            keyword == "except" && header.is_some_and(|header| self.is_followed_by_star(header));
        let name = match keyword {
            "def" => "function definition".to_owned(),
            "class" => "class definition".to_owned(),
            _ if is_star => "'except*' statement".to_owned(),
            _ => format!("'{keyword}' statement"),
        };
        let msg = format!("expected an indented block after {name} on line {lineno}");
        // The token that should have been an indentation.
        let token = match token.kind {
            TokenKind::Newline => self.token_at(token.end).unwrap_or(token),
            _ => token,
        };
        self.at_token(ErrorKind::IndentationError, msg, token)
    }

    fn last_keyword(&self, keyword: &str, before: Token) -> Option<Token> {
        let mut earlier = self
            .tokens
            .tokens
            .iter()
            .rev()
            .filter(|token| token.start < before.start.max(1));
        earlier
            .find(|token| token.kind == TokenKind::Name && self.text(**token) == keyword)
            .copied()
    }

    fn is_followed_by_star(&self, token: Token) -> bool {
        self.token_at(token.end)
            .is_some_and(|next| self.text(next) == "*")
    }

    /// Whether the grammar says what is missing at `token` is a colon.
    pub(super) fn expects_colon(&self, token: Token) -> bool {
        if token.kind == TokenKind::Newline {
            return true;
        }
        // Some statements insist on it wherever they are broken off.
        let tokens = &self.tokens.tokens;
        let Some(index) = tokens.iter().position(|other| *other == token) else {
            return false;
        };
        let is_edge = |kind| {
            matches!(
                kind,
                TokenKind::Newline | TokenKind::Indent | TokenKind::Dedent
            )
        };
        let first = tokens[..index]
            .iter()
            .rposition(|other| is_edge(other.kind))
            .map_or(0, |edge| edge + 1);
        let first_word = self.text(tokens[first]);
        let word = if first_word == "async" {
            tokens.get(first + 1).map_or("", |t| self.text(*t))
        } else {
            first_word
        };
        matches!(word, "for" | "def" | "class" | "else" | "try" | "finally")
    }
}
