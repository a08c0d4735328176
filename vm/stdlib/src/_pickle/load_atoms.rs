//! Numbers, text and bytes out of a pickle.

use num_bigint::BigInt;
use taipan_text::Wtf8;
use taipan_vm::error::PyResult;
use taipan_vm::objects::Tuple;
use taipan_vm::value::Value;

use super::load::Loader;
use super::opcodes::{
    BINBYTES, BINBYTES8, BINUNICODE, BINUNICODE8, BYTEARRAY8, SHORT_BINBYTES, SHORT_BINUNICODE,
};

impl Loader<'_> {
    /// The length that follows an instruction, in as many bytes as it has.
    pub(super) fn length(&mut self, opcode: u8) -> PyResult<usize> {
        match opcode {
            SHORT_BINBYTES | SHORT_BINUNICODE => {
                let [length] = self.bytes()?;
                Ok(usize::from(length))
            }
            BINBYTES | BINUNICODE => Ok(u32::from_le_bytes(self.bytes()?) as usize),
            _ => {
                let length = u64::from_le_bytes(self.bytes()?);
                let name = match opcode {
                    BINBYTES8 => "BINBYTES8",
                    BYTEARRAY8 => "BYTEARRAY8",
                    BINUNICODE8 => "BINUNICODE8",
                    _ => "LENGTH",
                };
                match isize::try_from(length) {
                    Ok(length) => Ok(length as usize),
                    Err(_) => Err(self.cx.overflow_error(format!(
                        "{name} exceeds system's maximum size of {} bytes",
                        isize::MAX
                    ))),
                }
            }
        }
    }

    /// The number that a line writes, as `int(line, 0)` reads it.
    fn number(&self, digits: &[u8]) -> PyResult<Value> {
        let text = std::str::from_utf8(digits).unwrap_or("?");
        if let Ok(number) = text.trim().parse::<i64>() {
            return Ok(self.cx.new_int(number));
        }
        // As bytes: digits of other scripts are none here.
        let text = self.cx.new_bytes(digits)?;
        let class = self.cx.types().int.to_value();
        self.cx.call(&class, &[text, Value::int32(0)])
    }

    pub(super) fn load_int(&mut self) -> PyResult<()> {
        let line = self.input.line(self.cx)?;
        let number = match &line[..] {
            b"" => return Err(self.failed("pickle data was truncated")),
            b"00" => Value::FALSE,
            b"01" => Value::TRUE,
            digits => self.number(digits).map_err(|error| {
                if self.cx.matches(&error, &self.cx.types().value_error) {
                    return self.cx.value_error("could not convert string to int");
                }
                error
            })?,
        };
        self.push(number);
        Ok(())
    }

    pub(super) fn load_long(&mut self) -> PyResult<()> {
        let line = self.input.line(self.cx)?;
        if line.is_empty() {
            return Err(self.failed("pickle data was truncated"));
        }
        let digits = line.strip_suffix(b"L").unwrap_or(&line);
        let number = self.number(digits)?;
        self.push(number);
        Ok(())
    }

    pub(super) fn load_counted_long(&mut self, length: usize) -> PyResult<()> {
        let bytes = self.input.read(self.cx, length)?;
        let number = BigInt::from_signed_bytes_le(bytes);
        let number = self.cx.new_bigint(number);
        self.push(number);
        Ok(())
    }

    pub(super) fn load_float(&mut self) -> PyResult<()> {
        let line = self.input.line(self.cx)?;
        if line.is_empty() {
            return Err(self.failed("pickle data was truncated"));
        }
        let text = self.cx.new_str(&*String::from_utf8_lossy(&line))?;
        let class = self.cx.types().float.to_value();
        let number = self
            .cx
            .call(&class, &[text.into_value()])
            .map_err(|error| {
                if self.cx.matches(&error, &self.cx.types().value_error) {
                    return self.cx.value_error("could not convert string to float");
                }
                error
            })?;
        self.push(number);
        Ok(())
    }

    pub(super) fn load_bytes(&mut self, length: usize) -> PyResult<()> {
        let cx = self.cx;
        let bytes = cx.new_bytes(self.input.read(cx, length)?)?;
        self.push(bytes);
        Ok(())
    }

    pub(super) fn load_bytearray(&mut self, length: usize) -> PyResult<()> {
        let bytes = self.input.read(self.cx, length)?.to_vec();
        let bytes = self.cx.new_bytearray(bytes);
        self.push(bytes.into_value());
        Ok(())
    }

    pub(super) fn load_text(&mut self, length: usize) -> PyResult<()> {
        let cx = self.cx;
        let bytes = self.input.read(cx, length)?;
        let text = match Wtf8::from_bytes(bytes) {
            Ok(text) => cx.new_str(text)?.into_value(),
            // The decoder says what is wrong, and where.
            Err(_) => {
                let bytes = cx.new_bytes(bytes)?;
                let args = [
                    bytes,
                    cx.intern("utf-8").into_value(),
                    cx.intern("surrogatepass").into_value(),
                ];
                cx.call(cx.types().str.as_value(), &args)?
            }
        };
        self.push(text);
        Ok(())
    }

    pub(super) fn load_unicode(&mut self) -> PyResult<()> {
        let line = self.input.line(self.cx)?;
        let text = self.decoded("raw_unicode_escape_decode", &line)?;
        self.push(text);
        Ok(())
    }

    /// The first result of a function of `_codecs`.
    fn decoded(&self, function: &str, bytes: &[u8]) -> PyResult<Value> {
        let function = self.cx.import_from("_codecs", function)?;
        let bytes = self.cx.new_bytes(bytes)?;
        let result = self.cx.call(&function, &[bytes])?;
        match result
            .downcast_ref::<Tuple>()
            .and_then(|tuple| tuple.item(0))
        {
            Some(decoded) => Ok(decoded),
            None => Err(self.cx.type_error("a decoder must return a tuple")),
        }
    }

    pub(super) fn load_string(&mut self) -> PyResult<()> {
        let line = self.input.line(self.cx)?;
        let content = match &line[..] {
            [b'\'', content @ .., b'\''] | [b'"', content @ .., b'"'] => content,
            _ => return Err(self.failed("the STRING opcode argument must be quoted")),
        };
        let bytes = self.decoded("escape_decode", content)?;
        self.push_old_string(bytes)
    }

    pub(super) fn load_old_string(&mut self, length: usize) -> PyResult<()> {
        let cx = self.cx;
        let bytes = cx.new_bytes(self.input.read(cx, length)?)?;
        self.push_old_string(bytes)
    }

    /// A string of Python 2: bytes, or text in the encoding that the caller knows.
    fn push_old_string(&mut self, bytes: Value) -> PyResult<()> {
        let cx = self.cx;
        if self.settings.keeps_bytes() {
            self.push(bytes);
            return Ok(());
        }
        let encoding = self.settings.encoding.to_value();
        let args = [bytes, encoding, self.settings.errors.to_value()];
        let text = cx.call(cx.types().str.as_value(), &args)?;
        self.push(text);
        Ok(())
    }

    /// A line as text.
    pub(super) fn text_line(&mut self) -> PyResult<Value> {
        let cx = self.cx;
        let line = self.input.line(cx)?;
        if let Ok(text) = std::str::from_utf8(&line) {
            return Ok(cx.new_str(text)?.into_value());
        }
        // The decoder says what is wrong, and where.
        let args = [cx.new_bytes(&line)?, cx.intern("utf-8").into_value()];
        cx.call(cx.types().str.as_value(), &args)
    }
}
