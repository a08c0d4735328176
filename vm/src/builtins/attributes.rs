//! The functions that ask any object what it is: attributes, text, identity, class.
//!
//! CPython 3.14: `Python/bltinmodule.c`, `PyObject_Dir`, `PyObject_IsInstance`. Tests: `tests/run/builtins/`.

use taipan_macros::pyfunction;

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::bind::Optional;
use crate::objects::{List, Str};
use crate::value::{Py, Value};

/// Return an ASCII-only representation of an object.
///
/// As repr(), return a string containing a printable representation of an
/// object, but escape the non-ASCII characters in the string returned by
/// repr() using \\x, \\u or \\U escapes. This generates a string similar
/// to that returned by repr() in Python 2.
#[pyfunction(signature = (obj, /))]
pub(super) fn ascii(cx: &Ctx, obj: &Value) -> PyResult<Py<Str>> {
    cx.ascii(obj)
}

/// Return whether the object is callable (i.e., some kind of function).
///
/// Note that classes are callable, as are instances of classes with a
/// __call__() method.
#[pyfunction(signature = (obj, /))]
pub(super) fn callable(cx: &Ctx, obj: &Value) -> bool {
    cx.is_callable(obj)
}

/// Deletes the named attribute from the given object.
///
/// delattr(x, 'y') is equivalent to ``del x.y``
#[pyfunction(signature = (obj, name, /))]
pub(super) fn delattr(cx: &Ctx, obj: &Value, name: &Value) -> PyResult<()> {
    cx.set_attr(obj, &attribute_name(cx, name)?, None)
}

/// Sets the named attribute on the given object to the specified value.
///
/// setattr(x, 'y', v) is equivalent to ``x.y = v``
#[pyfunction(signature = (obj, name, value, /))]
pub(super) fn setattr(cx: &Ctx, obj: &Value, name: &Value, value: &Value) -> PyResult<()> {
    cx.set_attr(obj, &attribute_name(cx, name)?, Some(value))
}

/// getattr(object, name[, default]) -> value
///
/// Get a named attribute from an object; getattr(x, 'y') is equivalent to x.y.
/// When a default argument is given, it is returned when the attribute doesn't
/// exist; without it, an exception is raised in that case.
#[pyfunction(signature = (object, name, default = Optional::Missing, /), text_signature = None)]
pub(super) fn getattr(
    cx: &Ctx,
    object: &Value,
    name: &Value,
    default: Optional<&Value>,
) -> PyResult<Value> {
    let name = attribute_name(cx, name)?;
    match default.given() {
        None => cx.get_attr(object, &name),
        Some(default) => Ok(cx
            .find_attr(object, &name)?
            .unwrap_or_else(|| default.clone())),
    }
}

/// Return whether the object has an attribute with the given name.
///
/// This is done by calling getattr(obj, name) and catching AttributeError.
#[pyfunction(signature = (obj, name, /))]
pub(super) fn hasattr(cx: &Ctx, obj: &Value, name: &Value) -> PyResult<bool> {
    Ok(cx.find_attr(obj, &attribute_name(cx, name)?)?.is_some())
}

fn attribute_name(cx: &Ctx, name: &Value) -> PyResult<Py<Str>> {
    match name.downcast_ref::<Str>() {
        Some(name) => Ok(cx.intern_object(name)),
        None => {
            let class = cx.type_name(name);
            Err(cx.type_error(format!("attribute name must be string, not '{class}'")))
        }
    }
}

/// dir([object]) -> list of strings
///
/// If called without an argument, return the names in the current scope.
/// Else, return an alphabetized list of names comprising (some of) the attributes
/// of the given object, and of attributes reachable from it.
/// If the object supplies a method named __dir__, it will be used; otherwise
/// the default dir() logic is used and returns:
///   for a module object: the module's attributes.
///   for a class object:  its attributes, and recursively the attributes
///     of its bases.
///   for any other object: its attributes, its class's attributes, and
///     recursively the attributes of its class's base classes.
#[pyfunction(signature = (object = Optional::Missing, /), text_signature = None)]
pub(super) fn dir(cx: &Ctx, object: Optional<&Value>) -> PyResult<Py<List>> {
    let names = match object.given() {
        None => {
            let locals = cx.current_locals()?;
            let keys = cx.call_method(&locals, &cx.names().keys, &[])?;
            cx.list_from(&keys)?
        }
        Some(object) => {
            let Some(dir) = cx.find_special(object, &cx.names().__dir__)? else {
                return Err(cx.type_error("object does not provide __dir__"));
            };
            cx.list_from(&cx.call(&dir, &[])?)?
        }
    };
    cx.call_method(names.as_value(), &cx.intern("sort"), &[])?;
    Ok(names)
}

/// vars([object]) -> dictionary
///
/// Without arguments, equivalent to locals().
/// With an argument, equivalent to object.__dict__.
#[pyfunction(signature = (object = Optional::Missing, /), text_signature = None)]
pub(super) fn vars(cx: &Ctx, object: Optional<&Value>) -> PyResult<Value> {
    match object.given() {
        None => cx.current_locals(),
        Some(object) => cx
            .find_attr(object, &cx.names().__dict__)?
            .ok_or_else(|| cx.type_error("vars() argument must have __dict__ attribute")),
    }
}

/// Return type(value).__format__(value, format_spec)
///
/// Many built-in types implement format_spec according to the
/// Format Specification Mini-language. See help('FORMATTING')
/// for details.
#[pyfunction(signature = (value, format_spec = None, /), text_signature = "($module, value, format_spec='', /)")]
pub(super) fn format(cx: &Ctx, value: &Value, format_spec: Option<&Py<Str>>) -> PyResult<Value> {
    cx.format(value, format_spec).map(Py::into_value)
}

/// Return the hash value for the given object.
///
/// Two objects that compare equal must also have the same hash value, but the
/// reverse is not necessarily true.
#[pyfunction(signature = (obj, /))]
pub(super) fn hash(cx: &Ctx, obj: &Value) -> PyResult<i64> {
    cx.hash(obj)
}

/// Return the identity of an object.
///
/// This is guaranteed to be unique among simultaneously existing objects.
/// (CPython uses the object's memory address.)
#[pyfunction(signature = (obj, /))]
pub(super) fn id(obj: &Value) -> u64 {
    obj.identity()
}

/// Return the canonical string representation of the object.
///
/// For many object types, including most builtins, eval() will return
/// the same object.
#[pyfunction(signature = (obj, /))]
pub(super) fn repr(cx: &Ctx, obj: &Value) -> PyResult<Py<Str>> {
    cx.repr(obj)
}

/// Return whether an object is an instance of a class or of a subclass thereof.
///
/// A tuple, as in ``isinstance(x, (A, B, ...))``, may be given as the target to
/// check against. This is equivalent to ``isinstance(x, A) or isinstance(x, B)
/// or ...`` etc.
#[pyfunction(signature = (obj, class_or_tuple, /))]
pub(super) fn isinstance(cx: &Ctx, obj: &Value, class_or_tuple: &Value) -> PyResult<bool> {
    cx.is_instance(obj, class_or_tuple)
}

/// Return whether 'cls' is derived from another class or is the same class.
///
/// A tuple, as in ``issubclass(x, (A, B, ...))``, may be given as the target to
/// check against. This is equivalent to ``issubclass(x, A) or issubclass(x, B)
/// or ...``.
#[pyfunction(signature = (cls, class_or_tuple, /))]
pub(super) fn issubclass(cx: &Ctx, cls: &Value, class_or_tuple: &Value) -> PyResult<bool> {
    cx.is_subclass(cls, class_or_tuple)
}
