//! Refuses texts that would make a recursive parser recurse without bound.
//!
//! CPython counterpart: the tokenizer's `MAXLEVEL` (200 open brackets) and `MAXINDENT` (100 levels), whose messages are
//! given here; and its parser's own limit, for which operators in a row are counted. Invariant: what passes can be
//! parsed and dropped on a thread of [`STACK`] bytes. Tests: below.

use ruff_text_size::TextRange;

use crate::text::span;

/// The stack of every thread that parses, walks or drops a tree (reserved, not touched).
pub(crate) const STACK: usize = 512 << 20;
const BRACKETS: usize = 200;
const INDENTS: usize = 100;
/// Operators without a comma, bracket or line end between them: each may be a level of the tree.
const OPERATORS: usize = 20_000;
/// Replacement fields inside of one another.
const STRINGS: usize = 150;

/// Why a text is not parsed, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooDeep {
    pub(crate) range: TextRange,
    pub(crate) message: &'static str,
}

/// Returns the first place that is nested too deeply. A rough scan: strings are told apart only as far as needed.
pub(crate) fn check(text: &str) -> Result<(), TooDeep> {
    let bytes = text.as_bytes();
    let too_deep = |at: usize, message| {
        Err(TooDeep {
            range: span(at, at + 1),
            message,
        })
    };
    let (mut depth, mut operators, mut fields) = (0_usize, 0_usize, 0_usize);
    let mut indents: Vec<usize> = Vec::new();
    let mut i = 0;
    let mut at_line_start = true;
    while i < bytes.len() {
        if at_line_start {
            at_line_start = false;
            let width = bytes[i..]
                .iter()
                .take_while(|byte| matches!(byte, b' ' | b'\t'))
                .count();
            let next = bytes.get(i + width).copied().unwrap_or(b'\n');
            if depth == 0 && !matches!(next, b'\n' | b'\r' | b'#') {
                while indents.last().is_some_and(|indent| *indent > width) {
                    indents.pop();
                }
                if width > indents.last().copied().unwrap_or(0) {
                    indents.push(width);
                    if indents.len() >= INDENTS {
                        return too_deep(i, "too many levels of indentation");
                    }
                }
                operators = 0;
                fields = 0;
            }
            i += width;
            continue;
        }
        match bytes[i] {
            b'\n' | b'\r' => at_line_start = true,
            b'#' => {
                i += bytes[i..].iter().take_while(|byte| **byte != b'\n').count();
                continue;
            }
            quote @ (b'"' | b'\'') => {
                let formatted = text[..i]
                    .chars()
                    .rev()
                    .take(2)
                    .any(|c| matches!(c, 'f' | 'F' | 't' | 'T'));
                if formatted && bytes.get(i + 1) == Some(&b'{') {
                    fields += 1;
                    if fields > STRINGS {
                        return too_deep(i, "too many nested f-strings or t-strings");
                    }
                } else if !formatted {
                    i = end_of_string(bytes, i, quote);
                    continue;
                }
            }
            b'(' | b'[' | b'{' => {
                depth += 1;
                if depth > BRACKETS {
                    return too_deep(i, "too many nested parentheses");
                }
                operators = operators.saturating_add(1);
            }
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b',' | b';' => operators = 0,
            b'+' | b'-' | b'*' | b'/' | b'~' | b'.' | b'<' | b'>' | b'|' | b'&' | b'^' | b'%'
            | b'@' | b':' => operators += 1,
            // `not`, `lambda`, `if`, `else`, `await`, `in`: any word may be an operator.
            b' ' if bytes.get(i + 1).is_some_and(u8::is_ascii_lowercase) => operators += 1,
            _ => {}
        }
        if operators > OPERATORS {
            return too_deep(i, "too complex: too many operators in one expression");
        }
        i += 1;
    }
    Ok(())
}

/// Returns the offset behind a plain string that starts with `quote` at `start`.
fn end_of_string(bytes: &[u8], start: usize, quote: u8) -> usize {
    let triple = bytes.get(start + 1) == Some(&quote) && bytes.get(start + 2) == Some(&quote);
    let mut i = if triple { start + 3 } else { start + 1 };
    while i < bytes.len() {
        match bytes[i] {
            b'\\' => i += 1,
            b'\n' if !triple => return i,
            byte if byte == quote => {
                if !triple {
                    return i + 1;
                }
                if bytes.get(i + 1) == Some(&quote) && bytes.get(i + 2) == Some(&quote) {
                    return i + 3;
                }
            }
            _ => {}
        }
        i += 1;
    }
    i
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_those_of_cpython() {
        let nested = |n: usize| format!("x = {}1{}\n", "(".repeat(n), ")".repeat(n));
        assert_eq!(check(&nested(200)), Ok(()));
        assert_eq!(
            check(&nested(201)).map_err(|e| e.message),
            Err("too many nested parentheses")
        );
    }

    #[test]
    fn long_data_is_not_deep() {
        assert_eq!(
            check(&format!("x = [{}]\n", "-1, ".repeat(300_000))),
            Ok(())
        );
        assert_eq!(check(&"x = '((((('\n# ((((\n".repeat(100)), Ok(()));
    }
}
