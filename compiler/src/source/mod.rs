//! From the bytes of a file to the text that the parser sees.
//!
//! CPython: the first half of `Parser/tokenizer/`. A byte order mark is dropped, an encoding declaration (PEP 263) in
//! the first two lines is honoured, `\r\n` and `\r` become `\n`.

mod decode;
mod lines;
mod shape;

use std::borrow::Cow;

pub use decode::{Decoded, declared_encoding, decode};
pub use lines::Lines;
pub(crate) use shape::Shape;

/// A line of a file, counted from 0; whatever ends it becomes `\n`.
pub fn nth_line(bytes: &[u8], number: usize) -> Option<Vec<u8>> {
    let mut rest = bytes;
    for _ in 0..number {
        rest = split_line(rest)?.1;
    }
    match split_line(rest) {
        Some((line, _)) => Some([line, b"\n"].concat()),
        None if rest.is_empty() => None,
        None => Some(rest.to_vec()),
    }
}

/// The first line without its end, and what is behind that; `None` if it does not end.
fn split_line(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = bytes
        .iter()
        .position(|byte| matches!(byte, b'\n' | b'\r'))?;
    let (line, rest) = bytes.split_at(end);
    let rest = rest.strip_prefix(b"\r\n").unwrap_or(&rest[1..]);
    Some((line, rest))
}

/// `text` with every line ending as `\n`.
pub fn universal_newlines(text: &str) -> Cow<'_, str> {
    let Some(first) = text.find('\r') else {
        return Cow::Borrowed(text);
    };
    let mut out = String::with_capacity(text.len());
    out.push_str(&text[..first]);
    let mut rest = &text[first..];
    while let Some(at) = rest.find('\r') {
        out.push_str(&rest[..at]);
        out.push('\n');
        rest = &rest[at + 1..];
        rest = rest.strip_prefix('\n').unwrap_or(rest);
    }
    out.push_str(rest);
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::{nth_line, universal_newlines};

    #[test]
    fn lines_of_bytes() {
        let line = |number| nth_line(b"a\r\nb\rc\n\nd", number);
        assert_eq!(line(0).as_deref(), Some(&b"a\n"[..]));
        assert_eq!(line(1).as_deref(), Some(&b"b\n"[..]));
        assert_eq!(line(3).as_deref(), Some(&b"\n"[..]));
        assert_eq!(line(4).as_deref(), Some(&b"d"[..]));
        assert_eq!((line(5), nth_line(b"a\n", 1)), (None, None));
    }

    #[test]
    fn all_line_endings_become_one() {
        assert_eq!(universal_newlines("a\r\nb\rc\n\r\r\n"), "a\nb\nc\n\n\n");
        assert!(matches!(
            universal_newlines("a\nb"),
            std::borrow::Cow::Borrowed(_)
        ));
    }
}
