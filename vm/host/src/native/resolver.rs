//! Name resolution on the real machine.
//!
//! Invariant: the list of `getaddrinfo` is walked only between its success and its `freeaddrinfo`.
#![allow(unsafe_code, reason = "system calls; see the invariant above")]

use std::mem::zeroed;
use std::net::IpAddr;
use std::ptr::{null, null_mut};

use super::Native;
use super::call::{bytes_of, c_string};
use super::socket_address::RawAddress;
use crate::error::OsError;
use crate::network::{AddressHints, AddressInfo, HostEntry, ResolveError, Resolver, SocketAddress};

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

    #[cfg(target_os = "linux")]
    fn host_by_name(&self, name: &[u8]) -> Result<HostEntry, ResolveError> {
        let name = c_string(name)?;
        // SAFETY: the string and the places live through the call.
        look_up(|places| unsafe {
            gethostbyname_r(
                name.as_ptr(),
                places.entry,
                places.room,
                places.length,
                places.found,
                places.code,
            )
        })
    }

    #[cfg(target_os = "linux")]
    fn host_by_address(&self, address: IpAddr) -> Result<HostEntry, ResolveError> {
        let (family, octets) = match address {
            IpAddr::V4(address) => (libc::AF_INET, address.octets().to_vec()),
            IpAddr::V6(address) => (libc::AF_INET6, address.octets().to_vec()),
        };
        // SAFETY: the octets and the places live through the call.
        look_up(|places| unsafe {
            gethostbyaddr_r(
                octets.as_ptr().cast(),
                octets.len() as libc::socklen_t,
                family,
                places.entry,
                places.room,
                places.length,
                places.found,
                places.code,
            )
        })
    }
}

/// Where the C library puts an entry of the hosts database.
#[cfg(target_os = "linux")]
struct Places {
    entry: *mut libc::hostent,
    room: *mut libc::c_char,
    length: usize,
    found: *mut *mut libc::hostent,
    code: *mut i32,
}

#[cfg(target_os = "linux")]
unsafe extern "C" {
    fn gethostbyname_r(
        name: *const libc::c_char,
        entry: *mut libc::hostent,
        room: *mut libc::c_char,
        length: libc::size_t,
        found: *mut *mut libc::hostent,
        code: *mut i32,
    ) -> i32;
    fn gethostbyaddr_r(
        address: *const libc::c_void,
        address_length: libc::socklen_t,
        family: i32,
        entry: *mut libc::hostent,
        room: *mut libc::c_char,
        length: libc::size_t,
        found: *mut *mut libc::hostent,
        code: *mut i32,
    ) -> i32;
    fn hstrerror(code: i32) -> *const libc::c_char;
}

/// The most room that an entry is given.
#[cfg(target_os = "linux")]
const MOST_ROOM: usize = 1 << 20;

/// Calls with more and more room, until the entry fits.
#[cfg(target_os = "linux")]
fn look_up(call: impl Fn(&Places) -> i32) -> Result<HostEntry, ResolveError> {
    let mut length = 16 * 1024;
    loop {
        // Pointers are put into the room.
        let mut room = vec![0_u64; length / size_of::<u64>()];
        // SAFETY: a structure of integers and pointers may be zero.
        let mut entry: libc::hostent = unsafe { zeroed() };
        let (mut found, mut code) = (null_mut(), 0);
        let result = call(&Places {
            entry: &raw mut entry,
            room: room.as_mut_ptr().cast(),
            length,
            found: &raw mut found,
            code: &raw mut code,
        });
        if result == libc::ERANGE && length < MOST_ROOM {
            length *= 4;
            continue;
        }
        if result != 0 || found.is_null() {
            // SAFETY: the text of a code is static.
            let message = unsafe { bytes_of(hstrerror(code)) };
            return Err(ResolveError::Database {
                code,
                message: String::from_utf8_lossy(&message).into_owned(),
            });
        }
        // SAFETY: the call filled the entry, and what it points to lies in `room`.
        return Ok(unsafe { entry_of(&entry) });
    }
}

/// # Safety
/// `entry` was filled by the C library, and its room still lives.
#[cfg(target_os = "linux")]
unsafe fn entry_of(entry: &libc::hostent) -> HostEntry {
    // SAFETY: the caller's promise; both lists end with a null pointer.
    unsafe {
        let name = bytes_of(entry.h_name);
        let mut aliases = Vec::new();
        let mut place = entry.h_aliases;
        while !place.is_null() && !(*place).is_null() {
            aliases.push(bytes_of(*place));
            place = place.add(1);
        }
        let mut addresses = Vec::new();
        let mut place = entry.h_addr_list;
        while !place.is_null() && !(*place).is_null() {
            addresses.push(if entry.h_addrtype == libc::AF_INET6 {
                IpAddr::from(*(*place).cast::<[u8; 16]>())
            } else {
                IpAddr::from(*(*place).cast::<[u8; 4]>())
            });
            place = place.add(1);
        }
        HostEntry {
            name,
            aliases,
            addresses,
        }
    }
}
