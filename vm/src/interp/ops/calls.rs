//! Calls. A call of a Python function makes a frame and goes on in the same loop; anything else is called natively.

use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::interp::specialize::calls as specialize;
use crate::interp::stack::{FrameRef, Regs, Role, Saved};
use crate::native::{Args, Callee};
use crate::objects::bound_method::BoundMethod;
use crate::objects::class::call_class;
use crate::objects::descriptor::MethodDescriptor;
use crate::objects::function::Function;
use crate::objects::slots::SlotId;
use crate::objects::{Dict, NativeFunction, Object, Str, Tuple, Type, TypeFlags};
use crate::value::{Py, Value};

/// Units of `CALL` and `CALL_KW` with their caches: where the caller goes on.
const CALL_UNITS: u16 = 4;

/// `[callable, self or nothing, arguments...]`.
#[inline(always)]
pub(crate) fn call(cx: &Ctx, r: &mut Regs, arg: u32) -> PyResult<()> {
    let count = arg as usize;
    if let Some(function) = r.peek(count + 1).downcast_ref::<Function>() {
        let total = count + usize::from(r.peek_slot(count).is_some());
        if function
            .code
            .peek(|code| code.is_simple && code.argcount as usize == total)
        {
            return enter_exact(cx, r, count, total);
        }
    }
    *r = call_general(cx, r.saved(), count)?.load();
    Ok(())
}

/// Enters a function whose parameters are all given by position.
#[inline(always)]
fn enter_exact(cx: &Ctx, r: &mut Regs, count: usize, total: usize) -> PyResult<()> {
    let function = r.peek(count + 1).downcast_ref::<Function>();
    let Some(function) = function.cloned() else {
        return Err(cx.system_error("the callable is a function"));
    };
    let code = function.code.get();
    let frame = cx.push_frame(code, function)?;
    r.move_arguments(total, frame);
    r.drop_top(count + 2 - total);
    enter(cx, r, frame, CALL_UNITS);
    Ok(())
}

/// Goes on in a frame whose arguments are bound; the caller goes on so many units behind its instruction.
#[inline(always)]
fn enter(cx: &Ctx, r: &mut Regs, frame: FrameRef, units: u16) {
    r.save();
    r.frame.return_offset.set(units);
    cx.thread().enter(frame);
    *r = Regs::enter(frame, 0);
}

/// `CALL` of anything.
#[inline(never)]
pub(crate) fn call_general(cx: &Ctx, at: Saved, count: usize) -> PyResult<Saved> {
    let mut r = at.load();
    if r.is_warm() {
        specialize::call(cx, &r, count);
    }
    let mut total = count + usize::from(r.peek_slot(count).is_some());
    if total == count
        && let Some(method) = r.peek(count + 1).downcast_ref::<BoundMethod>()
    {
        let method = method.clone();
        drop(r.replace(count, Some(method.receiver.clone())));
        drop(r.replace(count + 1, Some(method.function.clone())));
        total += 1;
    }
    if let Some(function) = r.peek(count + 1).downcast_ref::<Function>() {
        let frame = cx.frame_for_call(function.clone(), Args::positional_only(r.top(total)))?;
        r.drop_top(count + 2);
        enter(cx, &mut r, frame, CALL_UNITS);
        return Ok(r.saved());
    }
    if total == count
        && let Some((init, instance)) = new_instance(cx, r.peek(count + 1))
    {
        drop(r.replace(count, Some(instance)));
        let args = Args::positional_only(r.top(count + 1));
        let frame = cx.frame_for_call(init, args)?;
        r.drop_top(count);
        leave_instance(&mut r);
        frame.role.set(Role::Init);
        enter(cx, &mut r, frame, CALL_UNITS);
        return Ok(r.saved());
    }
    r.save_height();
    let args = Args::positional_only(r.top(total));
    let result = cx.call_with(r.peek(count + 1), args)?;
    finish_native(&mut r, count, result);
    Ok(r.saved())
}

/// Puts the result of a native call in the place of callable and arguments.
#[inline(always)]
fn finish_native(r: &mut Regs, count: usize, result: Value) {
    r.drop_top(count + 1);
    let callable = r.replace(0, Some(result));
    r.skip(usize::from(CALL_UNITS) - 1);
    drop(callable);
}

/// An empty instance of a class whose construction is a Python `__init__` and nothing else, with that function.
#[inline(always)]
fn new_instance(cx: &Ctx, class: &Value) -> Option<(Py<Function>, Value)> {
    let class = class.downcast_ref::<Type>()?;
    let init = class.python_init()?;
    // A metaclass may have got a `__call__` of its own since.
    let meta = class.header().class();
    let type_ = &cx.types().type_;
    if !meta.is(type_) && !meta.slots.same(&type_.slots, SlotId::call) {
        return None;
    }
    Some((init, cx.heap().allocate(class, Object).into_value()))
}

/// `[class, instance]`: leaves the instance alone.
#[inline(always)]
fn leave_instance(r: &mut Regs) {
    let instance = r.pop_slot();
    let class = r.replace(0, instance);
    drop(class);
}

/// `CALL_ALLOC_AND_ENTER_INIT`. Returns whether the call is under way.
#[inline(always)]
pub(crate) fn enter_init(cx: &Ctx, r: &mut Regs, arg: u32) -> PyResult<bool> {
    let count = arg as usize;
    if r.peek_slot(count).is_some() {
        return Ok(false);
    }
    let Some((init, instance)) = new_instance(cx, r.peek(count + 1)) else {
        return Ok(false);
    };
    let code = init.code.get();
    if !code.is_simple || code.argcount as usize != count + 1 {
        return Ok(false);
    }
    let frame = cx.push_frame(code, init)?;
    drop(frame.replace_local(0, Some(instance.clone())));
    r.move_arguments_behind(count, frame);
    drop(r.replace(0, Some(instance)));
    leave_instance(r);
    frame.role.set(Role::Init);
    enter(cx, r, frame, CALL_UNITS);
    Ok(true)
}

/// The error of an `__init__` that returned a value.
#[cold]
pub(crate) fn init_returned(cx: &Ctx, value: &Value) -> PyErr {
    let class = cx.type_name(value);
    cx.type_error(format!("__init__() should return None, not '{class}'"))
}

/// `CALL_BUILTIN_O`, `CALL_BUILTIN_FAST`, `CALL_BUILTIN_FAST_WITH_KEYWORDS`: a native function, called with `run` if that
/// finds it to be of its kind. Returns whether it did.
#[inline(always)]
pub(crate) fn builtin(
    cx: &Ctx,
    r: &mut Regs,
    arg: u32,
    run: impl FnOnce(&Ctx, &Callee, &Value, &[Value]) -> Option<PyResult<Value>>,
) -> PyResult<bool> {
    let count = arg as usize;
    let function = r.peek(count + 1).downcast_ref::<NativeFunction>();
    let Some(function) = function.filter(|_| r.peek_slot(count).is_none()) else {
        return Ok(false);
    };
    let Some(result) = run(cx, &function.def.callee, &function.receiver, r.top(count)) else {
        return Ok(false);
    };
    let result = result?;
    finish_native(r, count, result);
    Ok(true)
}

/// `CALL_METHOD_DESCRIPTOR_*`: as [`builtin`], for a native method and its receiver.
#[inline(always)]
pub(crate) fn method_descriptor(
    cx: &Ctx,
    r: &mut Regs,
    arg: u32,
    run: impl FnOnce(&Ctx, &Callee, &Value, &[Value]) -> Option<PyResult<Value>>,
) -> PyResult<bool> {
    let count = arg as usize;
    let (Some(method), Some(receiver)) = (
        r.peek(count + 1).downcast_ref::<MethodDescriptor>(),
        r.peek_slot(count),
    ) else {
        return Ok(false);
    };
    let class = cx.class_of(receiver);
    if !class.is(&method.class) && !class.is_subtype(&method.class) {
        return Ok(false);
    }
    let Some(result) = run(cx, &method.def.callee, receiver, r.top(count)) else {
        return Ok(false);
    };
    let result = result?;
    finish_native(r, count, result);
    Ok(true)
}

/// Calls what takes nothing but its receiver.
#[inline(always)]
pub(crate) fn run_no_args(
    cx: &Ctx,
    callee: &Callee,
    receiver: &Value,
    args: &[Value],
) -> Option<PyResult<Value>> {
    match (callee, args) {
        (Callee::NoArgs(function), []) => Some(function(cx, receiver)),
        _ => None,
    }
}

/// Calls what takes one argument.
#[inline(always)]
pub(crate) fn run_one(
    cx: &Ctx,
    callee: &Callee,
    receiver: &Value,
    args: &[Value],
) -> Option<PyResult<Value>> {
    match (callee, args) {
        (Callee::One(function), [argument]) => Some(function(cx, receiver, argument)),
        _ => None,
    }
}

/// Calls what takes positional arguments.
#[inline(always)]
pub(crate) fn run_positional(
    cx: &Ctx,
    callee: &Callee,
    receiver: &Value,
    args: &[Value],
) -> Option<PyResult<Value>> {
    match callee {
        Callee::Positional(function) => Some(function(cx, receiver, args)),
        _ => None,
    }
}

/// Calls what takes keyword arguments too.
#[inline(always)]
pub(crate) fn run_keywords(
    cx: &Ctx,
    callee: &Callee,
    receiver: &Value,
    args: &[Value],
) -> Option<PyResult<Value>> {
    match callee {
        Callee::Keywords(function) => Some(function(cx, receiver, Args::positional_only(args))),
        _ => None,
    }
}

/// `CALL_BUILTIN_CLASS`: a native class.
#[inline(always)]
pub(crate) fn builtin_class(cx: &Ctx, r: &mut Regs, arg: u32) -> PyResult<bool> {
    let count = arg as usize;
    let class = r.peek(count + 1).downcast_ref::<Type>();
    let Some(class) = class.filter(|_| r.peek_slot(count).is_none()) else {
        return Ok(false);
    };
    if !class.header().class().is(&cx.types().type_) {
        return Ok(false);
    }
    let result = call_class(cx, class, Args::positional_only(r.top(count)))?;
    finish_native(r, count, result);
    Ok(true)
}

/// `CALL_TYPE_1`: the class of a value.
#[inline(always)]
pub(crate) fn type_of(cx: &Ctx, r: &mut Regs) -> bool {
    if !r.peek(2).is(cx.types().type_.as_value()) || r.peek_slot(1).is_some() {
        return false;
    }
    let class = cx.class_of(r.peek(0)).to_value();
    finish_native(r, 1, class);
    true
}

/// `[callable, self or nothing, arguments..., names of the last arguments]`.
#[inline(never)]
pub(crate) fn call_kw(cx: &Ctx, at: Saved, arg: u32) -> PyResult<Saved> {
    let mut r = at.load();
    let count = arg as usize;
    // The caller keeps its registers if this fails: nothing is popped before it cannot fail any more.
    let Some(names) = r.peek(0).downcast_ref::<Tuple>().cloned() else {
        return Err(cx.system_error("keyword names are no tuple"));
    };
    let mut total = count + usize::from(r.peek_slot(count + 1).is_some());
    if total == count
        && let Some(method) = r.peek(count + 2).downcast_ref::<BoundMethod>()
    {
        let method = method.clone();
        drop(r.replace(count + 1, Some(method.receiver.clone())));
        drop(r.replace(count + 2, Some(method.function.clone())));
        total += 1;
    }
    if let Some(function) = r.peek(count + 2).downcast_ref::<Function>() {
        let args = Args::new(&r.top(total + 1)[..total], names.as_slice());
        let frame = cx.frame_for_call(function.clone(), args)?;
        r.drop_top(count + 3);
        enter(cx, &mut r, frame, CALL_UNITS);
        return Ok(r.saved());
    }
    if total == count
        && let Some((init, instance)) = new_instance(cx, r.peek(count + 2))
    {
        drop(r.replace(count + 1, Some(instance)));
        let args = Args::new(&r.top(count + 2)[..=count], names.as_slice());
        let frame = cx.frame_for_call(init, args)?;
        r.drop_top(count + 1);
        leave_instance(&mut r);
        frame.role.set(Role::Init);
        enter(cx, &mut r, frame, CALL_UNITS);
        return Ok(r.saved());
    }
    let args = Args::new(&r.top(total + 1)[..total], names.as_slice());
    let result = cx.call_with(r.peek(count + 2), args)?;
    r.drop_top(count + 3);
    r.push(result);
    r.skip(3);
    Ok(r.saved())
}

/// `[callable, nothing, positional arguments, keyword arguments or nothing]`.
#[inline(never)]
pub(crate) fn call_function_ex(cx: &Ctx, at: Saved) -> PyResult<Saved> {
    let mut r = at.load();
    // As in `call_kw`: nothing is popped before it cannot fail any more.
    let keywords = r.peek_slot(0).clone();
    let positional = r.peek(1).clone();
    let positional = match positional.downcast_ref::<Tuple>() {
        Some(tuple) if !tuple.header().class().is_heap_type() => tuple.clone(),
        _ => {
            check_star_args(cx, r.peek(3), &positional)?;
            cx.tuple_from(&positional)?
        }
    };
    let (values, names) = match keywords
        .as_ref()
        .and_then(|dict| dict.downcast_ref::<Dict>())
    {
        Some(dict) if !dict.is_empty() => {
            let mut values = Vec::with_capacity(positional.length() + dict.len());
            values.extend_from_slice(positional.as_slice());
            let mut names = Vec::with_capacity(dict.len());
            let mut position = 0;
            while let Some((next, _, name, value)) = dict.next_entry(position) {
                if name.downcast_ref::<Str>().is_none() && !takes_any_keywords(cx, r.peek(3)) {
                    return Err(cx.type_error("keywords must be strings"));
                }
                position = next;
                names.push(name);
                values.push(value);
            }
            (values, names)
        }
        _ => (Vec::new(), Vec::new()),
    };
    let args = if names.is_empty() {
        Args::positional_only(positional.as_slice())
    } else {
        Args::new(&values, &names)
    };
    if let Some(function) = r.peek(3).downcast_ref::<Function>() {
        let frame = cx.frame_for_call(function.clone(), args)?;
        r.drop_top(4);
        enter(cx, &mut r, frame, 1);
        return Ok(r.saved());
    }
    let result = cx.call_with(r.peek(3), args)?;
    r.drop_top(4);
    r.push(result);
    Ok(r.saved())
}

/// Whether native code is called that looks at the names of keyword arguments itself.
#[cold]
fn takes_any_keywords(cx: &Ctx, callable: &Value) -> bool {
    if let Some(method) = callable.downcast_ref::<NativeFunction>() {
        let class = cx.class_of(&method.receiver);
        return class.flags().contains(TypeFlags::ANY_KEYWORDS);
    }
    callable.downcast_ref::<Type>().is_some_and(|class| {
        let is_native = |slot| !class.looks_up(slot);
        class.flags().contains(TypeFlags::ANY_KEYWORDS)
            && cx.class_of(callable).is(&cx.types().type_)
            && is_native(SlotId::new)
            && is_native(SlotId::init)
    })
}

fn check_star_args(cx: &Ctx, callable: &Value, args: &Value) -> PyResult<()> {
    if cx.class_of(args).slots.iter.get().is_some() || cx.is_sequence(args) {
        return Ok(());
    }
    Err(cx.type_error(format!(
        "{} argument after * must be an iterable, not {}",
        callable_label(cx, callable),
        cx.type_name(args)
    )))
}

/// How messages name what is called: `module.function()` or the value's text.
pub(crate) fn callable_label(cx: &Ctx, callable: &Value) -> String {
    let names = cx.names();
    let attribute = |name: &Py<Str>| match cx.find_attr(callable, name) {
        Ok(Some(value)) => value
            .downcast_ref::<Str>()
            .map(|text| text.to_string_lossy().into_owned()),
        _ => None,
    };
    match attribute(&names.__qualname__) {
        Some(name) => match attribute(&names.__module__) {
            Some(module) if module != "builtins" => format!("{module}.{name}()"),
            _ => format!("{name}()"),
        },
        None => match cx.str(callable) {
            Ok(text) => text.to_string_lossy().into_owned(),
            Err(_) => cx.type_name(callable),
        },
    }
}

/// Calls with what `LOAD_SPECIAL` found: the callable, and the receiver if it still wants one.
pub(crate) fn call_with_self(
    cx: &Ctx,
    callable: &Value,
    receiver: Option<&Value>,
    args: &[Value],
) -> PyResult<Value> {
    match receiver {
        Some(receiver) => {
            let mut values = vec![receiver.clone()];
            values.extend_from_slice(args);
            cx.call(callable, &values)
        }
        None => cx.call(callable, args),
    }
}

/// Adds keyword arguments to those collected so far.
pub(crate) fn dict_merge(cx: &Ctx, into: &Value, update: &Value, callable: &Value) -> PyResult<()> {
    let Some(into) = into.downcast_ref::<Dict>() else {
        return Err(cx.system_error("DICT_MERGE without a dict"));
    };
    let pairs = match update.downcast_ref::<Dict>() {
        Some(dict) if into.is_empty() && dict.header().class().is(&cx.types().dict) => {
            into.copy_entries_of(dict);
            return Ok(());
        }
        Some(dict) if !dict.header().class().is_heap_type() => dict.items(),
        _ => {
            let Some(keys) = cx.find_attr(update, &cx.names().keys)? else {
                return Err(cx.type_error(format!(
                    "{} argument after ** must be a mapping, not {}",
                    callable_label(cx, callable),
                    cx.type_name(update)
                )));
            };
            let mut pairs = Vec::new();
            for key in cx.collect(&cx.call(&keys, &[])?)? {
                let value = cx.get_item(update, &key)?;
                pairs.push((key, value));
            }
            pairs
        }
    };
    for (key, value) in pairs {
        if into.contains(cx, &key)? {
            // Whether it is a name at all is looked at later.
            return Err(cx.type_error(format!(
                "{} got multiple values for keyword argument '{}'",
                callable_label(cx, callable),
                cx.str(&key)?.to_string_lossy()
            )));
        }
        into.set(cx, &key, value)?;
    }
    Ok(())
}
