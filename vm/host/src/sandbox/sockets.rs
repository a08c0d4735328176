//! The one kind of socket that the sandbox has: a connected pair inside the isolate, as event loops need it.
//!
//! Everything that would reach a network, or another process, is refused by the default methods.

use super::Sandbox;
use super::table::{End, Object};
use crate::error::{OsError, OsResult};
use crate::files::{Fd, OpenFlags};
use crate::network::{Resolver, SocketAddress, Sockets};

fn fails<T>(errno: i32) -> OsResult<T> {
    Err(OsError::new(errno))
}

impl Resolver for Sandbox {}

impl Sockets for Sandbox {
    fn socketpair(&self, family: i32, kind: i32, _protocol: i32) -> OsResult<(Fd, Fd)> {
        #[cfg(target_os = "linux")]
        let (plain, wait) = (
            kind & !(libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC),
            kind & libc::SOCK_NONBLOCK,
        );
        #[cfg(not(target_os = "linux"))]
        let (plain, wait) = (kind, 0);
        if family != libc::AF_UNIX || plain != libc::SOCK_STREAM {
            return Err(OsError::refused(
                libc::EOPNOTSUPP,
                "the sandbox pairs stream sockets of AF_UNIX only",
            ));
        }
        let flags = OpenFlags::READ_WRITE
            | if wait == 0 {
                OpenFlags(0)
            } else {
                OpenFlags::NON_BLOCKING
            };
        let mut state = self.lock();
        state.table.check_room(2)?;
        let (to, from) = (state.table.make_channel(), state.table.make_channel());
        let left = state.table.open(
            Object::Socket {
                incoming: Some(from),
                outgoing: Some(to),
            },
            flags,
        )?;
        let right = state.table.open(
            Object::Socket {
                incoming: Some(to),
                outgoing: Some(from),
            },
            flags,
        )?;
        Ok((left, right))
    }

    fn send(&self, fd: Fd, data: &[u8], flags: i32) -> OsResult<usize> {
        self.until_done(fd, flags & libc::MSG_DONTWAIT != 0, |state| {
            match state.table.get(fd)?.object {
                Object::Socket {
                    outgoing: Some(channel),
                    ..
                } => state.write_channel(channel, data),
                Object::Socket { outgoing: None, .. } => fails(libc::EPIPE),
                _ => fails(libc::ENOTSOCK),
            }
        })
    }

    fn recv(&self, fd: Fd, buffer: &mut [u8], flags: i32) -> OsResult<usize> {
        let peek = flags & libc::MSG_PEEK != 0;
        self.until_done(fd, flags & libc::MSG_DONTWAIT != 0, |state| {
            match state.table.get(fd)?.object {
                Object::Socket {
                    incoming: Some(channel),
                    ..
                } => state.read_channel(channel, buffer, peek),
                Object::Socket { incoming: None, .. } => Ok(Some(0)),
                _ => fails(libc::ENOTSOCK),
            }
        })
    }

    fn recvfrom(&self, fd: Fd, buffer: &mut [u8], flags: i32) -> OsResult<(usize, SocketAddress)> {
        Ok((self.recv(fd, buffer, flags)?, SocketAddress::None))
    }

    fn shutdown(&self, fd: Fd, how: i32) -> OsResult<()> {
        let mut state = self.lock();
        let Object::Socket { incoming, outgoing } = &mut state.table.get_mut(fd)?.object else {
            return fails(libc::ENOTSOCK);
        };
        let read = if matches!(how, libc::SHUT_RD | libc::SHUT_RDWR) {
            incoming.take()
        } else {
            None
        };
        let write = if matches!(how, libc::SHUT_WR | libc::SHUT_RDWR) {
            outgoing.take()
        } else {
            None
        };
        if let Some(channel) = read {
            state.table.leave(channel, End::Read);
        }
        if let Some(channel) = write {
            state.table.leave(channel, End::Write);
        }
        self.changed.notify_all();
        Ok(())
    }

    fn getsockname(&self, fd: Fd) -> OsResult<SocketAddress> {
        match self.lock().table.get(fd)?.object {
            Object::Socket { .. } => Ok(SocketAddress::Unix(Vec::new())),
            _ => fails(libc::ENOTSOCK),
        }
    }

    fn getpeername(&self, fd: Fd) -> OsResult<SocketAddress> {
        self.getsockname(fd)
    }

    fn getsockopt(&self, fd: Fd, level: i32, option: i32, buffer: &mut [u8]) -> OsResult<usize> {
        let Object::Socket { .. } = self.lock().table.get(fd)?.object else {
            return fails(libc::ENOTSOCK);
        };
        let value: i32 = match (level, option) {
            (libc::SOL_SOCKET, libc::SO_TYPE) => libc::SOCK_STREAM,
            (libc::SOL_SOCKET, libc::SO_ERROR) => 0,
            #[cfg(target_os = "linux")]
            (libc::SOL_SOCKET, libc::SO_DOMAIN) => libc::AF_UNIX,
            #[cfg(target_os = "linux")]
            (libc::SOL_SOCKET, libc::SO_PROTOCOL) => 0,
            _ => return fails(libc::ENOPROTOOPT),
        };
        let length = buffer.len().min(size_of::<i32>());
        buffer[..length].copy_from_slice(&value.to_ne_bytes()[..length]);
        Ok(length)
    }

    fn gethostname(&self) -> OsResult<Vec<u8>> {
        Ok(b"sandbox".to_vec())
    }
}
