//! Names of hosts: as arguments, and looked up.

use std::net::{Ipv4Addr, Ipv6Addr};

use taipan_host::network::{AddressHints, ResolveError, SocketAddress};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::{PyErr, PyResult};
use taipan_vm::objects::{ByteArray, Bytes, Str};
use taipan_vm::value::Value;

use crate::exception_class::exception_class;

/// Encodes a name as the domain name system has it. Plain ASCII names need no tables.
///
/// # Errors
/// What the codec raises.
pub(super) fn idna(cx: &Ctx, name: &Value) -> PyResult<Vec<u8>> {
    if let Some(text) = name.downcast_ref::<Str>()
        && text.is_ascii()
    {
        let bytes = text.as_wtf8().as_bytes();
        let labels = bytes
            .strip_suffix(b".")
            .unwrap_or(bytes)
            .split(|b| *b == b'.');
        if labels.clone().all(|label| (1..64).contains(&label.len())) || bytes.is_empty() {
            return Ok(bytes.to_vec());
        }
    }
    let encode = cx.get_attr_str(name, "encode")?;
    let encoded = cx.call(&encode, &[cx.intern("idna").into_value()])?;
    match encoded.downcast_ref::<Bytes>() {
        Some(bytes) => Ok(bytes.as_slice().to_vec()),
        None => Err(cx.type_error("encoding of hostname failed")),
    }
}

/// The host of an address.
///
/// # Errors
/// `TypeError`.
pub(super) fn argument(cx: &Ctx, value: &Value) -> PyResult<Vec<u8>> {
    let name = if let Some(text) = value.downcast_ref::<Str>() {
        if text.is_ascii() {
            text.as_wtf8().as_bytes().to_vec()
        } else {
            idna(cx, value).map_err(|_| cx.type_error("encoding of hostname failed"))?
        }
    } else if value.downcast_ref::<Bytes>().is_some() || value.downcast_ref::<ByteArray>().is_some()
    {
        cx.bytes_of(value)?.into_owned()
    } else {
        return Err(cx.type_error(format!(
            "str, bytes or bytearray expected, not {}",
            cx.type_name(value)
        )));
    };
    if name.contains(&0) {
        return Err(cx.type_error("host name must not contain null character"));
    }
    Ok(name)
}

/// The argument of a function that looks a host up (format unit `et` with "idna").
///
/// # Errors
/// `TypeError`, or what the codec raises.
pub(super) fn wanted(cx: &Ctx, value: &Value, function: &str) -> PyResult<Vec<u8>> {
    let name = if value.downcast_ref::<Str>().is_some() {
        idna(cx, value)?
    } else if value.downcast_ref::<Bytes>().is_some() || value.downcast_ref::<ByteArray>().is_some()
    {
        cx.bytes_of(value)?.into_owned()
    } else {
        return Err(cx.type_error(format!(
            "{function}() argument 1 must be str, bytes or bytearray, not {}",
            cx.type_name_for_argument(value)
        )));
    };
    if name.contains(&0) {
        return Err(cx.type_error(format!(
            "{function}() argument 1 must be encoded string without null bytes, not {}",
            cx.type_name(value)
        )));
    }
    Ok(name)
}

/// `socket.gaierror`, `socket.herror` or `OSError` for a failed look-up.
pub(super) fn failed(cx: &Ctx, error: ResolveError) -> PyErr {
    let (class, code, message) = match error {
        ResolveError::Os(error) => return cx.os_error(error),
        ResolveError::Resolver { code, message } => ("socket.gaierror", code, message),
        ResolveError::Database { code, message } => ("socket.herror", code, message),
    };
    let made = exception_class(cx, class, &cx.types().os_error).and_then(|class| {
        let message = cx.new_str(&*message)?;
        let args = vec![cx.new_int(i64::from(code)), message.into_value()];
        Ok(cx.exception_with(&class, args))
    });
    made.unwrap_or_else(|error| error)
}

/// A numeric or other name as an address of the family, with port 0. "" is any address, "<broadcast>" all of them.
///
/// # Errors
/// `socket.gaierror`, `OSError`.
pub(super) fn resolve(cx: &Ctx, name: &[u8], family: i32) -> PyResult<SocketAddress> {
    let os_error = |message: &str| cx.error(&cx.types().os_error, message);
    let hints = AddressHints {
        family,
        ..AddressHints::default()
    };
    if name.is_empty() {
        let hints = AddressHints {
            kind: libc::SOCK_DGRAM,
            flags: libc::AI_PASSIVE,
            ..hints
        };
        let found = cx
            .blocking(|host| host.getaddrinfo(None, Some(b"0"), hints))
            .map_err(|error| failed(cx, error))?;
        return match found.as_slice() {
            [] => Err(os_error("unsupported address family")),
            [only] => Ok(only.address.clone()),
            _ => Err(os_error("wildcard resolved to multiple address")),
        };
    }
    if name == b"255.255.255.255" || name == b"<broadcast>" {
        if family != libc::AF_INET && family != libc::AF_UNSPEC {
            return Err(os_error("address family mismatched"));
        }
        return Ok(SocketAddress::Inet {
            address: Ipv4Addr::BROADCAST,
            port: 0,
        });
    }
    let text = std::str::from_utf8(name).unwrap_or_default();
    if (family == libc::AF_UNSPEC || family == libc::AF_INET)
        && let Ok(address) = text.parse::<Ipv4Addr>()
    {
        return Ok(SocketAddress::Inet { address, port: 0 });
    }
    if (family == libc::AF_UNSPEC || family == libc::AF_INET6)
        && let Ok(address) = text.parse::<Ipv6Addr>()
    {
        return Ok(SocketAddress::Inet6 {
            address,
            port: 0,
            flow_info: 0,
            scope_id: 0,
        });
    }
    let found = cx
        .blocking(|host| host.getaddrinfo(Some(name), None, hints))
        .map_err(|error| failed(cx, error))?;
    match found.into_iter().next().map(|info| info.address) {
        Some(address @ (SocketAddress::Inet { .. } | SocketAddress::Inet6 { .. })) => Ok(address),
        _ => Err(os_error("unknown address family")),
    }
}
