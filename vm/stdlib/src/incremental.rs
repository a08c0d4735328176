//! What the decompressors of `zlib`, `_bz2` and `_lzma` share: input that waits until there is room for its output.
//!
//! CPython 3.14: `decompress()` of `BZ2Decompressor` (`Modules/_bz2module.c`) and its siblings.

use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;

/// What one call of the algorithm did.
pub(crate) struct Step {
    /// Bytes of the input that were taken.
    pub(crate) read: usize,
    /// Bytes of the output that were filled.
    pub(crate) written: usize,
    /// The end of the compressed data was reached.
    pub(crate) is_end: bool,
}

/// The input of a decompressor, and what is known of it.
pub(crate) struct Incremental {
    /// Input that no output was made of yet.
    pending: Vec<u8>,
    pub(crate) eof: bool,
    pub(crate) needs_input: bool,
    /// What came behind the end of the compressed data.
    pub(crate) unused_data: Vec<u8>,
}

impl Default for Incremental {
    fn default() -> Self {
        Self {
            pending: Vec::new(),
            eof: false,
            needs_input: true,
            unused_data: Vec::new(),
        }
    }
}

/// The first room for output; it doubles up to [`MOST_ROOM`].
const FIRST_ROOM: usize = 32 * 1024;
const MOST_ROOM: usize = 1 << 20;

impl Incremental {
    /// Decompresses into at most `max_length` bytes, if that is not negative. `step` must not run Python code.
    ///
    /// # Errors
    /// `EOFError` behind the end, or what `step` says.
    pub(crate) fn feed(
        &mut self,
        cx: &Ctx,
        data: &[u8],
        max_length: isize,
        mut step: impl FnMut(&[u8], &mut [u8]) -> PyResult<Step>,
    ) -> PyResult<Vec<u8>> {
        if self.eof {
            return Err(cx.error(&cx.types().eof_error, "End of stream already reached"));
        }
        let waited = !self.pending.is_empty();
        if waited {
            self.pending.extend_from_slice(data);
        }
        let held = std::mem::take(&mut self.pending);
        let input = if waited { &held[..] } else { data };
        let most = usize::try_from(max_length).unwrap_or(usize::MAX);
        let mut output = Vec::new();
        let (mut read, mut size) = (0, FIRST_ROOM);
        let mut room = Vec::new();
        loop {
            room.resize(size.min(most - output.len()), 0);
            let done = step(&input[read..], &mut room)?;
            output.extend_from_slice(&room[..done.written]);
            read += done.read;
            let is_full = done.written == room.len();
            if done.is_end {
                self.eof = true;
                self.needs_input = false;
                self.unused_data = input[read..].to_vec();
                break;
            }
            let is_stuck = done.read == 0 && done.written == 0;
            if output.len() == most || is_stuck || (!is_full && read == input.len()) {
                // A full room may mean that there is more to come from what was read.
                self.needs_input = read == input.len() && !is_full;
                self.pending = input[read..].to_vec();
                break;
            }
            if is_full && size < MOST_ROOM {
                size *= 2;
            }
        }
        Ok(output)
    }
}
