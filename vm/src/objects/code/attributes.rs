//! What Python sees of a code object.

use std::borrow::Cow;
use std::sync::Arc;

use taipan_compiler::code_object::{CodeFlags, CodeObject, LocalKind, Position};
use taipan_compiler::opcode::Opcode;
use taipan_macros::pymethods;

use super::Code;
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::objects::slots::CompareOp;
use crate::objects::{Bytes, Str, Tuple};
use crate::value::{Py, Value};

impl Code {
    fn names_of_kind(&self, cx: &Ctx, kind: LocalKind) -> PyResult<Value> {
        self.make_ready(cx)?;
        let names = self
            .localsplusnames()
            .iter()
            .enumerate()
            .filter(|(index, _)| self.kind_of_local(*index).contains(kind))
            .map(|(_, name)| name.to_value())
            .collect();
        Ok(cx.new_tuple(names).into_value())
    }

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
        mix(cx.hash(this.consts(cx)?.as_value())?);
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
        let _ = cx;
        let Some(other) = other.downcast_ref::<Code>() else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        let is_same = this.is(other) || this.source.is_same(&other.source);
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
        self.make_ready(cx)?;
        let names = self.names().iter().map(Py::to_value).collect();
        Ok(cx.new_tuple(names).into_value())
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
        Ok(this.consts(cx)?.into_value())
    }

    #[getter]
    fn co_nlocals(&self) -> usize {
        self.source.nlocals()
    }

    #[getter]
    fn co_varnames(&self, cx: &Ctx) -> PyResult<Value> {
        self.names_of_kind(cx, LocalKind::LOCAL)
    }

    #[getter]
    fn co_cellvars(&self, cx: &Ctx) -> PyResult<Value> {
        self.names_of_kind(cx, LocalKind::CELL)
    }

    #[getter]
    fn co_freevars(&self, cx: &Ctx) -> PyResult<Value> {
        self.names_of_kind(cx, LocalKind::FREE)
    }

    #[getter]
    fn co_code(&self, cx: &Ctx) -> PyResult<Value> {
        cx.new_bytes(self.original_bytes())
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
        cx.new_bytes(&self.source.linetable)
    }

    #[member]
    fn co_exceptiontable(&self, cx: &Ctx) -> PyResult<Value> {
        cx.new_bytes(&self.source.exceptiontable)
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

fn replace(
    this: &Py<Code>,
    cx: &Ctx,
    changes: crate::native::bind::Keywords<'_>,
) -> PyResult<Value> {
    let changes = changes
        .iter()
        .map(|(name, value)| (name.to_string_lossy(), value));
    changed(cx, CodeObject::clone(&this.source), changes)
}

/// Where the branch of an `async for` starts: its END_SEND, before a NOT_TAKEN.
fn source_of_end(next: usize, arg: u32) -> usize {
    next.saturating_sub(2 * arg as usize)
}

/// The code object with other values for these fields.
pub(super) fn changed<'a>(
    cx: &Ctx,
    mut source: CodeObject,
    changes: impl Iterator<Item = (Cow<'a, str>, &'a Value)>,
) -> PyResult<Value> {
    let mut variables = Variables::of(&source);
    for (field, value) in changes {
        let text = || wanted::<Str>(cx, &field, "str", value);
        let tuple = || wanted::<Tuple>(cx, &field, "tuple", value);
        match &*field {
            "co_argcount" => source.argcount = count(cx, value)?,
            "co_posonlyargcount" => source.posonlyargcount = count(cx, value)?,
            "co_kwonlyargcount" => source.kwonlyargcount = count(cx, value)?,
            "co_stacksize" => source.stacksize = count(cx, value)?,
            "co_nlocals" => variables.count = Some(count(cx, value)? as usize),
            "co_flags" => source.flags = CodeFlags::from_bits_retain(count(cx, value)?),
            "co_firstlineno" => source.firstlineno = count(cx, value)? as i32,
            "co_code" => source.code = bytes(cx, &field, value)?.into(),
            "co_linetable" => source.linetable = bytes(cx, &field, value)?.into(),
            "co_exceptiontable" => {
                source.exceptiontable = bytes(cx, &field, value)?.into();
            }
            "co_consts" => {
                let items: PyResult<Vec<_>> = tuple()?
                    .as_slice()
                    .iter()
                    .map(|item| cx.constant_of_value(item))
                    .collect();
                source.consts = items?.into();
            }
            "co_names" => source.names = names(cx, tuple()?)?.into(),
            "co_varnames" => variables.locals = names(cx, tuple()?)?,
            "co_cellvars" => variables.cells = names(cx, tuple()?)?,
            "co_freevars" => variables.free = names(cx, tuple()?)?,
            "co_filename" => source.filename = Arc::new(text()?.as_wtf8().to_owned()),
            "co_name" => source.name = text()?.to_string_lossy().into(),
            "co_qualname" => source.qualname = text()?.to_string_lossy().into(),
            _ => {
                return Err(cx.type_error(format!(
                    "replace() got an unexpected keyword argument '{field}'"
                )));
            }
        }
    }
    variables.write(cx, &mut source)?;
    Ok(cx.new_code(Arc::new(source))?.into_value())
}

fn wanted<'a, T: crate::heap::Payload>(
    cx: &Ctx,
    field: &str,
    expected: &str,
    value: &'a Value,
) -> PyResult<&'a Py<T>> {
    value.downcast_ref::<T>().ok_or_else(|| {
        cx.type_error(format!(
            "replace() argument '{field}' must be {expected}, not {}",
            cx.type_name_for_argument(value)
        ))
    })
}

fn bytes(cx: &Ctx, field: &str, value: &Value) -> PyResult<Vec<u8>> {
    Ok(wanted::<Bytes>(cx, field, "bytes", value)?
        .as_slice()
        .to_vec())
}

fn count(cx: &Ctx, value: &Value) -> PyResult<u32> {
    match cx.index(value)?.as_small_int() {
        Some(number) => u32::try_from(number)
            .map_err(|_| cx.value_error("code: integer arguments must not be negative")),
        None => Err(cx.overflow_error("Python int too large to convert to C int")),
    }
}

fn names(cx: &Ctx, tuple: &Py<Tuple>) -> PyResult<Vec<Arc<str>>> {
    tuple
        .as_slice()
        .iter()
        .map(|name| match name.downcast_ref::<Str>() {
            Some(name) => Ok(Arc::from(&*name.to_string_lossy())),
            None => Err(cx.type_error(format!(
                "name tuples must contain only strings, not '{}'",
                cx.type_name(name)
            ))),
        })
        .collect()
}

/// The slots of a frame by kind, as Python counts them.
struct Variables {
    locals: Vec<Arc<str>>,
    cells: Vec<Arc<str>>,
    free: Vec<Arc<str>>,
    /// `co_nlocals`, if it was given.
    count: Option<usize>,
}

impl Variables {
    fn of(source: &CodeObject) -> Self {
        Self {
            locals: source.varnames().cloned().collect(),
            cells: source.cellvars().cloned().collect(),
            free: source.freevars().cloned().collect(),
            count: None,
        }
    }

    /// Lays the slots out anew if they changed.
    fn write(self, cx: &Ctx, source: &mut CodeObject) -> PyResult<()> {
        let old = Self::of(source);
        if self.count.is_some_and(|count| count != self.locals.len()) {
            return Err(cx.value_error("code: co_nlocals != len(co_varnames)"));
        }
        if old.locals == self.locals && old.cells == self.cells && old.free == self.free {
            return Ok(());
        }
        let parameters = (source.argcount + source.kwonlyargcount) as usize
            + usize::from(source.flags.contains(CodeFlags::VARARGS))
            + usize::from(source.flags.contains(CodeFlags::VARKEYWORDS));
        if parameters > self.locals.len() {
            return Err(cx.value_error("code: varnames is too small"));
        }
        let mut slots: Vec<(Arc<str>, LocalKind)> = Vec::new();
        for (index, name) in self.locals.iter().enumerate() {
            let mut kind = match old.locals.get(index) {
                Some(_) => source.localspluskinds[index].difference(LocalKind::CELL),
                None => LocalKind::LOCAL,
            };
            if self.cells.contains(name) {
                kind |= LocalKind::CELL;
            }
            slots.push((name.clone(), kind));
        }
        for name in self.cells.iter().filter(|name| !self.locals.contains(name)) {
            slots.push((name.clone(), LocalKind::CELL));
        }
        for name in &self.free {
            slots.push((name.clone(), LocalKind::FREE));
        }
        source.localsplusnames = slots.iter().map(|(name, _)| name.clone()).collect();
        source.localspluskinds = slots.iter().map(|(_, kind)| *kind).collect();
        Ok(())
    }
}
