//! Encoders and decoders of parts, with a state that programs may keep.

use num_bigint::{BigInt, Sign};
use taipan_macros::{pyclass, pymethods};
use taipan_text::codecs::{CjkState, Input, decode_utf8};
use taipan_vm::codecs::Handler;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::Args;
use taipan_vm::native::bind::Optional;
use taipan_vm::objects::{Bytes, Str, Tuple, Type};
use taipan_vm::protocol::BytesLike;
use taipan_vm::value::{Py, Value};

use super::codec::MultibyteCodec;
use super::coder::{Decoder, Encoder, MOST_BYTES, unicode_error};

/// The bytes of waiting text in a state; its length stands before it.
const MOST_TEXT: usize = 8;
const STATE: usize = std::mem::size_of::<CjkState>();

/// An integer as bytes, lowest first.
///
/// # Errors
/// `OverflowError` if it is negative or has more bytes.
fn bytes_of_int<const SIZE: usize>(cx: &Ctx, number: &BigInt) -> PyResult<[u8; SIZE]> {
    if number.sign() == Sign::Minus {
        return Err(cx.overflow_error("can't convert negative int to unsigned"));
    }
    let digits = number.to_bytes_le().1;
    let mut bytes = [0; SIZE];
    match bytes.get_mut(..digits.len()) {
        Some(place) => place.copy_from_slice(&digits),
        None => return Err(cx.overflow_error("int too big to convert")),
    }
    Ok(bytes)
}

#[pyclass(
    name = "MultibyteIncrementalEncoder",
    module = "_multibytecodec",
    subclassable,
    text_signature = None
)]
pub(super) struct IncrementalEncoder {
    encoder: Encoder,
}

#[pymethods]
impl IncrementalEncoder {
    #[new(signature = (errors = Optional::Missing), name = "IncrementalEncoder")]
    fn new(cx: &Ctx, cls: &Py<Type>, errors: Optional<&Py<Str>>) -> PyResult<Value> {
        let encoder = Encoder::new(MultibyteCodec::of_class(cx, cls)?, errors);
        Ok(cx.heap().allocate(cls, Self { encoder }).into_value())
    }

    #[init]
    fn init(this: &Py<IncrementalEncoder>, cx: &Ctx, args: Args<'_>) -> PyResult<()> {
        let _ = (this, cx, args);
        Ok(())
    }

    #[pymethod(signature = (input, r#final = false), text_signature = "($self, /, input, final=False)")]
    fn encode(
        this: &Py<IncrementalEncoder>,
        cx: &Ctx,
        input: &Value,
        r#final: bool,
    ) -> PyResult<Value> {
        cx.new_bytes(&this.encoder.encode(cx, input, r#final)?)
    }

    fn getstate(&self) -> BigInt {
        let pending = self.encoder.pending.borrow();
        let mut bytes = vec![pending.as_bytes().len() as u8];
        bytes.extend_from_slice(pending.as_bytes());
        bytes.extend_from_slice(&self.encoder.state.get());
        BigInt::from_bytes_le(Sign::Plus, &bytes)
    }

    #[pymethod(signature = (state, /))]
    fn setstate(this: &Py<IncrementalEncoder>, cx: &Ctx, state: &Value) -> PyResult<()> {
        let Some(number) = state.as_int() else {
            return Err(cx.type_error(format!(
                "setstate() argument must be int, not {}",
                cx.type_name(state)
            )));
        };
        let bytes: [u8; 1 + MOST_TEXT + STATE] = bytes_of_int(cx, &number.to_bigint())?;
        let length = usize::from(bytes[0]);
        if length > MOST_TEXT {
            let class = &cx.types().unicode_error;
            return Err(cx.error(class, "pending buffer too large"));
        }
        let (pending, rest) = bytes[1..].split_at(length);
        let mut handler = Handler::new(cx, None, None);
        let pending = decode_utf8(pending, &mut handler, Input::Final)?.text;
        let mut state = CjkState::default();
        state.copy_from_slice(&rest[..STATE]);
        this.encoder.pending.replace(pending);
        this.encoder.state.set(state);
        Ok(())
    }

    fn reset(&self) {
        self.encoder.reset();
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

#[pyclass(
    name = "MultibyteIncrementalDecoder",
    module = "_multibytecodec",
    subclassable,
    text_signature = None
)]
pub(super) struct IncrementalDecoder {
    decoder: Decoder,
}

#[pymethods]
impl IncrementalDecoder {
    #[new(signature = (errors = Optional::Missing), name = "IncrementalDecoder")]
    fn new(cx: &Ctx, cls: &Py<Type>, errors: Optional<&Py<Str>>) -> PyResult<Value> {
        let decoder = Decoder::new(MultibyteCodec::of_class(cx, cls)?, errors);
        Ok(cx.heap().allocate(cls, Self { decoder }).into_value())
    }

    #[init]
    fn init(this: &Py<IncrementalDecoder>, cx: &Ctx, args: Args<'_>) -> PyResult<()> {
        let _ = (this, cx, args);
        Ok(())
    }

    #[pymethod(signature = (input, r#final = false), text_signature = "($self, /, input, final=False)")]
    fn decode(
        this: &Py<IncrementalDecoder>,
        cx: &Ctx,
        input: BytesLike<'_>,
        r#final: bool,
    ) -> PyResult<Value> {
        let text = this.decoder.decode(cx, &input, r#final)?;
        Ok(cx.new_str(&*text)?.into_value())
    }

    fn getstate(&self, cx: &Ctx) -> PyResult<(Value, BigInt)> {
        let pending = self.decoder.pending.borrow().clone();
        let state = BigInt::from_bytes_le(Sign::Plus, &self.decoder.state.get());
        Ok((cx.new_bytes(&pending)?, state))
    }

    #[pymethod(signature = (state, /))]
    fn setstate(this: &Py<IncrementalDecoder>, cx: &Ctx, state: &Py<Tuple>) -> PyResult<()> {
        let illegal = || cx.type_error("setstate(): illegal state argument");
        let [pending, number] = state.as_slice() else {
            return Err(illegal());
        };
        let (Some(bytes), Some(number)) = (pending.downcast_ref::<Bytes>(), number.as_int()) else {
            return Err(illegal());
        };
        let state: CjkState = bytes_of_int::<STATE>(cx, &number.to_bigint())?;
        let length = bytes.as_slice().len();
        if length > MOST_BYTES {
            let codec = &this.decoder.codec;
            let reason = "pending buffer too large";
            return Err(unicode_error(cx, codec, pending, (0, length), reason));
        }
        this.decoder.pending.replace(bytes.as_slice().to_vec());
        this.decoder.state.set(state);
        Ok(())
    }

    fn reset(&self) {
        self.decoder.reset();
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
