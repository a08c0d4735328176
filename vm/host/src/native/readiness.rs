//! `select`, `poll` and epoll on the real machine.
//!
//! Invariants
//! 1. Each pointer passed to a call comes from a live slice or local of this function, with its true length.
//! 2. Descriptors put into an `fd_set` are in `0..FD_SETSIZE`.
#![allow(unsafe_code, reason = "system calls; see the invariants above")]

use std::ptr::null_mut;

use super::Native;
#[cfg(target_os = "linux")]
use super::call::{c_timespec, done};
use super::call::{c_timeval, cvt};
use crate::clock::Timespec;
#[cfg(target_os = "linux")]
use crate::descriptors::EpollEvent;
use crate::descriptors::{PollFd, Readiness, Ready};
use crate::error::{OsError, OsResult};
use crate::files::Fd;

/// An `fd_set` of the descriptors, and the largest of them.
fn fd_set(fds: &[Fd]) -> OsResult<(libc::fd_set, Fd)> {
    // SAFETY: an `fd_set` of zeros is the empty set.
    let mut set: libc::fd_set = unsafe { std::mem::zeroed() };
    let mut largest = -1;
    for &fd in fds {
        if !usize::try_from(fd).is_ok_and(|fd| fd < libc::FD_SETSIZE) {
            return Err(OsError::new(libc::EINVAL));
        }
        // SAFETY: invariant 2, just checked.
        unsafe { libc::FD_SET(fd, &raw mut set) };
        largest = largest.max(fd);
    }
    Ok((set, largest))
}

fn members(fds: &[Fd], set: &libc::fd_set) -> Vec<Fd> {
    // SAFETY: invariant 2: `fd_set` accepted the same descriptors.
    fds.iter()
        .copied()
        .filter(|&fd| unsafe { libc::FD_ISSET(fd, set) })
        .collect()
}

/// Milliseconds rounded up, -1 for ever.
#[cfg(not(target_os = "linux"))]
fn milliseconds(timeout: Option<Timespec>) -> i32 {
    match timeout {
        None => -1,
        Some(span) => {
            i32::try_from((span.as_nanos() + 999_999).div_euclid(1_000_000)).unwrap_or(i32::MAX)
        }
    }
}

impl Readiness for Native {
    fn select(
        &self,
        read: &[Fd],
        write: &[Fd],
        except: &[Fd],
        timeout: Option<Timespec>,
    ) -> OsResult<Ready> {
        let (mut read_set, a) = fd_set(read)?;
        let (mut write_set, b) = fd_set(write)?;
        let (mut except_set, c) = fd_set(except)?;
        let mut span = timeout.map(c_timeval);
        let span = span.as_mut().map_or(null_mut(), std::ptr::from_mut);
        // SAFETY: invariant 1.
        cvt(unsafe {
            libc::select(
                a.max(b).max(c) + 1,
                &raw mut read_set,
                &raw mut write_set,
                &raw mut except_set,
                span,
            )
        })?;
        Ok(Ready {
            read: members(read, &read_set),
            write: members(write, &write_set),
            except: members(except, &except_set),
        })
    }

    fn poll(&self, fds: &mut [PollFd], timeout: Option<Timespec>) -> OsResult<usize> {
        let mut raw: Vec<libc::pollfd> = fds
            .iter()
            .map(|p| libc::pollfd {
                fd: p.fd,
                events: p.events,
                revents: 0,
            })
            .collect();
        let length = raw.len() as libc::nfds_t;
        #[cfg(target_os = "linux")]
        let found = {
            let span = timeout.map(c_timespec);
            let span = span.as_ref().map_or(std::ptr::null(), std::ptr::from_ref);
            // SAFETY: invariant 1.
            cvt(unsafe { libc::ppoll(raw.as_mut_ptr(), length, span, std::ptr::null()) })?
        };
        #[cfg(not(target_os = "linux"))]
        // SAFETY: invariant 1.
        let found = cvt(unsafe { libc::poll(raw.as_mut_ptr(), length, milliseconds(timeout)) })?;
        for (fd, raw) in fds.iter_mut().zip(&raw) {
            fd.revents = raw.revents;
        }
        Ok(found.unsigned_abs() as usize)
    }

    #[cfg(target_os = "linux")]
    fn epoll_create(&self, flags: i32) -> OsResult<Fd> {
        // SAFETY: no pointers.
        cvt(unsafe { libc::epoll_create1(flags) })
    }

    #[cfg(target_os = "linux")]
    fn epoll_ctl(&self, epoll: Fd, operation: i32, event: EpollEvent) -> OsResult<()> {
        let mut raw = libc::epoll_event {
            events: event.events,
            u64: u64::from(event.fd as u32),
        };
        // SAFETY: invariant 1.
        done(unsafe { libc::epoll_ctl(epoll, operation, event.fd, &raw mut raw) })
    }

    #[cfg(target_os = "linux")]
    fn epoll_wait(
        &self,
        epoll: Fd,
        max_events: usize,
        timeout: Option<Timespec>,
    ) -> OsResult<Vec<EpollEvent>> {
        // Linux accepts at most INT_MAX / sizeof(struct epoll_event).
        let room = i32::try_from(max_events)
            .unwrap_or(i32::MAX)
            .min(i32::MAX / 12);
        let mut events =
            vec![libc::epoll_event { events: 0, u64: 0 }; room.unsigned_abs() as usize];
        let millis = match timeout {
            None => -1,
            Some(span) => {
                i32::try_from((span.as_nanos() + 999_999).div_euclid(1_000_000)).unwrap_or(i32::MAX)
            }
        };
        // SAFETY: invariant 1.
        let found = cvt(unsafe { libc::epoll_wait(epoll, events.as_mut_ptr(), room, millis) })?;
        let found = found.unsigned_abs() as usize;
        Ok(events[..found]
            .iter()
            .map(|e| EpollEvent {
                fd: { e.u64 } as u32 as Fd,
                events: e.events,
            })
            .collect())
    }
}
