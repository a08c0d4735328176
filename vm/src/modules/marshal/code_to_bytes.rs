//! Code objects to bytes.
//!
//! CPython: `w_complex_object`, its part for code. Which objects of a code object are one is the business of
//! `objects::code`; here it shows as references. How many references the code object's own tables hold means nothing:
//! what occurs once is not remembered, as in CPython, where nobody else holds it.

use taipan_compiler::code_object::LocalKind;

use super::held::Held;
use super::to_bytes::Dumper;
use super::write::Unmarshallable;
use crate::error::PyResult;
use crate::objects::code::Code;
use crate::value::Py;

impl Dumper<'_> {
    pub(super) fn code(&mut self, code: &Py<Code>) -> PyResult<()> {
        if !self.allow_code {
            return Err(self.refuse(Unmarshallable::Code));
        }
        let (cx, source) = (self.cx, &*code.source);
        if !self.is_within_code {
            code.make_all(cx)?;
        }
        let was_within_code = std::mem::replace(&mut self.is_within_code, true);
        self.writer.code([
            source.argcount as i32,
            source.posonlyargcount as i32,
            source.kwonlyargcount as i32,
            source.stacksize as i32,
            source.flags.bits() as i32,
        ]);
        self.instructions(code.original_bytes())?;
        self.value(&code.consts(cx)?, Held::BY_CODE)?;
        self.value(&code.names_tuple(cx)?, Held::BY_CODE)?;
        self.value(&code.localsplusnames_tuple(cx)?, Held::BY_CODE)?;
        match code.given_kinds() {
            Some(kinds) => self.value(kinds, Held::BY_CODE)?,
            None => self.kinds(&source.localspluskinds)?,
        }
        for text in [&code.filename(), &code.name, &code.qualname] {
            self.value(text.as_value(), Held::BY_CODE)?;
        }
        self.writer.first_line(source.firstlineno);
        self.value(&code.linetable(cx)?, Held::BY_CODE)?;
        self.value(&code.exceptiontable(cx)?, Held::BY_CODE)?;
        self.is_within_code = was_within_code;
        Ok(())
    }

    /// CPython makes and keeps this object when it is asked for, so it always has two references.
    fn instructions(&mut self, bytes: &[u8]) -> PyResult<()> {
        if self.writer.has_references() {
            self.writer.announce_unnamed(true);
        }
        let written = self.writer.bytes(bytes);
        self.checked(written)
    }

    /// The compiler makes an object for each code object, and does not even share a single byte.
    fn kinds(&mut self, kinds: &[LocalKind]) -> PyResult<()> {
        if kinds.is_empty() {
            return self.value(&self.cx.new_bytes(b"")?, Held::BY_CODE);
        }
        let bytes: Vec<u8> = kinds.iter().map(|kind| kind.bits()).collect();
        let written = self.writer.bytes(&bytes);
        self.checked(written)
    }
}
