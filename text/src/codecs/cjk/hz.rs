//! HZ (RFC 1843): GB 2312 between `~{` and `~}`.

use super::table::CjkTable;
use super::{CjkState, Step, double_byte};

/// The first byte of the state: whether the text is within the braces.
const WITHIN: u8 = 1;
/// Both bytes of a character lack this bit, which the table's codes have.
const HIGH_BITS: u32 = 0x8080;

pub(super) fn reset_encoding(state: &mut CjkState, to: &mut Vec<u8>) {
    if state[0] != 0 {
        to.extend(b"~}");
        state[0] = 0;
    }
}

pub(super) fn decode_step(
    table: &CjkTable,
    state: &mut CjkState,
    input: &[u8],
    to: &mut Vec<u32>,
) -> Step {
    let Some(&first) = input.first() else {
        return Step::TooFew;
    };
    let is_within = state[0] == WITHIN;
    if first == b'~' {
        let Some(&second) = input.get(1) else {
            return Step::TooFew;
        };
        match (second, is_within) {
            (b'~', false) => to.push(u32::from(b'~')),
            (b'{', false) => state[0] = WITHIN,
            // A line that goes on.
            (b'\n', false) => {}
            (b'}', true) => state[0] = 0,
            _ => return Step::Invalid(1),
        }
        return Step::Read(2);
    }
    if first >= 0x80 {
        return Step::Invalid(1);
    }
    if !is_within {
        to.push(u32::from(first));
        return Step::Read(1);
    }
    let Some(&second) = input.get(1) else {
        return Step::TooFew;
    };
    let code = u32::from(first) << 8 | u32::from(second);
    match table.decode(code | HIGH_BITS).filter(|_| second < 0x80) {
        Some(decoded) => {
            double_byte::push(decoded, to);
            Step::Read(2)
        }
        None => Step::Invalid(1),
    }
}

pub(super) fn encode_step(
    table: &CjkTable,
    state: &mut CjkState,
    input: &[u32],
    to: &mut Vec<u8>,
) -> Step {
    let Some(&first) = input.first() else {
        return Step::TooFew;
    };
    if first < 0x80 {
        reset_encoding(state, to);
        to.push(first as u8);
        if first == u32::from(b'~') {
            to.push(b'~');
        }
        return Step::Read(1);
    }
    let Some(code) = table.encode(first) else {
        return Step::Invalid(1);
    };
    if state[0] == 0 {
        to.extend(b"~{");
        state[0] = WITHIN;
    }
    double_byte::write_code(code & !HIGH_BITS, to);
    Step::Read(1)
}
