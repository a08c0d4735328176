//! `BufferedReader`, `BufferedWriter`, `BufferedRandom`: what Python sees of the buffer.

use taipan_macros::{pyclass, pymethods};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::heap::{Traverse, Visitor};
use taipan_vm::objects::Type;
use taipan_vm::value::{Py, Value};

use super::core::Core;
use crate::_io::DEFAULT_BUFFER_SIZE;
use crate::_io::base::{
    BufferedIoBase, Size, call, cannot_pickle, check_readable, check_seekable, check_writable,
};
use crate::bytes_arg::{Data, Room};

macro_rules! buffered_class {
    ($(#[$meta:meta])* $name:ident, $shown:literal, $parts:literal) => {
        $(#[$meta])*
        #[pyclass(name = $shown, module = "_io", base = BufferedIoBase, subclassable, traverse, parts = $parts,
            text_signature = "(raw, buffer_size=DEFAULT_BUFFER_SIZE)")]
        #[repr(C)]
        pub(crate) struct $name {
            base: BufferedIoBase,
            pub(crate) core: Core,
        }

        impl Traverse for $name {
            fn traverse(&self, visit: &mut Visitor<'_>) {
                self.core.traverse(visit);
            }

            fn clear(&self) {
                self.core.clear();
            }
        }

        /// What all three have.
        #[pymethods]
        impl $name {
            #[new]
            fn new(cx: &Ctx, cls: &Py<Type>, args: taipan_vm::native::Args<'_>) -> PyResult<Value> {
                let _ = args;
                Ok(cx.heap().allocate(cls, $name { base: BufferedIoBase::default(), core: Core::blank() }).into_value())
            }

            fn detach(this: &Py<$name>, cx: &Ctx) -> PyResult<Value> {
                this.core.raw(cx)?;
                call(cx, this.as_value(), "flush", &[])?;
                this.core.detach(cx)
            }

            fn close(this: &Py<$name>, cx: &Ctx) -> PyResult<Value> {
                {
                    let _inside = this.core.enter(cx, this.as_value())?;
                    if this.core.is_closed(cx)? {
                        return Ok(Value::NONE);
                    }
                    if this.core.finalizing.get() {
                        warn(cx, &this.core.raw(cx)?, this.as_value());
                    }
                }
                let flushed = call(cx, this.as_value(), "flush", &[]);
                let closed = this.core.call_raw(cx, "close", &[]);
                this.core.forget_ahead();
                drop(this.core.pending.take());
                match (flushed, closed) {
                    (Err(first), Err(second)) => {
                        let context = first.value().clone();
                        drop(second.exception().context.replace(Some(context)));
                        Err(second)
                    }
                    (Err(error), Ok(_)) => Err(error),
                    (Ok(_), closed) => closed,
                }
            }

            fn seekable(&self, cx: &Ctx) -> PyResult<Value> {
                self.core.call_raw(cx, "seekable", &[])
            }

            fn fileno(&self, cx: &Ctx) -> PyResult<Value> {
                self.core.call_raw(cx, "fileno", &[])
            }

            fn isatty(&self, cx: &Ctx) -> PyResult<Value> {
                self.core.call_raw(cx, "isatty", &[])
            }

            fn _dealloc_warn(&self, cx: &Ctx, source: &Value) -> PyResult<()> {
                if let Ok(raw) = self.core.raw(cx) {
                    warn(cx, &raw, source);
                }
                Ok(())
            }

            #[member]
            fn raw(&self) -> Value {
                self.core.raw_or_none()
            }

            #[getter]
            fn closed(&self, cx: &Ctx) -> PyResult<Value> {
                cx.get_attr(&self.core.raw(cx)?, &cx.intern("closed"))
            }

            #[getter]
            fn name(&self, cx: &Ctx) -> PyResult<Value> {
                cx.get_attr(&self.core.raw(cx)?, &cx.names().name)
            }

            #[getter]
            fn mode(&self, cx: &Ctx) -> PyResult<Value> {
                cx.get_attr(&self.core.raw(cx)?, &cx.names().mode)
            }

            #[member]
            fn _finalizing(&self) -> bool {
                self.core.finalizing.get()
            }

            #[setter(name = "_finalizing")]
            fn set_finalizing(&self, cx: &Ctx, value: &Value) -> PyResult<()> {
                let Some(value) = value.as_bool() else {
                    return Err(cx.type_error("attribute value type must be bool"));
                };
                self.core.finalizing.set(value);
                Ok(())
            }

            fn __repr__(this: &Py<$name>, cx: &Ctx) -> PyResult<String> {
                this.core.repr(cx, this.as_value())
            }

            fn __getstate__(this: &Value, cx: &Ctx) -> PyResult<()> {
                Err(cannot_pickle(cx, this))
            }

            fn __sizeof__(&self) -> usize {
                size_of::<$name>() + self.core.ahead.borrow().capacity() + self.core.pending.borrow().capacity()
            }

            fn tell(this: &Py<$name>, cx: &Ctx) -> PyResult<i64> {
                this.core.position(cx)
            }

            #[pymethod(signature = (target, whence = 0, /))]
            fn seek(this: &Py<$name>, cx: &Ctx, target: &Value, whence: i32) -> PyResult<i64> {
                this.core.seek(cx, this.as_value(), target, whence)
            }

            #[pymethod(signature = (pos = None, /))]
            fn truncate(this: &Py<$name>, cx: &Ctx, pos: Option<&Value>) -> PyResult<Value> {
                this.core.check_open(cx, "truncate of")?;
                if !this.core.writable.get() {
                    return Err(crate::_io::state::unsupported(cx, "truncate"));
                }
                let _inside = this.core.enter(cx, this.as_value())?;
                this.core.flush_and_rewind(cx)?;
                this.core.call_raw(cx, "truncate", &[pos.cloned().unwrap_or(Value::NONE)])
            }
        }
    };
}

/// Tells the raw stream that nobody closed it.
fn warn(cx: &Ctx, raw: &Value, source: &Value) {
    if let Err(error) = call(cx, raw, "_dealloc_warn", std::slice::from_ref(source))
        && !cx.matches(&error, &cx.types().attribute_error)
    {
        cx.report_unraisable(&error, None, source);
    }
}

macro_rules! reading_methods {
    ($name:ident, $part:literal) => {
        #[pymethods(part = $part)]
        impl $name {
            #[pymethod(signature = (size = Size(-1), /), text_signature = "($self, size=-1, /)")]
            fn read(this: &Py<$name>, cx: &Ctx, size: Size) -> PyResult<Value> {
                this.core.raw(cx)?;
                if size.0 < -1 {
                    return Err(cx.value_error("read length must be non-negative or -1"));
                }
                this.core.check_open(cx, "read of")?;
                let _inside = this.core.enter(cx, this.as_value())?;
                match usize::try_from(size.0) {
                    Err(_) => this.core.read_all(cx),
                    Ok(size) => match this.core.read_count(cx, size)? {
                        Some(data) => cx.new_bytes(&data),
                        None => Ok(Value::NONE),
                    },
                }
            }

            #[pymethod(signature = (size = -1, /))]
            fn read1(this: &Py<$name>, cx: &Ctx, size: isize) -> PyResult<Value> {
                let size = usize::try_from(size).unwrap_or_else(|_| this.core.size.get());
                this.core.check_open(cx, "read of")?;
                let _inside = this.core.enter(cx, this.as_value())?;
                let data = this.core.read_once(cx, size)?;
                cx.new_bytes(&data)
            }

            #[pymethod(signature = (size = 0, /))]
            fn peek(this: &Py<$name>, cx: &Ctx, size: isize) -> PyResult<Value> {
                let _ = size;
                this.core.check_open(cx, "peek of")?;
                let _inside = this.core.enter(cx, this.as_value())?;
                if this.core.writable.get() {
                    this.core.flush_pending(cx)?;
                }
                this.core.peek(cx)
            }

            fn readinto(this: &Py<$name>, cx: &Ctx, buffer: Room) -> PyResult<Option<usize>> {
                read_into(this.as_value(), &this.core, cx, &buffer, false)
            }

            fn readinto1(this: &Py<$name>, cx: &Ctx, buffer: Room) -> PyResult<Option<usize>> {
                read_into(this.as_value(), &this.core, cx, &buffer, true)
            }

            #[pymethod(signature = (size = Size(-1), /), text_signature = "($self, size=-1, /)")]
            fn readline(this: &Py<$name>, cx: &Ctx, size: Size) -> PyResult<Value> {
                this.core.check_open(cx, "readline of")?;
                let _inside = this.core.enter(cx, this.as_value())?;
                this.core.read_line(cx, usize::try_from(size.0).ok())
            }

            fn readable(&self, cx: &Ctx) -> PyResult<Value> {
                self.core.call_raw(cx, "readable", &[])
            }

            fn __next__(this: &Py<$name>, cx: &Ctx) -> PyResult<Option<Value>> {
                let line = if this.header().class().is_heap_type() {
                    // A subclass may have a `readline` of its own.
                    call(cx, this.as_value(), "readline", &[])?
                } else {
                    this.core.check_open(cx, "readline of")?;
                    let _inside = this.core.enter(cx, this.as_value())?;
                    this.core.read_line(cx, None)?
                };
                Ok((cx.len(&line)? > 0).then_some(line))
            }
        }
    };
}

fn read_into(
    this: &Value,
    core: &Core,
    cx: &Ctx,
    room: &Room,
    once: bool,
) -> PyResult<Option<usize>> {
    core.check_open(cx, "readinto of")?;
    let _inside = core.enter(cx, this)?;
    let mut data = vec![0; room.length()];
    let count = core.read_into(cx, &mut data, once)?;
    room.put(0, &data[..count.unwrap_or(0)]);
    Ok(count)
}

macro_rules! writing_methods {
    ($name:ident, $part:literal) => {
        #[pymethods(part = $part)]
        impl $name {
            fn write(this: &Py<$name>, cx: &Ctx, buffer: Data<'_>) -> PyResult<usize> {
                this.core.raw(cx)?;
                let _inside = this.core.enter(cx, this.as_value())?;
                // Checked inside: another thread may have closed the stream while this one waited.
                this.core.check_open(cx, "write to")?;
                this.core.write(cx, &buffer)
            }

            fn flush(this: &Py<$name>, cx: &Ctx) -> PyResult<()> {
                this.core.check_open(cx, "flush of")?;
                let _inside = this.core.enter(cx, this.as_value())?;
                this.core.flush_and_rewind(cx)
            }

            fn writable(&self, cx: &Ctx) -> PyResult<Value> {
                self.core.call_raw(cx, "writable", &[])
            }
        }
    };
}

buffered_class! {
    /// Create a new buffered reader using the given readable raw IO object.
    BufferedReader, "BufferedReader", 3
}
buffered_class! {
    /// A buffer for a writeable sequential RawIO object.
    ///
    /// The constructor creates a BufferedWriter for the given writeable raw
    /// stream. If the buffer_size is not given, it defaults to
    /// DEFAULT_BUFFER_SIZE.
    BufferedWriter, "BufferedWriter", 3
}
buffered_class! {
    /// A buffered interface to random access streams.
    ///
    /// The constructor creates a reader and writer for a seekable stream,
    /// raw, given in the first argument. If the buffer_size is omitted it
    /// defaults to DEFAULT_BUFFER_SIZE.
    BufferedRandom, "BufferedRandom", 4
}

reading_methods!(BufferedReader, 1);
writing_methods!(BufferedWriter, 1);
reading_methods!(BufferedRandom, 1);

#[pymethods(part = 2)]
impl BufferedReader {
    #[init(signature = (raw, buffer_size = DEFAULT_BUFFER_SIZE as isize))]
    fn init(this: &Py<BufferedReader>, cx: &Ctx, raw: &Value, buffer_size: isize) -> PyResult<()> {
        check_readable(cx, raw)?;
        this.core.readable.set(true);
        this.core.attach(cx, raw, buffer_size)
    }

    fn flush(&self, cx: &Ctx) -> PyResult<Value> {
        self.core.call_raw(cx, "flush", &[])
    }
}

#[pymethods(part = 2)]
impl BufferedWriter {
    #[init(signature = (raw, buffer_size = DEFAULT_BUFFER_SIZE as isize))]
    fn init(this: &Py<BufferedWriter>, cx: &Ctx, raw: &Value, buffer_size: isize) -> PyResult<()> {
        check_writable(cx, raw)?;
        this.core.writable.set(true);
        this.core.attach(cx, raw, buffer_size)
    }
}

writing_methods!(BufferedRandom, 2);

#[pymethods(part = 3)]
impl BufferedRandom {
    #[init(signature = (raw, buffer_size = DEFAULT_BUFFER_SIZE as isize))]
    fn init(this: &Py<BufferedRandom>, cx: &Ctx, raw: &Value, buffer_size: isize) -> PyResult<()> {
        check_seekable(cx, raw)?;
        check_readable(cx, raw)?;
        check_writable(cx, raw)?;
        this.core.readable.set(true);
        this.core.writable.set(true);
        this.core.attach(cx, raw, buffer_size)
    }
}
