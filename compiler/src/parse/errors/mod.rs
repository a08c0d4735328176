//! A second look at a source that the parser refused: CPython's exception for it.
//!
//! The parser in use recovers from errors and goes on; CPython's stops at the first, which it finds in two passes over its
//! own grammar, so that only the same passes over the same grammar tell the same error. They run here, over the tokens of
//! CPython's tokenizer, when something is wrong; the tree of a source that is right never comes from here.
//! CPython: `Parser/pegen.c`, `Parser/pegen_errors.c`. Read `rules.peg` first, then `passes.rs`.
//! Tests: `tests/diagnostics`, `cargo xtask fuzz-parity`.

mod actions;
mod node;
mod parser;
mod passes;
mod place;
mod rules;
mod strings;

use std::borrow::Cow;

use ruff_text_size::TextRange;
use taipan_text::number::IntParseError;

use super::respelling::Respelling;
use super::tokenizer::{Token, TokenKind, Tokens, tokenize};
use super::{Mode, Settings};
use crate::error::{ErrorKind, FailedSource, Failure, Place, SyntaxError};
use crate::future::CompilerFlags;
use crate::source::Lines;

use actions::terminal;
use parser::Parser;
use passes::Passes;
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
    // What is warned of, and how often, only the parser finds out.
    let start = if parser.warns_before(start) { 0 } else { start };
    parser.last_statement = last_compound(&places, &tokens[..start]);
    let passes = Passes {
        mode,
        flags,
        text: &text,
        tokens: &tokens,
        token_error: token_error.as_ref(),
        open: &open,
        in_string,
        rule,
        start,
    };
    let Err(error) = passes.run(&mut parser) else {
        return Verdict::Right(Respelling::all(&text, &tokens));
    };
    let is_own_line = token_error
        .as_ref()
        .is_some_and(|noticed| !noticed.is_soft && noticed.error == error);
    Verdict::Wrong(Box::new(Failure {
        error,
        warnings: parser.warnings,
        source: Some(Box::new(FailedSource {
            last_statement: parser.last_statement,
            text: places.source().to_owned(),
            shows_file: mode == Mode::Exec && !is_own_line,
        })),
    }))
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
