//! The buffer protocol: shared memory of bytes-like objects.
//!
//! CPython 3.14: `Py_buffer` (`Include/cpython/pybuffer.h`), PEP 3118.

use std::rc::Rc;

use crate::value::Value;

/// Memory that an object exports. While an export lives, the exporter must not resize.
pub trait Export {
    /// Calls `f` with the bytes. `f` must not run Python code.
    fn with_bytes(&self, f: &mut dyn FnMut(&[u8]));

    /// Calls `f` with the bytes for change; returns `false`, without calling it, if they are read-only.
    fn with_bytes_mut(&self, f: &mut dyn FnMut(&mut [u8])) -> bool;
}

/// A view of exported memory: what `memoryview` shows.
#[derive(Clone)]
pub struct Buffer {
    /// The exporting object.
    pub owner: Value,
    pub export: Rc<dyn Export>,
    pub readonly: bool,
    /// The `struct` format of an item.
    pub format: Rc<str>,
    pub item_size: usize,
    pub shape: Vec<usize>,
    pub strides: Vec<isize>,
    /// Byte offset of the first item.
    pub offset: usize,
}
