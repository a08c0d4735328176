//! Looks for the first position where a program matches.
//!
//! CPython 3.14: `SRE(search)` in `Modules/_sre/sre_lib.h`. There the compiler's `INFO` block tells with which
//! characters a match starts; here the program is asked, which also covers classes, case and alternatives.
//! Invariant: a strategy only passes over positions where the program cannot match. Tests: `tests/it/golden.rs`.

use crate::byteset::ByteSet;
use crate::input::Input;
use crate::machine::{Machine, MatchError};
use crate::opcodes::At;
use crate::program::{Inst, Program};
use crate::run::Run;
use memchr::{memchr, memchr2, memchr3, memmem};

/// How to find positions to try.
#[derive(Debug)]
pub(crate) enum Start {
    /// Try each character's position.
    Everywhere,
    /// It cannot match.
    Nowhere,
    /// Only at the beginning of the subject.
    Beginning,
    /// At the beginning of a line.
    Line,
    /// Where these bytes stand.
    Literal(Box<memmem::Finder<'static>>),
    /// At this byte.
    Byte(u8),
    /// At one of two bytes.
    Byte2(u8, u8),
    /// At one of three bytes.
    Byte3(u8, u8, u8),
    /// At one of these bytes.
    Set(Box<[bool; 256]>),
}

impl Start {
    /// The strategy for `program`, whose matches start with a byte of `first`.
    pub(crate) fn of(program: &Program, first: Option<ByteSet>) -> Start {
        let begins = program
            .insts
            .iter()
            .find(|inst| !matches!(inst, Inst::Mark(_)));
        match begins {
            Some(Inst::At(At::Beginning | At::BeginningString)) => return Start::Beginning,
            Some(Inst::At(At::BeginningLine)) => return Start::Line,
            Some(&Inst::Bytes { at, len }) => {
                let literal = &program.literals[at as usize..(at + len) as usize];
                return Start::Literal(Box::new(memmem::Finder::new(literal).into_owned()));
            }
            _ => {}
        }
        let Some(first) = first else {
            return Start::Everywhere;
        };
        let bytes: Vec<u8> = first.iter().take(4).collect();
        match *bytes {
            [] => Start::Nowhere,
            [a] => Start::Byte(a),
            [a, b] => Start::Byte2(a, b),
            [a, b, c] => Start::Byte3(a, b, c),
            _ => Start::Set(Box::new(std::array::from_fn(|byte| {
                first.contains(byte as u8)
            }))),
        }
    }

    /// The first position from `pos` on that may match, where `last` is the last one to think about.
    #[inline]
    fn next<I: Input>(&self, input: I, pos: usize, last: usize) -> Option<usize> {
        if pos > last {
            return None;
        }
        let bytes = input.bytes();
        let rest = bytes.get(pos..)?;
        let found = match self {
            Start::Everywhere => Some(0),
            Start::Nowhere => None,
            Start::Beginning => (pos == 0).then_some(0),
            Start::Line => {
                if pos == 0 || bytes.get(pos - 1) == Some(&b'\n') {
                    Some(0)
                } else {
                    memchr(b'\n', rest).map(|at| at + 1)
                }
            }
            Start::Literal(finder) => finder.find(rest),
            Start::Byte(a) => memchr(*a, rest),
            Start::Byte2(a, b) => memchr2(*a, *b, rest),
            Start::Byte3(a, b, c) => memchr3(*a, *b, *c, rest),
            Start::Set(set) => rest.iter().position(|&byte| set[usize::from(byte)]),
        };
        found.map(|at| pos + at).filter(|&pos| pos <= last)
    }
}

impl<I: Input> Run<'_, I> {
    /// Finds the first match that starts at `from` or later; true if there is one.
    pub(crate) fn search(&self, machine: &mut Machine, from: usize) -> Result<bool, MatchError> {
        let len = self.input.bytes().len();
        // A character has at least one byte, so no match starts later.
        let Some(last) = len.checked_sub(self.program.min_chars) else {
            return Ok(false);
        };
        let mut pos = from;
        while let Some(start) = self.program.start.next(self.input, pos, last) {
            machine.step(self.env)?;
            if self.at(machine, start)? {
                return Ok(true);
            }
            match self.input.step(start) {
                Some((_, after)) => pos = after,
                None => break,
            }
        }
        Ok(false)
    }
}
