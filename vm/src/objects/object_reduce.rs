//! Pickling support that all objects have: `__reduce_ex__`, `__reduce__`, `__getstate__`.
//!
//! CPython 3.14: `_common_reduce`, `reduce_newobj`, `object_getstate` (`Objects/typeobject.c`). Tests:
//! `tests/run/object/`.

use taipan_macros::pymethods;

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::heap::Payload;
use crate::objects::descriptor::MethodDescriptor;
use crate::objects::{Dict, List, NativeFunction, Object, Str, Tuple};
use crate::value::{Py, Value};

fn copyreg(cx: &Ctx) -> PyResult<Value> {
    let name = cx.names().copyreg.to_value();
    cx.call(&cx.builtin("__import__")?, &[name])
}

/// The arguments for `__new__` that the object asks for.
#[derive(Default)]
struct NewArguments {
    positional: Option<Py<Tuple>>,
    keywords: Option<Py<Dict>>,
}

fn new_arguments(cx: &Ctx, this: &Value) -> PyResult<NewArguments> {
    let names = cx.names();
    if let Some(method) = cx.find_special(this, &names.__getnewargs_ex__)? {
        let result = cx.call(&method, &[])?;
        let Some(pair) = result.downcast_ref::<Tuple>() else {
            let given = cx.type_name(&result);
            return Err(cx.type_error(format!(
                "__getnewargs_ex__ should return a tuple, not '{given}'"
            )));
        };
        let [args, keywords] = pair.as_slice() else {
            let given = pair.length();
            return Err(cx.value_error(format!(
                "__getnewargs_ex__ should return a tuple of length 2, not {given}"
            )));
        };
        let wrong = |which: &str, wanted: &str, value: &Value| {
            let given = cx.type_name(value);
            cx.type_error(format!(
                "{which} item of the tuple returned by __getnewargs_ex__ must be a {wanted}, not '{given}'"
            ))
        };
        let positional = args
            .clone()
            .downcast()
            .map_err(|args| wrong("first", "tuple", &args))?;
        let keywords = keywords
            .clone()
            .downcast()
            .map_err(|keywords| wrong("second", "dict", &keywords))?;
        return Ok(NewArguments {
            positional: Some(positional),
            keywords: Some(keywords),
        });
    }
    if let Some(method) = cx.find_special(this, &names.__getnewargs__)? {
        let result = cx.call(&method, &[])?;
        let positional = result.downcast::<Tuple>().map_err(|result| {
            let given = cx.type_name(&result);
            cx.type_error(format!(
                "__getnewargs__ should return a tuple, not '{given}'"
            ))
        })?;
        return Ok(NewArguments {
            positional: Some(positional),
            keywords: None,
        });
    }
    Ok(NewArguments::default())
}

/// Protocol 2 and later: `copyreg.__newobj__` and what it needs.
fn reduce_new_object(cx: &Ctx, this: &Value) -> PyResult<Value> {
    let names = cx.names();
    let class = cx.class_of(this).clone();
    if class.slots.new.get().is_none() {
        let name = class.full_name();
        return Err(cx.type_error(format!("cannot pickle '{name}' object")));
    }
    let arguments = new_arguments(cx, this)?;
    let copyreg = copyreg(cx)?;
    let has_arguments = arguments.positional.is_some();
    let positional = arguments
        .positional
        .unwrap_or_else(|| cx.new_tuple(Vec::new()));
    let keywords = arguments.keywords.filter(|keywords| !keywords.is_empty());
    let (maker, maker_args) = match keywords {
        None => {
            let mut args = vec![class.to_value()];
            args.extend_from_slice(positional.as_slice());
            (cx.get_attr(&copyreg, &names.__newobj__)?, args)
        }
        Some(keywords) => {
            let args = vec![
                class.to_value(),
                positional.into_value(),
                keywords.into_value(),
            ];
            (cx.get_attr(&copyreg, &names.__newobj_ex__)?, args)
        }
    };
    let is_list = this.downcast_ref::<List>().is_some();
    let is_dict = this.downcast_ref::<Dict>().is_some();
    let state = state(cx, this, !(has_arguments || is_list || is_dict))?;
    let items = if is_list { cx.iter(this)? } else { Value::NONE };
    let pairs = if is_dict {
        let pairs = cx.call_method(this, &names.items, &[])?;
        cx.iter(&pairs)?
    } else {
        Value::NONE
    };
    let maker_args = cx.new_tuple(maker_args).into_value();
    Ok(cx
        .new_tuple(vec![maker, maker_args, state, items, pairs])
        .into_value())
}

/// `__getstate__()`; the default one may refuse what `required` says it must be able to keep.
fn state(cx: &Ctx, this: &Value, required: bool) -> PyResult<Value> {
    let getstate = cx.get_attr(this, &cx.names().__getstate__)?;
    let is_default = getstate
        .downcast_ref::<NativeFunction>()
        .is_some_and(|function| {
            let default = cx.types().object.lookup_own(&cx.names().__getstate__);
            default.is_some_and(|default| {
                default
                    .downcast_ref::<MethodDescriptor>()
                    .is_some_and(|default| std::ptr::eq(default.def, function.def))
            })
        });
    if is_default {
        default_state(cx, this, required)
    } else {
        cx.call(&getstate, &[])
    }
}

/// The names of the `__slots__` members of an object's class, as `copyreg` caches them.
fn slot_names(cx: &Ctx, this: &Value) -> PyResult<Vec<Value>> {
    let class = cx.class_of(this).clone();
    let known = class.lookup_own(&cx.names().__slotnames__);
    let names = match known {
        Some(names) => names,
        None => cx.call_method(&copyreg(cx)?, &cx.intern("_slotnames"), &[class.to_value()])?,
    };
    if names.is_none() {
        return Ok(Vec::new());
    }
    match names.downcast_ref::<List>() {
        Some(names) => Ok(names.to_vec()),
        None => Err(cx.type_error("copyreg._slotnames didn't return a list or None")),
    }
}

fn default_state(cx: &Ctx, this: &Value, required: bool) -> PyResult<Value> {
    let class = cx.class_of(this).clone();
    let refused = || {
        let name = class.full_name();
        cx.type_error(format!("cannot pickle '{name}' object"))
    };
    if required && !std::ptr::eq(class.layout, Object::layout()) {
        return Err(refused());
    }
    let dict = cx.find_attr(this, &cx.names().__dict__)?;
    let names = slot_names(cx, this)?;
    if required && class.member_count() > names.len() {
        return Err(refused());
    }
    let dict = match dict {
        // As in CPython, an empty dict that nobody asked for before does not count.
        Some(dict) => match dict.downcast_ref::<Dict>() {
            Some(own) if own.is_empty() => None,
            _ => Some(dict),
        },
        None => None,
    };
    let members = cx.new_dict();
    for name in &names {
        let name: &Py<Str> = cx.attribute_name(name)?;
        if let Some(value) = cx.find_attr(this, name)? {
            members.set_str(name, value);
        }
    }
    let dict = dict.unwrap_or(Value::NONE);
    if members.is_empty() {
        return Ok(dict);
    }
    Ok(cx.new_tuple(vec![dict, members.into_value()]).into_value())
}

fn reduce(cx: &Ctx, this: &Value, protocol: i32) -> PyResult<Value> {
    if protocol >= 2 {
        return reduce_new_object(cx, this);
    }
    let args = [this.clone(), Value::int32(protocol)];
    cx.call_method(&copyreg(cx)?, &cx.intern("_reduce_ex"), &args)
}

#[pymethods(part = 1)]
impl Object {
    /// Helper for pickle.
    #[pymethod(signature = (protocol, /))]
    fn __reduce_ex__(this: &Value, cx: &Ctx, protocol: i32) -> PyResult<Value> {
        let name = &cx.names().__reduce__;
        let class = cx.class_of(this).clone();
        if let Some(method) = class.lookup(cx, name) {
            let default = cx.types().object.lookup_own(name);
            if !default.is_some_and(|default| default.is(&method)) {
                return cx.call_method(this, name, &[]);
            }
        }
        reduce(cx, this, protocol)
    }

    /// Helper for pickle.
    fn __reduce__(this: &Value, cx: &Ctx) -> PyResult<Value> {
        reduce(cx, this, 0)
    }

    /// Helper for pickle.
    fn __getstate__(this: &Value, cx: &Ctx) -> PyResult<Value> {
        default_state(cx, this, false)
    }
}
