//! `match`: mappings, sequences, classes.

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::objects::{Str, Tuple, Type, TypeFlags};
use crate::value::{Py, Value};

/// The values under the keys of a mapping pattern, as a tuple; `None` if one is missing.
pub(crate) fn match_keys(cx: &Ctx, subject: &Value, keys: &Value) -> PyResult<Value> {
    let Some(keys) = keys.downcast_ref::<Tuple>() else {
        return Err(cx.system_error("MATCH_KEYS without a tuple"));
    };
    if keys.length() == 0 {
        return Ok(cx.new_tuple(Vec::new()).into_value());
    }
    let get = cx.get_attr(subject, &cx.intern("get"))?;
    let missing = cx
        .heap()
        .allocate(&cx.types().object, crate::objects::Object)
        .into_value();
    let mut seen: Vec<&Value> = Vec::new();
    let mut values = Vec::with_capacity(keys.length());
    for key in keys.as_slice() {
        for known in &seen {
            if cx.is_equal(known, key)? {
                return Err(cx.value_error(format!(
                    "mapping pattern checks duplicate key ({})",
                    cx.repr(key)?.to_string_lossy()
                )));
            }
        }
        seen.push(key);
        let value = cx.call(&get, &[key.clone(), missing.clone()])?;
        if value.is(&missing) {
            return Ok(Value::NONE);
        }
        values.push(value);
    }
    Ok(cx.new_tuple(values).into_value())
}

/// The attributes that a class pattern looks at, as a tuple; `None` if the subject does not match.
pub(crate) fn match_class(
    cx: &Ctx,
    subject: &Value,
    class: &Value,
    names: &Value,
    positional: usize,
) -> PyResult<Value> {
    let Some(type_) = class.downcast_ref::<Type>() else {
        return Err(cx.type_error(format!(
            "called match pattern must be a class, got {}",
            cx.type_name(class)
        )));
    };
    if !is_instance(cx, subject, class, type_)? {
        return Ok(Value::NONE);
    }
    let Some(names) = names.downcast_ref::<Tuple>() else {
        return Err(cx.system_error("MATCH_CLASS without names"));
    };
    let mut seen: Vec<Py<Str>> = Vec::new();
    let mut attributes = Vec::new();
    if positional > 0 {
        let is_self = match_positional(cx, subject, type_, positional, &mut seen, &mut attributes)?;
        match is_self {
            Found::Missing => return Ok(Value::NONE),
            Found::Itself => attributes.push(subject.clone()),
            Found::Attributes => {}
        }
    }
    for name in names.as_slice() {
        let Some(name) = name.downcast_ref::<Str>() else {
            return Err(cx.system_error("MATCH_CLASS with a name that is no string"));
        };
        match attribute(cx, subject, type_, name, &mut seen)? {
            Some(value) => attributes.push(value),
            None => return Ok(Value::NONE),
        }
    }
    Ok(cx.new_tuple(attributes).into_value())
}

fn is_instance(cx: &Ctx, subject: &Value, class: &Value, type_: &Py<Type>) -> PyResult<bool> {
    if cx.class_of(subject).is_subtype(type_) {
        return Ok(true);
    }
    cx.is_instance(subject, class)
}

enum Found {
    Attributes,
    /// The only positional pattern matches the subject itself.
    Itself,
    Missing,
}

fn match_positional(
    cx: &Ctx,
    subject: &Value,
    class: &Py<Type>,
    count: usize,
    seen: &mut Vec<Py<Str>>,
    attributes: &mut Vec<Value>,
) -> PyResult<Found> {
    let name = || class.name().to_string_lossy().into_owned();
    let match_args = cx.find_attr(class.as_value(), &cx.names().__match_args__)?;
    let (allowed, is_self) = match &match_args {
        Some(args) => match args.downcast_ref::<Tuple>() {
            Some(args) => (args.as_slice(), false),
            None => {
                return Err(cx.type_error(format!(
                    "{}.__match_args__ must be a tuple (got {})",
                    name(),
                    cx.type_name(args)
                )));
            }
        },
        None => (&[][..], class.flags().contains(TypeFlags::MATCH_SELF)),
    };
    let limit = if is_self { 1 } else { allowed.len() };
    if count > limit {
        return Err(cx.type_error(format!(
            "{}() accepts {limit} positional sub-pattern{} ({count} given)",
            name(),
            if limit == 1 { "" } else { "s" }
        )));
    }
    if is_self {
        return Ok(Found::Itself);
    }
    for element in &allowed[..count] {
        let Some(attribute_name) = element.downcast_ref::<Str>() else {
            return Err(cx.type_error(format!(
                "__match_args__ elements must be strings (got {})",
                cx.type_name(element)
            )));
        };
        match attribute(cx, subject, class, attribute_name, seen)? {
            Some(value) => attributes.push(value),
            None => return Ok(Found::Missing),
        }
    }
    Ok(Found::Attributes)
}

fn attribute(
    cx: &Ctx,
    subject: &Value,
    class: &Py<Type>,
    name: &Py<Str>,
    seen: &mut Vec<Py<Str>>,
) -> PyResult<Option<Value>> {
    if seen.iter().any(|known| known.equals(name)) {
        return Err(cx.type_error(format!(
            "{}() got multiple sub-patterns for attribute {}",
            class.name().to_string_lossy(),
            cx.repr(name.as_value())?.to_string_lossy()
        )));
    }
    seen.push(name.clone());
    cx.find_attr(subject, &cx.intern_object(name))
}
