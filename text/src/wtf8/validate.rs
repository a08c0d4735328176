//! Checks that bytes are generalised UTF-8.
//!
//! Invariant: [`validate`] accepts exactly the byte sequences described in the folder's module doc. Tests: below.

use thiserror::Error;

/// Bytes that are not generalised UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("invalid WTF-8 at byte {valid_up_to}")]
pub struct InvalidWtf8 {
    /// Everything before this offset is valid.
    pub valid_up_to: usize,
}

/// Says whether `bytes` may become a [`Wtf8`](super::Wtf8).
///
/// # Errors
/// The offset of the first byte that starts no code point in shortest form.
pub fn validate(bytes: &[u8]) -> Result<(), InvalidWtf8> {
    let mut done = 0;
    loop {
        match std::str::from_utf8(&bytes[done..]) {
            Ok(_) => return Ok(()),
            // The standard library stops at surrogates and at errors; step over the former.
            Err(error) => {
                done += error.valid_up_to();
                match bytes[done..] {
                    [0xED, 0xA0..=0xBF, 0x80..=0xBF, ..] => done += 3,
                    _ => return Err(InvalidWtf8 { valid_up_to: done }),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surrogates_pass_and_pairs_stay_pairs() {
        assert_eq!(validate(b"a\xed\xa0\x80b"), Ok(()));
        assert_eq!(validate(b"\xed\xa0\xbd\xed\xb8\x80"), Ok(()));
    }

    #[test]
    fn broken_sequences_are_found_where_they_start() {
        for (bytes, at) in [
            (&b"ab\xff"[..], 2),
            (b"\xc0\x80", 0),
            (b"x\xed\xa0", 1),
            (b"\xf4\x90\x80\x80", 0),
            (b"\xe2\x82", 0),
            (b"\xed\xa0\x80\x80", 3),
        ] {
            assert_eq!(validate(bytes), Err(InvalidWtf8 { valid_up_to: at }));
        }
    }
}
