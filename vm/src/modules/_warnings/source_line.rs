//! The source line of a warning whose file cannot be read: the module's loader may know it.
//!
//! CPython 3.14: `get_source_line` (`Python/_warnings.c`). Tests: `tests/programs/warnings/`.

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::objects::{Dict, List, Str};
use crate::value::{Py, Value};

/// The line of a module's source that its loader knows.
pub(super) fn source_line_of(cx: &Ctx, globals: &Py<Dict>, line: i32) -> PyResult<Option<Value>> {
    let Some(external) = cx
        .modules()
        .get_str(&cx.intern("_frozen_importlib_external"))
    else {
        return Ok(None);
    };
    let bless = cx.intern("_bless_my_loader");
    let loader = cx.call_method(&external, &bless, &[globals.to_value()])?;
    let Some(name) = module_name(cx, globals)? else {
        return Ok(None);
    };
    let Some(get_source) = cx.find_attr(&loader, &cx.intern("get_source"))? else {
        return Ok(None);
    };
    let source = match cx.call(&get_source, &[name]) {
        Ok(source) => source,
        // The loader of `__main__` may know no module of that name.
        Err(error) if cx.matches(&error, &cx.types().import_error) => return Ok(None),
        Err(error) => return Err(error),
    };
    if source.is_none() {
        return Ok(None);
    }
    let Some(source) = source.downcast_ref::<Str>() else {
        let class = cx.type_name(&source);
        return Err(cx.type_error(format!("must be str, not {class}")));
    };
    // A subclass may split in its own way.
    let source = cx.new_str(source.as_wtf8())?;
    let lines = cx.call_method(source.as_value(), &cx.intern("splitlines"), &[])?;
    let index = usize::try_from(line)
        .ok()
        .and_then(|line| line.checked_sub(1));
    Ok(index.and_then(|index| lines.downcast_ref::<List>()?.get(index)))
}

/// The name under which a module's loader knows it.
fn module_name(cx: &Ctx, globals: &Py<Dict>) -> PyResult<Option<Value>> {
    if let Some(spec) = globals.get_str(&cx.names().__spec__)
        && let Some(name) = cx.find_attr(&spec, &cx.names().name)?
        && !name.is_none()
    {
        return Ok(Some(name));
    }
    Ok(globals.get_str(&cx.names().__name__))
}
