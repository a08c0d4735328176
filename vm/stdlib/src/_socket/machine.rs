//! The machine's name, its network interfaces, and descriptors that are no socket objects.

use num_bigint::Sign;
use taipan_macros::pyfunction;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::objects::Bytes;
use taipan_vm::value::Value;

use super::arguments::{Arguments, CInt};
use super::object::Socket;
use crate::path::FsBytes;

/// gethostname() -> string
///
/// Return the current host name.
#[pyfunction(text_signature = "($self, /)")]
pub(super) fn gethostname(cx: &Ctx) -> PyResult<Value> {
    cx.audit("socket.gethostname", &[])?;
    let name = cx
        .blocking(|host| host.gethostname())
        .map_err(|error| cx.os_error(error))?;
    cx.fs_decode(&name)
}

/// sethostname(name)
///
/// Sets the hostname to name.
#[pyfunction(signature = (*args), text_signature = None)]
pub(super) fn sethostname(cx: &Ctx, args: &[Value]) -> PyResult<()> {
    let args = Arguments::of(cx, "sethostname", args, 1, 1)?;
    let given = args.required::<&Value>(cx, 0)?;
    let name = match given.downcast_ref::<Bytes>() {
        Some(bytes) => bytes.as_slice().to_vec(),
        None => crate::path::fs_bytes(cx, given)?,
    };
    cx.audit("socket.sethostname", std::slice::from_ref(given))?;
    cx.blocking(|host| host.sethostname(&name))
        .map_err(|error| cx.os_error(error))
}

/// if_nameindex()
///
/// Returns a list of network interface information (index, name) tuples.
#[pyfunction(text_signature = "($self, /)")]
pub(super) fn if_nameindex(cx: &Ctx) -> PyResult<Value> {
    let found = cx
        .blocking(|host| host.if_nameindex())
        .map_err(|error| cx.os_error(error))?;
    let mut list = Vec::with_capacity(found.len());
    for (index, name) in found {
        let pair = vec![cx.new_int(i64::from(index)), cx.fs_decode(&name)?];
        list.push(cx.new_tuple(pair).into_value());
    }
    Ok(cx.new_list(list).into_value())
}

/// Returns the interface index corresponding to the interface name if_name.
#[pyfunction]
pub(super) fn if_nametoindex(cx: &Ctx, oname: FsBytes) -> PyResult<u32> {
    cx.blocking(|host| host.if_nametoindex(&oname.0))
        .map_err(|error| cx.os_error(error))
}

/// Returns the interface name corresponding to the interface index if_index.
#[pyfunction]
pub(super) fn if_indextoname(cx: &Ctx, if_index: &Value) -> PyResult<Value> {
    let number = cx.to_bigint(if_index)?;
    if number.sign() == Sign::Minus {
        return Err(cx.value_error("Cannot convert negative int"));
    }
    let index = u32::try_from(&number)
        .map_err(|_| cx.overflow_error("Python int too large for C unsigned int"))?;
    let name = cx
        .blocking(|host| host.if_indextoname(index))
        .map_err(|error| cx.os_error(error))?;
    cx.fs_decode(&name)
}

/// socketpair([family[, type [, proto]]]) -> (socket object, socket object)
///
/// Create a pair of socket objects from the sockets returned by the platform
/// socketpair() function.
/// The arguments are the same as for socket() except the default family is
/// AF_UNIX if defined on the platform; otherwise, the default is AF_INET.
#[pyfunction(signature = (*args), text_signature = None)]
pub(super) fn socketpair(cx: &Ctx, args: &[Value]) -> PyResult<Value> {
    let args = Arguments::of(cx, "socketpair", args, 0, 3)?;
    let number = |index: usize, default: i32| {
        let given = args.optional::<CInt>(cx, index)?;
        Ok(given.map_or(default, |given| given.0))
    };
    let (family, kind, protocol) = (
        number(0, libc::AF_UNIX)?,
        number(1, libc::SOCK_STREAM)?,
        number(2, 0)?,
    );
    let (left, right) = cx
        .blocking(|host| host.socketpair(family, kind, protocol))
        .map_err(|error| cx.os_error(error))?;
    let left = Socket::around(cx, left, family, kind, protocol);
    let right = Socket::around(cx, right, family, kind, protocol);
    Ok(cx.new_tuple(vec![left?, right?]).into_value())
}

/// dup(integer) -> integer
///
/// Duplicate an integer socket file descriptor.  This is like os.dup(), but for
/// sockets; on some platforms os.dup() won't work for socket file descriptors.
#[pyfunction(text_signature = "($self, object, /)")]
pub(super) fn dup(cx: &Ctx, fd: CInt) -> PyResult<i32> {
    cx.blocking(|host| host.dup(fd.0))
        .map_err(|error| cx.os_error(error))
}

/// close(integer) -> None
///
/// Close an integer socket file descriptor.  This is like os.close(), but for
/// sockets; on some platforms os.close() won't work for socket file descriptors.
#[pyfunction(text_signature = "($self, object, /)")]
pub(super) fn close(cx: &Ctx, fd: CInt) -> PyResult<()> {
    match cx.blocking(|host| host.close(fd.0)) {
        Err(error) if error.errno != libc::ECONNRESET => Err(cx.os_error(error)),
        _ => Ok(()),
    }
}
