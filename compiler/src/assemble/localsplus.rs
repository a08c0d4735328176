//! Names and kinds of the frame's slots.
//!
//! CPython: `compute_localsplus_info` in `Python/assemble.c`. Locals come first, then cells that are no locals, then
//! free variables. Tests: `tests/bytecode`.

use super::UnitMetadata;
use crate::code_object::{CodeFlags, LocalKind, Name};

pub(super) fn compute_localsplus_info(
    unit: &UnitMetadata,
    count: usize,
    flags: CodeFlags,
) -> (Box<[Name]>, Box<[LocalKind]>) {
    let mut names = Vec::with_capacity(count);
    let mut kinds = Vec::with_capacity(count);
    for (index, name) in unit.varnames.iter().enumerate() {
        let mut kind = LocalKind::LOCAL | parameter_kind(unit, flags, index as u32);
        kind.set(LocalKind::HIDDEN, unit.fast_hidden.contains(name));
        kind.set(LocalKind::CELL, unit.cellvars.contains(name));
        names.push(name.clone());
        kinds.push(kind);
    }
    for name in unit
        .cellvars
        .iter()
        .filter(|name| !unit.varnames.contains(name))
    {
        names.push(name.clone());
        kinds.push(LocalKind::CELL);
    }
    for name in &unit.freevars {
        names.push(name.clone());
        kinds.push(LocalKind::FREE);
    }
    debug_assert_eq!(names.len(), count);
    (names.into_boxed_slice(), kinds.into_boxed_slice())
}

/// Which arguments can fill the local, if it is a parameter.
fn parameter_kind(unit: &UnitMetadata, flags: CodeFlags, index: u32) -> LocalKind {
    let positional = unit.posonlyargcount + unit.argcount;
    let named = positional + unit.kwonlyargcount;
    let args = named + u32::from(flags.contains(CodeFlags::VARARGS));
    let kwargs = args + u32::from(flags.contains(CodeFlags::VARKEYWORDS));
    match index {
        index if index < unit.posonlyargcount => LocalKind::ARG_POS,
        index if index < positional => LocalKind::ARG_POS | LocalKind::ARG_KW,
        index if index < named => LocalKind::ARG_KW,
        index if index < args => LocalKind::ARG_VAR | LocalKind::ARG_POS,
        index if index < kwargs => LocalKind::ARG_VAR | LocalKind::ARG_KW,
        _ => LocalKind::empty(),
    }
}
