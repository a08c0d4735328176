//! `typing.NoDefault`: what a type parameter without default has as its default.
//!
//! CPython 3.14: `_Py_NoDefaultStruct` (`Objects/typevarobject.c`).

use std::cell::OnceCell;

use taipan_macros::pymethods;

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::parts::ClassPart;
use crate::native::{Args, ClassDef};
use crate::objects::{Object, Type, TypeFlags};
use crate::value::{Py, Value};

/// The class of `NoDefault`.
pub fn no_default_type() -> &'static ClassDef {
    static DEF: ClassDef = ClassDef {
        name: "NoDefaultType",
        module: "builtins",
        doc: Some("The type of the NoDefault singleton."),
        text_signature: Some("()"),
        base: None,
        layout: <Object as crate::heap::Payload>::layout,
        flags: TypeFlags::empty(),
        fill_slots: |slots| (<NoDefaultType as ClassPart<0>>::FILL_SLOTS)(slots),
        methods: <NoDefaultType as ClassPart<0>>::METHODS,
        getsets: &[],
        members: &[],
    };
    &DEF
}

#[derive(Default)]
struct Singleton(OnceCell<Value>);

/// The singleton.
pub fn no_default(cx: &Ctx) -> Value {
    let singleton = cx.state::<Singleton>();
    let make = || {
        let class = cx.native_class(no_default_type());
        cx.heap().allocate(&class, Object).into_value()
    };
    singleton.0.get_or_init(make).clone()
}

struct NoDefaultType;

#[pymethods]
impl NoDefaultType {
    #[new]
    fn make(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> PyResult<Value> {
        let _ = cls;
        if !args.values().is_empty() {
            return Err(cx.type_error("NoDefaultType takes no arguments"));
        }
        Ok(no_default(cx))
    }

    fn __repr__(this: &Value) -> &'static str {
        let _ = this;
        "typing.NoDefault"
    }

    fn __reduce__(this: &Value) -> &'static str {
        let _ = this;
        "NoDefault"
    }
}
