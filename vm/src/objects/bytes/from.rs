//! Bytes out of any object: what `bytes()` and `bytearray()` accept.
//!
//! CPython 3.14: `PyObject_Bytes` (`Objects/object.c`), `PyBytes_FromObject` (`Objects/bytesobject.c`).

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::objects::{Bytes, Str};
use crate::value::Value;

impl Ctx {
    /// A byte out of an integer.
    ///
    /// # Errors
    /// `ValueError` with `message` if it is none, `TypeError` for no integer.
    pub fn to_byte(&self, value: &Value, message: &str) -> PyResult<u8> {
        if let Some(small) = value.as_small_int() {
            return u8::try_from(small).map_err(|_| self.value_error(message));
        }
        let number = self.to_bigint(value)?;
        u8::try_from(&number).map_err(|_| self.value_error(message))
    }

    /// The bytes of an object with `__bytes__`, of a bytes-like object, or of an iterable of integers.
    ///
    /// # Errors
    /// `TypeError` for anything else, `ValueError` for an integer that is no byte, or what the iterator raises.
    pub fn bytes_from_any(&self, value: &Value) -> PyResult<Vec<u8>> {
        if self.class_of(value).is(&self.types().bytes)
            && let Some(bytes) = value.downcast_ref::<Bytes>()
        {
            return Ok(bytes.as_slice().to_vec());
        }
        match self.bytes_by_method(value)? {
            Some(result) => Ok(result
                .downcast_ref::<Bytes>()
                .map(|bytes| bytes.as_slice().to_vec())
                .unwrap_or_default()),
            None => self.bytes_from_object(value, "bytes must be in range(0, 256)"),
        }
    }

    /// What `__bytes__` returns; `None` if there is no such method.
    ///
    /// # Errors
    /// `TypeError` if it returns no bytes, or what it raises.
    pub(crate) fn bytes_by_method(&self, value: &Value) -> PyResult<Option<Value>> {
        let Some(method) = self.find_special(value, &self.names().__bytes__)? else {
            return Ok(None);
        };
        let result = self.call(&method, &[])?;
        if result.downcast_ref::<Bytes>().is_none() {
            return Err(self.type_error(format!(
                "__bytes__ returned non-bytes (type {})",
                self.type_name(&result)
            )));
        }
        Ok(Some(result))
    }

    /// The bytes of a bytes-like object or of an iterable of integers; `message` tells of an integer that is no byte.
    ///
    /// # Errors
    /// As for [`Ctx::bytes_from_any`].
    pub(crate) fn bytes_from_object(&self, value: &Value, message: &str) -> PyResult<Vec<u8>> {
        if self.has_buffer(value) {
            return self.bytes_of(value).map(std::borrow::Cow::into_owned);
        }
        if value.downcast_ref::<Str>().is_none() {
            match self.iterate(value) {
                Ok(mut items) => {
                    let mut bytes = Vec::new();
                    while let Some(item) = items.next(self)? {
                        bytes.push(self.to_byte(&item, message)?);
                    }
                    return Ok(bytes);
                }
                Err(error) if !self.matches(&error, &self.types().type_error) => return Err(error),
                Err(_) => {}
            }
        }
        Err(self.type_error(format!(
            "cannot convert '{}' object to bytes",
            self.type_name(value)
        )))
    }
}
