//! `Placeholder`: stands for an argument that `partial` leaves open. There is one of it in each isolate.

use std::cell::OnceCell;

use taipan_macros::{pyclass, pymethods};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::Args;
use taipan_vm::objects::Type;
use taipan_vm::value::{Py, Value};

/// The type of the Placeholder singleton.
///
/// Used as a placeholder for partial arguments.
#[pyclass(
    name = "_PlaceholderType",
    module = "functools",
    text_signature = None
)]
pub(crate) struct Placeholder;

#[derive(Default)]
struct Singleton(OnceCell<Value>);

/// The isolate's placeholder.
pub(super) fn placeholder(cx: &Ctx) -> Value {
    let state = cx.state::<Singleton>();
    state
        .0
        .get_or_init(|| {
            let class = cx.native_class(Placeholder::class());
            cx.heap().allocate(&class, Placeholder).into_value()
        })
        .clone()
}

#[pymethods]
impl Placeholder {
    #[new]
    fn new(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> PyResult<Value> {
        let _ = cls;
        if !args.values().is_empty() {
            return Err(cx.type_error("PlaceholderType takes no arguments"));
        }
        Ok(placeholder(cx))
    }

    fn __repr__(&self) -> &'static str {
        "Placeholder"
    }

    fn __reduce__(&self) -> &'static str {
        "Placeholder"
    }
}
