//! `posix`: the operating system's calls.
//!
//! CPython 3.14: `Modules/posixmodule.c`, spread here by what the calls are about. Arguments that name files are in
//! `crate::path`. Tests: `tests/run/posix/`.

mod constants;
mod descriptors;
mod directory;
mod environment;
mod files;
pub(crate) mod ids;
mod path_text;
pub(crate) mod results;

use taipan_macros::pymodule;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::{FunctionDef, ModuleBuilder};

/// What `os` looks for to find out which functions take descriptors, `dir_fd` and `follow_symlinks`.
const HAVE: &[&str] = &[
    "HAVE_EVENTFD",
    "HAVE_TIMERFD_CREATE",
    "HAVE_FACCESSAT",
    "HAVE_FCHDIR",
    "HAVE_FCHMOD",
    "HAVE_FCHMODAT",
    "HAVE_FCHOWN",
    "HAVE_FCHOWNAT",
    "HAVE_FEXECVE",
    "HAVE_FDOPENDIR",
    "HAVE_FPATHCONF",
    "HAVE_FSTATAT",
    "HAVE_FSTATVFS",
    "HAVE_FTRUNCATE",
    "HAVE_FUTIMENS",
    "HAVE_FUTIMES",
    "HAVE_FUTIMESAT",
    "HAVE_LINKAT",
    "HAVE_LCHOWN",
    "HAVE_LSTAT",
    "HAVE_LUTIMES",
    "HAVE_MEMFD_CREATE",
    "HAVE_MKDIRAT",
    "HAVE_MKFIFOAT",
    "HAVE_MKNODAT",
    "HAVE_OPENAT",
    "HAVE_READLINKAT",
    "HAVE_RENAMEAT",
    "HAVE_SYMLINKAT",
    "HAVE_UNLINKAT",
    "HAVE_UTIMENSAT",
    "HAVE_PTSNAME_R",
];

const FUNCTIONS: &[&FunctionDef] = &[
    &descriptors::close::DEF,
    &descriptors::closerange::DEF,
    &descriptors::dup2::DEF,
    &descriptors::dup::DEF,
    &descriptors::fdatasync::DEF,
    &descriptors::fsync::DEF,
    &descriptors::ftruncate::DEF,
    &descriptors::get_blocking::DEF,
    &descriptors::get_inheritable::DEF,
    &descriptors::lockf::DEF,
    &descriptors::lseek::DEF,
    &descriptors::open::DEF,
    &descriptors::pipe2::DEF,
    &descriptors::pipe::DEF,
    &descriptors::posix_fadvise::DEF,
    &descriptors::posix_fallocate::DEF,
    &descriptors::pread::DEF,
    &descriptors::preadv::DEF,
    &descriptors::pwrite::DEF,
    &descriptors::pwritev::DEF,
    &descriptors::read::DEF,
    &descriptors::readinto::DEF,
    &descriptors::readv::DEF,
    &descriptors::set_blocking::DEF,
    &descriptors::set_inheritable::DEF,
    &descriptors::write::DEF,
    &descriptors::writev::DEF,
    &directory::listdir::DEF,
    &directory::scandir::DEF,
    &environment::_create_environ::DEF,
    &environment::getrandom::DEF,
    &environment::putenv::DEF,
    &environment::unsetenv::DEF,
    &environment::urandom::DEF,
    &files::access::DEF,
    &files::chdir::DEF,
    &files::chmod::DEF,
    &files::chown::DEF,
    &files::chroot::DEF,
    &files::fchdir::DEF,
    &files::fchmod::DEF,
    &files::fchown::DEF,
    &files::fstat::DEF,
    &files::fstatvfs::DEF,
    &files::getcwd::DEF,
    &files::getcwdb::DEF,
    &files::lchown::DEF,
    &files::link::DEF,
    &files::lstat::DEF,
    &files::mkdir::DEF,
    &files::mkfifo::DEF,
    &files::mknod::DEF,
    &files::readlink::DEF,
    &files::remove::DEF,
    &files::rename::DEF,
    &files::replace::DEF,
    &files::rmdir::DEF,
    &files::stat::DEF,
    &files::statvfs::DEF,
    &files::symlink::DEF,
    &files::sync::DEF,
    &files::truncate::DEF,
    &files::umask::DEF,
    &files::unlink::DEF,
    &files::utime::DEF,
    &path_text::_path_normpath::DEF,
    &path_text::_path_splitroot_ex::DEF,
    &path_text::fspath::DEF,
];

/// This module provides access to operating system functionality that is
/// standardized by the C Standard and the POSIX standard (a thinly
/// disguised Unix interface).  Refer to the library manual and
/// corresponding Unix manual entries for more information on calls.
#[pymodule]
pub(crate) fn posix(cx: &Ctx, m: &ModuleBuilder) -> PyResult<()> {
    for function in FUNCTIONS {
        m.function(function)?;
    }
    m.add("environ", environment::environment(cx)?)?;
    m.add("error", cx.types().os_error.clone())?;
    m.class(directory::DirEntry::class())?;
    results::add(cx, m)?;
    constants::add(cx, m)?;
    let have = HAVE.iter().map(|name| cx.intern(*name).into_value());
    m.add("_have_functions", cx.new_list(have.collect()))
}
