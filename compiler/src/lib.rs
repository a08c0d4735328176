//! Python 3.14 source text to code objects and diagnostics, in CPython's stages.
//!
//! [`compile`](compile::compile) is the whole way. The stages, in order: [`source`] (bytes to text), [`parse`] (text to
//! [`ast`]), [`preprocess`], [`symtable`], [`codegen`] (tree to instructions), [`flowgraph`] and [`assemble`] (instructions
//! to a [`code_object::CodeObject`]). Trees that programs made come in through [`validate`]. Everything is a pure function
//! of its input: no I/O, no global state. What is not here: values and their execution. Read [`compile`] first.

pub mod compile;

pub mod ast;
pub mod codegen;
pub mod error;
pub mod future;
mod index_set;
mod literals;
pub mod parse;
pub mod preprocess;
mod recursion;
pub mod source;
pub mod symtable;
pub mod unparse;
pub mod validate;

pub mod code_object;
pub mod constant;
pub mod location;
pub mod opcode;

pub mod assemble;
pub mod const_eval;
pub mod dump;
pub mod flowgraph;
pub mod instruction_sequence;
pub mod marshal;
