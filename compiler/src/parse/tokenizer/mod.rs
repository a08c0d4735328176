//! CPython's tokenizer, for its errors and for the module `tokenize`.
//!
//! CPython: `Parser/lexer/lexer.c`. The parser in use has a lexer of its own; this one runs only after a syntax error, over
//! the whole source, because CPython reports an error of the tokenizer before, and often instead of, one of the grammar,
//! and because the place of a grammar error is a token of this list; and line by line for [`stream`].
//! Ensures: tokens in source order, up to the first error or the end. Tests: `tests/diagnostics`, `tests/run/tokenize`.

mod indent;
mod interpolated;
mod name;
mod number;
mod operator;
pub(super) mod stream;
mod string;

pub(super) use indent::MAX_INDENTS;
pub(super) use interpolated::MAX_STRINGS;
pub(super) use number::is_keyword_after_number;

use super::type_comments::type_comment;
use super::{Reading, Settings};
use crate::error::{ErrorKind, Place, SyntaxError};
use crate::future::CompilerFlags;

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
    /// Only for [`Purpose::Extra`].
    Comment,
    /// Only where they were asked for.
    TypeComment,
    /// The end of a line that ends no statement; only for [`Purpose::Extra`].
    Nl,
}

/// What the tokens are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// The error of a source, or the places of its grammar's errors.
    Errors,
    /// Tokens as the parser gets them.
    Plain,
    /// Tokens as the module `tokenize` shows them: comments and ends of lines too, and fewer errors.
    Extra,
}

/// Where a tokenizer gets the next line from.
pub trait Lines {
    /// The next line with its ending; `None` at the end.
    fn next_line(&mut self) -> Option<String>;
}

/// No more lines: the whole source is there.
struct Whole;

impl Lines for Whole {
    fn next_line(&mut self) -> Option<String> {
        None
    }
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
    /// Where the line of its start begins.
    pub(super) line_start: usize,
    /// The same of its end.
    pub(super) end_lineno: i32,
    pub(super) end_line_start: usize,
    /// `f` or `t`, if it is part of such a string.
    pub(super) letter: char,
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
    /// The end is within an f-string or t-string.
    pub(super) in_string: bool,
}

/// Tokenizes `source`, whose line endings are all `\n`. By the flags, comments that tell types are tokens, and `<>` is one.
pub(super) fn tokenize(source: &str, settings: Settings) -> Tokens {
    let Settings { flags, reading, .. } = settings;
    let mut tokenizer = Tokenizer::new(source.to_owned(), Whole, Purpose::Errors);
    tokenizer.reading = reading;
    tokenizer.with_types = flags.contains(CompilerFlags::TYPE_COMMENTS);
    tokenizer.is_flufl = flags.contains(CompilerFlags::FUTURE_BARRY_AS_BDFL);
    tokenizer.has_flufl = source.contains("barry_as_FLUFL");
    let error = tokenizer.run().err();
    Tokens {
        in_string: !tokenizer.modes.is_empty(),
        tokens: tokenizer.tokens,
        error,
        open: tokenizer.brackets,
    }
}

/// An error of the tokenizer.
#[derive(Debug, Clone)]
pub(super) struct Noticed {
    pub(super) error: SyntaxError,
    /// CPython reports it only if the parser gets there.
    pub(super) is_soft: bool,
    /// The source ended too early.
    pub(super) is_at_end: bool,
    /// Place and text for whoever takes that for an incomplete input, where they are not those of the last token.
    pub(super) end: Option<Box<(Place, String)>>,
}

type Result<T> = std::result::Result<T, Noticed>;

fn soft(error: SyntaxError) -> Noticed {
    Noticed {
        error,
        is_soft: true,
        is_at_end: false,
        end: None,
    }
}

fn hard(error: SyntaxError) -> Noticed {
    Noticed {
        is_soft: false,
        ..soft(error)
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

struct Tokenizer<L> {
    /// What was read so far.
    source: String,
    lines: L,
    purpose: Purpose,
    reading: Reading,
    /// Comments that tell types are tokens.
    with_types: bool,
    /// `<>` is an operator (PEP 401).
    is_flufl: bool,
    /// The source has a word that may make it one.
    has_flufl: bool,
    /// The last line had no ending, and got one.
    implicit_newline: bool,
    /// The present line holds nothing but blanks and a comment.
    line_is_blank: bool,
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

impl<L: Lines> Tokenizer<L> {
    fn new(source: String, lines: L, purpose: Purpose) -> Self {
        Tokenizer {
            source,
            lines,
            purpose,
            reading: Reading::Whole,
            with_types: false,
            is_flufl: false,
            has_flufl: false,
            implicit_newline: false,
            line_is_blank: false,
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
        while self.step()? {}
        Ok(())
    }

    /// Takes a token, or what makes none; false at the end.
    fn step(&mut self) -> Result<bool> {
        if self.modes.last().is_some_and(|mode| !mode.in_expression) {
            self.interpolated_text()?;
            return Ok(true);
        }
        if self.at_line_start {
            self.at_line_start = false;
            let before = self.tokens.len();
            self.indentation()?;
            // They are given before the next token is made, which may read more lines.
            if self.is_streaming() && self.tokens.len() > before {
                return Ok(true);
            }
        }
        self.token()
    }

    fn is_streaming(&self) -> bool {
        self.purpose != Purpose::Errors
    }

    fn bytes(&self) -> &[u8] {
        self.source.as_bytes()
    }

    /// The next byte, of the next line if need be.
    fn peek(&mut self) -> Option<u8> {
        if self.at >= self.source.len() && !self.read_line() {
            return None;
        }
        self.source.as_bytes().get(self.at).copied()
    }

    /// A byte further on in the same line.
    fn peek_at(&self, offset: usize) -> Option<u8> {
        self.bytes().get(self.at + offset).copied()
    }

    /// Reads a line; false at the end.
    fn read_line(&mut self) -> bool {
        let Some(line) = self.lines.next_line().filter(|line| !line.is_empty()) else {
            return false;
        };
        self.source.push_str(&line);
        self.implicit_newline = !line.ends_with('\n');
        if self.implicit_newline {
            self.source.push('\n');
        }
        true
    }

    /// Takes a line ending.
    fn next_line(&mut self) {
        self.at += 1;
        self.lineno += 1;
        self.line_start = self.at;
    }

    /// Looks whether the statement that ends here asks for `<>` in those that follow.
    fn end_statement(&mut self) {
        if !self.has_flufl {
            return;
        }
        let text = |token: &Token| &self.source[token.start..token.end];
        let is_within = |token: &&Token| {
            !matches!(
                token.kind,
                TokenKind::Newline | TokenKind::Indent | TokenKind::Dedent
            ) && text(token) != ";"
        };
        let statement = self.tokens.iter().rev().take_while(is_within);
        let words: Vec<&str> = statement.map(text).collect();
        self.is_flufl |=
            words.ends_with(&["import", "__future__", "from"]) && words.contains(&"barry_as_FLUFL");
    }

    /// Adds a token that ends here and started in this line.
    fn push(&mut self, kind: TokenKind, start: usize) {
        self.push_from(kind, start, (self.lineno, self.line_start));
    }

    /// Adds a token that ends here; the line of its start by number and offset.
    fn push_from(&mut self, kind: TokenKind, start: usize, (lineno, line_start): (i32, usize)) {
        self.tokens.push(Token {
            kind,
            start,
            end: self.at,
            lineno,
            level: self.brackets.len(),
            line_start,
            end_lineno: self.lineno,
            end_line_start: self.line_start,
            letter: self.modes.last().map_or('f', |mode| mode.letter),
        });
    }

    /// A token in the normal mode; false at the end.
    fn token(&mut self) -> Result<bool> {
        let Some(start) = self.blanks()? else {
            return Ok(true);
        };
        let Some(byte) = self.peek() else {
            return self.end();
        };
        match byte {
            b'\n' => self.newline(start),
            b'\r' if self.is_streaming() => match self.peek_at(1) {
                Some(b'\n') => {
                    self.at += 1;
                    self.newline(start);
                }
                _ => self.at += 1,
            },
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | 0x80.. => self.name_or_string()?,
            b'0'..=b'9' => self.number()?,
            b'.' if self.peek_at(1).is_some_and(|next| next.is_ascii_digit()) => self.number()?,
            b'\'' | b'"' => self.string(self.at)?,
            _ => self.operator(byte)?,
        }
        Ok(true)
    }

    /// Takes the end of a line; its token, if it makes one, begins at `start`.
    fn newline(&mut self, start: usize) {
        let ends_statement = match self.purpose {
            Purpose::Errors => !matches!(
                self.tokens.last(),
                None | Some(Token {
                    kind: TokenKind::Newline | TokenKind::Indent | TokenKind::Dedent,
                    ..
                })
            ),
            Purpose::Plain | Purpose::Extra => !self.line_is_blank,
        };
        if self.brackets.is_empty() && ends_statement {
            self.end_statement();
            self.at += usize::from(self.purpose == Purpose::Errors);
            self.push(TokenKind::Newline, start);
            self.at -= usize::from(self.purpose == Purpose::Errors);
        } else if self.purpose == Purpose::Extra {
            self.at += 1;
            self.push(TokenKind::Nl, start);
            self.at -= 1;
        }
        self.at_line_start |= self.brackets.is_empty() || self.is_streaming();
        self.next_line();
    }

    /// Skips blanks, comments and continued lines. Returns where what follows begins, of which CPython counts a comment a
    /// part; `None` if a comment made a token.
    fn blanks(&mut self) -> Result<Option<usize>> {
        let mut comment = None;
        loop {
            match self.peek() {
                Some(b' ' | b'\t' | b'\x0c') => self.at += 1,
                Some(b'#') => {
                    let start = self.at;
                    while self
                        .peek()
                        .is_some_and(|byte| byte != b'\n' && byte != b'\r')
                    {
                        self.at += 1;
                    }
                    if self.purpose == Purpose::Extra {
                        self.push(TokenKind::Comment, start);
                        return Ok(None);
                    }
                    if self.with_types
                        && let Some(told) = type_comment(&self.source[start..self.at])
                    {
                        self.push(TokenKind::TypeComment, self.at - told.len());
                        return Ok(None);
                    }
                    comment = Some(start);
                }
                Some(b'\\') => self.continuation()?,
                _ => return Ok(Some(comment.unwrap_or(self.at))),
            }
        }
    }

    /// A backslash at the end of a line.
    fn continuation(&mut self) -> Result<()> {
        let backslash = self.at;
        self.at += 1;
        if self.is_streaming() && self.peek() == Some(b'\r') {
            self.at += 1;
        }
        if self.peek() != Some(b'\n') {
            // CPython counts from where its buffer begins, but not beyond the line.
            let length = self.source[self.line_start..]
                .split_inclusive('\n')
                .next()
                .map_or(0, |line| line.chars().count() as i32);
            let from = self.first_line_start();
            let behind = self.chars(from, backslash) + 1 + i32::from(self.peek().is_some());
            let column = if from == self.line_start {
                behind
            } else {
                behind.min(length + 1)
            };
            let place = self.place(column, 0);
            let msg = "unexpected character after line continuation character";
            return Err(soft(self.error_with(
                ErrorKind::SyntaxError,
                msg,
                place,
                true,
            )));
        }
        self.next_line();
        if self.peek().is_none() {
            if self.is_streaming() {
                let start = self.source[..backslash].rfind('\n').map_or(0, |at| at + 1);
                let length = self.source.len() - start;
                return Err(self.unexpected_end(length));
            }
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
            let error = match self.brackets.last() {
                Some(&bracket) => self.never_closed(bracket),
                None => SyntaxError {
                    kind: ErrorKind::SyntaxError,
                    msg: "unexpected EOF while parsing".to_owned(),
                    place: Some(place),
                    text: Some(text.clone()),
                },
            };
            return Err(Noticed {
                is_at_end: true,
                end: Some(Box::new((place, text))),
                ..soft(error)
            });
        }
        Ok(())
    }

    /// Where the first of the lines begins that tokens join to the present one.
    fn first_line_start(&self) -> usize {
        let mut start = self.line_start;
        loop {
            let before = &self.source[..start];
            let joined = if before.ends_with("\\\n") {
                let line = before[..start - 1].rfind('\n').map_or(0, |at| at + 1);
                let is_blank = before[line..start - 2].trim().is_empty();
                // Before the first token of a statement nothing is kept.
                if is_blank && !before[..line].ends_with("\\\n") {
                    return start;
                }
                line
            } else {
                let is_here = |token: &&Token| token.end_line_start == start;
                let lines = self.tokens.iter().rev().filter(is_here);
                lines.map(|token| token.line_start).min().unwrap_or(start)
            };
            if joined >= start {
                return start;
            }
            start = joined;
        }
    }

    fn end(&mut self) -> Result<bool> {
        if let Some(&bracket) = self.brackets.last() {
            if self.is_streaming() {
                return Err(self.unexpected_end(0));
            }
            let source = self.source.strip_suffix('\n').unwrap_or(&self.source);
            let start = source.rfind('\n').map_or(0, |newline| newline + 1);
            let lineno = source.matches('\n').count() as i32 + 1;
            let place = Place {
                lineno,
                offset: self.chars(start, self.source.len()),
                end_lineno: lineno,
                end_offset: -1,
            };
            let text = self.source[start..].to_owned();
            return Err(Noticed {
                is_at_end: true,
                end: Some(Box::new((place, text))),
                ..soft(self.never_closed(bracket))
            });
        }
        while self.indents.len() > 1 {
            self.indents.pop();
            self.push(TokenKind::Dedent, self.at);
        }
        self.push(TokenKind::EndMarker, self.at);
        Ok(false)
    }

    /// A source that ends within a statement; the offset is CPython's.
    fn unexpected_end(&self, offset: usize) -> Noticed {
        let place = Place {
            lineno: self.lineno - 1,
            offset: offset as i32,
            end_lineno: self.lineno - 1,
            end_offset: 0,
        };
        let error = SyntaxError {
            kind: ErrorKind::SyntaxError,
            msg: "unexpected EOF in multi-line statement".to_owned(),
            place: Some(place),
            text: None,
        };
        hard(error)
    }

    fn never_closed(&self, bracket: Bracket) -> SyntaxError {
        never_closed(&self.source, bracket)
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
        hard(self.error_with(ErrorKind::SyntaxError, msg, place, false))
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
    let line_ending = if end + 1 == source.len() { "\n" } else { "" };
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
