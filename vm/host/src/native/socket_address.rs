//! `SocketAddress` to and from `struct sockaddr`.
//!
//! Invariants
//! 1. `RawAddress::storage` is zeroed before use, so each of its bytes may be read; `length` is at most its size.
//! 2. A `sockaddr_storage` is large enough and aligned for each family's structure.
#![allow(
    unsafe_code,
    reason = "C's address structures; see the invariants above"
)]

use std::mem::{offset_of, size_of, zeroed};
use std::net::{Ipv4Addr, Ipv6Addr};

use crate::error::{OsError, OsResult};
use crate::network::SocketAddress;

/// C's address with its length.
pub(super) struct RawAddress {
    storage: libc::sockaddr_storage,
    length: libc::socklen_t,
}

const STORAGE: usize = size_of::<libc::sockaddr_storage>();
const FAMILY_OFFSET: usize = offset_of!(libc::sockaddr, sa_family);
/// Where the data begins after the family.
const DATA_OFFSET: usize = offset_of!(libc::sockaddr, sa_data);

impl RawAddress {
    /// Room for any address.
    pub(super) fn empty() -> Self {
        // SAFETY: a structure of integers may be zero.
        Self {
            // SAFETY: a structure of integers may be zero.
            storage: unsafe { zeroed() },
            length: STORAGE as libc::socklen_t,
        }
    }

    pub(super) fn as_ptr(&self) -> *const libc::sockaddr {
        (&raw const self.storage).cast()
    }

    pub(super) fn as_mut_ptr(&mut self) -> *mut libc::sockaddr {
        (&raw mut self.storage).cast()
    }

    pub(super) fn length(&self) -> libc::socklen_t {
        self.length
    }

    pub(super) fn length_mut(&mut self) -> *mut libc::socklen_t {
        &raw mut self.length
    }

    pub(super) fn set_length(&mut self, length: libc::socklen_t) {
        self.length = length;
    }

    fn bytes_mut(&mut self) -> &mut [u8; STORAGE] {
        // SAFETY: invariant 1; any bytes are a valid storage.
        unsafe { &mut *(&raw mut self.storage).cast() }
    }

    fn bytes(&self) -> &[u8] {
        // SAFETY: invariant 1.
        let all: &[u8; STORAGE] = unsafe { &*(&raw const self.storage).cast() };
        &all[..(self.length as usize).min(STORAGE)]
    }

    fn set_family(&mut self, family: i32) {
        // SAFETY: invariant 2.
        unsafe { (*self.as_mut_ptr()).sa_family = family as libc::sa_family_t };
    }

    pub(super) fn encode(address: &SocketAddress) -> OsResult<Self> {
        let mut raw = Self::empty();
        match address {
            SocketAddress::Inet { address, port } => {
                let place: *mut libc::sockaddr_in = raw.as_mut_ptr().cast();
                // SAFETY: invariant 2.
                unsafe {
                    (*place).sin_port = port.to_be();
                    (*place).sin_addr.s_addr = u32::from_ne_bytes(address.octets());
                }
                raw.set_family(libc::AF_INET);
                raw.length = size_of::<libc::sockaddr_in>() as libc::socklen_t;
            }
            SocketAddress::Inet6 {
                address,
                port,
                flow_info,
                scope_id,
            } => {
                let place: *mut libc::sockaddr_in6 = raw.as_mut_ptr().cast();
                // SAFETY: invariant 2.
                unsafe {
                    (*place).sin6_port = port.to_be();
                    (*place).sin6_addr.s6_addr = address.octets();
                    (*place).sin6_flowinfo = flow_info.to_be();
                    (*place).sin6_scope_id = *scope_id;
                }
                raw.set_family(libc::AF_INET6);
                raw.length = size_of::<libc::sockaddr_in6>() as libc::socklen_t;
            }
            SocketAddress::Unix(path) => {
                let start = offset_of!(libc::sockaddr_un, sun_path);
                let room = size_of::<libc::sockaddr_un>() - start;
                let is_name = !path.is_empty() && path[0] != 0;
                // A path needs its terminating NUL; an abstract name does not.
                if path.len() + usize::from(is_name) > room {
                    return Err(OsError::refused(libc::EINVAL, "AF_UNIX path too long"));
                }
                raw.bytes_mut()[start..start + path.len()].copy_from_slice(path);
                raw.set_family(libc::AF_UNIX);
                raw.length = (start + path.len() + usize::from(is_name)) as libc::socklen_t;
            }
            SocketAddress::Other { family, data } => {
                if DATA_OFFSET + data.len() > STORAGE {
                    return Err(OsError::new(libc::EINVAL));
                }
                raw.bytes_mut()[DATA_OFFSET..DATA_OFFSET + data.len()].copy_from_slice(data);
                raw.set_family(*family);
                raw.length = (DATA_OFFSET + data.len()) as libc::socklen_t;
            }
            SocketAddress::None => raw.length = 0,
        }
        Ok(raw)
    }

    pub(super) fn decode(&self) -> SocketAddress {
        let bytes = self.bytes();
        if bytes.len() < FAMILY_OFFSET + size_of::<libc::sa_family_t>() {
            return SocketAddress::None;
        }
        let family = i32::from(self.storage.ss_family);
        match family {
            libc::AF_INET if bytes.len() >= size_of::<libc::sockaddr_in>() => {
                // SAFETY: invariants 1 and 2.
                let place = unsafe { &*self.as_ptr().cast::<libc::sockaddr_in>() };
                SocketAddress::Inet {
                    address: Ipv4Addr::from(place.sin_addr.s_addr.to_ne_bytes()),
                    port: u16::from_be(place.sin_port),
                }
            }
            libc::AF_INET6 if bytes.len() >= size_of::<libc::sockaddr_in6>() => {
                // SAFETY: invariants 1 and 2.
                let place = unsafe { &*self.as_ptr().cast::<libc::sockaddr_in6>() };
                SocketAddress::Inet6 {
                    address: Ipv6Addr::from(place.sin6_addr.s6_addr),
                    port: u16::from_be(place.sin6_port),
                    flow_info: u32::from_be(place.sin6_flowinfo),
                    scope_id: place.sin6_scope_id,
                }
            }
            libc::AF_UNIX => {
                let path = bytes
                    .get(offset_of!(libc::sockaddr_un, sun_path)..)
                    .unwrap_or_default();
                if path.first() == Some(&0) && cfg!(target_os = "linux") {
                    return SocketAddress::Unix(path.to_vec());
                }
                let end = path
                    .iter()
                    .position(|&byte| byte == 0)
                    .unwrap_or(path.len());
                SocketAddress::Unix(path[..end].to_vec())
            }
            _ => SocketAddress::Other {
                family,
                data: bytes.get(DATA_OFFSET..).unwrap_or_default().to_vec(),
            },
        }
    }

    /// A copy of an address that C code owns.
    ///
    /// # Safety
    /// `address` points at `length` readable bytes.
    pub(super) unsafe fn copied(address: *const libc::sockaddr, length: libc::socklen_t) -> Self {
        let mut raw = Self::empty();
        let length = (length as usize).min(STORAGE);
        // SAFETY: the caller's promise, and the storage holds at least `length` bytes.
        unsafe {
            std::ptr::copy_nonoverlapping(
                address.cast::<u8>(),
                raw.bytes_mut().as_mut_ptr(),
                length,
            )
        };
        raw.length = length as libc::socklen_t;
        raw
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_survive_a_round_trip() {
        for address in [
            SocketAddress::Inet {
                address: Ipv4Addr::LOCALHOST,
                port: 80,
            },
            SocketAddress::Inet6 {
                address: Ipv6Addr::LOCALHOST,
                port: 8080,
                flow_info: 7,
                scope_id: 3,
            },
            SocketAddress::Unix(b"/tmp/socket".to_vec()),
            SocketAddress::Unix(Vec::new()),
            SocketAddress::None,
        ] {
            assert_eq!(RawAddress::encode(&address).unwrap().decode(), address);
        }
    }

    #[test]
    fn a_long_path_is_refused() {
        assert!(RawAddress::encode(&SocketAddress::Unix(vec![b'a'; 200])).is_err());
    }
}
