//! Names that are looked up in namespaces: globals, builtins, bodies of modules and classes.

use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::interp::numbers::{LOAD_GLOBAL, LOAD_GLOBAL_BUILTIN, LOAD_GLOBAL_MODULE};
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
    // Globals of a subclass of dict may override the look-up, as those of `annotationlib` do.
    if let Some(value) = find_in_namespace(cx, frame.globals().as_value(), name)? {
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
    let name = frame.code.name_at(arg >> 1);
    let value = global(cx, frame, name)?;
    specialize_global(cx, frame, name, r.offset() - 1);
    push_global(r, arg, value);
    Ok(())
}

#[inline(always)]
fn push_global(r: &mut Regs, arg: u32, value: Value) {
    r.push(value);
    if arg & 1 != 0 {
        r.push_slot(None);
    }
    r.skip(GLOBAL_CACHE);
}

/// Units of `LOAD_GLOBAL`'s cache: as a number of 64 bits, the position (16), the version of the globals' keys (24) and
/// that of the builtins' keys (24). Not specialised, the first unit counts runs.
const GLOBAL_CACHE: usize = 4;
const VERSION_LIMIT: u32 = 1 << 24;
/// Runs before a place is specialised; each miss starts the count anew.
const WARM: u16 = 4;

/// Finds the global at the place that the cache names, if the keys are still the same.
#[inline(always)]
pub(crate) fn load_global_module(r: &mut Regs, arg: u32) -> bool {
    let cache = r.cache_word();
    let globals = r.frame.globals();
    if u64::from(globals.known_keys_version()) != (cache >> 16) & 0xff_ffff {
        return false;
    }
    let Some(value) = globals.value_at((cache & 0xffff) as usize) else {
        return false;
    };
    push_global(r, arg, value);
    true
}

/// Finds the builtin at the place that the cache names, if the keys of globals and builtins are still the same.
#[inline(always)]
pub(crate) fn load_global_builtin(r: &mut Regs, arg: u32) -> bool {
    let cache = r.cache_word();
    let frame = r.frame;
    let Some(builtins) = frame.function.builtins.downcast_ref::<Dict>() else {
        return false;
    };
    if u64::from(frame.globals().known_keys_version()) != (cache >> 16) & 0xff_ffff
        || u64::from(builtins.known_keys_version()) != cache >> 40
    {
        return false;
    }
    let Some(value) = builtins.value_at((cache & 0xffff) as usize) else {
        return false;
    };
    push_global(r, arg, value);
    true
}

/// The cache missed: the instruction is generic again.
#[cold]
#[inline(never)]
pub(crate) fn forget_global(frame: FrameRef, offset: usize) {
    frame.code.rewrite(offset, LOAD_GLOBAL, &[0; GLOBAL_CACHE]);
}

#[inline(always)]
fn specialize_global(cx: &Ctx, frame: FrameRef, name: &Py<Str>, offset: usize) {
    let count = frame.code.cache_unit(offset + 1) + 1;
    if count < WARM {
        frame.code.rewrite(offset, LOAD_GLOBAL, &[count, 0, 0, 0]);
    } else {
        remember_global(cx, frame, name, offset);
    }
}

/// Writes the place of a global or builtin into the cache, if both namespaces are exact dicts.
#[cold]
#[inline(never)]
fn remember_global(cx: &Ctx, frame: FrameRef, name: &Py<Str>, offset: usize) {
    forget_global(frame, offset);
    let globals = frame.globals();
    if globals.header().class().is_heap_type() {
        return;
    }
    let version = globals.keys_version(cx);
    let (op, position, other) = match globals.position_str(name) {
        Some(position) => (LOAD_GLOBAL_MODULE, position, 0),
        None => {
            let Some(builtins) = exact_dict(&frame.function.builtins) else {
                return;
            };
            let Some(position) = builtins.position_str(name) else {
                return;
            };
            (LOAD_GLOBAL_BUILTIN, position, builtins.keys_version(cx))
        }
    };
    let is_usable = |version: u32| version != 0 && version < VERSION_LIMIT;
    let Ok(position) = u16::try_from(position) else {
        return;
    };
    if !is_usable(version) || (op == LOAD_GLOBAL_BUILTIN && !is_usable(other)) {
        return;
    }
    let cache = u64::from(position) | u64::from(version) << 16 | u64::from(other) << 40;
    let units = [
        cache as u16,
        (cache >> 16) as u16,
        (cache >> 32) as u16,
        (cache >> 48) as u16,
    ];
    frame.code.rewrite(offset, op, &units);
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
    if let Some(value) = find_in_namespace(cx, &namespace, name)? {
        return Ok(value);
    }
    // Unlike `LOAD_GLOBAL`, this never asks a subclass of dict.
    if let Some(value) = frame.globals().get(cx, name.as_value())? {
        return Ok(value);
    }
    match find_in_namespace(cx, &frame.function.builtins, name)? {
        Some(value) => Ok(value),
        None => Err(cx.undefined_name(name)),
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
