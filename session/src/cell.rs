//! Cells as text: where the last statement starts, and whether more must follow.

use ruff_python_ast::Mod;
use ruff_python_ast::token::TokenKind;
use ruff_python_parser::{Mode, ParseErrorType, ParseOptions, parse_unchecked};
use ruff_text_size::{Ranged, TextSize};

/// A cell in two parts. Each is the whole cell with the other part blanked out, so that all positions stay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts {
    /// All statements but the last.
    pub body: String,
    /// The last statement, whose value is shown.
    pub last: String,
}

/// Splits a cell before its last statement. A cell that does not parse is all `body`: compiling it raises the error.
pub fn split(source: &str) -> Parts {
    let parsed = parse_unchecked(source, ParseOptions::from(Mode::Module));
    let whole = || Parts {
        body: source.to_owned(),
        last: String::new(),
    };
    if !parsed.errors().is_empty() {
        return whole();
    }
    let Mod::Module(module) = parsed.syntax() else {
        return whole();
    };
    let Some(last) = module.body.last() else {
        return whole();
    };
    let start = start_of_decorated(last);
    let (before, after) = source
        .split_at_checked(start.to_usize())
        .unwrap_or((source, ""));
    Parts {
        body: before.to_owned(),
        last: format!("{}{after}", blank(before)),
    }
}

fn start_of_decorated(statement: &ruff_python_ast::Stmt) -> TextSize {
    statement.range().start()
}

/// Text of the same lines and byte columns that does nothing: line breaks and blanks, and `pass;` in front of a statement
/// that does not start its line. Where there is no room for that, the statement moves to the left.
fn blank(text: &str) -> String {
    let mut blanked: String = text
        .bytes()
        .map(|byte| if byte == b'\n' { '\n' } else { ' ' })
        .collect();
    let line = blanked.rfind('\n').map_or(0, |at| at + 1);
    if blanked.len() - line >= PASS.len() {
        blanked.replace_range(line..line + PASS.len(), PASS);
    } else {
        blanked.truncate(line);
    }
    blanked
}

const PASS: &str = "pass;";

/// Whether a cell can run as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Completeness {
    Complete,
    /// More lines are needed; the next would be indented by so many blanks.
    Incomplete(usize),
    /// No further line makes this valid.
    Invalid,
}

/// Judges a cell, as the kernel's `is_complete_request` asks.
pub fn completeness(source: &str) -> Completeness {
    let parsed = parse_unchecked(source, ParseOptions::from(Mode::Module));
    let end = source.trim_end().len();
    let last_line = source
        .trim_end_matches([' ', '\t'])
        .trim_end_matches('\n')
        .rsplit('\n')
        .next()
        .unwrap_or_default();
    let indent = last_line.len() - last_line.trim_start_matches(' ').len();
    let opens = parsed
        .tokens()
        .iter()
        .rev()
        .map(|token| token.kind())
        .find(|kind| {
            !matches!(
                kind,
                TokenKind::Comment
                    | TokenKind::Newline
                    | TokenKind::NonLogicalNewline
                    | TokenKind::Dedent
                    | TokenKind::Indent
                    | TokenKind::EndOfFile
            )
        })
        .is_some_and(|kind| kind == TokenKind::Colon);
    if let Some(error) = parsed.errors().first() {
        let at_end = error.location.end().to_usize() >= end;
        let open = matches!(&error.error, ParseErrorType::Lexical(_))
            || error.error.to_string().contains("EOF");
        if source.ends_with('\\') || (at_end && (open || opens)) {
            return Completeness::Incomplete(if opens { indent + 4 } else { indent });
        }
        return Completeness::Invalid;
    }
    // A block at the end stays open until a blank line.
    if indent > 0 && !source.ends_with('\n') && source.contains('\n') {
        return Completeness::Incomplete(indent);
    }
    Completeness::Complete
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_statement_keeps_its_place() {
        let parts = split("x = 1\ny = 2; x + y\n");
        assert_eq!(parts.body, "x = 1\ny = 2; ");
        assert_eq!(parts.last, "     \npass;  x + y\n");
        assert_eq!(split("a; b").last, "b");
    }

    #[test]
    fn a_decorated_function_is_one_statement() {
        let parts = split("a\n@d\ndef f(): pass\n");
        assert_eq!(parts.body, "a\n");
        assert_eq!(parts.last, " \n@d\ndef f(): pass\n");
    }

    #[test]
    fn what_does_not_parse_stays_whole() {
        assert_eq!(split("x = = 1").last, "");
    }

    #[test]
    fn open_blocks_and_brackets_are_incomplete() {
        assert_eq!(completeness("x = 1"), Completeness::Complete);
        assert_eq!(completeness("def f():"), Completeness::Incomplete(4));
        assert_eq!(
            completeness("def f():\n    return 1"),
            Completeness::Incomplete(4)
        );
        assert_eq!(
            completeness("def f():\n    return 1\n"),
            Completeness::Complete
        );
        assert_eq!(completeness("f(1,"), Completeness::Incomplete(0));
        assert_eq!(completeness("x = '''a"), Completeness::Incomplete(0));
        assert_eq!(completeness("x = )"), Completeness::Invalid);
    }
}
