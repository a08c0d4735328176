//! The properties that the module `unicodedata` reports, for Unicode 16.0 and for 3.2.0.
//!
//! CPython counterpart: the getters of `Modules/unicodedata.c`; [`Database::Ucd320`] is `ucd_3_2_0`, which IDNA
//! needs. Tests: `text/tests/it/unicode.rs`.

use super::tables::DatabaseRecord;
use super::tables::database as table;
use super::tables::decompositions;
use crate::wtf8::CodePoint;

/// Which version of the database answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Database {
    /// Unicode 16.0.
    Current,
    /// Unicode 3.2.0.
    Ucd320,
}

/// The properties of one code point.
#[derive(Clone, Copy)]
pub struct Properties {
    record: &'static DatabaseRecord,
}

const HANGUL_FIRST: u32 = 0xAC00;
const HANGUL_COUNT: u32 = 11_172;

impl Database {
    /// The version as `unidata_version` gives it.
    #[must_use]
    pub const fn version(self) -> &'static str {
        match self {
            Database::Current => "16.0.0",
            Database::Ucd320 => "3.2.0",
        }
    }

    /// The properties of a code point.
    #[must_use]
    pub fn properties(self, point: CodePoint) -> Properties {
        let c = point.to_u32() as usize;
        let record = match self {
            Database::Current => {
                let block = usize::from(table::STAGE1[c >> table::SHIFT]) << table::SHIFT;
                let row = table::STAGE2[block + (c & ((1 << table::SHIFT) - 1))];
                &table::RECORDS[usize::from(row)]
            }
            Database::Ucd320 => {
                let block =
                    usize::from(table::OLD_STAGE1[c >> table::OLD_SHIFT]) << table::OLD_SHIFT;
                let row = table::OLD_STAGE2[block + (c & ((1 << table::OLD_SHIFT) - 1))];
                &table::OLD_RECORDS[usize::from(row)]
            }
        };
        Properties { record }
    }

    /// The decomposition of one step: its tag (`""` if canonical, else such as `"<compat>"`) and its code points.
    /// Hangul syllables, which are computed, have none here.
    pub(super) fn stored_decomposition(
        self,
        point: CodePoint,
    ) -> Option<(&'static str, &'static [u32])> {
        let c = point.to_u32() as usize;
        let block = usize::from(decompositions::STAGE1[c >> decompositions::SHIFT])
            << decompositions::SHIFT;
        let place = decompositions::STAGE2[block + (c & ((1 << decompositions::SHIFT) - 1))];
        if place == 0 || (self == Database::Ucd320 && !self.properties(point).is_assigned()) {
            return None;
        }
        let place = usize::from(place);
        let head = decompositions::POOL[place] as usize;
        let points = &decompositions::POOL[place + 1..place + 1 + (head & 0xFF)];
        Some((decompositions::TAGS[head >> 8], points))
    }

    /// `unicodedata.decomposition`: tag and hexadecimal code points, or nothing.
    #[must_use]
    pub fn decomposition(self, point: CodePoint) -> String {
        let mut parts: Vec<String> = Vec::new();
        let c = point.to_u32();
        if let Some((tag, points)) = self.stored_decomposition(point) {
            if !tag.is_empty() {
                parts.push(tag.to_owned());
            }
            parts.extend(points.iter().map(|part| format!("{part:04X}")));
        } else if (HANGUL_FIRST..HANGUL_FIRST + HANGUL_COUNT).contains(&c) {
            let (parts_of_syllable, len) = super::normalize::hangul_parts(c);
            parts.extend(
                parts_of_syllable[..len]
                    .iter()
                    .map(|part| format!("{part:04X}")),
            );
        }
        parts.join(" ")
    }
}

impl Properties {
    /// General category, such as `"Lu"`.
    #[must_use]
    pub fn category(self) -> &'static str {
        table::CATEGORIES[usize::from(self.record.category)]
    }

    /// False for category `Cn`.
    #[must_use]
    pub fn is_assigned(self) -> bool {
        self.record.category != 0
    }

    /// Bidirectional class, such as `"L"`; empty if none is defined.
    #[must_use]
    pub fn bidirectional(self) -> &'static str {
        table::BIDIRECTIONAL[usize::from(self.record.bidirectional)]
    }

    /// Canonical combining class.
    #[must_use]
    pub fn combining(self) -> u8 {
        self.record.combining
    }

    /// East Asian width, such as `"Na"`.
    #[must_use]
    pub fn east_asian_width(self) -> &'static str {
        table::WIDTHS[usize::from(self.record.width)]
    }

    /// Is mirrored in text that runs from right to left.
    #[must_use]
    pub fn mirrored(self) -> bool {
        self.record.mirrored
    }

    /// Value as a decimal digit.
    #[must_use]
    pub fn decimal(self) -> Option<u8> {
        (self.record.decimal != 255).then_some(self.record.decimal)
    }

    /// Value as a digit.
    #[must_use]
    pub fn digit(self) -> Option<u8> {
        (self.record.digit != 255).then_some(self.record.digit)
    }

    /// Numeric value, fractions included.
    #[must_use]
    pub fn numeric(self) -> Option<f64> {
        (self.record.numeric != 0).then(|| table::NUMERICS[usize::from(self.record.numeric)])
    }

    /// Two bits each for NFC, NFD, NFKC, NFKD: 0 yes, 1 maybe, 2 no.
    pub(super) fn quick_check(self) -> u8 {
        self.record.quick_check
    }
}
