//! liblzma's stream, in either direction, without pointers.
//!
//! The safe crate `liblzma` does not tell which integrity check a stream has, and cannot make a delta filter with a
//! distance; so this file calls `liblzma-sys`.
//!
//! Invariants
//! 1. `raw` is on the heap, and is ended once, on drop. A stream whose making failed is ended too, which is allowed.
//! 2. The pointers to input and output are set from live slices right before a call, and cleared after it.
//! 3. A chain of filters ends with `LZMA_VLI_UNKNOWN`; its options live until the call returns, and liblzma copies them.
#![allow(unsafe_code, reason = "calls into liblzma; see the invariants above")]

use std::mem::zeroed;
use std::ptr::{null, null_mut};

use liblzma_sys as c;

use super::filter::{Filter, LzmaOptions};

/// `lzma_options_delta`, which the bindings lack.
#[repr(C)]
struct DeltaOptions {
    kind: u32,
    distance: u32,
    reserved: [u32; 6],
    reserved_pointers: [*mut u8; 2],
}

/// The options of a filter, as liblzma reads them.
enum RawOptions {
    Lzma(Box<c::lzma_options_lzma>),
    Delta(Box<DeltaOptions>),
    Offset(Box<c::lzma_options_bcj>),
}

impl RawOptions {
    fn of(filter: &Filter) -> Self {
        match filter {
            Filter::Lzma { options, .. } => Self::Lzma(Box::new(raw_lzma(options))),
            Filter::Delta { distance } => Self::Delta(Box::new(DeltaOptions {
                kind: 0,
                distance: *distance,
                reserved: [0; 6],
                reserved_pointers: [null_mut(); 2],
            })),
            Filter::Branch { offset, .. } => Self::Offset(Box::new(c::lzma_options_bcj {
                start_offset: *offset,
            })),
        }
    }

    fn pointer(&mut self) -> *mut libc::c_void {
        match self {
            Self::Lzma(options) => (&raw mut **options).cast(),
            Self::Delta(options) => (&raw mut **options).cast(),
            Self::Offset(options) => (&raw mut **options).cast(),
        }
    }
}

fn raw_lzma(options: &LzmaOptions) -> c::lzma_options_lzma {
    // SAFETY: a structure of integers and pointers may be zero.
    let mut raw: c::lzma_options_lzma = unsafe { zeroed() };
    raw.dict_size = options.dict_size;
    raw.lc = options.lc;
    raw.lp = options.lp;
    raw.pb = options.pb;
    raw.mode = options.mode as _;
    raw.nice_len = options.nice_len;
    raw.mf = options.mf as _;
    raw.depth = options.depth;
    raw
}

/// The options that a preset stands for; `None` if there is no such preset.
pub(super) fn preset(number: u32) -> Option<LzmaOptions> {
    // SAFETY: a structure of integers and pointers may be zero.
    let mut raw: c::lzma_options_lzma = unsafe { zeroed() };
    // SAFETY: `raw` lives.
    if unsafe { c::lzma_lzma_preset(&raw mut raw, number) } != 0 {
        return None;
    }
    Some(LzmaOptions {
        dict_size: raw.dict_size,
        lc: raw.lc,
        lp: raw.lp,
        pb: raw.pb,
        mode: raw.mode as u32,
        nice_len: raw.nice_len,
        mf: raw.mf as u32,
        depth: raw.depth,
    })
}

pub(super) fn is_check_supported(check: u32) -> bool {
    // SAFETY: no pointers.
    unsafe { c::lzma_check_is_supported(check as _) != 0 }
}

/// What a stream does.
pub(super) enum Coder<'a> {
    EasyEncoder { preset: u32, check: u32 },
    StreamEncoder { filters: &'a [Filter], check: u32 },
    AloneEncoder(&'a LzmaOptions),
    RawEncoder(&'a [Filter]),
    AutoDecoder { memlimit: u64 },
    StreamDecoder { memlimit: u64 },
    AloneDecoder { memlimit: u64 },
    RawDecoder(&'a [Filter]),
}

/// What one call did.
pub(super) struct Step {
    /// `LZMA_OK`, `LZMA_STREAM_END`, ...
    pub(super) code: u32,
    /// Bytes of the input that were taken.
    pub(super) read: usize,
    /// Bytes of the output that were filled.
    pub(super) written: usize,
}

pub(super) struct Stream {
    raw: Box<c::lzma_stream>,
}

/// The decoder tells of the check, and of its absence.
const TELL: u32 = c::LZMA_TELL_ANY_CHECK | c::LZMA_TELL_NO_CHECK;

impl Stream {
    /// # Errors
    /// liblzma's number.
    pub(super) fn new(coder: &Coder<'_>) -> Result<Self, u32> {
        // SAFETY: `LZMA_STREAM_INIT` is all zeros.
        let mut stream = Self {
            // SAFETY: as above.
            raw: Box::new(unsafe { zeroed() }),
        };
        let (filters, lzma) = match coder {
            Coder::StreamEncoder { filters, .. }
            | Coder::RawEncoder(filters)
            | Coder::RawDecoder(filters) => (*filters, None),
            Coder::AloneEncoder(options) => (&[][..], Some(raw_lzma(options))),
            _ => (&[][..], None),
        };
        let mut options: Vec<RawOptions> = filters.iter().map(RawOptions::of).collect();
        let mut chain: Vec<c::lzma_filter> = filters
            .iter()
            .zip(&mut options)
            .map(|(filter, options)| c::lzma_filter {
                id: filter.id(),
                options: options.pointer(),
            })
            .collect();
        chain.push(c::lzma_filter {
            id: c::LZMA_VLI_UNKNOWN,
            options: null_mut(),
        });
        let (raw, chain) = (&raw mut *stream.raw, chain.as_ptr());
        // SAFETY: invariants 1 and 3.
        let code = unsafe {
            match coder {
                Coder::EasyEncoder { preset, check } => {
                    c::lzma_easy_encoder(raw, *preset, *check as _)
                }
                Coder::StreamEncoder { check, .. } => {
                    c::lzma_stream_encoder(raw, chain, *check as _)
                }
                Coder::AloneEncoder(_) => {
                    c::lzma_alone_encoder(raw, lzma.as_ref().map_or(null(), std::ptr::from_ref))
                }
                Coder::RawEncoder(_) => c::lzma_raw_encoder(raw, chain),
                Coder::AutoDecoder { memlimit } => c::lzma_auto_decoder(raw, *memlimit, TELL),
                Coder::StreamDecoder { memlimit } => c::lzma_stream_decoder(raw, *memlimit, TELL),
                Coder::AloneDecoder { memlimit } => c::lzma_alone_decoder(raw, *memlimit),
                Coder::RawDecoder(_) => c::lzma_raw_decoder(raw, chain),
            }
        };
        if code == c::LZMA_OK {
            Ok(stream)
        } else {
            Err(code as u32)
        }
    }

    /// Goes on as far as input and room allow.
    pub(super) fn run(&mut self, input: &[u8], output: &mut [u8], finish: bool) -> Step {
        self.raw.next_in = input.as_ptr();
        self.raw.avail_in = input.len();
        self.raw.next_out = output.as_mut_ptr();
        self.raw.avail_out = output.len();
        let action = if finish { c::LZMA_FINISH } else { c::LZMA_RUN };
        // SAFETY: invariants 1 and 2.
        let code = unsafe { c::lzma_code(&raw mut *self.raw, action) };
        let step = Step {
            code: code as u32,
            read: input.len() - self.raw.avail_in,
            written: output.len() - self.raw.avail_out,
        };
        self.raw.next_in = null();
        self.raw.avail_in = 0;
        self.raw.next_out = null_mut();
        self.raw.avail_out = 0;
        step
    }

    /// The integrity check that the decoder found.
    pub(super) fn check(&self) -> u32 {
        // SAFETY: invariant 1.
        unsafe { c::lzma_get_check(&raw const *self.raw) as u32 }
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        // SAFETY: invariant 1.
        unsafe { c::lzma_end(&raw mut *self.raw) };
    }
}
