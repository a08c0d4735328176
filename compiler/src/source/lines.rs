//! Offsets in the source as lines and columns.

use std::cell::Cell;

use ruff_text_size::{TextRange, TextSize};

use super::Shape;
use crate::location::Location;

/// The starts of the lines of a text.
///
/// Look-ups remember the last line: a walk over the tree asks for neighbours, and only jumps need the binary search.
#[derive(Debug, Clone)]
pub struct Lines {
    starts: Vec<u32>,
    last: Cell<usize>,
}

impl Lines {
    /// The lines of `text`, whose line endings are all `\n`.
    pub fn new(text: &str) -> Lines {
        Lines::from_starts(Shape::of(text).line_starts)
    }

    pub(crate) fn from_starts(starts: Vec<u32>) -> Lines {
        Lines {
            starts,
            last: Cell::new(0),
        }
    }

    /// Line (from 1) and column (UTF-8 bytes, from 0) of `offset`.
    #[inline]
    pub fn position(&self, offset: TextSize) -> (i32, i32) {
        let offset = offset.to_u32();
        let last = self.last.get();
        let line = if self.holds(last, offset) {
            last
        } else if self.holds(last + 1, offset) {
            last + 1
        } else {
            self.starts.partition_point(|&start| start <= offset) - 1
        };
        self.last.set(line);
        (line as i32 + 1, (offset - self.starts[line]) as i32)
    }

    /// The location of `range`.
    #[inline]
    pub fn location(&self, range: TextRange) -> Location {
        let (lineno, col) = self.position(range.start());
        let (end_lineno, end_col) = self.position(range.end());
        Location::new(lineno, end_lineno, col, end_col)
    }

    /// Where `line` (from 1) starts, and where the text behind its line ending starts.
    pub fn span(&self, line: usize) -> Option<(usize, Option<usize>)> {
        let start = *self.starts.get(line.checked_sub(1)?)? as usize;
        Some((start, self.starts.get(line).map(|&next| next as usize)))
    }

    /// How many lines there are; a text that ends in `\n` has an empty one behind it.
    pub fn count(&self) -> usize {
        self.starts.len()
    }

    fn holds(&self, line: usize, offset: u32) -> bool {
        match (self.starts.get(line), self.starts.get(line + 1)) {
            (Some(&start), Some(&next)) => start <= offset && offset < next,
            (Some(&start), None) => start <= offset,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_in_any_order() {
        let lines = Lines::new("ab\n\ncd");
        for (offset, place) in [
            (0, (1, 0)),
            (5, (3, 1)),
            (2, (1, 2)),
            (3, (2, 0)),
            (6, (3, 2)),
            (4, (3, 0)),
        ] {
            assert_eq!(lines.position(TextSize::new(offset)), place);
        }
    }
}
