//! Extended attributes on Linux.
//!
//! Invariant: each pointer passed to a call comes from a live `CString` or slice of this function.
#![allow(unsafe_code, reason = "system calls; see the invariant above")]

use super::call::{c_string, count, done};
use crate::error::{OsError, OsResult};
use crate::files::{Symlinks, Target};

/// The largest value or list of names that Linux allows (`XATTR_SIZE_MAX`).
const MAX_SIZE: usize = 65_536;

/// Calls with growing buffers until the answer fits.
fn growing(mut call: impl FnMut(&mut [u8]) -> OsResult<usize>) -> OsResult<Vec<u8>> {
    for size in [256, 4096, MAX_SIZE] {
        let mut buffer = vec![0u8; size];
        match call(&mut buffer) {
            Ok(length) => {
                buffer.truncate(length);
                return Ok(buffer);
            }
            Err(error) if error.errno == libc::ERANGE => {}
            Err(error) => return Err(error),
        }
    }
    Err(OsError::new(libc::ERANGE))
}

pub(super) fn get(target: Target<'_>, name: &[u8]) -> OsResult<Vec<u8>> {
    let name = c_string(name)?;
    match target {
        Target::Path(path, symlinks) => {
            let path = c_string(path)?;
            let call = match symlinks {
                Symlinks::Follow => libc::getxattr,
                Symlinks::NoFollow => libc::lgetxattr,
            };
            growing(|buffer| {
                // SAFETY: see the invariant.
                count(unsafe {
                    call(
                        path.as_ptr(),
                        name.as_ptr(),
                        buffer.as_mut_ptr().cast(),
                        buffer.len(),
                    )
                })
            })
        }
        Target::Fd(fd) => growing(|buffer| {
            // SAFETY: see the invariant.
            count(unsafe {
                libc::fgetxattr(fd, name.as_ptr(), buffer.as_mut_ptr().cast(), buffer.len())
            })
        }),
    }
}

pub(super) fn set(target: Target<'_>, name: &[u8], value: &[u8], flags: i32) -> OsResult<()> {
    let name = c_string(name)?;
    let (data, length) = (value.as_ptr().cast(), value.len());
    match target {
        Target::Path(path, symlinks) => {
            let path = c_string(path)?;
            let call = match symlinks {
                Symlinks::Follow => libc::setxattr,
                Symlinks::NoFollow => libc::lsetxattr,
            };
            // SAFETY: see the invariant.
            done(unsafe { call(path.as_ptr(), name.as_ptr(), data, length, flags) })
        }
        // SAFETY: see the invariant.
        Target::Fd(fd) => done(unsafe { libc::fsetxattr(fd, name.as_ptr(), data, length, flags) }),
    }
}

pub(super) fn remove(target: Target<'_>, name: &[u8]) -> OsResult<()> {
    let name = c_string(name)?;
    match target {
        Target::Path(path, symlinks) => {
            let path = c_string(path)?;
            let call = match symlinks {
                Symlinks::Follow => libc::removexattr,
                Symlinks::NoFollow => libc::lremovexattr,
            };
            // SAFETY: see the invariant.
            done(unsafe { call(path.as_ptr(), name.as_ptr()) })
        }
        // SAFETY: see the invariant.
        Target::Fd(fd) => done(unsafe { libc::fremovexattr(fd, name.as_ptr()) }),
    }
}

pub(super) fn list(target: Target<'_>) -> OsResult<Vec<Vec<u8>>> {
    let names = match target {
        Target::Path(path, symlinks) => {
            let path = c_string(path)?;
            let call = match symlinks {
                Symlinks::Follow => libc::listxattr,
                Symlinks::NoFollow => libc::llistxattr,
            };
            // SAFETY: see the invariant.
            growing(|buffer| {
                // SAFETY: see the invariant.
                count(unsafe { call(path.as_ptr(), buffer.as_mut_ptr().cast(), buffer.len()) })
            })?
        }
        Target::Fd(fd) => {
            // SAFETY: see the invariant.
            growing(|buffer| {
                // SAFETY: see the invariant.
                count(unsafe { libc::flistxattr(fd, buffer.as_mut_ptr().cast(), buffer.len()) })
            })?
        }
    };
    Ok(names
        .split(|&byte| byte == 0)
        .filter(|name| !name.is_empty())
        .map(<[u8]>::to_vec)
        .collect())
}
