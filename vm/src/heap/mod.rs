//! The isolate's heap: headers, slabs of small objects, reference counts, deaths and the cycle collector.
//!
//! An object is a [`Header`] (reference count and flags at offset 0, type at offset 8, as in CPython), then the native
//! payload of its layout, then what its Python class adds: attributes and `__slots__`.
//!
//! Read in this order: `header`, `layout`, `slab`, `alloc`, `death`, `collect`.

mod alloc;
mod collect;
mod death;
mod header;
#[macro_use]
mod layout;
mod slab;

pub use alloc::{Heap, OutOfMemory};
pub(crate) use collect::{AfterFinding, is_tracked, referents};
pub use collect::{CollectorStats, Generation};
pub(crate) use death::release;
pub use header::Header;
pub use layout::{Layout, Payload, Traverse, Visitor};
