//! Code that `re._compiler` would never make: it is refused, or it runs to some answer; nothing panics.

use crate::golden::read;
use std::cell::Cell;
use taipan_sre::{Env, Machine, MatchError, Mode, Pattern, Subject};
use taipan_text::Wtf8;

/// A small generator of pseudo-random numbers (xorshift), so that failures repeat.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }
}

/// Checks `code`; if it is accepted, runs it on each kind of subject, for a while. Returns whether it was accepted.
fn check_survives(code: &[u32], groups: usize) -> bool {
    let text = "aab ab\nKéΩ😀 1_ab";
    let (Ok(pattern), Ok(bytes_pattern)) =
        (Pattern::new(code, groups), Pattern::new_bytes(code, groups))
    else {
        assert_eq!(
            Pattern::new(code, groups).is_ok(),
            Pattern::new_bytes(code, groups).is_ok()
        );
        return false;
    };
    let mut machine = Machine::new();
    for (pattern, subject) in [
        (&pattern, Subject::Text(Wtf8::from_str(text))),
        (&pattern, Subject::Ascii(b"aab ab\nK 1_ab")),
        (&bytes_pattern, Subject::Bytes(text.as_bytes())),
    ] {
        for mode in [Mode::Match, Mode::FullMatch, Mode::Search] {
            let polls = Cell::new(0);
            let interrupt = || {
                polls.set(polls.get() + 1);
                polls.get() > 8
            };
            let env = Env {
                interrupt: &interrupt,
                memory_limit: 1 << 22,
                ..Env::DEFAULT
            };
            match pattern.run(&mut machine, subject, mode, 0, subject.len(), &env) {
                Ok(_) | Err(MatchError::Interrupted | MatchError::Memory) => {}
            }
        }
    }
    true
}

#[test]
fn mutated_code_never_panics() {
    let mut random = Random(0x5eed_5eed_5eed_5eed);
    let mut cases = read("tests/golden/cases.jsonl");
    cases.extend(read("tests/golden/random.jsonl"));
    let mut accepted = 0;
    for case in &cases {
        for _ in 0..60 {
            let mut code = case.code.clone();
            for _ in 0..=random.below(3) {
                let at = random.below(code.len());
                match random.below(6) {
                    0 => code[at] = random.below(50) as u32,
                    1 => code[at] = code[at].wrapping_add(1),
                    2 => code[at] = code[at].wrapping_sub(1),
                    3 => {
                        code[at] =
                            [0, 1, 255, 256, 0x7fff_ffff, 0x8000_0000, u32::MAX][random.below(7)]
                    }
                    4 => code.insert(at, random.below(50) as u32),
                    _ => {
                        code.remove(at);
                        code.push(1);
                    }
                }
            }
            accepted += usize::from(check_survives(&code, case.groups));
        }
    }
    assert!(accepted > 1000, "only {accepted} mutations were run");
}

#[test]
fn random_code_never_panics() {
    let mut random = Random(42);
    for _ in 0..20_000 {
        let mut code: Vec<u32> = (0..random.below(24))
            .map(|_| random.below(45) as u32)
            .collect();
        code.push(1);
        check_survives(&code, random.below(4));
    }
}

#[test]
fn code_must_end_in_success() {
    assert!(Pattern::new(&[], 0).is_err());
    assert!(Pattern::new(&[16, 97], 0).is_err());
    assert!(Pattern::new(&[1], 0).is_ok());
}

#[test]
fn deep_nesting_needs_no_stack() {
    // (?>(?>(?>...))) : ATOMIC_GROUP skip ... SUCCESS
    let depth = 100_000;
    let mut code = Vec::new();
    for level in 0..depth {
        code.extend([
            27,
            2 * (depth - level) + (depth - level - 1) + 2 - (depth - level - 1) - 1
                + (depth - level - 1),
        ]);
    }
    code.extend(vec![1; depth as usize + 1]);
    // Every skip counts from its own place to behind its SUCCESS.
    for level in 0..depth {
        let skip_at = 2 * level + 1;
        let success_at = 2 * depth + (depth - 1 - level);
        code[skip_at as usize] = success_at + 1 - skip_at;
    }
    assert!(check_survives(&code, 0));
}
