//! Writing text: bytes are collected, and handed to the binary stream in larger pieces.

use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::objects::Str;
use taipan_vm::value::{Py, Value};

use super::codec::Encoder;
use super::wrapper::{TextIoWrapper, core_of};
use crate::_io::base::{call, is_interrupted};
use crate::_io::state::unsupported;

impl TextIoWrapper {
    /// `write`: returns the number of code points.
    pub(crate) fn write_text(&self, cx: &Ctx, text: &Py<Str>) -> PyResult<usize> {
        let buffer = self.check_open(cx)?;
        let Some(encoder) = self.encoder.borrow().clone() else {
            return Err(unsupported(cx, "not writable"));
        };
        let bytes = text.as_wtf8().as_bytes();
        let write = self.mode.get().and_then(|mode| mode.write);
        let line_buffering = self.line_buffering.get();
        let has_newline =
            (write.is_some() || line_buffering) && memchr::memchr(b'\n', bytes).is_some();
        let must_flush = line_buffering && (has_newline || memchr::memchr(b'\r', bytes).is_some());
        if let (true, Some(ending)) = (has_newline, write) {
            let replaced = cx.new_str(&*with_endings(text, ending))?;
            self.append(cx, &encoder, &replaced)?;
        } else {
            self.append(cx, &encoder, text)?;
        }
        let is_full = self.pending.borrow().len() >= self.chunk_size.get();
        if is_full || must_flush || self.write_through.get() {
            self.flush_pending(cx)?;
        }
        if must_flush {
            call(cx, &buffer, "flush", &[])?;
        }
        if self.snapshot.borrow().is_some() {
            self.forget_decoded();
            drop(self.snapshot.take());
        }
        let decoder = self.decoder.borrow().clone();
        if let Some(decoder) = decoder {
            decoder.reset(cx)?;
        }
        Ok(text.length())
    }

    /// Encodes behind what is pending.
    fn append(&self, cx: &Ctx, encoder: &Encoder, text: &Py<Str>) -> PyResult<()> {
        let room = self.chunk_size.get();
        if let Encoder::Native(codec) = encoder {
            // ASCII is itself in all native codecs.
            if text.is_ascii() {
                return self.append_bytes(cx, text.as_wtf8().as_bytes(), room);
            }
            let bytes = codec.encode(cx, text)?;
            return self.append_bytes(cx, &bytes, room);
        }
        let bytes = encoder.encode(cx, text)?;
        self.append_bytes(cx, &bytes, room)
    }

    fn append_bytes(&self, cx: &Ctx, bytes: &[u8], room: usize) -> PyResult<()> {
        if self.pending.borrow().len() + bytes.len() > room {
            // What is pending goes first: else a large text would be copied once more.
            self.flush_pending(cx)?;
        }
        self.pending.borrow_mut().extend_from_slice(bytes);
        Ok(())
    }

    /// Hands pending bytes to the binary stream.
    pub(super) fn flush_pending(&self, cx: &Ctx) -> PyResult<()> {
        if self.pending.borrow().is_empty() {
            return Ok(());
        }
        let bytes = self.pending.take();
        let buffer = self.buffer(cx)?;
        if let Some(core) = core_of(cx, &buffer)
            && core.is_writable()
        {
            core.write_as_stream(cx, &buffer, &bytes)?;
            return Ok(());
        }
        let bytes = cx.new_bytes(&bytes)?;
        loop {
            match call(cx, &buffer, "write", std::slice::from_ref(&bytes)) {
                Err(error) if is_interrupted(cx, &error) => cx.check_signals()?,
                result => return result.map(|_| ()),
            }
        }
    }

    /// `flush` as other methods need it: a subclass may have one of its own.
    pub(super) fn flush_all(&self, cx: &Ctx) -> PyResult<Value> {
        self.check_open(cx)?;
        self.telling.set(self.seekable.get());
        self.flush_pending(cx)?;
        self.call_buffer(cx, "flush", &[])
    }
}

/// The text with other line endings.
fn with_endings(text: &Py<Str>, ending: &str) -> taipan_text::Wtf8Buf {
    let text = text.as_wtf8();
    let mut result = taipan_text::Wtf8Buf::with_capacity(text.len() + text.len() / 16);
    let mut start = 0;
    for at in memchr::memchr_iter(b'\n', text.as_bytes()) {
        result.push_wtf8(text.slice(start, at));
        result.push_str(ending);
        start = at + 1;
    }
    result.push_wtf8(text.slice_from(start));
    result
}
