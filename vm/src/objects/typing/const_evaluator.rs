//! `_typing._ConstEvaluator`: the evaluation function of a value that was given as it is.
//!
//! CPython 3.14: `constevaluator_*` (`Objects/typevarobject.c`).

use taipan_macros::{pyclass, pymethods};

use super::FORMAT_STRING;
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::heap::{Traverse, Visitor};
use crate::objects::Tuple;
use crate::objects::type_parameters::argument_text;
use crate::value::{Py, Value};

/// Internal type for implementing evaluation functions.
#[pyclass(
    name = "_ConstEvaluator",
    module = "_typing",
    immutable,
    no_new,
    traverse,
    text_signature = None
)]
pub struct ConstEvaluator {
    value: Value,
}

impl Traverse for ConstEvaluator {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(&self.value);
    }
}

pub(super) fn of(cx: &Ctx, value: Value) -> Value {
    let class = cx.native_class(ConstEvaluator::class());
    cx.heap()
        .allocate(&class, ConstEvaluator { value })
        .into_value()
}

#[pymethods]
impl ConstEvaluator {
    fn __repr__(&self, cx: &Ctx) -> PyResult<String> {
        let value = cx.repr(&self.value)?;
        Ok(format!("<constevaluator {}>", value.to_string_lossy()))
    }

    fn __call__(this: &Py<Self>, cx: &Ctx, args: crate::native::Args<'_>) -> PyResult<Value> {
        if args.has_keywords() {
            return Err(cx.type_error("constevaluator.__call__() takes no keyword arguments"));
        }
        let [format] = args.positional() else {
            let given = args.positional().len();
            return Err(cx.type_error(format!(
                "constevaluator.__call__() takes exactly 1 argument ({given} given)"
            )));
        };
        if cx.to_index_size(&cx.index(format)?)? as i64 != FORMAT_STRING {
            return Ok(this.value.clone());
        }
        let text = match this.value.downcast_ref::<Tuple>() {
            Some(tuple) => {
                let mut parts = Vec::with_capacity(tuple.length());
                for item in tuple.as_slice() {
                    parts.push(argument_text(cx, item)?);
                }
                format!("({})", parts.join(", "))
            }
            None => argument_text(cx, &this.value)?,
        };
        Ok(cx.new_str(&*text)?.into_value())
    }
}
