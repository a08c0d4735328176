//! `stderrprinter`: a stream that writes to a descriptor, for the time before `io` is there.
//!
//! CPython 3.14: `PyStdPrinter_Type` (`Objects/fileobject.c`). Tests: `vm/tests/it/`.

use taipan_macros::{pyclass, pymethods};

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::objects::Str;
use crate::value::{Py, Value};

/// The payload of a `stderrprinter`.
#[pyclass(name = "stderrprinter", module = "builtins", no_new)]
pub struct StandardPrinter {
    fd: i32,
}

#[pymethods]
impl StandardPrinter {
    #[pymethod(text_signature = None)]
    fn write(&self, cx: &Ctx, text: &Py<Str>) -> PyResult<usize> {
        let bytes = text.to_string_lossy();
        let mut rest = bytes.as_bytes();
        while !rest.is_empty() {
            let count = cx.retry_os(|host| host.write(self.fd, rest))?;
            rest = &rest[count.min(rest.len())..];
        }
        Ok(bytes.len())
    }

    fn fileno(&self) -> i32 {
        self.fd
    }

    fn isatty(&self, cx: &Ctx) -> bool {
        cx.host().isatty(self.fd).unwrap_or(false)
    }

    fn flush(&self) {}

    fn close(&self) {}

    #[getter]
    fn closed(&self) -> bool {
        false
    }

    #[getter]
    fn encoding(&self) -> Option<Value> {
        None
    }

    #[getter]
    fn mode(&self) -> &'static str {
        "w"
    }

    fn __repr__(&self) -> String {
        format!("<stderrprinter(fd={})>", self.fd)
    }
}

impl Ctx {
    /// A stream that writes to descriptor `fd`.
    pub(crate) fn new_standard_printer(&self, fd: i32) -> Value {
        let class = self.native_class(StandardPrinter::class());
        self.heap()
            .allocate(&class, StandardPrinter { fd })
            .into_value()
    }
}
