//! `_functools`: `reduce`, `partial`, `cmp_to_key`, and the cache behind `functools.lru_cache`.
//!
//! CPython 3.14: `Modules/_functoolsmodule.c`. Tests: `tests/run/functools/`.

mod cmp_to_key;
mod lru_cache;
mod partial;
mod placeholder;
mod reduce;

use taipan_macros::pymodule;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::ModuleBuilder;

/// Tools that operate on functions.
#[pymodule]
pub(crate) fn _functools(cx: &Ctx, m: &ModuleBuilder<'_>) -> PyResult<()> {
    m.class(placeholder::Placeholder::class())?;
    m.add("Placeholder", placeholder::placeholder(cx))?;
    m.class(partial::Partial::class())?;
    m.class(lru_cache::LruCacheWrapper::class())?;
    m.function(&reduce::reduce::DEF)?;
    m.function(&cmp_to_key::cmp_to_key::DEF)
}
