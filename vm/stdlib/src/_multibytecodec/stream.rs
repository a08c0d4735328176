//! Readers and writers of streams of bytes.

use taipan_macros::{pyclass, pymethods};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::heap::{Traverse, Visitor};
use taipan_vm::native::Args;
use taipan_vm::native::bind::Optional;
use taipan_vm::objects::{Bytes, Str, Type};
use taipan_vm::value::{Py, Value};

use super::codec::MultibyteCodec;
use super::coder::{Decoder, Encoder};

#[pyclass(
    name = "MultibyteStreamReader",
    module = "_multibytecodec",
    subclassable,
    traverse,
    text_signature = None
)]
pub(super) struct StreamReader {
    decoder: Decoder,
    stream: Value,
}

impl Traverse for StreamReader {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(&self.stream);
    }
}

/// A size; `None` and negative numbers mean all.
fn wanted_size(cx: &Ctx, size: Option<&Value>) -> PyResult<Option<usize>> {
    let Some(size) = size else {
        return Ok(None);
    };
    if size.as_int().is_none() {
        return Err(cx.type_error("arg 1 must be an integer"));
    }
    Ok(usize::try_from(cx.to_index_size(size)?).ok())
}

impl StreamReader {
    /// Text of what the stream's method reads.
    fn read_by(&self, cx: &Ctx, method: &str, size: Option<usize>) -> PyResult<Value> {
        let mut size = size;
        let method = cx.intern(method);
        loop {
            if size == Some(0) {
                return Ok(cx.new_str("")?.into_value());
            }
            let args: Vec<Value> = size
                .map(|size| cx.new_int(size as i64))
                .into_iter()
                .collect();
            let part = cx.call_method(&self.stream, &method, &args)?;
            let Some(bytes) = part.downcast_ref::<Bytes>() else {
                return Err(cx.type_error(format!(
                    "stream function returned a non-bytes object ({})",
                    cx.type_name(&part)
                )));
            };
            let is_end = bytes.as_slice().is_empty();
            let is_empty = is_end && self.decoder.pending.borrow().is_empty();
            let is_final = is_end || size.is_none();
            let text = self.decoder.decode(cx, bytes.as_slice(), is_final)?;
            if size.is_none() || !text.is_empty() || is_empty {
                return Ok(cx.new_str(&*text)?.into_value());
            }
            // A character has more bytes than were asked for.
            size = Some(1);
        }
    }
}

#[pymethods]
impl StreamReader {
    #[new(signature = (stream, errors = Optional::Missing), name = "StreamReader")]
    fn new(
        cx: &Ctx,
        cls: &Py<Type>,
        stream: &Value,
        errors: Optional<&Py<Str>>,
    ) -> PyResult<Value> {
        let decoder = Decoder::new(MultibyteCodec::of_class(cx, cls)?, errors);
        let stream = stream.clone();
        Ok(cx
            .heap()
            .allocate(cls, Self { decoder, stream })
            .into_value())
    }

    #[init]
    fn init(this: &Py<StreamReader>, cx: &Ctx, args: Args<'_>) -> PyResult<()> {
        let _ = (this, cx, args);
        Ok(())
    }

    #[pymethod(signature = (sizeobj = None, /))]
    fn read(this: &Py<StreamReader>, cx: &Ctx, sizeobj: Option<&Value>) -> PyResult<Value> {
        this.read_by(cx, "read", wanted_size(cx, sizeobj)?)
    }

    #[pymethod(signature = (sizeobj = None, /))]
    fn readline(this: &Py<StreamReader>, cx: &Ctx, sizeobj: Option<&Value>) -> PyResult<Value> {
        this.read_by(cx, "readline", wanted_size(cx, sizeobj)?)
    }

    #[pymethod(signature = (sizehintobj = None, /))]
    fn readlines(
        this: &Py<StreamReader>,
        cx: &Ctx,
        sizehintobj: Option<&Value>,
    ) -> PyResult<Value> {
        let text = this.read_by(cx, "read", wanted_size(cx, sizehintobj)?)?;
        cx.call_method(&text, &cx.intern("splitlines"), &[Value::bool(true)])
    }

    fn reset(&self) {
        self.decoder.reset();
    }

    #[member]
    fn stream(&self) -> Value {
        self.stream.clone()
    }

    /// how to treat errors
    #[getter]
    fn errors(&self) -> taipan_text::Wtf8Buf {
        self.decoder.errors.get()
    }

    #[setter]
    fn set_errors(&self, cx: &Ctx, value: Option<&Value>) -> PyResult<()> {
        self.decoder.errors.set(cx, value)
    }
}

#[pyclass(
    name = "MultibyteStreamWriter",
    module = "_multibytecodec",
    subclassable,
    traverse,
    text_signature = None
)]
pub(super) struct StreamWriter {
    encoder: Encoder,
    stream: Value,
}

impl Traverse for StreamWriter {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(&self.stream);
    }
}

impl StreamWriter {
    fn write_part(&self, cx: &Ctx, text: &Value) -> PyResult<()> {
        let bytes = self.encoder.encode(cx, text, false)?;
        self.hand_over(cx, &bytes)
    }

    fn hand_over(&self, cx: &Ctx, bytes: &[u8]) -> PyResult<()> {
        let bytes = cx.new_bytes(bytes)?;
        cx.call_method(&self.stream, &cx.intern("write"), &[bytes])?;
        Ok(())
    }
}

#[pymethods]
impl StreamWriter {
    #[new(signature = (stream, errors = Optional::Missing), name = "StreamWriter")]
    fn new(
        cx: &Ctx,
        cls: &Py<Type>,
        stream: &Value,
        errors: Optional<&Py<Str>>,
    ) -> PyResult<Value> {
        let encoder = Encoder::new(MultibyteCodec::of_class(cx, cls)?, errors);
        let stream = stream.clone();
        Ok(cx
            .heap()
            .allocate(cls, Self { encoder, stream })
            .into_value())
    }

    #[init]
    fn init(this: &Py<StreamWriter>, cx: &Ctx, args: Args<'_>) -> PyResult<()> {
        let _ = (this, cx, args);
        Ok(())
    }

    #[pymethod(signature = (strobj, /))]
    fn write(this: &Py<StreamWriter>, cx: &Ctx, strobj: &Value) -> PyResult<()> {
        this.write_part(cx, strobj)
    }

    #[pymethod(signature = (lines, /))]
    fn writelines(this: &Py<StreamWriter>, cx: &Ctx, lines: &Value) -> PyResult<()> {
        if !cx.is_sequence(lines) {
            return Err(cx.type_error("arg must be a sequence object"));
        }
        let mut index = 0;
        while (index as usize) < cx.len(lines)? {
            let line = cx.sequence_item(lines, index)?;
            this.write_part(cx, &line)?;
            index += 1;
        }
        Ok(())
    }

    fn reset(this: &Py<StreamWriter>, cx: &Ctx) -> PyResult<()> {
        if this.encoder.pending.borrow().is_empty() {
            return Ok(());
        }
        let nothing = cx.new_str("")?.into_value();
        let bytes = this.encoder.encode(cx, &nothing, true)?;
        if bytes.is_empty() {
            return Ok(());
        }
        this.hand_over(cx, &bytes)
    }

    #[member]
    fn stream(&self) -> Value {
        self.stream.clone()
    }

    /// how to treat errors
    #[getter]
    fn errors(&self) -> taipan_text::Wtf8Buf {
        self.encoder.errors.get()
    }

    #[setter]
    fn set_errors(&self, cx: &Ctx, value: Option<&Value>) -> PyResult<()> {
        self.encoder.errors.set(cx, value)
    }
}
