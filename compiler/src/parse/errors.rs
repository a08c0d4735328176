//! The parser's errors as CPython's exceptions.
//!
//! CPython: `Parser/pegen_errors.c`, the `invalid_` rules of `Grammar/python.gram`. Offsets count characters.

use ruff_python_ast as py;
use ruff_python_parser::{LexicalErrorType, ParseError, ParseErrorType};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::Mode;
use crate::error::{ErrorKind, Place, Result, SyntaxError};
use crate::source::Lines;

/// An error at `range`, with the line that it starts in.
pub(super) fn at(msg: String, range: TextRange, source: &str, lines: &Lines) -> SyntaxError {
    let (lineno, col) = lines.position(range.start());
    let (end_lineno, end_col) = lines.position(range.end());
    let text = line_text(source, lines, lineno);
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
        text: Some(text),
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
    error: &ParseError,
    source: &str,
    lines: &Lines,
    mode: Mode,
) -> SyntaxError {
    let _ = mode;
    let (kind, msg) = describe(&error.error);
    let mut error = at(msg, error.location, source, lines);
    error.kind = kind;
    error
}

fn describe(error: &ParseErrorType) -> (ErrorKind, String) {
    let syntax = |msg: &str| (ErrorKind::SyntaxError, msg.to_string());
    match error {
        ParseErrorType::UnexpectedIndentation => {
            (ErrorKind::IndentationError, "unexpected indent".to_string())
        }
        ParseErrorType::Lexical(LexicalErrorType::IndentationError) => (
            ErrorKind::IndentationError,
            "unindent does not match any outer indentation level".to_string(),
        ),
        ParseErrorType::Lexical(LexicalErrorType::UnclosedStringError) => {
            syntax("unterminated string literal")
        }
        ParseErrorType::OtherError(msg) if msg.starts_with("Expected an indented block") => {
            (ErrorKind::IndentationError, msg.replacen('E', "e", 1))
        }
        ParseErrorType::PositionalAfterKeywordArgument => {
            syntax("positional argument follows keyword argument")
        }
        ParseErrorType::PositionalAfterKeywordUnpacking => {
            syntax("positional argument follows keyword argument unpacking")
        }
        ParseErrorType::InvalidArgumentUnpackingOrder => {
            syntax("iterable argument unpacking follows keyword argument unpacking")
        }
        ParseErrorType::NonDefaultParamAfterDefaultParam => {
            syntax("parameter without a default follows parameter with a default")
        }
        ParseErrorType::IterableUnpackingInComprehension => {
            syntax("iterable unpacking cannot be used in comprehension")
        }
        ParseErrorType::UnparenthesizedGeneratorExpression => {
            syntax("Generator expression must be parenthesized")
        }
        _ => syntax("invalid syntax"),
    }
}

/// `single` takes one statement, or several with `;` between them.
pub(super) fn check_single(source: &str, body: &[py::Stmt], lines: &Lines) -> Result<()> {
    let _ = lines;
    for pair in body.windows(2) {
        let between = &source[TextRange::new(pair[0].end(), pair[1].start())];
        if !between.contains(';') || between.contains('\n') {
            let end = TextSize::new(0);
            let mut error = at(
                "multiple statements found while compiling a single statement".into(),
                TextRange::empty(end),
                source,
                lines,
            );
            error.place = Some(crate::error::Place::from(
                lines.location(TextRange::empty(pair[0].end())),
            ));
            return Err(error);
        }
    }
    Ok(())
}
