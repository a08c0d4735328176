//! The two passes over a source, and which of the errors found is told.
//!
//! CPython: `_PyPegen_run_parser` in `Parser/pegen.c`, `_PyPegen_set_syntax_error` and
//! `_PyPegen_tokenize_full_source_to_check_for_errors` in `Parser/pegen_errors.c`.

use super::parser::Parser;
use crate::error::{ErrorKind, SyntaxError};
use crate::future::CompilerFlags;
use crate::parse::Mode;
use crate::parse::tokenizer::{Bracket, Noticed, Token, TokenKind, never_closed};

/// A source and its tokens, and where the parser starts.
pub(super) struct Passes<'a> {
    pub(super) mode: Mode,
    pub(super) flags: CompilerFlags,
    pub(super) text: &'a str,
    pub(super) tokens: &'a [Token],
    /// What ended the tokens, if not the end of the source.
    pub(super) token_error: Option<&'a Noticed>,
    /// Brackets that are open at the end.
    pub(super) open: &'a [Bracket],
    /// The end is within an f-string or t-string.
    pub(super) in_string: bool,
    /// The rule of the grammar for the whole, and its first token.
    pub(super) rule: usize,
    pub(super) start: usize,
}

impl Passes<'_> {
    /// Parses.
    ///
    /// # Errors
    /// What CPython says is wrong.
    pub(super) fn run(&self, parser: &mut Parser<'_>) -> Result<(), SyntaxError> {
        if parser.run(self.rule, self.start) {
            if self.mode == Mode::Single && has_more(&self.text[parser.end_of_fetched()..]) {
                let msg = "multiple statements found while compiling a single statement";
                return Err(parser.at_last(ErrorKind::SyntaxError, msg.to_owned()));
            }
            return Ok(());
        }
        match self.incomplete(parser) {
            Some(error) => Err(error),
            None => Err(self.mistake(parser)),
        }
    }

    /// After the first pass: the error that a prompt waits for more at, if it wants that one.
    fn incomplete(&self, parser: &Parser<'_>) -> Option<SyntaxError> {
        let is_token_error = parser.is_at_token_error();
        let last = (!is_token_error)
            .then(|| self.tokens.get(parser.fill.saturating_sub(1)))
            .flatten();
        if !self.flags.contains(CompilerFlags::ALLOW_INCOMPLETE_INPUT) || !self.has_read_all(last) {
            return None;
        }
        let mut error = parser.at_last(ErrorKind::IncompleteInput, "incomplete input".into());
        if let Some(noticed) = self.token_error.filter(|_| is_token_error)
            && let Some((place, text)) = noticed.end.as_deref()
        {
            error.place = Some(*place);
            error.text = Some(text.clone());
        }
        Some(error)
    }

    /// The error that the second pass finds, or the general one at the last token of the first.
    fn mistake(&self, parser: &mut Parser<'_>) -> SyntaxError {
        let last = parser.fill.saturating_sub(1);
        if parser.error.is_none() {
            parser.look_for_mistakes();
            let _ = parser.run(self.rule, self.start);
        }
        let (error, is_special) = match parser.error.take() {
            // Errors of the tokenizer where the parser came to are final.
            Some(error) if parser.is_at_token_error() => return error,
            Some(error) => (error, true),
            None => {
                let what = match self.tokens.get(last).map(|token| token.kind) {
                    Some(TokenKind::Indent) => Some("unexpected indent"),
                    Some(TokenKind::Dedent) => Some("unexpected unindent"),
                    _ => None,
                };
                if let Some(what) = what {
                    return parser.at_last(ErrorKind::IndentationError, what.to_owned());
                }
                let msg = "invalid syntax".to_owned();
                let error = parser.places.at_tokens(msg, (last, last), parser.fill);
                (error, false)
            }
        };
        let cause = self.cause_behind(parser, &error, is_special);
        parser.warn_of_rest();
        cause.unwrap_or(error)
    }

    /// The tokenizer goes on to the end: what it finds there may be the cause, but not where a string ends too early. For a
    /// mistake with a message of its own it goes on only if it has not seen the end already.
    fn cause_behind(
        &self,
        parser: &Parser<'_>,
        error: &SyntaxError,
        is_special: bool,
    ) -> Option<SyntaxError> {
        let noticed = self.token_error?;
        let last = parser.fill.saturating_sub(1);
        let is_over = self.in_string && !noticed.is_soft
            || is_special && self.has_read_all(self.tokens.get(last));
        if is_over || !error.kind.is_syntax_error() {
            return None;
        }
        if !noticed.is_soft {
            return Some(noticed.error.clone());
        }
        let lineno = parser.places.lineno(last);
        let bracket = self.open.last().filter(|bracket| lineno > bracket.lineno)?;
        Some(never_closed(self.text, *bracket))
    }

    /// Whether the tokenizer had come to the end of the source, with this token or, if there is none, with its error.
    fn has_read_all(&self, last: Option<&Token>) -> bool {
        let Some(token) = last else {
            return self.token_error.is_none_or(|noticed| noticed.is_at_end);
        };
        // To see the end of the last token the tokenizer looks behind it.
        let looks_behind = !matches!(token.kind, TokenKind::String | TokenKind::InterpolatedEnd);
        let is_last =
            self.mode != Mode::Exec && !self.text.ends_with('\n') && token.end >= self.text.len();
        token.start >= self.text.len() || is_last && looks_behind
    }
}

/// Whether there is more than blanks and comments.
fn has_more(text: &str) -> bool {
    text.lines().any(|line| {
        let line = line.trim_matches([' ', '\t', '\x0c']);
        !line.is_empty() && !line.starts_with('#')
    })
}
