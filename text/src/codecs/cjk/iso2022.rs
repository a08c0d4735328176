//! ISO 2022 (RFC 1468, 1554, 1557, 2237): escape sequences say which character set the next bytes are of.
//!
//! Bytes of the state: the marks of the sets in G0, G1 and G2; the fifth holds flags.

mod charset;
mod escape;

use std::rc::Rc;

use super::table::CjkTable;
use super::{CjkState, Step, double_byte};
pub(super) use charset::Designation;
use charset::{Encoded, Plane};

/// What a codec of the family can do.
pub(super) struct Config {
    /// Whether SO and SI switch between G1 and G0.
    pub(super) with_shift: bool,
    /// Whether a single character may come from G2.
    pub(super) with_g2: bool,
    /// Whether `ESC & @` may announce a revision of JIS X 0208.
    pub(super) with_announcer: bool,
    /// The character sets, in the order in which they are tried.
    pub(super) designations: &'static [Designation],
}

const ESC: u8 = 0x1B;
const SHIFT_OUT: u8 = 0x0E;
const SHIFT_IN: u8 = 0x0F;

const G0: usize = 0;
const G1: usize = 1;
const G2: usize = 2;
const FLAGS: usize = 4;
/// G1 is in use, not G0.
const SHIFTED: u8 = 1;
/// An escape sequence of another kind goes through as it is.
const ESCAPE_GOES_THROUGH: u8 = 2;

/// The mark of ASCII.
const ASCII: u8 = b'B';
/// In the marks of sets with two bytes.
const TWO_BYTES: u8 = 0x80;

pub(super) const START: CjkState = [ASCII, ASCII, 0, 0, 0, 0, 0, 0];
pub(super) const START_DECODING: CjkState = [ASCII, ASCII, ASCII, 0, 0, 0, 0, 0];

pub(super) fn reset_encoding(state: &mut CjkState, to: &mut Vec<u8>) {
    shift_in(state, to);
    if state[G0] != ASCII {
        to.extend([ESC, b'(', ASCII]);
        state[G0] = ASCII;
    }
}

pub(super) fn reset_decoding(state: &mut CjkState) {
    state[G0] = ASCII;
    state[FLAGS] &= !SHIFTED;
}

fn shift_in(state: &mut CjkState, to: &mut Vec<u8>) {
    if state[FLAGS] & SHIFTED != 0 {
        to.push(SHIFT_IN);
        state[FLAGS] &= !SHIFTED;
    }
}

pub(super) fn decode_step(
    config: &Config,
    tables: &[Rc<CjkTable>],
    state: &mut CjkState,
    input: &[u8],
    to: &mut Vec<u32>,
) -> Step {
    let Some(&first) = input.first() else {
        return Step::TooFew;
    };
    let as_it_is = |to: &mut Vec<u32>| {
        to.push(u32::from(first));
        Step::Read(1)
    };
    if state[FLAGS] & ESCAPE_GOES_THROUGH != 0 {
        if escape::ends(first) {
            state[FLAGS] &= !ESCAPE_GOES_THROUGH;
        }
        return as_it_is(to);
    }
    match first {
        ESC => match input.get(1) {
            None => Step::TooFew,
            Some(b'(' | b')' | b'$' | b'.' | b'&') => escape::designate(config, state, input),
            Some(b'N') if config.with_g2 => single_from_g2(state, input, to),
            Some(_) => {
                state[FLAGS] |= ESCAPE_GOES_THROUGH;
                as_it_is(to)
            }
        },
        SHIFT_IN if config.with_shift => {
            state[FLAGS] &= !SHIFTED;
            Step::Read(1)
        }
        SHIFT_OUT if config.with_shift => {
            state[FLAGS] |= SHIFTED;
            Step::Read(1)
        }
        b'\n' => {
            state[FLAGS] &= !SHIFTED;
            as_it_is(to)
        }
        0..0x20 => as_it_is(to),
        0x80.. => Step::Invalid(1),
        _ => {
            let is_shifted = state[FLAGS] & SHIFTED != 0;
            let mark = state[if is_shifted { G1 } else { G0 }];
            if mark == ASCII {
                return as_it_is(to);
            }
            let known = config.designations.iter().find(|set| set.mark() == mark);
            let Some(set) = known else {
                return Step::Invalid(1);
            };
            let width = set.width();
            let Some(bytes) = input.get(..width) else {
                return Step::TooFew;
            };
            match set.decode(tables, bytes) {
                Some(decoded) => {
                    double_byte::push(decoded, to);
                    Step::Read(width)
                }
                None => Step::Invalid(width),
            }
        }
    }
}

/// `ESC N` and a byte: one character of G2.
fn single_from_g2(state: &CjkState, input: &[u8], to: &mut Vec<u32>) -> Step {
    let Some(&byte) = input.get(2) else {
        return Step::TooFew;
    };
    match charset::decode_g2(state[G2], byte) {
        Some(character) => {
            to.push(character);
            Step::Read(3)
        }
        None => Step::Invalid(3),
    }
}

pub(super) fn encode_step(
    config: &Config,
    tables: &[Rc<CjkTable>],
    state: &mut CjkState,
    input: &[u32],
    is_end: bool,
    to: &mut Vec<u8>,
) -> Step {
    let Some(&first) = input.first() else {
        return Step::TooFew;
    };
    if first < 0x80 {
        if state[G0] != ASCII {
            to.extend([ESC, b'(', ASCII]);
            state[G0] = ASCII;
        }
        shift_in(state, to);
        to.push(first as u8);
        return Step::Read(1);
    }
    for set in config.designations {
        let (code, length) = match set.encode(tables, first, input.get(1).copied()) {
            Encoded::Not => continue,
            // The next character decides.
            Encoded::BeginsTwo if input.len() < 2 && !is_end => return Step::TooFew,
            Encoded::BeginsTwo => continue,
            Encoded::Code(code) => (code, 1),
            Encoded::CodeOfTwo(code) => (code, 2),
        };
        switch_to(*set, state, to);
        if set.width() == 2 {
            to.push((code >> 8) as u8);
        }
        to.push(code as u8);
        return Step::Read(length);
    }
    Step::Invalid(1)
}

/// Writes what makes the next bytes those of a set.
fn switch_to(set: Designation, state: &mut CjkState, to: &mut Vec<u8>) {
    let mark = set.mark();
    let letter = mark & !TWO_BYTES;
    match set.plane() {
        Plane::G0 => {
            shift_in(state, to);
            if state[G0] != mark {
                match (set.width(), set) {
                    (1, _) => to.extend([ESC, b'(', letter]),
                    (_, Designation::JisX0208) => to.extend([ESC, b'$', letter]),
                    _ => to.extend([ESC, b'$', b'(', letter]),
                }
                state[G0] = mark;
            }
        }
        Plane::G1 => {
            if state[G1] != mark {
                to.extend([ESC, b'$', b')', letter]);
                state[G1] = mark;
            }
            if state[FLAGS] & SHIFTED == 0 {
                to.push(SHIFT_OUT);
                state[FLAGS] |= SHIFTED;
            }
        }
    }
}
