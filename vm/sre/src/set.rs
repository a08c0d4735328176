//! A set of characters: `[a-z]`, `\d`, `(?i:x)`, with a table for the first 256 and rules for the rest.
//!
//! CPython 3.14: `SRE(charset)` and `SRE(charset_loc_ignore)` in `Modules/_sre/sre_lib.h`.
//! Invariants
//! 1. `latin[c]` equals `slow(c)` for each `c < 256`, if the set does not depend on the locale.
//! 2. `lead[b]` says about every character whose UTF-8 starts with byte `b`: none, all, or "decode it".
//!
//! Tests: `mod tests` below and `tests/it/golden.rs`.

use crate::byteset::ByteSet;
use crate::chars::{Fold, Locale, in_category, unicode_toupper};
use crate::opcodes::Category;

/// One rule of a set, in the order of the code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Rule {
    /// This character.
    Literal(u32),
    /// This character in either case that the locale gives it.
    LiteralLocIgnore(u32),
    /// From, to (both included).
    Range(u32, u32),
    /// From, to; the uppercase of the character counts too.
    RangeUniIgnore(u32, u32),
    /// A class of characters.
    Category(Category),
    /// A bit for each of the first 256 characters.
    Charset(Box<[u32; 8]>),
    /// For each high byte of a BMP character the number of the 8-word block that has a bit for each low byte.
    BigCharset {
        index: Box<[u8; 256]>,
        blocks: Box<[u32]>,
    },
    /// From here on, a hit means "not a member".
    Negate,
}

impl Rule {
    /// Does the rule name `ch`?
    fn holds(&self, ch: u32, locale: &Locale) -> bool {
        match self {
            Rule::Literal(literal) => ch == *literal,
            Rule::LiteralLocIgnore(literal) => locale.equals_ignoring_case(*literal, ch),
            Rule::Range(low, high) => (*low..=*high).contains(&ch),
            Rule::RangeUniIgnore(low, high) => {
                (*low..=*high).contains(&ch) || (*low..=*high).contains(&unicode_toupper(ch))
            }
            Rule::Category(category) => in_category(*category, ch, locale),
            Rule::Charset(bits) => ch < 256 && bit(&bits[..], ch),
            Rule::BigCharset { index, blocks } => {
                ch < 0x1_0000 && {
                    let block = u32::from(index[(ch >> 8) as usize]);
                    bit(blocks, block * 256 + (ch & 255))
                }
            }
            Rule::Negate => false,
        }
    }

    fn is_locale(&self) -> bool {
        match self {
            Rule::LiteralLocIgnore(_) => true,
            Rule::Category(category) => category.is_locale(),
            _ => false,
        }
    }
}

/// What a lead byte says about the characters that it starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lead {
    /// None is a member.
    No,
    /// All are members.
    Yes,
    /// Decode the character and ask [`Set::contains`].
    Decode,
}

/// A set of characters.
#[derive(Debug)]
pub(crate) struct Set {
    rules: Vec<Rule>,
    fold: Fold,
    /// Membership of the first 256 characters; see invariant 1.
    pub(crate) latin: [bool; 256],
    /// What a lead byte of UTF-8 tells; see invariant 2.
    pub(crate) lead: [Lead; 256],
    /// True if the answer depends on the locale, so that the tables are not to be used.
    pub(crate) is_dynamic: bool,
}

impl Set {
    /// Builds the tables for `rules`, to which characters are put after `fold`.
    pub(crate) fn new(rules: Vec<Rule>, fold: Fold) -> Set {
        let is_dynamic = fold == Fold::Locale || rules.iter().any(Rule::is_locale);
        let mut set = Set {
            rules,
            fold,
            latin: [false; 256],
            lead: [Lead::Decode; 256],
            is_dynamic,
        };
        if is_dynamic {
            return set;
        }
        for ch in 0..256u32 {
            set.latin[ch as usize] = set.slow(ch, &Locale::C);
        }
        let high = set.answer_above_latin();
        for byte in 0..=255u8 {
            set.lead[usize::from(byte)] = match byte {
                0..0x80 => answer(set.latin[usize::from(byte)]),
                // Continuation bytes start nothing.
                0x80..0xc2 => Lead::No,
                0xc2 | 0xc3 => {
                    let first = usize::from(byte & 3) << 6;
                    uniform(&set.latin[first..first + 64])
                }
                0xc4..0xf5 => high,
                0xf5.. => Lead::No,
            };
        }
        set
    }

    /// What holds for all characters above U+00FF, if that can be told from the rules alone.
    fn answer_above_latin(&self) -> Lead {
        if self.fold == Fold::Unicode {
            return Lead::Decode;
        }
        let mut is_member = true;
        for rule in &self.rules {
            match rule {
                Rule::Literal(ch) if *ch < 256 => {}
                Rule::Range(_, high) if *high < 256 => {}
                Rule::Range(low, high) if *low <= 256 && *high >= 0x10_ffff => {
                    return answer(is_member);
                }
                Rule::Charset(_) => {}
                Rule::Category(
                    Category::Digit | Category::Space | Category::Word | Category::LineBreak,
                ) => {}
                Rule::Category(
                    Category::NotDigit
                    | Category::NotSpace
                    | Category::NotWord
                    | Category::NotLineBreak,
                ) => return answer(is_member),
                Rule::Negate => is_member = !is_member,
                Rule::Literal(_)
                | Rule::LiteralLocIgnore(_)
                | Rule::Range(..)
                | Rule::RangeUniIgnore(..)
                | Rule::BigCharset { .. }
                | Rule::Category(_) => return Lead::Decode,
            }
        }
        answer(!is_member)
    }

    /// Is this the set of these rules?
    pub(crate) fn is_of(&self, rules: &[Rule], fold: Fold) -> bool {
        self.fold == fold && self.rules == rules
    }

    /// Is `ch` a member?
    #[inline]
    pub(crate) fn contains(&self, ch: u32, locale: &Locale) -> bool {
        if ch < 256 && !self.is_dynamic {
            self.latin[ch as usize]
        } else {
            self.slow(ch, locale)
        }
    }

    /// Asks the rules, without the tables.
    #[inline(never)]
    fn slow(&self, ch: u32, locale: &Locale) -> bool {
        let folded = self.fold.apply(ch, locale);
        let upper = if self.fold == Fold::Locale {
            locale.upper(ch)
        } else {
            folded
        };
        let mut is_member = true;
        for rule in &self.rules {
            if *rule == Rule::Negate {
                is_member = !is_member;
            // Each rule sees both cases before a negation counts (CPython issue 156444, fixed in 3.14.8).
            } else if rule.holds(folded, locale) || upper != folded && rule.holds(upper, locale) {
                return is_member;
            }
        }
        !is_member
    }

    /// The bytes that a member can start with, in text that is one byte a character.
    pub(crate) fn first_narrow(&self) -> ByteSet {
        self.bytes_where(|byte| self.latin[usize::from(byte)])
    }

    /// The bytes that a member can start with, in WTF-8.
    pub(crate) fn first_wide(&self) -> ByteSet {
        self.bytes_where(|byte| self.lead[usize::from(byte)] != Lead::No)
    }

    fn bytes_where(&self, test: impl Fn(u8) -> bool) -> ByteSet {
        if self.is_dynamic {
            return ByteSet::ALL;
        }
        let mut bytes = ByteSet::default();
        (0..=u8::MAX)
            .filter(|&byte| test(byte))
            .for_each(|byte| bytes.insert(byte));
        bytes
    }
}

fn answer(is_member: bool) -> Lead {
    if is_member { Lead::Yes } else { Lead::No }
}

fn uniform(members: &[bool]) -> Lead {
    match (members.contains(&true), members.contains(&false)) {
        (true, true) => Lead::Decode,
        (has_some, _) => answer(has_some),
    }
}

fn bit(words: &[u32], at: u32) -> bool {
    words
        .get((at >> 5) as usize)
        .is_some_and(|word| word >> (at & 31) & 1 != 0)
}

#[cfg(test)]
mod tests {
    use super::{Lead, Rule, Set};
    use crate::chars::{Fold, Locale};
    use crate::opcodes::Category;

    fn check_tables(rules: Vec<Rule>, fold: Fold) -> Set {
        let set = Set::new(rules, fold);
        let mut utf8 = [0; 4];
        for ch in
            (0..0x3000)
                .filter_map(char::from_u32)
                .chain(['\u{ffff}', '\u{10000}', '\u{10ffff}'])
        {
            let truth = set.slow(ch as u32, &Locale::C);
            assert_eq!(set.contains(ch as u32, &Locale::C), truth, "{ch:?}");
            match set.lead[usize::from(ch.encode_utf8(&mut utf8).as_bytes()[0])] {
                Lead::No => assert!(!truth, "{ch:?}"),
                Lead::Yes => assert!(truth, "{ch:?}"),
                Lead::Decode => {}
            }
        }
        set
    }

    #[test]
    fn tables_agree_with_the_rules() {
        check_tables(
            vec![Rule::Literal(65), Rule::Range(0xe0, 0xff)],
            Fold::Exact,
        );
        check_tables(vec![Rule::Negate, Rule::Literal(10)], Fold::Exact);
        check_tables(vec![Rule::Category(Category::UniWord)], Fold::Exact);
        check_tables(vec![Rule::Range(0x61, 0x3ff)], Fold::Unicode);
        check_tables(
            vec![Rule::Negate, Rule::Category(Category::NotDigit)],
            Fold::Ascii,
        );
        check_tables(vec![Rule::RangeUniIgnore(0x400, 0x1_0000)], Fold::Unicode);
    }

    #[test]
    fn a_negated_ascii_set_needs_no_decoding() {
        let set = check_tables(
            vec![Rule::Negate, Rule::Literal(u32::from(b','))],
            Fold::Exact,
        );
        assert!(set.lead.iter().all(|&lead| lead != Lead::Decode));
    }
}
