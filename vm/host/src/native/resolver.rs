//! Name resolution on the real machine.
//!
//! Invariant: the list of `getaddrinfo` is walked only between its success and its `freeaddrinfo`.
#![allow(unsafe_code, reason = "system calls; see the invariant above")]

use std::mem::zeroed;
use std::ptr::{null, null_mut};

use super::Native;
use super::call::{bytes_of, c_string};
use super::socket_address::RawAddress;
use crate::error::OsError;
use crate::network::{AddressHints, AddressInfo, ResolveError, Resolver, SocketAddress};

fn failure(code: i32) -> ResolveError {
    if code == libc::EAI_SYSTEM {
        return ResolveError::Os(OsError::last());
    }
    // SAFETY: the text of a code is static.
    let message = unsafe { bytes_of(libc::gai_strerror(code)) };
    ResolveError::Resolver {
        code,
        message: String::from_utf8_lossy(&message).into_owned(),
    }
}

impl Resolver for Native {
    fn getaddrinfo(
        &self,
        host: Option<&[u8]>,
        service: Option<&[u8]>,
        hints: AddressHints,
    ) -> Result<Vec<AddressInfo>, ResolveError> {
        let host = host.map(c_string).transpose()?;
        let service = service.map(c_string).transpose()?;
        // SAFETY: a structure of integers and pointers may be zero.
        let mut wanted: libc::addrinfo = unsafe { zeroed() };
        wanted.ai_family = hints.family;
        wanted.ai_socktype = hints.kind;
        wanted.ai_protocol = hints.protocol;
        wanted.ai_flags = hints.flags;
        let mut list: *mut libc::addrinfo = null_mut();
        // SAFETY: the strings are live or null, the structures are locals.
        let code = unsafe {
            libc::getaddrinfo(
                host.as_ref().map_or(null(), |text| text.as_ptr()),
                service.as_ref().map_or(null(), |text| text.as_ptr()),
                &raw const wanted,
                &raw mut list,
            )
        };
        if code != 0 {
            return Err(failure(code));
        }
        let mut found = Vec::new();
        let mut entry = list;
        while !entry.is_null() {
            // SAFETY: see the invariant.
            let info = unsafe { &*entry };
            found.push(AddressInfo {
                family: info.ai_family,
                kind: info.ai_socktype,
                protocol: info.ai_protocol,
                // SAFETY: see the invariant.
                canonical_name: (!info.ai_canonname.is_null())
                    .then(|| unsafe { bytes_of(info.ai_canonname) }),
                // SAFETY: see the invariant.
                address: unsafe { RawAddress::copied(info.ai_addr, info.ai_addrlen) }.decode(),
            });
            entry = info.ai_next;
        }
        // SAFETY: see the invariant.
        unsafe { libc::freeaddrinfo(list) };
        Ok(found)
    }

    fn getnameinfo(
        &self,
        address: &SocketAddress,
        flags: i32,
    ) -> Result<(Vec<u8>, Vec<u8>), ResolveError> {
        let raw = RawAddress::encode(address)?;
        let (mut host, mut service) = ([0; 1025], [0; 128]);
        // SAFETY: live locals with their lengths.
        let code = unsafe {
            libc::getnameinfo(
                raw.as_ptr(),
                raw.length(),
                host.as_mut_ptr(),
                host.len() as _,
                service.as_mut_ptr(),
                service.len() as _,
                flags,
            )
        };
        if code != 0 {
            return Err(failure(code));
        }
        // SAFETY: the call filled both with C strings.
        Ok(unsafe { (bytes_of(host.as_ptr()), bytes_of(service.as_ptr())) })
    }
}
