//! What instances of a new class look like: which base's memory they extend, and their `__slots__`.
//!
//! CPython 3.14: `best_base`, `solid_base`, `type_new_slots`, `compatible_for_assignment` (`Objects/typeobject.c`).
//! Invariant: the class whose memory is the most special among all bases ("solid") derives from all others, so that
//! one memory layout serves all of them. Tests: `tests/run/class/`.

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::objects::{Str, Tuple, Type, TypeFlags};
use crate::value::{Py, Value};

/// The nearest ancestor that adds memory to what its base has.
pub(super) fn solid_base(class: &Py<Type>) -> Py<Type> {
    let mut class = class.clone();
    loop {
        let Some(base) = class.base() else {
            return class;
        };
        let adds_memory =
            !std::ptr::eq(class.layout, base.layout) || class.member_count() != base.member_count();
        if adds_memory {
            return class;
        }
        class = base;
    }
}

/// The base whose memory instances extend.
///
/// # Errors
/// `TypeError` if a base cannot be subclassed or two bases' memory does not fit together.
pub(super) fn best_base(cx: &Ctx, bases: &[Py<Type>]) -> PyResult<Py<Type>> {
    let mut best: Option<(Py<Type>, Py<Type>)> = None;
    for base in bases {
        if !base.flags().contains(TypeFlags::SUBCLASSABLE) {
            let name = base.full_name();
            return Err(cx.type_error(format!("type '{name}' is not an acceptable base type")));
        }
        let candidate = solid_base(base);
        let better = match &best {
            None => true,
            Some((_, winner)) if winner.is_subtype(&candidate) => false,
            Some((_, winner)) if candidate.is_subtype(winner) => true,
            Some(_) => {
                return Err(cx.type_error("multiple bases have instance lay-out conflict"));
            }
        };
        if better {
            best = Some((base.clone(), candidate));
        }
    }
    match best {
        Some((base, _)) => Ok(base),
        None => Ok(cx.types().object.clone()),
    }
}

/// Whether instances vary in size, so that nothing but attributes can be added to them.
pub(super) fn has_items(cx: &Ctx, class: &Py<Type>) -> bool {
    item_size(cx, class) != 0
}

/// `__itemsize__`: CPython's bytes of an item, for types whose instances end with items. (A `str` does not there.)
pub(super) fn item_size(cx: &Ctx, class: &Py<Type>) -> usize {
    let types = cx.types();
    let sizes = [
        (&types.tuple, 8),
        (&types.int, 4),
        (&types.bytes, 1),
        (&types.type_, 40),
    ];
    sizes
        .iter()
        .find(|(base, _)| class.is_subtype(base))
        .map_or(0, |(_, size)| *size)
}

/// The `__slots__` of a class body, read.
pub(super) struct SlotNames {
    /// The members, mangled and sorted.
    pub(super) members: Vec<Py<Str>>,
    pub(super) dict: bool,
    pub(super) weakref: bool,
}

/// Reads `__slots__` and checks it against the base.
///
/// # Errors
/// `TypeError` or `ValueError`, as CPython words them.
pub(super) fn read_slots(
    cx: &Ctx,
    name: &Py<Str>,
    base: &Py<Type>,
    slots: &Value,
    body: &Py<crate::objects::Dict>,
) -> PyResult<SlotNames> {
    let slots = if slots.downcast_ref::<Str>().is_some() {
        vec![slots.clone()]
    } else if let Some(tuple) = slots.downcast_ref::<Tuple>() {
        tuple.as_slice().to_vec()
    } else {
        cx.collect(slots)?
    };
    let may_add_dict = !base.has_attributes() && !base.is_subtype(&cx.types().type_);
    let may_add_weakref = !base.flags().contains(TypeFlags::WEAKREF) && !has_items(cx, base);
    let mut read = SlotNames {
        members: Vec::new(),
        dict: false,
        weakref: false,
    };
    if !slots.is_empty() && has_items(cx, base) {
        let base = base.full_name();
        return Err(cx.type_error(format!(
            "nonempty __slots__ not supported for subtype of '{base}'"
        )));
    }
    for slot in &slots {
        let Some(slot) = slot.downcast_ref::<Str>() else {
            let given = cx.type_name(slot);
            return Err(cx.type_error(format!("__slots__ items must be strings, not '{given}'")));
        };
        if !is_identifier(slot) {
            return Err(cx.type_error("__slots__ must be identifiers"));
        }
        if slot.as_wtf8() == "__dict__" {
            if !may_add_dict || read.dict {
                return Err(cx.type_error("__dict__ slot disallowed: we already got one"));
            }
            read.dict = true;
        } else if slot.as_wtf8() == "__weakref__" {
            if !may_add_weakref || read.weakref {
                return Err(cx.type_error("__weakref__ slot disallowed: we already got one"));
            }
            read.weakref = true;
        } else {
            let mangled = mangle(cx, name, slot);
            let allowed_in_body = ["__qualname__", "__classcell__", "__classdictcell__"]
                .iter()
                .any(|allowed| slot.as_wtf8() == *allowed);
            if body.contains_str(&mangled) && !allowed_in_body {
                let slot = cx.repr(slot.as_value())?;
                return Err(cx.value_error(format!(
                    "{} in __slots__ conflicts with class variable",
                    slot.to_string_lossy()
                )));
            }
            read.members.push(mangled);
        }
    }
    read.members
        .sort_by(|left, right| left.as_wtf8().cmp(right.as_wtf8()));
    Ok(read)
}

fn is_identifier(text: &Py<Str>) -> bool {
    taipan_text::unicode::is_identifier(text.as_wtf8())
}

/// Gives a private name of a class body its class's name (`_Py_Mangle`).
fn mangle(cx: &Ctx, class: &Py<Str>, name: &Py<Str>) -> Py<Str> {
    let (class, text) = (class.to_string_lossy(), name.to_string_lossy());
    let is_private = text.starts_with("__") && !text.ends_with("__") && !text.contains('.');
    let class = class.trim_start_matches('_');
    if is_private && !class.is_empty() {
        cx.intern(format!("_{class}{text}").as_str())
    } else {
        cx.intern_object(name)
    }
}

/// Checks that instances of `old` can become instances of `new`; `attribute` is what was assigned to.
///
/// # Errors
/// `TypeError` if their memory differs.
pub(crate) fn check_class_change(
    cx: &Ctx,
    old: &Py<Type>,
    new: &Py<Type>,
    attribute: &str,
) -> PyResult<()> {
    let same = |flag: TypeFlags| old.flags().contains(flag) == new.flags().contains(flag);
    let same_members = old.member_count() == new.member_count()
        && old
            .member_names()
            .iter()
            .zip(new.member_names())
            .all(|(left, right)| left.equals(&right));
    let (old_room, new_room) = (makes_room(old), makes_room(new));
    let same_place = old_room.is(&new_room)
        || match (old_room.base(), new_room.base()) {
            (Some(old), Some(new)) => old.is(&new),
            _ => false,
        };
    if std::ptr::eq(old.layout, new.layout)
        && same(TypeFlags::ATTRIBUTES)
        && same(TypeFlags::WEAKREF)
        && same_members
        && same_place
    {
        return Ok(());
    }
    Err(cx.type_error(format!(
        "{attribute} assignment: '{}' object layout differs from '{}'",
        new.full_name(),
        old.full_name()
    )))
}

/// The class nearest to `class` in its line of bases whose instances are larger than those of its base.
fn makes_room(class: &Py<Type>) -> Py<Type> {
    let room = TypeFlags::ATTRIBUTES | TypeFlags::WEAKREF;
    let mut class = class.clone();
    while let Some(base) = class.base() {
        let is_same = std::ptr::eq(class.layout, base.layout)
            && class.member_count() == base.member_count()
            && class.flags() & room == base.flags() & room;
        if !is_same {
            break;
        }
        class = base;
    }
    class
}
