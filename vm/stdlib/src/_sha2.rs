//! `_sha2`: the digests SHA-224 to SHA-512.
//!
//! CPython 3.14: `Modules/sha2module.c`. Tests: `tests/run/_sha2/`.

use sha2::Digest;
use taipan_macros::pymodule;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::ModuleBuilder;
use taipan_vm::value::Value;

digest_class! {
    /// Return a new SHA-224 hash object; optionally initialized with a string.
    sha224, Sha224("_sha2", "SHA224Type", "sha224"): sha2::Sha224
}
digest_class! {
    /// Return a new SHA-256 hash object; optionally initialized with a string.
    sha256, Sha256("_sha2", "SHA256Type", "sha256"): sha2::Sha256
}
digest_class! {
    /// Return a new SHA-384 hash object; optionally initialized with a string.
    sha384, Sha384("_sha2", "SHA384Type", "sha384"): sha2::Sha384
}
digest_class! {
    /// Return a new SHA-512 hash object; optionally initialized with a string.
    sha512, Sha512("_sha2", "SHA512Type", "sha512"): sha2::Sha512
}

#[pymodule]
pub(crate) fn _sha2(m: &ModuleBuilder) -> PyResult<()> {
    m.function(&sha224::DEF)?;
    m.function(&sha256::DEF)?;
    m.function(&sha384::DEF)?;
    m.function(&sha512::DEF)?;
    m.class(Sha224::class())?;
    m.class(Sha256::class())?;
    m.class(Sha384::class())?;
    m.class(Sha512::class())?;
    m.add("_GIL_MINSIZE", crate::digest::GIL_MINSIZE)
}
