//! Addresses of sockets as Python shows and takes them. `linux_address` has the families of Linux.

use taipan_host::network::SocketAddress;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::{PyErr, PyResult};
use taipan_vm::objects::Str;
use taipan_vm::value::Value;

use super::arguments::{c_int, unchecked_u32};
use super::object::Socket;
use super::{host_name, linux_address};

/// The bytes of `sun_path`.
const UNIX_PATH: usize = 108;

/// `AF_*` of an address.
pub(super) fn family_of(address: &SocketAddress) -> i32 {
    match address {
        SocketAddress::Inet { .. } => libc::AF_INET,
        SocketAddress::Inet6 { .. } => libc::AF_INET6,
        SocketAddress::Unix(_) => libc::AF_UNIX,
        SocketAddress::Other { family, .. } => *family,
        SocketAddress::None => libc::AF_UNSPEC,
    }
}

/// What Python shows of an address.
///
/// # Errors
/// `MemoryError`, `ValueError` for an address that makes no sense.
pub(super) fn shown(cx: &Ctx, address: &SocketAddress, protocol: i32) -> PyResult<Value> {
    let parts = match address {
        SocketAddress::None => return Ok(Value::NONE),
        SocketAddress::Inet { address, port } => vec![
            cx.new_str(&*address.to_string())?.into_value(),
            cx.new_int(i64::from(*port)),
        ],
        SocketAddress::Inet6 {
            address,
            port,
            flow_info,
            scope_id,
        } => vec![
            cx.new_str(&*super::inet::text_of_ipv6(*address))?
                .into_value(),
            cx.new_int(i64::from(*port)),
            cx.new_int(i64::from(*flow_info)),
            cx.new_int(i64::from(*scope_id)),
        ],
        // Linux has names that are no paths.
        SocketAddress::Unix(path) if path.first() == Some(&0) => return cx.new_bytes(path),
        SocketAddress::Unix(path) => {
            let end = path.iter().position(|byte| *byte == 0);
            return cx.fs_decode(&path[..end.unwrap_or(path.len())]);
        }
        SocketAddress::Other { family, data } => {
            return linux_address::shown(cx, *family, data, protocol);
        }
    };
    Ok(cx.new_tuple(parts).into_value())
}

/// The items of an address that must be a tuple.
///
/// # Errors
/// `TypeError`.
pub(super) fn items<'a>(
    cx: &Ctx,
    value: &'a Value,
    caller: &str,
    family: &str,
) -> PyResult<&'a [Value]> {
    match value.downcast_ref::<taipan_vm::objects::Tuple>() {
        Some(tuple) => Ok(tuple.as_slice()),
        None => Err(cx.type_error(format!(
            "{caller}: {family} address must be tuple, not {}",
            cx.type_name(value)
        ))),
    }
}

fn bad_port(cx: &Ctx, caller: &str) -> PyErr {
    cx.overflow_error(format!("{caller}(): port must be 0-65535."))
}

fn port_of(cx: &Ctx, value: &Value, caller: &str) -> PyResult<i32> {
    c_int(cx, value).map_err(|error| {
        if cx.matches(&error, &cx.types().overflow_error) {
            bad_port(cx, caller)
        } else {
            error
        }
    })
}

/// An address for this socket's family. `caller` is the method that wants it.
///
/// # Errors
/// `TypeError`, `OverflowError`, `OSError`, `socket.gaierror`.
pub(super) fn parsed(
    cx: &Ctx,
    socket: &Socket,
    value: &Value,
    caller: &str,
) -> PyResult<SocketAddress> {
    match socket.family.get() {
        libc::AF_UNIX => unix(cx, value),
        libc::AF_INET | libc::AF_RDS => {
            let items = items(cx, value, &format!("{caller}()"), "AF_INET")?;
            let [host, port] = items else {
                return Err(cx.type_error("AF_INET address must be a pair (host, port)"));
            };
            let host = host_name::argument(cx, host)?;
            let port = port_of(cx, port, caller)?;
            let address = host_name::resolve(cx, &host, libc::AF_INET)?;
            let port = u16::try_from(port).map_err(|_| bad_port(cx, caller))?;
            match address {
                SocketAddress::Inet { address, .. } => Ok(SocketAddress::Inet { address, port }),
                _ => Err(cx.error(&cx.types().os_error, "unknown address family")),
            }
        }
        libc::AF_INET6 => {
            let items = items(cx, value, &format!("{caller}()"), "AF_INET6")?;
            if !(2..=4).contains(&items.len()) {
                return Err(cx.type_error(
                    "AF_INET6 address must be a tuple (host, port[, flowinfo[, scopeid]])",
                ));
            }
            let number = |index: usize| match items.get(index) {
                Some(value) => unchecked_u32(cx, value),
                None => Ok(0),
            };
            let host = host_name::argument(cx, &items[0])?;
            let port = port_of(cx, &items[1], caller)?;
            let (flow_info, given_scope) = (number(2)?, number(3)?);
            let address = host_name::resolve(cx, &host, libc::AF_INET6)?;
            let port = u16::try_from(port).map_err(|_| bad_port(cx, caller))?;
            if flow_info > 0xF_FFFF {
                return Err(cx.overflow_error(format!("{caller}(): flowinfo must be 0-1048575.")));
            }
            match address {
                SocketAddress::Inet6 { address, .. } => Ok(SocketAddress::Inet6 {
                    address,
                    port,
                    flow_info,
                    scope_id: given_scope,
                }),
                _ => Err(cx.error(&cx.types().os_error, "unknown address family")),
            }
        }
        family => linux_address::parsed(cx, socket, family, value, caller),
    }
}

fn unix(cx: &Ctx, value: &Value) -> PyResult<SocketAddress> {
    let path = match value.downcast_ref::<Str>() {
        Some(text) => cx.fs_encode(text.as_wtf8())?,
        None => cx.bytes_of(value)?.into_owned(),
    };
    // A path needs a NUL at its end, a name that is none does not.
    let is_path = path.first().is_some_and(|byte| *byte != 0);
    if path.len() + usize::from(is_path) > UNIX_PATH {
        return Err(cx.error(&cx.types().os_error, "AF_UNIX path too long"));
    }
    Ok(SocketAddress::Unix(path))
}
