//! Substring search on text: `memchr`'s searchers, which need no setting up for short needles.
//!
//! Offsets are in bytes and always at code point boundaries (folder invariant 3). An empty needle is found at every
//! boundary, as in Python. Tests: below.

use memchr::memmem;

use super::code_point::CodePoint;
use super::slice::Wtf8;

impl Wtf8 {
    /// Byte offset of the first occurrence.
    #[must_use]
    pub fn find(&self, needle: &Wtf8) -> Option<usize> {
        match needle.as_bytes() {
            [] => Some(0),
            [byte] => memchr::memchr(*byte, self.as_bytes()),
            bytes if bytes.len() > self.len() => None,
            bytes => memmem::find(self.as_bytes(), bytes),
        }
    }

    /// Byte offset of the last occurrence.
    #[must_use]
    pub fn rfind(&self, needle: &Wtf8) -> Option<usize> {
        match needle.as_bytes() {
            [] => Some(self.len()),
            [byte] => memchr::memrchr(*byte, self.as_bytes()),
            bytes if bytes.len() > self.len() => None,
            bytes => memmem::rfind(self.as_bytes(), bytes),
        }
    }

    /// Number of occurrences that do not overlap; for an empty needle, the number of boundaries.
    #[must_use]
    pub fn count(&self, needle: &Wtf8) -> usize {
        match needle.as_bytes() {
            [] => self.count_code_points() + 1,
            [byte] => memchr::memchr_iter(*byte, self.as_bytes()).count(),
            bytes => memmem::find_iter(self.as_bytes(), bytes).count(),
        }
    }

    /// Byte offsets of the occurrences of a non-empty needle that do not overlap, from the left.
    #[must_use]
    pub fn matches<'a>(&'a self, needle: &'a Wtf8) -> Matches<'a> {
        debug_assert!(!needle.is_empty());
        Matches {
            found: memmem::find_iter(self.as_bytes(), needle.as_bytes()),
        }
    }

    /// True if the needle occurs.
    #[must_use]
    pub fn contains(&self, needle: &Wtf8) -> bool {
        self.find(needle).is_some()
    }

    /// Byte offset of the first occurrence of one code point.
    #[must_use]
    pub fn find_code_point(&self, point: CodePoint) -> Option<usize> {
        match point.to_ascii() {
            Some(byte) => memchr::memchr(byte, self.as_bytes()),
            None => memmem::find(self.as_bytes(), point.encode(&mut [0; 4])),
        }
    }

    /// True if the text begins with `prefix`.
    #[inline]
    #[must_use]
    pub fn starts_with(&self, prefix: &Wtf8) -> bool {
        self.as_bytes().starts_with(prefix.as_bytes())
    }

    /// True if the text ends with `suffix`.
    #[inline]
    #[must_use]
    pub fn ends_with(&self, suffix: &Wtf8) -> bool {
        self.as_bytes().ends_with(suffix.as_bytes())
    }

    /// The text after `prefix`, if it begins with it.
    #[must_use]
    pub fn strip_prefix(&self, prefix: &Wtf8) -> Option<&Wtf8> {
        if self.starts_with(prefix) {
            Some(self.slice_from(prefix.len()))
        } else {
            None
        }
    }

    /// The text before `suffix`, if it ends with it.
    #[must_use]
    pub fn strip_suffix(&self, suffix: &Wtf8) -> Option<&Wtf8> {
        if self.ends_with(suffix) {
            Some(self.slice_to(self.len() - suffix.len()))
        } else {
            None
        }
    }
}

/// Byte offsets of matches. Made by [`Wtf8::matches`].
#[derive(Clone, Debug)]
pub struct Matches<'a> {
    found: memmem::FindIter<'a, 'a>,
}

impl Iterator for Matches<'_> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        self.found.next()
    }
}

/// A needle prepared for many searches.
#[derive(Clone, Debug)]
pub struct Finder<'a> {
    inner: memmem::Finder<'a>,
}

impl<'a> Finder<'a> {
    /// Prepares a needle.
    #[must_use]
    pub fn new(needle: &'a Wtf8) -> Finder<'a> {
        Finder {
            inner: memmem::Finder::new(needle.as_bytes()),
        }
    }

    /// Byte offset of the first occurrence in `text`.
    #[must_use]
    pub fn find(&self, text: &Wtf8) -> Option<usize> {
        self.inner.find(text.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_needles_are_everywhere() {
        let text = Wtf8::from_str("a€");
        assert_eq!(
            (
                text.find(Wtf8::EMPTY),
                text.rfind(Wtf8::EMPTY),
                text.count(Wtf8::EMPTY)
            ),
            (Some(0), Some(4), 3)
        );
    }

    #[test]
    fn needles_match_whole_code_points() {
        let text = Wtf8::from_str("ab€ab€");
        assert_eq!(text.find("€".into()), Some(2));
        assert_eq!(text.rfind("b".into()), Some(6));
        assert_eq!(text.count("ab".into()), 2);
        assert_eq!(text.find("x".into()), None);
        assert_eq!(text.matches("€".into()).collect::<Vec<_>>(), [2, 7]);
        assert_eq!(text.strip_prefix("ab".into()).map(Wtf8::len), Some(8));
        assert_eq!(text.strip_suffix("b".into()), None);
    }
}
