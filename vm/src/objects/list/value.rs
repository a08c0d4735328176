//! The list object and its Rust interface.
//!
//! Rule: no borrow of the items is held while Python code may run; dropping a value may run Python code. So whatever
//! leaves the list is moved out under the borrow and dropped after it.

use std::cell::{Ref, RefCell, RefMut};

use taipan_macros::pyclass;

use crate::ctx::Ctx;
use crate::heap::{Traverse, Visitor};
use crate::value::{Py, Value};

/// Built-in mutable sequence.
///
/// If no argument is given, the constructor creates a new empty list.
/// The argument must be an iterable if specified.
#[pyclass(
    name = "list",
    subclassable,
    sequence,
    match_self,
    unhashable,
    traverse,
    parts = 2,
    text_signature = "(iterable=(), /)"
)]
#[derive(Default)]
pub struct List {
    items: RefCell<Vec<Value>>,
}

impl List {
    pub fn new(items: Vec<Value>) -> Self {
        Self {
            items: RefCell::new(items),
        }
    }

    #[inline(always)]
    pub fn length(&self) -> usize {
        self.items.borrow().len()
    }

    #[inline(always)]
    pub fn get(&self, index: usize) -> Option<Value> {
        self.items.borrow().get(index).cloned()
    }

    /// Stores `value` and returns what was there; gives `value` back if there is no such index.
    #[inline(always)]
    pub fn replace(&self, index: usize, value: Value) -> Result<Value, Value> {
        match self.items.borrow_mut().get_mut(index) {
            Some(slot) => Ok(std::mem::replace(slot, value)),
            None => Err(value),
        }
    }

    #[inline(always)]
    pub fn push(&self, value: Value) {
        self.items.borrow_mut().push(value);
    }

    /// The items, borrowed: nothing that may run Python code while the guard lives.
    #[inline(always)]
    pub fn borrow(&self) -> Ref<'_, Vec<Value>> {
        self.items.borrow()
    }

    /// The items, borrowed for change: nothing that may run Python code while the guard lives.
    #[inline(always)]
    pub fn borrow_mut(&self) -> RefMut<'_, Vec<Value>> {
        self.items.borrow_mut()
    }

    /// Clones of all items.
    pub fn to_vec(&self) -> Vec<Value> {
        self.items.borrow().clone()
    }

    /// Replaces all items and returns the old ones.
    pub fn replace_all(&self, items: Vec<Value>) -> Vec<Value> {
        self.items.replace(items)
    }
}

impl Traverse for List {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        // A sort has taken the items out and traces as empty.
        if let Ok(items) = self.items.try_borrow() {
            items.iter().for_each(visit);
        }
    }

    fn clear(&self) {
        drop(self.items.take());
    }
}

impl Ctx {
    /// Makes a `list` that takes over `items`.
    pub fn new_list(&self, items: Vec<Value>) -> Py<List> {
        self.heap().allocate(&self.types().list, List::new(items))
    }
}
