//! Calling a class, and `__new__` of native types.
//!
//! CPython 3.14: `type_call`, `tp_new_wrapper` (`Objects/typeobject.c`). Tests: `tests/run/class/`.

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::{Args, Binding, Callee, FunctionDef};
use crate::objects::Type;
use crate::objects::slots::SlotId;
use crate::value::{Py, Value};

/// `__new__` in the dict of each native type that makes its own instances; the receiver is that type.
pub(super) static NEW: FunctionDef = FunctionDef {
    name: "__new__",
    doc: Some("Create and return a new object.  See help(type) for accurate signature."),
    text_signature: Some("($type, *args, **kwargs)"),
    binding: Binding::Function,
    callee: Callee::Keywords(new),
};

/// `class(*args, **kwargs)`.
pub(crate) fn call(cx: &Ctx, class: &Py<Type>, args: Args<'_>) -> PyResult<Value> {
    if class.is(&cx.types().type_) {
        match args.values() {
            [value] if !args.has_keywords() => return Ok(cx.class_of(value).to_value()),
            _ if args.positional().len() != 3 => {
                return Err(cx.type_error("type() takes 1 or 3 arguments"));
            }
            _ => {}
        }
    }
    let Some(new) = class.slots.new.get() else {
        let name = class.full_name();
        return Err(cx.type_error(format!("cannot create '{name}' instances")));
    };
    let instance = new(cx, class, args)?;
    let made = cx.class_of(&instance);
    if !made.is_subtype(class) {
        return Ok(instance);
    }
    // `object.__init__` does nothing where `__new__` is another: it does not even refuse arguments.
    let object = &cx.types().object.slots;
    if made.slots.same(object, SlotId::init) && !made.slots.same(object, SlotId::new) {
        return Ok(instance);
    }
    if let Some(init) = made.slots.init.get() {
        init(cx, &instance, args)?;
    }
    Ok(instance)
}

/// `NativeType.__new__(cls, *args, **kwargs)`.
fn new(cx: &Ctx, receiver: &Value, args: Args<'_>) -> PyResult<Value> {
    let Some(own) = receiver.downcast_ref::<Type>() else {
        return Err(cx.system_error("__new__() called with non-type 'self'"));
    };
    let name = own.full_name();
    let Some((class, rest)) = args.without_first() else {
        return Err(cx.type_error(format!("{name}.__new__(): not enough arguments")));
    };
    let Some(class) = class.downcast_ref::<Type>() else {
        let given = cx.type_name(class);
        return Err(cx.type_error(format!(
            "{name}.__new__(X): X is not a type object ({given})"
        )));
    };
    let given = class.full_name();
    if !class.is_subtype(own) {
        return Err(cx.type_error(format!(
            "{name}.__new__({given}): {given} is not a subtype of {name}"
        )));
    }
    // The native type nearest to `class` must make its instances as `own` does.
    let mut native = Some(class.clone());
    while let Some(known) = &native
        && known.looks_up(SlotId::new)
    {
        native = known.base();
    }
    if let Some(native) = native
        && !native.slots.same(&own.slots, SlotId::new)
    {
        if native.slots.new.get().is_none() {
            return Err(cx.type_error(format!("cannot create '{given}' instances")));
        }
        let safe = native.full_name();
        return Err(cx.type_error(format!(
            "{name}.__new__({given}) is not safe, use {safe}.__new__()"
        )));
    }
    match own.slots.new.get() {
        Some(new) => new(cx, class, rest),
        None => Err(cx.type_error(format!("cannot create '{name}' instances"))),
    }
}
