//! The methods of `bytearray`: its own, which change it, and the shared ones.

use taipan_macros::pymethods;
use taipan_text::str_ops::bytes as ops;
use taipan_text::str_ops::strip::Side;

use super::ByteArray;
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::bind::Optional;
use crate::objects::bytes::{
    ByteString, Fill, Needle, Separator, algorithms, byte_methods, from_hex, to_hex,
};
use crate::objects::str::Bound;
use crate::objects::{Str, Type};
use crate::protocol::BytesLike;
use crate::value::{Py, Value};

const NO_BYTE: &str = "byte must be in range(0, 256)";

byte_methods!(ByteArray, 1);

#[pymethods(part = 2)]
impl ByteArray {
    /// Appends a byte.
    fn append(&self, cx: &Ctx, item: &Value) -> PyResult<()> {
        let byte = cx.to_byte(item, NO_BYTE)?;
        self.resize_with(cx, |bytes| bytes.push(byte))
    }

    /// Removes all bytes.
    fn clear(&self, cx: &Ctx) -> PyResult<()> {
        self.resize_with(cx, Vec::clear)
    }

    /// A copy.
    fn copy(&self, cx: &Ctx) -> Value {
        cx.new_bytearray(self.to_vec()).into_value()
    }

    /// Appends the bytes of a bytes-like object or an iterable of integers.
    fn extend(&self, cx: &Ctx, iterable_of_ints: &Value) -> PyResult<()> {
        let source = iterable_of_ints;
        if !cx.has_buffer(source) && source.downcast_ref::<Str>().is_some() {
            return Err(cx.type_error("expected iterable of integers; got: 'str'"));
        }
        if !cx.has_buffer(source) && cx.class_of(source).slots.iter.get().is_some() {
            // No room is reserved, but what `__len__` and `__length_hint__` raise counts.
            cx.length_hint(source, 32)?;
        }
        let new = match cx.bytes_from_object(source, NO_BYTE) {
            Err(error)
                if cx.matches(&error, &cx.types().type_error) && cx.iter(source).is_err() =>
            {
                return Err(cx.type_error(format!(
                    "can't extend bytearray with {}",
                    cx.type_name(source)
                )));
            }
            new => new?,
        };
        if new.is_empty() {
            return Ok(());
        }
        self.resize_with(cx, |bytes| bytes.extend_from_slice(&new))
    }

    /// Inserts a byte before the given index.
    fn insert(&self, cx: &Ctx, index: isize, item: &Value) -> PyResult<()> {
        let byte = cx.to_byte(item, NO_BYTE)?;
        self.resize_with(cx, |bytes| {
            let length = bytes.len();
            let place = if index < 0 {
                length.saturating_sub(index.unsigned_abs())
            } else {
                (index as usize).min(length)
            };
            bytes.insert(place, byte);
        })
    }

    /// Removes the byte at the index and returns it.
    #[pymethod(signature = (index = -1, /))]
    fn pop(&self, cx: &Ctx, index: isize) -> PyResult<u8> {
        let length = self.length();
        if length == 0 {
            return Err(cx.index_error("pop from empty bytearray"));
        }
        let place = if index < 0 {
            index.wrapping_add_unsigned(length)
        } else {
            index
        };
        match usize::try_from(place).ok().filter(|place| *place < length) {
            Some(place) => self.resize_with(cx, |bytes| bytes.remove(place)),
            None => Err(cx.index_error("pop index out of range")),
        }
    }

    /// Removes the first byte of that value.
    fn remove(&self, cx: &Ctx, value: &Value) -> PyResult<()> {
        let byte = cx.to_byte(value, NO_BYTE)?;
        let place = self.borrow().iter().position(|known| *known == byte);
        match place {
            Some(place) => self.resize_with(cx, |bytes| {
                bytes.remove(place);
            }),
            None => Err(cx.value_error("value not found in bytearray")),
        }
    }

    /// Makes it so long, with zero bytes or by cutting.
    fn resize(&self, cx: &Ctx, size: isize) -> PyResult<()> {
        let Ok(size) = usize::try_from(size) else {
            return Err(cx.value_error(format!(
                "bytearray.resize(): new size must be >= 0, got {size}"
            )));
        };
        if size == self.length() {
            return Ok(());
        }
        let grown = self.resize_with(cx, |bytes| {
            let missing = size.saturating_sub(bytes.len());
            let room = bytes.try_reserve(missing);
            if room.is_ok() {
                bytes.resize(size, 0);
            }
            room
        })?;
        grown.map_err(|_| cx.memory_error())
    }

    /// Turns the order of the bytes round.
    fn reverse(&self) {
        self.with_mut(<[u8]>::reverse);
    }

    /// How many bytes of memory are taken.
    fn __alloc__(&self) -> usize {
        let capacity = self.borrow().capacity();
        if capacity == 0 { 0 } else { capacity + 1 }
    }

    /// The size in memory in bytes.
    fn __sizeof__(&self) -> usize {
        56 + self.__alloc__()
    }

    /// The state for pickling.
    fn __reduce__(this: &Py<ByteArray>, cx: &Ctx) -> PyResult<Value> {
        Self::__reduce_ex__(this, cx, 2)
    }

    /// The state for pickling with a protocol.
    #[pymethod(signature = (proto = 0, /))]
    fn __reduce_ex__(this: &Py<ByteArray>, cx: &Ctx, proto: i32) -> PyResult<Value> {
        let bytes = this.to_vec();
        let args = if bytes.is_empty() {
            Vec::new()
        } else if proto < 3 {
            let latin1 = taipan_text::Wtf8Buf::from_latin1(&bytes);
            vec![
                cx.new_str(&latin1)?.into_value(),
                cx.new_str("latin-1")?.into_value(),
            ]
        } else {
            vec![cx.new_bytes(&bytes)?]
        };
        let state = cx.call_method(this.as_value(), &cx.names().__getstate__, &[])?;
        let class = cx.class_of(this.as_value()).to_value();
        let parts = vec![class, cx.new_tuple(args).into_value(), state];
        Ok(cx.new_tuple(parts).into_value())
    }
}
