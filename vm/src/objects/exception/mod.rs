//! `BaseException` and its subclasses.
//!
//! CPython 3.14: `Objects/exceptions.c`. Tests: `tests/run/exception/`. `base` is the object, `hierarchy` the classes;
//! classes with fields have a file each; `raise` makes the common exceptions from Rust.

mod attribute;
mod base;
mod base_methods;
mod fields;
mod group;
mod group_split;
mod hierarchy;
mod import;
mod key;
mod os;
mod raise;
mod stop;
mod syntax;
mod unicode;
mod unicode_text;

pub use attribute::{AttributeError, NameError};
pub use base::BaseException;
pub use group::BaseExceptionGroup;
pub use group_split::{Matcher, Parts, reraise_star, split, subgroup};
pub use hierarchy::*;
pub use import::ImportError;
pub use os::OsError;
pub use stop::{StopIteration, SystemExit};
pub use syntax::SyntaxError;
pub use unicode::{UnicodeDecodeError, UnicodeEncodeError, UnicodeTranslateError};
