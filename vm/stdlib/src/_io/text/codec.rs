//! The codecs of a text stream: UTF-8, ASCII and Latin-1 natively, others through the codecs registry.
//!
//! CPython 3.14: `encodefuncs`, `_textiowrapper_set_decoder`, `_textiowrapper_set_encoder` (`Modules/_io/textio.c`).
//! Native codecs are those whose error handler is one of Python's own, so that no Python code runs in them.

use std::cell::RefCell;

use taipan_text::codecs::{
    BuiltinError, BuiltinHandler, CodecError, Input, decode_ascii, decode_latin1, decode_utf8,
    encode_ascii, encode_latin1, encode_utf8,
};
use taipan_text::{Wtf8, Wtf8Buf};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::{PyErr, PyResult};
use taipan_vm::heap::Visitor;
use taipan_vm::objects::{Bytes, Str, Tuple};
use taipan_vm::value::{Py, Value};

use crate::_io::base::{call, flag};
use crate::_io::newline::{IncrementalNewlineDecoder, NewlineMode, Newlines};
use crate::modules::import_from;

/// A codec that needs no Python code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Charset {
    Utf8,
    Ascii,
    Latin1,
}

impl Charset {
    /// The charset of an encoding's name or alias.
    fn named(name: &str) -> Option<Self> {
        let plain: String = name
            .chars()
            .map(|c| match c {
                '_' | ' ' => '-',
                c => c.to_ascii_lowercase(),
            })
            .collect();
        Some(match &*plain {
            "utf-8" | "utf8" | "u8" | "cp65001" => Self::Utf8,
            "ascii" | "us-ascii" | "646" => Self::Ascii,
            "latin-1" | "latin1" | "iso-8859-1" | "iso8859-1" | "l1" | "8859" => Self::Latin1,
            _ => return None,
        })
    }
}

/// A native codec with its error handler.
#[derive(Clone, Copy, Debug)]
pub(super) struct NativeCodec {
    charset: Charset,
    handler: BuiltinHandler,
}

impl NativeCodec {
    /// The native codec for names of encoding and handler, if both are native.
    pub(super) fn named(encoding: &str, errors: &str) -> Option<Self> {
        Some(Self {
            charset: Charset::named(encoding)?,
            handler: BuiltinHandler::from_name(errors)?,
        })
    }

    pub(super) fn encode(&self, cx: &Ctx, text: &Py<Str>) -> PyResult<Vec<u8>> {
        let mut handler = self.handler;
        let text = text.as_wtf8();
        match self.charset {
            Charset::Utf8 => encode_utf8(text, &mut handler),
            Charset::Ascii => encode_ascii(text, &mut handler),
            Charset::Latin1 => encode_latin1(text, &mut handler),
        }
        .map_err(|error| encode_error(cx, error, text))
    }

    /// Whether ASCII text is encoded as it is, which is so for all of them.
    fn decode(&self, cx: &Ctx, bytes: &[u8], input: Input) -> PyResult<(Wtf8Buf, usize)> {
        let mut handler = self.handler;
        match self.charset {
            Charset::Utf8 => decode_utf8(bytes, &mut handler, input)
                .map(|decoded| (decoded.text, decoded.consumed)),
            Charset::Ascii => decode_ascii(bytes, &mut handler).map(|text| (text, bytes.len())),
            Charset::Latin1 => Ok((decode_latin1(bytes), bytes.len())),
        }
        .map_err(|error| decode_error(cx, error, bytes))
    }
}

/// The arguments of `UnicodeError`, behind the object.
fn details(cx: &Ctx, error: &CodecError) -> PyResult<[Value; 3]> {
    Ok([
        cx.new_int(error.start as i64),
        cx.new_int(error.end as i64),
        cx.new_str(&*error.reason)?.into_value(),
    ])
}

fn decode_error(cx: &Ctx, error: BuiltinError, input: &[u8]) -> PyErr {
    let error = match error {
        BuiltinError::Codec(error) => error,
        BuiltinError::WrongTask(_) => {
            return cx.type_error("don't know how to handle UnicodeDecodeError in error callback");
        }
    };
    let args = || {
        let mut args = vec![
            cx.new_str(&*error.encoding)?.into_value(),
            cx.new_bytes(input)?,
        ];
        args.extend(details(cx, &error)?);
        Ok(args)
    };
    match args() {
        Ok(args) => cx.exception_with(&cx.types().unicode_decode_error, args),
        Err(error) => error,
    }
}

fn encode_error(cx: &Ctx, error: BuiltinError, input: &Wtf8) -> PyErr {
    let error = match error {
        BuiltinError::Codec(error) => error,
        BuiltinError::WrongTask(_) => {
            return cx.type_error("don't know how to handle UnicodeEncodeError in error callback");
        }
    };
    let args = || {
        let mut args = vec![
            cx.new_str(&*error.encoding)?.into_value(),
            cx.new_str(input)?.into_value(),
        ];
        args.extend(details(cx, &error)?);
        Ok(args)
    };
    match args() {
        Ok(args) => cx.exception_with(&cx.types().unicode_encode_error, args),
        Err(error) => error,
    }
}

/// The codec's entry in the registry; refuses codecs that are not between text and bytes.
fn look_up(cx: &Ctx, encoding: &Value) -> PyResult<Value> {
    let lookup = import_from(cx, "_codecs", "lookup")?;
    let info = cx.call(&lookup, std::slice::from_ref(encoding))?;
    if let Some(is_text) = cx.find_attr(&info, &cx.intern("_is_text_encoding"))?
        && !cx.is_true(&is_text)?
    {
        let name = cx.str(encoding)?;
        return Err(cx.lookup_error(format!(
            "'{}' is not a text encoding; use codecs.open() to handle arbitrary codecs",
            name.to_string_lossy()
        )));
    }
    Ok(info)
}

/// Text to bytes.
pub(super) enum Encoder {
    Native(NativeCodec),
    Python(Value),
}

impl Encoder {
    pub(super) fn new(cx: &Ctx, encoding: &Value, errors: &Value) -> PyResult<Self> {
        if let Some(native) = native_for(encoding, errors) {
            return Ok(Self::Native(native));
        }
        let info = look_up(cx, encoding)?;
        let encoder = call(
            cx,
            &info,
            "incrementalencoder",
            std::slice::from_ref(errors),
        )?;
        Ok(Self::Python(encoder))
    }

    pub(super) fn traverse(&self, visit: &mut Visitor<'_>) {
        if let Self::Python(encoder) = self {
            visit(encoder);
        }
    }

    pub(super) fn encode(&self, cx: &Ctx, text: &Py<Str>) -> PyResult<Vec<u8>> {
        match self {
            Self::Native(codec) => codec.encode(cx, text),
            Self::Python(encoder) => {
                let bytes = call(cx, encoder, "encode", &[text.to_value()])?;
                match bytes.downcast_ref::<Bytes>() {
                    Some(bytes) => Ok(bytes.as_slice().to_vec()),
                    None => Err(cx.type_error(format!(
                        "encoder should return a bytes object, not '{}'",
                        cx.type_name(&bytes)
                    ))),
                }
            }
        }
    }

    /// Prepares for writing at a position: a mark of byte order belongs to the start only.
    pub(super) fn set_start(&self, cx: &Ctx, at_start: bool) -> PyResult<()> {
        if let Self::Python(encoder) = self {
            if at_start {
                call(cx, encoder, "reset", &[])?;
            } else {
                call(cx, encoder, "setstate", &[Value::int32(0)])?;
            }
        }
        Ok(())
    }

    pub(super) fn set_state_not_at_start(&self, cx: &Ctx) -> PyResult<()> {
        self.set_start(cx, false)
    }
}

fn native_for(encoding: &Value, errors: &Value) -> Option<NativeCodec> {
    let encoding = encoding.downcast_ref::<Str>()?.to_str()?;
    let errors = errors.downcast_ref::<Str>()?.to_str()?;
    NativeCodec::named(encoding, errors)
}

/// Bytes to text, piece by piece, with line endings.
pub(super) enum Decoder {
    Native {
        codec: NativeCodec,
        state: RefCell<NativeState>,
    },
    /// Line endings included.
    Python(Value),
}

/// What a native decoder remembers between two pieces.
#[derive(Clone, Default)]
pub(super) struct NativeState {
    /// The start of a character that is not complete.
    rest: Vec<u8>,
    newlines: Option<Newlines>,
}

/// A decoder's state as Python shows it: bytes not yet decoded, and flags.
pub(super) type DecoderState = (Vec<u8>, i64);

impl Decoder {
    pub(super) fn new(
        cx: &Ctx,
        encoding: &Value,
        errors: &Value,
        mode: NewlineMode,
    ) -> PyResult<Self> {
        if let Some(codec) = native_for(encoding, errors) {
            let newlines = mode.universal.then(|| Newlines::new(mode.translate));
            return Ok(Self::Native {
                codec,
                state: RefCell::new(NativeState {
                    rest: Vec::new(),
                    newlines,
                }),
            });
        }
        let info = look_up(cx, encoding)?;
        let decoder = call(
            cx,
            &info,
            "incrementaldecoder",
            std::slice::from_ref(errors),
        )?;
        Ok(Self::Python(if mode.universal {
            IncrementalNewlineDecoder::around(cx, decoder, mode.translate)
        } else {
            decoder
        }))
    }

    pub(super) fn traverse(&self, visit: &mut Visitor<'_>) {
        if let Self::Python(decoder) = self {
            visit(decoder);
        }
    }

    pub(super) fn decode(&self, cx: &Ctx, bytes: &[u8], last: bool) -> PyResult<Wtf8Buf> {
        match self {
            Self::Native { codec, state } => {
                let mut state = state.borrow_mut();
                let input = if last { Input::Final } else { Input::Partial };
                let (text, consumed, total);
                if state.rest.is_empty() {
                    (text, consumed) = codec.decode(cx, bytes, input)?;
                    state.rest.extend_from_slice(&bytes[consumed..]);
                } else {
                    total = [&*state.rest, bytes].concat();
                    (text, consumed) = codec.decode(cx, &total, input)?;
                    state.rest.clear();
                    state.rest.extend_from_slice(&total[consumed..]);
                }
                Ok(match &mut state.newlines {
                    Some(newlines) => newlines.feed(text, last),
                    None => text,
                })
            }
            Self::Python(decoder) => {
                let bytes = cx.new_bytes(bytes)?;
                let text = call(cx, decoder, "decode", &[bytes, Value::bool(last)])?;
                match text.downcast_ref::<Str>() {
                    Some(text) => {
                        let mut copy = Wtf8Buf::with_capacity(text.as_wtf8().len());
                        copy.push_wtf8(text.as_wtf8());
                        Ok(copy)
                    }
                    None => Err(cx.type_error(format!(
                        "decoder should return a string result, not '{}'",
                        cx.type_name(&text)
                    ))),
                }
            }
        }
    }

    pub(super) fn state(&self, cx: &Ctx) -> PyResult<DecoderState> {
        match self {
            Self::Native { state, .. } => {
                let state = state.borrow();
                let pending = state
                    .newlines
                    .as_ref()
                    .is_some_and(|newlines| newlines.pending_cr);
                Ok((state.rest.clone(), i64::from(pending)))
            }
            Self::Python(decoder) => {
                let state = call(cx, decoder, "getstate", &[])?;
                let Some([buffer, flags]) =
                    state.downcast_ref::<Tuple>().map(Py::<Tuple>::as_slice)
                else {
                    return Err(cx.type_error("illegal decoder state"));
                };
                let Some(buffer) = buffer.downcast_ref::<Bytes>() else {
                    return Err(cx.type_error(format!(
                        "illegal decoder state: the first item should be a bytes object, not '{}'",
                        cx.type_name(buffer)
                    )));
                };
                let flags = i64::try_from(&cx.to_bigint(flags)?)
                    .map_err(|_| cx.overflow_error("Python int too large to convert to C int"))?;
                Ok((buffer.as_slice().to_vec(), flags))
            }
        }
    }

    pub(super) fn set_state(&self, cx: &Ctx, new: &DecoderState) -> PyResult<()> {
        match self {
            Self::Native { state, .. } => {
                let mut state = state.borrow_mut();
                state.rest.clear();
                state.rest.extend_from_slice(&new.0);
                if let Some(newlines) = &mut state.newlines {
                    newlines.pending_cr = new.1 & 1 != 0;
                }
                Ok(())
            }
            Self::Python(decoder) => {
                let state = cx.new_tuple(vec![cx.new_bytes(&new.0)?, cx.new_int(new.1)]);
                call(cx, decoder, "setstate", &[state.into_value()]).map(|_| ())
            }
        }
    }

    pub(super) fn reset(&self, cx: &Ctx) -> PyResult<()> {
        match self {
            Self::Native { state, .. } => {
                let mut state = state.borrow_mut();
                state.rest.clear();
                if let Some(newlines) = &mut state.newlines {
                    newlines.reset();
                }
                Ok(())
            }
            Self::Python(decoder) => call(cx, decoder, "reset", &[]).map(|_| ()),
        }
    }

    /// The `newlines` attribute.
    pub(super) fn newlines(&self, cx: &Ctx) -> PyResult<Value> {
        match self {
            Self::Native { state, .. } => Ok(state
                .borrow()
                .newlines
                .as_ref()
                .map_or(Value::NONE, |newlines| newlines.seen(cx))),
            Self::Python(decoder) => Ok(cx
                .find_attr(decoder, &cx.intern("newlines"))?
                .unwrap_or(Value::NONE)),
        }
    }
}

/// Whether a stream says that it can do something.
pub(super) fn can(cx: &Ctx, stream: &Value, method: &str) -> PyResult<bool> {
    let able = call(cx, stream, method, &[])?;
    cx.is_true(&able)
}

/// `stream.closed`
pub(super) fn is_closed(cx: &Ctx, stream: &Value) -> PyResult<bool> {
    flag(cx, stream, "closed")
}
