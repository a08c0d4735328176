//! `frozenset`: an immutable, hashable set. `objects::set` has what both share.
//!
//! CPython 3.14: `Objects/setobject.c`. Tests: `tests/run/set/`.

use taipan_macros::{pyclass, pymethods};

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::heap::{Traverse, Visitor};
use crate::native::Args;
use crate::objects::Type;
use crate::objects::set::SetData;
use crate::value::{Py, Value};

/// Build an immutable unordered collection of unique elements.
#[pyclass(
    name = "frozenset",
    subclassable,
    weakref,
    match_self,
    traverse,
    parts = 2,
    text_signature = "(iterable=(), /)"
)]
pub struct FrozenSet {
    pub data: SetData,
}

impl FrozenSet {
    fn wrap(cx: &Ctx, data: SetData) -> Value {
        cx.new_frozenset(data).into_value()
    }

    fn is_exact(this: &Py<Self>, cx: &Ctx) -> bool {
        this.header().class().is(&cx.types().frozenset)
    }
}

#[pymethods]
impl FrozenSet {
    #[new]
    fn new(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> PyResult<Value> {
        let exact = cls.is(&cx.types().frozenset);
        let args = cx.constructor_args(cls, &cx.types().frozenset, "frozenset", args)?;
        let data = match args {
            [] => SetData::default(),
            [iterable] => {
                if exact
                    && let Some(known) = iterable.downcast_ref::<FrozenSet>()
                    && Self::is_exact(known, cx)
                {
                    return Ok(iterable.clone());
                }
                SetData::from_iterable(cx, iterable)?
            }
            more => {
                return Err(cx.type_error(format!(
                    "frozenset expected at most 1 argument, got {}",
                    more.len()
                )));
            }
        };
        Ok(cx.heap().allocate(cls, FrozenSet { data }).into_value())
    }

    fn __hash__(&self) -> i64 {
        self.data.frozen_hash()
    }

    /// frozensets are generic over the type of their elements
    #[classmethod(text_signature = "($type, object, /)")]
    fn __class_getitem__(cls: &Py<Type>, cx: &Ctx, item: &Value) -> Value {
        cx.new_generic_alias(cls.as_value(), item)
    }

    /// Return a shallow copy of a set.
    fn copy(this: &Py<FrozenSet>, cx: &Ctx) -> Value {
        if Self::is_exact(this, cx) {
            return this.to_value();
        }
        Self::wrap(cx, this.data.duplicate())
    }
}

crate::objects::set::set_methods!(FrozenSet);

impl Traverse for FrozenSet {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.data.traverse(visit);
    }

    fn clear(&self) {
        self.data.clear();
    }
}
