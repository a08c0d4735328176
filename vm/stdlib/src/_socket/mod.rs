//! `_socket`: sockets, and the names of the network.
//!
//! CPython 3.14: `Modules/socketmodule.c`. `object` is the type and how its calls wait; `transfer`, `message` and `options`
//! hold more of its methods; `address` and `linux_address` know the families; `host_name` and `resolve` look names up;
//! `inet` converts. Deviations: no addresses of Bluetooth, no `CAPI`. Tests: `tests/run/_socket/`.

mod address;
mod arguments;
mod constants;
mod host_name;
mod inet;
mod linux_address;
mod machine;
mod message;
mod object;
mod options;
mod resolve;
mod timeout;
mod transfer;

use taipan_macros::pymodule;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::ModuleBuilder;

use crate::exception_class::exception_class;

/// Implementation module for socket operations.
///
/// See the socket module for documentation.
#[pymodule]
pub(crate) fn _socket(cx: &Ctx, m: &ModuleBuilder) -> PyResult<()> {
    let types = cx.types();
    m.add("error", types.os_error.clone())?;
    m.add("timeout", types.timeout_error.clone())?;
    m.add(
        "herror",
        exception_class(cx, "socket.herror", &types.os_error)?,
    )?;
    m.add(
        "gaierror",
        exception_class(cx, "socket.gaierror", &types.os_error)?,
    )?;
    let class = m.class(object::Socket::class())?;
    m.add("SocketType", class)?;
    m.add("has_ipv6", true)?;
    for def in [
        &resolve::gethostbyname::DEF,
        &resolve::gethostbyname_ex::DEF,
        &resolve::gethostbyaddr::DEF,
        &machine::gethostname::DEF,
        &machine::sethostname::DEF,
        &resolve::getservbyname::DEF,
        &resolve::getservbyport::DEF,
        &resolve::getprotobyname::DEF,
        &machine::close::DEF,
        &machine::dup::DEF,
        &machine::socketpair::DEF,
        &inet::ntohs::DEF,
        &inet::ntohl::DEF,
        &inet::htons::DEF,
        &inet::htonl::DEF,
        &inet::inet_aton::DEF,
        &inet::inet_ntoa::DEF,
        &inet::inet_pton::DEF,
        &inet::inet_ntop::DEF,
        &resolve::getaddrinfo::DEF,
        &resolve::getnameinfo::DEF,
        &timeout::getdefaulttimeout::DEF,
        &timeout::setdefaulttimeout::DEF,
        &machine::if_nameindex::DEF,
        &machine::if_nametoindex::DEF,
        &machine::if_indextoname::DEF,
        &message::CMSG_LEN::DEF,
        &message::CMSG_SPACE::DEF,
    ] {
        m.function(def)?;
    }
    constants::add(m)
}
