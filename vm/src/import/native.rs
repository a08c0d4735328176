//! Native modules out of their definitions.
//!
//! CPython 3.14: `PyImport_Inittab` and `_imp.create_builtin` (`Python/import.c`).

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::{ModuleBuilder, ModuleDef};
use crate::objects::{Dict, Module};
use crate::value::{Py, Value};

/// The modules that the VM itself is made of.
static OWN: &[&ModuleDef] = &[
    &super::_imp::_imp::DEF,
    &super::library_module::_taipan_library::DEF,
    &crate::builtins::builtins::DEF,
    &crate::modules::_symtable::_symtable::DEF,
    &crate::modules::_thread::_thread::DEF,
    &crate::modules::_types::_types::DEF,
    &crate::modules::_typing::_typing::DEF,
    &crate::modules::_warnings::_warnings::DEF,
    &crate::modules::atexit::atexit::DEF,
    &crate::modules::faulthandler::faulthandler::DEF,
    &crate::modules::gc::gc::DEF,
    &crate::modules::marshal::marshal::DEF,
    &crate::sys::sys::DEF,
    &crate::modules::_abc::_abc::DEF,
    &crate::modules::_ast::_ast::DEF,
    &crate::modules::_weakref::_weakref::DEF,
];

/// The definition of a native module.
pub(super) fn find(cx: &Ctx, name: &str) -> Option<&'static ModuleDef> {
    let given = cx.isolate().native_modules();
    OWN.iter()
        .chain(given)
        .find(|def| def.name == name)
        .copied()
}

/// `sys.builtin_module_names`: sorted, each once.
pub(crate) fn builtin_module_names(cx: &Ctx) -> Vec<&'static str> {
    let given = cx.isolate().native_modules();
    let mut names: Vec<&str> = OWN.iter().chain(given).map(|def| def.name).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Makes a module of its definition, without filling it.
pub(super) fn create(cx: &Ctx, def: &'static ModuleDef) -> PyResult<Py<Module>> {
    cx.new_module(def.name, def.doc, Some(def))
}

/// Fills a module that `create` made.
pub(super) fn execute(cx: &Ctx, module: &Py<Module>) -> PyResult<()> {
    match module.def {
        Some(def) => (def.exec)(cx, &ModuleBuilder::new(cx, module.clone())),
        None => Ok(()),
    }
}

impl Ctx {
    /// `sys.modules`.
    pub fn modules(&self) -> Py<Dict> {
        self.isolate()
            .modules
            .get_or_init(|| self.new_dict())
            .clone()
    }

    /// The namespace of `builtins`, made when it is first asked for.
    ///
    /// # Errors
    /// What making the module raises.
    pub(super) fn start_native(&self, def: &'static ModuleDef) -> PyResult<Py<Module>> {
        let module = create(self, def)?;
        let modules = self.modules();
        modules.set_str(&self.intern(def.name), module.to_value());
        // Others look names up in these two while they are being filled.
        match def.name {
            "sys" => drop(self.isolate().sys.set(module.dict(self))),
            "builtins" => drop(self.isolate().builtins.set(module.dict(self))),
            _ => {}
        }
        execute(self, &module)?;
        Ok(module)
    }

    /// A native module that others are made of, whether `importlib` is there or not.
    ///
    /// # Errors
    /// What making the module raises.
    pub(crate) fn native_module(&self, name: &str) -> PyResult<Option<Value>> {
        match self.modules().get_str(&self.intern(name)) {
            Some(module) => Ok(Some(module)),
            None => self.import_native(name),
        }
    }

    /// A native module without the help of `importlib`: for isolates without a library, and before `importlib` is
    /// there.
    pub(super) fn import_native(&self, name: &str) -> PyResult<Option<Value>> {
        match find(self, name) {
            Some(def) => self
                .start_native(def)
                .map(|module| Some(module.into_value())),
            None => Ok(None),
        }
    }
}
