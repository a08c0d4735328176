//! The escapes of bytes literals: `codecs.escape_decode` and `escape_encode`, which pickle's protocol 0 uses.
//!
//! CPython counterpart: `_PyBytes_DecodeEscape2` and `_codecs_escape_encode_impl`. Tests: below.

use thiserror::Error;

use super::unicode_escape::InvalidEscape;

/// Why bytes are no sequence of escapes; a `ValueError` with CPython's message.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BytesEscapeError {
    /// Nothing behind the last backslash.
    #[error("Trailing \\ in string")]
    TrailingBackslash,
    /// `\x` without two digits.
    #[error("invalid \\x escape at position {0}")]
    InvalidHex(usize),
    /// `\x` without two digits, and a handler that this codec does not know.
    #[error("decoding error; unknown error handling code: {0}")]
    UnknownHandler(String),
}

/// Decodes escapes; returns also the first invalid one. Of the handlers, `strict`, `replace` and `ignore` are known.
///
/// # Errors
/// As [`BytesEscapeError`] says.
pub fn decode_bytes_escape(
    bytes: &[u8],
    handler: &str,
) -> Result<(Vec<u8>, Option<InvalidEscape>), BytesEscapeError> {
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut invalid = None;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if byte != b'\\' {
            decoded.push(byte);
            at += 1;
            continue;
        }
        let letter = *bytes
            .get(at + 1)
            .ok_or(BytesEscapeError::TrailingBackslash)?;
        at += 2;
        match letter {
            b'\n' => {}
            b'\\' | b'\'' | b'"' => decoded.push(letter),
            b'b' => decoded.push(8),
            b'f' => decoded.push(12),
            b't' => decoded.push(b'\t'),
            b'n' => decoded.push(b'\n'),
            b'r' => decoded.push(b'\r'),
            b'v' => decoded.push(11),
            b'a' => decoded.push(7),
            b'0'..=b'7' => {
                let mut value = u16::from(letter - b'0');
                for _ in 0..2 {
                    let Some(digit @ b'0'..=b'7') = bytes.get(at) else {
                        break;
                    };
                    value = value * 8 + u16::from(digit - b'0');
                    at += 1;
                }
                if value > 0o377 {
                    invalid = invalid.or(Some(InvalidEscape::Octal(value)));
                }
                decoded.push(value as u8);
            }
            b'x' => {
                let digit = |place: usize| {
                    bytes
                        .get(place)
                        .and_then(|&byte| char::from(byte).to_digit(16))
                };
                match (digit(at), digit(at + 1)) {
                    (Some(high), Some(low)) => {
                        decoded.push((high << 4 | low) as u8);
                        at += 2;
                    }
                    (first, _) => {
                        match handler {
                            "strict" => return Err(BytesEscapeError::InvalidHex(at - 2)),
                            "replace" => decoded.push(b'?'),
                            "ignore" => {}
                            other => {
                                return Err(BytesEscapeError::UnknownHandler(other.to_owned()));
                            }
                        }
                        at += usize::from(first.is_some());
                    }
                }
            }
            letter => {
                invalid = invalid.or(Some(InvalidEscape::Letter(letter)));
                decoded.extend([b'\\', letter]);
            }
        }
    }
    Ok((decoded, invalid))
}

/// Encodes as `repr` does inside single quotes, which cannot fail.
#[must_use]
pub fn encode_bytes_escape(bytes: &[u8]) -> Vec<u8> {
    let mut encoded = Vec::with_capacity(bytes.len());
    for &byte in bytes {
        match byte {
            b'\'' | b'\\' => encoded.extend([b'\\', byte]),
            b'\t' => encoded.extend(b"\\t"),
            b'\n' => encoded.extend(b"\\n"),
            b'\r' => encoded.extend(b"\\r"),
            b' '..=b'~' => encoded.push(byte),
            _ => encoded.extend(format!("\\x{byte:02x}").bytes()),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_of_bytes() {
        let strict = |bytes: &[u8]| decode_bytes_escape(bytes, "strict").map(|done| done.0);
        assert_eq!(strict(b"a\\n\\x41\\101\\\nb\\0"), Ok(b"a\nAAb\0".to_vec()));
        assert_eq!(strict(b"ab\\"), Err(BytesEscapeError::TrailingBackslash));
        assert_eq!(strict(b"ab\\x4g"), Err(BytesEscapeError::InvalidHex(2)));
        assert_eq!(
            decode_bytes_escape(b"\\x4g\\xg", "replace"),
            Ok((b"?g?g".to_vec(), None))
        );
        assert_eq!(
            decode_bytes_escape(b"\\q\\777", "strict"),
            Ok((b"\\q\xff".to_vec(), Some(InvalidEscape::Letter(b'q'))))
        );
        assert_eq!(
            encode_bytes_escape(b"a'\"\\\t\x00\xff"),
            b"a\\'\"\\\\\\t\\x00\\xff"
        );
        assert_eq!(
            BytesEscapeError::InvalidHex(2).to_string(),
            "invalid \\x escape at position 2"
        );
    }
}
