//! Python objects, the interpreter, builtins and the import system.
//!
//! Read `value` first, then `heap`, `objects::class`, `ctx`; `docs/native-modules.md` says how native code is declared.
//! Not here: the compiler (`taipan-compiler`), native modules (`taipan-stdlib`), the operating system
//! (`taipan-host`).

// The attribute macros name this crate by its full path, here too.
extern crate self as taipan_vm;

#[macro_use]
pub mod heap;

mod builtins;
pub mod codecs;
mod compile_errors;
pub mod config;
pub mod ctx;
mod display;
pub mod error;
pub mod field;
pub mod hash;
pub mod import;
pub mod interp;
pub mod isolate;
pub mod limits;
mod modules;
mod monitoring;
pub mod names;
pub mod native;
pub mod objects;
pub mod outside;
pub mod program;
pub mod protocol;
pub mod recursion;
mod sys;
pub use sys::version;
pub mod types;
mod unraisable;
pub mod value;
pub mod warnings;

pub use modules::_thread::after_fork_in_child;
