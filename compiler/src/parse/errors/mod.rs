//! The parser's errors as CPython's exceptions.
//!
//! CPython: `Parser/pegen_errors.c`, the `invalid_` rules of `Grammar/python.gram`. Errors of the tokenizer win over those of
//! the grammar, as there. Offsets count characters. Not all of CPython's hints are made; what has none is
//! `invalid syntax` at the token where the input stops to make sense.
//! Tests: `tests/diagnostics`.

mod block;
mod field;
mod hints;
mod operator;
mod target;

use ruff_python_ast as py;
use ruff_python_parser::{ParseError, ParseErrorType};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::Mode;
use super::tokenizer::{Token, TokenKind, Tokens, never_closed, tokenize};
use crate::error::{ErrorKind, Place, Result, SyntaxError};
use crate::future::CompilerFlags;
use crate::source::Lines;

/// What the constructors of errors look at.
struct Cx<'a> {
    source: &'a str,
    lines: &'a Lines,
    tokens: Tokens,
    /// The source is one expression.
    mode: Mode,
}

/// An error at `range`, with the line that it starts in.
pub(super) fn at(msg: String, range: TextRange, source: &str, lines: &Lines) -> SyntaxError {
    let (lineno, col) = lines.position(range.start());
    let (end_lineno, end_col) = lines.position(range.end());
    let chars = |line: i32, col: i32| {
        let start = lines.span(line as usize).map_or(0, |(start, _)| start);
        source
            .get(start..start + col as usize)
            .map_or(col, |text| text.chars().count() as i32)
            + 1
    };
    SyntaxError {
        kind: ErrorKind::SyntaxError,
        msg,
        place: Some(Place {
            lineno,
            offset: chars(lineno, col),
            end_lineno,
            end_offset: chars(end_lineno, end_col),
        }),
        text: Some(line_text(source, lines, lineno)),
    }
}

/// The line with its line ending; CPython's tokenizer adds one to the last line.
fn line_text(source: &str, lines: &Lines, lineno: i32) -> String {
    let Some((start, next)) = lines.span(lineno as usize) else {
        return String::new();
    };
    match next {
        Some(next) => source[start..next].to_string(),
        None => format!("{}\n", &source[start..]),
    }
}

/// CPython's exception for what the parser found.
pub(super) fn syntax_error(
    errors: &[ParseError],
    source: &str,
    lines: &Lines,
    (flags, mode): (CompilerFlags, Mode),
) -> Option<SyntaxError> {
    let error = errors.first()?;
    let cx = Cx {
        source,
        lines,
        tokens: tokenize(source),
        mode,
    };
    let token = cx.failing_token(error.location.start().to_usize());
    if flags.contains(CompilerFlags::ALLOW_INCOMPLETE_INPUT) && cx.is_at_end(token) {
        let mut error = incomplete(source, lines);
        if let Some(noticed) = cx
            .tokens
            .error
            .as_ref()
            .filter(|noticed| token.is_none() && !noticed.is_soft)
        {
            // It stands at the start of the string.
            error.place = noticed.error.place.map(|place| Place {
                end_offset: -1,
                ..place
            });
            error.text.clone_from(&noticed.error.text);
        }
        return Some(error);
    }
    if let Some(indent) = cx.unexpected_indent(token) {
        return Some(cx.at_token(ErrorKind::IndentationError, "unexpected indent", indent));
    }
    if let Some(noticed) = &cx.tokens.error {
        // The grammar finds what is wrong in a field before the tokenizer finds that the field does not end.
        if noticed.error.msg.ends_with("-string: expecting '}'")
            && let Some(error) = token.and_then(|token| cx.field_error(token))
        {
            return Some(error);
        }
        // Open brackets at the end are an error if the parser got there, or was lines behind the bracket.
        let unclosed = cx
            .tokens
            .open
            .last()
            .filter(|_| noticed.is_soft && noticed.at >= source.len());
        if let (Some(&bracket), Some(token)) = (unclosed, token) {
            if token.lineno > bracket.lineno
                || token.start <= bracket.at && token.lineno == bracket.lineno
            {
                return Some(never_closed(source, bracket));
            }
        } else if !noticed.is_soft
            || token.is_none_or(|token| cx.tokens.tokens.len() - cx.index_of(token) <= 2)
        {
            // The search for hints looks a little further than the failing token.
            return Some(noticed.error.clone());
        }
    }
    Some({
        let line = |error: &ParseError| lines.position(error.location.start()).0;
        let is_only = errors
            .get(1)
            .is_none_or(|second| line(second) != line(error));
        cx.grammar_error(error, token, is_only)
    })
}

impl Cx<'_> {
    /// Whether the tokenizer had come to the end of the source.
    fn is_at_end(&self, token: Option<Token>) -> bool {
        let end = self.source.trim_end_matches('\n').len();
        match (&self.tokens.error, token) {
            // A triple-quoted string, or at a prompt a string on the last line, that does not end. In the other modes
            // the last line ends by itself.
            (Some(noticed), None) if !noticed.is_soft => {
                let msg = &noticed.error.msg;
                let is_on_last_line = self.mode == Mode::Single
                    && msg.starts_with("unterminated string")
                    && !self.source.ends_with('\n')
                    && !self.source[noticed.at..].contains('\n');
                msg.starts_with("unterminated triple-quoted") || is_on_last_line
            }
            (Some(noticed), None) => noticed.at >= end,
            // To see the end of the last token the tokenizer looks behind it.
            (_, Some(token)) => {
                token.start >= end || !self.source.ends_with('\n') && token.end >= end
            }
            (None, None) => true,
        }
    }

    /// The token at or behind `offset`.
    fn token_at(&self, offset: usize) -> Option<Token> {
        self.tokens
            .tokens
            .iter()
            .find(|token| token.end > offset || token.start >= offset)
            .copied()
    }

    /// The token at which the input stops to make sense.
    fn failing_token(&self, offset: usize) -> Option<Token> {
        let token = self.token_at(offset)?;
        // `x not` could go on with `in`.
        if self.text(token) == "not"
            && self
                .before(token)
                .is_some_and(|before| self.ends_operand(before))
        {
            return self.after(token);
        }
        Some(token)
    }

    fn index_of(&self, token: Token) -> usize {
        self.tokens
            .tokens
            .partition_point(|other| other.start < token.start)
            + self
                .tokens
                .tokens
                .iter()
                .filter(|other| other.start == token.start)
                .take_while(|other| **other != token)
                .count()
    }

    fn before(&self, token: Token) -> Option<Token> {
        self.tokens
            .tokens
            .get(self.index_of(token).checked_sub(1)?)
            .copied()
    }

    fn after(&self, token: Token) -> Option<Token> {
        self.tokens.tokens.get(self.index_of(token) + 1).copied()
    }

    /// The first indentation up to `token` that follows no colon.
    fn unexpected_indent(&self, token: Option<Token>) -> Option<Token> {
        let limit = token.map_or(usize::MAX, |token| token.start);
        let tokens = &self.tokens.tokens;
        let indent = tokens.iter().position(|token| {
            token.kind == TokenKind::Indent
                && self
                    .before_newline(*token)
                    .is_none_or(|colon| self.text(colon) != ":")
        })?;
        (tokens[indent].start <= limit).then(|| tokens[indent])
    }

    fn before_newline(&self, indent: Token) -> Option<Token> {
        let newline = self.before(indent)?;
        self.before(newline)
    }

    /// Whether an operand can end with `token`.
    fn ends_operand(&self, token: Token) -> bool {
        match token.kind {
            TokenKind::Number | TokenKind::String | TokenKind::InterpolatedEnd => true,
            TokenKind::Name => {
                !is_keyword(self.text(token))
                    || matches!(self.text(token), "None" | "True" | "False")
            }
            TokenKind::Op => matches!(self.text(token), ")" | "]" | "}" | "..."),
            _ => false,
        }
    }

    /// Whether an operand can start with `token`.
    fn starts_operand(&self, token: Token) -> bool {
        match token.kind {
            TokenKind::Number | TokenKind::String | TokenKind::InterpolatedStart => true,
            TokenKind::Name => {
                let text = self.text(token);
                !is_keyword(text) || matches!(text, "None" | "True" | "False" | "lambda" | "await")
            }
            TokenKind::Op => matches!(self.text(token), "(" | "[" | "{" | "..." | "~"),
            _ => false,
        }
    }

    fn text(&self, token: Token) -> &str {
        self.source.get(token.start..token.end).unwrap_or("")
    }

    fn at(&self, msg: impl Into<String>, range: TextRange) -> SyntaxError {
        at(msg.into(), range, self.source, self.lines)
    }

    /// An error at a token (CPython: `RAISE_SYNTAX_ERROR`).
    fn at_token(&self, kind: ErrorKind, msg: impl Into<String>, token: Token) -> SyntaxError {
        let line_start = self.source[..token.start.min(self.source.len())]
            .rfind('\n')
            .map_or(0, |newline| newline + 1);
        let column = |to: usize| {
            self.source[line_start..to.min(self.source.len())]
                .chars()
                .count() as i32
                + 1
        };
        let has_columns = !matches!(
            token.kind,
            TokenKind::Indent | TokenKind::Dedent | TokenKind::EndMarker
        );
        let mut lineno = token.lineno;
        let (offset, end_offset) = match token.kind {
            TokenKind::Newline => (column(token.start), column(token.start) + 1),
            _ if token.start >= self.source.len() => {
                // The tokenizer stands behind the last line.
                let text = self.source.strip_suffix('\n').unwrap_or(self.source);
                let start = text.rfind('\n').map_or(0, |newline| newline + 1);
                lineno = text.matches('\n').count() as i32 + 1;
                (text[start..].chars().count() as i32 + 1, -1)
            }
            _ if !has_columns => (column(token.start) - 1, -1),
            _ => (column(token.start), column(token.end)),
        };
        let (end_lineno, end_offset) = match self.source.get(token.start..token.end) {
            // A string over several lines.
            Some(text) if has_columns && text.trim_end_matches('\n').contains('\n') => {
                let last = text.rfind('\n').map_or(0, |newline| newline + 1);
                (
                    lineno + text.matches('\n').count() as i32,
                    text[last..].chars().count() as i32 + 1,
                )
            }
            _ => (lineno, end_offset),
        };
        SyntaxError {
            kind,
            msg: msg.into(),
            place: Some(Place {
                lineno,
                offset,
                end_lineno,
                end_offset,
            }),
            text: Some(line_text(self.source, self.lines, lineno)),
        }
    }

    fn grammar_error(
        &self,
        error: &ParseError,
        token: Option<Token>,
        is_only: bool,
    ) -> SyntaxError {
        let Some(token) = token else {
            return self.at("invalid syntax", error.location);
        };
        let is_conversion = self.is_conversion(token);
        let hint = self
            .field_error(token)
            .filter(|_| is_conversion)
            .or_else(|| self.missing_operator(token))
            .or_else(|| self.hint_at(token))
            .or_else(|| self.field_error(token));
        if let Some(error) = hint {
            return error;
        }
        match &error.error {
            ParseErrorType::OtherError(msg) => {
                if let Some(what) = msg.strip_prefix("Expected an indented block after ") {
                    return self.expected_block(what, token);
                }
                if msg.starts_with("Bytes literal cannot be mixed") {
                    let end = error.location.end().to_usize();
                    let msg = "cannot mix bytes and nonbytes literals";
                    return match self.token_at(end) {
                        Some(next) => self.at_token(ErrorKind::SyntaxError, msg, next),
                        None => self.at(msg, error.location),
                    };
                }
                if msg.contains("`except` or `finally`") {
                    let msg = "expected 'except' or 'finally' block";
                    return self.at_token(ErrorKind::SyntaxError, msg, token);
                }
                if let Some(error) = self.elsewhere(msg, error.location) {
                    return error;
                }
                if let Some(msg) = hints::other(msg) {
                    // Behind a bare star it is another mistake.
                    let is_behind_star = self.text(token) == "/"
                        && self
                            .before(token)
                            .and_then(|comma| self.before(comma))
                            .is_some_and(|star| self.text(star) == "*");
                    return self.at(
                        if is_behind_star {
                            "/ must be ahead of *"
                        } else {
                            msg
                        },
                        error.location,
                    );
                }
            }
            ParseErrorType::UnparenthesizedTupleExpression => {
                let rest = &self.tokens.tokens[self.index_of(token)..];
                let comma = rest
                    .iter()
                    .find(|comma| comma.level == token.level && self.text(**comma) == ",");
                return self.at_token(
                    ErrorKind::SyntaxError,
                    "invalid syntax",
                    comma.copied().unwrap_or(token),
                );
            }
            ParseErrorType::EmptyImportNames => {
                return self.at_token(
                    ErrorKind::SyntaxError,
                    "Expected one or more names after 'import'",
                    token,
                );
            }
            ParseErrorType::InvalidAnnotatedAssignmentTarget if !is_only => {
                // The annotation must be an expression for the target to be looked at.
                let colon = self
                    .token_at(error.location.end().to_usize())
                    .unwrap_or(token);
                return self.at_token(ErrorKind::SyntaxError, "invalid syntax", colon);
            }
            ParseErrorType::UnexpectedIndentation => {
                return self.at_token(ErrorKind::IndentationError, "unexpected indent", token);
            }
            ParseErrorType::ExpectedToken {
                expected: py::token::TokenKind::Colon,
                ..
            } if self.expects_colon(token) => {
                return self.at_token(ErrorKind::SyntaxError, "expected ':'", token);
            }
            ParseErrorType::InvalidAssignmentTarget
            | ParseErrorType::InvalidAugmentedAssignmentTarget
            | ParseErrorType::InvalidAnnotatedAssignmentTarget
            | ParseErrorType::InvalidDeleteTarget
            | ParseErrorType::InvalidNamedAssignmentTarget => {
                if let Some(error) = self.invalid_target(error) {
                    return error;
                }
            }
            ParseErrorType::IterableUnpackingInComprehension => {
                return self.at(
                    "iterable unpacking cannot be used in comprehension",
                    error.location,
                );
            }
            ParseErrorType::UnparenthesizedGeneratorExpression => {
                return self.at("Generator expression must be parenthesized", error.location);
            }
            ParseErrorType::PositionalAfterKeywordArgument => {
                let msg = "positional argument follows keyword argument";
                return self.at_token(ErrorKind::SyntaxError, msg, self.closing_bracket(token));
            }
            ParseErrorType::PositionalAfterKeywordUnpacking => {
                let msg = "positional argument follows keyword argument unpacking";
                return self.at_token(ErrorKind::SyntaxError, msg, self.closing_bracket(token));
            }
            ParseErrorType::InvalidArgumentUnpackingOrder => {
                let msg = "iterable argument unpacking follows keyword argument unpacking";
                return self.at(msg, error.location);
            }
            ParseErrorType::NonDefaultParamAfterDefaultParam => {
                let msg = "parameter without a default follows parameter with a default";
                return self.at(msg, error.location);
            }
            ParseErrorType::EmptyTypeParams if token.start == usize::MAX => {
                return self.at("Type parameter list cannot be empty", error.location);
            }
            ParseErrorType::ParamAfterVarKeywordParam => {
                return self.at_token(
                    ErrorKind::SyntaxError,
                    "arguments cannot follow var-keyword argument",
                    token,
                );
            }
            ParseErrorType::ExpectedKeywordParam => {
                return self.at("named arguments must follow bare *", error.location);
            }
            ParseErrorType::Lexical(_)
            | ParseErrorType::FStringError(_)
            | ParseErrorType::TStringError(_) => {
                if let Some(error) = self.bad_string(token) {
                    return error;
                }
            }
            _ => {}
        }
        self.at_token(ErrorKind::SyntaxError, "invalid syntax", token)
    }

    /// A string whose escapes cannot be decoded, or a bytes literal with other characters than ASCII.
    fn bad_string(&self, token: Token) -> Option<SyntaxError> {
        let text = self.text(token);
        let (range, body) = match token.kind {
            TokenKind::String => {
                let quoted = crate::literals::Quoted::new(text);
                if text[..quoted.body_start].contains(['b', 'B']) {
                    let error = if quoted.body.is_ascii() {
                        crate::literals::decode_bytes(quoted.body).err()?.message()
                    } else {
                        "bytes can only contain ASCII literal characters".to_owned()
                    };
                    return Some(self.at_token(ErrorKind::SyntaxError, error, token));
                }
                (token, quoted.body)
            }
            TokenKind::InterpolatedMiddle => (token, text),
            // The text is decoded when its end was seen.
            TokenKind::InterpolatedEnd => {
                let middle = self
                    .before(token)
                    .filter(|middle| middle.kind == TokenKind::InterpolatedMiddle)?;
                (token, self.text(middle))
            }
            _ => return None,
        };
        let error = crate::literals::decode_text(body, range.kind != TokenKind::String).err()?;
        Some(self.at_token(ErrorKind::SyntaxError, error.message(), range))
    }
}

/// More lines could complete the input.
fn incomplete(source: &str, lines: &Lines) -> SyntaxError {
    let end = TextSize::new(source.trim_end_matches('\n').len() as u32);
    let mut error = at(
        "incomplete input".to_owned(),
        TextRange::empty(end),
        source,
        lines,
    );
    error.kind = ErrorKind::IncompleteInput;
    // The tokenizer stands behind all it has read.
    if let Some(place) = &mut error.place {
        place.offset -= i32::from(!source.ends_with('\n'));
        place.end_offset = -1;
    }
    error
}

/// `eval` and `single` add no line ending to the last line: neither is it in the error's text, nor has the end of the
/// line a column.
pub(super) fn without_line_ending(mut error: SyntaxError, source: &str) -> SyntaxError {
    let last_line = source.matches('\n').count() as i32 + 1;
    let Some(place) = error
        .place
        .as_mut()
        .filter(|place| place.lineno == last_line)
    else {
        return error;
    };
    if source.ends_with('\n') {
        return error;
    }
    if let Some(text) = &mut error.text
        && text.ends_with('\n')
    {
        text.pop();
        let is_behind =
            place.offset > text.chars().count() as i32 && error.kind == ErrorKind::SyntaxError;
        if is_behind {
            (place.offset, place.end_offset) = (0, 0);
        }
    }
    error
}

/// `single` takes one statement, or several with `;` between them.
pub(super) fn check_single(
    source: &str,
    body: &[py::Stmt],
    lines: &Lines,
    flags: CompilerFlags,
) -> Result<()> {
    for pair in body.windows(2) {
        let between = &source[TextRange::new(pair[0].end(), pair[1].start())];
        if !between.contains(';') || between.contains('\n') {
            let msg = "multiple statements found while compiling a single statement";
            let mut error = at(msg.into(), TextRange::empty(pair[0].end()), source, lines);
            if let Some(place) = &mut error.place {
                place.end_offset += 1;
            }
            return Err(error);
        }
    }
    if source.ends_with('\n') {
        return Ok(());
    }
    let invalid = || {
        if flags.contains(CompilerFlags::ALLOW_INCOMPLETE_INPUT) {
            return incomplete(source, lines);
        }
        let end = TextRange::empty(TextSize::new(source.len() as u32));
        let mut error = at("invalid syntax".into(), end, source, lines);
        if let Some(place) = &mut error.place {
            (place.offset, place.end_offset) = (0, 0);
        }
        error.text = error
            .text
            .map(|text| text.trim_end_matches('\n').to_owned());
        error
    };
    // Without a line ending a compound statement ends only if its last block is indented.
    match body.last() {
        None => Err(invalid()),
        Some(last) if super::stmt::is_compound(last) => {
            let is_indented = source[last.range()].contains('\n');
            if !is_indented || flags.contains(CompilerFlags::DONT_IMPLY_DEDENT) {
                Err(invalid())
            } else {
                Ok(())
            }
        }
        Some(_) => Ok(()),
    }
}

fn is_keyword(text: &str) -> bool {
    matches!(
        text,
        "False"
            | "None"
            | "True"
            | "and"
            | "as"
            | "assert"
            | "async"
            | "await"
            | "break"
            | "class"
            | "continue"
            | "def"
            | "del"
            | "elif"
            | "else"
            | "except"
            | "finally"
            | "for"
            | "from"
            | "global"
            | "if"
            | "import"
            | "in"
            | "is"
            | "lambda"
            | "nonlocal"
            | "not"
            | "or"
            | "pass"
            | "raise"
            | "return"
            | "try"
            | "while"
            | "with"
            | "yield"
    )
}
