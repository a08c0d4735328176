//! The two shapes of a subject: one byte a character, or WTF-8.
//!
//! Positions are byte offsets in both. CPython compiles its matcher once for each width of a character
//! (`Modules/_sre/sre_lib.h`); here it is compiled for these two.
//! Invariant: no method panics, whatever the bytes and positions; on malformed WTF-8 the answers are merely useless.
//! Tests: `tests/it/golden.rs` (each text case also runs with a non-ASCII character appended).

use crate::chars::Locale;
use crate::program::{Item, Program, encode};
use crate::set::Lead;
use memchr::{memchr, memmem};

/// A subject, cut at the end of the search.
pub(crate) trait Input: Copy {
    /// The bytes up to the end.
    fn bytes(&self) -> &[u8];
    /// The character at `pos`, and the position after it.
    fn step(self, pos: usize) -> Option<(u32, usize)>;
    /// The character before `pos`, and its position.
    fn back(self, pos: usize) -> Option<(u32, usize)>;
    /// The position after the character at `pos`, if it fits `item`.
    fn item(self, program: &Program, item: Item, pos: usize, locale: &Locale) -> Option<usize>;
    /// How far `item` can be repeated from `pos`, at most `max` times: the position, and the times if limited.
    fn run(
        self,
        program: &Program,
        item: Item,
        pos: usize,
        max: usize,
        locale: &Locale,
    ) -> (usize, usize);
    /// The position `count` characters before `pos`.
    fn back_by(self, pos: usize, count: usize) -> Option<usize>;
}

/// Bytes, or ASCII text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Narrow<'s>(pub(crate) &'s [u8]);

/// Text with characters of more than one byte.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wide<'s>(pub(crate) &'s [u8]);

/// The length of a prefix of which each byte passes the test.
#[inline]
fn span(bytes: &[u8], test: impl Fn(u8) -> bool) -> usize {
    bytes
        .iter()
        .position(|&byte| !test(byte))
        .unwrap_or(bytes.len())
}

impl Input for Narrow<'_> {
    #[inline]
    fn bytes(&self) -> &[u8] {
        self.0
    }

    #[inline]
    fn step(self, pos: usize) -> Option<(u32, usize)> {
        self.0.get(pos).map(|&byte| (u32::from(byte), pos + 1))
    }

    #[inline]
    fn back(self, pos: usize) -> Option<(u32, usize)> {
        let before = pos.checked_sub(1)?;
        self.0.get(before).map(|&byte| (u32::from(byte), before))
    }

    #[inline]
    fn item(self, program: &Program, item: Item, pos: usize, locale: &Locale) -> Option<usize> {
        let byte = *self.0.get(pos)?;
        let fits = match item {
            Item::Nothing | Item::Char(_) => false,
            Item::Byte(wanted) => byte == wanted,
            Item::NotChar(ch) => u32::from(byte) != ch,
            Item::Any => byte != b'\n',
            Item::AnyAll => true,
            Item::Set(set) => {
                let set = &program.sets[set as usize];
                if set.is_dynamic {
                    set.contains(u32::from(byte), locale)
                } else {
                    set.latin[usize::from(byte)]
                }
            }
        };
        fits.then_some(pos + 1)
    }

    fn run(
        self,
        program: &Program,
        item: Item,
        pos: usize,
        max: usize,
        locale: &Locale,
    ) -> (usize, usize) {
        let end = self.0.len().min(pos.saturating_add(max));
        let Some(bytes) = self.0.get(pos..end) else {
            return (pos, 0);
        };
        let count = match item {
            Item::Nothing | Item::Char(_) => 0,
            Item::Byte(wanted) => span(bytes, |byte| byte == wanted),
            Item::NotChar(ch) => match u8::try_from(ch) {
                Ok(byte) => memchr(byte, bytes).unwrap_or(bytes.len()),
                Err(_) => bytes.len(),
            },
            Item::Any => memchr(b'\n', bytes).unwrap_or(bytes.len()),
            Item::AnyAll => bytes.len(),
            Item::Set(set) => {
                let set = &program.sets[set as usize];
                if set.is_dynamic {
                    span(bytes, |byte| set.contains(u32::from(byte), locale))
                } else {
                    span(bytes, |byte| set.latin[usize::from(byte)])
                }
            }
        };
        (pos + count, count)
    }

    #[inline]
    fn back_by(self, pos: usize, count: usize) -> Option<usize> {
        pos.checked_sub(count)
    }
}

/// The bytes of the character that starts with `lead`.
#[inline]
fn width(lead: u8) -> usize {
    match lead {
        0..0xc0 => 1,
        0xc0..0xe0 => 2,
        0xe0..0xf0 => 3,
        0xf0.. => 4,
    }
}

impl Wide<'_> {
    /// `pos + width`, but not beyond the end.
    #[inline]
    fn after(self, pos: usize, lead: u8) -> usize {
        (pos + width(lead)).min(self.0.len())
    }
}

impl Input for Wide<'_> {
    #[inline]
    fn bytes(&self) -> &[u8] {
        self.0
    }

    #[inline]
    fn step(self, pos: usize) -> Option<(u32, usize)> {
        let rest = self.0.get(pos..)?;
        let tail = |byte: u8| u32::from(byte & 0x3f);
        match *rest {
            [] => None,
            [a @ 0..0x80, ..] => Some((u32::from(a), pos + 1)),
            [a @ 0xc0..0xe0, b, ..] => Some((u32::from(a & 0x1f) << 6 | tail(b), pos + 2)),
            [a @ 0xe0..0xf0, b, c, ..] => {
                Some((u32::from(a & 0x0f) << 12 | tail(b) << 6 | tail(c), pos + 3))
            }
            [a @ 0xf0..=0xff, b, c, d, ..] => Some((
                u32::from(a & 0x07) << 18 | tail(b) << 12 | tail(c) << 6 | tail(d),
                pos + 4,
            )),
            [a, ..] => Some((u32::from(a), pos + 1)),
        }
    }

    #[inline]
    fn back(self, pos: usize) -> Option<(u32, usize)> {
        let mut at = pos.min(self.0.len());
        loop {
            at = at.checked_sub(1)?;
            if !matches!(self.0.get(at)?, 0x80..0xc0) {
                return self.step(at).map(|(ch, _)| (ch, at));
            }
        }
    }

    #[inline]
    fn item(self, program: &Program, item: Item, pos: usize, locale: &Locale) -> Option<usize> {
        let lead = *self.0.get(pos)?;
        let fits = match item {
            Item::Nothing => false,
            Item::Byte(wanted) => lead == wanted,
            Item::Char(ch) => self.step(pos).is_some_and(|(other, _)| other == ch),
            Item::NotChar(ch) => self.step(pos).is_some_and(|(other, _)| other != ch),
            Item::Any => lead != b'\n',
            Item::AnyAll => true,
            Item::Set(set) => {
                let set = &program.sets[set as usize];
                match set.lead[usize::from(lead)] {
                    Lead::No => false,
                    Lead::Yes => true,
                    Lead::Decode => self
                        .step(pos)
                        .is_some_and(|(ch, _)| set.contains(ch, locale)),
                }
            }
        };
        fits.then(|| self.after(pos, lead))
    }

    fn run(
        self,
        program: &Program,
        item: Item,
        pos: usize,
        max: usize,
        locale: &Locale,
    ) -> (usize, usize) {
        let len = self.0.len();
        if max >= len {
            let rest = self.0.get(pos..).unwrap_or_default();
            match item {
                Item::Byte(wanted) => return (pos + span(rest, |byte| byte == wanted), 0),
                Item::Any => return (pos + memchr(b'\n', rest).unwrap_or(rest.len()), 0),
                Item::AnyAll => return (pos + rest.len(), 0),
                Item::NotChar(ch) => {
                    let encoded = encode(ch, program.kind);
                    let found = match encoded.only() {
                        Some(byte) => memchr(byte, rest),
                        None => memmem::find(rest, encoded.as_slice()),
                    };
                    return (pos + found.unwrap_or(rest.len()), 0);
                }
                Item::Nothing | Item::Char(_) | Item::Set(_) => {}
            }
        }
        let (mut pos, mut count) = (pos, 0);
        if let Item::Set(set) = item {
            let set = &program.sets[set as usize];
            while count < max
                && let Some(&lead) = self.0.get(pos)
            {
                let fits = match set.lead[usize::from(lead)] {
                    Lead::No => false,
                    Lead::Yes => true,
                    Lead::Decode => self
                        .step(pos)
                        .is_some_and(|(ch, _)| set.contains(ch, locale)),
                };
                if !fits {
                    break;
                }
                pos = if lead < 0x80 {
                    pos + 1
                } else {
                    self.after(pos, lead)
                };
                count += 1;
            }
            return (pos, count);
        }
        while count < max
            && let Some(next) = self.item(program, item, pos, locale)
        {
            pos = next;
            count += 1;
        }
        (pos, count)
    }

    fn back_by(self, pos: usize, count: usize) -> Option<usize> {
        let mut at = pos;
        for _ in 0..count {
            at = self.back(at)?.1;
        }
        Some(at)
    }
}
