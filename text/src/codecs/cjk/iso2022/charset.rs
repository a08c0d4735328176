//! The character sets of ISO 2022: marks, widths, and their characters by way of the tables of EUC codecs.

use std::rc::Rc;

use super::super::table::{CjkTable, Decoded};
use super::{ASCII, TWO_BYTES};

/// A character set that a codec may switch to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::codecs::cjk) enum Designation {
    JisX0208,
    /// The edition of 1978; written never.
    JisX0208Old,
    JisX0212,
    JisX0201Roman,
    JisX0201Kana,
    /// The first plane, for characters that are two in Unicode.
    JisX0213Pairs {
        mark: u8,
    },
    JisX0213First {
        mark: u8,
    },
    /// The second plane, of the edition of 2000 or of 2004.
    JisX0213Second {
        of_2000: bool,
    },
    KsX1001,
    KsX1001InG0,
    Gb2312,
    Latin1,
    Greek,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Plane {
    G0,
    G1,
}

/// What a set has for a character, or for it and the next.
pub(super) enum Encoded {
    Not,
    /// The set may have a code for this character together with the next.
    BeginsTwo,
    Code(u32),
    CodeOfTwo(u32),
}

const LATIN1: u8 = b'A';
const GREEK: u8 = b'F';

/// The high bits that EUC adds to the two bytes of a set.
const HIGH_BITS: u32 = 0x8080;
/// Where the tables have what follows 0x8F.
const TRIPLE: u32 = 0x10000;
/// The code of U+3164 begins another sequence in EUC-KR.
const HANGUL_FILLER: (u32, u32) = (0x2454, 0x3164);

/// ISO 8859-7 from 0xA0 on, less 0xA0; 0 for bytes without a character.
const GREEK_CHARACTERS: [u16; 96] = [
    0x00A0, 0x2018, 0x2019, 0x00A3, 0, 0, 0x00A6, 0x00A7, 0x00A8, 0x00A9, 0, 0x00AB, 0x00AC,
    0x00AD, 0, 0x2015, 0x00B0, 0x00B1, 0x00B2, 0x00B3, 0x0384, 0x0385, 0x0386, 0x00B7, 0x0388,
    0x0389, 0x038A, 0x00BB, 0x038C, 0x00BD, 0x038E, 0x038F, 0x0390, 0x0391, 0x0392, 0x0393, 0x0394,
    0x0395, 0x0396, 0x0397, 0x0398, 0x0399, 0x039A, 0x039B, 0x039C, 0x039D, 0x039E, 0x039F, 0x03A0,
    0x03A1, 0, 0x03A3, 0x03A4, 0x03A5, 0x03A6, 0x03A7, 0x03A8, 0x03A9, 0x03AA, 0x03AB, 0x03AC,
    0x03AD, 0x03AE, 0x03AF, 0x03B0, 0x03B1, 0x03B2, 0x03B3, 0x03B4, 0x03B5, 0x03B6, 0x03B7, 0x03B8,
    0x03B9, 0x03BA, 0x03BB, 0x03BC, 0x03BD, 0x03BE, 0x03BF, 0x03C0, 0x03C1, 0x03C2, 0x03C3, 0x03C4,
    0x03C5, 0x03C6, 0x03C7, 0x03C8, 0x03C9, 0x03CA, 0x03CB, 0x03CC, 0x03CD, 0x03CE, 0,
];

/// Whether a code is of JIS X 0213's second plane; the other rows of EUC's triples are JIS X 0212's.
fn is_in_second_plane(code: u32) -> bool {
    matches!(code >> 8, 0x21 | 0x23..=0x25 | 0x28 | 0x2C..=0x2F | 0x6E..=0x7E)
}

/// The character of a byte after `ESC N`.
pub(super) fn decode_g2(mark: u8, byte: u8) -> Option<u32> {
    match mark {
        LATIN1 => (byte < 0x80).then(|| u32::from(byte) + 0x80),
        GREEK => match byte ^ 0x80 {
            byte @ 0..0xA0 => Some(u32::from(byte)),
            byte => match GREEK_CHARACTERS[usize::from(byte - 0xA0)] {
                0 => None,
                character => Some(u32::from(character)),
            },
        },
        ASCII => (byte < 0x80).then(|| u32::from(byte)),
        _ => None,
    }
}

impl Designation {
    /// The letter of its escape sequence, with a high bit for two bytes.
    pub(super) fn mark(self) -> u8 {
        match self {
            Self::JisX0208 => b'B' | TWO_BYTES,
            Self::JisX0208Old => b'@' | TWO_BYTES,
            Self::JisX0212 => b'D' | TWO_BYTES,
            Self::JisX0201Roman => b'J',
            Self::JisX0201Kana => b'I',
            Self::JisX0213Pairs { mark } | Self::JisX0213First { mark } => mark | TWO_BYTES,
            Self::JisX0213Second { .. } => b'P' | TWO_BYTES,
            Self::KsX1001 | Self::KsX1001InG0 => b'C' | TWO_BYTES,
            Self::Gb2312 => b'A' | TWO_BYTES,
            Self::Latin1 => LATIN1,
            Self::Greek => GREEK,
        }
    }

    pub(super) fn plane(self) -> Plane {
        match self {
            Self::KsX1001 => Plane::G1,
            _ => Plane::G0,
        }
    }

    pub(super) fn width(self) -> usize {
        if self.mark() & TWO_BYTES == 0 { 1 } else { 2 }
    }

    /// The number of its table among those of the codec.
    fn table(self, tables: &[Rc<CjkTable>]) -> Option<&CjkTable> {
        let number = match self {
            Self::JisX0213Pairs { .. }
            | Self::JisX0213First { .. }
            | Self::JisX0213Second { .. } => 1,
            Self::KsX1001InG0 => 1,
            Self::Gb2312 => 2,
            _ => 0,
        };
        tables.get(number).map(Rc::as_ref)
    }

    pub(super) fn decode(self, tables: &[Rc<CjkTable>], bytes: &[u8]) -> Option<Decoded> {
        let table = self.table(tables)?;
        match *bytes {
            [byte] => self.decode_byte(byte).map(Decoded::One),
            [high, low] if high < 0x80 && low < 0x80 => {
                let code = u32::from(high) << 8 | u32::from(low);
                self.decode_code(table, code)
            }
            _ => None,
        }
    }

    fn decode_byte(self, byte: u8) -> Option<u32> {
        match (self, byte) {
            (Self::JisX0201Roman, 0x5C) => Some(0xA5),
            (Self::JisX0201Roman, 0x7E) => Some(0x203E),
            (Self::JisX0201Roman, 0..0x80) => Some(u32::from(byte)),
            (Self::JisX0201Kana, 0x21..=0x5F) => Some(0xFF40 + u32::from(byte)),
            _ => None,
        }
    }

    fn decode_code(self, table: &CjkTable, code: u32) -> Option<Decoded> {
        match self {
            Self::JisX0212 => table.decode(TRIPLE | HIGH_BITS | code),
            // Here the codecs of EUC have the wide tilde, and a character that the edition of 2000 lacked.
            Self::JisX0213Pairs { .. } | Self::JisX0213First { .. } if code == 0x2232 => {
                Some(Decoded::One(0x7E))
            }
            Self::JisX0213Second { of_2000: true } if code == 0x7D3B => Some(Decoded::One(0x9B1C)),
            Self::JisX0213Second { .. } if !is_in_second_plane(code) => None,
            Self::JisX0213Second { .. } => table.decode(TRIPLE | HIGH_BITS | code),
            Self::KsX1001 | Self::KsX1001InG0 if code == HANGUL_FILLER.0 => {
                Some(Decoded::One(HANGUL_FILLER.1))
            }
            _ => table.decode(HIGH_BITS | code),
        }
    }

    pub(super) fn encode(
        self,
        tables: &[Rc<CjkTable>],
        first: u32,
        second: Option<u32>,
    ) -> Encoded {
        let Some(table) = self.table(tables) else {
            return Encoded::Not;
        };
        if let Self::JisX0213Pairs { .. } = self {
            if !table.begins_two(first) {
                return Encoded::Not;
            }
            let code = second.and_then(|second| table.encode_two(first, second));
            return code.map_or(Encoded::BeginsTwo, |code| {
                Encoded::CodeOfTwo(code & !HIGH_BITS)
            });
        }
        self.encode_one(table, first)
            .map_or(Encoded::Not, Encoded::Code)
    }

    fn encode_one(self, table: &CjkTable, character: u32) -> Option<u32> {
        match (self, character) {
            (Self::JisX0201Roman, 0xA5) => Some(0x5C),
            (Self::JisX0201Roman, 0x203E) => Some(0x7E),
            (Self::JisX0201Kana, 0xFF61..=0xFF9F) => Some(character - 0xFF40),
            (Self::JisX0201Roman | Self::JisX0201Kana | Self::Latin1 | Self::Greek, _) => None,
            (Self::JisX0212 | Self::JisX0213Second { .. }, _) => {
                let code = table.encode(character).filter(|code| *code >= TRIPLE)?;
                let code = code & !(TRIPLE | HIGH_BITS);
                (self == Self::JisX0212 || is_in_second_plane(code)).then_some(code)
            }
            // Only EUC has the wide tilde there.
            (Self::JisX0213First { .. }, 0xFF5E) => None,
            _ => {
                let code = table.encode(character)?;
                (0xA1A1..TRIPLE)
                    .contains(&code)
                    .then_some(code & !HIGH_BITS)
            }
        }
    }
}
