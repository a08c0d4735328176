//! The empty bytes object and those of one byte, each made once an isolate.
//!
//! CPython 3.14: `bytes_get_empty` and `CHARACTERS` in `Objects/bytesobject.c`.

use std::cell::OnceCell;

use super::Bytes;
use crate::value::Py;

const BYTES: usize = u8::MAX as usize + 1;

pub(crate) struct ShortBytes {
    empty: OnceCell<Py<Bytes>>,
    single: Box<[OnceCell<Py<Bytes>>; BYTES]>,
}

impl Default for ShortBytes {
    fn default() -> Self {
        Self {
            empty: OnceCell::new(),
            single: Box::new([const { OnceCell::new() }; BYTES]),
        }
    }
}

impl ShortBytes {
    /// Where the object for these bytes is kept, if they are few enough.
    pub(super) fn place(&self, bytes: &[u8]) -> Option<&OnceCell<Py<Bytes>>> {
        match bytes {
            [] => Some(&self.empty),
            [byte] => self.single.get(usize::from(*byte)),
            _ => None,
        }
    }
}
