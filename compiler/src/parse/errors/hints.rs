//! Messages for single mistakes.
//!
//! CPython: the `invalid_` rules of `Grammar/python.gram`.

use ruff_text_size::{TextRange, TextSize};

use super::Cx;
use crate::error::{ErrorKind, SyntaxError};
use crate::parse::tokenizer::{Token, TokenKind};

/// CPython's words for what the parser says in its own.
pub(super) fn other(msg: &str) -> Option<&'static str> {
    Some(match msg {
        "Position-only parameter separator not allowed as first parameter" => {
            "at least one argument must precede /"
        }
        "Only one '/' separator allowed" => "/ may appear only once",
        "'/' parameter must appear before '*' parameter" => "/ must be ahead of *",
        "Only one '*' separator allowed"
        | "Only one '*' parameter allowed"
        | "Keyword-only parameter separator not allowed after '*' parameter" => {
            "* argument may appear only once"
        }
        "Only single target (not tuple) can be annotated" => {
            "only single target (not tuple) can be annotated"
        }
        "Only single target (not list) can be annotated" => {
            "only single target (not list) can be annotated"
        }
        "Positional patterns cannot follow keyword patterns" => {
            "positional patterns follow keyword patterns"
        }
        "Trailing comma not allowed" => {
            "trailing comma not allowed without surrounding parentheses"
        }
        "Multiple exception types must be parenthesized when using `as`" => {
            "multiple exception types must be parenthesized when using 'as'"
        }
        "Expected one or more exception types" => "expected one or more exception types",
        _ => return None,
    })
}

impl Cx<'_> {
    /// Mistakes that CPython sees at another token than the parser.
    pub(super) fn elsewhere(&self, msg: &str, location: TextRange) -> Option<SyntaxError> {
        let (start, end) = (location.start().to_usize(), location.end().to_usize());
        match msg {
            "Trailing comma not allowed" => {
                let line = self.source[..start].rfind('\n').map_or(0, |at| at + 1);
                let comma = self.token_at(start)?;
                let is_import = self.source[line..].trim_start().starts_with("from");
                let next = self.after(comma).filter(|_| is_import)?;
                let msg = "trailing comma not allowed without surrounding parentheses";
                Some(self.at_token(ErrorKind::SyntaxError, msg, next))
            }
            "Cannot have both 'except' and 'except*' on the same 'try'" => {
                let mut tokens = self
                    .tokens
                    .tokens
                    .iter()
                    .filter(|token| token.start >= start);
                let except = *tokens.find(|token| self.text(**token) == "except")?;
                let star = self.after(except).filter(|star| self.text(*star) == "*");
                let msg = "cannot have both 'except' and 'except*' on the same 'try'";
                Some(self.between(msg, except, star.unwrap_or(except)))
            }
            "Cannot mix t-string literals with string or bytes literals" => Some(self.at(
                "cannot mix t-string literals with string or bytes literals",
                location,
            )),
            "Bytes literal cannot be mixed with non-bytes literals" => {
                let next = self.token_at(end)?;
                let msg = "cannot mix bytes and nonbytes literals";
                Some(self.at_token(ErrorKind::SyntaxError, msg, next))
            }
            _ => None,
        }
    }

    /// The bracket that closes what `token` stands in; `token` itself if none does.
    pub(super) fn closing_bracket(&self, token: Token) -> Token {
        let mut depth = 0;
        let tokens = self.tokens.tokens.get(self.index_of(token)..);
        for inner in tokens.unwrap_or_default() {
            match self.text(*inner) {
                "(" | "[" | "{" => depth += 1,
                ")" | "]" | "}" if depth == 0 => return *inner,
                ")" | "]" | "}" => depth -= 1,
                _ => {}
            }
        }
        token
    }

    /// A hint that the tokens around the failing one give.
    pub(super) fn hint_at(&self, token: Token) -> Option<SyntaxError> {
        let before = self.before(token)?;
        if self.text(token) == "not"
            && before.kind == TokenKind::Op
            && is_operator(self.text(before))
        {
            let end = self.operand_end(token, false).unwrap_or(token);
            return Some(self.between("'not' after an operator must be parenthesized", token, end));
        }
        if before.kind == TokenKind::String && self.starts_operand(token) {
            return self.part_of_string(token);
        }
        if self.text(token) == "except" {
            let msg = "cannot have both 'except' and 'except*' on the same 'try'";
            let star = self.after(token).filter(|star| self.text(*star) == "*");
            return Some(self.between(msg, token, star.unwrap_or(token)));
        }
        match self.text(token) {
            "from" => self.import_from(token),
            "for" | "async" => self.bare_comprehension_target(token),
            ":" => self.bound_of_many(before, token),
            _ => None,
        }
    }

    /// The bracket around `token`.
    fn bracket_around(&self, token: Token) -> Option<usize> {
        self.tokens.tokens[..self.index_of(token)]
            .iter()
            .rposition(|open| {
                open.level == token.level && matches!(self.text(*open), "(" | "[" | "{")
            })
            .filter(|_| token.level > 0)
    }

    /// `[a, b for a, b in c]`.
    fn bare_comprehension_target(&self, token: Token) -> Option<SyntaxError> {
        let open = self.bracket_around(token)?;
        let target = &self.tokens.tokens[open + 1..self.index_of(token)];
        let own = |text: &str| {
            target
                .iter()
                .filter(|other| other.level == token.level && self.text(**other) == text)
                .count()
        };
        let commas = own(",");
        if self.text(self.tokens.tokens[open]) == "(" || commas == 0 || own(":") > 0 {
            return None;
        }
        let (first, mut last) = (*target.first()?, *target.last()?);
        if self.text(last) == "," && commas > 1 {
            last = *target.get(target.len() - 2)?;
        }
        let msg = "did you forget parentheses around the comprehension target?";
        Some(self.between(msg, first, last))
    }

    /// `def f[*Ts: int]`, `def f[**P: int]`.
    fn bound_of_many(&self, name: Token, colon: Token) -> Option<SyntaxError> {
        let open = self.bracket_around(colon)?;
        let keyword = *self.tokens.tokens.get(open.checked_sub(2)?)?;
        let is_type_params = self.text(self.tokens.tokens[open]) == "["
            && matches!(self.text(keyword), "def" | "class" | "type");
        let kind = match self.text(self.before(name)?) {
            "*" => "TypeVarTuple",
            "**" => "ParamSpec",
            _ => return None,
        };
        if !is_type_params || name.kind != TokenKind::Name {
            return None;
        }
        let bound = self.after(colon)?;
        let what = if self.text(bound) == "(" {
            "constraints"
        } else {
            "bound"
        };
        let end = self.operand_end(bound, false).unwrap_or(bound);
        let msg = format!("cannot use {what} with {kind}");
        Some(self.between(&msg, colon, end))
    }

    /// `"one " two " three"`.
    fn part_of_string(&self, token: Token) -> Option<SyntaxError> {
        let rest = &self.tokens.tokens[self.index_of(token)..];
        let line = rest
            .iter()
            .take_while(|other| other.kind != TokenKind::Newline);
        let mut last = token;
        for other in line {
            if other.kind == TokenKind::String {
                return Some(self.between(
                    "invalid syntax. Is this intended to be part of the string?",
                    token,
                    last,
                ));
            }
            last = *other;
        }
        None
    }

    /// `import a from b`.
    fn import_from(&self, token: Token) -> Option<SyntaxError> {
        let tokens = &self.tokens.tokens;
        let index = self.index_of(token);
        let first = tokens[..index].iter().rposition(|other| {
            matches!(
                other.kind,
                TokenKind::Newline | TokenKind::Indent | TokenKind::Dedent
            ) || self.text(*other) == ";"
        });
        let first = tokens.get(first.map_or(0, |edge| edge + 1))?;
        if self.text(*first) != "import" {
            return None;
        }
        let name = |token: &&Token| {
            token.kind == TokenKind::Name && !matches!(self.text(**token), "as")
                || self.text(**token) == "."
        };
        let last = tokens[index + 1..].iter().take_while(name).last()?;
        Some(self.between(
            "Did you mean to use 'from ... import ...' instead?",
            *first,
            *last,
        ))
    }

    pub(super) fn between(&self, msg: &str, start: Token, end: Token) -> SyntaxError {
        self.at(
            msg,
            TextRange::new(
                TextSize::new(start.start as u32),
                TextSize::new(end.end as u32),
            ),
        )
    }
}

fn is_operator(text: &str) -> bool {
    matches!(
        text,
        "+" | "-" | "*" | "/" | "//" | "%" | "@" | "**" | "<<" | ">>" | "&" | "|" | "^" | "~"
    )
}
