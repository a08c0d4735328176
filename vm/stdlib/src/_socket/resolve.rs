//! Looking up hosts, services and protocols.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use taipan_host::network::{AddressHints, HostEntry, SocketAddress};
use taipan_macros::pyfunction;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::objects::{Bytes, Str, Tuple};
use taipan_vm::value::{Py, Value};

use super::address;
use super::arguments::{Arguments, CInt, c_int, unchecked_u32};
use super::host_name::{failed, idna, resolve, wanted};

/// getaddrinfo(host, port [, family, type, proto, flags])
///     -> list of (family, type, proto, canonname, sockaddr)
///
/// Resolve host and port into addrinfo struct.
#[pyfunction(
    signature = (host, port, family = CInt(0), r#type = CInt(0), proto = CInt(0), flags = CInt(0)),
    text_signature = None
)]
pub(super) fn getaddrinfo(
    cx: &Ctx,
    host: &Value,
    port: &Value,
    family: CInt,
    r#type: CInt,
    proto: CInt,
    flags: CInt,
) -> PyResult<Value> {
    let name = if host.is_none() {
        None
    } else if host.downcast_ref::<Str>().is_some() {
        Some(idna(cx, host)?)
    } else if let Some(bytes) = host.downcast_ref::<Bytes>() {
        Some(bytes.as_slice().to_vec())
    } else {
        return Err(cx.type_error("getaddrinfo() argument 1 must be string or None"));
    };
    let service = if port.is_none() {
        None
    } else if let Some(text) = port.downcast_ref::<Str>() {
        Some(utf8(cx, text)?)
    } else if let Some(bytes) = port.downcast_ref::<Bytes>() {
        Some(bytes.as_slice().to_vec())
    } else if port.as_int().is_some() {
        Some(cx.to_bigint(port)?.to_string().into_bytes())
    } else {
        return Err(cx.error(&cx.types().os_error, "Int or String expected"));
    };
    let number = |number: &CInt| cx.new_int(i64::from(number.0));
    cx.audit(
        "socket.getaddrinfo",
        &[
            host.clone(),
            port.clone(),
            number(&family),
            number(&r#type),
            number(&proto),
            number(&flags),
        ],
    )?;
    let hints = AddressHints {
        family: family.0,
        kind: r#type.0,
        protocol: proto.0,
        flags: flags.0,
    };
    // The C library stops at a NUL; so must a name that has one.
    let cut = |text: Vec<u8>| text.split(|byte| *byte == 0).next().map(<[u8]>::to_vec);
    let (name, service) = (name.and_then(cut), service.and_then(cut));
    let found = cx
        .blocking(|host| host.getaddrinfo(name.as_deref(), service.as_deref(), hints))
        .map_err(|error| failed(cx, error))?;
    let mut answers = Vec::with_capacity(found.len());
    for info in found {
        let parts = vec![
            cx.new_int(i64::from(info.family)),
            cx.new_int(i64::from(info.kind)),
            cx.new_int(i64::from(info.protocol)),
            cx.fs_decode(&info.canonical_name.unwrap_or_default())?,
            address::shown(cx, &info.address, info.protocol)?,
        ];
        answers.push(cx.new_tuple(parts).into_value());
    }
    Ok(cx.new_list(answers).into_value())
}

/// Text in UTF-8, which has no lone surrogates.
fn utf8(cx: &Ctx, text: &Py<Str>) -> PyResult<Vec<u8>> {
    let encode = cx.get_attr_str(text.as_value(), "encode")?;
    let encoded = cx.call(&encode, &[])?;
    Ok(cx.bytes_of(&encoded)?.into_owned())
}

/// getnameinfo(sockaddr, flags) --> (host, port)
///
/// Get host and port for a sockaddr.
#[pyfunction(signature = (*args), text_signature = None)]
pub(super) fn getnameinfo(cx: &Ctx, args: &[Value]) -> PyResult<Value> {
    let args = Arguments::of(cx, "getnameinfo", args, 2, 2)?;
    let given = args.required::<&Value>(cx, 0)?;
    let flags = args.required::<CInt>(cx, 1)?.0;
    let Some(tuple) = given.downcast_ref::<Tuple>() else {
        return Err(cx.type_error("getnameinfo() argument 1 must be a tuple"));
    };
    let items = tuple.as_slice();
    let illegal = || cx.type_error("getnameinfo(): illegal sockaddr argument");
    if !(2..=4).contains(&items.len()) {
        return Err(illegal());
    }
    let Some(host) = items[0].downcast_ref::<Str>() else {
        return Err(illegal());
    };
    let host = crate::path::plain_text(cx, host)?;
    let port = c_int(cx, &items[1])?;
    let number = |index: usize| match items.get(index) {
        Some(value) => unchecked_u32(cx, value),
        None => Ok(0),
    };
    let (flow, scope) = (number(2)?, number(3)?);
    if flow > 0xF_FFFF {
        return Err(cx.overflow_error("getnameinfo(): flowinfo must be 0-1048575."));
    }
    cx.audit("socket.getnameinfo", std::slice::from_ref(given))?;
    let os_error = |message: &str| cx.error(&cx.types().os_error, message);
    let hints = AddressHints {
        kind: libc::SOCK_DGRAM,
        flags: libc::AI_NUMERICHOST,
        ..AddressHints::default()
    };
    let service = port.to_string();
    let mut found = cx
        .blocking(|calls| calls.getaddrinfo(Some(&host), Some(service.as_bytes()), hints))
        .map_err(|error| failed(cx, error))?;
    if found.len() > 1 {
        return Err(os_error("sockaddr resolved to multiple addresses"));
    }
    let Some(info) = found.pop() else {
        return Err(os_error("unknown address family"));
    };
    let address = match info.address {
        SocketAddress::Inet { .. } if items.len() != 2 => {
            return Err(os_error("IPv4 sockaddr must be 2 tuple"));
        }
        SocketAddress::Inet6 { address, port, .. } => SocketAddress::Inet6 {
            address,
            port,
            flow_info: flow,
            scope_id: scope,
        },
        address => address,
    };
    let (host, service) = cx
        .blocking(|calls| calls.getnameinfo(&address, flags))
        .map_err(|error| failed(cx, error))?;
    let pair = vec![cx.fs_decode(&host)?, cx.fs_decode(&service)?];
    Ok(cx.new_tuple(pair).into_value())
}

fn text_of(address: &SocketAddress) -> String {
    match address {
        SocketAddress::Inet { address, .. } => address.to_string(),
        SocketAddress::Inet6 { address, .. } => super::inet::text_of_ipv6(*address),
        _ => String::new(),
    }
}

fn entry(cx: &Ctx, entry: HostEntry) -> PyResult<Value> {
    let mut aliases = Vec::with_capacity(entry.aliases.len());
    for alias in &entry.aliases {
        aliases.push(cx.fs_decode(alias)?);
    }
    let mut addresses = Vec::with_capacity(entry.addresses.len());
    for address in &entry.addresses {
        let text = match address {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => super::inet::text_of_ipv6(*address),
        };
        addresses.push(cx.new_str(&*text)?.into_value());
    }
    let parts = vec![
        cx.fs_decode(&entry.name)?,
        cx.new_list(aliases).into_value(),
        cx.new_list(addresses).into_value(),
    ];
    Ok(cx.new_tuple(parts).into_value())
}

/// gethostbyname(host) -> address
///
/// Return the IP address (a string of the form '255.255.255.255') for a host.
#[pyfunction(signature = (*args), text_signature = None)]
pub(super) fn gethostbyname(cx: &Ctx, args: &[Value]) -> PyResult<String> {
    let args = Arguments::of(cx, "gethostbyname", args, 1, 1)?;
    let host = args.required::<&Value>(cx, 0)?;
    let name = wanted(cx, host, "gethostbyname")?;
    cx.audit("socket.gethostbyname", std::slice::from_ref(host))?;
    resolve(cx, &name, libc::AF_INET).map(|address| text_of(&address))
}

/// gethostbyname_ex(host) -> (name, aliaslist, addresslist)
///
/// Return the true host name, a list of aliases, and a list of IP addresses,
/// for a host.  The host argument is a string giving a host name or IP number.
#[pyfunction(signature = (*args), text_signature = None)]
pub(super) fn gethostbyname_ex(cx: &Ctx, args: &[Value]) -> PyResult<Value> {
    let args = Arguments::of(cx, "gethostbyname_ex", args, 1, 1)?;
    let host = args.required::<&Value>(cx, 0)?;
    let name = wanted(cx, host, "gethostbyname_ex")?;
    cx.audit("socket.gethostbyname", std::slice::from_ref(host))?;
    resolve(cx, &name, libc::AF_INET)?;
    let found = cx
        .blocking(|host| host.host_by_name(&name))
        .map_err(|error| failed(cx, error))?;
    entry(cx, found)
}

/// gethostbyaddr(host) -> (name, aliaslist, addresslist)
///
/// Return the true host name, a list of aliases, and a list of IP addresses,
/// for a host.  The host argument is a string giving a host name or IP number.
#[pyfunction(signature = (*args), text_signature = None)]
pub(super) fn gethostbyaddr(cx: &Ctx, args: &[Value]) -> PyResult<Value> {
    let args = Arguments::of(cx, "gethostbyaddr", args, 1, 1)?;
    let host = args.required::<&Value>(cx, 0)?;
    let name = wanted(cx, host, "gethostbyaddr")?;
    cx.audit("socket.gethostbyaddr", std::slice::from_ref(host))?;
    let address = match resolve(cx, &name, libc::AF_UNSPEC)? {
        SocketAddress::Inet { address, .. } => IpAddr::from(Ipv4Addr::from(address.octets())),
        SocketAddress::Inet6 { address, .. } => IpAddr::from(Ipv6Addr::from(address.octets())),
        _ => return Err(cx.error(&cx.types().os_error, "unsupported address family")),
    };
    let found = cx
        .blocking(|host| host.host_by_address(address))
        .map_err(|error| failed(cx, error))?;
    entry(cx, found)
}

fn plain(cx: &Ctx, text: Option<&Py<Str>>) -> PyResult<Option<Vec<u8>>> {
    text.map(|text| crate::path::plain_text(cx, text))
        .transpose()
}

/// getservbyname(servicename[, protocolname]) -> integer
///
/// Return a port number from a service name and protocol name.
/// The optional protocol name, if given, should be 'tcp' or 'udp',
/// otherwise any protocol will match.
#[pyfunction(signature = (*args), text_signature = None)]
pub(super) fn getservbyname(cx: &Ctx, args: &[Value]) -> PyResult<u16> {
    let args = Arguments::of(cx, "getservbyname", args, 1, 2)?;
    let name = args.required::<&Py<Str>>(cx, 0)?;
    let protocol = args.optional::<&Py<Str>>(cx, 1)?;
    let (plain_name, plain_protocol) = (plain(cx, Some(name))?, plain(cx, protocol)?);
    let shown = protocol.map_or(cx.intern("").into_value(), Py::to_value);
    cx.audit("socket.getservbyname", &[name.to_value(), shown])?;
    let found = cx
        .blocking(|host| {
            host.service_by_name(&plain_name.unwrap_or_default(), plain_protocol.as_deref())
        })
        .map_err(|error| cx.os_error(error))?;
    match found {
        Some(service) => Ok(service.port),
        None => Err(cx.error(&cx.types().os_error, "service/proto not found")),
    }
}

/// getservbyport(port[, protocolname]) -> string
///
/// Return the service name from a port number and protocol name.
/// The optional protocol name, if given, should be 'tcp' or 'udp',
/// otherwise any protocol will match.
#[pyfunction(signature = (*args), text_signature = None)]
pub(super) fn getservbyport(cx: &Ctx, args: &[Value]) -> PyResult<Value> {
    let args = Arguments::of(cx, "getservbyport", args, 1, 2)?;
    let port = args.required::<CInt>(cx, 0)?.0;
    let protocol = args.optional::<&Py<Str>>(cx, 1)?;
    let Ok(port) = u16::try_from(port) else {
        return Err(cx.overflow_error("getservbyport: port must be 0-65535."));
    };
    let plain_protocol = plain(cx, protocol)?;
    let shown = protocol.map_or(cx.intern("").into_value(), Py::to_value);
    cx.audit(
        "socket.getservbyport",
        &[cx.new_int(i64::from(port)), shown],
    )?;
    let found = cx
        .blocking(|host| host.service_by_port(port, plain_protocol.as_deref()))
        .map_err(|error| cx.os_error(error))?;
    match found {
        Some(service) => cx.fs_decode(&service.name),
        None => Err(cx.error(&cx.types().os_error, "port/proto not found")),
    }
}

/// getprotobyname(name) -> integer
///
/// Return the protocol number for the named protocol.  (Rarely used.)
#[pyfunction(signature = (*args), text_signature = None)]
pub(super) fn getprotobyname(cx: &Ctx, args: &[Value]) -> PyResult<i32> {
    let args = Arguments::of(cx, "getprotobyname", args, 1, 1)?;
    let name = crate::path::plain_text(cx, args.required::<&Py<Str>>(cx, 0)?)?;
    let found = cx
        .blocking(|host| host.protocol_by_name(&name))
        .map_err(|error| cx.os_error(error))?;
    found.ok_or_else(|| cx.error(&cx.types().os_error, "protocol not found"))
}
