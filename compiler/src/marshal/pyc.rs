//! `.pyc` files: sixteen bytes of head, then a serialised code object.
//!
//! CPython: `Lib/importlib/_bootstrap_external.py` (PEP 552). The head is the magic number, flags, and either time and size
//! of the source or a hash of it. Tests: `tests.rs`.

use std::sync::Arc;

use super::{MarshalError, dump, load};
use crate::code_object::CodeObject;
use crate::constant::Constant;

/// What each `.pyc` file of CPython 3.14 starts with.
pub const MAGIC_NUMBER: [u8; 4] = [0x2b, 0x0e, b'\r', b'\n'];

/// How a `.pyc` file knows that it belongs to its source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PycSource {
    /// Modification time in seconds and size, both modulo 2^32.
    Timestamp {
        /// Seconds since 1970.
        mtime: u32,
        /// Bytes.
        size: u32,
    },
    /// SipHash of the source.
    Hash {
        /// The hash's bytes.
        hash: [u8; 8],
        /// Whether the import system should compare it with the source.
        is_checked: bool,
    },
}

/// The contents of a `.pyc` file.
#[derive(Clone, Debug)]
pub struct Pyc {
    /// What it was made from.
    pub source: PycSource,
    /// The module's code.
    pub code: Arc<CodeObject>,
}

/// Why a file is no `.pyc` file of this version.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PycError {
    /// Made by another version of Python.
    #[error("bad magic number: {0:?}")]
    BadMagic(Vec<u8>),
    /// Shorter than its head.
    #[error("reached EOF while reading pyc header")]
    TooShort,
    /// Flags that mean nothing.
    #[error("invalid flags {0:#x}")]
    InvalidFlags(u32),
    /// The rest is no serialised object.
    #[error(transparent)]
    Marshal(#[from] MarshalError),
    /// The rest is an object, but not code.
    #[error("Non-code object")]
    NotCode,
}

const FLAG_HASH: u32 = 1;
const FLAG_CHECKED: u32 = 2;

/// Reads the contents of a `.pyc` file.
///
/// # Errors
/// [`PycError`] if it is damaged or of another version.
pub fn read_pyc(contents: &[u8]) -> Result<Pyc, PycError> {
    let (magic, rest) = contents
        .split_first_chunk::<4>()
        .ok_or(PycError::TooShort)?;
    if *magic != MAGIC_NUMBER {
        return Err(PycError::BadMagic(magic.to_vec()));
    }
    let (flags, rest) = rest.split_first_chunk::<4>().ok_or(PycError::TooShort)?;
    let (key, body) = rest.split_first_chunk::<8>().ok_or(PycError::TooShort)?;
    let flags = u32::from_le_bytes(*flags);
    let [m0, m1, m2, m3, s0, s1, s2, s3] = *key;
    let source = match flags {
        0 => PycSource::Timestamp {
            mtime: u32::from_le_bytes([m0, m1, m2, m3]),
            size: u32::from_le_bytes([s0, s1, s2, s3]),
        },
        _ if flags & FLAG_HASH != 0 && flags & !(FLAG_HASH | FLAG_CHECKED) == 0 => {
            PycSource::Hash {
                hash: *key,
                is_checked: flags & FLAG_CHECKED != 0,
            }
        }
        _ => return Err(PycError::InvalidFlags(flags)),
    };
    match load(body)? {
        Constant::Code(code) => Ok(Pyc {
            source,
            code: code.get().clone(),
        }),
        _ => Err(PycError::NotCode),
    }
}

/// The contents of the `.pyc` file of a module's code.
pub fn write_pyc(code: &Arc<CodeObject>, source: PycSource) -> Vec<u8> {
    let (flags, key) = match source {
        PycSource::Timestamp { mtime, size } => {
            let mut key = [0; 8];
            key[..4].copy_from_slice(&mtime.to_le_bytes());
            key[4..].copy_from_slice(&size.to_le_bytes());
            (0, key)
        }
        PycSource::Hash { hash, is_checked } => {
            (FLAG_HASH | if is_checked { FLAG_CHECKED } else { 0 }, hash)
        }
    };
    let mut contents = MAGIC_NUMBER.to_vec();
    contents.extend(u32::to_le_bytes(flags));
    contents.extend(key);
    contents.extend(dump(&Constant::Code(code.clone().into())));
    contents
}
