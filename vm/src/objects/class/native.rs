//! Types out of [`ClassDef`]s.
//!
//! CPython 3.14: `type_ready` (`Objects/typeobject.c`).

use taipan_text::Wtf8Buf;

use crate::ctx::Ctx;
use crate::native::ClassDef;
use crate::objects::{Type, TypeFlags};
use crate::value::Py;

impl Type {
    /// The type object of a native class, without bases, dict and attributes.
    pub(crate) fn declared(def: &'static ClassDef) -> Self {
        Self::new(
            Wtf8Buf::from(def.name),
            (def.layout)(),
            def.flags | TypeFlags::IMMUTABLE,
            Some(def),
        )
    }
}

impl Ctx {
    /// The isolate's type for a native class, made at the first call.
    pub fn native_class(&self, def: &'static ClassDef) -> Py<Type> {
        if let Some(class) = self.isolate().known_class(def) {
            return class;
        }
        let class = self
            .heap()
            .allocate(&self.types().type_, Type::declared(def));
        self.isolate().remember_class(def, &class);
        self.complete_class(&class);
        class
    }

    /// Gives a declared type its base, MRO, slots and attributes. A second call has no effect.
    pub(crate) fn complete_class(&self, class: &Py<Type>) {
        let Some(def) = class.def else { return };
        if !class.mro().is_empty() {
            return;
        }
        class.header().make_immortal();
        let base = match def.base {
            Some(base) => Some(self.native_class(base())),
            None if class.is(&self.types().object) => None,
            None => Some(self.types().object.clone()),
        };
        let mut mro = vec![class.clone()];
        if let Some(base) = &base {
            self.complete_class(base);
            mro.extend(base.mro().iter().cloned());
            let inherited = TypeFlags::ATTRIBUTES
                | TypeFlags::WEAKREF
                | TypeFlags::SEQUENCE
                | TypeFlags::MAPPING
                | TypeFlags::MATCH_SELF;
            class.set_flags(base.flags() & inherited, true);
            base.add_subclass(class);
        }
        class.lay_out(0, 0);
        class.set_bases(base.clone(), base.iter().cloned().collect());
        class.set_mro(mro);
        class.set_dict(self.new_dict());
        (def.fill_slots)(&class.slots);
        self.add_native_attributes(class);
        if let Some(base) = &base {
            class.slots.inherit(&base.slots);
        }
    }
}
