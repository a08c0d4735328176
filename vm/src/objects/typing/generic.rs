//! `typing.Generic`: the base of classes that take type arguments.
//!
//! CPython 3.14: `generic_*` (`Objects/typevarobject.c`); both methods are written in Python.

use taipan_macros::pymethods;

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::parts::ClassPart;
use crate::native::{Args, ClassDef};
use crate::objects::{Object, Type, TypeFlags};
use crate::value::{Py, Value};

/// The class `Generic`: instances are like those of `object`, so that it goes with any other base.
pub fn generic() -> &'static ClassDef {
    static DEF: ClassDef = ClassDef {
        name: "Generic",
        module: "typing",
        doc: Some(DOC),
        text_signature: None,
        base: None,
        layout: <Object as crate::heap::Payload>::layout,
        flags: TypeFlags::SUBCLASSABLE,
        fill_slots: |_| {},
        methods: <Generic as ClassPart<0>>::METHODS,
        getsets: &[],
        members: &[],
    };
    &DEF
}

const DOC: &str = "Abstract base class for generic types.

On Python 3.12 and newer, generic classes implicitly inherit from
Generic when they declare a parameter list after the class's name::

    class Mapping[KT, VT]:
        def __getitem__(self, key: KT) -> VT:
            ...
        # Etc.

On older versions of Python, however, generic classes have to
explicitly inherit from Generic.

After a class has been declared to be generic, it can then be used as
follows::

    def lookup_name[KT, VT](mapping: Mapping[KT, VT], key: KT, default: VT) -> VT:
        try:
            return mapping[key]
        except KeyError:
            return default
";

struct Generic;

fn call_with_class(cx: &Ctx, function: &str, cls: &Py<Type>, args: Args<'_>) -> PyResult<Value> {
    let name = cx.intern("typing").into_value();
    let module = cx.call(&cx.builtin("__import__")?, &[name])?;
    let function = cx.get_attr(&module, &cx.intern(function))?;
    let mut values = Vec::with_capacity(args.values().len() + 1);
    values.push(cls.to_value());
    values.extend_from_slice(args.values());
    cx.call_with(&function, Args::new(&values, args.names()))
}

#[pymethods]
impl Generic {
    /// Parameterizes a generic class.
    ///
    /// `C[int]` calls it with the class and what is in the brackets; so does the
    /// definition of a class, with type parameters: `class C(Generic[T])`.
    #[classmethod(text_signature = None)]
    fn __class_getitem__(cls: &Py<Type>, cx: &Ctx, args: Args<'_>) -> PyResult<Value> {
        call_with_class(cx, "_generic_class_getitem", cls, args)
    }

    /// Function to initialize subclasses.
    #[classmethod(text_signature = None)]
    fn __init_subclass__(cls: &Py<Type>, cx: &Ctx, args: Args<'_>) -> PyResult<Value> {
        call_with_class(cx, "_generic_init_subclass", cls, args)
    }
}
