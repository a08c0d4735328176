//! The computed attributes of classes: `__name__`, `__bases__`, `__doc__`, ..., and `__dict__` and `__weakref__` of
//! their instances.
//!
//! CPython 3.14: `type_getsets`, `subtype_getsets_full` (`Objects/typeobject.c`). Tests: `tests/run/class/`.

use std::rc::Rc;

use taipan_macros::pymethods;

use super::layout::{best_base, check_class_change};
use super::native::shows_module;
use super::text_signature::text_signature;
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::GetSetDef;
use crate::objects::function::Function;
use crate::objects::{Dict, Module, Str, Tuple, Type, TypeFlags, attrs};
use crate::value::{Py, Value};

/// Refuses to change an attribute of a native type, or to delete it.
fn check_settable<'a>(
    cx: &Ctx,
    class: &Py<Type>,
    value: Option<&'a Value>,
    name: &str,
) -> PyResult<&'a Value> {
    if class.flags().contains(TypeFlags::IMMUTABLE) {
        return Err(cx.type_error(format!(
            "cannot set '{name}' attribute of immutable type '{}'",
            class.full_name()
        )));
    }
    value.ok_or_else(|| {
        cx.type_error(format!(
            "cannot delete '{name}' attribute of immutable type '{}'",
            class.full_name()
        ))
    })
}

impl Py<Type> {
    /// `module.qualname`, or the bare name for builtins.
    ///
    /// # Errors
    /// What a strange `__module__` raises.
    pub fn dotted_name(&self, cx: &Ctx) -> PyResult<String> {
        let Some(module) = self.module_name(cx)? else {
            return Ok(self.full_name());
        };
        let Some(module) = module.downcast_ref::<Str>() else {
            return Ok(self.full_name());
        };
        let qualname = self.qualified_name(cx);
        if module.as_wtf8() == "builtins" {
            return Ok(qualname.to_string_lossy().into_owned());
        }
        Ok(format!(
            "{}.{}",
            module.to_string_lossy(),
            qualname.to_string_lossy()
        ))
    }

    /// `__module__`, if there is one.
    fn module_name(&self, cx: &Ctx) -> PyResult<Option<Value>> {
        match self.def {
            Some(def) => Ok(Some(cx.intern(def.module).into_value())),
            None => Ok(self.dict().get_str(&cx.names().__module__)),
        }
    }

    /// `__qualname__`.
    pub fn qualified_name(&self, cx: &Ctx) -> Py<Str> {
        self.qualname().unwrap_or_else(|| cx.intern(&*self.name()))
    }
}

/// `__flags__`: the bits of CPython's `tp_flags` (`Include/object.h`) that say something here.
fn public_flags(cx: &Ctx, class: &Py<Type>) -> u64 {
    let types = cx.types();
    let own = [
        (TypeFlags::MAPPING, 6),
        (TypeFlags::SEQUENCE, 5),
        (TypeFlags::NO_NEW, 7),
        (TypeFlags::IMMUTABLE, 8),
        (TypeFlags::SUBCLASSABLE, 10),
        (TypeFlags::METHOD_DESCRIPTOR, 17),
        (TypeFlags::ABSTRACT, 20),
        (TypeFlags::MATCH_SELF, 22),
    ];
    let bases = [
        (&types.int, 24),
        (&types.list, 25),
        (&types.tuple, 26),
        (&types.bytes, 27),
        (&types.str, 28),
        (&types.dict, 29),
        (&types.base_exception, 30),
        (&types.type_, 31),
    ];
    let ready = 1 << 12;
    // Classes that a module of CPython makes when it is loaded count as made at run time.
    let is_heap_type = match class.def {
        Some(def) => shows_module(def),
        None => class.is_heap_type(),
    };
    let heap = u64::from(is_heap_type) << 9;
    let collected = u64::from(class.layout.traverse.is_some()) << 14;
    let of_flags = own
        .iter()
        .filter(|(flag, _)| class.flags().contains(*flag))
        .map(|(_, bit)| 1 << bit);
    let of_bases = bases
        .iter()
        .filter(|(base, _)| class.is_subtype(base))
        .map(|(_, bit)| 1 << bit);
    of_flags
        .chain(of_bases)
        .fold(ready | heap | collected, |bits, bit: u64| bits | bit)
}

#[pymethods(part = 1)]
impl Type {
    #[getter]
    fn __name__(this: &Py<Type>, cx: &Ctx) -> Py<Str> {
        cx.intern(&*this.name())
    }

    #[setter(name = "__name__")]
    fn assign_name(this: &Py<Type>, cx: &Ctx, value: Option<&Value>) -> PyResult<()> {
        let value = check_settable(cx, this, value, "__name__")?;
        let Some(name) = value.downcast_ref::<Str>() else {
            return Err(cx.type_error(format!(
                "can only assign string to {}.__name__, not '{}'",
                this.full_name(),
                cx.type_name(value)
            )));
        };
        if name.as_wtf8().as_bytes().contains(&0) {
            return Err(cx.value_error("type name must not contain null characters"));
        }
        if name.as_wtf8().first_surrogate().is_some() {
            return Err(cx.surrogates_not_allowed(name));
        }
        if this.qualname().is_none() {
            // The qualified name stays what it was.
            this.set_qualname(cx.intern(&*this.name()));
        }
        this.set_name(name.as_wtf8().to_owned());
        Ok(())
    }

    #[getter]
    fn __qualname__(this: &Py<Type>, cx: &Ctx) -> Py<Str> {
        this.qualified_name(cx)
    }

    #[setter(name = "__qualname__")]
    fn assign_qualname(this: &Py<Type>, cx: &Ctx, value: Option<&Value>) -> PyResult<()> {
        let value = check_settable(cx, this, value, "__qualname__")?;
        let Some(name) = value.downcast_ref::<Str>() else {
            return Err(cx.type_error(format!(
                "can only assign string to {}.__qualname__, not '{}'",
                this.full_name(),
                cx.type_name(value)
            )));
        };
        this.set_qualname(name.clone());
        Ok(())
    }

    #[getter]
    fn __module__(this: &Py<Type>, cx: &Ctx) -> PyResult<Value> {
        this.module_name(cx)?
            .ok_or_else(|| cx.attribute_error("__module__"))
    }

    #[setter(name = "__module__")]
    fn assign_module(this: &Py<Type>, cx: &Ctx, value: Option<&Value>) -> PyResult<()> {
        let value = check_settable(cx, this, value, "__module__")?;
        this.store(cx, &cx.names().__module__, Some(value));
        drop(this.dict().remove_str(&cx.names().__firstlineno__));
        this.modified();
        Ok(())
    }

    #[getter]
    fn __bases__(this: &Py<Type>, cx: &Ctx) -> Py<Tuple> {
        this.bases_tuple(cx)
    }

    #[setter(name = "__bases__")]
    fn assign_bases(this: &Py<Type>, cx: &Ctx, value: Option<&Value>) -> PyResult<()> {
        let value = check_settable(cx, this, value, "__bases__")?;
        set_bases(cx, this, value)
    }

    #[member]
    fn __base__(this: &Py<Type>) -> Option<Py<Type>> {
        this.base()
    }

    #[member]
    fn __basicsize__(this: &Py<Type>) -> usize {
        size_of::<crate::heap::Header>()
            + this.layout.size
            + this.extras_words() * size_of::<Value>()
    }

    /// Bytes of an item, for types whose instances end with items.
    #[member]
    fn __itemsize__(this: &Py<Type>, cx: &Ctx) -> usize {
        super::layout::item_size(cx, this)
    }

    #[member]
    fn __flags__(this: &Py<Type>, cx: &Ctx) -> u64 {
        public_flags(cx, this)
    }

    /// -1: the dict has no place of its own.
    #[member]
    fn __dictoffset__(this: &Py<Type>) -> i32 {
        -i32::from(this.flags().contains(TypeFlags::ATTRIBUTES))
    }

    /// Nonzero where instances can be referenced weakly; the references lie outside of the object.
    #[member]
    fn __weakrefoffset__(this: &Py<Type>) -> i32 {
        if this.flags().contains(TypeFlags::WEAKREF) {
            -32
        } else {
            0
        }
    }

    #[getter]
    fn __mro__(this: &Py<Type>, cx: &Ctx) -> Option<Py<Tuple>> {
        let mro = this.mro();
        // There is none yet while `mro()` of a metaclass makes the first.
        (!mro.is_empty()).then(|| cx.new_tuple(mro.iter().map(Py::to_value).collect()))
    }

    #[getter]
    fn __dict__(this: &Py<Type>, cx: &Ctx) -> Value {
        cx.new_mapping_proxy(this.dict().to_value()).into_value()
    }

    #[getter]
    fn __doc__(this: &Py<Type>, cx: &Ctx) -> PyResult<Value> {
        if let Some(def) = this.def
            && let Some(doc) = def.doc
        {
            return Ok(cx.new_str(doc)?.into_value());
        }
        match this.lookup_own(&cx.names().__doc__) {
            Some(doc) => match cx.class_of(&doc).slots.descr_get.get() {
                Some(get) => get(cx, &doc, None, Some(this.as_value())),
                None => Ok(doc),
            },
            None => Ok(Value::NONE),
        }
    }

    #[setter(name = "__doc__")]
    fn assign_doc(this: &Py<Type>, cx: &Ctx, value: Option<&Value>) -> PyResult<()> {
        let value = check_settable(cx, this, value, "__doc__")?;
        this.store(cx, &cx.names().__doc__, Some(value));
        Ok(())
    }

    #[getter]
    fn __text_signature__(this: &Py<Type>, cx: &Ctx) -> PyResult<Value> {
        text_signature(cx, this)
    }

    #[getter]
    fn __abstractmethods__(this: &Py<Type>, cx: &Ctx) -> PyResult<Value> {
        let name = &cx.names().__abstractmethods__;
        let found = if this.is(&cx.types().type_) {
            None
        } else {
            this.lookup_own(name)
        };
        found.ok_or_else(|| cx.attribute_error(name.as_wtf8()))
    }

    #[setter(name = "__abstractmethods__")]
    fn assign_abstractmethods(this: &Py<Type>, cx: &Ctx, value: Option<&Value>) -> PyResult<()> {
        let name = &cx.names().__abstractmethods__;
        let is_abstract = match value {
            Some(value) => cx.is_true(value)?,
            None => false,
        };
        if !this.store(cx, name, value) {
            return Err(cx.attribute_error(name.as_wtf8()));
        }
        this.set_flags(TypeFlags::ABSTRACT, is_abstract);
        Ok(())
    }

    #[getter]
    fn __type_params__(this: &Py<Type>, cx: &Ctx) -> Value {
        let own = if this.is_heap_type() {
            this.lookup_own(&cx.names().__type_params__)
        } else {
            None
        };
        own.unwrap_or_else(|| cx.new_tuple(Vec::new()).into_value())
    }

    #[setter(name = "__type_params__")]
    fn assign_type_params(this: &Py<Type>, cx: &Ctx, value: Option<&Value>) -> PyResult<()> {
        let value = check_settable(cx, this, value, "__type_params__")?;
        this.store(cx, &cx.names().__type_params__, Some(value));
        Ok(())
    }

    #[getter]
    fn __annotate__(this: &Py<Type>, cx: &Ctx) -> PyResult<Value> {
        annotate(cx, this)
    }

    #[setter(name = "__annotate__")]
    fn assign_annotate(this: &Py<Type>, cx: &Ctx, value: Option<&Value>) -> PyResult<()> {
        check_annotations_settable(cx, this, "__annotate__")?;
        let Some(value) = value else {
            return Err(cx.type_error("cannot delete __annotate__ attribute"));
        };
        if !value.is_none() && !cx.is_callable(value) {
            return Err(cx.type_error("__annotate__ must be callable or None"));
        }
        let names = cx.names();
        let name = if this.dict().contains_str(&names.__annotate__) {
            &names.__annotate__
        } else {
            &names.__annotate_func__
        };
        this.store(cx, name, Some(value));
        if !value.is_none() {
            this.store(cx, &names.__annotations_cache__, None);
        }
        Ok(())
    }

    #[getter]
    fn __annotations__(this: &Py<Type>, cx: &Ctx) -> PyResult<Value> {
        annotations(cx, this)
    }

    #[setter(name = "__annotations__")]
    fn assign_annotations(this: &Py<Type>, cx: &Ctx, value: Option<&Value>) -> PyResult<()> {
        check_annotations_settable(cx, this, "__annotations__")?;
        let names = cx.names();
        let name = if this.dict().contains_str(&names.__annotations__) {
            &names.__annotations__
        } else {
            &names.__annotations_cache__
        };
        let done = this.store(cx, name, value);
        if value.is_none() && !done {
            return Err(cx.attribute_error("__annotations__"));
        }
        for name in [&names.__annotate_func__, &names.__annotate__] {
            if this.dict().contains_str(name) {
                this.store(cx, name, Some(&Value::NONE));
            }
        }
        Ok(())
    }
}

fn check_annotations_settable(cx: &Ctx, class: &Py<Type>, name: &str) -> PyResult<()> {
    if class.flags().contains(TypeFlags::IMMUTABLE) {
        let class = class.full_name();
        return Err(cx.type_error(format!(
            "cannot set '{name}' attribute of immutable type '{class}'"
        )));
    }
    Ok(())
}

/// `class.__annotate__`: the function that computes the annotations, or `None`.
fn annotate(cx: &Ctx, class: &Py<Type>) -> PyResult<Value> {
    let names = cx.names();
    if !class.is_heap_type() {
        let name = class.full_name();
        return Err(cx.attribute_error(format!(
            "type object '{name}' has no attribute '__annotate__'"
        )));
    }
    // What the body defines under that name goes before what the compiler made.
    for name in [&names.__annotate__, &names.__annotate_func__] {
        if let Some(found) = class.dict().get_str(name) {
            return match cx.class_of(&found).slots.descr_get.get() {
                Some(get) => get(cx, &found, None, Some(class.as_value())),
                None => Ok(found),
            };
        }
    }
    class.store(cx, &names.__annotate_func__, Some(&Value::NONE));
    Ok(Value::NONE)
}

/// `class.__annotations__`, computed on first access.
fn annotations(cx: &Ctx, class: &Py<Type>) -> PyResult<Value> {
    let names = cx.names();
    if !class.is_heap_type() {
        let name = class.full_name();
        return Err(cx.attribute_error(format!(
            "type object '{name}' has no attribute '__annotations__'"
        )));
    }
    for name in [&names.__annotations__, &names.__annotations_cache__] {
        if let Some(found) = class.dict().get_str(name) {
            return match cx.class_of(&found).slots.descr_get.get() {
                Some(get) => get(cx, &found, None, Some(class.as_value())),
                None => Ok(found),
            };
        }
    }
    let annotate = cx.get_attr(class.as_value(), &names.__annotate__)?;
    let annotations = if cx.is_callable(&annotate) {
        let result = cx.call(&annotate, &[Value::int32(1)])?;
        if result.downcast_ref::<Dict>().is_none() {
            let given = cx.type_name(&result);
            return Err(cx.type_error(format!("__annotate__ returned non-dict of type '{given}'")));
        }
        result
    } else {
        cx.new_dict().into_value()
    };
    class.store(cx, &names.__annotations_cache__, Some(&annotations));
    Ok(annotations)
}

/// `class.__bases__ = value`.
fn set_bases(cx: &Ctx, class: &Py<Type>, value: &Value) -> PyResult<()> {
    let name = class.full_name();
    let Some(value) = value.downcast_ref::<Tuple>() else {
        let given = cx.type_name(value);
        return Err(cx.type_error(format!(
            "can only assign tuple to {name}.__bases__, not {given}"
        )));
    };
    if value.length() == 0 {
        return Err(cx.type_error(format!(
            "can only assign non-empty tuple to {name}.__bases__, not ()"
        )));
    }
    let mut bases = Vec::with_capacity(value.length());
    for base in value.as_slice() {
        let Some(base) = base.downcast_ref::<Type>() else {
            let given = cx.type_name(base);
            return Err(cx.type_error(format!(
                "{name}.__bases__ must be tuple of classes, not '{given}'"
            )));
        };
        if base.is_subtype(class) || depends_on(base, class) {
            return Err(cx.type_error("a __bases__ item causes an inheritance cycle"));
        }
        bases.push(base.clone());
    }
    let new_base = best_base(cx, &bases)?;
    if let Some(old_base) = class.base() {
        check_class_change(cx, &old_base, &new_base, "__bases__")?;
    }
    let (old_base, old_bases) = (class.base(), class.bases());
    class.set_bases(Some(new_base), bases.clone());
    class.set_bases_tuple(value);
    let mut changed = Vec::new();
    let rebuilt = rebuild_mros(cx, class, &mut changed);
    // `mro()` of a metaclass may have assigned other bases meanwhile: those stay.
    let are_ours = is_same_list(&class.bases(), &bases);
    if let Err(error) = rebuilt {
        for Change { class, old, new } in changed {
            if Rc::ptr_eq(&class.mro(), &new) {
                class.set_mro(old);
            }
        }
        if are_ours {
            class.set_bases(old_base, old_bases);
        }
        return Err(error);
    }
    if !are_ours {
        return Ok(());
    }
    for base in old_bases.iter().chain(&bases) {
        base.remove_subclass(class);
    }
    for base in &bases {
        base.add_subclass(class);
    }
    class.modified();
    class.refill_all_slots(cx);
    Ok(())
}

fn depends_on(class: &Py<Type>, other: &Py<Type>) -> bool {
    class.is(other) || class.bases().iter().any(|base| depends_on(base, other))
}

fn is_same_list(left: &[Py<Type>], right: &[Py<Type>]) -> bool {
    left.len() == right.len() && left.iter().zip(right).all(|(left, right)| left.is(right))
}

/// An MRO that was computed again.
struct Change {
    class: Py<Type>,
    old: Rc<[Py<Type>]>,
    new: Rc<[Py<Type>]>,
}

/// Computes the MRO of `class` and its subclasses again. One that changed while `mro()` ran is newer and stays.
fn rebuild_mros(cx: &Ctx, class: &Py<Type>, changed: &mut Vec<Change>) -> PyResult<()> {
    let old = class.mro();
    let new: Rc<[Py<Type>]> = super::methods::compute_mro(cx, class)?.into();
    if !Rc::ptr_eq(&class.mro(), &old) {
        return Ok(());
    }
    class.set_mro(Rc::clone(&new));
    class.modified();
    changed.push(Change {
        class: class.clone(),
        old,
        new,
    });
    for subclass in class.subclasses() {
        rebuild_mros(cx, &subclass, changed)?;
    }
    Ok(())
}

/// `__dict__` of instances.
pub(crate) static INSTANCE_DICT: GetSetDef = GetSetDef {
    name: "__dict__",
    doc: Some("dictionary for instance variables"),
    get: Some(|cx, instance| match attrs::dict(cx, instance) {
        Some(dict) => Ok(dict.into_value()),
        None => match instance.downcast_ref::<Type>() {
            // A class has a dict of its own, whatever its metaclass inherits from besides `type`.
            Some(class) => Ok(cx.new_mapping_proxy(class.dict().to_value()).into_value()),
            None => Err(no_dict(cx, instance)),
        },
    }),
    set: Some(|cx, instance, value| {
        if instance.downcast_ref::<Type>().is_some() {
            return Err(
                cx.attribute_error("attribute '__dict__' of 'type' objects is not writable")
            );
        }
        if instance.downcast_ref::<Module>().is_some() {
            return Err(cx.attribute_error("readonly attribute"));
        }
        let dict = match value {
            None if instance.downcast_ref::<Function>().is_some() => {
                return Err(cx.type_error("cannot delete __dict__"));
            }
            None => cx.new_dict(),
            Some(value) => match value.downcast_ref::<Dict>() {
                Some(dict) => dict.clone(),
                None => {
                    let given = cx.type_name(value);
                    return Err(cx.type_error(format!(
                        "__dict__ must be set to a dictionary, not a '{given}'"
                    )));
                }
            },
        };
        if attrs::set_dict(instance, dict) {
            Ok(())
        } else {
            Err(no_dict(cx, instance))
        }
    }),
};

#[cold]
fn no_dict(cx: &Ctx, instance: &Value) -> crate::error::PyErr {
    let class = cx.type_name(instance);
    cx.attribute_error(format!("'{class}' object has no attribute '__dict__'"))
}

/// `__weakref__` of instances: the first weak reference to them.
static WEAKREF: GetSetDef = GetSetDef {
    name: "__weakref__",
    doc: Some("list of weak references to the object"),
    get: Some(|cx, instance| {
        let known = cx.isolate().weak_references().references(cx, instance);
        Ok(known.into_iter().next().map_or(Value::NONE, Py::into_value))
    }),
    set: None,
};

/// Gives a new class `__dict__` and `__weakref__` if its instances have them and those of its base did not.
pub(super) fn add_instance_getsets(cx: &Ctx, class: &Py<Type>, base: TypeFlags) {
    for (flag, def) in [
        (TypeFlags::ATTRIBUTES, &INSTANCE_DICT),
        (TypeFlags::WEAKREF, &WEAKREF),
    ] {
        let name = cx.intern(def.name);
        if class.flags().contains(flag) && !base.contains(flag) && !class.dict().contains_str(&name)
        {
            let descriptor = cx.new_getset_descriptor(class, def);
            class.dict().set_str(&name, descriptor.into_value());
        }
    }
}
