//! `code.replace`, and what `types.CodeType` shares with it: a code object with other values in some fields.
//!
//! CPython: `code_replace_impl`, `code_new_impl` and `get_localsplus_counts` in `Objects/codeobject.c`.

use std::borrow::Cow;
use std::sync::Arc;

use taipan_compiler::code_object::{CodeFlags, CodeObject, LocalKind, Name};

use super::Code;
use super::parts::CodeParts;
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::bind::Keywords;
use crate::objects::{Bytes, Str, Tuple};
use crate::value::{Py, Value};

pub(super) fn replace(this: &Py<Code>, cx: &Ctx, changes: Keywords<'_>) -> PyResult<Value> {
    let changes = changes
        .iter()
        .map(|(name, value)| (name.to_string_lossy(), value));
    changed(cx, this, CodeObject::clone(&this.source), changes)
}

/// The code object with other values for these fields.
pub(super) fn changed<'a>(
    cx: &Ctx,
    this: &Py<Code>,
    mut source: CodeObject,
    changes: impl Iterator<Item = (Cow<'a, str>, &'a Value)>,
) -> PyResult<Value> {
    let mut variables = Variables::of(&source);
    let mut parts = CodeParts {
        consts: tuple_of(cx, &this.consts(cx)?),
        names: tuple_of(cx, &this.names_tuple(cx)?),
        localsplusnames: tuple_of(cx, &this.localsplusnames_tuple(cx)?),
        localspluskinds: None,
        linetable: this.linetable(cx)?,
        exceptiontable: this.exceptiontable(cx)?,
    };
    for (field, value) in changes {
        let text = || wanted::<Str>(cx, &field, "str", value);
        let tuple = || wanted::<Tuple>(cx, &field, "tuple", value);
        let bytes = || wanted::<Bytes>(cx, &field, "bytes", value);
        match &*field {
            "co_argcount" => source.argcount = count(cx, value)?,
            "co_posonlyargcount" => source.posonlyargcount = count(cx, value)?,
            "co_kwonlyargcount" => source.kwonlyargcount = count(cx, value)?,
            "co_stacksize" => source.stacksize = count(cx, value)?,
            "co_nlocals" => variables.count = Some(count(cx, value)? as usize),
            "co_flags" => source.flags = CodeFlags::from_bits_retain(count(cx, value)?),
            "co_firstlineno" => source.firstlineno = count(cx, value)? as i32,
            "co_code" => source.code = bytes()?.as_slice().into(),
            "co_linetable" => {
                source.linetable = bytes()?.as_slice().into();
                parts.linetable = value.clone();
            }
            "co_exceptiontable" => {
                source.exceptiontable = bytes()?.as_slice().into();
                parts.exceptiontable = value.clone();
            }
            "co_consts" => parts.consts = tuple()?.clone(),
            "co_names" => {
                source.names = cx.code_names(tuple()?)?.into();
                parts.names = tuple()?.clone();
            }
            "co_varnames" => variables.locals = cx.code_names(tuple()?)?,
            "co_cellvars" => variables.cells = cx.code_names(tuple()?)?,
            "co_freevars" => variables.free = cx.code_names(tuple()?)?,
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
    if variables.write(cx, &mut source)? {
        let names = source.localsplusnames.iter();
        let names = names.map(|name| cx.intern(&**name).into_value());
        parts.localsplusnames = cx.new_tuple(names.collect());
    }
    Ok(cx.new_code_of_parts(source, parts)?.into_value())
}

/// Parts of code objects are tuples.
fn tuple_of(cx: &Ctx, value: &Value) -> Py<Tuple> {
    let tuple = value.downcast_ref::<Tuple>().cloned();
    tuple.unwrap_or_else(|| cx.new_tuple(Vec::new()))
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

fn count(cx: &Ctx, value: &Value) -> PyResult<u32> {
    match cx.index(value)?.as_small_int() {
        Some(number) => u32::try_from(number)
            .map_err(|_| cx.value_error("code: integer arguments must not be negative")),
        None => Err(cx.overflow_error("Python int too large to convert to C int")),
    }
}

/// The slots of a frame by kind, as Python counts them.
struct Variables {
    locals: Vec<Name>,
    cells: Vec<Name>,
    free: Vec<Name>,
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

    /// Lays the slots out anew if they changed, and says whether they did.
    fn write(self, cx: &Ctx, source: &mut CodeObject) -> PyResult<bool> {
        let old = Self::of(source);
        if self.count.is_some_and(|count| count != self.locals.len()) {
            return Err(cx.value_error("code: co_nlocals != len(co_varnames)"));
        }
        if old.locals == self.locals && old.cells == self.cells && old.free == self.free {
            return Ok(false);
        }
        let parameters = (source.argcount + source.kwonlyargcount) as usize
            + usize::from(source.flags.contains(CodeFlags::VARARGS))
            + usize::from(source.flags.contains(CodeFlags::VARKEYWORDS));
        if parameters > self.locals.len() {
            return Err(cx.value_error("code: varnames is too small"));
        }
        let mut slots: Vec<(Name, LocalKind)> = Vec::new();
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
        Ok(true)
    }
}
