//! `__build_class__`: what a `class` statement calls.
//!
//! CPython 3.14: `builtin___build_class__` (`Python/bltinmodule.c`), PEP 560. Tests: `tests/run/class/`.

use taipan_macros::pyfunction;

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::Args;
use crate::objects::cell::Cell;
use crate::objects::function::Function;
use crate::objects::{Str, Tuple, Type};
use crate::value::{Py, Value};

/// __build_class__(func, name, /, *bases, [metaclass], **kwds) -> class
///
/// Internal helper function used by the class statement.
#[pyfunction(text_signature = None)]
pub(super) fn __build_class__(cx: &Ctx, args: Args<'_>) -> PyResult<Value> {
    let [body, name, original_bases @ ..] = args.positional() else {
        return Err(cx.type_error("__build_class__: not enough arguments"));
    };
    let Some(body) = body.downcast_ref::<Function>() else {
        return Err(cx.type_error("__build_class__: func must be a function"));
    };
    let Some(class_name) = name.downcast_ref::<Str>() else {
        return Err(cx.type_error("__build_class__: name is not a string"));
    };
    let original_bases = cx.new_tuple_from(original_bases);
    let bases = update_bases(cx, &original_bases)?;

    let mut metaclass = None;
    let mut keywords: Vec<(Py<Str>, Value)> = Vec::new();
    for (keyword, value) in args.keywords() {
        if keyword.as_wtf8() == "metaclass" {
            metaclass = Some(value.clone());
        } else {
            keywords.push((keyword.clone(), value.clone()));
        }
    }
    let metaclass = metaclass.unwrap_or_else(|| match bases.as_slice().first() {
        Some(base) => cx.class_of(base).to_value(),
        None => cx.types().type_.to_value(),
    });
    let is_class = metaclass.downcast_ref::<Type>().is_some();
    let metaclass = match metaclass.downcast::<Type>() {
        Ok(class) => cx
            .most_derived_metaclass(&class, bases.as_slice())?
            .into_value(),
        Err(other) => other,
    };

    let namespace = prepare(cx, &metaclass, is_class, class_name, &bases, &keywords)?;
    let cell = cx.run_function_in(body, Some(&namespace))?;
    if !bases.is(&original_bases) {
        let key = cx.names().__orig_bases__.to_value();
        cx.set_item(&namespace, &key, original_bases.as_value())?;
    }
    let class = call_metaclass(cx, &metaclass, class_name, &bases, &namespace, &keywords)?;
    if class.downcast_ref::<Type>().is_some()
        && let Some(cell) = cell.downcast_ref::<Cell>()
    {
        check_class_cell(cx, cell, &class, class_name, &metaclass)?;
    }
    Ok(class)
}

/// Replaces bases that are no classes by what their `__mro_entries__` gives.
fn update_bases(cx: &Ctx, original: &Py<Tuple>) -> PyResult<Py<Tuple>> {
    let mut changed: Option<Vec<Value>> = None;
    for (index, base) in original.as_slice().iter().enumerate() {
        let entries = if base.downcast_ref::<Type>().is_some() {
            None
        } else {
            cx.find_attr(base, &cx.names().__mro_entries__)?
        };
        let Some(entries) = entries else {
            if let Some(bases) = &mut changed {
                bases.push(base.clone());
            }
            continue;
        };
        let new = cx.call(&entries, &[original.to_value()])?;
        let Some(new) = new.downcast_ref::<Tuple>() else {
            return Err(cx.type_error("__mro_entries__ must return a tuple"));
        };
        changed
            .get_or_insert_with(|| original.as_slice()[..index].to_vec())
            .extend_from_slice(new.as_slice());
    }
    Ok(changed.map_or_else(|| original.clone(), |bases| cx.new_tuple(bases)))
}

fn prepare(
    cx: &Ctx,
    metaclass: &Value,
    is_class: bool,
    name: &Py<Str>,
    bases: &Py<Tuple>,
    keywords: &[(Py<Str>, Value)],
) -> PyResult<Value> {
    if metaclass.is(cx.types().type_.as_value()) {
        return Ok(cx.new_dict().into_value());
    }
    let Some(prepare) = cx.find_attr(metaclass, &cx.names().__prepare__)? else {
        return Ok(cx.new_dict().into_value());
    };
    let namespace = call_with_keywords(
        cx,
        &prepare,
        vec![name.to_value(), bases.to_value()],
        keywords,
    )?;
    if cx.class_of(&namespace).slots.subscript.get().is_none() {
        let class = match metaclass.downcast_ref::<Type>() {
            Some(class) if is_class => class.name().to_string_lossy().into_owned(),
            _ => "<metaclass>".to_owned(),
        };
        let other = cx.type_name(&namespace);
        return Err(cx.type_error(format!(
            "{class}.__prepare__() must return a mapping, not {other}"
        )));
    }
    Ok(namespace)
}

fn call_metaclass(
    cx: &Ctx,
    metaclass: &Value,
    name: &Py<Str>,
    bases: &Py<Tuple>,
    namespace: &Value,
    keywords: &[(Py<Str>, Value)],
) -> PyResult<Value> {
    let args = vec![name.to_value(), bases.to_value(), namespace.clone()];
    call_with_keywords(cx, metaclass, args, keywords)
}

fn call_with_keywords(
    cx: &Ctx,
    callable: &Value,
    mut values: Vec<Value>,
    keywords: &[(Py<Str>, Value)],
) -> PyResult<Value> {
    values.extend(keywords.iter().map(|(_, value)| value.clone()));
    let names: Vec<Value> = keywords.iter().map(|(name, _)| name.to_value()).collect();
    cx.call_with(callable, Args::new(&values, &names))
}

/// `type.__new__` must have put the class into the cell that `super()` and `__class__` use.
fn check_class_cell(
    cx: &Ctx,
    cell: &Py<Cell>,
    class: &Value,
    name: &Py<Str>,
    metaclass: &Value,
) -> PyResult<()> {
    let found = cell.contents.get();
    if found.as_ref().is_some_and(|found| found.is(class)) {
        return Ok(());
    }
    let (name, metaclass) = (cx.repr(name.as_value())?, cx.repr(metaclass)?);
    let (name, metaclass) = (name.to_string_lossy(), metaclass.to_string_lossy());
    match found {
        None => Err(cx.runtime_error(format!(
            "__class__ not set defining {name} as {metaclass}. Was __classcell__ propagated to type.__new__?"
        ))),
        Some(found) => {
            let found = cx.repr(&found)?;
            let found = found.to_string_lossy();
            Err(cx.type_error(format!("__class__ set to {found} defining {name} as {metaclass}")))
        }
    }
}
