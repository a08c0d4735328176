//! Addresses of Linux's own families, as the bytes of their structures.
//!
//! Layouts: `linux/netlink.h`, `if_packet.h`, `vm_sockets.h`, `if_alg.h`, `can.h`, `qrtr.h`, `tipc.h`. Not here: Bluetooth.

use taipan_host::network::SocketAddress;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::{PyErr, PyResult};
use taipan_vm::objects::Str;
use taipan_vm::value::Value;

use super::address::items;
use super::arguments::{c_int, unchecked_u32};
use super::object::Socket;

const AF_QIPCRTR: i32 = 42;
const AF_TIPC: i32 = libc::AF_TIPC;
const TIPC_ADDR_NAMESEQ: u32 = 1;
const TIPC_ADDR_NAME: u32 = 2;
const TIPC_ADDR_ID: u32 = 3;

/// Fields of a structure behind its family; short data reads as zeros.
struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn bytes<const N: usize>(&self, at: usize) -> [u8; N] {
        std::array::from_fn(|index| self.0.get(at + index).copied().unwrap_or(0))
    }

    fn u16(&self, at: usize) -> u16 {
        u16::from_ne_bytes(self.bytes(at))
    }

    fn u32(&self, at: usize) -> u32 {
        u32::from_ne_bytes(self.bytes(at))
    }

    /// A text that ends with a NUL.
    fn text(&self, at: usize, most: usize) -> &[u8] {
        let room = self.0.get(at..).unwrap_or_default();
        let room = &room[..room.len().min(most)];
        let end = room.iter().position(|byte| *byte == 0);
        &room[..end.unwrap_or(room.len())]
    }
}

fn interface_name(cx: &Ctx, index: u32) -> PyResult<Value> {
    if index == 0 {
        return cx.fs_decode(b"");
    }
    // An interface that is gone has no name.
    let name = cx.blocking(|host| host.if_indextoname(index));
    cx.fs_decode(&name.unwrap_or_default())
}

/// What Python shows of an address.
pub(super) fn shown(cx: &Ctx, family: i32, data: &[u8], protocol: i32) -> PyResult<Value> {
    let fields = Fields(data);
    let int = |number: u32| cx.new_int(i64::from(number));
    let parts = match family {
        libc::AF_NETLINK => vec![int(fields.u32(2)), int(fields.u32(6))],
        AF_QIPCRTR => vec![int(fields.u32(2)), int(fields.u32(6))],
        libc::AF_VSOCK => vec![int(fields.u32(6)), int(fields.u32(2))],
        libc::AF_PACKET => {
            let length = usize::from(fields.bytes::<1>(9)[0]).min(8);
            let address: [u8; 8] = fields.bytes(10);
            vec![
                interface_name(cx, fields.u32(2))?,
                int(u32::from(u16::from_be_bytes(fields.bytes(0)))),
                int(u32::from(fields.bytes::<1>(8)[0])),
                int(u32::from(fields.u16(6))),
                cx.new_bytes(&address[..length])?,
            ]
        }
        AF_TIPC => {
            let [kind, scope] = fields.bytes(0);
            let [first, second, third] = [2, 6, 10].map(|at| fields.u32(at));
            let third = match u32::from(kind) {
                TIPC_ADDR_NAMESEQ => third,
                TIPC_ADDR_NAME => second,
                TIPC_ADDR_ID => 0,
                _ => return Err(cx.value_error("Invalid address type")),
            };
            let scope = cx.new_int(i64::from(scope as i8));
            vec![
                int(u32::from(kind)),
                int(first),
                int(second),
                int(third),
                scope,
            ]
        }
        libc::AF_CAN => {
            let mut parts = vec![interface_name(cx, fields.u32(2))?];
            match protocol {
                libc::CAN_ISOTP => parts.extend([int(fields.u32(6)), int(fields.u32(10))]),
                libc::CAN_J1939 => {
                    let name = u64::from_ne_bytes(fields.bytes(6));
                    parts.push(cx.new_bigint(name.into()));
                    parts.push(int(fields.u32(14)));
                    parts.push(int(u32::from(fields.bytes::<1>(18)[0])));
                }
                _ => {}
            }
            parts
        }
        libc::AF_ALG => vec![
            cx.fs_decode(fields.text(0, 14))?,
            cx.fs_decode(fields.text(22, 64))?,
            int(u32::from(fields.u16(14))),
            int(u32::from(fields.u16(18))),
        ],
        family => {
            let data: [u8; 14] = fields.bytes(0);
            vec![cx.new_int(i64::from(family)), cx.new_bytes(&data)?]
        }
    };
    Ok(cx.new_tuple(parts).into_value())
}

fn wrong_count(cx: &Ctx, least: usize, most: usize, given: usize) -> PyErr {
    let (bound, count) = match given {
        _ if least == most => ("exactly", least),
        given if given < least => ("at least", least),
        _ => ("at most", most),
    };
    super::arguments::wrong_count(cx, "getsockaddrarg", bound, count, given)
}

/// A `str` in UTF-8 without NUL.
fn text(cx: &Ctx, value: &Value) -> PyResult<Vec<u8>> {
    let Some(text) = value.downcast_ref::<Str>() else {
        return Err(cx.type_error(format!(
            "getsockaddrarg() argument must be str, not {}",
            cx.type_name_for_argument(value)
        )));
    };
    crate::path::plain_text(cx, text)
}

fn interface_index(cx: &Ctx, name: &[u8]) -> PyResult<u32> {
    if name.is_empty() {
        return Ok(0);
    }
    cx.blocking(|host| host.if_nametoindex(name))
        .map_err(|error| cx.os_error(error))
}

/// An address for a socket of that family.
pub(super) fn parsed(
    cx: &Ctx,
    socket: &Socket,
    family: i32,
    value: &Value,
    caller: &str,
) -> PyResult<SocketAddress> {
    let os_error = |message: String| cx.error(&cx.types().os_error, message);
    let called = format!("{caller}()");
    let data = match family {
        libc::AF_NETLINK => {
            let [pid, groups] = items(cx, value, &called, "AF_NETLINK")? else {
                return Err(cx.type_error("AF_NETLINK address must be a pair (pid, groups)"));
            };
            pair(unchecked_u32(cx, pid)?, unchecked_u32(cx, groups)?)
        }
        AF_QIPCRTR => match items(cx, value, "getsockaddrarg", "AF_QIPCRTR")? {
            [node, port] => pair(unchecked_u32(cx, node)?, unchecked_u32(cx, port)?),
            items => return Err(wrong_count(cx, 2, 2, items.len())),
        },
        libc::AF_VSOCK => match items(cx, value, "getsockaddrarg", "AF_VSOCK")? {
            [cid, port] => {
                let mut data = pair(unchecked_u32(cx, port)?, unchecked_u32(cx, cid)?);
                data.extend([0; 4]);
                data
            }
            items => return Err(wrong_count(cx, 2, 2, items.len())),
        },
        libc::AF_PACKET => packet(cx, items(cx, value, &called, "AF_PACKET")?, caller)?,
        AF_TIPC => tipc(cx, items(cx, value, &called, "AF_TIPC")?)?,
        libc::AF_CAN => can(cx, socket, value, caller)?,
        libc::AF_ALG => algorithm(cx, items(cx, value, &called, "AF_ALG")?)?,
        _ => return Err(os_error(format!("{caller}(): bad family"))),
    };
    Ok(SocketAddress::Other { family, data })
}

/// Two numbers behind the padding that aligns them.
fn pair(first: u32, second: u32) -> Vec<u8> {
    let mut data = vec![0, 0];
    data.extend(first.to_ne_bytes());
    data.extend(second.to_ne_bytes());
    data
}

fn packet(cx: &Ctx, items: &[Value], caller: &str) -> PyResult<Vec<u8>> {
    if !(2..=5).contains(&items.len()) {
        return Err(cx.type_error("AF_PACKET address must be a tuple of two to five elements"));
    }
    let int = |index: usize, default: i32| match items.get(index) {
        None => Ok(default),
        Some(value) => c_int(cx, value).map_err(|error| {
            if cx.matches(&error, &cx.types().overflow_error) {
                cx.overflow_error(format!("{caller}(): address argument out of range"))
            } else {
                error
            }
        }),
    };
    let name = text(cx, &items[0])?;
    let protocol = int(1, 0)?;
    let kind = int(2, i32::from(libc::PACKET_HOST))?;
    let hardware = int(3, 0)?;
    let address = match items.get(4) {
        Some(value) => cx.bytes_of(value)?.into_owned(),
        None => Vec::new(),
    };
    let index = interface_index(cx, &name)?;
    if address.len() > 8 {
        return Err(cx.value_error("hardware address must be 8 bytes or less"));
    }
    let Ok(protocol) = u16::try_from(protocol) else {
        return Err(cx.overflow_error(format!("{caller}(): proto must be 0-65535.")));
    };
    let mut data = protocol.to_be_bytes().to_vec();
    data.extend(index.to_ne_bytes());
    data.extend((hardware as u16).to_ne_bytes());
    data.extend([kind as u8, address.len() as u8]);
    data.extend(&address);
    data.resize(18, 0);
    Ok(data)
}

fn tipc(cx: &Ctx, items: &[Value]) -> PyResult<Vec<u8>> {
    if !(4..=5).contains(&items.len()) {
        return Err(
            cx.type_error("AF_TIPC address must be a tuple (addr_type, v1, v2, v3[, scope])")
        );
    }
    let number = |index: usize| unchecked_u32(cx, &items[index]);
    let (kind, first, second, third) = (number(0)?, number(1)?, number(2)?, number(3)?);
    // TIPC_CLUSTER_SCOPE
    let scope = if items.len() == 5 { number(4)? } else { 2 };
    let third = match kind {
        TIPC_ADDR_NAMESEQ => third,
        TIPC_ADDR_NAME | TIPC_ADDR_ID => 0,
        _ => return Err(cx.type_error("Invalid address type")),
    };
    let mut data = vec![kind as u8, scope as u8];
    for number in [first, second, third] {
        data.extend(number.to_ne_bytes());
    }
    Ok(data)
}

fn can(cx: &Ctx, socket: &Socket, value: &Value, caller: &str) -> PyResult<Vec<u8>> {
    let items = items(cx, value, &format!("{caller}()"), "AF_CAN")?;
    let Some(name) = items.first() else {
        return Err(cx.type_error("AF_CAN address must be a tuple (interface, )"));
    };
    let name = crate::path::fs_bytes(cx, name)?;
    if name.len() >= libc::IF_NAMESIZE {
        return Err(cx.error(&cx.types().os_error, "AF_CAN interface name too long"));
    }
    let mut data = vec![0, 0];
    data.extend(interface_index(cx, &name)?.to_ne_bytes());
    match socket.protocol.get() {
        libc::CAN_ISOTP => {
            let [_, receive, transmit] = items else {
                return Err(wrong_count(cx, 3, 3, items.len()));
            };
            data.extend(unchecked_u32(cx, receive)?.to_ne_bytes());
            data.extend(unchecked_u32(cx, transmit)?.to_ne_bytes());
        }
        libc::CAN_J1939 => {
            let [_, name, group, address] = items else {
                return Err(wrong_count(cx, 4, 4, items.len()));
            };
            let name = u64::try_from(&cx.to_bigint(name)?)
                .map_err(|_| cx.overflow_error("int too big to convert"))?;
            data.extend(name.to_ne_bytes());
            data.extend(unchecked_u32(cx, group)?.to_ne_bytes());
            data.push(unchecked_u32(cx, address)? as u8);
        }
        libc::CAN_RAW | libc::CAN_BCM => {}
        _ => {
            return Err(cx.error(
                &cx.types().os_error,
                format!("{caller}(): unsupported CAN protocol"),
            ));
        }
    }
    data.resize(22, 0);
    Ok(data)
}

fn algorithm(cx: &Ctx, items: &[Value]) -> PyResult<Vec<u8>> {
    if !(2..=4).contains(&items.len()) {
        return Err(cx.type_error("AF_ALG address must be a tuple (type, name [feat[, mask]])"));
    }
    let (kind, name) = (text(cx, &items[0])?, text(cx, &items[1])?);
    let number = |index: usize| match items.get(index) {
        Some(value) => unchecked_u32(cx, value),
        None => Ok(0),
    };
    let (features, mask) = (number(2)?, number(3)?);
    if kind.len() > 14 {
        return Err(cx.value_error("AF_ALG type too long."));
    }
    if name.len() > 64 {
        return Err(cx.value_error("AF_ALG name too long."));
    }
    let mut data = kind;
    data.resize(14, 0);
    data.extend(features.to_ne_bytes());
    data.extend(mask.to_ne_bytes());
    data.extend(name);
    data.resize(86, 0);
    Ok(data)
}
