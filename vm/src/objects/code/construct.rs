//! `types.CodeType(...)`: a code object out of its parts.

use std::borrow::Cow;
use std::sync::Arc;

use taipan_compiler::code_object::{CodeFlags, CodeObject};
use taipan_compiler::compile::{CompileOptions, compile};
use taipan_macros::pymethods;
use taipan_text::Wtf8Buf;

use super::Code;
use super::replace::changed;
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::Args;
use crate::objects::Type;
use crate::value::{Py, Value};

/// The arguments in their order; the last two may be missing.
const FIELDS: [&str; 18] = [
    "co_argcount",
    "co_posonlyargcount",
    "co_kwonlyargcount",
    "co_nlocals",
    "co_stacksize",
    "co_flags",
    "co_code",
    "co_consts",
    "co_names",
    "co_varnames",
    "co_filename",
    "co_name",
    "co_qualname",
    "co_firstlineno",
    "co_linetable",
    "co_exceptiontable",
    "co_freevars",
    "co_cellvars",
];
const REQUIRED: usize = FIELDS.len() - 2;

#[pymethods(part = 1)]
impl Code {
    #[new]
    fn new(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> PyResult<Value> {
        let _ = cls;
        if args.has_keywords() {
            return Err(cx.type_error("code() takes no keyword arguments"));
        }
        let given = args.positional();
        if given.len() < REQUIRED || given.len() > FIELDS.len() {
            let (which, count) = match given.len() < REQUIRED {
                true => ("at least", REQUIRED),
                false => ("at most", FIELDS.len()),
            };
            return Err(cx.type_error(format!(
                "code expected {which} {count} arguments, got {}",
                given.len()
            )));
        }
        let name = Arc::new(Wtf8Buf::from_string(String::new()));
        let empty = cx.compiled(compile(b"", &name, CompileOptions::default()), &name)?;
        let mut source = CodeObject::clone(&empty.source);
        source.flags = CodeFlags::empty();
        let fields = FIELDS.iter().map(|field| Cow::Borrowed(*field));
        changed(cx, &empty, source, fields.zip(given))
    }
}
