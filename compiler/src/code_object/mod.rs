//! The code object: what the compiler makes and an interpreter runs.
//!
//! CPython: `PyCodeObject` (`Include/cpython/code.h`, `Objects/codeobject.c`). Immutable and shared; the fields are
//! Python's `co_*` attributes. `code` holds the instructions with zeroed inline caches and without specialised
//! instructions, two bytes a unit.
//! Invariant: `localspluskinds` is as long as `localsplusnames`. Tests: `positions.rs`, `exception_table.rs`, and the
//! bytecode goldens.

mod code_ref;
mod exception_table;
mod positions;

use std::sync::Arc;

use taipan_text::wtf8::Wtf8Buf;

use crate::constant::{Constant, is_same_sequence};
use crate::opcode::{CommonConstant, Opcode};

pub use code_ref::{CodeHeader, CodeRef, StoredCode};
pub use exception_table::{ExceptionTable, ExceptionTableEntry};
pub use positions::{CodeLines, CodePositions, Position};

/// An identifier or another name in a code object. Identifiers are valid Unicode, so `str` holds them.
pub type Name = Arc<str>;

bitflags::bitflags! {
    /// `co_flags`.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
    pub struct CodeFlags: u32 {
        /// Locals live in slots.
        const OPTIMIZED = 0x0001;
        /// A call makes a new namespace.
        const NEWLOCALS = 0x0002;
        /// Takes `*args`.
        const VARARGS = 0x0004;
        /// Takes `**kwargs`.
        const VARKEYWORDS = 0x0008;
        /// Stands inside a function.
        const NESTED = 0x0010;
        /// Is a generator.
        const GENERATOR = 0x0020;
        /// Is an `async def`.
        const COROUTINE = 0x0080;
        /// Is a generator made awaitable by `types.coroutine`.
        const ITERABLE_COROUTINE = 0x0100;
        /// Is an `async def` with `yield`.
        const ASYNC_GENERATOR = 0x0200;
        /// `from __future__ import division`.
        const FUTURE_DIVISION = 0x2_0000;
        /// `from __future__ import absolute_import`.
        const FUTURE_ABSOLUTE_IMPORT = 0x4_0000;
        /// `from __future__ import with_statement`.
        const FUTURE_WITH_STATEMENT = 0x8_0000;
        /// `from __future__ import print_function`.
        const FUTURE_PRINT_FUNCTION = 0x10_0000;
        /// `from __future__ import unicode_literals`.
        const FUTURE_UNICODE_LITERALS = 0x20_0000;
        /// `from __future__ import barry_as_FLUFL`.
        const FUTURE_BARRY_AS_BDFL = 0x40_0000;
        /// `from __future__ import generator_stop`.
        const FUTURE_GENERATOR_STOP = 0x80_0000;
        /// `from __future__ import annotations`.
        const FUTURE_ANNOTATIONS = 0x100_0000;
        /// Fires no monitoring events.
        const NO_MONITORING_EVENTS = 0x200_0000;
        /// The first constant is the documentation string.
        const HAS_DOCSTRING = 0x400_0000;
        /// Is a function directly in a class body.
        const METHOD = 0x800_0000;
    }
}

bitflags::bitflags! {
    /// What a slot of the frame holds (`CO_FAST_*`).
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
    pub struct LocalKind: u8 {
        /// A parameter that positional arguments can fill, or `*args`.
        const ARG_POS = 0x02;
        /// A parameter that keyword arguments can fill, or `**kwargs`.
        const ARG_KW = 0x04;
        /// `*args` or `**kwargs`.
        const ARG_VAR = 0x08;
        /// Does not show in `locals()`: a variable of an inlined comprehension.
        const HIDDEN = 0x10;
        /// A local variable.
        const LOCAL = 0x20;
        /// A cell that inner functions share.
        const CELL = 0x40;
        /// A cell of an outer function.
        const FREE = 0x80;
    }
}

/// The compiled form of a module, function, class body, comprehension or annotation scope.
#[derive(Clone, Debug)]
pub struct CodeObject {
    /// Number of positional parameters, positional-only ones included, `*args` not.
    pub argcount: u32,
    /// Number of positional-only parameters.
    pub posonlyargcount: u32,
    /// Number of keyword-only parameters, `**kwargs` not included.
    pub kwonlyargcount: u32,
    /// Greatest height of the value stack.
    pub stacksize: u32,
    /// What kind of code this is.
    pub flags: CodeFlags,
    /// Instructions, two bytes a unit, inline caches zeroed.
    pub code: Box<[u8]>,
    /// The constants.
    pub consts: Arc<[Constant]>,
    /// Names of globals, attributes and imports.
    pub names: Box<[Name]>,
    /// Names of the frame's slots: locals, then cells, then free variables.
    pub localsplusnames: Box<[Name]>,
    /// What each slot is.
    pub localspluskinds: Box<[LocalKind]>,
    /// The file.
    pub filename: Arc<Wtf8Buf>,
    /// The bare name.
    pub name: Name,
    /// The dotted name within the module.
    pub qualname: Name,
    /// The first line, from 1.
    pub firstlineno: i32,
    /// The location table, see [`CodeObject::positions`].
    pub linetable: Box<[u8]>,
    /// The exception table, see [`CodeObject::exception_entries`].
    pub exceptiontable: Box<[u8]>,
}

impl CodeObject {
    /// What defining a function needs.
    pub fn header(&self) -> CodeHeader<'_> {
        CodeHeader {
            argcount: self.argcount,
            kwonlyargcount: self.kwonlyargcount,
            stacksize: self.stacksize,
            flags: self.flags,
            nlocalsplus: self.localsplusnames.len() as u32,
            nfree: self.freevars().count() as u32,
            name: &self.name,
            qualname: &self.qualname,
        }
    }

    /// `co_varnames`: the names of the local variables, parameters first.
    pub fn varnames(&self) -> impl Iterator<Item = &Name> {
        self.names_of_kind(LocalKind::LOCAL)
    }

    /// `co_cellvars`: the local variables that inner functions share.
    pub fn cellvars(&self) -> impl Iterator<Item = &Name> {
        self.names_of_kind(LocalKind::CELL)
    }

    /// `co_freevars`: the variables of outer functions.
    pub fn freevars(&self) -> impl Iterator<Item = &Name> {
        self.names_of_kind(LocalKind::FREE)
    }

    /// `co_nlocals`.
    pub fn nlocals(&self) -> usize {
        self.varnames().count()
    }

    fn names_of_kind(&self, kind: LocalKind) -> impl Iterator<Item = &Name> {
        let slots = self.localsplusnames.iter().zip(&self.localspluskinds);
        slots
            .filter(move |(_, slot)| slot.contains(kind))
            .map(|(name, _)| name)
    }

    /// The documentation string, if there is one.
    pub fn docstring(&self) -> Option<&Constant> {
        self.consts
            .first()
            .filter(|_| self.flags.contains(CodeFlags::HAS_DOCSTRING))
    }

    /// Number of code units, inline caches included.
    pub fn unit_count(&self) -> usize {
        self.code.len() / 2
    }

    /// The code units with their byte offset: number of the instruction, operand byte. Inline caches are skipped.
    pub fn units(&self) -> impl Iterator<Item = CodeUnit> {
        let mut offset = 0;
        std::iter::from_fn(move || {
            let unit = self.code.get(offset..offset + 2)?;
            let opcode = Opcode::from_number(u16::from(unit[0]));
            let this = CodeUnit {
                offset,
                opcode,
                number: unit[0],
                arg: unit[1],
            };
            offset += 2 + 2 * opcode.map_or(0, Opcode::cache_entries);
            Some(this)
        })
    }

    /// The location of each code unit, as `co_positions()` gives it.
    pub fn positions(&self) -> CodePositions<'_> {
        CodePositions::new(&self.linetable, self.firstlineno)
    }

    /// Ranges of bytes with their line, as `co_lines()` gives them.
    pub fn lines(&self) -> CodeLines<'_> {
        CodeLines::new(&self.linetable, self.firstlineno, self.code.len())
    }

    /// The handlers, in the order of their ranges.
    pub fn exception_entries(&self) -> ExceptionTable<'_> {
        ExceptionTable::new(&self.exceptiontable)
    }

    /// True for the code of modules and class bodies, whose variables live in a namespace.
    pub fn is_body(&self) -> bool {
        let function = CodeFlags::OPTIMIZED | CodeFlags::NEWLOCALS;
        !self.flags.intersects(function)
    }

    /// True for the functions that evaluate annotations: CPython renames their parameter at the end, in a new tuple, which
    /// is no longer one with equal tuples of names. They alone can raise `NotImplementedError` without looking it up.
    pub fn renames_parameter(&self) -> bool {
        const FIRST_UNITS: usize = 8;
        let error = CommonConstant::NotImplementedError.oparg();
        let raises = |unit: CodeUnit| {
            unit.opcode == Some(Opcode::LOAD_COMMON_CONSTANT) && u32::from(unit.arg) == error
        };
        let first = self.localsplusnames.first();
        self.posonlyargcount == 1
            && first.is_some_and(|name| &**name == "format")
            && self.units().take(FIRST_UNITS).any(raises)
    }

    /// Equality of Python's code objects: all that counts for running, without file and qualified name.
    pub fn is_same(&self, other: &CodeObject) -> bool {
        self.is_same_but_constants(other) && is_same_sequence(&self.consts, &other.consts)
    }

    /// The same, constants left aside.
    pub fn is_same_but_constants(&self, other: &CodeObject) -> bool {
        self.name == other.name
            && self.argcount == other.argcount
            && self.posonlyargcount == other.posonlyargcount
            && self.kwonlyargcount == other.kwonlyargcount
            && self.flags == other.flags
            && self.firstlineno == other.firstlineno
            && self.code == other.code
            && self.names == other.names
            && self.localsplusnames == other.localsplusnames
            && self.linetable == other.linetable
            && self.exceptiontable == other.exceptiontable
    }
}

/// One code unit of an instruction (an `EXTENDED_ARG` is a unit of its own).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeUnit {
    /// Where it stands, in bytes.
    pub offset: usize,
    /// The instruction, if the number means one.
    pub opcode: Option<Opcode>,
    /// The number.
    pub number: u8,
    /// The operand byte.
    pub arg: u8,
}
