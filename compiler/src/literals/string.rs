//! Escapes in string and bytes literals.
//!
//! CPython: `_PyPegen_parse_string`, `decode_unicode_with_escapes`, `_PyBytes_DecodeEscape2`. Invalid escapes stay as they
//! are written; the first of a literal is reported, for the warning.

use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};
use taipan_text::{CodePoint, Wtf8Buf};

/// A string token taken apart: prefix, quotes, body.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Quoted<'a> {
    pub(crate) is_raw: bool,

    /// The prefix is `u`.
    pub(crate) is_u: bool,
    /// The text between the quotes.
    pub(crate) body: &'a str,
    /// Where the body starts in the token.
    pub(crate) body_start: usize,
}

impl<'a> Quoted<'a> {
    /// Takes `token` apart, which the lexer accepted as a string.
    pub(crate) fn new(token: &'a str) -> Quoted<'a> {
        let bytes = token.as_bytes();
        let (mut is_raw, mut is_u) = (false, false);
        let mut at = 0;
        while let Some(prefix) = bytes.get(at) {
            match prefix {
                b'r' | b'R' => is_raw = true,
                b'u' => is_u = true,
                b'\'' | b'"' => break,
                _ => {}
            }
            at += 1;
        }
        let quotes = match bytes[at..] {
            [a, b, c, _, _, _, ..] if a == b && b == c => 3,
            _ => 1,
        };
        let body_start = at + quotes;
        let body = token
            .get(body_start..token.len().saturating_sub(quotes))
            .unwrap_or("");
        Quoted {
            is_raw,
            is_u,
            body,
            body_start,
        }
    }
}

/// An escape that means nothing, and so stands for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Escape {
    /// Offset of the backslash in the body.
    pub(crate) at: usize,
    /// Length with the backslash: 2, or 4 for an octal escape above `\377`.
    pub(crate) len: usize,
}

/// Why a literal has no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum EscapeError {
    /// `unicodeescape` codec: positions and reason.
    Unicode {
        start: usize,
        end: usize,
        reason: &'static str,
    },
    /// A `\x` without two digits in a bytes literal.
    BytesHex { at: usize },
}

impl EscapeError {
    /// CPython's message.
    pub(crate) fn message(&self) -> String {
        match self {
            EscapeError::Unicode { start, end, reason } if *end <= *start + 1 => {
                format!(
                    "(unicode error) 'unicodeescape' codec can't decode byte 0x5c in position {start}: {reason}"
                )
            }
            EscapeError::Unicode { start, end, reason } => format!(
                "(unicode error) 'unicodeescape' codec can't decode bytes in position {start}-{}: {reason}",
                end - 1
            ),
            EscapeError::BytesHex { at } => {
                format!("(value error) invalid \\x escape at position {at}")
            }
        }
    }
}

/// Decodes the body of a text literal. With `collapse_braces`, `{{` and `}}` stand for one brace (f-strings).
pub(crate) fn decode_text(
    body: &str,
    collapse_braces: bool,
) -> Result<(Wtf8Buf, Option<Escape>), EscapeError> {
    let bytes = body.as_bytes();
    let mut out = Wtf8Buf::with_capacity(body.len());
    let mut invalid = None;
    let mut at = 0;
    let mut plain = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => {}
            brace @ (b'{' | b'}') if collapse_braces => {
                at += 1;
                if bytes.get(at) == Some(&brace) {
                    out.push_str(&body[plain..at]);
                    at += 1;
                    plain = at;
                }
                continue;
            }
            _ => {
                at += 1;
                continue;
            }
        }
        out.push_str(&body[plain..at]);
        let start = at;
        at += 1;
        let Some(&kind) = bytes.get(at) else {
            // A backslash right before a replacement field of an f-string.
            out.push_str("\\");
            plain = at;
            break;
        };
        at += 1;
        match kind {
            b'\n' => {}
            b'\\' | b'\'' | b'"' => out.push_char(char::from(kind)),
            b'a' => out.push_char('\x07'),
            b'b' => out.push_char('\x08'),
            b'f' => out.push_char('\x0c'),
            b'n' => out.push_char('\n'),
            b'r' => out.push_char('\r'),
            b't' => out.push_char('\t'),
            b'v' => out.push_char('\x0b'),
            b'0'..=b'7' => {
                let (value, end) = octal(bytes, at - 1);
                if value > 0o377 && invalid.is_none() {
                    invalid = Some(Escape {
                        at: start,
                        len: end - start,
                    });
                }
                at = end;
                push(&mut out, value);
            }
            b'x' | b'u' | b'U' => {
                let (count, reason) = match kind {
                    b'x' => (2, "truncated \\xXX escape"),
                    b'u' => (4, "truncated \\uXXXX escape"),
                    _ => (8, "truncated \\UXXXXXXXX escape"),
                };
                let digits = bytes[at..]
                    .iter()
                    .take(count)
                    .take_while(|byte| byte.is_ascii_hexdigit())
                    .count();
                let error = |end, reason| EscapeError::Unicode {
                    start: escaped_offset(&body[..start]),
                    end: escaped_offset(&body[..end]),
                    reason,
                };
                if digits < count {
                    return Err(error(at + digits, reason));
                }
                let value = u32::from_str_radix(&body[at..at + count], 16).unwrap_or(u32::MAX);
                at += count;
                if value > 0x10_ffff {
                    return Err(error(at, "illegal Unicode character"));
                }
                push(&mut out, value);
            }
            b'N' => {
                let end = body[at..].find('}').map(|length| at + length + 1);
                let error = |end: usize, reason| EscapeError::Unicode {
                    start: escaped_offset(&body[..start]),
                    end: escaped_offset(&body[..end]),
                    reason,
                };
                match end {
                    Some(end) if bytes[at] == b'{' && end > at + 2 => {
                        let Some(text) = named_character(&body[start..end]) else {
                            return Err(error(end, "unknown Unicode character name"));
                        };
                        out.push_str(&text);
                        at = end;
                    }
                    _ => {
                        let end = if bytes.get(at) == Some(&b'{') {
                            end.unwrap_or(body.len())
                        } else {
                            at
                        };
                        return Err(error(end, "malformed \\N character escape"));
                    }
                }
            }
            _ => {
                // Not an escape: the backslash stays, the character is looked at again.
                // (CPython does not notice it before a character beyond ASCII.)
                if invalid.is_none() && kind.is_ascii() {
                    invalid = Some(Escape { at: start, len: 2 });
                }
                out.push_str("\\");
                at -= 1;
                plain = at;
                if !matches!(kind, b'{' | b'}') {
                    at += body[at..].chars().next().map_or(1, char::len_utf8);
                }
                continue;
            }
        }
        plain = at;
    }
    out.push_str(&body[plain..]);
    Ok((out, invalid))
}

/// Decodes the body of a bytes literal, which is ASCII.
pub(crate) fn decode_bytes(body: &str) -> Result<(Vec<u8>, Option<Escape>), EscapeError> {
    let bytes = body.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut invalid = None;
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        at += 1;
        if bytes[start] != b'\\' || at == bytes.len() {
            out.push(bytes[start]);
            continue;
        }
        let kind = bytes[at];
        at += 1;
        match kind {
            b'\n' => {}
            b'\\' | b'\'' | b'"' => out.push(kind),
            b'a' => out.push(7),
            b'b' => out.push(8),
            b'f' => out.push(12),
            b'n' => out.push(b'\n'),
            b'r' => out.push(b'\r'),
            b't' => out.push(b'\t'),
            b'v' => out.push(11),
            b'0'..=b'7' => {
                let (value, end) = octal(bytes, at - 1);
                if value > 0o377 && invalid.is_none() {
                    invalid = Some(Escape {
                        at: start,
                        len: end - start,
                    });
                }
                at = end;
                out.push((value & 0xff) as u8);
            }
            b'x' => {
                let digits = body
                    .get(at..at + 2)
                    .filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
                let Some(value) = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok())
                else {
                    return Err(EscapeError::BytesHex { at: start });
                };
                out.push(value);
                at += 2;
            }
            _ => {
                if invalid.is_none() {
                    invalid = Some(Escape { at: start, len: 2 });
                }
                out.push(b'\\');
                at -= 1;
            }
        }
    }
    Ok((out, invalid))
}

/// Up to three octal digits from `at`: the value and where they end.
fn octal(bytes: &[u8], at: usize) -> (u32, usize) {
    let mut value = 0;
    let mut end = at;
    while end < at + 3
        && let Some(digit @ b'0'..=b'7') = bytes.get(end)
    {
        value = value * 8 + u32::from(digit - b'0');
        end += 1;
    }
    (value, end)
}

fn push(out: &mut Wtf8Buf, value: u32) {
    // The callers checked the range; a surrogate is a code point like any other.
    out.push_code_point(CodePoint::from_u32(value).unwrap_or(CodePoint::from('\u{fffd}')));
}

/// CPython hands the codec a text in which every character beyond ASCII is a ten-character escape; positions in its
/// messages count so.
fn escaped_offset(text: &str) -> usize {
    text.chars()
        .map(|c| if c.is_ascii() { 1 } else { 10 })
        .sum()
}

/// The character of `\N{...}`, by the parser's table of names.
fn named_character(escape: &str) -> Option<String> {
    let literal = format!("\"{escape}\"");
    let parsed = parse_unchecked(&literal, ParseOptions::from(Mode::Expression));
    if !parsed.errors().is_empty() {
        return None;
    }
    let text = parsed
        .syntax()
        .as_expression()?
        .body
        .as_string_literal_expr()?
        .value
        .to_str()
        .to_owned();
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(body: &str) -> String {
        let (text, _) = decode_text(body, false).unwrap();
        text.to_string_lossy().into_owned()
    }

    #[test]
    fn escapes() {
        assert_eq!(
            text(r"a\n\x41\u00e9\U0001f40d\101\'\\"),
            "a\nA\u{e9}\u{1f40d}A'\\"
        );
        assert_eq!(text("a\\\nb"), "ab");
    }

    #[test]
    fn names() {
        assert_eq!(text(r"<\N{EM DASH}>"), "<\u{2014}>");
        let error = decode_text(r"\N{no such}", false).unwrap_err();
        assert_eq!(
            error.message(),
            "(unicode error) 'unicodeescape' codec can't decode bytes in position 0-10: unknown Unicode character name"
        );
    }

    #[test]
    fn a_surrogate_is_kept() {
        let (text, _) = decode_text(r"\ud800", false).unwrap();
        assert_eq!(text.as_bytes(), b"\xed\xa0\x80");
    }

    #[test]
    fn invalid_escapes_stand_for_themselves() {
        assert_eq!(
            decode_text(r"a\d\q", false).unwrap().1,
            Some(Escape { at: 1, len: 2 })
        );
        assert_eq!(text(r"\d\\"), r"\d\");
        assert_eq!(
            decode_text(r"\777", false).unwrap().1,
            Some(Escape { at: 0, len: 4 })
        );
        assert_eq!(decode_bytes(r"\d\x41\777").unwrap().0, b"\\dA\xff");
    }

    #[test]
    fn doubled_braces_of_f_strings() {
        let (text, _) = decode_text(r"a{{b}}\n\N{EM DASH}", true).unwrap();
        assert_eq!(text.to_string_lossy(), "a{b}\n\u{2014}");
    }

    #[test]
    fn tokens_taken_apart() {
        let quoted = Quoted::new("rb'''a'''");
        assert!(quoted.is_raw && !quoted.is_u);
        assert_eq!((quoted.body, quoted.body_start), ("a", 5));
        assert_eq!(Quoted::new("''").body, "");
        assert_eq!(Quoted::new("u'x'").body, "x");
    }
}
