//! Making and reconfiguring a text stream.

use std::rc::Rc;

use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::objects::Str;
use taipan_vm::value::{Py, Value};

use super::codec::{Decoder, Encoder, can};
use super::wrapper::{CHUNK, TextIoWrapper};
use crate::_io::newline::NewlineMode;
use crate::_io::state::unsupported;

/// The arguments of `TextIOWrapper()`.
pub(super) struct Options<'a> {
    pub(super) encoding: Option<&'a Value>,
    pub(super) errors: Option<&'a Value>,
    pub(super) newline: Option<&'a Value>,
    pub(super) line_buffering: bool,
    pub(super) write_through: bool,
}

/// The arguments of `reconfigure()`; `None` leaves a setting as it is.
pub(super) struct Reconfiguration<'a> {
    pub(super) encoding: Option<&'a Value>,
    pub(super) errors: Option<&'a Value>,
    pub(super) newline: Option<&'a Value>,
    pub(super) line_buffering: Option<bool>,
    pub(super) write_through: Option<bool>,
}

/// A text argument without NUL.
fn text_argument<'a>(
    cx: &Ctx,
    value: &'a Value,
    function: &str,
    name: &str,
) -> PyResult<&'a Py<Str>> {
    let Some(text) = value.downcast_ref::<Str>() else {
        return Err(cx.type_error(format!(
            "{function}() argument '{name}' must be str or None, not {}",
            cx.type_name(value)
        )));
    };
    if text.as_wtf8().as_bytes().contains(&0) {
        return Err(cx.value_error("embedded null character"));
    }
    Ok(text)
}

/// The mode of a `newline` argument.
pub(in crate::_io) fn newline_mode(
    cx: &Ctx,
    newline: Option<&Value>,
    function: &str,
) -> PyResult<NewlineMode> {
    let text = match newline {
        None => None,
        Some(value) if value.is_none() => None,
        Some(value) => Some(text_argument(cx, value, function, "newline")?.to_string_lossy()),
    };
    NewlineMode::of(text.as_deref()).ok_or_else(|| {
        cx.value_error(format!(
            "illegal newline value: {}",
            text.unwrap_or_default()
        ))
    })
}

impl TextIoWrapper {
    pub(super) fn set_up(&self, cx: &Ctx, buffer: &Value, options: Options<'_>) -> PyResult<()> {
        drop(self.buffer.take());
        self.detached.set(false);
        let encoding = match options.encoding {
            Some(encoding) => {
                let text = text_argument(cx, encoding, "TextIOWrapper", "encoding")?;
                if text.as_wtf8() == "locale" {
                    crate::_io::open::locale_encoding(cx)
                } else {
                    encoding.clone()
                }
            }
            None => crate::_io::open::locale_encoding(cx),
        };
        let errors = match options.errors {
            Some(errors) => {
                text_argument(cx, errors, "TextIOWrapper", "errors")?;
                errors.clone()
            }
            None => cx.intern("strict").into_value(),
        };
        let mode = newline_mode(cx, options.newline, "TextIOWrapper")?;
        let old = (
            self.encoding.replace(encoding),
            self.errors.replace(errors),
            self.encoder.take(),
            self.decoder.take(),
            self.snapshot.take(),
        );
        drop(old);
        self.mode.set(Some(mode));
        self.line_buffering.set(options.line_buffering);
        self.write_through.set(options.write_through);
        self.chunk_size.set(CHUNK);
        self.forget_decoded();
        self.pending.borrow_mut().clear();
        self.bytes_per_char.set(0.0);
        self.make_decoder(cx, buffer)?;
        self.make_encoder(cx, buffer)?;
        let seekable = can(cx, buffer, "seekable")?;
        self.seekable.set(seekable);
        self.telling.set(seekable);
        let read1 = cx.find_attr(buffer, &cx.intern("read1"))?;
        self.has_read1.set(read1.is_some());
        let old = self.buffer.replace(Some(buffer.clone()));
        drop(old);
        self.look_at_start(cx)
    }

    fn make_decoder(&self, cx: &Ctx, buffer: &Value) -> PyResult<()> {
        let (encoding, errors) = (self.encoding.borrow().clone(), self.errors.borrow().clone());
        let Some(mode) = self.mode.get() else {
            return Ok(());
        };
        let decoder = if can(cx, buffer, "readable")? {
            Some(Rc::new(Decoder::new(cx, &encoding, &errors, mode)?))
        } else {
            None
        };
        let old = self.decoder.replace(decoder);
        drop(old);
        Ok(())
    }

    fn make_encoder(&self, cx: &Ctx, buffer: &Value) -> PyResult<()> {
        let (encoding, errors) = (self.encoding.borrow().clone(), self.errors.borrow().clone());
        let encoder = if can(cx, buffer, "writable")? {
            Some(Rc::new(Encoder::new(cx, &encoding, &errors)?))
        } else {
            None
        };
        let old = self.encoder.replace(encoder);
        drop(old);
        Ok(())
    }

    /// An encoder that writes behind the start must not write a mark of byte order.
    fn look_at_start(&self, cx: &Ctx) -> PyResult<()> {
        let encoder = self.encoder.borrow().clone();
        if self.seekable.get()
            && let Some(encoder) = encoder
        {
            let position = self.call_buffer(cx, "tell", &[])?;
            if cx.is_true(&position)? {
                encoder.set_state_not_at_start(cx)?;
            }
        }
        Ok(())
    }

    pub(super) fn change(&self, cx: &Ctx, new: Reconfiguration<'_>) -> PyResult<()> {
        let buffer = self.buffer(cx)?;
        let has_new_codec = new.encoding.is_some() || new.errors.is_some() || new.newline.is_some();
        let has_read = !self.decoded.borrow().is_empty() || self.snapshot.borrow().is_some();
        if has_read && has_new_codec && self.decoder.borrow().is_some() {
            return Err(unsupported(
                cx,
                "It is not possible to set the encoding or newline of stream after the first read",
            ));
        }
        let mode = match new.newline {
            Some(newline) => Some(newline_mode(cx, Some(newline), "reconfigure")?),
            None => None,
        };
        self.flush_all(cx)?;
        self.bytes_per_char.set(0.0);
        if has_new_codec {
            let errors = match (new.errors, new.encoding) {
                (Some(errors), _) => {
                    text_argument(cx, errors, "reconfigure", "errors")?;
                    errors.clone()
                }
                (None, Some(_)) => cx.intern("strict").into_value(),
                (None, None) => self.errors.borrow().clone(),
            };
            let encoding = match new.encoding {
                Some(encoding) => {
                    let text = text_argument(cx, encoding, "reconfigure", "encoding")?;
                    if text.as_wtf8() == "locale" {
                        crate::_io::open::locale_encoding(cx)
                    } else {
                        encoding.clone()
                    }
                }
                None => self.encoding.borrow().clone(),
            };
            let old = (self.encoding.replace(encoding), self.errors.replace(errors));
            if let Some(mode) = mode {
                self.mode.set(Some(mode));
            }
            let made = self
                .make_decoder(cx, &buffer)
                .and_then(|()| self.make_encoder(cx, &buffer));
            if made.is_err() {
                let failed = (self.encoding.replace(old.0), self.errors.replace(old.1));
                drop(failed);
                return made;
            }
            self.look_at_start(cx)?;
        }
        if let Some(line_buffering) = new.line_buffering {
            self.line_buffering.set(line_buffering);
        }
        if let Some(write_through) = new.write_through {
            self.write_through.set(write_through);
        }
        Ok(())
    }
}
