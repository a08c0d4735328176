//! Reads the exception table of a code object.
//!
//! CPython: `InternalDocs/exception_handling.md`. An entry is four numbers in groups of six bits, the most significant
//! first; the top bit marks an entry's first byte. Ranges are sorted and do not overlap.
//! A damaged table ends the iteration; it never panics. Tests: at the end of this file.

/// A range of code whose exceptions go to one handler. Offsets are in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExceptionTableEntry {
    /// First byte of the range.
    pub start: u32,
    /// First byte behind the range.
    pub end: u32,
    /// First byte of the handler.
    pub target: u32,
    /// Height to which the stack is cut before the handler runs.
    pub depth: u32,
    /// Whether the offset of the raising instruction is pushed.
    pub lasti: bool,
}

/// Iterates over the entries.
pub struct ExceptionTable<'a> {
    bytes: std::slice::Iter<'a, u8>,
}

impl<'a> ExceptionTable<'a> {
    /// Reads entries from the table's bytes.
    pub fn new(table: &'a [u8]) -> ExceptionTable<'a> {
        ExceptionTable {
            bytes: table.iter(),
        }
    }

    fn varint(&mut self) -> Option<u32> {
        let mut byte = *self.bytes.next()?;
        let mut value = u32::from(byte & 0x3f);
        while byte & 0x40 != 0 {
            byte = *self.bytes.next()?;
            value = value.wrapping_shl(6) | u32::from(byte & 0x3f);
        }
        Some(value)
    }
}

impl Iterator for ExceptionTable<'_> {
    type Item = ExceptionTableEntry;

    fn next(&mut self) -> Option<ExceptionTableEntry> {
        let start = self.varint()?.wrapping_mul(2);
        let length = self.varint()?.wrapping_mul(2);
        let target = self.varint()?.wrapping_mul(2);
        let depth_lasti = self.varint()?;
        Some(ExceptionTableEntry {
            start,
            end: start.wrapping_add(length),
            target,
            depth: depth_lasti >> 1,
            lasti: depth_lasti & 1 != 0,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_two_bytes_are_read() {
        let table = [0x80 | 3, 0x41, 0x02, 0x05, 0x03];
        let entries: Vec<_> = ExceptionTable::new(&table).collect();
        assert_eq!(
            entries,
            [ExceptionTableEntry {
                start: 6,
                end: 6 + 132,
                target: 10,
                depth: 1,
                lasti: true
            }]
        );
    }

    #[test]
    fn a_cut_table_ends() {
        assert_eq!(ExceptionTable::new(&[0x80, 0x41]).count(), 0);
    }
}
