//! The types that inference tells apart.
//!
//! Invariant: a reference into a module's analysis carries its document, so it stays valid as long as it lives.
//! Tests: `evaluate.rs`.

use std::sync::Arc;

use crate::analysis::model::{Class, Function};
use crate::project::native::Entry;
use crate::project::{Document, ModuleRef};

#[derive(Clone)]
pub(crate) enum Type {
    Unknown,
    None,
    Module(ModuleRef),
    Class(ClassRef),
    Instance(ClassRef),
    /// A function of a source; the flag says that its first parameter is already given.
    Function(FunctionRef, bool),
    NativeClass(NativeRef),
    /// An instance of a native class, with the types of its items.
    NativeInstance(NativeRef, Vec<Type>),
    NativeFunction(NativeRef),
    Union(Vec<Type>),
}

/// A class in a document's analysis.
#[derive(Clone)]
pub(crate) struct ClassRef {
    pub(crate) document: Arc<Document>,
    pub(crate) index: usize,
}

/// A function in a document's analysis.
#[derive(Clone)]
pub(crate) struct FunctionRef {
    pub(crate) document: Arc<Document>,
    pub(crate) index: usize,
}

/// A class or function of the table of native names.
#[derive(Clone, Copy)]
pub(crate) struct NativeRef {
    pub(crate) module: &'static str,
    /// The class that has it, for methods.
    pub(crate) owner: Option<&'static str>,
    pub(crate) name: &'static str,
    pub(crate) entry: &'static Entry,
}

impl ClassRef {
    pub(crate) fn get(&self) -> &Class {
        &self.document.module().classes[self.index]
    }

    pub(crate) fn is(&self, other: &ClassRef) -> bool {
        self.document.key == other.document.key && self.index == other.index
    }
}

impl FunctionRef {
    pub(crate) fn get(&self) -> &Function {
        &self.document.module().functions[self.index]
    }
}

impl Type {
    pub(crate) fn is_unknown(&self) -> bool {
        matches!(self, Type::Unknown)
    }

    /// Returns the one type of several, a union, or unknown where one of them is.
    pub(crate) fn union(types: Vec<Type>) -> Type {
        let mut out: Vec<Type> = Vec::new();
        for one in types {
            match one {
                Type::Union(inner) => inner.into_iter().for_each(|one| add(&mut out, one)),
                one => add(&mut out, one),
            }
        }
        match out.len() {
            0 => Type::Unknown,
            1 => out.remove(0),
            _ if out.iter().any(Type::is_unknown) => Type::Unknown,
            _ => Type::Union(out),
        }
    }

    /// Returns whether both are written alike, which is how duplicates of a union are found.
    pub(crate) fn same(&self, other: &Type) -> bool {
        super::display::of(self) == super::display::of(other)
    }
}

fn add(out: &mut Vec<Type>, one: Type) {
    if !out.iter().any(|known| known.same(&one)) {
        out.push(one);
    }
}
