//! Writing through the buffer.

use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;

use super::core::Core;
use crate::_io::state::would_block;

impl Core {
    /// Writes all pending bytes.
    ///
    /// # Errors
    /// `BlockingIOError` if the raw stream takes no more; what it took is no longer pending.
    pub(super) fn flush_pending(&self, cx: &Ctx) -> PyResult<()> {
        let data = self.pending.take();
        let mut written = 0;
        let result = loop {
            if written == data.len() {
                break Ok(());
            }
            match self.raw_write(cx, &data[written..]) {
                Ok(Some(count)) => written += count,
                Ok(None) => break Err(would_block(cx, 0)),
                Err(error) => break Err(error),
            }
            // A handler must run although no call was interrupted: a partial write may be a signal's doing.
            if let Err(error) = cx.check_signals() {
                break Err(error);
            }
        };
        let mut data = data;
        data.drain(..written);
        let mut pending = self.pending.borrow_mut();
        // Nobody writes meanwhile but through a raw stream that calls back, which `enter` refuses.
        data.extend_from_slice(&pending);
        *pending = data;
        result
    }

    /// Buffers `data`, writing what does not fit.
    pub(crate) fn write(&self, cx: &Ctx, data: &[u8]) -> PyResult<usize> {
        if self.unread() > 0 || !self.ahead.borrow().is_empty() {
            self.rewind(cx)?;
        }
        let size = self.size.get();
        {
            let mut pending = self.pending.borrow_mut();
            if pending.len() + data.len() <= size {
                pending.extend_from_slice(data);
                return Ok(data.len());
            }
        }
        if let Err(error) = self.flush_pending(cx) {
            if !cx.matches(&error, &cx.types().blocking_io_error) {
                return Err(error);
            }
            let mut pending = self.pending.borrow_mut();
            let room = size.saturating_sub(pending.len());
            if data.len() <= room {
                pending.extend_from_slice(data);
                return Ok(data.len());
            }
            pending.extend_from_slice(&data[..room]);
            drop(pending);
            return Err(would_block(cx, room));
        }
        let mut written = 0;
        while data.len() - written > size {
            match self.raw_write(cx, &data[written..])? {
                Some(count) => written += count,
                None => {
                    let rest = &data[written..];
                    let kept = rest.len().min(size);
                    self.pending.borrow_mut().extend_from_slice(&rest[..kept]);
                    return Err(would_block(cx, written + kept));
                }
            }
            cx.check_signals()?;
        }
        self.pending
            .borrow_mut()
            .extend_from_slice(&data[written..]);
        Ok(data.len())
    }
}
