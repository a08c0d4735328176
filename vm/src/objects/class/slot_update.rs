//! Filling the slots of classes written in Python from the methods they have, and again when those change.
//!
//! CPython 3.14: `update_one_slot`, `fixup_slot_dispatchers`, `type_add_operators` (`Objects/typeobject.c`).
//! Invariant: a slot's bit in `Type::look_ups` says that the slot holds the function that looks the method up.
//! Tests: `tests/run/class/`.

use super::slot_functions::hash_not_implemented;
use super::slot_table::{SLOT_DEFS, SlotDef};
use crate::ctx::Ctx;
use crate::objects::descriptor::{MethodDescriptor, WrapperDescriptor};
use crate::objects::native_function::NativeFunction;
use crate::objects::slots::{SlotId, Slots};
use crate::objects::{Str, Type};
use crate::value::{Py, Value};

fn groups() -> impl Iterator<Item = &'static [SlotDef]> {
    SLOT_DEFS.chunk_by(|left, right| left.slot == right.slot)
}

/// What the rows of a slot say about its content.
#[derive(Default)]
struct Choice {
    /// The native type whose function fits.
    native: Option<Py<Type>>,
    unhashable: bool,
    look_up: Option<fn(&Slots)>,
    must_look_up: bool,
}

impl Py<Type> {
    /// Gives a new class its slots: those of its bases, then what its methods say.
    pub(crate) fn fill_slots(&self, cx: &Ctx) {
        for base in self.mro().iter().skip(1) {
            self.slots.inherit(&base.slots);
        }
        for group in groups() {
            self.fill_slot(cx, group);
        }
    }

    /// Fills the slots that `name` belongs to again, here and in all subclasses.
    pub(crate) fn refill_slots(&self, cx: &Ctx, name: &Py<Str>) {
        for group in groups() {
            if group.iter().any(|def| name.as_wtf8() == def.name) {
                self.refill_slot(cx, group);
            }
        }
    }

    /// Fills all slots again, here and in all subclasses (the bases changed).
    pub(crate) fn refill_all_slots(&self, cx: &Ctx) {
        for group in groups() {
            self.refill_slot(cx, group);
        }
    }

    fn refill_slot(&self, cx: &Ctx, group: &'static [SlotDef]) {
        if self.is_heap_type() {
            self.fill_slot(cx, group);
        }
        for subclass in self.subclasses() {
            subclass.refill_slot(cx, group);
        }
    }

    fn fill_slot(&self, cx: &Ctx, group: &'static [SlotDef]) {
        let slot = group[0].slot;
        let mut choice = Choice::default();
        let mut any = false;
        for def in group {
            if let Some(found) = self.lookup(cx, (def.key)(cx.names())) {
                any = true;
                self.weigh(cx, def, &found, &mut choice);
            }
        }
        self.set_look_up(slot, false);
        if !any {
            self.slots.empty(slot);
        } else if choice.unhashable && !choice.must_look_up {
            self.slots.hash.set(Some(hash_not_implemented));
        } else if let (Some(native), false) = (&choice.native, choice.must_look_up) {
            self.slots.copy(&native.slots, slot);
        } else if let Some(look_up) = choice.look_up {
            look_up(&self.slots);
            self.set_look_up(slot, true);
        } else {
            self.slots.empty(slot);
        }
    }

    fn weigh(&self, cx: &Ctx, def: &'static SlotDef, found: &Value, choice: &mut Choice) {
        choice.look_up = choice.look_up.or(def.look_up);
        let native = if let Some(wrapper) = found.downcast_ref::<WrapperDescriptor>() {
            (wrapper.def.name == def.name && self.is_subtype(&wrapper.class))
                .then(|| wrapper.class.clone())
        } else if def.slot == SlotId::new {
            // `__new__` of any native type: instances are made as the base says, whose memory they have.
            found
                .downcast_ref::<NativeFunction>()
                .filter(|function| std::ptr::eq(function.def, &raw const super::call::NEW))
                .and_then(|_| self.base())
                .filter(|base| !base.looks_up(SlotId::new))
        } else if def.slot == SlotId::hash && found.is_none() {
            choice.unhashable = true;
            return;
        } else {
            // A native method beside the slot, which does the same.
            found
                .downcast_ref::<MethodDescriptor>()
                .filter(|method| method.def.name == def.name && self.is_subtype(&method.class))
                .map(|method| method.class.clone())
        };
        let _ = cx;
        match (native, &choice.native) {
            (None, _) => choice.must_look_up = true,
            (Some(native), None) => choice.native = Some(native),
            (Some(native), Some(known)) => {
                if !native.slots.same(&known.slots, def.slot) {
                    choice.must_look_up = true;
                }
            }
        }
    }
}

impl Ctx {
    /// Gives a native type the wrapper descriptors of the slots that it fills itself.
    pub(crate) fn add_wrapper_descriptors(&self, class: &Py<Type>) {
        for def in SLOT_DEFS {
            if def.wrapper.is_none() || !class.slots.has(def.slot) {
                continue;
            }
            let name = (def.key)(self.names());
            if !class.dict().contains_str(name) {
                let wrapper = self.new_wrapper_descriptor(class, def);
                class.dict().set_str(name, wrapper.into_value());
            }
        }
    }
}
