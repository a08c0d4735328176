//! Names, and the prefixes of strings.

use taipan_text::CodePoint;

use super::{Lines, Purpose, Result, TokenKind, Tokenizer, hard};
use crate::error::ErrorKind;

impl<L: Lines> Tokenizer<L> {
    pub(super) fn name_or_string(&mut self) -> Result<()> {
        let start = self.at;
        let mut seen = [false; 5];
        while let Some(byte) = self.peek() {
            let Some(index) = b"burft"
                .iter()
                .position(|&prefix| prefix == byte.to_ascii_lowercase())
            else {
                break;
            };
            if std::mem::replace(&mut seen[index], true) {
                break;
            }
            self.at += 1;
            if matches!(self.peek(), Some(b'\'' | b'"')) {
                self.check_prefix(start, seen)?;
                let [_, _, is_raw, is_f, is_t] = seen;
                return match (is_f, is_t) {
                    (false, false) => self.string(start),
                    _ => self.interpolated_start(start, if is_f { 'f' } else { 't' }, is_raw),
                };
            }
        }
        while self
            .peek()
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80)
        {
            self.at += 1;
        }
        let text = &self.source[start..self.at];
        if !text.is_ascii() && self.purpose != Purpose::Extra {
            self.verify_identifier(start)?;
        }
        self.push(TokenKind::Name, start);
        Ok(())
    }

    fn check_prefix(&self, start: usize, [is_b, is_u, is_r, is_f, is_t]: [bool; 5]) -> Result<()> {
        let pairs = [
            (is_u && is_b, "'u' and 'b'"),
            (is_u && is_r, "'u' and 'r'"),
            (is_u && is_f, "'u' and 'f'"),
            (is_u && is_t, "'u' and 't'"),
            (is_b && is_f, "'b' and 'f'"),
            (is_b && is_t, "'b' and 't'"),
            (is_f && is_t, "'f' and 't'"),
        ];
        let Some((_, pair)) = pairs.iter().find(|(clash, _)| *clash) else {
            return Ok(());
        };
        let offset = self.chars(self.line_start, start) + 1;
        let place = self.place(offset, offset + (self.at - start) as i32);
        let msg = format!("{pair} prefixes are incompatible");
        Err(hard(self.error_with(
            ErrorKind::SyntaxError,
            msg,
            place,
            false,
        )))
    }

    fn verify_identifier(&mut self, start: usize) -> Result<()> {
        let text = self.source[start..self.at].to_owned();
        for (offset, c) in text.char_indices() {
            let point = CodePoint::from_char(c);
            let is_valid = if offset == 0 {
                c == '_' || point.is_xid_start()
            } else {
                point.is_xid_continue()
            };
            if !is_valid {
                self.at = start + offset + c.len_utf8();
                let number = u32::from(c);
                let msg = if point.is_printable() {
                    format!("invalid character '{c}' (U+{number:04X})")
                } else {
                    format!("invalid non-printable character U+{number:04X}")
                };
                return Err(self.error(msg));
            }
        }
        Ok(())
    }
}
