//! Names that are written otherwise than a constant and have its normal form (PEP 3131): `Truᵉ` is no name.
//!
//! CPython: `_PyPegen_new_identifier` in `Parser/pegen.c`. The keywords themselves never come here.
//! Tests: `tests/run/syntax/`.

use ruff_python_ast::token::{TokenKind, Tokens};
use ruff_text_size::Ranged;
use taipan_text::Wtf8;
use taipan_text::unicode::{Database, Form};

const CONSTANTS: [&str; 3] = ["True", "False", "None"];

/// The constant that a name is in its normal form.
pub(super) fn constant_of(name: &str) -> Option<&'static str> {
    if name.is_ascii() {
        return None;
    }
    let normal = Database::Current.normalize(Form::Nfkc, Wtf8::from_str(name));
    CONSTANTS
        .into_iter()
        .find(|constant| normal.as_bytes() == constant.as_bytes())
}

/// The constant that the first such name of a source is.
pub(super) fn first_constant(source: &str, tokens: &Tokens) -> Option<&'static str> {
    if source.is_ascii() {
        return None;
    }
    tokens
        .iter()
        .filter(|token| token.kind() == TokenKind::Name)
        .find_map(|token| constant_of(&source[token.range()]))
}
