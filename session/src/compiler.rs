//! The compiler of cells, as Python sees it: the object that `taipan.shell` compiles with.

use std::sync::Arc;

use taipan_compiler::compile::{Cell, CompileOptions, compile_cell};
use taipan_compiler::future::CompilerFlags;
use taipan_compiler::parse::Mode;
use taipan_macros::{pyclass, pymethods};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::objects::Str;
use taipan_vm::value::{Py, Value};

/// Compiles cells; remembers the features that earlier cells imported from `__future__`.
#[pyclass(name = "Compiler", module = "taipan.shell", no_new)]
pub(crate) struct Compiler {
    features: std::cell::Cell<CompilerFlags>,
}

#[pymethods]
impl Compiler {
    /// Compiles a cell into a tuple of code objects, of which the last shows its value.
    fn compile(&self, cx: &Ctx, source: &Py<Str>, filename: &Py<Str>) -> PyResult<Value> {
        let name = Arc::new(filename.as_wtf8().to_owned());
        let Some(text) = source.to_str() else {
            // What holds surrogates is no source: raises the codec's error.
            cx.call_method(source.as_value(), &cx.intern("encode"), &[])?;
            return Ok(Value::NONE);
        };
        let options = CompileOptions {
            flags: self.features.get() | CompilerFlags::ALLOW_TOP_LEVEL_AWAIT,
            ..cx.compile_options(Mode::Exec)
        };
        let Cell { body, last } = match compile_cell(text, &name, options) {
            Ok(cell) => cell,
            Err(failure) => return cx.compiled(Err(failure), &name).map(Py::into_value),
        };
        let mut codes = Vec::new();
        for output in body.into_iter().chain(last) {
            let features = CompilerFlags::from_bits_truncate(output.code.flags.bits());
            self.features
                .set(self.features.get() | features & CompilerFlags::INHERITED);
            codes.push(cx.compiled(Ok(output), &name)?.into_value());
        }
        Ok(cx.new_tuple(codes).into_value())
    }
}

/// Makes the Python object.
pub(crate) fn new(cx: &Ctx) -> Value {
    let compiler = Compiler {
        features: std::cell::Cell::new(CompilerFlags::empty()),
    };
    cx.heap()
        .allocate(&cx.native_class(Compiler::class()), compiler)
        .into_value()
}
