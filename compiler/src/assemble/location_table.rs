//! Writes the location table.
//!
//! CPython: `assemble_location_info` in `Python/assemble.c`; the format is in `Objects/locations.md`. Each run of
//! instructions with one location makes one entry per eight code units, in the shortest of five forms.
//! Read by: `code_object/positions.rs`. Tests: at the end of this file; `tests/bytecode`.

use super::instructions::instruction_size;
use crate::instruction_sequence::Instruction;
use crate::location::{Location, NEXT_LOCATION, NO_LOCATION};

const ONE_LINE_0: u8 = 10;
const NO_COLUMNS: u8 = 13;
const LONG: u8 = 14;
const NONE: u8 = 15;
/// The most code units that an entry covers.
const MAX_ENTRY_UNITS: u32 = 8;

struct Writer {
    table: Vec<u8>,
    /// The line that the next entry counts from.
    line: i32,
}

pub(super) fn assemble_location_info(
    instructions: &mut [Instruction],
    first_line: i32,
) -> Box<[u8]> {
    resolve_next_locations(instructions);
    let mut writer = Writer {
        table: Vec::with_capacity(instructions.len() * 3),
        line: first_line,
    };
    let mut location = NO_LOCATION;
    let mut units = 0;
    for instruction in instructions.iter() {
        if instruction.location != location {
            writer.write(location, units);
            location = instruction.location;
            units = 0;
        }
        units += instruction_size(instruction);
    }
    writer.write(location, units);
    writer.table.into_boxed_slice()
}

fn resolve_next_locations(instructions: &mut [Instruction]) {
    let mut next = NO_LOCATION;
    for instruction in instructions.iter_mut().rev() {
        if instruction.location == NEXT_LOCATION {
            instruction.location = if instruction.opcode.is_terminator() {
                NO_LOCATION
            } else {
                next
            };
        }
        next = instruction.location;
    }
}

impl Writer {
    fn write(&mut self, location: Location, mut units: u32) {
        while units > MAX_ENTRY_UNITS {
            self.entry(location, MAX_ENTRY_UNITS);
            units -= MAX_ENTRY_UNITS;
        }
        if units > 0 {
            self.entry(location, units);
        }
    }

    fn entry(&mut self, location: Location, units: u32) {
        let Location {
            lineno,
            end_lineno,
            col,
            end_col,
        } = location;
        if location.has_no_line() {
            self.head(NONE, units);
            return;
        }
        // Trees made by hand can have any numbers.
        let delta = lineno.wrapping_sub(self.line);
        self.line = lineno;
        if col < 0 || end_col < 0 {
            if end_lineno == lineno || end_lineno < 0 {
                self.head(NO_COLUMNS, units);
                self.signed_varint(delta);
                return;
            }
        } else if end_lineno == lineno {
            if delta == 0 && col < 80 && (0..16).contains(&end_col.wrapping_sub(col)) {
                let columns = ((col & 7) << 4) | (end_col - col);
                self.table
                    .extend([head((col >> 3) as u8, units), columns as u8]);
                return;
            }
            if (0..3).contains(&delta) && col < 128 && end_col < 128 {
                let kind = ONE_LINE_0 + delta as u8;
                self.table
                    .extend([head(kind, units), col as u8, end_col as u8]);
                return;
            }
        }
        self.head(LONG, units);
        self.signed_varint(delta);
        self.varint(end_lineno.wrapping_sub(lineno) as u32);
        self.varint(col.wrapping_add(1) as u32);
        self.varint(end_col.wrapping_add(1) as u32);
    }

    fn head(&mut self, kind: u8, units: u32) {
        self.table.push(head(kind, units));
    }

    fn varint(&mut self, mut value: u32) {
        while value >= 64 {
            self.table.push(0x40 | (value & 0x3f) as u8);
            value >>= 6;
        }
        self.table.push(value as u8);
    }

    fn signed_varint(&mut self, value: i32) {
        self.varint((value.unsigned_abs() << 1) | u32::from(value < 0));
    }
}

#[inline]
fn head(kind: u8, units: u32) -> u8 {
    0x80 | (kind << 3) | (units - 1) as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code_object::{CodeFlags, CodeObject};
    use crate::opcode::Opcode;

    /// Each form, and a run that is longer than an entry, survives being written and read.
    #[test]
    fn what_is_written_is_read() {
        let locations = [
            Location::new(7, 7, 3, 9),
            Location::new(8, 8, 100, 127),
            Location::new(8, 8, 100, 300),
            Location::new(6, 9, 0, 1),
            Location::line(1000),
            NO_LOCATION,
            Location::new(1000, 1000, 79, 94),
        ];
        let mut instructions: Vec<Instruction> = locations
            .iter()
            .map(|&location| Instruction {
                opcode: Opcode::LOAD_ATTR,
                oparg: 300,
                location,
                except_handler: None,
            })
            .collect();
        let linetable = assemble_location_info(&mut instructions, 5);
        let code = CodeObject {
            argcount: 0,
            posonlyargcount: 0,
            kwonlyargcount: 0,
            stacksize: 0,
            flags: CodeFlags::empty(),
            code: Box::new([]),
            consts: std::sync::Arc::new([]),
            names: Box::new([]),
            localsplusnames: Box::new([]),
            localspluskinds: Box::new([]),
            filename: std::sync::Arc::default(),
            name: "f".into(),
            qualname: "f".into(),
            firstlineno: 5,
            linetable,
            exceptiontable: Box::new([]),
        };
        let known = |number: i32| Some(number).filter(|number| *number >= 0);
        let read: Vec<_> = code.positions().collect();
        assert_eq!(read.len(), locations.len() * 11);
        for (chunk, location) in read.chunks(11).zip(locations) {
            for position in chunk {
                assert_eq!(position.line, known(location.lineno));
                assert_eq!(position.end_line, known(location.end_lineno));
                assert_eq!(position.column, known(location.col));
                assert_eq!(position.end_column, known(location.end_col));
            }
        }
    }
}
