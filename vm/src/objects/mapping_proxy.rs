//! `mappingproxy`: a read-only view of a mapping.
//!
//! CPython 3.14: `PyDictProxy_Type` (`Objects/descrobject.c`). Tests: `tests/run/mapping_proxy/`.

use taipan_macros::{pyclass, pymethods};

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::heap::{Traverse, Visitor};
use crate::objects::slots::CompareOp;
use crate::objects::{Dict, List, Tuple, Type};
use crate::protocol::BinaryOp;
use crate::value::{Py, Value};

/// Read-only proxy of a mapping.
#[pyclass(name = "mappingproxy", mapping, traverse)]
pub struct MappingProxy {
    pub mapping: Value,
}

impl Traverse for MappingProxy {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(&self.mapping);
    }
}

/// The mapping behind a proxy, or the value itself.
fn unwrapped(value: &Value) -> &Value {
    value
        .downcast_ref::<MappingProxy>()
        .map_or(value, |proxy| &proxy.mapping)
}

impl MappingProxy {
    fn call(&self, cx: &Ctx, method: &str, args: &[Value]) -> PyResult<Value> {
        cx.call_method(&self.mapping, &cx.intern(method), args)
    }
}

#[pymethods]
impl MappingProxy {
    #[new(signature = (mapping))]
    fn make(cx: &Ctx, cls: &Py<Type>, mapping: &Value) -> PyResult<Py<MappingProxy>> {
        let class = cx.class_of(mapping);
        let is_sequence =
            mapping.downcast_ref::<List>().is_some() || mapping.downcast_ref::<Tuple>().is_some();
        if class.slots.subscript.get().is_none() || is_sequence {
            let name = cx.type_name(mapping);
            return Err(cx.type_error(format!(
                "mappingproxy() argument must be a mapping, not {name}"
            )));
        }
        let mapping = mapping.clone();
        Ok(cx.heap().allocate(cls, MappingProxy { mapping }))
    }

    fn __repr__(&self, cx: &Ctx) -> PyResult<String> {
        let mapping = cx.repr(&self.mapping)?;
        Ok(format!("mappingproxy({})", mapping.to_string_lossy()))
    }

    fn __str__(&self, cx: &Ctx) -> PyResult<Value> {
        Ok(cx.str(&self.mapping)?.into_value())
    }

    fn __hash__(&self, cx: &Ctx) -> PyResult<i64> {
        cx.hash(&self.mapping)
    }

    fn __richcompare__(&self, cx: &Ctx, other: &Value, op: CompareOp) -> PyResult<Value> {
        cx.compare(&self.mapping, unwrapped(other), op)
    }

    fn __iter__(&self, cx: &Ctx) -> PyResult<Value> {
        cx.iter(&self.mapping)
    }

    fn __or__(left: &Value, cx: &Ctx, right: &Value) -> PyResult<Value> {
        cx.binary_op(BinaryOp::Or, unwrapped(left), unwrapped(right))
    }

    fn __ior__(&self, cx: &Ctx, other: &Value) -> PyResult<Value> {
        let _ = other;
        Err(cx.type_error("'|=' is not supported by mappingproxy; use '|' instead"))
    }

    fn __len__(&self, cx: &Ctx) -> PyResult<usize> {
        cx.len(&self.mapping)
    }

    fn __getitem__(&self, cx: &Ctx, key: &Value) -> PyResult<Value> {
        cx.get_item(&self.mapping, key)
    }

    fn __contains__(&self, cx: &Ctx, key: &Value) -> PyResult<bool> {
        match self.mapping.downcast_ref::<Dict>() {
            Some(dict) if !dict.header().class().is_heap_type() => dict.contains(cx, key),
            _ => cx.contains(&self.mapping, key),
        }
    }

    /// Return the value for key if key is in the mapping, else default.
    #[pymethod(signature = (key, default = None, /))]
    fn get(&self, cx: &Ctx, key: &Value, default: Option<&Value>) -> PyResult<Value> {
        let default = default.cloned().unwrap_or(Value::NONE);
        self.call(cx, "get", &[key.clone(), default])
    }

    /// a set-like object providing a view on D's keys
    fn keys(&self, cx: &Ctx) -> PyResult<Value> {
        self.call(cx, "keys", &[])
    }

    /// an object providing a view on D's values
    fn values(&self, cx: &Ctx) -> PyResult<Value> {
        self.call(cx, "values", &[])
    }

    /// a set-like object providing a view on D's items
    fn items(&self, cx: &Ctx) -> PyResult<Value> {
        self.call(cx, "items", &[])
    }

    /// a shallow copy of D
    fn copy(&self, cx: &Ctx) -> PyResult<Value> {
        self.call(cx, "copy", &[])
    }

    /// reverse iterator
    fn __reversed__(&self, cx: &Ctx) -> PyResult<Value> {
        self.call(cx, "__reversed__", &[])
    }

    /// See PEP 585
    #[classmethod(text_signature = "($type, object, /)")]
    fn __class_getitem__(cls: &Py<Type>, cx: &Ctx, item: &Value) -> Value {
        cx.new_generic_alias(cls.as_value(), item)
    }
}

impl Ctx {
    pub fn new_mapping_proxy(&self, mapping: Value) -> Py<MappingProxy> {
        self.heap()
            .allocate(&self.types().mappingproxy, MappingProxy { mapping })
    }
}
