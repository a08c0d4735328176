//! `zip`: the items of several iterables side by side.
//!
//! CPython 3.14: `zip_new`, `zip_next` (`Python/bltinmodule.c`). Tests: `tests/run/zip/`.

use std::cell::Cell;

use taipan_macros::{pyclass, pymethods};

use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::heap::{Traverse, Visitor};
use crate::native::Args;
use crate::objects::Type;
use crate::protocol::Iter;
use crate::value::{Py, Value};

/// The zip object yields n-length tuples, where n is the number of
/// iterables passed as positional arguments to zip().  The i-th element
/// in every tuple comes from the i-th iterable argument to zip().  This
/// continues until the shortest argument is exhausted.
///
/// If strict is true and one of the arguments is exhausted before the
/// others, raise a ValueError.
///
///    >>> list(zip('abcdefg', range(3), range(4)))
///    [('a', 0, 0), ('b', 1, 1), ('c', 2, 2)]
#[pyclass(
    name = "zip",
    subclassable,
    traverse,
    text_signature = "(*iterables, strict=False)"
)]
pub struct Zip {
    sources: Box<[Iter]>,
    strict: Cell<bool>,
}

/// Several iterators that are asked for an item each (`zip` and `map`).
pub(crate) struct Row<'a> {
    pub(crate) function: &'static str,
    pub(crate) sources: &'a [Iter],
    pub(crate) strict: bool,
}

impl Row<'_> {
    /// One item of each; `None` if the shortest is at its end.
    ///
    /// # Errors
    /// What an iterator raises; `ValueError` if lengths must not differ and do.
    #[inline]
    pub(crate) fn next(&self, cx: &Ctx) -> PyResult<Option<Vec<Value>>> {
        let mut items = Vec::with_capacity(self.sources.len());
        for (index, source) in self.sources.iter().enumerate() {
            match source.next(cx)? {
                Some(item) => items.push(item),
                None if self.strict => return self.check_others(cx, index),
                None => return Ok(None),
            }
        }
        Ok(Some(items))
    }

    /// Number `ended` is at its end: so must all others be.
    #[cold]
    fn check_others(&self, cx: &Ctx, ended: usize) -> PyResult<Option<Vec<Value>>> {
        if ended > 0 {
            return Err(self.uneven(cx, ended, "shorter"));
        }
        for (index, source) in self.sources.iter().enumerate().skip(1) {
            if source.next(cx)?.is_some() {
                return Err(self.uneven(cx, index, "longer"));
            }
        }
        Ok(None)
    }

    fn uneven(&self, cx: &Ctx, index: usize, relation: &str) -> PyErr {
        let (function, number) = (self.function, index + 1);
        let others = if index == 1 { " " } else { "s 1-" };
        cx.value_error(format!(
            "{function}() argument {number} is {relation} than argument{others}{index}"
        ))
    }
}

/// The `strict` of `zip(...)` and `map(...)`.
///
/// # Errors
/// `TypeError` for any other keyword.
pub(crate) fn strict_keyword(cx: &Ctx, function: &str, args: Args<'_>) -> PyResult<bool> {
    let given = args.keyword_count();
    if given > 1 {
        return Err(cx.type_error(format!(
            "{function}() takes at most 1 keyword argument ({given} given)"
        )));
    }
    match args.keywords().next() {
        None => Ok(false),
        Some((name, value)) if name.as_wtf8() == "strict" => cx.is_true(value),
        Some((name, _)) => Err(cx.type_error(format!(
            "{function}() got an unexpected keyword argument '{}'",
            name.to_string_lossy()
        ))),
    }
}

/// Iterators over all of `iterables`.
pub(crate) fn iterators(cx: &Ctx, iterables: &[Value]) -> PyResult<Box<[Iter]>> {
    iterables
        .iter()
        .map(|iterable| cx.iterator(iterable))
        .collect()
}

#[pymethods]
impl Zip {
    #[new]
    fn new(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> PyResult<Py<Zip>> {
        let strict = strict_keyword(cx, "zip", args)?;
        let payload = Zip {
            sources: iterators(cx, args.positional())?,
            strict: Cell::new(strict),
        };
        Ok(cx.heap().allocate(cls, payload))
    }

    fn __iter__(this: &Value) -> Value {
        this.clone()
    }

    fn __next__(&self, cx: &Ctx) -> PyResult<Option<Value>> {
        if self.sources.is_empty() {
            return Ok(None);
        }
        let row = Row {
            function: "zip",
            sources: &self.sources,
            strict: self.strict.get(),
        };
        Ok(row.next(cx)?.map(|items| cx.new_tuple(items).into_value()))
    }

    /// Return state information for pickling.
    fn __reduce__(this: &Py<Zip>, cx: &Ctx) -> Value {
        let sources = this.sources.iter().map(|source| source.value().clone());
        let sources = cx.new_tuple(sources.collect()).into_value();
        let mut parts = vec![cx.class_of(this.as_value()).to_value(), sources];
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

impl Traverse for Zip {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.sources.iter().for_each(|source| visit(source.value()));
    }
}
