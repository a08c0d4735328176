//! Runs a program at one position of the subject.
//!
//! CPython 3.14: `SRE(match)` in `Modules/_sre/sre_lib.h`. No recursion: what to come back to lies on the machine's
//! stack of choices. Steps are counted where the program can loop: at choices taken back and at rounds of repeats.
//! Tests: `tests/it/golden.rs`, `tests/it/limits.rs`.

use crate::byteset::ByteSet;
use crate::chars::{Fold, is_word_ascii, is_word_unicode};
use crate::input::Input;
use crate::machine::{Env, Machine, MatchError, NOWHERE, Node};
use crate::opcodes::{At, MAXREPEAT};
use crate::program::{Inst, Program, RepeatOne, Tail};

/// What a match must be, beside fitting the pattern.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Goal {
    /// It must reach the end of the subject (`fullmatch`).
    pub(crate) must_end: bool,
    /// It must not end here, so that a scanner moves on; `NOWHERE` if it may end anywhere.
    pub(crate) not_at: usize,
}

/// One run: what stays the same while the machine works.
pub(crate) struct Run<'r, I> {
    pub(crate) program: &'r Program,
    pub(crate) input: I,
    pub(crate) goal: Goal,
    pub(crate) env: &'r Env<'r>,
}

/// Where to go on: a program counter and a position.
type Next = Option<(u32, usize)>;

/// The maximum of a repeat as a number of rounds.
fn upper(max: u32) -> usize {
    if max == MAXREPEAT {
        usize::MAX
    } else {
        max as usize
    }
}

impl<I: Input> Run<'_, I> {
    /// Matches at `start`; true if it fits, with the spans left in `machine`.
    ///
    /// Long because it is the dispatch: the arms of the frequent instructions stand here, the others are calls.
    pub(crate) fn at(&self, machine: &mut Machine, start: usize) -> Result<bool, MatchError> {
        machine.reset();
        let bytes = self.input.bytes();
        let (mut pc, mut pos) = (0, start);
        loop {
            let next = match self.program.insts[pc as usize] {
                Inst::Byte(byte) => (bytes.get(pos) == Some(&byte)).then_some((pc + 1, pos + 1)),
                Inst::Bytes { at, len } => {
                    let literal = &self.program.literals[at as usize..(at + len) as usize];
                    let fits = bytes
                        .get(pos..)
                        .is_some_and(|rest| rest.starts_with(literal));
                    fits.then_some((pc + 1, pos + len as usize))
                }
                Inst::One(item) => {
                    let after = self.input.item(self.program, item, pos, self.env.locale);
                    after.map(|after| (pc + 1, after))
                }
                Inst::Mark(mark) => {
                    machine.mark(mark, pos)?;
                    Some((pc + 1, pos))
                }
                Inst::Jump(to) => Some((to, pos)),
                Inst::At(at) => self.is_at(at, pos).then_some((pc + 1, pos)),
                Inst::RepeatOne(index) => self.repeat_one(machine, pc, pos, index)?,
                Inst::MinRepeatOne(index) => self.min_repeat_one(machine, pc, pos, index)?,
                Inst::Branch { first, len } => self.branch(machine, pc, pos, first, first + len)?,
                Inst::Repeat(index) => {
                    machine.enter_repeat()?;
                    Some((self.program.repeats[index as usize].until, pos))
                }
                Inst::MaxUntil(index) => self.max_until(machine, pc, pos, index)?,
                Inst::MinUntil(index) => self.min_until(machine, pc, pos, index)?,
                Inst::Accept => {
                    let is_end = !self.goal.must_end || pos == bytes.len();
                    if is_end && pos != self.goal.not_at {
                        machine.bounds = (start, pos);
                        return Ok(true);
                    }
                    None
                }
                Inst::Fail => None,
                Inst::GroupRef { group, fold } => self
                    .group_ref(machine, group, fold, pos)
                    .map(|pos| (pc + 1, pos)),
                Inst::GroupRefExists { group, otherwise } => Some((
                    if machine.reference(group).is_some() {
                        pc + 1
                    } else {
                        otherwise
                    },
                    pos,
                )),
                Inst::Atomic => {
                    machine.open(pc, pos, 0)?;
                    Some((pc + 1, pos))
                }
                Inst::AtomicEnd => machine.shut().map(|_| (pc + 1, pos)),
                Inst::Assert { back, .. } => match self.input.back_by(pos, back as usize) {
                    Some(before) => {
                        machine.open(pc, pos, 0)?;
                        Some((pc + 1, before))
                    }
                    None => None,
                },
                Inst::AssertEnd => machine.shut().map(|opener| (pc + 1, opener.pos)),
                Inst::AssertNot { back, next } => match self.input.back_by(pos, back as usize) {
                    Some(before) => {
                        machine.open(pc, pos, 0)?;
                        Some((pc + 1, before))
                    }
                    // There is nothing before to be forbidden.
                    None => Some((next, pos)),
                },
                Inst::AssertNotEnd => {
                    machine.shut();
                    None
                }
                Inst::Look { back, is_not } => {
                    let before = self.input.back_by(pos, back as usize);
                    let fits = before.is_some_and(|before| self.fits_plain(pc + 1, before));
                    (fits != is_not).then_some((pc + 3, pos))
                }
                Inst::Possessive(index) => {
                    if self.program.repeats[index as usize].max == 0 {
                        Some((self.program.repeats[index as usize].until + 1, pos))
                    } else {
                        machine.open(pc, pos, 0)?;
                        Some((pc + 1, pos))
                    }
                }
                Inst::PossessiveEnd(index) => self.possessive_end(machine, pc, pos, index)?,
            };
            (pc, pos) = match next {
                Some(next) => next,
                None => match self.back_track(machine)? {
                    Some(next) => next,
                    None => return Ok(false),
                },
            };
        }
    }

    /// Does the instruction at `pc`, the body of a `Look`, hold at `pos`?
    fn fits_plain(&self, pc: u32, pos: usize) -> bool {
        let rest = || self.input.bytes().get(pos..).unwrap_or_default();
        match self.program.insts[pc as usize] {
            Inst::Byte(byte) => rest().first() == Some(&byte),
            Inst::Bytes { at, len } => {
                rest().starts_with(&self.program.literals[at as usize..(at + len) as usize])
            }
            Inst::One(item) => self
                .input
                .item(self.program, item, pos, self.env.locale)
                .is_some(),
            Inst::At(at) => self.is_at(at, pos),
            _ => false,
        }
    }

    /// Goes back to the newest choice that leads anywhere.
    fn back_track(&self, machine: &mut Machine) -> Result<Next, MatchError> {
        loop {
            machine.step(self.env)?;
            let Some(&choice) = machine.choices.last() else {
                return Ok(None);
            };
            machine.restore(&choice);
            let pc = choice.pc;
            let next = match self.program.insts[pc as usize] {
                Inst::RepeatOne(index) => {
                    self.give_back(machine, &self.program.ones[index as usize], choice.extra)
                }
                Inst::MinRepeatOne(index) => {
                    machine.choices.pop();
                    let item = self.program.ones[index as usize].item;
                    match self
                        .input
                        .item(self.program, item, choice.pos, self.env.locale)
                    {
                        Some(after) => self.take_more(machine, pc, after, index, choice.extra)?,
                        None => None,
                    }
                }
                Inst::Branch { first, len } => {
                    machine.choices.pop();
                    self.branch(machine, pc, choice.pos, choice.extra as u32, first + len)?
                }
                Inst::MaxUntil(_) => {
                    machine.choices.pop();
                    let node = machine.node();
                    node.map(|node| {
                        machine.leave_repeat(&node);
                        (pc + 1, choice.pos)
                    })
                }
                Inst::MinUntil(index) => {
                    machine.choices.pop();
                    match machine.node() {
                        Some(node) => {
                            self.next_round(machine, &node, index, choice.pos, choice.pos)?
                        }
                        None => None,
                    }
                }
                Inst::Possessive(index) => {
                    machine.choices.pop();
                    machine.cut = choice.extra as u32;
                    let repeat = &self.program.repeats[index as usize];
                    (choice.rounds >= repeat.min).then_some((repeat.until + 1, choice.pos))
                }
                Inst::AssertNot { next, .. } => {
                    machine.choices.pop();
                    machine.cut = choice.extra as u32;
                    Some((next, choice.pos))
                }
                // Atomic groups and assertions: what failed is the whole region.
                _ => {
                    machine.choices.pop();
                    machine.cut = choice.extra as u32;
                    None
                }
            };
            if next.is_some() {
                return Ok(next);
            }
        }
    }

    fn repeat_one(
        &self,
        machine: &mut Machine,
        pc: u32,
        pos: usize,
        index: u32,
    ) -> Result<Next, MatchError> {
        let one = &self.program.ones[index as usize];
        let Some(low) = self.least(one, pos) else {
            return Ok(None);
        };
        let max = upper(one.max).saturating_sub(one.min as usize);
        let (high, _) = self
            .input
            .run(self.program, one.item, low, max, self.env.locale);
        if high == low || one.is_possessive {
            return Ok(Some((pc + 1, high)));
        }
        let Some(pos) = self.last_before_tail(&one.tail, low, high) else {
            return Ok(None);
        };
        if pos > low {
            machine.choose(pc, pos, low)?;
        }
        Ok(Some((pc + 1, pos)))
    }

    /// The position after the minimum of rounds.
    fn least(&self, one: &RepeatOne, pos: usize) -> Option<usize> {
        match one.min {
            0 => Some(pos),
            1 => self
                .input
                .item(self.program, one.item, pos, self.env.locale),
            min => {
                let min = min as usize;
                if self.input.bytes().len().checked_sub(pos)? < min {
                    return None;
                }
                let (end, count) =
                    self.input
                        .run(self.program, one.item, pos, min, self.env.locale);
                if count == 0 {
                    // A run that the end of the subject limits need not count.
                    let mut pos = pos;
                    for _ in 0..min {
                        pos = self
                            .input
                            .item(self.program, one.item, pos, self.env.locale)?;
                    }
                    return Some(pos);
                }
                (count == min).then_some(end)
            }
        }
    }

    /// The last position in `low..=high` where the rest may begin.
    #[inline]
    fn last_before_tail(&self, tail: &Tail, low: usize, high: usize) -> Option<usize> {
        let bytes = self.input.bytes();
        let window = || bytes.get(low..bytes.len().min(high + 1));
        match tail {
            Tail::Unknown => Some(high),
            Tail::Byte(byte) => memchr::memrchr(*byte, window()?).map(|at| low + at),
            Tail::Set(set) => window()?
                .iter()
                .rposition(|&byte| set.contains(byte))
                .map(|at| low + at),
        }
    }

    /// Lets the greedy item of the newest choice end earlier.
    fn give_back(&self, machine: &mut Machine, one: &RepeatOne, low: usize) -> Next {
        let choice = machine.choices.last_mut()?;
        let pc = choice.pc;
        let before = self
            .input
            .back(choice.pos)
            .map(|(_, before)| before)
            .filter(|&before| before >= low);
        let pos = before.and_then(|before| self.last_before_tail(&one.tail, low, before));
        match pos {
            Some(pos) if pos > low => choice.pos = pos,
            _ => {
                machine.choices.pop();
            }
        }
        pos.map(|pos| (pc + 1, pos))
    }

    fn min_repeat_one(
        &self,
        machine: &mut Machine,
        pc: u32,
        pos: usize,
        index: u32,
    ) -> Result<Next, MatchError> {
        let one = &self.program.ones[index as usize];
        let Some(low) = self.least(one, pos) else {
            return Ok(None);
        };
        let left = upper(one.max).saturating_sub(one.min as usize);
        self.tail_or_more(machine, pc, low, index, left)
    }

    /// A lazy item has just been taken once more, to `pos`, with `left` rounds allowed before that.
    fn take_more(
        &self,
        machine: &mut Machine,
        pc: u32,
        pos: usize,
        index: u32,
        left: usize,
    ) -> Result<Next, MatchError> {
        self.tail_or_more(machine, pc, pos, index, left - 1)
    }

    /// Goes on with the rest after a lazy item at `pos`, or after as many more rounds as it takes for the rest to be
    /// possible.
    fn tail_or_more(
        &self,
        machine: &mut Machine,
        pc: u32,
        mut pos: usize,
        index: u32,
        mut left: usize,
    ) -> Result<Next, MatchError> {
        let one = &self.program.ones[index as usize];
        let bytes = self.input.bytes();
        loop {
            let is_possible = match &one.tail {
                Tail::Unknown => true,
                Tail::Byte(byte) => bytes.get(pos) == Some(byte),
                Tail::Set(set) => bytes.get(pos).is_some_and(|&byte| set.contains(byte)),
            };
            if is_possible {
                break;
            }
            if left == 0 {
                return Ok(None);
            }
            match self
                .input
                .item(self.program, one.item, pos, self.env.locale)
            {
                Some(after) => pos = after,
                None => return Ok(None),
            }
            left -= 1;
        }
        if left > 0 {
            machine.choose(pc, pos, left)?;
        }
        Ok(Some((pc + 1, pos)))
    }

    /// Takes the first of `alts[from..end]` that may fit; keeps the next one that may as a choice.
    fn branch(
        &self,
        machine: &mut Machine,
        pc: u32,
        pos: usize,
        from: u32,
        end: u32,
    ) -> Result<Next, MatchError> {
        let byte = self.input.bytes().get(pos).copied();
        let mut possible = (from..end).filter(|&index| {
            let first = &self.program.alts[index as usize].first;
            first
                .as_ref()
                .is_none_or(|first| byte.is_some_and(|byte| first.contains(byte)))
        });
        let Some(index) = possible.next() else {
            return Ok(None);
        };
        if let Some(other) = possible.next() {
            machine.choose(pc, pos, other as usize)?;
        }
        Ok(Some((self.program.alts[index as usize].pc, pos)))
    }

    fn max_until(
        &self,
        machine: &mut Machine,
        pc: u32,
        pos: usize,
        index: u32,
    ) -> Result<Next, MatchError> {
        machine.step(self.env)?;
        let Some(node) = machine.node() else {
            return Ok(None);
        };
        let repeat = &self.program.repeats[index as usize];
        if node.rounds < repeat.min {
            return self.next_round(machine, &node, index, node.last_pos, pos);
        }
        let may_start = |first: &Option<ByteSet>| {
            let Some(first) = first else { return true };
            self.input
                .bytes()
                .get(pos)
                .is_some_and(|&byte| first.contains(byte))
        };
        let is_more = (node.rounds < repeat.max || repeat.max == MAXREPEAT) && pos != node.last_pos;
        if is_more && may_start(&repeat.body_first) {
            if may_start(&repeat.tail_first) {
                machine.choose(pc, pos, 0)?;
            }
            return self.next_round(machine, &node, index, pos, pos);
        }
        machine.leave_repeat(&node);
        Ok(Some((pc + 1, pos)))
    }

    fn min_until(
        &self,
        machine: &mut Machine,
        pc: u32,
        pos: usize,
        index: u32,
    ) -> Result<Next, MatchError> {
        machine.step(self.env)?;
        let Some(node) = machine.node() else {
            return Ok(None);
        };
        let repeat = &self.program.repeats[index as usize];
        if node.rounds < repeat.min {
            return self.next_round(machine, &node, index, node.last_pos, pos);
        }
        if (node.rounds < repeat.max || repeat.max == MAXREPEAT) && pos != node.last_pos {
            machine.choose(pc, pos, 0)?;
        }
        machine.leave_repeat(&node);
        Ok(Some((pc + 1, pos)))
    }

    /// Starts another round of the open repeat at `pos`.
    fn next_round(
        &self,
        machine: &mut Machine,
        node: &Node,
        index: u32,
        last_pos: usize,
        pos: usize,
    ) -> Result<Next, MatchError> {
        // Without an upper limit the count may stop where it no longer matters.
        machine.set_node(Node {
            last_pos,
            rounds: node.rounds.saturating_add(1),
            outer: node.outer,
        })?;
        Ok(Some((self.program.repeats[index as usize].body, pos)))
    }

    fn possessive_end(
        &self,
        machine: &mut Machine,
        pc: u32,
        pos: usize,
        index: u32,
    ) -> Result<Next, MatchError> {
        machine.step(self.env)?;
        let Some(opener) = machine.shut() else {
            return Ok(None);
        };
        let repeat = &self.program.repeats[index as usize];
        let rounds = opener.rounds.saturating_add(1);
        // An empty round ends the repeat, unless it was one of those that had to be.
        let is_stuck = rounds > repeat.min && pos == opener.pos;
        let is_more = rounds < repeat.max || repeat.max == MAXREPEAT;
        if is_more && !is_stuck {
            machine.open(opener.pc, pos, rounds)?;
            return Ok(Some((repeat.body, pos)));
        }
        Ok(Some((pc + 1, pos)))
    }

    /// The position after the text of `group`, if that stands at `pos`.
    fn group_ref(
        &self,
        machine: &Machine,
        group: u32,
        fold: Fold,
        mut pos: usize,
    ) -> Option<usize> {
        let (mut at, end) = machine.reference(group)?;
        if fold == Fold::Exact {
            let bytes = self.input.bytes();
            let text = bytes.get(at..end)?;
            return bytes
                .get(pos..)?
                .starts_with(text)
                .then_some(pos + text.len());
        }
        let folded = |ch| fold.apply(ch, self.env.locale);
        while at < end {
            let (wanted, after) = self.input.step(at)?;
            let (found, next) = self.input.step(pos)?;
            if folded(wanted) != folded(found) {
                return None;
            }
            (at, pos) = (after, next);
        }
        Some(pos)
    }

    /// Is `pos` such a position?
    fn is_at(&self, at: At, pos: usize) -> bool {
        let bytes = self.input.bytes();
        let is_end = pos == bytes.len();
        match at {
            At::Beginning | At::BeginningString => pos == 0,
            At::BeginningLine => pos == 0 || bytes.get(pos - 1) == Some(&b'\n'),
            At::End => is_end || pos + 1 == bytes.len() && bytes[pos] == b'\n',
            At::EndLine => is_end || bytes.get(pos) == Some(&b'\n'),
            At::EndString => is_end,
            At::Boundary => self.is_boundary(pos, is_word_ascii),
            At::NonBoundary => !self.is_boundary(pos, is_word_ascii),
            At::LocBoundary => self.is_boundary(pos, |ch| self.env.locale.is_word(ch)),
            At::LocNonBoundary => !self.is_boundary(pos, |ch| self.env.locale.is_word(ch)),
            At::UniBoundary => self.is_boundary(pos, is_word_unicode),
            At::UniNonBoundary => !self.is_boundary(pos, is_word_unicode),
        }
    }

    fn is_boundary(&self, pos: usize, is_word: impl Fn(u32) -> bool) -> bool {
        let before = self.input.back(pos).is_some_and(|(ch, _)| is_word(ch));
        let after = self.input.step(pos).is_some_and(|(ch, _)| is_word(ch));
        before != after
    }
}

impl Goal {
    /// Any match will do.
    pub(crate) const ANY: Goal = Goal {
        must_end: false,
        not_at: NOWHERE,
    };
}
