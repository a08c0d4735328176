//! Reading through the buffer.

use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::objects::Bytes;
use taipan_vm::value::Value;

use super::core::{Core, RawCount};
use crate::_io::base::is_interrupted;

impl Core {
    /// Fills the empty buffer by one raw read.
    pub(super) fn fill(&self, cx: &Ctx) -> PyResult<RawCount> {
        let mut buffer = self.ahead.take();
        self.taken.set(0);
        let size = self.size.get();
        buffer.resize(size, 0);
        let count = self.raw_read(cx, &mut buffer);
        let kept = match &count {
            Ok(Some(count)) => *count,
            _ => 0,
        };
        buffer.truncate(kept);
        self.ahead.replace(buffer);
        count
    }

    /// Writes pending bytes before the raw stream is read.
    fn before_reading(&self, cx: &Ctx) -> PyResult<()> {
        if self.writable.get() && !self.pending.borrow().is_empty() {
            self.flush_pending(cx)?;
        }
        Ok(())
    }

    /// At most `count` bytes, by as many raw reads as it takes; `None` if there are none and reading would block.
    pub(crate) fn read_count(&self, cx: &Ctx, count: usize) -> PyResult<Option<Vec<u8>>> {
        let mut data = Vec::new();
        if data.try_reserve_exact(count).is_err() {
            return Err(cx.memory_error());
        }
        if self.take(count, &mut data) == count {
            return Ok(Some(data));
        }
        self.before_reading(cx)?;
        self.forget_ahead();
        let size = self.size.get();
        while data.len() < count {
            let missing = count - data.len();
            let got = if missing >= size {
                // Whole blocks go past the buffer.
                let start = data.len();
                data.resize(start + missing / size * size, 0);
                let got = self.raw_read(cx, &mut data[start..]);
                data.truncate(start + got.as_ref().map_or(0, |got| got.unwrap_or(0)));
                got?
            } else {
                let got = self.fill(cx)?;
                self.take(missing, &mut data);
                got
            };
            match got {
                Some(0) => break,
                None if data.is_empty() => return Ok(None),
                None => break,
                Some(_) => {}
            }
        }
        Ok(Some(data))
    }

    /// Everything to the end; `None` if there is nothing and reading would block.
    pub(crate) fn read_all(&self, cx: &Ctx) -> PyResult<Value> {
        let mut data = Vec::new();
        self.take(usize::MAX, &mut data);
        self.before_reading(cx)?;
        self.forget_ahead();
        let raw = self.raw(cx)?;
        if let Some(file) = self.file(&raw) {
            return match file.read_to_end(cx)? {
                None if data.is_empty() => Ok(Value::NONE),
                None => cx.new_bytes(&data),
                Some(rest) if data.is_empty() => cx.new_bytes(&rest),
                Some(rest) => {
                    data.extend_from_slice(&rest);
                    cx.new_bytes(&data)
                }
            };
        }
        if let Some(read_all) = cx.find_attr(&raw, &cx.intern("readall"))? {
            let rest = cx.call(&read_all, &[])?;
            if rest.is_none() {
                return if data.is_empty() {
                    Ok(rest)
                } else {
                    cx.new_bytes(&data)
                };
            }
            let Some(rest) = rest.downcast_ref::<Bytes>() else {
                return Err(cx.type_error("readall() should return bytes"));
            };
            data.extend_from_slice(rest.as_slice());
            return cx.new_bytes(&data);
        }
        loop {
            let piece = match self.call_raw(cx, "read", &[]) {
                Err(error) if is_interrupted(cx, &error) => {
                    cx.check_signals()?;
                    continue;
                }
                piece => piece?,
            };
            if piece.is_none() && data.is_empty() {
                return Ok(piece);
            }
            if piece.is_none() {
                break;
            }
            let Some(piece) = piece.downcast_ref::<Bytes>() else {
                return Err(cx.type_error("read() should return bytes"));
            };
            if piece.as_slice().is_empty() {
                break;
            }
            data.extend_from_slice(piece.as_slice());
        }
        cx.new_bytes(&data)
    }

    /// At most `count` bytes, by at most one raw read.
    pub(crate) fn read_once(&self, cx: &Ctx, count: usize) -> PyResult<Vec<u8>> {
        let mut data = Vec::new();
        if count == 0 {
            return Ok(data);
        }
        if self.take(count, &mut data) > 0 {
            return Ok(data);
        }
        self.before_reading(cx)?;
        self.forget_ahead();
        if data.try_reserve_exact(count).is_err() {
            return Err(cx.memory_error());
        }
        data.resize(count, 0);
        let got = self.raw_read(cx, &mut data)?;
        data.truncate(got.unwrap_or(0));
        Ok(data)
    }

    /// What is read ahead, after at most one raw read.
    pub(super) fn peek(&self, cx: &Ctx) -> PyResult<Value> {
        if self.unread() == 0 {
            self.before_reading(cx)?;
            self.fill(cx)?;
        }
        let ahead = self.ahead.borrow();
        cx.new_bytes(&ahead[self.taken.get()..])
    }

    /// Fills `data`; with `once` by at most one raw read. `None` if there is nothing and reading would block.
    pub(super) fn read_into(&self, cx: &Ctx, data: &mut [u8], once: bool) -> PyResult<RawCount> {
        let mut filled = self.take_into(data);
        if filled == data.len() || (once && filled > 0) {
            return Ok(Some(filled));
        }
        self.before_reading(cx)?;
        while filled < data.len() {
            let rest = &mut data[filled..];
            let got = if rest.len() > self.size.get() {
                let got = self.raw_read(cx, rest)?;
                filled += got.unwrap_or(0);
                got
            } else if !(once && filled > 0) {
                let got = self.fill(cx)?;
                filled += self.take_into(rest);
                got
            } else {
                Some(0)
            };
            match got {
                None if filled == 0 => return Ok(None),
                None | Some(0) => break,
                Some(_) if once => break,
                Some(_) => {}
            }
        }
        Ok(Some(filled))
    }

    fn take_into(&self, to: &mut [u8]) -> usize {
        let ahead = self.ahead.borrow();
        let unread = &ahead[self.taken.get()..];
        let count = to.len().min(unread.len());
        to[..count].copy_from_slice(&unread[..count]);
        self.taken.set(self.taken.get() + count);
        count
    }

    /// A line, at most `limit` bytes of it.
    pub(crate) fn read_line(&self, cx: &Ctx, limit: Option<usize>) -> PyResult<Value> {
        let limit = limit.unwrap_or(usize::MAX);
        {
            // The common case: the line is in the buffer.
            let ahead = self.ahead.borrow();
            let unread = &ahead[self.taken.get()..];
            let within = &unread[..unread.len().min(limit)];
            let end = match memchr::memchr(b'\n', within) {
                Some(at) => Some(at + 1),
                None if within.len() == limit => Some(limit),
                None => None,
            };
            if let Some(end) = end {
                let line = cx.new_bytes(&within[..end])?;
                self.taken.set(self.taken.get() + end);
                return Ok(line);
            }
        }
        let mut line = Vec::new();
        self.take(limit, &mut line);
        self.before_reading(cx)?;
        while line.len() < limit {
            self.forget_ahead();
            if self.fill(cx)?.unwrap_or(0) == 0 {
                break;
            }
            let room = limit - line.len();
            let count = {
                let ahead = self.ahead.borrow();
                let within = &ahead[..ahead.len().min(room)];
                memchr::memchr(b'\n', within).map(|at| at + 1)
            };
            self.take(count.unwrap_or(room), &mut line);
            if count.is_some() {
                break;
            }
        }
        cx.new_bytes(&line)
    }
}
