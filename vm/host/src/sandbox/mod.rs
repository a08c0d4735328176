//! The hermetic host: reads below named folders, writes to memory, no network, no processes.
//!
//! * `disk.rs` reads the folders without a way out of them; `tree.rs` holds what was written over them; `walk.rs`
//!   follows paths through both; `table.rs` holds descriptors, which are numbers of the sandbox's own.
//! * `files.rs`, `descriptors.rs`, `readiness.rs`, `outside.rs` are the host's traits on top.
//!
//! Outside of the named folders nothing exists, so that not even a name leaks. Scripts find `/tmp` and `/dev/null`,
//! `/dev/zero`, `/dev/random`, `/dev/urandom`, all in memory. A call that the sandbox does not offer is refused.
//!
//! Invariants
//! 1. No call of the operating system that changes anything, but writes to the configured streams.
//! 2. One lock guards the state; it is never held while a configured stream is read or written.
//! 3. Whoever changes what another thread may wait for (channels, counters, signals) notifies `changed`.

mod config;
mod descriptors;
mod disk;
mod files;
mod outside;
mod readiness;
mod sockets;
mod table;
mod threads;
mod tree;
mod walk;

use std::collections::BTreeMap;
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

pub use config::{Capture, Input, Output, SandboxClock, SandboxConfig, SandboxRandomness};

use crate::boundary::{Area, Boundary};
use crate::clock::Timespec;
use crate::error::{OsError, OsResult};
use crate::files::OpenFlags;
use disk::{Disk, Lower};
use outside::Virtual;
use table::{Object, Stream, Table};
use tree::{Device, Kind, NodeId, ROOT, Tree};

/// What the lock guards.
struct State {
    tree: Tree,
    table: Table,
    current: NodeId,
    umask: u32,
    environment: BTreeMap<Vec<u8>, Vec<u8>>,
    outside: Virtual,
}

/// The host of one sandboxed isolate.
pub(crate) struct Sandbox {
    state: Mutex<State>,
    changed: Condvar,
    stdin: Mutex<Input>,
    stdout: Mutex<Output>,
    stderr: Mutex<Output>,
    executable: Vec<u8>,
}

impl Sandbox {
    /// Opens the readable folders and builds the rest of the tree.
    ///
    /// # Errors
    /// A folder cannot be opened.
    pub(crate) fn new(config: SandboxConfig) -> OsResult<Self> {
        let outside = Virtual::new(config.clock, config.randomness, config.output_limit);
        let now = outside.now()?;
        let folders = Folders::resolve(&config.readable)?;
        let mut tree = Tree::new(Disk::default(), config.memory_limit, now);
        folders.mount(&mut tree, now)?;
        let tmp = make_directories(&mut tree, Path::new("/tmp"), now)?;
        if let Some(meta) = &mut tree.node_mut(tmp)?.meta {
            meta.mode = 0o1777;
        }
        devices(&mut tree, now)?;
        let current = make_directories(&mut tree, &config.current_directory, now)?;
        tree.hold(current)?;
        let mut table = Table::default();
        for (stream, flags) in [
            (Stream::Input, OpenFlags::READ),
            (Stream::Output, OpenFlags::WRITE),
            (Stream::Error, OpenFlags::WRITE),
        ] {
            let fd = table.open(Object::Stream(stream), flags)?;
            table.slot_mut(fd)?.inherit = crate::descriptors::Inherit::Yes;
        }
        Ok(Self {
            state: Mutex::new(State {
                tree,
                table,
                current,
                umask: 0o022,
                environment: config.environment.into_iter().collect(),
                outside,
            }),
            changed: Condvar::new(),
            stdin: Mutex::new(config.stdin),
            stdout: Mutex::new(config.stdout),
            stderr: Mutex::new(config.stderr),
            executable: config.executable,
        })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Each operation leaves the state whole before it can panic, so a poisoned lock is usable.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until something changes; `EINTR` if a signal was recorded.
    fn wait<'a>(&self, state: MutexGuard<'a, State>) -> OsResult<MutexGuard<'a, State>> {
        if state.outside.has_pending_signal() {
            return Err(OsError::new(libc::EINTR));
        }
        let state = self
            .changed
            .wait(state)
            .unwrap_or_else(PoisonError::into_inner);
        if state.outside.has_pending_signal() {
            return Err(OsError::new(libc::EINTR));
        }
        Ok(state)
    }
}

impl Boundary for Sandbox {
    fn refuse(&self, area: Area) -> OsError {
        match area {
            Area::Network => OsError::refused(libc::EPERM, "the sandbox has no network"),
            Area::Processes => OsError::refused(libc::EPERM, "the sandbox has no other processes"),
            Area::Terminal => OsError::new(libc::ENOTTY),
            Area::Files => {
                OsError::refused(libc::EPERM, "the sandbox does not offer this for files")
            }
            Area::Signals => {
                OsError::refused(libc::EPERM, "the sandbox does not offer this for signals")
            }
            Area::Clock => OsError::refused(libc::EPERM, "the sandbox does not let clocks be set"),
            Area::Descriptors
            | Area::Readiness
            | Area::Randomness
            | Area::Threads
            | Area::Environment
            | Area::Users
            | Area::Mappings
            | Area::System => OsError::refused(libc::ENOSYS, "the sandbox does not offer this"),
        }
    }
}

/// The readable folders: canonical paths, none inside another, and the names by which they were given.
struct Folders {
    canonical: Vec<PathBuf>,
    aliases: Vec<(PathBuf, PathBuf)>,
}

impl Folders {
    fn resolve(readable: &[PathBuf]) -> OsResult<Self> {
        let mut canonical: Vec<PathBuf> = Vec::new();
        let mut aliases = Vec::new();
        for given in readable {
            let absolute = std::path::absolute(given)?;
            let real = std::fs::canonicalize(given)?;
            if absolute != real {
                aliases.push((absolute, real.clone()));
            }
            canonical.push(real);
        }
        canonical.sort();
        // Sorted, a folder comes before what is inside it.
        let mut outer: Vec<PathBuf> = Vec::new();
        for path in canonical {
            if !outer.iter().any(|folder| path.starts_with(folder)) {
                outer.push(path);
            }
        }
        Ok(Self {
            canonical: outer,
            aliases,
        })
    }

    fn mount(&self, tree: &mut Tree, now: Timespec) -> OsResult<()> {
        for path in &self.canonical {
            let lower = Lower::root(tree.disk.add(path)?);
            match (path.parent(), path.file_name()) {
                (Some(parent), Some(name)) => {
                    let parent = make_directories(tree, parent, now)?;
                    tree.mount(parent, name.as_bytes(), lower, disk::is_directory(path))?;
                }
                _ => tree.mount_root(lower)?,
            }
        }
        for (alias, real) in &self.aliases {
            // A name with links on its way stands for the resolved folder, unless the tree has that name already.
            let (Some(parent), Some(name)) = (alias.parent(), alias.file_name()) else {
                continue;
            };
            let known = walk::walk(
                tree,
                ROOT,
                alias.as_os_str().as_bytes(),
                crate::Symlinks::NoFollow,
            );
            let has_dots = alias.components().any(|part| part == Component::ParentDir);
            if has_dots || known.is_ok_and(|place| place.node.is_some()) {
                continue;
            }
            if let Ok(parent) = make_directories(tree, parent, now) {
                let link = tree.make(
                    Kind::Symlink(real.as_os_str().as_bytes().to_vec()),
                    0o777,
                    now,
                )?;
                tree.attach(parent, name.as_bytes(), link)?;
            }
        }
        Ok(())
    }
}

/// The directory of a path, made in memory where it is missing.
fn make_directories(tree: &mut Tree, path: &Path, now: Timespec) -> OsResult<NodeId> {
    let mut here = ROOT;
    for part in path.components() {
        let Component::Normal(name) = part else {
            continue;
        };
        let place = walk::walk(tree, here, name.as_bytes(), crate::Symlinks::Follow)?;
        here = match place.node {
            Some(node) if tree.is_directory(node) => node,
            Some(_) => return Err(OsError::new(libc::ENOTDIR)),
            None => tree.scaffold(here, name.as_bytes(), 0o755, now)?,
        };
    }
    Ok(here)
}

/// `/dev`, unless a readable folder holds it.
fn devices(tree: &mut Tree, now: Timespec) -> OsResult<()> {
    let directory = make_directories(tree, Path::new("/dev"), now)?;
    for (name, device) in [
        (&b"null"[..], Device::Null),
        (b"zero", Device::Zero),
        (b"random", Device::Random),
        (b"urandom", Device::Random),
    ] {
        if tree.child(directory, name, true)?.is_none() {
            let node = tree.make(Kind::Device(device), 0o666, now)?;
            tree.attach(directory, name, node)?;
        }
    }
    Ok(())
}
