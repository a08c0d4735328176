//! Which texts are identifiers (`str.isidentifier`).
//!
//! CPython counterpart: `PyUnicode_IsIdentifier`. Tests: below.

use crate::wtf8::Wtf8;

/// `str.isidentifier`: a start character or `_`, then continuing ones. No normalisation is applied.
#[must_use]
pub fn is_identifier(text: &Wtf8) -> bool {
    let mut points = text.code_points();
    match points.next() {
        Some(first) if first == '_' || first.is_xid_start() => {
            points.all(|point| point.is_xid_continue())
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers() {
        for good in ["a", "_", "ä9", "변수", "__x__", "℘"] {
            assert!(is_identifier(good.into()), "{good}");
        }
        for bad in ["", "9", "a b", "a-", "€", "²"] {
            assert!(!is_identifier(bad.into()), "{bad}");
        }
    }
}
