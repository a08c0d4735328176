//! Waiting for descriptors in the sandbox: `select`, `poll` and epoll over pipes, pairs and counters.
//!
//! Files, directories and standard streams are always ready, as POSIX says of files.

use std::sync::PoisonError;

use super::table::{Object, PIPE_CAPACITY};
use super::{Sandbox, State};
use crate::clock::Timespec;
use crate::descriptors::{EpollEvent, PollFd, Readiness, Ready};
use crate::error::{OsError, OsResult};
use crate::files::{Fd, OpenFlags};

// The numbers of poll and epoll agree on Linux (`POLLIN == EPOLLIN`, ...).
const IN: u32 = libc::POLLIN as u32;
const OUT: u32 = libc::POLLOUT as u32;
const HUP: u32 = libc::POLLHUP as u32;
const ERR: u32 = libc::POLLERR as u32;
const ONE_SHOT: u32 = 1 << 30;

impl State {
    /// The events that hold for a descriptor now.
    fn events(&self, fd: Fd) -> OsResult<u32> {
        let file = self.table.get(fd)?;
        Ok(match &file.object {
            Object::Node { .. } | Object::Stream(_) => IN | OUT,
            Object::Reader(id) => {
                let channel = self.table.channel(*id)?;
                (if channel.data.is_empty() { 0 } else { IN })
                    | if channel.writers == 0 { HUP } else { 0 }
            }
            Object::Writer(id) => {
                let channel = self.table.channel(*id)?;
                (if channel.data.len() + 4096 <= PIPE_CAPACITY {
                    OUT
                } else {
                    0
                }) | if channel.readers == 0 { ERR } else { 0 }
            }
            Object::Socket { incoming, outgoing } => {
                let mut events = 0;
                let mut is_closed = true;
                match incoming {
                    Some(id) => {
                        let channel = self.table.channel(*id)?;
                        if !channel.data.is_empty() || channel.writers == 0 {
                            events |= IN;
                        }
                        is_closed &= channel.writers == 0;
                    }
                    None => events |= IN,
                }
                match outgoing {
                    Some(id) => {
                        let channel = self.table.channel(*id)?;
                        if channel.data.len() + 4096 <= PIPE_CAPACITY || channel.readers == 0 {
                            events |= OUT;
                        }
                        is_closed &= channel.readers == 0;
                    }
                    None => events |= OUT,
                }
                events | if is_closed { HUP } else { 0 }
            }
            Object::Counter { value, .. } => {
                (if *value > 0 { IN } else { 0 }) | if *value < u64::MAX - 1 { OUT } else { 0 }
            }
            Object::Epoll(interest) => {
                let is_ready = interest.iter().any(|(&other, &asked)| {
                    other != fd && self.events_unless_epoll(other) & (asked | HUP | ERR) != 0
                });
                if is_ready { IN } else { 0 }
            }
        })
    }

    /// An epoll set inside an epoll set is looked at one level deep.
    fn events_unless_epoll(&self, fd: Fd) -> u32 {
        match self.table.get(fd).map(|file| &file.object) {
            Ok(Object::Epoll(_)) | Err(_) => 0,
            Ok(_) => self.events(fd).unwrap_or(ERR),
        }
    }
}

impl Sandbox {
    /// Runs `look` until it finds something or the time is over.
    fn until_ready<T>(
        &self,
        timeout: Option<Timespec>,
        mut look: impl FnMut(&mut State) -> OsResult<Option<T>>,
    ) -> OsResult<Option<T>> {
        let mut state = self.lock();
        let deadline = match timeout {
            Some(span) => Some(state.outside.monotonic()?.as_nanos() + span.as_nanos()),
            None => None,
        };
        loop {
            if let Some(found) = look(&mut state)? {
                return Ok(Some(found));
            }
            if state.outside.has_pending_signal() {
                return Err(OsError::new(libc::EINTR));
            }
            let Some(deadline) = deadline else {
                state = self.wait(state)?;
                continue;
            };
            let left = deadline - state.outside.monotonic()?.as_nanos();
            if left <= 0 {
                return Ok(None);
            }
            let span = Timespec::from_nanos(left);
            if state.outside.skip(span) {
                // A fixed clock: what other threads do takes no time, so the wait is over at once.
                continue;
            }
            let waited = self.changed.wait_timeout(state, span.as_duration());
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl Readiness for Sandbox {
    fn select(
        &self,
        read: &[Fd],
        write: &[Fd],
        except: &[Fd],
        timeout: Option<Timespec>,
    ) -> OsResult<Ready> {
        let found = self.until_ready(timeout, |state| {
            let mut ready = Ready::default();
            for &fd in except {
                state.table.get(fd)?;
            }
            for &fd in read {
                if state.events(fd)? & (IN | HUP | ERR) != 0 {
                    ready.read.push(fd);
                }
            }
            for &fd in write {
                if state.events(fd)? & (OUT | ERR) != 0 {
                    ready.write.push(fd);
                }
            }
            Ok((!ready.read.is_empty() || !ready.write.is_empty()).then_some(ready))
        })?;
        Ok(found.unwrap_or_default())
    }

    fn poll(&self, fds: &mut [PollFd], timeout: Option<Timespec>) -> OsResult<usize> {
        let found = self.until_ready(timeout, |state| {
            let mut count = 0;
            for entry in fds.iter_mut() {
                entry.revents = match state.events(entry.fd) {
                    _ if entry.fd < 0 => 0,
                    Ok(events) => (events as i16) & (entry.events | libc::POLLHUP | libc::POLLERR),
                    Err(_) => libc::POLLNVAL,
                };
                count += usize::from(entry.revents != 0);
            }
            Ok((count > 0).then_some(count))
        })?;
        Ok(found.unwrap_or(0))
    }

    fn epoll_create(&self, _flags: i32) -> OsResult<Fd> {
        self.lock().table.open(
            Object::Epoll(std::collections::BTreeMap::new()),
            OpenFlags::READ_WRITE,
        )
    }

    #[cfg(target_os = "linux")]
    fn epoll_ctl(&self, epoll: Fd, operation: i32, event: EpollEvent) -> OsResult<()> {
        let mut state = self.lock();
        match &state.table.get(event.fd)?.object {
            // As on Linux, files cannot be waited for.
            Object::Node { .. } => return Err(OsError::new(libc::EPERM)),
            _ if epoll == event.fd => return Err(OsError::new(libc::EINVAL)),
            _ => {}
        }
        let Object::Epoll(interest) = &mut state.table.get_mut(epoll)?.object else {
            return Err(OsError::new(libc::EINVAL));
        };
        let is_known = interest.contains_key(&event.fd);
        match operation {
            libc::EPOLL_CTL_ADD if is_known => return Err(OsError::new(libc::EEXIST)),
            libc::EPOLL_CTL_MOD | libc::EPOLL_CTL_DEL if !is_known => {
                return Err(OsError::new(libc::ENOENT));
            }
            libc::EPOLL_CTL_ADD | libc::EPOLL_CTL_MOD => {
                interest.insert(event.fd, event.events);
            }
            libc::EPOLL_CTL_DEL => {
                interest.remove(&event.fd);
            }
            _ => return Err(OsError::new(libc::EINVAL)),
        }
        self.changed.notify_all();
        Ok(())
    }

    fn epoll_wait(
        &self,
        epoll: Fd,
        max_events: usize,
        timeout: Option<Timespec>,
    ) -> OsResult<Vec<EpollEvent>> {
        let found = self.until_ready(timeout, |state| {
            let Object::Epoll(interest) = &state.table.get(epoll)?.object else {
                return Err(OsError::new(libc::EINVAL));
            };
            let mut ready = Vec::new();
            for (&fd, &asked) in interest {
                let events = state.events(fd)? & (asked | HUP | ERR);
                // A descriptor that asks for nothing is one whose single shot was fired.
                if events != 0 && asked != ONE_SHOT && ready.len() < max_events {
                    ready.push(EpollEvent { fd, events });
                }
            }
            if let Object::Epoll(interest) = &mut state.table.get_mut(epoll)?.object {
                for event in &ready {
                    if let Some(asked) = interest
                        .get_mut(&event.fd)
                        .filter(|asked| **asked & ONE_SHOT != 0)
                    {
                        *asked = ONE_SHOT;
                    }
                }
            }
            Ok((!ready.is_empty()).then_some(ready))
        })?;
        Ok(found.unwrap_or_default())
    }
}
