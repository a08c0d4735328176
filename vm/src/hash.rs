//! Hashes of text, bytes and numbers.
//!
//! CPython 3.14: `Python/pyhash.c`. Text and bytes go through SipHash-1-3 with the isolate's key; text is hashed in the
//! form in which CPython stores it, so that with the same seed the results agree.

use std::hash::Hasher;

use siphasher::sip::SipHasher13;
use taipan_host::Host;

use crate::ctx::Ctx;
use crate::objects::Str;
use crate::value::Py;

/// The modulus of numeric hashes: 2^61 - 1.
pub const MODULUS: u64 = (1 << 61) - 1;
/// `hash(float('inf'))`.
pub const INFINITY: i64 = 314_159;
/// The factor of a complex number's imaginary part.
pub const IMAGINARY: u64 = 1_000_003;

/// The SipHash key for `PYTHONHASHSEED`; a random one for `None`.
pub(crate) fn key_from_seed(seed: Option<u32>, host: &dyn Host) -> (u64, u64) {
    let mut bytes = [0_u8; 16];
    match seed {
        Some(0) => {}
        Some(seed) => {
            let mut state = seed;
            for byte in &mut bytes {
                state = state.wrapping_mul(214_013).wrapping_add(2_531_011);
                *byte = (state >> 16) as u8;
            }
        }
        // A host without randomness gives the key of seed 0: a fixed order rather than no interpreter.
        None => {
            let _ = host.urandom(&mut bytes);
        }
    }
    let (low, high) = bytes.split_at(8);
    let word = |part: &[u8]| {
        part.iter()
            .rev()
            .fold(0, |word, byte| (word << 8) | u64::from(*byte))
    };
    (word(low), word(high))
}

/// A hash is never -1, which C code uses for errors.
pub const fn avoid_minus_one(hash: i64) -> i64 {
    if hash == -1 { -2 } else { hash }
}

impl Ctx {
    /// `hash(bytes)`.
    pub fn hash_bytes(&self, bytes: &[u8]) -> i64 {
        if bytes.is_empty() {
            return 0;
        }
        let (k0, k1) = self.isolate().hash_key;
        let mut hasher = SipHasher13::new_with_keys(k0, k1);
        hasher.write(bytes);
        avoid_minus_one(hasher.finish() as i64)
    }

    /// `hash(str)`, cached in the string.
    pub fn hash_str(&self, string: &Py<Str>) -> i64 {
        let known = string.cached_hash();
        if known != 0 {
            return known;
        }
        let text = string.as_wtf8();
        let hash = if string.is_ascii() {
            self.hash_bytes(text.as_bytes())
        } else {
            let points = || text.code_points().map(|point| point.to_u32());
            let bytes: Vec<u8> = match points().max().unwrap_or(0) {
                0..=0xFF => points().map(|point| point as u8).collect(),
                0x100..=0xFFFF => points()
                    .flat_map(|point| (point as u16).to_ne_bytes())
                    .collect(),
                _ => points().flat_map(u32::to_ne_bytes).collect(),
            };
            self.hash_bytes(&bytes)
        };
        string.cache_hash(hash);
        hash
    }
}

/// `hash(int)` of a machine integer.
pub const fn hash_i64(value: i64) -> i64 {
    let hash = (value.unsigned_abs() % MODULUS) as i64;
    avoid_minus_one(if value < 0 { -hash } else { hash })
}
