//! `module`: a namespace with a name.
//!
//! CPython 3.14: `Objects/moduleobject.c`. Tests: `tests/run/module/`.

use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::native::ModuleDef;
use crate::objects::{Dict, Str, attrs};
use crate::value::{Py, Value};

/// The payload of a `module`; its names are the instance's `__dict__`.
pub struct Module {
    /// How a native module was declared.
    pub def: Option<&'static ModuleDef>,
}

payload!(Module);
crate::native::bare_class!(
    Module,
    "module",
    None,
    crate::objects::TypeFlags::SUBCLASSABLE.union(crate::objects::TypeFlags::ATTRIBUTES)
);

impl Py<Module> {
    /// The namespace.
    pub fn dict(&self, cx: &Ctx) -> Py<Dict> {
        match attrs::dict(cx, self.as_value()) {
            Some(dict) => dict,
            // `module` has attributes, so its instances have a dict.
            None => cx.new_dict(),
        }
    }

    /// `__name__`.
    ///
    /// # Errors
    /// `SystemError` if it is missing or no string.
    pub fn name(&self, cx: &Ctx) -> PyResult<Value> {
        let name = self.dict(cx).get_str(&cx.names().__name__);
        match name {
            Some(name) if name.downcast_ref::<Str>().is_some() => Ok(name),
            _ => Err(cx.system_error("nameless module")),
        }
    }
}

impl Py<Module> {
    /// The `AttributeError` for a name that the module does not have.
    #[cold]
    pub(crate) fn absent_attribute(&self, cx: &Ctx, name: &Py<Str>) -> PyErr {
        let text = name.to_string_lossy();
        let message = match self.dict(cx).get_str(&cx.names().__name__) {
            Some(own) => match own.downcast_ref::<Str>() {
                Some(own) => format!(
                    "module '{}' has no attribute '{text}'",
                    own.to_string_lossy()
                ),
                None => format!("module has no attribute '{text}'"),
            },
            None => format!("module has no attribute '{text}'"),
        };
        cx.attribute_error_of(message, self.as_value(), name)
    }
}

impl Ctx {
    /// Makes a module with the names that each module has from the start.
    pub fn new_module(
        &self,
        name: &str,
        doc: Option<&str>,
        def: Option<&'static ModuleDef>,
    ) -> PyResult<Py<Module>> {
        let module = self.heap().allocate(&self.types().module, Module { def });
        let dict = module.dict(self);
        let names = self.names();
        dict.set_str(&names.__name__, self.new_str(name)?.into_value());
        let doc = match doc {
            Some(doc) => self.new_str(doc)?.into_value(),
            None => Value::NONE,
        };
        dict.set_str(&names.__doc__, doc);
        dict.set_str(&names.__package__, Value::NONE);
        dict.set_str(&names.__loader__, Value::NONE);
        dict.set_str(&names.__spec__, Value::NONE);
        Ok(module)
    }
}
