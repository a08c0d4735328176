//! Making classes at run time: `type(name, bases, dict, **keywords)` and thereby the `class` statement.
//!
//! CPython 3.14: `type_new` and what it calls (`Objects/typeobject.c`). Tests: `tests/run/class/`.

use std::rc::Rc;

use super::layout::{best_base, has_items, read_slots};
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::Args;
use crate::objects::cell::Cell;
use crate::objects::descriptor::MemberPlace;
use crate::objects::function::Function;
use crate::objects::slots::SlotId;
use crate::objects::{Dict, Str, Tuple, Type, TypeFlags};
use crate::value::{Py, Value};

/// What `type.__new__` was called with, checked.
struct Request<'a> {
    name: &'a Py<Str>,
    bases: Vec<Py<Type>>,
    /// The bases as they were given, if any were.
    given_bases: Option<&'a Py<Tuple>>,
    base: Py<Type>,
    /// A copy of the class body's namespace.
    dict: Py<Dict>,
}

/// `type.__new__(meta, name, bases, dict, **keywords)`.
pub(super) fn new(cx: &Ctx, meta: &Py<Type>, args: Args<'_>) -> PyResult<Value> {
    let [name, bases, body] = args.positional() else {
        let given = args.positional().len();
        return Err(cx.type_error(format!(
            "type.__new__() takes exactly 3 arguments ({given} given)"
        )));
    };
    let wrong = |position: usize, wanted: &str, value: &Value| {
        let given = cx.type_name_for_argument(value);
        cx.type_error(format!(
            "type.__new__() argument {position} must be {wanted}, not {given}"
        ))
    };
    let name = name
        .downcast_ref::<Str>()
        .ok_or_else(|| wrong(1, "str", name))?;
    let given_bases = bases
        .downcast_ref::<Tuple>()
        .ok_or_else(|| wrong(2, "tuple", bases))?;
    let body = body
        .downcast_ref::<Dict>()
        .ok_or_else(|| wrong(3, "dict", body))?;
    let mut bases = Vec::with_capacity(given_bases.length());
    for base in given_bases.as_slice() {
        match base.downcast_ref::<Type>() {
            Some(base) => bases.push(base.clone()),
            None if cx.find_attr(base, &cx.names().__mro_entries__)?.is_some() => {
                return Err(cx.type_error(
                    "type() doesn't support MRO entry resolution; use types.new_class()",
                ));
            }
            None => bases.push(
                base.clone()
                    .downcast::<Type>()
                    .map_err(|_| cx.type_error("bases must be types"))?,
            ),
        }
    }
    let winner = cx.most_derived_metaclass(meta, given_bases.as_slice())?;
    if !winner.is(meta)
        && !winner.slots.same(&cx.types().type_.slots, SlotId::new)
        && let Some(new) = winner.slots.new.get()
    {
        return new(cx, &winner, args);
    }
    if bases.is_empty() {
        bases.push(cx.types().object.clone());
    }
    let base = best_base(cx, &bases)?;
    let request = Request {
        name,
        bases,
        given_bases: (given_bases.length() > 0).then_some(given_bases),
        base,
        dict: cx.new_dict_from(body.duplicate()),
    };
    let class = build(cx, &winner, request)?;
    set_names(cx, &class)?;
    init_subclass(cx, &class, args)?;
    Ok(class.into_value())
}

impl Ctx {
    /// The most derived of `meta` and the types of `bases`.
    ///
    /// # Errors
    /// `TypeError` if there is none.
    pub fn most_derived_metaclass(&self, meta: &Py<Type>, bases: &[Value]) -> PyResult<Py<Type>> {
        let mut winner = meta.clone();
        for base in bases {
            let candidate = self.class_of(base);
            if winner.is_subtype(candidate) {
                continue;
            }
            if !candidate.is_subtype(&winner) {
                return Err(self.type_error(
                    "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the \
                     metaclasses of all its bases",
                ));
            }
            winner = candidate.clone();
        }
        Ok(winner)
    }
}

fn build(cx: &Ctx, meta: &Py<Type>, request: Request<'_>) -> PyResult<Py<Type>> {
    let Request {
        name,
        bases,
        given_bases,
        base,
        dict,
    } = request;
    let names = cx.names();
    if name.as_wtf8().as_bytes().contains(&0) {
        return Err(cx.value_error("type name must not contain null characters"));
    }
    if name.as_wtf8().first_surrogate().is_some() {
        return Err(cx.surrogates_not_allowed(name));
    }
    let slots = dict.get_str(&names.__slots__);
    let mut flags = TypeFlags::HEAP | TypeFlags::SUBCLASSABLE;
    let inherited = TypeFlags::ATTRIBUTES
        | TypeFlags::WEAKREF
        | TypeFlags::SEQUENCE
        | TypeFlags::MAPPING
        | TypeFlags::MATCH_SELF;
    flags |= base.flags() & (TypeFlags::ATTRIBUTES | TypeFlags::WEAKREF);
    for base in &bases {
        flags |= base.flags() & (TypeFlags::MATCH_SELF | TypeFlags::ANY_KEYWORDS);
        // The first base that is a sequence or a mapping decides how patterns see the class.
        let collection = TypeFlags::SEQUENCE | TypeFlags::MAPPING;
        if !flags.intersects(collection) {
            flags |= base.flags() & collection;
        }
    }
    debug_assert!(inherited.contains(flags & inherited));
    let is_metaclass = base.is_subtype(&cx.types().type_);
    let had = base.flags();
    let mut members = Vec::new();
    match &slots {
        None => {
            flags.set(TypeFlags::ATTRIBUTES, !is_metaclass);
            flags.set(
                TypeFlags::WEAKREF,
                had.contains(TypeFlags::WEAKREF) || !has_items(cx, &base),
            );
        }
        Some(slots) => {
            let read = read_slots(cx, name, &base, slots, &dict)?;
            if read.dict {
                flags |= TypeFlags::ATTRIBUTES;
            }
            if read.weakref {
                flags |= TypeFlags::WEAKREF;
            }
            members = read.members;
            // A second base may bring what the first lacks.
            for other in &bases {
                if !members.is_empty() || !other.is(&base) {
                    flags |= other.flags() & TypeFlags::WEAKREF;
                    if !is_metaclass {
                        flags |= other.flags() & TypeFlags::ATTRIBUTES;
                    }
                }
            }
        }
    }
    let class = cx.heap().allocate(
        meta,
        Type::new(name.as_wtf8().to_owned(), base.layout, flags, None),
    );
    let capacity = attribute_capacity(cx, &base, &dict);
    class.lay_out(base.member_count() + members.len(), capacity);
    let mut member_names = base.member_names();
    let first_member = member_names.len();
    member_names.extend(members.iter().cloned());
    class.set_member_names(member_names);
    fill_dict(cx, &class, &dict)?;
    fill_cells(cx, &class, &dict)?;
    for (index, member) in members.into_iter().enumerate() {
        let place = MemberPlace::Slot(first_member + index);
        let descriptor = cx.new_member_descriptor(&class, member.clone(), place);
        dict.set_str(&member, descriptor.into_value());
    }
    class.set_dict(dict);
    class.set_bases(Some(base.clone()), bases.clone());
    if let Some(given) = given_bases {
        class.set_bases_tuple(given);
    }
    super::getset::add_instance_getsets(cx, &class, had);
    fill_defaults(cx, class.dict());
    check_keys(cx, &class)?;
    let old = class.mro();
    let mro = super::methods::compute_mro(cx, &class)?;
    // `mro()` of a metaclass may have assigned `__bases__`, and with them a newer MRO.
    if Rc::ptr_eq(&class.mro(), &old) {
        class.set_mro(mro);
    }
    for base in class.bases() {
        base.remove_subclass(&class);
        base.add_subclass(&class);
    }
    class.fill_slots(cx);
    inherit_abstractness(cx, &class)?;
    class.modified();
    Ok(class)
}

/// How many attributes instances get at first: those that the methods of the class and its bases assign to.
fn attribute_capacity(cx: &Ctx, base: &Py<Type>, dict: &Py<Dict>) -> usize {
    let own = dict
        .get_str(&cx.names().__static_attributes__)
        .and_then(|names| names.downcast_ref::<Tuple>().map(|names| names.length()))
        .unwrap_or(0);
    let inherited = if base.is_heap_type() {
        base.capacity()
    } else {
        0
    };
    match own + inherited {
        0 => 4,
        known => known,
    }
}

/// Completes the namespace: qualified name, module, documentation, implicit static and class methods.
fn fill_dict(cx: &Ctx, class: &Py<Type>, dict: &Py<Dict>) -> PyResult<()> {
    let names = cx.names();
    if let Some(qualname) = dict.remove_str(&names.__qualname__) {
        let Ok(text) = qualname.clone().downcast::<Str>() else {
            let given = cx.type_name(&qualname);
            return Err(cx.type_error(format!("type __qualname__ must be a str, not {given}")));
        };
        class.set_qualname(text);
    }
    if !dict.contains_str(&names.__module__)
        && let Some(globals) = cx.current_globals()
        && let Some(module) = globals.get_str(&names.__name__)
    {
        dict.set_str(&names.__module__, module);
    }
    if let Some(new) = dict.get_str(&names.__new__)
        && is_function(&new)
    {
        dict.set_str(&names.__new__, cx.new_static_method(new).into_value());
    }
    for name in [&names.__init_subclass__, &names.__class_getitem__] {
        if let Some(method) = dict.get_str(name)
            && is_function(&method)
        {
            dict.set_str(name, cx.new_class_method(method).into_value());
        }
    }
    Ok(())
}

/// What every class has: `__doc__`, and with `__eq__` also `__hash__`.
fn fill_defaults(cx: &Ctx, dict: &Py<Dict>) {
    let names = cx.names();
    if !dict.contains_str(&names.__doc__) {
        dict.set_str(&names.__doc__, Value::NONE);
    }
    if dict.contains_str(&names.__eq__) && !dict.contains_str(&names.__hash__) {
        dict.set_str(&names.__hash__, Value::NONE);
    }
}

/// Warns of names that are no strings.
fn check_keys(cx: &Ctx, class: &Py<Type>) -> PyResult<()> {
    let is_text = |key: &Value| cx.class_of(key).is(&cx.types().str);
    if class.dict().keys().iter().all(is_text) {
        return Ok(());
    }
    let name = class.name().to_string_lossy().into_owned();
    let message = format!("non-string key in the __dict__ of class {name}");
    cx.warn(&cx.types().runtime_warning, &message)
}

/// `__abstractmethods__` in the namespace makes the class abstract.
fn inherit_abstractness(cx: &Ctx, class: &Py<Type>) -> PyResult<()> {
    if let Some(methods) = class.dict().get_str(&cx.names().__abstractmethods__) {
        let is_abstract = cx.is_true(&methods)?;
        class.set_flags(TypeFlags::ABSTRACT, is_abstract);
    }
    Ok(())
}

/// Stores into a `cell`; `false` if `cell` is none.
fn fill_cell(cell: &Value, content: Value) -> bool {
    match cell.downcast_ref::<Cell>() {
        Some(cell) => {
            cell.contents.set(Some(content));
            true
        }
        None => false,
    }
}

/// Tells the cells of `__class__` and `__classdict__` what they hold.
fn fill_cells(cx: &Ctx, class: &Py<Type>, dict: &Py<Dict>) -> PyResult<()> {
    let names = cx.names();
    if let Some(cell) = dict.get_str(&names.__classcell__) {
        if !fill_cell(&cell, class.to_value()) {
            let repr = cx.repr(cx.class_of(&cell).as_value())?;
            return Err(cx.type_error(format!(
                "__classcell__ must be a nonlocal cell, not {}",
                repr.to_string_lossy()
            )));
        }
        dict.remove_str(&names.__classcell__);
    }
    if let Some(cell) = dict.get_str(&names.__classdictcell__) {
        if !fill_cell(&cell, dict.to_value()) {
            let repr = cx.repr(cx.class_of(&cell).as_value())?;
            return Err(cx.type_error(format!(
                "__classdictcell__ must be a nonlocal cell, not {}",
                repr.to_string_lossy()
            )));
        }
        dict.remove_str(&names.__classdictcell__);
    }
    Ok(())
}

/// Calls `__set_name__` of what the namespace holds.
fn set_names(cx: &Ctx, class: &Py<Type>) -> PyResult<()> {
    let name = &cx.names().__set_name__;
    for (key, value) in class.dict().items() {
        let Some(set_name) = cx.find_special(&value, name)? else {
            continue;
        };
        if let Err(error) = cx.call(&set_name, &[class.to_value(), key.clone()]) {
            let note = format!(
                "Error calling __set_name__ on '{}' instance {} in '{}'",
                cx.type_name(&value),
                cx.repr(&key)?.to_string_lossy(),
                class.full_name()
            );
            cx.add_note(&error, &note)?;
            return Err(error);
        }
    }
    Ok(())
}

/// Calls `super(class, class).__init_subclass__(**keywords)`.
fn init_subclass(cx: &Ctx, class: &Py<Type>, args: Args<'_>) -> PyResult<()> {
    if !class.mro().iter().any(|base| base.is(class)) {
        // A metaclass's `mro()` left it out.
        let name = class.full_name();
        return Err(cx.type_error(format!(
            "super(type, obj): obj (type {name}) is not an instance or subtype of type ({name})."
        )));
    }
    let name = &cx.names().__init_subclass__;
    let Some(found) = class.lookup_after(class, name) else {
        return Ok(());
    };
    let method = match cx.class_of(&found).slots.descr_get.get() {
        Some(get) => get(cx, &found, Some(class.as_value()), Some(class.as_value()))?,
        None => found,
    };
    let values = &args.values()[args.positional().len()..];
    cx.call_with(&method, Args::new(values, args.names()))
        .map(drop)
}

fn is_function(value: &Value) -> bool {
    value.downcast_ref::<Function>().is_some()
}
