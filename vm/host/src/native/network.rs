//! Sockets on the real machine. `resolver.rs` looks up names.
//!
//! Invariants
//! 1. Each pointer passed to a call comes from a live slice, `CString` or `RawAddress` of this function.
//! 2. The control buffer of `sendmsg` and `recvmsg` is aligned for `cmsghdr` and as long as `msg_controllen` says.
#![allow(unsafe_code, reason = "system calls; see the invariants above")]

use std::mem::zeroed;
use std::ptr::null_mut;

use super::Native;
use super::call::{bytes_of, c_library, c_string, count, cvt, done, io_vectors, io_vectors_mut};
use super::socket_address::RawAddress;
#[cfg(not(target_os = "linux"))]
use crate::descriptors::{Descriptors, Inherit};
use crate::error::{OsError, OsResult};
use crate::files::Fd;
use crate::network::{ControlMessage, ReceivedMessage, Service, SocketAddress, Sockets};

#[cfg(target_os = "linux")]
const CLOEXEC: i32 = libc::SOCK_CLOEXEC;
#[cfg(not(target_os = "linux"))]
const CLOEXEC: i32 = 0;

/// Room for control messages, aligned (invariant 2).
fn control_room(bytes: usize) -> Vec<u64> {
    vec![0; bytes.div_ceil(size_of::<u64>())]
}

impl Sockets for Native {
    fn socket(&self, family: i32, kind: i32, protocol: i32) -> OsResult<Fd> {
        // SAFETY: no pointers.
        let fd = cvt(unsafe { libc::socket(family, kind | CLOEXEC, protocol) })?;
        #[cfg(not(target_os = "linux"))]
        self.set_inherited(fd, Inherit::No)?;
        Ok(fd)
    }

    fn socketpair(&self, family: i32, kind: i32, protocol: i32) -> OsResult<(Fd, Fd)> {
        let mut pair = [0; 2];
        // SAFETY: invariant 1.
        done(unsafe { libc::socketpair(family, kind | CLOEXEC, protocol, pair.as_mut_ptr()) })?;
        #[cfg(not(target_os = "linux"))]
        for fd in pair {
            self.set_inherited(fd, Inherit::No)?;
        }
        Ok((pair[0], pair[1]))
    }

    fn bind(&self, fd: Fd, address: &SocketAddress) -> OsResult<()> {
        let raw = RawAddress::encode(address)?;
        // SAFETY: invariant 1.
        done(unsafe { libc::bind(fd, raw.as_ptr(), raw.length()) })
    }

    fn listen(&self, fd: Fd, backlog: i32) -> OsResult<()> {
        // SAFETY: no pointers.
        done(unsafe { libc::listen(fd, backlog) })
    }

    fn accept(&self, fd: Fd) -> OsResult<(Fd, SocketAddress)> {
        let mut raw = RawAddress::empty();
        let length = raw.length_mut();
        #[cfg(target_os = "linux")]
        // SAFETY: invariant 1.
        let new = cvt(unsafe { libc::accept4(fd, raw.as_mut_ptr(), length, CLOEXEC) })?;
        #[cfg(not(target_os = "linux"))]
        // SAFETY: invariant 1.
        let new = cvt(unsafe { libc::accept(fd, raw.as_mut_ptr(), length) })?;
        #[cfg(not(target_os = "linux"))]
        self.set_inherited(new, Inherit::No)?;
        Ok((new, raw.decode()))
    }

    fn connect(&self, fd: Fd, address: &SocketAddress) -> OsResult<()> {
        let raw = RawAddress::encode(address)?;
        // SAFETY: invariant 1.
        done(unsafe { libc::connect(fd, raw.as_ptr(), raw.length()) })
    }

    fn getsockname(&self, fd: Fd) -> OsResult<SocketAddress> {
        let mut raw = RawAddress::empty();
        let length = raw.length_mut();
        // SAFETY: invariant 1.
        done(unsafe { libc::getsockname(fd, raw.as_mut_ptr(), length) })?;
        Ok(raw.decode())
    }

    fn getpeername(&self, fd: Fd) -> OsResult<SocketAddress> {
        let mut raw = RawAddress::empty();
        let length = raw.length_mut();
        // SAFETY: invariant 1.
        done(unsafe { libc::getpeername(fd, raw.as_mut_ptr(), length) })?;
        Ok(raw.decode())
    }

    fn shutdown(&self, fd: Fd, how: i32) -> OsResult<()> {
        // SAFETY: no pointers.
        done(unsafe { libc::shutdown(fd, how) })
    }

    fn send(&self, fd: Fd, data: &[u8], flags: i32) -> OsResult<usize> {
        // SAFETY: invariant 1.
        count(unsafe { libc::send(fd, data.as_ptr().cast(), data.len(), flags) })
    }

    fn sendto(&self, fd: Fd, data: &[u8], flags: i32, address: &SocketAddress) -> OsResult<usize> {
        let raw = RawAddress::encode(address)?;
        // SAFETY: invariant 1.
        count(unsafe {
            libc::sendto(
                fd,
                data.as_ptr().cast(),
                data.len(),
                flags,
                raw.as_ptr(),
                raw.length(),
            )
        })
    }

    fn recv(&self, fd: Fd, buffer: &mut [u8], flags: i32) -> OsResult<usize> {
        // SAFETY: invariant 1.
        count(unsafe { libc::recv(fd, buffer.as_mut_ptr().cast(), buffer.len(), flags) })
    }

    fn recvfrom(&self, fd: Fd, buffer: &mut [u8], flags: i32) -> OsResult<(usize, SocketAddress)> {
        let mut raw = RawAddress::empty();
        let length = raw.length_mut();
        // SAFETY: invariant 1.
        let received = count(unsafe {
            libc::recvfrom(
                fd,
                buffer.as_mut_ptr().cast(),
                buffer.len(),
                flags,
                raw.as_mut_ptr(),
                length,
            )
        })?;
        // A connected stream reports nothing; some systems then leave the length as it was.
        Ok((
            received,
            if raw.length() == 0 {
                SocketAddress::None
            } else {
                raw.decode()
            },
        ))
    }

    fn sendmsg(
        &self,
        fd: Fd,
        buffers: &[&[u8]],
        control: &[ControlMessage],
        flags: i32,
        address: Option<&SocketAddress>,
    ) -> OsResult<usize> {
        let mut vectors = io_vectors(buffers);
        let mut raw = address.map(RawAddress::encode).transpose()?;
        // SAFETY: a structure of integers and pointers may be zero.
        let mut header: libc::msghdr = unsafe { zeroed() };
        header.msg_iov = vectors.as_mut_ptr();
        header.msg_iovlen = vectors.len() as _;
        if let Some(raw) = &mut raw {
            header.msg_name = raw.as_mut_ptr().cast();
            header.msg_namelen = raw.length();
        }
        // SAFETY: arithmetic only.
        let size: usize = control
            .iter()
            .map(|m| unsafe { libc::CMSG_SPACE(m.data.len() as u32) } as usize)
            .sum();
        let mut room = control_room(size);
        if size > 0 {
            header.msg_control = room.as_mut_ptr().cast();
            header.msg_controllen = size as _;
            // SAFETY: invariant 2; the space was computed for exactly these messages.
            unsafe {
                let mut place = libc::CMSG_FIRSTHDR(&raw const header);
                for message in control {
                    if place.is_null() {
                        return Err(OsError::new(libc::EINVAL));
                    }
                    (*place).cmsg_level = message.level;
                    (*place).cmsg_type = message.kind;
                    (*place).cmsg_len = libc::CMSG_LEN(message.data.len() as u32) as _;
                    std::ptr::copy_nonoverlapping(
                        message.data.as_ptr(),
                        libc::CMSG_DATA(place),
                        message.data.len(),
                    );
                    place = libc::CMSG_NXTHDR(&raw const header, place);
                }
            }
        }
        // SAFETY: invariants 1 and 2.
        count(unsafe { libc::sendmsg(fd, &raw const header, flags) })
    }

    fn recvmsg(
        &self,
        fd: Fd,
        buffers: &mut [&mut [u8]],
        control_size: usize,
        flags: i32,
    ) -> OsResult<ReceivedMessage> {
        let mut vectors = io_vectors_mut(buffers);
        let mut raw = RawAddress::empty();
        let mut room = control_room(control_size);
        // SAFETY: a structure of integers and pointers may be zero.
        let mut header: libc::msghdr = unsafe { zeroed() };
        header.msg_iov = vectors.as_mut_ptr();
        header.msg_iovlen = vectors.len() as _;
        header.msg_name = raw.as_mut_ptr().cast();
        header.msg_namelen = raw.length();
        if control_size > 0 {
            header.msg_control = room.as_mut_ptr().cast();
            header.msg_controllen = control_size as _;
        }
        // SAFETY: invariants 1 and 2.
        let length = count(unsafe { libc::recvmsg(fd, &raw mut header, flags) })?;
        raw.set_length(header.msg_namelen);
        let mut control = Vec::new();
        let end = room.as_ptr() as usize + header.msg_controllen as usize;
        // SAFETY: invariant 2; the kernel filled `msg_controllen` bytes. A cut message is read up to that end.
        unsafe {
            let mut place = libc::CMSG_FIRSTHDR(&raw const header);
            while !place.is_null() {
                let data = libc::CMSG_DATA(place);
                let named =
                    ((*place).cmsg_len as usize).saturating_sub(data as usize - place as usize);
                let present = named.min(end.saturating_sub(data as usize));
                control.push(ControlMessage {
                    level: (*place).cmsg_level,
                    kind: (*place).cmsg_type,
                    data: std::slice::from_raw_parts(data, present).to_vec(),
                });
                place = libc::CMSG_NXTHDR(&raw const header, place);
            }
        }
        Ok(ReceivedMessage {
            length,
            control,
            flags: header.msg_flags,
            address: raw.decode(),
        })
    }

    fn getsockopt(&self, fd: Fd, level: i32, option: i32, buffer: &mut [u8]) -> OsResult<usize> {
        let mut length =
            libc::socklen_t::try_from(buffer.len()).map_err(|_| OsError::new(libc::EINVAL))?;
        // SAFETY: invariant 1.
        done(unsafe {
            libc::getsockopt(
                fd,
                level,
                option,
                buffer.as_mut_ptr().cast(),
                &raw mut length,
            )
        })?;
        Ok((length as usize).min(buffer.len()))
    }

    fn setsockopt(&self, fd: Fd, level: i32, option: i32, value: &[u8]) -> OsResult<()> {
        let length =
            libc::socklen_t::try_from(value.len()).map_err(|_| OsError::new(libc::EINVAL))?;
        // SAFETY: invariant 1.
        done(unsafe { libc::setsockopt(fd, level, option, value.as_ptr().cast(), length) })
    }

    fn setsockopt_null(&self, fd: Fd, level: i32, option: i32, length: u32) -> OsResult<()> {
        // SAFETY: the kernel checks the pointer against the length, and fails with `EFAULT`.
        done(unsafe { libc::setsockopt(fd, level, option, std::ptr::null(), length) })
    }

    fn if_nameindex(&self) -> OsResult<Vec<(u32, Vec<u8>)>> {
        // SAFETY: no pointers.
        let list = unsafe { libc::if_nameindex() };
        if list.is_null() {
            return Err(OsError::last());
        }
        let mut found = Vec::new();
        let mut entry = list;
        // SAFETY: the list ends with an entry of index 0, and is freed once, after the last use.
        unsafe {
            while (*entry).if_index != 0 {
                found.push(((*entry).if_index, bytes_of((*entry).if_name)));
                entry = entry.add(1);
            }
            libc::if_freenameindex(list);
        }
        Ok(found)
    }

    fn if_nametoindex(&self, name: &[u8]) -> OsResult<u32> {
        let name = c_string(name)?;
        // SAFETY: invariant 1.
        match unsafe { libc::if_nametoindex(name.as_ptr()) } {
            0 => Err(OsError::last()),
            index => Ok(index),
        }
    }

    fn if_indextoname(&self, index: u32) -> OsResult<Vec<u8>> {
        let mut name = [0; libc::IF_NAMESIZE];
        // SAFETY: invariant 1; the buffer has the size that the call demands.
        let found = unsafe { libc::if_indextoname(index, name.as_mut_ptr()) };
        if found.is_null() {
            return Err(OsError::last());
        }
        // SAFETY: the call filled the buffer with a C string.
        Ok(unsafe { bytes_of(found) })
    }

    fn service_by_name(&self, name: &[u8], protocol: Option<&[u8]>) -> OsResult<Option<Service>> {
        let name = c_string(name)?;
        let protocol = protocol.map(c_string).transpose()?;
        let protocol = protocol
            .as_ref()
            .map_or(null_mut(), |text| text.as_ptr().cast_mut());
        let _guard = c_library();
        // SAFETY: invariant 1; the answer is read under the lock.
        Ok(unsafe { service_from(libc::getservbyname(name.as_ptr(), protocol)) })
    }

    fn service_by_port(&self, port: u16, protocol: Option<&[u8]>) -> OsResult<Option<Service>> {
        let protocol = protocol.map(c_string).transpose()?;
        let protocol = protocol
            .as_ref()
            .map_or(null_mut(), |text| text.as_ptr().cast_mut());
        let _guard = c_library();
        // SAFETY: invariant 1; the answer is read under the lock.
        Ok(unsafe { service_from(getservbyport(i32::from(port.to_be()), protocol)) })
    }

    fn protocol_by_name(&self, name: &[u8]) -> OsResult<Option<i32>> {
        let name = c_string(name)?;
        let _guard = c_library();
        // SAFETY: invariant 1; the answer is read under the lock.
        let entry = unsafe { libc::getprotobyname(name.as_ptr()) };
        if entry.is_null() {
            return Ok(None);
        }
        // SAFETY: not null.
        Ok(Some(unsafe { (*entry).p_proto }))
    }

    fn gethostname(&self) -> OsResult<Vec<u8>> {
        let mut name = [0u8; 1024];
        // SAFETY: invariant 1; the last byte stays a NUL.
        done(unsafe { libc::gethostname(name.as_mut_ptr().cast(), name.len() - 1) })?;
        let end = name
            .iter()
            .position(|&byte| byte == 0)
            .unwrap_or(name.len());
        Ok(name[..end].to_vec())
    }

    fn sethostname(&self, name: &[u8]) -> OsResult<()> {
        // SAFETY: invariant 1.
        done(unsafe { libc::sethostname(name.as_ptr().cast(), name.len() as _) })
    }
}

unsafe extern "C" {
    fn getservbyport(port: i32, protocol: *const libc::c_char) -> *mut libc::servent;
}

/// # Safety
/// `entry` is null or the database's answer, which nobody changes during the call.
unsafe fn service_from(entry: *mut libc::servent) -> Option<Service> {
    if entry.is_null() {
        return None;
    }
    // SAFETY: the caller's promise.
    let (name, port) = unsafe { (bytes_of((*entry).s_name), (*entry).s_port) };
    Some(Service {
        name,
        port: u16::from_be(port as u16),
    })
}
