//! Numbers.

use super::{Lines, Purpose, Result, TokenKind, Tokenizer, hard};
use crate::error::ErrorKind;

impl<L: Lines> Tokenizer<L> {
    pub(super) fn number(&mut self) -> Result<()> {
        let start = self.at;
        match (self.peek(), self.peek_at(1)) {
            (Some(b'0'), Some(b'x' | b'X')) => {
                self.radix("hexadecimal", |byte| byte.is_ascii_hexdigit())?
            }
            (Some(b'0'), Some(b'o' | b'O')) => {
                self.radix("octal", |byte| matches!(byte, b'0'..=b'7'))?
            }
            (Some(b'0'), Some(b'b' | b'B')) => {
                self.radix("binary", |byte| matches!(byte, b'0' | b'1'))?
            }
            (Some(b'0'), _) => self.leading_zero(start)?,
            (Some(b'.'), _) => self.fraction()?,
            _ => {
                self.decimal_tail()?;
                self.fraction()?;
            }
        }
        self.push(TokenKind::Number, start);
        Ok(())
    }

    /// `0x_ff` and its like.
    fn radix(&mut self, kind: &str, is_digit: fn(u8) -> bool) -> Result<()> {
        self.at += 2;
        loop {
            if self.peek() == Some(b'_') {
                self.at += 1;
            }
            match self.peek() {
                Some(byte) if is_digit(byte) => {}
                Some(byte) if byte.is_ascii_digit() => return Err(self.wrong_digit(byte, kind)),
                _ => return Err(self.error(format!("invalid {kind} literal"))),
            }
            while self.peek().is_some_and(is_digit) {
                self.at += 1;
            }
            if self.peek() != Some(b'_') {
                break;
            }
        }
        match self.peek() {
            Some(byte) if byte.is_ascii_digit() => Err(self.wrong_digit(byte, kind)),
            _ => self.verify_end(kind),
        }
    }

    fn wrong_digit(&mut self, byte: u8, kind: &str) -> super::Noticed {
        self.at += 1;
        self.error(format!(
            "invalid digit '{}' in {kind} literal",
            char::from(byte)
        ))
    }

    fn leading_zero(&mut self, start: usize) -> Result<()> {
        self.at += 1;
        loop {
            if self.peek() == Some(b'_') {
                self.at += 1;
                if !self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
                    return Err(self.error("invalid decimal literal"));
                }
            }
            if self.peek() != Some(b'0') {
                break;
            }
            self.at += 1;
        }
        let zeros_end = self.at;
        let is_nonzero = self.peek().is_some_and(|byte| byte.is_ascii_digit());
        if is_nonzero {
            self.decimal_tail()?;
        }
        match self.peek() {
            Some(b'.' | b'e' | b'E' | b'j' | b'J') => self.fraction(),
            _ if is_nonzero && self.purpose != Purpose::Extra => {
                let offset = self.chars(self.line_start, start) + 1;
                // CPython counts one more: it has looked at the digit behind the zeros.
                let end_offset = self.chars(self.line_start, zeros_end) + 1;
                let place = self.place(offset, end_offset);
                let msg = "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal \
                           integers";
                Err(hard(self.error_with(
                    ErrorKind::SyntaxError,
                    msg,
                    place,
                    false,
                )))
            }
            _ => self.verify_end("decimal"),
        }
    }

    /// Digits with single underscores between them.
    fn decimal_tail(&mut self) -> Result<()> {
        loop {
            while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
                self.at += 1;
            }
            if self.peek() != Some(b'_') {
                return Ok(());
            }
            self.at += 1;
            if !self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
                return Err(self.error("invalid decimal literal"));
            }
        }
    }

    /// What may follow the integer part.
    fn fraction(&mut self) -> Result<()> {
        if self.peek() == Some(b'.') {
            self.at += 1;
            if self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
                self.decimal_tail()?;
            }
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            let exponent = self.at;
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
                if !self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
                    return Err(self.error("invalid decimal literal"));
                }
            } else if !self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
                self.at = exponent;
                return self.verify_end("decimal");
            }
            self.decimal_tail()?;
        }
        if matches!(self.peek(), Some(b'j' | b'J')) {
            self.at += 1;
            return self.verify_end("imaginary");
        }
        self.verify_end("decimal")
    }

    /// No name may follow a number, except a few keywords (with a warning).
    fn verify_end(&self, kind: &str) -> Result<()> {
        let rest = &self.bytes()[self.at..];
        if self.purpose == Purpose::Extra || is_keyword_after_number(rest) {
            return Ok(());
        }
        match rest.first() {
            Some(byte) if byte.is_ascii_alphanumeric() || *byte == b'_' => {
                Err(self.error(format!("invalid {kind} literal")))
            }
            _ => Ok(()),
        }
    }
}

/// Whether a keyword follows that may touch a number; the short ones count as such also at the start of a longer word.
pub(in crate::parse) fn is_keyword_after_number(rest: &[u8]) -> bool {
    const WORDS: [&[u8]; 5] = [b"and", b"else", b"for", b"or", b"not"];
    const SHORT: [&[u8]; 3] = [b"if", b"in", b"is"];
    let is_word = |word: &&[u8]| {
        rest.strip_prefix(*word).is_some_and(|behind| {
            let goes_on =
                |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80;
            !behind.first().is_some_and(goes_on)
        })
    };
    WORDS.iter().any(is_word) || SHORT.iter().any(|word| rest.starts_with(word))
}
