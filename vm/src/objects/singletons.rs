//! The types of `None`, `...` and `NotImplemented`, which are value words.
//!
//! CPython 3.14: `Objects/object.c`, `Objects/sliceobject.c`. Tests: `tests/run/singletons/`.

use taipan_macros::pymethods;

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::{Args, ClassDef};
use crate::objects::{Object, Type, TypeFlags};
use crate::value::{Py, Value};

macro_rules! singleton_class {
    ($function:ident, $methods:ident, $name:literal, $doc:literal) => {
        pub fn $function() -> &'static ClassDef {
            use crate::native::parts::ClassPart;
            static DEF: ClassDef = ClassDef {
                name: $name,
                module: "builtins",
                doc: Some($doc),
                text_signature: Some("()"),
                base: None,
                layout: <Object as crate::heap::Payload>::layout,
                flags: TypeFlags::empty(),
                fill_slots: |slots| (<$methods as ClassPart<0>>::FILL_SLOTS)(slots),
                methods: <$methods as ClassPart<0>>::METHODS,
                getsets: &[],
                members: &[],
            };
            &DEF
        }
    };
}

singleton_class!(
    none_type,
    NoneType,
    "NoneType",
    "The type of the None singleton."
);
singleton_class!(
    ellipsis,
    Ellipsis,
    "ellipsis",
    "The type of the Ellipsis singleton."
);
singleton_class!(
    not_implemented_type,
    NotImplementedType,
    "NotImplementedType",
    "The type of the NotImplemented singleton."
);

/// The constant hash of `None`, as in CPython.
const HASH_OF_NONE: i64 = 0xFCA8_6420;

fn without_arguments(cx: &Ctx, name: &str, args: Args<'_>) -> PyResult<()> {
    if args.values().is_empty() {
        return Ok(());
    }
    Err(cx.type_error(format!("{name} takes no arguments")))
}

struct NoneType;

#[pymethods]
impl NoneType {
    #[new]
    fn make(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> PyResult<Value> {
        let _ = cls;
        without_arguments(cx, "NoneType", args)?;
        Ok(Value::NONE)
    }

    fn __repr__(this: &Value) -> &'static str {
        let _ = this;
        "None"
    }

    fn __bool__(this: &Value) -> bool {
        let _ = this;
        false
    }

    fn __hash__(this: &Value) -> i64 {
        let _ = this;
        HASH_OF_NONE
    }
}

struct Ellipsis;

#[pymethods]
impl Ellipsis {
    #[new]
    fn make(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> PyResult<Value> {
        let _ = cls;
        without_arguments(cx, "EllipsisType", args)?;
        Ok(Value::ELLIPSIS)
    }

    fn __repr__(this: &Value) -> &'static str {
        let _ = this;
        "Ellipsis"
    }

    fn __reduce__(this: &Value) -> &'static str {
        let _ = this;
        "Ellipsis"
    }
}

struct NotImplementedType;

#[pymethods]
impl NotImplementedType {
    #[new]
    fn make(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> PyResult<Value> {
        let _ = cls;
        without_arguments(cx, "NotImplementedType", args)?;
        Ok(Value::NOT_IMPLEMENTED)
    }

    fn __repr__(this: &Value) -> &'static str {
        let _ = this;
        "NotImplemented"
    }

    fn __bool__(this: &Value, cx: &Ctx) -> PyResult<bool> {
        let _ = this;
        Err(cx.type_error("NotImplemented should not be used in a boolean context"))
    }

    fn __reduce__(this: &Value) -> &'static str {
        let _ = this;
        "NotImplemented"
    }
}
