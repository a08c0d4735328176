//! The readable folders on disk, seen through descriptors that cannot be led outside.
//!
//! A folder is opened once, when the sandbox is made. Everything below is reached from that descriptor without
//! following a symbolic link, without `..` and without leaving it, in one `openat2` call where the kernel has it and
//! else component by component. A link is only ever *read*; `walk.rs` follows its text in the sandbox's own tree. So
//! there is no path that is checked first and used later, and renaming things on disk cannot lead out.
//!
//! Invariants
//! 1. A `Lower::path` has no empty, `.` or `..` component, and no leading slash.
//! 2. Only regular files are opened for reading, after `fstat` of an `O_PATH` descriptor of the same inode; device
//!    files and pipes, and everything in `/proc`, are as if they did not exist.
#![allow(
    unsafe_code,
    reason = "`openat2` and `fstatfs` have no safe wrapper; live C strings and structures only"
)]

use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use crate::descriptors::Descriptors;
use crate::error::{OsError, OsResult};
use crate::files::{AT_CWD, DirEntry, Fd, Files, OpenFlags, Stat, Symlinks};
use crate::native::MACHINE;

/// A descriptor of the real machine that is closed on drop.
#[derive(Debug)]
pub(super) struct Handle(Fd);

impl Drop for Handle {
    fn drop(&mut self) {
        // Nothing was written through it, so that a failing close loses nothing.
        let _ = MACHINE.close(self.0);
    }
}

impl Handle {
    pub(super) fn read_at(&self, buffer: &mut [u8], offset: i64) -> OsResult<usize> {
        MACHINE.pread(self.0, buffer, offset)
    }

    pub(super) fn stat(&self) -> OsResult<Stat> {
        MACHINE.fstat(self.0)
    }
}

/// A place below a readable folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Lower {
    root: usize,
    path: Vec<u8>,
}

impl Lower {
    pub(super) fn root(index: usize) -> Self {
        Self {
            root: index,
            path: Vec::new(),
        }
    }

    /// The place of a child. The name is one component, as `walk.rs` makes sure of.
    pub(super) fn child(&self, name: &[u8]) -> Self {
        let mut path = self.path.clone();
        if !path.is_empty() {
            path.push(b'/');
        }
        path.extend_from_slice(name);
        Self {
            root: self.root,
            path,
        }
    }
}

/// The readable folders.
#[derive(Debug, Default)]
pub(super) struct Disk {
    roots: Vec<Handle>,
}

/// A handle for looking at something, not for reading it.
#[cfg(target_os = "linux")]
const LOOK: i32 = libc::O_PATH | libc::O_NOFOLLOW;
#[cfg(not(target_os = "linux"))]
const LOOK: i32 = libc::O_SYMLINK | libc::O_NONBLOCK;

impl Disk {
    /// Adds a folder (or a single file) by its canonical path; returns its index.
    pub(super) fn add(&mut self, canonical: &Path) -> OsResult<usize> {
        let fd = MACHINE.open(AT_CWD, canonical.as_os_str().as_bytes(), OpenFlags(LOOK), 0)?;
        self.roots.push(Handle(fd));
        Ok(self.roots.len() - 1)
    }

    /// Opens a place to look at it.
    fn look(&self, place: &Lower) -> OsResult<Handle> {
        let root = self
            .roots
            .get(place.root)
            .ok_or(OsError::new(libc::ENOENT))?;
        if place.path.is_empty() {
            return Ok(Handle(MACHINE.dup(root.0)?));
        }
        #[cfg(target_os = "linux")]
        match look_beneath(root.0, &place.path) {
            Err(error) if error.errno == libc::ENOSYS || error.errno == libc::EPERM => {}
            // A link where a directory was: the tree changed on disk meanwhile.
            Err(error) if error.errno == libc::ELOOP || error.errno == libc::EXDEV => {
                return Err(OsError::new(libc::ENOENT));
            }
            result => return result,
        }
        let mut handle: Option<Handle> = None;
        for name in place.path.split(|&byte| byte == b'/') {
            let at = handle.as_ref().map_or(root.0, |handle| handle.0);
            handle = Some(Handle(MACHINE.open(at, name, OpenFlags(LOOK), 0)?));
        }
        handle.ok_or(OsError::new(libc::ENOENT))
    }

    /// As `look`, with the metadata, and only for what the sandbox shows.
    fn visible(&self, place: &Lower) -> OsResult<(Handle, Stat)> {
        let handle = self.look(place)?;
        let stat = handle.stat()?;
        if !(stat.is_file() || stat.is_dir() || stat.is_symlink()) || is_kernel_view(&handle) {
            return Err(OsError::new(libc::ENOENT));
        }
        Ok((handle, stat))
    }

    pub(super) fn stat(&self, place: &Lower) -> OsResult<Stat> {
        self.visible(place).map(|(_, stat)| stat)
    }

    /// The text of a symbolic link.
    pub(super) fn read_link(&self, place: &Lower) -> OsResult<Vec<u8>> {
        let (handle, _) = self.visible(place)?;
        #[cfg(target_os = "linux")]
        return MACHINE.read_link(handle.0, b"");
        #[cfg(not(target_os = "linux"))]
        {
            drop(handle);
            let (parent, name) = match place.path.iter().rposition(|&byte| byte == b'/') {
                Some(slash) => (&place.path[..slash], &place.path[slash + 1..]),
                None => (&b""[..], &place.path[..]),
            };
            let parent = self.look(&Lower {
                root: place.root,
                path: parent.to_vec(),
            })?;
            MACHINE.read_link(parent.0, name)
        }
    }

    /// Opens a regular file for reading.
    pub(super) fn open(&self, place: &Lower) -> OsResult<Handle> {
        let (handle, stat) = self.visible(place)?;
        if !stat.is_file() {
            return Err(OsError::new(if stat.is_dir() {
                libc::EISDIR
            } else {
                libc::ELOOP
            }));
        }
        reopen(&handle, OpenFlags::READ)
    }

    /// The names in a directory.
    pub(super) fn list(&self, place: &Lower) -> OsResult<Vec<DirEntry>> {
        let (handle, stat) = self.visible(place)?;
        if !stat.is_dir() {
            return Err(OsError::new(libc::ENOTDIR));
        }
        let opened = reopen(&handle, OpenFlags::READ | OpenFlags::DIRECTORY)?;
        let mut stream = MACHINE.read_dir_fd(opened.0)?;
        let mut entries = Vec::new();
        while let Some(entry) = stream.next_entry()? {
            // What `visible` hides is not listed either.
            let shown = match entry.file_type {
                Some(kind) => [libc::S_IFREG, libc::S_IFDIR, libc::S_IFLNK]
                    .iter()
                    .any(|&known| kind == known as u32),
                None => self.stat(&place.child(&entry.name)).is_ok(),
            };
            if shown {
                entries.push(entry);
            }
        }
        Ok(entries)
    }
}

/// Opens for reading exactly the inode that the handle looks at.
#[cfg(target_os = "linux")]
fn reopen(handle: &Handle, flags: OpenFlags) -> OsResult<Handle> {
    if flags.contains(OpenFlags::DIRECTORY) {
        return Ok(Handle(MACHINE.open(handle.0, b".", flags, 0)?));
    }
    // The kernel's name for a descriptor: no path is walked.
    let name = format!("/proc/self/fd/{}", handle.0);
    Ok(Handle(MACHINE.open(AT_CWD, name.as_bytes(), flags, 0)?))
}

/// Elsewhere the handle itself was opened for reading; the copy shares no position, since only `pread` is used.
#[cfg(not(target_os = "linux"))]
fn reopen(handle: &Handle, _flags: OpenFlags) -> OsResult<Handle> {
    Ok(Handle(MACHINE.dup(handle.0)?))
}

/// Opens a path that stays below `root` and meets no symbolic link.
#[cfg(target_os = "linux")]
fn look_beneath(root: Fd, path: &[u8]) -> OsResult<Handle> {
    let path = std::ffi::CString::new(path).map_err(|_| OsError::new(libc::EINVAL))?;
    // `RESOLVE_NO_SYMLINKS` forbids links before the last component; `O_NOFOLLOW` with `O_PATH` opens a last link
    // itself, which the former would refuse: the parent is walked strictly, the last name alone.
    let bytes = path.as_bytes();
    let (parent, name) = match bytes.iter().rposition(|&byte| byte == b'/') {
        Some(slash) => (&bytes[..slash], &bytes[slash + 1..]),
        None => return Ok(Handle(MACHINE.open(root, bytes, OpenFlags(LOOK), 0)?)),
    };
    let parent = std::ffi::CString::new(parent).map_err(|_| OsError::new(libc::EINVAL))?;
    // SAFETY: a structure of integers may be zero.
    let mut how: libc::open_how = unsafe { std::mem::zeroed() };
    how.flags = (LOOK | libc::O_CLOEXEC | libc::O_DIRECTORY) as u64;
    how.resolve = libc::RESOLVE_BENEATH | libc::RESOLVE_NO_SYMLINKS | libc::RESOLVE_NO_MAGICLINKS;
    // SAFETY: a live C string and a live structure with its size.
    let fd = unsafe {
        libc::syscall(
            libc::SYS_openat2,
            root,
            parent.as_ptr(),
            &raw const how,
            size_of::<libc::open_how>(),
        )
    };
    if fd < 0 {
        return Err(OsError::last());
    }
    let parent = Handle(Fd::try_from(fd).map_err(|_| OsError::new(libc::EBADF))?);
    Ok(Handle(MACHINE.open(parent.0, name, OpenFlags(LOOK), 0)?))
}

/// `/proc` shows this process's memory, environment and descriptors.
#[cfg(target_os = "linux")]
fn is_kernel_view(handle: &Handle) -> bool {
    // SAFETY: a structure of integers may be zero.
    let mut raw: libc::statfs = unsafe { std::mem::zeroed() };
    // SAFETY: a live structure.
    let failed = unsafe { libc::fstatfs(handle.0, &raw mut raw) } != 0;
    // Not knowing is treated as the worst.
    failed || raw.f_type == libc::PROC_SUPER_MAGIC || raw.f_type == SYSFS_MAGIC
}

#[cfg(target_os = "linux")]
const SYSFS_MAGIC: libc::__fsword_t = 0x6265_6572;

#[cfg(not(target_os = "linux"))]
fn is_kernel_view(_handle: &Handle) -> bool {
    false
}

/// Metadata of a path of the real machine, for the configuration only.
pub(super) fn is_directory(path: &Path) -> bool {
    MACHINE
        .stat(AT_CWD, path.as_os_str().as_bytes(), Symlinks::Follow)
        .is_ok_and(|stat| stat.is_dir())
}
