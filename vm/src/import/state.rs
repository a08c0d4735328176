//! What an isolate keeps for `sys` and the import system, and no module shows.

use std::cell::{Cell, OnceCell, RefCell};

use crate::value::Value;

/// See the module.
pub(crate) struct ImportState {
    audit_hooks: RefCell<Vec<Value>>,
    /// The code and source of `-c`, until a traceback needs its lines.
    command: RefCell<Option<(Value, String)>>,
    /// The isolate is being taken down.
    pub(crate) finalizing: Cell<bool>,
    /// The module `_frozen_importlib`, once it is there.
    pub(crate) importlib: OnceCell<Value>,
    /// `sys` and `builtins` themselves, which are never made twice.
    first_modules: RefCell<Vec<(&'static str, Value)>>,
    /// `_imp.acquire_lock`.
    pub(super) lock: super::lock::ImportLock,
    pub(super) times: super::timing::ImportTimes,
}

impl Default for ImportState {
    fn default() -> Self {
        Self {
            audit_hooks: RefCell::default(),
            command: RefCell::default(),
            finalizing: Cell::new(false),
            importlib: OnceCell::new(),
            first_modules: RefCell::default(),
            lock: super::lock::ImportLock::default(),
            times: super::timing::ImportTimes::default(),
        }
    }
}

impl ImportState {
    #[inline]
    /// In the child of a fork: only this thread is there.
    pub(crate) fn forget_other_threads(&self, cx: &crate::ctx::Ctx) {
        self.lock.forget_others(cx);
    }

    pub(crate) fn has_audit_hooks(&self) -> bool {
        !self.audit_hooks.borrow().is_empty()
    }

    pub(crate) fn audit_hooks(&self) -> Vec<Value> {
        self.audit_hooks.borrow().clone()
    }

    pub(crate) fn add_audit_hook(&self, hook: Value) {
        self.audit_hooks.borrow_mut().push(hook);
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
            self.command.take(),
        );
        drop(old);
    }
}
