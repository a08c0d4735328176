//! Methods of sockets that send and receive messages with ancillary data (`sendmsg`, `recvmsg`).

use taipan_host::network::{ControlMessage, ReceivedMessage};
use taipan_macros::{pyfunction, pymethods};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::Args;
use taipan_vm::objects::Tuple;
use taipan_vm::value::{Py, Value};

use super::address;
use super::arguments::{Arguments, CInt, c_int};
use super::object::{Direction, Socket};
use crate::bytes_arg::{Data, Room};

/// `struct cmsghdr`, and what data are aligned to.
const HEADER: usize = size_of::<libc::cmsghdr>();
const ALIGNMENT: usize = size_of::<usize>();
/// Lengths that still fit the kernel's `int`.
const LONGEST: usize = i32::MAX as usize;

const fn aligned(length: usize) -> usize {
    length.div_ceil(ALIGNMENT) * ALIGNMENT
}

fn space(length: usize) -> usize {
    aligned(HEADER) + aligned(length)
}

/// CMSG_LEN(length) -> control message length
///
/// Return the total length, without trailing padding, of an ancillary
/// data item with associated data of the given length.  This value can
/// often be used as the buffer size for recvmsg() to receive a single
/// item of ancillary data, but RFC 3542 requires portable applications to
/// use CMSG_SPACE() and thus include space for padding, even when the
/// item will be the last in the buffer.  Raises OverflowError if length
/// is outside the permissible range of values.
#[pyfunction(signature = (*args), text_signature = None)]
#[expect(non_snake_case, reason = "the function's name for Python")]
pub(super) fn CMSG_LEN(cx: &Ctx, args: &[Value]) -> PyResult<usize> {
    let args = Arguments::of(cx, "CMSG_LEN", args, 1, 1)?;
    match usize::try_from(args.required::<isize>(cx, 0)?) {
        Ok(length) if length <= LONGEST - aligned(HEADER) => Ok(aligned(HEADER) + length),
        _ => Err(cx.overflow_error("CMSG_LEN() argument out of range")),
    }
}

/// CMSG_SPACE(length) -> buffer size
///
/// Return the buffer size needed for recvmsg() to receive an ancillary
/// data item with associated data of the given length, along with any
/// trailing padding.  The buffer space needed to receive multiple items
/// is the sum of the CMSG_SPACE() values for their associated data
/// lengths.  Raises OverflowError if length is outside the permissible
/// range of values.
#[pyfunction(signature = (*args), text_signature = None)]
#[expect(non_snake_case, reason = "the function's name for Python")]
pub(super) fn CMSG_SPACE(cx: &Ctx, args: &[Value]) -> PyResult<usize> {
    let args = Arguments::of(cx, "CMSG_SPACE", args, 1, 1)?;
    match usize::try_from(args.required::<isize>(cx, 0)?) {
        Ok(length) if length <= LONGEST - space(1) => Ok(space(length)),
        _ => Err(cx.overflow_error("CMSG_SPACE() argument out of range")),
    }
}

/// The ancillary data of a message to send.
fn control_messages(cx: &Ctx, value: &Value) -> PyResult<Vec<ControlMessage>> {
    let items = cx.collect(value).map_err(|error| {
        if cx.matches(&error, &cx.types().type_error) {
            cx.type_error("sendmsg() argument 2 must be an iterable")
        } else {
            error
        }
    })?;
    let mut messages = Vec::with_capacity(items.len());
    for item in &items {
        let wrong = |what: String| {
            cx.type_error(format!(
                "[sendmsg() ancillary data items]() argument must be {what}"
            ))
        };
        let Some(tuple) = item.downcast_ref::<Tuple>() else {
            let class = cx.type_name(item);
            return Err(wrong(format!("3-item tuple, not {class}")));
        };
        let [level, kind, data] = tuple.as_slice() else {
            let length = tuple.as_slice().len();
            return Err(wrong(format!("tuple of length 3, not {length}")));
        };
        messages.push(ControlMessage {
            level: c_int(cx, level)?,
            kind: c_int(cx, kind)?,
            data: Data::of(cx, data)?.to_vec(),
        });
    }
    let total = messages.iter().try_fold(0_usize, |total, message| {
        total.checked_add(space(message.data.len()))
    });
    if total.is_none_or(|total| total > LONGEST) {
        let message = "too much ancillary data";
        return Err(cx.error(&cx.types().os_error, message));
    }
    Ok(messages)
}

/// The data of a message to send, piece by piece.
fn pieces(cx: &Ctx, value: &Value) -> PyResult<Vec<Vec<u8>>> {
    let items = cx.collect(value).map_err(|error| {
        if cx.matches(&error, &cx.types().type_error) {
            cx.type_error("sendmsg() argument 1 must be an iterable")
        } else {
            error
        }
    })?;
    items
        .iter()
        .map(|item| Data::of(cx, item).map(|data| data.to_vec()))
        .collect()
}

impl Socket {
    fn receive(
        &self,
        cx: &Ctx,
        buffers: &mut [Vec<u8>],
        control_size: isize,
        flags: i32,
    ) -> PyResult<ReceivedMessage> {
        let control_size = match usize::try_from(control_size) {
            Ok(size) if size <= LONGEST => size,
            _ => return Err(cx.value_error("invalid ancillary data buffer length")),
        };
        self.call(cx, Direction::Read, |host, fd| {
            let mut slices: Vec<&mut [u8]> = buffers.iter_mut().map(|b| &mut b[..]).collect();
            host.recvmsg(fd, &mut slices, control_size, flags)
        })
    }

    fn received(&self, cx: &Ctx, first: Value, message: &ReceivedMessage) -> PyResult<Value> {
        let mut control = Vec::with_capacity(message.control.len());
        for item in &message.control {
            let parts = vec![
                cx.new_int(i64::from(item.level)),
                cx.new_int(i64::from(item.kind)),
                cx.new_bytes(&item.data)?,
            ];
            control.push(cx.new_tuple(parts).into_value());
        }
        let parts = vec![
            first,
            cx.new_list(control).into_value(),
            cx.new_int(i64::from(message.flags)),
            address::shown(cx, &message.address, self.protocol.get())?,
        ];
        Ok(cx.new_tuple(parts).into_value())
    }
}

#[pymethods(part = 2)]
impl Socket {
    /// recvmsg(bufsize[, ancbufsize[, flags]]) -> (data, ancdata, msg_flags, address)
    ///
    /// Receive normal data (up to bufsize bytes) and ancillary data from the
    /// socket.  The ancbufsize argument sets the size in bytes of the
    /// internal buffer used to receive the ancillary data; it defaults to 0,
    /// meaning that no ancillary data will be received.  Appropriate buffer
    /// sizes for ancillary data can be calculated using CMSG_SPACE() or
    /// CMSG_LEN(), and items which do not fit into the buffer might be
    /// truncated or discarded.  The flags argument defaults to 0 and has the
    /// same meaning as for recv().
    ///
    /// The return value is a 4-tuple: (data, ancdata, msg_flags, address).
    /// The ancdata item is a list of zero or more tuples (cmsg_level, cmsg_type,
    /// cmsg_data).  If the receiving socket is unconnected, address is the
    /// address of the sending socket, if available; otherwise, its value is
    /// unspecified.
    #[pymethod(signature = (*args), text_signature = None)]
    fn recvmsg(&self, cx: &Ctx, args: &[Value]) -> PyResult<Value> {
        let args = Arguments::of(cx, "recvmsg", args, 1, 3)?;
        let wanted = args.required::<isize>(cx, 0)?;
        let control = args.optional::<isize>(cx, 1)?.unwrap_or(0);
        let flags = args.optional::<CInt>(cx, 2)?.map_or(0, |flags| flags.0);
        let Ok(wanted) = usize::try_from(wanted) else {
            return Err(cx.value_error("negative buffer size in recvmsg()"));
        };
        let mut buffers = [vec![0; wanted]];
        let message = self.receive(cx, &mut buffers, control, flags)?;
        let data = cx.new_bytes(&buffers[0][..message.length.min(wanted)])?;
        self.received(cx, data, &message)
    }

    /// recvmsg_into(buffers[, ancbufsize[, flags]]) -> (nbytes, ancdata, msg_flags, address)
    ///
    /// Receive normal data and ancillary data from the socket, scattering the
    /// non-ancillary data into a series of buffers.  The buffers argument
    /// must be an iterable of objects that export writable buffers
    /// (e.g. bytearray objects); these will be filled with successive chunks
    /// of the non-ancillary data until it has all been written or there are
    /// no more buffers.  The other arguments and results are those of recvmsg(),
    /// with the total number of bytes of non-ancillary data in the place of the data.
    #[pymethod(signature = (*args), text_signature = None)]
    fn recvmsg_into(&self, cx: &Ctx, args: &[Value]) -> PyResult<Value> {
        let args = Arguments::of(cx, "recvmsg_into", args, 1, 3)?;
        let items = args.required::<&Value>(cx, 0)?;
        let control = args.optional::<isize>(cx, 1)?.unwrap_or(0);
        let flags = args.optional::<CInt>(cx, 2)?.map_or(0, |flags| flags.0);
        let items = cx.collect(items).map_err(|error| {
            if cx.matches(&error, &cx.types().type_error) {
                cx.type_error("recvmsg_into() argument 1 must be an iterable")
            } else {
                error
            }
        })?;
        let rooms: Vec<Room> = items
            .iter()
            .map(|item| {
                Room::of(cx, item, "").map_err(|_| {
                    cx.type_error(
                        "recvmsg_into() argument 1 must be an iterable of single-segment read-write buffers",
                    )
                })
            })
            .collect::<PyResult<_>>()?;
        let mut buffers: Vec<Vec<u8>> = rooms.iter().map(|room| vec![0; room.length()]).collect();
        let message = self.receive(cx, &mut buffers, control, flags)?;
        let mut left = message.length;
        for (room, data) in rooms.iter().zip(&buffers) {
            let count = left.min(data.len());
            room.put(0, &data[..count]);
            left -= count;
        }
        let length = cx.new_int(message.length as i64);
        self.received(cx, length, &message)
    }

    /// sendmsg(buffers[, ancdata[, flags[, address]]]) -> count
    ///
    /// Send normal and ancillary data to the socket, gathering the
    /// non-ancillary data from a series of buffers and concatenating it into
    /// a single message.  The buffers argument specifies the non-ancillary
    /// data as an iterable of bytes-like objects (e.g. bytes objects).
    /// The ancdata argument specifies the ancillary data (control messages)
    /// as an iterable of zero or more tuples (cmsg_level, cmsg_type,
    /// cmsg_data), where cmsg_level and cmsg_type are integers specifying the
    /// protocol level and protocol-specific type respectively, and cmsg_data
    /// is a bytes-like object holding the associated data.  The flags
    /// argument defaults to 0 and has the same meaning as for send().  If
    /// address is supplied and not None, it sets a destination address for
    /// the message.  The return value is the number of bytes of non-ancillary
    /// data sent.
    #[pymethod(signature = (*args), text_signature = None)]
    fn sendmsg(this: &Py<Socket>, cx: &Ctx, args: &[Value]) -> PyResult<usize> {
        let args = Arguments::of(cx, "sendmsg", args, 1, 4)?;
        let buffers = args.required::<&Value>(cx, 0)?;
        let control = args.optional::<&Value>(cx, 1)?;
        let flags = args.optional::<CInt>(cx, 2)?.map_or(0, |flags| flags.0);
        let address = args.optional::<&Value>(cx, 3)?.filter(|a| !a.is_none());
        let target = match address {
            Some(address) => {
                let target = address::parsed(cx, this, address, "sendmsg")?;
                cx.audit("socket.sendmsg", &[this.to_value(), address.clone()])?;
                Some(target)
            }
            None => {
                cx.audit("socket.sendmsg", &[this.to_value(), Value::NONE])?;
                None
            }
        };
        let data = pieces(cx, buffers)?;
        let control = match control {
            Some(control) => control_messages(cx, control)?,
            None => Vec::new(),
        };
        let slices: Vec<&[u8]> = data.iter().map(|piece| &piece[..]).collect();
        this.call(cx, Direction::Write, |host, fd| {
            host.sendmsg(fd, &slices, &control, flags, target.as_ref())
        })
    }

    /// sendmsg_afalg([msg], *, op[, iv[, assoclen[, flags=MSG_MORE]]])
    ///
    /// Set operation mode, IV and length of associated data for an AF_ALG
    /// operation socket.
    #[pymethod(text_signature = None)]
    fn sendmsg_afalg(this: &Py<Socket>, cx: &Ctx, args: Args<'_>) -> PyResult<usize> {
        if this.family.get() != libc::AF_ALG {
            let message = "algset is only supported for AF_ALG";
            return Err(cx.error(&cx.types().os_error, message));
        }
        let positional = args.positional();
        let names = ["msg", "op", "iv", "assoclen", "flags"];
        if let Some((name, _)) = args
            .keywords()
            .find(|(name, _)| !names.iter().any(|n| name.as_wtf8() == *n))
        {
            return Err(cx.type_error(format!(
                "sendmsg_afalg() got an unexpected keyword argument '{}'",
                name.to_string_lossy()
            )));
        }
        if positional.len() > 1 {
            let given = positional.len();
            return Err(cx.type_error(format!(
                "sendmsg_afalg() takes at most 1 positional argument ({given} given)"
            )));
        }
        let operation = args.keyword("op").map(|op| c_int(cx, op)).transpose()?;
        let Some(operation) = operation.filter(|operation| *operation >= 0) else {
            return Err(cx.type_error("Invalid or missing argument 'op'"));
        };
        let length = args
            .keyword("assoclen")
            .map(|length| c_int(cx, length))
            .transpose()?;
        if length.is_some_and(|length| length < 0) {
            return Err(cx.type_error("assoclen must be positive"));
        }
        let flags = args
            .keyword("flags")
            .map(|flags| c_int(cx, flags))
            .transpose()?;
        let data = match positional.first().or(args.keyword("msg")) {
            Some(buffers) => pieces(cx, buffers)?,
            None => Vec::new(),
        };
        let option = |kind: i32, data: Vec<u8>| ControlMessage {
            level: libc::SOL_ALG,
            kind,
            data,
        };
        let mut control = vec![option(
            libc::ALG_SET_OP,
            (operation as u32).to_ne_bytes().to_vec(),
        )];
        if let Some(vector) = args.keyword("iv") {
            let vector = Data::of(cx, vector)?;
            let mut data = (vector.len() as u32).to_ne_bytes().to_vec();
            data.extend_from_slice(&vector);
            control.push(option(libc::ALG_SET_IV, data));
        }
        if let Some(length) = length {
            let data = (length as u32).to_ne_bytes().to_vec();
            control.push(option(libc::ALG_SET_AEAD_ASSOCLEN, data));
        }
        let slices: Vec<&[u8]> = data.iter().map(|piece| &piece[..]).collect();
        let flags = flags.unwrap_or(0);
        this.call(cx, Direction::Write, |host, fd| {
            host.sendmsg(fd, &slices, &control, flags, None)
        })
    }
}
