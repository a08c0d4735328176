//! The codecs under all their names, for whoever has no codec search of Python's.
//!
//! CPython: `Lib/encodings/aliases.py`.

use std::rc::Rc;

use super::{CjkCodec, CjkSpec, CjkTable};

#[rustfmt::skip]
const ALIASES: &[(&str, &[&str])] = &[
    ("big5", &["big5_tw", "csbig5", "x_mac_trad_chinese"]),
    ("big5hkscs", &["big5_hkscs", "hkscs"]),
    ("cp932", &["932", "ms932", "ms_kanji", "mskanji", "windows_31j"]),
    ("cp949", &["949", "ms949", "uhc"]),
    ("cp950", &["950", "ms950"]),
    ("euc_jis_2004", &["euc_jis2004", "eucjis2004", "jisx0213"]),
    ("euc_jisx0213", &["eucjisx0213"]),
    ("euc_jp", &["eucjp", "u_jis", "ujis"]),
    ("euc_kr", &["cseuckr", "euckr", "korean", "ks_c_5601", "ks_c_5601_1987", "ks_x_1001", "ksc5601", "ksx1001", "x_mac_korean"]),
    ("gb18030", &["gb18030_2000"]),
    ("gb2312", &["chinese", "csiso58gb231280", "euc_cn", "euccn", "eucgb2312_cn", "gb2312_1980", "gb2312_80", "iso_ir_58", "x_mac_simp_chinese"]),
    ("gbk", &["936", "cp936", "ms936"]),
    ("hz", &["hz_gb", "hz_gb_2312", "hzgb"]),
    ("iso2022_jp", &["csiso2022jp", "iso2022jp", "iso_2022_jp"]),
    ("iso2022_jp_1", &["iso2022jp_1", "iso_2022_jp_1"]),
    ("iso2022_jp_2", &["iso2022jp_2", "iso_2022_jp_2"]),
    ("iso2022_jp_2004", &["iso2022jp_2004", "iso_2022_jp_2004"]),
    ("iso2022_jp_3", &["iso2022jp_3", "iso_2022_jp_3"]),
    ("iso2022_jp_ext", &["iso2022jp_ext", "iso_2022_jp_ext"]),
    ("iso2022_kr", &["csiso2022kr", "iso2022kr", "iso_2022_kr"]),
    ("johab", &["cp1361", "ms1361"]),
    ("shift_jis", &["csshiftjis", "s_jis", "shiftjis", "sjis", "x_mac_japanese"]),
    ("shift_jis_2004", &["s_jis_2004", "shiftjis2004", "sjis_2004"]),
    ("shift_jisx0213", &["s_jisx0213", "shiftjisx0213", "sjisx0213"]),
];

impl CjkCodec {
    /// The codec under one of its names, with its tables; case and punctuation do not matter.
    #[must_use]
    pub fn named(name: &str) -> Option<CjkCodec> {
        let name: String = name
            .chars()
            .map(|c| match c.to_ascii_lowercase() {
                c @ ('a'..='z' | '0'..='9') => c,
                _ => '_',
            })
            .collect();
        let is_it = |(own, others): &&(&str, &[&str])| *own == name || others.contains(&&*name);
        let (own, _) = ALIASES.iter().find(is_it)?;
        let spec = CjkSpec::all().iter().find(|spec| spec.name == *own)?;
        let tables: Vec<Rc<CjkTable>> = spec
            .tables
            .iter()
            .map(|table| Rc::new(CjkTable::load(table)))
            .collect();
        Some(CjkCodec::new(spec, tables.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_codec_has_a_name() {
        for spec in CjkSpec::all() {
            let found = CjkCodec::named(&spec.name.replace('_', "-").to_uppercase());
            assert_eq!(found.map(|codec| codec.name()), Some(spec.name));
        }
        assert!(CjkCodec::named("sjis").is_some() && CjkCodec::named("utf-8").is_none());
    }
}
