//! Colours of the input, by the parser's own tokens.

use std::collections::HashSet;

use nu_ansi_term::{Color, Style};
use reedline::{Highlighter, StyledText};
use ruff_python_ast::token::TokenKind;
use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};
use ruff_text_size::Ranged;

/// Styles the input while it is typed.
pub(crate) struct PythonHighlighter {
    builtins: HashSet<&'static str>,
}

/// The names of `builtins` that programs use most; they differ from names of the program.
const BUILTINS: &[&str] = &[
    "abs",
    "all",
    "any",
    "ascii",
    "bin",
    "bool",
    "bytearray",
    "bytes",
    "callable",
    "chr",
    "classmethod",
    "compile",
    "complex",
    "delattr",
    "dict",
    "dir",
    "divmod",
    "enumerate",
    "eval",
    "exec",
    "filter",
    "float",
    "format",
    "frozenset",
    "getattr",
    "globals",
    "hasattr",
    "hash",
    "help",
    "hex",
    "id",
    "input",
    "int",
    "isinstance",
    "issubclass",
    "iter",
    "len",
    "list",
    "locals",
    "map",
    "max",
    "memoryview",
    "min",
    "next",
    "object",
    "oct",
    "open",
    "ord",
    "pow",
    "print",
    "property",
    "range",
    "repr",
    "reversed",
    "round",
    "set",
    "setattr",
    "slice",
    "sorted",
    "staticmethod",
    "str",
    "sum",
    "super",
    "tuple",
    "type",
    "vars",
    "zip",
];

impl PythonHighlighter {
    pub(crate) fn new() -> Self {
        Self {
            builtins: BUILTINS.iter().copied().collect(),
        }
    }

    fn style(&self, kind: TokenKind, text: &str) -> Style {
        match kind {
            TokenKind::Comment => Style::new().fg(Color::DarkGray).italic(),
            TokenKind::String
            | TokenKind::FStringStart
            | TokenKind::FStringMiddle
            | TokenKind::FStringEnd
            | TokenKind::TStringStart
            | TokenKind::TStringMiddle
            | TokenKind::TStringEnd => Style::new().fg(Color::Green),
            TokenKind::Int | TokenKind::Float | TokenKind::Complex => Style::new().fg(Color::Cyan),
            TokenKind::None | TokenKind::True | TokenKind::False => Style::new().fg(Color::Purple),
            TokenKind::Name if self.builtins.contains(text) => Style::new().fg(Color::Yellow),
            TokenKind::Unknown => Style::new().fg(Color::Red),
            kind if kind.is_keyword() => Style::new().fg(Color::Blue).bold(),
            _ => Style::new(),
        }
    }
}

impl Highlighter for PythonHighlighter {
    fn highlight(&self, line: &str, _cursor: usize) -> StyledText {
        let mut styled = StyledText::new();
        let parsed = parse_unchecked(line, ParseOptions::from(Mode::Module));
        let mut at = 0;
        for token in parsed.tokens() {
            let (start, end) = (token.start().to_usize(), token.end().to_usize());
            let (Some(between), Some(text)) = (line.get(at..start), line.get(start..end)) else {
                continue;
            };
            if text.is_empty() {
                continue;
            }
            if !between.is_empty() {
                styled.push((Style::new(), between.to_owned()));
            }
            styled.push((self.style(token.kind(), text), text.to_owned()));
            at = end;
        }
        if let Some(rest) = line.get(at..)
            && !rest.is_empty()
        {
            styled.push((Style::new(), rest.to_owned()));
        }
        styled
    }
}

/// Leaves the input as it is, for terminals without colour.
pub(crate) struct Plain;

impl Highlighter for Plain {
    fn highlight(&self, line: &str, _cursor: usize) -> StyledText {
        let mut styled = StyledText::new();
        styled.push((Style::new(), line.to_owned()));
        styled
    }
}
