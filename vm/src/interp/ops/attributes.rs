//! Attributes.

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::interp::inline_cache::{self, LOAD_ATTR_CACHE, STORE_ATTR_CACHE};
use crate::interp::specialize::attributes as specialize;
use crate::interp::stack::{Regs, Saved};
use crate::objects::function::Function;
use crate::objects::{Property, Str, Type, TypeFlags, attrs};
use crate::value::{Py, Value};

/// `[owner]`: the attribute, and before a call the receiver of a method or nothing.
#[inline(never)]
pub(crate) fn load_attr(cx: &Ctx, at: Saved, arg: u32) -> PyResult<Saved> {
    let mut r = at.load();
    if r.is_warm() {
        specialize::load_attr(cx, &r, arg);
    }
    let frame = r.frame;
    let name = frame.code.name_at(arg >> 1);
    if arg & 1 == 0 {
        let value = cx.get_attr(r.peek(0), name)?;
        push_value(&mut r, arg, value);
    } else {
        let (callable, is_method) = cx.get_method(r.peek(0), name)?;
        if is_method {
            push_method(&mut r, callable);
        } else {
            push_value(&mut r, arg, callable);
        }
    }
    Ok(r.saved())
}

/// Puts an attribute in its owner's place.
#[inline(always)]
fn push_value(r: &mut Regs, arg: u32, value: Value) {
    let owner = r.replace(0, Some(value));
    if arg & 1 != 0 {
        r.push_slot(None);
    }
    r.skip(LOAD_ATTR_CACHE);
    drop(owner);
}

/// Puts a method below its owner.
#[inline(always)]
fn push_method(r: &mut Regs, method: Value) {
    let owner = r.pop();
    r.push(method);
    r.push(owner);
    r.skip(LOAD_ATTR_CACHE);
}

/// Finishes a specialised `LOAD_ATTR` with what its cache gave. Returns whether that was anything.
#[inline(always)]
pub(crate) fn load_cached(r: &mut Regs, arg: u32, value: Option<Value>) -> bool {
    match value {
        Some(value) => {
            r.save_pc();
            push_value(r, arg, value);
            true
        }
        None => false,
    }
}

/// As [`load_cached`], for a method of the owner's class.
#[inline(always)]
pub(crate) fn load_cached_method(r: &mut Regs, method: Option<Value>) -> bool {
    match method {
        Some(method) => {
            push_method(r, method);
            true
        }
        None => false,
    }
}

/// `LOAD_ATTR_PROPERTY`: the getter's frame goes on in this loop.
#[inline(never)]
pub(crate) fn load_property(cx: &Ctx, at: Saved, arg: u32) -> PyResult<Saved> {
    let mut r = at.load();
    let getter = inline_cache::class_value(&r, r.peek(0))
        .and_then(|property| property.downcast_ref::<Property>()?.getting());
    if let Some(getter) = getter
        && let Ok(function) = getter.downcast::<Function>()
        && let code = function.code.get()
        && code.is_simple
        && code.argcount == 1
    {
        r.save_pc();
        let frame = cx.push_frame(code, function)?;
        r.move_arguments(1, frame);
        r.save();
        r.frame.return_offset.set(1 + LOAD_ATTR_CACHE as u16);
        cx.thread().enter(frame);
        return Ok(Regs::enter(frame, 0).saved());
    }
    load_attr(cx, r.saved(), arg)
}

/// `[value, owner]`
#[inline(never)]
pub(crate) fn store_attr(cx: &Ctx, at: Saved, arg: u32) -> PyResult<Saved> {
    let mut r = at.load();
    if r.is_warm() {
        specialize::store_attr(cx, &r, arg);
    }
    let frame = r.frame;
    cx.set_attr(r.peek(0), frame.code.name_at(arg), Some(r.peek(1)))?;
    r.drop_top(2);
    r.skip(STORE_ATTR_CACHE);
    Ok(r.saved())
}

/// `STORE_ATTR_INSTANCE_VALUE` and `STORE_ATTR_SLOT`: stores the value below the owner with `store`, which gives it back
/// if the guards of the cache do not hold. Returns whether they held.
#[inline(always)]
pub(crate) fn store_cached(
    r: &mut Regs,
    store: impl FnOnce(&Regs, &Value, Value) -> Result<Option<Value>, Value>,
) -> bool {
    r.save_pc();
    let value = r.peek(1).clone();
    match store(r, r.peek(0), value) {
        Ok(old) => {
            r.skip(STORE_ATTR_CACHE);
            r.drop_top(2);
            drop(old);
            true
        }
        Err(_) => false,
    }
}

/// `[super, class, receiver]`: `super().name` without making a `super` object where `super` is the builtin class.
#[inline(never)]
pub(crate) fn load_super_attr(cx: &Ctx, at: Saved, arg: u32) -> PyResult<Saved> {
    let mut r = at.load();
    let frame = r.frame;
    let name: &Py<Str> = frame.code.name_at(arg >> 2);
    let (super_class, class, receiver) = (r.peek(2), r.peek(1), r.peek(0));
    let (value, is_method) = if !super_class.is(cx.types().super_.as_value()) {
        let args = [class.clone(), receiver.clone()];
        let given = if arg & 2 != 0 { &args[..] } else { &[] };
        let proxy = cx.call(super_class, given)?;
        (cx.get_attr(&proxy, name)?, false)
    } else if arg & 1 != 0 {
        cx.super_method(class, receiver, name)?
    } else {
        (cx.super_attribute(class, receiver, name)?, false)
    };
    let receiver = r.pop();
    r.drop_top(2);
    r.push(value);
    if is_method {
        r.push(receiver);
    } else if arg & 1 != 0 {
        r.push_slot(None);
    }
    r.skip(1);
    Ok(r.saved())
}

/// Whether the attributes of a class's instances are looked up as `object` does it.
pub(crate) fn is_generic(cx: &Ctx, class: &Py<Type>) -> bool {
    match (
        class.slots.getattr.get(),
        cx.types().object.slots.getattr.get(),
    ) {
        (Some(own), Some(generic)) => std::ptr::fn_addr_eq(own, generic),
        _ => false,
    }
}

/// What messages say about a special method of `LOAD_SPECIAL`.
struct Protocol {
    name: &'static str,
    other: &'static str,
    other_statement: &'static str,
}

const SYNCHRONOUS: Protocol = Protocol {
    name: "the context manager protocol",
    other: "the asynchronous context manager protocol",
    other_statement: "async with",
};
const ASYNCHRONOUS: Protocol = Protocol {
    name: "the asynchronous context manager protocol",
    other: "the context manager protocol",
    other_statement: "with",
};

/// A special method of `owner`: the callable, and whether it still wants `owner` as its first argument.
pub(crate) fn load_special(cx: &Ctx, arg: u32, owner: &Value) -> PyResult<(Value, bool)> {
    let names = cx.names();
    let (name, others, protocol) = match arg {
        0 => (
            &names.__enter__,
            [&names.__aenter__, &names.__aexit__],
            SYNCHRONOUS,
        ),
        1 => (
            &names.__exit__,
            [&names.__aenter__, &names.__aexit__],
            SYNCHRONOUS,
        ),
        2 => (
            &names.__aenter__,
            [&names.__enter__, &names.__exit__],
            ASYNCHRONOUS,
        ),
        3 => (
            &names.__aexit__,
            [&names.__enter__, &names.__exit__],
            ASYNCHRONOUS,
        ),
        _ => return Err(cx.system_error("unknown special method")),
    };
    let class: Py<Type> = cx.class_of(owner).clone();
    let Some(found) = class.lookup(cx, name) else {
        let has_others = others.iter().all(|other| class.lookup(cx, other).is_some());
        let hint = if has_others {
            format!(
                " but it supports {}. Did you mean to use '{}'?",
                protocol.other, protocol.other_statement
            )
        } else {
            String::new()
        };
        return Err(cx.type_error(format!(
            "'{}' object does not support {} (missed {} method){hint}",
            cx.type_name_qualified(owner),
            protocol.name,
            name.to_string_lossy(),
        )));
    };
    if cx
        .class_of(&found)
        .flags()
        .contains(TypeFlags::METHOD_DESCRIPTOR)
    {
        return Ok((found, true));
    }
    match cx.class_of(&found).slots.descr_get.get() {
        Some(get) => Ok((get(cx, &found, Some(owner), Some(class.as_value()))?, false)),
        None => Ok((found, false)),
    }
}

impl Ctx {
    /// `value.name` for a call: the callable, and whether it is a function of the class that still wants `value` as its
    /// first argument.
    ///
    /// # Errors
    /// As for [`Ctx::get_attr`].
    pub fn get_method(&self, value: &Value, name: &Py<Str>) -> PyResult<(Value, bool)> {
        let class = self.class_of(value);
        if is_generic(self, class)
            && let Some(found) = class.lookup(self, name)
            && self
                .class_of(&found)
                .flags()
                .contains(TypeFlags::METHOD_DESCRIPTOR)
            && (!class.has_attributes() || attrs::get(self, value, name)?.is_none())
        {
            return Ok((found, true));
        }
        Ok((self.get_attr(value, name)?, false))
    }

    /// A type's name as `%T` shows it: with the module, unless that is `builtins` or `__main__`.
    pub fn type_name_qualified(&self, value: &Value) -> String {
        let class = self.class_of(value);
        let name = match class.qualname() {
            Some(name) => name.to_string_lossy().into_owned(),
            None => class.name().to_string_lossy().into_owned(),
        };
        let module = match class.def {
            Some(def) => Some(def.module.to_owned()),
            None => class
                .dict()
                .get_str(&self.names().__module__)
                .and_then(|module| {
                    Some(module.downcast_ref::<Str>()?.to_string_lossy().into_owned())
                }),
        };
        match module {
            Some(module) if module != "builtins" && module != "__main__" => {
                format!("{module}.{name}")
            }
            _ => name,
        }
    }
}
