//! From the bytes of a file to the text that the parser sees.
//!
//! CPython: the first half of `Parser/tokenizer/`. A byte order mark is dropped, an encoding declaration (PEP 263) in
//! the first two lines is honoured, `\r\n` and `\r` become `\n`.

mod decode;
mod lines;
mod shape;

use std::borrow::Cow;

pub use decode::{Decoded, decode};
pub use lines::Lines;
pub(crate) use shape::Shape;

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
    use super::universal_newlines;

    #[test]
    fn all_line_endings_become_one() {
        assert_eq!(universal_newlines("a\r\nb\rc\n\r\r\n"), "a\nb\nc\n\n\n");
        assert!(matches!(
            universal_newlines("a\nb"),
            std::borrow::Cow::Borrowed(_)
        ));
    }
}
