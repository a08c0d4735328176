//! Filling a native module's namespace.

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::{ClassDef, FunctionDef, IntoValue};
use crate::objects::{Module, Type};
use crate::value::{Py, Value};

/// Adds names to a native module while it is made.
pub struct ModuleBuilder<'cx> {
    cx: &'cx Ctx,
    module: Py<Module>,
}

impl<'cx> ModuleBuilder<'cx> {
    pub fn new(cx: &'cx Ctx, module: Py<Module>) -> Self {
        Self { cx, module }
    }

    pub fn module(&self) -> &Py<Module> {
        &self.module
    }

    /// Adds a function, bound to the module.
    pub fn function(&self, def: &'static FunctionDef) -> PyResult<()> {
        let name = self.module.name(self.cx)?;
        let function = self
            .cx
            .new_native_function(def, self.module.to_value(), Some(name));
        self.add_value(def.name, function.into_value())
    }

    /// Adds a native class under its own name, and returns it.
    pub fn class(&self, def: &'static ClassDef) -> PyResult<Py<Type>> {
        let class = self.cx.native_class(def);
        self.add_value(def.name, class.to_value())?;
        Ok(class)
    }

    /// Adds a constant.
    pub fn add(&self, name: &str, value: impl IntoValue) -> PyResult<()> {
        self.add_value(name, value.into_value(self.cx)?)
    }

    fn add_value(&self, name: &str, value: Value) -> PyResult<()> {
        let name = self.cx.intern(name);
        self.module.dict(self.cx).set_str(&name, value);
        Ok(())
    }
}
