//! `mmap`: memory that shows a file, or that processes share.
//!
//! CPython 3.14: `Modules/mmapmodule.c`. `object` holds the type, `items` its indexing, `stream` its methods of a file.
//! Tests: `tests/run/mmap/`.

mod items;
mod object;
mod stream;

use taipan_macros::pymodule;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::ModuleBuilder;

#[pymodule(name = "mmap")]
pub(crate) fn mmap_module(cx: &Ctx, m: &ModuleBuilder) -> PyResult<()> {
    m.class(object::Mmap::class())?;
    m.add("error", cx.types().os_error.clone())?;
    let page = cx.host().page_size().map_err(|error| cx.os_error(error))?;
    m.add("PAGESIZE", page)?;
    m.add("ALLOCATIONGRANULARITY", page)?;
    given_constants! { m;
        ACCESS_DEFAULT = object::ACCESS_DEFAULT,
        ACCESS_READ = object::ACCESS_READ,
        ACCESS_WRITE = object::ACCESS_WRITE,
        ACCESS_COPY = object::ACCESS_COPY,
    }
    platform_constants! { m;
        MADV_DODUMP MADV_DOFORK MADV_DONTDUMP MADV_DONTFORK MADV_DONTNEED MADV_FREE MADV_HUGEPAGE MADV_HWPOISON MADV_MERGEABLE
        MADV_NOHUGEPAGE MADV_NORMAL MADV_RANDOM MADV_REMOVE MADV_SEQUENTIAL MADV_UNMERGEABLE MADV_WILLNEED MAP_32BIT MAP_ANON
        MAP_ANONYMOUS MAP_DENYWRITE MAP_EXECUTABLE MAP_NORESERVE MAP_POPULATE MAP_PRIVATE MAP_SHARED MAP_STACK PROT_EXEC
        PROT_READ PROT_WRITE
    }
    Ok(())
}
