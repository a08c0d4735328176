//! Python's types, one file or folder each, named as Python names the type.
//!
//! Read `class` and `slots` first, then `attrs` and `shape`; the rest in any order.

pub mod attrs;
pub mod bool;
pub mod bound_method;
pub mod buffer;
pub mod bytes;
pub mod class;
pub mod class_method;
pub mod complex;
pub mod descriptor;
pub mod dict;
pub mod enumerate;
pub mod exception;
pub mod filter;
pub mod float;
pub mod frozenset;
pub mod int;
pub mod list;
pub mod map;
pub mod mapping_proxy;
pub mod module;
pub mod native_function;
pub mod object;
pub mod range;
pub mod reversed;
pub mod sequence_iterator;
pub mod set;
pub mod shape;
pub mod singletons;
pub mod slice;
pub mod slots;
pub mod static_method;
pub mod str;
pub mod struct_sequence;
pub mod tuple;
pub mod weakref;
pub mod zip;

pub use bool::Bool;
pub use bytes::Bytes;
pub use class::{Type, TypeFlags};
pub use complex::Complex;
pub use dict::Dict;
pub use exception::BaseException;
pub use float::Float;
pub use frozenset::FrozenSet;
pub use int::Int;
pub use list::List;
pub use module::Module;
pub use native_function::NativeFunction;
pub use object::Object;
pub use range::Range;
pub use set::Set;
pub use slice::Slice;
pub use str::Str;
pub use tuple::Tuple;
