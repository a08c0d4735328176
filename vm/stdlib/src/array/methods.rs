//! The methods of `array.array`.

use taipan_macros::pymethods;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::objects::buffer::flags;
use taipan_vm::objects::{Bytes, Int, List, Str, Type};
use taipan_vm::value::{Py, Value};

use super::reconstruct::machine_format;
use super::value::{Array, make};
use crate::modules::import_from;

/// The items as a list.
pub(super) fn items(cx: &Ctx, array: &Array) -> PyResult<Py<List>> {
    let mut list = Vec::with_capacity(array.length());
    for item in array.to_bytes().chunks_exact(array.code.size()) {
        list.push(array.code.unpack(cx, item)?);
    }
    Ok(cx.new_list(list))
}

/// Adds the items of an array of the same type.
pub(super) fn extend_from_array(cx: &Ctx, array: &Array, other: &Array) -> PyResult<()> {
    if array.code != other.code {
        return Err(cx.type_error("can only extend with array of same kind"));
    }
    array.append_bytes(cx, &other.to_bytes())
}

/// The place of a value between two places, the later of which is not among them.
fn find(
    cx: &Ctx,
    array: &Array,
    value: &Value,
    start: isize,
    stop: isize,
) -> PyResult<Option<usize>> {
    let length = array.length();
    let clamp = |bound: isize| {
        if bound < 0 {
            usize::try_from(bound.saturating_add_unsigned(length)).unwrap_or(0)
        } else {
            bound.unsigned_abs()
        }
    };
    let (mut index, stop) = (clamp(start), clamp(stop));
    while index < stop {
        let Some(item) = array.get(cx, index)? else {
            break;
        };
        if cx.is_equal(&item, value)? {
            return Ok(Some(index));
        }
        index += 1;
    }
    Ok(None)
}

/// So many bytes are written at once by `tofile`.
const BLOCK: usize = 64 * 1024;

#[pymethods]
impl Array {
    /// Append new value v to the end of the array.
    #[pymethod(signature = (v, /))]
    fn append(&self, cx: &Ctx, v: &Value) -> PyResult<()> {
        self.push(cx, v)
    }

    /// Return a tuple (address, length) giving the current memory address and the length in items of the buffer used to hold array's contents.
    ///
    /// The length should be multiplied by the itemsize attribute to
    /// calculate the buffer length in bytes.
    fn buffer_info(&self) -> (usize, usize) {
        (self.borrow().as_ptr().addr(), self.length())
    }

    /// Byteswap all items of the array.
    ///
    /// If the items in the array are not 1, 2, 4, or 8 bytes in size,
    /// RuntimeError is raised.
    fn byteswap(&self) {
        let size = self.code.size();
        self.with_mut(|bytes| bytes.chunks_exact_mut(size).for_each(<[u8]>::reverse));
    }

    /// Remove all items from the array.
    fn clear(&self, cx: &Ctx) -> PyResult<()> {
        self.splice(cx, 0..self.length(), &[])
    }

    /// Return a copy of the array.
    fn __copy__(&self, cx: &Ctx) -> Py<Array> {
        make(cx, self.code, self.to_bytes())
    }

    /// Return a copy of the array.
    #[pymethod(signature = (unused, /))]
    fn __deepcopy__(&self, cx: &Ctx, unused: &Value) -> Py<Array> {
        let _ = unused;
        make(cx, self.code, self.to_bytes())
    }

    /// Return number of occurrences of v in the array.
    #[pymethod(signature = (v, /))]
    fn count(&self, cx: &Ctx, v: &Value) -> PyResult<usize> {
        let (mut index, mut count) = (0, 0);
        while let Some(item) = self.get(cx, index)? {
            count += usize::from(cx.is_equal(&item, v)?);
            index += 1;
        }
        Ok(count)
    }

    /// Append items to the end of the array.
    #[pymethod(signature = (bb, /))]
    fn extend(this: &Py<Array>, cx: &Ctx, bb: &Value) -> PyResult<()> {
        match bb.downcast_ref::<Array>() {
            Some(other) => extend_from_array(cx, this, other),
            None => this.extend_from_iterable(cx, bb),
        }
    }

    /// Read n objects from the file object f and append them to the end of the array.
    #[pymethod(signature = (f, n, /))]
    fn fromfile(&self, cx: &Ctx, f: &Value, n: isize) -> PyResult<()> {
        let Ok(count) = usize::try_from(n) else {
            return Err(cx.value_error("negative count"));
        };
        let Some(wanted) = count.checked_mul(self.code.size()) else {
            return Err(cx.memory_error());
        };
        let read = cx.call_method(f, &cx.intern("read"), &[cx.new_int(wanted as i64)])?;
        let Some(bytes) = read.downcast_ref::<Bytes>() else {
            return Err(cx.type_error("read() didn't return bytes"));
        };
        self.extend_from_bytes(cx, bytes.as_slice())?;
        if bytes.as_slice().len() != wanted {
            let class = &cx.types().eof_error;
            return Err(cx.error(class, "read() didn't return enough bytes"));
        }
        Ok(())
    }

    /// Append items to array from list.
    #[pymethod(signature = (list, /))]
    fn fromlist(&self, cx: &Ctx, list: &Value) -> PyResult<()> {
        let Some(list) = list.downcast_ref::<List>() else {
            return Err(cx.type_error("arg must be list"));
        };
        let mut new = Vec::new();
        let length = list.length();
        for index in 0..length {
            let item = list.get(index).filter(|_| list.length() == length);
            let Some(item) = item else {
                return Err(cx.runtime_error("list changed size during iteration"));
            };
            new.extend_from_slice(&self.code.pack(cx, &item)?);
        }
        self.append_bytes(cx, &new)
    }

    /// Appends items from the string, interpreting it as an array of machine values, as if it had been read from a file using the fromfile() method.
    #[pymethod(signature = (buffer, /))]
    fn frombytes(&self, cx: &Ctx, buffer: &Value) -> PyResult<()> {
        let buffer = cx.get_buffer(buffer, flags::SIMPLE)?;
        if buffer.item_size != 1 {
            return Err(cx.type_error("a bytes-like object is required"));
        }
        let bytes = buffer.to_vec();
        drop(buffer);
        self.extend_from_bytes(cx, &bytes)
    }

    /// Extends this array with data from the unicode string ustr.
    ///
    /// The array must be a unicode type array; otherwise a ValueError is
    /// raised.  Use array.frombytes(ustr.encode(...)) to append Unicode
    /// data to an array of some other type.
    #[pymethod(signature = (ustr, /))]
    fn fromunicode(&self, cx: &Ctx, ustr: &Py<Str>) -> PyResult<()> {
        if !self.code.is_text() {
            return Err(cx.value_error(
                "fromunicode() may only be called on unicode type arrays ('u' or 'w')",
            ));
        }
        self.extend_from_text(cx, ustr.as_wtf8())
    }

    /// Return index of first occurrence of v in the array.
    ///
    /// Raise ValueError if the value is not present.
    #[pymethod(
        signature = (v, start = None, stop = None, /),
        text_signature = "($self, v, start=0, stop=sys.maxsize, /)"
    )]
    fn index(
        &self,
        cx: &Ctx,
        v: &Value,
        start: Option<&Value>,
        stop: Option<&Value>,
    ) -> PyResult<usize> {
        let bound = |value: Option<&Value>, default: isize| match value {
            Some(value) => taipan_vm::objects::slice::search_bound(cx, value),
            None => Ok(default),
        };
        let (start, stop) = (bound(start, 0)?, bound(stop, isize::MAX)?);
        find(cx, self, v, start, stop)?
            .ok_or_else(|| cx.value_error("array.index(x): x not in array"))
    }

    /// Insert a new item v into the array before position i.
    #[pymethod(signature = (i, v, /))]
    fn insert(&self, cx: &Ctx, i: isize, v: &Value) -> PyResult<()> {
        let item = self.code.pack(cx, v)?;
        let length = self.length();
        let place = if i < 0 {
            usize::try_from(i.saturating_add_unsigned(length)).unwrap_or(0)
        } else {
            i.unsigned_abs().min(length)
        };
        self.splice(cx, place..place, &item)
    }

    /// Return the i-th element and delete it from the array.
    ///
    /// i defaults to -1.
    #[pymethod(signature = (i = -1, /))]
    fn pop(&self, cx: &Ctx, i: isize) -> PyResult<Value> {
        let length = self.length();
        if length == 0 {
            return Err(cx.index_error("pop from empty array"));
        }
        let place = if i < 0 {
            i.saturating_add_unsigned(length)
        } else {
            i
        };
        let place = usize::try_from(place).ok().filter(|place| *place < length);
        let Some(place) = place else {
            return Err(cx.index_error("pop index out of range"));
        };
        let item = self.get(cx, place)?.unwrap_or(Value::NONE);
        self.splice(cx, place..place + 1, &[])?;
        Ok(item)
    }

    /// Return state information for pickling.
    #[pymethod(signature = (value, /))]
    fn __reduce_ex__(this: &Py<Array>, cx: &Ctx, value: &Value) -> PyResult<Value> {
        if value.as_small_int().is_none() && value.downcast_ref::<Int>().is_none() {
            return Err(cx.type_error("__reduce_ex__ argument should be an integer"));
        }
        let protocol = cx.to_index_size(value)?;
        let class: &Py<Type> = this.header().class();
        let letter = cx.intern(&*this.code.letter().to_string()).into_value();
        let state = cx.find_attr(this.as_value(), &cx.names().__dict__)?;
        let (maker, args) = if protocol < 3 {
            let args = vec![letter, items(cx, this)?.into_value()];
            (class.to_value(), args)
        } else {
            let maker = import_from(cx, "array", "_array_reconstructor")?;
            let args = vec![
                class.to_value(),
                letter,
                cx.new_int(machine_format(this.code)),
                cx.new_bytes(&this.to_bytes())?,
            ];
            (maker, args)
        };
        let parts = vec![
            maker,
            cx.new_tuple(args).into_value(),
            state.unwrap_or(Value::NONE),
        ];
        Ok(cx.new_tuple(parts).into_value())
    }

    /// Remove the first occurrence of v in the array.
    #[pymethod(signature = (v, /))]
    fn remove(&self, cx: &Ctx, v: &Value) -> PyResult<()> {
        match find(cx, self, v, 0, isize::MAX)? {
            Some(place) if place < self.length() => self.splice(cx, place..place + 1, &[]),
            _ => Err(cx.value_error("array.remove(x): x not in array")),
        }
    }

    /// Reverse the order of the items in the array.
    fn reverse(&self) {
        let size = self.code.size();
        self.with_mut(|bytes| {
            bytes.reverse();
            bytes.chunks_exact_mut(size).for_each(<[u8]>::reverse);
        });
    }

    /// Write all items (as machine values) to the file object f.
    #[pymethod(signature = (f, /))]
    fn tofile(&self, cx: &Ctx, f: &Value) -> PyResult<()> {
        for block in self.to_bytes().chunks(BLOCK) {
            cx.call_method(f, &cx.names().write, &[cx.new_bytes(block)?])?;
        }
        Ok(())
    }

    /// Convert array to an ordinary list with the same items.
    fn tolist(&self, cx: &Ctx) -> PyResult<Py<List>> {
        items(cx, self)
    }

    /// Convert the array to an array of machine values and return the bytes representation.
    fn tobytes(&self, cx: &Ctx) -> PyResult<Value> {
        cx.new_bytes(&self.borrow())
    }

    /// Extends this array with data from the unicode string ustr.
    ///
    /// Convert the array to a unicode string.  The array must be a unicode
    /// type array; otherwise a ValueError is raised.  Use
    /// array.tobytes().decode() to obtain a unicode string from an array of
    /// some other type.
    fn tounicode(&self, cx: &Ctx) -> PyResult<Py<Str>> {
        if !self.code.is_text() {
            return Err(cx.value_error(
                "tounicode() may only be called on unicode type arrays ('u' or 'w')",
            ));
        }
        self.to_text(cx)
    }

    /// Size of the array in memory, in bytes.
    fn __sizeof__(&self) -> usize {
        16 + size_of::<Array>() + self.borrow().len()
    }

    /// Arrays are generic over the type of their elements
    #[classmethod(signature = (object, /))]
    fn __class_getitem__(cls: &Value, cx: &Ctx, object: &Value) -> Value {
        cx.new_generic_alias(cls, object)
    }

    /// the typecode character used to create the array
    #[getter]
    fn typecode(&self) -> String {
        self.code.letter().to_string()
    }

    /// the size, in bytes, of one array item
    #[getter]
    fn itemsize(&self) -> usize {
        self.code.size()
    }
}
