//! Names that are looked up in namespaces: globals, builtins, bodies of modules and classes.

use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::interp::stack::{FrameRef, Regs};
use crate::objects::{Dict, Str};
use crate::value::{Py, Value};

impl Ctx {
    #[cold]
    pub(crate) fn undefined_name(&self, name: &Py<Str>) -> PyErr {
        let message = format!("name '{}' is not defined", name.to_string_lossy());
        self.name_error_of(&self.types().name_error, &message, name)
    }
}

/// The name in a namespace, which is mostly an exact dict.
pub(crate) fn find_in_namespace(
    cx: &Ctx,
    namespace: &Value,
    name: &Py<Str>,
) -> PyResult<Option<Value>> {
    if let Some(dict) = exact_dict(namespace) {
        return Ok(dict.get_str(name));
    }
    match cx.get_item(namespace, name.as_value()) {
        Ok(value) => Ok(Some(value)),
        Err(error) if cx.matches(&error, &cx.types().key_error) => Ok(None),
        Err(error) => Err(error),
    }
}

#[inline(always)]
fn exact_dict(value: &Value) -> Option<&Py<Dict>> {
    value
        .downcast_ref::<Dict>()
        .filter(|dict| !dict.header().class().is_heap_type())
}

#[inline(never)]
pub(crate) fn global(cx: &Ctx, frame: FrameRef, name: &Py<Str>) -> PyResult<Value> {
    let globals = frame.globals();
    if let Some(value) = globals.get_str(name) {
        return Ok(value);
    }
    if globals.header().class().is_heap_type()
        && let Some(value) = globals.get(cx, name.as_value())?
    {
        return Ok(value);
    }
    match find_in_namespace(cx, &frame.function.builtins, name)? {
        Some(value) => Ok(value),
        None => Err(cx.undefined_name(name)),
    }
}

#[inline(always)]
pub(crate) fn load_global(cx: &Ctx, r: &mut Regs, arg: u32) -> PyResult<()> {
    let frame = r.frame;
    let value = global(cx, frame, frame.code.name_at(arg >> 1))?;
    r.push(value);
    if arg & 1 != 0 {
        r.push_slot(None);
    }
    r.skip(4);
    Ok(())
}

fn namespace(cx: &Ctx, frame: FrameRef, action: &str, name: &Py<Str>) -> PyResult<Value> {
    frame.locals.get().ok_or_else(|| {
        cx.system_error(format!(
            "no locals when {action} '{}'",
            name.to_string_lossy()
        ))
    })
}

pub(crate) fn load_name(cx: &Ctx, frame: FrameRef, arg: u32) -> PyResult<Value> {
    let name = frame.code.name_at(arg);
    let namespace = load_locals(cx, frame)?;
    match find_in_namespace(cx, &namespace, name)? {
        Some(value) => Ok(value),
        None => global(cx, frame, name),
    }
}

pub(crate) fn store_name(cx: &Ctx, frame: FrameRef, arg: u32, value: Value) -> PyResult<()> {
    let name = frame.code.name_at(arg);
    let namespace = namespace(cx, frame, "storing", name)?;
    match exact_dict(&namespace) {
        Some(dict) => {
            dict.set_str(name, value);
            Ok(())
        }
        None => cx.set_item(&namespace, name.as_value(), &value),
    }
}

pub(crate) fn delete_name(cx: &Ctx, frame: FrameRef, arg: u32) -> PyResult<()> {
    let name = frame.code.name_at(arg);
    let namespace = namespace(cx, frame, "deleting", name)?;
    if let Some(dict) = exact_dict(&namespace) {
        return match dict.remove_str(name) {
            Some(_) => Ok(()),
            None => Err(cx.undefined_name(name)),
        };
    }
    match cx.delete_item(&namespace, name.as_value()) {
        Err(error) if cx.matches(&error, &cx.types().key_error) => Err(cx.undefined_name(name)),
        result => result,
    }
}

pub(crate) fn store_global(frame: FrameRef, arg: u32, value: Value) {
    frame.globals().set_str(frame.code.name_at(arg), value);
}

pub(crate) fn delete_global(cx: &Ctx, frame: FrameRef, arg: u32) -> PyResult<()> {
    let name = frame.code.name_at(arg);
    match frame.globals().remove_str(name) {
        Some(_) => Ok(()),
        None => Err(cx.undefined_name(name)),
    }
}

pub(crate) fn load_locals(cx: &Ctx, frame: FrameRef) -> PyResult<Value> {
    frame
        .locals
        .get()
        .ok_or_else(|| cx.system_error("no locals"))
}

pub(crate) fn load_from_dict_or_globals(
    cx: &Ctx,
    frame: FrameRef,
    arg: u32,
    namespace: &Value,
) -> PyResult<Value> {
    let name = frame.code.name_at(arg);
    match find_in_namespace(cx, namespace, name)? {
        Some(value) => Ok(value),
        None => global(cx, frame, name),
    }
}

pub(crate) fn load_build_class(cx: &Ctx, frame: FrameRef) -> PyResult<Value> {
    let name = &cx.names().__build_class__;
    match find_in_namespace(cx, &frame.function.builtins, name)? {
        Some(value) => Ok(value),
        None => Err(cx.name_error_of(&cx.types().name_error, "__build_class__ not found", name)),
    }
}

/// Makes sure that a module or class body has a dict of annotations.
pub(crate) fn setup_annotations(cx: &Ctx, frame: FrameRef) -> PyResult<()> {
    let name = &cx.names().__annotations__;
    let namespace = namespace(cx, frame, "setting up annotations", name)?;
    if find_in_namespace(cx, &namespace, name)?.is_none() {
        let annotations = cx.new_dict().into_value();
        cx.set_item(&namespace, name.as_value(), &annotations)?;
    }
    Ok(())
}
