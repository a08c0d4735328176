//! Code objects out of bytes.
//!
//! CPython: `r_object`, its part for code, and `_PyCode_Validate` in `Objects/codeobject.c`.

use std::sync::Arc;

use taipan_compiler::code_object::{CodeFlags, CodeObject, LocalKind, Name};
use taipan_text::Wtf8Buf;

use super::from_bytes::Loader;
use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::objects::code::CodeParts;
use crate::objects::{Bytes, Str, Tuple};
use crate::value::{Py, Value};

const OWNER: &str = "code object";

impl Loader<'_> {
    pub(super) fn code(&mut self, is_remembered: bool) -> PyResult<Value> {
        let cx = self.cx;
        if !self.allow_code {
            return Err(cx.value_error("unmarshalling code objects is disallowed"));
        }
        let place = self.reserve(is_remembered);
        let mut numbers = [0; 5];
        for number in &mut numbers {
            *number = self.input.long(cx)?;
        }
        let [argcount, posonlyargcount, kwonlyargcount, stacksize, flags] = numbers;
        let code = self.object(OWNER)?;
        let consts = self.object(OWNER)?;
        let names = self.object(OWNER)?;
        let localsplusnames = self.object(OWNER)?;
        let localspluskinds = self.object(OWNER)?;
        let filename = self.object(OWNER)?;
        let name = self.object(OWNER)?;
        let qualname = self.object(OWNER)?;
        let firstlineno = self.input.long(cx)?;
        let linetable = self.object(OWNER)?;
        let exceptiontable = self.object(OWNER)?;

        let parts = CodeParts {
            consts: tuple(cx, &consts)?.clone(),
            names: tuple(cx, &names)?.clone(),
            localsplusnames: tuple(cx, &localsplusnames)?.clone(),
            localspluskinds: Some(localspluskinds.clone()),
            linetable,
            exceptiontable,
        };
        let kinds = bytes(cx, &localspluskinds)?;
        if kinds.len() != parts.localsplusnames.length() {
            return Err(bad_argument(cx));
        }
        let source = CodeObject {
            argcount: count(cx, argcount)?,
            posonlyargcount: count(cx, posonlyargcount)?,
            kwonlyargcount: count(cx, kwonlyargcount)?,
            stacksize: count(cx, stacksize)?,
            flags: CodeFlags::from_bits_retain(count(cx, flags)?),
            code: bytes(cx, &code)?.into(),
            consts: Arc::from([]),
            names: text_of_all(cx, &parts.names)?,
            localsplusnames: text_of_all(cx, &parts.localsplusnames)?,
            localspluskinds: kinds
                .iter()
                .map(|kind| LocalKind::from_bits_retain(*kind))
                .collect(),
            filename: Arc::new(text(cx, &filename)?),
            name: name_of(cx, &name)?,
            qualname: name_of(cx, &qualname)?,
            firstlineno,
            linetable: bytes(cx, &parts.linetable)?.into(),
            exceptiontable: bytes(cx, &parts.exceptiontable)?.into(),
        };
        validate(cx, &source)?;
        let code = cx.new_code_of_parts(source, parts)?;
        Ok(self.fill(place, code.into_value()))
    }
}

/// What an interpreter relies on.
fn validate(cx: &Ctx, code: &CodeObject) -> PyResult<()> {
    if code.argcount < code.posonlyargcount {
        return Err(bad_argument(cx));
    }
    if code.code.is_empty() || !code.code.len().is_multiple_of(2) {
        return Err(cx.value_error("code: co_code is malformed"));
    }
    let collects = |flag: CodeFlags| u64::from(code.flags.contains(flag));
    let parameters = u64::from(code.argcount)
        + u64::from(code.kwonlyargcount)
        + collects(CodeFlags::VARARGS)
        + collects(CodeFlags::VARKEYWORDS);
    if parameters > code.nlocals() as u64 {
        return Err(cx.value_error("code: co_varnames is too small"));
    }
    Ok(())
}

/// A part of the wrong type, or a number out of range.
fn bad_argument(cx: &Ctx) -> PyErr {
    cx.system_error("bad argument to internal function")
}

fn count(cx: &Ctx, number: i32) -> PyResult<u32> {
    u32::try_from(number).map_err(|_| bad_argument(cx))
}

fn bytes<'a>(cx: &Ctx, value: &'a Value) -> PyResult<&'a [u8]> {
    let bytes = value.downcast_ref::<Bytes>();
    Ok(bytes.ok_or_else(|| bad_argument(cx))?.as_slice())
}

fn tuple<'a>(cx: &Ctx, value: &'a Value) -> PyResult<&'a Py<Tuple>> {
    value
        .downcast_ref::<Tuple>()
        .ok_or_else(|| bad_argument(cx))
}

fn text(cx: &Ctx, value: &Value) -> PyResult<Wtf8Buf> {
    let text = value.downcast_ref::<Str>();
    Ok(text.ok_or_else(|| bad_argument(cx))?.as_wtf8().to_owned())
}

fn name_of(cx: &Ctx, value: &Value) -> PyResult<Name> {
    let text = value.downcast_ref::<Str>();
    let text = text.ok_or_else(|| bad_argument(cx))?;
    Ok(Name::from(&*text.to_string_lossy()))
}

fn text_of_all(cx: &Ctx, names: &Py<Tuple>) -> PyResult<Box<[Name]>> {
    let not_text = |_| cx.system_error("non-string found in code slot");
    let names = names.as_slice().iter();
    names
        .map(|name| name_of(cx, name).map_err(not_text))
        .collect()
}
