//! `mappingproxy`: a read-only view of a mapping.
//!
//! CPython 3.14: `PyDictProxy_Type` (`Objects/descrobject.c`). Tests: `tests/run/mapping_proxy/`.

use taipan_macros::{pyclass, pymethods};

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::heap::{Traverse, Visitor};
use crate::objects::{List, Tuple, Type};
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

#[pymethods]
impl MappingProxy {
    #[new(signature = (mapping))]
    fn new(cx: &Ctx, cls: &Py<Type>, mapping: &Value) -> PyResult<Py<MappingProxy>> {
        let class = cx.class_of(mapping);
        let is_list =
            mapping.downcast_ref::<List>().is_some() || mapping.downcast_ref::<Tuple>().is_some();
        if class.slots.subscript.get().is_none() || is_list {
            let name = cx.type_name(mapping);
            return Err(cx.type_error(format!(
                "mappingproxy() argument must be a mapping, not {name}"
            )));
        }
        let mapping = mapping.clone();
        Ok(cx.heap().allocate(cls, MappingProxy { mapping }))
    }

    fn __repr__(&self, cx: &Ctx) -> PyResult<String> {
        Ok(format!(
            "mappingproxy({})",
            cx.repr(&self.mapping)?.to_string_lossy()
        ))
    }

    fn __str__(&self, cx: &Ctx) -> PyResult<Value> {
        Ok(cx.str(&self.mapping)?.into_value())
    }

    fn __hash__(&self, cx: &Ctx) -> PyResult<i64> {
        cx.hash(&self.mapping)
    }
}

impl Ctx {
    pub fn new_mapping_proxy(&self, mapping: Value) -> Py<MappingProxy> {
        self.heap()
            .allocate(&self.types().mappingproxy, MappingProxy { mapping })
    }
}
