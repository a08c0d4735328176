//! All codecs, their tables and what is special about them.

use super::iso2022::{Config, Designation};

/// The module that has the codec.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CjkFamily {
    Cn,
    Hk,
    Iso2022,
    Jp,
    Kr,
    Tw,
}

/// A codec without its tables.
pub struct CjkSpec {
    pub name: &'static str,
    pub family: CjkFamily,
    /// Names of [`CjkTable`](super::CjkTable)s.
    pub tables: &'static [&'static str],
    pub(super) kind: Kind,
}

#[derive(Clone, Copy)]
pub(super) enum Kind {
    DoubleByte(Rules),
    Hz,
    Iso2022(&'static Config),
}

/// What the table of a codec with one and two bytes does not say.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Rules {
    /// A byte from 0x80 on begins a pair.
    Pairs,
    /// The same, and 0x8F begins a triple.
    PairsAndTriples,
    /// Only 0x81 to 0x9F and 0xE0 to this byte begin a pair.
    ShiftJis(u8),
    /// `PairsAndTriples` and `ShiftJis` of JIS X 0213 as it was in 2000, without the characters of 2004.
    EucOf2000,
    ShiftJisOf2000,
    /// Syllables without a code are spelled in eight bytes.
    EucKr,
    /// All other characters have four bytes.
    Gb18030,
}

impl Rules {
    /// The last byte that begins a pair, where they are in two ranges.
    pub(super) fn last_of_shift_jis(self) -> Option<u8> {
        match self {
            Self::ShiftJis(last) => Some(last),
            Self::ShiftJisOf2000 => Some(0xFC),
            _ => None,
        }
    }

    pub(super) fn has_triples(self) -> bool {
        matches!(self, Self::PairsAndTriples | Self::EucOf2000)
    }

    /// Whether a code is one of those added in 2004.
    pub(super) fn is_from_2004(self, code: u32) -> bool {
        match self {
            Self::EucOf2000 => matches!(
                code,
                0xAEA1 | 0xAFFE | 0xCFD4 | 0xCFFE | 0xF4A7 | 0xFEFA..=0xFEFE
            ),
            Self::ShiftJisOf2000 => matches!(
                code,
                0x879F | 0x889E | 0x9873 | 0x989E | 0xEAA5 | 0xEFF8..=0xEFFC
            ),
            _ => false,
        }
    }
}

impl CjkSpec {
    pub(super) fn all() -> &'static [CjkSpec] {
        SPECS
    }

    /// The codec of that name in that module.
    #[must_use]
    pub fn find(family: CjkFamily, name: &str) -> Option<&'static Self> {
        SPECS
            .iter()
            .find(|spec| spec.family == family && spec.name == name)
    }
}

macro_rules! spec {
    ($family:ident $name:literal: $kind:expr, $($table:literal)*) => {
        CjkSpec {
            name: $name,
            family: CjkFamily::$family,
            tables: &[$($table),*],
            kind: $kind,
        }
    };
}

macro_rules! iso2022 {
    ($name:literal: $config:expr, $($table:literal)*) => {
        spec!(Iso2022 $name: Kind::Iso2022(&$config), $($table)*)
    };
}

use Designation as D;
use Kind::DoubleByte;

const JAPANESE: Config = Config {
    with_shift: false,
    with_g2: false,
    with_announcer: true,
    designations: &[],
};

static SPECS: &[CjkSpec] = &[
    spec!(Cn "gb2312": DoubleByte(Rules::Pairs), "gb2312"),
    spec!(Cn "gbk": DoubleByte(Rules::Pairs), "gbk"),
    spec!(Cn "gb18030": DoubleByte(Rules::Gb18030), "gb18030"),
    spec!(Cn "hz": Kind::Hz, "gb2312"),
    spec!(Hk "big5hkscs": DoubleByte(Rules::Pairs), "big5hkscs"),
    spec!(Jp "shift_jis": DoubleByte(Rules::ShiftJis(0xEA)), "shift_jis"),
    spec!(Jp "cp932": DoubleByte(Rules::ShiftJis(0xFC)), "cp932"),
    spec!(Jp "euc_jp": DoubleByte(Rules::PairsAndTriples), "euc_jp"),
    spec!(Jp "shift_jis_2004": DoubleByte(Rules::ShiftJis(0xFC)), "shift_jis_2004"),
    spec!(Jp "euc_jis_2004": DoubleByte(Rules::PairsAndTriples), "euc_jis_2004"),
    spec!(Jp "euc_jisx0213": DoubleByte(Rules::EucOf2000), "euc_jisx0213"),
    spec!(Jp "shift_jisx0213": DoubleByte(Rules::ShiftJisOf2000), "shift_jisx0213"),
    spec!(Kr "euc_kr": DoubleByte(Rules::EucKr), "euc_kr"),
    spec!(Kr "cp949": DoubleByte(Rules::Pairs), "cp949"),
    spec!(Kr "johab": DoubleByte(Rules::Pairs), "johab"),
    spec!(Tw "big5": DoubleByte(Rules::Pairs), "big5"),
    spec!(Tw "cp950": DoubleByte(Rules::Pairs), "cp950"),
    iso2022!("iso2022_kr": Config {
        with_shift: true,
        with_g2: false,
        with_announcer: false,
        designations: &[D::KsX1001],
    }, "euc_kr"),
    iso2022!("iso2022_jp": Config {
        designations: &[D::JisX0208, D::JisX0201Roman, D::JisX0208Old],
        ..JAPANESE
    }, "euc_jp"),
    iso2022!("iso2022_jp_1": Config {
        designations: &[D::JisX0208, D::JisX0212, D::JisX0201Roman, D::JisX0208Old],
        ..JAPANESE
    }, "euc_jp"),
    iso2022!("iso2022_jp_2": Config {
        with_g2: true,
        designations: &[
            D::JisX0208,
            D::JisX0212,
            D::KsX1001InG0,
            D::Gb2312,
            D::JisX0201Roman,
            D::JisX0208Old,
            D::Latin1,
            D::Greek,
        ],
        ..JAPANESE
    }, "euc_jp" "euc_kr" "gb2312"),
    iso2022!("iso2022_jp_2004": Config {
        designations: &[
            D::JisX0213Pairs { mark: b'Q' },
            D::JisX0208,
            D::JisX0213First { mark: b'Q' },
            D::JisX0213Second { of_2000: false },
        ],
        ..JAPANESE
    }, "euc_jp" "euc_jis_2004"),
    iso2022!("iso2022_jp_3": Config {
        designations: &[
            D::JisX0213Pairs { mark: b'O' },
            D::JisX0208,
            D::JisX0213First { mark: b'O' },
            D::JisX0213Second { of_2000: true },
        ],
        ..JAPANESE
    }, "euc_jp" "euc_jisx0213"),
    iso2022!("iso2022_jp_ext": Config {
        designations: &[
            D::JisX0208,
            D::JisX0212,
            D::JisX0201Roman,
            D::JisX0201Kana,
            D::JisX0208Old,
        ],
        ..JAPANESE
    }, "euc_jp"),
];
