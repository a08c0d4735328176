//! What the text of one module says about names: scopes, bindings, uses, functions, classes, imports, calls.
//!
//! Counterpart: `Python/symtable.c`, without its errors and with ranges. Invariants: an analysis owns its data and knows
//! no other file, so it can be cached and shared; it exists for broken code too. Start at [`model`]; [`builder`] makes
//! it, [`value`] summarises expressions for [`crate::infer`]. Tests: `builder.rs`, and every feature's.

pub(crate) mod builder;
mod definitions;
pub(crate) mod docstring;
pub(crate) mod flow;
pub(crate) mod guard;
mod imports;
pub(crate) mod model;
pub(crate) mod targets;
pub(crate) mod value;

pub(crate) use model::{BindingKind, Module, ScopeKind};
pub(crate) use value::Value;
