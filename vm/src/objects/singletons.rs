//! The types of `None`, `...` and `NotImplemented`, which are value words.
//!
//! CPython 3.14: `Objects/object.c`, `Objects/sliceobject.c`. Tests: `tests/run/singletons/`.

use crate::native::ClassDef;
use crate::objects::{Object, TypeFlags};

macro_rules! singleton_class {
    ($function:ident, $name:literal) => {
        pub fn $function() -> &'static ClassDef {
            static DEF: ClassDef = ClassDef {
                name: $name,
                module: "builtins",
                doc: None,
                text_signature: None,
                base: None,
                layout: <Object as crate::heap::Payload>::layout,
                flags: TypeFlags::empty(),
                fill_slots: |_| {},
                methods: &[],
                getsets: &[],
                members: &[],
            };
            &DEF
        }
    };
}

singleton_class!(none_type, "NoneType");
singleton_class!(ellipsis, "ellipsis");
singleton_class!(not_implemented_type, "NotImplementedType");
