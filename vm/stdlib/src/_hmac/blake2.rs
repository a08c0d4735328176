//! BLAKE2 as the traits of the crate `digest` want it.

use hmac::digest::common::BlockSizeUser;
use hmac::digest::consts::{U32, U64, U128};
use hmac::digest::{FixedOutput, HashMarker, Output, OutputSizeUser, Update};

macro_rules! blake2 {
    ($class:ident: $state:ty, block $block:ty, size $size:ty) => {
        #[derive(Clone)]
        pub(super) struct $class($state);

        impl Default for $class {
            fn default() -> Self {
                Self(<$state>::new())
            }
        }

        impl HashMarker for $class {}

        impl BlockSizeUser for $class {
            type BlockSize = $block;
        }

        impl OutputSizeUser for $class {
            type OutputSize = $size;
        }

        impl Update for $class {
            fn update(&mut self, data: &[u8]) {
                self.0.update(data);
            }
        }

        impl FixedOutput for $class {
            fn finalize_into(self, out: &mut Output<Self>) {
                out.copy_from_slice(self.0.finalize().as_bytes());
            }
        }
    };
}

blake2! { Blake2s: blake2s_simd::State, block U64, size U32 }
blake2! { Blake2b: blake2b_simd::State, block U128, size U64 }
