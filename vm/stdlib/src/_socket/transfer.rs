//! Methods of sockets that send and receive data.

use taipan_macros::pymethods;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::value::{Py, Value};

use super::address;
use super::arguments::{Arguments, CInt, wrong_count};
use super::object::{Direction, Limit, Socket};
use crate::bytes_arg::{Data, Room};

/// # Errors
/// `ValueError`.
fn size(cx: &Ctx, number: isize, function: &str) -> PyResult<usize> {
    usize::try_from(number)
        .map_err(|_| cx.value_error(format!("negative buffersize in {function}")))
}

/// # Errors
/// `MemoryError`.
fn room(cx: &Ctx, size: usize) -> PyResult<Vec<u8>> {
    let mut room = Vec::new();
    room.try_reserve_exact(size)
        .map_err(|_| cx.error(&cx.types().memory_error, ""))?;
    room.resize(size, 0);
    Ok(room)
}

#[pymethods(part = 1)]
impl Socket {
    /// recv(buffersize[, flags]) -> data
    ///
    /// Receive up to buffersize bytes from the socket.  For the optional flags
    /// argument, see the Unix manual.  When no data is available, block until
    /// at least one byte is available or until the remote end is closed.  When
    /// the remote end is closed and all data is read, return the empty string.
    #[pymethod(signature = (*args), text_signature = None)]
    fn recv(&self, cx: &Ctx, args: &[Value]) -> PyResult<Value> {
        let args = Arguments::of(cx, "recv", args, 1, 2)?;
        let wanted = args.required::<isize>(cx, 0)?;
        let flags = args.optional::<CInt>(cx, 1)?.map_or(0, |flags| flags.0);
        let wanted = size(cx, wanted, "recv")?;
        if wanted == 0 {
            return cx.new_bytes(&[]);
        }
        let mut data = room(cx, wanted)?;
        let count = self.call(cx, Direction::Read, |host, fd| {
            host.recv(fd, &mut data, flags)
        })?;
        cx.new_bytes(&data[..count])
    }

    /// recv_into(buffer, [nbytes[, flags]]) -> nbytes_read
    ///
    /// A version of recv() that stores its data into a buffer rather than creating
    /// a new string.  Receive up to buffersize bytes from the socket.  If buffersize
    /// is not specified (or 0), receive up to the size available in the given buffer.
    ///
    /// See recv() for documentation about the flags.
    #[pymethod(signature = (buffer, nbytes = 0, flags = CInt(0)), text_signature = None)]
    fn recv_into(&self, cx: &Ctx, buffer: &Value, nbytes: isize, flags: CInt) -> PyResult<usize> {
        let place = Room::of(cx, buffer, "recv_into() argument 1")?;
        let wanted = match size(cx, nbytes, "recv_into")? {
            0 => place.length(),
            wanted if wanted > place.length() => {
                return Err(cx.value_error("buffer too small for requested bytes"));
            }
            wanted => wanted,
        };
        if wanted == 0 {
            return Ok(0);
        }
        let mut data = room(cx, wanted)?;
        let count = self.call(cx, Direction::Read, |host, fd| {
            host.recv(fd, &mut data, flags.0)
        })?;
        place.put(0, &data[..count]);
        Ok(count)
    }

    /// recvfrom(buffersize[, flags]) -> (data, address info)
    ///
    /// Like recv(buffersize, flags) but also return the sender's address info.
    #[pymethod(signature = (*args), text_signature = None)]
    fn recvfrom(&self, cx: &Ctx, args: &[Value]) -> PyResult<Value> {
        let args = Arguments::of(cx, "recvfrom", args, 1, 2)?;
        let wanted = args.required::<isize>(cx, 0)?;
        let flags = args.optional::<CInt>(cx, 1)?.map_or(0, |flags| flags.0);
        let mut data = room(cx, size(cx, wanted, "recvfrom")?)?;
        let (count, address) = self.call(cx, Direction::Read, |host, fd| {
            host.recvfrom(fd, &mut data, flags)
        })?;
        let address = address::shown(cx, &address, self.protocol.get())?;
        let pair = vec![cx.new_bytes(&data[..count])?, address];
        Ok(cx.new_tuple(pair).into_value())
    }

    /// recvfrom_into(buffer[, nbytes[, flags]]) -> (nbytes, address info)
    ///
    /// Like recv_into(buffer[, nbytes[, flags]]) but also return the sender's address info.
    #[pymethod(signature = (buffer, nbytes = 0, flags = CInt(0)), text_signature = None)]
    fn recvfrom_into(
        &self,
        cx: &Ctx,
        buffer: &Value,
        nbytes: isize,
        flags: CInt,
    ) -> PyResult<Value> {
        let place = Room::of(cx, buffer, "recvfrom_into() argument 1")?;
        let wanted = match size(cx, nbytes, "recvfrom_into")? {
            0 => place.length(),
            wanted if wanted > place.length() => {
                return Err(cx.value_error("nbytes is greater than the length of the buffer"));
            }
            wanted => wanted,
        };
        let mut data = room(cx, wanted)?;
        let (count, address) = self.call(cx, Direction::Read, |host, fd| {
            host.recvfrom(fd, &mut data, flags.0)
        })?;
        place.put(0, &data[..count]);
        let address = address::shown(cx, &address, self.protocol.get())?;
        Ok(cx
            .new_tuple(vec![cx.new_int(count as i64), address])
            .into_value())
    }

    /// send(data[, flags]) -> count
    ///
    /// Send a data string to the socket.  For the optional flags
    /// argument, see the Unix manual.  Return the number of bytes
    /// sent; this may be less than len(data) if the network is busy.
    #[pymethod(signature = (*args), text_signature = None)]
    fn send(&self, cx: &Ctx, args: &[Value]) -> PyResult<usize> {
        let args = Arguments::of(cx, "send", args, 1, 2)?;
        let data = args.required::<Data<'_>>(cx, 0)?;
        let flags = args.optional::<CInt>(cx, 1)?.map_or(0, |flags| flags.0);
        self.call(cx, Direction::Write, |host, fd| host.send(fd, &data, flags))
    }

    /// sendall(data[, flags])
    ///
    /// Send a data string to the socket.  For the optional flags
    /// argument, see the Unix manual.  This calls send() repeatedly
    /// until all data is sent.  If an error occurs, it's impossible
    /// to tell how much data has been sent.
    #[pymethod(signature = (*args), text_signature = None)]
    fn sendall(&self, cx: &Ctx, args: &[Value]) -> PyResult<()> {
        let args = Arguments::of(cx, "sendall", args, 1, 2)?;
        let data = args.required::<Data<'_>>(cx, 0)?;
        let flags = args.optional::<CInt>(cx, 1)?.map_or(0, |flags| flags.0);
        // One limit for all of it.
        let limit = Limit::start(cx, self.timeout.get())?;
        let mut rest = &data[..];
        while !rest.is_empty() {
            let sent = self
                .wait_and_call(cx, Direction::Write, limit, false, &mut |host, fd| {
                    host.send(fd, rest, flags)
                })
                .map_err(|failure| failure.raise(cx))?;
            rest = &rest[sent..];
            cx.check_signals()?;
        }
        Ok(())
    }

    /// sendto(data[, flags], address) -> count
    ///
    /// Like send(data, flags) but allows specifying the destination address.
    /// For IP sockets, the address is a pair (hostaddr, port).
    #[pymethod(signature = (*args), text_signature = None)]
    fn sendto(this: &Py<Socket>, cx: &Ctx, args: &[Value]) -> PyResult<usize> {
        let (flags, address) = match args.len() {
            2 => (None, 1),
            3 => (Some(1), 2),
            given => {
                let bound = "2 or";
                return Err(wrong_count(cx, "sendto", bound, 3, given));
            }
        };
        let args = Arguments::of(cx, "sendto", args, 2, 3)?;
        let data = args.required::<Data<'_>>(cx, 0)?;
        let flags = match flags {
            Some(index) => args.required::<CInt>(cx, index)?.0,
            None => 0,
        };
        let address = args.required::<&Value>(cx, address)?;
        let target = address::parsed(cx, this, address, "sendto")?;
        cx.audit("socket.sendto", &[this.to_value(), address.clone()])?;
        this.call(cx, Direction::Write, |host, fd| {
            host.sendto(fd, &data, flags, &target)
        })
    }
}
