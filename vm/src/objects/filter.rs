//! `filter`: the items that a function finds true.
//!
//! CPython 3.14: `filter_new`, `filter_next` (`Python/bltinmodule.c`). Tests: `tests/run/filter/`.

use taipan_macros::{pyclass, pymethods};

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::heap::{Traverse, Visitor};
use crate::native::Args;
use crate::objects::Type;
use crate::protocol::Iter;
use crate::value::{Py, Value};

/// Return an iterator yielding those items of iterable for which
/// function(item) is true.  If function is None, return the items that
/// are true.
#[pyclass(
    name = "filter",
    subclassable,
    traverse,
    text_signature = "(function, iterable, /)"
)]
pub struct Filter {
    function: Value,
    items: Iter,
}

#[pymethods]
impl Filter {
    #[new]
    fn new(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> PyResult<Py<Filter>> {
        let args = cx.constructor_args(cls, &cx.types().filter, "filter", args)?;
        let [function, iterable] = args else {
            return Err(cx.wrong_count("filter", 2, args.len()));
        };
        let payload = Filter {
            items: cx.iterator(iterable)?,
            function: function.clone(),
        };
        Ok(cx.heap().allocate(cls, payload))
    }

    fn __iter__(this: &Value) -> Value {
        this.clone()
    }

    fn __next__(&self, cx: &Ctx) -> PyResult<Option<Value>> {
        let by_truth = self.function.is_none() || self.function.is(cx.types().bool.as_value());
        while let Some(item) = self.items.next(cx)? {
            let keep = if by_truth {
                cx.is_true(&item)?
            } else {
                cx.is_true(&cx.call(&self.function, std::slice::from_ref(&item))?)?
            };
            if keep {
                return Ok(Some(item));
            }
        }
        Ok(None)
    }

    /// Return state information for pickling.
    fn __reduce__(this: &Py<Filter>, cx: &Ctx) -> (Value, (Value, Value)) {
        (
            cx.class_of(this.as_value()).to_value(),
            (this.function.clone(), this.items.value().clone()),
        )
    }
}

impl Traverse for Filter {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(&self.function);
        visit(self.items.value());
    }
}
