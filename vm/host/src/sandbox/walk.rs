//! Paths to nodes: each component is looked up in the sandbox's own tree, `..` and links included.
//!
//! Invariant: a name that reaches `Tree::child` is one component: not empty, no slash, not `.` and not `..`. That is
//! what keeps `disk.rs` below its folders.

use super::tree::{Kind, NodeId, ROOT, Tree};
use crate::error::{OsError, OsResult};
use crate::files::Symlinks;

/// Linux's limits.
const MAX_LINKS: usize = 40;
const MAX_PATH: usize = 4096;
const MAX_NAME: usize = 255;

/// Where a path leads.
#[derive(Debug)]
pub(super) struct Place {
    /// The directory that holds the last name.
    pub(super) directory: NodeId,
    /// The last name; empty if the path ends in `/`, `.` or `..` of a directory without one.
    pub(super) name: Vec<u8>,
    /// What is there.
    pub(super) node: Option<NodeId>,
    /// The path ended with a slash.
    pub(super) wants_directory: bool,
}

impl Place {
    /// What is there, or `ENOENT`.
    pub(super) fn existing(&self) -> OsResult<NodeId> {
        self.node.ok_or(OsError::new(libc::ENOENT))
    }
}

/// Pushes a path's components so that the first is popped first.
fn push_components(stack: &mut Vec<Vec<u8>>, path: &[u8]) {
    stack.extend(
        path.split(|&byte| byte == b'/')
            .rev()
            .filter(|name| !name.is_empty() && *name != b".")
            .map(<[u8]>::to_vec),
    );
}

/// Follows `path` from the directory `start`.
pub(super) fn walk(tree: &mut Tree, start: NodeId, path: &[u8], last: Symlinks) -> OsResult<Place> {
    if path.is_empty() {
        return Err(OsError::new(libc::ENOENT));
    }
    if path.contains(&0) {
        return Err(OsError::new(libc::EINVAL));
    }
    if path.len() >= MAX_PATH {
        return Err(OsError::new(libc::ENAMETOOLONG));
    }
    let mut here = if path[0] == b'/' { ROOT } else { start };
    if !tree.is_directory(here) {
        return Err(OsError::new(libc::ENOTDIR));
    }
    let wants_directory = path.ends_with(b"/") || path.ends_with(b"/.");
    let mut rest = Vec::new();
    push_components(&mut rest, path);
    let mut links = 0;
    while let Some(name) = rest.pop() {
        if name == b".." {
            here = tree.parent(here)?;
            continue;
        }
        if name.len() > MAX_NAME {
            return Err(OsError::new(libc::ENAMETOOLONG));
        }
        let is_last = rest.is_empty();
        let Some(node) = tree.child(here, &name, is_last)? else {
            return if is_last {
                Ok(Place {
                    directory: here,
                    name,
                    node: None,
                    wants_directory,
                })
            } else {
                Err(OsError::new(libc::ENOENT))
            };
        };
        match &tree.node(node)?.kind {
            Kind::Symlink(target) if !is_last || last == Symlinks::Follow || wants_directory => {
                links += 1;
                if links > MAX_LINKS {
                    return Err(OsError::new(libc::ELOOP));
                }
                if target.first() == Some(&b'/') {
                    here = ROOT;
                }
                // A link with nothing but slashes and dots leads to a directory, handled at the loop's end.
                push_components(&mut rest, target);
            }
            Kind::Directory { .. } if !is_last => here = node,
            Kind::Directory { .. } => {
                return Ok(Place {
                    directory: here,
                    name,
                    node: Some(node),
                    wants_directory,
                });
            }
            _ if !is_last || wants_directory => return Err(OsError::new(libc::ENOTDIR)),
            _ => {
                return Ok(Place {
                    directory: here,
                    name,
                    node: Some(node),
                    wants_directory,
                });
            }
        }
    }
    Ok(Place {
        directory: tree.parent(here)?,
        name: Vec::new(),
        node: Some(here),
        wants_directory: true,
    })
}
