//! Paths and directories: what CPython's `posix` module does with names.
//!
//! Paths are bytes without a NUL. A path is relative to `at`, an open directory or `AT_CWD`, as in the `*at` calls of
//! POSIX. Modes and flags are the platform's own numbers, because Python code sees them as integers.

use std::borrow::Cow;
use std::ops::BitOr;
use std::sync::Arc;

use crate::boundary::part_of_host;
use crate::clock::Timespec;

/// A file descriptor: the kernel's number on the native host, a virtual one in the sandbox.
pub type Fd = i32;

/// "Relative to the current directory", where a directory descriptor is expected.
pub const AT_CWD: Fd = libc::AT_FDCWD;

/// The `flags` of `open`, as the platform numbers them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OpenFlags(pub i32);

impl OpenFlags {
    /// Read only.
    pub const READ: Self = Self(libc::O_RDONLY);
    /// Write only.
    pub const WRITE: Self = Self(libc::O_WRONLY);
    /// Read and write.
    pub const READ_WRITE: Self = Self(libc::O_RDWR);
    /// Create the file if it is missing.
    pub const CREATE: Self = Self(libc::O_CREAT);
    /// Fail if the file exists.
    pub const EXCLUSIVE: Self = Self(libc::O_EXCL);
    /// Cut the file to nothing.
    pub const TRUNCATE: Self = Self(libc::O_TRUNC);
    /// Each write goes to the end.
    pub const APPEND: Self = Self(libc::O_APPEND);
    /// Close on exec, as Python opens everything (PEP 446).
    pub const CLOSE_ON_EXEC: Self = Self(libc::O_CLOEXEC);
    /// Only a directory will do.
    pub const DIRECTORY: Self = Self(libc::O_DIRECTORY);
    /// The last component must not be a symbolic link.
    pub const NO_FOLLOW: Self = Self(libc::O_NOFOLLOW);
    /// Calls on the descriptor do not block.
    pub const NON_BLOCKING: Self = Self(libc::O_NONBLOCK);

    /// All flags of `other` are set.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The access mode lets one read.
    #[must_use]
    pub const fn is_readable(self) -> bool {
        matches!(self.0 & libc::O_ACCMODE, libc::O_RDONLY | libc::O_RDWR)
    }

    /// The access mode lets one write.
    #[must_use]
    pub const fn is_writable(self) -> bool {
        matches!(self.0 & libc::O_ACCMODE, libc::O_WRONLY | libc::O_RDWR)
    }
}

impl BitOr for OpenFlags {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// Whether a symbolic link in the last component is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Symlinks {
    /// Act on what the link points at.
    Follow,
    /// Act on the link itself.
    NoFollow,
}

/// Whose rights `access` looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identity {
    /// The real user, as POSIX `access`.
    Real,
    /// The effective user (`AT_EACCESS`).
    Effective,
}

/// What `unlink_at` removes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remove {
    /// Anything but a directory.
    File,
    /// An empty directory.
    Directory,
}

/// The result of `stat`, times in nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stat {
    /// File type and permission bits.
    pub mode: u32,
    /// Inode number.
    pub ino: u64,
    /// Device that holds the inode.
    pub dev: u64,
    /// Number of hard links.
    pub nlink: u64,
    /// Owner.
    pub uid: u32,
    /// Group.
    pub gid: u32,
    /// Bytes.
    pub size: i64,
    /// Device number of a special file.
    pub rdev: u64,
    /// Preferred size of a transfer.
    pub blksize: i64,
    /// Blocks of 512 bytes in use.
    pub blocks: i64,
    /// Last access.
    pub atime: Timespec,
    /// Last change of the contents.
    pub mtime: Timespec,
    /// Last change of the inode.
    pub ctime: Timespec,
    /// Creation, where the platform's `stat` tells it (not on Linux).
    pub birthtime: Option<Timespec>,
    /// The flags of `chflags`, on BSD and macOS.
    pub flags: Option<u32>,
}

impl Stat {
    /// The file type bits of the mode (`S_IFREG`, ...).
    #[must_use]
    pub const fn file_type(&self) -> u32 {
        self.mode & libc::S_IFMT as u32
    }

    /// It is a directory.
    #[must_use]
    pub const fn is_dir(&self) -> bool {
        self.file_type() == libc::S_IFDIR as u32
    }

    /// It is a regular file.
    #[must_use]
    pub const fn is_file(&self) -> bool {
        self.file_type() == libc::S_IFREG as u32
    }

    /// It is a symbolic link.
    #[must_use]
    pub const fn is_symlink(&self) -> bool {
        self.file_type() == libc::S_IFLNK as u32
    }
}

/// One name in a directory; `.` and `..` are never among them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirEntry {
    /// The name, without the directory.
    pub name: Vec<u8>,
    /// Inode number.
    pub ino: u64,
    /// `S_IFREG`, `S_IFDIR`, ... where the directory tells it; `None` means: ask `stat`.
    pub file_type: Option<u32>,
}

/// A read-only folder that is in memory. Paths are relative to it, with `/`; the empty one is the folder itself.
pub trait ReadOnlyFolder: Send + Sync {
    /// The bytes of a file; `None` if there is no such file.
    fn content(&self, path: &str) -> Option<Cow<'_, [u8]>>;

    /// The names in a folder, which end with `/` for folders; `None` if there is no such folder.
    fn list(&self, path: &str) -> Option<Vec<String>>;
}

/// A directory's names and a place among them, so that a caller can read a large directory bit by bit.
pub trait DirStream: Send {
    /// The next entry, `None` at the end.
    fn next_entry(&mut self) -> crate::OsResult<Option<DirEntry>>;
}

/// The result of `statvfs`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StatVfs {
    /// Block size.
    pub bsize: u64,
    /// Fragment size.
    pub frsize: u64,
    /// Size of the file system in fragments.
    pub blocks: u64,
    /// Free blocks.
    pub bfree: u64,
    /// Free blocks for ordinary users.
    pub bavail: u64,
    /// Inodes.
    pub files: u64,
    /// Free inodes.
    pub ffree: u64,
    /// Free inodes for ordinary users.
    pub favail: u64,
    /// Mount flags.
    pub flag: u64,
    /// Longest file name.
    pub namemax: u64,
    /// File system id.
    pub fsid: u64,
}

/// A new time for `utime`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeChange {
    /// The current time.
    Now,
    /// Leave it.
    Keep,
    /// This time.
    At(Timespec),
}

/// What an operation that takes a path or a descriptor works on.
#[derive(Clone, Copy, Debug)]
pub enum Target<'a> {
    /// A path relative to the current directory.
    Path(&'a [u8], Symlinks),
    /// An open file.
    Fd(Fd),
}

part_of_host! {
    /// Names, directories and metadata. `None` for an owner or group leaves it as it is.
    pub trait Files in Files {
        /// Opens a file. The descriptor is not inherited by child processes (PEP 446).
        fn open(&self, at: Fd, path: &[u8], flags: OpenFlags, mode: u32) -> Fd;
        /// Lets a folder that is in memory show at this path, behind what the disk has there.
        fn show_folder(&self, root: &[u8], folder: Arc<dyn ReadOnlyFolder>) -> ();
        /// Metadata of a name.
        fn stat(&self, at: Fd, path: &[u8], symlinks: Symlinks) -> Stat;
        /// Metadata of an open file.
        fn fstat(&self, fd: Fd) -> Stat;
        /// Fails unless the access of `mode` (`R_OK | W_OK | X_OK`, or `F_OK`) is allowed.
        fn access(&self, at: Fd, path: &[u8], mode: i32, identity: Identity, symlinks: Symlinks) -> ();
        /// Reads a directory by name.
        fn read_dir(&self, path: &[u8]) -> Box<dyn DirStream>;
        /// Reads an open directory from its beginning; the descriptor stays the caller's.
        fn read_dir_fd(&self, fd: Fd) -> Box<dyn DirStream>;
        /// Makes a directory.
        fn mkdir(&self, at: Fd, path: &[u8], mode: u32) -> ();
        /// Removes a name.
        fn unlink(&self, at: Fd, path: &[u8], what: Remove) -> ();
        /// Renames, replacing what stood there.
        fn rename(&self, old_at: Fd, old: &[u8], new_at: Fd, new: &[u8]) -> ();
        /// Makes a hard link.
        fn link(&self, old_at: Fd, old: &[u8], new_at: Fd, new: &[u8], symlinks: Symlinks) -> ();
        /// Makes a symbolic link at `path`.
        fn symlink(&self, target: &[u8], at: Fd, path: &[u8]) -> ();
        /// What a symbolic link says.
        fn read_link(&self, at: Fd, path: &[u8]) -> Vec<u8>;
        /// Changes permission bits.
        fn chmod(&self, at: Fd, path: &[u8], mode: u32, symlinks: Symlinks) -> ();
        /// Changes permission bits of an open file.
        fn fchmod(&self, fd: Fd, mode: u32) -> ();
        /// Changes owner and group.
        fn chown(&self, at: Fd, path: &[u8], uid: Option<u32>, gid: Option<u32>, symlinks: Symlinks) -> ();
        /// Changes owner and group of an open file.
        fn fchown(&self, fd: Fd, uid: Option<u32>, gid: Option<u32>) -> ();
        /// Changes the times of last access and modification.
        fn utime(&self, at: Fd, path: &[u8], access: TimeChange, modified: TimeChange, symlinks: Symlinks) -> ();
        /// Changes the times of an open file.
        fn futime(&self, fd: Fd, access: TimeChange, modified: TimeChange) -> ();
        /// Cuts or extends a file by name.
        fn truncate(&self, path: &[u8], length: i64) -> ();
        /// Makes a special file.
        fn mknod(&self, at: Fd, path: &[u8], mode: u32, device: u64) -> ();
        /// Makes a named pipe.
        fn mkfifo(&self, at: Fd, path: &[u8], mode: u32) -> ();
        /// Facts about a file system.
        fn statvfs(&self, target: Target<'_>) -> StatVfs;
        /// A limit of a file (`_PC_*`); `None` means without a limit.
        fn pathconf(&self, target: Target<'_>, name: i32) -> Option<i64>;
        /// An extended attribute.
        fn get_xattr(&self, target: Target<'_>, name: &[u8]) -> Vec<u8>;
        /// Sets an extended attribute; `flags` are `XATTR_CREATE`, `XATTR_REPLACE`.
        fn set_xattr(&self, target: Target<'_>, name: &[u8], value: &[u8], flags: i32) -> ();
        /// Removes an extended attribute.
        fn remove_xattr(&self, target: Target<'_>, name: &[u8]) -> ();
        /// The names of all extended attributes.
        fn list_xattr(&self, target: Target<'_>) -> Vec<Vec<u8>>;
        /// Changes the current directory.
        fn chdir(&self, path: &[u8]) -> ();
        /// Changes the current directory to an open one.
        fn fchdir(&self, fd: Fd) -> ();
        /// The current directory.
        fn getcwd(&self) -> Vec<u8>;
        /// Changes the root directory.
        fn chroot(&self, path: &[u8]) -> ();
        /// Sets the mask of permission bits for new files, and returns the old one.
        fn umask(&self, mask: u32) -> u32;
        /// Writes all file systems' buffers to disk.
        fn sync(&self) -> ();
    }
}
