//! Facts about the real machine, its locale and its log.
//!
//! Invariants
//! 1. Each pointer passed to a call comes from a live slice, `CString` or local structure of this function.
//! 2. Locale calls, which answer in static memory, run under the C library lock.
//! 3. The name given to `openlog` is never freed, since libc keeps the pointer.
#![allow(unsafe_code, reason = "system calls; see the invariants above")]

use std::mem::zeroed;
use std::os::unix::ffi::OsStringExt;

use super::Native;
use super::call::{bytes_of, c_library, c_string, clear_errno, done, unless_errno};
use crate::error::{OsError, OsResult};
use crate::system::{HostLimit, LocaleRules, System, SystemName};

impl System for Native {
    fn uname(&self) -> OsResult<SystemName> {
        // SAFETY: a structure of bytes may be zero.
        let mut raw: libc::utsname = unsafe { zeroed() };
        // SAFETY: invariant 1.
        done(unsafe { libc::uname(&raw mut raw) })?;
        // SAFETY: the call filled all fields with C strings.
        Ok(unsafe {
            SystemName {
                sysname: bytes_of(raw.sysname.as_ptr()),
                nodename: bytes_of(raw.nodename.as_ptr()),
                release: bytes_of(raw.release.as_ptr()),
                version: bytes_of(raw.version.as_ptr()),
                machine: bytes_of(raw.machine.as_ptr()),
            }
        })
    }

    fn cpu_count(&self) -> OsResult<Option<usize>> {
        // SAFETY: no pointers.
        let online = unsafe { libc::sysconf(libc::_SC_NPROCESSORS_ONLN) };
        Ok(usize::try_from(online).ok().filter(|&cpus| cpus > 0))
    }

    fn getloadavg(&self) -> OsResult<[f64; 3]> {
        let mut averages = [0.0; 3];
        // SAFETY: invariant 1.
        if unsafe { libc::getloadavg(averages.as_mut_ptr(), 3) } == 3 {
            Ok(averages)
        } else {
            Err(OsError::refused(
                libc::ENOSYS,
                "Load averages are unobtainable",
            ))
        }
    }

    fn sysconf(&self, name: i32) -> OsResult<i64> {
        // SAFETY: no pointers.
        unless_errno(|| unsafe { libc::sysconf(name) })
    }

    fn confstr(&self, name: i32) -> OsResult<Option<Vec<u8>>> {
        clear_errno();
        // SAFETY: with a length of 0 nothing is written.
        let length = unsafe { libc::confstr(name, std::ptr::null_mut(), 0) };
        if length == 0 {
            let error = OsError::last();
            return if error.errno == 0 {
                Ok(None)
            } else {
                Err(error)
            };
        }
        let mut text = vec![0u8; length];
        // SAFETY: invariant 1.
        let length = unsafe { libc::confstr(name, text.as_mut_ptr().cast(), text.len()) };
        text.truncate(length.saturating_sub(1));
        Ok(Some(text))
    }

    fn page_size(&self) -> OsResult<usize> {
        // SAFETY: no pointers.
        usize::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }).map_err(|_| OsError::last())
    }

    fn executable(&self) -> OsResult<Vec<u8>> {
        Ok(std::env::current_exe()?.into_os_string().into_vec())
    }

    fn setlocale(&self, category: i32, locale: Option<&[u8]>) -> OsResult<Option<Vec<u8>>> {
        let locale = locale.map(c_string).transpose()?;
        let _guard = c_library();
        // SAFETY: invariants 1 and 2.
        let answer = unsafe {
            libc::setlocale(
                category,
                locale
                    .as_ref()
                    .map_or(std::ptr::null(), |text| text.as_ptr()),
            )
        };
        // SAFETY: invariant 2.
        Ok((!answer.is_null()).then(|| unsafe { bytes_of(answer) }))
    }

    fn localeconv(&self) -> OsResult<LocaleRules> {
        let _guard = c_library();
        // SAFETY: invariant 2; the answer is never null, and its texts are C strings.
        unsafe {
            let raw = &*libc::localeconv();
            Ok(LocaleRules {
                texts: vec![
                    ("decimal_point", bytes_of(raw.decimal_point)),
                    ("thousands_sep", bytes_of(raw.thousands_sep)),
                    ("int_curr_symbol", bytes_of(raw.int_curr_symbol)),
                    ("currency_symbol", bytes_of(raw.currency_symbol)),
                    ("mon_decimal_point", bytes_of(raw.mon_decimal_point)),
                    ("mon_thousands_sep", bytes_of(raw.mon_thousands_sep)),
                    ("positive_sign", bytes_of(raw.positive_sign)),
                    ("negative_sign", bytes_of(raw.negative_sign)),
                ],
                groupings: vec![
                    ("grouping", bytes_of(raw.grouping)),
                    ("mon_grouping", bytes_of(raw.mon_grouping)),
                ],
                numbers: vec![
                    ("int_frac_digits", raw.int_frac_digits as i8),
                    ("frac_digits", raw.frac_digits as i8),
                    ("p_cs_precedes", raw.p_cs_precedes as i8),
                    ("p_sep_by_space", raw.p_sep_by_space as i8),
                    ("n_cs_precedes", raw.n_cs_precedes as i8),
                    ("n_sep_by_space", raw.n_sep_by_space as i8),
                    ("p_sign_posn", raw.p_sign_posn as i8),
                    ("n_sign_posn", raw.n_sign_posn as i8),
                ],
            })
        }
    }

    fn nl_langinfo(&self, item: i32) -> OsResult<Vec<u8>> {
        let _guard = c_library();
        // SAFETY: invariant 2.
        Ok(unsafe { bytes_of(libc::nl_langinfo(item as libc::nl_item)) })
    }

    fn strcoll(&self, left: &[u8], right: &[u8]) -> OsResult<i32> {
        let (left, right) = (c_string(left)?, c_string(right)?);
        // SAFETY: invariant 1.
        Ok(unsafe { libc::strcoll(left.as_ptr(), right.as_ptr()) })
    }

    fn strxfrm(&self, text: &[u8]) -> OsResult<Vec<u8>> {
        let text = c_string(text)?;
        let mut room = text.as_bytes().len() + 1;
        loop {
            let mut buffer = vec![0u8; room];
            // SAFETY: invariant 1.
            let length = unsafe { libc::strxfrm(buffer.as_mut_ptr().cast(), text.as_ptr(), room) };
            if length < room {
                buffer.truncate(length);
                return Ok(buffer);
            }
            room = length.checked_add(1).ok_or(OsError::new(libc::EINVAL))?;
            if room > isize::MAX as usize {
                return Err(OsError::new(libc::EINVAL));
            }
        }
    }

    fn syslog(&self, priority: i32, message: &[u8]) -> OsResult<()> {
        let message = c_string(message)?;
        // SAFETY: invariant 1; the format takes one C string.
        unsafe { libc::syslog(priority, c"%s".as_ptr(), message.as_ptr()) };
        Ok(())
    }

    fn openlog(&self, ident: Option<&[u8]>, options: i32, facility: i32) -> OsResult<()> {
        // Invariant 3: a few bytes a call, as the C interface wants it.
        let ident = ident
            .map(c_string)
            .transpose()?
            .map_or(std::ptr::null(), |text| text.into_raw().cast_const());
        // SAFETY: invariant 3.
        unsafe { libc::openlog(ident, options, facility) };
        Ok(())
    }

    fn closelog(&self) -> OsResult<()> {
        // SAFETY: no pointers.
        unsafe { libc::closelog() };
        Ok(())
    }

    fn setlogmask(&self, mask: i32) -> OsResult<i32> {
        // SAFETY: no pointers.
        Ok(unsafe { libc::setlogmask(mask) })
    }

    #[cfg(target_os = "linux")]
    fn resident_memory(&self) -> OsResult<u64> {
        // The second number is that of resident pages.
        let text = std::fs::read_to_string("/proc/self/statm")?;
        let pages = text.split(' ').nth(1).and_then(|pages| pages.parse().ok());
        let pages: u64 = pages.ok_or(OsError::new(libc::EIO))?;
        Ok(pages * self.page_size()? as u64)
    }

    fn exceeded_limit(&self) -> OsResult<Option<HostLimit>> {
        Ok(None)
    }
}
