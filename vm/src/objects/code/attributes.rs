//! What Python sees of a code object.

use taipan_compiler::code_object::{CodeObject, Position};
use taipan_compiler::opcode::Opcode;
use taipan_macros::pymethods;

use super::Code;
use super::replace::replace;
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::objects::slots::CompareOp;
use crate::value::{Py, Value};

impl Code {
    /// The instructions with specialised forms taken back and caches empty, as the compiler made them.
    pub fn original_bytes(&self) -> &[u8] {
        &self.source.code
    }
}

fn number(value: Option<i32>) -> Value {
    value.map_or(Value::NONE, Value::int32)
}

/// The line table in the form that it had before Python 3.10: steps of bytes and lines, in pairs of one byte each.
fn line_number_table(code: &CodeObject) -> Vec<u8> {
    let mut table = Vec::new();
    let (mut at, mut line) = (0, code.firstlineno);
    for (start, _, number) in code.lines() {
        let Some(number) = number.filter(|number| *number != line) else {
            continue;
        };
        let mut bytes = start - at;
        while bytes > 255 {
            table.extend([255, 0]);
            bytes -= 255;
        }
        let mut lines = number - line;
        while !(-128..=127).contains(&lines) {
            let step = lines.clamp(-128, 127);
            table.extend([bytes as u8, step as i8 as u8]);
            bytes = 0;
            lines -= step;
        }
        table.extend([bytes as u8, lines as i8 as u8]);
        (at, line) = (start, number);
    }
    table
}

#[pymethods]
impl Code {
    fn __repr__(this: &Py<Code>) -> String {
        format!(
            "<code object {} at {:#x}, file \"{}\", line {}>",
            this.name.to_string_lossy(),
            this.as_value().identity(),
            this.filename().to_string_lossy(),
            this.source.firstlineno
        )
    }

    fn __hash__(this: &Py<Code>, cx: &Ctx) -> PyResult<i64> {
        let mut hash = cx.hash_str(&this.name);
        let mut mix = |part: i64| {
            hash = (hash ^ part).wrapping_mul(0x0100_0000_01b3);
        };
        mix(cx.hash(&this.consts(cx)?)?);
        mix(i64::from(this.source.argcount));
        mix(i64::from(this.source.posonlyargcount));
        mix(i64::from(this.source.kwonlyargcount));
        mix(i64::from(this.source.flags.bits()));
        mix(i64::from(this.source.firstlineno));
        for name in this.names().iter().chain(this.localsplusnames()) {
            mix(cx.hash_str(name));
        }
        for byte in this.original_bytes() {
            mix(i64::from(*byte));
        }
        Ok(hash)
    }

    fn __richcompare__(this: &Py<Code>, cx: &Ctx, other: &Value, op: CompareOp) -> PyResult<Value> {
        let Some(other) = other.downcast_ref::<Code>() else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        let is_same = cx.is_same_code(this, other)?;
        Ok(match op {
            CompareOp::Eq => Value::bool(is_same),
            CompareOp::Ne => Value::bool(!is_same),
            _ => Value::NOT_IMPLEMENTED,
        })
    }

    #[member]
    fn co_argcount(&self) -> u32 {
        self.source.argcount
    }

    #[member]
    fn co_posonlyargcount(&self) -> u32 {
        self.source.posonlyargcount
    }

    #[member]
    fn co_kwonlyargcount(&self) -> u32 {
        self.source.kwonlyargcount
    }

    #[member]
    fn co_stacksize(&self) -> u32 {
        self.source.stacksize
    }

    #[member]
    fn co_flags(&self) -> u32 {
        self.source.flags.bits()
    }

    #[member]
    fn co_names(&self, cx: &Ctx) -> PyResult<Value> {
        self.names_tuple(cx)
    }

    #[member]
    fn co_filename(&self) -> Value {
        self.filename().into_value()
    }

    #[member]
    fn co_name(&self) -> Value {
        self.name.to_value()
    }

    #[member]
    fn co_qualname(&self) -> Value {
        self.qualname.to_value()
    }

    #[member]
    fn co_firstlineno(&self) -> i32 {
        self.source.firstlineno
    }

    #[member]
    fn co_consts(this: &Py<Code>, cx: &Ctx) -> PyResult<Value> {
        this.consts(cx)
    }

    #[getter]
    fn co_nlocals(&self) -> usize {
        self.source.nlocals()
    }

    #[getter]
    fn co_varnames(&self, cx: &Ctx) -> PyResult<Value> {
        self.varnames_tuple(cx)
    }

    #[getter]
    fn co_cellvars(&self, cx: &Ctx) -> PyResult<Value> {
        self.cellvars_tuple(cx)
    }

    #[getter]
    fn co_freevars(&self, cx: &Ctx) -> PyResult<Value> {
        self.freevars_tuple(cx)
    }

    #[getter]
    fn co_code(&self, cx: &Ctx) -> PyResult<Value> {
        self.code_bytes(cx)
    }

    #[getter]
    fn _co_code_adaptive(&self, cx: &Ctx) -> PyResult<Value> {
        self.make_ready(cx)?;
        let units: Vec<u8> = (0..self.unit_count())
            .filter_map(|offset| self.unit(offset))
            .flat_map(|unit| [unit.op, unit.arg])
            .collect();
        cx.new_bytes(&units)
    }

    #[getter]
    fn co_lnotab(&self, cx: &Ctx) -> PyResult<Value> {
        cx.warn(
            &cx.types().deprecation_warning,
            "co_lnotab is deprecated, use co_lines instead.",
        )?;
        cx.new_bytes(&line_number_table(&self.source))
    }

    #[member]
    fn co_linetable(&self, cx: &Ctx) -> PyResult<Value> {
        self.linetable(cx)
    }

    #[member]
    fn co_exceptiontable(&self, cx: &Ctx) -> PyResult<Value> {
        self.exceptiontable(cx)
    }

    /// Rows of (start, end, line), in bytes.
    fn co_lines(&self, cx: &Ctx) -> PyResult<Value> {
        let rows = self
            .source
            .lines()
            .map(|(start, end, line)| {
                let row = vec![
                    cx.new_int(start as i64),
                    cx.new_int(end as i64),
                    number(line),
                ];
                cx.new_tuple(row).into_value()
            })
            .collect();
        cx.iter(cx.new_list(rows).as_value())
    }

    /// Rows of (line, end line, column, end column), one for each code unit.
    fn co_positions(&self, cx: &Ctx) -> PyResult<Value> {
        let has_columns = cx.isolate().config().code_debug_ranges;
        let rows = self
            .source
            .positions()
            .take(self.source.unit_count())
            .map(|mut position: Position| {
                if !has_columns {
                    position = Position {
                        line: position.line,
                        end_line: position.line,
                        ..Position::default()
                    };
                }
                let row = vec![
                    number(position.line),
                    number(position.end_line),
                    number(position.column),
                    number(position.end_column),
                ];
                cx.new_tuple(row).into_value()
            })
            .collect();
        cx.iter(cx.new_list(rows).as_value())
    }

    /// Rows of (source, left, right) for each branch, in bytes.
    fn co_branches(&self, cx: &Ctx) -> PyResult<Value> {
        let mut rows = Vec::new();
        let mut extended = 0u32;
        for unit in self.source.units() {
            let Some(opcode) = unit.opcode else { continue };
            let arg = (extended << 8) | u32::from(unit.arg);
            extended = if opcode == Opcode::EXTENDED_ARG {
                arg
            } else {
                0
            };
            let next = unit.offset + 2 + 2 * opcode.cache_entries();
            let (left, right) = match opcode {
                Opcode::POP_JUMP_IF_FALSE
                | Opcode::POP_JUMP_IF_TRUE
                | Opcode::POP_JUMP_IF_NONE
                | Opcode::POP_JUMP_IF_NOT_NONE => (next + 2, next + 2 * arg as usize),
                // Over END_FOR and POP_ITER.
                Opcode::FOR_ITER => (next, next + 2 * arg as usize + 4),
                Opcode::END_ASYNC_FOR => (source_of_end(next, arg) + 4, next),
                _ => continue,
            };
            let source = match opcode {
                Opcode::END_ASYNC_FOR => source_of_end(next, arg),
                _ => unit.offset,
            };
            let row = [source, left, right]
                .iter()
                .map(|offset| cx.new_int(*offset as i64))
                .collect();
            rows.push(cx.new_tuple(row).into_value());
        }
        cx.iter(cx.new_list(rows).as_value())
    }

    #[pymethod(signature = (oparg))]
    fn _varname_from_oparg(&self, cx: &Ctx, oparg: usize) -> PyResult<Value> {
        self.make_ready(cx)?;
        match self.localsplusnames().get(oparg) {
            Some(name) => Ok(name.to_value()),
            None => Err(cx.index_error("tuple index out of range")),
        }
    }

    /// Return a copy of the code object with new values for the specified fields.
    #[pymethod(signature = (**changes))]
    fn __replace__(
        this: &Py<Code>,
        cx: &Ctx,
        changes: crate::native::bind::Keywords<'_>,
    ) -> PyResult<Value> {
        replace(this, cx, changes)
    }

    /// Return a copy of the code object with new values for the specified fields.
    #[pymethod(signature = (**changes))]
    fn replace(
        this: &Py<Code>,
        cx: &Ctx,
        changes: crate::native::bind::Keywords<'_>,
    ) -> PyResult<Value> {
        replace(this, cx, changes)
    }
}

/// Where the branch of an `async for` starts: its END_SEND, before a NOT_TAKEN.
fn source_of_end(next: usize, arg: u32) -> usize {
    next.saturating_sub(2 * arg as usize)
}
