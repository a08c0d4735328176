//! A mapping as a sequence of bytes.

use taipan_macros::pymethods;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::objects::Slice;
use taipan_vm::value::Value;

use super::object::Mmap;
use crate::bytes_arg::Data;

impl Mmap {
    /// # Errors
    /// `IndexError`, `ValueError` if it is closed.
    fn place(&self, cx: &Ctx, index: isize) -> PyResult<usize> {
        let length = self.len(cx)?;
        let index = if index < 0 {
            index + length as isize
        } else {
            index
        };
        usize::try_from(index)
            .ok()
            .filter(|index| *index < length)
            .ok_or_else(|| cx.index_error("mmap index out of range"))
    }
}

#[pymethods(part = 1)]
impl Mmap {
    fn __len__(&self, cx: &Ctx) -> PyResult<usize> {
        self.len(cx)
    }

    fn __item__(&self, cx: &Ctx, index: isize) -> PyResult<Value> {
        let length = self.len(cx)?;
        let Some(index) = usize::try_from(index).ok().filter(|index| *index < length) else {
            return Err(cx.index_error("mmap index out of range"));
        };
        let byte = self.read(cx, |bytes| bytes.get(index).copied())?;
        cx.new_bytes(&byte.map_or(Vec::new(), |byte| vec![byte]))
    }

    fn __getitem__(&self, cx: &Ctx, key: &Value) -> PyResult<Value> {
        let length = self.len(cx)?;
        if cx.is_index(key) {
            let index = cx.to_index_size(key)?;
            let index = self.place(cx, index)?;
            let byte = self.read(cx, |bytes| bytes.get(index).copied())?;
            return match byte {
                Some(byte) => Ok(cx.new_int(i64::from(byte))),
                None => Err(cx.index_error("mmap index out of range")),
            };
        }
        let Some(slice) = key.downcast_ref::<Slice>() else {
            return Err(cx.type_error("mmap indices must be integers"));
        };
        // Finding the bounds may run code that closes the mapping.
        let range = slice.range(cx, length)?;
        let taken = self.read(cx, |bytes| {
            range
                .indices()
                .filter_map(|index| bytes.get(index).copied())
                .collect::<Vec<u8>>()
        })?;
        cx.new_bytes(&taken)
    }

    fn __setitem__(&self, cx: &Ctx, key: &Value, value: Option<&Value>) -> PyResult<()> {
        self.check_writable(cx)?;
        if cx.is_index(key) {
            let index = cx.to_index_size(key)?;
            let index = self.place(cx, index)?;
            let Some(value) = value else {
                return Err(cx.type_error("mmap doesn't support item deletion"));
            };
            if !cx.is_index(value) {
                return Err(cx.type_error("mmap item value must be an int"));
            }
            let Ok(byte) = u8::try_from(cx.to_index_size(value)?) else {
                return Err(cx.value_error("mmap item value must be in range(0, 256)"));
            };
            // Making a number of the value may have resized the mapping.
            let index = self.place(cx, index as isize)?;
            return self.change(cx, |bytes| {
                if let Some(place) = bytes.get_mut(index) {
                    *place = byte;
                }
            });
        }
        let Some(slice) = key.downcast_ref::<Slice>() else {
            return Err(cx.type_error("mmap indices must be integer"));
        };
        let Some(value) = value else {
            return Err(cx.type_error("mmap object doesn't support slice deletion"));
        };
        let data = Data::of(cx, value)?;
        // Getting at the data may have resized the mapping.
        let range = slice.range(cx, self.len(cx)?)?;
        if data.len() != range.count {
            return Err(cx.index_error("mmap slice assignment is wrong size"));
        }
        self.change(cx, |bytes| {
            for (index, byte) in range.indices().zip(data.iter()) {
                if let Some(place) = bytes.get_mut(index) {
                    *place = *byte;
                }
            }
        })
    }
}
