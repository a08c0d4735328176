//! Operators on text, bytes and tuples: concatenation, repetition, subscripts.
//!
//! CPython: `Objects/{unicode,bytes,tuple,slice}object.c`. Repetition is limited, so that no short program makes a huge
//! code object. Tests: `tests.rs`.

use std::sync::Arc;

use num_bigint::BigInt;
use num_traits::{Signed, ToPrimitive};
use taipan_text::wtf8::{CodePoint, Wtf8Buf};

use super::{MAX_COLLECTION_SIZE, MAX_STR_SIZE, MAX_TOTAL_ITEMS, int_of, to_index};
use crate::constant::Constant;

pub(super) fn is_sequence(constant: &Constant) -> bool {
    matches!(
        constant,
        Constant::Str(_) | Constant::Bytes(_) | Constant::Tuple(_)
    )
}

/// The length as Python counts it.
fn length(sequence: &Constant) -> Option<usize> {
    match sequence {
        Constant::Str(text) => Some(text.code_points().count()),
        Constant::Bytes(bytes) => Some(bytes.len()),
        Constant::Tuple(elements) => Some(elements.len()),
        _ => None,
    }
}

/// `left + right` of two sequences of one type.
pub(super) fn concatenate(left: &Constant, right: &Constant) -> Option<Constant> {
    Some(match (left, right) {
        (Constant::Str(a), Constant::Str(b)) => {
            let mut text = Wtf8Buf::clone(a);
            text.push_wtf8(b.as_wtf8());
            Constant::from_wtf8(text)
        }
        (Constant::Bytes(a), Constant::Bytes(b)) => Constant::from_bytes([&a[..], &b[..]].concat()),
        (Constant::Tuple(a), Constant::Tuple(b)) => Constant::tuple([&a[..], &b[..]].concat()),
        _ => return None,
    })
}

/// `sequence * count`, as far as the result is small.
pub(super) fn repeat(sequence: &Constant, count: &BigInt) -> Option<Constant> {
    let length = length(sequence)? as i64;
    if length == 0 {
        // A count that is no index raises even here.
        to_index(count)?;
        return Some(sequence.clone());
    }
    let count = count.to_i64().filter(|count| *count >= 0)?;
    let limit = if matches!(sequence, Constant::Tuple(_)) {
        MAX_COLLECTION_SIZE
    } else {
        MAX_STR_SIZE
    };
    if count > limit / length {
        return None;
    }
    if count > 0 {
        remaining_items(sequence, MAX_TOTAL_ITEMS / count)?;
    }
    let count = count as usize;
    Some(match sequence {
        Constant::Str(text) => {
            let mut result = Wtf8Buf::with_capacity(text.len() * count);
            (0..count).for_each(|_| result.push_wtf8(text.as_wtf8()));
            Constant::from_wtf8(result)
        }
        Constant::Bytes(bytes) => Constant::from_bytes(bytes.repeat(count)),
        Constant::Tuple(elements) => Constant::Tuple(
            std::iter::repeat_n(&elements[..], count)
                .flatten()
                .cloned()
                .collect(),
        ),
        _ => return None,
    })
}

/// The limit less the items of the tuple, at any depth; `None` if there are more.
fn remaining_items(constant: &Constant, limit: i64) -> Option<i64> {
    let Constant::Tuple(elements) = constant else {
        return Some(limit);
    };
    let limit = limit - elements.len() as i64;
    if limit < 0 {
        return None;
    }
    elements
        .iter()
        .try_fold(limit, |limit, element| remaining_items(element, limit))
}

/// `container[index]`.
pub(super) fn subscript(container: &Constant, index: &Constant) -> Option<Constant> {
    if !is_sequence(container) {
        return None;
    }
    if let Constant::Slice(parts) = index {
        return slice(container, parts);
    }
    let length = length(container)?;
    let index = to_index(&int_of(index)?)?;
    let from_start = if index < 0 {
        length.checked_sub(index.unsigned_abs())?
    } else {
        index as usize
    };
    if from_start >= length {
        return None;
    }
    Some(match container {
        Constant::Str(text) => text_of(text.code_points().skip(from_start).take(1)),
        Constant::Bytes(bytes) => Constant::Int(i64::from(bytes[from_start])),
        Constant::Tuple(elements) => elements[from_start].clone(),
        _ => return None,
    })
}

fn text_of(points: impl Iterator<Item = CodePoint>) -> Constant {
    let mut text = Wtf8Buf::new();
    points.for_each(|point| text.push(point));
    Constant::from_wtf8(text)
}

fn slice(container: &Constant, parts: &Arc<[Constant; 3]>) -> Option<Constant> {
    let [start, stop, step] = &**parts;
    let indices = slice_indices(length(container)?, part(start)?, part(stop)?, part(step)?)?;
    Some(match container {
        Constant::Str(text) => {
            let points: Vec<CodePoint> = text.code_points().collect();
            text_of(indices.into_iter().map(|index| points[index]))
        }
        Constant::Bytes(bytes) => Constant::from_bytes(
            indices
                .into_iter()
                .map(|index| bytes[index])
                .collect::<Vec<_>>(),
        ),
        Constant::Tuple(elements) => Constant::Tuple(
            indices
                .into_iter()
                .map(|index| elements[index].clone())
                .collect(),
        ),
        _ => return None,
    })
}

/// A part of a slice: absent, or an int cut to the range of indices.
fn part(constant: &Constant) -> Option<Option<i128>> {
    if matches!(constant, Constant::None) {
        return Some(None);
    }
    let value = int_of(constant)?;
    let cut = value.to_isize().unwrap_or(if value.is_negative() {
        isize::MIN
    } else {
        isize::MAX
    });
    Some(Some(cut as i128))
}

/// The indices that a slice selects from a sequence of that length.
fn slice_indices(
    length: usize,
    start: Option<i128>,
    stop: Option<i128>,
    step: Option<i128>,
) -> Option<Vec<usize>> {
    let length = length as i128;
    let step = step.unwrap_or(1);
    if step == 0 {
        return None;
    }
    let (lowest, highest) = if step < 0 {
        (-1, length - 1)
    } else {
        (0, length)
    };
    let resolve = |part: i128| {
        if part < 0 {
            (part + length).max(lowest)
        } else {
            part.min(highest)
        }
    };
    let start = start.map_or(if step < 0 { highest } else { lowest }, resolve);
    let stop = stop.map_or(if step < 0 { lowest } else { highest }, resolve);
    let mut indices = Vec::new();
    let mut at = start;
    while if step < 0 { at > stop } else { at < stop } {
        indices.push(at as usize);
        at += step;
    }
    Some(indices)
}
