//! `_csv`: comma-separated values and their dialects.
//!
//! CPython 3.14: `Modules/_csv.c`. `dialect` holds the options, `reader` and `writer` the two directions.
//! Tests: `tests/run/csv/`.

mod dialect;
mod reader;
mod writer;

use std::cell::{Cell, OnceCell};

use taipan_macros::{pyfunction, pymodule};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::{PyErr, PyResult};
use taipan_vm::native::bind::Optional;
use taipan_vm::native::{Args, ModuleBuilder};
use taipan_vm::objects::{Dict, Int, List, Str};
use taipan_vm::value::{Py, Value};

use self::dialect::{Dialect, Quoting};
use crate::exception_class::{exception_class, raise};

/// CSV parsing and writing.
#[pymodule]
pub(crate) fn _csv(cx: &Ctx, m: &ModuleBuilder<'_>) -> PyResult<()> {
    let error = exception_class(cx, "_csv.Error", &cx.types().exception)?;
    m.add("Error", error.to_value())?;
    m.class(Dialect::class())?;
    m.add(
        "Reader",
        cx.native_class(reader::Reader::class()).to_value(),
    )?;
    m.add(
        "Writer",
        cx.native_class(writer::Writer::class()).to_value(),
    )?;
    m.function(&reader::reader::DEF)?;
    m.function(&writer::writer::DEF)?;
    m.function(&list_dialects::DEF)?;
    m.function(&register_dialect::DEF)?;
    m.function(&unregister_dialect::DEF)?;
    m.function(&get_dialect::DEF)?;
    m.function(&field_size_limit::DEF)?;
    m.add("_dialects", cx.state::<State>().dialects(cx).to_value())?;
    for (name, quoting) in [
        ("QUOTE_MINIMAL", Quoting::Minimal),
        ("QUOTE_ALL", Quoting::All),
        ("QUOTE_NONNUMERIC", Quoting::NonNumeric),
        ("QUOTE_NONE", Quoting::None),
        ("QUOTE_STRINGS", Quoting::Strings),
        ("QUOTE_NOTNULL", Quoting::NotNull),
    ] {
        m.add(name, quoting as i64)?;
    }
    Ok(())
}

struct State {
    dialects: OnceCell<Py<Dict>>,
    field_limit: Cell<isize>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            dialects: OnceCell::new(),
            field_limit: Cell::new(128 * 1024),
        }
    }
}

impl State {
    fn dialects(&self, cx: &Ctx) -> Py<Dict> {
        self.dialects.get_or_init(|| cx.new_dict()).clone()
    }
}

fn error(cx: &Ctx, message: impl AsRef<str>) -> PyErr {
    raise(cx, "_csv.Error", &cx.types().exception, message)
}

/// The registered dialect of that name.
fn registered(cx: &Ctx, name: &Value) -> PyResult<Value> {
    let dialects = cx.state::<State>().dialects(cx);
    dialects
        .get(cx, name)?
        .ok_or_else(|| error(cx, "unknown dialect"))
}

/// The dialect that positional and keyword arguments describe, for `reader`, `writer` and `register_dialect`.
fn dialect_of_arguments(cx: &Ctx, given: Option<&Value>, args: Args<'_>) -> PyResult<Py<Dialect>> {
    let keywords = args.keyword_count();
    let mut values: Vec<Value> = given.into_iter().cloned().collect();
    values.extend_from_slice(&args.values()[args.values().len() - keywords..]);
    let class = cx.native_class(Dialect::class()).into_value();
    let made = cx.call_with(&class, Args::new(&values, args.names()))?;
    made.downcast::<Dialect>()
        .map_err(|_| cx.system_error("Dialect() made something else"))
}

/// One or two positional arguments.
fn one_or_two<'a>(
    cx: &Ctx,
    function: &str,
    args: &Args<'a>,
) -> PyResult<(&'a Value, Option<&'a Value>)> {
    match args.positional() {
        [first] => Ok((first, None)),
        [first, second] => Ok((first, Some(second))),
        [] => Err(cx.type_error(format!("{function} expected at least 1 argument, got 0"))),
        more => Err(cx.type_error(format!(
            "{function} expected at most 2 arguments, got {}",
            more.len()
        ))),
    }
}

/// Return a list of all known dialect names.
#[pyfunction]
fn list_dialects(cx: &Ctx) -> Py<List> {
    cx.new_list(cx.state::<State>().dialects(cx).keys())
}

/// Create a mapping from a string name to a CVS dialect.
///
/// The optional "dialect" argument specifies the base dialect instance
/// or the name of the registered dialect.  The function also accepts
/// optional keyword arguments which override settings provided by the
/// dialect.
#[pyfunction(text_signature = "($module, name, /, dialect='excel', **fmtparams)")]
fn register_dialect(cx: &Ctx, args: Args<'_>) -> PyResult<()> {
    let (name, given) = one_or_two(cx, "register_dialect", &args)?;
    if name.downcast_ref::<Str>().is_none() {
        return Err(cx.type_error("dialect name must be a string"));
    }
    let dialect = dialect_of_arguments(cx, given, args)?;
    let dialects = cx.state::<State>().dialects(cx);
    dialects.set(cx, name, dialect.into_value())
}

/// Delete the name/dialect mapping associated with a string name.
#[pyfunction(signature = (name))]
fn unregister_dialect(cx: &Ctx, name: &Value) -> PyResult<()> {
    let dialects = cx.state::<State>().dialects(cx);
    match dialects.pop(cx, name)? {
        Some(_) => Ok(()),
        None => Err(error(cx, "unknown dialect")),
    }
}

/// Return the dialect instance associated with name.
#[pyfunction(signature = (name))]
fn get_dialect(cx: &Ctx, name: &Value) -> PyResult<Value> {
    registered(cx, name)
}

/// Sets an upper limit on parsed fields.
///
/// Returns old limit. If limit is not given, no new limit is set and
/// the old limit is returned
#[pyfunction(signature = (new_limit = Optional::Missing))]
fn field_size_limit(cx: &Ctx, new_limit: Optional<&Value>) -> PyResult<isize> {
    let state = cx.state::<State>();
    let old = state.field_limit.get();
    if let Some(limit) = new_limit.given() {
        if !is_exact_int(cx, limit) {
            return Err(cx.type_error("limit must be an integer"));
        }
        let limit = isize::try_from(&cx.to_bigint(limit)?)
            .map_err(|_| cx.overflow_error("Python int too large to convert to C ssize_t"))?;
        state.field_limit.set(limit);
    }
    Ok(old)
}

/// Whether it is an `int` and of no subclass.
fn is_exact_int(cx: &Ctx, value: &Value) -> bool {
    value.as_small_int().is_some()
        || value.downcast_ref::<Int>().is_some() && cx.class_of(value).is(&cx.types().int)
}
