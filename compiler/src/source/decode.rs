//! Encoding declaration and decoding.
//!
//! CPython: `check_bom`, `check_coding_spec`, `ensure_utf8` in `Parser/tokenizer/helpers.c`. UTF-8, ASCII and Latin-1
//! are decoded here; other encodings are the caller's (it has the codecs): see [`Decoded::Other`]. Only under its own name is
//! UTF-8 checked by the tokenizer, which knows the place of what is wrong; under another it is a codec like the others.

use std::borrow::Cow;

use crate::error::{ErrorKind, Place, Result, SyntaxError};

const BOM: &[u8] = b"\xef\xbb\xbf";

/// What [`decode`] found.
#[derive(Debug, PartialEq, Eq)]
pub enum Decoded<'a> {
    /// The text.
    Text(Cow<'a, str>),
    /// The source declares this encoding, which only the caller can decode. The text that it makes of the bytes goes
    /// straight to the parser.
    Other(String),
}

/// Decodes a source file.
///
/// # Errors
/// `SyntaxError` for bytes that are not what the declaration says, for a byte order mark together with another
/// encoding, and for null bytes.
pub fn decode(bytes: &[u8]) -> Result<Decoded<'_>> {
    let (bytes, has_bom) = match bytes.strip_prefix(BOM) {
        Some(rest) => (rest, true),
        None => (bytes, false),
    };
    let declared = Declaration::of(bytes);
    let encoding = match &declared {
        Some(declaration) if has_bom && declaration.encoding != "utf-8" => {
            return Err(declaration.contradicts_bom());
        }
        Some(declaration) => &declaration.encoding,
        None => "utf-8",
    };
    match codec(encoding) {
        Some(Codec::Utf8) => {}
        Some(Codec::Ascii) if bytes.is_ascii() => {}
        Some(Codec::Latin1) => {
            check_null(bytes)?;
            let text = bytes.iter().map(|&byte| char::from(byte)).collect();
            return Ok(Decoded::Text(Cow::Owned(text)));
        }
        Some(Codec::Ascii) | None => return Ok(Decoded::Other(encoding.to_owned())),
    }
    check_null(bytes)?;
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(Decoded::Text(Cow::Borrowed(text))),
        Err(error) => Err(not_utf8(
            bytes,
            error.valid_up_to(),
            declared.is_some() && encoding != "utf-8" && !has_bom,
        )),
    }
}

/// The encoding of a source file as far as its first lines tell; UTF-8 where they contradict a byte order mark.
pub fn declared_encoding(bytes: &[u8]) -> String {
    let default = || "utf-8".to_owned();
    if bytes.starts_with(BOM) {
        return default();
    }
    Declaration::of(bytes).map_or_else(default, |declaration| declaration.encoding)
}

enum Codec {
    Utf8,
    Latin1,
    Ascii,
}

/// The codec under a normalised name; its other names are aliases that Python's codec search knows.
fn codec(encoding: &str) -> Option<Codec> {
    match encoding {
        "utf-8" | "utf8" | "utf_8" | "u8" | "utf" => Some(Codec::Utf8),
        "iso-8859-1" | "latin" | "latin1" | "latin_1" | "l1" | "iso8859-1" | "iso8859_1"
        | "iso_8859_1" | "8859" | "cp819" => Some(Codec::Latin1),
        "ascii" | "us-ascii" | "us_ascii" | "646" | "ansi_x3.4-1968" | "iso646-us" => {
            Some(Codec::Ascii)
        }
        _ => None,
    }
}

fn check_null(bytes: &[u8]) -> Result<()> {
    if bytes.contains(&0) {
        return Err(SyntaxError::other(
            ErrorKind::SyntaxError,
            "source code string cannot contain null bytes",
        ));
    }
    Ok(())
}

fn not_utf8(bytes: &[u8], at: usize, by_codec: bool) -> SyntaxError {
    let line = bytes[..at].iter().filter(|&&byte| byte == b'\n').count() as i32 + 1;
    let byte = bytes[at];
    if by_codec {
        let reason = match byte {
            0x80..=0xbf | 0xf5..=0xff | 0xc0 | 0xc1 => "invalid start byte",
            _ if at + 1 >= bytes.len() => "unexpected end of data",
            _ => "invalid continuation byte",
        };
        return SyntaxError {
            kind: ErrorKind::SyntaxError,
            msg: format!("'utf-8' codec can't decode byte 0x{byte:02x} in position {at}: {reason}"),
            place: Some(Place::UNDECODED),
            text: None,
        };
    }
    let start = bytes[..at]
        .iter()
        .rposition(|&byte| byte == b'\n')
        .map_or(0, |newline| newline + 1);
    let end = bytes[at..]
        .iter()
        .position(|&byte| byte == b'\n')
        .map_or(bytes.len(), |newline| at + newline);
    let column = String::from_utf8_lossy(&bytes[start..at]).chars().count() as i32 + 1;
    SyntaxError {
        kind: ErrorKind::SyntaxError,
        msg: format!(
            "Non-UTF-8 code starting with '\\x{byte:02x}' on line {line}, but no encoding declared; see \
             https://peps.python.org/pep-0263/ for details"
        ),
        place: Some(Place {
            lineno: line,
            offset: column,
            end_lineno: line,
            end_offset: column,
        }),
        text: Some(String::from_utf8_lossy(&bytes[start..end]).into_owned()),
    }
}

/// A comment in one of the first two lines that declares the encoding.
struct Declaration<'a> {
    /// With `utf-8` and `iso-8859-1` normalised.
    encoding: String,
    lineno: i32,
    line: &'a [u8],
}

impl Declaration<'_> {
    fn of(bytes: &[u8]) -> Option<Declaration<'_>> {
        let mut rest = bytes;
        for lineno in 1..=2 {
            let end = rest
                .iter()
                .position(|byte| matches!(byte, b'\n' | b'\r'))
                .unwrap_or(rest.len());
            let line = &rest[..end];
            let comment = line
                .iter()
                .position(|byte| !matches!(byte, b' ' | b'\t' | b'\x0c'));
            match comment {
                Some(at) if line[at] == b'#' => {
                    if let Some(name) = coding_spec(&line[at..]) {
                        return Some(Declaration {
                            encoding: normalized(&name),
                            lineno,
                            line,
                        });
                    }
                }
                // A second line counts only if the first is blank or a comment.
                Some(_) => return None,
                None => {}
            }
            rest = &rest[end..];
            rest = rest
                .strip_prefix(b"\r\n")
                .or_else(|| rest.get(1..))
                .unwrap_or(&[]);
        }
        None
    }

    /// There is a byte order mark of UTF-8. CPython counts the bytes of the line, of the second with its line ending, but to
    /// behind the last character at most.
    fn contradicts_bom(&self) -> SyntaxError {
        let text = String::from_utf8_lossy(self.line).into_owned();
        let bytes = self.line.len() as i32 + self.lineno - 1;
        let characters = text.chars().count() as i32;
        SyntaxError {
            kind: ErrorKind::SyntaxError,
            msg: format!("encoding problem: {} with BOM", self.encoding),
            place: Some(Place {
                lineno: self.lineno,
                offset: 0,
                end_lineno: self.lineno,
                end_offset: bytes.min(characters + 1),
            }),
            text: Some(text),
        }
    }
}

/// The name behind `coding:` or `coding=`.
fn coding_spec(comment: &[u8]) -> Option<String> {
    let mut from = 0;
    while let Some(at) = find(&comment[from..], b"coding") {
        let mut rest = &comment[from + at + 6..];
        from += at + 6;
        if !matches!(rest.first(), Some(b':' | b'=')) {
            continue;
        }
        rest = &rest[1..];
        let skipped = rest
            .iter()
            .position(|byte| !matches!(byte, b' ' | b'\t'))
            .unwrap_or(rest.len());
        rest = &rest[skipped..];
        let is_name =
            |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        let length = rest
            .iter()
            .position(|byte| !is_name(byte))
            .unwrap_or(rest.len());
        if length > 0 {
            return Some(String::from_utf8_lossy(&rest[..length]).into_owned());
        }
    }
    None
}

fn find(text: &[u8], word: &[u8]) -> Option<usize> {
    text.windows(word.len()).position(|window| window == word)
}

/// CPython: `get_normal_name`.
fn normalized(name: &str) -> String {
    let start: String = name
        .chars()
        .take(12)
        .map(|c| {
            if c == '_' {
                '-'
            } else {
                c.to_ascii_lowercase()
            }
        })
        .collect();
    let is = |word: &str| {
        start == word
            || start
                .strip_prefix(word)
                .is_some_and(|rest| rest.starts_with('-'))
    };
    if is("utf-8") {
        "utf-8".to_string()
    } else if is("latin-1") || is("iso-8859-1") || is("iso-latin-1") {
        "iso-8859-1".to_string()
    } else {
        name.to_ascii_lowercase()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations() {
        let of = |text: &str| {
            let declaration = Declaration::of(text.as_bytes())?;
            Some((declaration.encoding, declaration.lineno))
        };
        assert_eq!(
            of("# -*- coding: latin-1 -*-"),
            Some(("iso-8859-1".into(), 1))
        );
        assert_eq!(
            of("#!/usr/bin/python\n# vim: set fileencoding=UTF_8 :"),
            Some(("utf-8".into(), 2))
        );
        assert_eq!(of("\n\n# coding: koi8-r"), None);
        assert_eq!(of("x = 1\n# coding: koi8-r"), None);
        assert_eq!(of("# coding: koi8-r\nx"), Some(("koi8-r".into(), 1)));
    }

    #[test]
    fn bytes_become_text() {
        assert_eq!(decode(b"\xef\xbb\xbfx").unwrap(), Decoded::Text("x".into()));
        assert_eq!(
            decode(b"#coding:koi8-r\n\xe9").unwrap(),
            Decoded::Other("koi8-r".into())
        );
        assert_eq!(
            decode(b"#coding:latin-1\n\xe9").unwrap(),
            Decoded::Text("#coding:latin-1\n\u{e9}".into())
        );
        assert!(decode(b"\xff").is_err());
        assert!(decode(b"a\0").is_err());
        assert!(decode(b"\xef\xbb\xbf#coding: utf8\n").is_err());
    }
}
