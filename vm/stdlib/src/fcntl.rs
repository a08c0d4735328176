//! `fcntl`: control of descriptors, and locks.
//!
//! CPython 3.14: `Modules/fcntlmodule.c`. Tests: `tests/run/fcntl/`.

use taipan_host::descriptors::RangeLock;
use taipan_macros::{pyfunction, pymodule};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::ModuleBuilder;
use taipan_vm::objects::Str;
use taipan_vm::value::Value;

use crate::bytes_arg::{Data, Room};
use crate::path::Fildes;

/// The longest structure that is passed by value.
const LONGEST: usize = 1024;

/// The third argument of `fcntl` and `ioctl`.
enum Argument {
    Number(i64),
    Bytes(Vec<u8>),
}

impl Argument {
    fn of(cx: &Ctx, value: Option<&Value>, function: &str) -> PyResult<Self> {
        let Some(value) = value else {
            return Ok(Self::Number(0));
        };
        if cx.class_of(value).slots.index.get().is_some() {
            let number = cx.to_bigint(value)?;
            // An unsigned number of 32 bits is as good as a signed one.
            let number = i64::try_from(&number)
                .map_err(|_| cx.overflow_error("Python int too large to convert to C int"))?;
            return Ok(Self::Number(number));
        }
        if let Some(text) = value.downcast_ref::<Str>() {
            return Ok(Self::Bytes(cx.fs_encode(text.as_wtf8())?));
        }
        let is_bytes = value.downcast_ref::<taipan_vm::objects::Bytes>().is_some()
            || cx.class_of(value).slots.buffer.get().is_some();
        if !is_bytes {
            return Err(cx.type_error(format!(
                "{function}() argument 3 must be an integer, a bytes-like object, or a string, not {}",
                cx.type_name(value)
            )));
        }
        Ok(Self::Bytes(Data::of(cx, value)?.to_vec()))
    }
}

/// Perform the operation `cmd` on file descriptor fd.
///
/// The values used for `cmd` are operating system dependent, and are available
/// as constants in the fcntl module, using the same names as used in
/// the relevant C header files.  The argument arg is optional, and
/// defaults to 0; it may be an int or a string.  If arg is given as a string,
/// the return value of fcntl is a string of that length, containing the
/// resulting value put in the arg buffer by the operating system.  The length
/// of the arg string is not allowed to exceed 1024 bytes.  If the arg given
/// is an integer or if none is specified, the result value is an integer
/// corresponding to the return value of the fcntl call in the C code.
#[pyfunction(signature = (fd, cmd, arg = None, /), text_signature = "($module, fd, cmd, arg=0, /)")]
fn fcntl(cx: &Ctx, fd: Fildes, cmd: i32, arg: Option<&Value>) -> PyResult<Value> {
    match Argument::of(cx, arg, "fcntl")? {
        Argument::Number(number) => {
            let result = cx.retry_os(|host| host.fcntl(fd.0, cmd, number))?;
            Ok(Value::int32(result))
        }
        Argument::Bytes(mut bytes) => {
            if bytes.len() > LONGEST {
                return Err(cx.value_error("fcntl argument 3 is too long"));
            }
            cx.retry_os(|host| host.fcntl_buffer(fd.0, cmd, &mut bytes))?;
            cx.new_bytes(&bytes)
        }
    }
}

/// Perform the operation request on file descriptor fd.
///
/// The values used for request are operating system dependent, and are available
/// as constants in the fcntl or termios library modules, using the same names as
/// used in the relevant C header files.
///
/// The argument `arg` is optional, and defaults to 0; it may be an int or a
/// buffer containing character data (most likely a string or an array).
///
/// If the argument is a mutable buffer (such as an array) and if the
/// mutate_flag argument (which is only allowed in this case) is true then the
/// buffer is (in effect) passed to the operating system and changes made by
/// the OS will be reflected in the contents of the buffer after the call has
/// returned.  The return value is the integer returned by the ioctl system
/// call.
///
/// If the argument is a mutable buffer and the mutable_flag argument is false,
/// the behavior is as if a string had been passed.
///
/// If the argument is an immutable buffer (most likely a string) then a copy
/// of the buffer is passed to the operating system and the return value is a
/// string of the same length containing whatever the operating system placed
/// in the buffer.  The length of the arg buffer in this case is not allowed to
/// exceed 1024 bytes.
///
/// If the arg given is an integer or if none is specified, the result value is
/// an integer corresponding to the return value of the ioctl call in the C
/// code.
#[pyfunction(signature = (fd, request, arg = None, mutate_flag = true, /),
    text_signature = "($module, fd, request, arg=0, mutate_flag=True, /)")]
fn ioctl(
    cx: &Ctx,
    fd: Fildes,
    request: &Value,
    arg: Option<&Value>,
    mutate_flag: bool,
) -> PyResult<Value> {
    let request = cx.to_bigint(request)?;
    let request = match (u64::try_from(&request), i64::try_from(&request)) {
        (Ok(number), _) => number,
        (_, Ok(number)) => number as u64,
        _ => return Err(cx.overflow_error("Python int too large to convert to C unsigned long")),
    };
    let room = match arg {
        Some(arg) if mutate_flag && cx.class_of(arg).slots.index.get().is_none() => {
            Room::of(cx, arg, "ioctl() argument 3").ok()
        }
        _ => None,
    };
    match Argument::of(cx, arg, "ioctl")? {
        Argument::Number(number) => {
            let result = cx.retry_os(|host| host.ioctl(fd.0, request, number))?;
            Ok(Value::int32(result))
        }
        Argument::Bytes(mut bytes) => {
            if room.is_none() && bytes.len() > LONGEST {
                return Err(cx.value_error("ioctl argument 3 is too long"));
            }
            let result = cx.retry_os(|host| host.ioctl_buffer(fd.0, request, &mut bytes))?;
            match room {
                Some(room) => {
                    room.put(0, &bytes);
                    Ok(Value::int32(result))
                }
                None => cx.new_bytes(&bytes),
            }
        }
    }
}

/// Perform the lock operation `operation` on file descriptor `fd`.
///
/// See the Unix manual page for flock(2) for details (On some systems, this
/// function is emulated using fcntl()).
#[pyfunction(signature = (fd, operation, /))]
fn flock(cx: &Ctx, fd: Fildes, operation: i32) -> PyResult<()> {
    cx.retry_os(|host| host.flock(fd.0, operation))
}

/// A wrapper around the fcntl() locking calls.
///
/// `fd` is the file descriptor of the file to lock or unlock, and operation is one
/// of the following values:
///
///     LOCK_UN - unlock
///     LOCK_SH - acquire a shared lock
///     LOCK_EX - acquire an exclusive lock
///
/// When operation is LOCK_SH or LOCK_EX, it can also be bitwise ORed with
/// LOCK_NB to avoid blocking on lock acquisition.  If LOCK_NB is used and the
/// lock cannot be acquired, an OSError will be raised and the exception will
/// have an errno attribute set to EACCES or EAGAIN (depending on the operating
/// system -- for portability, check for either value).
///
/// `len` is the number of bytes to lock, with the default meaning to lock to
/// EOF.  `start` is the byte offset, relative to `whence`, to that the lock
/// starts.  `whence` is as with fileobj.seek(), specifically:
///
///     0 - relative to the start of the file (SEEK_SET)
///     1 - relative to the current buffer position (SEEK_CUR)
///     2 - relative to the end of the file (SEEK_END)
#[pyfunction(signature = (fd, cmd, len = 0, start = 0, whence = 0, /))]
fn lockf(cx: &Ctx, fd: Fildes, cmd: i32, len: i64, start: i64, whence: i32) -> PyResult<()> {
    let kind = if cmd == libc::LOCK_UN {
        libc::F_UNLCK
    } else if cmd & libc::LOCK_SH != 0 {
        libc::F_RDLCK
    } else if cmd & libc::LOCK_EX != 0 {
        libc::F_WRLCK
    } else {
        return Err(cx.value_error("unrecognized lockf argument"));
    };
    let command = if cmd & libc::LOCK_NB != 0 {
        libc::F_SETLK
    } else {
        libc::F_SETLKW
    };
    let lock = RangeLock {
        kind: kind as i16,
        whence: whence as i16,
        start,
        length: len,
    };
    cx.retry_os(|host| host.set_range_lock(fd.0, command, lock))
}

/// This module performs file control and I/O control on file
/// descriptors.  It is an interface to the fcntl() and ioctl() Unix
/// routines.  File descriptors can be obtained with the fileno() method of
/// a file or socket object.
#[pymodule(name = "fcntl")]
pub(crate) fn fcntl_module(_cx: &Ctx, m: &ModuleBuilder) -> PyResult<()> {
    m.function(&fcntl::DEF)?;
    m.function(&ioctl::DEF)?;
    m.function(&flock::DEF)?;
    m.function(&lockf::DEF)?;
    platform_constants! { m;
        FD_CLOEXEC FICLONE FICLONERANGE F_ADD_SEALS F_DUPFD F_DUPFD_CLOEXEC F_GETFD F_GETFL F_GETLEASE
        F_GETLK F_GETOWN F_GETPIPE_SZ F_GET_SEALS F_NOTIFY F_OFD_GETLK F_OFD_SETLK F_OFD_SETLKW F_RDLCK
        F_SEAL_FUTURE_WRITE F_SEAL_GROW F_SEAL_SEAL F_SEAL_SHRINK F_SEAL_WRITE F_SETFD F_SETFL F_SETLEASE
        F_SETLK F_SETLKW F_SETOWN F_SETPIPE_SZ F_UNLCK F_WRLCK LOCK_EX LOCK_NB LOCK_SH LOCK_UN
    }
    given_constants! { m;
        FASYNC = libc::O_ASYNC,
        DN_ACCESS = 1,
        DN_ATTRIB = 32,
        DN_CREATE = 4,
        DN_DELETE = 8,
        DN_MODIFY = 2,
        DN_MULTISHOT = 2147483648,
        DN_RENAME = 16,
        F_DUPFD_QUERY = 1027,
        F_EXLCK = 4,
        F_GETLK64 = 5,
        F_GETOWN_EX = 16,
        F_GETSIG = 11,
        F_GET_FILE_RW_HINT = 1037,
        F_GET_RW_HINT = 1035,
        F_OWNER_PGRP = 2,
        F_OWNER_PID = 1,
        F_OWNER_TID = 0,
        F_SETLK64 = 6,
        F_SETLKW64 = 7,
        F_SETOWN_EX = 15,
        F_SETSIG = 10,
        F_SET_FILE_RW_HINT = 1038,
        F_SET_RW_HINT = 1036,
        F_SHLCK = 8,
        LOCK_MAND = 32,
        LOCK_READ = 64,
        LOCK_RW = 192,
        LOCK_WRITE = 128,
        RWH_WRITE_LIFE_EXTREME = 5,
        RWH_WRITE_LIFE_LONG = 4,
        RWH_WRITE_LIFE_MEDIUM = 3,
        RWH_WRITE_LIFE_NONE = 1,
        RWH_WRITE_LIFE_NOT_SET = 0,
        RWH_WRITE_LIFE_SHORT = 2,
    }
    Ok(())
}
