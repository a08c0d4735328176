//! `CALL` of anything but a Python function, which needs no other form.

use taipan_compiler::code_object::CodeFlags;

use crate::ctx::Ctx;
use crate::interp::numbers::*;
use crate::interp::stack::Regs;
use crate::native::Callee;
use crate::objects::descriptor::MethodDescriptor;
use crate::objects::function::Function;
use crate::objects::slots::SlotId;
use crate::objects::{NativeFunction, Type, TypeFlags};
use crate::value::{Py, Value};

/// Specialises the `CALL` with `count` arguments that was just fetched.
#[cold]
#[inline(never)]
pub(in crate::interp) fn call(cx: &Ctx, r: &Regs, count: usize) {
    let (callable, receiver) = (r.peek(count + 1), r.peek_slot(count));
    let op = match receiver {
        None => form_for(cx, callable, count),
        Some(_) => form_for_method(callable, count),
    };
    r.frame
        .code
        .rewrite(r.offset() - 1, op.unwrap_or(CALL), &[]);
}

fn form_for(cx: &Ctx, callable: &Value, count: usize) -> Option<u8> {
    if let Some(function) = callable.downcast_ref::<NativeFunction>() {
        return match function.def.callee {
            Callee::One(_) => (count == 1).then_some(CALL_BUILTIN_O),
            Callee::Positional(_) => Some(CALL_BUILTIN_FAST),
            Callee::Keywords(_) => Some(CALL_BUILTIN_FAST_WITH_KEYWORDS),
            Callee::NoArgs(_) => None,
        };
    }
    let class = callable.downcast_ref::<Type>()?;
    let type_ = &cx.types().type_;
    if class.is(type_) {
        return (count == 1).then_some(CALL_TYPE_1);
    }
    if !class.is_heap_type() {
        let is_plain = class.header().class().is(type_);
        return is_plain.then_some(CALL_BUILTIN_CLASS);
    }
    remember_init(cx, class).then_some(CALL_ALLOC_AND_ENTER_INIT)
}

fn form_for_method(callable: &Value, count: usize) -> Option<u8> {
    let method = callable.downcast_ref::<MethodDescriptor>()?;
    match method.def.callee {
        Callee::NoArgs(_) => (count == 0).then_some(CALL_METHOD_DESCRIPTOR_NOARGS),
        Callee::One(_) => (count == 1).then_some(CALL_METHOD_DESCRIPTOR_O),
        Callee::Positional(_) => Some(CALL_METHOD_DESCRIPTOR_FAST),
        Callee::Keywords(_) => Some(CALL_METHOD_DESCRIPTOR_FAST_WITH_KEYWORDS),
    }
}

/// Lets a class remember its `__init__` if calling it means to make an empty object and to call that. Returns whether it
/// does.
fn remember_init(cx: &Ctx, class: &Py<Type>) -> bool {
    let (object, version) = (&cx.types().object, class.version(cx));
    let generators = CodeFlags::GENERATOR | CodeFlags::COROUTINE | CodeFlags::ASYNC_GENERATOR;
    let is_plain = class.slots.same(&object.slots, SlotId::new)
        && std::ptr::eq(class.layout, object.layout)
        && !class.flags().contains(TypeFlags::ABSTRACT)
        && version != 0;
    let init = class.lookup(cx, &cx.names().__init__);
    match init
        .as_ref()
        .and_then(|init| init.downcast_ref::<Function>())
    {
        Some(init) if is_plain && !init.code.get().flags.intersects(generators) => {
            class.remember_python_init(version, init);
            true
        }
        _ => false,
    }
}
