//! `BufferedRWPair`: a reader and a writer as one stream.

use std::cell::RefCell;

use taipan_macros::{pyclass, pymethods};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::heap::{Traverse, Visitor};
use taipan_vm::native::Args;
use taipan_vm::objects::Type;
use taipan_vm::value::{Py, Value};

use super::{BufferedReader, BufferedWriter};
use crate::_io::DEFAULT_BUFFER_SIZE;
use crate::_io::base::{BufferedIoBase, call, check_readable, check_writable, flag};

/// A buffered reader and writer object together.
///
/// A buffered reader object and buffered writer object put together to
/// form a sequential IO object that can read and write. This is typically
/// used with a socket or two-way pipe.
///
/// reader and writer are RawIOBase objects that are readable and
/// writeable respectively. If the buffer_size is omitted it defaults to
/// DEFAULT_BUFFER_SIZE.
#[pyclass(name = "BufferedRWPair", module = "_io", base = BufferedIoBase, subclassable, traverse,
    text_signature = "(reader, writer, buffer_size=DEFAULT_BUFFER_SIZE, /)")]
#[repr(C)]
pub(crate) struct BufferedRwPair {
    base: BufferedIoBase,
    reader: RefCell<Option<Value>>,
    writer: RefCell<Option<Value>>,
}

impl Traverse for BufferedRwPair {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.reader.borrow().iter().for_each(&mut *visit);
        self.writer.borrow().iter().for_each(visit);
    }

    fn clear(&self) {
        let old = (self.reader.take(), self.writer.take());
        drop(old);
    }
}

impl BufferedRwPair {
    fn half(cx: &Ctx, half: &RefCell<Option<Value>>) -> PyResult<Value> {
        half.borrow()
            .clone()
            .ok_or_else(|| cx.value_error("I/O operation on uninitialized object"))
    }

    fn read_by(&self, cx: &Ctx, method: &str, args: &[Value]) -> PyResult<Value> {
        call(cx, &Self::half(cx, &self.reader)?, method, args)
    }

    fn write_by(&self, cx: &Ctx, method: &str, args: &[Value]) -> PyResult<Value> {
        call(cx, &Self::half(cx, &self.writer)?, method, args)
    }
}

#[pymethods]
impl BufferedRwPair {
    #[new]
    fn new(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> PyResult<Value> {
        let _ = args;
        let new = BufferedRwPair {
            base: BufferedIoBase::default(),
            reader: RefCell::default(),
            writer: RefCell::default(),
        };
        Ok(cx.heap().allocate(cls, new).into_value())
    }

    #[init(signature = (reader, writer, buffer_size = DEFAULT_BUFFER_SIZE as isize, /))]
    fn init(
        this: &Py<BufferedRwPair>,
        cx: &Ctx,
        reader: &Value,
        writer: &Value,
        buffer_size: isize,
    ) -> PyResult<()> {
        check_readable(cx, reader)?;
        check_writable(cx, writer)?;
        let size = cx.new_int(buffer_size as i64);
        let reading = cx.native_class(BufferedReader::class());
        let reader = cx.call(reading.as_value(), &[reader.clone(), size.clone()])?;
        let writing = cx.native_class(BufferedWriter::class());
        let writer = cx.call(writing.as_value(), &[writer.clone(), size])?;
        let old = (
            this.reader.replace(Some(reader)),
            this.writer.replace(Some(writer)),
        );
        drop(old);
        Ok(())
    }

    #[pymethod(signature = (*args), text_signature = None)]
    fn read(&self, cx: &Ctx, args: &[Value]) -> PyResult<Value> {
        self.read_by(cx, "read", args)
    }

    #[pymethod(signature = (*args), text_signature = None)]
    fn peek(&self, cx: &Ctx, args: &[Value]) -> PyResult<Value> {
        self.read_by(cx, "peek", args)
    }

    #[pymethod(signature = (*args), text_signature = None)]
    fn read1(&self, cx: &Ctx, args: &[Value]) -> PyResult<Value> {
        self.read_by(cx, "read1", args)
    }

    #[pymethod(signature = (*args), text_signature = None)]
    fn readinto(&self, cx: &Ctx, args: &[Value]) -> PyResult<Value> {
        self.read_by(cx, "readinto", args)
    }

    #[pymethod(signature = (*args), text_signature = None)]
    fn readinto1(&self, cx: &Ctx, args: &[Value]) -> PyResult<Value> {
        self.read_by(cx, "readinto1", args)
    }

    #[pymethod(signature = (*args), text_signature = None)]
    fn write(&self, cx: &Ctx, args: &[Value]) -> PyResult<Value> {
        self.write_by(cx, "write", args)
    }

    fn flush(&self, cx: &Ctx) -> PyResult<Value> {
        self.write_by(cx, "flush", &[])
    }

    fn readable(&self, cx: &Ctx) -> PyResult<Value> {
        self.read_by(cx, "readable", &[])
    }

    fn writable(&self, cx: &Ctx) -> PyResult<Value> {
        self.write_by(cx, "writable", &[])
    }

    fn close(&self, cx: &Ctx) -> PyResult<Value> {
        let written = self.write_by(cx, "close", &[]);
        let read = self.read_by(cx, "close", &[]);
        match (written, read) {
            (Err(first), Err(second)) => {
                let context = first.value().clone();
                drop(second.exception().context.replace(Some(context)));
                Err(second)
            }
            (Err(error), Ok(_)) => Err(error),
            (Ok(_), read) => read,
        }
    }

    fn isatty(&self, cx: &Ctx) -> PyResult<Value> {
        let writes = self.write_by(cx, "isatty", &[])?;
        if cx.is_true(&writes)? {
            return Ok(writes);
        }
        self.read_by(cx, "isatty", &[])
    }

    #[getter]
    fn closed(&self, cx: &Ctx) -> PyResult<bool> {
        match self.writer.borrow().clone() {
            Some(writer) => flag(cx, &writer, "closed"),
            None => Err(cx.runtime_error("the BufferedRWPair object is being garbage-collected")),
        }
    }
}
