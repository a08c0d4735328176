//! Every property of every code point against CPython's, by checksums (`golden/make_unicode.py`).

use taipan_text::unicode::{
    Database, Form, is_identifier, lookup_character, lookup_sequence, name,
};
use taipan_text::{CodePoint, Wtf8Buf};

use crate::golden::{Crc, rows};

const MIX: [u32; 29] = [
    0x61, 0x41, 0x301, 0x300, 0x323, 0x327, 0x344, 0x1E69, 0x1100, 0x1161, 0x11A8, 0xAC00, 0xAC01,
    0x212B, 0xFB01, 0x0F71, 0x0F72, 0x0FB2, 0x1D15E, 0x2F868, 0xD800, 0x958, 0x5D0, 0x5B0, 0x3099,
    0x304B, 0x1EB1, 0x345, 0x3B1,
];

fn mixed() -> Vec<Wtf8Buf> {
    let mut state = 1u64;
    let mut next = || {
        state = (state * 1_103_515_245 + 12345) % (1 << 31);
        MIX[(state >> 16) as usize % MIX.len()]
    };
    (0..20000)
        .map(|_| Wtf8Buf::from_u32s(&[0; 7].map(|_| next())).expect("in range"))
        .collect()
}

fn hexes(text: impl IntoIterator<Item = CodePoint>) -> String {
    text.into_iter()
        .map(|point| format!("{:X}", point.to_u32()))
        .collect::<Vec<_>>()
        .join(" ")
}

fn all() -> impl Iterator<Item = CodePoint> {
    (0..0x11_0000).filter_map(CodePoint::from_u32)
}

fn flag(value: bool) -> String {
    u8::from(value).to_string()
}

fn number<T: std::fmt::Debug>(value: Option<T>) -> String {
    value.map_or(String::new(), |value| format!("{value:?}"))
}

fn digest(lines: impl Iterator<Item = String>) -> String {
    let mut crc = Crc::new();
    lines.for_each(|line| crc.line(&line));
    crc.finish()
}

fn after_a(point: CodePoint) -> Wtf8Buf {
    [CodePoint::from('a'), point].into_iter().collect()
}

fn of_code_point(property: &str, database: Database, point: CodePoint) -> String {
    let properties = database.properties(point);
    match property {
        "isalpha" => flag(point.is_alpha()),
        "isdecimal" => flag(point.is_decimal()),
        "isdigit" => flag(point.is_digit()),
        "isnumeric" => flag(point.is_numeric()),
        "isalnum" => flag(point.is_alnum()),
        "islower" => flag(point.is_lower()),
        "isupper" => flag(point.is_upper()),
        "isspace" => flag(point.is_space()),
        "isprintable" => flag(point.is_printable()),
        "isidentifier" => flag(is_identifier(&Wtf8Buf::from(point))),
        "continues" => flag(is_identifier(&after_a(point))),
        "breaks_line" => flag(point.is_line_break()),
        "upper" => hexes(point.to_upper()),
        "lower" => hexes(point.to_lower()),
        "title" => hexes(point.to_title()),
        "casefold" => hexes(point.to_fold()),
        "simple_lower" => hexes([point.simple_lower()]),
        "name" => name(point).unwrap_or_default(),
        "category" => properties.category().into(),
        "bidirectional" => properties.bidirectional().into(),
        "combining" => properties.combining().to_string(),
        "east_asian_width" => properties.east_asian_width().into(),
        "mirrored" => flag(properties.mirrored()),
        "decimal" => number(properties.decimal()),
        "digit" => number(properties.digit()),
        "numeric" => properties
            .numeric()
            .map_or(String::new(), |value| format!("{:016x}", value.to_bits())),
        "decomposition" => database.decomposition(point),
        form => {
            let form = Form::from_name(form).expect("a known property");
            hexes(
                database
                    .normalize(form, &Wtf8Buf::from(point))
                    .code_points(),
            )
        }
    }
}

#[test]
fn every_property_equals_cpythons() {
    let mixed = mixed();
    let mut wrong = Vec::new();
    for row in rows(include_str!("../golden/unicode.tsv")) {
        let (property, database) = match row[0].strip_suffix("_3_2_0") {
            Some(property) => (property, Database::Ucd320),
            None => (row[0], Database::Current),
        };
        let ours = if let Some(form) = property.strip_suffix("_mixed") {
            let form = Form::from_name(form).expect("a form");
            digest(
                mixed
                    .iter()
                    .map(|text| hexes(database.normalize(form, text).code_points())),
            )
        } else if let Some(form) = property.strip_suffix("_is") {
            let form = Form::from_name(form).expect("a form");
            digest(
                mixed
                    .iter()
                    .map(|text| flag(database.is_normalized(form, text))),
            )
        } else {
            digest(all().map(|point| of_code_point(property, database, point)))
        };
        if ours != row[1] {
            wrong.push(row[0]);
        }
    }
    assert_eq!(wrong, [""; 0], "these differ from CPython");
}

#[test]
fn names_are_found_again() {
    for point in all() {
        if let Some(name) = name(point) {
            assert_eq!(
                lookup_character(&name.to_lowercase()),
                Some(point),
                "{name}"
            );
        }
    }
    assert_eq!(lookup_character("VS17"), CodePoint::from_u32(0xE0100));
    assert_eq!(
        lookup_character("TANGUT IDEOGRAPH-17000"),
        CodePoint::from_u32(0x17000)
    );
    assert_eq!(lookup_character("BELL"), CodePoint::from_u32(0x1F514));
    for unknown in [
        "",
        "nonsense",
        "KEYCAP DIGIT ONE",
        "CJK UNIFIED IDEOGRAPH-04E00",
        "LATIN  SMALL LETTER A",
        "\u{130}",
    ] {
        assert_eq!(lookup_character(unknown), None, "{unknown}");
    }
    assert_eq!(
        lookup_sequence("keycap digit one"),
        Some("1\u{fe0f}\u{20e3}")
    );
}
