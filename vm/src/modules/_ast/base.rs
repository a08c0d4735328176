//! `ast.AST`, the base of all nodes: how nodes are made, pickled, replaced and shown.
//!
//! CPython 3.14: `ast_type_init`, `ast_type_reduce`, `ast_type_replace`, `ast_repr` (`Python/Python-ast.c`). Every
//! method asks the class for `_fields`, `_attributes` and `_field_types`: programs make subclasses of their own.

use taipan_macros::{pyclass, pymethods};
use taipan_text::Wtf8Buf;

use super::classes::Classes;
use super::nodes::{Group, Node};
use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::native::Args;
use crate::objects::generic_alias::GenericAlias;
use crate::objects::union::Union;
use crate::objects::{Dict, List, Tuple, Type, attrs};
use crate::value::{Py, Value};

// A node; everything it holds is an attribute. No documentation: the class has none for Python either.
#[pyclass(name = "AST", module = "ast", subclassable, dict, any_keywords)]
pub(super) struct Ast;

/// How many levels of nodes `repr` shows.
const REPR_DEPTH: usize = 3;

#[pymethods]
impl Ast {
    #[new]
    fn make(cx: &Ctx, cls: &Py<Type>, _args: Args<'_>) -> Py<Ast> {
        cx.heap().allocate(cls, Ast)
    }

    #[init]
    fn init(this: &Value, cx: &Ctx, args: Args<'_>) -> PyResult<()> {
        let class = cx.class_of(this).clone();
        let fields = cx.get_attr_str(class.as_value(), "_fields")?;
        let count = cx.len(&fields)?;
        let given = args.positional();
        if count < given.len() {
            let plural = if count == 1 { "" } else { "s" };
            return Err(cx.type_error(format!(
                "{} constructor takes at most {count} positional argument{plural}",
                class.name().to_string_lossy()
            )));
        }
        let mut open = cx.collect(&fields)?;
        for (index, value) in given.iter().enumerate() {
            let name = cx.sequence_item(&fields, index as isize)?;
            set(cx, this, &name, value)?;
            discard(cx, &mut open, &name)?;
        }
        for (name, value) in args.any_keywords() {
            keyword(cx, &class, &fields, &mut open, name)?;
            set(cx, this, name, value)?;
        }
        fill(cx, this, &class, &open)
    }

    /// The node as its class with placeholders for fields, and its attributes.
    fn __reduce__(this: &Value, cx: &Ctx) -> PyResult<Value> {
        let class = cx.class_of(this).to_value();
        let empty = cx.new_tuple(Vec::new()).into_value();
        let Some(dict) = attrs::dict(cx, this) else {
            return Ok(cx.new_tuple(vec![class, empty]).into_value());
        };
        let Some(fields) = cx.find_attr(&class, &cx.intern("_fields"))? else {
            let parts = vec![class, empty, dict.into_value()];
            return Ok(cx.new_tuple(parts).into_value());
        };
        // Required fields that are missing when the node is made again would warn: `None` stands in.
        let mut placeholders = Vec::new();
        for name in cx.collect(&fields)? {
            if !dict.contains(cx, &name)? {
                break;
            }
            placeholders.push(Value::NONE);
        }
        let state = cx.new_dict_from(dict.duplicate()).into_value();
        let placeholders = cx.new_tuple(placeholders).into_value();
        Ok(cx.new_tuple(vec![class, placeholders, state]).into_value())
    }

    /// Return a copy of the AST node with new values for the specified fields.
    #[pymethod(text_signature = "($self, /, **fields)")]
    fn __replace__(this: &Value, cx: &Ctx, args: Args<'_>) -> PyResult<Value> {
        if !args.positional().is_empty() {
            return Err(cx.type_error("__replace__() takes no positional arguments"));
        }
        let class = cx.class_of(this).clone();
        let names = |attribute: &str| -> PyResult<Vec<Value>> {
            match cx.find_attr(class.as_value(), &cx.intern(attribute))? {
                Some(names) => cx.collect(&names),
                None => Ok(Vec::new()),
            }
        };
        let (fields, places) = (names("_fields")?, names("_attributes")?);
        let dict = attrs::dict(cx, this).unwrap_or_else(|| cx.new_dict());
        check_replacement(cx, &class, (&fields, &places), &dict, args)?;
        let new = cx.new_dict();
        for name in fields.iter().chain(&places) {
            if let Some(value) = dict.get(cx, name)? {
                new.set(cx, name, value)?;
            }
        }
        for (name, value) in args.any_keywords() {
            new.set(cx, name, value.clone())?;
        }
        let names = new.keys();
        cx.call_with(class.as_value(), Args::new(&new.values(), &names))
    }

    fn __repr__(this: &Value, cx: &Ctx) -> PyResult<Wtf8Buf> {
        let classes = Classes::of(cx)?;
        shown(cx, &classes, this, REPR_DEPTH)
    }

    #[getter]
    fn __dict__(this: &Value, cx: &Ctx) -> Option<Py<Dict>> {
        attrs::dict(cx, this)
    }

    #[setter(name = "__dict__")]
    fn set_dict(this: &Value, cx: &Ctx, value: Option<&Value>) -> PyResult<()> {
        let Some(value) = value else {
            return Err(cx.type_error("cannot delete __dict__"));
        };
        let Some(dict) = value.downcast_ref::<Dict>() else {
            let given = cx.type_name(value);
            return Err(cx.type_error(format!(
                "__dict__ must be set to a dictionary, not a '{given}'"
            )));
        };
        attrs::set_dict(this, dict.clone());
        Ok(())
    }
}

fn set(cx: &Ctx, this: &Value, name: &Value, value: &Value) -> PyResult<()> {
    cx.set_attr(this, cx.attribute_name(name)?, Some(value))
}

/// Takes `name` out; tells whether it was there.
fn discard(cx: &Ctx, names: &mut Vec<Value>, name: &Value) -> PyResult<bool> {
    for index in 0..names.len() {
        if cx.item_equal(&names[index], name)? {
            names.remove(index);
            return Ok(true);
        }
    }
    Ok(false)
}

fn shown_name(cx: &Ctx, name: &Value) -> PyResult<String> {
    Ok(cx.repr(name)?.to_string_lossy().into_owned())
}

/// Checks a keyword of the constructor.
fn keyword(
    cx: &Ctx,
    class: &Py<Type>,
    fields: &Value,
    open: &mut Vec<Value>,
    name: &Value,
) -> PyResult<()> {
    let class_name = class.full_name();
    if cx.contains(fields, name)? {
        if discard(cx, open, name)? {
            return Ok(());
        }
        let name = shown_name(cx, name)?;
        return Err(cx.type_error(format!(
            "{class_name} got multiple values for argument {name}"
        )));
    }
    let places = cx.get_attr_str(class.as_value(), "_attributes")?;
    if cx.contains(&places, name)? {
        return Ok(());
    }
    let name = shown_name(cx, name)?;
    cx.warn(
        &cx.types().deprecation_warning,
        &format!(
            "{class_name}.__init__ got an unexpected keyword argument {name}. Support for arbitrary keyword arguments \
             is deprecated and will be removed in Python 3.15."
        ),
    )
}

/// Gives the fields that nobody gave their defaults: nothing for optional ones, an empty list, `Load()`.
fn fill(cx: &Ctx, this: &Value, class: &Py<Type>, open: &[Value]) -> PyResult<()> {
    if open.is_empty() {
        return Ok(());
    }
    // A subclass of somebody's own may have no types; its fields then stay unset.
    let Some(types) = cx.find_attr(class.as_value(), &cx.intern("_field_types"))? else {
        return Ok(());
    };
    let classes = Classes::of(cx)?;
    let class_name = class.full_name();
    let deprecated = |message: String| cx.warn(&cx.types().deprecation_warning, &message);
    for name in open {
        let known = match types.downcast_ref::<Dict>() {
            Some(types) => types.get(cx, name)?,
            None => None,
        };
        let shown = || shown_name(cx, name);
        match known {
            None => deprecated(format!(
                "Field {} is missing from {class_name}._field_types. This will become an error in Python 3.15.",
                shown()?
            ))?,
            Some(kind) if kind.downcast_ref::<Union>().is_some() => {}
            Some(kind) if kind.downcast_ref::<GenericAlias>().is_some() => {
                set(cx, this, name, cx.new_list(Vec::new()).as_value())?;
            }
            Some(kind) if kind.is(classes.group(Group::ExprContext).as_value()) => {
                let load = classes.node(Node::Load).singleton.as_ref();
                set(cx, this, name, load.unwrap_or(&Value::NONE))?;
            }
            Some(_) => deprecated(format!(
                "{class_name}.__init__ missing 1 required positional argument: {}. This will become an error in \
                 Python 3.15.",
                shown()?
            ))?,
        }
    }
    Ok(())
}

fn check_replacement(
    cx: &Ctx,
    class: &Py<Type>,
    (fields, places): (&[Value], &[Value]),
    dict: &Py<Dict>,
    args: Args<'_>,
) -> PyResult<()> {
    let mut expected = fields.to_vec();
    expected.extend(places.iter().cloned());
    for (name, _) in args.any_keywords() {
        if !discard(cx, &mut expected, name)? {
            return Err(cx.type_error(format!(
                "{}.__replace__ got an unexpected keyword argument {}.",
                class.full_name(),
                shown_name(cx, name)?
            )));
        }
    }
    for name in dict.keys().iter().chain(places) {
        discard(cx, &mut expected, name)?;
    }
    if let Some(types) = cx.find_attr(class.as_value(), &cx.intern("_field_types"))?
        && let Some(types) = types.downcast_ref::<Dict>()
    {
        for (name, kind) in types.items() {
            if kind.downcast_ref::<Union>().is_some() {
                discard(cx, &mut expected, &name)?;
            }
        }
    }
    if expected.is_empty() {
        return Ok(());
    }
    Err(missing(cx, class, &expected))
}

fn missing(cx: &Ctx, class: &Py<Type>, names: &[Value]) -> PyErr {
    let names: PyResult<Vec<_>> = names.iter().map(|name| shown_name(cx, name)).collect();
    let mut names = match names {
        Ok(names) => names,
        Err(error) => return error,
    };
    names.sort();
    let plural = if names.len() == 1 { "" } else { "s" };
    cx.type_error(format!(
        "{}.__replace__ missing {} keyword argument{plural}: {}.",
        class.full_name(),
        names.len(),
        names.join(", ")
    ))
}

fn is_node(cx: &Ctx, classes: &Classes, value: &Value) -> bool {
    cx.class_of(value).is_subtype(&classes.base)
}

/// The `repr` of a node, with dots for what lies deeper than `depth` levels.
fn shown(cx: &Ctx, classes: &Classes, node: &Value, depth: usize) -> PyResult<Wtf8Buf> {
    let class = cx.class_of(node).clone();
    let name = class.full_name();
    let guard = if depth == 0 {
        None
    } else {
        cx.enter_repr(node)
    };
    if guard.is_none() {
        return Ok(Wtf8Buf::from_string(format!("{name}(...)")));
    }
    let fields = cx.get_attr_str(class.as_value(), "_fields")?;
    let mut out = Wtf8Buf::from_string(format!("{name}("));
    for index in 0..cx.len(&fields)? {
        let field = cx.sequence_item(&fields, index as isize)?;
        let field = cx.attribute_name(&field)?;
        let value = cx.get_attr(node, field)?;
        if index > 0 {
            out.push_str(", ");
        }
        out.push_wtf8(field.as_wtf8());
        out.push_str("=");
        out.push_wtf8(&shown_value(cx, classes, &value, depth)?);
    }
    out.push_str(")");
    Ok(out)
}

fn shown_value(cx: &Ctx, classes: &Classes, value: &Value, depth: usize) -> PyResult<Wtf8Buf> {
    if value.downcast_ref::<List>().is_some() {
        return shown_items(cx, classes, value, depth, ("[", "]"));
    }
    if value.downcast_ref::<Tuple>().is_some() {
        return shown_items(cx, classes, value, depth, ("(", ")"));
    }
    shown_item(cx, classes, value, depth)
}

fn shown_item(cx: &Ctx, classes: &Classes, value: &Value, depth: usize) -> PyResult<Wtf8Buf> {
    if is_node(cx, classes, value) {
        return shown(cx, classes, value, depth - 1);
    }
    Ok(cx.repr(value)?.as_wtf8().to_owned())
}

/// First and last item of a sequence.
fn shown_items(
    cx: &Ctx,
    classes: &Classes,
    items: &Value,
    depth: usize,
    (open, close): (&str, &str),
) -> PyResult<Wtf8Buf> {
    let length = cx.len(items)?;
    if length == 0 {
        return Ok(cx.repr(items)?.as_wtf8().to_owned());
    }
    let mut out = Wtf8Buf::from(open);
    let first = cx.sequence_item(items, 0)?;
    out.push_wtf8(&shown_item(cx, classes, &first, depth)?);
    if length > 1 {
        out.push_str(if length > 2 { ", ..., " } else { ", " });
        let last = cx.sequence_item(items, length as isize - 1)?;
        out.push_wtf8(&shown_item(cx, classes, &last, depth)?);
    }
    out.push_str(close);
    Ok(out)
}
