//! `getsockopt` and `setsockopt`.

use taipan_macros::pymethods;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::value::Value;

use super::arguments::{Arguments, CInt, unchecked_u32, wrong_count};
use super::object::Socket;
use crate::bytes_arg::Data;

/// The longest option.
const LONGEST: usize = 1024;

#[pymethods(part = 3)]
impl Socket {
    /// getsockopt(level, option[, buffersize]) -> value
    ///
    /// Get a socket option.  See the Unix manual for level and option.
    /// If a nonzero buffersize argument is given, the return value is a
    /// string of that length; otherwise it is an integer.
    #[pymethod(signature = (*args), text_signature = None)]
    fn getsockopt(&self, cx: &Ctx, args: &[Value]) -> PyResult<Value> {
        let args = Arguments::of(cx, "getsockopt", args, 2, 3)?;
        let level = args.required::<CInt>(cx, 0)?.0;
        let option = args.required::<CInt>(cx, 1)?.0;
        let length = args.optional::<CInt>(cx, 2)?.map_or(0, |length| length.0);
        if length == 0 {
            if self.family.get() == libc::AF_VSOCK {
                let mut number = [0; 8];
                self.simple(cx, |host, fd| {
                    host.getsockopt(fd, level, option, &mut number)
                })?;
                return Ok(cx.new_bigint(u64::from_ne_bytes(number).into()));
            }
            let mut number = [0; 4];
            self.simple(cx, |host, fd| {
                host.getsockopt(fd, level, option, &mut number)
            })?;
            return Ok(cx.new_int(i64::from(i32::from_ne_bytes(number))));
        }
        let Some(length) = usize::try_from(length).ok().filter(|l| *l <= LONGEST) else {
            let message = "getsockopt buflen out of range";
            return Err(cx.error(&cx.types().os_error, message));
        };
        let mut buffer = vec![0; length];
        let length = self.simple(cx, |host, fd| {
            host.getsockopt(fd, level, option, &mut buffer)
        })?;
        cx.new_bytes(&buffer[..length])
    }

    /// setsockopt(level, option, value: int)
    /// setsockopt(level, option, value: buffer)
    /// setsockopt(level, option, None, optlen: int)
    ///
    /// Set a socket option.  See the Unix manual for level and option.
    /// The value argument can either be an integer, a string buffer, or
    /// None, optlen.
    #[pymethod(signature = (*args), text_signature = None)]
    fn setsockopt(&self, cx: &Ctx, args: &[Value]) -> PyResult<()> {
        let given = args.len();
        let is_null = given == 4 && args[2].is_none();
        if given != 3 && !is_null {
            return Err(wrong_count(cx, "setsockopt", "exactly", 3, given));
        }
        let args = Arguments::of(cx, "setsockopt", args, 3, 4)?;
        let level = args.required::<CInt>(cx, 0)?.0;
        let option = args.required::<CInt>(cx, 1)?.0;
        let value = args.required::<&Value>(cx, 2)?;
        if is_null {
            let length = args.required::<&Value>(cx, 3)?;
            let length = unchecked_u32(cx, length)
                .map_err(|_| wrong_count(cx, "setsockopt", "exactly", 3, given))?;
            return self.simple(cx, |host, fd| {
                host.setsockopt_null(fd, level, option, length)
            });
        }
        if cx.is_index(value) {
            let number = cx.to_bigint(value)?;
            if self.family.get() == libc::AF_VSOCK
                && let Ok(number) = u64::try_from(&number)
            {
                let bytes = number.to_ne_bytes();
                return self.simple(cx, |host, fd| host.setsockopt(fd, level, option, &bytes));
            }
            if let Ok(number) = i32::try_from(&number) {
                let bytes = number.to_ne_bytes();
                return self.simple(cx, |host, fd| host.setsockopt(fd, level, option, &bytes));
            }
        }
        let bytes = Data::of(cx, value)?;
        self.simple(cx, |host, fd| host.setsockopt(fd, level, option, &bytes))
    }
}
