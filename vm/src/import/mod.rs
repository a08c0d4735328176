//! The import system: native modules, frozen ones, and `importlib`, which finds all others.
//!
//! CPython 3.14: `Python/import.c`. `state` is what an isolate keeps, `native` makes modules of their definitions, `find`
//! is `__import__`, `frozen` the modules that `importlib` itself is made of, `start` brings an isolate up, `library` the
//! standard library without a disk, `timing` is `-X importtime`. Tests: `tests/run/import/`, `tests/cli/`.

mod _imp;
mod find;
mod frozen;
pub(crate) mod library;
mod library_module;
mod lock;
mod native;
mod start;
mod state;
mod timing;

pub use library::Library;
pub(crate) use native::builtin_module_names;
pub(crate) use state::ImportState;
