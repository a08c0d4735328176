//! `tell` and `seek` of text: a position is a place in the bytes, a state of the decoder, and a number of characters.
//!
//! CPython 3.14: `cookie_type`, `_io_TextIOWrapper_tell_impl`, `_io_TextIOWrapper_seek_impl` (`Modules/_io/textio.c`).

use num_bigint::{BigInt, Sign};

use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::value::Value;

use super::codec::Decoder;
use super::wrapper::TextIoWrapper;
use crate::_io::state::unsupported;

/// A position as Python sees it: one integer, whose bytes are these fields.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Cookie {
    /// A place in the bytes where the decoder has a known state.
    start: i64,
    /// That state.
    flags: i32,
    /// Bytes to decode from there.
    feed: i32,
    /// Characters to skip in what they gave.
    skip: i32,
    /// The decoder must be told that the input ends there.
    needs_end: bool,
}

const COOKIE_BYTES: usize = 8 + 4 + 4 + 4 + 1;

impl Cookie {
    fn pack(self) -> BigInt {
        let mut bytes = Vec::with_capacity(COOKIE_BYTES);
        bytes.extend_from_slice(&self.start.to_le_bytes());
        bytes.extend_from_slice(&self.flags.to_le_bytes());
        bytes.extend_from_slice(&self.feed.to_le_bytes());
        bytes.extend_from_slice(&self.skip.to_le_bytes());
        bytes.push(u8::from(self.needs_end));
        BigInt::from_bytes_le(Sign::Plus, &bytes)
    }

    /// `None` if the integer is too large for a cookie.
    fn unpack(number: &BigInt) -> Option<Self> {
        let (_, mut bytes) = number.to_bytes_le();
        if bytes.len() > COOKIE_BYTES {
            return None;
        }
        bytes.resize(COOKIE_BYTES, 0);
        let int = |at: usize| {
            let mut four = [0; 4];
            four.copy_from_slice(&bytes[at..at + 4]);
            i32::from_le_bytes(four)
        };
        let mut eight = [0; 8];
        eight.copy_from_slice(&bytes[..8]);
        Some(Self {
            start: i64::from_le_bytes(eight),
            flags: int(8),
            feed: int(12),
            skip: int(16),
            needs_end: bytes[20] != 0,
        })
    }
}

fn narrow(cx: &Ctx, number: i64) -> PyResult<i32> {
    i32::try_from(number).map_err(|_| cx.overflow_error("Python int too large to convert to C int"))
}

impl TextIoWrapper {
    /// `tell`
    pub(super) fn position(&self, cx: &Ctx) -> PyResult<Value> {
        self.check_open(cx)?;
        if !self.seekable.get() {
            return Err(unsupported(cx, "underlying stream is not seekable"));
        }
        if !self.telling.get() {
            return Err(cx.error(
                &cx.types().os_error,
                "telling position disabled by next() call",
            ));
        }
        self.flush_pending(cx)?;
        self.call_buffer(cx, "flush", &[])?;
        let place = self.call_buffer(cx, "tell", &[])?;
        let decoder = self.decoder.borrow().clone();
        let snapshot = self.snapshot.borrow().clone();
        let (Some(decoder), Some((flags, input))) = (decoder, snapshot) else {
            return Ok(place);
        };
        let place = i64::try_from(&cx.to_bigint(&place)?)
            .map_err(|_| cx.overflow_error("Python int too large to convert to C long"))?;
        let start = place - input.len() as i64;
        let skip = {
            let decoded = self.decoded.borrow();
            decoded.slice_to(self.used.get()).count_code_points()
        };
        let cookie = if skip == 0 {
            Cookie {
                start,
                flags: narrow(cx, flags)?,
                ..Cookie::default()
            }
        } else {
            let saved = decoder.state(cx)?;
            let found = self.search(cx, &decoder, (start, flags), &input, skip);
            let restored = decoder.set_state(cx, &saved);
            let cookie = found?;
            restored?;
            cookie
        };
        Ok(cx.new_bigint(cookie.pack()))
    }

    /// Finds a safe place to start from, near the position `skip` characters behind `start`.
    fn search(
        &self,
        cx: &Ctx,
        decoder: &Decoder,
        (start, flags): (i64, i64),
        input: &[u8],
        skip: usize,
    ) -> PyResult<Cookie> {
        let (mut flags, mut skip) = (flags, skip);
        let mut skip_bytes = ((self.bytes_per_char.get() * skip as f64) as usize).min(input.len());
        let mut skip_back = 1;
        loop {
            if skip_bytes == 0 {
                decoder.set_state(cx, &(Vec::new(), flags))?;
                break;
            }
            decoder.set_state(cx, &(Vec::new(), flags))?;
            let decoded = decoder.decode(cx, &input[..skip_bytes], false)?;
            let count = decoded.count_code_points();
            if count <= skip {
                let (rest, new_flags) = decoder.state(cx)?;
                if rest.is_empty() {
                    // Before the position, and nothing waits in the decoder: safe.
                    flags = new_flags;
                    skip -= count;
                    break;
                }
                skip_bytes = skip_bytes.saturating_sub(rest.len());
                skip_back = 1;
            } else {
                skip_bytes = skip_bytes.saturating_sub(skip_back);
                skip_back *= 2;
            }
        }
        let mut cookie = Cookie {
            start: start + skip_bytes as i64,
            flags: narrow(cx, flags)?,
            ..Cookie::default()
        };
        if skip == 0 {
            return Ok(cookie);
        }
        let (mut fed, mut decoded) = (0, 0);
        let mut is_enough = false;
        for byte in &input[skip_bytes..] {
            fed += 1;
            decoded += decoder
                .decode(cx, std::slice::from_ref(byte), false)?
                .count_code_points();
            let (rest, new_flags) = decoder.state(cx)?;
            if rest.is_empty() && decoded <= skip {
                cookie.start += fed;
                skip -= decoded;
                cookie.flags = narrow(cx, new_flags)?;
                (fed, decoded) = (0, 0);
            }
            if decoded >= skip {
                is_enough = true;
                break;
            }
        }
        if !is_enough {
            decoded += decoder.decode(cx, b"", true)?.count_code_points();
            cookie.needs_end = true;
            if decoded < skip {
                return Err(cx.error(
                    &cx.types().os_error,
                    "can't reconstruct logical file position",
                ));
            }
        }
        cookie.feed = narrow(cx, fed)?;
        cookie.skip = narrow(cx, skip as i64)?;
        Ok(cookie)
    }

    /// `seek`
    pub(super) fn seek_to(&self, cx: &Ctx, cookie: &Value, whence: i32) -> PyResult<Value> {
        self.check_open(cx)?;
        if !self.seekable.get() {
            return Err(unsupported(cx, "underlying stream is not seekable"));
        }
        let cookie = match whence {
            libc::SEEK_CUR => {
                if cx.is_true(cookie)? {
                    return Err(unsupported(cx, "can't do nonzero cur-relative seeks"));
                }
                // The same place again, but synchronised with the binary stream.
                self.position(cx)?
            }
            libc::SEEK_END => {
                if cx.is_true(cookie)? {
                    return Err(unsupported(cx, "can't do nonzero end-relative seeks"));
                }
                return self.seek_to_end(cx);
            }
            libc::SEEK_SET => cookie.clone(),
            _ => {
                return Err(
                    cx.value_error(format!("invalid whence ({whence}, should be 0, 1 or 2)"))
                );
            }
        };
        let number = cx.to_bigint(&cookie)?;
        if number.sign() == Sign::Minus {
            return Err(cx.value_error(format!("negative seek position {number}")));
        }
        self.flush_all(cx)?;
        let Some(cookie) = Cookie::unpack(&number) else {
            return Err(cx.overflow_error("Python int too large to convert"));
        };
        self.call_buffer(cx, "seek", &[cx.new_int(cookie.start)])?;
        self.forget_decoded();
        drop(self.snapshot.take());
        let decoder = self.decoder.borrow().clone();
        if let Some(decoder) = decoder {
            let flags = i64::from(cookie.flags);
            if cookie.start == 0 && flags == 0 {
                decoder.reset(cx)?;
            } else {
                decoder.set_state(cx, &(Vec::new(), flags))?;
            }
            if cookie.skip > 0 {
                self.skip(cx, &decoder, cookie)?;
            } else {
                self.snapshot.replace(Some((flags, Vec::new())));
            }
        }
        let encoder = self.encoder.borrow().clone();
        if let Some(encoder) = encoder {
            encoder.set_start(cx, cookie.start == 0 && cookie.flags == 0)?;
        }
        Ok(cx.new_bigint(number))
    }

    /// Decodes from the cookie's place on, and skips its characters.
    fn skip(&self, cx: &Ctx, decoder: &Decoder, cookie: Cookie) -> PyResult<()> {
        let feed = cx.new_int(i64::from(cookie.feed));
        let input = self.call_buffer(cx, "read", &[feed])?;
        let input = crate::bytes_arg::Data::of(cx, &input)?.to_vec();
        let text = decoder.decode(cx, &input, cookie.needs_end)?;
        self.snapshot
            .replace(Some((i64::from(cookie.flags), input)));
        let skip = usize::try_from(cookie.skip).unwrap_or(0);
        let used = text.offset_of(skip);
        let too_short = || cx.error(&cx.types().os_error, "can't restore logical file position");
        let used = match used {
            Some(used) => used,
            None if text.count_code_points() == skip => text.len(),
            None => return Err(too_short()),
        };
        self.decoded.replace(text);
        self.used.set(used);
        Ok(())
    }

    fn seek_to_end(&self, cx: &Ctx) -> PyResult<Value> {
        self.flush_all(cx)?;
        self.forget_decoded();
        drop(self.snapshot.take());
        let decoder = self.decoder.borrow().clone();
        if let Some(decoder) = decoder {
            decoder.reset(cx)?;
        }
        let place = self.call_buffer(cx, "seek", &[Value::int32(0), Value::int32(2)])?;
        let encoder = self.encoder.borrow().clone();
        if let Some(encoder) = encoder {
            encoder.set_start(cx, !cx.is_true(&place)?)?;
        }
        Ok(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_without_decoder_state_is_the_place_itself() {
        let cookie = Cookie {
            start: 1234,
            ..Cookie::default()
        };
        assert_eq!(cookie.pack(), BigInt::from(1234));
        assert_eq!(Cookie::unpack(&BigInt::from(1234)), Some(cookie));
    }

    #[test]
    fn cookies_round_trip() {
        let cookie = Cookie {
            start: 1 << 40,
            flags: 3,
            feed: 17,
            skip: 5,
            needs_end: true,
        };
        assert_eq!(Cookie::unpack(&cookie.pack()), Some(cookie));
        assert_eq!(Cookie::unpack(&(BigInt::from(1) << 200)), None);
    }
}
