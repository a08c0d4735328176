//! Arguments that hold bytes: data to read, and room to write into.
//!
//! CPython 3.14: the `Py_buffer` converters (format units `y*` and `w*`). A host call may run while other threads change
//! a `bytearray`, so everything but `bytes` is copied before the call.

use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::{ArgSite, FromArg};
use taipan_vm::objects::Bytes;
use taipan_vm::objects::buffer::{Buffer, flags};
use taipan_vm::value::{Py, Value};

/// The bytes of a bytes-like object.
pub(crate) enum Data<'a> {
    Borrowed(&'a Py<Bytes>),
    Copied(Vec<u8>),
}

impl Data<'_> {
    /// # Errors
    /// `TypeError` if the value is not bytes-like.
    pub(crate) fn of<'a>(cx: &Ctx, value: &'a Value) -> PyResult<Data<'a>> {
        if let Some(bytes) = value.downcast_ref::<Bytes>() {
            return Ok(Data::Borrowed(bytes));
        }
        let buffer = cx.get_buffer(value, flags::SIMPLE)?;
        Ok(Data::Copied(copy_of(&buffer)))
    }
}

/// The buffer's own bytes, without those of its owner before and after.
fn copy_of(buffer: &Buffer) -> Vec<u8> {
    let length = length_of(buffer);
    let mut copy = Vec::new();
    buffer.export.with_bytes(&mut |bytes| {
        copy = bytes
            .get(buffer.offset..buffer.offset + length)
            .unwrap_or_default()
            .to_vec();
    });
    copy
}

fn length_of(buffer: &Buffer) -> usize {
    buffer.shape.iter().product::<usize>() * buffer.item_size
}

impl std::ops::Deref for Data<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Borrowed(bytes) => bytes.as_slice(),
            Self::Copied(bytes) => bytes,
        }
    }
}

impl<'a> FromArg<'a> for Data<'a> {
    fn from_arg(cx: &Ctx, value: &'a Value, _: &ArgSite) -> PyResult<Self> {
        Data::of(cx, value)
    }
}

/// Bytes of an object that may be written.
pub(crate) struct Room {
    buffer: Buffer,
    length: usize,
}

impl Room {
    /// `what` starts the message: "readinto() argument".
    ///
    /// # Errors
    /// `TypeError` if the value has no writable bytes.
    pub(crate) fn of(cx: &Ctx, value: &Value, what: &str) -> PyResult<Self> {
        let refused = || {
            cx.type_error(format!(
                "{what} must be read-write bytes-like object, not {}",
                cx.type_name_for_argument(value)
            ))
        };
        if !cx.has_buffer(value) {
            return Err(refused());
        }
        let buffer = match cx.get_buffer(value, flags::WRITABLE) {
            Ok(buffer) if !buffer.readonly => buffer,
            Ok(_) => return Err(refused()),
            Err(error)
                if cx.matches(&error, &cx.types().buffer_error)
                    || cx.matches(&error, &cx.types().type_error) =>
            {
                return Err(refused());
            }
            Err(error) => return Err(error),
        };
        let length = length_of(&buffer);
        Ok(Self { buffer, length })
    }

    pub(crate) fn length(&self) -> usize {
        self.length
    }

    /// Writes at `at`, as far as there is room.
    pub(crate) fn put(&self, at: usize, data: &[u8]) {
        let from = self.buffer.offset;
        self.buffer.export.with_bytes_mut(&mut |bytes| {
            if let Some(room) = bytes.get_mut(from..from + self.length)
                && let Some(room) = room.get_mut(at..)
            {
                let count = room.len().min(data.len());
                room[..count].copy_from_slice(&data[..count]);
            }
        });
    }
}

impl<'a> FromArg<'a> for Room {
    fn from_arg(cx: &Ctx, value: &'a Value, site: &ArgSite) -> PyResult<Self> {
        Room::of(cx, value, &site.to_string())
    }
}
