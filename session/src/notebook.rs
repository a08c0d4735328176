//! A notebook's session: requests and replies as JSON, served by `taipan.kernel`.

use taipan_vm::ctx::Ctx;
use taipan_vm::error::{PyErr, PyResult};
use taipan_vm::objects::Str;
use taipan_vm::value::Value;

use crate::compiler;
use crate::outlet::{self, Publisher};

/// See the module. All methods must be called inside `Ctx::enter`.
pub struct Notebook<'cx> {
    cx: &'cx Ctx,
    kernel: Value,
}

impl<'cx> Notebook<'cx> {
    /// Starts a session; `startup` takes what is shown before the first cell.
    ///
    /// # Errors
    /// What importing the package `taipan` raises.
    pub fn new(cx: &'cx Ctx, startup: Box<dyn Publisher>) -> PyResult<Self> {
        let kernel = cx.import_from("taipan.kernel", "Kernel")?;
        let kernel = cx.call(&kernel, &[outlet::new(cx, startup), compiler::new(cx)])?;
        Ok(Self { cx, kernel })
    }

    /// The number of the next cell.
    ///
    /// # Errors
    /// A defect of the session itself.
    pub fn count(&self) -> PyResult<u32> {
        let count = self.cx.get_attr(&self.kernel, &self.cx.intern("count"))?;
        Ok(count
            .as_small_int()
            .and_then(|count| u32::try_from(count).ok())
            .unwrap_or(0))
    }

    /// Runs a cell; request and reply are the contents of `execute_request` and `execute_reply`.
    ///
    /// # Errors
    /// A defect of the session itself; errors of the cell are in the reply.
    pub fn execute(&self, request: &str, publisher: Box<dyn Publisher>) -> PyResult<String> {
        let arguments = [self.text(request)?, outlet::new(self.cx, publisher)];
        self.call("execute", &arguments)
    }

    /// # Errors
    /// A defect of the session itself.
    pub fn complete(&self, request: &str) -> PyResult<String> {
        self.call("complete", &[self.text(request)?])
    }

    /// # Errors
    /// A defect of the session itself.
    pub fn inspect(&self, request: &str) -> PyResult<String> {
        self.call("inspect", &[self.text(request)?])
    }

    /// # Errors
    /// A defect of the session itself.
    pub fn history(&self, request: &str) -> PyResult<String> {
        self.call("find_history", &[self.text(request)?])
    }

    /// A comm's message from a frontend; the request has its type, content, metadata and the header.
    ///
    /// # Errors
    /// A defect of the session itself; what handlers raise is printed.
    pub fn comm(
        &self,
        request: &str,
        buffers: &[&[u8]],
        publisher: Box<dyn Publisher>,
    ) -> PyResult<()> {
        let buffers = buffers
            .iter()
            .map(|buffer| self.cx.new_bytes(buffer))
            .collect::<PyResult<Vec<Value>>>()?;
        let arguments = [
            self.text(request)?,
            self.cx.new_list(buffers).into_value(),
            outlet::new(self.cx, publisher),
        ];
        self.cx
            .call_method(&self.kernel, &self.cx.intern("comm"), &arguments)
            .map(drop)
    }

    /// The open comms, as the content of `comm_info_reply`.
    ///
    /// # Errors
    /// A defect of the session itself.
    pub fn comm_info(&self, target: Option<&str>) -> PyResult<String> {
        let target = match target {
            Some(target) => self.text(target)?,
            None => Value::NONE,
        };
        self.call("comm_info", &[target])
    }

    /// An error as one line, for logs and replies about defects.
    pub fn describe(&self, error: &PyErr) -> String {
        let class = self.cx.type_name(error.value());
        match self.cx.str(error.value()) {
            Ok(text) => format!("{class}: {}", text.to_string_lossy()),
            Err(_) => class,
        }
    }

    fn text(&self, text: &str) -> PyResult<Value> {
        Ok(self.cx.new_str(text)?.into_value())
    }

    fn call(&self, method: &str, arguments: &[Value]) -> PyResult<String> {
        let reply = self
            .cx
            .call_method(&self.kernel, &self.cx.intern(method), arguments)?;
        match reply.downcast_ref::<Str>() {
            Some(text) => Ok(text.to_string_lossy().into_owned()),
            None => Err(self
                .cx
                .type_error(format!("{method} returned {}", self.cx.type_name(&reply)))),
        }
    }
}
