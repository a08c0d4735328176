//! Text and bytes that come in parts: what a part ends with and needs the next.

use std::cell::{Cell, RefCell};

use taipan_text::codecs::{CjkCodec, CjkState, Input};
use taipan_text::{Wtf8, Wtf8Buf};
use taipan_vm::codecs::Handler;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::{PyErr, PyResult};
use taipan_vm::native::bind::Optional;
use taipan_vm::objects::Str;
use taipan_vm::value::{Py, Value};

use super::codec::text_of;

/// How many characters may wait for the next.
const MOST_CHARACTERS: usize = 2;
/// How many bytes may wait for the next.
pub(super) const MOST_BYTES: usize = 8;

/// The name of the error handler.
pub(super) struct Errors(RefCell<Wtf8Buf>);

impl Errors {
    pub(super) fn new(name: Optional<&Py<Str>>) -> Self {
        let name = match name {
            Optional::Given(name) => name.as_wtf8().to_owned(),
            Optional::Missing => Wtf8::from_str("strict").to_owned(),
        };
        Self(RefCell::new(name))
    }

    pub(super) fn get(&self) -> Wtf8Buf {
        self.0.borrow().clone()
    }

    /// Sets the attribute `errors`.
    ///
    /// # Errors
    /// `TypeError` if it is no text, `AttributeError` for deleting it.
    pub(super) fn set(&self, cx: &Ctx, value: Option<&Value>) -> PyResult<()> {
        let Some(value) = value else {
            return Err(cx.attribute_error("cannot delete attribute"));
        };
        let Some(name) = value.downcast_ref::<Str>() else {
            return Err(cx.type_error("errors must be a string"));
        };
        self.0.replace(name.as_wtf8().to_owned());
        Ok(())
    }
}

/// A `UnicodeDecodeError` or `UnicodeEncodeError`.
pub(super) fn unicode_error(
    cx: &Ctx,
    codec: &CjkCodec,
    object: &Value,
    (start, end): (usize, usize),
    reason: &str,
) -> PyErr {
    let class = match object.downcast_ref::<Str>() {
        Some(_) => &cx.types().unicode_encode_error,
        None => &cx.types().unicode_decode_error,
    };
    match (cx.new_str(codec.name()), cx.new_str(reason)) {
        (Ok(name), Ok(reason)) => {
            let place = |place: usize| cx.new_int(place as i64);
            let args = vec![
                name.into_value(),
                object.clone(),
                place(start),
                place(end),
                reason.into_value(),
            ];
            cx.exception_with(class, args)
        }
        (Err(error), _) | (_, Err(error)) => error,
    }
}

fn input(is_final: bool) -> Input {
    if is_final {
        Input::Final
    } else {
        Input::Partial
    }
}

pub(super) struct Encoder {
    pub(super) codec: CjkCodec,
    pub(super) state: Cell<CjkState>,
    /// Characters that wait for the next.
    pub(super) pending: RefCell<Wtf8Buf>,
    pub(super) errors: Errors,
}

impl Encoder {
    pub(super) fn new(codec: CjkCodec, errors: Optional<&Py<Str>>) -> Self {
        Self {
            state: Cell::new(codec.start()),
            codec,
            pending: RefCell::default(),
            errors: Errors::new(errors),
        }
    }

    /// Encodes the next part.
    ///
    /// # Errors
    /// What the error handler raises; the characters that waited go on waiting then.
    pub(super) fn encode(&self, cx: &Ctx, part: &Value, is_final: bool) -> PyResult<Vec<u8>> {
        let part = text_of(cx, part)?;
        let mut whole = self.pending.borrow().clone();
        let text = if whole.is_empty() {
            part
        } else {
            whole.push_wtf8(part.as_wtf8());
            cx.new_str(&*whole)?
        };
        let errors = self.errors.get();
        let mut handler =
            Handler::new(cx, Some(&errors), Some(text.as_value())).with_any_position();
        let mut state = self.state.get();
        let result = self
            .codec
            .encode(&mut state, text.as_wtf8(), input(is_final), &mut handler);
        self.state.set(state);
        let (mut bytes, read) = result?;
        if is_final {
            self.codec.reset_encoding(&mut state, &mut bytes);
            self.state.set(state);
        }
        let mut rest = Wtf8Buf::default();
        let mut count = 0;
        for point in text.as_wtf8().code_points().skip(read) {
            rest.push_code_point(point);
            count += 1;
        }
        if count > MOST_CHARACTERS {
            let place = (read, read + count);
            let reason = "pending buffer overflow";
            return Err(unicode_error(
                cx,
                &self.codec,
                text.as_value(),
                place,
                reason,
            ));
        }
        self.pending.replace(rest);
        Ok(bytes)
    }

    /// Forgets what waits, and goes back to the first character set; returns the bytes that takes.
    pub(super) fn reset(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut state = self.state.get();
        self.codec.reset_encoding(&mut state, &mut bytes);
        self.state.set(state);
        self.pending.take();
        bytes
    }
}

pub(super) struct Decoder {
    pub(super) codec: CjkCodec,
    pub(super) state: Cell<CjkState>,
    /// Bytes that wait for the next.
    pub(super) pending: RefCell<Vec<u8>>,
    pub(super) errors: Errors,
}

impl Decoder {
    pub(super) fn new(codec: CjkCodec, errors: Optional<&Py<Str>>) -> Self {
        Self {
            state: Cell::new(codec.start_decoding()),
            codec,
            pending: RefCell::default(),
            errors: Errors::new(errors),
        }
    }

    /// Decodes the next part.
    ///
    /// # Errors
    /// What the error handler raises; the bytes that waited go on waiting then.
    pub(super) fn decode(&self, cx: &Ctx, part: &[u8], is_final: bool) -> PyResult<Wtf8Buf> {
        let mut whole = self.pending.borrow().clone();
        whole.extend_from_slice(part);
        let errors = self.errors.get();
        let mut handler = Handler::new(cx, Some(&errors), None).with_any_position();
        let mut state = self.state.get();
        let result = self
            .codec
            .decode(&mut state, &whole, input(is_final), &mut handler);
        self.state.set(state);
        let decoded = result?;
        let rest = whole.split_off(decoded.consumed);
        if rest.len() > MOST_BYTES {
            let place = (0, rest.len());
            let object = cx.new_bytes(&rest)?;
            let reason = "pending buffer overflow";
            return Err(unicode_error(cx, &self.codec, &object, place, reason));
        }
        self.pending.replace(rest);
        Ok(decoded.text)
    }

    pub(super) fn reset(&self) {
        let mut state = self.state.get();
        self.codec.reset_decoding(&mut state);
        self.state.set(state);
        self.pending.take();
    }
}
