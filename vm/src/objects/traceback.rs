//! `traceback`: where an exception passed.
//!
//! CPython 3.14: `Python/traceback.c`. Tests: `tests/run/traceback/`.

use std::cell::Cell;

use taipan_macros::{pyclass, pymethods};

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::field::Field;
use crate::heap::{Traverse, Visitor};
use crate::objects::Type;
use crate::objects::frame::FrameObject;
use crate::value::{Py, Value};

/// The payload of a `traceback`.
#[pyclass(name = "traceback", module = "builtins", traverse)]
pub struct Traceback {
    pub next: Field<Option<Py<Traceback>>>,
    pub frame: Py<FrameObject>,
    /// The instruction, in units from the start of the code.
    /// As `tb_lasti` shows it, in bytes.
    lasti: i32,
    /// -1 until somebody asks.
    line: Cell<i32>,
}

impl Traverse for Traceback {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.next
            .peek(|next| next.iter().for_each(|next| visit(next.as_value())));
        visit(self.frame.as_value());
    }

    fn clear(&self) {
        drop(self.next.take());
    }
}

impl Drop for Traceback {
    fn drop(&mut self) {
        // A traceback as long as the recursion limit must not die recursively.
        let mut next = self.next.take();
        while let Some(traceback) = next {
            let is_last_owner = traceback.header().reference_count() == 1;
            next = if is_last_owner {
                traceback.next.take()
            } else {
                None
            };
        }
    }
}

impl Ctx {
    pub fn new_traceback(
        &self,
        next: Option<Py<Traceback>>,
        frame: Py<FrameObject>,
        last_instruction: i32,
        line: Option<i32>,
    ) -> Py<Traceback> {
        self.traceback_at(next, frame, last_instruction * 2, line)
    }

    fn traceback_at(
        &self,
        next: Option<Py<Traceback>>,
        frame: Py<FrameObject>,
        lasti: i32,
        line: Option<i32>,
    ) -> Py<Traceback> {
        let traceback = Traceback {
            next: Field::new(next),
            frame,
            lasti,
            line: Cell::new(line.unwrap_or(-1)),
        };
        self.heap().allocate(&self.types().traceback, traceback)
    }
}

impl Traceback {
    /// The line where the exception passed, if the code knows.
    pub fn line(&self) -> Option<i32> {
        if self.line.get() == -1 {
            let line = self.frame.code().line_at(self.lasti / 2)?;
            self.line.set(line);
        }
        Some(self.line.get())
    }
}

#[pymethods]
impl Traceback {
    #[new(signature = (tb_next, tb_frame, tb_lasti, tb_lineno))]
    fn new(
        cx: &Ctx,
        cls: &Py<Type>,
        tb_next: &Value,
        tb_frame: &Value,
        tb_lasti: i32,
        tb_lineno: i32,
    ) -> PyResult<Value> {
        let _ = cls;
        let next = next_argument(cx, tb_next)?;
        let Some(frame) = tb_frame.downcast_ref::<FrameObject>() else {
            return Err(cx.type_error(format!(
                "traceback() argument 'tb_frame' must be frame, not {}",
                cx.type_name_for_argument(tb_frame)
            )));
        };
        Ok(cx
            .traceback_at(next, frame.clone(), tb_lasti, Some(tb_lineno))
            .into_value())
    }

    #[getter]
    fn tb_next(&self) -> Value {
        self.next.get().map_or(Value::NONE, Py::into_value)
    }

    #[setter]
    fn set_tb_next(this: &Py<Traceback>, cx: &Ctx, value: Option<&Value>) -> PyResult<()> {
        let Some(value) = value else {
            return Err(cx.type_error("can't delete tb_next attribute"));
        };
        let next = next_argument(cx, value)?;
        let mut cursor = next.clone();
        while let Some(traceback) = cursor {
            if traceback.is(this) {
                return Err(cx.value_error("traceback loop detected"));
            }
            cursor = traceback.next.get();
        }
        this.next.set(next);
        Ok(())
    }

    #[member]
    fn tb_frame(&self) -> Value {
        self.frame.to_value()
    }

    #[member]
    fn tb_lasti(&self) -> i32 {
        self.lasti
    }

    #[getter]
    fn tb_lineno(&self) -> Option<i32> {
        self.line()
    }

    fn __dir__(&self, cx: &Ctx) -> Value {
        let names = ["tb_frame", "tb_next", "tb_lasti", "tb_lineno"];
        let names = names.iter().map(|name| cx.intern(*name).into_value());
        cx.new_list(names.collect()).into_value()
    }
}

fn next_argument(cx: &Ctx, value: &Value) -> PyResult<Option<Py<Traceback>>> {
    if value.is_none() {
        return Ok(None);
    }
    match value.downcast_ref::<Traceback>() {
        Some(next) => Ok(Some(next.clone())),
        None => Err(cx.type_error(format!(
            "expected traceback object or None, got '{}'",
            cx.type_name(value)
        ))),
    }
}
