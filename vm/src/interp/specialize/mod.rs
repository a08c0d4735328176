//! Gives warm instructions the form that fits what they met (CPython 3.14: `Python/specialize.c`).
//!
//! Each function looks at the operands of an instruction that is about to run in its generic form, and may rewrite it and
//! fill its cache. What it decides must hold for all later operands that pass the guards of the specialised form.
//! Tests: `tests/run/inline_cache/`.

pub(super) mod attributes;
pub(super) mod calls;
pub(super) mod iteration;
pub(super) mod operators;
