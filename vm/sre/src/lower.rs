//! Checks a code list and translates it to a [`Program`].
//!
//! CPython 3.14: `_validate` in `Modules/_sre/sre.c` (what is refused here is a superset of what is refused there; no
//! code list that `re._compiler` makes is among it). Code is hostile input: whatever the numbers are, this ends in a
//! program or in [`InvalidCode`]. Regions nest on a stack of our own, so depth costs heap, not Rust stack.
//! Tests: `tests/it/golden.rs`, `tests/it/hostile.rs`.

use crate::chars::Fold;
use crate::charset::read_charset;
use crate::opcodes::{At, Category, MAXGROUPS, Op, info};
use crate::program::{Alt, Inst, Item, Kind, Program, Repeat, RepeatOne, Tail, encode};
use crate::set::{Rule, Set};

/// The code list is none that `re._compiler` could have made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("invalid SRE code")]
pub struct InvalidCode;

/// How many sets back an equal one is looked for; keeps lowering linear.
const SHARED_SETS: usize = 64;

/// An open region of the code: what to do at its end.
#[derive(Debug)]
struct Frame {
    /// The index in the code where the region's body ends.
    end: usize,
    region: Region,
}

#[derive(Debug)]
enum Region {
    Whole,
    Alternative {
        branch: usize,
        alts: Vec<u32>,
        exits: Vec<usize>,
        target: Option<usize>,
    },
    Repeat {
        index: u32,
    },
    Possessive {
        index: u32,
    },
    Atomic,
    Assert {
        opener: usize,
    },
    AssertNot {
        opener: usize,
    },
    IfGroup {
        opener: usize,
    },
    ElseGroup {
        jump: usize,
    },
}

struct Lowering<'c> {
    code: &'c [u32],
    at: usize,
    groups: usize,
    out: Program,
    /// True if the last instruction is a literal that the next one may extend (no jump lands between).
    literal_is_open: bool,
}

/// Translates `code`, made for a pattern with `groups` groups, for subjects of `kind`.
pub(crate) fn lower(code: &[u32], groups: usize, kind: Kind) -> Result<Program, InvalidCode> {
    let end = code.len().checked_sub(1).ok_or(InvalidCode)?;
    // Program counters and offsets are kept in 32 bits.
    if groups > MAXGROUPS || u32::try_from(code.len().saturating_mul(4)).is_err() {
        return Err(InvalidCode);
    }
    let mut lowering = Lowering {
        code,
        at: 0,
        groups,
        out: Program::empty(kind),
        literal_is_open: false,
    };
    let mut stack = vec![Frame {
        end,
        region: Region::Whole,
    }];
    while let Some(frame) = stack.pop() {
        if lowering.at < frame.end {
            let end = frame.end;
            match lowering.split_condition(&frame)? {
                Some(otherwise) => stack.push(otherwise),
                None => {
                    stack.push(frame);
                    stack.extend(lowering.operator(end)?);
                }
            }
        } else if lowering.at == frame.end {
            // The end of the frame below is what bounds the words after this region.
            let bound = stack.last().map_or(code.len(), |below| below.end);
            stack.extend(lowering.close(frame, bound)?);
        } else {
            return Err(InvalidCode);
        }
    }
    lowering.out.finish();
    Ok(lowering.out)
}

impl Lowering<'_> {
    /// Reads one word before `end`.
    fn word(&mut self, end: usize) -> Result<u32, InvalidCode> {
        if self.at >= end {
            return Err(InvalidCode);
        }
        let word = *self.code.get(self.at).ok_or(InvalidCode)?;
        self.at += 1;
        Ok(word)
    }

    /// Reads a skip, which counts from its own place, and returns the index it leads to, at most `end`.
    fn skip(&mut self, end: usize) -> Result<usize, InvalidCode> {
        let from = self.at;
        let skip = self.word(end)? as usize;
        from.checked_add(skip)
            .filter(|&target| target <= end && target >= self.at)
            .ok_or(InvalidCode)
    }

    fn operation(&mut self, end: usize) -> Result<Op, InvalidCode> {
        Op::from_code(self.word(end)?).ok_or(InvalidCode)
    }

    fn expect(&mut self, op: Op, end: usize) -> Result<(), InvalidCode> {
        if self.operation(end)? == op {
            Ok(())
        } else {
            Err(InvalidCode)
        }
    }

    fn emit(&mut self, inst: Inst) -> usize {
        self.literal_is_open = false;
        self.out.insts.push(inst);
        self.out.insts.len() - 1
    }

    fn pc(&self) -> u32 {
        self.out.insts.len() as u32
    }

    /// Makes the place of the next instruction a target of jumps.
    fn label(&mut self) -> u32 {
        self.literal_is_open = false;
        self.pc()
    }

    /// Appends a literal character, to the literal before it if there is one.
    fn literal(&mut self, ch: u32) {
        let encoded = encode(ch, self.out.kind);
        let bytes = encoded.as_slice();
        if bytes.is_empty() {
            self.emit(Inst::Fail);
            return;
        }
        let end = self.out.literals.len() as u32;
        let open = if self.literal_is_open {
            self.out.insts.last_mut()
        } else {
            None
        };
        match open {
            Some(Inst::Bytes { len, .. }) => {
                *len += bytes.len() as u32;
                self.out.literals.extend_from_slice(bytes);
            }
            Some(inst @ Inst::Byte(_)) => {
                if let Inst::Byte(first) = *inst {
                    self.out.literals.push(first);
                }
                *inst = Inst::Bytes {
                    at: end,
                    len: 1 + bytes.len() as u32,
                };
                self.out.literals.extend_from_slice(bytes);
            }
            _ => {
                match encoded.only() {
                    Some(byte) => self.emit(Inst::Byte(byte)),
                    None => {
                        self.out.literals.extend_from_slice(bytes);
                        self.emit(Inst::Bytes {
                            at: end,
                            len: bytes.len() as u32,
                        })
                    }
                };
                self.literal_is_open = true;
            }
        }
    }

    /// The index of a set with these rules; equal sets are shared.
    fn set(&mut self, rules: Vec<Rule>, fold: Fold) -> Item {
        let sets = &mut self.out.sets;
        let recent = sets.len().saturating_sub(SHARED_SETS);
        let same = (recent..sets.len()).find(|&index| sets[index].is_of(&rules, fold));
        let index = same.unwrap_or_else(|| {
            sets.push(Set::new(rules, fold));
            sets.len() - 1
        });
        Item::Set(index as u32)
    }

    /// Reads the rest of an operator that tests one character; `None` if `op` is another.
    fn item(&mut self, op: Op, end: usize) -> Result<Option<Item>, InvalidCode> {
        let (fold, is_negated) = match op {
            Op::Failure => return Ok(Some(Item::Nothing)),
            Op::Any => return Ok(Some(Item::Any)),
            Op::AnyAll => return Ok(Some(Item::AnyAll)),
            Op::Literal => {
                let encoded = encode(self.word(end)?, self.out.kind);
                let ch = self.code[self.at - 1];
                return Ok(Some(match encoded.as_slice() {
                    [] => Item::Nothing,
                    &[byte] => Item::Byte(byte),
                    _ => Item::Char(ch),
                }));
            }
            Op::NotLiteral => {
                let ch = self.word(end)?;
                let is_possible = !encode(ch, self.out.kind).as_slice().is_empty();
                return Ok(Some(if is_possible {
                    Item::NotChar(ch)
                } else {
                    Item::AnyAll
                }));
            }
            Op::Category => {
                let category = Category::from_code(self.word(end)?).ok_or(InvalidCode)?;
                return Ok(Some(self.set(vec![Rule::Category(category)], Fold::Exact)));
            }
            Op::In | Op::InIgnore | Op::InUniIgnore | Op::InLocIgnore => {
                let fold = match op {
                    Op::InIgnore => Fold::Ascii,
                    Op::InUniIgnore => Fold::Unicode,
                    Op::InLocIgnore => Fold::Locale,
                    _ => Fold::Exact,
                };
                let after = self.skip(end)?;
                let rules = read_charset(self.code.get(self.at..after).ok_or(InvalidCode)?)?;
                self.at = after;
                return Ok(Some(self.set(rules, fold)));
            }
            Op::LiteralIgnore => (Fold::Ascii, false),
            Op::LiteralUniIgnore => (Fold::Unicode, false),
            Op::LiteralLocIgnore => (Fold::Locale, false),
            Op::NotLiteralIgnore => (Fold::Ascii, true),
            Op::NotLiteralUniIgnore => (Fold::Unicode, true),
            Op::NotLiteralLocIgnore => (Fold::Locale, true),
            _ => return Ok(None),
        };
        let ch = self.word(end)?;
        let mut rules = vec![if fold == Fold::Locale {
            Rule::LiteralLocIgnore(ch)
        } else {
            Rule::Literal(ch)
        }];
        // The rule for a locale looks at both cases itself, so that negation covers both.
        let fold = if fold == Fold::Locale {
            Fold::Exact
        } else {
            fold
        };
        if is_negated {
            rules.insert(0, Rule::Negate);
        }
        Ok(Some(self.set(rules, fold)))
    }

    /// Reads one operator of a region that ends at `end`; returns the region that it opens.
    fn operator(&mut self, end: usize) -> Result<Option<Frame>, InvalidCode> {
        let op = self.operation(end)?;
        match op {
            Op::Literal => {
                let ch = self.word(end)?;
                self.literal(ch);
            }
            Op::Failure => {
                self.emit(Inst::Fail);
            }
            Op::Mark => {
                let mark = self.word(end)?;
                if mark as usize >= self.groups * 2 {
                    return Err(InvalidCode);
                }
                self.emit(Inst::Mark(mark));
            }
            Op::At => {
                let at = At::from_code(self.word(end)?).ok_or(InvalidCode)?;
                self.emit(Inst::At(at));
            }
            Op::Info => self.info_block(end)?,
            Op::GroupRef => self.group_ref(Fold::Exact, end)?,
            Op::GroupRefIgnore => self.group_ref(Fold::Ascii, end)?,
            Op::GroupRefUniIgnore => self.group_ref(Fold::Unicode, end)?,
            Op::GroupRefLocIgnore => self.group_ref(Fold::Locale, end)?,
            Op::RepeatOne | Op::MinRepeatOne | Op::PossessiveRepeatOne => {
                self.repeat_one(op, end)?
            }
            Op::GroupRefExists => {
                let group = self.group(end)?;
                let from = self.at;
                // This skip counts from the word before it.
                let skip = self.word(end)? as usize;
                let yes_end = (from + skip)
                    .checked_sub(1)
                    .filter(|&yes_end| yes_end <= end)
                    .ok_or(InvalidCode)?;
                let opener = self.emit(Inst::GroupRefExists {
                    group,
                    otherwise: 0,
                });
                return Ok(Some(Frame {
                    end: yes_end,
                    region: Region::IfGroup { opener },
                }));
            }
            Op::Branch => {
                let branch = self.emit(Inst::Branch { first: 0, len: 0 });
                let body_end = self.alternative(end)?.ok_or(InvalidCode)?;
                let alts = vec![self.pc()];
                let region = Region::Alternative {
                    branch,
                    alts,
                    exits: Vec::new(),
                    target: None,
                };
                return Ok(Some(Frame {
                    end: body_end,
                    region,
                }));
            }
            Op::Repeat | Op::PossessiveRepeat => {
                let body_end = self.skip(end)?;
                let (min, max) = self.limits(end)?;
                let index = self.out.repeats.len() as u32;
                let is_possessive = op == Op::PossessiveRepeat;
                self.emit(if is_possessive {
                    Inst::Possessive(index)
                } else {
                    Inst::Repeat(index)
                });
                let body = self.pc();
                self.out.repeats.push(Repeat {
                    min,
                    max,
                    body,
                    until: 0,
                    body_first: None,
                    tail_first: None,
                });
                let region = if is_possessive {
                    Region::Possessive { index }
                } else {
                    Region::Repeat { index }
                };
                return Ok(Some(Frame {
                    end: body_end,
                    region,
                }));
            }
            Op::AtomicGroup => {
                let body_end = self.skip(end)?.checked_sub(1).ok_or(InvalidCode)?;
                self.emit(Inst::Atomic);
                return Ok(Some(Frame {
                    end: body_end,
                    region: Region::Atomic,
                }));
            }
            Op::Assert | Op::AssertNot => {
                let body_end = self.skip(end)?.checked_sub(1).ok_or(InvalidCode)?;
                let back = self.word(end)?;
                if back > i32::MAX as u32 {
                    return Err(InvalidCode);
                }
                let region = if op == Op::Assert {
                    Region::Assert {
                        opener: self.emit(Inst::Assert { back, next: 0 }),
                    }
                } else {
                    Region::AssertNot {
                        opener: self.emit(Inst::AssertNot { back, next: 0 }),
                    }
                };
                return Ok(Some(Frame {
                    end: body_end,
                    region,
                }));
            }
            _ => {
                let item = self.item(op, end)?.ok_or(InvalidCode)?;
                self.emit(Inst::One(item));
            }
        }
        Ok(None)
    }

    /// Closes the region of `frame`, whose body has just ended; returns the region that follows within the same
    /// operator, if one does.
    fn close(&mut self, frame: Frame, bound: usize) -> Result<Option<Frame>, InvalidCode> {
        match frame.region {
            Region::Whole => {
                self.expect(Op::Success, bound)?;
                self.emit(Inst::Accept);
            }
            Region::Alternative {
                branch,
                mut alts,
                mut exits,
                target,
            } => {
                self.expect(Op::Jump, bound)?;
                let goal = self.skip(bound)?;
                if target.is_some_and(|target| target != goal) {
                    return Err(InvalidCode);
                }
                exits.push(self.emit(Inst::Jump(0)));
                if let Some(body_end) = self.alternative(bound)? {
                    alts.push(self.label());
                    let region = Region::Alternative {
                        branch,
                        alts,
                        exits,
                        target: Some(goal),
                    };
                    return Ok(Some(Frame {
                        end: body_end,
                        region,
                    }));
                }
                if self.at != goal {
                    return Err(InvalidCode);
                }
                let end = self.label();
                exits
                    .into_iter()
                    .for_each(|exit| self.out.insts[exit] = Inst::Jump(end));
                let first = self.out.alts.len() as u32;
                self.out.insts[branch] = Inst::Branch {
                    first,
                    len: alts.len() as u32,
                };
                self.out
                    .alts
                    .extend(alts.into_iter().map(|pc| Alt { pc, first: None }));
            }
            Region::Repeat { index } => {
                let op = self.operation(bound)?;
                let until = match op {
                    Op::MaxUntil => Inst::MaxUntil(index),
                    Op::MinUntil => Inst::MinUntil(index),
                    _ => return Err(InvalidCode),
                };
                self.out.repeats[index as usize].until = self.emit(until) as u32;
            }
            Region::Possessive { index } => {
                self.expect(Op::Success, bound)?;
                self.out.repeats[index as usize].until =
                    self.emit(Inst::PossessiveEnd(index)) as u32;
            }
            Region::Atomic => {
                self.expect(Op::Success, bound)?;
                self.emit(Inst::AtomicEnd);
            }
            Region::Assert { opener } => {
                self.expect(Op::Success, bound)?;
                self.emit(Inst::AssertEnd);
                self.set_next(opener);
            }
            Region::AssertNot { opener } => {
                self.expect(Op::Success, bound)?;
                self.emit(Inst::AssertNotEnd);
                self.set_next(opener);
            }
            Region::IfGroup { opener } => self.set_next(opener),
            Region::ElseGroup { jump } => self.set_next(jump),
        }
        Ok(None)
    }

    /// Makes the instruction at `opener` lead to the next one.
    fn set_next(&mut self, opener: usize) {
        let here = self.label();
        match &mut self.out.insts[opener] {
            Inst::Assert { next: to, .. }
            | Inst::AssertNot { next: to, .. }
            | Inst::GroupRefExists { otherwise: to, .. }
            | Inst::Jump(to) => *to = here,
            _ => {}
        }
    }

    /// If the body of a conditional group has come to the jump over its "no" part, opens that part.
    ///
    /// Only the place tells: `GROUPREF_EXISTS group skip yes... [JUMP skip no...]`, where the first skip leads behind
    /// the jump.
    fn split_condition(&mut self, frame: &Frame) -> Result<Option<Frame>, InvalidCode> {
        let Region::IfGroup { opener } = frame.region else {
            return Ok(None);
        };
        if self.at + 2 != frame.end || self.code[self.at] != Op::Jump as u32 {
            return Ok(None);
        }
        self.at += 1;
        let end = self.skip(self.code.len())?;
        let jump = self.emit(Inst::Jump(0));
        self.set_next(opener);
        Ok(Some(Frame {
            end,
            region: Region::ElseGroup { jump },
        }))
    }

    /// Reads the skip at the head of an alternative and returns where its body ends; `None` after the last.
    fn alternative(&mut self, end: usize) -> Result<Option<usize>, InvalidCode> {
        if self.code.get(self.at) == Some(&0) && self.at < end {
            self.at += 1;
            return Ok(None);
        }
        let body_end = self
            .skip(end)?
            .checked_sub(2)
            .filter(|&body_end| body_end >= self.at);
        Ok(Some(body_end.ok_or(InvalidCode)?))
    }

    fn group(&mut self, end: usize) -> Result<u32, InvalidCode> {
        let group = self.word(end)?;
        if (group as usize) < self.groups {
            Ok(group)
        } else {
            Err(InvalidCode)
        }
    }

    fn group_ref(&mut self, fold: Fold, end: usize) -> Result<(), InvalidCode> {
        let group = self.group(end)?;
        self.emit(Inst::GroupRef { group, fold });
        Ok(())
    }

    fn limits(&mut self, end: usize) -> Result<(u32, u32), InvalidCode> {
        let (min, max) = (self.word(end)?, self.word(end)?);
        if min <= max {
            Ok((min, max))
        } else {
            Err(InvalidCode)
        }
    }

    fn repeat_one(&mut self, op: Op, end: usize) -> Result<(), InvalidCode> {
        let after = self.skip(end)?;
        let (min, max) = self.limits(after)?;
        let inner = self.operation(after)?;
        let item = self.item(inner, after)?.ok_or(InvalidCode)?;
        self.expect(Op::Success, after)?;
        if self.at != after {
            return Err(InvalidCode);
        }
        let index = self.out.ones.len() as u32;
        let is_possessive = op == Op::PossessiveRepeatOne;
        self.out.ones.push(RepeatOne {
            item,
            min,
            max,
            tail: Tail::Unknown,
            is_possessive,
        });
        self.emit(if op == Op::MinRepeatOne {
            Inst::MinRepeatOne(index)
        } else {
            Inst::RepeatOne(index)
        });
        Ok(())
    }

    /// Checks `INFO skip flags min max ...`. Only the minimum is used: prefix and first characters are found in the
    /// program itself, so that what they promise is true.
    fn info_block(&mut self, end: usize) -> Result<(), InvalidCode> {
        let is_first = self.at == 1;
        let after = self.skip(end)?;
        let flags = self.word(after)?;
        let min = self.word(after)?;
        self.word(after)?;
        let known = info::PREFIX | info::LITERAL | info::CHARSET;
        let has = |flag: u32| flags & flag != 0;
        if flags & !known != 0
            || has(info::PREFIX) && has(info::CHARSET)
            || has(info::LITERAL) && !has(info::PREFIX)
        {
            return Err(InvalidCode);
        }
        let rest = if has(info::PREFIX) {
            let len = self.word(after)? as usize;
            self.word(after)?;
            let words = self.code.get(self.at..after).ok_or(InvalidCode)?;
            if Some(words.len()) != len.checked_mul(2)
                || words[len..].iter().any(|&word| word as usize >= len)
            {
                return Err(InvalidCode);
            }
            after
        } else if has(info::CHARSET) {
            read_charset(self.code.get(self.at..after).ok_or(InvalidCode)?)?;
            after
        } else {
            self.at
        };
        if rest != after {
            return Err(InvalidCode);
        }
        self.at = after;
        if is_first {
            self.out.min_chars = min as usize;
        }
        Ok(())
    }
}
