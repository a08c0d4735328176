//! The user and group database of the real machine.
//!
//! Invariant: libc answers in static memory; each answer is copied under the C library lock.
#![allow(unsafe_code, reason = "system calls; see the invariant above")]

use super::Native;
use super::call::{bytes_of, c_library, c_string, clear_errno};
use crate::error::{OsError, OsResult};
use crate::system::{Group, User, Users};

/// # Safety
/// `entry` is null or the database's answer, and the caller holds the lock.
unsafe fn user(entry: *const libc::passwd) -> Option<User> {
    if entry.is_null() {
        return None;
    }
    // SAFETY: the caller's promise.
    Some(unsafe {
        User {
            name: bytes_of((*entry).pw_name),
            password: bytes_of((*entry).pw_passwd),
            uid: (*entry).pw_uid,
            gid: (*entry).pw_gid,
            gecos: bytes_of((*entry).pw_gecos),
            home: bytes_of((*entry).pw_dir),
            shell: bytes_of((*entry).pw_shell),
        }
    })
}

/// # Safety
/// `entry` is null or the database's answer, and the caller holds the lock.
unsafe fn group(entry: *const libc::group) -> Option<Group> {
    if entry.is_null() {
        return None;
    }
    let mut members = Vec::new();
    // SAFETY: the caller's promise; the members end with a null pointer.
    unsafe {
        let mut member = (*entry).gr_mem;
        while !member.is_null() && !(*member).is_null() {
            members.push(bytes_of(*member));
            member = member.add(1);
        }
        Some(Group {
            name: bytes_of((*entry).gr_name),
            password: bytes_of((*entry).gr_passwd),
            gid: (*entry).gr_gid,
            members,
        })
    }
}

/// `None` is "no such entry" unless `errno` tells of a real failure.
fn found<T>(entry: Option<T>) -> OsResult<Option<T>> {
    if entry.is_some() {
        return Ok(entry);
    }
    match OsError::last().errno {
        // These are how various systems say that there is none.
        0 | libc::ENOENT | libc::ESRCH | libc::EBADF | libc::EPERM => Ok(None),
        errno => Err(OsError::new(errno)),
    }
}

impl Users for Native {
    fn user_by_name(&self, name: &[u8]) -> OsResult<Option<User>> {
        let name = c_string(name)?;
        let _guard = c_library();
        clear_errno();
        // SAFETY: a live C string; see the invariant.
        found(unsafe { user(libc::getpwnam(name.as_ptr())) })
    }

    fn user_by_id(&self, uid: u32) -> OsResult<Option<User>> {
        let _guard = c_library();
        clear_errno();
        // SAFETY: see the invariant.
        found(unsafe { user(libc::getpwuid(uid)) })
    }

    fn all_users(&self) -> OsResult<Vec<User>> {
        let _guard = c_library();
        // SAFETY: see the invariant.
        unsafe {
            libc::setpwent();
            let all = std::iter::from_fn(|| user(libc::getpwent())).collect();
            libc::endpwent();
            Ok(all)
        }
    }

    fn group_by_name(&self, name: &[u8]) -> OsResult<Option<Group>> {
        let name = c_string(name)?;
        let _guard = c_library();
        clear_errno();
        // SAFETY: a live C string; see the invariant.
        found(unsafe { group(libc::getgrnam(name.as_ptr())) })
    }

    fn group_by_id(&self, gid: u32) -> OsResult<Option<Group>> {
        let _guard = c_library();
        clear_errno();
        // SAFETY: see the invariant.
        found(unsafe { group(libc::getgrgid(gid)) })
    }

    fn all_groups(&self) -> OsResult<Vec<Group>> {
        let _guard = c_library();
        // SAFETY: see the invariant.
        unsafe {
            libc::setgrent();
            let all = std::iter::from_fn(|| group(libc::getgrent())).collect();
            libc::endgrent();
            Ok(all)
        }
    }

    #[cfg(target_os = "linux")]
    fn getgrouplist(&self, user: &[u8], group: u32) -> OsResult<Vec<u32>> {
        let user = c_string(user)?;
        let mut room = 64;
        loop {
            let mut groups = vec![0; room as usize];
            let mut length = room;
            // SAFETY: live locals with their length.
            if unsafe {
                libc::getgrouplist(user.as_ptr(), group, groups.as_mut_ptr(), &raw mut length)
            } >= 0
            {
                groups.truncate(usize::try_from(length).unwrap_or(0));
                return Ok(groups);
            }
            room = length.max(room * 2);
            if room > 1 << 20 {
                return Err(OsError::new(libc::ENOMEM));
            }
        }
    }

    fn getlogin(&self) -> OsResult<Vec<u8>> {
        let _guard = c_library();
        clear_errno();
        // SAFETY: see the invariant.
        let name = unsafe { libc::getlogin() };
        if name.is_null() {
            return Err(OsError::last());
        }
        // SAFETY: see the invariant.
        Ok(unsafe { bytes_of(name) })
    }
}
