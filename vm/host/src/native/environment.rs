//! Environment variables of the process.
//!
//! Invariant: variables are read and changed through the standard library, which holds a lock of its own. libc's own
//! readers (`localtime`, `getaddrinfo`) do not take it; the isolate's lock keeps Python threads from changing a
//! variable while another one of the same isolate is in such a call, as in CPython.
#![allow(
    unsafe_code,
    reason = "changing the environment; see the invariant above"
)]

use std::ffi::OsStr;
use std::os::unix::ffi::{OsStrExt, OsStringExt};

use super::Native;
use crate::error::{OsError, OsResult};
use crate::system::Environment;

/// The standard library panics on what C refuses with `EINVAL`.
fn check_name(name: &[u8]) -> OsResult<&OsStr> {
    if name.is_empty() || name.contains(&b'=') || name.contains(&0) {
        return Err(OsError::new(libc::EINVAL));
    }
    Ok(OsStr::from_bytes(name))
}

impl Environment for Native {
    fn environ(&self) -> OsResult<Vec<(Vec<u8>, Vec<u8>)>> {
        Ok(std::env::vars_os()
            .map(|(name, value)| (name.into_vec(), value.into_vec()))
            .collect())
    }

    fn getenv(&self, name: &[u8]) -> OsResult<Option<Vec<u8>>> {
        match check_name(name) {
            Ok(name) => Ok(std::env::var_os(name).map(OsStringExt::into_vec)),
            Err(_) => Ok(None),
        }
    }

    fn putenv(&self, name: &[u8], value: &[u8]) -> OsResult<()> {
        let name = check_name(name)?;
        if value.contains(&0) {
            return Err(OsError::new(libc::EINVAL));
        }
        // SAFETY: see the invariant.
        unsafe { std::env::set_var(name, OsStr::from_bytes(value)) };
        Ok(())
    }

    fn unsetenv(&self, name: &[u8]) -> OsResult<()> {
        let name = check_name(name)?;
        // SAFETY: see the invariant.
        unsafe { std::env::remove_var(name) };
        Ok(())
    }
}
