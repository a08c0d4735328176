//! Reads golden files.

use taipan_text::{CodePoint, Wtf8Buf};

/// The rows of a tab-separated golden file, with its escapes (`\t`, `\n`, `\r`, `\\`) still in place.
pub(crate) fn rows(text: &str) -> impl Iterator<Item = Vec<&str>> {
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split('\t').collect())
}

/// CRC-32 as in zlib.
pub(crate) struct Crc(u32);

impl Crc {
    pub(crate) fn new() -> Crc {
        Crc(!0)
    }

    pub(crate) fn line(&mut self, line: &str) {
        for &byte in line.as_bytes().iter().chain(b"\n") {
            self.0 = (self.0 >> 8) ^ CRC_TABLE[usize::from(self.0 as u8 ^ byte)];
        }
    }

    pub(crate) fn finish(self) -> String {
        format!("{:08x}", !self.0)
    }
}

/// Undoes the escapes `\u{...}` of the golden scripts.
pub(crate) fn unescape(field: &str) -> Wtf8Buf {
    let mut text = Wtf8Buf::new();
    let mut rest = field;
    while let Some((before, after)) = rest.split_once("\\u{") {
        text.push_str(before);
        let (digits, after) = after.split_once('}').expect("closed escape");
        let number = u32::from_str_radix(digits, 16).expect("hexadecimal");
        text.push(CodePoint::from_u32(number).expect("in range"));
        rest = after;
    }
    text.push_str(rest);
    text
}

/// Fails with the first of the differences, and their number.
pub(crate) fn report(differences: &[String]) {
    let shown: Vec<&String> = differences.iter().take(12).collect();
    assert!(
        differences.is_empty(),
        "{} differ from CPython:\n{shown:#?}",
        differences.len()
    );
}

static CRC_TABLE: [u32; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let (mut crc, mut bit) = (byte as u32, 0);
        while bit < 8 {
            crc = if crc & 1 == 1 {
                crc >> 1 ^ 0xEDB8_8320
            } else {
                crc >> 1
            };
            bit += 1;
        }
        table[byte] = crc;
        byte += 1;
    }
    table
};
