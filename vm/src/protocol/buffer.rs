//! Bytes out of any object that has them.
//!
//! CPython 3.14: `PyObject_GetBuffer` (`Objects/abstract.c`), `PyBytes_FromObject` (`Objects/bytesobject.c`).

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::objects::Bytes;
use crate::value::Value;

impl Ctx {
    /// A copy of the bytes of a bytes-like object; `None` for anything else.
    pub fn bytes_like(&self, value: &Value) -> Option<Vec<u8>> {
        if let Some(bytes) = value.downcast_ref::<Bytes>() {
            return Some(bytes.as_slice().to_vec());
        }
        let get_buffer = self.class_of(value).slots.buffer.get()?;
        let buffer = get_buffer(self, value, 0).ok()?;
        let mut copy = Vec::new();
        buffer.export.with_bytes(&mut |bytes| copy = bytes.to_vec());
        Some(copy)
    }

    /// The bytes of a bytes-like object or of an iterable of integers.
    ///
    /// # Errors
    /// `TypeError` for anything else, `ValueError` for an integer that is no byte, or what the iterator raises.
    pub fn bytes_from_any(&self, value: &Value) -> PyResult<Vec<u8>> {
        if let Some(bytes) = self.bytes_like(value) {
            return Ok(bytes);
        }
        Err(self.type_error(format!(
            "cannot convert '{}' object to bytes",
            self.type_name(value)
        )))
    }
}
