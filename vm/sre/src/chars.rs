//! What the engine knows about single characters: case, digits, spaces, words, line breaks, in ASCII, in Unicode and in
//! a locale.
//!
//! CPython 3.14: the `SRE_IS_*`, `SRE_UNI_*`, `SRE_LOC_*` macros and `sre_lower_*`/`sre_upper_*` functions of
//! `Modules/_sre/sre.c`; the case functions are the one-to-one mappings, not those of `str.lower`.
//! The public functions are also what `_sre.unicode_iscased` and its siblings answer. Tests: `tests/it/chars.rs`, `tests/it/golden.rs`.

use crate::opcodes::Category;
use taipan_text::CodePoint;

/// What the C library says about bytes in the locale of the moment (`LC_CTYPE`), for patterns with `re.LOCALE`.
#[derive(Debug, Clone)]
pub struct Locale {
    /// `tolower` of each byte.
    pub lower: [u8; 256],
    /// `toupper` of each byte.
    pub upper: [u8; 256],
    /// `isalnum` of each byte.
    pub alnum: [bool; 256],
}

impl Locale {
    /// The "C" locale: ASCII.
    pub const C: Locale = {
        let mut locale = Locale {
            lower: [0; 256],
            upper: [0; 256],
            alnum: [false; 256],
        };
        let mut byte = 0;
        while byte < 256 {
            let b = byte as u8;
            locale.lower[byte] = b.to_ascii_lowercase();
            locale.upper[byte] = b.to_ascii_uppercase();
            locale.alnum[byte] = b.is_ascii_alphanumeric();
            byte += 1;
        }
        locale
    };

    pub(crate) fn lower(&self, ch: u32) -> u32 {
        self.lower.get(ch as usize).map_or(ch, |&b| u32::from(b))
    }

    pub(crate) fn upper(&self, ch: u32) -> u32 {
        self.upper.get(ch as usize).map_or(ch, |&b| u32::from(b))
    }

    pub(crate) fn is_word(&self, ch: u32) -> bool {
        ch == u32::from(b'_') || self.alnum.get(ch as usize).copied().unwrap_or(false)
    }

    /// True if `ch` is `literal` in either case.
    pub(crate) fn equals_ignoring_case(&self, literal: u32, ch: u32) -> bool {
        ch == literal || self.lower(ch) == literal || self.upper(ch) == literal
    }
}

/// The lowercase of an ASCII character; any other character is itself. `_sre.ascii_tolower`.
pub fn ascii_tolower(ch: u32) -> u32 {
    if ch.wrapping_sub(u32::from(b'A')) < 26 {
        ch + 32
    } else {
        ch
    }
}

/// True if `ch` is an ASCII letter. `_sre.ascii_iscased`.
pub fn ascii_iscased(ch: u32) -> bool {
    (ch | 32).wrapping_sub(u32::from(b'a')) < 26
}

/// The simple lowercase mapping of a code point. `_sre.unicode_tolower`.
pub fn unicode_tolower(ch: u32) -> u32 {
    if ch < 128 {
        ascii_tolower(ch)
    } else {
        point(ch).map_or(ch, |point| point.simple_lower().to_u32())
    }
}

/// The uppercase mapping of a code point, cut to its first character (as CPython's `_PyUnicode_ToUppercase` cuts it).
pub fn unicode_toupper(ch: u32) -> u32 {
    point(ch)
        .and_then(|point| point.to_upper().next())
        .map_or(ch, CodePoint::to_u32)
}

/// True if the simple case mappings change `ch`. `_sre.unicode_iscased`.
pub fn unicode_iscased(ch: u32) -> bool {
    unicode_tolower(ch) != ch || unicode_toupper(ch) != ch
}

pub(crate) fn is_linebreak(ch: u32) -> bool {
    ch == u32::from(b'\n')
}

fn point(ch: u32) -> Option<CodePoint> {
    CodePoint::from_u32(ch)
}

fn ascii(ch: u32) -> Option<u8> {
    u8::try_from(ch).ok().filter(u8::is_ascii)
}

fn has(ch: u32, test: impl Fn(CodePoint) -> bool) -> bool {
    point(ch).is_some_and(test)
}

pub(crate) fn is_word_ascii(ch: u32) -> bool {
    ascii(ch).is_some_and(|b| b.is_ascii_alphanumeric() || b == b'_')
}

pub(crate) fn is_word_unicode(ch: u32) -> bool {
    if ch < 128 {
        is_word_ascii(ch)
    } else {
        has(ch, CodePoint::is_alnum)
    }
}

/// Is `ch` in `category`?
pub(crate) fn in_category(category: Category, ch: u32, locale: &Locale) -> bool {
    let digit = || ascii(ch).is_some_and(|b| b.is_ascii_digit());
    let space = || matches!(ch, 9..=13 | 32);
    match category {
        Category::Digit => digit(),
        Category::NotDigit => !digit(),
        Category::Space => space(),
        Category::NotSpace => !space(),
        Category::Word => is_word_ascii(ch),
        Category::NotWord => !is_word_ascii(ch),
        Category::LineBreak => is_linebreak(ch),
        Category::NotLineBreak => !is_linebreak(ch),
        Category::LocWord => locale.is_word(ch),
        Category::LocNotWord => !locale.is_word(ch),
        Category::UniDigit => has(ch, CodePoint::is_decimal),
        Category::UniNotDigit => !has(ch, CodePoint::is_decimal),
        Category::UniSpace => has(ch, CodePoint::is_space),
        Category::UniNotSpace => !has(ch, CodePoint::is_space),
        Category::UniWord => is_word_unicode(ch),
        Category::UniNotWord => !is_word_unicode(ch),
        Category::UniLineBreak => has(ch, CodePoint::is_line_break),
        Category::UniNotLineBreak => !has(ch, CodePoint::is_line_break),
    }
}

/// How a character is changed before it is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fold {
    /// It is compared as it is.
    Exact,
    /// ASCII letters are lowered.
    Ascii,
    /// The simple lowercase mapping.
    Unicode,
    /// Both cases that the locale gives are tried.
    Locale,
}

impl Fold {
    /// The folded character (the lowercase, for [`Fold::Locale`]).
    pub(crate) fn apply(self, ch: u32, locale: &Locale) -> u32 {
        match self {
            Fold::Exact => ch,
            Fold::Ascii => ascii_tolower(ch),
            Fold::Unicode => unicode_tolower(ch),
            Fold::Locale => locale.lower(ch),
        }
    }
}
