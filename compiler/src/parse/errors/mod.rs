//! A second look at a source that the parser refused: CPython's exception for it.
//!
//! The parser in use recovers from errors and goes on; CPython's stops at the first, which it finds in two passes over its
//! own grammar, so that only the same passes over the same grammar tell the same error. They run here, over the tokens of
//! CPython's tokenizer, when something is wrong; the tree of a source that is right never comes from here.
//! CPython: `_PyPegen_run_parser` in `Parser/pegen.c`, `Parser/pegen_errors.c`. Read `rules.peg` first.
//! Tests: `tests/diagnostics`, `cargo xtask fuzz-parity`.

mod actions;
mod node;
mod parser;
mod place;
mod rules;
mod strings;

use std::borrow::Cow;

use ruff_text_size::TextRange;
use taipan_text::number::IntParseError;

use super::respelling::Respelling;
use super::tokenizer::{Token, TokenKind, Tokens, never_closed, tokenize};
use super::{Mode, Settings};
use crate::error::{ErrorKind, FailedSource, Failure, Place, SyntaxError};
use crate::future::CompilerFlags;
use crate::source::Lines;

use actions::terminal;
use parser::Parser;
use place::Places;
use rules::{GRAMMAR, Terminal};

/// What the second look finds.
#[derive(Debug)]
pub(super) enum Verdict {
    /// The error to report.
    Wrong(Box<Failure>),
    /// CPython's parser takes the source; so does the other one with these changes.
    Right(Vec<Respelling>),
}

/// Parses `source` as CPython does, for its errors. `near` is where something is wrong: what comes long before is not
/// looked at.
pub(super) fn second_look(
    source: &str,
    lines: &Lines,
    settings: Settings,
    near: Option<usize>,
) -> Verdict {
    let Settings { mode, flags, .. } = settings;
    let text = as_read(source, mode);
    let Tokens {
        tokens,
        error: token_error,
        open,
        in_string,
    } = tokenize(&text, settings);
    let implies_dedent = !flags.contains(CompilerFlags::DONT_IMPLY_DEDENT);
    let tokens = if token_error.is_none() {
        place::as_parsed(tokens, &text, mode, implies_dedent)
    } else {
        tokens
    };
    let terminals: Vec<Terminal> = tokens
        .iter()
        .map(|token| {
            let text = text.get(token.start..token.end).unwrap_or("");
            terminal(token.kind, text, token.letter)
        })
        .collect();
    let places = Places::new(&text, &tokens, settings.reading);
    let rule = GRAMMAR.rule(match mode {
        Mode::Single => "interactive",
        Mode::Eval => "eval",
        Mode::Exec | Mode::FuncType => "file",
    });
    let start = near.map_or(0, |near| statement_before(&tokens, &text, near));
    let is_flufl = flags.contains(CompilerFlags::FUTURE_BARRY_AS_BDFL);
    let mut parser = Parser::new(
        &places,
        (&tokens, &terminals),
        token_error.as_ref(),
        (is_flufl, settings.max_str_digits, lines),
    );
    let own_line = token_error
        .as_ref()
        .filter(|noticed| !noticed.is_soft)
        .map(|noticed| &noticed.error);
    let wrong = |parser: &mut Parser<'_>, error: SyntaxError| {
        let shows_file = mode == Mode::Exec && own_line != Some(&error);
        Verdict::Wrong(Box::new(Failure {
            error,
            warnings: std::mem::take(&mut parser.warnings),
            source: Some(Box::new(FailedSource {
                last_statement: parser.last_statement,
                text: places.source().to_owned(),
                shows_file,
            })),
        }))
    };
    // What is warned of, and how often, only the parser finds out.
    let start = if parser.warns_before(start) { 0 } else { start };
    parser.last_statement = last_compound(&places, &tokens[..start]);
    if parser.run(rule, start) {
        if mode == Mode::Single && has_more(&text[parser.end_of_fetched()..]) {
            let msg = "multiple statements found while compiling a single statement";
            let error = parser.at_last(ErrorKind::SyntaxError, msg.to_owned());
            return wrong(&mut parser, error);
        }
        return Verdict::Right(Respelling::all(&text, &tokens));
    }
    let is_token_error = parser.is_at_token_error();
    if flags.contains(CompilerFlags::ALLOW_INCOMPLETE_INPUT) {
        let last = (!is_token_error)
            .then(|| tokens.get(parser.fill.saturating_sub(1)))
            .flatten();
        if has_read_all(&text, mode, last, token_error.as_ref()) {
            let mut error = parser.at_last(ErrorKind::IncompleteInput, "incomplete input".into());
            if let Some(noticed) = token_error.as_ref().filter(|_| is_token_error)
                && let Some((place, text)) = noticed.end.as_deref()
            {
                error.place = Some(*place);
                error.text = Some(text.clone());
            }
            return wrong(&mut parser, error);
        }
    }
    let last = parser.fill.saturating_sub(1);
    if parser.error.is_none() {
        parser.look_for_mistakes();
        let _ = parser.run(rule, start);
    }
    let is_token_error = parser.is_at_token_error();
    let (error, is_special) = match parser.error.take() {
        // Errors of the tokenizer where the parser came to are final.
        Some(error) if is_token_error => return wrong(&mut parser, error),
        Some(error) => (error, true),
        None => {
            let what = match tokens.get(last).map(|token| token.kind) {
                Some(TokenKind::Indent) => Some("unexpected indent"),
                Some(TokenKind::Dedent) => Some("unexpected unindent"),
                _ => None,
            };
            if let Some(what) = what {
                let error = parser.at_last(ErrorKind::IndentationError, what.to_owned());
                return wrong(&mut parser, error);
            }
            let msg = "invalid syntax".to_owned();
            (places.at_tokens(msg, (last, last), parser.fill), false)
        }
    };
    // The tokenizer goes on to the end: what it finds there may be the cause, but not where a string ends too early. For a
    // mistake with a message of its own it goes on only if it has not seen the end already.
    let error = match &token_error {
        Some(noticed) if in_string && !noticed.is_soft => error,
        Some(_) if is_special && has_read_all(&text, mode, tokens.get(parser.fill - 1), None) => {
            error
        }
        Some(noticed) if error.kind.is_syntax_error() && !noticed.is_soft => noticed.error.clone(),
        Some(_) if error.kind.is_syntax_error() => {
            let lineno = places.lineno(parser.fill.saturating_sub(1));
            match open.last().filter(|bracket| lineno > bracket.lineno) {
                Some(&bracket) => never_closed(&text, bracket),
                None => error,
            }
        }
        _ => error,
    };
    parser.warn_of_rest();
    wrong(&mut parser, error)
}

/// Whether there is more than blanks and comments.
fn has_more(text: &str) -> bool {
    text.lines().any(|line| {
        let line = line.trim_matches([' ', '\t', '\x0c']);
        !line.is_empty() && !line.starts_with('#')
    })
}

/// The source as CPython's tokenizer reads it: the last line of a module always ends.
fn as_read(source: &str, mode: Mode) -> Cow<'_, str> {
    if mode == Mode::Exec && !source.is_empty() && !source.ends_with('\n') {
        Cow::Owned(format!("{source}\n"))
    } else {
        Cow::Borrowed(source)
    }
}

/// The first token of a statement of the module some statements before `near`.
fn statement_before(tokens: &[Token], text: &str, near: usize) -> usize {
    const MARGIN: usize = 3;
    let mut depth = 0;
    let mut starts = vec![0];
    for (index, token) in tokens.iter().enumerate() {
        match token.kind {
            TokenKind::Indent => depth += 1,
            TokenKind::Dedent => depth -= 1,
            _ => {
                let is_first = index.checked_sub(1).is_some_and(|before| {
                    matches!(tokens[before].kind, TokenKind::Newline | TokenKind::Dedent)
                });
                let word = text.get(token.start..token.end).unwrap_or("");
                let goes_on = matches!(word, "else" | "elif" | "except" | "finally");
                if token.start > near {
                    break;
                }
                if depth == 0 && is_first && !goes_on {
                    starts.push(index);
                }
            }
        }
    }
    starts[starts.len().saturating_sub(MARGIN)]
}

/// Line and column of the last compound statement of the module.
fn last_compound(places: &Places<'_>, tokens: &[Token]) -> (i32, i32) {
    const WORDS: [&str; 9] = [
        "if", "for", "while", "try", "with", "def", "class", "async", "@",
    ];
    let is_first = |index: usize| {
        let is_end = |token: &Token| matches!(token.kind, TokenKind::Newline | TokenKind::Dedent);
        index
            .checked_sub(1)
            .is_none_or(|before| is_end(&tokens[before]))
    };
    let is_compound = |index: &usize| {
        let token = tokens[*index];
        token.start == token.line_start && is_first(*index) && WORDS.contains(&places.text(token))
    };
    (0..tokens.len())
        .rev()
        .find(is_compound)
        .map_or((0, 0), |index| places.start(index))
}

/// Whether the tokenizer had come to the end of the source.
fn has_read_all(
    source: &str,
    mode: Mode,
    last: Option<&Token>,
    token_error: Option<&super::tokenizer::Noticed>,
) -> bool {
    match (last, token_error) {
        (None, noticed) => noticed.is_none_or(|noticed| noticed.is_at_end),
        (Some(token), _) => {
            // To see the end of the last token the tokenizer looks behind it.
            let looks_behind =
                !matches!(token.kind, TokenKind::String | TokenKind::InterpolatedEnd);
            token.start >= source.len()
                || mode != Mode::Exec
                    && !source.ends_with('\n')
                    && token.end >= source.len()
                    && looks_behind
        }
    }
}

/// What is said of a decimal integer with too many digits.
pub(super) fn beyond_limit(error: IntParseError) -> String {
    format!(
        "{error} - Consider hexadecimal for huge integer literals to avoid decimal conversion limits."
    )
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
