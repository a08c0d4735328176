//! The type `socket`: one descriptor, its timeout, and how calls on it wait.
//!
//! A socket with a timeout is non-blocking for the kernel; `wait_and_call` waits for readiness before each call.

use std::cell::Cell;

use taipan_host::descriptors::{Blocking, PollFd};
use taipan_host::{Fd, Host, OsError, OsResult, Timespec};
use taipan_macros::{pyclass, pymethods};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::{PyErr, PyResult};
use taipan_vm::native::Args;
use taipan_vm::objects::Type;
use taipan_vm::value::{Py, Value};

use super::address::{self, family_of};
use super::arguments::{Arguments, CInt, c_int};
use super::timeout::{self, Defaults, Timeout};
use crate::seconds::{deadline, remaining};

/// socket(family=AF_INET, type=SOCK_STREAM, proto=0) -> socket object
/// socket(family=-1, type=-1, proto=-1, fileno=None) -> socket object
///
/// Open a socket of the given type.  The family argument specifies the
/// address family; it defaults to AF_INET.  The type argument specifies
/// whether this is a stream (SOCK_STREAM, this is the default)
/// or datagram (SOCK_DGRAM) socket.  The protocol argument defaults to 0,
/// specifying the default protocol.  Keyword arguments are accepted.
/// The socket is created as non-inheritable.
///
/// When a fileno is passed in, family, type and proto are auto-detected,
/// unless they are explicitly set.
///
/// A socket object represents one endpoint of a network connection.
///
/// Methods of socket objects (keyword arguments not allowed):
///
/// _accept() -- accept connection, returning new socket fd and client address
/// bind(addr) -- bind the socket to a local address
/// close() -- close the socket
/// connect(addr) -- connect the socket to a remote address
/// connect_ex(addr) -- connect, return an error code instead of an exception
/// dup() -- return a new socket fd duplicated from fileno()
/// fileno() -- return underlying file descriptor
/// getpeername() -- return remote address [*]
/// getsockname() -- return local address
/// getsockopt(level, optname[, buflen]) -- get socket options
/// gettimeout() -- return timeout or None
/// listen([n]) -- start listening for incoming connections
/// recv(buflen[, flags]) -- receive data
/// recv_into(buffer[, nbytes[, flags]]) -- receive data (into a buffer)
/// recvfrom(buflen[, flags]) -- receive data and sender's address
/// recvfrom_into(buffer[, nbytes, [, flags])
///   -- receive data and sender's address (into a buffer)
/// sendall(data[, flags]) -- send all data
/// send(data[, flags]) -- send data, may not send all of it
/// sendto(data[, flags], addr) -- send data to a given address
/// setblocking(bool) -- set or clear the blocking I/O flag
/// getblocking() -- return True if socket is blocking, False if non-blocking
/// setsockopt(level, optname, value[, optlen]) -- set socket options
/// settimeout(None | float) -- set or clear the timeout
/// shutdown(how) -- shut down traffic in one or both directions
///
///  [*] not available on all platforms!
#[pyclass(
    name = "socket",
    module = "_socket",
    subclassable,
    parts = 4,
    text_signature = None
)]
pub(super) struct Socket {
    /// -1 when closed.
    pub(super) fd: Cell<Fd>,
    pub(super) family: Cell<i32>,
    pub(super) kind: Cell<i32>,
    pub(super) protocol: Cell<i32>,
    pub(super) timeout: Cell<Timeout>,
}

/// What a socket must be ready for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    Read,
    Write,
}

/// Why a call on a socket did not succeed.
pub(super) enum Failure {
    TimedOut,
    Os(OsError),
    Raised(PyErr),
}

impl From<PyErr> for Failure {
    fn from(error: PyErr) -> Self {
        Self::Raised(error)
    }
}

impl Failure {
    pub(super) fn raise(self, cx: &Ctx) -> PyErr {
        match self {
            Self::TimedOut => cx.error(&cx.types().timeout_error, "timed out"),
            Self::Os(error) => cx.os_error(error),
            Self::Raised(error) => error,
        }
    }
}

/// The end of a timeout that runs.
#[derive(Clone, Copy)]
pub(super) struct Limit(Option<Timespec>);

impl Limit {
    pub(super) fn start(cx: &Ctx, timeout: Timeout) -> PyResult<Self> {
        match timeout {
            Timeout::After(nanos) => deadline(cx, nanos).map(|end| Self(Some(end))),
            Timeout::Never | Timeout::AtOnce => Ok(Self(None)),
        }
    }
}

impl Socket {
    fn bare() -> Self {
        Self {
            fd: Cell::new(-1),
            family: Cell::new(0),
            kind: Cell::new(0),
            protocol: Cell::new(0),
            timeout: Cell::new(Timeout::Never),
        }
    }

    /// Takes over a descriptor, with the default timeout.
    fn set_up(&self, cx: &Ctx, fd: Fd, family: i32, kind: i32, protocol: i32) -> PyResult<()> {
        self.fd.set(fd);
        self.family.set(family);
        self.kind
            .set(kind & !(libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC));
        self.protocol.set(protocol);
        if kind & libc::SOCK_NONBLOCK != 0 {
            self.timeout.set(Timeout::AtOnce);
            return Ok(());
        }
        let timeout = cx.state::<Defaults>().timeout.get();
        self.timeout.set(timeout);
        if timeout != Timeout::Never {
            self.make_blocking(cx, Blocking::No)?;
        }
        Ok(())
    }

    /// A socket object around a new descriptor.
    pub(super) fn around(
        cx: &Ctx,
        fd: Fd,
        family: i32,
        kind: i32,
        protocol: i32,
    ) -> PyResult<Value> {
        let class = cx.native_class(Self::class());
        let object = cx.heap().allocate(&class, Self::bare());
        object.set_up(cx, fd, family, kind, protocol)?;
        Ok(object.into_value())
    }

    pub(super) fn make_blocking(&self, cx: &Ctx, blocking: Blocking) -> PyResult<()> {
        let fd = self.fd.get();
        cx.blocking(|host| host.set_blocking(fd, blocking))
            .map_err(|error| cx.os_error(error))
    }

    fn is_ready(
        &self,
        cx: &Ctx,
        direction: Direction,
        limit: Limit,
        connecting: bool,
    ) -> Result<OsResult<bool>, Failure> {
        let fd = self.fd.get();
        if fd < 0 {
            // The call itself will tell.
            return Ok(Ok(true));
        }
        let left = match limit.0 {
            Some(end) => Some(remaining(cx, end)?),
            None => None,
        };
        let mut events = match direction {
            Direction::Read => libc::POLLIN,
            Direction::Write => libc::POLLOUT,
        };
        if connecting {
            events |= libc::POLLERR;
        }
        let mut poll = [PollFd {
            fd,
            events,
            revents: 0,
        }];
        Ok(cx
            .blocking(|host| host.poll(&mut poll, left))
            .map(|count| count > 0))
    }

    /// Waits as long as the limit says, then calls; again after signals, and when there was nothing after all.
    pub(super) fn wait_and_call<R>(
        &self,
        cx: &Ctx,
        direction: Direction,
        limit: Limit,
        connecting: bool,
        call: &mut dyn FnMut(&dyn Host, Fd) -> OsResult<R>,
    ) -> Result<R, Failure> {
        loop {
            if limit.0.is_some() || connecting {
                match self.is_ready(cx, direction, limit, connecting)? {
                    Ok(true) => {}
                    Ok(false) => return Err(Failure::TimedOut),
                    Err(error) if error.errno == libc::EINTR => {
                        cx.check_signals()?;
                        continue;
                    }
                    Err(error) => return Err(Failure::Os(error)),
                }
            }
            let fd = self.fd.get();
            let error = loop {
                match cx.blocking(|host| call(host, fd)) {
                    Ok(result) => return Ok(result),
                    Err(error) if error.errno == libc::EINTR => cx.check_signals()?,
                    Err(error) => break error,
                }
            };
            let nothing = error.errno == libc::EWOULDBLOCK || error.errno == libc::EAGAIN;
            if !(nothing && matches!(self.timeout.get(), Timeout::After(_))) {
                return Err(Failure::Os(error));
            }
        }
    }

    /// A call with the socket's own timeout.
    pub(super) fn call<R>(
        &self,
        cx: &Ctx,
        direction: Direction,
        mut call: impl FnMut(&dyn Host, Fd) -> OsResult<R>,
    ) -> PyResult<R> {
        let limit = Limit::start(cx, self.timeout.get())?;
        self.wait_and_call(cx, direction, limit, false, &mut call)
            .map_err(|failure| failure.raise(cx))
    }

    /// A call that never waits.
    pub(super) fn simple<R>(
        &self,
        cx: &Ctx,
        call: impl FnOnce(&dyn Host, Fd) -> OsResult<R>,
    ) -> PyResult<R> {
        let fd = self.fd.get();
        cx.blocking(|host| call(host, fd))
            .map_err(|error| cx.os_error(error))
    }

    /// Connects; a connection that goes on in the background is waited for as the timeout says.
    fn connect_to(
        &self,
        cx: &Ctx,
        address: &taipan_host::network::SocketAddress,
    ) -> Result<(), Failure> {
        let timeout = self.timeout.get();
        let fd = self.fd.get();
        let Err(error) = cx.blocking(|host| host.connect(fd, address)) else {
            return Ok(());
        };
        let waits = if error.errno == libc::EINTR {
            cx.check_signals()?;
            timeout != Timeout::AtOnce
        } else {
            matches!(timeout, Timeout::After(_)) && error.errno == libc::EINPROGRESS
        };
        if !waits {
            return Err(Failure::Os(error));
        }
        let limit = Limit::start(cx, timeout)?;
        self.wait_and_call(cx, Direction::Write, limit, true, &mut |host, fd| {
            let mut result = [0; 4];
            host.getsockopt(fd, libc::SOL_SOCKET, libc::SO_ERROR, &mut result)?;
            match i32::from_ne_bytes(result) {
                0 | libc::EISCONN => Ok(()),
                errno => Err(OsError::new(errno)),
            }
        })
    }
}

#[pymethods]
impl Socket {
    #[new]
    fn new(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> Value {
        let _ = args;
        cx.heap().allocate(cls, Self::bare()).into_value()
    }

    #[init(signature = (family = CInt(-1), r#type = CInt(-1), proto = CInt(-1), fileno = None))]
    fn init(
        this: &Py<Socket>,
        cx: &Ctx,
        family: CInt,
        r#type: CInt,
        proto: CInt,
        fileno: Option<&Value>,
    ) -> PyResult<()> {
        let (mut family, mut kind, mut protocol) = (family.0, r#type.0, proto.0);
        let shown = |number: i32| cx.new_int(i64::from(number));
        cx.audit(
            "socket.__new__",
            &[this.to_value(), shown(family), shown(kind), shown(protocol)],
        )?;
        if let Some(fileno) = fileno {
            let fd = c_int(cx, fileno)?;
            if fd < 0 {
                return Err(cx.value_error("negative file descriptor"));
            }
            let name = cx.blocking(|host| host.getsockname(fd));
            match name {
                Err(error) if family == -1 => return Err(cx.os_error(error)),
                Ok(address) if family == -1 => family = family_of(&address),
                _ => {}
            }
            let option = |name: i32| {
                let mut result = [0; 4];
                cx.blocking(|host| host.getsockopt(fd, libc::SOL_SOCKET, name, &mut result))
                    .map(|_| i32::from_ne_bytes(result))
                    .map_err(|error| cx.os_error(error))
            };
            if kind == -1 {
                kind = option(libc::SO_TYPE)?;
            }
            if protocol == -1 {
                protocol = option(libc::SO_PROTOCOL)?;
            }
            return this.set_up(cx, fd, family, kind, protocol);
        }
        if family == -1 {
            family = libc::AF_INET;
        }
        if kind == -1 {
            kind = libc::SOCK_STREAM;
        }
        if protocol == -1 {
            protocol = 0;
        }
        let fd = cx
            .blocking(|host| host.socket(family, kind, protocol))
            .map_err(|error| cx.os_error(error))?;
        if let Err(error) = this.set_up(cx, fd, family, kind, protocol) {
            this.fd.set(-1);
            // The error that is on its way says more.
            let _ = cx.blocking(|host| host.close(fd));
            return Err(error);
        }
        Ok(())
    }

    fn __repr__(&self) -> String {
        format!(
            "<socket object, fd={}, family={}, type={}, proto={}>",
            self.fd.get(),
            self.family.get(),
            self.kind.get(),
            self.protocol.get()
        )
    }

    fn __del__(this: &Py<Socket>, cx: &Ctx) -> PyResult<()> {
        let fd = this.fd.get();
        if fd < 0 {
            return Ok(());
        }
        let warned = cx.repr(this.as_value()).and_then(|repr| {
            cx.warn(
                &cx.types().resource_warning,
                &format!("unclosed {}", repr.to_string_lossy()),
            )
        });
        if let Err(error) = warned
            && cx.matches(&error, &cx.types().warning)
        {
            let message = Some("Exception ignored while finalizing socket");
            cx.report_unraisable(&error, message, this.as_value());
        }
        this.fd.set(-1);
        // Nobody is left to tell.
        let _ = cx.blocking(|host| host.close(fd));
        Ok(())
    }

    /// _accept() -> (integer, address info)
    ///
    /// Wait for an incoming connection.  Return a new socket file descriptor
    /// representing the connection, and the address of the client.
    /// For IP sockets, the address info is a pair (hostaddr, port).
    fn _accept(&self, cx: &Ctx) -> PyResult<Value> {
        let (fd, address) = self.call(cx, Direction::Read, |host, fd| host.accept(fd))?;
        let address = address::shown(cx, &address, self.protocol.get())?;
        let pair = vec![cx.new_int(i64::from(fd)), address];
        Ok(cx.new_tuple(pair).into_value())
    }

    /// bind(address)
    ///
    /// Bind the socket to a local address.  For IP sockets, the address is a
    /// pair (host, port); the host must refer to the local host. For raw packet
    /// sockets the address is a tuple (ifname, proto [,pkttype [,hatype [,addr]]])
    #[pymethod(text_signature = "($self, object, /)")]
    fn bind(this: &Py<Socket>, cx: &Ctx, address: &Value) -> PyResult<()> {
        let target = address::parsed(cx, this, address, "bind")?;
        cx.audit("socket.bind", &[this.to_value(), address.clone()])?;
        this.simple(cx, |host, fd| host.bind(fd, &target))
    }

    /// close()
    ///
    /// Close the socket.  It cannot be used after this call.
    fn close(&self, cx: &Ctx) -> PyResult<()> {
        let fd = self.fd.replace(-1);
        if fd < 0 {
            return Ok(());
        }
        match cx.blocking(|host| host.close(fd)) {
            Err(error) if error.errno != libc::ECONNRESET => Err(cx.os_error(error)),
            _ => Ok(()),
        }
    }

    /// connect(address)
    ///
    /// Connect the socket to a remote address.  For IP sockets, the address
    /// is a pair (host, port).
    #[pymethod(text_signature = "($self, object, /)")]
    fn connect(this: &Py<Socket>, cx: &Ctx, address: &Value) -> PyResult<()> {
        let target = address::parsed(cx, this, address, "connect")?;
        cx.audit("socket.connect", &[this.to_value(), address.clone()])?;
        this.connect_to(cx, &target)
            .map_err(|failure| failure.raise(cx))
    }

    /// connect_ex(address) -> errno
    ///
    /// This is like connect(address), but returns an error code (the errno value)
    /// instead of raising an exception when an error occurs.
    #[pymethod(text_signature = "($self, object, /)")]
    fn connect_ex(this: &Py<Socket>, cx: &Ctx, address: &Value) -> PyResult<i32> {
        let target = address::parsed(cx, this, address, "connect_ex")?;
        cx.audit("socket.connect", &[this.to_value(), address.clone()])?;
        match this.connect_to(cx, &target) {
            Ok(()) => Ok(0),
            Err(Failure::TimedOut) => Ok(libc::EWOULDBLOCK),
            Err(Failure::Os(error)) => Ok(error.errno),
            Err(Failure::Raised(error)) => Err(error),
        }
    }

    /// detach()
    ///
    /// Close the socket object without closing the underlying file descriptor.
    /// The object cannot be used after this call, but the file descriptor
    /// can be reused for other purposes.  The file descriptor is returned.
    fn detach(&self) -> i32 {
        self.fd.replace(-1)
    }

    /// fileno() -> integer
    ///
    /// Return the integer file descriptor of the socket.
    fn fileno(&self) -> i32 {
        self.fd.get()
    }

    /// getpeername() -> address info
    ///
    /// Return the address of the remote endpoint.  For IP sockets, the address
    /// info is a pair (hostaddr, port).
    fn getpeername(&self, cx: &Ctx) -> PyResult<Value> {
        let address = self.simple(cx, |host, fd| host.getpeername(fd))?;
        address::shown(cx, &address, self.protocol.get())
    }

    /// getsockname() -> address info
    ///
    /// Return the address of the local endpoint. The format depends on the
    /// address family. For IPv4 sockets, the address info is a pair
    /// (hostaddr, port). For IPv6 sockets, the address info is a 4-tuple
    /// (hostaddr, port, flowinfo, scope_id).
    fn getsockname(&self, cx: &Ctx) -> PyResult<Value> {
        let address = self.simple(cx, |host, fd| host.getsockname(fd))?;
        address::shown(cx, &address, self.protocol.get())
    }

    /// listen([backlog])
    ///
    /// Enable a server to accept connections.  If backlog is specified, it must be
    /// at least 0 (if it is lower, it is set to 0); it specifies the number of
    /// unaccepted connections that the system will allow before refusing new
    /// connections. If not specified, a default reasonable value is chosen.
    #[pymethod(signature = (*args), text_signature = None)]
    fn listen(&self, cx: &Ctx, args: &[Value]) -> PyResult<()> {
        let args = Arguments::of(cx, "listen", args, 0, 1)?;
        let backlog = args
            .optional::<CInt>(cx, 0)?
            .map_or(libc::SOMAXCONN.min(128), |backlog| backlog.0.max(0));
        self.simple(cx, |host, fd| host.listen(fd, backlog))
    }

    /// shutdown(flag)
    ///
    /// Shut down the reading side of the socket (flag == SHUT_RD), the writing side
    /// of the socket (flag == SHUT_WR), or both ends (flag == SHUT_RDWR).
    #[pymethod(text_signature = "($self, object, /)")]
    fn shutdown(&self, cx: &Ctx, flag: i32) -> PyResult<()> {
        self.simple(cx, |host, fd| host.shutdown(fd, flag))
    }

    /// setblocking(flag)
    ///
    /// Set the socket to blocking (flag is true) or non-blocking (false).
    /// setblocking(True) is equivalent to settimeout(None);
    /// setblocking(False) is equivalent to settimeout(0.0).
    #[pymethod(text_signature = "($self, object, /)")]
    fn setblocking(&self, cx: &Ctx, flag: bool) -> PyResult<()> {
        if flag {
            self.timeout.set(Timeout::Never);
            self.make_blocking(cx, Blocking::Yes)
        } else {
            self.timeout.set(Timeout::AtOnce);
            self.make_blocking(cx, Blocking::No)
        }
    }

    /// getblocking()
    ///
    /// Returns True if socket is in blocking mode, or False if it
    /// is in non-blocking mode.
    fn getblocking(&self) -> bool {
        self.timeout.get() != Timeout::AtOnce
    }

    /// settimeout(timeout)
    ///
    /// Set a timeout on socket operations.  'timeout' can be a float,
    /// giving in seconds, or None.  Setting a timeout of None disables
    /// the timeout feature and is equivalent to setblocking(1).
    /// Setting a timeout of zero is the same as setblocking(0).
    #[pymethod(text_signature = "($self, object, /)")]
    fn settimeout(&self, cx: &Ctx, timeout: &Value) -> PyResult<()> {
        let timeout = timeout::parsed(cx, timeout)?;
        self.timeout.set(timeout);
        self.make_blocking(
            cx,
            if timeout == Timeout::Never {
                Blocking::Yes
            } else {
                Blocking::No
            },
        )
    }

    /// gettimeout() -> timeout
    ///
    /// Returns the timeout in seconds (float) associated with socket
    /// operations. A timeout of None indicates that timeouts on socket
    /// operations are disabled.
    fn gettimeout(&self) -> Option<f64> {
        self.timeout.get().seconds()
    }

    /// the socket timeout
    #[getter(name = "timeout")]
    fn shown_timeout(&self) -> Option<f64> {
        self.timeout.get().seconds()
    }

    /// the socket family
    #[member(name = "family")]
    fn shown_family(&self) -> i32 {
        self.family.get()
    }

    /// the socket type
    #[member(name = "type")]
    fn shown_type(&self) -> i32 {
        self.kind.get()
    }

    /// the socket protocol
    #[member(name = "proto")]
    fn shown_protocol(&self) -> i32 {
        self.protocol.get()
    }
}
