//! Splitting: the pieces of text or bytes as byte ranges.
//!
//! CPython counterpart: `Objects/stringlib/split.h` and `partition.h`. Searching valid text for valid text finds
//! boundaries only, so the functions on bytes serve both kinds. Tests: `text/tests/it/str_ops.rs`.

use std::ops::Range;

use memchr::memmem;

use crate::wtf8::Wtf8;

/// Pieces between occurrences of a separator that is not empty, at most `max` cuts from the left.
#[must_use]
pub fn split(bytes: &[u8], separator: &[u8], max: Option<usize>) -> Vec<Range<usize>> {
    debug_assert!(!separator.is_empty());
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut cut = |at: usize| {
        pieces.push(start..at);
        start = at + separator.len();
    };
    let max = max.unwrap_or(usize::MAX);
    match separator {
        [byte] => memchr::memchr_iter(*byte, bytes)
            .take(max)
            .for_each(&mut cut),
        _ => memmem::find_iter(bytes, separator)
            .take(max)
            .for_each(&mut cut),
    }
    pieces.push(start..bytes.len());
    pieces
}

/// Pieces between occurrences of a separator that is not empty, at most `max` cuts from the right.
#[must_use]
pub fn rsplit(bytes: &[u8], separator: &[u8], max: Option<usize>) -> Vec<Range<usize>> {
    debug_assert!(!separator.is_empty());
    let mut pieces = Vec::new();
    let mut end = bytes.len();
    let mut left = max.unwrap_or(usize::MAX);
    while left > 0 {
        let Some(at) = memmem::rfind(&bytes[..end], separator) else {
            break;
        };
        pieces.push(at + separator.len()..end);
        end = at;
        left -= 1;
    }
    pieces.push(0..end);
    pieces.reverse();
    pieces
}

/// The runs between white space, at most `max` cuts from the left; the last piece keeps its white space at the end.
#[must_use]
pub fn split_whitespace(text: &Wtf8, max: Option<usize>) -> Vec<Range<usize>> {
    let spaces = text
        .code_point_indices()
        .map(|(at, point)| (at, at + point.len_wtf8(), point.is_space()));
    runs_from_left(spaces, text.len(), max)
}

/// The runs between white space, at most `max` cuts from the right; the first piece keeps its white space in front.
#[must_use]
pub fn rsplit_whitespace(text: &Wtf8, max: Option<usize>) -> Vec<Range<usize>> {
    let spaces = text
        .code_point_indices()
        .rev()
        .map(|(at, point)| (at, at + point.len_wtf8(), point.is_space()));
    runs_from_right(spaces, max)
}

/// [`split_whitespace`] for bytes.
#[must_use]
pub fn split_ascii_whitespace(bytes: &[u8], max: Option<usize>) -> Vec<Range<usize>> {
    let spaces = bytes
        .iter()
        .enumerate()
        .map(|(at, &byte)| (at, at + 1, super::bytes::is_space_byte(byte)));
    runs_from_left(spaces, bytes.len(), max)
}

/// [`rsplit_whitespace`] for bytes.
#[must_use]
pub fn rsplit_ascii_whitespace(bytes: &[u8], max: Option<usize>) -> Vec<Range<usize>> {
    let spaces = bytes
        .iter()
        .enumerate()
        .rev()
        .map(|(at, &byte)| (at, at + 1, super::bytes::is_space_byte(byte)));
    runs_from_right(spaces, max)
}

fn runs_from_left(
    places: impl Iterator<Item = (usize, usize, bool)>,
    len: usize,
    max: Option<usize>,
) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    let mut start = None;
    for (at, _, is_space) in places {
        match (start, is_space) {
            (None, false) if Some(pieces.len()) == max => {
                pieces.push(at..len);
                return pieces;
            }
            (None, false) => start = Some(at),
            (Some(from), true) => {
                pieces.push(from..at);
                start = None;
            }
            _ => {}
        }
    }
    pieces.extend(start.map(|from| from..len));
    pieces
}

fn runs_from_right(
    places: impl Iterator<Item = (usize, usize, bool)>,
    max: Option<usize>,
) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    let mut end = None;
    let mut done = false;
    for (_, behind, is_space) in places {
        match (end, is_space) {
            (None, false) if Some(pieces.len()) == max => {
                pieces.push(0..behind);
                done = true;
                break;
            }
            (None, false) => end = Some(behind),
            (Some(to), true) => {
                pieces.push(behind..to);
                end = None;
            }
            _ => {}
        }
    }
    if !done {
        pieces.extend(end.map(|to| 0..to));
    }
    pieces.reverse();
    pieces
}

/// Whether lines keep their ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineEnds {
    /// `splitlines(keepends=True)`
    Keep,
    /// `splitlines()`
    Drop,
}

/// `str.splitlines`: Unicode's line ends; `\r\n` is one.
#[must_use]
pub fn split_lines(text: &Wtf8, ends: LineEnds) -> Vec<Range<usize>> {
    let breaks = text
        .code_point_indices()
        .filter(|(_, point)| point.is_line_break())
        .map(|(at, point)| (at, at + point.len_wtf8()));
    lines(text.as_bytes(), breaks, ends)
}

/// `bytes.splitlines`: `\n`, `\r` and `\r\n`.
#[must_use]
pub fn split_ascii_lines(bytes: &[u8], ends: LineEnds) -> Vec<Range<usize>> {
    lines(
        bytes,
        memchr::memchr2_iter(b'\n', b'\r', bytes).map(|at| (at, at + 1)),
        ends,
    )
}

fn lines(
    bytes: &[u8],
    breaks: impl Iterator<Item = (usize, usize)>,
    ends: LineEnds,
) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    let mut start = 0;
    for (at, mut behind) in breaks {
        if at < start {
            continue; // the second half of "\r\n"
        }
        if bytes[at..].starts_with(b"\r\n") {
            behind = at + 2;
        }
        pieces.push(start..if ends == LineEnds::Keep { behind } else { at });
        start = behind;
    }
    if start < bytes.len() {
        pieces.push(start..bytes.len());
    }
    pieces
}

/// `partition`: where the first separator (not empty) stands.
#[must_use]
pub fn partition(bytes: &[u8], separator: &[u8]) -> Option<Range<usize>> {
    memmem::find(bytes, separator).map(|at| at..at + separator.len())
}

/// `rpartition`: where the last separator (not empty) stands.
#[must_use]
pub fn rpartition(bytes: &[u8], separator: &[u8]) -> Option<Range<usize>> {
    memmem::rfind(bytes, separator).map(|at| at..at + separator.len())
}
