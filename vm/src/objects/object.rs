//! `object`: the root of all types.
//!
//! CPython 3.14: the second half of `Objects/typeobject.c`. Tests: `tests/run/object/`.

/// The payload of a plain object: nothing. What it has is in its extras (see `attrs`).
pub struct Object;

payload!(Object);
crate::native::bare_class!(
    Object,
    "object",
    None,
    crate::objects::TypeFlags::SUBCLASSABLE
);
