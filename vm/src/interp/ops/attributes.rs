//! Attributes.

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::interp::stack::{FrameRef, Regs};
use crate::objects::{Str, Type, TypeFlags, attrs};
use crate::value::{Py, Value};

#[inline(always)]
pub(crate) fn load_attr(cx: &Ctx, r: &mut Regs, arg: u32) -> PyResult<()> {
    let owner = r.pop_word();
    let frame = r.frame;
    let name = frame.code.name_at(arg >> 1);
    if arg & 1 == 0 {
        let value = cx.get_attr(&owner, name)?;
        r.push(value);
    } else {
        let (callable, is_method) = cx.get_method(&owner, name)?;
        r.push(callable);
        if is_method {
            r.push(owner.into_owned());
        } else {
            r.push_slot(None);
        }
    }
    r.skip(9);
    Ok(())
}

#[inline(always)]
pub(crate) fn store_attr(cx: &Ctx, r: &mut Regs, arg: u32) -> PyResult<()> {
    let owner = r.pop_word();
    let value = r.pop_word();
    let frame = r.frame;
    cx.set_attr(&owner, frame.code.name_at(arg), Some(&value))?;
    r.skip(4);
    Ok(())
}

/// `super().name` without making a `super` object where `super` is the builtin class.
#[inline(never)]
pub(crate) fn super_attr(
    cx: &Ctx,
    frame: FrameRef,
    arg: u32,
    super_class: &Value,
    class: &Value,
    receiver: &Value,
) -> PyResult<Value> {
    let name: &Py<Str> = frame.code.name_at(arg >> 2);
    if super_class.is(cx.types().super_.as_value()) {
        return cx.super_attribute(class, receiver, name);
    }
    if super_class.is(cx.types().super_.as_value()) {
        return cx.super_attribute(class, receiver, name);
    }
    let args = [class.clone(), receiver.clone()];
    let given = if arg & 2 != 0 { &args[..] } else { &[] };
    let proxy = cx.call(super_class, given)?;
    cx.get_attr(&proxy, name)
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

    /// A type's name as `%T` shows it: with the module, unless that is `builtins`.
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
            Some(module) if module != "builtins" => format!("{module}.{name}"),
            _ => name,
        }
    }
}
