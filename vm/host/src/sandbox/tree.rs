//! The sandbox's tree: what was written in memory, over what is on disk.
//!
//! A node is a file, directory, link or device. A directory with a `lower` place shows that folder's entries too,
//! unless an entry of its own, or a whiteout, stands before them. Renaming a directory moves its node with its lower
//! place, so nothing is copied. A file's contents stay on disk until somebody writes (`Body::Disk`).
//!
//! Invariants
//! 1. `Entry::Own` and `Entry::Seen` name live nodes; `links` counts them.
//! 2. A node goes away when no entry and no open file names it, and gives its bytes back to the budget.
//! 3. `used` is the sum of the memory files' lengths and `NODE_COST` for each node made here; it stays within the
//!    budget.

use std::collections::{BTreeMap, HashMap};

use super::disk::{Disk, Handle, Lower};
use crate::clock::Timespec;
use crate::error::{OsError, OsResult};
use crate::files::{DirEntry, Stat};

/// A node's name inside the tree.
pub(super) type NodeId = u64;

/// The root directory.
pub(super) const ROOT: NodeId = 1;

/// What a node is charged with, besides its contents.
const NODE_COST: u64 = 512;

/// The device number of what exists in memory only.
const MEMORY_DEVICE: u64 = 0x7a1;

/// A name in a directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    /// Made or moved here.
    Own(NodeId),
    /// Known from disk; it goes when the disk's goes, unless it was changed here.
    Seen(NodeId),
    /// Removed here, though the disk has it.
    Whiteout,
}

/// Where a file's contents are.
#[derive(Debug)]
pub(super) enum Body {
    /// On disk, as they are now.
    Disk,
    /// In memory.
    Memory(Vec<u8>),
}

/// A device that the sandbox provides itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Device {
    /// `/dev/null`.
    Null,
    /// `/dev/zero`.
    Zero,
    /// `/dev/urandom`, `/dev/random`.
    Random,
}

/// What a node is.
#[derive(Debug)]
pub(super) enum Kind {
    Directory {
        parent: NodeId,
        name: Vec<u8>,
        entries: BTreeMap<Vec<u8>, Entry>,
    },
    File(Body),
    Symlink(Vec<u8>),
    Device(Device),
}

/// Metadata that differs from the disk's.
#[derive(Clone, Copy, Debug)]
pub(super) struct Meta {
    pub(super) mode: u32,
    pub(super) uid: u32,
    pub(super) gid: u32,
    pub(super) atime: Timespec,
    pub(super) mtime: Timespec,
    pub(super) ctime: Timespec,
    ino: u64,
    dev: u64,
}

#[derive(Debug)]
pub(super) struct Node {
    pub(super) kind: Kind,
    /// `None`: as the disk says.
    pub(super) meta: Option<Meta>,
    pub(super) lower: Option<Lower>,
    links: u32,
    opens: u32,
    /// Charged to the budget (invariant 3).
    is_charged: bool,
}

#[derive(Debug)]
pub(super) struct Tree {
    nodes: HashMap<NodeId, Node>,
    next: NodeId,
    used: u64,
    budget: u64,
    pub(super) disk: Disk,
}

fn missing() -> OsError {
    OsError::new(libc::ENOENT)
}

impl Tree {
    pub(super) fn new(disk: Disk, budget: u64, now: Timespec) -> Self {
        let mut tree = Self {
            nodes: HashMap::new(),
            next: ROOT,
            used: 0,
            budget,
            disk,
        };
        let root = tree.insert(
            Kind::Directory {
                parent: ROOT,
                name: Vec::new(),
                entries: BTreeMap::new(),
            },
            Some((0o755, now)),
            None,
        );
        debug_assert_eq!(root, ROOT);
        tree
    }

    fn insert(
        &mut self,
        kind: Kind,
        meta: Option<(u32, Timespec)>,
        lower: Option<Lower>,
    ) -> NodeId {
        let id = self.next;
        self.next += 1;
        let meta = meta.map(|(mode, now)| Meta {
            mode,
            uid: super::outside::USER,
            gid: super::outside::USER,
            atime: now,
            mtime: now,
            ctime: now,
            ino: id,
            dev: MEMORY_DEVICE,
        });
        self.nodes.insert(
            id,
            Node {
                kind,
                meta,
                lower,
                links: 0,
                opens: 0,
                is_charged: false,
            },
        );
        id
    }

    pub(super) fn node(&self, id: NodeId) -> OsResult<&Node> {
        self.nodes.get(&id).ok_or_else(missing)
    }

    pub(super) fn node_mut(&mut self, id: NodeId) -> OsResult<&mut Node> {
        self.nodes.get_mut(&id).ok_or_else(missing)
    }

    /// Takes bytes from the budget.
    pub(super) fn charge(&mut self, bytes: u64) -> OsResult<()> {
        match self.used.checked_add(bytes) {
            Some(used) if used <= self.budget => {
                self.used = used;
                Ok(())
            }
            _ => Err(OsError::refused(
                libc::ENOSPC,
                "the sandbox's memory for files is used up",
            )),
        }
    }

    fn release(&mut self, bytes: u64) {
        debug_assert!(bytes <= self.used, "more given back than taken");
        self.used = self.used.saturating_sub(bytes);
    }

    /// Makes a node in memory, without a name yet.
    pub(super) fn make(&mut self, kind: Kind, mode: u32, now: Timespec) -> OsResult<NodeId> {
        self.charge(NODE_COST)?;
        let id = self.insert(kind, Some((mode, now)), None);
        if let Some(node) = self.nodes.get_mut(&id) {
            node.is_charged = true;
        }
        Ok(id)
    }

    pub(super) fn entries(&self, directory: NodeId) -> OsResult<&BTreeMap<Vec<u8>, Entry>> {
        match &self.node(directory)?.kind {
            Kind::Directory { entries, .. } => Ok(entries),
            _ => Err(OsError::new(libc::ENOTDIR)),
        }
    }

    fn entries_mut(&mut self, directory: NodeId) -> OsResult<&mut BTreeMap<Vec<u8>, Entry>> {
        match &mut self.node_mut(directory)?.kind {
            Kind::Directory { entries, .. } => Ok(entries),
            _ => Err(OsError::new(libc::ENOTDIR)),
        }
    }

    pub(super) fn parent(&self, directory: NodeId) -> OsResult<NodeId> {
        match &self.node(directory)?.kind {
            Kind::Directory { parent, .. } => Ok(*parent),
            _ => Err(OsError::new(libc::ENOTDIR)),
        }
    }

    pub(super) fn is_directory(&self, id: NodeId) -> bool {
        self.node(id)
            .is_ok_and(|node| matches!(node.kind, Kind::Directory { .. }))
    }

    /// A directory's path, for `getcwd`; it fails if the directory was removed.
    pub(super) fn path(&self, directory: NodeId) -> OsResult<Vec<u8>> {
        let mut names: Vec<&[u8]> = Vec::new();
        let mut here = directory;
        while here != ROOT {
            let node = self.node(here)?;
            match &node.kind {
                Kind::Directory { parent, name, .. } if node.links > 0 => {
                    names.push(name);
                    here = *parent;
                }
                _ => return Err(missing()),
            }
        }
        names.reverse();
        Ok([b"/", names.join(&b'/').as_slice()].concat())
    }

    /// A child by name, from memory or from disk. `fresh` looks at the disk again for what is known already.
    pub(super) fn child(
        &mut self,
        directory: NodeId,
        name: &[u8],
        fresh: bool,
    ) -> OsResult<Option<NodeId>> {
        let known = self.entries(directory)?.get(name).copied();
        match known {
            Some(Entry::Whiteout) => return Ok(None),
            Some(Entry::Own(id)) => return Ok(Some(id)),
            Some(Entry::Seen(id)) if !fresh || !self.is_clean(id) => return Ok(Some(id)),
            Some(Entry::Seen(_)) | None => {}
        }
        let Some(place) = self
            .node(directory)?
            .lower
            .as_ref()
            .map(|lower| lower.child(name))
        else {
            return Ok(None);
        };
        let found = match self.disk.stat(&place) {
            Ok(stat) => Some(stat),
            Err(error) if matches!(error.errno, libc::ENOENT | libc::ENOTDIR) => None,
            Err(error) => return Err(error),
        };
        if let Some(Entry::Seen(id)) = known {
            let same =
                found.is_some_and(|stat| match &self.nodes.get(&id).map(|node| &node.kind) {
                    Some(Kind::Directory { .. }) => stat.is_dir(),
                    Some(Kind::File(_)) => stat.is_file(),
                    // A link may say something else now.
                    _ => false,
                });
            if same {
                return Ok(Some(id));
            }
            self.remove_entry(directory, name)?;
        }
        let Some(stat) = found else { return Ok(None) };
        let kind = if stat.is_dir() {
            Kind::Directory {
                parent: directory,
                name: name.to_vec(),
                entries: BTreeMap::new(),
            }
        } else if stat.is_symlink() {
            Kind::Symlink(self.disk.read_link(&place)?)
        } else {
            Kind::File(Body::Disk)
        };
        let id = self.insert(kind, None, Some(place));
        self.put(directory, name, Entry::Seen(id))?;
        Ok(Some(id))
    }

    /// Nothing of it was changed here.
    fn is_clean(&self, id: NodeId) -> bool {
        self.nodes.get(&id).is_some_and(|node| {
            node.meta.is_none()
                && node.lower.is_some()
                && match &node.kind {
                    Kind::Directory { entries, .. } => entries.is_empty(),
                    Kind::File(body) => matches!(body, Body::Disk),
                    Kind::Symlink(_) => true,
                    Kind::Device(_) => false,
                }
        })
    }

    fn put(&mut self, directory: NodeId, name: &[u8], entry: Entry) -> OsResult<()> {
        self.entries_mut(directory)?.insert(name.to_vec(), entry);
        if let Entry::Own(id) | Entry::Seen(id) = entry {
            let node = self.node_mut(id)?;
            node.links += 1;
            if let Kind::Directory {
                parent, name: own, ..
            } = &mut node.kind
            {
                *parent = directory;
                *own = name.to_vec();
            }
        }
        Ok(())
    }

    /// Gives a node a name, which must be free.
    pub(super) fn attach(&mut self, directory: NodeId, name: &[u8], id: NodeId) -> OsResult<()> {
        self.put(directory, name, Entry::Own(id))
    }

    /// Makes a directory of the configuration: not charged, shown with this mode.
    pub(super) fn scaffold(
        &mut self,
        directory: NodeId,
        name: &[u8],
        mode: u32,
        now: Timespec,
    ) -> OsResult<NodeId> {
        let kind = Kind::Directory {
            parent: directory,
            name: name.to_vec(),
            entries: BTreeMap::new(),
        };
        let id = self.insert(kind, Some((mode, now)), None);
        self.attach(directory, name, id)?;
        Ok(id)
    }

    /// Places a readable folder or file.
    pub(super) fn mount(
        &mut self,
        directory: NodeId,
        name: &[u8],
        lower: Lower,
        is_directory: bool,
    ) -> OsResult<NodeId> {
        let kind = if is_directory {
            Kind::Directory {
                parent: directory,
                name: name.to_vec(),
                entries: BTreeMap::new(),
            }
        } else {
            Kind::File(Body::Disk)
        };
        let id = self.insert(kind, None, Some(lower));
        self.attach(directory, name, id)?;
        Ok(id)
    }

    /// Lets the root directory show a folder.
    pub(super) fn mount_root(&mut self, lower: Lower) -> OsResult<()> {
        let root = self.node_mut(ROOT)?;
        root.lower = Some(lower);
        root.meta = None;
        Ok(())
    }

    /// Takes a name away; the disk's name stays hidden by a whiteout.
    pub(super) fn detach(&mut self, directory: NodeId, name: &[u8]) -> OsResult<()> {
        let shows_disk = self.node(directory)?.lower.is_some();
        self.remove_entry(directory, name)?;
        if shows_disk {
            self.put(directory, name, Entry::Whiteout)?;
        }
        Ok(())
    }

    fn remove_entry(&mut self, directory: NodeId, name: &[u8]) -> OsResult<()> {
        if let Some(Entry::Own(id) | Entry::Seen(id)) = self.entries_mut(directory)?.remove(name) {
            self.node_mut(id)?.links -= 1;
            self.collect(id);
        }
        Ok(())
    }

    /// Counts an open file (or a current directory) of a node.
    pub(super) fn hold(&mut self, id: NodeId) -> OsResult<()> {
        self.node_mut(id)?.opens += 1;
        Ok(())
    }

    /// The opposite of `hold`.
    pub(super) fn unhold(&mut self, id: NodeId) {
        if let Some(node) = self.nodes.get_mut(&id) {
            node.opens = node.opens.saturating_sub(1);
        }
        self.collect(id);
    }

    /// Invariant 2.
    fn collect(&mut self, id: NodeId) {
        let is_dead = id != ROOT
            && self
                .nodes
                .get(&id)
                .is_some_and(|node| node.links == 0 && node.opens == 0);
        if !is_dead {
            return;
        }
        let Some(node) = self.nodes.remove(&id) else {
            return;
        };
        let mut bytes = if node.is_charged { NODE_COST } else { 0 };
        match node.kind {
            Kind::File(Body::Memory(data)) => bytes += data.len() as u64,
            Kind::Directory { entries, .. } => {
                for entry in entries.into_values() {
                    if let Entry::Own(child) | Entry::Seen(child) = entry {
                        if let Some(child) = self.nodes.get_mut(&child) {
                            child.links -= 1;
                        }
                        self.collect(child);
                    }
                }
            }
            Kind::File(Body::Disk) | Kind::Symlink(_) | Kind::Device(_) => {}
        }
        self.release(bytes);
    }

    /// All names of a directory.
    pub(super) fn list(&mut self, directory: NodeId) -> OsResult<Vec<DirEntry>> {
        let mut all: BTreeMap<Vec<u8>, DirEntry> = BTreeMap::new();
        if let Some(lower) = self.node(directory)?.lower.clone() {
            for entry in self.disk.list(&lower)? {
                all.insert(entry.name.clone(), entry);
            }
        }
        for (name, &entry) in self.entries(directory)? {
            let id = match entry {
                Entry::Whiteout => {
                    all.remove(name);
                    continue;
                }
                // The disk has told of it, or it is gone there.
                Entry::Seen(id) if self.is_clean(id) => continue,
                Entry::Seen(id) | Entry::Own(id) => id,
            };
            let stat = self.stat(id)?;
            let file_type = Some(stat.file_type());
            all.insert(
                name.clone(),
                DirEntry {
                    name: name.clone(),
                    ino: stat.ino,
                    file_type,
                },
            );
        }
        Ok(all.into_values().collect())
    }

    pub(super) fn stat(&self, id: NodeId) -> OsResult<Stat> {
        let node = self.node(id)?;
        let mut stat = match &node.lower {
            Some(lower) => match self.disk.stat(lower) {
                Ok(stat) => stat,
                // What was changed here outlives the disk's.
                Err(_) if node.meta.is_some() => Stat {
                    blksize: 4096,
                    nlink: 1,
                    ..Stat::default()
                },
                Err(error) => return Err(error),
            },
            None => Stat {
                blksize: 4096,
                nlink: 1,
                ..Stat::default()
            },
        };
        let file_type = match &node.kind {
            Kind::Directory { .. } => libc::S_IFDIR,
            Kind::File(_) => libc::S_IFREG,
            Kind::Symlink(_) => libc::S_IFLNK,
            Kind::Device(_) => libc::S_IFCHR,
        } as u32;
        match &node.kind {
            Kind::File(Body::Memory(data)) => stat.size = data.len() as i64,
            Kind::Symlink(target) => stat.size = target.len() as i64,
            Kind::Directory { .. } if node.lower.is_none() => (stat.size, stat.nlink) = (4096, 2),
            Kind::Directory { .. } | Kind::File(Body::Disk) | Kind::Device(_) => {}
        }
        if let Some(meta) = node.meta {
            stat.mode = file_type | meta.mode;
            (stat.uid, stat.gid, stat.ino, stat.dev) = (meta.uid, meta.gid, meta.ino, meta.dev);
            (stat.atime, stat.mtime, stat.ctime) = (meta.atime, meta.mtime, meta.ctime);
            stat.blocks = (stat.size + 511) / 512;
            if file_type != libc::S_IFDIR as u32 {
                stat.nlink = u64::from(node.links);
            }
        } else if node.links > 1 {
            stat.nlink += u64::from(node.links - 1);
        }
        Ok(stat)
    }

    /// The node's own metadata, taken over from the disk at the first change.
    pub(super) fn meta_mut(&mut self, id: NodeId) -> OsResult<&mut Meta> {
        if self.node(id)?.meta.is_none() {
            let stat = self.stat(id)?;
            self.node_mut(id)?.meta = Some(Meta {
                mode: stat.mode & 0o7777,
                uid: stat.uid,
                gid: stat.gid,
                atime: stat.atime,
                mtime: stat.mtime,
                ctime: stat.ctime,
                ino: stat.ino,
                dev: stat.dev,
            });
        }
        self.node_mut(id)?.meta.as_mut().ok_or_else(missing)
    }

    /// Contents and inode changed.
    pub(super) fn touch(&mut self, id: NodeId, now: Timespec) -> OsResult<()> {
        let meta = self.meta_mut(id)?;
        (meta.mtime, meta.ctime) = (now, now);
        Ok(())
    }

    /// A handle for reading a file that is still on disk.
    pub(super) fn handle(&self, id: NodeId) -> OsResult<Option<Handle>> {
        let node = self.node(id)?;
        match (&node.kind, &node.lower) {
            (Kind::File(Body::Disk), Some(lower)) => self.disk.open(lower).map(Some),
            _ => Ok(None),
        }
    }

    /// The contents in memory, copied from `handle` (or the disk) at the first change.
    pub(super) fn contents_mut(
        &mut self,
        id: NodeId,
        handle: Option<&Handle>,
    ) -> OsResult<&mut Vec<u8>> {
        if matches!(self.node(id)?.kind, Kind::File(Body::Disk)) {
            let opened = if handle.is_none() {
                self.handle(id)?
            } else {
                None
            };
            let handle = handle.or(opened.as_ref()).ok_or_else(missing)?;
            let data = self.copy_from(handle)?;
            self.meta_mut(id)?;
            self.node_mut(id)?.kind = Kind::File(Body::Memory(data));
        }
        match &mut self.node_mut(id)?.kind {
            Kind::File(Body::Memory(data)) => Ok(data),
            Kind::Directory { .. } => Err(OsError::new(libc::EISDIR)),
            _ => Err(OsError::new(libc::EINVAL)),
        }
    }

    fn copy_from(&mut self, handle: &Handle) -> OsResult<Vec<u8>> {
        let size = u64::try_from(handle.stat()?.size).unwrap_or(0);
        self.charge(size)?;
        let length = usize::try_from(size).map_err(|_| OsError::new(libc::EFBIG))?;
        let mut data = vec![0; length];
        let mut filled = 0;
        while filled < length {
            match handle.read_at(&mut data[filled..], filled as i64) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.errno == libc::EINTR => {}
                Err(error) => {
                    self.release(size);
                    return Err(error);
                }
            }
        }
        // The file may have become shorter since `fstat`.
        self.release((length - filled) as u64);
        data.truncate(filled);
        Ok(data)
    }

    /// Cuts or extends a file's contents with zeros.
    pub(super) fn set_length(
        &mut self,
        id: NodeId,
        length: u64,
        handle: Option<&Handle>,
    ) -> OsResult<()> {
        if length == 0 && matches!(self.node(id)?.kind, Kind::File(Body::Disk)) {
            // Nothing needs to be copied.
            self.meta_mut(id)?;
            self.node_mut(id)?.kind = Kind::File(Body::Memory(Vec::new()));
            return Ok(());
        }
        let old = self.contents_mut(id, handle)?.len() as u64;
        if length > old {
            self.charge(length - old)?;
        }
        let wanted = usize::try_from(length).map_err(|_| OsError::new(libc::EFBIG))?;
        let data = self.contents_mut(id, handle)?;
        data.resize(wanted, 0);
        if length < old {
            data.shrink_to_fit();
            self.release(old - length);
        }
        Ok(())
    }
}
