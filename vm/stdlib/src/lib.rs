//! Native modules of the standard library, one file or folder a module.
