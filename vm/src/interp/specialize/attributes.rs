//! `LOAD_ATTR` and `STORE_ATTR`.

use crate::ctx::Ctx;
use crate::heap::Header;
use crate::interp::inline_cache as cache;
use crate::interp::numbers::*;
use crate::interp::stack::Regs;
use crate::objects::descriptor::{MemberDescriptor, MemberPlace, WrapperDescriptor};
use crate::objects::slots::SlotId;
use crate::objects::{Module, Property, Str, Type, TypeFlags, attrs};
use crate::value::{Py, Value};

/// Specialises the `LOAD_ATTR` that was just fetched for the owner on top of the stack.
#[cold]
#[inline(never)]
pub(in crate::interp) fn load_attr(cx: &Ctx, r: &Regs, arg: u32) {
    let owner = r.peek(0);
    let name = r.frame.code.name_at(arg >> 1);
    let place = Place {
        cx,
        r,
        offset: r.offset() - 1,
        is_call: arg & 1 != 0,
    };
    r.frame.code.rewrite(place.offset, LOAD_ATTR, &[]);
    if let Some(class) = owner.downcast_ref::<Type>() {
        place.attribute_of_class(class, name);
        return;
    }
    let class = cx.class_of(owner).clone();
    let version = class.version(cx);
    if version == 0 {
        return;
    }
    if owner.downcast_ref::<Module>().is_some() {
        place.attribute_of_module(owner, &class, version, name);
    } else if looks_up_generically(cx, &class) {
        place.attribute_of_instance(owner, &class, version, name);
    }
}

/// The instruction that is to be specialised.
struct Place<'a> {
    cx: &'a Ctx,
    r: &'a Regs,
    offset: usize,
    is_call: bool,
}

impl Place<'_> {
    fn attribute_of_class(&self, class: &Py<Type>, name: &Py<Str>) {
        let cx = self.cx;
        let meta = cx.class_of(class.as_value());
        let types = cx.types();
        if !same_slot(meta, &types.type_, SlotId::getattr) || meta.lookup(cx, name).is_some() {
            return;
        }
        let (version, meta_version) = (class.version(cx), meta.version(cx));
        let Some(found) = class.lookup(cx, name) else {
            return;
        };
        // Functions and native methods bind to nothing when they come through the class.
        let binds = cx.class_of(&found).slots.descr_get.get().is_some();
        if version == 0 || meta_version == 0 || (binds && !is_method(cx, &found)) {
            return;
        }
        let op = if meta.is(&types.type_) {
            LOAD_ATTR_CLASS
        } else {
            LOAD_ATTR_CLASS_WITH_METACLASS_CHECK
        };
        self.remember_class_value(op, version, meta_version, &found);
    }

    fn attribute_of_module(&self, owner: &Value, class: &Py<Type>, version: u32, name: &Py<Str>) {
        let cx = self.cx;
        let is_plain = class.is(&cx.types().module) && class.lookup(cx, name).is_none();
        if let (true, Some(header)) = (is_plain, owner.header()) {
            self.entry_of_dict(header, LOAD_ATTR_MODULE, class, version, name);
        }
    }

    fn attribute_of_instance(&self, owner: &Value, class: &Py<Type>, version: u32, name: &Py<Str>) {
        let cx = self.cx;
        let Some(header) = owner.header() else {
            return;
        };
        let found = class.lookup(cx, name);
        if let Some(found) = &found
            && cx.class_of(found).slots.descr_set.get().is_some()
        {
            self.data_descriptor(class, version, found);
            return;
        }
        let code = &self.r.frame.code;
        let shape = attrs::shape(header, class);
        if let Some(shape) = shape
            && let Some(slot) = shape.slot(name)
        {
            cache::remember_instance_value(code, self.offset, class, version, shape, slot);
            return;
        }
        let dict = attrs::known_dict(header, class);
        if let Some(dict) = &dict
            && dict.position_str(name).is_some()
        {
            self.entry_of_dict(header, LOAD_ATTR_WITH_HINT, class, version, name);
            return;
        }
        let Some(found) = found else {
            return;
        };
        let is_method = self.is_call && is_method(cx, &found);
        if !is_method && cx.class_of(&found).slots.descr_get.get().is_some() {
            return;
        }
        match (shape, class.has_attributes()) {
            (Some(shape), _) => {
                let op = if is_method {
                    LOAD_ATTR_METHOD_WITH_VALUES
                } else {
                    LOAD_ATTR_NONDESCRIPTOR_WITH_VALUES
                };
                if let Some(guard) = cache::shape_guard(class, shape) {
                    self.remember_class_value(op, version, guard, &found);
                }
            }
            (None, false) => {
                let op = if is_method {
                    LOAD_ATTR_METHOD_NO_DICT
                } else {
                    LOAD_ATTR_NONDESCRIPTOR_NO_DICT
                };
                self.remember_class_value(op, version, 0, &found);
            }
            // A dict of its own may get any name.
            (None, true) => {}
        }
    }

    fn data_descriptor(&self, class: &Py<Type>, version: u32, found: &Value) {
        let code = &self.r.frame.code;
        if let Some(member) = found.downcast_ref::<MemberDescriptor>() {
            if let MemberPlace::Slot(index) = member.place
                && class.is_subtype(&member.class)
            {
                cache::remember_member(code, self.offset, class, version, index);
            }
        } else if let Some(property) = found.downcast_ref::<Property>()
            && property.header().class().is(&self.cx.types().property)
            && !self.is_call
        {
            self.remember_class_value(LOAD_ATTR_PROPERTY, version, 0, found);
        }
    }

    fn entry_of_dict(
        &self,
        header: &Header,
        op: u8,
        class: &Py<Type>,
        version: u32,
        name: &Py<Str>,
    ) {
        let position = attrs::known_dict(header, class).and_then(|dict| dict.position_str(name));
        if let Some(position) = position.and_then(|position| u32::try_from(position).ok()) {
            let code = &self.r.frame.code;
            cache::remember_dict_entry(code, self.offset, op, class, version, position);
        }
    }

    fn remember_class_value(&self, op: u8, version: u32, guard: u32, value: &Value) {
        let code = &self.r.frame.code;
        cache::remember_class_value(code, self.offset, op, version, guard, value);
    }
}

/// Specialises the `STORE_ATTR` that was just fetched for the owner on top of the stack.
#[cold]
#[inline(never)]
pub(in crate::interp) fn store_attr(cx: &Ctx, r: &Regs, arg: u32) {
    let owner = r.peek(0);
    let (code, offset) = (&r.frame.code, r.offset() - 1);
    code.rewrite(offset, STORE_ATTR, &[]);
    let name = code.name_at(arg);
    let (Some(header), class) = (owner.header(), cx.class_of(owner).clone()) else {
        return;
    };
    let version = class.version(cx);
    if version == 0 || !same_slot(&class, &cx.types().object, SlotId::setattr) {
        return;
    }
    if let Some(found) = class.lookup(cx, name)
        && cx.class_of(&found).slots.descr_set.get().is_some()
    {
        if let Some(member) = found.downcast_ref::<MemberDescriptor>()
            && let MemberPlace::Slot(index) = member.place
            && class.is_subtype(&member.class)
        {
            cache::remember_store_member(code, offset, &class, version, index);
        }
        return;
    }
    let Some(shape) = attrs::shape(header, &class) else {
        return;
    };
    let slot = match (shape.slot(name), shape.transition(name)) {
        (Some(slot), _) => Ok(slot),
        (None, Some(transition)) => Err(transition),
        (None, None) => return,
    };
    cache::remember_store(code, offset, &class, version, shape, slot);
}

/// Whether `LOAD_ATTR` before a call may push it without binding it.
fn is_method(cx: &Ctx, value: &Value) -> bool {
    cx.class_of(value)
        .flags()
        .contains(TypeFlags::METHOD_DESCRIPTOR)
}

fn same_slot(class: &Py<Type>, other: &Py<Type>, slot: SlotId) -> bool {
    class.slots.same(&other.slots, slot)
}

/// Whether what `object.__getattribute__` finds is what instances of the class have: that function is their
/// `__getattribute__`, perhaps with a `__getattr__` for the rest.
fn looks_up_generically(cx: &Ctx, class: &Py<Type>) -> bool {
    let object = &cx.types().object;
    if same_slot(class, object, SlotId::getattr) {
        return true;
    }
    class.looks_up(SlotId::getattr)
        && class
            .lookup(cx, &cx.names().__getattribute__)
            .is_some_and(|found| {
                found
                    .downcast_ref::<WrapperDescriptor>()
                    .is_some_and(|wrapper| wrapper.class.is(object))
            })
}
