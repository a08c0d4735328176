//! Reading text: a chunk of bytes is decoded at a time, and handed out in pieces.

use taipan_text::{Wtf8, Wtf8Buf};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::objects::Bytes;
use taipan_vm::value::Value;

use super::wrapper::{TextIoWrapper, core_of};
use crate::_io::base::{call, is_interrupted};
use crate::_io::newline::LineEnd;
use crate::bytes_arg::Data;

impl TextIoWrapper {
    /// Bytes of the binary stream, as few calls as it takes for at least one.
    fn read_bytes(&self, cx: &Ctx, size: usize) -> PyResult<Vec<u8>> {
        let buffer = self.buffer(cx)?;
        if let Some(core) = core_of(cx, &buffer)
            && core.is_readable()
        {
            return core.read_once_as_stream(cx, &buffer, size);
        }
        let method = if self.has_read1.get() {
            "read1"
        } else {
            "read"
        };
        let bytes = loop {
            match call(cx, &buffer, method, &[cx.new_int(size as i64)]) {
                Err(error) if is_interrupted(cx, &error) => cx.check_signals()?,
                bytes => break bytes?,
            }
        };
        if cx.class_of(&bytes).slots.buffer.get().is_none()
            && bytes.downcast_ref::<Bytes>().is_none()
        {
            return Err(cx.type_error(format!(
                "underlying {method}() should have returned a bytes-like object, not '{}'",
                cx.type_name(&bytes)
            )));
        }
        Ok(Data::of(cx, &bytes)?.to_vec())
    }

    /// Decodes the next chunk, replacing `decoded`; `hint` is how many characters are wanted. False at the end.
    pub(super) fn read_chunk(&self, cx: &Ctx, hint: usize) -> PyResult<bool> {
        let decoder = self.decoder(cx)?;
        let before = if self.telling.get() {
            Some(decoder.state(cx)?)
        } else {
            None
        };
        let wanted = (self.bytes_per_char.get().max(1.0) * hint as f64) as usize;
        let bytes = self.read_bytes(cx, wanted.max(self.chunk_size.get()))?;
        let at_end = bytes.is_empty();
        let text = decoder.decode(cx, &bytes, at_end)?;
        let characters = text.count_code_points();
        let is_nothing = text.is_empty();
        self.bytes_per_char.set(if characters > 0 {
            bytes.len() as f64 / characters as f64
        } else {
            0.0
        });
        self.decoded.replace(text);
        self.used.set(0);
        if let Some((mut input, flags)) = before {
            input.extend_from_slice(&bytes);
            self.snapshot.replace(Some((flags, input)));
        }
        Ok(!(at_end && is_nothing))
    }

    /// Takes at most `count` code points of decoded text.
    fn take(&self, count: usize, to: &mut Wtf8Buf) -> usize {
        let decoded = self.decoded.borrow();
        let rest = decoded.slice_from(self.used.get());
        let end = rest.offset_of(count).unwrap_or(rest.len());
        let piece = rest.slice_to(end);
        to.push_wtf8(piece);
        self.used.set(self.used.get() + end);
        piece.count_code_points()
    }

    /// `read(count)`
    pub(super) fn read_count(&self, cx: &Ctx, count: usize) -> PyResult<Value> {
        let mut text = Wtf8Buf::new();
        let mut missing = count - self.take(count, &mut text);
        while missing > 0 {
            let more = match self.read_chunk(cx, missing) {
                // Text already taken is not lost: it is handed out, and the error comes again.
                Err(error) if is_interrupted(cx, &error) => {
                    cx.check_signals()?;
                    continue;
                }
                more => more?,
            };
            if !more {
                break;
            }
            missing -= self.take(missing, &mut text);
        }
        Ok(cx.new_str(&*text)?.into_value())
    }

    /// `read()`
    pub(super) fn read_all(&self, cx: &Ctx) -> PyResult<Value> {
        let decoder = self.decoder(cx)?;
        let buffer = self.buffer(cx)?;
        let bytes = call(cx, &buffer, "read", &[])?;
        if bytes.is_none() {
            return Err(crate::_io::state::read_would_block(cx));
        }
        let text = {
            let data = Data::of(cx, &bytes)?;
            decoder.decode(cx, &data, true)?
        };
        let result = {
            let decoded = self.decoded.borrow();
            let rest = decoded.slice_from(self.used.get());
            if rest.is_empty() {
                cx.new_str(&*text)?
            } else {
                let mut joined = Wtf8Buf::with_capacity(rest.len() + text.len());
                joined.push_wtf8(rest);
                joined.push_wtf8(&text);
                cx.new_str(&*joined)?
            }
        };
        self.forget_decoded();
        drop(self.snapshot.take());
        Ok(result.into_value())
    }

    /// `readline(limit)`
    pub(crate) fn read_line(&self, cx: &Ctx, limit: Option<usize>) -> PyResult<Value> {
        let line_end = self
            .mode
            .get()
            .map_or(LineEnd::Newline, |mode| mode.line_end);
        if limit.is_none() {
            // The common case: the line is in the chunk.
            let decoded = self.decoded.borrow();
            let rest = decoded.slice_from(self.used.get());
            if let Some(end) = line_end.find(rest.as_bytes()) {
                let line = cx.new_str(rest.slice_to(end))?;
                self.used.set(self.used.get() + end);
                return Ok(line.into_value());
            }
        }
        let mut missing = limit.unwrap_or(usize::MAX);
        let mut line = Wtf8Buf::new();
        loop {
            let ended = {
                let decoded = self.decoded.borrow();
                let rest = decoded.slice_from(self.used.get());
                let (end, ended) = cut(rest, line_end, &line);
                let within = match limit {
                    Some(_) => rest.slice_to(end).offset_of(missing).unwrap_or(end),
                    None => end,
                };
                let piece = rest.slice_to(within);
                line.push_wtf8(piece);
                if limit.is_some() {
                    missing -= piece.count_code_points();
                }
                self.used.set(self.used.get() + within);
                ended || missing == 0
            };
            if ended {
                break;
            }
            self.forget_decoded();
            let more = loop {
                match self.read_chunk(cx, 0) {
                    Err(error) if is_interrupted(cx, &error) => cx.check_signals()?,
                    Err(error) => {
                        // What was read of the line is still there for the next call.
                        self.decoded.replace(line);
                        self.used.set(0);
                        return Err(error);
                    }
                    Ok(more) => break more,
                }
            };
            if !more {
                // At the end nothing is left that a position could refer to.
                self.forget_decoded();
                drop(self.snapshot.take());
                break;
            }
        }
        Ok(cx.new_str(&*line)?.into_value())
    }
}

/// Where the line that `before` began ends in `text`: the offset, and whether that is its end.
fn cut(text: &Wtf8, line_end: LineEnd, before: &Wtf8Buf) -> (usize, bool) {
    let bytes = text.as_bytes();
    if let LineEnd::Exactly("\r\n") = line_end
        && before.as_bytes().last() == Some(&b'\r')
        && bytes.first() == Some(&b'\n')
    {
        return (1, true);
    }
    match line_end.find(bytes) {
        Some(end) => (end, true),
        None => (bytes.len(), false),
    }
}
