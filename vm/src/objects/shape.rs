//! Shapes (hidden classes): which attribute sits in which slot of an instance.
//!
//! All instances of a class start with its root shape; storing a new attribute moves the instance along a transition
//! to the shape that has one name more. Instances that got the same attributes in the same order share a shape, so
//! one pointer comparison answers "where is `x`".
//!
//! Invariants
//! 1. A shape is immutable but for its transitions; it lives as long as the class that owns its tree.
//! 2. A shape's names are those of its parent and one more, whose slot is the parent's count.
//! 3. A shape with `capacity` slots describes only instances that were allocated with so many.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::heap::Visitor;
use crate::objects::Str;
use crate::value::Py;

/// The names of an instance's attributes, in slot order.
pub struct Shape {
    names: Vec<Py<Str>>,
    capacity: usize,
    /// The bits of all names: says at once of most names that they are not here.
    filter: u64,
    /// Unique among the shapes of the class, for inline caches; a root has its capacity.
    number: u32,
    /// Shapes with one name more, by the name's identity. Attribute names are interned.
    transitions: RefCell<Vec<(u64, Rc<Shape>)>>,
    index: OnceCell<FxHashMap<u64, u32>>,
}

/// Shapes with more names than this build an index.
const LINEAR: usize = 8;
/// A shape with more followers is used like a dict, and its instances become dicts.
const MAX_TRANSITIONS: usize = 64;

/// One of 64 bits for a name's address.
#[inline(always)]
const fn bit(identity: u64) -> u64 {
    1 << (((identity >> 4) ^ (identity >> 10)) & 63)
}

impl Shape {
    /// The shape of instances without attributes that have room for `capacity`.
    pub fn root(capacity: usize) -> Rc<Self> {
        Rc::new(Self {
            names: Vec::new(),
            capacity,
            filter: 0,
            number: capacity as u32,
            transitions: RefCell::default(),
            index: OnceCell::new(),
        })
    }

    pub fn names(&self) -> &[Py<Str>] {
        &self.names
    }

    #[inline(always)]
    pub(crate) fn number(&self) -> u32 {
        self.number
    }

    /// Which transition adds `name`, if an instance went along it before.
    pub(crate) fn transition(&self, name: &Py<Str>) -> Option<usize> {
        let identity = name.as_value().identity();
        self.transitions
            .borrow()
            .iter()
            .position(|(known, _)| *known == identity)
    }

    /// The shape behind a transition.
    #[inline(always)]
    pub(crate) fn follower(&self, transition: usize) -> Option<*const Self> {
        self.transitions
            .borrow()
            .get(transition)
            .map(|(_, shape)| Rc::as_ptr(shape))
    }

    pub fn len(&self) -> usize {
        self.names.len()
    }

    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Slots in each instance of this shape.
    pub fn capacity(&self) -> usize {
        self.capacity
    }

    /// The slot of an interned name.
    pub fn slot(&self, name: &Py<Str>) -> Option<usize> {
        let identity = name.as_value().identity();
        if self.filter & bit(identity) == 0 {
            return None;
        }
        if self.names.len() <= LINEAR {
            return self
                .names
                .iter()
                .position(|known| known.as_value().identity() == identity);
        }
        let index = self.index.get_or_init(|| {
            self.names
                .iter()
                .enumerate()
                .map(|(slot, name)| (name.as_value().identity(), slot as u32))
                .collect()
        });
        index.get(&identity).map(|slot| *slot as usize)
    }

    /// Calls `visit` with each name that this shape and its followers own.
    pub(crate) fn visit_names(&self, visit: &mut Visitor<'_>) {
        self.names.iter().for_each(|name| visit(name.as_value()));
        for (_, next) in self.transitions.borrow().iter() {
            next.visit_names(visit);
        }
    }

    /// The shape with `name` added; `None` if the instance must turn into a dict. A new one gets a new number.
    pub fn with(&self, name: &Py<Str>, number: impl FnOnce() -> u32) -> Option<Rc<Self>> {
        if self.names.len() == self.capacity {
            return None;
        }
        let identity = name.as_value().identity();
        let mut transitions = self.transitions.borrow_mut();
        if let Some((_, shape)) = transitions.iter().find(|(known, _)| *known == identity) {
            return Some(shape.clone());
        }
        if transitions.len() == MAX_TRANSITIONS {
            return None;
        }
        let mut names = Vec::with_capacity(self.names.len() + 1);
        names.extend(self.names.iter().cloned());
        names.push(name.clone());
        let shape = Rc::new(Self {
            names,
            capacity: self.capacity,
            filter: self.filter | bit(identity),
            number: number(),
            transitions: RefCell::default(),
            index: OnceCell::new(),
        });
        transitions.push((identity, shape.clone()));
        Some(shape)
    }
}
