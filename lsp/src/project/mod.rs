//! The files an answer is computed from: open buffers, files on disk, the standard library, native modules.
//!
//! Invariant: a [`Snapshot`] never changes; what it computes lazily (trees, analyses) depends on its texts only.
//! Read [`snapshot`] first, then [`document`], [`resolve`] (imports to files), [`native`] (modules without a source).

pub(crate) mod document;
pub(crate) mod files;
pub(crate) mod native;
pub(crate) mod resolve;
pub(crate) mod snapshot;

pub(crate) use document::Document;
pub(crate) use resolve::ModuleRef;
pub(crate) use snapshot::{Client, Snapshot};
