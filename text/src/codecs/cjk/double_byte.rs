//! Codecs of one and two bytes a character (sometimes three, four or eight), without state.

use super::Step;
use super::spec::Rules;
use super::table::{CjkTable, Decoded};

/// Where four-byte codes of the characters behind U+FFFF begin.
const SUPPLEMENTARY: u32 = 189_000;

/// In EUC-KR, a syllable without a code is the filler and its three letters.
const FILLER: [u8; 2] = [0xA4, 0xD4];
const LETTERS: u8 = 0xA4;
const FIRST_SYLLABLE: u32 = 0xAC00;
const SYLLABLES: u32 = 19 * 21 * 28;
const INITIALS: [u8; 19] = [
    0xA1, 0xA2, 0xA4, 0xA7, 0xA8, 0xA9, 0xB1, 0xB2, 0xB3, 0xB5, 0xB6, 0xB7, 0xB8, 0xB9, 0xBA, 0xBB,
    0xBC, 0xBD, 0xBE,
];
/// The code of the first vowel; the others follow in order.
const FIRST_VOWEL: u8 = 0xBF;
const VOWELS: u32 = 21;
/// The first stands for none.
const FINALS: [u8; 28] = [
    0xD4, 0xA1, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6, 0xA7, 0xA9, 0xAA, 0xAB, 0xAC, 0xAD, 0xAE, 0xAF, 0xB0,
    0xB1, 0xB2, 0xB4, 0xB5, 0xB6, 0xB7, 0xB8, 0xBA, 0xBB, 0xBC, 0xBD, 0xBE,
];

pub(super) fn push(decoded: Decoded, to: &mut Vec<u32>) {
    match decoded {
        Decoded::One(character) => to.push(character),
        Decoded::Two(first, second) => to.extend([first, second]),
    }
}

pub(super) fn decode_step(rules: Rules, table: &CjkTable, input: &[u8], to: &mut Vec<u32>) -> Step {
    let Some(&first) = input.first() else {
        return Step::TooFew;
    };
    if let Some(decoded) = table.decode(u32::from(first)) {
        push(decoded, to);
        return Step::Read(1);
    }
    if let Some(last) = rules.last_of_shift_jis()
        && !matches!(first, 0x81..=0x9F)
        && !(0xE0..=last).contains(&first)
    {
        return Step::Invalid(1);
    }
    let Some(&second) = input.get(1) else {
        return Step::TooFew;
    };
    match rules {
        _ if rules.has_triples() && first == 0x8F => {
            let Some(&third) = input.get(2) else {
                return Step::TooFew;
            };
            let code = 0x10000 | u32::from(second) << 8 | u32::from(third);
            return looked_up(table, code, 3, to);
        }
        Rules::EucKr if [first, second] == FILLER => return decode_letters(input, to),
        Rules::Gb18030 if second.is_ascii_digit() => {
            return decode_four_bytes(table, input, to);
        }
        _ => {}
    }
    let code = u32::from(first) << 8 | u32::from(second);
    if rules.is_from_2004(code) {
        return Step::Invalid(2);
    }
    looked_up(table, code, 2, to)
}

fn looked_up(table: &CjkTable, code: u32, length: usize, to: &mut Vec<u32>) -> Step {
    match table.decode(code) {
        Some(decoded) => {
            push(decoded, to);
            Step::Read(length)
        }
        None => Step::Invalid(1),
    }
}

fn decode_letters(input: &[u8], to: &mut Vec<u32>) -> Step {
    let Some([_, _, a, initial, b, vowel, c, last]) = input.first_chunk::<8>() else {
        return Step::TooFew;
    };
    if [*a, *b, *c] != [LETTERS; 3] {
        return Step::Invalid(1);
    }
    let initial = INITIALS.iter().position(|letter| letter == initial);
    let vowel = u32::from(*vowel)
        .checked_sub(u32::from(FIRST_VOWEL))
        .filter(|vowel| *vowel < VOWELS);
    let last = FINALS.iter().position(|letter| letter == last);
    let (Some(initial), Some(vowel), Some(last)) = (initial, vowel, last) else {
        return Step::Invalid(1);
    };
    to.push(FIRST_SYLLABLE + (initial as u32 * VOWELS + vowel) * 28 + last as u32);
    Step::Read(8)
}

fn decode_four_bytes(table: &CjkTable, input: &[u8], to: &mut Vec<u32>) -> Step {
    let Some(&[first, second, third, fourth]) = input.first_chunk::<4>() else {
        return Step::TooFew;
    };
    let is_lead = |byte: u8| (0x81..=0xFE).contains(&byte);
    if !is_lead(first) || !is_lead(third) || !fourth.is_ascii_digit() {
        return Step::Invalid(1);
    }
    let digit = |byte: u8| u32::from(byte - b'0');
    let high = u32::from(first - 0x81) * 10 + digit(second);
    let number = (high * 126 + u32::from(third - 0x81)) * 10 + digit(fourth);
    let character = if let Some(number) = number.checked_sub(SUPPLEMENTARY) {
        Some(0x10000 + number).filter(|character| *character <= 0x10_FFFF)
    } else {
        table.four_bytes.iter().find_map(|(start, end, base)| {
            let character = start + number.checked_sub(*base)?;
            (character <= *end).then_some(character)
        })
    };
    match character {
        Some(character) => {
            to.push(character);
            Step::Read(4)
        }
        None => Step::Invalid(1),
    }
}

fn four_bytes(number: u32) -> [u8; 4] {
    let digit = |number: u32| b'0' + (number % 10) as u8;
    let (high, low) = (number / 1260, number % 1260);
    [
        0x81 + (high / 10) as u8,
        digit(high),
        0x81 + (low / 10) as u8,
        digit(low),
    ]
}

pub(super) fn write_code(code: u32, to: &mut Vec<u8>) {
    match code {
        0..0x100 => to.push(code as u8),
        0x100..0x10000 => to.extend([(code >> 8) as u8, code as u8]),
        _ => to.extend([0x8F, (code >> 8) as u8, code as u8]),
    }
}

pub(super) fn encode_step(
    rules: Rules,
    table: &CjkTable,
    input: &[u32],
    is_end: bool,
    to: &mut Vec<u8>,
) -> Step {
    let Some(&first) = input.first() else {
        return Step::TooFew;
    };
    if table.begins_two(first) {
        match input.get(1) {
            Some(second) => {
                if let Some(code) = table.encode_two(first, *second) {
                    write_code(code, to);
                    return Step::Read(2);
                }
            }
            None if !is_end => return Step::TooFew,
            None => {}
        }
    }
    if let Some(code) = table.encode(first) {
        write_code(code, to);
        return Step::Read(1);
    }
    match rules {
        Rules::EucKr if (FIRST_SYLLABLE..FIRST_SYLLABLE + SYLLABLES).contains(&first) => {
            let syllable = first - FIRST_SYLLABLE;
            let initial = INITIALS[(syllable / (VOWELS * 28)) as usize];
            let vowel = FIRST_VOWEL + (syllable / 28 % VOWELS) as u8;
            let last = FINALS[(syllable % 28) as usize];
            to.extend(FILLER);
            to.extend([LETTERS, initial, LETTERS, vowel, LETTERS, last]);
            Step::Read(1)
        }
        Rules::Gb18030 => match number_of(table, first) {
            Some(number) => {
                to.extend(four_bytes(number));
                Step::Read(1)
            }
            None => Step::Invalid(1),
        },
        _ => Step::Invalid(1),
    }
}

/// The number of a character among those with four bytes.
fn number_of(table: &CjkTable, character: u32) -> Option<u32> {
    if let Some(number) = character.checked_sub(0x10000) {
        return Some(SUPPLEMENTARY + number);
    }
    table.four_bytes.iter().find_map(|(start, end, base)| {
        (*start..=*end)
            .contains(&character)
            .then(|| base + character - start)
    })
}
