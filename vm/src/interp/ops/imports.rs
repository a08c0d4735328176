//! `import` and `from ... import`.

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::interp::stack::FrameRef;
use crate::objects::module::{is_in_script_directory, is_standard_module};
use crate::objects::{Dict, Str};
use crate::value::{Py, Value};

/// Calls `__import__` of the builtins that the frame sees.
pub(crate) fn import_name(
    cx: &Ctx,
    frame: FrameRef,
    arg: u32,
    level: &Value,
    from_list: &Value,
) -> PyResult<Value> {
    let name = frame.code.name_at(arg);
    let import = &cx.names().__import__;
    let Some(import) = super::names::find_in_namespace(cx, &frame.function.builtins, import)?
    else {
        return Err(cx.error(&cx.types().import_error, "__import__ not found"));
    };
    let locals = frame.locals.get().unwrap_or(Value::NONE);
    cx.call(
        &import,
        &[
            name.to_value(),
            frame.globals().to_value(),
            locals,
            from_list.clone(),
            level.clone(),
        ],
    )
}

/// `from module import name`: the attribute, or the submodule that is being imported.
pub(crate) fn import_from(cx: &Ctx, module: &Value, name: &Py<Str>) -> PyResult<Value> {
    if let Some(value) = cx.find_attr(module, name)? {
        return Ok(value);
    }
    let names = cx.names();
    let package = cx.find_attr(module, &names.__name__)?;
    let package = package.as_ref().and_then(|name| name.downcast_ref::<Str>());
    if let Some(package) = package {
        let full = format!("{}.{}", package.to_string_lossy(), name.to_string_lossy());
        if let Some(modules) = cx.isolate().known_modules()
            && let Some(module) = modules.get_str(&cx.intern(&full))
        {
            return Ok(module);
        }
    }
    Err(cannot_import(cx, module, package, name)?)
}

#[cold]
fn cannot_import(
    cx: &Ctx,
    module: &Value,
    package: Option<&Py<Str>>,
    name: &Py<Str>,
) -> PyResult<crate::error::PyErr> {
    let names = cx.names();
    let package_text =
        package.map_or_else(|| "'<unknown module name>'".to_owned(), |p| quoted(cx, p));
    let spec = cx.find_attr(module, &names.__spec__)?;
    let mut origin = None;
    if let Some(spec) = spec.as_ref().filter(|spec| !spec.is_none()) {
        let has_location = match cx.find_attr(spec, &cx.intern("has_location"))? {
            Some(value) => cx.is_true(&value)?,
            None => false,
        };
        if has_location {
            origin = cx.find_attr(spec, &cx.intern("origin"))?;
        }
    }
    if origin.is_none() {
        origin = cx.find_attr(module, &names.__file__)?;
    }
    let origin = origin.filter(|origin| origin.downcast_ref::<Str>().is_some());
    let is_initializing = match &spec {
        Some(spec) if !spec.is_none() => match cx.find_attr(spec, &cx.intern("_initializing"))? {
            Some(value) => cx.is_true(&value)?,
            None => false,
        },
        _ => false,
    };
    let place = match &origin {
        Some(origin) => cx.str(origin)?.to_string_lossy().into_owned(),
        None => "unknown location".to_owned(),
    };
    let wanted = name.to_string_lossy();
    let shadows = origin.is_some() && is_in_script_directory(cx, &place);
    let is_standard = match package.filter(|_| shadows) {
        Some(package) => is_standard_module(cx, package)?,
        None => false,
    };
    let message = if is_standard {
        format!(
            "cannot import name '{wanted}' from {package_text} (consider renaming '{place}' since it has the same name as the standard library module named {package_text} and prevents importing that standard library module)"
        )
    } else if is_initializing && shadows {
        format!(
            "cannot import name '{wanted}' from {package_text} (consider renaming '{place}' if it has the same name as a library you intended to import)"
        )
    } else if is_initializing {
        format!(
            "cannot import name '{wanted}' from partially initialized module {package_text} (most likely due to a circular import) ({place})"
        )
    } else {
        format!("cannot import name '{wanted}' from {package_text} ({place})")
    };
    let class = cx.types().import_error.to_value();
    let values = [
        cx.new_str(&message)?.into_value(),
        package.map_or(Value::NONE, Py::to_value),
        origin.unwrap_or(Value::NONE),
        name.to_value(),
    ];
    let keywords = [
        cx.intern("name").into_value(),
        cx.intern("path").into_value(),
        cx.intern("name_from").into_value(),
    ];
    let error = cx.call_with(&class, crate::native::Args::new(&values, &keywords))?;
    match error.downcast::<crate::objects::BaseException>() {
        Ok(error) => Ok(crate::error::PyErr::new(error)),
        Err(_) => Ok(cx.system_error("ImportError made no exception")),
    }
}

fn quoted(cx: &Ctx, text: &Py<Str>) -> String {
    match cx.repr(text.as_value()) {
        Ok(repr) => repr.to_string_lossy().into_owned(),
        Err(_) => format!("'{}'", text.to_string_lossy()),
    }
}

/// `from module import *`.
pub(crate) fn import_star(cx: &Ctx, frame: FrameRef, module: &Value) -> PyResult<()> {
    let names = cx.names();
    let Some(namespace) = frame.locals.get() else {
        return Err(cx.system_error("no locals found during 'import *'"));
    };
    let (all, is_declared) = match cx.find_attr(module, &names.__all__)? {
        Some(all) => (cx.collect(&all)?, true),
        None => {
            let Some(dict) = cx.find_attr(module, &names.__dict__)? else {
                return Err(cx.error(
                    &cx.types().import_error,
                    "from-import-* object has no __dict__ and no __all__",
                ));
            };
            let keys = match dict.downcast_ref::<Dict>() {
                Some(dict) => dict.keys(),
                None => cx.collect(&dict)?,
            };
            (keys, false)
        }
    };
    for name in all {
        let Some(text) = name.downcast_ref::<Str>() else {
            let module_name = match cx.find_attr(module, &names.__name__)? {
                Some(name) => cx.str(&name)?.to_string_lossy().into_owned(),
                None => String::new(),
            };
            let kind = cx.type_name(&name);
            return Err(cx.type_error(if is_declared {
                format!("Item in {module_name}.__all__ must be str, not {kind}")
            } else {
                format!("Key in {module_name}.__dict__ must be str, not {kind}")
            }));
        };
        if !is_declared && text.as_wtf8().as_bytes().first() == Some(&b'_') {
            continue;
        }
        let text = cx.intern_object(text);
        let value = cx.get_attr(module, &text)?;
        match namespace.downcast_ref::<Dict>() {
            Some(dict) if !dict.header().class().is_heap_type() => dict.set_str(&text, value),
            _ => cx.set_item(&namespace, &name, &value)?,
        }
    }
    Ok(())
}
