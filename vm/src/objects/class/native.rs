//! Types out of [`ClassDef`]s.
//!
//! CPython 3.14: `type_ready` (`Objects/typeobject.c`).

use taipan_text::Wtf8Buf;

use crate::ctx::Ctx;
use crate::native::ClassDef;
use crate::objects::slots::{SlotId, Slots};
use crate::objects::{Type, TypeFlags};
use crate::value::{Py, Value};

use super::slot_functions::hash_not_implemented;

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
                | TypeFlags::MATCH_SELF
                | TypeFlags::ANY_KEYWORDS;
            class.set_flags(base.flags() & inherited, true);
            base.add_subclass(class);
        }
        class.lay_out(0, 0);
        let mut bases: Vec<_> = base.iter().cloned().collect();
        if class.is(&self.types().exception_group) {
            // The only native class with two bases.
            let exception = self.types().exception.clone();
            self.complete_class(&exception);
            mro.insert(2, exception.clone());
            exception.add_subclass(class);
            bases.push(exception);
        }
        class.set_bases(base.clone(), bases);
        class.set_mro(mro);
        class.set_dict(self.new_dict());
        (def.fill_slots)(&class.slots);
        self.add_special_attributes(class, def);
        self.add_native_attributes(class);
        if shows_module(def) && !class.dict().contains_str(&self.names().__module__) {
            let module = self.intern(def.module).into_value();
            class.dict().set_str(&self.names().__module__, module);
        }
        if let Some(base) = &base {
            inherit(&class.slots, &base.slots);
            if class.slots.new.get().is_some() && !has_new(class, base, self) {
                class.slots.new.set(None);
            }
        }
        if class.slots.new.get().is_none() {
            class.set_flags(TypeFlags::NO_NEW, true);
        }
    }

    /// Puts the special methods of a native type's own slots, `__new__` and `__doc__` into its dict.
    fn add_special_attributes(&self, class: &Py<Type>, def: &'static ClassDef) {
        let (dict, names) = (class.dict(), self.names());
        if class.slots.new.get().is_some() {
            let new = self.new_native_function(&super::call::NEW, class.to_value(), None);
            dict.set_str(&names.__new__, new.into_value());
        }
        self.add_wrapper_descriptors(class);
        let is_unhashable = def.flags.contains(TypeFlags::UNHASHABLE)
            || (class.slots.compare.get().is_some() && class.slots.hash.get().is_none());
        if is_unhashable {
            class.slots.hash.set(Some(hash_not_implemented));
            dict.set_str(&names.__hash__, Value::NONE);
        }
        let doc = def
            .doc
            .map_or(Value::NONE, |doc| self.intern(doc).into_value());
        dict.set_str(&names.__doc__, doc);
        let positional = positional_patterns(def);
        if !positional.is_empty() {
            let positional = positional
                .iter()
                .map(|name| self.intern(*name).into_value());
            let positional = self.new_tuple(positional.collect());
            dict.set_str(&names.__match_args__, positional.into_value());
        }
    }
}

/// `__match_args__` of a native class that is no struct sequence and no syntax tree.
fn positional_patterns(def: &ClassDef) -> &'static [&'static str] {
    match (def.module, def.name) {
        ("string.templatelib", "Interpolation") => {
            &["value", "expression", "conversion", "format_spec"]
        }
        _ => &[],
    }
}

/// Whether instances have the class's `__module__` too, because it stands in the class's namespace: so it is with all
/// classes of CPython's modules that are made when the module is, but not with those that are static in the C sources.
pub(super) fn shows_module(def: &ClassDef) -> bool {
    let is_static = match def.module {
        "builtins" | "sys" | "_contextvars" | "weakref" | "string.templatelib" | "types" => true,
        "typing" => matches!(def.name, "Union" | "TypeAliasType"),
        "collections" => def.name == "OrderedDict",
        "datetime" => !matches!(def.name, "IsoCalendarDate"),
        "pickle" => def.name == "PickleBuffer",
        _ => false,
    };
    !is_static
}

/// Takes over the slots of the base; `hash` and `compare` only together.
fn inherit(slots: &Slots, base: &Slots) {
    let has_hash = slots.hash.get().is_some();
    let has_compare = slots.compare.get().is_some();
    slots.inherit(base);
    if has_hash && !has_compare {
        slots.empty(SlotId::compare);
    }
}

/// Whether a native type can be instantiated: a direct child of `object` must say how.
fn has_new(class: &Py<Type>, base: &Py<Type>, cx: &Ctx) -> bool {
    // An open class whose instances are like those of `object` (`typing.Generic`) is made as they are.
    let is_like_object = class.layout.is(cx.types().object.layout)
        && class.flags().contains(TypeFlags::SUBCLASSABLE);
    !base.is(&cx.types().object) || class.dict().contains_str(&cx.names().__new__) || is_like_object
}
