//! The buffer protocol: shared memory of bytes-like objects.
//!
//! CPython 3.14: `Py_buffer` (`Include/cpython/pybuffer.h`), PEP 3118, PEP 688. A [`Buffer`] holds its export; when
//! the last clone of it goes, the export is dropped, and the exporter may resize again.

use std::rc::Rc;

use crate::heap::Visitor;
use crate::value::Value;

/// What the consumer of a buffer asks for: `inspect.BufferFlags`.
pub mod flags {
    pub const SIMPLE: i32 = 0;
    pub const WRITABLE: i32 = 1;
    pub const FORMAT: i32 = 4;
    pub const ND: i32 = 8;
    pub const STRIDES: i32 = 0x10 | ND;
    pub const C_CONTIGUOUS: i32 = 0x20 | STRIDES;
    pub const F_CONTIGUOUS: i32 = 0x40 | STRIDES;
    pub const ANY_CONTIGUOUS: i32 = 0x80 | STRIDES;
    pub const INDIRECT: i32 = 0x100 | STRIDES;
    pub const FULL_RO: i32 = INDIRECT | FORMAT;
    pub const FULL: i32 = FULL_RO | WRITABLE;
}

/// Memory that an object exports. While an export lives, the exporter must not resize; its `Drop` tells the exporter.
pub trait Export {
    /// Calls `f` with the bytes. `f` must not run Python code.
    fn with_bytes(&self, f: &mut dyn FnMut(&[u8]));

    /// Calls `f` with the bytes for change; returns `false`, without calling it, if they are read-only. `f` must not
    /// run Python code.
    fn with_bytes_mut(&self, f: &mut dyn FnMut(&mut [u8])) -> bool;

    /// Shows the collector the values that the export holds.
    fn visit(&self, visit: &mut Visitor<'_>);
}

/// A view of exported memory: what `memoryview` shows.
#[derive(Clone)]
pub struct Buffer {
    /// Before the owner: it must know that nobody looks at its memory any more when it dies with the buffer.
    pub export: Rc<dyn Export>,
    /// The exporting object.
    pub owner: Value,
    pub readonly: bool,
    /// The `struct` format of an item.
    pub format: Rc<str>,
    pub item_size: usize,
    pub shape: Vec<usize>,
    pub strides: Vec<isize>,
    /// Byte offset of the first item.
    pub offset: usize,
}

impl Buffer {
    /// A view of `length` single bytes.
    pub fn of_bytes(owner: Value, export: Rc<dyn Export>, length: usize, readonly: bool) -> Self {
        Self {
            owner,
            export,
            readonly,
            format: Rc::from("B"),
            item_size: 1,
            shape: vec![length],
            strides: vec![1],
            offset: 0,
        }
    }

    /// Shows the collector the values that the buffer holds. What several buffers share belongs to none of them.
    pub fn visit(&self, visit: &mut Visitor<'_>) {
        visit(&self.owner);
        if Rc::strong_count(&self.export) == 1 {
            self.export.visit(visit);
        }
    }

    /// How many items it shows.
    pub fn item_count(&self) -> usize {
        self.shape.iter().product()
    }

    /// The bytes of all items together.
    pub fn byte_count(&self) -> usize {
        self.item_count() * self.item_size
    }

    /// Whether the items lie in a row, last index fastest.
    pub fn is_c_contiguous(&self) -> bool {
        self.lies_in_row(self.shape.len(), |dimension| {
            self.shape.len() - 1 - dimension
        })
    }

    /// Whether the items lie in a row, first index fastest.
    pub fn is_f_contiguous(&self) -> bool {
        self.lies_in_row(self.shape.len(), |dimension| dimension)
    }

    fn lies_in_row(&self, dimensions: usize, order: impl Fn(usize) -> usize) -> bool {
        if self.item_count() == 0 {
            return true;
        }
        let mut step = self.item_size as isize;
        for dimension in (0..dimensions).map(order) {
            if self.shape[dimension] > 1 && self.strides[dimension] != step {
                return false;
            }
            step *= self.shape[dimension] as isize;
        }
        true
    }

    /// The byte offsets of all items, last index fastest.
    pub fn offsets(&self) -> Vec<usize> {
        let mut offsets = vec![self.offset as isize];
        for (length, stride) in self.shape.iter().zip(&self.strides) {
            offsets = offsets
                .iter()
                .flat_map(|start| (0..*length as isize).map(move |index| start + index * stride))
                .collect();
        }
        offsets.into_iter().map(|offset| offset as usize).collect()
    }

    /// Calls `f` with the bytes of the items in a row, last index fastest. `f` must not run Python code.
    pub fn with_row<R>(&self, f: impl FnOnce(&[u8]) -> R) -> R {
        let mut f = Some(f);
        let mut result = None;
        if self.is_c_contiguous() {
            let range = self.offset..self.offset + self.byte_count();
            self.export.with_bytes(&mut |bytes| {
                if let Some(f) = f.take() {
                    result = Some(f(bytes.get(range.clone()).unwrap_or_default()));
                }
            });
        } else {
            let row = self.gather();
            if let Some(f) = f.take() {
                result = Some(f(&row));
            }
        }
        match (result, f) {
            (Some(result), _) => result,
            (None, Some(f)) => f(&[]),
            (None, None) => unreachable!("`f` was called and gave a result"),
        }
    }

    fn gather(&self) -> Vec<u8> {
        let offsets = self.offsets();
        let mut row = Vec::with_capacity(offsets.len() * self.item_size);
        self.export.with_bytes(&mut |bytes| {
            for offset in &offsets {
                let item = bytes.get(*offset..offset + self.item_size);
                row.extend_from_slice(item.unwrap_or_default());
            }
        });
        row
    }

    /// A copy of the bytes of the items, last index fastest.
    pub fn to_vec(&self) -> Vec<u8> {
        self.with_row(<[u8]>::to_vec)
    }

    /// Calls `f` with the memory of the items for change; `None` if it is read-only or not in a row. `f` must not run
    /// Python code.
    pub fn with_row_mut<R>(&self, f: impl FnOnce(&mut [u8]) -> R) -> Option<R> {
        if self.readonly || !self.is_c_contiguous() {
            return None;
        }
        let range = self.offset..self.offset + self.byte_count();
        let mut f = Some(f);
        let mut result = None;
        self.export.with_bytes_mut(&mut |bytes| {
            if let (Some(f), Some(row)) = (f.take(), bytes.get_mut(range.clone())) {
                result = Some(f(row));
            }
        });
        result
    }
}
