//! Names, directories and metadata in the sandbox.
//!
//! Rights: a node of the sandbox's own obeys its owner bits; what is on disk is readable if the process may read it,
//! and always writable, since the write goes to memory.

use super::table::Object;
use super::tree::{Body, Entry, Kind, NodeId, ROOT, Tree};
use super::walk::{Place, walk};
use super::{Sandbox, State};
use crate::error::{OsError, OsResult};
use crate::files::{
    AT_CWD, DirEntry, DirStream, Fd, Files, Identity, OpenFlags, Remove, Stat, StatVfs, Symlinks,
    Target, TimeChange,
};
use std::collections::BTreeMap;
use std::sync::Arc;

fn fails<T>(errno: i32) -> OsResult<T> {
    Err(OsError::new(errno))
}

/// The owner's rights of a node that the sandbox changed or made; `want` are `R_OK`, `W_OK`, `X_OK`.
fn check_rights(tree: &Tree, node: NodeId, want: i32) -> OsResult<()> {
    let node = tree.node(node)?;
    let Some(meta) = node.meta else { return Ok(()) };
    let rights = (meta.mode >> 6 & 7) as i32;
    if rights & want == want {
        Ok(())
    } else {
        fails(libc::EACCES)
    }
}

impl State {
    fn start(&self, at: Fd) -> OsResult<NodeId> {
        if at == AT_CWD {
            return Ok(self.current);
        }
        match self.table.get(at)?.object {
            Object::Node { node, .. } => Ok(node),
            _ => fails(libc::ENOTDIR),
        }
    }

    pub(super) fn place(&mut self, at: Fd, path: &[u8], symlinks: Symlinks) -> OsResult<Place> {
        // An absolute path does not look at `at`.
        let start = if path.first() == Some(&b'/') {
            ROOT
        } else {
            self.start(at)?
        };
        walk(&mut self.tree, start, path, symlinks)
    }

    fn existing(&mut self, at: Fd, path: &[u8], symlinks: Symlinks) -> OsResult<NodeId> {
        self.place(at, path, symlinks)?.existing()
    }

    fn node_of(&self, fd: Fd) -> OsResult<NodeId> {
        match self.table.get(fd)?.object {
            Object::Node { node, .. } => Ok(node),
            _ => fails(libc::EINVAL),
        }
    }

    fn target(&mut self, target: Target<'_>) -> OsResult<NodeId> {
        match target {
            Target::Path(path, symlinks) => self.existing(AT_CWD, path, symlinks),
            Target::Fd(fd) => self.node_of(fd),
        }
    }

    /// The directory may get or lose a name.
    fn check_directory(&self, directory: NodeId) -> OsResult<()> {
        self.tree.path(directory)?;
        check_rights(&self.tree, directory, libc::W_OK)
    }

    /// A new node at a free name.
    fn create(&mut self, place: &Place, kind: Kind, mode: u32) -> OsResult<NodeId> {
        if place.node.is_some() {
            return fails(libc::EEXIST);
        }
        self.check_directory(place.directory)?;
        let now = self.outside.now()?;
        let node = self.tree.make(kind, mode, now)?;
        self.tree.attach(place.directory, &place.name, node)?;
        self.tree.touch(place.directory, now)?;
        Ok(node)
    }

    fn open_node(&mut self, node: NodeId, flags: OpenFlags) -> OsResult<Fd> {
        self.table.check_room(1)?;
        let handle = self.tree.handle(node)?.map(Arc::new);
        self.tree.hold(node)?;
        self.table.open(Object::Node { node, handle }, flags)
    }

    fn open(&mut self, at: Fd, path: &[u8], flags: OpenFlags, mode: u32) -> OsResult<Fd> {
        let creates = flags.contains(OpenFlags::CREATE);
        let exclusive = creates && flags.contains(OpenFlags::EXCLUSIVE);
        let last = if flags.contains(OpenFlags::NO_FOLLOW) || exclusive {
            Symlinks::NoFollow
        } else {
            Symlinks::Follow
        };
        let place = self.place(at, path, last)?;
        let Some(node) = place.node else {
            if !creates {
                return fails(libc::ENOENT);
            }
            if place.wants_directory {
                return fails(libc::EISDIR);
            }
            self.table.check_room(1)?;
            let node = self.create(
                &place,
                Kind::File(Body::Memory(Vec::new())),
                mode & 0o7777 & !self.umask,
            )?;
            return self.open_node(node, flags);
        };
        if exclusive {
            return fails(libc::EEXIST);
        }
        match &self.tree.node(node)?.kind {
            Kind::Symlink(_) => return fails(libc::ELOOP),
            Kind::Directory { .. } if flags.is_writable() || creates => return fails(libc::EISDIR),
            Kind::Directory { .. } => {}
            _ if flags.contains(OpenFlags::DIRECTORY) => return fails(libc::ENOTDIR),
            _ => {}
        }
        let want = if flags.is_readable() { libc::R_OK } else { 0 }
            | if flags.is_writable() { libc::W_OK } else { 0 };
        check_rights(&self.tree, node, want)?;
        if flags.contains(OpenFlags::TRUNCATE)
            && matches!(self.tree.node(node)?.kind, Kind::File(_))
        {
            self.tree.set_length(node, 0, None)?;
            let now = self.outside.now()?;
            self.tree.touch(node, now)?;
        }
        self.open_node(node, flags)
    }

    /// Whether a directory has a name left.
    fn is_empty(&mut self, directory: NodeId) -> OsResult<bool> {
        Ok(self.tree.list(directory)?.is_empty())
    }

    fn unlink(&mut self, at: Fd, path: &[u8], what: Remove) -> OsResult<()> {
        let place = self.place(at, path, Symlinks::NoFollow)?;
        let node = place.existing()?;
        let is_directory = self.tree.is_directory(node);
        match what {
            Remove::File if is_directory => return fails(libc::EISDIR),
            Remove::Directory if !is_directory => return fails(libc::ENOTDIR),
            _ => {}
        }
        if place.name.is_empty() {
            return fails(if path.ends_with(b".") {
                libc::EINVAL
            } else {
                libc::EBUSY
            });
        }
        if is_directory && !self.is_empty(node)? {
            return fails(libc::ENOTEMPTY);
        }
        self.check_directory(place.directory)?;
        let now = self.outside.now()?;
        self.tree.hold(node)?;
        self.tree.detach(place.directory, &place.name)?;
        if !is_directory {
            // Other names of it may remain. If the disk's file is gone meanwhile, there is nothing to date.
            if let Ok(meta) = self.tree.meta_mut(node) {
                meta.ctime = now;
            }
        }
        self.tree.unhold(node);
        self.tree.touch(place.directory, now)
    }

    fn rename(&mut self, old_at: Fd, old: &[u8], new_at: Fd, new: &[u8]) -> OsResult<()> {
        let from = self.place(old_at, old, Symlinks::NoFollow)?;
        let node = from.existing()?;
        let to = self.place(new_at, new, Symlinks::NoFollow)?;
        if from.name.is_empty() || to.name.is_empty() {
            return fails(libc::EBUSY);
        }
        let is_directory = self.tree.is_directory(node);
        if to.wants_directory && !is_directory {
            return fails(libc::ENOTDIR);
        }
        if to.node == Some(node) {
            return Ok(());
        }
        // A directory does not move into itself.
        let mut above = to.directory;
        while is_directory && above != ROOT {
            if above == node {
                return fails(libc::EINVAL);
            }
            above = self.tree.parent(above)?;
        }
        if let Some(replaced) = to.node {
            match (is_directory, self.tree.is_directory(replaced)) {
                (true, false) => return fails(libc::ENOTDIR),
                (false, true) => return fails(libc::EISDIR),
                (true, true) if !self.is_empty(replaced)? => return fails(libc::ENOTEMPTY),
                _ => {}
            }
        }
        self.check_directory(from.directory)?;
        self.check_directory(to.directory)?;
        let now = self.outside.now()?;
        self.tree.hold(node)?;
        if to.node.is_some() {
            self.tree.detach(to.directory, &to.name)?;
        }
        self.tree.detach(from.directory, &from.name)?;
        self.tree.attach(to.directory, &to.name, node)?;
        self.tree.unhold(node);
        self.tree.touch(from.directory, now)?;
        self.tree.touch(to.directory, now)
    }

    fn set_times(
        &mut self,
        node: NodeId,
        access: TimeChange,
        modified: TimeChange,
    ) -> OsResult<()> {
        let now = self.outside.now()?;
        let meta = self.tree.meta_mut(node)?;
        let changed = |old, change| match change {
            TimeChange::Now => now,
            TimeChange::Keep => old,
            TimeChange::At(time) => time,
        };
        meta.atime = changed(meta.atime, access);
        meta.mtime = changed(meta.mtime, modified);
        meta.ctime = now;
        Ok(())
    }

    fn set_mode(&mut self, node: NodeId, mode: u32) -> OsResult<()> {
        let now = self.outside.now()?;
        let meta = self.tree.meta_mut(node)?;
        meta.mode = mode & 0o7777;
        meta.ctime = now;
        Ok(())
    }

    /// Changing the owner to what it is anyway is allowed, as for an ordinary user.
    fn set_owner(&mut self, node: NodeId, uid: Option<u32>, gid: Option<u32>) -> OsResult<()> {
        let stat = self.tree.stat(node)?;
        if uid.is_some_and(|uid| uid != stat.uid) || gid.is_some_and(|gid| gid != stat.gid) {
            return Err(OsError::refused(libc::EPERM, "the sandbox has one user"));
        }
        Ok(())
    }

    fn change_directory(&mut self, node: NodeId) -> OsResult<()> {
        if !self.tree.is_directory(node) {
            return fails(libc::ENOTDIR);
        }
        check_rights(&self.tree, node, libc::X_OK)?;
        self.tree.hold(node)?;
        let old = std::mem::replace(&mut self.current, node);
        self.tree.unhold(old);
        Ok(())
    }

    fn stream(&mut self, node: NodeId) -> OsResult<Box<dyn DirStream>> {
        if !self.tree.is_directory(node) {
            return fails(libc::ENOTDIR);
        }
        check_rights(&self.tree, node, libc::R_OK)?;
        Ok(Box::new(Listing(self.tree.list(node)?.into_iter())))
    }
}

/// A directory's names as they were when it was opened.
struct Listing(std::vec::IntoIter<DirEntry>);

impl DirStream for Listing {
    fn next_entry(&mut self) -> OsResult<Option<DirEntry>> {
        Ok(self.0.next())
    }
}

impl Files for Sandbox {
    fn open(&self, at: Fd, path: &[u8], flags: OpenFlags, mode: u32) -> OsResult<Fd> {
        self.lock().open(at, path, flags, mode)
    }

    fn stat(&self, at: Fd, path: &[u8], symlinks: Symlinks) -> OsResult<Stat> {
        let mut state = self.lock();
        let node = state.existing(at, path, symlinks)?;
        state.tree.stat(node)
    }

    fn fstat(&self, fd: Fd) -> OsResult<Stat> {
        self.lock().fstat(fd)
    }

    fn access(
        &self,
        at: Fd,
        path: &[u8],
        mode: i32,
        _identity: Identity,
        symlinks: Symlinks,
    ) -> OsResult<()> {
        let mut state = self.lock();
        let node = state.existing(at, path, symlinks)?;
        if mode & libc::X_OK != 0
            && !state.tree.is_directory(node)
            && state.tree.stat(node)?.mode & 0o111 == 0
        {
            return fails(libc::EACCES);
        }
        if mode & libc::R_OK != 0 {
            // The disk's file may not be readable for this process.
            state.tree.handle(node)?;
        }
        check_rights(
            &state.tree,
            node,
            mode & (libc::R_OK | libc::W_OK | libc::X_OK),
        )
    }

    fn read_dir(&self, path: &[u8]) -> OsResult<Box<dyn DirStream>> {
        let mut state = self.lock();
        let node = state.existing(AT_CWD, path, Symlinks::Follow)?;
        state.stream(node)
    }

    fn read_dir_fd(&self, fd: Fd) -> OsResult<Box<dyn DirStream>> {
        let mut state = self.lock();
        let Object::Node { node, .. } = state.table.get(fd)?.object else {
            return fails(libc::ENOTDIR);
        };
        state.stream(node)
    }

    fn mkdir(&self, at: Fd, path: &[u8], mode: u32) -> OsResult<()> {
        let mut state = self.lock();
        let place = state.place(at, path, Symlinks::NoFollow)?;
        let kind = Kind::Directory {
            parent: place.directory,
            name: place.name.clone(),
            entries: BTreeMap::<Vec<u8>, Entry>::new(),
        };
        let mode = mode & 0o1777 & !state.umask;
        state.create(&place, kind, mode).map(drop)
    }

    fn unlink(&self, at: Fd, path: &[u8], what: Remove) -> OsResult<()> {
        self.lock().unlink(at, path, what)
    }

    fn rename(&self, old_at: Fd, old: &[u8], new_at: Fd, new: &[u8]) -> OsResult<()> {
        self.lock().rename(old_at, old, new_at, new)
    }

    fn link(
        &self,
        old_at: Fd,
        old: &[u8],
        new_at: Fd,
        new: &[u8],
        symlinks: Symlinks,
    ) -> OsResult<()> {
        let mut state = self.lock();
        let node = state.existing(old_at, old, symlinks)?;
        if state.tree.is_directory(node) {
            return fails(libc::EPERM);
        }
        let to = state.place(new_at, new, Symlinks::NoFollow)?;
        if to.node.is_some() {
            return fails(libc::EEXIST);
        }
        state.check_directory(to.directory)?;
        let now = state.outside.now()?;
        state.tree.attach(to.directory, &to.name, node)?;
        state.tree.meta_mut(node)?.ctime = now;
        state.tree.touch(to.directory, now)
    }

    fn symlink(&self, target: &[u8], at: Fd, path: &[u8]) -> OsResult<()> {
        if target.is_empty() {
            return fails(libc::ENOENT);
        }
        if target.contains(&0) {
            return fails(libc::EINVAL);
        }
        let mut state = self.lock();
        let place = state.place(at, path, Symlinks::NoFollow)?;
        if place.node.is_none() && place.wants_directory {
            return fails(libc::ENOENT);
        }
        state
            .create(&place, Kind::Symlink(target.to_vec()), 0o777)
            .map(drop)
    }

    fn read_link(&self, at: Fd, path: &[u8]) -> OsResult<Vec<u8>> {
        let mut state = self.lock();
        let node = state.existing(at, path, Symlinks::NoFollow)?;
        match &state.tree.node(node)?.kind {
            Kind::Symlink(target) => Ok(target.clone()),
            _ => fails(libc::EINVAL),
        }
    }

    fn chmod(&self, at: Fd, path: &[u8], mode: u32, symlinks: Symlinks) -> OsResult<()> {
        let mut state = self.lock();
        let node = state.existing(at, path, symlinks)?;
        if matches!(state.tree.node(node)?.kind, Kind::Symlink(_)) {
            return fails(libc::EOPNOTSUPP);
        }
        state.set_mode(node, mode)
    }

    fn fchmod(&self, fd: Fd, mode: u32) -> OsResult<()> {
        let mut state = self.lock();
        let node = state.node_of(fd)?;
        state.set_mode(node, mode)
    }

    fn chown(
        &self,
        at: Fd,
        path: &[u8],
        uid: Option<u32>,
        gid: Option<u32>,
        symlinks: Symlinks,
    ) -> OsResult<()> {
        let mut state = self.lock();
        let node = state.existing(at, path, symlinks)?;
        state.set_owner(node, uid, gid)
    }

    fn fchown(&self, fd: Fd, uid: Option<u32>, gid: Option<u32>) -> OsResult<()> {
        let mut state = self.lock();
        let node = state.node_of(fd)?;
        state.set_owner(node, uid, gid)
    }

    fn utime(
        &self,
        at: Fd,
        path: &[u8],
        access: TimeChange,
        modified: TimeChange,
        symlinks: Symlinks,
    ) -> OsResult<()> {
        let mut state = self.lock();
        let node = state.existing(at, path, symlinks)?;
        state.set_times(node, access, modified)
    }

    fn futime(&self, fd: Fd, access: TimeChange, modified: TimeChange) -> OsResult<()> {
        let mut state = self.lock();
        let node = state.node_of(fd)?;
        state.set_times(node, access, modified)
    }

    fn truncate(&self, path: &[u8], length: i64) -> OsResult<()> {
        let length = u64::try_from(length).map_err(|_| OsError::new(libc::EINVAL))?;
        let mut state = self.lock();
        let node = state.existing(AT_CWD, path, Symlinks::Follow)?;
        check_rights(&state.tree, node, libc::W_OK)?;
        let now = state.outside.now()?;
        state.tree.set_length(node, length, None)?;
        state.tree.touch(node, now)
    }

    fn statvfs(&self, target: Target<'_>) -> OsResult<StatVfs> {
        let mut state = self.lock();
        state.target(target)?;
        Ok(StatVfs {
            bsize: 4096,
            frsize: 4096,
            namemax: 255,
            ..StatVfs::default()
        })
    }

    fn pathconf(&self, target: Target<'_>, name: i32) -> OsResult<Option<i64>> {
        let mut state = self.lock();
        state.target(target)?;
        match name {
            libc::_PC_NAME_MAX => Ok(Some(255)),
            libc::_PC_PATH_MAX => Ok(Some(4096)),
            libc::_PC_PIPE_BUF => Ok(Some(4096)),
            libc::_PC_LINK_MAX => Ok(None),
            _ => fails(libc::EINVAL),
        }
    }

    fn chdir(&self, path: &[u8]) -> OsResult<()> {
        let mut state = self.lock();
        let node = state.existing(AT_CWD, path, Symlinks::Follow)?;
        state.change_directory(node)
    }

    fn fchdir(&self, fd: Fd) -> OsResult<()> {
        let mut state = self.lock();
        let Object::Node { node, .. } = state.table.get(fd)?.object else {
            return fails(libc::ENOTDIR);
        };
        state.change_directory(node)
    }

    fn getcwd(&self) -> OsResult<Vec<u8>> {
        let state = self.lock();
        state.tree.path(state.current)
    }

    fn umask(&self, mask: u32) -> OsResult<u32> {
        Ok(std::mem::replace(&mut self.lock().umask, mask & 0o777))
    }

    fn sync(&self) -> OsResult<()> {
        // What is in memory is as safe as it will ever be.
        Ok(())
    }
}
