//! The connection's secret key: signing and verifying messages.
//!
//! Specification: "Messaging in Jupyter", the wire protocol (HMAC-SHA256 over four parts, in hex).
//! Invariants: comparison takes constant time; neither `Debug` nor an error shows the key. Tests: below.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// A signing key; an empty one means that messages are not signed.
#[derive(Clone)]
pub struct Key(Option<Hmac<Sha256>>);

impl Key {
    /// Makes a key from the `key` of a connection file.
    pub fn new(secret: &str) -> Self {
        if secret.is_empty() {
            return Key(None);
        }
        Key(Some(
            Hmac::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of any length"),
        ))
    }

    /// Whether messages are signed at all.
    pub fn signs(&self) -> bool {
        self.0.is_some()
    }

    /// Returns the signature of `parts` in hexadecimal digits; empty without a key.
    pub fn sign(&self, parts: [&[u8]; 4]) -> String {
        let Some(mac) = self.over(parts) else {
            return String::new();
        };
        let digest = mac.finalize().into_bytes();
        let mut hex = String::with_capacity(digest.len() * 2);
        for byte in digest {
            for nibble in [byte >> 4, byte & 15] {
                hex.push(char::from_digit(nibble.into(), 16).unwrap_or('0'));
            }
        }
        hex
    }

    /// Whether `signature` is that of `parts`. Without a key every signature is.
    pub fn verify(&self, parts: [&[u8]; 4], signature: &[u8]) -> bool {
        let Some(mac) = self.over(parts) else {
            return true;
        };
        match unhex(signature) {
            Some(bytes) => mac.verify_slice(&bytes).is_ok(),
            None => false,
        }
    }

    fn over(&self, parts: [&[u8]; 4]) -> Option<Hmac<Sha256>> {
        let mut mac = self.0.clone()?;
        for part in parts {
            mac.update(part);
        }
        Some(mac)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.signs() {
            "Key(secret)"
        } else {
            "Key(none)"
        })
    }
}

fn unhex(digits: &[u8]) -> Option<Vec<u8>> {
    let (pairs, rest) = digits.as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    let nibble = |digit: u8| char::from(digit).to_digit(16);
    pairs
        .iter()
        .map(|&[high, low]| u8::try_from(nibble(high)? * 16 + nibble(low)?).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARTS: [&[u8]; 4] = [b"what do ya ", b"want ", b"for ", b"nothing?"];

    #[test]
    fn signature_is_that_of_rfc_4231() {
        assert_eq!(
            Key::new("Jefe").sign(PARTS),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }

    #[test]
    fn only_the_right_signature_verifies() {
        let key = Key::new("Jefe");
        let good = key.sign(PARTS);
        assert!(key.verify(PARTS, good.as_bytes()));
        for bad in [
            "",
            "0",
            "zz",
            &good[2..],
            &good.replace('5', "6"),
            &format!("{good}00"),
        ] {
            assert!(!key.verify(PARTS, bad.as_bytes()), "{bad}");
        }
    }

    #[test]
    fn debug_does_not_show_the_secret() {
        assert_eq!(format!("{:?}", Key::new("hunter2")), "Key(secret)");
    }
}
