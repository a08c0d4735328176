//! Names, directories and metadata on the real machine.
//!
//! Invariants
//! 1. Each pointer passed to a call comes from a live `CString`, slice or local structure of this function.
//! 2. A structure read after a call was initialised to zeros, or the call succeeded and filled it.
//! 3. A `DirStream` owns its `DIR`, which lives until the drop; an entry is copied before the next `readdir`.
#![allow(unsafe_code, reason = "system calls; see the invariants above")]

use std::mem::zeroed;
use std::sync::Arc;

use super::Native;
use super::call::{bytes_of, c_string, c_timespec, clear_errno, count, cvt, done, unless_errno};
use crate::clock::Timespec;
use crate::error::{OsError, OsResult};
use crate::files::{
    DirEntry, DirStream, Fd, Files, Identity, OpenFlags, ReadOnlyFolder, Remove, Stat, StatVfs,
    Symlinks, Target, TimeChange,
};

/// `AT_SYMLINK_NOFOLLOW` where links are not followed.
fn at_flags(symlinks: Symlinks) -> i32 {
    match symlinks {
        Symlinks::Follow => 0,
        Symlinks::NoFollow => libc::AT_SYMLINK_NOFOLLOW,
    }
}

fn owner(id: Option<u32>) -> u32 {
    id.unwrap_or(u32::MAX)
}

fn time_change(change: TimeChange) -> libc::timespec {
    match change {
        TimeChange::Now => libc::timespec {
            tv_sec: 0,
            tv_nsec: libc::UTIME_NOW,
        },
        TimeChange::Keep => libc::timespec {
            tv_sec: 0,
            tv_nsec: libc::UTIME_OMIT,
        },
        TimeChange::At(time) => c_timespec(time),
    }
}

#[allow(
    clippy::unnecessary_cast,
    clippy::cast_lossless,
    reason = "the widths of C's fields differ by platform"
)]
pub(super) fn stat_from(raw: &libc::stat) -> Stat {
    let at = |secs, nanos| Timespec {
        secs,
        nanos: nanos as u32,
    };
    Stat {
        mode: raw.st_mode as u32,
        ino: raw.st_ino as u64,
        dev: raw.st_dev as u64,
        nlink: raw.st_nlink as u64,
        uid: raw.st_uid,
        gid: raw.st_gid,
        size: raw.st_size,
        rdev: raw.st_rdev as u64,
        blksize: raw.st_blksize as i64,
        blocks: raw.st_blocks,
        atime: at(raw.st_atime, raw.st_atime_nsec),
        mtime: at(raw.st_mtime, raw.st_mtime_nsec),
        ctime: at(raw.st_ctime, raw.st_ctime_nsec),
        #[cfg(target_vendor = "apple")]
        birthtime: Some(at(raw.st_birthtime, raw.st_birthtime_nsec)),
        #[cfg(not(target_vendor = "apple"))]
        birthtime: None,
        #[cfg(target_vendor = "apple")]
        flags: Some(raw.st_flags),
        #[cfg(not(target_vendor = "apple"))]
        flags: None,
    }
}

impl Files for Native {
    fn open(&self, at: Fd, path: &[u8], flags: OpenFlags, mode: u32) -> OsResult<Fd> {
        let name = c_string(path)?;
        // SAFETY: invariant 1.
        cvt(unsafe { libc::openat(at, name.as_ptr(), flags.0 | libc::O_CLOEXEC, mode) })
            .or_else(|error| self.open_shown(error, path, flags))
    }

    fn show_folder(&self, root: &[u8], folder: Arc<dyn ReadOnlyFolder>) -> OsResult<()> {
        self.shows(root, folder);
        Ok(())
    }

    fn stat(&self, at: Fd, path: &[u8], symlinks: Symlinks) -> OsResult<Stat> {
        let name = c_string(path)?;
        // SAFETY: a structure of integers may be zero.
        let mut raw: libc::stat = unsafe { zeroed() };
        // SAFETY: invariant 1.
        match done(unsafe { libc::fstatat(at, name.as_ptr(), &raw mut raw, at_flags(symlinks)) }) {
            Ok(()) => Ok(stat_from(&raw)),
            Err(error) => self.stat_shown(error, path),
        }
    }

    fn fstat(&self, fd: Fd) -> OsResult<Stat> {
        // SAFETY: a structure of integers may be zero.
        let mut raw: libc::stat = unsafe { zeroed() };
        // SAFETY: invariant 1.
        done(unsafe { libc::fstat(fd, &raw mut raw) })?;
        Ok(stat_from(&raw))
    }

    fn access(
        &self,
        at: Fd,
        path: &[u8],
        mode: i32,
        identity: Identity,
        symlinks: Symlinks,
    ) -> OsResult<()> {
        let name = c_string(path)?;
        let effective = match identity {
            Identity::Real => 0,
            Identity::Effective => libc::AT_EACCESS,
        };
        // SAFETY: invariant 1.
        done(unsafe { libc::faccessat(at, name.as_ptr(), mode, effective | at_flags(symlinks)) })
            .or_else(|error| self.access_shown(error, path, mode))
    }

    fn read_dir(&self, path: &[u8]) -> OsResult<Box<dyn DirStream>> {
        let name = c_string(path)?;
        // SAFETY: invariant 1.
        Directory::own(unsafe { libc::opendir(name.as_ptr()) })
            .or_else(|error| self.read_dir_shown(error, path))
    }

    fn read_dir_fd(&self, fd: Fd) -> OsResult<Box<dyn DirStream>> {
        // The stream closes its descriptor, so it gets a copy.
        // SAFETY: no pointers.
        let copy = cvt(unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) })?;
        // SAFETY: no pointers; the stream owns `copy` if this succeeds.
        let stream = unsafe { libc::fdopendir(copy) };
        if stream.is_null() {
            let error = OsError::last();
            // SAFETY: `copy` is ours.
            unsafe { libc::close(copy) };
            return Err(error);
        }
        // The copy shares its position with `fd`.
        // SAFETY: `stream` is open.
        unsafe { libc::rewinddir(stream) };
        Directory::own(stream)
    }

    fn mkdir(&self, at: Fd, path: &[u8], mode: u32) -> OsResult<()> {
        let path = c_string(path)?;
        // SAFETY: invariant 1.
        done(unsafe { libc::mkdirat(at, path.as_ptr(), mode as libc::mode_t) })
    }

    fn unlink(&self, at: Fd, path: &[u8], what: Remove) -> OsResult<()> {
        let path = c_string(path)?;
        let flags = match what {
            Remove::File => 0,
            Remove::Directory => libc::AT_REMOVEDIR,
        };
        // SAFETY: invariant 1.
        done(unsafe { libc::unlinkat(at, path.as_ptr(), flags) })
    }

    fn rename(&self, old_at: Fd, old: &[u8], new_at: Fd, new: &[u8]) -> OsResult<()> {
        let (old, new) = (c_string(old)?, c_string(new)?);
        // SAFETY: invariant 1.
        done(unsafe { libc::renameat(old_at, old.as_ptr(), new_at, new.as_ptr()) })
    }

    fn link(
        &self,
        old_at: Fd,
        old: &[u8],
        new_at: Fd,
        new: &[u8],
        symlinks: Symlinks,
    ) -> OsResult<()> {
        let (old, new) = (c_string(old)?, c_string(new)?);
        let flags = match symlinks {
            Symlinks::Follow => libc::AT_SYMLINK_FOLLOW,
            Symlinks::NoFollow => 0,
        };
        // SAFETY: invariant 1.
        done(unsafe { libc::linkat(old_at, old.as_ptr(), new_at, new.as_ptr(), flags) })
    }

    fn symlink(&self, target: &[u8], at: Fd, path: &[u8]) -> OsResult<()> {
        let (target, path) = (c_string(target)?, c_string(path)?);
        // SAFETY: invariant 1.
        done(unsafe { libc::symlinkat(target.as_ptr(), at, path.as_ptr()) })
    }

    fn read_link(&self, at: Fd, path: &[u8]) -> OsResult<Vec<u8>> {
        let path = c_string(path)?;
        let mut buffer = vec![0u8; 256];
        loop {
            // SAFETY: invariant 1.
            let length = count(unsafe {
                libc::readlinkat(at, path.as_ptr(), buffer.as_mut_ptr().cast(), buffer.len())
            })?;
            if length < buffer.len() {
                buffer.truncate(length);
                return Ok(buffer);
            }
            // It may have been cut.
            buffer.resize(buffer.len() * 2, 0);
        }
    }

    fn chmod(&self, at: Fd, path: &[u8], mode: u32, symlinks: Symlinks) -> OsResult<()> {
        let path = c_string(path)?;
        // SAFETY: invariant 1.
        done(unsafe { libc::fchmodat(at, path.as_ptr(), mode as libc::mode_t, at_flags(symlinks)) })
    }

    fn fchmod(&self, fd: Fd, mode: u32) -> OsResult<()> {
        // SAFETY: no pointers.
        done(unsafe { libc::fchmod(fd, mode as libc::mode_t) })
    }

    fn chown(
        &self,
        at: Fd,
        path: &[u8],
        uid: Option<u32>,
        gid: Option<u32>,
        symlinks: Symlinks,
    ) -> OsResult<()> {
        let path = c_string(path)?;
        // SAFETY: invariant 1.
        done(unsafe {
            libc::fchownat(
                at,
                path.as_ptr(),
                owner(uid),
                owner(gid),
                at_flags(symlinks),
            )
        })
    }

    fn fchown(&self, fd: Fd, uid: Option<u32>, gid: Option<u32>) -> OsResult<()> {
        // SAFETY: no pointers.
        done(unsafe { libc::fchown(fd, owner(uid), owner(gid)) })
    }

    fn utime(
        &self,
        at: Fd,
        path: &[u8],
        access: TimeChange,
        modified: TimeChange,
        symlinks: Symlinks,
    ) -> OsResult<()> {
        let path = c_string(path)?;
        let times = [time_change(access), time_change(modified)];
        // SAFETY: invariant 1.
        done(unsafe { libc::utimensat(at, path.as_ptr(), times.as_ptr(), at_flags(symlinks)) })
    }

    fn futime(&self, fd: Fd, access: TimeChange, modified: TimeChange) -> OsResult<()> {
        let times = [time_change(access), time_change(modified)];
        // SAFETY: invariant 1.
        done(unsafe { libc::futimens(fd, times.as_ptr()) })
    }

    fn truncate(&self, path: &[u8], length: i64) -> OsResult<()> {
        let path = c_string(path)?;
        // SAFETY: invariant 1.
        done(unsafe { libc::truncate(path.as_ptr(), length) })
    }

    #[cfg(not(target_vendor = "apple"))]
    fn mknod(&self, at: Fd, path: &[u8], mode: u32, device: u64) -> OsResult<()> {
        let path = c_string(path)?;
        // SAFETY: invariant 1.
        done(unsafe { libc::mknodat(at, path.as_ptr(), mode, device) })
    }

    #[cfg(not(target_vendor = "apple"))]
    fn mkfifo(&self, at: Fd, path: &[u8], mode: u32) -> OsResult<()> {
        let path = c_string(path)?;
        // SAFETY: invariant 1.
        done(unsafe { libc::mkfifoat(at, path.as_ptr(), mode) })
    }

    #[cfg(target_vendor = "apple")]
    fn mkfifo(&self, at: Fd, path: &[u8], mode: u32) -> OsResult<()> {
        if at != libc::AT_FDCWD && !path.starts_with(b"/") {
            return Err(OsError::new(libc::ENOSYS));
        }
        let path = c_string(path)?;
        // SAFETY: invariant 1.
        done(unsafe { libc::mkfifo(path.as_ptr(), mode as libc::mode_t) })
    }

    fn statvfs(&self, target: Target<'_>) -> OsResult<StatVfs> {
        // SAFETY: a structure of integers may be zero.
        let mut raw: libc::statvfs = unsafe { zeroed() };
        match target {
            Target::Path(path, _) => {
                let path = c_string(path)?;
                // SAFETY: invariant 1.
                done(unsafe { libc::statvfs(path.as_ptr(), &raw mut raw) })?;
            }
            // SAFETY: invariant 1.
            Target::Fd(fd) => done(unsafe { libc::fstatvfs(fd, &raw mut raw) })?,
        }
        Ok(statvfs_from(&raw))
    }

    fn pathconf(&self, target: Target<'_>, name: i32) -> OsResult<Option<i64>> {
        let limit = match target {
            Target::Path(path, _) => {
                let path = c_string(path)?;
                // SAFETY: invariant 1.
                unless_errno(|| unsafe { libc::pathconf(path.as_ptr(), name) })?
            }
            // SAFETY: no pointers.
            Target::Fd(fd) => unless_errno(|| unsafe { libc::fpathconf(fd, name) })?,
        };
        Ok((limit != -1).then_some(limit))
    }

    #[cfg(target_os = "linux")]
    fn get_xattr(&self, target: Target<'_>, name: &[u8]) -> OsResult<Vec<u8>> {
        super::xattr::get(target, name)
    }

    #[cfg(target_os = "linux")]
    fn set_xattr(&self, target: Target<'_>, name: &[u8], value: &[u8], flags: i32) -> OsResult<()> {
        super::xattr::set(target, name, value, flags)
    }

    #[cfg(target_os = "linux")]
    fn remove_xattr(&self, target: Target<'_>, name: &[u8]) -> OsResult<()> {
        super::xattr::remove(target, name)
    }

    #[cfg(target_os = "linux")]
    fn list_xattr(&self, target: Target<'_>) -> OsResult<Vec<Vec<u8>>> {
        super::xattr::list(target)
    }

    fn chdir(&self, path: &[u8]) -> OsResult<()> {
        let path = c_string(path)?;
        // SAFETY: invariant 1.
        done(unsafe { libc::chdir(path.as_ptr()) })
    }

    fn fchdir(&self, fd: Fd) -> OsResult<()> {
        // SAFETY: no pointers.
        done(unsafe { libc::fchdir(fd) })
    }

    fn getcwd(&self) -> OsResult<Vec<u8>> {
        let mut buffer = vec![0u8; 1024];
        loop {
            // SAFETY: invariant 1; the length is the buffer's.
            let found = unsafe { libc::getcwd(buffer.as_mut_ptr().cast(), buffer.len()) };
            if !found.is_null() {
                // SAFETY: `getcwd` succeeded, so the buffer holds a C string.
                return Ok(unsafe { bytes_of(found) });
            }
            let error = OsError::last();
            if error.errno != libc::ERANGE {
                return Err(error);
            }
            buffer.resize(buffer.len() * 2, 0);
        }
    }

    fn chroot(&self, path: &[u8]) -> OsResult<()> {
        let path = c_string(path)?;
        // SAFETY: invariant 1.
        done(unsafe { libc::chroot(path.as_ptr()) })
    }

    #[allow(clippy::unnecessary_cast, reason = "`mode_t` has 16 bits on macOS")]
    fn umask(&self, mask: u32) -> OsResult<u32> {
        // SAFETY: no pointers, and it cannot fail.
        Ok(unsafe { libc::umask(mask as libc::mode_t) } as u32)
    }

    fn sync(&self) -> OsResult<()> {
        // SAFETY: no pointers, and it cannot fail.
        unsafe { libc::sync() };
        Ok(())
    }
}

#[allow(
    clippy::unnecessary_cast,
    clippy::useless_conversion,
    reason = "the widths of C's fields differ by platform"
)]
fn statvfs_from(raw: &libc::statvfs) -> StatVfs {
    StatVfs {
        bsize: raw.f_bsize as u64,
        frsize: raw.f_frsize as u64,
        blocks: raw.f_blocks as u64,
        bfree: raw.f_bfree as u64,
        bavail: raw.f_bavail as u64,
        files: raw.f_files as u64,
        ffree: raw.f_ffree as u64,
        favail: raw.f_favail as u64,
        flag: raw.f_flag as u64,
        namemax: raw.f_namemax as u64,
        fsid: raw.f_fsid as u64,
    }
}

/// An open `DIR`.
struct Directory(*mut libc::DIR);

// SAFETY: invariant 3; a `DIR` may be used by any thread, one at a time, which `&mut self` ensures.
unsafe impl Send for Directory {}

impl Directory {
    fn own(stream: *mut libc::DIR) -> OsResult<Box<dyn DirStream>> {
        if stream.is_null() {
            Err(OsError::last())
        } else {
            Ok(Box::new(Self(stream)))
        }
    }
}

impl DirStream for Directory {
    fn next_entry(&mut self) -> OsResult<Option<DirEntry>> {
        loop {
            clear_errno();
            // SAFETY: invariant 3.
            let entry = unsafe { libc::readdir(self.0) };
            if entry.is_null() {
                let error = OsError::last();
                return if error.errno == 0 {
                    Ok(None)
                } else {
                    Err(error)
                };
            }
            // SAFETY: `readdir` returned an entry, whose name is a C string.
            let (name, ino, kind) = unsafe {
                (
                    bytes_of((&raw const (*entry).d_name).cast()),
                    (*entry).d_ino,
                    (*entry).d_type,
                )
            };
            if name == b"." || name == b".." {
                continue;
            }
            return Ok(Some(DirEntry {
                name,
                ino,
                file_type: file_type(kind),
            }));
        }
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        // SAFETY: invariant 3.
        unsafe { libc::closedir(self.0) };
    }
}

#[allow(clippy::unnecessary_cast, reason = "`mode_t` has 16 bits on macOS")]
fn file_type(kind: u8) -> Option<u32> {
    Some(match kind {
        libc::DT_REG => libc::S_IFREG as u32,
        libc::DT_DIR => libc::S_IFDIR as u32,
        libc::DT_LNK => libc::S_IFLNK as u32,
        libc::DT_FIFO => libc::S_IFIFO as u32,
        libc::DT_SOCK => libc::S_IFSOCK as u32,
        libc::DT_CHR => libc::S_IFCHR as u32,
        libc::DT_BLK => libc::S_IFBLK as u32,
        _ => return None,
    })
}
