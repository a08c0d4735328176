//! Cells as text: whether more must follow.

use std::sync::Arc;

use ruff_python_ast::token::{Token, TokenKind};
use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};
use taipan_compiler::compile::{CompileOptions, compile_str};
use taipan_compiler::error::ErrorKind;
use taipan_compiler::future::CompilerFlags;
use taipan_text::Wtf8Buf;

/// Whether a cell can run as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Completeness {
    Complete,
    /// More lines are needed; the next would be indented by so many blanks.
    Incomplete(usize),
    /// No further line makes this valid.
    Invalid,
}

/// Judges a cell, as the kernel's `is_complete_request` asks. A block at the end stays open until a line end.
pub fn completeness(source: &str) -> Completeness {
    let options = CompileOptions {
        flags: CompilerFlags::ALLOW_INCOMPLETE_INPUT | CompilerFlags::ALLOW_TOP_LEVEL_AWAIT,
        ..CompileOptions::default()
    };
    let filename = Arc::new(Wtf8Buf::from("<cell>"));
    let last_line = source
        .trim_end_matches([' ', '\t', '\n'])
        .rsplit('\n')
        .next()
        .unwrap_or_default();
    let indent = last_line.len() - last_line.trim_start_matches(' ').len();
    match compile_str(source, &filename, options) {
        Err(failure) if failure.error.kind == ErrorKind::IncompleteInput => {
            let step = if opens_block(last_line) { INDENT } else { 0 };
            Completeness::Incomplete(indent + step)
        }
        Err(_) => Completeness::Invalid,
        Ok(_) if indent > 0 && source.contains('\n') && !source.ends_with('\n') => {
            Completeness::Incomplete(indent)
        }
        Ok(_) => Completeness::Complete,
    }
}

const INDENT: usize = 4;

/// Whether a line of code ends with a colon.
fn opens_block(line: &str) -> bool {
    let parsed = parse_unchecked(line, ParseOptions::from(Mode::Module));
    let last = parsed.tokens().iter().rev().map(Token::kind).find(|kind| {
        !matches!(
            kind,
            TokenKind::Comment
                | TokenKind::Newline
                | TokenKind::NonLogicalNewline
                | TokenKind::Dedent
                | TokenKind::Indent
                | TokenKind::EndOfFile
        )
    });
    last == Some(TokenKind::Colon)
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!(completeness("@decorator"), Completeness::Incomplete(0));
        assert_eq!(completeness("try:\n    pass"), Completeness::Incomplete(4));
        assert_eq!(completeness("await f()"), Completeness::Complete);
        assert_eq!(completeness("x = )"), Completeness::Invalid);
        assert_eq!(completeness("x = 'a"), Completeness::Invalid);
    }
}
