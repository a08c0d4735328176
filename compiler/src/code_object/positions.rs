//! Reads the location table of a code object.
//!
//! CPython: `Objects/locations.md` (PEP 626, PEP 657), `Objects/codeobject.c`. An entry covers one to eight code
//! units: a first byte with the top bit set, a kind and a length, then numbers in groups of six bits.
//! A damaged table ends the iteration or gives unknown positions; it never panics. Tests: at the end of this file.

/// The source range of a code unit; what is `None` is unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Position {
    /// First line, from 1.
    pub line: Option<i32>,
    /// Last line, from 1.
    pub end_line: Option<i32>,
    /// UTF-8 byte offset in the first line.
    pub column: Option<i32>,
    /// UTF-8 byte offset in the last line, exclusive.
    pub end_column: Option<i32>,
}

/// One entry of the table.
struct Entry {
    units: usize,
    position: Position,
}

struct Entries<'a> {
    bytes: std::iter::Peekable<std::iter::Copied<std::slice::Iter<'a, u8>>>,
    line: i32,
}

impl<'a> Entries<'a> {
    fn new(table: &'a [u8], first_line: i32) -> Entries<'a> {
        Entries {
            bytes: table.iter().copied().peekable(),
            line: first_line,
        }
    }

    fn varint(&mut self) -> i32 {
        let mut value = 0u32;
        let mut shift = 0;
        while let Some(byte) = self.bytes.next_if(|byte| byte & 0x80 == 0) {
            if shift < 32 {
                value |= u32::from(byte & 0x3f) << shift;
            }
            shift += 6;
            if byte & 0x40 == 0 {
                break;
            }
        }
        value as i32
    }

    fn signed_varint(&mut self) -> i32 {
        let value = self.varint() as u32;
        let magnitude = (value >> 1) as i32;
        if value & 1 == 0 {
            magnitude
        } else {
            magnitude.wrapping_neg()
        }
    }

    fn byte(&mut self) -> i32 {
        self.bytes.next().map_or(0, i32::from)
    }
}

impl Iterator for Entries<'_> {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        let head = self.bytes.next()?;
        let units = usize::from(head & 7) + 1;
        let kind = (head >> 3) & 15;
        let position = match kind {
            0..=9 => {
                let columns = self.byte();
                let column = (i32::from(kind) << 3) | (columns >> 4);
                let end_column = column + (columns & 15);
                self.at(0, 0, Some((column, end_column)))
            }
            10..=12 => {
                let columns = (self.byte(), self.byte());
                self.at(i32::from(kind) - 10, 0, Some(columns))
            }
            13 => {
                let delta = self.signed_varint();
                self.at(delta, 0, None)
            }
            14 => {
                let delta = self.signed_varint();
                let lines = self.varint();
                // Columns are stored plus one, so that zero can say "unknown".
                let (column, end_column) = (self.varint(), self.varint());
                let mut position = self.at(delta, lines, None);
                position.column = column.checked_sub(1).filter(|column| *column >= 0);
                position.end_column = end_column.checked_sub(1).filter(|column| *column >= 0);
                position
            }
            _ => Position::default(),
        };
        Some(Entry { units, position })
    }
}

impl Entries<'_> {
    fn at(&mut self, line_delta: i32, more_lines: i32, columns: Option<(i32, i32)>) -> Position {
        self.line = self.line.wrapping_add(line_delta);
        Position {
            line: Some(self.line),
            end_line: Some(self.line.wrapping_add(more_lines)),
            column: columns.map(|(column, _)| column),
            end_column: columns.map(|(_, end_column)| end_column),
        }
    }
}

/// The position of each code unit.
pub struct CodePositions<'a> {
    entries: Entries<'a>,
    current: Position,
    units_left: usize,
}

impl<'a> CodePositions<'a> {
    pub(super) fn new(table: &'a [u8], first_line: i32) -> CodePositions<'a> {
        CodePositions {
            entries: Entries::new(table, first_line),
            current: Position::default(),
            units_left: 0,
        }
    }
}

impl Iterator for CodePositions<'_> {
    type Item = Position;

    fn next(&mut self) -> Option<Position> {
        if self.units_left == 0 {
            let entry = self.entries.next()?;
            self.units_left = entry.units;
            self.current = entry.position;
        }
        self.units_left -= 1;
        Some(self.current)
    }
}

/// Ranges of bytes with their line: start, end, line. Neighbours with the same line are one range.
pub struct CodeLines<'a> {
    entries: Entries<'a>,
    start: usize,
    code_len: usize,
    pending: Option<Entry>,
}

impl<'a> CodeLines<'a> {
    pub(super) fn new(table: &'a [u8], first_line: i32, code_len: usize) -> CodeLines<'a> {
        let mut entries = Entries::new(table, first_line);
        let pending = entries.next();
        CodeLines {
            entries,
            start: 0,
            code_len,
            pending,
        }
    }
}

impl Iterator for CodeLines<'_> {
    type Item = (usize, usize, Option<i32>);

    fn next(&mut self) -> Option<Self::Item> {
        if self.start >= self.code_len {
            return None;
        }
        let first = self.pending.take()?;
        let start = self.start;
        let mut end = start + 2 * first.units;
        loop {
            self.pending = self.entries.next();
            match &self.pending {
                Some(entry) if entry.position.line == first.position.line => end += 2 * entry.units,
                _ => break,
            }
        }
        self.start = end;
        Some((start, end, first.position.line))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What CPython 3.14.8 makes of `x = 1`, a call over two lines, 70 empty lines and a name far to the right.
    const TABLE: [u8; 34] = [
        0xf0, 0x03, 0x01, 0x01, 0x01, 0xd8, 0x04, 0x05, 0x80, 0x01, 0xe7, 0x03, 0x04, 0xd9, 0x04,
        0x05, 0xd8, 0x02, 0x03, 0xf4, 0x03, 0x01, 0x05, 0x05, 0xf0, 0x50, 0x02, 0x00, 0x51, 0x02,
        0x52, 0x02, 0x82, 0x01,
    ];

    #[test]
    fn each_kind_of_entry_is_read() {
        let positions: Vec<_> = CodePositions::new(&TABLE, 1).collect();
        let position = |line, end_line, column, end_column| Position {
            line: Some(line),
            end_line: Some(end_line),
            column: Some(column),
            end_column: Some(end_column),
        };
        assert_eq!(positions.len(), 23);
        assert_eq!(positions[0], position(0, 1, 0, 0));
        assert_eq!(positions[1], position(1, 1, 4, 5));
        assert_eq!(positions[10], position(3, 3, 3, 4));
        assert_eq!(positions[14], position(4, 5, 4, 4));
        assert_eq!(positions[19], position(76, 76, 144, 145));
    }

    #[test]
    fn neighbours_of_a_line_are_one_range() {
        let lines: Vec<_> = CodeLines::new(&TABLE, 1, 46).collect();
        let expected = [
            (0, 2, 0),
            (2, 6, 1),
            (6, 22, 3),
            (22, 26, 4),
            (26, 28, 5),
            (28, 38, 4),
            (38, 46, 76),
        ];
        assert_eq!(
            lines,
            expected.map(|(start, end, line)| (start, end, Some(line)))
        );
    }

    #[test]
    fn garbage_ends_the_iteration() {
        for seed in 0..=255u8 {
            let table: Vec<u8> = (0..64u8)
                .map(|i| i.wrapping_mul(37).wrapping_add(seed))
                .collect();
            assert!(CodePositions::new(&table, 1).count() <= 64 * 8);
            assert!(CodeLines::new(&table, i32::MAX, 1000).count() <= 64);
        }
    }
}
