//! Code as a constant of other code: here, or serialised until somebody looks inside.
//!
//! Most functions of a library are defined and never called. What defining needs is the [`CodeHeader`]; the rest of a
//! [`StoredCode`] is read at the first look through [`CodeRef`]'s `Deref`. Tests: `marshal/tests.rs`.

use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use taipan_text::wtf8::Wtf8Buf;

use super::{CodeFlags, CodeObject};
use crate::marshal;

/// Shared code that may not have been read yet.
#[derive(Clone, Debug)]
pub enum CodeRef {
    /// It is here.
    Ready(Arc<CodeObject>),
    /// It is in a library's image.
    Stored(Arc<StoredCode>),
}

/// What defining a function needs of its code.
#[derive(Clone, Copy, Debug)]
pub struct CodeHeader<'a> {
    /// Number of positional parameters.
    pub argcount: u32,
    /// Number of keyword-only parameters.
    pub kwonlyargcount: u32,
    /// Greatest height of the value stack.
    pub stacksize: u32,
    /// What kind of code it is.
    pub flags: CodeFlags,
    /// Number of the frame's slots.
    pub nlocalsplus: u32,
    /// Number of free variables.
    pub nfree: u32,
    /// The bare name.
    pub name: &'a str,
    /// The dotted name within the module.
    pub qualname: &'a str,
}

/// Serialised code.
#[derive(Debug)]
pub struct StoredCode {
    pub(crate) header: CodeHeader<'static>,
    pub(crate) bytes: &'static [u8],
    pub(crate) filename: Arc<Wtf8Buf>,
    pub(crate) whole: OnceLock<Arc<CodeObject>>,
}

impl CodeRef {
    /// The code, read now if it was not before.
    pub fn get(&self) -> &Arc<CodeObject> {
        match self {
            CodeRef::Ready(code) => code,
            CodeRef::Stored(stored) => stored
                .whole
                .get_or_init(|| Arc::new(marshal::read_stored(stored))),
        }
    }

    /// The header, without reading the rest.
    pub fn header(&self) -> CodeHeader<'_> {
        match self {
            CodeRef::Ready(code) => code.header(),
            CodeRef::Stored(stored) => stored.header,
        }
    }

    /// `co_filename`, without reading the rest.
    pub fn filename(&self) -> &Arc<Wtf8Buf> {
        match self {
            CodeRef::Ready(code) => &code.filename,
            CodeRef::Stored(stored) => &stored.filename,
        }
    }

    /// True if both are the same object.
    pub fn is(&self, other: &CodeRef) -> bool {
        match (self, other) {
            (CodeRef::Ready(a), CodeRef::Ready(b)) => Arc::ptr_eq(a, b),
            (CodeRef::Stored(a), CodeRef::Stored(b)) => Arc::ptr_eq(a, b),
            _ => false,
        }
    }
}

impl Deref for CodeRef {
    type Target = CodeObject;

    fn deref(&self) -> &CodeObject {
        self.get()
    }
}

impl From<Arc<CodeObject>> for CodeRef {
    fn from(code: Arc<CodeObject>) -> Self {
        CodeRef::Ready(code)
    }
}

impl From<CodeObject> for CodeRef {
    fn from(code: CodeObject) -> Self {
        CodeRef::Ready(Arc::new(code))
    }
}
