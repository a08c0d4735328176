//! The type object.
//!
//! Invariants
//! 1. `mro[0]` is the type itself; the last is `object`.
//! 2. Whoever changes a type's dict, bases or MRO calls [`Py<Type>::modified`], which gives it and its subclasses a
//!    new version.
//! 3. Shapes once handed out stay in `shapes`.
//! 4. While the version is `init_version` and not 0, `init` is what the MRO has under `__init__`, hence alive.
//! 5. `subclasses` owns nothing: a type that dies takes itself out of the lists of its bases.
#![allow(unsafe_code, reason = "unowned references; invariants 4 and 5")]

use std::cell::{Cell, OnceCell, Ref, RefCell};
use std::mem::ManuallyDrop;
use std::ptr::NonNull;
use std::rc::Rc;

use taipan_macros::pyclass;
use taipan_text::Wtf8Buf;

use crate::ctx::Ctx;
use crate::heap::{Header, Layout, Traverse, Visitor};
use crate::native::ClassDef;
use crate::objects::attrs::HEAD_WORDS;
use crate::objects::function::Function;
use crate::objects::shape::Shape;
use crate::objects::slots::{SlotId, Slots};
use crate::objects::{Dict, Str, Tuple};
use crate::value::{Py, Value};

bitflags::bitflags! {
    /// Facts of a type that do not fit into slots.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct TypeFlags: u32 {
        /// Made at run time by a `class` statement or `type()`; counted like any object.
        const HEAP = 1;
        /// May be subclassed.
        const SUBCLASSABLE = 1 << 1;
        /// Attributes of the type cannot be set.
        const IMMUTABLE = 1 << 2;
        /// Calling the type raises `TypeError`.
        const NO_NEW = 1 << 3;
        /// Instances have attributes of their own (`__dict__`).
        const ATTRIBUTES = 1 << 4;
        /// Instances can be referenced weakly.
        const WEAKREF = 1 << 5;
        /// Matches sequence patterns.
        const SEQUENCE = 1 << 6;
        /// Matches mapping patterns.
        const MAPPING = 1 << 7;
        /// Has abstract methods left.
        const ABSTRACT = 1 << 8;
        /// A single positional pattern in a class pattern matches the object itself.
        const MATCH_SELF = 1 << 9;
        /// Functions of this type bind like methods (`LOAD_ATTR` may skip the bound method).
        const METHOD_DESCRIPTOR = 1 << 10;
        const UNHASHABLE = 1 << 11;
        /// Its constructor and methods take keyword arguments whose names are no strings (CPython: no vectorcall).
        const ANY_KEYWORDS = 1 << 12;
    }
}

/// Attribute slots that an instance of a new class starts with when nothing better is known.
const DEFAULT_CAPACITY: usize = 4;
/// Instances with more attributes become dicts.
const MAX_CAPACITY: usize = 30;

/// type(object) -> the object's type
/// type(name, bases, dict, **kwds) -> a new type
#[pyclass(
    name = "type",
    subclassable,
    weakref,
    immutable,
    traverse,
    parts = 3,
    text_signature = None
)]
pub struct Type {
    /// The native layout of instances.
    pub layout: &'static Layout,
    pub slots: Slots,
    name: RefCell<Wtf8Buf>,
    qualname: RefCell<Option<Py<Str>>>,
    base: RefCell<Option<Py<Type>>>,
    bases: RefCell<Vec<Py<Type>>>,
    /// `__bases__`, once somebody gave or asked for it.
    bases_tuple: RefCell<Option<Py<Tuple>>>,
    mro: RefCell<Rc<[Py<Type>]>>,
    dict: OnceCell<Py<Dict>>,
    flags: Cell<TypeFlags>,
    version: Cell<u32>,
    /// Which slots hold the function that looks the special method up.
    look_ups: Cell<u128>,
    members: Cell<usize>,
    /// The names of the `__slots__` members, inherited ones first.
    member_names: RefCell<Vec<Py<Str>>>,
    extras_words: Cell<usize>,
    shapes: RefCell<Vec<Rc<Shape>>>,
    root_shape: Cell<*const Shape>,
    /// The number of the next shape that is no root.
    next_shape: Cell<u32>,
    /// `__init__` of a class that only needs that to be called: an unowned Python function, and the class's version when
    /// it was found.
    init: Cell<Option<NonNull<Header>>>,
    init_version: Cell<u32>,
    /// Subclasses as addresses; one that dies takes itself out.
    subclasses: RefCell<Vec<ManuallyDrop<Py<Type>>>>,
    /// How a native type was declared.
    pub def: Option<&'static ClassDef>,
}

impl Type {
    /// A type without bases, dict and MRO; see `native` and `type.__new__` for the rest.
    pub fn new(
        name: Wtf8Buf,
        layout: &'static Layout,
        flags: TypeFlags,
        def: Option<&'static ClassDef>,
    ) -> Self {
        let new = Self {
            layout,
            slots: Slots::default(),
            name: RefCell::new(name),
            qualname: RefCell::default(),
            base: RefCell::default(),
            bases: RefCell::default(),
            bases_tuple: RefCell::default(),
            mro: RefCell::new(Rc::new([])),
            dict: OnceCell::new(),
            flags: Cell::new(flags),
            version: Cell::new(0),
            look_ups: Cell::new(0),
            members: Cell::new(0),
            member_names: RefCell::default(),
            extras_words: Cell::new(0),
            shapes: RefCell::default(),
            root_shape: Cell::new(std::ptr::null()),
            next_shape: Cell::new(MAX_CAPACITY as u32 + 1),
            init: Cell::new(None),
            init_version: Cell::new(0),
            subclasses: RefCell::default(),
            def,
        };
        new.lay_out(
            0,
            if flags.contains(TypeFlags::HEAP) {
                DEFAULT_CAPACITY
            } else {
                0
            },
        );
        new
    }

    /// Fixes how many `__slots__` members instances have and how many attributes they start with room for. Only
    /// before the first instance exists.
    pub fn lay_out(&self, members: usize, capacity: usize) {
        self.members.set(members);
        if self.has_attributes() {
            self.set_capacity(capacity.min(MAX_CAPACITY));
        } else {
            self.extras_words.set(members);
        }
    }

    fn set_capacity(&self, capacity: usize) {
        let root = Shape::root(capacity);
        self.root_shape.set(Rc::as_ptr(&root));
        self.shapes.borrow_mut().push(root);
        self.extras_words
            .set(self.members.get() + HEAD_WORDS + capacity);
    }

    /// Learns that instances get so many attributes; later instances have room for them.
    pub(crate) fn note_attribute_count(&self, count: usize) {
        let capacity = self
            .shapes
            .borrow()
            .last()
            .map_or(0, |shape| shape.capacity());
        if self.is_heap_type() && count > capacity && capacity < MAX_CAPACITY {
            self.set_capacity((count + count / 2).min(MAX_CAPACITY));
        }
    }

    /// A number that no shape of this class has.
    pub(crate) fn next_shape_number(&self) -> u32 {
        let number = self.next_shape.get();
        self.next_shape.set(number.saturating_add(1));
        number
    }

    #[inline(always)]
    pub(crate) fn root_shape(&self) -> *const Shape {
        self.root_shape.get()
    }

    /// The root shape of instances that were allocated with `capacity` slots.
    pub(crate) fn root_shape_for(&self, capacity: usize) -> *const Shape {
        let shapes = self.shapes.borrow();
        shapes
            .iter()
            .find(|shape| shape.capacity() == capacity)
            .map_or(std::ptr::null(), Rc::as_ptr)
    }

    /// Words behind the payload of an instance.
    #[inline(always)]
    pub fn extras_words(&self) -> usize {
        self.extras_words.get()
    }

    /// `__slots__` members of instances, inherited ones included.
    #[inline(always)]
    pub fn member_count(&self) -> usize {
        self.members.get()
    }

    /// The names of the `__slots__` members of instances, inherited ones first.
    pub(crate) fn member_names(&self) -> Vec<Py<Str>> {
        self.member_names.borrow().clone()
    }

    pub(crate) fn set_member_names(&self, names: Vec<Py<Str>>) {
        drop(self.member_names.replace(names));
    }

    /// The attribute slots that new instances start with.
    pub(crate) fn capacity(&self) -> usize {
        let shapes = self.shapes.borrow();
        shapes.last().map_or(0, |shape| shape.capacity())
    }

    /// Whether a slot holds the function that looks the special method up.
    #[inline]
    pub fn looks_up(&self, slot: SlotId) -> bool {
        self.look_ups.get() & (1 << slot as u32) != 0
    }

    pub(super) fn set_look_up(&self, slot: SlotId, on: bool) {
        let bit = 1 << slot as u32;
        let bits = self.look_ups.get();
        self.look_ups.set(if on { bits | bit } else { bits & !bit });
    }

    /// The name as messages give it: with the module for native types that are no builtins (`tp_name`).
    pub fn full_name(&self) -> String {
        let name = self.name.borrow();
        match self.def {
            Some(def) if def.module != "builtins" => format!("{}.{name}", def.module),
            _ => name.to_string_lossy().into_owned(),
        }
    }

    #[inline(always)]
    pub fn flags(&self) -> TypeFlags {
        self.flags.get()
    }

    pub fn set_flags(&self, flags: TypeFlags, on: bool) {
        let mut new = self.flags.get();
        new.set(flags, on);
        self.flags.set(new);
    }

    #[inline(always)]
    pub fn is_heap_type(&self) -> bool {
        self.flags.get().contains(TypeFlags::HEAP)
    }

    /// Whether instances have attributes of their own.
    #[inline(always)]
    pub fn has_attributes(&self) -> bool {
        self.flags.get().contains(TypeFlags::ATTRIBUTES)
    }

    #[inline(always)]
    pub(crate) fn has_finalizer(&self) -> bool {
        self.slots.finalize.get().is_some()
    }

    /// `__name__`.
    pub fn name(&self) -> Ref<'_, Wtf8Buf> {
        self.name.borrow()
    }

    pub fn set_name(&self, name: Wtf8Buf) {
        self.name.replace(name);
    }

    /// `__qualname__` of a heap type; native types are qualified by their name.
    pub fn qualname(&self) -> Option<Py<Str>> {
        self.qualname.borrow().clone()
    }

    pub fn set_qualname(&self, qualname: Py<Str>) {
        drop(self.qualname.replace(Some(qualname)));
    }

    /// `__base__`: whose layout instances extend.
    pub fn base(&self) -> Option<Py<Type>> {
        self.base.borrow().clone()
    }

    pub fn bases(&self) -> Vec<Py<Type>> {
        self.bases.borrow().clone()
    }

    pub(crate) fn set_bases(&self, base: Option<Py<Type>>, bases: Vec<Py<Type>>) {
        let old = (
            self.base.replace(base),
            self.bases.replace(bases),
            self.bases_tuple.take(),
        );
        drop(old);
    }

    /// `__bases__`.
    pub(crate) fn bases_tuple(&self, cx: &Ctx) -> Py<Tuple> {
        if let Some(known) = &*self.bases_tuple.borrow() {
            return known.clone();
        }
        let made = cx.new_tuple(self.bases().into_iter().map(Py::into_value).collect());
        self.set_bases_tuple(&made);
        made
    }

    /// Shows these bases, which are the present ones, from now on.
    pub(crate) fn set_bases_tuple(&self, bases: &Py<Tuple>) {
        let old = self.bases_tuple.replace(Some(bases.clone()));
        drop(old);
    }

    /// The method resolution order, the type itself first.
    pub fn mro(&self) -> Rc<[Py<Type>]> {
        self.mro.borrow().clone()
    }

    /// Shows a type of the MRO to `look`, which runs no Python code.
    #[inline(always)]
    pub(super) fn in_mro<R>(&self, index: usize, look: impl FnOnce(&Py<Type>) -> R) -> Option<R> {
        self.mro.borrow().get(index).map(look)
    }

    pub(crate) fn set_mro(&self, mro: impl Into<Rc<[Py<Type>]>>) {
        drop(self.mro.replace(mro.into()));
    }

    /// The type's own attributes.
    pub fn dict(&self) -> &Py<Dict> {
        self.dict
            .get()
            .expect("a type gets its dict before anybody sees it")
    }

    /// Gives a new type its dict; a second call has no effect.
    pub(crate) fn set_dict(&self, dict: Py<Dict>) {
        let _ = self.dict.set(dict);
    }

    /// The version for inline caches; 0 if nobody asked since the last change.
    #[inline(always)]
    pub fn known_version(&self) -> u32 {
        self.version.get()
    }

    pub fn subclasses(&self) -> Vec<Py<Type>> {
        self.subclasses
            .borrow()
            .iter()
            .map(|known| Py::clone(known))
            .collect()
    }
}

impl Py<Type> {
    /// Names the type's present state for inline caches; unique in the isolate, 0 when exhausted.
    #[inline(always)]
    pub fn version(&self, cx: &Ctx) -> u32 {
        match self.version.get() {
            0 => self.renew_version(cx),
            version => version,
        }
    }

    #[inline(never)]
    fn renew_version(&self, cx: &Ctx) -> u32 {
        // A change of any base must reach this type: bases without a version would not pass it on.
        for base in self.bases.borrow().iter() {
            base.version(cx);
        }
        self.version.set(cx.isolate().next_type_version());
        self.version.get()
    }

    /// Forgets what caches know of this type and its subclasses.
    pub fn modified(&self) {
        if self.version.replace(0) != 0 {
            for subclass in self.subclasses() {
                subclass.modified();
            }
        }
    }

    /// The Python function that makes an instance out of an empty object, if calling the class does nothing else and
    /// [`Self::remember_python_init`] said so for the present version.
    #[inline(always)]
    pub(crate) fn python_init(&self) -> Option<Py<Function>> {
        let version = self.version.get();
        if version == 0 || version != self.init_version.get() {
            return None;
        }
        let init = self.init.get()?;
        // SAFETY: invariant 4; only functions are stored there.
        Some(unsafe { Value::from_borrowed(init.as_ptr()).downcast_unchecked() })
    }

    /// Says that calling the class, in its present version, makes an empty object and calls `init` on it.
    pub(crate) fn remember_python_init(&self, version: u32, init: &Py<Function>) {
        self.init.set(Some(NonNull::from(init.header())));
        self.init_version.set(version);
    }

    /// Whether `other` is in the MRO.
    #[inline]
    pub fn is_subtype(&self, other: &Self) -> bool {
        self.is(other) || self.mro.borrow().iter().any(|class| class.is(other))
    }

    pub(crate) fn add_subclass(&self, subclass: &Self) {
        // SAFETY: invariant 5.
        let word = unsafe { subclass.borrowed_word() };
        self.subclasses.borrow_mut().push(word);
    }

    pub(crate) fn remove_subclass(&self, subclass: &Self) {
        self.subclasses
            .borrow_mut()
            .retain(|known| !known.is(subclass));
    }
}

impl Traverse for Type {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.bases
            .borrow()
            .iter()
            .for_each(|class| visit(class.as_value()));
        self.bases_tuple
            .borrow()
            .iter()
            .for_each(|bases| visit(bases.as_value()));
        self.mro
            .borrow()
            .iter()
            .for_each(|class| visit(class.as_value()));
        self.base
            .borrow()
            .iter()
            .for_each(|class| visit(class.as_value()));
        self.dict
            .get()
            .into_iter()
            .for_each(|dict| visit(dict.as_value()));
        self.qualname
            .borrow()
            .iter()
            .for_each(|name| visit(name.as_value()));
        self.member_names
            .borrow()
            .iter()
            .for_each(|name| visit(name.as_value()));
        for shape in self.shapes.borrow().iter() {
            shape.visit_names(visit);
        }
    }

    fn clear(&self) {
        self.version.set(0);
        if let Some(dict) = self.dict.get() {
            dict.clear();
        }
        let mro = self.mro.replace(Rc::new([]));
        drop(mro);
    }
}

impl Drop for Type {
    fn drop(&mut self) {
        let address = std::ptr::from_ref(self).addr();
        for base in self.bases.borrow().iter() {
            base.subclasses
                .borrow_mut()
                .retain(|known| std::ptr::from_ref::<Self>(known).addr() != address);
        }
    }
}
