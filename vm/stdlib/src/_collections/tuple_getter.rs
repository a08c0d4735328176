//! `_tuplegetter`: the attributes of named tuples.

use std::cell::RefCell;

use taipan_macros::{pyclass, pymethods};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::heap::{Traverse, Visitor};
use taipan_vm::objects::{Tuple, Type};
use taipan_vm::value::{Py, Value};

#[pyclass(
    name = "_tuplegetter",
    module = "collections",
    traverse,
    text_signature = "(index, doc, /)"
)]
pub(crate) struct TupleGetter {
    index: usize,
    doc: RefCell<Value>,
}

#[pymethods]
impl TupleGetter {
    #[new(signature = (index, doc, /))]
    fn new(cx: &Ctx, cls: &Py<Type>, index: isize, doc: &Value) -> Py<TupleGetter> {
        let payload = TupleGetter {
            // No tuple has so many items: a negative index is out of range, whatever the tuple.
            index: usize::try_from(index).unwrap_or(usize::MAX),
            doc: RefCell::new(doc.clone()),
        };
        cx.heap().allocate(cls, payload)
    }

    fn __get__(
        this: &Value,
        cx: &Ctx,
        instance: Option<&Value>,
        owner: Option<&Value>,
    ) -> PyResult<Value> {
        let _ = owner;
        let (Some(getter), Some(instance)) = (this.downcast_ref::<TupleGetter>(), instance) else {
            return Ok(this.clone());
        };
        let Some(tuple) = instance.downcast_ref::<Tuple>() else {
            if instance.is_none() {
                return Ok(this.clone());
            }
            let (index, name) = (getter.index, cx.type_name(instance));
            return Err(cx.type_error(format!(
                "descriptor for index '{index}' for tuple subclasses doesn't apply to '{name}' object"
            )));
        };
        tuple
            .as_slice()
            .get(getter.index)
            .cloned()
            .ok_or_else(|| cx.index_error("tuple index out of range"))
    }

    fn __set__(&self, cx: &Ctx, instance: &Value, value: Option<&Value>) -> PyResult<()> {
        let _ = instance;
        Err(cx.attribute_error(if value.is_some() {
            "can't set attribute"
        } else {
            "can't delete attribute"
        }))
    }

    #[member(name = "__doc__")]
    fn doc(&self) -> Value {
        self.doc.borrow().clone()
    }

    #[setter(name = "__doc__")]
    fn set_doc(&self, value: Option<&Value>) {
        let new = value.cloned().unwrap_or(Value::NONE);
        drop(self.doc.replace(new));
    }

    fn __reduce__(this: &Py<TupleGetter>) -> (Value, (usize, Value)) {
        let doc = this.doc.borrow().clone();
        (this.header().class().to_value(), (this.index, doc))
    }

    fn __repr__(this: &Py<TupleGetter>, cx: &Ctx) -> PyResult<String> {
        let name = this.header().class().name().to_string_lossy().into_owned();
        let doc = this.doc.borrow().clone();
        let doc = cx.repr(&doc)?;
        Ok(format!("{name}({}, {})", this.index, doc.to_string_lossy()))
    }
}

impl Traverse for TupleGetter {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(&self.doc.borrow());
    }
}
