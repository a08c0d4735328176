//! Constructor, operators, subscripts and buffer of `bytearray`.

use taipan_macros::pymethods;
use taipan_text::str_ops::bytes_repr;

use super::{ByteArray, ByteArrayIterator};
use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::native::Args;
use crate::objects::Type;
use crate::objects::buffer::Buffer;
use crate::objects::bytes::{
    Constructor, algorithms, concatenated, percent_format, repeated, warn_of_comparison,
    warn_of_text,
};
use crate::objects::slice::Slice;
use crate::objects::slots::CompareOp;
use crate::value::{Py, Value};

const NO_BYTE: &str = "byte must be in range(0, 256)";

fn no_index(cx: &Ctx, key: &Value) -> PyErr {
    cx.type_error(format!(
        "bytearray indices must be integers or slices, not {}",
        cx.type_name(key)
    ))
}

fn set_slice(cx: &Ctx, this: &Py<ByteArray>, slice: &Slice, value: Option<&Value>) -> PyResult<()> {
    let new = match value {
        None => Vec::new(),
        Some(value) if cx.is_index(value) && !cx.has_buffer(value) => {
            return Err(cx.type_error(
                "can assign only bytes, buffers, or iterables of ints in range(0, 256)",
            ));
        }
        Some(value) => cx.bytes_from_object(value, NO_BYTE)?,
    };
    let range = slice.bounds(cx)?.fit(this.length());
    if range.step == 1 {
        let start = range.start as usize;
        let region = start..start + range.count;
        if new.len() == range.count {
            this.with_mut(|bytes| bytes[region].copy_from_slice(&new));
            return Ok(());
        }
        return this.resize_with(cx, |bytes| drop(bytes.splice(region, new)));
    }
    if value.is_none() {
        let range = range.ascending();
        if range.count == 0 {
            return Ok(());
        }
        return this.resize_with(cx, |bytes| {
            let doomed: Vec<usize> = range.indices().collect();
            let mut index = 0;
            let mut next = doomed.iter().peekable();
            bytes.retain(|_| {
                let here = index;
                index += 1;
                next.next_if(|doomed| **doomed == here).is_none()
            });
        });
    }
    if new.len() != range.count {
        return Err(cx.value_error(format!(
            "attempt to assign bytes of size {} to extended slice of size {}",
            new.len(),
            range.count
        )));
    }
    this.with_mut(|bytes| {
        for (index, byte) in range.indices().zip(new) {
            bytes[index] = byte;
        }
    });
    Ok(())
}

#[pymethods]
impl ByteArray {
    #[new]
    fn new_object(cx: &Ctx, cls: &Py<Type>, _args: Args<'_>) -> Value {
        cx.heap().allocate(cls, ByteArray::default()).into_value()
    }

    #[init]
    fn init(this: &Py<ByteArray>, cx: &Ctx, args: Args<'_>) -> PyResult<()> {
        let arguments = Constructor::parse(cx, "bytearray", args)?;
        let bytes = arguments.bytes(cx, NO_BYTE)?;
        this.resize_with(cx, |contents| *contents = bytes)
    }

    fn __repr__(this: &Py<ByteArray>, cx: &Ctx) -> String {
        let class = cx.type_name(this.as_value());
        let shown = bytes_repr(&this.borrow());
        if shown.starts_with("b\"") {
            // Unlike that of `bytes`, it escapes single quotes within double ones.
            return format!("{class}({})", shown.replace('\'', "\\'"));
        }
        format!("{class}({shown})")
    }

    fn __str__(this: &Py<ByteArray>, cx: &Ctx) -> PyResult<String> {
        warn_of_text(cx, "str() on a bytearray instance")?;
        Ok(Self::__repr__(this, cx))
    }

    fn __richcompare__(
        this: &Py<ByteArray>,
        cx: &Ctx,
        other: &Value,
        op: CompareOp,
    ) -> PyResult<Value> {
        if !cx.has_buffer(other) {
            warn_of_comparison(cx, "bytearray", other, op)?;
            return Ok(Value::NOT_IMPLEMENTED);
        }
        let other = cx.bytes_of(other)?;
        Ok(Value::bool(op.holds(this.borrow()[..].cmp(&other))))
    }

    fn __len__(&self) -> usize {
        self.length()
    }

    fn __iter__(this: &Py<ByteArray>, cx: &Ctx) -> Value {
        ByteArrayIterator::make(cx, this)
    }

    fn __contains__(this: &Py<ByteArray>, cx: &Ctx, key: &Value) -> PyResult<bool> {
        let needle = algorithms::member(cx, key)?;
        Ok(algorithms::contains(&this.borrow(), &needle))
    }

    fn __concat__(this: &Py<ByteArray>, cx: &Ctx, other: &Value) -> PyResult<Value> {
        let name = cx.type_name(this.as_value());
        let joined = concatenated(cx, &this.to_vec(), other, &name)?;
        Ok(cx.new_bytearray(joined).into_value())
    }

    fn __inplace_concat__(this: &Py<ByteArray>, cx: &Ctx, other: &Value) -> PyResult<Value> {
        if !cx.has_buffer(other) {
            return Err(cx.type_error(format!(
                "can't concat {} to {}",
                cx.type_name(other),
                cx.type_name(this.as_value())
            )));
        }
        let other = cx.bytes_of(other)?;
        this.resize_with(cx, |bytes| bytes.extend_from_slice(&other))?;
        Ok(this.to_value())
    }

    fn __repeat__(this: &Py<ByteArray>, cx: &Ctx, count: isize) -> PyResult<Value> {
        let count = usize::try_from(count).unwrap_or(0);
        let made = repeated(cx, &this.borrow(), count)?;
        Ok(cx.new_bytearray(made).into_value())
    }

    fn __inplace_repeat__(this: &Py<ByteArray>, cx: &Ctx, count: isize) -> PyResult<Value> {
        let count = usize::try_from(count).unwrap_or(0);
        let made = repeated(cx, &this.borrow(), count)?;
        if made.len() != this.length() {
            this.resize_with(cx, |bytes| *bytes = made)?;
        }
        Ok(this.to_value())
    }

    fn __mod__(this: &Value, cx: &Ctx, other: &Value) -> PyResult<Value> {
        match this.downcast_ref::<ByteArray>() {
            Some(template) => {
                // What is formatted must not change the template meanwhile.
                let kept = template.export();
                let made = percent_format(cx, &template.to_vec(), other)?;
                drop(kept);
                Ok(cx.new_bytearray(made).into_value())
            }
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    fn __item__(&self, cx: &Ctx, index: isize) -> PyResult<Value> {
        let byte = usize::try_from(index)
            .ok()
            .and_then(|index| self.borrow().get(index).copied());
        match byte {
            Some(byte) => Ok(Value::int32(i32::from(byte))),
            None => Err(cx.index_error("bytearray index out of range")),
        }
    }

    fn __getitem__(&self, cx: &Ctx, key: &Value) -> PyResult<Value> {
        if let Some(slice) = key.downcast_ref::<Slice>() {
            let bounds = slice.bounds(cx)?;
            let picked: Vec<u8> = {
                let bytes = self.borrow();
                let range = bounds.fit(bytes.len());
                range.indices().map(|index| bytes[index]).collect()
            };
            return Ok(cx.new_bytearray(picked).into_value());
        }
        if !cx.is_index(key) {
            return Err(no_index(cx, key));
        }
        let index = cx.index_isize(key)?;
        let index = if index < 0 {
            index.wrapping_add_unsigned(self.length())
        } else {
            index
        };
        self.__item__(cx, index)
    }

    fn __setitem__(
        this: &Py<ByteArray>,
        cx: &Ctx,
        key: &Value,
        value: Option<&Value>,
    ) -> PyResult<()> {
        if let Some(slice) = key.downcast_ref::<Slice>() {
            return set_slice(cx, this, slice, value);
        }
        if !cx.is_index(key) {
            return Err(no_index(cx, key));
        }
        let byte = match value {
            Some(value) => Some(cx.to_byte(value, NO_BYTE)?),
            None => None,
        };
        let index = cx.index_isize(key)?;
        let length = this.length();
        let place = if index < 0 {
            index.wrapping_add_unsigned(length)
        } else {
            index
        };
        let place = usize::try_from(place).ok().filter(|place| *place < length);
        let Some(place) = place else {
            return Err(cx.index_error("bytearray index out of range"));
        };
        match byte {
            Some(byte) => {
                this.with_mut(|bytes| bytes[place] = byte);
                Ok(())
            }
            None => this.resize_with(cx, |bytes| {
                bytes.remove(place);
            }),
        }
    }

    fn __release_buffer__(this: &Py<ByteArray>, cx: &Ctx, view: &Value) -> PyResult<()> {
        cx.release_view(this.as_value(), view)
    }

    fn __buffer__(this: &Py<ByteArray>, flags: i32) -> Buffer {
        let _ = flags;
        this.export()
    }
}
