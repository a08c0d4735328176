//! When Enter submits an input, and how far the next line is indented.
//!
//! CPython 3.14: `codeop` says what is complete; `_pyrepl.readline` how lines are indented. A block is closed by a blank
//! line; brackets, triple quotes and a backslash keep an input open.

use ruff_python_ast::token::TokenKind;
use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};
use ruff_text_size::Ranged;

/// What Enter does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Enter {
    Submit,
    /// A new line, with so many blanks in front.
    NewLine(usize),
}

const INDENT: usize = 4;

/// Decides for an input with the cursor at a byte offset.
pub(crate) fn on_enter(input: &str, cursor: usize) -> Enter {
    let (before, after) = input.split_at_checked(cursor).unwrap_or((input, ""));
    let current = before.rsplit('\n').next().unwrap_or_default();
    let indent = leading_blanks(current);
    if !after.trim().is_empty() {
        // Inside the input: the line is split, the rest keeps its depth.
        return if input.contains('\n') || is_open(input) {
            Enter::NewLine(next_indent(before, indent))
        } else {
            Enter::Submit
        };
    }
    if input.trim().is_empty() {
        return Enter::Submit;
    }
    if is_open(before) {
        return Enter::NewLine(next_indent(before, indent));
    }
    let in_block = opens_block(before);
    if in_block && !current.trim().is_empty() {
        return Enter::NewLine(next_indent(before, indent));
    }
    Enter::Submit
}

fn leading_blanks(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// How far the line after `before` is indented, whose last line is indented by `indent`.
fn next_indent(before: &str, indent: usize) -> usize {
    let last = before.rsplit('\n').next().unwrap_or_default();
    let code = without_comment(last);
    if code.ends_with(':') && bracket_depth(before) == 0 {
        return indent + INDENT;
    }
    if bracket_depth(last) > 0 {
        return indent + INDENT;
    }
    let first_word = last
        .trim()
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .next()
        .unwrap_or_default();
    if matches!(
        first_word,
        "return" | "pass" | "break" | "continue" | "raise"
    ) && bracket_depth(before) == 0
    {
        return indent.saturating_sub(INDENT);
    }
    indent
}

/// The line without a comment at its end and blanks.
fn without_comment(line: &str) -> &str {
    let tokens = tokens_of(line);
    let end = tokens
        .iter()
        .find(|(kind, ..)| *kind == TokenKind::Comment)
        .map_or(line.len(), |(_, start, _)| *start);
    line.get(..end).unwrap_or(line).trim_end()
}

fn tokens_of(source: &str) -> Vec<(TokenKind, usize, usize)> {
    let parsed = parse_unchecked(source, ParseOptions::from(Mode::Module));
    parsed
        .tokens()
        .iter()
        .map(|token| {
            (
                token.kind(),
                token.start().to_usize(),
                token.end().to_usize(),
            )
        })
        .collect()
}

fn bracket_depth(source: &str) -> i32 {
    tokens_of(source)
        .iter()
        .map(|(kind, ..)| match kind {
            TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => 1,
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => -1,
            _ => 0,
        })
        .sum()
}

/// Whether more must follow: an open bracket or triple quote, a backslash at the end, a block without a body, a
/// decorator without its function.
fn is_open(source: &str) -> bool {
    if source.ends_with('\\') || bracket_depth(source) > 0 || has_open_string(source) {
        return true;
    }
    let tokens = tokens_of(source);
    let significant = |kind: &TokenKind| {
        !matches!(
            kind,
            TokenKind::Comment
                | TokenKind::Newline
                | TokenKind::NonLogicalNewline
                | TokenKind::Indent
                | TokenKind::Dedent
                | TokenKind::EndOfFile
        )
    };
    if tokens
        .iter()
        .rev()
        .find(|(kind, ..)| significant(kind))
        .is_some_and(|(kind, ..)| *kind == TokenKind::Colon)
        && ends_with_header(source)
    {
        return true;
    }
    let last_line = source.trim_end().rsplit('\n').next().unwrap_or_default();
    last_line.trim_start().starts_with('@')
}

/// Whether the last line with code is the header of a block.
fn ends_with_header(source: &str) -> bool {
    let last = source.trim_end().rsplit('\n').next().unwrap_or_default();
    without_comment(last).ends_with(':')
}

/// Whether a triple-quoted text is not closed.
fn has_open_string(source: &str) -> bool {
    let mut rest = source;
    let mut open: Option<&str> = None;
    while !rest.is_empty() {
        if let Some(quotes) = open {
            if let Some(after) = rest.strip_prefix('\\') {
                let mut characters = after.chars();
                characters.next();
                rest = characters.as_str();
            } else if let Some(after) = rest.strip_prefix(quotes) {
                open = None;
                rest = after;
            } else {
                let mut characters = rest.chars();
                if characters.next() == Some('\n') && quotes.len() == 1 {
                    open = None;
                }
                rest = characters.as_str();
            }
            continue;
        }
        if let Some(quotes) = ["\"\"\"", "'''", "\"", "'"]
            .into_iter()
            .find(|quotes| rest.starts_with(quotes))
        {
            open = Some(quotes);
            rest = rest.get(quotes.len()..).unwrap_or_default();
        } else if rest.starts_with('#') {
            rest = rest
                .find('\n')
                .and_then(|at| rest.get(at..))
                .unwrap_or_default();
        } else {
            let mut characters = rest.chars();
            characters.next();
            rest = characters.as_str();
        }
    }
    open.is_some_and(|quotes| quotes.len() == 3)
}

/// Whether the input's last statement is a compound one, which a blank line closes.
fn opens_block(source: &str) -> bool {
    let Some(last_start) = source.lines().rfind(|line| {
        !line.trim().is_empty() && !line.starts_with([' ', '\t', '#', ')', ']', '}'])
    }) else {
        return source.contains('\n');
    };
    if last_start.starts_with('@') {
        return true;
    }
    let tokens = tokens_of(last_start);
    let first = tokens.first().map(|(kind, ..)| *kind);
    let compound = matches!(
        first,
        Some(
            TokenKind::If
                | TokenKind::While
                | TokenKind::For
                | TokenKind::Try
                | TokenKind::With
                | TokenKind::Def
                | TokenKind::Class
                | TokenKind::Async
                | TokenKind::Else
                | TokenKind::Elif
                | TokenKind::Except
                | TokenKind::Finally
        )
    );
    compound || (first == Some(TokenKind::Match) && ends_with_header(last_start))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The cursor is where `|` stands.
    fn check(input: &str, expected: Enter) {
        let cursor = input.find('|').expect("a cursor");
        let text = input.replacen('|', "", 1);
        assert_eq!(on_enter(&text, cursor), expected, "{input:?}");
    }

    #[test]
    fn a_simple_statement_is_submitted() {
        check("x = 1|", Enter::Submit);
        check("|", Enter::Submit);
        check("print(1); print(2)|", Enter::Submit);
    }

    #[test]
    fn a_block_goes_on_until_a_blank_line() {
        check("def f():|", Enter::NewLine(4));
        check("def f():\n    return 1|", Enter::NewLine(0));
        check("def f():\n    x = 1|", Enter::NewLine(4));
        check("def f():\n    x = 1\n|", Enter::Submit);
        check("if x: y|", Enter::NewLine(0));
        check("@decorator|", Enter::NewLine(0));
        check("match x:|", Enter::NewLine(4));
    }

    #[test]
    fn brackets_quotes_and_backslashes_keep_an_input_open() {
        check("f(1,|", Enter::NewLine(4));
        check("x = '''a|", Enter::NewLine(0));
        check("x = 1 + \\|", Enter::NewLine(0));
        check("x = 'a|", Enter::Submit);
        check("x = [1]  # (|", Enter::Submit);
    }

    #[test]
    fn enter_inside_a_block_splits_the_line() {
        check("def f():\n    a|; b", Enter::NewLine(4));
    }
}
