//! A folder that is in memory and shows as one of the disk, where the disk has none.
//!
//! Invariants: only what the operating system does not find is looked for here, so real files come first; nothing can be
//! written. Only absolute paths as `root` spells them are known. An open file of it is a file in memory of its own.

use std::sync::Arc;

use super::Native;
use crate::descriptors::Descriptors;
use crate::error::{OsError, OsResult};
use crate::files::{DirEntry, DirStream, Fd, OpenFlags, ReadOnlyFolder, Stat};

/// `MFD_CLOEXEC`, which only Linux has a name for.
const CLOSE_ON_EXEC: u32 = 1;

/// A folder and where it shows.
pub(super) struct Shown {
    root: Vec<u8>,
    folder: Arc<dyn ReadOnlyFolder>,
}

/// The names in a folder of it.
struct Names(std::vec::IntoIter<String>);

impl DirStream for Names {
    fn next_entry(&mut self) -> OsResult<Option<DirEntry>> {
        Ok(self.0.next().map(|name| {
            let (name, kind) = match name.strip_suffix('/') {
                Some(name) => (name, libc::S_IFDIR),
                None => (name.as_str(), libc::S_IFREG),
            };
            DirEntry {
                name: name.as_bytes().to_vec(),
                ino: 0,
                file_type: Some(kind as u32),
            }
        }))
    }
}

impl Native {
    /// Lets a folder show at `root`; later ones are not taken.
    pub(super) fn shows(&self, root: &[u8], folder: Arc<dyn ReadOnlyFolder>) {
        let root = root.to_vec();
        self.shown.get_or_init(|| Shown { root, folder });
    }

    /// The folder and the path in it, for what the operating system did not find.
    fn within(&self, error: OsError, path: &[u8]) -> OsResult<(&dyn ReadOnlyFolder, String)> {
        let below = |shown: &Shown| -> Option<String> {
            let rest = path.strip_prefix(shown.root.as_slice())?;
            let rest = match rest {
                [] => rest,
                [b'/', rest @ ..] => rest,
                _ => return None,
            };
            let rest = rest.strip_suffix(b"/").unwrap_or(rest);
            String::from_utf8(rest.to_vec()).ok()
        };
        if error.errno != libc::ENOENT && error.errno != libc::ENOTDIR {
            return Err(error);
        }
        let shown = self.shown.get().ok_or(error)?;
        let path = below(shown).ok_or(error)?;
        Ok((&*shown.folder, path))
    }

    pub(super) fn open_shown(&self, error: OsError, path: &[u8], flags: OpenFlags) -> OsResult<Fd> {
        let (folder, name) = self.within(error, path)?;
        if flags.0 & (libc::O_CREAT | libc::O_DIRECTORY) != 0 {
            return Err(error);
        }
        let content = folder.content(&name).ok_or(error)?;
        if flags.0 & libc::O_ACCMODE != libc::O_RDONLY {
            return Err(OsError::new(libc::EROFS));
        }
        // Where there are no files in memory, there is none of these.
        let fd = self.memfd_create(path, CLOSE_ON_EXEC).map_err(|_| error)?;
        let mut rest: &[u8] = &content;
        while !rest.is_empty() {
            match self.write(fd, rest) {
                Ok(count) => rest = &rest[count..],
                Err(error) => {
                    let _ = self.close(fd);
                    return Err(error);
                }
            }
        }
        self.lseek(fd, 0, libc::SEEK_SET)?;
        Ok(fd)
    }

    pub(super) fn stat_shown(&self, error: OsError, path: &[u8]) -> OsResult<Stat> {
        let (folder, name) = self.within(error, path)?;
        let (mode, size) = match folder.content(&name) {
            Some(content) => (libc::S_IFREG | 0o444, content.len()),
            None if folder.list(&name).is_some() => (libc::S_IFDIR | 0o555, 0),
            None => return Err(error),
        };
        Ok(Stat {
            mode: mode as u32,
            nlink: 1,
            size: size as i64,
            ..Stat::default()
        })
    }

    pub(super) fn access_shown(&self, error: OsError, path: &[u8], mode: i32) -> OsResult<()> {
        let stat = self.stat_shown(error, path)?;
        if mode & libc::W_OK != 0 {
            return Err(OsError::new(libc::EROFS));
        }
        if mode & libc::X_OK != 0 && !stat.is_dir() {
            return Err(OsError::new(libc::EACCES));
        }
        Ok(())
    }

    pub(super) fn read_dir_shown(
        &self,
        error: OsError,
        path: &[u8],
    ) -> OsResult<Box<dyn DirStream>> {
        let (folder, name) = self.within(error, path)?;
        let names = folder.list(&name).ok_or(error)?;
        Ok(Box::new(Names(names.into_iter())))
    }
}
