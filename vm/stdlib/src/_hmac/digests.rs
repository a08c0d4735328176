//! The digests that a message can be authenticated with.

use hmac::digest::Digest as Algorithm;
use hmac::digest::common::BlockSizeUser;
use hmac::{KeyInit, Mac, SimpleHmac};

use super::blake2::{Blake2b, Blake2s};

/// An authentication under way.
pub(super) trait Running {
    fn update(&mut self, data: &[u8]);
    fn digest(&self) -> Vec<u8>;
    fn boxed(&self) -> Box<dyn Running>;
}

impl<D: Algorithm + BlockSizeUser + Clone + 'static> Running for SimpleHmac<D> {
    fn update(&mut self, data: &[u8]) {
        Mac::update(self, data);
    }

    fn digest(&self) -> Vec<u8> {
        self.clone().finalize().into_bytes().to_vec()
    }

    fn boxed(&self) -> Box<dyn Running> {
        Box::new(self.clone())
    }
}

/// A digest that a message can be authenticated with.
pub(super) struct Digest {
    pub(super) name: &'static str,
    pub(super) block_size: usize,
    pub(super) digest_size: usize,
    pub(super) start: fn(&[u8]) -> Box<dyn Running>,
}

impl Digest {
    /// BLAKE2 also goes by a name with the size of its digest.
    pub(super) fn is_called(&self, name: &str) -> bool {
        let name = name.to_ascii_lowercase();
        let plain = match name.as_str() {
            "blake2s_32" => "blake2s",
            "blake2b_32" => "blake2b",
            plain => plain,
        };
        plain == self.name
    }
}

fn start<D: Algorithm + BlockSizeUser + Clone + 'static>(key: &[u8]) -> Box<dyn Running> {
    let running = <SimpleHmac<D> as KeyInit>::new_from_slice(key);
    Box::new(running.expect("a key may have any length"))
}

macro_rules! digests {
    ($($constant:ident: $name:literal, $block:literal, $size:literal, $algorithm:ty;)*) => {
        $(pub(super) const $constant: Digest = Digest {
            name: $name,
            block_size: $block,
            digest_size: $size,
            start: start::<$algorithm>,
        };)*

        pub(super) static DIGESTS: &[Digest] = &[$($constant),*];
    };
}

digests! {
    MD5: "md5", 64, 16, md5::Md5;
    SHA1: "sha1", 64, 20, sha1::Sha1;
    SHA224: "sha224", 64, 28, sha2::Sha224;
    SHA256: "sha256", 64, 32, sha2::Sha256;
    SHA384: "sha384", 128, 48, sha2::Sha384;
    SHA512: "sha512", 128, 64, sha2::Sha512;
    SHA3_224: "sha3_224", 144, 28, sha3::Sha3_224;
    SHA3_256: "sha3_256", 136, 32, sha3::Sha3_256;
    SHA3_384: "sha3_384", 104, 48, sha3::Sha3_384;
    SHA3_512: "sha3_512", 72, 64, sha3::Sha3_512;
    BLAKE2S: "blake2s", 64, 32, Blake2s;
    BLAKE2B: "blake2b", 128, 64, Blake2b;
}
