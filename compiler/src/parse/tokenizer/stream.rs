//! Tokens one by one, with text and places, as the module `tokenize` wants them.
//!
//! CPython: `Python/Python-tokenize.c`. Lines are read when they are needed. Tests: `tests/run/tokenize`.

use super::{Lines, Purpose, Token, TokenKind, Tokenizer};
use crate::error::{ErrorKind, SyntaxError};

/// A token.
#[derive(Debug)]
pub struct StreamToken<'s> {
    /// CPython's number of its type; operators have their own.
    pub number: i64,
    pub text: &'s str,
    /// Line (from 1) and column (from 0, in characters) of its start and end.
    pub start: (i32, i32),
    pub end: (i32, i32),
    /// The line, or the lines of a string that spans several.
    pub line: &'s str,
}

/// Why there is no token.
#[derive(Debug)]
pub enum StreamError {
    /// With a range in a line.
    At(SyntaxError),
    /// With a line and an offset in it, but no end.
    InLine(SyntaxError),
    /// The source ended too early: a line and an offset, without text.
    AtEnd(SyntaxError),
}

/// See the module.
pub struct TokenStream<L> {
    tokenizer: Tokenizer<L>,
    /// How many of the tokenizer's tokens are given already.
    given: usize,
    has_ended: bool,
    /// The line of the last token by number and range.
    last_line: (i32, usize, usize),
}

impl<L: Lines> TokenStream<L> {
    /// With `extra_tokens`, comments and all ends of lines make tokens, operators are all of one type, and much that no
    /// parser would accept is no error.
    pub fn new(lines: L, extra_tokens: bool) -> Self {
        let purpose = if extra_tokens {
            Purpose::Extra
        } else {
            Purpose::Plain
        };
        Self {
            tokenizer: Tokenizer::new(String::new(), lines, purpose),
            given: 0,
            has_ended: false,
            last_line: (0, 0, 0),
        }
    }

    /// Where lines come from.
    pub fn lines_mut(&mut self) -> &mut L {
        &mut self.tokenizer.lines
    }

    /// The next token; `None` at the end.
    ///
    /// # Errors
    /// What the tokenizer refuses; the stream has ended then.
    pub fn next_token(&mut self) -> Result<Option<StreamToken<'_>>, StreamError> {
        while self.given == self.tokenizer.tokens.len() {
            if self.has_ended {
                return Ok(None);
            }
            self.given = 0;
            self.tokenizer.tokens.clear();
            match self.tokenizer.step() {
                Ok(more) => self.has_ended = !more,
                Err(noticed) => {
                    self.has_ended = true;
                    self.tokenizer.tokens.clear();
                    return Err(self.error(noticed.error, noticed.is_soft));
                }
            }
            let is_empty = self.tokenizer.source.is_empty();
            if self.has_ended && is_empty && self.tokenizer.purpose == Purpose::Plain {
                return Ok(None);
            }
        }
        let token = self.tokenizer.tokens[self.given];
        self.given += 1;
        Ok(Some(self.shown(token)))
    }

    fn error(&self, mut error: SyntaxError, is_soft: bool) -> StreamError {
        if error.text.is_none() {
            return StreamError::AtEnd(error);
        }
        if !is_soft {
            return StreamError::At(error);
        }
        let line = &self.tokenizer.source[self.tokenizer.line_start..];
        if let Some(place) = &mut error.place {
            place.lineno = self.tokenizer.lineno;
            place.offset = line.chars().count() as i32;
        }
        error.text = Some(line.trim_end_matches('\n').to_owned());
        debug_assert!(error.kind != ErrorKind::SystemError);
        StreamError::InLine(error)
    }

    /// The end of what is read, without the line ending that the source does not have.
    fn end_of_line(&self) -> usize {
        self.tokenizer.source.len() - usize::from(self.tokenizer.implicit_newline)
    }

    fn column(&self, from: usize, to: usize) -> i32 {
        let text = &self.tokenizer.source[from..to];
        if text.is_ascii() {
            text.len() as i32
        } else {
            text.chars().count() as i32
        }
    }

    fn shown(&mut self, token: Token) -> StreamToken<'_> {
        let is_extra = self.tokenizer.purpose == Purpose::Extra;
        let is_trailing =
            token.kind == TokenKind::EndMarker || token.kind == TokenKind::Dedent && self.has_ended;
        if is_trailing {
            return self.trailing(token, is_extra);
        }
        let line = (token.lineno, token.line_start, self.end_of_line());
        self.last_line = line;
        let is_marker = matches!(token.kind, TokenKind::Indent | TokenKind::Dedent);
        if is_marker && !is_extra {
            return StreamToken {
                number: number(token.kind, "", token.letter),
                text: "",
                start: (token.lineno, -1),
                end: (token.lineno, -1),
                line: &self.tokenizer.source[line.1..line.2],
            };
        }
        let start = self.column(token.line_start, token.start);
        let mut end = self.column(token.end_line_start, token.end);
        let mut text = &self.tokenizer.source[token.start..token.end];
        if is_extra && token.kind == TokenKind::Newline {
            end += 1;
            text = if self.tokenizer.implicit_newline {
                ""
            } else if self.tokenizer.source[token.start..].starts_with('\r') {
                "\r\n"
            } else {
                "\n"
            };
        } else if token.kind == TokenKind::Nl && self.tokenizer.implicit_newline {
            text = "";
        }
        let number = match token.kind {
            TokenKind::Op if is_extra => OP,
            kind => number(kind, text, token.letter),
        };
        StreamToken {
            number,
            text,
            start: (token.lineno, start),
            end: (token.end_lineno, end),
            line: &self.tokenizer.source[line.1..line.2],
        }
    }

    /// A token behind the last line.
    fn trailing(&mut self, token: Token, is_extra: bool) -> StreamToken<'_> {
        let (lineno, column) = if is_extra {
            (token.lineno, 0)
        } else {
            ((token.lineno - 1).max(1), -1)
        };
        let (last, from, to) = self.last_line;
        let line = if !is_extra && last == lineno {
            &self.tokenizer.source[from..to]
        } else {
            ""
        };
        StreamToken {
            number: number(token.kind, "", token.letter),
            text: "",
            start: (lineno, column),
            end: (lineno, column),
            line,
        }
    }
}

/// The type of all operators where their own does not matter.
const OP: i64 = 55;

/// CPython's number of a token's type (`Lib/token.py`).
fn number(kind: TokenKind, text: &str, letter: char) -> i64 {
    let interpolated = if letter == 't' { 62 } else { 59 };
    match kind {
        TokenKind::EndMarker => 0,
        TokenKind::Name => 1,
        TokenKind::Number => 2,
        TokenKind::String => 3,
        TokenKind::Newline => 4,
        TokenKind::Indent => 5,
        TokenKind::Dedent => 6,
        TokenKind::InterpolatedStart => interpolated,
        TokenKind::InterpolatedMiddle => interpolated + 1,
        TokenKind::InterpolatedEnd => interpolated + 2,
        TokenKind::TypeComment => 57,
        TokenKind::Comment => 65,
        TokenKind::Nl => 66,
        TokenKind::Op => OPERATORS
            .iter()
            .position(|operator| *operator == text)
            .map_or(OP, |index| index as i64 + 7),
    }
}

/// The operators by number, the first of which is 7.
const OPERATORS: [&str; 48] = [
    "(", ")", "[", "]", ":", ",", ";", "+", "-", "*", "/", "|", "&", "<", ">", "=", ".", "%", "{",
    "}", "==", "!=", "<=", ">=", "~", "^", "<<", ">>", "**", "+=", "-=", "*=", "/=", "%=", "&=",
    "|=", "^=", "<<=", ">>=", "**=", "//", "//=", "@", "@=", "->", "...", ":=", "!",
];
