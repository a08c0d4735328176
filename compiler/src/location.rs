//! Where an instruction comes from in the source.
//!
//! CPython: `_Py_SourceLocation`. Lines count from 1, columns are UTF-8 byte offsets from 0; -1 means unknown, and
//! `lineno == -2` asks for the location of the instruction that follows. Tests: through the location table's.

/// A range of the source: from (`lineno`, `col`) to (`end_lineno`, `end_col`), end exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Location {
    /// First line, from 1.
    pub lineno: i32,
    /// Last line, from 1.
    pub end_lineno: i32,
    /// UTF-8 byte offset in the first line, from 0.
    pub col: i32,
    /// UTF-8 byte offset in the last line, from 0, exclusive.
    pub end_col: i32,
}

/// The instruction belongs to no line.
pub const NO_LOCATION: Location = Location::new(-1, -1, -1, -1);
/// The instruction takes the line of its successor.
pub const NEXT_LOCATION: Location = Location::new(-2, -2, -2, -2);

impl Location {
    /// A location from CPython's four numbers, in CPython's order.
    pub const fn new(lineno: i32, end_lineno: i32, col: i32, end_col: i32) -> Location {
        Location {
            lineno,
            end_lineno,
            col,
            end_col,
        }
    }

    /// A location that knows its line but no columns.
    pub const fn line(lineno: i32) -> Location {
        Location::new(lineno, lineno, -1, -1)
    }

    /// True unless this is a real line.
    pub const fn has_no_line(self) -> bool {
        self.lineno < 0
    }
}
