//! `_sha1`: the digest SHA-1.
//!
//! CPython 3.14: `Modules/sha1module.c`. Tests: `tests/run/_sha1/`.

use sha2::Digest;
use taipan_macros::pymodule;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::ModuleBuilder;
use taipan_vm::value::Value;

digest_class! {
    /// Return a new SHA1 hash object; optionally initialized with a string.
    sha1, Sha1("_sha1", "sha1", "sha1"): ::sha1::Sha1
}

#[pymodule]
pub(crate) fn _sha1(cx: &Ctx, m: &ModuleBuilder) -> PyResult<()> {
    m.function(&sha1::DEF)?;
    m.add("SHA1Type", cx.native_class(Sha1::class()))?;
    m.add("_GIL_MINSIZE", crate::digest::GIL_MINSIZE)
}
