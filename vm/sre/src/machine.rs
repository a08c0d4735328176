//! The state of a match: positions of groups, open repeats, and the stack of choices to go back to.
//!
//! CPython 3.14: `SRE_STATE`, `SRE_REPEAT` and the data stack of `Modules/_sre/sre_lib.h`. There a choice restores what
//! its kind needs; here every choice restores everything (marks through a trail), which comes to the same.
//! Invariants
//! 1. `choices[i].trail` and `.nodes` never decrease with `i`.
//! 2. A node below the newest choice's `nodes` is never changed: that choice may come back to it.
//! 3. `cut` is the index of the innermost open region's choice, whose `extra` is the `cut` before it.
//!
//! Tests: `tests/it/golden.rs`, `tests/it/limits.rs`.

use crate::chars::Locale;

/// "No position": a mark that is not set.
pub(crate) const NOWHERE: usize = usize::MAX;
/// "No repeat is open", "no region is open".
pub(crate) const NONE: u32 = u32::MAX;
/// The steps between two questions for an interrupt.
const POLL_STEPS: u32 = 4096;
/// The indices of choices are kept in 32 bits; this many bytes cannot hold more.
const HARD_LIMIT: usize = (u32::MAX as usize).saturating_mul(16);

/// Why a match ended without an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MatchError {
    /// The interrupt hook said so: the caller has an exception to raise.
    #[error("interrupted")]
    Interrupted,
    /// The choices to go back to need more memory than allowed: `MemoryError`.
    #[error("out of memory")]
    Memory,
}

/// What a match needs from outside.
#[derive(Clone, Copy)]
pub struct Env<'e> {
    /// Asked every few thousand steps; true ends the match with [`MatchError::Interrupted`].
    pub interrupt: &'e dyn Fn() -> bool,
    /// For patterns with `re.LOCALE`.
    pub locale: &'e Locale,
    /// The bytes that choices may take.
    pub memory_limit: usize,
}

impl Env<'static> {
    /// Never interrupted, the "C" locale, 1 GiB.
    pub const DEFAULT: Env<'static> = Env {
        interrupt: &|| false,
        locale: &Locale::C,
        memory_limit: 1 << 30,
    };
}

/// A place to go back to: what to try next there is told by the instruction.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Choice {
    pub(crate) pos: usize,
    /// Greedy item: the lowest position. Lazy item: the rounds left. Branch: the alternative. Region: the `cut` before.
    pub(crate) extra: usize,
    pub(crate) pc: u32,
    /// Possessive repeat: the rounds done.
    pub(crate) rounds: u32,
    pub(crate) repeat: u32,
    pub(crate) nodes: u32,
    pub(crate) trail: u32,
    pub(crate) last_group: u32,
}

/// An open repeat in some round.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Node {
    /// Where the last optional round started.
    pub(crate) last_pos: usize,
    /// The rounds begun; counts from zero.
    pub(crate) rounds: u32,
    /// The repeat around it.
    pub(crate) outer: u32,
}

/// The registers and stacks of a match. Keeps its memory from one match to the next.
#[derive(Debug)]
pub struct Machine {
    pub(crate) marks: Vec<usize>,
    /// The last group closed, `NONE` if there is none.
    pub(crate) last_group: u32,
    /// Where the match starts and ends.
    pub(crate) bounds: (usize, usize),
    pub(crate) choices: Vec<Choice>,
    pub(crate) trail: Vec<(u32, usize)>,
    pub(crate) nodes: Vec<Node>,
    pub(crate) repeat: u32,
    pub(crate) cut: u32,
    has_marks: bool,
    steps: u32,
    limit: usize,
}

impl Default for Machine {
    fn default() -> Machine {
        Machine::new()
    }
}

impl Machine {
    /// A machine without memory of any match.
    pub fn new() -> Machine {
        Machine {
            marks: Vec::new(),
            last_group: NONE,
            bounds: (0, 0),
            choices: Vec::new(),
            trail: Vec::new(),
            nodes: Vec::new(),
            repeat: NONE,
            cut: NONE,
            has_marks: false,
            steps: POLL_STEPS,
            limit: 0,
        }
    }

    /// Where the last successful match starts and ends, in bytes.
    pub fn bounds(&self) -> (usize, usize) {
        self.bounds
    }

    /// The span of group `n` (counting from 1) in the last successful match, in bytes; group 0 is the whole match.
    pub fn span(&self, group: usize) -> Option<(usize, usize)> {
        let Some(index) = group.checked_sub(1) else {
            return Some(self.bounds);
        };
        let (start, end) = (*self.marks.get(index * 2)?, *self.marks.get(index * 2 + 1)?);
        (start != NOWHERE && end != NOWHERE).then_some((start, end))
    }

    /// The number of the last group that matched: `Match.lastindex`.
    pub fn lastindex(&self) -> Option<usize> {
        (self.last_group != NONE).then_some(self.last_group as usize + 1)
    }

    /// Prepares for a pattern with `groups` groups.
    pub(crate) fn begin(&mut self, groups: usize, env: &Env) {
        self.marks.clear();
        self.marks.resize(groups * 2, NOWHERE);
        self.has_marks = false;
        self.limit = env.memory_limit.min(HARD_LIMIT);
        self.steps = POLL_STEPS;
    }

    /// Prepares for an attempt at another position.
    #[inline]
    pub(crate) fn reset(&mut self) {
        if self.has_marks {
            self.marks.fill(NOWHERE);
            self.has_marks = false;
        }
        self.last_group = NONE;
        self.choices.clear();
        self.trail.clear();
        self.nodes.clear();
        self.repeat = NONE;
        self.cut = NONE;
    }

    /// Counts a step; now and then asks whether to go on.
    #[inline]
    pub(crate) fn step(&mut self, env: &Env) -> Result<(), MatchError> {
        self.steps -= 1;
        if self.steps == 0 {
            self.poll(env)
        } else {
            Ok(())
        }
    }

    #[cold]
    fn poll(&mut self, env: &Env) -> Result<(), MatchError> {
        self.steps = POLL_STEPS;
        if (env.interrupt)() {
            Err(MatchError::Interrupted)
        } else {
            Ok(())
        }
    }

    /// Sets a mark.
    #[inline]
    pub(crate) fn mark(&mut self, mark: u32, pos: usize) -> Result<(), MatchError> {
        if mark & 1 != 0 {
            self.last_group = mark / 2;
        }
        let old = std::mem::replace(&mut self.marks[mark as usize], pos);
        self.has_marks = true;
        if !self.choices.is_empty() {
            if self.trail.len() == self.trail.capacity() {
                self.grow()?;
            }
            self.trail.push((mark, old));
        }
        Ok(())
    }

    /// The span of a group that a back reference names, if the group has matched.
    pub(crate) fn reference(&self, group: u32) -> Option<(usize, usize)> {
        let at = group as usize * 2;
        let (start, end) = (self.marks[at], self.marks[at + 1]);
        (start != NOWHERE && end != NOWHERE && start <= end).then_some((start, end))
    }

    /// Remembers to come back to the instruction at `pc`, with the subject at `pos`.
    #[inline]
    pub(crate) fn choose(&mut self, pc: u32, pos: usize, extra: usize) -> Result<(), MatchError> {
        self.choose_round(pc, pos, extra, 0)
    }

    #[inline]
    fn choose_round(
        &mut self,
        pc: u32,
        pos: usize,
        extra: usize,
        rounds: u32,
    ) -> Result<(), MatchError> {
        if self.choices.len() == self.choices.capacity() {
            self.grow()?;
        }
        self.choices.push(Choice {
            pos,
            extra,
            pc,
            rounds,
            repeat: self.repeat,
            nodes: self.nodes.len() as u32,
            trail: self.trail.len() as u32,
            last_group: self.last_group,
        });
        Ok(())
    }

    /// Opens a region whose choices are dropped at its end.
    pub(crate) fn open(&mut self, pc: u32, pos: usize, rounds: u32) -> Result<(), MatchError> {
        let cut = self.choices.len() as u32;
        self.choose_round(pc, pos, self.cut as usize, rounds)?;
        self.cut = cut;
        Ok(())
    }

    /// Closes the innermost region and drops the choices in it, but keeps what it has matched.
    pub(crate) fn shut(&mut self) -> Option<Choice> {
        let opener = *self.choices.get(self.cut as usize)?;
        self.choices.truncate(self.cut as usize);
        self.cut = opener.extra as u32;
        self.repeat = opener.repeat;
        self.nodes.truncate(opener.nodes as usize);
        if self.choices.is_empty() {
            self.trail.clear();
        }
        Some(opener)
    }

    /// Takes back everything since `choice`.
    #[inline]
    pub(crate) fn restore(&mut self, choice: &Choice) {
        while self.trail.len() > choice.trail as usize {
            if let Some((mark, old)) = self.trail.pop() {
                self.marks[mark as usize] = old;
            }
        }
        self.nodes.truncate(choice.nodes as usize);
        self.repeat = choice.repeat;
        self.last_group = choice.last_group;
    }

    /// The open repeat.
    #[inline]
    pub(crate) fn node(&self) -> Option<Node> {
        self.nodes.get(self.repeat as usize).copied()
    }

    /// Enters a repeat.
    pub(crate) fn enter_repeat(&mut self) -> Result<(), MatchError> {
        let node = Node {
            last_pos: NOWHERE,
            rounds: 0,
            outer: self.repeat,
        };
        self.push_node(node)
    }

    /// Puts the open repeat into another round.
    #[inline]
    pub(crate) fn set_node(&mut self, node: Node) -> Result<(), MatchError> {
        if self.repeat >= self.first_free_node() {
            self.nodes[self.repeat as usize] = node;
            return Ok(());
        }
        self.push_node(node)
    }

    /// Leaves the open repeat, `node`, for what is around it.
    #[inline]
    pub(crate) fn leave_repeat(&mut self, node: &Node) {
        if self.repeat as usize + 1 == self.nodes.len() && self.repeat >= self.first_free_node() {
            self.nodes.pop();
        }
        self.repeat = node.outer;
    }

    /// The first node that no choice comes back to; see invariant 2.
    fn first_free_node(&self) -> u32 {
        self.choices.last().map_or(0, |choice| choice.nodes)
    }

    fn push_node(&mut self, node: Node) -> Result<(), MatchError> {
        if self.nodes.len() == self.nodes.capacity() {
            self.grow()?;
        }
        self.repeat = self.nodes.len() as u32;
        self.nodes.push(node);
        Ok(())
    }

    /// Makes room on each stack that is full, if the limit allows.
    #[cold]
    fn grow(&mut self) -> Result<(), MatchError> {
        fn room<T>(stack: &mut Vec<T>, left: &mut usize) -> Result<(), MatchError> {
            if stack.len() == stack.capacity() {
                let more = stack.capacity().max(32);
                *left = left
                    .checked_sub(more * size_of::<T>())
                    .ok_or(MatchError::Memory)?;
                stack
                    .try_reserve_exact(more)
                    .map_err(|_| MatchError::Memory)?;
            }
            Ok(())
        }
        let used = self.choices.capacity() * size_of::<Choice>()
            + self.trail.capacity() * size_of::<(u32, usize)>()
            + self.nodes.capacity() * size_of::<Node>();
        let mut left = self.limit.saturating_sub(used);
        room(&mut self.choices, &mut left)?;
        room(&mut self.trail, &mut left)?;
        room(&mut self.nodes, &mut left)
    }
}
