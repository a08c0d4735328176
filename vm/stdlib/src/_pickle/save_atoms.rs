//! Numbers, text and bytes.

use num_bigint::BigInt;
use taipan_text::number::float_repr;
use taipan_vm::error::PyResult;
use taipan_vm::objects::{ByteArray, Bytes, Str};
use taipan_vm::value::{Py, Value};

use super::opcodes::{
    BINBYTES, BINBYTES8, BINFLOAT, BININT, BININT1, BININT2, BINUNICODE, BINUNICODE8, BYTEARRAY8,
    FLOAT, INT, LONG, LONG1, LONG4, NEWFALSE, NEWTRUE, NEXT_BUFFER, NONE, READONLY_BUFFER,
    SHORT_BINBYTES, SHORT_BINUNICODE, UNICODE,
};
use super::pickle_buffer::PickleBuffer;
use super::pickling_error;
use super::save::Saver;

/// What `raw_unicode_escape` writes, with the characters escaped that would end the line or be taken for escapes.
fn raw_unicode_escape(text: &Py<Str>) -> Vec<u8> {
    let mut to = Vec::with_capacity(text.size());
    for point in text.as_wtf8().code_points() {
        match point.to_u32() {
            number @ 0x1_0000.. => to.extend_from_slice(format!("\\U{number:08x}").as_bytes()),
            number @ (0x100.. | 0 | 0x0A | 0x0D | 0x1A | 0x5C) => {
                to.extend_from_slice(format!("\\u{number:04x}").as_bytes());
            }
            byte => to.push(byte as u8),
        }
    }
    to
}

/// An instruction with its length in one, four or eight bytes.
fn sized_header(length: usize, ops: [Option<u8>; 3]) -> Option<Vec<u8>> {
    let [short, medium, long] = ops;
    if let (Some(op), Ok(length)) = (short, u8::try_from(length)) {
        return Some(vec![op, length]);
    }
    if let (Some(op), Ok(length)) = (medium, u32::try_from(length)) {
        let [a, b, c, d] = length.to_le_bytes();
        return Some(vec![op, a, b, c, d]);
    }
    let mut header = vec![long?];
    header.extend_from_slice(&(length as u64).to_le_bytes());
    Some(header)
}

impl Saver<'_> {
    pub(super) fn save_none(&mut self) -> PyResult<()> {
        self.out.op(NONE);
        Ok(())
    }

    pub(super) fn save_bool(&mut self, truth: bool) -> PyResult<()> {
        match (self.protocol >= 2, truth) {
            (true, true) => self.out.op(NEWTRUE),
            (true, false) => self.out.op(NEWFALSE),
            (false, true) => self.out.put(b"I01\n"),
            (false, false) => self.out.put(b"I00\n"),
        }
        Ok(())
    }

    pub(super) fn save_small_int(&mut self, number: i64) -> PyResult<()> {
        let Ok(number) = i32::try_from(number) else {
            return self.save_long(&BigInt::from(number));
        };
        if !self.is_binary() {
            self.out.op(INT);
            self.out.put(format!("{number}\n").as_bytes());
            return Ok(());
        }
        let [a, b, c, d] = number.to_le_bytes();
        if c != 0 || d != 0 {
            self.out.put(&[BININT, a, b, c, d]);
        } else if b != 0 {
            self.out.put(&[BININT2, a, b]);
        } else {
            self.out.put(&[BININT1, a]);
        }
        Ok(())
    }

    pub(super) fn save_large_int(&mut self, number: &Value) -> PyResult<()> {
        match number.as_int() {
            Some(number) => self.save_long(number.to_bigint().as_ref()),
            None => Ok(()),
        }
    }

    fn save_long(&mut self, number: &BigInt) -> PyResult<()> {
        if self.protocol < 2 {
            let value = self.cx.new_bigint(number.clone());
            let digits = self.cx.repr(&value)?;
            self.out.op(LONG);
            self.out.put(digits.as_wtf8().as_bytes());
            self.out.put(b"L\n");
            return Ok(());
        }
        let bytes = number.to_signed_bytes_le();
        if let Ok(length) = u8::try_from(bytes.len()) {
            self.out.put(&[LONG1, length]);
        } else if let Ok(length) = i32::try_from(bytes.len()) {
            self.out.op(LONG4);
            self.out.put(&length.to_le_bytes());
        } else {
            return Err(self.cx.overflow_error("int too large to pickle"));
        }
        self.out.put(&bytes);
        Ok(())
    }

    pub(super) fn save_float(&mut self, number: f64) -> PyResult<()> {
        if self.is_binary() {
            self.out.op(BINFLOAT);
            self.out.put(&number.to_be_bytes());
        } else {
            self.out.op(FLOAT);
            self.out.put(float_repr(number).as_bytes());
            self.out.op(b'\n');
        }
        Ok(())
    }

    pub(super) fn save_str(&mut self, text: &Py<Str>) -> PyResult<()> {
        if !self.is_binary() {
            self.out.op(UNICODE);
            self.out.put(&raw_unicode_escape(text));
            self.out.op(b'\n');
            self.memoize(text.as_value());
            return Ok(());
        }
        let bytes = text.as_wtf8().as_bytes();
        let newer = |op: u8| (self.protocol >= 4).then_some(op);
        let ops = [
            newer(SHORT_BINUNICODE),
            Some(BINUNICODE),
            newer(BINUNICODE8),
        ];
        let Some(header) = sized_header(bytes.len(), ops) else {
            return Err(self.cx.overflow_error(
                "serializing a string larger than 4 GiB requires pickle protocol 4 or higher",
            ));
        };
        self.out.put_sized(self.cx, &header, bytes, None)?;
        self.memoize(text.as_value());
        Ok(())
    }

    /// Bytes as such, for protocols that know them; `object` is what they stand for.
    fn save_bytes_data(&mut self, object: &Value, bytes: &[u8]) -> PyResult<()> {
        let long = (self.protocol >= 4).then_some(BINBYTES8);
        let ops = [Some(SHORT_BINBYTES), Some(BINBYTES), long];
        let Some(header) = sized_header(bytes.len(), ops) else {
            return Err(self.cx.overflow_error(
                "serializing a bytes object larger than 4 GiB requires pickle protocol 4 or higher",
            ));
        };
        self.out.put_sized(self.cx, &header, bytes, Some(object))?;
        self.memoize(object);
        Ok(())
    }

    fn save_bytearray_data(&mut self, object: &Value, bytes: &[u8]) -> PyResult<()> {
        let mut header = vec![BYTEARRAY8];
        header.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
        self.out.put_sized(self.cx, &header, bytes, Some(object))?;
        self.memoize(object);
        Ok(())
    }

    pub(super) fn save_bytes(&mut self, bytes: &Py<Bytes>) -> PyResult<()> {
        if self.protocol >= 3 {
            return self.save_bytes_data(bytes.as_value(), bytes.as_slice());
        }
        let cx = self.cx;
        let (function, args) = if bytes.as_slice().is_empty() {
            (cx.types().bytes.to_value(), Vec::new())
        } else {
            // Python 2 has no such bytes: it is told to encode text.
            let text = taipan_text::Wtf8Buf::from_latin1(bytes.as_slice());
            let text = cx.new_str(&text)?.into_value();
            let encode = cx.import_from("codecs", "encode")?;
            (encode, vec![text, cx.intern("latin1").into_value()])
        };
        let args = cx.new_tuple(args).into_value();
        self.save_reduce(&[function, args], Some(bytes.as_value()))
    }

    pub(super) fn save_bytearray(&mut self, bytes: &Py<ByteArray>) -> PyResult<()> {
        let content = bytes.to_vec();
        if self.protocol >= 5 {
            return self.save_bytearray_data(bytes.as_value(), &content);
        }
        let cx = self.cx;
        let args = if content.is_empty() {
            Vec::new()
        } else {
            vec![cx.new_bytes(&content)?]
        };
        let args = cx.new_tuple(args).into_value();
        let class = cx.types().bytearray.to_value();
        self.save_reduce(&[class, args], Some(bytes.as_value()))
    }

    pub(super) fn save_pickle_buffer(&mut self, object: &Py<PickleBuffer>) -> PyResult<()> {
        let cx = self.cx;
        if self.protocol < 5 {
            return Err(pickling_error(
                cx,
                "PickleBuffer can only be pickled with protocol >= 5",
            ));
        }
        let buffer = object.get(cx)?;
        if !buffer.is_c_contiguous() && !buffer.is_f_contiguous() {
            return Err(pickling_error(
                cx,
                "PickleBuffer can not be pickled when pointing to a non-contiguous buffer",
            ));
        }
        let in_band = match &self.buffer_callback {
            None => true,
            Some(callback) => {
                let answer = cx.call(callback, &[object.to_value()])?;
                cx.is_true(&answer)?
            }
        };
        if !in_band {
            self.out.op(NEXT_BUFFER);
            if buffer.readonly {
                self.out.op(READONLY_BUFFER);
            }
            return Ok(());
        }
        let content = raw_bytes(&buffer);
        if buffer.readonly {
            self.save_bytes_data(object.as_value(), &content)
        } else {
            self.save_bytearray_data(object.as_value(), &content)
        }
    }
}

/// The memory of a contiguous buffer as it lies.
fn raw_bytes(buffer: &taipan_vm::objects::buffer::Buffer) -> Vec<u8> {
    let range = buffer.offset..buffer.offset + buffer.byte_count();
    let mut content = Vec::new();
    buffer.export.with_bytes(&mut |bytes| {
        content = bytes.get(range.clone()).unwrap_or_default().to_vec();
    });
    content
}
