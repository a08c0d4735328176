//! The symbol table: which names a scope binds and uses, and where each name lives.
//!
//! CPython: `Python/symtable.c`. Two passes: [`build`](self::build) walks the tree and collects raw facts ("assigned
//! here", "used here"), [`analyze`](self::analyze) decides for each name of each scope whether it is local, global, free or
//! a cell, and which comprehensions are inlined (PEP 709).
//! Invariant: after both passes each symbol of each entry has its scope. Tests: `tests/`, and all bytecode goldens.

mod analyze;
mod annotations;
mod build;
mod comprehension;
mod entry;
mod expr;
mod mangle;
mod name_set;
mod stmt;
mod symbols;

use rustc_hash::FxHashMap;

use crate::ast::{Interner, Mod};
use crate::error::Result;
use crate::future::Features;

pub use entry::{BlockKind, ComprehensionKind, Entry, NameScope, ScopeId, Symbol, SymbolFlags};
pub(crate) use mangle::mangle;

/// All scopes of a compilation.
#[derive(Debug)]
pub struct SymbolTable {
    entries: Vec<Entry>,
    by_key: FxHashMap<ScopeKey, ScopeId>,
    /// For the type parameters of generic classes: the names that are mangled there.
    mangled_names: Vec<Vec<crate::ast::Name>>,
}

/// What a scope belongs to: a node of the tree, named by its address, and the part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ScopeKey {
    address: usize,
    part: Part,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Part {
    /// The node itself.
    Node,
    /// The scope around a generic definition.
    TypeParams,
    /// The default of a type parameter.
    Default,
    /// The annotations of a class or module; the address is the index of its entry.
    Annotations,
}

impl ScopeKey {
    /// The scope that `node` opens.
    pub(crate) fn node<T>(node: &T) -> ScopeKey {
        ScopeKey {
            address: std::ptr::from_ref(node).addr(),
            part: Part::Node,
        }
    }

    /// The scope around the generic definition `node`.
    pub(crate) fn type_params<T>(node: &T) -> ScopeKey {
        ScopeKey {
            address: std::ptr::from_ref(node).addr(),
            part: Part::TypeParams,
        }
    }

    /// The scope of the default of the type parameter `node`.
    pub(crate) fn default<T>(node: &T) -> ScopeKey {
        ScopeKey {
            address: std::ptr::from_ref(node).addr(),
            part: Part::Default,
        }
    }

    /// The scope of the annotations of the class or module `owner`.
    pub(crate) fn annotations(owner: ScopeId) -> ScopeKey {
        ScopeKey {
            address: owner.index(),
            part: Part::Annotations,
        }
    }
}

impl SymbolTable {
    /// Builds and analyzes the table of `module`.
    ///
    /// # Errors
    /// The errors of declarations and of expressions in places where they may not stand, and too deep nesting.
    pub fn build(module: &Mod, names: &mut Interner, features: Features) -> Result<SymbolTable> {
        let mut table = build::build(module, names, features)?;
        analyze::analyze(&mut table, names)?;
        Ok(table)
    }

    /// The scope of the whole module.
    pub const TOP: ScopeId = ScopeId::TOP;

    /// The entry of `id`.
    pub fn entry(&self, id: ScopeId) -> &Entry {
        &self.entries[id.index()]
    }

    pub(crate) fn entry_mut(&mut self, id: ScopeId) -> &mut Entry {
        &mut self.entries[id.index()]
    }

    /// The scope of `key`, if it has one.
    pub(crate) fn lookup(&self, key: ScopeKey) -> Option<ScopeId> {
        self.by_key.get(&key).copied()
    }

    /// `name` as it stands in scope `id` inside of class `private` (CPython: `_Py_MaybeMangle`).
    pub(crate) fn maybe_mangle(
        &self,
        names: &mut Interner,
        private: Option<crate::ast::Name>,
        id: ScopeId,
        name: crate::ast::Name,
    ) -> crate::ast::Name {
        let Some(private) = private else { return name };
        // Around a generic class only the type parameters are mangled.
        if let Some(set) = self.entry(id).mangled_names
            && !self.mangled_names[set].contains(&name)
        {
            return name;
        }
        mangle(names, private, name)
    }
}
