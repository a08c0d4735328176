//! Long subjects, endless patterns, interrupts and the memory limit.

use std::cell::Cell;
use taipan_sre::{Env, Machine, MatchError, Mode, Pattern, Subject};

/// Code as `re._compiler` has it.
mod code {
    /// `(?:ab|c)*d`
    pub(super) const AB_OR_C_STAR_D: &[u32] = &[
        14,
        4,
        0,
        1,
        u32::MAX,
        23,
        17,
        0,
        u32::MAX,
        7,
        7,
        16,
        97,
        16,
        98,
        15,
        7,
        5,
        16,
        99,
        15,
        2,
        0,
        18,
        16,
        100,
        1,
    ];
    /// `(?:a+)+$`
    pub(super) const A_PLUS_PLUS_END: &[u32] = &[
        14,
        4,
        0,
        1,
        u32::MAX,
        23,
        10,
        1,
        u32::MAX,
        24,
        6,
        1,
        u32::MAX,
        16,
        97,
        1,
        18,
        6,
        5,
        1,
    ];
}

fn check(code: &[u32], subject: &[u8], mode: Mode, env: &Env) -> Result<bool, MatchError> {
    let pattern = Pattern::new(code, 0).expect("valid code");
    pattern.run(
        &mut Machine::new(),
        Subject::Ascii(subject),
        mode,
        0,
        subject.len(),
        env,
    )
}

#[test]
fn a_long_subject_needs_no_stack() {
    let mut subject = b"abc".repeat(300_000);
    subject.push(b'd');
    assert_eq!(
        check(
            code::AB_OR_C_STAR_D,
            &subject,
            Mode::FullMatch,
            &Env::DEFAULT
        ),
        Ok(true)
    );
    subject.pop();
    assert_eq!(
        check(code::AB_OR_C_STAR_D, &subject, Mode::Match, &Env::DEFAULT),
        Ok(false)
    );
}

#[test]
fn exponential_work_can_be_interrupted() {
    let polls = Cell::new(0);
    let interrupt = || {
        polls.set(polls.get() + 1);
        polls.get() == 100
    };
    let env = Env {
        interrupt: &interrupt,
        ..Env::DEFAULT
    };
    let mut subject = vec![b'a'; 60];
    subject.push(b'b');
    assert_eq!(
        check(code::A_PLUS_PLUS_END, &subject, Mode::Match, &env),
        Err(MatchError::Interrupted)
    );
    assert_eq!(polls.get(), 100);
}

#[test]
fn memory_is_limited() {
    let env = Env {
        memory_limit: 1 << 16,
        ..Env::DEFAULT
    };
    let subject = vec![b'a'; 100_000];
    // (?:a.?)*az
    let code = &[
        23,
        11,
        0,
        u32::MAX,
        16,
        97,
        24,
        5,
        0,
        1,
        2,
        1,
        18,
        16,
        97,
        16,
        122,
        1,
    ];
    assert_eq!(
        check(code, &subject, Mode::Match, &env),
        Err(MatchError::Memory)
    );
}
