//! A compiled pattern and what can be asked of it.
//!
//! CPython 3.14: `PatternObject`, `pattern_match` and its siblings, and `ScannerObject` in `Modules/_sre/sre.c`, without
//! the Python objects. Positions are byte offsets on character boundaries; converting them to code point indices is the
//! caller's business. Tests: `tests/it/golden.rs`.

use crate::input::{Input, Narrow, Wide};
use crate::lower::{InvalidCode, lower};
use crate::machine::{Env, Machine, MatchError, NOWHERE};
use crate::program::{Kind, Program};
use crate::run::{Goal, Run};
use std::sync::OnceLock;
use taipan_text::Wtf8;

/// What a pattern is matched against.
#[derive(Debug, Clone, Copy)]
pub enum Subject<'s> {
    /// Bytes-like.
    Bytes(&'s [u8]),
    /// Text of ASCII characters only.
    Ascii(&'s [u8]),
    /// Any text.
    Text(&'s Wtf8),
}

impl<'s> Subject<'s> {
    /// The text, by the faster way if it is ASCII.
    pub fn text(text: &'s Wtf8) -> Subject<'s> {
        if text.is_ascii() {
            Subject::Ascii(text.as_bytes())
        } else {
            Subject::Text(text)
        }
    }

    /// The length in bytes.
    pub fn len(&self) -> usize {
        self.as_bytes().len()
    }

    /// True if there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.as_bytes().is_empty()
    }

    fn as_bytes(&self) -> &'s [u8] {
        match self {
            Subject::Bytes(bytes) | Subject::Ascii(bytes) => bytes,
            Subject::Text(text) => text.as_bytes(),
        }
    }
}

/// How a match has to lie in the subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// It starts at the position: `Pattern.match`.
    Match,
    /// It starts at the position and ends at the end: `Pattern.fullmatch`.
    FullMatch,
    /// It starts at the position or later: `Pattern.search`.
    Search,
}

/// A checked pattern. Cheap to share between threads.
#[derive(Debug)]
pub struct Pattern {
    code: Box<[u32]>,
    groups: usize,
    text: OnceLock<Program>,
    bytes: OnceLock<Program>,
}

impl Pattern {
    /// Checks the code that `re._compiler` made for a pattern with `groups` groups.
    pub fn new(code: &[u32], groups: usize) -> Result<Pattern, InvalidCode> {
        // Whether code is valid does not depend on the kind of subject; most patterns are for text.
        let text = OnceLock::from(lower(code, groups, Kind::Text)?);
        Ok(Pattern {
            code: code.into(),
            groups,
            text,
            bytes: OnceLock::new(),
        })
    }

    /// The same for a pattern that was given as bytes.
    pub fn new_bytes(code: &[u32], groups: usize) -> Result<Pattern, InvalidCode> {
        let bytes = OnceLock::from(lower(code, groups, Kind::Bytes)?);
        Ok(Pattern {
            code: code.into(),
            groups,
            text: OnceLock::new(),
            bytes,
        })
    }

    /// The number of groups.
    pub fn groups(&self) -> usize {
        self.groups
    }

    /// The code, which decides about equality of patterns.
    pub fn code(&self) -> &[u32] {
        &self.code
    }

    /// The program for one kind of subject.
    fn program(&self, kind: Kind) -> &Program {
        let cell = if kind == Kind::Text {
            &self.text
        } else {
            &self.bytes
        };
        cell.get_or_init(|| {
            lower(&self.code, self.groups, kind)
                .expect("validity is the same for both kinds, and `new` has checked it")
        })
    }

    /// Matches from the byte `pos` on, as if the subject ended at the byte `end`. If it fits, the spans are in
    /// `machine`.
    pub fn run(
        &self,
        machine: &mut Machine,
        subject: Subject,
        mode: Mode,
        pos: usize,
        end: usize,
        env: &Env,
    ) -> Result<bool, MatchError> {
        let goal = Goal {
            must_end: mode == Mode::FullMatch,
            ..Goal::ANY
        };
        self.run_goal(machine, subject, mode, goal, pos, end, env)
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "the innermost of the public calls; a struct would only rename them"
    )]
    fn run_goal(
        &self,
        machine: &mut Machine,
        subject: Subject,
        mode: Mode,
        goal: Goal,
        pos: usize,
        end: usize,
        env: &Env,
    ) -> Result<bool, MatchError> {
        let bytes = subject.as_bytes();
        let bytes = bytes.get(..end).unwrap_or(bytes);
        if pos > bytes.len() {
            return Ok(false);
        }
        machine.begin(self.groups, env);
        match subject {
            Subject::Bytes(_) => {
                self.run_input(machine, Kind::Bytes, Narrow(bytes), mode, goal, pos, env)
            }
            Subject::Ascii(_) => {
                self.run_input(machine, Kind::Text, Narrow(bytes), mode, goal, pos, env)
            }
            Subject::Text(_) => {
                self.run_input(machine, Kind::Text, Wide(bytes), mode, goal, pos, env)
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the generic half of `run_goal`")]
    fn run_input<I: Input>(
        &self,
        machine: &mut Machine,
        kind: Kind,
        input: I,
        mode: Mode,
        goal: Goal,
        pos: usize,
        env: &Env,
    ) -> Result<bool, MatchError> {
        let program = self.program(kind);
        let run = Run {
            program,
            input,
            goal,
            env,
        };
        match mode {
            Mode::Search => run.search(machine, pos),
            Mode::Match | Mode::FullMatch => {
                if input.bytes().len() - pos < program.min_chars {
                    return Ok(false);
                }
                run.at(machine, pos)
            }
        }
    }
}

/// Walks over the matches of a subject, one after the other: `finditer`, `findall`, `split`, `sub`, `scanner`.
#[derive(Debug, Clone)]
pub struct Scan {
    next: Option<usize>,
    end: usize,
    must_advance: bool,
}

impl Scan {
    /// A scan of the bytes `pos..end`.
    pub fn new(pos: usize, end: usize) -> Scan {
        Scan {
            next: Some(pos),
            end,
            must_advance: false,
        }
    }

    /// The next match, by `mode`; false at the end, and ever after. An empty match directly behind the last one counts
    /// only if that was not empty itself.
    pub fn step(
        &mut self,
        pattern: &Pattern,
        machine: &mut Machine,
        subject: Subject,
        mode: Mode,
        env: &Env,
    ) -> Result<bool, MatchError> {
        let Some(pos) = self.next else {
            return Ok(false);
        };
        let not_at = if self.must_advance { pos } else { NOWHERE };
        let goal = Goal {
            must_end: mode == Mode::FullMatch,
            not_at,
        };
        let found = pattern.run_goal(machine, subject, mode, goal, pos, self.end, env)?;
        self.next = found.then_some(machine.bounds().1);
        self.must_advance = found && machine.bounds().0 == machine.bounds().1;
        Ok(found)
    }
}
