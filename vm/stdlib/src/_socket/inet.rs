//! Byte orders, and addresses as text.

use std::net::{Ipv4Addr, Ipv6Addr};

use num_bigint::Sign;
use taipan_host::OsError;
use taipan_macros::pyfunction;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::{ArgSite, FromArg};
use taipan_vm::objects::Str;
use taipan_vm::protocol::BytesLike;
use taipan_vm::value::{Py, Value};

use super::arguments::{Arguments, CInt};

/// An integer without sign, of a size that messages name.
pub(super) struct Unsigned<T>(T);

macro_rules! unsigned {
    ($($type:ty: $name:literal,)*) => {
        $(impl FromArg<'_> for Unsigned<$type> {
            fn from_arg(cx: &Ctx, value: &Value, _: &ArgSite) -> PyResult<Self> {
                let number = cx.to_bigint(value)?;
                if number.sign() == Sign::Minus {
                    return Err(cx.value_error("Cannot convert negative int"));
                }
                <$type>::try_from(&number).map(Self).map_err(|_| {
                    cx.overflow_error(concat!("Python int too large for C ", $name))
                })
            }
        })*
    };
}

unsigned! {
    u16: "uint16_t",
    u32: "uint32_t",
}

/// Convert a 16-bit unsigned integer from host to network byte order.
#[pyfunction]
pub(super) fn htons(integer: Unsigned<u16>) -> u16 {
    integer.0.to_be()
}

/// Convert a 16-bit unsigned integer from network to host byte order.
#[pyfunction]
pub(super) fn ntohs(integer: Unsigned<u16>) -> u16 {
    u16::from_be(integer.0)
}

/// Convert a 32-bit unsigned integer from host to network byte order.
#[pyfunction]
pub(super) fn htonl(integer: Unsigned<u32>) -> u32 {
    integer.0.to_be()
}

/// Convert a 32-bit unsigned integer from network to host byte order.
#[pyfunction]
pub(super) fn ntohl(integer: Unsigned<u32>) -> u32 {
    u32::from_be(integer.0)
}

/// A part of an address in C's notation: decimal, octal with `0`, hexadecimal with `0x`.
fn part(text: &str) -> Option<u32> {
    let (digits, radix) = match text.as_bytes() {
        [b'0', b'x' | b'X', ..] => (&text[2..], 16),
        [b'0', _, ..] => (&text[1..], 8),
        _ => (text, 10),
    };
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return None;
    }
    u32::from_str_radix(digits, radix).ok()
}

/// An address of one to four parts, the last of which fills what is left. Text behind white space does not count.
fn loose_address(text: &str) -> Option<u32> {
    let text = text.split(|c: char| c.is_ascii_whitespace()).next()?;
    let parts: Vec<u32> = text.split('.').map(part).collect::<Option<_>>()?;
    let (last, first) = parts.split_last()?;
    if first.len() > 3 || first.iter().any(|part| *part > 0xFF) {
        return None;
    }
    let left = 32 - 8 * first.len() as u32;
    if u64::from(*last) >> left != 0 {
        return None;
    }
    let high = first
        .iter()
        .enumerate()
        .fold(0, |all, (index, part)| all | part << (24 - 8 * index));
    Some(high | last)
}

/// Convert an IP address in string format (123.45.67.89) to the 32-bit packed binary format used in low-level network functions.
#[pyfunction]
pub(super) fn inet_aton(cx: &Ctx, ip_addr: &Py<Str>) -> PyResult<Value> {
    let text = crate::path::plain_text(cx, ip_addr)?;
    let text = std::str::from_utf8(&text).unwrap_or_default();
    match loose_address(text) {
        Some(address) => cx.new_bytes(&address.to_be_bytes()),
        None => Err(cx.error(
            &cx.types().os_error,
            "illegal IP address string passed to inet_aton",
        )),
    }
}

/// Convert an IP address from 32-bit packed binary format to string format.
#[pyfunction]
pub(super) fn inet_ntoa(cx: &Ctx, packed_ip: BytesLike<'_>) -> PyResult<String> {
    match <[u8; 4]>::try_from(&*packed_ip) {
        Ok(octets) => Ok(Ipv4Addr::from(octets).to_string()),
        Err(_) => Err(cx.error(&cx.types().os_error, "packed IP wrong length for inet_ntoa")),
    }
}

/// inet_pton(af, ip) -> packed IP address string
///
/// Convert an IP address from string format to a packed string suitable
/// for use with low-level network functions.
#[pyfunction(signature = (*args), text_signature = None)]
pub(super) fn inet_pton(cx: &Ctx, args: &[Value]) -> PyResult<Value> {
    let args = Arguments::of(cx, "inet_pton", args, 2, 2)?;
    let family = args.required::<CInt>(cx, 0)?.0;
    let text = args.required::<&Py<Str>>(cx, 1)?;
    let text = crate::path::plain_text(cx, text)?;
    let text = std::str::from_utf8(&text).unwrap_or_default();
    let packed = match family {
        libc::AF_INET => text.parse::<Ipv4Addr>().ok().map(|a| a.octets().to_vec()),
        libc::AF_INET6 => text.parse::<Ipv6Addr>().ok().map(|a| a.octets().to_vec()),
        _ => return Err(cx.os_error(OsError::new(libc::EAFNOSUPPORT))),
    };
    match packed {
        Some(packed) => cx.new_bytes(&packed),
        None => Err(cx.error(
            &cx.types().os_error,
            "illegal IP address string passed to inet_pton",
        )),
    }
}

/// inet_ntop(af, packed_ip) -> string formatted IP address
///
/// Convert a packed IP address of the given family to string format.
#[pyfunction(signature = (*args), text_signature = None)]
pub(super) fn inet_ntop(cx: &Ctx, args: &[Value]) -> PyResult<String> {
    let args = Arguments::of(cx, "inet_ntop", args, 2, 2)?;
    let family = args.required::<CInt>(cx, 0)?.0;
    let packed = args.required::<BytesLike<'_>>(cx, 1)?;
    let wrong_length = |_| cx.value_error("invalid length of packed IP address string");
    match family {
        libc::AF_INET => <[u8; 4]>::try_from(&*packed)
            .map(|octets| Ipv4Addr::from(octets).to_string())
            .map_err(wrong_length),
        libc::AF_INET6 => <[u8; 16]>::try_from(&*packed)
            .map(|octets| text_of_ipv6(Ipv6Addr::from(octets)))
            .map_err(wrong_length),
        family => Err(cx.value_error(format!("unknown address family {family}"))),
    }
}

/// The address as the C library writes it: those that hold an IPv4 address end with that in its own notation.
pub(super) fn text_of_ipv6(address: Ipv6Addr) -> String {
    let octets = address.octets();
    let is_compatible =
        octets[..12].iter().all(|octet| *octet == 0) && (octets[12] != 0 || octets[13] != 0);
    if is_compatible {
        let [.., a, b, c, d] = octets;
        return format!("::{}", Ipv4Addr::new(a, b, c, d));
    }
    address.to_string()
}
