//! Names of characters, both ways, with aliases and named sequences.
//!
//! CPython counterpart: `_getucname` and `_getcode` in `Modules/unicodedata.c`. The names themselves come from the
//! crate `unicode_names2` (Unicode 16.0), which the parser brings along for `\N{...}`; the sequences are ours.
//! Tests: `text/tests/it/unicode.rs`.

use super::tables::sequences::NAMED_SEQUENCES;
use crate::wtf8::CodePoint;

/// `unicodedata.name` in the current database; `None` for code points without a name.
#[must_use]
pub fn name(point: CodePoint) -> Option<String> {
    if is_tangut_ideograph(point.to_u32()) {
        return None;
    }
    Some(unicode_names2::name(point.to_char()?)?.to_string())
}

/// The character of that name or alias, upper and lower case alike, as `\N{...}` finds it.
#[must_use]
pub fn lookup_character(name: &str) -> Option<CodePoint> {
    // The crate reads "-04E00" as U+4E00; in a name, no number has a leading zero.
    if !name.is_ascii() || name.contains("IDEOGRAPH-0") || name.contains("ideograph-0") {
        return None;
    }
    tangut_ideograph(name).or_else(|| unicode_names2::character(name).map(CodePoint::from_char))
}

/// The text of a named sequence, which only `unicodedata.lookup` knows.
#[must_use]
pub fn lookup_sequence(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_uppercase();
    let at = NAMED_SEQUENCES
        .binary_search_by_key(&name.as_str(), |&(known, _)| known)
        .ok()?;
    Some(NAMED_SEQUENCES[at].1)
}

fn tangut_ideograph(name: &str) -> Option<CodePoint> {
    const PREFIX: &str = "TANGUT IDEOGRAPH-";
    let (prefix, digits) = name.split_at_checked(PREFIX.len())?;
    if !prefix.eq_ignore_ascii_case(PREFIX) || digits.len() != 5 || digits.starts_with('+') {
        return None;
    }
    let c = u32::from_str_radix(digits, 16).ok()?;
    if is_tangut_ideograph(c) {
        CodePoint::from_u32(c)
    } else {
        None
    }
}

/// CPython 3.14 finds these by name but does not name them.
fn is_tangut_ideograph(c: u32) -> bool {
    matches!(c, 0x17000..=0x187F7 | 0x18D00..=0x18D08)
}
