//! Where errors are, as CPython tells it: lines, columns, and the text of the line.
//!
//! CPython: `_PyPegen_raise_error`, `_PyPegen_raise_error_known_location` in `Parser/pegen_errors.c`. Columns are counted in
//! bytes and told in characters of the line where the error starts, also the column of an end in another line. Tokens
//! without a text (indents, the end) have no column. The text of a line that the tokenizer has left comes without its end.

use crate::error::{ErrorKind, Place, SyntaxError};
use crate::parse::tokenizer::{Token, TokenKind};
use crate::parse::{Mode, Reading};

/// The source and its tokens.
pub(super) struct Places<'a> {
    /// As the tokenizer reads it: a module's last line always ends.
    source: &'a str,
    tokens: &'a [Token],
    line_starts: Vec<usize>,
    reading: Reading,
}

/// Where a token is; columns are -1 if it has none.
struct Span {
    lineno: i32,
    col: i32,
    end_lineno: i32,
    end_col: i32,
}

/// Where the tokenizer stands.
#[derive(Debug, Clone, Copy)]
struct Position {
    lineno: i32,
    line_start: usize,
    at: usize,
}

impl<'a> Places<'a> {
    pub(super) fn new(source: &'a str, tokens: &'a [Token], reading: Reading) -> Places<'a> {
        let ends = source.match_indices('\n').map(|(at, _)| at + 1);
        let line_starts = std::iter::once(0)
            .chain(ends)
            .filter(|&start| start < source.len())
            .collect();
        Places {
            source,
            tokens,
            line_starts,
            reading,
        }
    }

    pub(super) fn source(&self) -> &'a str {
        self.source
    }

    pub(super) fn text(&self, token: Token) -> &'a str {
        self.source.get(token.start..token.end).unwrap_or("")
    }

    fn token(&self, index: usize) -> Option<Token> {
        self.tokens.get(index).or(self.tokens.last()).copied()
    }

    /// Whether nothing of the source is left behind the token.
    pub(super) fn is_behind_source(&self, token: Token) -> bool {
        token.start >= self.source.len()
    }

    fn end(&self) -> Position {
        Position {
            lineno: self.line_starts.len() as i32,
            line_start: self.line_starts.last().copied().unwrap_or(0),
            at: self.source.len(),
        }
    }

    /// Where the tokenizer stands after `fill` tokens.
    fn position(&self, fill: usize) -> Position {
        match self.token(fill.saturating_sub(1)) {
            Some(token) if !self.is_behind_source(token) => Position {
                lineno: token.end_lineno,
                line_start: token.end_line_start,
                at: token.end,
            },
            _ => self.end(),
        }
    }

    fn span(&self, index: usize) -> Span {
        let Some(token) = self.token(index) else {
            return Span {
                lineno: 0,
                col: -1,
                end_lineno: 0,
                end_col: -1,
            };
        };
        let is_marker = matches!(
            token.kind,
            TokenKind::Indent | TokenKind::Dedent | TokenKind::EndMarker
        );
        if self.is_behind_source(token) || is_marker {
            let lineno = if self.is_behind_source(token) {
                self.end().lineno
            } else {
                token.lineno
            };
            return Span {
                lineno,
                col: -1,
                end_lineno: lineno,
                end_col: -1,
            };
        }
        Span {
            lineno: token.lineno,
            col: (token.start - token.line_start) as i32,
            end_lineno: token.end_lineno,
            end_col: (token.end - token.end_line_start) as i32,
        }
    }

    /// The line of a token.
    pub(super) fn lineno(&self, index: usize) -> i32 {
        self.span(index).lineno
    }

    /// Line and column of a token.
    pub(super) fn start(&self, index: usize) -> (i32, i32) {
        let span = self.span(index);
        (span.lineno, span.col)
    }

    fn line(&self, lineno: i32, position: Position) -> &'a str {
        let Some(&start) = usize::try_from(lineno - 1)
            .ok()
            .and_then(|index| self.line_starts.get(index))
        else {
            return "";
        };
        let line = &self.source[start..];
        let end = line.find('\n');
        match end {
            Some(end) if position.lineno <= lineno => &line[..=end],
            Some(end) => &line[..end],
            None => line,
        }
    }

    fn error(&self, kind: ErrorKind, msg: String, text: &str, span: Span) -> SyntaxError {
        SyntaxError {
            kind,
            msg,
            place: Some(Place {
                lineno: span.lineno,
                offset: characters(text, span.col),
                end_lineno: span.end_lineno,
                end_offset: if span.end_col > 0 {
                    characters(text, span.end_col)
                } else {
                    span.end_col
                },
            }),
            text: Some(text.to_owned()),
        }
    }

    /// An error from the first token to the last; `fill` tokens were fetched.
    pub(super) fn at_tokens(
        &self,
        msg: String,
        (first, last): (usize, usize),
        fill: usize,
    ) -> SyntaxError {
        let (first, last) = (self.span(first), self.span(last));
        let text = self.line(first.lineno, self.position(fill));
        let span = Span {
            lineno: first.lineno,
            col: first.col + 1,
            end_lineno: last.end_lineno,
            end_col: last.end_col + 1,
        };
        self.error(ErrorKind::SyntaxError, msg, text, span)
    }

    /// An error in the line of a token, without columns.
    pub(super) fn at_line(&self, msg: String, index: usize, fill: usize) -> SyntaxError {
        let token = self.span(index);
        let text = self.line(token.lineno, self.position(fill));
        let span = Span {
            col: 0,
            end_col: 0,
            ..token
        };
        self.error(ErrorKind::SyntaxError, msg, text, span)
    }

    /// An error from a token to where the tokenizer stands.
    pub(super) fn onwards(&self, msg: String, first: usize, fill: usize) -> SyntaxError {
        let position = self.position(fill);
        let first = self.span(first);
        let text = self.line(first.lineno, position);
        let span = Span {
            lineno: first.lineno,
            col: first.col + 1,
            end_lineno: position.lineno,
            end_col: (position.at - position.line_start) as i32,
        };
        self.error(ErrorKind::SyntaxError, msg, text, span)
    }

    /// An error at the last character of a token, without an end.
    pub(super) fn at_end_of_token(
        &self,
        msg: String,
        node: (usize, usize),
        fill: usize,
    ) -> SyntaxError {
        let (first, last) = (self.span(node.0), self.span(node.1));
        let text = self.line(first.lineno, self.position(fill));
        let span = Span {
            lineno: first.lineno,
            col: last.end_col,
            end_lineno: last.end_lineno,
            end_col: 0,
        };
        self.error(ErrorKind::SyntaxError, msg, text, span)
    }

    /// An error at one token; if that has no column, it is where the tokenizer stands.
    pub(super) fn at_token(
        &self,
        kind: ErrorKind,
        msg: String,
        index: usize,
        fill: usize,
    ) -> SyntaxError {
        let position = self.position(fill);
        let token = self.span(index);
        let text = self.line(token.lineno, position);
        let span = Span {
            col: match token.col {
                // The last line is gone already.
                ..0 if self.reading == Reading::Lines && position.at >= self.source.len() => 0,
                ..0 => (position.at - position.line_start) as i32,
                col => col + 1,
            },
            end_col: if token.end_col < 0 {
                -1
            } else {
                token.end_col + 1
            },
            ..token
        };
        self.error(kind, msg, text, span)
    }
}

/// How many characters the first `bytes` of a line and what is behind it are; a part of a character counts.
fn characters(line: &str, bytes: i32) -> i32 {
    let bytes = usize::try_from(bytes).unwrap_or(0);
    let started = line
        .char_indices()
        .take_while(|(at, _)| *at < bytes)
        .count();
    (started + usize::from(bytes > line.len())) as i32
}

/// The tokens as the parser gets them in `mode`: interactive input ends with a line ending of its own.
pub(super) fn as_parsed(
    mut tokens: Vec<Token>,
    source: &str,
    mode: Mode,
    implies_dedent: bool,
) -> Vec<Token> {
    if mode != Mode::Single {
        return tokens;
    }
    let Some(end) = tokens.pop() else {
        return tokens;
    };
    if end.kind != TokenKind::EndMarker {
        tokens.push(end);
        return tokens;
    }
    let newline = Token {
        kind: TokenKind::Newline,
        ..end
    };
    if tokens.is_empty() {
        return vec![end];
    }
    if source.ends_with('\n') {
        tokens.extend([newline, end]);
        return tokens;
    }
    let is_dedent = |token: &Token| token.kind == TokenKind::Dedent && token.start >= source.len();
    let body = tokens.len()
        - tokens
            .iter()
            .rev()
            .take_while(|token| is_dedent(token))
            .count();
    let dedents = tokens.split_off(body);
    tokens.push(newline);
    if dedents.is_empty() {
        tokens.push(end);
    } else if implies_dedent {
        tokens.extend(dedents);
        tokens.extend([newline, end]);
    } else {
        tokens.push(end);
    }
    tokens
}
