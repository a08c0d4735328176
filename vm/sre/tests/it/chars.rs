//! The constants and the case functions, against CPython's for every code point (`tests/golden/chars.json`).

use serde::Deserialize;
use taipan_sre::{
    CODESIZE, MAGIC, MAXGROUPS, MAXREPEAT, ascii_iscased, ascii_tolower, unicode_iscased,
    unicode_tolower,
};

#[derive(Deserialize)]
struct Characters {
    constants: [u64; 4],
    lower: Vec<(u32, u32)>,
    cased: Vec<u32>,
    ascii_lower: Vec<(u32, u32)>,
    ascii_cased: Vec<u32>,
}

fn characters() -> Characters {
    let text = std::fs::read_to_string("tests/golden/chars.json").expect("the golden is there");
    serde_json::from_str(&text).expect("the golden is well formed")
}

fn check_lower(lower: fn(u32) -> u32, wanted: &[(u32, u32)]) {
    let found = (0..=0x10_ffff)
        .map(|ch| (ch, lower(ch)))
        .filter(|(ch, lower)| ch != lower);
    assert!(found.eq(wanted.iter().copied()));
}

fn check_cased(is_cased: fn(u32) -> bool, wanted: &[u32]) {
    assert!(
        (0..=0x10_ffff)
            .filter(|&ch| is_cased(ch))
            .eq(wanted.iter().copied())
    );
}

#[test]
fn constants_are_those_of_cpython() {
    let found = [
        u64::from(MAGIC),
        CODESIZE as u64,
        u64::from(MAXREPEAT),
        MAXGROUPS as u64,
    ];
    assert_eq!(found, characters().constants);
}

#[test]
fn case_is_that_of_cpython() {
    let characters = characters();
    check_lower(unicode_tolower, &characters.lower);
    check_cased(unicode_iscased, &characters.cased);
    check_lower(ascii_tolower, &characters.ascii_lower);
    check_cased(ascii_iscased, &characters.ascii_cased);
}
