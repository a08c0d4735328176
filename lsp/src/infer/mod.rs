//! What a name or an expression is, as far as the text tells.
//!
//! CPython counterpart: none; the rules are those of type checkers, with [`Type::Unknown`] wherever there is doubt.
//! Invariants: nothing is run; recursion is bounded by [`Inferrer`]'s fuel, so cycles end. [`types`] has the types,
//! [`evaluate`] gives them to expressions, [`members`] lists and finds attributes, [`display`] writes them for people.
//! Tests: `evaluate.rs`.

pub(crate) mod display;
pub(crate) mod evaluate;
pub(crate) mod members;
pub(crate) mod types;

pub(crate) use evaluate::Inferrer;
pub(crate) use members::Member;
pub(crate) use types::{ClassRef, FunctionRef, NativeRef, Type};
