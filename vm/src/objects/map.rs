//! `map`: a function's results for the items of iterables.
//!
//! CPython 3.14: `map_new`, `map_next` (`Python/bltinmodule.c`). Tests: `tests/run/map/`.

use std::cell::Cell;

use taipan_macros::{pyclass, pymethods};

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::heap::{Traverse, Visitor};
use crate::native::Args;
use crate::objects::Type;
use crate::objects::zip::{Row, iterators, strict_keyword};
use crate::protocol::Iter;
use crate::value::{Py, Value};

/// Make an iterator that computes the function using arguments from
/// each of the iterables.  Stops when the shortest iterable is exhausted.
///
/// If strict is true and one of the arguments is exhausted before the
/// others, raise a ValueError.
#[pyclass(
    name = "map",
    subclassable,
    traverse,
    text_signature = "(function, iterable, /, *iterables, strict=False)"
)]
pub struct Map {
    function: Value,
    sources: Box<[Iter]>,
    strict: Cell<bool>,
}

#[pymethods]
impl Map {
    #[new]
    fn new(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> PyResult<Py<Map>> {
        let strict = strict_keyword(cx, "map", args)?;
        let [function, iterables @ ..] = args.positional() else {
            return Err(cx.type_error("map() must have at least two arguments."));
        };
        if iterables.is_empty() {
            return Err(cx.type_error("map() must have at least two arguments."));
        }
        let payload = Map {
            function: function.clone(),
            sources: iterators(cx, iterables)?,
            strict: Cell::new(strict),
        };
        Ok(cx.heap().allocate(cls, payload))
    }

    fn __iter__(this: &Value) -> Value {
        this.clone()
    }

    fn __next__(&self, cx: &Ctx) -> PyResult<Option<Value>> {
        if let [source] = &*self.sources {
            return match source.next(cx)? {
                Some(item) => cx.call(&self.function, &[item]).map(Some),
                None => Ok(None),
            };
        }
        let row = Row {
            function: "map",
            sources: &self.sources,
            strict: self.strict.get(),
        };
        match row.next(cx)? {
            Some(items) => cx.call(&self.function, &items).map(Some),
            None => Ok(None),
        }
    }

    /// Return state information for pickling.
    fn __reduce__(this: &Py<Map>, cx: &Ctx) -> Value {
        let sources = this.sources.iter().map(|source| source.value().clone());
        let args = std::iter::once(this.function.clone()).chain(sources);
        let args = cx.new_tuple(args.collect()).into_value();
        let mut parts = vec![cx.class_of(this.as_value()).to_value(), args];
        if this.strict.get() {
            parts.push(Value::TRUE);
        }
        cx.new_tuple(parts).into_value()
    }

    /// Set state information for unpickling.
    #[pymethod(text_signature = "($self, object, /)")]
    fn __setstate__(&self, cx: &Ctx, state: &Value) -> PyResult<()> {
        self.strict.set(cx.is_true(state)?);
        Ok(())
    }
}

impl Traverse for Map {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(&self.function);
        self.sources.iter().for_each(|source| visit(source.value()));
    }
}
