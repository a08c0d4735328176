//! What an isolate keeps for `sys` and the import system, and no module shows.

use std::cell::{Cell, OnceCell, RefCell};

use crate::value::Value;

/// See the module.
pub(crate) struct ImportState {
    audit_hooks: RefCell<Vec<Value>>,
    /// `sys.setswitchinterval`, in seconds.
    pub(crate) switch_interval: Cell<f64>,
    /// `sys.set_asyncgen_hooks`: at the first iteration, at the end.
    asyncgen_hooks: RefCell<(Option<Value>, Option<Value>)>,
    /// The code and source of `-c`, until a traceback needs its lines.
    command: RefCell<Option<(Value, String)>>,
    /// The isolate is being taken down.
    pub(crate) finalizing: Cell<bool>,
    /// The module `_frozen_importlib`, once it is there.
    pub(crate) importlib: OnceCell<Value>,
    /// `sys` and `builtins` themselves, which are never made twice.
    first_modules: RefCell<Vec<(&'static str, Value)>>,
    /// How often the import lock is held (`_imp.acquire_lock`).
    pub(super) lock_depth: Cell<usize>,
}

impl Default for ImportState {
    fn default() -> Self {
        Self {
            audit_hooks: RefCell::default(),
            switch_interval: Cell::new(0.005),
            asyncgen_hooks: RefCell::default(),
            command: RefCell::default(),
            finalizing: Cell::new(false),
            importlib: OnceCell::new(),
            first_modules: RefCell::default(),
            lock_depth: Cell::new(0),
        }
    }
}

impl ImportState {
    #[inline]
    pub(crate) fn has_audit_hooks(&self) -> bool {
        !self.audit_hooks.borrow().is_empty()
    }

    pub(crate) fn audit_hooks(&self) -> Vec<Value> {
        self.audit_hooks.borrow().clone()
    }

    pub(crate) fn add_audit_hook(&self, hook: Value) {
        self.audit_hooks.borrow_mut().push(hook);
    }

    pub(crate) fn asyncgen_hooks(&self) -> (Option<Value>, Option<Value>) {
        self.asyncgen_hooks.borrow().clone()
    }

    pub(crate) fn set_asyncgen_hooks(&self, first: Option<Value>, finalizer: Option<Value>) {
        drop(self.asyncgen_hooks.replace((first, finalizer)));
    }

    pub(crate) fn remember_command(&self, code: Value, source: &str) {
        drop(self.command.replace(Some((code, source.to_owned()))));
    }

    pub(crate) fn take_command(&self) -> Option<(Value, String)> {
        self.command.take()
    }

    pub(super) fn remember_first_module(&self, name: &'static str, module: Value) {
        self.first_modules.borrow_mut().push((name, module));
    }

    pub(super) fn first_module(&self, name: &str) -> Option<Value> {
        let modules = self.first_modules.borrow();
        modules
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, module)| module.clone())
    }

    /// Gives everything up, before the heap goes.
    pub(crate) fn clear(&self) {
        let old = (
            self.audit_hooks.take(),
            self.first_modules.take(),
            self.asyncgen_hooks.take(),
            self.command.take(),
        );
        drop(old);
    }
}
