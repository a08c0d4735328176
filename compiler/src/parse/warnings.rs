//! What CPython's tokenizer and parser warn about.
//!
//! CPython: `warn_invalid_escape_sequence` in `Parser/string_parser.c`, `verify_end_of_number` in `Parser/lexer/lexer.c`.
//! Tests: `tests/diagnostics/warnings`.

use ruff_text_size::{TextRange, TextSize};

use super::tokenizer::is_keyword_after_number;
use crate::error::Warning;
use crate::literals::Escape;
use crate::source::Lines;

/// An escape that means nothing, in a literal whose text begins at `body`. The text of an f-string is decoded at its
/// closing quotes, at `end`, and the warning counts its lines from there.
pub(super) fn invalid_escape(
    source: &str,
    lines: &Lines,
    escape: Escape,
    (body, end): (usize, Option<usize>),
) -> Warning {
    let start = body + escape.at;
    let is_octal = escape.len > 2;
    let after = source[start + 1..].chars().next().map_or(0, char::len_utf8);
    let len = if is_octal { escape.len } else { 1 + after };
    let range = TextRange::at(TextSize::new(start as u32), TextSize::new(len as u32));
    let text = &source[range];
    let what = if is_octal {
        "an invalid octal escape sequence"
    } else {
        "an invalid escape sequence"
    };
    let hint = format!("Did you mean \"\\{text}\"? A raw string is also an option.");
    let mut loc = lines.location(range);
    if let Some(end) = end {
        let before = &source[body..start];
        let (lineno, col) = lines.position(TextSize::new(end as u32));
        loc.lineno = lineno + before.matches('\n').count() as i32;
        loc.col = match before.rfind('\n') {
            Some(newline) => (before.len() - newline) as i32 - 1,
            None => col + before.len() as i32 + 1,
        };
        (loc.end_lineno, loc.end_col) = (loc.lineno, loc.col + len as i32);
    }
    let mut warning = Warning::syntax(
        format!("\"{text}\" is {what}. Such sequences will not work in the future. {hint}"),
        loc,
    );
    warning.error_msg = Some(format!("\"{text}\" is {what}. {hint}"));
    warning
}

/// What `decode_text` says of the text of an f-string before a field: a backslash at its end takes the brace with it.
pub(super) fn escape_before_field(text: &str, invalid: Option<Escape>) -> Option<Escape> {
    invalid.or_else(|| {
        let backslashes = text.bytes().rev().take_while(|&byte| byte == b'\\');
        (backslashes.count() % 2 == 1).then(|| Escape {
            at: text.len() - 1,
            len: 2,
        })
    })
}

/// `1if x else y`: a keyword that touches a number.
pub(super) fn touching_keyword(
    source: &str,
    lines: &Lines,
    (start, end): (usize, usize),
) -> Option<Warning> {
    let rest = &source.as_bytes()[end..];
    if !rest.first().is_some_and(u8::is_ascii_lowercase) || !is_keyword_after_number(rest) {
        return None;
    }
    let kind = match &source.as_bytes()[start..end] {
        [b'0', b'x' | b'X', ..] => "hexadecimal",
        [b'0', b'o' | b'O', ..] => "octal",
        [b'0', b'b' | b'B', ..] => "binary",
        [.., b'j' | b'J'] => "imaginary",
        _ => "decimal",
    };
    let last = TextSize::new(end as u32 - 1);
    let loc = lines.location(TextRange::empty(last));
    Some(Warning::syntax(format!("invalid {kind} literal"), loc))
}
