//! The blocks of methods of a native class, and how the tables of several become one.
//!
//! CPython's counterpart are the `tp_methods`, `tp_getset` and `tp_members` of a type. `#[pymethods]` implements
//! [`ClassPart`]; `#[pyclass]` collects. Tests: `vm/src/native/tests.rs`.

use super::{Binding, Callee, FunctionDef, GetSetDef, MemberDef};
use crate::objects::slots::Slots;
use crate::value::Value;

/// One `#[pymethods]` block of a class; `PART` is its number.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no `#[pymethods]` block number {PART}",
    label = "this class",
    note = "a class without methods still needs `#[pymethods] impl {Self} {{}}`"
)]
pub trait ClassPart<const PART: usize> {
    /// The constructor's signature as Python writes it.
    const TEXT_SIGNATURE: Option<&'static str>;
    const METHODS: &'static [FunctionDef];
    const GETSETS: &'static [GetSetDef];
    const MEMBERS: &'static [MemberDef];
    const FILL_SLOTS: fn(&Slots);
}

/// What a table is filled with before the parts are copied in; `N` is the parts' total, so none of it stays.
const BLANK_FUNCTION: FunctionDef = FunctionDef {
    name: "",
    doc: None,
    text_signature: None,
    binding: Binding::StaticMethod,
    callee: Callee::NoArgs(|_, _| Ok(Value::NONE)),
};

const BLANK_ATTRIBUTE: GetSetDef = GetSetDef {
    name: "",
    doc: None,
    get: None,
    set: None,
};

/// Puts the method tables of all parts behind each other.
pub const fn concatenate_functions<const N: usize>(parts: &[&[FunctionDef]]) -> [FunctionDef; N] {
    let mut all = [BLANK_FUNCTION; N];
    let mut next = 0;
    let mut part = 0;
    while part < parts.len() {
        let mut index = 0;
        while index < parts[part].len() {
            let FunctionDef {
                name,
                doc,
                text_signature,
                binding,
                callee,
            } = parts[part][index];
            all[next] = FunctionDef {
                name,
                doc,
                text_signature,
                binding,
                callee,
            };
            next += 1;
            index += 1;
        }
        part += 1;
    }
    assert!(next == N);
    all
}

/// Puts the attribute tables of all parts behind each other.
pub const fn concatenate_attributes<const N: usize>(parts: &[&[GetSetDef]]) -> [GetSetDef; N] {
    let mut all = [BLANK_ATTRIBUTE; N];
    let mut next = 0;
    let mut part = 0;
    while part < parts.len() {
        let mut index = 0;
        while index < parts[part].len() {
            let GetSetDef {
                name,
                doc,
                get,
                set,
            } = parts[part][index];
            all[next] = GetSetDef {
                name,
                doc,
                get,
                set,
            };
            next += 1;
            index += 1;
        }
        part += 1;
    }
    assert!(next == N);
    all
}
