//! The normal forms NFC, NFD, NFKC and NFKD, and the quick check of whether a text is in one.
//!
//! CPython counterpart: `nfd_nfkd`, `nfc_nfkc` and `is_normalized_quickcheck` in `Modules/unicodedata.c`; the
//! algorithm is that of UAX #15. Tests: `text/tests/it/unicode.rs`.

use std::borrow::Cow;

use super::database::Database;
use super::tables::decompositions;
use crate::wtf8::{CodePoint, Wtf8, Wtf8Buf};

const S_BASE: u32 = 0xAC00;
const L_BASE: u32 = 0x1100;
const V_BASE: u32 = 0x1161;
const T_BASE: u32 = 0x11A7;
const L_COUNT: u32 = 19;
const V_COUNT: u32 = 21;
const T_COUNT: u32 = 28;
const S_COUNT: u32 = L_COUNT * V_COUNT * T_COUNT;

/// A normal form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Canonical decomposition, then composition.
    Nfc,
    /// Canonical decomposition.
    Nfd,
    /// Compatibility decomposition, then composition.
    Nfkc,
    /// Compatibility decomposition.
    Nfkd,
}

/// What the quick check knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Check {
    Yes,
    Maybe,
    No,
}

impl Form {
    /// The form of that name, as `unicodedata.normalize` spells it.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Form> {
        match name {
            "NFC" => Some(Form::Nfc),
            "NFD" => Some(Form::Nfd),
            "NFKC" => Some(Form::Nfkc),
            "NFKD" => Some(Form::Nfkd),
            _ => None,
        }
    }

    const fn is_compatibility(self) -> bool {
        matches!(self, Form::Nfkc | Form::Nfkd)
    }

    const fn composes(self) -> bool {
        matches!(self, Form::Nfc | Form::Nfkc)
    }

    const fn quick_check_shift(self) -> u32 {
        match self {
            Form::Nfc => 0,
            Form::Nfd => 2,
            Form::Nfkc => 4,
            Form::Nfkd => 6,
        }
    }
}

impl Database {
    /// `unicodedata.normalize`. Text that is in the form already is handed back.
    #[must_use]
    pub fn normalize(self, form: Form, text: &Wtf8) -> Cow<'_, Wtf8> {
        if self.quick_check(form, text) == Check::Yes {
            Cow::Borrowed(text)
        } else {
            Cow::Owned(self.rewrite(form, text))
        }
    }

    /// `unicodedata.is_normalized`.
    #[must_use]
    pub fn is_normalized(self, form: Form, text: &Wtf8) -> bool {
        match self.quick_check(form, text) {
            Check::Yes => true,
            Check::No => false,
            Check::Maybe => *self.rewrite(form, text) == *text,
        }
    }

    /// The old database has no quick check properties, so it only knows that ASCII is normal.
    fn quick_check(self, form: Form, text: &Wtf8) -> Check {
        if text.is_ascii() {
            return Check::Yes;
        }
        if self == Database::Ucd320 {
            return Check::Maybe;
        }
        let mut result = Check::Yes;
        let mut last_class = 0;
        for point in text.code_points() {
            if point.is_ascii() {
                last_class = 0;
                continue;
            }
            let properties = self.properties(point);
            let class = properties.combining();
            if class != 0 && last_class > class {
                return Check::No;
            }
            last_class = class;
            match properties.quick_check() >> form.quick_check_shift() & 3 {
                0 => {}
                1 => result = Check::Maybe,
                _ => return Check::No,
            }
        }
        result
    }

    fn rewrite(self, form: Form, text: &Wtf8) -> Wtf8Buf {
        let mut points = Vec::with_capacity(text.len());
        for point in text.code_points() {
            self.decompose(form.is_compatibility(), point, &mut points);
        }
        self.sort_marks(&mut points);
        if form.composes() {
            self.compose(&mut points);
        }
        points.into_iter().filter_map(CodePoint::from_u32).collect()
    }

    fn decompose(self, compatibility: bool, point: CodePoint, to: &mut Vec<u32>) {
        let c = point.to_u32();
        if (S_BASE..S_BASE + S_COUNT).contains(&c) {
            let (parts, len) = hangul_parts(c);
            to.extend_from_slice(&parts[..len]);
            return;
        }
        if self == Database::Ucd320
            && let Ok(at) = decompositions::CORRECTED.binary_search_by_key(&c, |&(from, _)| from)
        {
            to.push(decompositions::CORRECTED[at].1);
            return;
        }
        match self.stored_decomposition(point) {
            Some((tag, parts)) if compatibility || tag.is_empty() => {
                for part in parts.iter().filter_map(|&part| CodePoint::from_u32(part)) {
                    self.decompose(compatibility, part, to);
                }
            }
            _ => to.push(c),
        }
    }

    fn class(self, c: u32) -> u8 {
        CodePoint::from_u32(c).map_or(0, |point| self.properties(point).combining())
    }

    /// Puts each run of combining marks in the order of their classes, keeping the order within a class.
    fn sort_marks(self, points: &mut [u32]) {
        let mut start = 0;
        while start < points.len() {
            if points[start] < 0x300 || self.class(points[start]) == 0 {
                start += 1;
                continue;
            }
            let mut end = start + 1;
            while end < points.len() && self.class(points[end]) != 0 {
                end += 1;
            }
            points[start..end].sort_by_key(|&c| self.class(c));
            start = end;
        }
    }

    /// Composes in place: each starter takes in the marks behind it that nothing blocks.
    fn compose(self, points: &mut Vec<u32>) {
        let mut written = 0;
        let mut starter = None;
        let mut last_class = 0;
        for read in 0..points.len() {
            let c = points[read];
            let class = self.class(c);
            if let Some(at) = starter {
                let adjacent = at + 1 == written;
                if (adjacent || (last_class != 0 && last_class < class))
                    && let Some(composite) = compose_pair(points[at], c)
                {
                    points[at] = composite;
                    continue;
                }
            }
            if class == 0 {
                starter = Some(written);
            }
            last_class = class;
            points[written] = c;
            written += 1;
        }
        points.truncate(written);
    }
}

/// The two or three jamo of a Hangul syllable.
pub(super) fn hangul_parts(c: u32) -> ([u32; 3], usize) {
    let index = c - S_BASE;
    let lead = L_BASE + index / (V_COUNT * T_COUNT);
    let vowel = V_BASE + index % (V_COUNT * T_COUNT) / T_COUNT;
    let tail = T_BASE + index % T_COUNT;
    ([lead, vowel, tail], if tail == T_BASE { 2 } else { 3 })
}

fn compose_pair(first: u32, second: u32) -> Option<u32> {
    if (L_BASE..L_BASE + L_COUNT).contains(&first) && (V_BASE..V_BASE + V_COUNT).contains(&second) {
        return Some(S_BASE + ((first - L_BASE) * V_COUNT + second - V_BASE) * T_COUNT);
    }
    if (S_BASE..S_BASE + S_COUNT).contains(&first)
        && (first - S_BASE).is_multiple_of(T_COUNT)
        && (T_BASE + 1..T_BASE + T_COUNT).contains(&second)
    {
        return Some(first + second - T_BASE);
    }
    let at = decompositions::PAIRS
        .binary_search_by_key(&(first, second), |&(pair, _)| pair)
        .ok()?;
    Some(decompositions::PAIRS[at].1)
}
