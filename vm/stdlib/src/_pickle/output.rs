//! What a pickler has written: the bytes, cut into frames from protocol 4 on, and the file they go to.
//!
//! CPython 3.14: `_Pickler_Write`, `_Pickler_CloseFrame`, `_Pickler_OpcodeBoundary` (`Modules/_pickle.c`).

use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::value::Value;

use super::opcodes::FRAME;

/// A frame shorter than this is written without its header.
const SMALLEST_FRAME: usize = 4;
/// A frame that has this size ends at the next instruction.
const FRAME_SIZE: usize = 64 * 1024;
/// The instruction and eight bytes of length.
const FRAME_HEADER: usize = 9;

/// See the module.
pub(super) struct Output {
    bytes: Vec<u8>,
    /// The file's `write`; none if the bytes are wanted.
    write: Option<Value>,
    is_framing: bool,
    /// Where the open frame's header is.
    frame: Option<usize>,
}

impl Output {
    pub(super) fn new(write: Option<Value>) -> Self {
        Self {
            bytes: Vec::with_capacity(256),
            write,
            is_framing: false,
            frame: None,
        }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(super) fn start_framing(&mut self) {
        self.is_framing = true;
    }

    pub(super) fn end_framing(&mut self) {
        self.close_frame();
        self.is_framing = false;
    }

    #[inline]
    fn open_frame(&mut self) {
        if self.is_framing && self.frame.is_none() {
            self.frame = Some(self.bytes.len());
            self.bytes.extend_from_slice(&[0; FRAME_HEADER]);
        }
    }

    #[inline]
    pub(super) fn op(&mut self, opcode: u8) {
        self.open_frame();
        self.bytes.push(opcode);
    }

    #[inline]
    pub(super) fn put(&mut self, bytes: &[u8]) {
        self.open_frame();
        self.bytes.extend_from_slice(bytes);
    }

    fn close_frame(&mut self) {
        let Some(start) = self.frame.take() else {
            return;
        };
        let content = start + FRAME_HEADER;
        let length = self.bytes.len() - content;
        if length < SMALLEST_FRAME {
            self.bytes.drain(start..content);
            return;
        }
        self.bytes[start] = FRAME;
        self.bytes[start + 1..content].copy_from_slice(&(length as u64).to_le_bytes());
    }

    /// Ends a large frame between two instructions.
    ///
    /// # Errors
    /// What `write` raises.
    #[inline]
    pub(super) fn boundary(&mut self, cx: &Ctx) -> PyResult<()> {
        match self.frame {
            Some(start) if self.bytes.len() - start - FRAME_HEADER >= FRAME_SIZE => {
                self.close_frame();
                self.flush(cx)
            }
            _ => Ok(()),
        }
    }

    /// Hands what there is to the file, if there is one.
    ///
    /// # Errors
    /// What `write` raises.
    pub(super) fn flush(&mut self, cx: &Ctx) -> PyResult<()> {
        let Some(write) = self.write.clone() else {
            return Ok(());
        };
        let bytes = std::mem::take(&mut self.bytes);
        let bytes = cx.new_bytes(&bytes)?;
        cx.call(&write, &[bytes]).map(drop)
    }

    /// An instruction with its length, and the bytes behind it: large ones go to the file unframed and uncopied.
    ///
    /// # Errors
    /// What `write` raises.
    pub(super) fn put_sized(
        &mut self,
        cx: &Ctx,
        header: &[u8],
        data: &[u8],
        payload: Option<&Value>,
    ) -> PyResult<()> {
        if data.len() < FRAME_SIZE {
            self.put(header);
            self.put(data);
            return Ok(());
        }
        self.close_frame();
        self.bytes.extend_from_slice(header);
        let Some(write) = self.write.clone() else {
            self.bytes.extend_from_slice(data);
            return Ok(());
        };
        self.flush(cx)?;
        let payload = match payload {
            Some(payload) => payload.clone(),
            None => cx.new_bytes(data)?,
        };
        cx.call(&write, &[payload]).map(drop)
    }
}
