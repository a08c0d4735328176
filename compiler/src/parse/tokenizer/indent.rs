//! Indentation.

use super::{Lines, Noticed, Result, TokenKind, Tokenizer, soft};
use crate::error::ErrorKind;
use crate::parse::Reading;

/// Blocks may nest this deep (`MAXINDENT`).
pub(in crate::parse) const MAX_INDENTS: usize = 100;

impl<L: Lines> Tokenizer<L> {
    /// Takes the blanks at the start of a line; makes `Indent` and `Dedent` tokens unless the line is empty.
    pub(super) fn indentation(&mut self) -> Result<()> {
        let (mut col, mut alt) = (0, 0);
        // Where the first of continued lines begins, if that is not at the very start: then it counts.
        let mut continued = 0;
        loop {
            match self.peek() {
                Some(b' ') => {
                    col += 1;
                    alt += 1;
                }
                Some(b'\t') => {
                    col = (col / 8 + 1) * 8;
                    alt += 1;
                }
                Some(b'\x0c') => (col, alt) = (0, 0),
                Some(b'\\') => {
                    if continued == 0 {
                        continued = col;
                    }
                    self.continuation()
                        .map_err(|noticed| self.before_any_token(noticed))?;
                    continue;
                }
                _ => break,
            }
            self.at += 1;
        }
        let next = self.peek();
        self.line_is_blank =
            matches!(next, Some(b'#' | b'\n')) || next == Some(b'\r') && self.is_streaming();
        let is_over = next.is_none() && (self.is_streaming() || col == 0);
        if self.line_is_blank || is_over || !self.brackets.is_empty() {
            return Ok(());
        }
        if continued != 0 {
            (col, alt) = (continued, continued);
        }
        let &(top, alt_top) = self.indents.last().unwrap_or(&(0, 0));
        if col == top {
            if alt != alt_top {
                return Err(self.tab_error());
            }
        } else if col > top {
            if self.indents.len() >= MAX_INDENTS {
                let place = self.place(1, 0);
                let msg = "too many levels of indentation";
                return Err(soft(self.error_with(
                    ErrorKind::IndentationError,
                    msg,
                    place,
                    true,
                )));
            }
            if alt <= alt_top {
                return Err(self.tab_error());
            }
            self.indents.push((col, alt));
            self.push(TokenKind::Indent, self.indent_token_start());
        } else {
            let before = self.indents.len();
            while self.indents.last().is_some_and(|&(indent, _)| indent > col) {
                self.indents.pop();
            }
            let dedents = before - self.indents.len();
            let &(top, alt_top) = self.indents.last().unwrap_or(&(0, 0));
            if col != top {
                let rest = &self.source[self.line_start..];
                let length = rest.find('\n').map_or(rest.len(), |end| end + 1);
                let offset = self.chars(self.line_start, self.line_start + length);
                let place = self.place(offset, -1);
                let msg = "unindent does not match any outer indentation level";
                return Err(soft(self.error_with(
                    ErrorKind::IndentationError,
                    msg,
                    place,
                    true,
                )));
            }
            if alt != alt_top {
                return Err(self.tab_error());
            }
            (0..dedents).for_each(|_| self.push(TokenKind::Dedent, self.at));
        }
        Ok(())
    }

    /// Where CPython tells an error at the end of the source, when no token is begun.
    fn before_any_token(&self, mut noticed: Noticed) -> Noticed {
        if let Some(place) = &mut noticed.error.place
            && self.reading == Reading::Lines
            && self.at >= self.source.len()
        {
            place.offset = 0;
        }
        noticed
    }

    /// For a parser an indent has no text.
    fn indent_token_start(&self) -> usize {
        if self.is_streaming() {
            self.line_start
        } else {
            self.at
        }
    }

    fn tab_error(&self) -> Noticed {
        let place = self.place(1, 0);
        let msg = "inconsistent use of tabs and spaces in indentation";
        soft(self.error_with(ErrorKind::TabError, msg, place, true))
    }
}
