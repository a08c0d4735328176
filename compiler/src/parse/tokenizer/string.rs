//! Strings without replacement fields.

use super::{Lines, Result, TokenKind, Tokenizer};
use crate::error::Place;

impl<L: Lines> Tokenizer<L> {
    /// How many quotes open the string at the current quote.
    pub(super) fn quote_size(&self, quote: u8) -> usize {
        if self.peek_at(1) == Some(quote) && self.peek_at(2) == Some(quote) {
            3
        } else {
            1
        }
    }

    /// A string whose prefix starts at `start`; the current byte is its first quote.
    pub(super) fn string(&mut self, start: usize) -> Result<()> {
        let (lineno, line_start) = (self.lineno, self.line_start);
        let Some(quote) = self.peek() else {
            return Ok(());
        };
        let size = self.quote_size(quote);
        self.at += size;
        let mut has_escaped_quote = false;
        let mut closing = 0;
        while closing < size {
            match self.peek() {
                Some(byte) if byte == quote => {
                    closing += 1;
                    self.at += 1;
                    continue;
                }
                None => {
                    return Err(self.unterminated(
                        start,
                        lineno,
                        line_start,
                        size,
                        has_escaped_quote,
                    ));
                }
                Some(b'\n') if size == 1 => {
                    return Err(self.unterminated(
                        start,
                        lineno,
                        line_start,
                        size,
                        has_escaped_quote,
                    ));
                }
                Some(b'\n') => self.next_line(),
                Some(b'\\') => {
                    self.at += 1;
                    if self.peek() == Some(b'\r') && self.peek_at(1) == Some(b'\n') {
                        self.at += 1;
                    }
                    match self.peek() {
                        Some(b'\n') => self.next_line(),
                        Some(byte) => {
                            has_escaped_quote |= byte == quote;
                            self.at += 1;
                        }
                        None => {}
                    }
                }
                Some(_) => self.at += 1,
            }
            closing = 0;
        }
        self.push_from(TokenKind::String, start, (lineno, line_start));
        Ok(())
    }

    fn unterminated(
        &mut self,
        start: usize,
        lineno: i32,
        line_start: usize,
        size: usize,
        has_escaped_quote: bool,
    ) -> super::Noticed {
        // At the very end the last line is the one before.
        let detected = if self.at >= self.source.len() && self.line_start == self.at {
            self.lineno - 1
        } else {
            self.lineno
        };
        let is_at_end = self.peek().is_none();
        let quote = start + self.source[start..].find(['\'', '"']).unwrap_or(0);
        (self.lineno, self.line_start) = (lineno, line_start);
        if let Some(mode) = self.modes.last()
            && self.bytes().get(quote) == Some(&mode.quote)
            && size == mode.quote_size
        {
            self.at = start + 1;
            return self.error(format!("{}-string: expecting '}}'", mode.letter));
        }
        self.at = start + 1;
        let msg = match (size, has_escaped_quote) {
            (3, _) => {
                format!("unterminated triple-quoted string literal (detected at line {detected})")
            }
            (_, true) => format!(
                "unterminated string literal (detected at line {detected}); perhaps you escaped the end quote?"
            ),
            (_, false) => format!("unterminated string literal (detected at line {detected})"),
        };
        let noticed = self.error(msg);
        if is_at_end {
            self.ends_early(noticed)
        } else {
            noticed
        }
    }

    /// The error of a string that goes on to the end of the source, the lines of which CPython's tokenizer keeps.
    pub(super) fn ends_early(&self, noticed: super::Noticed) -> super::Noticed {
        let end = noticed.error.place.map(|place| {
            let place = Place {
                end_offset: -1,
                ..place
            };
            Box::new((place, self.source[self.line_start..].to_owned()))
        });
        super::Noticed {
            is_at_end: true,
            end,
            ..noticed
        }
    }
}
