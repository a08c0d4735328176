//! `object`: the root of all types, and attribute access as most types do it.
//!
//! CPython 3.14: the second half of `Objects/typeobject.c`, `PyObject_GenericGetAttr` and `PyObject_GenericSetAttr`
//! (`Objects/object.c`). Pickling is in `object_reduce`. Tests: `tests/run/object/`.

use taipan_macros::{pyclass, pymethods};

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::Args;
use crate::objects::class::check_class_change;
use crate::objects::slots::CompareOp;
use crate::objects::{Dict, Module, Str, Type, TypeFlags, attrs};
use crate::value::{Py, Value, has_layout};

/// The base class of the class hierarchy.
///
/// When called, it accepts no arguments and returns a new featureless instance that has no instance attributes and
/// cannot be given any.
#[pyclass(
    name = "object",
    subclassable,
    immutable,
    parts = 2,
    text_signature = "()"
)]
pub struct Object;

/// `value.name` as `object.__getattribute__` finds it: data descriptors of the class, then the instance's own
/// attributes, then what else the class has. `None` if there is nothing.
///
/// # Errors
/// What a descriptor raises.
pub fn generic_get_attribute(cx: &Ctx, value: &Value, name: &Py<Str>) -> PyResult<Option<Value>> {
    get_attribute_in(cx, value, name, None)
}

/// See [`generic_get_attribute`]; with `own`, that holds the object's own attributes.
pub(crate) fn get_attribute_in(
    cx: &Ctx,
    value: &Value,
    name: &Py<Str>,
    own: Option<&Py<Dict>>,
) -> PyResult<Option<Value>> {
    let interned;
    let name = if name.is_interned() {
        name
    } else {
        interned = cx.intern_object(name);
        &interned
    };
    let class = cx.class_of(value);
    let found = class.lookup(cx, name);
    let mut get = None;
    if let Some(found) = &found {
        let slots = &cx.class_of(found).slots;
        get = slots.descr_get.get();
        if slots.descr_set.get().is_some()
            && let Some(get) = get
        {
            let class = class.clone();
            return get(cx, found, Some(value), Some(class.as_value())).map(Some);
        }
    }
    let own = match own {
        Some(own) => own.get_str(name),
        None if class.has_attributes() => attrs::get(cx, value, name)?,
        None => None,
    };
    if own.is_some() {
        return Ok(own);
    }
    match (found, get) {
        (Some(found), Some(get)) => {
            let class = cx.class_of(value).clone();
            get(cx, &found, Some(value), Some(class.as_value())).map(Some)
        }
        (found, _) => Ok(found),
    }
}

/// `value.name = new` as `object.__setattr__` does it; `None` deletes.
///
/// # Errors
/// `AttributeError`, or what a descriptor raises.
pub fn generic_set_attribute(
    cx: &Ctx,
    value: &Value,
    name: &Py<Str>,
    new: Option<&Value>,
) -> PyResult<()> {
    set_attribute_in(cx, value, name, new, None)
}

/// See [`generic_set_attribute`]; with `own`, that holds the object's own attributes.
pub(crate) fn set_attribute_in(
    cx: &Ctx,
    value: &Value,
    name: &Py<Str>,
    new: Option<&Value>,
    own: Option<&Py<Dict>>,
) -> PyResult<()> {
    let name = &cx.intern_object(name);
    let class = cx.class_of(value).clone();
    let found = class.lookup(cx, name);
    if let Some(found) = &found
        && let Some(set) = cx.class_of(found).slots.descr_set.get()
    {
        return set(cx, found, value, new);
    }
    if own.is_some() || class.has_attributes() {
        let done = match (new, own) {
            (Some(new), Some(own)) => {
                own.set_str(name, new.clone());
                true
            }
            (None, Some(own)) => own.remove_str(name).is_some(),
            (Some(new), None) => attrs::set(cx, value, name, new.clone())?,
            (None, None) => attrs::delete(cx, value, name)?,
        };
        return if done {
            Ok(())
        } else {
            Err(cx.absent_attribute(value, name))
        };
    }
    let (kind, text) = (class.full_name(), name.to_string_lossy());
    let message = if found.is_some() {
        format!("'{kind}' object attribute '{text}' is read-only")
    } else if class.slots.same(
        &cx.types().object.slots,
        crate::objects::slots::SlotId::setattr,
    ) {
        format!(
            "'{kind}' object has no attribute '{text}' and no __dict__ for setting new attributes"
        )
    } else {
        format!("'{kind}' object has no attribute '{text}'")
    };
    Err(cx.attribute_error_of(message, value, name))
}

/// Complains of arguments that neither `__new__` nor `__init__` takes.
fn refuse_arguments(cx: &Ctx, class: &Py<Type>, place: Place) -> PyResult<()> {
    use crate::objects::slots::SlotId;
    let object = &cx.types().object.slots;
    let has_new = !class.slots.same(object, SlotId::new);
    let has_init = !class.slots.same(object, SlotId::init);
    let name = || class.full_name();
    match place {
        Place::New if has_new => Err(
            cx.type_error("object.__new__() takes exactly one argument (the type to instantiate)")
        ),
        Place::New if !has_init => Err(cx.type_error(format!("{}() takes no arguments", name()))),
        Place::Init if has_init => Err(cx.type_error(
            "object.__init__() takes exactly one argument (the instance to initialize)",
        )),
        Place::Init if !has_new => Err(cx.type_error(format!(
            "{}.__init__() takes exactly one argument (the instance to initialize)",
            name()
        ))),
        Place::New | Place::Init => Ok(()),
    }
}

#[derive(Clone, Copy)]
enum Place {
    New,
    Init,
}

/// The error of instantiating a class with abstract methods.
#[cold]
fn abstract_class(cx: &Ctx, class: &Py<Type>) -> PyResult<Value> {
    let methods = cx.get_attr(class.as_value(), &cx.names().__abstractmethods__)?;
    let mut names = Vec::new();
    for name in cx.collect(&methods)? {
        names.push(cx.str(&name)?.to_string_lossy().into_owned());
    }
    names.sort_unstable();
    let plural = if names.len() == 1 { "" } else { "s" };
    Err(cx.type_error(format!(
        "Can't instantiate abstract class {} without an implementation for abstract method{plural} '{}'",
        class.name(),
        names.join("', '")
    )))
}

#[pymethods]
impl Object {
    #[new]
    fn new(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> PyResult<Value> {
        if !args.values().is_empty() {
            refuse_arguments(cx, cls, Place::New)?;
        }
        if cls.flags().contains(TypeFlags::ABSTRACT) {
            return abstract_class(cx, cls);
        }
        if !std::ptr::eq(cls.layout, <Object as crate::heap::Payload>::layout()) {
            let name = cls.full_name();
            return Err(cx.type_error(format!(
                "object.__new__({name}) is not safe, use {name}.__new__()"
            )));
        }
        Ok(cx.heap().allocate(cls, Object).into_value())
    }

    #[init]
    fn init(this: &Value, cx: &Ctx, args: Args<'_>) -> PyResult<()> {
        if args.values().is_empty() {
            return Ok(());
        }
        refuse_arguments(cx, &cx.class_of(this).clone(), Place::Init)
    }

    fn __repr__(this: &Value, cx: &Ctx) -> PyResult<String> {
        let class = cx.class_of(this).clone();
        let address = this.identity();
        Ok(format!(
            "<{} object at {address:#x}>",
            class.dotted_name(cx)?
        ))
    }

    fn __str__(this: &Value, cx: &Ctx) -> PyResult<Py<Str>> {
        cx.repr(this)
    }

    fn __hash__(this: &Value) -> i64 {
        crate::hash::avoid_minus_one(this.identity().rotate_right(4) as i64)
    }

    fn __richcompare__(this: &Value, cx: &Ctx, other: &Value, op: CompareOp) -> PyResult<Value> {
        match op {
            CompareOp::Eq if this.is(other) => Ok(Value::TRUE),
            CompareOp::Ne => {
                let Some(compare) = cx.class_of(this).slots.compare.get() else {
                    let is_same = this.is(other);
                    return Ok(if is_same {
                        Value::FALSE
                    } else {
                        Value::NOT_IMPLEMENTED
                    });
                };
                crate::native::slot::negated(cx, compare(cx, this, other, CompareOp::Eq))
            }
            _ => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    fn __getattribute__(this: &Value, cx: &Ctx, name: &Py<Str>) -> PyResult<Option<Value>> {
        generic_get_attribute(cx, this, name)
    }

    fn __setattr__(this: &Value, cx: &Ctx, name: &Py<Str>, value: Option<&Value>) -> PyResult<()> {
        generic_set_attribute(cx, this, name, value)
    }

    /// the object's class
    #[getter]
    fn __class__(this: &Value, cx: &Ctx) -> Py<Type> {
        cx.class_of(this).clone()
    }

    #[setter(name = "__class__")]
    fn assign_class(this: &Value, cx: &Ctx, value: Option<&Value>) -> PyResult<()> {
        let Some(value) = value else {
            return Err(cx.type_error("can't delete __class__ attribute"));
        };
        let Some(new) = value.downcast_ref::<Type>() else {
            let given = cx.type_name(value);
            return Err(cx.type_error(format!(
                "__class__ must be set to a class, not '{given}' object"
            )));
        };
        let old = cx.class_of(this).clone();
        let both_modules =
            this.downcast_ref::<Module>().is_some() && new.is_subtype(&cx.types().module);
        let is_fixed = |class: &Py<Type>| class.flags().contains(TypeFlags::IMMUTABLE);
        if !both_modules && (is_fixed(new) || is_fixed(&old)) {
            return Err(cx.type_error(
                "__class__ assignment only supported for mutable types or ModuleType subclasses",
            ));
        }
        check_class_change(cx, &old, new, "__class__")?;
        if let Some(header) = this.header()
            && has_layout(this, new.layout)
        {
            attrs::prepare_class_change(cx, this);
            header.set_class(new);
        }
        Ok(())
    }

    /// Default dir() implementation.
    fn __dir__(this: &Value, cx: &Ctx) -> PyResult<Value> {
        let names = cx.new_dict();
        if let Some(own) = cx.find_attr(this, &cx.names().__dict__)?
            && let Some(own) = own.downcast_ref::<crate::objects::Dict>()
        {
            for (key, value) in own.items() {
                names.set(cx, &key, value)?;
            }
        }
        if let Some(class) = cx.find_attr(this, &cx.names().__class__)? {
            super::class::merge_class_names(cx, &class, &names)?;
        }
        Ok(cx.new_list(names.keys()).into_value())
    }

    /// Default object formatter.
    ///
    /// Return str(self) if format_spec is empty. Raise TypeError otherwise.
    #[pymethod(signature = (format_spec, /))]
    fn __format__(this: &Value, cx: &Ctx, format_spec: &Py<Str>) -> PyResult<Py<Str>> {
        if format_spec.length() > 0 {
            return Err(cx.type_error(format!(
                "unsupported format string passed to {}.__format__",
                cx.type_name(this)
            )));
        }
        cx.str(this)
    }

    /// Size of object in memory, in bytes.
    fn __sizeof__(this: &Value, cx: &Ctx) -> usize {
        let class = cx.class_of(this);
        size_of::<crate::heap::Header>()
            + class.layout.size
            + class.extras_words() * size_of::<Value>()
    }

    /// This method is called when a class is subclassed.
    ///
    /// The default implementation does nothing. It may be overridden to extend subclasses.
    #[classmethod(text_signature = "($type, /)")]
    fn __init_subclass__(_cls: &Py<Type>) {}

    /// Abstract classes can override this to customize issubclass().
    ///
    /// This is invoked early on by abc.ABCMeta.__subclasscheck__(). It should return True, False or NotImplemented.
    /// If it returns NotImplemented, the normal algorithm is used. Otherwise, it overrides the normal algorithm (and
    /// the outcome is cached).
    #[classmethod(signature = (object, /))]
    fn __subclasshook__(_cls: &Py<Type>, _object: &Value) -> Value {
        Value::NOT_IMPLEMENTED
    }
}

impl Ctx {
    /// See [`generic_get_attribute`].
    ///
    /// # Errors
    /// What a descriptor raises.
    pub fn generic_get_attr(&self, value: &Value, name: &Py<Str>) -> PyResult<Option<Value>> {
        generic_get_attribute(self, value, name)
    }

    /// See [`generic_set_attribute`].
    ///
    /// # Errors
    /// `AttributeError`, or what a descriptor raises.
    pub fn generic_set_attr(
        &self,
        value: &Value,
        name: &Py<Str>,
        new: Option<&Value>,
    ) -> PyResult<()> {
        generic_set_attribute(self, value, name, new)
    }
}
