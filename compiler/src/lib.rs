//! Python 3.14 source text to code objects and diagnostics, in CPython's stages.

pub mod code_object;
pub mod constant;
pub mod location;
pub mod opcode;

pub mod assemble;
pub mod const_eval;
pub mod flowgraph;
pub mod instruction_sequence;
pub mod marshal;
