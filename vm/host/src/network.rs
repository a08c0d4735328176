//! Sockets and name resolution: what `_socket` needs.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::boundary::part_of_host;
use crate::error::OsError;
use crate::files::Fd;

/// A socket's address.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum SocketAddress {
    /// `AF_INET`.
    Inet {
        /// Host.
        address: Ipv4Addr,
        /// Port.
        port: u16,
    },
    /// `AF_INET6`.
    Inet6 {
        /// Host.
        address: Ipv6Addr,
        /// Port.
        port: u16,
        /// Flow information, in host byte order.
        flow_info: u32,
        /// Interface index of a link-local address.
        scope_id: u32,
    },
    /// `AF_UNIX`: a path; empty for an unnamed socket; starting with NUL in Linux's abstract namespace.
    Unix(Vec<u8>),
    /// Any other family: the bytes of `struct sockaddr` after the family.
    Other {
        /// `AF_*`.
        family: i32,
        /// What follows the family.
        data: Vec<u8>,
    },
    /// The kernel gave no address.
    None,
}

/// One piece of ancillary data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ControlMessage {
    /// `SOL_SOCKET`, ...
    pub level: i32,
    /// `SCM_RIGHTS`, ...
    pub kind: i32,
    /// The payload.
    pub data: Vec<u8>,
}

/// A message received with its ancillary data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceivedMessage {
    /// Bytes placed into the buffers.
    pub length: usize,
    /// Ancillary data.
    pub control: Vec<ControlMessage>,
    /// `MSG_*` flags of the message.
    pub flags: i32,
    /// Who sent it.
    pub address: SocketAddress,
}

/// What `getaddrinfo` looks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AddressHints {
    /// `AF_*`, 0 for any.
    pub family: i32,
    /// `SOCK_*`, 0 for any.
    pub kind: i32,
    /// `IPPROTO_*`, 0 for any.
    pub protocol: i32,
    /// `AI_*`.
    pub flags: i32,
}

/// One answer of `getaddrinfo`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressInfo {
    /// `AF_*`.
    pub family: i32,
    /// `SOCK_*`.
    pub kind: i32,
    /// `IPPROTO_*`.
    pub protocol: i32,
    /// The host's official name, if asked for.
    pub canonical_name: Option<Vec<u8>>,
    /// The address.
    pub address: SocketAddress,
}

/// An entry of the hosts database (`struct hostent`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostEntry {
    /// Official name.
    pub name: Vec<u8>,
    /// Other names.
    pub aliases: Vec<Vec<u8>>,
    /// Its addresses.
    pub addresses: Vec<IpAddr>,
}

/// A failed look-up of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResolveError {
    /// `socket.gaierror`: an `EAI_*` number and its text.
    Resolver {
        /// `EAI_*`.
        code: i32,
        /// The resolver's text.
        message: String,
    },
    /// `socket.herror`: an `h_errno` number and its text.
    Database {
        /// `h_errno`.
        code: i32,
        /// Its text.
        message: String,
    },
    /// A system error, or the host's refusal.
    Os(OsError),
}

impl From<OsError> for ResolveError {
    fn from(error: OsError) -> Self {
        Self::Os(error)
    }
}

/// An entry of the services database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// Official name.
    pub name: Vec<u8>,
    /// Port, in host byte order.
    pub port: u16,
}

part_of_host! {
    /// Sockets. Descriptors come back as not inherited by children (PEP 446).
    pub trait Sockets in Network {
        /// Makes a socket; `kind` may carry `SOCK_NONBLOCK`.
        fn socket(&self, family: i32, kind: i32, protocol: i32) -> Fd;
        /// Two connected sockets.
        fn socketpair(&self, family: i32, kind: i32, protocol: i32) -> (Fd, Fd);
        /// Gives a socket its address.
        fn bind(&self, fd: Fd, address: &SocketAddress) -> ();
        /// Waits for connections.
        fn listen(&self, fd: Fd, backlog: i32) -> ();
        /// Takes a connection.
        fn accept(&self, fd: Fd) -> (Fd, SocketAddress);
        /// Connects; `EINPROGRESS` on a socket that does not block.
        fn connect(&self, fd: Fd, address: &SocketAddress) -> ();
        /// The socket's own address.
        fn getsockname(&self, fd: Fd) -> SocketAddress;
        /// The other side's address.
        fn getpeername(&self, fd: Fd) -> SocketAddress;
        /// Ends one or both directions (`SHUT_*`).
        fn shutdown(&self, fd: Fd, how: i32) -> ();
        /// Sends (`MSG_*` flags).
        fn send(&self, fd: Fd, data: &[u8], flags: i32) -> usize;
        /// Sends to an address.
        fn sendto(&self, fd: Fd, data: &[u8], flags: i32, address: &SocketAddress) -> usize;
        /// Receives.
        fn recv(&self, fd: Fd, buffer: &mut [u8], flags: i32) -> usize;
        /// Receives, and tells who sent.
        fn recvfrom(&self, fd: Fd, buffer: &mut [u8], flags: i32) -> (usize, SocketAddress);
        /// Sends buffers with ancillary data.
        fn sendmsg(&self, fd: Fd, buffers: &[&[u8]], control: &[ControlMessage], flags: i32, address: Option<&SocketAddress>) -> usize;
        /// Receives into buffers, with room for `control_size` bytes of ancillary data.
        fn recvmsg(&self, fd: Fd, buffers: &mut [&mut [u8]], control_size: usize, flags: i32) -> ReceivedMessage;
        /// Reads an option into the buffer; returns its length.
        fn getsockopt(&self, fd: Fd, level: i32, option: i32, buffer: &mut [u8]) -> usize;
        /// Sets an option; `None` passes a null pointer of the given length.
        fn setsockopt(&self, fd: Fd, level: i32, option: i32, value: &[u8]) -> ();
        /// Sets an option to a null pointer with a length (`setsockopt(level, name, None, length)`).
        fn setsockopt_null(&self, fd: Fd, level: i32, option: i32, length: u32) -> ();
        /// All network interfaces, as index and name.
        fn if_nameindex(&self) -> Vec<(u32, Vec<u8>)>;
        /// An interface's index.
        fn if_nametoindex(&self, name: &[u8]) -> u32;
        /// An interface's name.
        fn if_indextoname(&self, index: u32) -> Vec<u8>;
        /// A service by name, `None` if unknown.
        fn service_by_name(&self, name: &[u8], protocol: Option<&[u8]>) -> Option<Service>;
        /// A service by port, `None` if unknown.
        fn service_by_port(&self, port: u16, protocol: Option<&[u8]>) -> Option<Service>;
        /// A protocol's number, `None` if unknown.
        fn protocol_by_name(&self, name: &[u8]) -> Option<i32>;
        /// The machine's name.
        fn gethostname(&self) -> Vec<u8>;
        /// Changes the machine's name.
        fn sethostname(&self, name: &[u8]) -> ();
    }
}

/// Name resolution.
pub trait Resolver: crate::boundary::Boundary {
    /// Addresses of a host and service.
    ///
    /// # Errors
    /// `EAI_*` errors of the resolver; the host's refusal.
    fn getaddrinfo(
        &self,
        host: Option<&[u8]>,
        service: Option<&[u8]>,
        hints: AddressHints,
    ) -> Result<Vec<AddressInfo>, ResolveError> {
        let _ = (host, service, hints);
        Err(self.refuse(crate::boundary::Area::Network).into())
    }

    /// Host and service of an address, with `NI_*` flags.
    ///
    /// # Errors
    /// `EAI_*` errors of the resolver; the host's refusal.
    fn getnameinfo(
        &self,
        address: &SocketAddress,
        flags: i32,
    ) -> Result<(Vec<u8>, Vec<u8>), ResolveError> {
        let _ = (address, flags);
        Err(self.refuse(crate::boundary::Area::Network).into())
    }

    /// The entry of a name, with its IPv4 addresses (`gethostbyname`).
    ///
    /// # Errors
    /// `h_errno` errors; the host's refusal.
    fn host_by_name(&self, name: &[u8]) -> Result<HostEntry, ResolveError> {
        let _ = name;
        Err(self.refuse(crate::boundary::Area::Network).into())
    }

    /// The entry of an address (`gethostbyaddr`).
    ///
    /// # Errors
    /// `h_errno` errors; the host's refusal.
    fn host_by_address(&self, address: IpAddr) -> Result<HostEntry, ResolveError> {
        let _ = address;
        Err(self.refuse(crate::boundary::Area::Network).into())
    }
}
