//! Operators and brackets.

use super::{Bracket, Lines, MAX_BRACKETS, Noticed, Purpose, Result, TokenKind, Tokenizer};

impl<L: Lines> Tokenizer<L> {
    pub(super) fn operator(&mut self, byte: u8) -> Result<()> {
        let start = self.at;
        if matches!(byte, b':' | b'}' | b'!' | b'{') && self.field_punctuation(byte)? {
            return Ok(());
        }
        let rest = &self.bytes()[start..];
        let length = match rest {
            [b'.', b'.', b'.', ..] | [b'*', b'*', b'=', ..] | [b'/', b'/', b'=', ..] => 3,
            [b'<', b'<', b'=', ..] | [b'>', b'>', b'=', ..] => 3,
            [
                b'!' | b'%' | b'&' | b'*' | b'+' | b'-' | b'/' | b':' | b'<' | b'=' | b'>' | b'@'
                | b'^' | b'|',
                b'=',
                ..,
            ] => 2,
            [b'<', b'>', ..] if self.is_flufl => 2,
            [b'*', b'*', ..]
            | [b'/', b'/', ..]
            | [b'<', b'<', ..]
            | [b'>', b'>', ..]
            | [b'-', b'>', ..] => 2,
            _ => 1,
        };
        if length == 1 {
            self.bracket(byte)?;
            if byte == b';' {
                self.end_statement();
            }
            if byte.is_ascii_control() {
                self.at += 1;
                return Err(self.error(format!("invalid non-printable character U+{byte:04X}")));
            }
        }
        self.at = start + length;
        self.push(TokenKind::Op, start);
        Ok(())
    }

    /// Keeps track of brackets.
    fn bracket(&mut self, byte: u8) -> Result<()> {
        let at = self.at;
        match byte {
            b'(' | b'[' | b'{' => {
                if self.brackets.len() >= MAX_BRACKETS {
                    self.at += 1;
                    return Err(self.error("too many nested parentheses"));
                }
                self.brackets.push(Bracket {
                    byte,
                    at,
                    lineno: self.lineno,
                });
                if let Some(mode) = self.modes.last_mut() {
                    mode.depth += 1;
                }
            }
            b')' | b']' | b'}' => {
                let closing = char::from(byte);
                self.at += 1;
                if let Some(mode) = self.modes.last()
                    && mode.depth == 0
                    && byte == b'}'
                {
                    return Err(self.error(format!(
                        "{}-string: single '}}' is not allowed",
                        mode.letter
                    )));
                }
                let opening = self.brackets.pop();
                if self.purpose == Purpose::Extra {
                    self.close_in_string(closing)?;
                    self.at -= 1;
                    return Ok(());
                }
                let Some(opening) = opening else {
                    return Err(self.error(format!("unmatched '{closing}'")));
                };
                if !matches!(
                    (opening.byte, byte),
                    (b'(', b')') | (b'[', b']') | (b'{', b'}')
                ) {
                    return Err(self.mismatch(opening, closing));
                }
                self.close_in_string(closing)?;
                self.at -= 1;
            }
            _ => {}
        }
        Ok(())
    }

    fn mismatch(&self, opening: Bracket, closing: char) -> Noticed {
        if let Some(mode) = self.modes.last()
            && opening.byte == b'{'
            && mode.depth - 1 == mode.expr_start_depth
        {
            return self.error(format!("{}-string: unmatched '{closing}'", mode.letter));
        }
        let open = char::from(opening.byte);
        let msg =
            format!("closing parenthesis '{closing}' does not match opening parenthesis '{open}'");
        if opening.lineno == self.lineno {
            self.error(msg)
        } else {
            self.error(format!("{msg} on line {}", opening.lineno))
        }
    }
}
