//! Native modules about the VM's own objects.

pub(crate) mod _abc;
pub(crate) mod _weakref;
