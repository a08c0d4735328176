//! zlib's stream, in either direction, without pointers.
//!
//! The safe interface of `zlib-rs` has neither copies of a stream nor strategies, memory levels and gzip headers, all of
//! which module `zlib` shows; so this file calls the C-like functions of `libz-rs-sys`.
//!
//! Invariants
//! 1. `raw` is on the heap and does not move between the call that made the stream and the one that ends it.
//! 2. `raw` was made by `deflateInit2_`, `inflateInit2_` or a copy, in the direction that `direction` says, and is ended
//!    at most once: `is_open` says whether it still lives. No function is called with an ended stream.
//! 3. The pointers to input and output are set from live slices right before a call, and cleared after it.
#![allow(unsafe_code, reason = "a C-like interface; see the invariants above")]

use std::ffi::CStr;

use libz_rs_sys::{
    Z_OK, deflate, deflateCopy, deflateEnd, deflateInit2_, deflateSetDictionary, inflate,
    inflateCopy, inflateEnd, inflateInit2_, inflateSetDictionary, z_stream, zlibVersion,
};

/// A result of zlib that is not `Z_OK`: its number and its words, if it has any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Failure {
    pub(super) code: i32,
    pub(super) message: Option<&'static str>,
}

/// How a compressor is set up (`deflateInit2`).
#[derive(Clone, Copy)]
pub(super) struct Setup {
    pub(super) level: i32,
    pub(super) method: i32,
    pub(super) wbits: i32,
    pub(super) mem_level: i32,
    pub(super) strategy: i32,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Deflate,
    Inflate,
}

/// What one call did.
#[derive(Clone, Copy)]
pub(super) struct Step {
    /// `Z_OK`, `Z_STREAM_END`, `Z_BUF_ERROR`, ...
    pub(super) code: i32,
    /// Bytes of the input that were taken.
    pub(super) read: usize,
    /// Bytes of the output that were filled.
    pub(super) written: usize,
}

pub(super) struct Stream {
    raw: Box<z_stream>,
    direction: Direction,
    is_open: bool,
}

const SIZE: i32 = size_of::<z_stream>() as i32;

impl Stream {
    pub(super) fn deflate(setup: Setup) -> Result<Self, Failure> {
        let mut raw = Box::<z_stream>::default();
        // SAFETY: `raw` is a live default stream.
        let code = unsafe {
            deflateInit2_(
                &raw mut *raw,
                setup.level,
                setup.method,
                setup.wbits,
                setup.mem_level,
                setup.strategy,
                zlibVersion(),
                SIZE,
            )
        };
        Self::made(raw, Direction::Deflate, code)
    }

    pub(super) fn inflate(wbits: i32) -> Result<Self, Failure> {
        let mut raw = Box::<z_stream>::default();
        // SAFETY: `raw` is a live default stream.
        let code = unsafe { inflateInit2_(&raw mut *raw, wbits, zlibVersion(), SIZE) };
        Self::made(raw, Direction::Inflate, code)
    }

    fn made(raw: Box<z_stream>, direction: Direction, code: i32) -> Result<Self, Failure> {
        if code != Z_OK {
            let message = None;
            return Err(Failure { code, message });
        }
        Ok(Self {
            raw,
            direction,
            is_open: true,
        })
    }

    /// The words that go with the last result.
    pub(super) fn failure(&self, code: i32) -> Failure {
        let message = (self.is_open && !self.raw.msg.is_null()).then(|| {
            // SAFETY: zlib's messages are constants that end with a NUL.
            unsafe { CStr::from_ptr(self.raw.msg) }
                .to_str()
                .unwrap_or_default()
        });
        Failure { code, message }
    }

    pub(super) fn set_dictionary(&mut self, dictionary: &[u8]) -> Result<(), Failure> {
        let length = u32::try_from(dictionary.len()).unwrap_or(u32::MAX);
        let (raw, data) = (&raw mut *self.raw, dictionary.as_ptr());
        let code = match self.direction {
            _ if !self.is_open => STREAM_ERROR,
            // SAFETY: invariants 1 and 2; the slice is as long as said.
            Direction::Deflate => unsafe { deflateSetDictionary(raw, data, length) },
            // SAFETY: invariants 1 and 2; the slice is as long as said.
            Direction::Inflate => unsafe { inflateSetDictionary(raw, data, length) },
        };
        if code == Z_OK {
            Ok(())
        } else {
            Err(self.failure(code))
        }
    }

    /// Goes on as far as input and room allow; takes 4 GiB of either at most.
    pub(super) fn run(&mut self, input: &[u8], output: &mut [u8], flush: i32) -> Step {
        if !self.is_open {
            return Step {
                code: STREAM_ERROR,
                read: 0,
                written: 0,
            };
        }
        let available = u32::try_from(input.len()).unwrap_or(u32::MAX);
        let room = u32::try_from(output.len()).unwrap_or(u32::MAX);
        // Nothing to read is an end for zlib only when it is told where.
        self.raw.next_in = input.as_ptr();
        self.raw.avail_in = available;
        self.raw.next_out = output.as_mut_ptr();
        self.raw.avail_out = room;
        let raw = &raw mut *self.raw;
        let code = match self.direction {
            // SAFETY: invariants 1, 2 and 3.
            Direction::Deflate => unsafe { deflate(raw, flush) },
            // SAFETY: invariants 1, 2 and 3.
            Direction::Inflate => unsafe { inflate(raw, flush) },
        };
        let step = Step {
            code,
            read: (available - self.raw.avail_in) as usize,
            written: (room - self.raw.avail_out) as usize,
        };
        self.raw.next_in = std::ptr::null();
        self.raw.avail_in = 0;
        self.raw.next_out = std::ptr::null_mut();
        self.raw.avail_out = 0;
        step
    }

    /// Another stream in the same state.
    pub(super) fn try_clone(&mut self) -> Result<Self, Failure> {
        if !self.is_open {
            return Err(self.failure(STREAM_ERROR));
        }
        let mut raw = Box::<z_stream>::default();
        // A stream without a place for output counts as broken; nothing is written there.
        self.raw.next_out = std::ptr::NonNull::dangling().as_ptr();
        let (from, to) = (&raw mut *self.raw, &raw mut *raw);
        let code = match self.direction {
            // SAFETY: invariants 1 and 2; `raw` is a live default stream.
            Direction::Deflate => unsafe { deflateCopy(to, from) },
            // SAFETY: invariants 1 and 2; `raw` is a live default stream.
            Direction::Inflate => unsafe { inflateCopy(to, from) },
        };
        self.raw.next_out = std::ptr::null_mut();
        raw.next_out = std::ptr::null_mut();
        Self::made(raw, self.direction, code)
    }

    /// Frees what zlib holds; later calls answer `Z_STREAM_ERROR`.
    pub(super) fn end(&mut self) -> Result<(), Failure> {
        if !std::mem::take(&mut self.is_open) {
            return Ok(());
        }
        let raw = &raw mut *self.raw;
        let code = match self.direction {
            // SAFETY: invariants 1 and 2; `is_open` was set, and is not any more.
            Direction::Deflate => unsafe { deflateEnd(raw) },
            // SAFETY: as above.
            Direction::Inflate => unsafe { inflateEnd(raw) },
        };
        if code == Z_OK {
            Ok(())
        } else {
            let message = None;
            Err(Failure { code, message })
        }
    }
}

/// `Z_STREAM_ERROR`
pub(super) const STREAM_ERROR: i32 = -2;

impl Drop for Stream {
    fn drop(&mut self) {
        // A stream that is dropped in the middle has no end to be told of.
        let _ = self.end();
    }
}
