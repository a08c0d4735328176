//! f-strings and t-strings: their text, and the edges of replacement fields.
//!
//! CPython: `tok_get_fstring_mode`.

use super::{Lines, Mode, Result, TokenKind, Tokenizer};

/// Replacement fields may nest this deep in format specifications (`MAX_EXPR_NESTING`).
const MAX_NESTING: i32 = 3;

/// Strings may nest this deep in one another, the outermost counted (`MAXFSTRINGLEVEL`, which counts the text around too).
pub(in super::super) const MAX_STRINGS: usize = 149;

impl<L: Lines> Tokenizer<L> {
    pub(super) fn interpolated_start(
        &mut self,
        start: usize,
        letter: char,
        is_raw: bool,
    ) -> Result<()> {
        let Some(quote) = self.peek() else {
            return Ok(());
        };
        let quote_size = self.quote_size(quote);
        self.at += quote_size;
        if self.modes.len() >= MAX_STRINGS {
            return Err(self.error("too many nested f-strings or t-strings"));
        }
        self.modes.push(Mode {
            letter,
            quote,
            quote_size,
            is_raw,
            start,
            lineno: self.lineno,
            depth: 0,
            expr_start_depth: -1,
            in_format_spec: false,
            in_expression: false,
        });
        self.push(TokenKind::InterpolatedStart, start);
        Ok(())
    }

    fn enter_field(&mut self) -> Result<()> {
        let Some(mode) = self.modes.last_mut() else {
            return Ok(());
        };
        mode.expr_start_depth += 1;
        mode.in_expression = true;
        if mode.expr_start_depth >= MAX_NESTING {
            let letter = mode.letter;
            return Err(self.error(format!("{letter}-string: expressions nested too deeply")));
        }
        Ok(())
    }

    /// Whether the string's closing quotes are next.
    fn is_at_end_quotes(&mut self, quote: u8, size: usize) -> bool {
        let _ = self.peek();
        self.bytes()[self.at..]
            .iter()
            .take(size)
            .filter(|&&byte| byte == quote)
            .count()
            == size
    }

    /// Takes a piece of text, the end of the string, or enters a replacement field.
    pub(super) fn interpolated_text(&mut self) -> Result<()> {
        let Some(mode) = self.modes.last() else {
            return Ok(());
        };
        let (quote, size) = (mode.quote, mode.quote_size);
        if self.peek() == Some(b'{') && self.peek_at(1) != Some(b'{') {
            return self.enter_field();
        }
        if self.is_at_end_quotes(quote, size) {
            let start = self.at;
            self.at += size;
            self.push(TokenKind::InterpolatedEnd, start);
            self.modes.pop();
            return Ok(());
        }
        let start = self.at;
        let line = (self.lineno, self.line_start);
        let is_doubled = self.text_piece(quote, size)?;
        self.push_from(TokenKind::InterpolatedMiddle, start, line);
        self.at += usize::from(is_doubled);
        Ok(())
    }

    /// Skips text up to where its token ends. Returns whether that is the first of two braces that stand for one: the
    /// token leaves the second out.
    fn text_piece(&mut self, quote: u8, size: usize) -> Result<bool> {
        let Some(mode) = self.modes.last() else {
            return Ok(false);
        };
        let is_raw = mode.is_raw;
        let in_format_spec = mode.in_format_spec && mode.expr_start_depth >= 0;
        let is_outermost = mode.depth == 0;
        // Within `\N{...}`.
        let mut in_name = false;
        loop {
            if self.is_at_end_quotes(quote, size) {
                return Ok(false);
            }
            match self.peek() {
                None => return Err(self.unterminated_interpolated()),
                Some(b'\n') if size == 1 => {
                    if in_format_spec {
                        let letter = self.modes.last().map_or('f', |mode| mode.letter);
                        self.at += 1;
                        return Err(self.error(format!(
                            "{letter}-string: newlines are not allowed in format specifiers for single quoted \
                             {letter}-strings"
                        )));
                    }
                    return Err(self.unterminated_interpolated());
                }
                Some(b'\n') => self.next_line(),
                Some(b'{') if self.peek_at(1) == Some(b'{') && !in_format_spec => {
                    self.at += 1;
                    return Ok(true);
                }
                Some(b'{') => {
                    self.enter_field()?;
                    return Ok(false);
                }
                Some(b'}') if in_name => {
                    self.at += 1;
                    return Ok(false);
                }
                Some(b'}') if self.peek_at(1) == Some(b'}') && !in_format_spec && is_outermost => {
                    self.at += 1;
                    return Ok(true);
                }
                Some(b'}') => {
                    if let Some(mode) = self.modes.last_mut() {
                        mode.in_expression = true;
                    }
                    return Ok(false);
                }
                Some(b'\\') => {
                    self.at += 1;
                    if self.peek() == Some(b'\r') && self.peek_at(1) == Some(b'\n') {
                        self.at += 1;
                    }
                    match self.peek() {
                        Some(b'{' | b'}') | None => {}
                        Some(b'\n') => self.next_line(),
                        Some(b'N') if !is_raw && self.peek_at(1) == Some(b'{') => {
                            self.at += 2;
                            in_name = true;
                        }
                        Some(_) => self.at += 1,
                    }
                }
                Some(_) => self.at += 1,
            }
        }
    }

    fn unterminated_interpolated(&mut self) -> super::Noticed {
        let detected = if self.at >= self.source.len() && self.line_start == self.at {
            self.lineno - 1
        } else {
            self.lineno
        };
        let Some(mode) = self.modes.last() else {
            return self.error("unterminated string literal");
        };
        let (letter, size) = (mode.letter, mode.quote_size);
        self.lineno = mode.lineno;
        self.line_start = self.source[..mode.start]
            .rfind('\n')
            .map_or(0, |newline| newline + 1);
        self.at = mode.start + 1;
        let kind = if size == 3 { "triple-quoted " } else { "" };
        let noticed = self.error(format!(
            "unterminated {kind}{letter}-string literal (detected at line {detected})"
        ));
        if size == 3 {
            self.ends_early(noticed)
        } else {
            noticed
        }
    }

    /// `:` at the level of a replacement field starts its format specification. Returns whether it was one.
    pub(super) fn field_punctuation(&mut self, byte: u8) -> Result<bool> {
        let start = self.at;
        let Some(mode) = self.modes.last_mut() else {
            return Ok(false);
        };
        if byte == b':' && mode.expr_start_depth >= 0 && mode.depth - 1 == mode.expr_start_depth {
            mode.in_expression = false;
            mode.in_format_spec = true;
            self.at += 1;
            self.push(TokenKind::Op, start);
            return Ok(true);
        }
        Ok(false)
    }

    /// A closed bracket within a string; `}` may end a replacement field.
    pub(super) fn close_in_string(&mut self, closing: char) -> Result<()> {
        let Some(mode) = self.modes.last_mut() else {
            return Ok(());
        };
        mode.depth -= 1;
        if mode.depth < 0 {
            let letter = mode.letter;
            return Err(self.error(format!("{letter}-string: unmatched '{closing}'")));
        }
        if closing == '}' && mode.depth == mode.expr_start_depth {
            mode.expr_start_depth -= 1;
            mode.in_expression = false;
            mode.in_format_spec = false;
        }
        Ok(())
    }
}
