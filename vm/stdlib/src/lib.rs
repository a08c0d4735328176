//! Native modules of the standard library, one file or folder a module.
//!
//! [`MODULES`] lists them all. What several share: `constants` (numbers of the platform), `path` (arguments that name
//! files), `bytes_arg` (arguments that hold bytes), `seconds` (spans of time). Not here: the modules that the VM itself
//! is made of (`taipan-vm`).

// The attribute macros name items of this crate's dependencies by full paths.
#[macro_use]
mod constants;
mod bytes_arg;
mod modules;
mod path;
mod seconds;

mod errno;
mod posix;
mod time;

use taipan_vm::native::ModuleDef;

/// All modules, in no order that matters.
pub static MODULES: &[&ModuleDef] = &[&errno::errno::DEF, &posix::posix::DEF, &time::time::DEF];
