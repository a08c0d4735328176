//! The codecs of Chinese, Japanese and Korean against CPython's answers (`golden/make_cjk.py`).

use std::rc::Rc;

use taipan_text::codecs::{
    BuiltinError, BuiltinHandler, CjkCodec, CjkFamily, CjkSpec, CjkTable, Input,
};
use taipan_text::{CodePoint, Wtf8Buf};

use crate::golden::{Crc, report, rows};

const PREFIXES: [&str; 14] = [
    "",
    "1b2442",
    "1b242844",
    "1b242843",
    "1b2441",
    "1b242851",
    "1b24284f",
    "1b242850",
    "1b284a",
    "1b2849",
    "1b2429430e",
    "1b2e461b4e",
    "7e7b",
    "8f",
];

fn family(name: &str) -> CjkFamily {
    match name {
        "Cn" => CjkFamily::Cn,
        "Hk" => CjkFamily::Hk,
        "Iso2022" => CjkFamily::Iso2022,
        "Jp" => CjkFamily::Jp,
        "Kr" => CjkFamily::Kr,
        _ => CjkFamily::Tw,
    }
}

fn codec(family_name: &str, name: &str) -> CjkCodec {
    let spec = CjkSpec::find(family(family_name), name).expect("a codec of the list");
    let tables = spec.tables.iter().map(|name| Rc::new(CjkTable::load(name)));
    CjkCodec::new(spec, tables.collect())
}

fn strict() -> BuiltinHandler {
    BuiltinHandler::from_name("strict").expect("a standard handler")
}

fn encodings(codec: &CjkCodec) -> String {
    let mut crc = Crc::new();
    for number in 0..0x3_0000 {
        let mut text = Wtf8Buf::new();
        text.push(CodePoint::from_u32(number).expect("in range"));
        let mut state = codec.start();
        match codec.encode(&mut state, &text, Input::Final, &mut strict()) {
            Ok((mut bytes, _)) => {
                codec.reset_encoding(&mut state, &mut bytes);
                let shown: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
                crc.line(&shown);
            }
            Err(_) => crc.line("-"),
        }
    }
    crc.finish()
}

fn decodings(codec: &CjkCodec) -> String {
    let mut crc = Crc::new();
    for prefix in PREFIXES {
        let firsts = if matches!(prefix, "" | "8f") {
            0x80..=0xFF
        } else {
            0x21..=0x7E
        };
        let start: Vec<u8> = (0..prefix.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&prefix[at..at + 2], 16).expect("hexadecimal"))
            .collect();
        for first in firsts {
            for second in 0x20..=0xFF {
                let mut bytes = start.clone();
                bytes.extend([first, second]);
                let mut state = codec.start_decoding();
                let line = match codec.decode(&mut state, &bytes, Input::Final, &mut strict()) {
                    Ok(decoded) => {
                        let points = decoded.text.code_points();
                        let shown: Vec<String> = points
                            .map(|point| format!("{:x}", point.to_u32()))
                            .collect();
                        shown.join(" ")
                    }
                    Err(BuiltinError::Codec(error)) => format!("! {} {}", error.start, error.end),
                    Err(error) => error.to_string(),
                };
                crc.line(&line);
            }
        }
    }
    crc.finish()
}

#[test]
fn every_character_and_sequence() {
    let mut differences = Vec::new();
    for row in rows(include_str!("../golden/cjk.tsv")) {
        let [family, name, encoded, decoded] = row[..] else {
            panic!("a row has four fields");
        };
        let codec = codec(family, name);
        if encodings(&codec) != encoded {
            differences.push(format!("{name}: encodings"));
        }
        if decodings(&codec) != decoded {
            differences.push(format!("{name}: decodings"));
        }
    }
    report(&differences);
}
