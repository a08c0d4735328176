//! `type`: classes, native ones and those written in Python.
//!
//! CPython 3.14: `Objects/typeobject.c`. Tests: `tests/run/class/`. `value` is the object, `lookup` finds attributes
//! along the MRO, `mro` computes it (C3), `native` makes types of [`ClassDef`](crate::native::ClassDef)s.
//! `call` is what calling a class does, `create` makes classes at run time, `layout` decides what their instances look
//! like, `slot_table` ties special methods to slots.

mod attribute;
mod call;
mod create;
mod getset;
mod layout;
mod lookup;
mod methods;
mod mro;
mod native;
mod slot_buffer;
mod slot_functions;
mod slot_table;
mod slot_update;
mod slot_wrappers;
mod text_signature;
mod value;

pub(crate) use call::call as call_class;
pub(crate) use layout::check_class_change;
pub(crate) use methods::merge_class_names;
pub use slot_table::{SLOT_DEFS, SlotDef};

pub(crate) use getset::INSTANCE_DICT;
pub use lookup::LookupCache;
pub use mro::linearize;
pub use value::{Type, TypeFlags};
