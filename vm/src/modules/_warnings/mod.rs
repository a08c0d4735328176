//! Module `_warnings`: filters, and who has been warned.
//!
//! CPython 3.14: `Python/_warnings.c`. The module `warnings`, if it is there, shows a warning that passed the filters and
//! may replace them. Tests: `tests/run/warnings/`.

mod source_line;

use std::cell::{Cell, OnceCell};
use std::rc::Rc;

use taipan_macros::{pyfunction, pymodule};

use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::field::Field;
use crate::interp::nested_lock::NestedLock;
use crate::native::ModuleBuilder;
use crate::objects::frame::FrameObject;
use crate::objects::{BaseException, Dict, List, Str, Tuple, Type};
use crate::value::{Py, Value};

use source_line::source_line_of;

/// What the module keeps.
#[derive(Default)]
struct State {
    /// Changes with the filters: registries of an older version are forgotten.
    version: Cell<i64>,
    filters: Field<Option<Py<List>>>,
    once: OnceCell<Py<Dict>>,
    /// Held by Python code that changes the filters.
    lock: NestedLock,
    /// The variable whose value, if there is one, has the filters of the context.
    context: OnceCell<Value>,
}

fn state(cx: &Ctx) -> Rc<State> {
    cx.state::<State>()
}

/// _warnings provides basic warning filtering support.
/// It is a helper module to speed up interpreter start-up.
#[pymodule]
pub(crate) fn _warnings(cx: &Ctx, m: &ModuleBuilder) -> PyResult<()> {
    for function in [
        &_acquire_lock::DEF,
        &_filters_mutated_lock_held::DEF,
        &_release_lock::DEF,
        &warn::DEF,
        &warn_explicit::DEF,
    ] {
        m.function(function)?;
    }
    m.add("filters", filters(cx))?;
    m.add("_onceregistry", once_registry(cx))?;
    m.add("_defaultaction", "default")?;
    // Isolates without that module have no contexts.
    if let Some(variables) = cx.native_module("_contextvars")? {
        let class = cx.get_attr(&variables, &cx.intern("ContextVar"))?;
        let name = cx.intern("_warnings_context").into_value();
        let variable = cx.call(&class, &[name])?;
        m.add("_warnings_context", variable.clone())?;
        let _ = state(cx).context.set(variable);
    }
    cx.isolate().warner.set(Some(|cx, category, message| {
        let message = cx.new_str(message)?.into_value();
        warn_from(cx, &message, category, 1, &[], None)
    }));
    Ok(())
}

/// The filters of a release build.
fn filters(cx: &Ctx) -> Py<List> {
    let make = || {
        let types = cx.types();
        let filter = |action: &str, category: &Py<Type>, module: Value| {
            let action = cx.intern(action).into_value();
            let zero = cx.new_int(0);
            cx.new_tuple(vec![action, Value::NONE, category.to_value(), module, zero])
                .into_value()
        };
        let main = cx.names().__main__.to_value();
        cx.new_list(vec![
            filter("default", &types.deprecation_warning, main),
            filter("ignore", &types.deprecation_warning, Value::NONE),
            filter("ignore", &types.pending_deprecation_warning, Value::NONE),
            filter("ignore", &types.import_warning, Value::NONE),
            filter("ignore", &types.resource_warning, Value::NONE),
        ])
    };
    let state = state(cx);
    if let Some(known) = state.filters.get() {
        return known;
    }
    let made = make();
    state.filters.set(Some(made.clone()));
    made
}

fn once_registry(cx: &Ctx) -> Py<Dict> {
    state(cx).once.get_or_init(|| cx.new_dict()).clone()
}

#[pyfunction]
fn _acquire_lock(cx: &Ctx) -> PyResult<()> {
    state(cx).lock.acquire(cx)
}

#[pyfunction]
fn _release_lock(cx: &Ctx) -> PyResult<()> {
    state(cx)
        .lock
        .release(cx)
        .map_err(|_| cx.runtime_error("cannot release un-acquired lock"))
}

#[pyfunction]
fn _filters_mutated_lock_held(cx: &Ctx) -> PyResult<()> {
    let state = state(cx);
    if !state.lock.is_mine(cx) {
        return Err(cx.runtime_error("warnings lock is not held"));
    }
    state.version.set(state.version.get() + 1);
    Ok(())
}

/// Issue a warning, or maybe ignore it or raise an exception.
///
///   message
///     Text of the warning message.
///   category
///     The Warning category subclass. Defaults to UserWarning.
///   stacklevel
///     How far up the call stack to make this warning appear. A value of 2 for
///     example attributes the warning to the caller of the code calling warn().
///   source
///     If supplied, the destroyed object which emitted a ResourceWarning
///   skip_file_prefixes
///     An optional tuple of module filename prefixes indicating frames to skip
///     during stacklevel computations for stack frame attribution.
#[pyfunction(
    signature = (message, category = None, stacklevel = 1, source = None, *, skip_file_prefixes = None),
    text_signature = "($module, /, message, category=None, stacklevel=1, source=None, *,\n     skip_file_prefixes=())"
)]
fn warn(
    cx: &Ctx,
    message: &Value,
    category: Option<&Value>,
    stacklevel: isize,
    source: Option<&Value>,
    skip_file_prefixes: Option<&Value>,
) -> PyResult<()> {
    let prefixes: Vec<Value> = match skip_file_prefixes {
        None => Vec::new(),
        Some(prefixes) => match prefixes.downcast_ref::<Tuple>() {
            Some(prefixes) => {
                let other = prefixes
                    .as_slice()
                    .iter()
                    .find(|prefix| prefix.downcast_ref::<Str>().is_none());
                if let Some(other) = other {
                    let class = cx.type_name(other);
                    return Err(
                        cx.type_error(format!("Found non-str '{class}' in skip_file_prefixes."))
                    );
                }
                prefixes.as_slice().to_vec()
            }
            None => {
                let class = cx.type_name(prefixes);
                return Err(cx.type_error(format!(
                    "warn() argument 'skip_file_prefixes' must be tuple, not {class}"
                )));
            }
        },
    };
    let mut level = stacklevel;
    if !prefixes.is_empty() && level < 2 {
        level = 2;
    }
    let category = category_of(cx, message, category)?;
    warn_from(cx, message, &category, level, &prefixes, source)
}

/// The class of a warning: that of the message if it is a warning itself.
fn category_of(cx: &Ctx, message: &Value, category: Option<&Value>) -> PyResult<Py<Type>> {
    let class = cx.class_of(message);
    if class.is_subtype(&cx.types().warning) {
        return Ok(class.clone());
    }
    let Some(category) = category else {
        return Ok(cx.types().user_warning.clone());
    };
    match category.downcast_ref::<Type>() {
        Some(class) if class.is_subtype(&cx.types().warning) => Ok(class.clone()),
        _ => {
            let name = cx.type_name(category);
            Err(cx.type_error(format!("category must be a Warning subclass, not '{name}'")))
        }
    }
}

fn is_internal(frame: &FrameObject) -> bool {
    let code = frame.code();
    let file = code.filename();
    let file = file.to_string_lossy();
    file.contains("importlib") && file.contains("_bootstrap")
}

fn is_skipped(frame: &FrameObject, prefixes: &[Value]) -> bool {
    let code = frame.code();
    let file = code.filename();
    let file = file.as_wtf8();
    is_internal(frame)
        || prefixes
            .iter()
            .filter_map(|prefix| prefix.downcast_ref::<Str>())
            .any(|prefix| file.starts_with(prefix.as_wtf8()))
}

/// Warns, seen from a frame.
fn warn_from(
    cx: &Ctx,
    message: &Value,
    category: &Py<Type>,
    stacklevel: isize,
    prefixes: &[Value],
    source: Option<&Value>,
) -> PyResult<()> {
    let mut frame = cx.current_frame();
    let plain = stacklevel <= 0 || frame.as_ref().is_some_and(|frame| is_internal(frame));
    for _ in 1..stacklevel {
        frame = frame.and_then(|frame| frame.back(cx));
        if !plain {
            while let Some(skipped) = frame.as_ref().filter(|frame| is_skipped(frame, prefixes)) {
                frame = skipped.back(cx);
            }
        }
        if frame.is_none() {
            break;
        }
    }
    let (globals, filename, line) = match frame {
        Some(frame) => {
            let line = frame.line().unwrap_or(0);
            (
                Some(frame.globals()),
                frame.code().filename().into_value(),
                line,
            )
        }
        None => (
            cx.isolate().sys.get().cloned(),
            cx.new_str("<sys>")?.into_value(),
            0,
        ),
    };
    let (mut registry, mut module) = (Value::NONE, Value::NONE);
    if let Some(globals) = globals {
        let key = &cx.names().__warningregistry__;
        registry = match globals.get_str(key) {
            Some(registry) => registry,
            None => {
                let registry = cx.new_dict().into_value();
                globals.set_str(key, registry.clone());
                registry
            }
        };
        let name = globals.get_str(&cx.names().__name__);
        module = match name.filter(|name| name.downcast_ref::<Str>().is_some()) {
            Some(name) => name,
            None => cx.new_str("<string>")?.into_value(),
        };
    }
    explicit(
        cx,
        &Place {
            message,
            category,
            filename,
            line,
            module,
            registry,
            source,
            source_line: None,
        },
    )
}

/// Issue a warning, or maybe ignore it or raise an exception.
#[pyfunction(
    signature = (message, category, filename, lineno, module = None, registry = None, module_globals = None, source = None),
    text_signature = "($module, /, message, category, filename, lineno,\n              module=<unrepresentable>, registry=None,\n              module_globals=None, source=None)"
)]
#[expect(clippy::too_many_arguments, reason = "the function's own")]
fn warn_explicit(
    cx: &Ctx,
    message: &Value,
    category: &Value,
    filename: &Value,
    lineno: i32,
    module: Option<&Value>,
    registry: Option<&Value>,
    module_globals: Option<&Value>,
    source: Option<&Value>,
) -> PyResult<()> {
    let globals = module_globals.filter(|globals| !globals.is_none());
    let source_line = match globals.map(|globals| (globals, globals.downcast_ref::<Dict>())) {
        None => None,
        Some((_, Some(globals))) => source_line_of(cx, globals, lineno)?,
        Some((other, None)) => {
            let class = cx.type_name(other);
            return Err(cx.type_error(format!("module_globals must be a dict, not '{class}'")));
        }
    };
    let category = category_of(cx, message, Some(category))?;
    let module = module.cloned().unwrap_or(Value::NONE);
    let registry = registry.cloned().unwrap_or(Value::NONE);
    if !registry.is_none() && registry.downcast_ref::<Dict>().is_none() {
        return Err(cx.type_error("'registry' must be a dict or None"));
    }
    let filename = filename.clone();
    explicit(
        cx,
        &Place {
            message,
            category: &category,
            filename,
            line: lineno,
            module,
            registry,
            source,
            source_line,
        },
    )
}

/// A warning and where it belongs.
struct Place<'a> {
    message: &'a Value,
    category: &'a Py<Type>,
    filename: Value,
    line: i32,
    module: Value,
    registry: Value,
    source: Option<&'a Value>,
    /// The line itself, if the module's loader knows it.
    source_line: Option<Value>,
}

fn explicit(cx: &Ctx, place: &Place<'_>) -> PyResult<()> {
    let module = if place.module.is_none() {
        module_of_file(cx, &place.filename)?
    } else {
        place.module.clone()
    };
    let is_instance = cx.class_of(place.message).is_subtype(&cx.types().warning);
    let text = if is_instance {
        cx.str(place.message)?.into_value()
    } else {
        place.message.clone()
    };
    let message = if is_instance {
        place.message.clone()
    } else {
        cx.call(place.category.as_value(), std::slice::from_ref(&text))?
    };
    let line = cx.new_int(i64::from(place.line));
    let key = cx
        .new_tuple(vec![text.clone(), place.category.to_value(), line.clone()])
        .into_value();
    let registry = place.registry.downcast_ref::<Dict>();
    if let Some(registry) = registry
        && already_warned(cx, registry, &key, false)?
    {
        return Ok(());
    }
    let (action, filter) = action_for(cx, &text, place.category, &module, place.line)?;
    let action_text = action
        .downcast_ref::<Str>()
        .map(|action| action.to_string_lossy().into_owned());
    let alternative = || {
        cx.new_tuple(vec![text.clone(), place.category.to_value()])
            .into_value()
    };
    let known = match action_text.as_deref() {
        Some("error") => {
            return Err(match message.downcast::<BaseException>() {
                Ok(exception) => PyErr::new(exception),
                Err(_) => cx.type_error("a warning must be an exception"),
            });
        }
        Some("ignore") => return Ok(()),
        Some("always" | "all") => false,
        Some(kind @ ("once" | "module" | "default")) => {
            if let Some(registry) = registry {
                registry.set(cx, &key, Value::TRUE)?;
            }
            match (kind, registry) {
                ("default", _) | ("module", None) => false,
                ("once", None) => {
                    let once = match of_python_module(cx, "onceregistry")? {
                        Some(once) => once,
                        None => once_registry(cx).into_value(),
                    };
                    let Some(once) = once.downcast_ref::<Dict>() else {
                        let class = cx.type_name(&once);
                        return Err(cx.type_error(format!(
                            "_warnings.onceregistry must be a dict, not '{class}'"
                        )));
                    };
                    already_warned(cx, once, &alternative(), true)?
                }
                (_, Some(registry)) => already_warned(cx, registry, &alternative(), true)?,
                (_, None) => false,
            }
        }
        _ => {
            let (action, filter) = (cx.repr(&action)?, cx.repr(&filter)?);
            return Err(cx.runtime_error(format!(
                "Unrecognized action ({}) in warnings.filters:\n {}",
                action.to_string_lossy(),
                filter.to_string_lossy()
            )));
        }
    };
    if known {
        Ok(())
    } else {
        show(cx, place, &text, &message)
    }
}

fn module_of_file(cx: &Ctx, filename: &Value) -> PyResult<Value> {
    let name = cx.str(filename)?;
    let name = name.to_string_lossy();
    let name = match name.strip_suffix(".py").unwrap_or(&name) {
        "" => "<unknown>",
        name => name,
    };
    Ok(cx.new_str(name)?.into_value())
}

fn already_warned(cx: &Ctx, registry: &Py<Dict>, key: &Value, mark: bool) -> PyResult<bool> {
    let version = cx.new_int(state(cx).version.get());
    let name = cx.intern("version");
    if registry
        .get_str(&name)
        .is_some_and(|known| known.is(&version))
    {
        if let Some(warned) = registry.get(cx, key)?
            && cx.is_true(&warned)?
        {
            return Ok(true);
        }
    } else {
        registry.clear();
        registry.set_str(&name, version);
    }
    if mark {
        registry.set(cx, key, Value::TRUE)?;
    }
    Ok(false)
}

/// An attribute of the module `warnings`, if that is loaded.
fn of_python_module(cx: &Ctx, name: &str) -> PyResult<Option<Value>> {
    match cx.modules().get_str(&cx.names().warnings) {
        Some(module) if !module.is_none() => cx.find_attr(&module, &cx.intern(name)),
        _ => Ok(None),
    }
}

/// What `warnings.catch_warnings` made for the running context, with `-X context_aware_warnings`.
fn context(cx: &Ctx) -> PyResult<Option<Value>> {
    let state = state(cx);
    let Some(variable) = state.context.get() else {
        return Ok(None);
    };
    let context = cx.call_method(variable, &cx.intern("get"), &[Value::NONE])?;
    Ok((!context.is_none()).then_some(context))
}

/// The action of the first filter that fits, and that filter.
fn action_for(
    cx: &Ctx,
    text: &Value,
    category: &Py<Type>,
    module: &Value,
    line: i32,
) -> PyResult<(Value, Value)> {
    let filters = match context(cx)? {
        Some(context) => cx.get_attr(&context, &cx.intern("_filters"))?,
        None => match of_python_module(cx, "filters")? {
            Some(filters) => {
                // They stay in force if somebody takes the attribute away.
                if let Some(list) = filters.downcast_ref::<List>() {
                    state(cx).filters.set(Some(list.clone()));
                }
                filters
            }
            None => filters(cx).into_value(),
        },
    };
    let Some(filters) = filters.downcast_ref::<List>() else {
        return Err(cx.value_error("_warnings.filters must be a list"));
    };
    let mut index = 0;
    while let Some(filter) = filters.get(index) {
        let parts = filter
            .downcast_ref::<Tuple>()
            .map(|parts| parts.as_slice().to_vec());
        let Some([action, message, wanted, module_pattern, wanted_line]) = parts.as_deref() else {
            return Err(cx.value_error(format!("warnings.filters item {index} isn't a 5-tuple")));
        };
        if action.downcast_ref::<Str>().is_none() {
            let class = cx.type_name(action);
            return Err(cx.type_error(format!("action must be a string, not '{class}'")));
        }
        if !cx.is_index(wanted_line) {
            return Err(cx.type_error("an integer is required"));
        }
        let wanted_line = cx.to_index_size(wanted_line)?;
        if cx.is_subclass(category.as_value(), wanted)?
            && fits(cx, message, text)?
            && fits(cx, module_pattern, module)?
            && (wanted_line == 0 || wanted_line == line as isize)
        {
            return Ok((action.clone(), filter.clone()));
        }
        index += 1;
    }
    let default = match of_python_module(cx, "defaultaction")? {
        Some(action) if action.downcast_ref::<Str>().is_none() => {
            let class = cx.type_name(&action);
            return Err(cx.type_error(format!(
                "_warnings.defaultaction must be a string, not '{class}'"
            )));
        }
        Some(action) => action,
        None => cx.intern("default").into_value(),
    };
    Ok((default, Value::NONE))
}

/// Whether a pattern of a filter fits: none, the same text, or a regular expression.
fn fits(cx: &Ctx, pattern: &Value, text: &Value) -> PyResult<bool> {
    if pattern.is_none() {
        return Ok(true);
    }
    if cx.class_of(pattern).is(&cx.types().str) {
        return cx.is_equal(pattern, text);
    }
    let found = cx.call_method(pattern, &cx.intern("match"), std::slice::from_ref(text))?;
    cx.is_true(&found)
}

fn show(cx: &Ctx, place: &Place<'_>, text: &Value, message: &Value) -> PyResult<()> {
    let line = cx.new_int(i64::from(place.line));
    let Some(show) = of_python_module(cx, "_showwarnmsg")? else {
        return show_plainly(cx, place, text);
    };
    let Some(class) = of_python_module(cx, "WarningMessage")? else {
        return Err(cx.runtime_error("unable to get warnings.WarningMessage"));
    };
    let source = place.source.cloned().unwrap_or(Value::NONE);
    let args = [
        message.clone(),
        place.category.to_value(),
        place.filename.clone(),
        line,
        Value::NONE,
        place.source_line.clone().unwrap_or(Value::NONE),
        source,
    ];
    let entry = cx.call(&class, &args)?;
    cx.call(&show, &[entry])?;
    Ok(())
}

/// Without the module `warnings`: the warning and its source line.
fn show_plainly(cx: &Ctx, place: &Place<'_>, text: &Value) -> PyResult<()> {
    let filename = cx.str(&place.filename)?;
    let heading = format!(
        "{}:{}: {}: {}\n",
        filename.to_string_lossy(),
        place.line,
        place.category.name(),
        cx.str(text)?.to_string_lossy()
    );
    cx.write_error_text(&heading);
    if let Some(line) = &place.source_line {
        let line = cx.str(line)?;
        cx.write_error_text(&format!("  {}\n", line.to_string_lossy().trim()));
    } else if let Some(line) = cx.line_of_file(filename.as_wtf8(), place.line) {
        cx.write_error_text(&format!("  {}\n", line.to_string_lossy().trim()));
    }
    Ok(())
}
