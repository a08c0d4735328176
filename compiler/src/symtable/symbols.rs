//! The names of a scope with what is known of them, in the order of their first appearance.

use super::entry::Symbol;
use crate::ast::Name;
use crate::index_set::IndexSet;

/// A map from names to symbols.
#[derive(Debug, Default)]
pub(crate) struct Symbols {
    names: IndexSet<Name>,
    /// By the index of the name.
    symbols: Vec<Symbol>,
}

impl Symbols {
    pub(crate) fn len(&self) -> usize {
        self.symbols.len()
    }

    #[inline]
    pub(crate) fn get(&self, name: Name) -> Option<Symbol> {
        Some(self.symbols[self.names.get_index_of(&name)?])
    }

    pub(crate) fn get_mut(&mut self, name: Name) -> Option<&mut Symbol> {
        Some(&mut self.symbols[self.names.get_index_of(&name)?])
    }

    /// The symbol of `name`, which is new if the scope did not have it.
    #[inline]
    pub(crate) fn get_or_add(&mut self, name: Name) -> &mut Symbol {
        let index = self.names.insert(name);
        if index == self.symbols.len() {
            self.symbols.push(Symbol::default());
        }
        &mut self.symbols[index]
    }

    pub(crate) fn insert(&mut self, name: Name, symbol: Symbol) {
        *self.get_or_add(name) = symbol;
    }

    /// Removes `name`; the others keep their order.
    pub(crate) fn remove(&mut self, name: Name) {
        if let Some(removed) = self.names.get_index_of(&name) {
            self.names.retain_indices(|index| index != removed);
            self.symbols.remove(removed);
        }
    }

    pub(crate) fn names(&self) -> &[Name] {
        self.names.as_slice()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (Name, Symbol)> + '_ {
        self.names()
            .iter()
            .copied()
            .zip(self.symbols.iter().copied())
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = (Name, &mut Symbol)> + '_ {
        let names = self.names.as_slice().iter().copied();
        names.zip(&mut self.symbols)
    }
}
