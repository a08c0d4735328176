//! What the compiler refuses and what it warns about, at its own places and in its own words.
//!
//! CPython counterpart: the `SyntaxError`s and `SyntaxWarning`s of `compile()`. Like CPython, the compiler stops at its first
//! error; so that an editor shows the others too, the top-level statement around an error is blanked out and the rest
//! compiled again. Invariants: lines keep their numbers; at most one error a line; the work is bounded by [`ROUNDS`] and
//! [`BYTES`]. Tests: below.

use std::sync::Arc;

use ruff_python_ast::token::TokenKind;
use ruff_text_size::{Ranged, TextRange};
use taipan_compiler::compile::{CompileOptions, Failure, compile_str};
use taipan_compiler::error::{ErrorKind, Place, SyntaxError, Warning, WarningCategory};

use super::Problem;
use crate::project::Document;
use crate::text::{SourceText, span};

/// Errors that are looked for in one document.
const ROUNDS: usize = 10;
/// Bytes that are compiled to look for them, beyond the first time.
const BYTES: usize = 1 << 20;

/// Returns the errors and warnings of the compiler, in the order of the text.
pub(crate) fn check(document: &Arc<Document>) -> Vec<Problem> {
    if let Some(error) = &document.undecodable {
        let (range, _) = place(document, error, &[]);
        return vec![Problem::error("invalid-syntax", range, error.msg.clone())];
    }
    let mut text = document.text.as_str().to_owned();
    let mut out: Vec<Problem> = Vec::new();
    let mut warnings = Vec::new();
    let mut chunks = None;
    for round in 0..ROUNDS {
        let Some(failure) = failure(&text, &mut warnings) else {
            break;
        };
        let (range, is_new) = place(document, &failure, &out);
        if is_new {
            out.push(Problem::error("invalid-syntax", range, failure.msg.clone()));
        }
        let chunks = chunks.get_or_insert_with(|| top_level(document));
        let is_blanked = failure.place.is_some()
            && (round + 1) * text.len() <= BYTES
            && blank(&mut text, &document.text, chunks, range, &failure.msg);
        if !is_blanked {
            break;
        }
    }
    if out.is_empty()
        && let Some(too_deep) = document.tree().too_deep
    {
        // Compiles, but none of the other features can look into it.
        out.push(Problem::error("too-deep", too_deep.range, too_deep.message));
    }
    out.extend(warnings.iter().map(|warning| warned(document, warning)));
    out.sort_by_key(|problem| problem.range.start());
    out
}

/// Compiles a text; the warnings of the last time are kept.
fn failure(text: &str, warnings: &mut Vec<Warning>) -> Option<SyntaxError> {
    let filename = Arc::new("<document>".into());
    match compile_str(text, &filename, CompileOptions::default()) {
        Ok(output) => {
            *warnings = output.warnings;
            None
        }
        Err(Failure {
            error,
            warnings: found,
            ..
        }) => {
            *warnings = found;
            Some(error)
        }
    }
}

/// Where an error is, and whether no other was found on its line.
fn place(document: &Document, error: &SyntaxError, found: &[Problem]) -> (TextRange, bool) {
    let text = &document.text;
    let range = match error.place {
        Some(place) => {
            // The parser counts characters; the later stages, which do not know the text, count bytes.
            let unit = if error.text.is_some() {
                Unit::Characters
            } else {
                Unit::Bytes
            };
            range(text, place, unit)
        }
        None => span(0, text.line(0).len()),
    };
    let line = text.line_of(range.start().to_usize());
    let is_new = found
        .iter()
        .all(|problem| text.line_of(problem.range.start().to_usize()) != line);
    let indentation = matches!(
        error.kind,
        ErrorKind::IndentationError | ErrorKind::TabError
    );
    if indentation && range.is_empty() {
        return (span(range.start().to_usize(), line_end(text, line)), is_new);
    }
    (visible(text, range), is_new)
}

fn warned(document: &Document, warning: &Warning) -> Problem {
    let code = match warning.category {
        WarningCategory::SyntaxWarning => "syntax-warning",
        WarningCategory::DeprecationWarning => "deprecation-warning",
    };
    let range = range(&document.text, warning.place, Unit::Bytes);
    Problem::warning(code, visible(&document.text, range), warning.msg.clone())
}

#[derive(Clone, Copy, PartialEq)]
enum Unit {
    Characters,
    Bytes,
}

/// The range of an exception: from 1, its end empty where CPython gives none.
fn range(text: &SourceText, place: Place, unit: Unit) -> TextRange {
    let from = offset(text, place.lineno, place.offset, unit);
    let to = if place.end_offset > 0 {
        offset(text, place.end_lineno, place.end_offset, unit)
    } else {
        from
    };
    span(from, to.max(from))
}

fn offset(text: &SourceText, lineno: i32, column: i32, unit: Unit) -> usize {
    let line = usize::try_from(lineno - 1).unwrap_or(0);
    if line >= text.line_count() {
        return text.len();
    }
    let column = usize::try_from(column - 1).unwrap_or(0);
    let content = text.line(line);
    let within = match unit {
        Unit::Characters => content
            .char_indices()
            .nth(column)
            .map_or(content.len(), |(at, _)| at),
        Unit::Bytes => (0..=column.min(content.len()))
            .rev()
            .find(|at| content.is_char_boundary(*at))
            .unwrap_or(0),
    };
    text.line_start(line) + within
}

fn line_end(text: &SourceText, line: usize) -> usize {
    text.line_start(line) + text.line(line).len()
}

/// Widens an empty range to the word or the character there, so that an editor has something to underline.
fn visible(text: &SourceText, range: TextRange) -> TextRange {
    if !range.is_empty() {
        return range;
    }
    let start = range.start().to_usize();
    let rest = text.slice(start, line_end(text, text.line_of(start)));
    let word = rest
        .find(|c: char| c != '_' && !c.is_alphanumeric())
        .unwrap_or(rest.len());
    let character = rest.chars().next().map_or(0, char::len_utf8);
    span(start, start + word.max(character))
}

/// The lines where statements at the top level start, without those that continue the statement above.
fn top_level(document: &Document) -> Vec<usize> {
    let mut starts = Vec::new();
    let (mut is_start, mut is_decorated) = (true, false);
    for token in document.tree().parsed.tokens() {
        let kind = token.kind();
        match kind {
            TokenKind::Newline => is_start = true,
            TokenKind::NonLogicalNewline | TokenKind::Comment => {}
            TokenKind::Indent | TokenKind::Dedent | TokenKind::EndOfFile => {}
            _ => {
                let at = token.start().to_usize();
                let line = document.text.line_of(at);
                let continues = matches!(
                    kind,
                    TokenKind::Else | TokenKind::Elif | TokenKind::Except | TokenKind::Finally
                );
                if is_start && !continues && document.text.line_start(line) == at {
                    if !is_decorated {
                        starts.push(line);
                    }
                    is_decorated = kind == TokenKind::At;
                }
                is_start = false;
            }
        }
    }
    starts
}

/// Blanks out the top-level statement around an error; `false` if that was done before.
fn blank(
    text: &mut String,
    lines: &SourceText,
    chunks: &[usize],
    range: TextRange,
    message: &str,
) -> bool {
    let start = range.start().to_usize();
    let line = lines.line_of(start);
    let next = chunks.partition_point(|chunk| *chunk <= line);
    let mut first = next.saturating_sub(1);
    // What is missing is missing at the end of the statement before.
    let is_at_start = chunks.get(first) == Some(&line) && lines.line_start(line) == start;
    if is_at_start && message.starts_with("expected ") {
        first = first.saturating_sub(1);
    }
    let from = chunks
        .get(first)
        .map_or(0, |chunk| lines.line_start(*chunk));
    let to = chunks
        .get(next)
        .map_or(lines.len(), |chunk| lines.line_start(*chunk));
    let Some(old) = text.get(from..to) else {
        return false;
    };
    if old.trim().is_empty() {
        return false;
    }
    let blanked: String = old
        .bytes()
        .map(|byte| match byte {
            b'\n' | b'\r' => char::from(byte),
            _ => ' ',
        })
        .collect();
    text.replace_range(from..to, &blanked);
    true
}

#[cfg(test)]
mod tests {
    use crate::fixture::{Fixture, check_problems};

    /// Checks the errors of a text as `line:start-end message`, in characters from 0.
    #[track_caller]
    fn check(source: &str, expected: &[&str]) {
        let fixture = Fixture::new(source);
        let document = fixture.main();
        let found: Vec<String> = super::check(&document)
            .iter()
            .map(|problem| {
                let text = &document.text;
                let (start, end) = (
                    problem.range.start().to_usize(),
                    problem.range.end().to_usize(),
                );
                let line = text.line_of(start);
                let column = |to| text.slice(text.line_start(line), to).chars().count();
                format!(
                    "{line}:{}-{} {}",
                    column(start),
                    column(end),
                    problem.message
                )
            })
            .collect();
        assert_eq!(found, expected, "{source}");
    }

    #[test]
    fn errors_have_the_ranges_and_words_of_the_compiler() {
        check("x = (1\n", &["0:4-5 '(' was never closed"]);
        check(
            "def f():\nreturn 1\n",
            &["1:0-6 expected an indented block after function definition on line 1"],
        );
        check("x = 1\nreturn x\n", &["1:0-8 'return' outside function"]);
        check("é = '𝒳' 'b' x\n", &["0:12-13 invalid syntax"]);
        check(
            "def f(a, a): return a\n",
            &["0:9-10 duplicate argument 'a' in function definition"],
        );
    }

    #[test]
    fn each_broken_statement_has_its_error() {
        check(
            "1 = x\ny = 2\n\ndef f(:\n    pass\n\nbreak\n",
            &[
                "0:0-1 cannot assign to literal here. Maybe you meant '==' instead of '='?",
                "3:6-7 invalid syntax",
                "6:0-5 'break' outside loop",
            ],
        );
        check(
            "try:\n    pass\nx = 1\n",
            &["2:0-1 expected 'except' or 'finally' block"],
        );
        check(
            "if x:\n    1 +\nelse:\n    2 +\n",
            &["1:7-7 invalid syntax"],
        );
    }

    #[test]
    fn warnings_of_the_compiler_are_shown() {
        check_problems("x = 1 is 1\n", &["syntax-warning"]);
        check_problems("s = '\\d'\n", &["syntax-warning"]);
    }

    #[test]
    fn nesting_beyond_cpythons_limit_is_an_error() {
        let text = format!("x = {}{}\n", "(".repeat(5000), ")".repeat(5000));
        check(&text, &["0:204-205 too many nested parentheses"]);
    }

    #[test]
    fn what_compiles_has_no_errors() {
        check_problems("def f():\n    x = 1\n    return x\n", &[]);
    }
}
