//! Escape sequences that name the character set of the next bytes.

use super::super::{CjkState, Step};
use super::{ASCII, Config, ESC, G0, G1, G2, TWO_BYTES};

/// The longest sequence.
const MOST: usize = 16;

/// Whether a byte is the last of an escape sequence.
pub(super) fn ends(byte: u8) -> bool {
    matches!(byte, b'A'..=b'Z' | b'@')
}

/// Obeys the sequence that the input begins with.
pub(super) fn designate(config: &Config, state: &mut CjkState, input: &[u8]) -> Step {
    let mut length = None;
    let mut place = 1;
    while place < MOST {
        let Some(byte) = input.get(place) else {
            return Step::TooFew;
        };
        if ends(*byte) {
            length = Some(place + 1);
            break;
        }
        if config.with_announcer && *byte == b'&' && input.get(place + 1) == Some(&b'@') {
            place += 2;
        }
        place += 1;
    }
    let Some(length) = length else {
        return Step::Invalid(1);
    };
    let named = match input.get(..length) {
        Some([_, b'$', letter]) => Some((G0, *letter | TWO_BYTES)),
        Some([_, b'(', letter]) => Some((G0, *letter)),
        Some([_, b')', letter]) => Some((G1, *letter)),
        Some([_, b'.', letter]) if config.with_g2 => Some((G2, *letter)),
        Some([_, b'$', b'(', letter]) => Some((G0, *letter | TWO_BYTES)),
        Some([_, b'$', b')', letter]) => Some((G1, *letter | TWO_BYTES)),
        Some([_, _, _, ESC, b'$', b'B']) if config.with_announcer => Some((G0, b'B' | TWO_BYTES)),
        _ => None,
    };
    let is_known =
        |mark: u8| mark == ASCII || config.designations.iter().any(|set| set.mark() == mark);
    match named {
        Some((place, mark)) if is_known(mark) => {
            state[place] = mark;
            Step::Read(length)
        }
        _ => Step::Invalid(length),
    }
}
