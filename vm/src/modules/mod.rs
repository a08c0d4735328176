//! Native modules that the VM itself is made of, or that reach into it; all others are in `taipan-stdlib`.

pub(crate) mod _abc;
pub(crate) mod _ast;
pub(crate) mod _symtable;
pub(crate) mod _thread;
pub(crate) mod _types;
pub(crate) mod _typing;
pub(crate) mod _warnings;
pub(crate) mod _weakref;
pub(crate) mod atexit;
pub(crate) mod faulthandler;
pub(crate) mod gc;
pub(crate) mod marshal;
