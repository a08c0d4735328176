//! `_md5`: the digest MD5.
//!
//! CPython 3.14: `Modules/md5module.c`. Tests: `tests/run/_md5/`.

use sha2::Digest;
use taipan_macros::pymodule;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::ModuleBuilder;
use taipan_vm::value::Value;

digest_class! {
    /// Return a new MD5 hash object; optionally initialized with a string.
    md5, Md5("_md5", "md5", "md5"): ::md5::Md5
}

#[pymodule]
pub(crate) fn _md5(cx: &Ctx, m: &ModuleBuilder) -> PyResult<()> {
    m.function(&md5::DEF)?;
    m.add("MD5Type", cx.native_class(Md5::class()))?;
    m.add("_GIL_MINSIZE", crate::digest::GIL_MINSIZE)
}
