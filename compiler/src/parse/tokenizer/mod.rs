//! CPython's tokenizer, for its errors.
//!
//! CPython: `Parser/lexer/lexer.c`. The parser in use has a lexer of its own; this one runs only after a syntax error, over
//! the whole source, because CPython reports an error of the tokenizer before, and often instead of, one of the grammar,
//! and because the place of a grammar error is a token of this list.
//! Ensures: tokens in source order, up to the first error or the end. Tests: `tests/diagnostics`.

mod indent;
mod interpolated;
mod name;
mod number;
mod string;

pub(super) use indent::MAX_INDENTS;
pub(super) use number::is_keyword_after_number;

use crate::error::{ErrorKind, Place, SyntaxError};

/// Brackets may nest this deep (`MAXLEVEL`).
pub(super) const MAX_BRACKETS: usize = 200;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenKind {
    Name,
    Number,
    String,
    /// `f"`, `t"`.
    InterpolatedStart,
    InterpolatedMiddle,
    InterpolatedEnd,
    Op,
    Newline,
    Indent,
    Dedent,
    EndMarker,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) start: usize,
    pub(super) end: usize,
    /// Line of the start, from 1.
    pub(super) lineno: i32,
    /// How many brackets are open behind it.
    pub(super) level: usize,
}

/// An open bracket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bracket {
    pub(super) byte: u8,
    pub(super) at: usize,
    pub(super) lineno: i32,
}

/// What the tokenizer found.
#[derive(Debug)]
pub(super) struct Tokens {
    pub(super) tokens: Vec<Token>,
    /// The error that ended it.
    pub(super) error: Option<Noticed>,
    /// Brackets that are open at the end.
    pub(super) open: Vec<Bracket>,
}

/// Tokenizes `source`, whose line endings are all `\n`.
pub(super) fn tokenize(source: &str) -> Tokens {
    // The last line always ends.
    let mut text = source.to_owned();
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    let mut tokenizer = Tokenizer::new(&text);
    let error = tokenizer.run().err();
    Tokens {
        tokens: tokenizer.tokens,
        error,
        open: tokenizer.brackets,
    }
}

/// An error of the tokenizer.
#[derive(Debug, Clone)]
pub(super) struct Noticed {
    pub(super) error: SyntaxError,
    /// The offset where it was noticed.
    pub(super) at: usize,
    /// CPython reports it only if the parser gets there.
    pub(super) is_soft: bool,
}

type Result<T> = std::result::Result<T, Noticed>;

fn soft(error: SyntaxError, at: usize) -> Noticed {
    Noticed {
        error,
        at,
        is_soft: true,
    }
}

fn hard(error: SyntaxError, at: usize) -> Noticed {
    Noticed {
        error,
        at,
        is_soft: false,
    }
}

/// The string around a replacement field.
#[derive(Debug, Clone)]
struct Mode {
    /// `f` or `t`.
    letter: char,
    quote: u8,
    quote_size: usize,
    is_raw: bool,
    /// Where the string starts.
    start: usize,
    lineno: i32,
    /// Brackets open within the string.
    depth: i32,
    /// The depth at which the innermost replacement field started; -1 outside of all.
    expr_start_depth: i32,
    in_format_spec: bool,
    /// The tokenizer is in an expression, not in the text.
    in_expression: bool,
}

struct Tokenizer<'s> {
    source: &'s str,
    bytes: &'s [u8],
    at: usize,
    line_start: usize,
    lineno: i32,
    at_line_start: bool,
    /// Indentation of the open blocks: columns with tabs to eight, and to one.
    indents: Vec<(usize, usize)>,
    brackets: Vec<Bracket>,
    modes: Vec<Mode>,
    tokens: Vec<Token>,
}

impl<'s> Tokenizer<'s> {
    fn new(source: &'s str) -> Self {
        Tokenizer {
            source,
            bytes: source.as_bytes(),
            at: 0,
            line_start: 0,
            lineno: 1,
            at_line_start: true,
            indents: vec![(0, 0)],
            brackets: Vec::new(),
            modes: Vec::new(),
            tokens: Vec::new(),
        }
    }

    fn run(&mut self) -> Result<()> {
        loop {
            if self.modes.last().is_some_and(|mode| !mode.in_expression) {
                self.interpolated_text()?;
                continue;
            }
            if self.at_line_start {
                self.at_line_start = false;
                self.indentation()?;
            }
            if !self.token()? {
                return Ok(());
            }
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn peek_at(&self, offset: usize) -> Option<u8> {
        self.bytes.get(self.at + offset).copied()
    }

    /// Takes a line ending.
    fn next_line(&mut self) {
        self.at += 1;
        self.lineno += 1;
        self.line_start = self.at;
    }

    fn push(&mut self, kind: TokenKind, start: usize, lineno: i32) {
        self.tokens.push(Token {
            kind,
            start,
            end: self.at,
            lineno,
            level: self.brackets.len(),
        });
    }

    /// A token in the normal mode; false at the end.
    fn token(&mut self) -> Result<bool> {
        self.blanks()?;
        let start = self.at;
        let lineno = self.lineno;
        let Some(byte) = self.peek() else {
            return self.end();
        };
        match byte {
            b'\n' => {
                let is_blank = matches!(
                    self.tokens.last(),
                    None | Some(Token {
                        kind: TokenKind::Newline | TokenKind::Indent | TokenKind::Dedent,
                        ..
                    })
                );
                if !self.brackets.is_empty() {
                    self.next_line();
                    return Ok(true);
                }
                self.at += 1;
                if !is_blank {
                    self.push(TokenKind::Newline, start, lineno);
                }
                self.at -= 1;
                self.next_line();
                self.at_line_start = true;
            }
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | 0x80.. => self.name_or_string()?,
            b'0'..=b'9' => self.number()?,
            b'.' if self.peek_at(1).is_some_and(|next| next.is_ascii_digit()) => self.number()?,
            b'\'' | b'"' => self.string(start)?,
            _ => self.operator(byte)?,
        }
        Ok(true)
    }

    /// Skips blanks, comments and continued lines.
    fn blanks(&mut self) -> Result<()> {
        loop {
            match self.peek() {
                Some(b' ' | b'\t' | b'\x0c') => self.at += 1,
                Some(b'#') => {
                    while self.peek().is_some_and(|byte| byte != b'\n') {
                        self.at += 1;
                    }
                }
                Some(b'\\') => self.continuation()?,
                _ => return Ok(()),
            }
        }
    }

    /// A backslash at the end of a line.
    fn continuation(&mut self) -> Result<()> {
        let backslash = self.at;
        self.at += 1;
        if self.peek() != Some(b'\n') {
            let column = self.chars(self.line_start, backslash) + 2;
            let place = self.place(column, 0);
            let msg = "unexpected character after line continuation character";
            return Err(soft(
                self.error_with(ErrorKind::SyntaxError, msg, place, true),
                backslash,
            ));
        }
        self.next_line();
        if self.at >= self.bytes.len() {
            // The text of the last line counts with its end.
            let lineno = self.lineno - 1;
            let start = self.source[..backslash]
                .rfind('\n')
                .map_or(0, |newline| newline + 1);
            let offset = self.chars(start, backslash) + 2;
            let place = Place {
                lineno,
                offset,
                end_lineno: lineno,
                end_offset: -1,
            };
            let text = self.source[start..].to_owned();
            let error = SyntaxError {
                kind: ErrorKind::SyntaxError,
                msg: "unexpected EOF while parsing".to_owned(),
                place: Some(place),
                text: Some(text),
            };
            return Err(soft(error, backslash));
        }
        Ok(())
    }

    fn end(&mut self) -> Result<bool> {
        if let Some(&bracket) = self.brackets.last() {
            return Err(soft(self.never_closed(bracket), self.at));
        }
        while self.indents.len() > 1 {
            self.indents.pop();
            self.push(TokenKind::Dedent, self.at, self.lineno);
        }
        self.push(TokenKind::EndMarker, self.at, self.lineno);
        Ok(false)
    }

    fn never_closed(&self, bracket: Bracket) -> SyntaxError {
        never_closed(self.source, bracket)
    }

    fn operator(&mut self, byte: u8) -> Result<()> {
        let start = self.at;
        let lineno = self.lineno;
        if matches!(byte, b':' | b'}' | b'!' | b'{') && self.field_punctuation(byte)? {
            return Ok(());
        }
        let rest = &self.bytes[start..];
        let length = if rest.starts_with(b"...") {
            3
        } else if rest.len() >= 3 && matches!(&rest[..3], b"**=" | b"//=" | b"<<=" | b">>=") {
            3
        } else if rest.len() >= 2
            && matches!(
                &rest[..2],
                b"!="
                    | b"%="
                    | b"&="
                    | b"**"
                    | b"*="
                    | b"+="
                    | b"-="
                    | b"->"
                    | b"//"
                    | b"/="
                    | b":="
                    | b"<<"
                    | b"<="
                    | b"<>"
                    | b"=="
                    | b">="
                    | b">>"
                    | b"@="
                    | b"^="
                    | b"|="
            )
        {
            2
        } else {
            1
        };
        if length == 1 {
            self.bracket(byte)?;
            if byte.is_ascii_control() {
                self.at += 1;
                return Err(self.error(format!("invalid non-printable character U+{byte:04X}")));
            }
        }
        self.at = start + length;
        self.push(TokenKind::Op, start, lineno);
        Ok(())
    }

    /// Keeps track of brackets.
    fn bracket(&mut self, byte: u8) -> Result<()> {
        let at = self.at;
        match byte {
            b'(' | b'[' | b'{' => {
                if self.brackets.len() >= MAX_BRACKETS {
                    self.at += 1;
                    return Err(self.error("too many nested parentheses"));
                }
                self.brackets.push(Bracket {
                    byte,
                    at,
                    lineno: self.lineno,
                });
                if let Some(mode) = self.modes.last_mut() {
                    mode.depth += 1;
                }
            }
            b')' | b']' | b'}' => {
                let closing = char::from(byte);
                self.at += 1;
                if let Some(mode) = self.modes.last()
                    && mode.depth == 0
                    && byte == b'}'
                {
                    return Err(self.error(format!(
                        "{}-string: single '}}' is not allowed",
                        mode.letter
                    )));
                }
                let Some(opening) = self.brackets.pop() else {
                    return Err(self.error(format!("unmatched '{closing}'")));
                };
                if !matches!(
                    (opening.byte, byte),
                    (b'(', b')') | (b'[', b']') | (b'{', b'}')
                ) {
                    return Err(self.mismatch(opening, closing));
                }
                self.close_in_string(closing)?;
                self.at -= 1;
            }
            _ => {}
        }
        Ok(())
    }

    fn mismatch(&self, opening: Bracket, closing: char) -> Noticed {
        if let Some(mode) = self.modes.last()
            && opening.byte == b'{'
            && mode.depth - 1 == mode.expr_start_depth
        {
            return self.error(format!("{}-string: unmatched '{closing}'", mode.letter));
        }
        let open = char::from(opening.byte);
        let msg =
            format!("closing parenthesis '{closing}' does not match opening parenthesis '{open}'");
        if opening.lineno == self.lineno {
            self.error(msg)
        } else {
            self.error(format!("{msg} on line {}", opening.lineno))
        }
    }

    /// Characters between two offsets.
    fn chars(&self, from: usize, to: usize) -> i32 {
        self.source[from..to].chars().count() as i32
    }

    fn place(&self, offset: i32, end_offset: i32) -> Place {
        Place {
            lineno: self.lineno,
            offset,
            end_lineno: self.lineno,
            end_offset,
        }
    }

    /// An error at the last character taken.
    fn error(&self, msg: impl Into<String>) -> Noticed {
        let column = self.chars(self.line_start, self.at);
        let place = self.place(column, column);
        hard(
            self.error_with(ErrorKind::SyntaxError, msg, place, false),
            self.at.saturating_sub(1),
        )
    }

    fn error_with(
        &self,
        kind: ErrorKind,
        msg: impl Into<String>,
        place: Place,
        with_line_ending: bool,
    ) -> SyntaxError {
        let line = &self.source[self.line_start..];
        let end = line.find('\n').map_or(
            line.len(),
            |end| if with_line_ending { end + 1 } else { end },
        );
        SyntaxError {
            kind,
            msg: msg.into(),
            place: Some(place),
            text: Some(line[..end].to_owned()),
        }
    }
}

/// `'(' was never closed`.
pub(super) fn never_closed(source: &str, bracket: Bracket) -> SyntaxError {
    let start = source[..bracket.at]
        .rfind('\n')
        .map_or(0, |newline| newline + 1);
    let end = source[bracket.at..]
        .find('\n')
        .map_or(source.len(), |end| bracket.at + end);
    let offset = source[start..bracket.at].chars().count() as i32 + 1;
    let lineno = bracket.lineno;
    // Lines before the one where the tokenizer stands come without their end.
    let line_ending = if source[end..].trim_end_matches('\n').is_empty() {
        "\n"
    } else {
        ""
    };
    SyntaxError {
        kind: ErrorKind::SyntaxError,
        msg: format!("'{}' was never closed", char::from(bracket.byte)),
        place: Some(Place {
            lineno,
            offset,
            end_lineno: lineno,
            end_offset: 0,
        }),
        text: Some(format!("{}{line_ending}", &source[start..end])),
    }
}
