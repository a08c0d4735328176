//! Bytes out of any object that has them.
//!
//! CPython 3.14: `PyObject_GetBuffer` (`Objects/abstract.c`).

use std::borrow::Cow;
use std::ops::Deref;

use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::native::{ArgSite, FromArg};
use crate::objects::Bytes;
use crate::objects::buffer::{Buffer, flags};
use crate::objects::slots::SlotId;
use crate::value::Value;

impl Ctx {
    /// Whether the value has bytes to share.
    pub fn has_buffer(&self, value: &Value) -> bool {
        self.class_of(value).slots.buffer.get().is_some()
    }

    /// The value's shared memory, as `flags` ask for it.
    ///
    /// # Errors
    /// `TypeError` if it has none; `BufferError` if it cannot be had as asked.
    pub fn get_buffer(&self, value: &Value, flags: i32) -> PyResult<Buffer> {
        let class = self.class_of(value);
        let Some(get) = class.slots.buffer.get() else {
            return Err(self.not_bytes_like(value));
        };
        // Memory that a Python method handed out tells of its end already.
        let is_native = !class.looks_up(SlotId::buffer);
        let is_told = is_native && class.looks_up(SlotId::release_buffer);
        let buffer = get(self, value, flags)?;
        Ok(if is_told {
            self.lend_buffer(buffer, value)
        } else {
            buffer
        })
    }

    #[cold]
    fn not_bytes_like(&self, value: &Value) -> PyErr {
        self.type_error(format!(
            "a bytes-like object is required, not '{}'",
            self.type_name(value)
        ))
    }

    /// The bytes of a bytes-like object: in place for `bytes`, a copy for others.
    ///
    /// # Errors
    /// As for [`Ctx::get_buffer`].
    pub fn bytes_of<'a>(&self, value: &'a Value) -> PyResult<Cow<'a, [u8]>> {
        if let Some(bytes) = value.downcast_ref::<Bytes>() {
            return Ok(Cow::Borrowed(bytes.as_slice()));
        }
        Ok(Cow::Owned(self.get_buffer(value, flags::SIMPLE)?.to_vec()))
    }

    /// A copy of the bytes of a bytes-like object; `None` for anything else.
    pub fn bytes_like(&self, value: &Value) -> Option<Vec<u8>> {
        if !self.has_buffer(value) {
            return None;
        }
        self.bytes_of(value).ok().map(Cow::into_owned)
    }
}

/// An argument that is a bytes-like object (format unit `y*`).
#[derive(Debug)]
pub struct BytesLike<'a>(Cow<'a, [u8]>);

impl Deref for BytesLike<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl<'a> FromArg<'a> for BytesLike<'a> {
    fn from_arg(cx: &Ctx, value: &'a Value, _: &ArgSite) -> PyResult<Self> {
        cx.bytes_of(value).map(Self)
    }
}
