//! The engine's own form of a pattern: what `lower` makes of a code list and `machine` runs.
//!
//! CPython interprets the code list itself; here it is checked and translated once, so that every index an instruction
//! holds is in range, literals are byte strings, and sets are tables.
//! Invariants
//! 1. Every `pc`, set, repeat, alternative and literal index is in range; the last instruction does not fall through.
//! 2. Regions nest: a `...End` instruction is reached only below its opener.
//! 3. A hint ([`Program::first_bytes`]) is a superset of the truth: a byte outside cannot start the rest.
//!
//! Tests: `tests/it/golden.rs`, `tests/it/hostile.rs`.

use crate::byteset::ByteSet;
use crate::chars::Fold;
use crate::opcodes::At;
use crate::search::Start;
use crate::set::Set;
use rustc_hash::FxHashSet;

/// What the subject's bytes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// WTF-8.
    Text,
    /// Bytes, each a character of its own.
    Bytes,
}

/// A test of one character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Item {
    /// None fits.
    Nothing,
    /// This byte, a character of its own in either kind of subject.
    Byte(u8),
    /// This character.
    Char(u32),
    /// Any character but this.
    NotChar(u32),
    /// Any character but a line break.
    Any,
    /// Any character.
    AnyAll,
    /// A member of the set with this index.
    Set(u32),
}

/// One instruction. Those that consume or test continue with the next one, unless stated.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Inst {
    /// No match here.
    Fail,
    /// The whole pattern has matched.
    Accept,
    /// One byte.
    Byte(u8),
    /// The bytes `literals[at..at + len]`.
    Bytes { at: u32, len: u32 },
    /// One character.
    One(Item),
    /// A position.
    At(At),
    /// Remembers the position as mark `n`: group `n / 2`, start if even, end if odd.
    Mark(u32),
    /// Continues elsewhere.
    Jump(u32),
    /// Tries `alts[first..first + len]` in turn.
    Branch { first: u32, len: u32 },
    /// Repeats an item as often as possible; gives back if the rest fails, unless possessive.
    RepeatOne(u32),
    /// Repeats an item as seldom as possible.
    MinRepeatOne(u32),
    /// Enters a repeat: continues at its `MaxUntil` or `MinUntil`.
    Repeat(u32),
    /// Decides about one more round, greedily.
    MaxUntil(u32),
    /// Decides about one more round, lazily.
    MinUntil(u32),
    /// Enters a possessive repeat.
    Possessive(u32),
    /// Ends a round of it.
    PossessiveEnd(u32),
    /// Opens a group that, once matched, gives nothing back.
    Atomic,
    /// Closes it.
    AtomicEnd,
    /// Goes `back` characters and requires what follows up to `AssertEnd`; then resumes here, at `next`.
    Assert { back: u32, next: u32 },
    /// Closes it.
    AssertEnd,
    /// Goes `back` characters and forbids what follows up to `AssertNotEnd`; then resumes here, at `next`.
    AssertNot { back: u32, next: u32 },
    /// Closes it.
    AssertNotEnd,
    /// An assertion about what the one instruction after this one says; resumes at `pc + 3`.
    Look { back: u32, is_not: bool },
    /// The text of a group again.
    GroupRef { group: u32, fold: Fold },
    /// Continues if the group has matched, else at `otherwise`.
    GroupRefExists { group: u32, otherwise: u32 },
}

/// Where the rest after a repeat can begin.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Tail {
    /// Anywhere, also at the end.
    Unknown,
    /// Before this byte.
    Byte(u8),
    /// Before one of these bytes.
    Set(ByteSet),
}

impl Tail {
    fn new(first: Option<ByteSet>) -> Tail {
        match first {
            None => Tail::Unknown,
            Some(set) if set.len() == 1 => set.iter().next().map_or(Tail::Unknown, Tail::Byte),
            Some(set) => Tail::Set(set),
        }
    }
}

/// A repeat of one item.
#[derive(Debug)]
pub(crate) struct RepeatOne {
    pub(crate) item: Item,
    pub(crate) min: u32,
    pub(crate) max: u32,
    pub(crate) tail: Tail,
    /// True if giving back cannot help, or is forbidden.
    pub(crate) is_possessive: bool,
}

/// A repeat of a subpattern.
#[derive(Debug)]
pub(crate) struct Repeat {
    pub(crate) min: u32,
    pub(crate) max: u32,
    pub(crate) body: u32,
    /// The instruction that decides about another round.
    pub(crate) until: u32,
    pub(crate) body_first: Option<ByteSet>,
    pub(crate) tail_first: Option<ByteSet>,
}

/// One alternative of a branch.
#[derive(Debug)]
pub(crate) struct Alt {
    pub(crate) pc: u32,
    pub(crate) first: Option<ByteSet>,
}

/// A pattern, ready to run on one kind of subject.
#[derive(Debug)]
pub(crate) struct Program {
    pub(crate) kind: Kind,
    pub(crate) insts: Vec<Inst>,
    pub(crate) literals: Vec<u8>,
    pub(crate) sets: Vec<Set>,
    pub(crate) ones: Vec<RepeatOne>,
    pub(crate) repeats: Vec<Repeat>,
    pub(crate) alts: Vec<Alt>,
    /// A match has at least as many characters.
    pub(crate) min_chars: usize,
    /// How a search finds places to try.
    pub(crate) start: Start,
}

/// The instructions that one hint may look at; keeps lowering linear.
const HINT_LIMIT: usize = 64;
/// The same for the whole pattern's first byte, computed once.
const START_LIMIT: usize = 4096;

impl Program {
    pub(crate) fn empty(kind: Kind) -> Program {
        Program {
            kind,
            insts: Vec::new(),
            literals: Vec::new(),
            sets: Vec::new(),
            ones: Vec::new(),
            repeats: Vec::new(),
            alts: Vec::new(),
            min_chars: 0,
            start: Start::Everywhere,
        }
    }

    /// Fills in the hints, once all instructions are there.
    pub(crate) fn finish(&mut self) {
        for pc in 0..self.insts.len() {
            match self.insts[pc] {
                Inst::RepeatOne(index) | Inst::MinRepeatOne(index) => {
                    let tail = self.first_bytes(pc as u32 + 1, HINT_LIMIT);
                    let item = self.item_first(self.ones[index as usize].item);
                    let one = &mut self.ones[index as usize];
                    one.tail = Tail::new(tail);
                    one.is_possessive |= tail.is_some_and(|tail| tail.is_disjoint(&item));
                }
                Inst::MaxUntil(index) | Inst::MinUntil(index) => {
                    let body = self.first_bytes(self.repeats[index as usize].body, HINT_LIMIT);
                    let tail = self.first_bytes(pc as u32 + 1, HINT_LIMIT);
                    let repeat = &mut self.repeats[index as usize];
                    repeat.body_first = body;
                    repeat.tail_first = tail;
                }
                Inst::Assert { back, next } if self.is_plain(pc, next) => {
                    self.insts[pc] = Inst::Look {
                        back,
                        is_not: false,
                    };
                }
                Inst::AssertNot { back, next } if self.is_plain(pc, next) => {
                    self.insts[pc] = Inst::Look { back, is_not: true };
                }
                _ => {}
            }
        }
        for index in 0..self.alts.len() {
            self.alts[index].first = self.first_bytes(self.alts[index].pc, HINT_LIMIT);
        }
        self.start = Start::of(self, self.first_bytes(0, START_LIMIT));
    }

    /// True if the assertion at `pc`, which resumes at `next`, has one instruction and no choices.
    fn is_plain(&self, pc: usize, next: u32) -> bool {
        let body = self.insts.get(pc + 1);
        next as usize == pc + 3
            && matches!(
                body,
                Some(Inst::Byte(_) | Inst::Bytes { .. } | Inst::One(_) | Inst::At(_))
            )
    }

    /// The bytes that `item` can start with.
    fn item_first(&self, item: Item) -> ByteSet {
        let mut bytes = ByteSet::default();
        match item {
            Item::Nothing => {}
            Item::Byte(byte) => bytes.insert(byte),
            Item::Char(ch) => bytes.insert(encode(ch, self.kind).first()),
            Item::NotChar(ch) => {
                bytes = ByteSet::ALL;
                if let Some(byte) = encode(ch, self.kind).only() {
                    bytes = ByteSet::default();
                    (0..=u8::MAX)
                        .filter(|&other| other != byte)
                        .for_each(|other| bytes.insert(other));
                }
            }
            Item::Any => {
                (0..=u8::MAX)
                    .filter(|&byte| byte != b'\n')
                    .for_each(|byte| bytes.insert(byte));
            }
            Item::AnyAll => bytes = ByteSet::ALL,
            Item::Set(set) => {
                let set = &self.sets[set as usize];
                bytes = if self.kind == Kind::Text {
                    set.first_wide()
                } else {
                    set.first_narrow()
                };
            }
        }
        bytes
    }

    /// The bytes that can start a match of the instructions from `pc` on; `None` if that match can be empty, or if it
    /// cannot be told within `limit` instructions.
    pub(crate) fn first_bytes(&self, pc: u32, limit: usize) -> Option<ByteSet> {
        let mut bytes = ByteSet::default();
        let mut seen = FxHashSet::default();
        let mut todo = vec![pc];
        while let Some(pc) = todo.pop() {
            if seen.len() >= limit {
                return None;
            }
            if !seen.insert(pc) {
                continue;
            }
            match self.insts[pc as usize] {
                Inst::Fail => {}
                Inst::Byte(byte) => bytes.insert(byte),
                Inst::Bytes { at, .. } => bytes.insert(self.literals[at as usize]),
                Inst::One(item) => bytes.union(&self.item_first(item)),
                Inst::At(_) | Inst::Mark(_) | Inst::Atomic => todo.push(pc + 1),
                Inst::Jump(to) => todo.push(to),
                Inst::Branch { first, len } => {
                    let alts = &self.alts[first as usize..(first + len) as usize];
                    todo.extend(alts.iter().rev().map(|alt| alt.pc));
                }
                Inst::RepeatOne(index) | Inst::MinRepeatOne(index) => {
                    let one = &self.ones[index as usize];
                    if one.max > 0 {
                        bytes.union(&self.item_first(one.item));
                    }
                    if one.min == 0 {
                        todo.push(pc + 1);
                    }
                }
                Inst::Repeat(index) => {
                    let repeat = &self.repeats[index as usize];
                    todo.push(if repeat.min == 0 {
                        repeat.until
                    } else {
                        repeat.body
                    });
                }
                Inst::MaxUntil(index) | Inst::MinUntil(index) => {
                    todo.push(self.repeats[index as usize].body);
                    todo.push(pc + 1);
                }
                Inst::Possessive(index) => {
                    let repeat = &self.repeats[index as usize];
                    todo.push(repeat.body);
                    if repeat.min == 0 {
                        todo.push(repeat.until + 1);
                    }
                }
                Inst::Assert { next, .. } | Inst::AssertNot { next, .. } => todo.push(next),
                Inst::Look { .. } => todo.push(pc + 3),
                Inst::GroupRefExists { otherwise, .. } => {
                    todo.push(pc + 1);
                    todo.push(otherwise);
                }
                // What follows a closed region must not steer the choices inside it: they are final at its end.
                Inst::Accept
                | Inst::PossessiveEnd(_)
                | Inst::AtomicEnd
                | Inst::AssertEnd
                | Inst::AssertNotEnd
                | Inst::GroupRef { .. } => return None,
            }
        }
        if self.kind == Kind::Text {
            bytes.remove_continuation();
        }
        Some(bytes)
    }
}

/// The bytes of one character.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Encoded {
    bytes: [u8; 4],
    len: usize,
}

impl Encoded {
    /// All of them; none if the character does not exist in this kind of subject.
    pub(crate) fn as_slice(&self) -> &[u8] {
        &self.bytes[..self.len]
    }

    fn first(&self) -> u8 {
        self.bytes[0]
    }

    /// The byte, if it is only one.
    pub(crate) fn only(&self) -> Option<u8> {
        (self.len == 1).then_some(self.bytes[0])
    }
}

/// Encodes `ch` as the subject has it; surrogates like other characters of three bytes.
pub(crate) fn encode(ch: u32, kind: Kind) -> Encoded {
    let tail = |shift: u32| (ch >> shift & 0x3f) as u8 | 0x80;
    let (bytes, len) = match (kind, ch) {
        (_, 0..0x80) | (Kind::Bytes, 0x80..0x100) => ([ch as u8, 0, 0, 0], 1),
        (Kind::Bytes, _) | (Kind::Text, 0x11_0000..) => ([0; 4], 0),
        (Kind::Text, 0x80..0x800) => ([(ch >> 6) as u8 | 0xc0, tail(0), 0, 0], 2),
        (Kind::Text, 0x800..0x1_0000) => ([(ch >> 12) as u8 | 0xe0, tail(6), tail(0), 0], 3),
        (Kind::Text, 0x1_0000..0x11_0000) => {
            ([(ch >> 18) as u8 | 0xf0, tail(12), tail(6), tail(0)], 4)
        }
    };
    Encoded { bytes, len }
}
