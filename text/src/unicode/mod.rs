//! Unicode 16.0 as CPython 3.14 knows it: classes, case mappings, database properties, normal forms, names.
//!
//! CPython counterparts: `Objects/unicodectype.c` and `Modules/unicodedata.c`. Everything reads constant tables, so
//! nothing is paid at start-up. The tables come from CPython itself (`text/tables/generate.py`).
//! Tests: in each file, and `text/tests/it/unicode.rs` against digests made by CPython.

mod classes;
mod database;
mod identifier;
mod names;
mod normalize;
mod tables;

pub use classes::CaseMapping;
pub use database::{Database, Properties};
pub use identifier::is_identifier;
pub use names::{lookup_character, lookup_sequence, name};
pub use normalize::Form;
