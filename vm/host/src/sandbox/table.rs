//! The sandbox's descriptors: numbers, the open files behind them, and the channels of pipes.
//!
//! Invariants
//! 1. Each `Slot::open` names a live `OpenFile`, whose `slots` counts the descriptors that name it.
//! 2. A channel's `readers` and `writers` count the open files that read and write it; it goes with the last one.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

use super::disk::Handle;
use super::tree::NodeId;
use crate::descriptors::Inherit;
use crate::error::{OsError, OsResult};
use crate::files::{Fd, OpenFlags};

/// A channel's name.
pub(super) type ChannelId = u64;

/// What a pipe holds before its writers wait, as on Linux.
pub(super) const PIPE_CAPACITY: usize = 65_536;

/// More descriptors than this are refused, as a process's limit does.
const MAX_FDS: usize = 4096;

/// A queue of bytes between two ends.
#[derive(Debug, Default)]
pub(super) struct Channel {
    pub(super) data: VecDeque<u8>,
    pub(super) readers: u32,
    pub(super) writers: u32,
}

/// The standard streams, which lead out of the sandbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stream {
    Input,
    Output,
    Error,
}

/// What an open file is.
#[derive(Debug)]
pub(super) enum Object {
    /// A node of the tree; `handle` reads it while its contents are on disk.
    Node {
        node: NodeId,
        handle: Option<Arc<Handle>>,
    },
    /// A pipe's reading end.
    Reader(ChannelId),
    /// A pipe's writing end.
    Writer(ChannelId),
    /// One of two connected sockets. A direction that was shut down is `None`.
    Socket {
        incoming: Option<ChannelId>,
        outgoing: Option<ChannelId>,
    },
    /// A standard stream.
    Stream(Stream),
    /// An `eventfd`.
    Counter { value: u64, is_semaphore: bool },
    /// An epoll set: descriptor to events asked for.
    Epoll(BTreeMap<Fd, u32>),
}

#[derive(Debug)]
pub(super) struct OpenFile {
    pub(super) object: Object,
    pub(super) flags: OpenFlags,
    pub(super) offset: u64,
    slots: u32,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Slot {
    open: u64,
    pub(super) inherit: Inherit,
}

#[derive(Debug, Default)]
pub(super) struct Table {
    slots: BTreeMap<Fd, Slot>,
    opens: HashMap<u64, OpenFile>,
    channels: HashMap<ChannelId, Channel>,
    next: u64,
}

fn bad_fd() -> OsError {
    OsError::new(libc::EBADF)
}

impl Table {
    fn free_fd(&self, from: Fd) -> OsResult<Fd> {
        if self.slots.len() >= MAX_FDS {
            return Err(OsError::new(libc::EMFILE));
        }
        let mut candidate = from;
        for &fd in self.slots.range(from..).map(|(fd, _)| fd) {
            if fd != candidate {
                break;
            }
            candidate = candidate.checked_add(1).ok_or(OsError::new(libc::EMFILE))?;
        }
        Ok(candidate)
    }

    /// Gives an open file the lowest free number. On failure the object is handed back to `closed` by the caller.
    pub(super) fn open(&mut self, object: Object, flags: OpenFlags) -> OsResult<Fd> {
        let fd = self.free_fd(0)?;
        self.next += 1;
        self.opens.insert(
            self.next,
            OpenFile {
                object,
                flags,
                offset: 0,
                slots: 1,
            },
        );
        self.slots.insert(
            fd,
            Slot {
                open: self.next,
                inherit: Inherit::No,
            },
        );
        Ok(fd)
    }

    /// Fails as `open` would for want of numbers.
    pub(super) fn check_room(&self, wanted: usize) -> OsResult<()> {
        if self.slots.len() + wanted > MAX_FDS {
            Err(OsError::new(libc::EMFILE))
        } else {
            Ok(())
        }
    }

    pub(super) fn slot_mut(&mut self, fd: Fd) -> OsResult<&mut Slot> {
        self.slots.get_mut(&fd).ok_or_else(bad_fd)
    }

    pub(super) fn get(&self, fd: Fd) -> OsResult<&OpenFile> {
        let slot = self.slots.get(&fd).ok_or_else(bad_fd)?;
        self.opens.get(&slot.open).ok_or_else(bad_fd)
    }

    pub(super) fn get_mut(&mut self, fd: Fd) -> OsResult<&mut OpenFile> {
        let slot = self.slots.get(&fd).ok_or_else(bad_fd)?;
        self.opens.get_mut(&slot.open).ok_or_else(bad_fd)
    }

    pub(super) fn numbers(&self) -> Vec<Fd> {
        self.slots.keys().copied().collect()
    }

    /// A second number for an open file, the lowest from `from` on.
    pub(super) fn duplicate(&mut self, fd: Fd, from: Fd, inherit: Inherit) -> OsResult<Fd> {
        let open = self.slots.get(&fd).ok_or_else(bad_fd)?.open;
        let new = self.free_fd(from)?;
        self.place(open, new, inherit)?;
        Ok(new)
    }

    /// The number `new` for an open file; `new` must be free.
    pub(super) fn duplicate_as(&mut self, fd: Fd, new: Fd, inherit: Inherit) -> OsResult<()> {
        let open = self.slots.get(&fd).ok_or_else(bad_fd)?.open;
        self.place(open, new, inherit)
    }

    fn place(&mut self, open: u64, new: Fd, inherit: Inherit) -> OsResult<()> {
        self.opens.get_mut(&open).ok_or_else(bad_fd)?.slots += 1;
        self.slots.insert(new, Slot { open, inherit });
        Ok(())
    }

    /// Frees a number; returns the object if it was the last one for it.
    pub(super) fn close(&mut self, fd: Fd) -> OsResult<Option<Object>> {
        let slot = self.slots.remove(&fd).ok_or_else(bad_fd)?;
        let file = self.opens.get_mut(&slot.open).ok_or_else(bad_fd)?;
        file.slots -= 1;
        // An epoll set forgets a descriptor that is closed.
        for other in self.opens.values_mut() {
            if let Object::Epoll(interest) = &mut other.object {
                interest.remove(&fd);
            }
        }
        if self
            .opens
            .get(&slot.open)
            .is_some_and(|file| file.slots > 0)
        {
            return Ok(None);
        }
        let object = self.opens.remove(&slot.open).map(|file| file.object);
        match &object {
            Some(Object::Reader(channel)) => self.leave(*channel, End::Read),
            Some(Object::Writer(channel)) => self.leave(*channel, End::Write),
            Some(Object::Socket { incoming, outgoing }) => {
                let (incoming, outgoing) = (*incoming, *outgoing);
                if let Some(channel) = incoming {
                    self.leave(channel, End::Read);
                }
                if let Some(channel) = outgoing {
                    self.leave(channel, End::Write);
                }
            }
            _ => {}
        }
        Ok(object)
    }

    /// A channel with one reader and one writer.
    pub(super) fn make_channel(&mut self) -> ChannelId {
        self.next += 1;
        self.channels.insert(
            self.next,
            Channel {
                data: VecDeque::new(),
                readers: 1,
                writers: 1,
            },
        );
        self.next
    }

    pub(super) fn channel(&self, id: ChannelId) -> OsResult<&Channel> {
        self.channels.get(&id).ok_or_else(bad_fd)
    }

    pub(super) fn channel_mut(&mut self, id: ChannelId) -> OsResult<&mut Channel> {
        self.channels.get_mut(&id).ok_or_else(bad_fd)
    }

    /// One end of a channel goes.
    pub(super) fn leave(&mut self, id: ChannelId, end: End) {
        if let Some(channel) = self.channels.get_mut(&id) {
            match end {
                End::Read => channel.readers -= 1,
                End::Write => channel.writers -= 1,
            }
            if channel.readers == 0 && channel.writers == 0 {
                self.channels.remove(&id);
            }
        }
    }
}

/// An end of a channel.
#[derive(Clone, Copy, Debug)]
pub(super) enum End {
    Read,
    Write,
}
