//! A mapping as a file: reading, writing, searching at a position.

use taipan_macros::pymethods;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::{ArgSite, FromArg};
use taipan_vm::protocol::BytesLike;
use taipan_vm::value::Value;

use super::object::Mmap;

/// A number of bytes that may be `None`.
struct Count(isize);

impl FromArg<'_> for Count {
    fn from_arg(cx: &Ctx, value: &Value, _: &ArgSite) -> PyResult<Self> {
        if !cx.is_index(value) {
            return Err(cx.type_error(format!(
                "argument should be integer or None, not '{}'",
                cx.type_name(value)
            )));
        }
        cx.to_index_size(value).map(Self)
    }
}

/// Format unit `b`.
struct Byte(u8);

impl FromArg<'_> for Byte {
    fn from_arg(cx: &Ctx, value: &Value, _: &ArgSite) -> PyResult<Self> {
        let number = i64::try_from(&cx.to_bigint(value)?)
            .map_err(|_| cx.overflow_error("Python int too large to convert to C long"))?;
        u8::try_from(number).map(Self).map_err(|_| {
            cx.overflow_error(if number < 0 {
                "unsigned byte integer is less than minimum"
            } else {
                "unsigned byte integer is greater than maximum"
            })
        })
    }
}

#[derive(Clone, Copy)]
enum From {
    Left,
    Right,
}

impl Mmap {
    fn search(
        &self,
        cx: &Ctx,
        view: &[u8],
        start: Option<isize>,
        end: Option<isize>,
        from: From,
    ) -> PyResult<isize> {
        let length = self.len(cx)?;
        let bound = |given: isize| {
            let index = if given < 0 {
                given.saturating_add(length as isize)
            } else {
                given
            };
            (index.max(0) as usize).min(length)
        };
        let start = start.map_or(self.position.get().min(length), bound);
        let end = end.map_or(length, bound);
        let found = self.read(cx, |bytes| {
            let part = bytes.get(start..end)?;
            match from {
                From::Left => memchr::memmem::find(part, view),
                From::Right => memchr::memmem::rfind(part, view),
            }
        })?;
        Ok(found.map_or(-1, |index| (start + index) as isize))
    }

    /// Bytes from the position on, which moves behind them.
    fn take(&self, cx: &Ctx, count: usize) -> PyResult<Value> {
        let start = self.position.get();
        let taken = self.read(cx, |bytes| {
            let rest = bytes.get(start..).unwrap_or_default();
            rest[..count.min(rest.len())].to_vec()
        })?;
        self.position.set(start + taken.len());
        cx.new_bytes(&taken)
    }
}

#[pymethods(part = 2)]
impl Mmap {
    #[pymethod(signature = (view, start = None, end = None, /))]
    fn find(
        &self,
        cx: &Ctx,
        view: BytesLike<'_>,
        start: Option<Count>,
        end: Option<Count>,
    ) -> PyResult<isize> {
        let (start, end) = (start.map(|n| n.0), end.map(|n| n.0));
        self.search(cx, &view, start, end, From::Left)
    }

    #[pymethod(signature = (view, start = None, end = None, /))]
    fn rfind(
        &self,
        cx: &Ctx,
        view: BytesLike<'_>,
        start: Option<Count>,
        end: Option<Count>,
    ) -> PyResult<isize> {
        let (start, end) = (start.map(|n| n.0), end.map(|n| n.0));
        self.search(cx, &view, start, end, From::Right)
    }

    fn r#move(&self, cx: &Ctx, dest: isize, src: isize, count: isize) -> PyResult<()> {
        self.check_writable(cx)?;
        let length = self.len(cx)?;
        let wrong = || cx.value_error("source, destination, or count out of range");
        let index = |number: isize| usize::try_from(number).map_err(|_| wrong());
        let (dest, src, count) = (index(dest)?, index(src)?, index(count)?);
        if dest > length || src > length || length - dest < count || length - src < count {
            return Err(wrong());
        }
        self.change(cx, |bytes| bytes.copy_within(src..src + count, dest))
    }

    #[pymethod(name = "read", signature = (n = None, /))]
    fn read_count(&self, cx: &Ctx, n: Option<Count>) -> PyResult<Value> {
        self.len(cx)?;
        let count = n.and_then(|n| usize::try_from(n.0).ok());
        self.take(cx, count.unwrap_or(usize::MAX))
    }

    fn read_byte(&self, cx: &Ctx) -> PyResult<u8> {
        let place = self.position.get();
        match self.read(cx, |bytes| bytes.get(place).copied())? {
            Some(byte) => {
                self.position.set(place + 1);
                Ok(byte)
            }
            None => Err(cx.value_error("read byte out of range")),
        }
    }

    fn readline(&self, cx: &Ctx) -> PyResult<Value> {
        let start = self.position.get();
        let count = self.read(cx, |bytes| {
            let rest = bytes.get(start..).unwrap_or_default();
            memchr::memchr(b'\n', rest).map_or(rest.len(), |newline| newline + 1)
        })?;
        self.take(cx, count)
    }

    #[pymethod(signature = (pos, whence = 0, /))]
    fn seek(&self, cx: &Ctx, pos: isize, whence: i32) -> PyResult<usize> {
        let length = self.len(cx)?;
        let base = match whence {
            0 => 0,
            1 => self.position.get(),
            2 => length,
            _ => return Err(cx.value_error("unknown seek type")),
        };
        let target = (base as isize)
            .checked_add(pos)
            .and_then(|target| usize::try_from(target).ok())
            .filter(|target| *target <= length)
            .ok_or_else(|| cx.value_error("seek out of range"))?;
        self.position.set(target);
        Ok(target)
    }

    fn seekable(&self) -> bool {
        true
    }

    fn tell(&self, cx: &Ctx) -> PyResult<usize> {
        self.len(cx)?;
        Ok(self.position.get())
    }

    fn write(&self, cx: &Ctx, bytes: BytesLike<'_>) -> PyResult<usize> {
        self.check_writable(cx)?;
        let start = self.position.get();
        let length = self.len(cx)?;
        if start > length || length - start < bytes.len() {
            return Err(cx.value_error("data out of range"));
        }
        self.change(cx, |memory| {
            memory[start..start + bytes.len()].copy_from_slice(&bytes);
        })?;
        self.position.set(start + bytes.len());
        Ok(bytes.len())
    }

    fn write_byte(&self, cx: &Ctx, byte: Byte) -> PyResult<()> {
        self.check_writable(cx)?;
        let place = self.position.get();
        if place >= self.len(cx)? {
            return Err(cx.value_error("write byte out of range"));
        }
        self.change(cx, |memory| memory[place] = byte.0)?;
        self.position.set(place + 1);
        Ok(())
    }
}
