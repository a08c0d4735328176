//! Stripping: the part of text or bytes that stays, as a byte range.
//!
//! CPython counterpart: `do_strip` and `_PyUnicode_XStrip`. Tests: `text/tests/it/str_ops.rs`.

use std::ops::Range;

use crate::wtf8::{CodePoint, Wtf8};

/// Which ends are stripped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// `lstrip`
    Left,
    /// `rstrip`
    Right,
    /// `strip`
    Both,
}

/// What stays of text without white space, or without the given characters, at its ends.
#[must_use]
pub fn strip(text: &Wtf8, characters: Option<&Wtf8>, side: Side) -> Range<usize> {
    match characters {
        None => strip_while(text, side, CodePoint::is_space),
        Some(set) => {
            let set: Vec<CodePoint> = set.code_points().collect();
            strip_while(text, side, |point| set.contains(&point))
        }
    }
}

fn strip_while(text: &Wtf8, side: Side, goes: impl Fn(CodePoint) -> bool) -> Range<usize> {
    let mut points = text.code_point_indices();
    let (mut start, mut end) = (0, text.len());
    if side != Side::Right {
        start = points
            .by_ref()
            .find(|&(_, point)| !goes(point))
            .map_or(text.len(), |(at, _)| at);
    }
    if side != Side::Left {
        let rest = text.slice_from(start);
        end = rest
            .code_point_indices()
            .rev()
            .find(|&(_, point)| !goes(point))
            .map_or(start, |(at, point)| start + at + point.len_wtf8());
    }
    start..end
}

/// What stays of bytes without white space, or without the given bytes, at their ends.
#[must_use]
pub fn strip_bytes(bytes: &[u8], set: Option<&[u8]>, side: Side) -> Range<usize> {
    let goes = |byte: &u8| set.map_or(super::bytes::is_space_byte(*byte), |set| set.contains(byte));
    let mut start = 0;
    let mut end = bytes.len();
    if side != Side::Right {
        start = bytes
            .iter()
            .position(|byte| !goes(byte))
            .unwrap_or(bytes.len());
    }
    if side != Side::Left {
        end = bytes[start..]
            .iter()
            .rposition(|byte| !goes(byte))
            .map_or(start, |last| start + last + 1);
    }
    start..end
}
