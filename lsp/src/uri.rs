//! URIs of documents and paths of files.
//!
//! Counterpart: RFC 3986 and RFC 8089. Invariant: two URIs of the same file give the same key. Tests: below.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use lsp_types::Uri;

/// Returns the path behind a `file:` URI.
pub(crate) fn to_path(uri: &str) -> Option<PathBuf> {
    let rest = uri.strip_prefix("file://")?;
    let rest = rest.split(['?', '#']).next()?;
    let path = rest.find('/').map(|slash| &rest[slash..])?;
    let decoded = decode(path);
    let bytes = decoded.as_bytes();
    // `/C:/x` is a path of Windows.
    if cfg!(windows) && bytes.get(2) == Some(&b':') {
        return decoded.get(1..).map(PathBuf::from);
    }
    Some(PathBuf::from(decoded))
}

/// Returns the `file:` URI of a path, or nothing where it cannot be written as one.
pub(crate) fn of_path(path: &Path) -> Option<Uri> {
    let text = path.to_str()?;
    let mut out = String::with_capacity(text.len() + 7);
    out.push_str("file://");
    if !text.starts_with('/') {
        out.push('/');
    }
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => {
                out.push(char::from(byte))
            }
            b'\\' if cfg!(windows) => out.push('/'),
            _ => {
                let digits = b"0123456789ABCDEF";
                out.push('%');
                out.push(char::from(digits[usize::from(byte >> 4)]));
                out.push(char::from(digits[usize::from(byte & 15)]));
            }
        }
    }
    Uri::from_str(&out).ok()
}

/// Returns the one spelling by which a document is known here.
pub(crate) fn key(uri: &str) -> String {
    match to_path(uri).and_then(|path| of_path(&path)) {
        // A notebook's cells share the notebook's path and differ in the fragment.
        Some(canonical) if !uri.contains('#') => canonical.as_str().to_owned(),
        _ => uri.to_owned(),
    }
}

fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        let hex = (bytes[i] == b'%').then(|| text.get(i + 1..i + 3)).flatten();
        match hex.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                i += 3;
            }
            None => {
                out.push(bytes[i]);
                i += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_survive_the_round_trip() {
        let path = Path::new("/tmp/dir é😀 #1/a b%20c.py");
        let uri = of_path(path).expect("a URI");
        assert_eq!(to_path(uri.as_str()).as_deref(), Some(path));
    }

    #[test]
    fn spellings_of_one_file_share_a_key() {
        assert_eq!(key("file:///a/b%2Ec.py"), key("file:///a/b.c.py"));
        assert_eq!(key("untitled:Untitled-1"), "untitled:Untitled-1");
    }
}
