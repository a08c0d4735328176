//! `bool`: `True` and `False`, which are value words.
//!
//! CPython 3.14: `Objects/boolobject.c`. Tests: `tests/run/bool/`.

use crate::objects::Int;

/// `bool` has no objects; it names the class, whose layout is that of `int`.
pub struct Bool;

impl Bool {
    pub fn class() -> &'static crate::native::ClassDef {
        static DEF: crate::native::ClassDef = crate::native::ClassDef {
            name: "bool",
            module: "builtins",
            doc: None,
            text_signature: None,
            base: Some(Int::class),
            layout: <Int as crate::heap::Payload>::layout,
            flags: crate::objects::TypeFlags::empty(),
            fill_slots: |_| {},
            methods: &[],
            getsets: &[],
            members: &[],
        };
        &DEF
    }
}
