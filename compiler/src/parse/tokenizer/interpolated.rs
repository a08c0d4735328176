//! f-strings and t-strings: their text, and the edges of replacement fields.
//!
//! CPython: `tok_get_fstring_mode`.

use super::{Mode, Result, TokenKind, Tokenizer};

/// Replacement fields may nest this deep in format specifications (`MAX_EXPR_NESTING`).
const MAX_NESTING: i32 = 3;

impl Tokenizer<'_> {
    pub(super) fn interpolated_start(&mut self, start: usize, letter: char, is_raw: bool) {
        let Some(quote) = self.peek() else { return };
        let quote_size = self.quote_size(quote);
        self.at += quote_size;
        self.push(TokenKind::InterpolatedStart, start, self.lineno);
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

    /// Takes text up to a replacement field or the end of the string.
    pub(super) fn interpolated_text(&mut self) -> Result<()> {
        let start = self.at;
        let lineno = self.lineno;
        let Some(mode) = self.modes.last() else {
            return Ok(());
        };
        let (quote, size, is_raw) = (mode.quote, mode.quote_size, mode.is_raw);
        let in_format_spec = mode.in_format_spec && mode.expr_start_depth >= 0;
        let is_outermost = mode.depth == 0;
        loop {
            match self.peek() {
                Some(byte) if byte == quote => {
                    let count = self.bytes[self.at..]
                        .iter()
                        .take(size)
                        .take_while(|&&b| b == quote)
                        .count();
                    if count == size {
                        self.push_middle(start, lineno);
                        let end = self.at;
                        self.at += size;
                        self.push(TokenKind::InterpolatedEnd, end, self.lineno);
                        self.modes.pop();
                        return Ok(());
                    }
                    self.at += count;
                }
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
                Some(b'\n') if in_format_spec => {
                    self.push_middle(start, lineno);
                    if let Some(mode) = self.modes.last_mut() {
                        mode.in_expression = true;
                        mode.in_format_spec = false;
                    }
                    return Ok(());
                }
                Some(b'\n') => self.next_line(),
                Some(b'{') if self.peek_at(1) == Some(b'{') && !in_format_spec => self.at += 2,
                Some(b'{') => {
                    self.push_middle(start, lineno);
                    return self.enter_field();
                }
                Some(b'}') if self.peek_at(1) == Some(b'}') && !in_format_spec && is_outermost => {
                    self.at += 2
                }
                Some(b'}') => {
                    self.push_middle(start, lineno);
                    if let Some(mode) = self.modes.last_mut() {
                        mode.in_expression = true;
                    }
                    return Ok(());
                }
                Some(b'\\') => {
                    self.at += 1;
                    match self.peek() {
                        Some(b'{' | b'}') | None => {}
                        Some(b'\n') => self.next_line(),
                        Some(b'N') if !is_raw && self.peek_at(1) == Some(b'{') => {
                            // The braces of a named character.
                            while self
                                .peek()
                                .is_some_and(|byte| byte != b'}' && byte != b'\n' && byte != quote)
                            {
                                self.at += 1;
                            }
                            if self.peek() == Some(b'}') {
                                self.at += 1;
                            }
                        }
                        Some(_) => self.at += 1,
                    }
                }
                Some(_) => self.at += 1,
            }
        }
    }

    fn push_middle(&mut self, start: usize, lineno: i32) {
        if self.at > start {
            self.push(TokenKind::InterpolatedMiddle, start, lineno);
        }
    }

    fn unterminated_interpolated(&mut self) -> super::Noticed {
        let detected = if self.at >= self.bytes.len() && self.line_start == self.at {
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
        self.error(format!(
            "unterminated {kind}{letter}-string literal (detected at line {detected})"
        ))
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
            self.push(TokenKind::Op, start, self.lineno);
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
