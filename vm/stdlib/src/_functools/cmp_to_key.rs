//! `cmp_to_key`: keys that compare by an old-style comparison function.

use std::cell::RefCell;

use taipan_macros::{pyclass, pyfunction, pymethods};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::heap::{Traverse, Visitor};
use taipan_vm::objects::slots::CompareOp;
use taipan_vm::value::{Py, Value};

#[pyclass(
    name = "KeyWrapper",
    module = "functools",
    no_new,
    unhashable,
    traverse
)]
pub(crate) struct KeyWrapper {
    compare: Value,
    object: RefCell<Option<Value>>,
}

impl KeyWrapper {
    fn make(cx: &Ctx, compare: Value, object: Option<Value>) -> Py<Self> {
        let class = cx.native_class(Self::class());
        let payload = Self {
            compare,
            object: RefCell::new(object),
        };
        cx.heap().allocate(&class, payload)
    }

    fn object(&self, cx: &Ctx) -> PyResult<Value> {
        let object = self.object.borrow().clone();
        object.ok_or_else(|| cx.attribute_error("object"))
    }
}

#[pymethods]
impl KeyWrapper {
    #[pymethod(signature = (obj))]
    fn __call__(&self, cx: &Ctx, obj: &Value) -> Py<KeyWrapper> {
        Self::make(cx, self.compare.clone(), Some(obj.clone()))
    }

    /// Value wrapped by a key function.
    #[member]
    fn obj(&self) -> Option<Value> {
        self.object.borrow().clone()
    }

    /// What `inspect.signature` reads.
    #[getter]
    fn __text_signature__(&self) -> &'static str {
        "(obj)"
    }

    #[setter]
    fn set_obj(&self, value: Option<&Value>) {
        drop(self.object.replace(value.cloned()));
    }

    fn __richcompare__(&self, cx: &Ctx, other: &Value, op: CompareOp) -> PyResult<Value> {
        let Some(other) = other.downcast_ref::<KeyWrapper>() else {
            return Err(cx.type_error("other argument must be K instance"));
        };
        let objects = [self.object(cx)?, other.object(cx)?];
        let result = cx.call(&self.compare, &objects)?;
        cx.compare(&result, &Value::int32(0), op)
    }
}

impl Traverse for KeyWrapper {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(&self.compare);
        self.object.borrow().iter().for_each(visit);
    }

    fn clear(&self) {
        drop(self.object.take());
    }
}

/// Convert a cmp= function into a key= function.
///
///   mycmp
///     Function that compares two objects.
#[pyfunction(signature = (mycmp))]
pub(super) fn cmp_to_key(cx: &Ctx, mycmp: &Value) -> Py<KeyWrapper> {
    KeyWrapper::make(cx, mycmp.clone(), None)
}
