//! The generated tables and the types of their rows.
//!
//! Made by `text/tables/generate.py`; the layout is known only to this folder, `classes.rs`, `database.rs` and
//! `normalize.rs`.

#[rustfmt::skip]
pub(super) mod database;
#[rustfmt::skip]
pub(super) mod decompositions;
#[rustfmt::skip]
pub(super) mod sequences;
#[rustfmt::skip]
pub(super) mod str_records;

/// What the methods of `str` ask of a code point. Case mappings are deltas, or positions in the special mappings.
pub(in crate::unicode) struct StrRecord {
    pub(in crate::unicode) flags: u16,
    /// Value as a digit; 255 for none.
    pub(in crate::unicode) digit: u8,
    pub(in crate::unicode) upper: i32,
    pub(in crate::unicode) lower: i32,
    pub(in crate::unicode) title: i32,
    pub(in crate::unicode) fold: i32,
    pub(in crate::unicode) simple_lower: i32,
}

/// The properties in `unicodedata`; the numbers are places in the arrays of names.
pub(in crate::unicode) struct DatabaseRecord {
    pub(in crate::unicode) category: u8,
    pub(in crate::unicode) bidirectional: u8,
    pub(in crate::unicode) combining: u8,
    pub(in crate::unicode) width: u8,
    pub(in crate::unicode) mirrored: bool,
    pub(in crate::unicode) numeric: u8,
    pub(in crate::unicode) decimal: u8,
    pub(in crate::unicode) digit: u8,
    /// Two bits each for NFC, NFD, NFKC, NFKD: 0 yes, 1 maybe, 2 no.
    pub(in crate::unicode) quick_check: u8,
}
