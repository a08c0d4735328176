//! `builtin_function_or_method`: a native function bound to its receiver.
//!
//! CPython 3.14: `Objects/methodobject.c`. Tests: `tests/run/native_function/`.

use crate::ctx::Ctx;
use crate::heap::{Traverse, Visitor};
use crate::native::FunctionDef;
use crate::value::{Py, Value};

/// The payload of a `builtin_function_or_method`.
pub struct NativeFunction {
    pub def: &'static FunctionDef,
    /// The module of a function; the instance or class of a method.
    pub receiver: Value,
    /// `__module__`.
    pub module: Option<Value>,
}

payload!(NativeFunction, traverse);
crate::native::bare_class!(
    NativeFunction,
    "builtin_function_or_method",
    None,
    crate::objects::TypeFlags::empty()
);

impl Traverse for NativeFunction {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(&self.receiver);
        self.module.iter().for_each(visit);
    }
}

impl Ctx {
    pub fn new_native_function(
        &self,
        def: &'static FunctionDef,
        receiver: Value,
        module: Option<Value>,
    ) -> Py<NativeFunction> {
        let function = NativeFunction {
            def,
            receiver,
            module,
        };
        self.heap()
            .allocate(&self.types().builtin_function_or_method, function)
    }
}
