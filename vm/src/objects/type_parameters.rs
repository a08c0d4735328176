//! Parameters of generic types: finding them in arguments, putting others in their place, showing arguments as text.
//!
//! CPython 3.14: `_Py_make_parameters`, `_Py_subs_parameters` (`Objects/genericaliasobject.c`), `_Py_typing_type_repr`
//! (`Objects/unionobject.c`). Tests: `tests/run/generic_alias/`.

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::objects::{List, Str, Tuple, Type};
use crate::value::{Py, Value};

/// What is done when arguments nest too deep.
const DEEP: &str = " in __parameter__ calculation";

/// The items of a tuple or list.
fn nested(value: &Value) -> Option<Vec<Value>> {
    if let Some(tuple) = value.downcast_ref::<Tuple>() {
        return Some(tuple.as_slice().to_vec());
    }
    value.downcast_ref::<List>().map(|list| list.to_vec())
}

/// The distinct type parameters of generic arguments, in the order of their appearance.
///
/// # Errors
/// What looking at the arguments raises.
pub fn find_parameters(cx: &Ctx, args: &[Value]) -> PyResult<Vec<Value>> {
    cx.check_native_stack(DEEP)?;
    let mut parameters = Vec::new();
    let mut add = |value: &Value| {
        if !parameters.iter().any(|known: &Value| known.is(value)) {
            parameters.push(value.clone());
        }
    };
    for arg in args {
        if arg.downcast_ref::<Type>().is_some() {
            continue;
        }
        if let Some(items) = nested(arg) {
            find_parameters(cx, &items)?.iter().for_each(&mut add);
            continue;
        }
        if cx.find_attr(arg, &cx.names().__typing_subst__)?.is_some() {
            add(arg);
            continue;
        }
        if let Some(theirs) = cx.find_attr(arg, &cx.names().__parameters__)?
            && let Some(theirs) = theirs.downcast_ref::<Tuple>()
        {
            theirs.as_slice().iter().for_each(&mut add);
        }
    }
    Ok(parameters)
}

/// A subscript as a list of arguments, with unpacked tuples unpacked.
fn unpack_arguments(cx: &Ctx, item: &Value) -> PyResult<Vec<Value>> {
    let items = match item.downcast_ref::<Tuple>() {
        Some(tuple) => tuple.as_slice().to_vec(),
        None => vec![item.clone()],
    };
    let mut unpacked = Vec::new();
    for item in items {
        if item.downcast_ref::<Type>().is_none()
            && let Some(inner) = cx.find_attr(&item, &cx.names().__typing_unpacked_tuple_args__)?
            && let Some(inner) = inner.downcast_ref::<Tuple>()
        {
            let is_open = inner
                .as_slice()
                .last()
                .is_some_and(|last| last.is(&Value::ELLIPSIS));
            if !is_open {
                unpacked.extend_from_slice(inner.as_slice());
                continue;
            }
        }
        unpacked.push(item);
    }
    Ok(unpacked)
}

fn is_unpacked_type_var_tuple(cx: &Ctx, value: &Value) -> PyResult<bool> {
    if value.downcast_ref::<Type>().is_some() {
        return Ok(false);
    }
    match cx.find_attr(value, &cx.names().__typing_is_unpacked_typevartuple__)? {
        Some(flag) => cx.is_true(&flag),
        None => Ok(false),
    }
}

/// The arguments of `alias` (a `list[T]`, a `T | None`) after `alias[item]`.
///
/// # Errors
/// `TypeError` if `alias` is not generic or the number of arguments is wrong.
pub fn substitute(
    cx: &Ctx,
    alias: &Value,
    args: &[Value],
    parameters: &[Value],
    item: &Value,
) -> PyResult<Vec<Value>> {
    if parameters.is_empty() {
        let alias = cx.repr(alias)?;
        return Err(cx.type_error(format!(
            "{} is not a generic class",
            alias.to_string_lossy()
        )));
    }
    let mut given = cx.new_tuple(unpack_arguments(cx, item)?).into_value();
    for parameter in parameters {
        let prepare = cx.find_attr(parameter, &cx.names().__typing_prepare_subst__)?;
        if let Some(prepare) = prepare.filter(|prepare| !prepare.is_none()) {
            let prepared = cx.call(&prepare, &[alias.clone(), given])?;
            given = match prepared.downcast_ref::<Tuple>() {
                Some(_) => prepared,
                None => cx.new_tuple(vec![prepared]).into_value(),
            };
        }
    }
    let given = match given.downcast_ref::<Tuple>() {
        Some(given) => given.as_slice().to_vec(),
        None => vec![given],
    };
    if given.len() != parameters.len() {
        let quantity = if given.len() > parameters.len() {
            "many"
        } else {
            "few"
        };
        let alias = cx.repr(alias)?;
        return Err(cx.type_error(format!(
            "Too {quantity} arguments for {}; actual {}, expected {}",
            alias.to_string_lossy(),
            given.len(),
            parameters.len()
        )));
    }
    replace(cx, args, parameters, &given)
}

fn replace(
    cx: &Ctx,
    args: &[Value],
    parameters: &[Value],
    given: &[Value],
) -> PyResult<Vec<Value>> {
    cx.check_native_stack(DEEP)?;
    let mut new = Vec::with_capacity(args.len());
    for arg in args {
        if arg.downcast_ref::<Type>().is_some() {
            new.push(arg.clone());
            continue;
        }
        if let Some(items) = nested(arg) {
            let items = replace(cx, &items, parameters, given)?;
            new.push(match arg.downcast_ref::<List>() {
                Some(_) => cx.new_list(items).into_value(),
                None => cx.new_tuple(items).into_value(),
            });
            continue;
        }
        let unpack = is_unpacked_type_var_tuple(cx, arg)?;
        let replaced = match cx.find_attr(arg, &cx.names().__typing_subst__)? {
            Some(subst) => match parameters.iter().position(|known| known.is(arg)) {
                Some(index) => cx.call(&subst, std::slice::from_ref(&given[index]))?,
                // It was none yet when the parameters were looked for.
                None => {
                    let arg = cx.repr(arg)?;
                    return Err(cx.type_error(format!(
                        "argument {} with __typing_subst__ was not found in __parameters__",
                        arg.to_string_lossy()
                    )));
                }
            },
            None => replace_inside(cx, arg, parameters, given)?,
        };
        if !unpack {
            new.push(replaced);
            continue;
        }
        let Some(items) = replaced.downcast_ref::<Tuple>() else {
            return Err(cx.type_error(format!(
                "expected __typing_subst__ of {} objects to return a tuple, not {}",
                cx.class_of(arg).dotted_name(cx)?,
                cx.class_of(&replaced).dotted_name(cx)?
            )));
        };
        new.extend_from_slice(items.as_slice());
    }
    Ok(new)
}

/// `list[T]` within `dict[str, list[T]]`: subscripts the inner alias with what its parameters become.
fn replace_inside(cx: &Ctx, arg: &Value, parameters: &[Value], given: &[Value]) -> PyResult<Value> {
    let own = match cx.find_attr(arg, &cx.names().__parameters__)? {
        Some(own) => match own.downcast::<Tuple>() {
            Ok(own) if own.length() > 0 => own,
            _ => return Ok(arg.clone()),
        },
        None => return Ok(arg.clone()),
    };
    let mut values = Vec::with_capacity(own.length());
    for parameter in own.as_slice() {
        match parameters.iter().position(|known| known.is(parameter)) {
            Some(index) => {
                let value = &given[index];
                if cx.class_of(parameter).slots.iter.get().is_some()
                    && let Some(items) = value.downcast_ref::<Tuple>()
                {
                    values.extend_from_slice(items.as_slice());
                } else {
                    values.push(value.clone());
                }
            }
            None => values.push(parameter.clone()),
        }
    }
    cx.get_item(arg, cx.new_tuple(values).as_value())
}

/// How an argument of a generic type shows.
///
/// # Errors
/// What `__repr__` and the attributes raise.
pub fn argument_text(cx: &Ctx, arg: &Value) -> PyResult<String> {
    let names = cx.names();
    if arg.is(&Value::ELLIPSIS) {
        return Ok("...".to_owned());
    }
    if arg.is_none() || arg.is(cx.types().none_type.as_value()) {
        return Ok("None".to_owned());
    }
    let is_alias = cx.find_attr(arg, &names.__origin__)?.is_some()
        && cx.find_attr(arg, &names.__args__)?.is_some();
    if !is_alias
        && let Some(qualname) = cx.find_attr(arg, &names.__qualname__)?
        && let Some(module) = cx.find_attr(arg, &names.__module__)?
        && !module.is_none()
    {
        let qualname = cx.str(&qualname)?;
        if module
            .downcast_ref::<Str>()
            .is_some_and(|module| module.as_wtf8() == "builtins")
        {
            return Ok(qualname.to_string_lossy().into_owned());
        }
        let module = cx.str(&module)?;
        return Ok(format!(
            "{}.{}",
            module.to_string_lossy(),
            qualname.to_string_lossy()
        ));
    }
    Ok(cx.repr(arg)?.to_string_lossy().into_owned())
}

/// Like [`argument_text`], for arguments that may be lists of arguments (`Callable[[int], str]`).
///
/// # Errors
/// What `__repr__` and the attributes raise.
pub fn argument_list_text(cx: &Ctx, arg: &Value) -> PyResult<String> {
    let Some(list) = arg.downcast_ref::<List>() else {
        return argument_text(cx, arg);
    };
    let mut parts = Vec::new();
    for index in 0..list.length() {
        // A `repr` may take items away.
        let item = list
            .get(index)
            .ok_or_else(|| cx.index_error("list index out of range"))?;
        parts.push(argument_text(cx, &item)?);
    }
    Ok(format!("[{}]", parts.join(", ")))
}

/// A subscript as a tuple.
pub fn as_tuple(cx: &Ctx, item: &Value) -> Py<Tuple> {
    match item.downcast_ref::<Tuple>() {
        Some(tuple) => tuple.clone(),
        None => cx.new_tuple(vec![item.clone()]),
    }
}
